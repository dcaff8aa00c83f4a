/// Who holds or held which account, as the directory says: what pages put beside a pseudonym of staff. Customers are not in it.
package struct StaffDirectory: Sendable {
    /// By account; the work ids of one account in the order in which it became theirs.
    private let people: [String: [String]]

    package static let none = StaffDirectory([])

    /// `holders` in the order in which accounts became theirs; the same person twice is one.
    package init(_ holders: [(account: String, person: String)]) {
        var people: [String: [String]] = [:]
        for (account, person) in holders where !people[account, default: []].contains(person) { people[account, default: []].append(person) }
        self.people = people
    }

    /// No source yields a directory, so that nothing can be resolved and nothing is amiss if it is not.
    package var isEmpty: Bool { people.isEmpty }
    package func people(of account: String) -> [String] { people[account] ?? [] }
}
