import Assessment
import Evidence
import Foundation
import Testing

/// Freezing and drawing, as values.
@Suite struct SampleTests {
    private func list(_ count: Int) -> FrozenList {
        FrozenList((0..<count).map { ("item-\($0 * 7919 % 1000)", "2026-01-01T00:00:00Z", $0 % 2 == 0 ? "even" : "odd") })
    }
    private let place = (control: ControlID(trusted: "CHG-01"), period: PeriodID(trusted: "h1"), at: Instant(nanoseconds: 0))

    @Test func theListIsInTheOrderOfTheKeysBytesAndReadsBackAsItWasWritten() throws {
        let list = list(300)
        #expect(list.items.map(\.ordinal) == Array(1...300))
        #expect(zip(list.items, list.items.dropFirst()).allSatisfy { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) })
        #expect(FrozenList(list.bytes)?.items == list.items)
    }

    /// What is not just what `bytes` writes is no list: a line more, an ordinal changed, a cell missing.
    @Test func anEditedListIsNone() {
        let text = String(decoding: list(3).bytes, as: UTF8.self)
        for edited in [text + "\n", text + "4\tz\t-\n", text.replacing("2\t", with: "9\t"), String(text.dropLast())] {
            #expect(FrozenList(Array(edited.utf8)) == nil, "\(edited)")
        }
    }

    @Test func noTwoKeysReadTheSame() {
        let keys = [["a|b"], ["a", "b"], ["a\\", "b"], ["a\\|b"], ["a\tb"], ["a\\tb"], ["a\nb"], ["", "ab"], ["ab", ""], ["ab"], ["a\u{0}b"], ["a\\0b"]]
        #expect(Set(keys.map(FrozenList.key)).count == keys.count)
        #expect(keys.map(FrozenList.key).allSatisfy { !$0.utf8.contains { $0 < 32 } })
    }

    /// RFC 4231, test case 2, whose key and message are text.
    @Test func theMarkIsTheStandardsHMAC() {
        #expect(SampleOrder.mark("what do ya want for nothing?", seed: "Jefe") == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test func aLargerDrawWithTheSameSeedBeginsWithTheSmallerOne() {
        let items = list(300).items
        let order = SampleOrder.order(items, seed: "s")
        #expect(Set(order.map(\.ordinal)) == Set(items.map(\.ordinal)))
        #expect(Array(order.prefix(10)) == Array(SampleOrder.order(items, seed: "s").prefix(25).prefix(10)))
        #expect(order.prefix(25) != SampleOrder.order(items, seed: "t").prefix(25))
        #expect(SampleOrder.order(items, seed: "s", stratum: "odd") == order.filter { $0.stratum == "odd" })
    }

    /// The printed line is run by a shell with the system's openssl, on keys and a seed that shells and awk could trip over.
    @Test(arguments: [("dice 4 4 1", nil), ("it's $HOME `x` \\n \"q\"", nil), ("ünïcode", "odd"), ("-n", "a b'c\\d")])
    func aStrangerDrawsTheSameWithOpenssl(_ seed: String, _ stratum: String?) throws {
        let hostile = ["plain", "two words", " leading", "trailing ", "back\\slash", "a|b", "$(id)", "quote'\"", "-n", "%s", "ü", "*", "same", "same"]
        let list = FrozenList(
            hostile.enumerated().map { (FrozenList.key([$1]), "-", $0 % 3 == 0 ? stratum ?? "" : "other") } + (0..<40).map { ("k\($0)", "-", stratum ?? "x") })
        let folder = FileManager.default.temporaryDirectory.appending(path: "sample-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "a list.txt")
        try Data(list.bytes).write(to: file)
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", SampleOrder.command(list: file.path, seed: seed, stratum: stratum, size: 12)]
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        let expected = SampleOrder.order(list.items, seed: seed, stratum: stratum).prefix(12).map(\.key)
        #expect(output.split(separator: "\n").map(String.init) == expected)
    }

    // MARK: Whose sample it is

    private func frozen(_ entry: Int) -> FrozenPopulation {
        FrozenPopulation(
            id: ArtifactID(entry: entry, record: 2), name: "f\(entry)", control: place.control, period: place.period, at: place.at, count: 300,
            listDigest: "", populationDigest: "", queryDigest: "", wordingDigest: "", headSize: 1, headRoot: "", until: nil, isRollForward: false, strata: "",
            by: "w-1")
    }
    private func draw(_ entry: Int, from name: String, seed: String?, givenBy: String?, items: [SampleDraw.Item] = []) -> SampleDraw {
        SampleDraw(
            id: ArtifactID(entry: entry, record: 2), name: "d\(entry)", control: place.control, period: place.period, frozen: name, at: place.at,
            method: seed == nil ? .random : .seed, seed: seed, stratum: nil, givenBy: givenBy, by: "w-1", items: items, unknown: [])
    }

    @Test func aSeedThatWasKnownBeforeTheFreezeMakesManagementsSample() {
        var statements = Statements()
        statements.frozen = [frozen(3), frozen(7)]
        statements.seeds = [
            FixedSeed(id: ArtifactID(entry: 2, record: 2), at: place.at, digest: SampleOrder.digest(ofSeed: "early").description, givenBy: "Mora"),
            FixedSeed(id: ArtifactID(entry: 4, record: 2), at: place.at, digest: SampleOrder.digest(ofSeed: "later").description, givenBy: "Mora"),
        ]
        statements.draws = [draw(5, from: "f3", seed: "used", givenBy: "Mora")]
        func isManagements(_ draw: SampleDraw) -> Bool { statements.standing(of: draw).isManagements }
        #expect(!isManagements(draw(9, from: "f3", seed: "fresh", givenBy: "Mora")))
        #expect(!isManagements(draw(9, from: "f3", seed: "later", givenBy: "Mora")))
        #expect(!isManagements(draw(9, from: "f3", seed: "used", givenBy: "Mora")))
        #expect(isManagements(draw(9, from: "f3", seed: "early", givenBy: "Mora")))
        #expect(isManagements(draw(9, from: "f7", seed: "later", givenBy: "Mora")))
        // Who has drawn with it from one list knows what it draws from the next.
        #expect(isManagements(draw(9, from: "f7", seed: "used", givenBy: "Mora")))
        #expect(isManagements(draw(9, from: "f3", seed: "fresh", givenBy: nil)))
        #expect(isManagements(draw(9, from: "f9", seed: "fresh", givenBy: "Mora")))
        #expect(!isManagements(draw(9, from: "f3", seed: nil, givenBy: "Mora")))
    }

    @Test func aDrawFollowsFromItsListAndItsSeedOrDoesNot() {
        let list = list(300)
        func items(_ order: [FrozenItem]) -> [SampleDraw.Item] { order.map { SampleDraw.Item(ordinal: $0.ordinal, key: $0.key) } }
        let right = items(Array(SampleOrder.order(list.items, seed: "s").prefix(25)))
        #expect(Statements.follows(draw(9, from: "f3", seed: "s", givenBy: nil, items: right), from: list) == true)
        #expect(Statements.follows(draw(9, from: "f3", seed: "t", givenBy: nil, items: right), from: list) == false)
        #expect(Statements.follows(draw(9, from: "f3", seed: "s", givenBy: nil, items: Array(right.reversed())), from: list) == false)
        #expect(Statements.follows(draw(9, from: "f3", seed: nil, givenBy: nil, items: right), from: list) == nil)
    }

    @Test func aDeviationThatWasPutAsideStillCounts() {
        var statements = Statements()
        let (bad, good, other) = (SampleDraw.Item(ordinal: 1, key: "bad"), SampleDraw.Item(ordinal: 2, key: "good"), SampleDraw.Item(ordinal: 3, key: "other"))
        let draw = draw(9, from: "f3", seed: "s", givenBy: nil, items: [bad, good])
        statements.replacements = [
            SampleReplacement(
                id: ArtifactID(entry: 10, record: 2), control: place.control, period: place.period, draw: "d9", at: place.at, void: bad, instead: other,
                reason: "lost", by: "w-1")
        ]
        #expect(statements.current(draw) == [other, good])
        let counted = statements.counted(draw) { $0 == "bad" ? .deviation : .operated }
        #expect(counted.tested == 3 && counted.deviations == 1)
    }

    @Test func everyRecordReadsBackAsItWasEntered() throws {
        let id = ArtifactID(entry: 4, record: 2)
        var remarks = DecisionRemarks()
        remarks.compensating = ControlID(trusted: "CHG-04")
        remarks.retest = "30 in July"
        let decision = Decision(
            id: id, control: place.control, period: place.period, item: "a|b", exception: "CHG-01-x1", word: .isolated, by: "w-1", at: place.at, reason: "once",
            found: "deviation", proposed: nil, basis: "b", wordingDigest: "w", headSize: 9, headRoot: "r", remarks: remarks)
        let drawn = draw(4, from: "f3", seed: "s", givenBy: "Mora", items: [SampleDraw.Item(ordinal: 3, key: "k")])
        let attestation = Attestation(id: id, control: nil, period: place.period, by: "w-1", at: place.at, says: "so it was")
        var statements = Statements()
        for json in [decision.json, drawn.json, attestation.json, frozen(4).json, FrozenListPart.json("", of: "f1", part: 1)] {
            statements.add(id, try JSON.parse(json.canonicalBytes))
        }
        statements.add(id, nil)
        statements.add(id, ["type": "decision", "control": "CHG-01"])
        #expect(statements.decisions == [decision] && statements.draws == [drawn] && statements.attestations == [attestation])
        #expect(statements.frozen == [frozen(4)] && statements.unreadable == [id, id])
    }
}
