import Evidence

/// The settings of a source that is asked over HTTP.
extension SourceReader {
    static let httpKeys = [
        "url", "query", "method", "body", "headers", "records", "auth", "paging", "times", "at_most", "step", "points", "settle", "overlap", "retries",
        "timeout", "limit", "pages", "count", "server", "authorities", "allow", "record", "omits_empty", "unwind", "keep", "newest_first", "stamp", "as",
        "each", "answer", "content_type",
    ]

    func http(_ section: Section) -> ConnectorSettings? {
        refuseDailyFiles(section)
        guard let url = section.text("url"), var settings = httpSettings(url, section) else { return nil }
        checkURL(settings, section)
        checkWindow(section, settings)
        if case .signed = settings.authorization { settings.query.sort { ($0.name, $0.value) < ($1.name, $1.value) } }
        return .http(settings)
    }

    /// A ready-made mapping may leave the URL and the secrets to whoever uses it.
    func checkReadyMadeHTTP(_ section: Section) {
        _ = httpSettings(section.optionalText("url") ?? "https://example.org/", section)
    }

    func httpSettings(_ url: String, _ section: Section) -> HTTPSettings? {
        var settings = HTTPSettings(url: url, place: section.place)
        let authorization = HTTPAuthorizationReader(reader: self).authorization(section)
        let paging = HTTPPagingReader(findings: findings).paging(section)
        guard let authorization, let paging, let query = named("query", section), let headers = named("headers", section) else { return nil }
        settings.authorization = authorization
        settings.paging = paging
        settings.query = query
        settings.headers = headers
        checkNoSecret(settings, section)
        let method = section.value("method") == nil ? "GET" : section.choice("method", among: ["GET", "POST"])
        if method == "POST" { settings.body = body(section) }
        if method == "GET", let body = section.value("body") { findings.error("'body' needs 'method: POST'", at: body.place) }
        settings.records = section.optionalText("records")
        settings.shape = shape(section, &settings.records)
        settings.times =
            section.value("times").flatMap { _ in section.choice("times", among: HTTPSettings.TimeForm.allCases.map(\.rawValue)) }
            .flatMap(HTTPSettings.TimeForm.init(rawValue:)) ?? .rfc3339
        settings.step = positive("step", section)
        settings.atMost = positive("at_most", section)
        if let points = whole("points", section) {
            guard let step = settings.step else {
                findings.error("'points' needs 'step'", at: section.place(of: "points"))
                return nil
            }
            settings.atMost = step * points
        }
        settings.settle = section.optionalWord("settle", "a duration such as 15m") { Words.duration($0) } ?? settings.settle
        settings.overlap = section.optionalWord("overlap", "a duration such as 15m") { Words.duration($0) } ?? settings.overlap
        settings.retries = section.optionalWord("retries", "a number up to 10") { Words.integer($0).flatMap { (0...10).contains($0) ? $0 : nil } } ?? 4
        settings.timeout = positive("timeout", section) ?? settings.timeout
        settings.pageLimit = whole("limit", section) ?? settings.pageLimit
        settings.pages = whole("pages", section) ?? settings.pages
        settings.count = section.optionalText("count")
        settings.isXML = section.value("answer") != nil && section.choice("answer", among: ["json", "xml"]) == "xml"
        settings.contentType = section.optionalText("content_type")?.lowercased()
        settings.server = section.optionalText("server")?.lowercased() ?? settings.server
        settings.authorities = section.optionalText("authorities")
        if let authorities = settings.authorities { checkInner(authorities, "authorities", section) }
        if section.value("allow") != nil {
            for (word, place) in section.words("allow") ?? [] {
                switch word {
                case "plain": settings.allowsPlain = true
                case "private": settings.allowsOwnNetwork = true
                default: findings.unknown(word, "a word of 'allow'", among: ["plain", "private"], at: place)
                }
            }
        }
        return settings
    }

    private func positive(_ key: String, _ section: Section) -> Duration? {
        section.optionalWord(key, "a duration such as 60s, above zero") { Words.duration($0).flatMap { $0 > .zero ? $0 : nil } }
    }
    private func whole(_ key: String, _ section: Section) -> Int? {
        section.optionalWord(key, "a number above zero") { Words.integer($0).flatMap { (1...1 << 40).contains($0) ? $0 : nil } }
    }

    private func named(_ key: String, _ section: Section) -> [HTTPSettings.Named]? {
        guard let value = section.value(key) else { return [] }
        guard let pairs = Section(open: value, "'\(key)'", findings: findings) else { return nil }
        var found: [HTTPSettings.Named] = []
        for entry in pairs.entries {
            switch entry.value.shape {
            case .scalar(let text): found.append(HTTPSettings.Named(entry.key, text))
            case .sequence(let values):
                for case .scalar(let text) in values.map(\.shape) { found.append(HTTPSettings.Named(entry.key, text)) }
            case .null, .mapping: findings.error("'\(entry.key)' must be a word or a list of words", at: entry.place)
            }
        }
        return found
    }

    private func body(_ section: Section) -> JSON? {
        guard let text = section.text("body") else { return nil }
        do throws(JSONError) {
            return try JSON.parse(text.utf8)
        } catch {
            findings.error("'body' of \(section.name) is not JSON: \(error.reason)", at: section.place(of: "body"), hint: "write it as one quoted line")
            return nil
        }
    }

    private func checkURL(_ settings: HTTPSettings, _ section: Section) {
        let place = section.place(of: "url")
        let url = settings.url
        guard let mark = url.firstRange(of: "://"), ["http", "https"].contains(url[..<mark.lowerBound].lowercased()), !url.contains("@") else {
            findings.error("'url' of \(section.name) must be an https URL without user and password", at: place)
            return
        }
        if url.contains("?") || url.contains("#") { findings.error("'url' of \(section.name) holds a query", at: place, hint: "write it under 'query:'") }
        let host = url[mark.upperBound...].prefix { $0 != "/" }
        let isLoopback = host.hasPrefix("127.") || host.hasPrefix("[::1]") || host.prefix { $0 != ":" } == "localhost"
        guard url.lowercased().hasPrefix("http:"), !settings.allowsPlain, !(isLoopback && settings.allowsOwnNetwork) else { return }
        findings.error(
            "'url' of \(section.name) is not encrypted", at: place,
            hint: "use https; or say 'allow: [plain]', and know that anybody on the way can read the secret and change the evidence")
    }

    private func checkWindow(_ section: Section, _ settings: HTTPSettings) {
        if case .mapping(let entries)? = section.value("covers")?.shape, entries.contains(where: { $0.key == "by" && $0.value.description == "'window'" }),
            !settings.isWindowed
        {
            findings.error(
                "covers by 'window' needs a query that names {start}, or 'newest_first'", at: section.place(of: "covers"),
                hint: "a source that always shows all there is covers by: export")
        }
        if settings.shape.newestFirst != nil, settings.atMost != nil {
            findings.error(
                "a list with 'newest_first' is read from its beginning and not in pieces: no 'at_most' or 'points'", at: section.place(of: "newest_first"))
        }
        for key in ["at_most", "step", "points"] where section.value(key) != nil && !settings.isWindowed {
            findings.error("'\(key)' speaks of windows, and the query names no {start}", at: section.place(of: key))
        }
    }

    /// receipts.yaml is evidence, and published: a secret in it is out.
    private func checkNoSecret(_ settings: HTTPSettings, _ section: Section) {
        let hint = "give it by 'auth:', from a file, a program or a variable"
        for pair in settings.headers where ["authorization", "cookie", "proxy-authorization"].contains(pair.name.lowercased()) || isSecretName(pair.name) {
            findings.error("'headers' of \(section.name) must not hold '\(pair.name)'", at: section.place(of: "headers"), hint: hint)
        }
        for pair in settings.query where isSecretName(pair.name) {
            findings.error("'query' of \(section.name) must not hold '\(pair.name)'", at: section.place(of: "query"), hint: hint)
        }
    }
    private func isSecretName(_ name: String) -> Bool {
        let plain = name.lowercased().filter { $0 != "-" && $0 != "_" }
        return ["apikey", "accesstoken", "authtoken", "password", "clientsecret", "xapikey", "privatetoken", "secret"].contains(plain)
    }
}
