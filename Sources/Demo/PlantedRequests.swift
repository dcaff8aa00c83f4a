import Evidence

/// Requests that are there for a reason, whatever the volume.
struct PlantedRequests: Sendable {
    let withoutVersion: Request
    let withoutVerdict: Request
    let afterWithdrawal: Request
    let redactedLate: Request
    let acceptedProbe: Request
    let leaking: Request
    private let others: [Request]

    init(seed: UInt64, prompts: Prompts, calendar: DemoCalendar) {
        var random = Random(seed: seed, "planted requests")
        func request(_ at: Instant, subject: Int, prompt: Int) -> Request {
            Request(
                at: at, id: (random.next(), random.next()), subject: subject, prompt: prompt,
                version: prompts.running(Prompts.names[prompt], at: at), shape: random.next())
        }
        var request1 = request(calendar.at(6, 3, 10, 14, 22), subject: 88, prompt: 1)
        request1.version = nil
        withoutVersion = request1
        var request2 = request(calendar.at(2, 19, 13, 41, 3), subject: 131, prompt: 2)
        request2.verdict = .missing
        withoutVerdict = request2
        var request3 = request(calendar.at(3, 12, 17, 25, 40), subject: Privacy.withdrew, prompt: 0)
        request3.consentNeeded = true
        afterWithdrawal = request3
        var request4 = request(calendar.at(5, 6, 9, 52, 10), subject: 214, prompt: 3)
        request4.holdsPersonalData = true
        request4.redactedAfterWrite = true
        redactedLate = request4

        let edit = prompts.activations.first { $0.version == prompts.oddities.leaking }
        var request5 = request((edit?.from ?? calendar.at(6, 16, 17, 31)).plus(seconds: 1), subject: 302, prompt: 4)
        request5.holdsPersonalData = true
        request5.leaks = true
        leaking = request5

        var others: [Request] = []
        // A probe a week that must be refused; one was let through.
        var let1 = request4
        for week in 0..<26 {
            let day = calendar.first.adding(days: 4 + 7 * week)
            var probe = request(calendar.at(day, 10, 20), subject: 7, prompt: week % Prompts.names.count)
            probe.probe = true
            probe.verdict = week == 15 ? .accepted : .rejected
            if week == 15 { let1 = probe } else { others.append(probe) }
        }
        acceptedProbe = let1
        // Those who withdrew later were served under their consent before.
        for i in 0..<9 {
            var before = request(calendar.at(calendar.first.adding(days: 20 + i * 10), 12, 30 + i), subject: 430 + i, prompt: i % 5)
            before.consentNeeded = true
            others.append(before)
        }
        self.others = others
    }

    var all: [Request] { others + [withoutVersion, withoutVerdict, afterWithdrawal, redactedLate, acceptedProbe, leaking] }
}
