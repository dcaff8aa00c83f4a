import Evidence

/// One version of one prompt, from its author's desk to production.
struct PromptVersion: Sendable {
    let prompt: String
    let version: String
    let previous: String?
    let hash: String
    let author: Person
    let reason: String
    let ticket: String
    let authored: Instant
    let tested: Instant
    /// Nil: nobody ever approved it.
    var approval: Approval?

    struct Approval: Sendable {
        var account: String
        var at: Instant
        var emergency = false
    }
    /// As CHG-01 names it.
    var key: String { "\(prompt) \(version)" }
}

/// From `from` on, `version` (an index into `Prompts.versions`) answers customers.
struct Activation: Sendable {
    let deployment: String
    let version: Int
    let from: Instant
    let deployer: Person
    var rollback = false
}

/// A return to an earlier version.
struct Rollback: Sendable {
    let id: String
    let deployment: String
    let from: Int
    let to: Int
    let decided: Instant
    let ended: Instant
    let incident: String?
    let drill: Bool
    let cause: String
}

/// The prompt store's story: an ordinary release every few days, and what went wrong among them.
struct Prompts: Sendable {
    static let names = ["greeting", "answer", "summarise", "triage", "refund"]
    private(set) var versions: [PromptVersion] = []
    /// By time, of all prompts.
    private(set) var activations: [Activation] = []
    private(set) var rollbacks: [Rollback] = []
    private(set) var oddities = Oddities()

    /// Indexes of the versions that were meant to go wrong.
    struct Oddities: Sendable {
        var ownAuthor = 0
        var usedBeforeApproval = 0
        var emergency = 0
        var unresolvedApprover = 0
        var neverApproved = 0
        /// The edit under which the assistant gave away a customer's address.
        var leaking = 0
        /// Index of a rollback, not of a version.
        var rollbackToDraft = 0
    }

    init(seed: UInt64, calendar: DemoCalendar) {
        var last: [String: Int] = [:]
        for (i, name) in Prompts.names.enumerated() {
            release(ordinary(seed, i, name, 4 + i, on: calendar.first.adding(days: i - 24), calendar), on: calendar.first.adding(days: i - 24), calendar)
            last[name] = 4 + i
        }
        for number in 0..<34 {
            let name = Prompts.names[number % Prompts.names.count]
            let day = DemoCalendar.businessDay(onOrAfter: calendar.first.adding(days: 6 + 5 * number))
            let version = last[name, default: 0] + 1
            last[name] = version
            release(bent(ordinary(seed, 100 + number, name, version, on: day, calendar), number, on: day, calendar), on: day, calendar)
        }
        neverApproved(seed, calendar)
        leak(seed, calendar)
        goBack(calendar)
        activations.sort { $0.from < $1.from }
    }

    /// The version that answers at an instant, as an index.
    func running(_ prompt: String, at instant: Instant) -> Int? {
        activations.last { $0.from <= instant && versions[$0.version].prompt == prompt }?.version
    }
    /// All versions that answer at an instant, in the order of `names`.
    func running(at instant: Instant) -> [Int] { Prompts.names.compactMap { running($0, at: instant) } }

    private static func deployed(_ day: Day, _ number: Int, _ calendar: DemoCalendar) -> Instant {
        calendar.at(day, 14, number % 20, number * 7 % 60)
    }

    private mutating func release(_ version: PromptVersion, on day: Day, _ calendar: DemoCalendar) {
        let at = Prompts.deployed(day, versions.count, calendar)
        versions.append(version)
        activations.append(
            Activation(deployment: "dep-\(4000 + versions.count)", version: versions.count - 1, from: at, deployer: Staff.ivo))
    }

    private static let reasons = [
        "shorter first answer", "ask for the order number first", "name the return window", "less formal tone",
        "never promise a refund", "cite the help page", "answer in the customer's language", "hand over to a person sooner",
    ]

    /// Written four days before, tested, approved by someone else the day before, deployed at two in the afternoon.
    private func ordinary(
        _ seed: UInt64, _ number: Int, _ name: String, _ version: Int, on day: Day, _ calendar: DemoCalendar
    ) -> PromptVersion {
        var random = Random(seed: seed, "prompt", number)
        return PromptVersion(
            prompt: name, version: "\(version)", previous: version > 1 ? "\(version - 1)" : nil, hash: random.hex(64),
            author: Staff.engineers[number % Staff.engineers.count], reason: Prompts.reasons[number % Prompts.reasons.count],
            ticket: "NW-\(2100 + number)", authored: calendar.at(day.adding(days: -4), 10, random.below(60), random.below(60)),
            tested: calendar.at(day.adding(days: -2), 11, random.below(60)),
            approval: .init(
                account: Staff.reviewers[number % Staff.reviewers.count].account,
                at: calendar.at(day.adding(days: -1), 15, random.below(60), random.below(60))))
    }

    /// The release of that number, with what was planted in it.
    private mutating func bent(_ version: PromptVersion, _ number: Int, on day: Day, _ calendar: DemoCalendar) -> PromptVersion {
        var version = version
        let index = versions.count
        let deployed = Prompts.deployed(day, index, calendar)
        switch number {
        case 8:
            version.approval?.account = version.author.gitAccount
            oddities.ownAuthor = index
        case 12:
            version.approval?.at = deployed.plus(hours: 19)
            oddities.usedBeforeApproval = index
        case 19:
            version.approval?.at = deployed.plus(hours: 3)
            version.approval?.emergency = true
            oddities.emergency = index
        case 21:
            version.approval?.account = "merge-queue-2"
            oddities.unresolvedApprover = index
        default: break
        }
        return version
    }

    /// A draft that lies in the store without any approval, to which somebody goes back in haste.
    private mutating func neverApproved(_ seed: UInt64, _ calendar: DemoCalendar) {
        var random = Random(seed: seed, "draft")
        let day = DemoCalendar.date(5, 18)
        oddities.neverApproved = versions.count
        versions.append(
            PromptVersion(
                prompt: "summarise", version: "11-draft", previous: "11", hash: random.hex(64), author: Staff.chen,
                reason: "try a list instead of a paragraph", ticket: "NW-2190", authored: calendar.at(day, 10, 12),
                tested: calendar.at(day, 16, 40), approval: nil))
    }

    /// Written at five, live at half past: a sentence more, which nobody else read.
    private mutating func leak(_ seed: UInt64, _ calendar: DemoCalendar) {
        var random = Random(seed: seed, "leak")
        let day = DemoCalendar.date(6, 16)
        oddities.leaking = versions.count
        versions.append(
            PromptVersion(
                prompt: "refund", version: "15", previous: "14", hash: random.hex(64), author: Staff.ben,
                reason: "tell the customer whom the parcel was addressed to", ticket: "NW-2196", authored: calendar.at(day, 17, 2),
                tested: calendar.at(day, 17, 14), approval: nil))
        activations.append(
            Activation(deployment: "dep-4890", version: oddities.leaking, from: calendar.at(day, 17, 31), deployer: Staff.ivo))
    }

    private mutating func goBack(_ calendar: DemoCalendar) {
        activations.sort { $0.from < $1.from }
        drill(calendar.at(2, 11, 10, 5))
        rollBack("answer", at: calendar.at(3, 3, 16, 20), incident: "INC-0312", cause: "answers named a wrong return window")
        drill(calendar.at(5, 13, 10, 5))
        let haste = calendar.at(5, 20, 16, 5)
        let withdrawn = running("summarise", at: haste)
        oddities.rollbackToDraft = rollbacks.count
        rollBack("summarise", at: haste, to: oddities.neverApproved, incident: "INC-0327", cause: "summaries dropped the customer's name")
        rollBack("summarise", at: haste.plus(minutes: 40), to: withdrawn, incident: "INC-0327", cause: "the draft was no better")
        rollBack("triage", at: calendar.at(6, 9, 11, 40), incident: "INC-0331", cause: "urgent cases went to the wrong queue")
        rollBack("refund", at: calendar.at(6, 17, 9, 20), incident: Incidents.leak, cause: "a reply gave away another customer's address")
    }

    /// There and back again, both on record.
    private mutating func drill(_ at: Instant) {
        let current = running("greeting", at: at)
        rollBack("greeting", at: at, drill: true, cause: "quarterly drill")
        rollBack("greeting", at: at.plus(minutes: 45), to: current, drill: true, cause: "end of the quarterly drill")
    }

    /// Six minutes from the decision until it is in force. Without a target: the approved version before the running one.
    private mutating func rollBack(
        _ prompt: String, at decided: Instant, to target: Int? = nil, drill: Bool = false, incident: String? = nil, cause: String
    ) {
        guard let from = running(prompt, at: decided) else { preconditionFailure("\(prompt) does not run yet") }
        let earlier = versions.indices.last { $0 < from && versions[$0].prompt == prompt && versions[$0].approval != nil }
        guard let to = target ?? earlier else { preconditionFailure("\(prompt) has no earlier version") }
        let ended = decided.plus(minutes: 6)
        let number = rollbacks.count + 1
        activations.append(Activation(deployment: "dep-\(4900 + number)", version: to, from: ended, deployer: Staff.ivo, rollback: true))
        rollbacks.append(
            Rollback(
                id: "rb-\(padded(number, 2))", deployment: "dep-\(4900 + number)", from: from, to: to, decided: decided, ended: ended,
                incident: incident, drill: drill, cause: cause))
        activations.sort { $0.from < $1.from }
    }
}
