import Evidence

/// What was planted, for whom to find.
enum Planted {
    static func list(prompts: Prompts, requests: PlantedRequests, calendar: DemoCalendar) -> [PlantedDeviation] {
        changes(prompts, calendar) + processing(requests, calendar) + access(calendar)
    }

    private static func changes(_ prompts: Prompts, _ calendar: DemoCalendar) -> [PlantedDeviation] {
        let odd = prompts.oddities
        func version(_ index: Int) -> PromptVersion { prompts.versions[index] }
        return [
            PlantedDeviation(
                "CHG-01", version(odd.ownAuthor).key, trace: version(odd.ownAuthor).author.gitAccount,
                "The author approved their own change, under their account in the prompt store."),
            PlantedDeviation(
                "CHG-01", version(odd.usedBeforeApproval).key, trace: version(odd.usedBeforeApproval).hash,
                "The version answered customers for nineteen hours before anybody approved it."),
            PlantedDeviation(
                "CHG-01", version(odd.emergency).key, trace: Incidents.emergency,
                "An emergency change was approved three hours after it went live."),
            PlantedDeviation(
                "CHG-01", version(odd.unresolvedApprover).key, .insufficientEvidence, trace: "merge-queue-2",
                "The approver's account belongs to nobody in the directory."),
            PlantedDeviation(
                "CHG-01", version(odd.neverApproved).key, trace: version(odd.neverApproved).version,
                "A draft that nobody approved answered customers for forty minutes after a rollback to it."),
            PlantedDeviation(
                "CHG-01", version(odd.leaking).key, trace: version(odd.leaking).hash,
                "An edit that nobody else read went live, and its first reply gave away another customer's address."),
            PlantedDeviation(
                "CHG-01", "answer not-recorded", .insufficientEvidence, trace: "answer",
                "One request named no prompt version, so nothing can be said of what it used."),
            PlantedDeviation(
                "CHG-06", prompts.rollbacks[odd.rollbackToDraft].id, trace: prompts.rollbacks[odd.rollbackToDraft].id,
                "The rollback went to a draft that was never approved."),
        ] + running(prompts, calendar)
    }

    /// Days on which the service showed something that nobody had approved by then.
    private static func running(_ prompts: Prompts, _ calendar: DemoCalendar) -> [PlantedDeviation] {
        let odd = prompts.oddities
        func item(_ instant: Instant, daysLater: Int = 0) -> String { "\(calendar.zone.day(of: instant).adding(days: daysLater)) support-assistant" }
        func seen(_ index: Int) -> Instant { prompts.activations.first { $0.version == index }?.from ?? .distantPast }
        func hash(_ index: Int) -> String { prompts.versions[index].hash }
        return [
            PlantedDeviation(
                "CHG-04", item(seen(odd.usedBeforeApproval)), trace: hash(odd.usedBeforeApproval),
                "A prompt ran that was approved only the next day."),
            PlantedDeviation(
                "CHG-04", item(seen(odd.usedBeforeApproval), daysLater: 1), trace: hash(odd.usedBeforeApproval),
                "A prompt ran in the night before its approval."),
            PlantedDeviation("CHG-04", item(seen(odd.emergency)), trace: hash(odd.emergency), "An emergency change ran three hours before its approval."),
            PlantedDeviation(
                "CHG-04", item(Platform.unknownFingerprint(calendar)), trace: "local-edit",
                "One instance ran a prompt that is in no register."),
            PlantedDeviation("CHG-04", item(seen(odd.neverApproved)), trace: hash(odd.neverApproved), "A draft that nobody approved ran for forty minutes."),
            PlantedDeviation(
                "CHG-04", item(seen(odd.leaking)), trace: hash(odd.leaking), "The edit that nobody else had read ran from half past five."),
            PlantedDeviation(
                "CHG-04", item(seen(odd.leaking), daysLater: 1), trace: hash(odd.leaking),
                "The edit that nobody else had read ran until the morning."),
        ]
    }

    private static func processing(_ requests: PlantedRequests, _ calendar: DemoCalendar) -> [PlantedDeviation] {
        func day(_ request: Request) -> String { "\(calendar.zone.day(of: request.at))" }
        let withdrew = Privacy.subject(Privacy.withdrew)
        return [
            PlantedDeviation(
                "TRC-01", hour(LoadBalancer.unexplained(calendar)), trace: "\(LoadBalancer.unexplained(calendar))",
                "The load balancer counted twelve requests more in this hour than the log holds."),
            PlantedDeviation(
                "TRC-02", day(requests.withoutVersion), trace: requests.withoutVersion.idText,
                "One request names no prompt version."),
            PlantedDeviation(
                "TRC-02", day(requests.leaking), trace: requests.leaking.idText,
                "Of the request whose reply gave away an address, the log does not hold the prompt's text."),
            PlantedDeviation(
                "CON-02", requests.leaking.recordText, trace: requests.leaking.recordText,
                "The reply held another customer's address, and nothing masked it."),
            PlantedDeviation(
                "PI-02", day(requests.withoutVerdict), trace: requests.withoutVerdict.idText,
                "One request was answered without a verdict of the input check."),
            PlantedDeviation(
                "PI-02", day(requests.acceptedProbe), trace: requests.acceptedProbe.idText,
                "An input that was planted to be refused was accepted."),
            PlantedDeviation(
                "PI-04", "\(Quality.missedNight) support-assistant", trace: "evaluation-\(Quality.missedNight).jsonl",
                "The nightly evaluation did not run."),
            PlantedDeviation(
                "CON-02", requests.redactedLate.recordText, trace: requests.redactedLate.recordText,
                "The answer was masked nine seconds after it had been written."),
            PlantedDeviation(
                "PRV-02", "\(withdrew) \(Privacy.purpose) \(day(requests.afterWithdrawal).prefix(7))",
                trace: requests.afterWithdrawal.idText, identity: withdrew, isSubject: true,
                "The customer was served under a consent that they had withdrawn two days before."),
            PlantedDeviation(
                "PRV-04", "\(Deletion.incomplete) \(Deletion.incompleteCopy)", trace: Deletion.incompleteCopy,
                "The copy in the weekly backup was never purged."),
        ] + outage(calendar)
    }

    /// Nothing can be said of the hours in which the log was not written.
    private static func outage(_ calendar: DemoCalendar) -> [PlantedDeviation] {
        Gateway.outage.flatMap { day in
            (0..<24).map { i in
                let start = calendar.at(day, 0).plus(hours: i)
                return PlantedDeviation(
                    "TRC-01", hour(start), .insufficientEvidence, trace: "\(start)",
                    "The log shipper was down: requests were counted, but no log says which.")
            }
        }
    }

    /// As the calendar table of hours names them: in UTC.
    private static func hour(_ start: Instant) -> String { start.description.prefix(13) + "Z" }

    private static func access(_ calendar: DemoCalendar) -> [PlantedDeviation] {
        [
            PlantedDeviation("SEC-07", "\(KeyStore.late.id) \(KeyStore.late.rotated[0])", trace: KeyStore.late.id, "The key was rotated one day late."),
            PlantedDeviation(
                "SEC-02", "\(Staff.emil.account) deploy_model \(calendar.zone.day(of: AdminLog.unauthorised(calendar)))",
                trace: "\(Staff.emil.account) [24/Mar/2026:18:47:12", identity: Staff.emil.account, "Somebody without the right to deploy deployed."),
            PlantedDeviation(
                "SEC-02", "\(Staff.hana.account) approve_change 2026-04-13", trace: "grant-012", identity: Staff.hana.account,
                "Somebody approved a change in the days in which they could also edit prompts."),
            PlantedDeviation("CON-04", Privacy.readWithoutTicket, trace: Privacy.readWithoutTicket, "Forty raw answers were read without a ticket."),
            PlantedDeviation(
                "AVL-04", Resilience.failedRestoreItem, trace: Resilience.failedRestore,
                "The restore brought back fewer records than were saved."),
        ]
    }
}
