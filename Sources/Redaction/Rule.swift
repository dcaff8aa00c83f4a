/// What was replaced and why: the word in the evidence sheet and in `[redacted:…]`.
package enum Rule: String, Sendable, CaseIterable, Comparable {
    case account
    case subject
    case email
    case phone
    case card
    case ssn
    case iban
    /// A credential by its shape: cloud keys, tokens, private key blocks, passwords.
    case secret

    package static func < (a: Rule, b: Rule) -> Bool { a.rawValue < b.rawValue }
    /// Among `allCases`, which makes a list each time that it is asked.
    var place: Int {
        switch self {
        case .account: 0
        case .subject: 1
        case .email: 2
        case .phone: 3
        case .card: 4
        case .ssn: 5
        case .iban: 6
        case .secret: 7
        }
    }
    /// Free of quotes, commas and backslashes, so that it can stand in JSON and CSV.
    var replacement: String { "[redacted:\(rawValue)]" }
}

/// Where something personal or secret stands. Never carries the value.
package struct Hit: Hashable, Sendable {
    package let rule: Rule
    package let range: Range<Int>
    package var offset: Int { range.lowerBound }
}
