import Evidence

/// One request as the gateway saw it, before anybody writes it down.
struct Request: Sendable {
    var at: Instant
    var id: (UInt64, UInt64)
    /// Number of the customer's end user.
    var subject: Int
    /// Index into `Prompts.names`.
    var prompt: Int
    /// Index into `Prompts.versions`; nil: the gateway did not know it.
    var version: Int?
    /// Number of a draw that decides the words of the excerpt, tokens, latency and the like.
    var shape: UInt64
    var holdsPersonalData = false
    var consentNeeded = false
    var verdict: Verdict = .accepted
    var redactedAfterWrite = false
    /// Sent by the team itself, to be refused.
    var probe = false
    /// The reply named somebody else's address, and of the prompt no word was logged.
    var leaks = false

    enum Verdict: Sendable { case accepted, rejected, missing }

    var idText: String {
        var bytes: [UInt8] = []
        bytes.append(requestID: self)
        return String(decoding: bytes, as: UTF8.self)
    }
    var recordText: String { "ans-" + String(idText.dropFirst(4).prefix(16)) }
}

extension [UInt8] {
    mutating func append(requestID request: Request) {
        append(literal: "req-")
        append(hex: request.id.0, digits: 12)
        append(hex: request.id.1, digits: 12)
    }
    /// Each stored answer has its own id, made from the request's.
    mutating func append(recordID request: Request) {
        append(literal: "ans-")
        append(hex: request.id.0, digits: 12)
        append(hex: request.id.1, digits: 4)
    }
}

/// All requests of a day: the ordinary ones by the hour, the first one after each release, and the planted ones.
struct Requests: Sendable {
    let seed: UInt64
    let traffic: Traffic
    let prompts: Prompts
    let planted: [Day: [Request]]
    let calendar: DemoCalendar
    /// Subjects below this number are everyday customers, all of whom have given consent.
    static let everydaySubjects = 400

    init(seed: UInt64, traffic: Traffic, prompts: Prompts, planted: [Request], calendar: DemoCalendar) {
        self.seed = seed
        self.traffic = traffic
        self.prompts = prompts
        self.calendar = calendar
        var all = planted
        for (i, activation) in prompts.activations.enumerated() where activation.from >= calendar.at(calendar.first, 0) {
            // The leak is the first thing that the new wording did.
            if planted.contains(where: { $0.leaks && $0.version == activation.version }) { continue }
            var random = Random(seed: seed, "first use", i)
            guard let prompt = Prompts.names.firstIndex(of: prompts.versions[activation.version].prompt) else { continue }
            all.append(
                Request(
                    at: activation.from.plus(seconds: 41), id: (random.next(), random.next()), subject: random.below(Requests.everydaySubjects),
                    prompt: prompt, version: activation.version, shape: random.next()))
        }
        self.planted = Dictionary(grouping: all) { calendar.zone.day(of: $0.at) }
    }

    /// By time.
    func of(_ day: Day) -> [Request] {
        var random = Random(seed: seed, "requests", day.daysSinceEpoch)
        var requests = planted[day] ?? []
        let running = Running(prompts)
        for hour in traffic.hours(of: day) {
            for i in 0..<ordinary(hour, on: day) {
                // One in each equal part of the hour: sorted as they are made.
                let part = 3_600_000 / max(1, ordinary(hour, on: day))
                let at = Instant(nanoseconds: hour.start.nanoseconds + Int64(i * part + random.below(part)) * 1_000_000)
                let prompt = random.below(Prompts.names.count)
                let shape = random.next()
                requests.append(
                    Request(
                        at: at, id: (random.next(), random.next()), subject: random.below(Requests.everydaySubjects), prompt: prompt,
                        version: running.version(prompt, at: at), shape: shape, holdsPersonalData: shape % 11 == 0, consentNeeded: shape % 5 == 0,
                        verdict: shape % 97 == 0 ? .rejected : .accepted))
            }
        }
        requests.sort { $0.at < $1.at }
        return requests
    }

    /// Requests that went through the gateway in each hour, planted ones included.
    func counts(of day: Day) -> [(start: Instant, requests: Int)] {
        traffic.hours(of: day).map { hour in (hour.start, max(hour.requests, plantedCount(hour, on: day))) }
    }

    /// Planted requests are part of the hour's number, so that the period adds up to what was asked for.
    private func ordinary(_ hour: Traffic.Hour, on day: Day) -> Int { max(0, hour.requests - plantedCount(hour, on: day)) }
    private func plantedCount(_ hour: Traffic.Hour, on day: Day) -> Int {
        (planted[day] ?? []).count { $0.at >= hour.start && $0.at < hour.start.plus(hours: 1) }
    }
}

/// Which version runs at an instant, without a search through all releases for every request.
private struct Running {
    private let spans: [[(from: Instant, version: Int)]]

    init(_ prompts: Prompts) {
        spans = Prompts.names.map { name in
            prompts.activations.filter { prompts.versions[$0.version].prompt == name }.map { ($0.from, $0.version) }
        }
    }
    func version(_ prompt: Int, at instant: Instant) -> Int? { spans[prompt].last { $0.from <= instant }?.version }
}
