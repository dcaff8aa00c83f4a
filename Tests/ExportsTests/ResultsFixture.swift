import Assessment
import Controls
import Evidence

/// One control of every verdict, with a hostile text in every field that comes from outside.
enum ResultsFixture {
    static let hostile = "<script>x</script>\"\u{301} '\u{202E}flip\u{0}\u{7F}\u{FFFE} ]]> =HYPERLINK(\"x\")\nnew line & --> \u{1B}[31m"
    private static let place = Place(file: "controls/x.yaml", line: 1)

    static func edition(_ spice: String = hostile, revision: String = "r2", verdicts: [ControlVerdict] = ControlVerdict.allCases) -> Edition {
        let start = Instant(Day(daysSinceEpoch: 20_454))
        let period = Period(id: PeriodID(trusted: "2026-h1"), span: .typeII(Window(start: start, end: start.advanced(by: .seconds(181 * 86_400)))), zone: .utc)
        let asOf = period.window.end.advanced(by: .seconds(3600))
        let results = verdicts.enumerated().map { i, verdict in result("CTL-0\(i)", verdict, spice) }
        let digest = Digest([UInt8](repeating: 9, count: 32))
        let definition = SourceDefinition(
            id: SourceID(trusted: "gateway"), title: spice, owner: spice,
            connector: .git(GitSettings(repository: "x.git", ref: "main", paths: [], place: place)), personalData: .redact, coverage: .none, yields: [],
            zone: .utc, place: place, digest: "00")
        let pulls = PullOutcome.allCases.enumerated().map { i, outcome in
            PullView(
                entry: i + 1, source: definition.id, outcome: outcome, startedAt: start, sealedAt: asOf, recordsIn: 1, kept: 1, duplicates: 0, conflicts: 0,
                rejects: 0, redactions: [], firstEvent: nil, lastEvent: nil, problems: outcome == .failed ? [spice] : [], query: spice, root: digest)
        }
        return Edition(
            programme: Programme(
                entity: "Example Ltd " + spice, system: "Assistant " + spice, zone: .utc, startedOn: Day(daysSinceEpoch: 20_454), periods: [period],
                sources: [definition], paths: ProgrammePaths(), text: []),
            catalogue: Catalogue(criteria: [], kinds: [], controls: results.map(\.control), plan: Plan(milestones: [], periodDays: 90)),
            assessment: AssessmentResult(period: period, asOf: asOf, controls: results),
            gap: gap(results, spice, asOf),
            sources: [SourceView(definition: definition, pulls: pulls, coverage: [], recordsPerDay: [], rejects: [])],
            seal: SealView(
                origin: "ledger.example/x", size: 7, root: digest, checkpoint: "", verifierKey: "", publicKey: "", allowedSigners: "", keys: [], files: [],
                sealedAt: asOf, signedAt: asOf, verifyTime: ""),
            management: statements(results, period.id, spice), revision: revision, previousRevision: nil, isSimulated: true, toolVersion: "0.1")
    }

    private static func deviation(_ spice: String) -> ItemResult {
        ItemResult(ordinal: 3, key: ["k1", spice], at: nil, verdict: .deviation, attributes: [], columns: [("by", spice)], evidence: [])
    }

    /// Of each control that deviates: a list, a draw, a decision about it and one about its item.
    private static func statements(_ results: [ControlResult], _ period: PeriodID, _ spice: String) -> Statements {
        var statements = Statements()
        let at = Instant(Day(daysSinceEpoch: 20_700))
        let id = ArtifactID(entry: 6, record: 2)
        for result in results {
            guard let item = result.deviations.first else { continue }
            statements.frozen.append(
                FrozenPopulation(
                    id: id, name: "f1", control: result.control.id, period: period, at: at, count: 15, listDigest: String(repeating: "a", count: 64),
                    populationDigest: "", queryDigest: "", wordingDigest: "", headSize: 6, headRoot: "", until: nil, isRollForward: false, strata: spice,
                    by: spice))
            statements.draws.append(
                SampleDraw(
                    id: ArtifactID(entry: 7, record: 2), name: "d1", control: result.control.id, period: period, frozen: "f1", at: at, method: .seed,
                    seed: "s" + spice, stratum: nil, givenBy: "Mora" + spice, by: spice, items: [SampleDraw.Item(ordinal: 1, key: spice)], unknown: []))
            var remarks = DecisionRemarks()
            remarks.response = "mended" + spice
            for (one, basis) in [(nil, Basis.of(result)), (item, Basis.of(item, result.control))] {
                statements.decisions.append(
                    Decision(
                        id: id, control: result.control.id, period: period, item: one?.frozenKey, exception: one.map { result.control.exceptionID($0) },
                        word: one == nil ? .notEffective : .isolated, by: "w-1" + spice, at: at, reason: "so" + spice, found: "deviation", proposed: nil,
                        basis: basis.description, wordingDigest: result.control.wordingDigest.description, headSize: 6, headRoot: "", remarks: remarks))
            }
        }
        return statements
    }

    /// One control of every state, the last one blocking, and one item of every stage of the plan.
    private static func gap(_ results: [ControlResult], _ spice: String, _ asOf: Instant) -> GapReport {
        let start = Day(daysSinceEpoch: 20_454)
        let since = Instant(start.adding(days: 40))
        let states: [GapState] = [
            .operating(since: since), .instrumented(since: since), .notStarted, .notInstrumented(missing: [KindName(trusted: "key_rotation")]),
        ]
        let items = zip(results, states).enumerated().map { i, pair in
            GapItem(
                control: pair.0.control.id, title: pair.0.control.title, owner: pair.0.control.owner, milestone: 30, due: start.adding(days: 30),
                dueReason: i == 1 ? spice : nil, verdict: pair.0.verdict, firstEvidence: pair.1.since, state: pair.1, finding: spice, nextAction: spice,
                isBlocker: i == 3)
        }
        let wish = PlanItem(
            id: "inventory", title: spice, controls: results.prefix(1).map(\.control.id), evidence: [KindName(trusted: "key_rotation")], notYet: spice)
        let plan = [PlanStage.milestone(30), .quickWin, .longerTerm].map {
            GapPlanItem(item: wish, stage: $0, due: $0 == .milestone(30) ? start.adding(days: 30) : nil, progress: .inProgress, finding: spice)
        }
        return GapReport(items: items, plan: plan, earliestPeriodStart: nil, asOf: asOf, startedOn: start)
    }

    private static func result(_ id: String, _ verdict: ControlVerdict, _ spice: String) -> ControlResult {
        let control = Control(
            id: ControlID(trusted: id), title: "rotates keys " + spice, category: .security, criteria: [CriterionID(trusted: "CC6.1")], owner: "=" + spice,
            frequency: spice, milestone: 30, effectiveFrom: Day(daysSinceEpoch: 20_454), risk: spice, procedure: spice,
            population: Population(item: "key", key: ["id"], at: "at", complete: [], needs: [], query: Expression(sql: "SELECT 1", place: place)),
            attributes: [], applies: nil, due: nil, tolerable: 0.05, examples: [], text: [], place: place)
        var counts = ItemCounts()
        (counts.operated, counts.deviation, counts.insufficientEvidence, counts.notYetDue, counts.notApplicable) = (5, 2, 3, 1, 4)
        return ControlResult(
            control: control, inForce: Instant(control.effectiveFrom), verdict: verdict, reasons: verdict == .operated ? [] : ["because " + spice],
            counts: counts, deviations: verdict == .deviation ? [deviation(spice)] : [], insufficient: [],
            holes: [], populationDigest: Digest([UInt8](repeating: 3, count: 32)), attributes: [])
    }
}
