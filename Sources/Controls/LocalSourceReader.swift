import Evidence

/// The settings of sources that are reached by a program or a database file of this machine.
extension SourceReader {
    static let execKeys = ["command", "environment", "format", "records", "delimiter", "pattern", "timeout", "limit", "overlap"]
    static let sqliteKeys = ["database", "query", "timeout", "overlap"]

    func exec(_ section: Section) -> ConnectorSettings? {
        refuseDailyFiles(section)
        let command = command(section)
        let environment = environment(section)
        let decoder = programDecoder(section)
        guard let command, let decoder, let environment else { return nil }
        return .exec(
            ExecSettings(
                command: command, environment: environment, decoder: decoder, timeout: timeout(section), limit: limit(section), overlap: overlap(section),
                place: section.place))
    }

    func sqlite(_ section: Section) -> ConnectorSettings? {
        refuseDailyFiles(section)
        let database = section.text("database")
        if let database { checkInner(database, "database", section) }
        let query = section.text("query")
        if let query { checkSelect(query, section) }
        guard let database, let query else { return nil }
        checkStretch(query, section)
        return .sqlite(
            SQLiteSettings(database: database, query: query, timeout: timeout(section), overlap: overlap(section), place: section.place))
    }

    /// What of an exec source a ready-made mapping may leave to whoever uses it: the command, if it names things of theirs.
    func checkReadyMadeExec(_ section: Section) {
        if section.value("command") != nil { _ = command(section) }
        if section.value("environment") != nil { _ = environment(section) }
        _ = programDecoder(section)
        _ = (timeout(section), limit(section), overlap(section))
    }

    func checkReadyMadeSQLite(_ section: Section) {
        if let query = section.optionalText("query") { checkSelect(query, section) }
        _ = (timeout(section), overlap(section))
    }

    private func programDecoder(_ section: Section) -> DecoderSettings? {
        guard let format = section.choice("format", among: ["jsonl", "json", "csv", "text", "junit"]), !format.isEmpty else { return nil }
        return decoder(section)
    }

    /// Words may occur twice in a command, and may be empty.
    private func command(_ section: Section) -> [String]? {
        guard let list = section.list("command") else { return nil }
        var words: [String] = []
        for element in list {
            guard case .scalar(let text) = element.shape else {
                findings.error("'command' of \(section.name) must hold words, found \(element.description)", at: element.place)
                return nil
            }
            if let problem = passwordProblem(text) { findings.error(problem, at: element.place, hint: "give it to the program by 'environment:'") }
            words.append(text)
        }
        guard let program = words.first, !program.isEmpty else {
            findings.error("'command' of \(section.name) names no program", at: section.place(of: "command"))
            return nil
        }
        if program.contains("/"), !program.hasPrefix("/") { checkInner(program, "command", section) }
        if words.count == 1, program.contains(" ") {
            findings.error(
                "'command' of \(section.name) is one word with blanks in it", at: section.place(of: "command"),
                hint: "write a list, one word an argument: [psql, -X, -c, 'select 1']; no shell reads it")
        }
        return words
    }

    /// `scheme://user:password@host` in a command would be kept with receipts.yaml, and shown.
    private func passwordProblem(_ word: String) -> String? {
        guard let at = word.firstRange(of: "://")?.upperBound, let end = word[at...].firstIndex(of: "@") else { return nil }
        return word[at..<end].contains(":") ? "a word of 'command' holds a password" : nil
    }

    private func environment(_ section: Section) -> [String]? {
        guard section.value("environment") != nil else { return [] }
        guard let words = section.words("environment") else { return nil }
        for (text, place) in words where !text.utf8.allSatisfy({ (48...57).contains($0) || (65...90).contains($0 & 0xdf) || $0 == 95 }) {
            findings.error(
                "'environment' of \(section.name) must hold names of variables, found '\(text)'", at: place,
                hint: "only names stand here; values come from the environment of whoever collects")
        }
        return words.map(\.text)
    }

    private func timeout(_ section: Section) -> Duration {
        section.optionalWord("timeout", "a duration such as 10m") { Words.duration($0).flatMap { $0 > .zero ? $0 : nil } } ?? ExecSettings.usualTimeout
    }
    private func overlap(_ section: Section) -> Duration {
        section.optionalWord("overlap", "a duration such as 15m") { Words.duration($0) } ?? ExecSettings.usualOverlap
    }
    private func limit(_ section: Section) -> Int {
        section.optionalWord("limit", "a number of bytes") { Words.integer($0).flatMap { $0 > 0 ? $0 : nil } } ?? ExecSettings.usualLimit
    }

    private func checkSelect(_ query: String, _ section: Section) {
        let word = query.prefix { $0.isLetter }.lowercased()
        guard word != "select", word != "with" else { return }
        findings.error("'query' of \(section.name) must be one SELECT, found '\(query.prefix(20))'", at: section.place(of: "query"))
    }

    /// Of a copy that lies there for a while a stretch would be asked for that it does not hold yet, and never again.
    private func checkStretch(_ query: String, _ section: Section) {
        guard query.contains(":start"), let covers = section.value("covers"), case .mapping(let entries) = covers.shape,
            entries.contains(where: { $0.key == "by" && $0.value.description.contains("export") }), !entries.contains(where: { $0.key == "live" })
        else { return }
        findings.error(
            "a query over ':start' covers by export only where the database is the register itself, and no copy", at: covers.place,
            hint: "say live: true, or ask for everything each time")
    }

    func refuseDailyFiles(_ section: Section) {
        guard let covers = section.value("covers"), case .mapping(let entries) = covers.shape,
            entries.contains(where: { $0.key == "by" && $0.value.description.contains("daily_files") })
        else { return }
        findings.error(
            "covers by 'daily_files' speaks of files, and \(section.name) reads none", at: covers.place,
            hint: "by: export, where each pull shows all there is since a day, or by: continuous")
    }
}
