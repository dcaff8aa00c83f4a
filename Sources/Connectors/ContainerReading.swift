import Evidence

/// Reads the members of one archive that match a pattern, each as a file of its own called `archive!member`.
struct ContainerReading {
    private let reader: FileReader
    private let pattern: String
    private let decoder: DecoderSettings
    private let request: PullRequest
    private var problems: [String] = []
    private var seen: Set<FileName> = []
    private var matched = 0
    private(set) var cursors: [FileCursor] = []

    init(_ reader: FileReader, _ pattern: String, _ decoder: DecoderSettings, _ request: PullRequest) {
        self.reader = reader
        self.pattern = pattern
        self.decoder = decoder
        self.request = request
    }

    /// Why the archive as a whole is not known, if it is not: one sentence or several.
    var problem: String? {
        guard !problems.isEmpty else { return nil }
        let more = problems.count - Self.told
        return problems.prefix(Self.told).joined(separator: "; ") + (more > 0 ? "; and \(more) more" : "")
    }
    private static let told = 5

    private var file: FileName { reader.name }
    var records: Int { cursors.reduce(0) { $0 + $1.records } }

    mutating func run<S: RecordSink>(into sink: inout S) throws {
        do {
            let container = try Container(reader, limit: request.limits.fileBytes)
            while var member = try container.next() {
                member.name = member.name.shown(by: request.nameTold)
                if request.limits.isOverdue() { throw ReadProblem("the time for a pull was over within '\(file.shown)'") }
                guard seen.count < request.limits.members else {
                    throw ReadProblem("'\(file.shown)' holds more than \(request.limits.members) members; the rest was left")
                }
                try take(member, of: container, into: &sink)
            }
            if matched == 0, problems.isEmpty { problems.append("no member of '\(file.shown)' matches '\(pattern)'") }
        } catch let problem as ReadProblem {
            problems.append(problem.text)
        }
    }

    private mutating func take<S: RecordSink>(_ member: Container.Member, of container: Container, into sink: inout S) throws {
        let shown = file.shown + "!" + member.name.shown
        guard member.sort != .folder else { return }
        guard Self.isInner(member.name) else { return problems.append("'\(shown)' is called as if it lay elsewhere, and was not read") }
        guard Self.matches(member.name, pattern) else { return }
        matched += 1
        // Two readers of such an archive may take different ones for the truth.
        guard seen.insert(member.name).inserted else { return problems.append("'\(shown)' is there twice; the second was not read") }
        guard member.sort == .file else { return problems.append("'\(shown)' is a link or no file, and was not read") }
        let start = DecoderStart(name: shown, limits: request.limits)
        let result = try StreamDecoding(decoder: decoder, start: start, request: request).run(MemberStream(container, member.name, shown: shown), into: &sink)
        if let problem = result.problem { problems.append(problem.text) }
        if let cursor = result.cursor { cursors.append(cursor) }
        guard records <= request.limits.records else { throw ReadProblem("'\(file.shown)' holds more than \(request.limits.records) records") }
    }

    /// Relative, and never up: what a program that unpacks would have to refuse.
    static func isInner(_ name: FileName) -> Bool {
        let parts = name.bytes.split(separator: 47, omittingEmptySubsequences: false)
        return !name.bytes.isEmpty && name.bytes.first != 47 && !parts.contains { $0.elementsEqual("..".utf8) }
    }

    /// As paths of files match: `**` stands for any folders, and what begins with a dot is matched only by what does.
    static func matches(_ name: FileName, _ pattern: String) -> Bool {
        /// What was asked and is not so: with several `**` many ways lead to the same question.
        var asked: Set<[Int]> = []
        func rest(_ parts: ArraySlice<[UInt8]>, _ patterns: ArraySlice<[UInt8]>) -> Bool {
            guard asked.insert([parts.count, patterns.count]).inserted else { return false }
            guard let pattern = patterns.first else { return parts.isEmpty }
            if pattern == Array("**".utf8) {
                if rest(parts, patterns.dropFirst()) { return true }
                guard let part = parts.first, part.first != 46 else { return false }
                return rest(parts.dropFirst(), patterns)
            }
            guard let part = parts.first, Glob.matches(part, pattern) else { return false }
            return rest(parts.dropFirst(), patterns.dropFirst())
        }
        let (parts, patterns) = (name.bytes.split(separator: 47).map { Array($0) }, pattern.utf8.split(separator: 47).map { Array($0) })
        return parts.count <= 64 && rest(parts[...], patterns[...])
    }
}
