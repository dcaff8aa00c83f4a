/// A server that is asked over HTTP for JSON, page by page.
package struct HTTPSettings: Hashable, Sendable {
    package struct Named: Hashable, Sendable {
        package let name: String
        package let value: String
        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// http or https, without a query.
    package var url: String
    /// In the order of the YAML. `{start}`, `{end}` and `{last}` in a value become the window's ends.
    package var query: [Named] = []
    /// Asked by POST with this body; the same words in its strings.
    package var body: JSON?
    /// Nothing secret.
    package var headers: [Named] = []
    /// Where the array of records stands in a page; nil: the page is the array.
    package var records: String?
    package var shape = HTTPShape()
    /// Answers are XML, and read as the JSON that they are rendered to.
    package var isXML = false
    /// What the server calls its answers, lower case; nil: something with `json` or `xml` in it.
    package var contentType: String?
    package var authorization = Authorization.none
    package var paging = Paging.none
    /// How `{start}` and `{end}` are written.
    package var times = TimeForm.rfc3339
    /// No request asks for a longer stretch.
    package var atMost: Duration?
    /// Windows begin and end at multiples of it, counted from 1970; `{last}` is the window's end less this.
    package var step: Duration?
    /// What is younger is not asked for: a source may write late.
    package var settle = Duration.seconds(900)
    /// How far before the end of what is proved the next pull begins.
    package var overlap = Duration.seconds(900)
    package var retries = 4
    /// For one answer.
    package var timeout = Duration.seconds(60)
    /// Of one page, unpacked.
    package var pageLimit = 64 << 20
    package var pages = 10_000
    /// Where a page says how many records there are in all.
    package var count: String?
    /// A header that names the server's version, lower case.
    package var server = "server"
    /// A file of certificates, inside the programme's folder, that are trusted in place of the system's.
    package var authorities: String?
    /// http without TLS, also beyond this machine.
    package var allowsPlain = false
    /// This machine and networks of one's own.
    package var allowsOwnNetwork = false
    package let place: Place

    package init(url: String, place: Place) {
        self.url = url
        self.place = place
    }

    package enum TimeForm: String, Hashable, Sendable, CaseIterable {
        case rfc3339, unix
        case unixMilliseconds = "unix_ms"
        case unixNanoseconds = "unix_ns"
    }

    package enum Authorization: Hashable, Sendable {
        case none
        case basic(user: String, password: SecretReference)
        case bearer(SecretReference)
        /// `before` is put before the secret: `SSWS `, `Token token=`.
        case header(name: String, before: String, SecretReference)
        /// `session`: the token that temporary credentials come with.
        case signed(region: String, service: String, key: SecretReference, secret: SecretReference, session: SecretReference? = nil)
    }

    /// How the next page is asked for, and which one is the last.
    package enum Paging: Hashable, Sendable {
        /// One answer is the whole.
        case none
        /// `Link: <…>; rel="next"`; the page without one is the last.
        case linkHeader
        /// The cursor that a page or its head holds is sent as `parameter`; the last page is the one without, or that says so at `more`.
        case token(from: TokenPlace, parameter: String, inBody: Bool, more: String? = nil)
        case page(Counted, first: Int)
        case offset(Counted)
    }

    package enum TokenPlace: Hashable, Sendable {
        case path(String)
        case header(String)
    }

    package struct Counted: Hashable, Sendable {
        package let parameter: String
        package let size: Int
        package let sizeParameter: String?
        /// Where a page says whether another follows. Nil: the last page is the empty one, or, if `endsShort`, the first that is not full.
        package let more: String?
        package let endsShort: Bool
        package init(parameter: String, size: Int, sizeParameter: String?, more: String?, endsShort: Bool) {
            self.parameter = parameter
            self.size = size
            self.sizeParameter = sizeParameter
            self.more = more
            self.endsShort = endsShort
        }
    }

    package var isSigned: Bool { if case .signed = authorization { true } else { false } }

    package var isWindowed: Bool {
        shape.newestFirst != nil || query.contains { HTTPSettings.holdsStart($0.value) } || (body.map { HTTPSettings.holdsStart($0.canonical) } ?? false)
    }
    private static func holdsStart(_ text: String) -> Bool { text.contains(WindowWords.start) }

    /// For a page: without secrets, which nothing here holds.
    package var shown: String {
        let style: String =
            switch paging {
            case .none: "one page"
            case .linkHeader: "paged by Link"
            case .token(_, let parameter, _, _): "paged by the cursor '\(parameter)'"
            case .page(let counted, _): "paged by '\(counted.parameter)' of \(counted.size)"
            case .offset(let counted): "paged by '\(counted.parameter)' in steps of \(counted.size)"
            }
        let asked = query.isEmpty ? "" : "?" + query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        let lookups = shape.each.map { ", for each its '\($0.name)'" }.joined()
        return (body == nil ? "GET " : "POST ") + url + asked + ", " + style + lookups
    }
}

/// Where a secret is found when it is needed. The secret itself is nowhere kept.
package enum SecretReference: Hashable, Sendable {
    /// A file of the user's own that nobody else may read; absolute, or inside the programme's folder.
    case file(String)
    /// What a program writes, run without a shell.
    case command([String])
    /// One that systemd handed over (`LoadCredential=`).
    case credential(String)
    case environment(String)

    /// For messages: where it was looked for.
    package var shown: String {
        switch self {
        case .file(let path): "the file '\(path)'"
        case .command(let words): "the program '\(words.first ?? "")'"
        case .credential(let name): "the credential '\(name)'"
        case .environment(let name): "the variable '\(name)'"
        }
    }
}

/// What an exchange with a server brought besides its records: for the evidence sheet.
package struct Exchange: Hashable, Sendable {
    package struct Page: Hashable, Sendable {
        /// HMAC-SHA256 under the programme's digest key over the page as it came, unpacked: a digest of unredacted bytes is never published bare.
        package let digest: String
        package let bytes: Int
        package let records: Int
        package init(digest: String, bytes: Int, records: Int) {
            self.digest = digest
            self.bytes = bytes
            self.records = records
        }
    }
    package var pages: [Page] = []
    /// Why the last page is the last; nil where none is known to be.
    package var lastPage: String?
    /// By name of a lookup: how often it was asked, and how often the server said that there is none.
    package var lookups: [String: Lookups] = [:]
    package struct Lookups: Hashable, Sendable {
        package var asked = 0
        package var absent = 0
        package init() {}
    }
    /// As the server names itself.
    package var server: String?
    /// How far its clock is ahead of ours, and how far that may be off.
    package var clock: (offset: Duration, within: Duration)? {
        get { measured.map { ($0.offset, $0.within) } }
        set { measured = newValue.map { Measured(offset: $0.offset, within: $0.within) } }
    }
    private var measured: Measured?
    private struct Measured: Hashable { let offset: Duration, within: Duration }
    package init() {}
}
