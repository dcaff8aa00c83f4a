/// One entry of the closed vocabulary of evidence, declared in `controls/kinds/<name>.yaml`.
package struct Kind: Hashable, Sendable {
    package let name: KindName
    package let title: String
    package let description: String
    /// In the order of the file, which is the order of the columns.
    package let fields: [Field]
    /// Columns in whose order the index keeps the kind a second time: a test that reads only these reads nothing else.
    package let indexes: [[String]]
    package let byDay: DayCounts?
    /// How far before a period a control may look at this kind, and how far after.
    package let place: Place

    package init(
        name: KindName, title: String, description: String, fields: [Field], indexes: [[String]] = [], byDay: DayCounts? = nil, place: Place
    ) {
        self.name = name
        self.title = title
        self.description = description
        self.fields = fields
        self.indexes = indexes
        self.byDay = byDay
        self.place = place
    }
    package func field(_ name: String) -> Field? { fields.first { $0.name == name } }
}

/// How a kind's records are counted by day in the table `<kind>_by_day`, which each assessment makes for itself: in one reading for all controls.
package struct DayCounts: Hashable, Sendable {
    /// Fields by whose values records are told apart; few values each, or there are as many rows as records.
    package let by: [String]
    /// Numbers of which only the sign counts: columns `sign_<field>`, -1, 0, 1, or NULL where the field says nothing.
    package let sign: [String]
    /// Fields of which only counts whether they say anything: columns `has_<field>`.
    package let has: [String]

    package init(by: [String], sign: [String] = [], has: [String]) {
        self.by = by
        self.sign = sign
        self.has = has
    }

    package static func table(of kind: KindName) -> String { kind.text + suffix }
    package static let suffix = "_by_day"
    /// What the index keeps so that a day need not be counted from the kind's own, wide rows: each set of values that records say (`said`), numbered, and of
    /// each record when it happened and the number of its set.
    package static func sets(of kind: KindName) -> String { kind.text + setsSuffix }
    package static func counted(of kind: KindName) -> String { kind.text + countedSuffix }
    private static let setsSuffix = "_said"
    private static let countedSuffix = "_counted"
    package static func tables(of kind: KindName) -> [String] { [table(of: kind), sets(of: kind), counted(of: kind)] }
    /// Tables that are made for a kind are called so.
    package static let suffixes = [suffix, setsSuffix, countedSuffix]

    /// A row holds for many records: the lowest of their artifacts, the first and the last instant of any of them, and how many they are. There may be two
    /// rows that differ in these alone. `day` and `starts` are those of the calendar's `days`; NULL for records of no such day. `sure` is 0 of records that
    /// another one contradicts, and of those whose time does not say which day it was: they count on the first, and have a row of 0 records on each other one.
    package static let before = ["day", "starts", "sure"]
    package static let after = ["records", "first_at", "first_at_latest", "last_at", "last_at_latest", "artifact"]
    package var columns: [String] { DayCounts.before + said + DayCounts.after }
    /// What a set of values holds, in its order.
    package var said: [String] { by + sign.map { "sign_" + $0 } + has.map { "has_" + $0 } }
    /// The same, of a row of the kind.
    package var expressions: [String] {
        by.map { "\"\($0)\"" } + sign.map { "(\"\($0)\" > 0) - (\"\($0)\" < 0)" } + has.map { "\"\($0)\" IS NOT NULL" }
    }
}

/// A typed field of a kind, and the column of the same name. An `instant` field has a second column, `<name>_latest`.
package struct Field: Hashable, Sendable {
    package let name: String
    package let type: FieldType
    package let description: String
    /// A record without it is kept as a reject.
    package let isRequired: Bool

    package init(name: String, type: FieldType, description: String, isRequired: Bool) {
        self.name = name
        self.type = type
        self.description = description
        self.isRequired = isRequired
    }
    package var columns: [String] { type == .instant ? [name, name + "_latest"] : [name] }
}

package enum FieldType: Hashable, Sendable {
    /// Free text: patterns of personal data are looked for.
    case text
    /// An identifier that is no person's: left as it is.
    case id
    case integer
    case number
    case boolean
    /// A point in time, possibly known only to the day.
    case instant
    /// A hexadecimal or `algorithm:hex` digest: left as it is.
    case digest
    /// A member of staff's account: becomes a keyed pseudonym `acct-…` that joins with the directory.
    case account
    /// A customer or data subject: becomes a keyed pseudonym `subj-…`.
    case subject
    /// One of these words.
    case oneOf([String])

    package var name: String {
        switch self {
        case .text: "text"
        case .id: "id"
        case .integer: "integer"
        case .number: "number"
        case .boolean: "boolean"
        case .instant: "instant"
        case .digest: "digest"
        case .account: "account"
        case .subject: "subject"
        case .oneOf: "one_of"
        }
    }
}
