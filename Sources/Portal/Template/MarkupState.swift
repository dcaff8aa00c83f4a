/// Where in HTML the bytes of a template have got to: decides how a value at that place is escaped, or that none may stand there.
enum MarkupState: Equatable {
    case text
    /// Between `<` and the end of the element's name.
    case elementName(String)
    /// Inside a start tag, between attributes.
    case tag(element: String)
    case attributeName(element: String, name: String)
    case beforeValue(element: String, name: String)
    /// Inside a quoted value; `isEmpty` while nothing of it was seen.
    case value(element: String, name: String, quote: UInt8, isEmpty: Bool)
    case unquoted(element: String)
    /// `<!…>`, `<?…>`, comments.
    case declaration(String)
    /// The content of `script` or `style`.
    case code(element: String, tail: String)

    /// How a value at this place is written; nil: no value may stand here.
    enum Slot { case text, link, startOfLink }
    var slot: Slot? {
        switch self {
        case .text: return .text
        case .value(_, let name, _, let isEmpty):
            if name == "href" || name == "src" { return isEmpty ? .startOfLink : .link }
            let isRefused = name.hasPrefix("on") || MarkupState.refused.contains(name)
            return isRefused ? nil : .text
        default: return nil
        }
    }
    /// Attributes whose value a browser runs, fetches or obeys.
    private static let refused: Set<String> = [
        "style", "srcdoc", "action", "formaction", "http-equiv", "content", "xlink:href", "data", "srcset", "poster", "ping", "background",
    ]

    var description: String {
        switch self {
        case .text: "text"
        case .elementName, .tag, .attributeName, .beforeValue: "a start tag outside a quoted value"
        case .unquoted: "an attribute value without quotes"
        case .value(_, let name, _, _): "the attribute '\(name)'"
        case .declaration: "a comment or declaration"
        case .code(let element, _): "the element '\(element)'"
        }
    }

    /// The state after a value was written.
    mutating func passedValue() {
        if case .value(let element, let name, let quote, _) = self {
            self = .value(element: element, name: name, quote: quote, isEmpty: false)
        }
    }

    mutating func consume(_ bytes: ArraySlice<UInt8>) { for byte in bytes { consume(byte) } }

    private mutating func consume(_ byte: UInt8) {
        let isBlank = byte == 32 || byte == 10 || byte == 9 || byte == 13
        let letter = String(UnicodeScalar(byte >= 65 && byte <= 90 ? byte + 32 : byte))
        switch self {
        case .text:
            if byte == UInt8(ascii: "<") { self = .elementName("") }
        case .elementName(let name):
            if name.isEmpty, byte == UInt8(ascii: "!") || byte == UInt8(ascii: "?") {
                self = .declaration("")
            } else if byte == UInt8(ascii: ">") {
                self = MarkupState.after(name)
            } else if isBlank {
                self = name.isEmpty ? .text : .tag(element: name)
            } else {
                self = .elementName(name + letter)
            }
        case .tag(let element):
            if byte == UInt8(ascii: ">") {
                self = MarkupState.after(element)
            } else if !isBlank, byte != UInt8(ascii: "/") {
                self = .attributeName(element: element, name: letter)
            }
        case .attributeName(let element, let name):
            if byte == UInt8(ascii: "=") {
                self = .beforeValue(element: element, name: name)
            } else if byte == UInt8(ascii: ">") {
                self = MarkupState.after(element)
            } else if isBlank {
                self = .tag(element: element)
            } else {
                self = .attributeName(element: element, name: name + letter)
            }
        case .beforeValue(let element, let name):
            if byte == 34 || byte == 39 {
                self = .value(element: element, name: name, quote: byte, isEmpty: true)
            } else if !isBlank {
                self = .unquoted(element: element)
            }
        case .value(let element, let name, let quote, _):
            self = byte == quote ? .tag(element: element) : .value(element: element, name: name, quote: quote, isEmpty: false)
        case .unquoted(let element):
            if byte == UInt8(ascii: ">") { self = MarkupState.after(element) } else if isBlank { self = .tag(element: element) }
        case .declaration(let seen):
            // What is kept: the first two bytes, which say whether it is a comment, and the last two.
            let isComment = seen.hasPrefix("--")
            if byte == UInt8(ascii: ">"), !isComment || seen.hasSuffix("--") {
                self = .text
            } else {
                self = .declaration(seen.utf8.count < 4 ? seen + letter : String(seen.prefix(2)) + String(seen.suffix(1)) + letter)
            }
        case .code(let element, let tail):
            let grown = String((tail + letter).suffix(element.count + 2))
            self = byte == UInt8(ascii: ">") && tail.hasSuffix("</" + element) ? .text : .code(element: element, tail: grown)
        }
    }

    private static func after(_ element: String) -> MarkupState {
        element == "script" || element == "style" ? .code(element: element, tail: "") : .text
    }
}
