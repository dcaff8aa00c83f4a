import Evidence

/// One version of the model or of a guardrail: registered, approved, tested, then in production.
struct Release: Sendable {
    let component: String
    let name: String
    let version: String
    let hash: String
    let ticket: String
    let registered: Instant
    let requestedBy: Person
    let approver: Person
    let approved: Instant
    let tested: Instant
    let deployed: Instant
    let deployment: String
}

/// What runs besides the prompts.
struct Models: Sendable {
    let releases: [Release]
    private let models: [Release]
    private let guardrails: [Release]

    init(seed: UInt64, calendar: DemoCalendar) {
        func release(_ number: Int, _ component: String, _ name: String, _ version: String, _ day: Day) -> Release {
            var random = Random(seed: seed, "release", number)
            return Release(
                component: component, name: name, version: version, hash: random.hex(64), ticket: "NW-\(1900 + number)",
                registered: calendar.at(day.adding(days: -6), 9, random.below(60)), requestedBy: Staff.engineers[number % 5],
                approver: Staff.reviewers[number % 3], approved: calendar.at(day.adding(days: -1), 16, random.below(60)),
                tested: calendar.at(day.adding(days: -3), 13, random.below(60)), deployed: calendar.at(day, 11, 10 + random.below(30)),
                deployment: "dep-\(3900 + number)")
        }
        let before = calendar.first
        models = [
            release(0, "model", "aurora-large", "aurora-large-2025-11-20", before.adding(days: -20)),
            release(1, "model", "aurora-large", "aurora-large-2026-02-26", DemoCalendar.date(3, 19)),
            release(2, "model", "aurora-large", "aurora-large-2026-04-30", DemoCalendar.date(5, 12)),
        ]
        guardrails = [
            release(3, "guardrail", "input-guard", "7", before.adding(days: -35)),
            release(4, "guardrail", "input-guard", "8", DemoCalendar.date(2, 24)),
            release(5, "guardrail", "input-guard", "9", DemoCalendar.date(6, 2)),
        ]
        releases = (models + guardrails).sorted { $0.deployed < $1.deployed }
    }

    func running(at instant: Instant) -> Release { models.last { $0.deployed <= instant } ?? models[0] }
    func guardrail(at instant: Instant) -> Release { guardrails.last { $0.deployed <= instant } ?? guardrails[0] }
}
