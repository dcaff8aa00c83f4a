import Evidence

/// `auth:` of an http source: how it is let in, and where the secret is found. The secret itself never stands in YAML.
struct HTTPAuthorizationReader {
    let reader: SourceReader
    private var findings: Findings { reader.findings }

    init(reader: SourceReader) { self.reader = reader }

    func authorization(_ section: Section) -> HTTPSettings.Authorization? {
        guard let value = section.value("auth") else { return HTTPSettings.Authorization.none }
        if case .scalar("none") = value.shape { return HTTPSettings.Authorization.none }
        if case .scalar = value.shape {
            // It may be the secret itself, so it is not repeated.
            findings.error(
                "'auth' of \(section.name) must be 'none' or a mapping", at: value.place, hint: "such as {by: bearer, secret: {file: /etc/receipts/token}}")
            return nil
        }
        guard let auth = Section(open: value, "'auth'", findings: findings) else { return nil }
        let keys = [
            "none": [], "basic": ["user", "secret"], "bearer": ["secret"], "header": ["name", "before", "secret"],
            "aws_sigv4": ["region", "service", "key", "secret", "session"],
        ]
        guard let by = auth.choice("by", among: ["none", "basic", "bearer", "header", "aws_sigv4"]) else { return nil }
        auth.allow(["by"] + (keys[by] ?? []))
        if by == "none" { return HTTPSettings.Authorization.none }
        guard let secret = secret("secret", auth) else { return nil }
        switch by {
        case "basic": return auth.text("user").map { .basic(user: $0, password: secret) }
        case "bearer": return .bearer(secret)
        case "header":
            let name = auth.word("name", "a header's name") { $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x3a } ? $0 : nil }
            return name.map { .header(name: $0, before: before(auth), secret) }
        default:
            let isWord: (String) -> String? = { $0.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) || $0 == 45 } ? $0 : nil }
            let region = auth.word("region", "a region such as eu-central-1", isWord)
            let service = auth.word("service", "a service such as kms", isWord)
            let session = auth.value("session").map { _ in self.secret("session", auth) }
            guard let region, let service, let key = self.secret("key", auth) else { return nil }
            if case .some(.none) = session { return nil }
            return .signed(region: region, service: service, key: key, secret: secret, session: session ?? nil)
        }
    }

    /// A blank at its end counts, which `text` would cut.
    private func before(_ auth: Section) -> String {
        guard case .scalar(let text)? = auth.value("before")?.shape else { return "" }
        return text
    }

    private func secret(_ key: String, _ auth: Section) -> SecretReference? {
        guard let value = auth.required(key) else { return nil }
        if case .scalar = value.shape {
            findings.error(
                "'\(key)' of 'auth' must say where the secret is found, not what it is", at: value.place,
                hint: "such as '\(key): {file: /etc/receipts/token}'; a secret that stood here is to be changed: receipts.yaml is kept as evidence")
            return nil
        }
        guard let place = Section(value, "'\(key)'", keys: ["file", "command", "credential", "environment"], findings: findings) else { return nil }
        guard place.entries.count == 1 else {
            findings.error("'\(key)' of 'auth' must name one place, found \(place.entries.count)", at: value.place)
            return nil
        }
        if place.value("file") != nil {
            return place.text("file").flatMap { path in
                if !path.hasPrefix("/") { reader.checkInner(path, "file", place) }
                return .file(path)
            }
        }
        if place.value("command") != nil {
            let words = (place.list("command") ?? []).compactMap { if case .scalar(let text) = $0.shape { text } else { nil } }
            guard let program = words.first, program.hasPrefix("/") else {
                findings.error("'command' must be a list that begins with the full path of a program", at: place.place(of: "command"))
                return nil
            }
            return .command(words)
        }
        let isName: (String) -> String? = { text in
            text.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0 | 32) || "_-.".utf8.contains($0) } && !text.hasPrefix(".") ? text : nil
        }
        if place.value("credential") != nil { return place.word("credential", "a name", isName).map(SecretReference.credential) }
        return place.word("environment", "a variable's name", isName).map(SecretReference.environment)
    }
}
