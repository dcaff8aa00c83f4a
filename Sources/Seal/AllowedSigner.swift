import Evidence

/// Who may sign what and when: one line of the file that `ssh-keygen -Y verify -f` reads.
package struct AllowedSigner: Hashable, Sendable {
    /// The name to give `ssh-keygen -I`.
    package let principal: String
    /// Empty for any.
    package let namespaces: [String]
    /// Both ends belong to the time; whole seconds, as the format has them.
    package let validAfter: Instant?
    package let validBefore: Instant?
    package let key: PublicKey

    /// A bound between two seconds moves outwards: what was signed in between stays inside.
    package init(principal: String, namespaces: [String], validAfter: Instant? = nil, validBefore: Instant? = nil, key: PublicKey) {
        precondition(
            AllowedSigner.isWord(principal) && namespaces.allSatisfy(AllowedSigner.isWord), "a word has no space, comma, quote or pattern")
        self.principal = principal
        self.namespaces = namespaces
        self.validAfter = validAfter.map { SSHTime.floor($0) }
        self.validBefore = validBefore.map { SSHTime.ceiling($0) }
        self.key = key
    }

    package var line: String {
        var options: [String] = []
        if !namespaces.isEmpty { options.append("namespaces=\"\(namespaces.joined(separator: ","))\"") }
        if let validAfter { options.append("valid-after=\"\(SSHTime.text(validAfter))\"") }
        if let validBefore { options.append("valid-before=\"\(SSHTime.text(validBefore))\"") }
        return ([principal] + (options.isEmpty ? [] : [options.joined(separator: ",")]) + [key.sshLine()]).joined(separator: " ")
    }

    package func allows(namespace: String) -> Bool { namespaces.isEmpty || namespaces.contains(namespace) }
    package func isValid(at instant: Instant) -> Bool {
        let second = SSHTime.floor(instant)
        return validAfter.map { $0 <= second } ?? true && validBefore.map { second <= $0 } ?? true
    }

    /// Reads lines of a principal, perhaps options (`namespaces`, `valid-after`, `valid-before`), a key. Empty lines and `#` lines are skipped.
    /// Anything else that ssh-keygen would take, patterns and certificates, is refused and not guessed at.
    package static func parse(_ text: [UInt8]) throws(SealError) -> [AllowedSigner] {
        guard let lines = lines(of: text) else { throw .malformed(.allowedSigners, "the last line is not ended") }
        var signers: [AllowedSigner] = []
        for line in lines where !line.isEmpty && line[0] != UInt8(ascii: "#") { signers.append(try AllowedSigner(line)) }
        return signers
    }

    private init(_ line: [UInt8]) throws(SealError) {
        var words = line.split(separator: 32).map { String(decoding: $0, as: UTF8.self) }[...]
        guard let principal = words.popFirst(), AllowedSigner.isWord(principal) else {
            throw .malformed(.allowedSigners, "expected one plain principal")
        }
        var options: [String: String] = [:]
        if let text = words.first, text.contains("=\"") {
            options = try AllowedSigner.options(text)
            words.removeFirst()
        }
        let namespaces = options["namespaces"]?.split(separator: ",").map(String.init) ?? []
        guard namespaces.allSatisfy(AllowedSigner.isWord) else { throw .malformed(.allowedSigners, "a namespace is one plain word") }
        var times: [String: Instant] = [:]
        for name in ["valid-after", "valid-before"] {
            guard let text = options[name] else { continue }
            guard let time = SSHTime.parse(text) else {
                throw .malformed(.allowedSigners, "'\(name)' is a time in UTC such as 20260701020000Z")
            }
            times[name] = time
        }
        self.principal = principal
        self.namespaces = namespaces
        validAfter = times["valid-after"]
        validBefore = times["valid-before"]
        key = try PublicKey(sshLine: words.joined(separator: " "))
    }

    /// `name="value"`, joined by commas; a value holds commas, and no quotes.
    private static func options(_ text: String) throws(SealError) -> [String: String] {
        var found: [String: String] = [:]
        var rest = Substring(text)
        while !rest.isEmpty {
            let parts = rest.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0].hasSuffix("="), ["namespaces", "valid-after", "valid-before"].contains(parts[0].dropLast()) else {
                throw .malformed(.allowedSigners, "the only options read here are namespaces, valid-after and valid-before, each with a quoted value")
            }
            guard found.updateValue(String(parts[1]), forKey: String(parts[0].dropLast())) == nil, parts[2].isEmpty || parts[2].hasPrefix(",") else {
                throw .malformed(.allowedSigners, "options are joined by commas, each at most once")
            }
            rest = parts[2].dropFirst()
        }
        return found
    }

    private static func isWord(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !"\",*?!#".utf8.contains($0) }
    }
}

/// Times as ssh-keygen writes and reads them, in UTC: `20260701020000Z`. OpenSSH 9.1 is the first to know the Z.
package enum SSHTime {
    private static let second: Int64 = 1_000_000_000

    package static func floor(_ instant: Instant) -> Instant {
        Instant(nanoseconds: instant.nanoseconds - ((instant.nanoseconds % second) + second) % second)
    }
    static func ceiling(_ instant: Instant) -> Instant {
        let low = floor(instant)
        return low == instant ? low : Instant(nanoseconds: low.nanoseconds + second)
    }

    /// The second that the instant lies in.
    package static func text(_ instant: Instant) -> String {
        String(floor(instant).description.filter(\.isNumber)) + "Z"
    }

    /// A day, a minute or a second of UTC.
    static func parse(_ text: String) -> Instant? {
        let digits = Array(text.utf8.dropLast())
        guard text.hasSuffix("Z"), [8, 12, 14].contains(digits.count), digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        let all = digits + [UInt8](repeating: 48, count: 14 - digits.count)
        func part(_ range: Range<Int>) -> String { String(decoding: all[range], as: UTF8.self) }
        return Instant("\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(8..<10)):\(part(10..<12)):\(part(12..<14))Z")
    }
}
