import Evidence

/// `key:` of `receipts.yaml`: one way of signing, or a list of those at hand. The ledger says which of them is in force.
///
/// Says nothing of a value that looks like a secret but that it looks like one.
struct KeyReader {
    let findings: Findings

    private static let kinds = ["file", "agent", "command"]
    private static let usualTimeout = Duration.seconds(30)

    func keys(_ section: Section) -> [KeySetting] {
        guard let value = section.value("key") else { return [] }
        let before = findings.all.count
        refuseSecrets(value)
        guard findings.all.count == before else { return [] }
        switch value.shape {
        case .sequence(let values): return unique(values.compactMap { setting($0).map { ($0, value.place) } })
        case .mapping, .null: return setting(value).map { [$0] } ?? []
        case .scalar:
            findings.error(
                "'key' must be a mapping, found \(value.description)", at: value.place,
                hint: "name its file: key: {file: keys/signing_ed25519}")
            return []
        }
    }

    private func unique(_ settings: [(setting: KeySetting, place: Place)]) -> [KeySetting] {
        for (i, entry) in settings.enumerated() where settings[..<i].contains(where: { $0.setting.path == entry.setting.path }) {
            findings.error("'\(entry.setting.path)' stands twice in 'key'", at: entry.place)
        }
        return settings.map(\.setting)
    }

    private func setting(_ value: YAMLValue) -> KeySetting? {
        guard let open = Section(open: value, "a key", findings: findings) else { return nil }
        let named = Self.kinds.filter { open.value($0) != nil }
        guard named.count == 1 else {
            open.allow(Self.kinds + ["socket", "public", "timeout"])
            findings.error(
                named.isEmpty
                    ? "a key needs one of 'file', 'agent' and 'command'" : "a key is one of 'file', 'agent' and 'command', found \(named.count) of them",
                at: value.place, hint: "for example key: {file: keys/signing_ed25519}")
            return nil
        }
        switch named[0] {
        case "file":
            open.allow(["file"])
            return path(open, "file").map { .file($0) }
        case "agent":
            open.allow(["agent", "socket"])
            guard let key = path(open, "agent") else { return nil }
            return .agent(publicKey: key, socket: open.value("socket") == nil ? nil : path(open, "socket"))
        default:
            open.allow(["command", "public", "timeout"])
            return command(open)
        }
    }

    private func command(_ section: Section) -> KeySetting? {
        let key = path(section, "public")
        let timeout = section.optionalWord("timeout", "a time from 1s to 10m") { text in
            Words.duration(text).flatMap { ($0 >= .seconds(1) && $0 <= .seconds(600)) ? $0 : nil }
        }
        guard let list = section.list("command"), let key else { return nil }
        var words: [String] = []
        for element in list {
            guard case .scalar(let text) = element.shape else {
                findings.error("'command' holds words, found \(element.description)", at: element.place)
                return nil
            }
            words.append(text)
        }
        guard let program = words.first, !program.isEmpty, words.allSatisfy({ !$0.utf8.contains(0) }) else {
            findings.error("'command' names no program", at: section.place(of: "command"), hint: "command: [program, argument, …]; no shell reads it")
            return nil
        }
        return .command(words, publicKey: key, timeout: timeout ?? Self.usualTimeout)
    }

    private func path(_ section: Section, _ key: String) -> String? {
        section.word(key, "a path, absolute or inside the programme's folder") { text in
            Words.isInnerPath(text) || text.hasPrefix("/") && !text.utf8.contains(0) ? text : nil
        }
    }

    // MARK: Secrets

    private func refuseSecrets(_ value: YAMLValue) {
        switch value.shape {
        case .null: break
        case .scalar(let text):
            guard let what = KeyMaterial.found(in: text) else { return }
            findings.error(
                "'key' holds what looks like \(what)", at: value.place,
                hint: "a key lies in a file of its own, in an agent or behind a program: never in YAML or in the environment; if it is real, make another one")
        case .sequence(let values): values.forEach(refuseSecrets)
        case .mapping(let entries): entries.forEach { refuseSecrets($0.value) }
        }
    }
}

/// What a private key looks like where none may stand.
package enum KeyMaterial {
    /// What it looks like, without its value; nil if it looks like nothing secret.
    package static func found(in text: String) -> String? {
        func has(_ part: String) -> Bool { text.contains(part) }
        if isKey(text) { return "a private key" }
        if text.hasPrefix("$") || has("${") || text.hasPrefix("env:") { return "a variable of the environment" }
        if text.hasPrefix("pass:") || has("pin-value=") { return "a passphrase or PIN" }
        return nil
    }

    package static func isKey(_ text: String) -> Bool {
        // Base64 of `openssh-key-v1`, and of the beginning of a PKCS #8 Ed25519 key.
        if ["PRIVATE KEY", "b3BlbnNzaC1rZXktdjE", "MC4CAQAwBQYDK2Vw"].contains(where: { text.contains($0) }) { return true }
        // A seed, or a seed and its public key.
        return [Hex.decode(text), Base64.decode(text)].contains { [32, 64].contains($0?.count) }
    }
}
