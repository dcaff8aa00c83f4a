import Evidence

/// Northwind Answers, a company that never was: six months of an LLM support assistant's evidence, the same bytes for the same seed.
///
/// Everything works as its policies say, save for what `planted` lists.
package struct DemoCompany: Sendable {
    private let calendar: DemoCalendar
    private let feeds: [Feed]
    package let planted: [PlantedDeviation]

    /// `requests` go through the gateway between 1 January and 30 June 2026; the first three days of July come on top.
    package init(seed: UInt64, requests: Int) {
        precondition(requests >= 0, "a number of requests is not negative")
        let calendar = DemoCalendar()
        let prompts = Prompts(seed: seed, calendar: calendar)
        let models = Models(seed: seed, calendar: calendar)
        let odd = PlantedRequests(seed: seed, prompts: prompts, calendar: calendar)
        let log = Requests(
            seed: seed, traffic: Traffic(requests: requests, calendar: calendar), prompts: prompts, planted: odd.all, calendar: calendar)
        let store = PromptStore(prompts: prompts, calendar: calendar)
        let platform = Platform(seed: seed, prompts: prompts, models: models, calendar: calendar)
        let registry = Registry(models: models, calendar: calendar)
        let balancer = LoadBalancer(requests: log, calendar: calendar)
        let keys = KeyStore(seed: seed, calendar: calendar)
        let privacy = Privacy(seed: seed, calendar: calendar)
        let deletion = Deletion(seed: seed, calendar: calendar)
        let resilience = Resilience(seed: seed, calendar: calendar)
        let quality = Quality(seed: seed, prompts: prompts, models: models, calendar: calendar)
        let incidents = Incidents(prompts: prompts, calendar: calendar)
        let directory = Directory(calendar: calendar)
        self.calendar = calendar
        feeds = [
            Gateway(requests: log, models: models).feed(), balancer.counts(), balancer.heartbeats(), Redactor(requests: log).feed(),
            store.versions(), store.approvals(), platform.deployments(), platform.rollbacks(), platform.fingerprints(),
            registry.entries(), registry.approvals(), quality.releaseTests(), quality.evaluations(), quality.regression(),
            directory.accounts(), directory.grants(), AdminLog(prompts: prompts, models: models, seed: seed, calendar: calendar).feed(),
            keys.inventory(), keys.rotationLog(), keys.use(), privacy.consent(), privacy.reads(), deletion.intake(), deletion.lineage(),
            deletion.work(), resilience.backups(), resilience.restores(), resilience.exercises(), resilience.probes(),
            incidents.register(), incidents.policies(),
        ]
        planted = Planted.list(prompts: prompts, requests: odd, calendar: calendar)
    }

    package static let entity = "Northwind Answers"
    package static let system = "Support assistant"
    package var zone: Zone { calendar.zone }

    /// The text of `receipts.yaml`.
    package var programme: [UInt8] {
        var bytes = Array(DemoCompany.preamble.utf8)
        for feed in feeds { bytes.append(text: feed.entry) }
        return bytes
    }

    /// Every local day on which something may arrive, in order.
    package var days: [Day] { calendar.days }

    /// Days after which the nightly collect ran, at 02:00 of the next day; on four nights it did not, and the next one caught up.
    package var nights: [Day] {
        let skipped = [DemoCalendar.date(1, 25), DemoCalendar.date(3, 7), DemoCalendar.date(3, 8), DemoCalendar.date(6, 20)]
        return days.filter { !skipped.contains($0) }
    }

    /// The instant at which the collect of that night starts.
    package func collectTime(night day: Day) -> Instant { calendar.zone.instant(day.adding(days: 1), secondOfDay: 7200) }

    /// What is new in the sources' places after that local day, in the order in which it must be written.
    package func files(arrivingOn day: Day) -> [DemoFile] { feeds.flatMap { $0.files(day) } }

    /// The period in which everything was planted.
    package static let mainPeriod = "2026-h1"

    private static let preamble = """
        # Northwind Answers and everything about it is invented: a demonstration.
        entity: \(entity)
        system: \(system)
        zone: Europe/Berlin
        plan: {start: 2026-01-01}
        periods:
          - {id: \(mainPeriod), type: 2, start: 2026-01-01, end: 2026-06-30}
          - {id: 2026-06-30, type: 1, as_of: 2026-06-30}
        sources:

        """
}
