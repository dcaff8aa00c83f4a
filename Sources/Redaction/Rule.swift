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
    /// Free of quotes, commas and backslashes, so that it can stand in JSON and CSV.
    var replacement: String { "[redacted:\(rawValue)]" }
}

/// Where something personal or secret stands. Never carries the value.
package struct Hit: Hashable, Sendable {
    package let rule: Rule
    package let range: Range<Int>
    package var offset: Int { range.lowerBound }
}
