import Evidence
import Seal

/// Any bag (RFC 8493 and the drafts from 0.93 on) as it lies in a folder: complete, and every file as its manifests say.
///
/// Laxer than `ArchiveVerifier`, which reads what this program packs: other algorithms, encodings and names are taken, and what the standard
/// allows but advises against is a warning. Files are only read, and only below the folder; nothing is fetched.
package struct UnpackedBag {
    package private(set) var findings: [ArchiveFinding] = []
    package private(set) var warnings: [ArchiveFinding] = []
    /// `1.0`; nil if `bagit.txt` does not say.
    package private(set) var version: String?
    package private(set) var algorithms: [DigestAlgorithm] = []
    package private(set) var payloadFiles = 0
    package let signature: SignatureStatus

    private let root: String
    private var present: Set<String> = []
    private var encoding = "UTF-8"
    private var isFinal = false
    private static let textLimit = 1 << 26

    package init(_ root: String, trusted: [PublicKey]? = nil) throws(ArchiveError) {
        self.root = root
        let text = try Files.contents("\(root)/\(BagText.tagManifest)", limit: UnpackedBag.textLimit)
        signature = SignatureStatus.check(
            try Files.contents("\(root)/\(BagText.signature)", limit: 1 << 16), over: text ?? [],
            namespace: SignatureNamespace.tagManifest, trusted: trusted)
        let walk = try FolderWalk(root, judgingNames: false)
        findings = walk.findings
        for file in walk.files {
            // Text that is equal and bytes that are not: one of the two would be taken for the other.
            let (isNew, other) = present.insert(file)
            if !isNew { findings.append(ArchiveFinding("differs from '\(other)' only in how it is written", in: file)) }
        }
        payloadFiles = walk.files.count { BagText.isPayload($0) }
        if let reason = signature.refusal { find(reason, BagText.signature) }
        guard try readDeclaration() else { return }
        try checkManifests(walk.files, prefix: "manifest-", isPayload: true)
        try checkManifests(walk.files, prefix: "tagmanifest-", isPayload: false)
        try checkFetch()
    }

    private mutating func find(_ reason: String, _ member: String) { findings.append(ArchiveFinding(reason, in: member)) }
    private mutating func warn(_ reason: String, _ member: String) { warnings.append(ArchiveFinding(reason, in: member)) }

    // MARK: bagit.txt

    /// Section 2.1.1: two lines, UTF-8, no byte order mark, not a blank more or less.
    private mutating func readDeclaration() throws(ArchiveError) -> Bool {
        guard let bytes = try Files.contents("\(root)/\(BagText.declaration)", limit: 1 << 16) else {
            find("missing", BagText.declaration)
            return false
        }
        let lines = TagFile.lines(bytes, encoding: "UTF-8") ?? []
        guard lines.count == 2, let number = UnpackedBag.value(lines[0], of: "BagIt-Version"),
            let name = UnpackedBag.value(lines[1], of: "Tag-File-Character-Encoding")
        else {
            find("expected 'BagIt-Version: M.N' and 'Tag-File-Character-Encoding: UTF-8', in two lines", BagText.declaration)
            return false
        }
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { $0 >= 48 && $0 <= 57 } }) else {
            find("'\(number)' is no version", BagText.declaration)
            return false
        }
        version = number
        encoding = name
        isFinal = parts[0] != "0"
        return true
    }

    private static func value(_ line: String, of label: String) -> String? {
        guard line.utf8.starts(with: "\(label): ".utf8) else { return nil }
        let value = String(line.dropFirst(label.count + 2))
        return value.isEmpty || value.utf8.first == 32 || value.utf8.last == 32 ? nil : value
    }

    // MARK: Manifests

    private mutating func checkManifests(_ files: [String], prefix: String, isPayload: Bool) throws(ArchiveError) {
        var lists: [Set<String>] = []
        for file in files where file.hasPrefix(prefix) && file.hasSuffix(".txt") && !file.contains("/") {
            guard let algorithm = DigestAlgorithm(rawValue: String(file.dropFirst(prefix.count).dropLast(4))) else {
                find("made with an algorithm that is not known here", file)
                continue
            }
            if isPayload { algorithms.append(algorithm) }
            lists.append(try check(file, algorithm, isPayload: isPayload))
        }
        guard isPayload else { return }
        if lists.isEmpty { return find("missing: a bag has at least one", "manifest-<algorithm>.txt") }
        for file in files where BagText.isPayload(file) {
            let count = lists.count { $0.contains(file) }
            // Before 1.0 one manifest that lists it was enough.
            if count == 0 || (isFinal && count < lists.count) { find("not listed in \(count == 0 ? "any" : "every") manifest", file) }
        }
    }

    /// The files that the manifest lists and that are there.
    private mutating func check(_ manifest: String, _ algorithm: DigestAlgorithm, isPayload: Bool) throws(ArchiveError) -> Set<String> {
        guard let bytes = try Files.contents("\(root)/\(manifest)", limit: UnpackedBag.textLimit), let lines = TagFile.lines(bytes, encoding: encoding) else {
            find("not text in '\(encoding)'", manifest)
            return []
        }
        var stated: [String: String] = [:]
        var similar: [String: String] = [:]
        for line in lines where !line.isEmpty {
            guard let (digest, name) = entry(line, manifest) else { continue }
            if let other = stated[name] {
                if other != digest || isFinal { find("listed twice in '\(manifest)'", name) } else { warn("listed twice in '\(manifest)'", name) }
                continue
            }
            stated[name] = digest
            // Two names that some file systems hold for one: by case, or by how an accent is written. Strings compare by the latter anyway.
            if let other = similar.updateValue(name, forKey: name.lowercased()) { warn("differs from '\(other)' only in case or in how it is written", name) }
        }
        var listed: Set<String> = []
        for (name, digest) in stated.sorted(by: { MemberName.precedes($0.key, $1.key) }) {
            if BagText.isPayload(name) != isPayload {
                find("listed in '\(manifest)', where it does not belong", name)
            } else if let at = present.firstIndex(of: name) {
                // Equal as text; the folder may write an accent in another way.
                let file = present[at]
                listed.insert(file)
                if !file.utf8.elementsEqual(name.utf8) { warn("written in another way in '\(manifest)'", file) }
                if try self.digest(file, algorithm) != digest { find("changed: its \(algorithm.rawValue) is not the one in '\(manifest)'", name) }
                if UnpackedBag.litter.contains(String(file.split(separator: "/").last ?? "")) { warn("made by an operating system, not by a person", file) }
            } else {
                find("missing, but listed in '\(manifest)'", name)
            }
        }
        return listed
    }

    /// Files that systems leave behind and take away as they like.
    private static let litter: Set<String> = [".DS_Store", "Thumbs.db", "desktop.ini"]

    /// A digest, blanks, a name (section 2.1.3).
    private mutating func entry(_ line: String, _ manifest: String) -> (digest: String, name: String)? {
        let parts = line.split(maxSplits: 1, omittingEmptySubsequences: true) { $0 == " " || $0 == "\t" }
        guard parts.count == 2, parts[0].utf8.allSatisfy({ ($0 >= 48 && $0 <= 57) || ($0 | 32 >= 97 && $0 | 32 <= 102) }) else {
            find("expected a digest and a name in '\(line.prefix(80))'", manifest)
            return nil
        }
        var name = String(parts[1].drop { $0 == " " || $0 == "\t" })
        if name.hasPrefix("*") {
            warn("'*' before a name is for md5sum and its like", manifest)
            name.removeFirst()
        }
        return place(name, manifest).map { (MemberName.folded(String(parts[0])), $0) }
    }

    /// The name as a path below the bag; nil, with a finding, if it leads out of it.
    private mutating func place(_ text: String, _ file: String) -> String? {
        var name = isFinal ? UnpackedBag.decoded(text) : text
        if name.hasPrefix("./") {
            warn("'./' before a name", file)
            name.removeFirst(2)
        }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, !first.isEmpty, !first.hasPrefix("~"), !parts.contains(".."), !parts.contains("."), !name.contains("\\.\\.") else {
            find("names '\(text)', which is not in the bag", file)
            return nil
        }
        return name
    }

    /// Line ends and the percent sign itself are the only characters that are written as percent and two digits.
    private static func decoded(_ name: String) -> String {
        var out: [UInt8] = []
        var rest = Array(name.utf8)[...]
        while let byte = rest.popFirst() {
            let code = byte == UInt8(ascii: "%") ? String(decoding: rest.prefix(2), as: UTF8.self) : ""
            if let plain = ["0A": 10, "0a": 10, "0D": 13, "0d": 13, "25": 37][code] {
                out.append(UInt8(plain))
                rest = rest.dropFirst(2)
            } else {
                out.append(byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private func digest(_ name: String, _ algorithm: DigestAlgorithm) throws(ArchiveError) -> String {
        let file = try Descriptor.reading("\(root)/\(name)")
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Files.bufferSize, alignment: 4096)
        defer { buffer.deallocate() }
        var hash = AnyDigestStream(algorithm)
        while case let count = try file.read(into: buffer), count > 0 { hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
        return Hex.encode(hash.digest())
    }

    // MARK: fetch.txt

    /// URL, length or `-`, name. What is to be fetched must lie in the payload; whether it was, the manifests tell.
    private mutating func checkFetch() throws(ArchiveError) {
        guard let bytes = try Files.contents("\(root)/\(BagText.fetch)", limit: UnpackedBag.textLimit) else { return }
        guard let lines = TagFile.lines(bytes, encoding: encoding) else { return find("not text in '\(encoding)'", BagText.fetch) }
        for line in lines where !line.isEmpty {
            let parts = line.split(maxSplits: 2, omittingEmptySubsequences: true) { $0 == " " || $0 == "\t" }
            guard parts.count == 3 else {
                find("expected a URL, a length and a name in '\(line.prefix(80))'", BagText.fetch)
                continue
            }
            if let name = place(String(parts[2]), BagText.fetch), !BagText.isPayload(name) { find("names '\(name)', which is no payload", BagText.fetch) }
        }
    }
}
