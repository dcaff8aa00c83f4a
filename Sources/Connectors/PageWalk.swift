import Evidence
import HTTP

/// A page that was found whole.
struct JSONPage {
    let body: [UInt8]
    let records: [Range<Int>]
    /// Read only where something besides the records is looked at.
    let document: JSON?

    /// Throws where this is no page of records: HTML, broken off, without the array.
    init(_ answer: HTTPAnswer, _ settings: HTTPSettings, parsing: Bool) throws(ReadProblem) {
        let type = answer.value(of: "content-type") ?? "no content type"
        let wanted = settings.contentType ?? (settings.isXML ? "xml" : "json")
        guard type.lowercased().contains(wanted) else {
            throw ReadProblem("the server answers with '\(type.prefix(60))', and no \(settings.contentType.map { "'\($0)'" } ?? wanted.uppercased())")
        }
        body = settings.isXML ? try JSONPage.rendered(answer.body, settings) : answer.body
        var found: [Range<Int>] = []
        let slices = JSONSlices(settings.records ?? "", takesNull: false, isSingle: settings.shape.isSingle, omitsEmpty: settings.shape.omitsEmpty)
        let problem = body.withUnsafeBytes { slices.each(of: $0) { found.append($0) } }
        if let problem { throw ReadProblem("the answer is no page of records: \(problem)") }
        records = found
        guard parsing else {
            document = nil
            return
        }
        do throws(JSONError) {
            document = try JSON.parse(body)
        } catch {
            throw ReadProblem("the answer is not JSON: \(error.reason) at byte \(error.offset)")
        }
    }

    private static func rendered(_ bytes: [UInt8], _ settings: HTTPSettings) throws(ReadProblem) -> [UInt8] {
        let json = try XMLRendering.json(bytes)
        guard !settings.shape.isSingle, let path = settings.records.map(MemberPath.names) else { return json.canonicalBytes }
        return XMLRendering.listing(json, path[...]).canonicalBytes
    }

    /// The value at `a.b.c`; nil where a name on the way is missing.
    func value(at path: String) -> JSON? {
        var value = document
        for name in MemberPath.names(path) { value = value?[name] }
        return value
    }
}

/// Goes from page to page of one stretch of time, and knows when the last one was there.
struct PageWalk {
    struct Question: Hashable {
        let address: HTTPAddress
        let body: JSON?
    }

    private let settings: HTTPSettings
    /// A signature is made over the parameters in the order of their names.
    private let isSigned: Bool
    private let first: Question
    private(set) var question: Question
    private var asked: Set<Question> = []
    private var digests: Set<String> = []
    /// Cursors that were sent.
    private var sent: Set<String> = []
    private var pages = 0
    private(set) var records = 0

    init(_ settings: HTTPSettings, _ address: HTTPAddress, _ window: Window, isSigned: Bool) {
        self.settings = settings
        self.isSigned = isSigned
        let text = WindowText(settings: settings, window: window)
        first = Question(
            address: address.adding(settings.query.map { ($0.name, text.text($0.value)) }), body: settings.body.map(text.body))
        question = first
        switch settings.paging {
        case .none, .linkHeader, .token: break
        case .page(let counted, let number): question = counting(counted, number)
        case .offset(let counted): question = counting(counted, 0)
        }
        question = ordered(question)
    }

    /// Whether what a page says besides its records must be read.
    static func needsDocument(_ settings: HTTPSettings) -> Bool {
        if settings.count != nil { return true }
        switch settings.paging {
        case .none, .linkHeader, .token(.header, _, _, nil): return false
        case .token: return true
        case .page(let counted, _), .offset(let counted): return counted.more != nil
        }
    }

    /// Moves on; the reason why the page was the last, if it was.
    mutating func advance(_ answer: HTTPAnswer, _ page: JSONPage, digest: String) throws(ReadProblem) -> String? {
        asked.insert(question)
        pages += 1
        records += page.records.count
        if !page.records.isEmpty, !digests.insert(digest).inserted { throw ReadProblem("page \(pages) is the same as one before: the server goes in a circle") }
        let next: Question
        switch settings.paging {
        case .none: return "the one answer is the whole"
        case .linkHeader:
            guard let link = HTTPHeaders.link("next", in: answer.values(of: "link")) else { return "page \(pages) names no next page in its Link header" }
            next = Question(address: try sameServer(link), body: first.body)
        case .token(let place, let parameter, let isInBody, let more):
            let token = try token(place, answer, page)
            if let more, try !follows(page, more) { return "page \(pages) says at '\(more)' that no other follows" }
            guard let token else { return try missingCursor(place, page, isPromised: more != nil) }
            sent.insert(token)
            next = following(token, parameter, isInBody)
        case .page(let counted, let number):
            if let reason = try ending(counted, page) { return reason }
            next = counting(counted, number + pages)
        case .offset(let counted):
            if let reason = try ending(counted, page) { return reason }
            next = counting(counted, records)
        }
        question = ordered(next)
        guard !asked.contains(question) else { throw ReadProblem("page \(pages) leads back to a page that was asked for before: the server goes in a circle") }
        return nil
    }

    private func sameServer(_ link: String) throws(ReadProblem) -> HTTPAddress {
        guard let address = question.address.resolving(link) else { throw ReadProblem("page \(pages) names a next page that is no http URL") }
        guard address.origin == first.address.origin else {
            throw ReadProblem("page \(pages) names a next page at '\(address.origin)', which is another server: not asked")
        }
        return address
    }

    private func token(_ place: HTTPSettings.TokenPlace, _ answer: HTTPAnswer, _ page: JSONPage) throws(ReadProblem) -> String? {
        switch place {
        case .header(let name):
            guard let value = answer.value(of: name), !value.isEmpty else { return nil }
            return value
        case .path(let path):
            switch page.value(at: path) {
            case nil, .null?, .bool(false)?, .string("")?: return nil
            case let value?:
                if let text = value.cursorText { return text }
                throw ReadProblem("page \(pages) holds no cursor at '\(path)', but something else")
            }
        }
    }

    private func follows(_ page: JSONPage, _ path: String) throws(ReadProblem) -> Bool {
        switch page.value(at: path) {
        // In XML it is a text.
        case .bool(true)?, .string("true")?: return true
        case .bool(false)?, .string("false")?: return false
        default: throw ReadProblem("page \(pages) does not say at '\(path)' whether another follows")
        }
    }

    /// A page without a cursor is the last, unless it says otherwise, or holds one somewhere else: a path with a slip in it would prove a stretch of time
    /// that was never read to its end.
    private func missingCursor(_ place: HTTPSettings.TokenPlace, _ page: JSONPage, isPromised: Bool) throws(ReadProblem) -> String {
        let here =
            switch place {
            case .path(let path): "at '\(path)'"
            case .header(let name): "in the header '\(name)'"
            }
        guard !isPromised else { throw ReadProblem("page \(pages) says that another follows, and holds no cursor \(here)") }
        if let other = page.document?.cursor(besides: sent) {
            throw ReadProblem("page \(pages) holds no cursor \(here), but at '\(other)' what looks like one: is 'from:' of its paging right?")
        }
        return "page \(pages) holds no cursor for another"
    }

    private func following(_ token: String, _ parameter: String, _ isInBody: Bool) -> Question {
        if isInBody { return Question(address: first.address, body: (first.body ?? [:]).setting(MemberPath.names(parameter), to: token)) }
        return Question(address: first.address.adding([(parameter, token)]), body: first.body)
    }

    private func ending(_ counted: HTTPSettings.Counted, _ page: JSONPage) throws(ReadProblem) -> String? {
        guard page.records.count <= counted.size else {
            throw ReadProblem(
                "page \(pages) holds \(page.records.count) records, more than the \(counted.size) asked for: the server does not page as configured")
        }
        if let path = counted.more {
            return try follows(page, path) ? nil : "page \(pages) says at '\(path)' that no other follows"
        }
        if page.records.isEmpty { return "page \(pages) is empty" }
        // A server that caps the size would look like this on each page, so this must be asked for.
        if counted.endsShort, page.records.count < counted.size { return "page \(pages) holds \(page.records.count) of \(counted.size) records" }
        return nil
    }

    private func counting(_ counted: HTTPSettings.Counted, _ number: Int) -> Question {
        let size = counted.sizeParameter.map { [($0, String(counted.size))] } ?? []
        return Question(address: first.address.adding([(counted.parameter, String(number))] + size), body: first.body)
    }

    private func ordered(_ question: Question) -> Question {
        isSigned ? Question(address: question.address.sorted, body: question.body) : question
    }
}

extension JSON {
    /// Names that cursors go by, in small letters without signs.
    private static let cursorNames: Set = [
        "next", "nexttoken", "nextpagetoken", "nextpage", "nextcursor", "nextmarker", "nextcontinuationtoken", "nextlink", "nexturl", "nextrecordspath",
        "cursor", "endcursor", "aftercursor", "continuationtoken", "continue", "continuetoken", "marker", "paginationtoken", "pagetoken", "starttoken",
        "scrollid", "odatanextlink",
    ]

    fileprivate var cursorText: String? {
        switch self {
        case .string(let text): text
        case .integer(let number): String(number)
        default: nil
        }
    }

    /// Where, outside of arrays, something stands that goes by the name of a cursor and was not sent to the server before.
    fileprivate func cursor(besides sent: Set<String>, depth: Int = 4) -> String? {
        guard depth > 0, case .object(let members) = self else { return nil }
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            if let text = value.cursorText, !text.isEmpty, !sent.contains(text),
                JSON.cursorNames.contains(String(name.lowercased().filter { $0.isASCII && $0.isLetter }))
            {
                return name
            }
            if let inner = value.cursor(besides: sent, depth: depth - 1) { return "\(name).\(inner)" }
        }
        return nil
    }

    /// With `text` at a path of names; what stands in the way is replaced.
    fileprivate func setting(_ path: [String], to text: String) -> JSON {
        guard let name = path.first else { return .string(text) }
        var members: [String: JSON] = if case .object(let held) = self { held } else { [:] }
        members[name] = (members[name] ?? .object([:])).setting(Array(path.dropFirst()), to: text)
        return .object(members)
    }
}
