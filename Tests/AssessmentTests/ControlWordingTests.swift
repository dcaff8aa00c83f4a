import Controls
import Evidence
import Testing

@testable import Assessment

@Suite struct ControlWordingTests {
    private func control(_ attribute: String = "outcome = 'success'", from: String = "2026-01-01", owner: String = "platform") throws -> Control {
        var tiny = TinyControl()
        tiny.attributes = [attribute]
        tiny.effectiveFrom = from
        let text = tiny.text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.hasPrefix("owner: ") ? "owner: \(owner)" : String($0) }
        let files = tiny.files.map { $0.path.hasSuffix("SEC-99.yaml") ? CatalogueFile(path: $0.path, bytes: Array(text.joined(separator: "\n").utf8)) : $0 }
        return try #require(try loadCatalogue(files: files).controls.first)
    }

    private func kept(_ control: Control?, _ at: String) -> KeptControlFile {
        KeptControlFile(seenAt: Bed.instant(at), control: control, problem: control == nil ? "it cannot be read" : nil)
    }

    private func words(_ current: Control, _ history: [KeptControlFile], typeI: Bool = false) -> [String] {
        let period = Period(
            id: PeriodID(trusted: "p"), span: typeI ? .typeI(asOf: Bed.january.end) : .typeII(Bed.january), zone: .utc)
        return ControlWording.all(of: current, history: history, period: period).map { wording in
            let end = wording.inForce.end == .distantFuture ? "on" : "\(wording.inForce.end)"
            return "\(wording.control.id) \(wording.control.attributes[0].test.sql): \(wording.inForce.start) \(end)"
                + wording.unreadable.map { ", unreadable \($0.window.start) \($0.window.end)" }.joined() + (wording.pending.map { ", \($0)" } ?? "")
        }
    }

    @Test func oneWordingThatWasNeverEditedIsInForceFromTheDayItDeclares() throws {
        let only = try control()
        #expect(words(only, []) == ["SEC-99 outcome = 'success': 2026-01-01T00:00:00Z on"])
        #expect(words(only, [kept(only, "2026-01-09T02:00:00Z")]) == ["SEC-99 outcome = 'success': 2026-01-01T00:00:00Z on"])
    }

    @Test func anEditTakesOverWhenARunFirstFoundItAndNeverEarlier() throws {
        let (strict, eased) = (try control(), try control("outcome <> 'x'"))
        #expect(
            words(eased, [kept(strict, "2026-01-01T02:00:00Z"), kept(eased, "2026-01-20T02:00:00Z")]) == [
                "SEC-99.w1 outcome = 'success': 2026-01-01T00:00:00Z 2026-01-20T02:00:00Z", "SEC-99 outcome <> 'x': 2026-01-20T02:00:00Z on",
            ])
    }

    @Test func anEditThatIsAnnouncedTakesOverOnTheDayItDeclares() throws {
        let (old, new) = (try control(), try control("outcome <> 'x'", from: "2026-01-25"))
        #expect(
            words(new, [kept(old, "2026-01-01T02:00:00Z"), kept(new, "2026-01-10T02:00:00Z")]) == [
                "SEC-99.w1 outcome = 'success': 2026-01-01T00:00:00Z 2026-01-25T00:00:00Z", "SEC-99 outcome <> 'x': 2026-01-25T00:00:00Z on",
            ])
    }

    @Test func anAnnouncedEditThatIsTakenBackBeforeItsDayWasNeverInForce() throws {
        let (old, new) = (try control(), try control("outcome <> 'x'", from: "2026-01-25"))
        #expect(
            words(old, [kept(old, "2026-01-01T02:00:00Z"), kept(new, "2026-01-10T02:00:00Z"), kept(old, "2026-01-15T02:00:00Z")]) == [
                "SEC-99.w1 outcome = 'success': 2026-01-01T00:00:00Z 2026-01-15T02:00:00Z", "SEC-99 outcome = 'success': 2026-01-15T02:00:00Z on",
            ])
    }

    @Test func whatChangesNothingThatIsTestedOrSaidIsNoWordingOfItsOwn() throws {
        let (old, new) = (try control(), try control(owner: "security"))
        #expect(
            words(new, [kept(old, "2026-01-01T02:00:00Z"), kept(new, "2026-01-20T02:00:00Z")]) == ["SEC-99 outcome = 'success': 2026-01-01T00:00:00Z on"])
    }

    @Test func anEarlierDayInALaterFileReachesBackNoFurther() throws {
        let (old, new) = (try control(from: "2026-01-10"), try control("outcome <> 'x'", from: "2026-01-01"))
        #expect(
            words(new, [kept(old, "2026-01-02T02:00:00Z"), kept(new, "2026-01-20T02:00:00Z")]) == [
                "SEC-99.w1 outcome = 'success': 2026-01-10T00:00:00Z 2026-01-20T02:00:00Z", "SEC-99 outcome <> 'x': 2026-01-20T02:00:00Z on",
            ])
    }

    @Test func wordingsOutsideThePeriodAreNotTested() throws {
        let (old, new, future) = (
            try control(from: "2025-01-01"), try control("outcome <> 'x'", from: "2025-01-01"), try control("outcome <> 'y'", from: "2025-01-01")
        )
        #expect(
            words(future, [kept(old, "2025-12-01T02:00:00Z"), kept(new, "2025-12-20T02:00:00Z"), kept(future, "2026-03-01T02:00:00Z")]) == [
                "SEC-99 outcome <> 'x': 2025-12-20T02:00:00Z 2026-03-01T02:00:00Z"
            ])
    }

    @Test func typeIAsksTheWordingThatWasInForceAtTheInstant() throws {
        let (old, new) = (try control(), try control("outcome <> 'x'"))
        let history = [kept(old, "2026-01-01T02:00:00Z"), kept(new, "2026-01-20T02:00:00Z")]
        #expect(words(new, history, typeI: true) == ["SEC-99 outcome <> 'x': 2026-01-20T02:00:00Z on"])
    }

    @Test func aWordingThatCannotBeReadAnyMoreIsAHole() throws {
        let new = try control()
        #expect(
            words(new, [kept(nil, "2026-01-01T02:00:00Z"), kept(new, "2026-01-20T02:00:00Z")]) == [
                "SEC-99 outcome = 'success': 2026-01-20T02:00:00Z on, unreadable 2026-01-01T02:00:00Z 2026-01-20T02:00:00Z"
            ])
        #expect(
            words(new, [kept(nil, "2026-01-01T02:00:00Z")]) == [
                "SEC-99 outcome = 'success': 2026-02-01T00:00:00Z on, unreadable 2026-01-01T02:00:00Z \(Instant.distantFuture), edited"
            ])
    }

    @Test func theWordingAfterAnUnreadableOneJudgesNothingFromBeforeIt() throws {
        let (old, new) = (try control(), try control("outcome <> 'x'"))
        let history = [kept(nil, "2026-01-01T02:00:00Z"), kept(old, "2026-01-10T02:00:00Z"), kept(new, "2026-01-20T02:00:00Z")]
        let period = Period(id: PeriodID(trusted: "p"), span: .typeII(Bed.january), zone: .utc)
        let wordings = ControlWording.all(of: new, history: history, period: period)
        #expect(
            wordings.map(\.judges) == [
                Bed.window("2026-01-10T02:00:00Z", "2026-01-20T02:00:00Z"), Window(start: Bed.instant("2026-01-20T02:00:00Z"), end: .distantFuture),
            ])
        #expect(wordings.map(\.isFirst) == [false, false])
        #expect(wordings[1].unreadable.map(\.window) == [Bed.window("2026-01-01T02:00:00Z", "2026-01-10T02:00:00Z")])
        // Nothing was in force before the first: items from before are judged by it, under a design gap.
        #expect(ControlWording.all(of: old, history: [], period: period).map(\.judges.start) == [.distantPast])
    }

    @Test func anEditThatNoRunHasFoundIsNotInForce() throws {
        let (old, new) = (try control(), try control("outcome <> 'x'"))
        #expect(words(new, [kept(old, "2026-01-01T02:00:00Z")]) == ["SEC-99 outcome = 'success': 2026-01-01T00:00:00Z on, edited"])
    }
}
