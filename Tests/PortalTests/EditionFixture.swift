import Assessment
import Controls
import Evidence
import Portal

/// An edition by hand: every verdict, a zero population, a hole, and a hostile text in every field that comes from outside.
struct EditionFixture {
    /// What a page, a table or an XML file must survive.
    static let hostile =
        "<script>alert(1)</script>\"\u{301} onmouseover=alert(2) '\u{202E}flip\u{0}\u{7F} ]]> =HYPERLINK(\"http://x.example\")\nnew line &amp; <img src=x onerror=alert(3)>"

    let edition: Edition
    let records: LedgerFixture

    static let zone = Zone("Europe/Berlin") ?? .utc
    private static let place = Place(file: "controls/security/CHG-01.yaml", line: 1)
    private static let window = Window(start: zone.instant(day(1, 1)), end: zone.instant(day(7, 1)))
    static func day(_ month: Int, _ day: Int) -> Day { Day(daysSinceEpoch: 20_454).adding(days: offsets[month - 1] + day - 1) }
    private static let offsets = [0, 31, 59, 90, 120, 151, 181]

    init(spice: String = hostile, items: Int = 450, sign: (String) -> String = { _ in "— ledger.example/fixture c2ln" }) {
        let source = SourceID(trusted: "gateway")
        var results: [ControlResult] = []
        var populations: [ControlID: [ItemResult]] = [:]
        for plan in Plan.all(items) {
            let control = EditionFixture.control(plan, spice)
            let items = EditionFixture.items(plan, control, spice)
            populations[control.id] = items
            results.append(EditionFixture.result(plan, control, items, spice))
        }
        records = LedgerFixture(source: source, entryCount: 7, recordsPerPull: 5, items: populations, spice: spice, sign: sign)
        let catalogue = Catalogue(
            criteria: Self.criteria, kinds: [], controls: results.map(\.control),
            plan: Controls.Plan(
                milestones: [(30, "Collect"), (60, "Operate"), (90, "Prove")].map { PlanMilestone(day: $0.0, goal: $0.1 + " what matters most." + spice) },
                periodDays: 90))
        let definition = Self.source(source, spice)
        let period = Period(id: PeriodID(trusted: "2026-h1"), span: .typeII(Self.window), zone: Self.zone)
        let asOf = Instant(Self.day(7, 2))
        edition = Edition(
            programme: Programme(
                entity: "Example Ltd" + spice, system: "Support assistant" + spice, zone: Self.zone, startedOn: Self.day(1, 1), periods: [period],
                sources: [definition], paths: ProgrammePaths(), text: []),
            catalogue: catalogue, assessment: AssessmentResult(period: period, asOf: asOf, controls: results), gap: Self.gap(results, asOf, spice),
            sources: [Self.view(definition, spice)],
            seal: SealView(
                origin: "ledger.example/fixture", size: 7, root: records.root, checkpoint: records.checkpoint,
                verifierKey: "ledger.example/fixture+00000000+AAAA", publicKey: "ssh-ed25519 AAAA fixture" + spice,
                allowedSigners: "fixture ssh-ed25519 AAAA" + spice,
                keys: [SealView.Key(fingerprint: "SHA256:AAAA", entry: 0, from: asOf, until: nil, revokedSince: asOf, reason: "lost" + spice)],
                files: [SealView.File(name: "allowed_signers", bytes: Array("fixture ssh-ed25519 AAAA\n".utf8))], sealedAt: asOf, signedAt: asOf,
                verifyTime: "20260701000000Z",
                earlier: [EarlierHead(period: PeriodID(trusted: "2025-h2"), revision: "r1", size: 3, root: SHA256Reference.hash([3]))]),
            directory: StaffDirectory([
                ("acct-abcdefgh234567ab", "w-105"), ("acct-bcdefgh234567abc", "w-106"), ("acct-bcdefgh234567abc", "w-107"),
            ]),
            management: StatementsFixture.statements(results, populations, spice), revision: "r2", previousRevision: "r1", isSimulated: true, toolVersion: "0.1"
        )
    }

    /// What each control of the fixture is to show.
    struct Plan {
        let id: String
        let title: String
        let category: Evidence.Category
        let criteria: [String]
        let verdict: ControlVerdict
        let verdicts: [ItemVerdict]
        let hole: Bool

        static func all(_ items: Int) -> [Plan] {
            func plan(
                _ id: String, _ title: String, _ category: Evidence.Category, _ criteria: [String], _ verdict: ControlVerdict,
                _ verdicts: [ItemVerdict], hole: Bool = false
            ) -> Plan {
                Plan(id: id, title: title, category: category, criteria: criteria, verdict: verdict, verdicts: verdicts, hole: hole)
            }
            let many: [ItemVerdict] = (0..<items).map {
                $0 % 97 == 40 ? .deviation : $0 % 120 == 90 ? .insufficientEvidence : $0 % 31 == 5 ? .notApplicable : .operated
            }
            return [
                plan("ACC-01", "Access to the model gateway is reviewed every quarter", .security, ["CC6.2", "CC6.3"], .operated, [.operated, .operated]),
                plan("AVA-01", "Restores are tested every quarter", .availability, ["A1.3"], .notYetDue, [.notYetDue]),
                plan("CHG-01", "Every prompt change is approved by someone else before it is used", .security, ["CC8.1"], .deviation, many),
                plan("CHG-02", "Models are promoted only from the registry", .processingIntegrity, ["CC8.1", "PI1.3"], .designGap, [.operated], hole: true),
                plan(
                    "CON-01", "Retrieval stores hold only classified documents", .confidentiality, ["C1.1"], .insufficientEvidence,
                    [.insufficientEvidence, .operated, .operated], hole: true),
                plan("DEL-01", "Deletion requests are carried out in every copy", .privacy, ["P4.3"], .noOccurrence, []),
                plan("KEY-01", "API keys are rotated at least every 90 days", .security, ["CC6.1"], .deviation, [.operated, .deviation, .operated, .operated]),
                plan("PII-01", "Prompts are scanned for personal data", .privacy, ["P4.1"], .insufficientEvidence, [], hole: true),
                plan("VEN-01", "Vendor reports are read every year", .security, ["CC9.2"], .notApplicable, [.notApplicable]),
            ]
        }
    }

    private static let criteria: [Criterion] = {
        let common = [("CC1", 5), ("CC2", 3), ("CC3", 4), ("CC4", 2), ("CC5", 3), ("CC6", 8), ("CC7", 5), ("CC8", 1), ("CC9", 2)]
        let groups =
            common.map { ($0.0, $0.1, "common") } + [("A1", 3, "availability"), ("C1", 2, "confidentiality"), ("PI1", 5, "processing-integrity")]
            + [("P1", 1), ("P2", 1), ("P3", 2), ("P4", 3), ("P5", 2), ("P6", 7), ("P7", 1), ("P8", 1)].map { ($0.0, $0.1, "privacy") }
        return groups.flatMap { series, count, name in
            (1...count).map { Criterion(id: CriterionID(trusted: "\(series).\($0)"), title: "subject \($0) of series \(series)", series: name) }
        }
    }()

    private static func control(_ plan: Plan, _ spice: String) -> Control {
        Control(
            id: ControlID(trusted: plan.id), title: plan.title + spice, category: plan.category, criteria: plan.criteria.map { CriterionID(trusted: $0) },
            owner: "prompt-platform" + spice, frequency: "per change" + spice, milestone: [30, 60, 90][plan.id.utf8.reduce(0) { $0 + Int($1) } % 3],
            effectiveFrom: day(1, 1), risk: "an edited prompt reaches customers unreviewed and leaks what it should not" + spice,
            procedure: "Compared every prompt version seen in production traffic with the prompt store's version history and approval records." + spice,
            population: Population(
                item: "prompt version", key: ["prompt_id", "version"], at: "first_seen", complete: [KindName(trusted: "request_log")],
                needs: [Need(kind: KindName(trusted: "request_log"), span: .before(.seconds(30 * 86_400)), place: place)],
                query: Expression(
                    sql: "SELECT r.prompt_id, r.prompt_version AS version,\n       first(r.occurred_at) AS first_seen\nFROM request_log r -- " + spice,
                    place: place)),
            attributes: [
                Attribute(
                    letter: "a", says: "the change names its author and a reason" + spice,
                    test: Expression(sql: "present(author, prompt_version)", place: place)),
                Attribute(
                    letter: "b", says: "the approver is not the author", test: Expression(sql: "person(approver) <> person(author)" + spice, place: place)),
                Attribute(letter: "c", says: "the approval came before the first use", test: Expression(sql: "before(approved_at, first_seen)", place: place)),
            ],
            applies: Expression(sql: "risk_class <> 'low'", place: place), due: nil, tolerable: 0.05, examples: [],
            text: Array("id: \(plan.id)\ntitle: \(plan.title)\(spice)\n".utf8), place: place)
    }

    private static func items(_ plan: Plan, _ control: Control, _ spice: String) -> [ItemResult] {
        plan.verdicts.enumerated().map { i, verdict in
            let at = Instant(day(1, 2).adding(days: i * 170 / max(1, plan.verdicts.count)), secondOfDay: 3600 + i % 80_000)
            let attributes: [Bool?]
            switch verdict {
            case .operated: attributes = [true, true, true]
            case .deviation: attributes = [true, false, i % 2 == 0 ? nil : false]
            case .insufficientEvidence: attributes = [true, nil, nil]
            case .notApplicable, .notYetDue: attributes = [nil, nil, nil]
            }
            return ItemResult(
                ordinal: i + 1, key: ["greeting-\(i)" + spice, "\(i % 9)"],
                at: i % 50 == 49 ? Span(earliest: at, latest: at.advanced(by: .seconds(86_399))) : Span(at),
                verdict: verdict, attributes: attributes,
                columns: [
                    ("version", "\(i % 9)"), ("first_seen", at.description), ("author", "acct-abcdefgh234567ab" + spice),
                    ("approver", i % 3 == 0 ? nil : i % 3 == 1 ? "acct-cdefgh234567abcd" : "acct-bcdefgh234567abc"),
                ],
                evidence: [("request_artifact", ArtifactID(entry: 1 + i % 6, record: 1 + i % 3))])
        }
    }

    private static func result(_ plan: Plan, _ control: Control, _ items: [ItemResult], _ spice: String) -> ControlResult {
        var counts = ItemCounts()
        var attributes = control.attributes.map { AttributeCounts(letter: $0.letter) }
        for item in items {
            counts.add(item.verdict)
            for (i, answer) in item.attributes.enumerated() {
                if answer == true { attributes[i].isTrue += 1 } else if answer == false { attributes[i].isFalse += 1 } else { attributes[i].isUnknown += 1 }
            }
        }
        let hole = CoverageHole(
            kind: KindName(trusted: "request_log"), window: Window(start: zone.instant(day(3, 2)), end: zone.instant(day(3, 21))),
            reason: "no pull of gateway was complete" + spice)
        return ControlResult(
            control: control, inForce: Instant(control.effectiveFrom), verdict: plan.verdict,
            reasons: plan.verdict == .operated ? [] : ["\(plan.verdict.title) because of what the items show" + spice],
            counts: counts, deviations: items.filter { $0.verdict == .deviation }, insufficient: items.filter { $0.verdict == .insufficientEvidence },
            holes: plan.hole ? [hole] : [], populationDigest: SHA256Reference.hash(Array(plan.id.utf8)), attributes: attributes)
    }
}

extension EditionFixture {
    private static func source(_ id: SourceID, _ spice: String) -> SourceDefinition {
        SourceDefinition(
            id: id, title: "LLM gateway request log" + spice, owner: "platform" + spice,
            connector: .files(
                FilesSettings(path: "evidence/gateway/*.jsonl" + spice, decoder: .jsonLines(records: nil), place: Place(file: "receipts.yaml", line: 9))),
            personalData: .redact, coverage: .dailyFiles(name: "gateway-{date}.jsonl" + spice),
            yields: [
                YieldDefinition(
                    kind: KindName(trusted: "request_log"), when: [], id: nil,
                    at: NamedExpression(name: "at", text: "time" + spice, place: Place(file: "receipts.yaml", line: 12)),
                    fields: [NamedExpression(name: "model", text: "response.model" + spice, place: Place(file: "receipts.yaml", line: 13))],
                    place: Place(file: "receipts.yaml", line: 11))
            ], zone: .utc, place: Place(file: "receipts.yaml", line: 8), digest: SHA256Reference.hash([1]).description)
    }

    private static func view(_ definition: SourceDefinition, _ spice: String) -> SourceView {
        let covered = [
            Window(start: zone.instant(day(1, 1)), end: zone.instant(day(3, 2))),
            Window(start: zone.instant(day(3, 20), secondOfDay: 43_200), end: zone.instant(day(7, 1))),
        ]
        let outcomes: [PullOutcome] = [.complete, .empty, .failed, .partial, .interrupted, .complete]
        let pulls = outcomes.enumerated().map { i, outcome in
            PullView(
                entry: i + 1, source: definition.id, outcome: outcome, startedAt: Instant(day(i + 1, 4), secondOfDay: 7200),
                sealedAt: Instant(day(i + 1, 4), secondOfDay: 7260),
                recordsIn: outcome == .failed ? 0 : 4, kept: outcome == .failed ? 0 : 3, duplicates: 0, conflicts: 0, rejects: outcome == .partial ? 1 : 0,
                redactions: [("email" + spice, 2)], firstEvent: Instant(day(i + 1, 1)), lastEvent: Instant(day(i + 1, 3)),
                problems: outcome == .failed ? ["permission denied: evidence/gateway" + spice] : [], query: "evidence/gateway/*.jsonl" + spice,
                root: SHA256Reference.hash([UInt8(i)]))
        }
        let days = (0..<181).map { (day: day(1, 1).adding(days: $0), records: $0 % 7 > 4 ? 0 : 40 + $0 % 13) }
        return SourceView(
            definition: definition, pulls: pulls, coverage: [(definition.yields[0].kind, covered)], recordsPerDay: days,
            rejects: [ArtifactID(entry: 4, record: 4)],
            erasures: [
                ErasureView(
                    artifact: ArtifactID(entry: 4, record: 3), entry: 6, kinds: [KindName(trusted: "request_log")], days: day(4, 1)...day(4, 2),
                    leaf: SHA256Reference.hash([4]), at: Instant(day(6, 30)), reason: "ticket 17" + spice, approver: "w-12" + spice),
                ErasureView(
                    artifact: ArtifactID(entry: 5, record: 4), entry: 6, kinds: [], days: nil, leaf: SHA256Reference.hash([5]), at: Instant(day(6, 30)),
                    reason: "ticket 18", approver: "w-12"),
            ])
    }

    private static func gap(_ results: [ControlResult], _ asOf: Instant, _ spice: String) -> GapReport {
        let items = results.enumerated().map { i, result -> GapItem in
            let since = Instant(day(2, 1).adding(days: i * 11))
            let state: GapState =
                switch i % 4 {
                case 0: .operating(since: since)
                case 1: .instrumented(since: since)
                case 2: .notStarted
                default: .notInstrumented(missing: [KindName(trusted: "restore_test")])
                }
            return GapItem(
                control: result.control.id, title: result.control.title, owner: i % 2 == 0 ? "platform" + spice : "security",
                milestone: result.control.milestone,
                due: day(1, 1).adding(days: result.control.milestone), dueReason: i == 1 ? "the store is moved first" + spice : nil,
                verdict: result.verdict, firstEvidence: state.since.map { _ in Instant(day(1, 20)) }, state: state, finding: "seen so" + spice,
                nextAction: "configure a source that yields it" + spice, isBlocker: i % 4 == 3)
        }
        let wish = PlanItem(
            id: "inventory", title: "Inventory of what runs" + spice, controls: [results[0].control.id], evidence: [KindName(trusted: "request_log")],
            notYet: "no kind is shipped" + spice)
        let plan = [PlanStage.milestone(30), .quickWin, .longerTerm].enumerated().map { i, stage in
            GapPlanItem(item: wish, stage: stage, due: i == 0 ? day(1, 31) : nil, progress: PlanProgress.allCases[i], finding: "as the records say" + spice)
        }
        return GapReport(items: items, plan: plan, earliestPeriodStart: nil, asOf: asOf, startedOn: day(1, 1), zone: zone)
    }
}
