import Controls
import Evidence
import Testing

@Suite struct TraceReaderTests {
    private static let trace = """
        trace: key
        title: Key
        asks: What became of it?
        takes:
          key_id: {says: the key}
          who: {says: a customer, person: customer}
        steps:
          rotations:
            says: its rotations
            kind: key_rotation
            covered: period
            needed: [outcome, by]
            sql: SELECT k.artifact FROM asked a JOIN key_rotation k ON k.key_id = a.key_id
          again:
            says: the same once more
            kind: key_rotation
            covered: 30d before
            by: [rotations.by]
            sql: SELECT artifact FROM key_rotation
        tests:
          - {control: SEC-99, of: rotations}
          - {control: SEC-99, of: its_days}
        """
    private func load(_ text: String) throws -> Catalogue { try loadCatalogue(files: Small.files(["controls/traces/key.yaml": text])) }

    @Test func aTraceIsReadWithItsStepsInTheirOrder() throws {
        let trace = try #require(try load(Self.trace).traces.first)
        #expect(trace.name == "key" && trace.takes.map(\.name) == ["key_id", "who"] && trace.takes.map(\.person) == [nil, .customer])
        #expect(trace.steps.map(\.name) == ["rotations", "again"])
        // In the kind's order, however they were written.
        #expect(trace.steps[0].needed == ["by", "outcome"] && trace.steps[0].span == .period)
        #expect(trace.steps[1].span == .told(before: .seconds(30 * 86_400), after: .zero) && trace.steps[1].by.map(\.field) == ["by"])
        let both = try #require(try load(Self.trace.replacing("30d before", with: "30d before, 2d around")).traces.first)
        #expect(both.steps[1].span == .told(before: .seconds(30 * 86_400), after: .seconds(2 * 86_400)))
        #expect(trace.tests.map(\.items) == [.restingOn(step: "rotations"), .ofItsDays])
    }

    @Test(arguments: [
        ("trace: key\n", "trace: keys\n", "1: the trace is 'keys', the file 'key.yaml'\nreceipts: hint: give both the same name"),
        ("person: customer", "person: child", "6: 'person' of what a trace takes must be 'customer' or 'staff', found 'child'"),
        (
            "covered: period", "covered: always",
            "11: 'covered' of a step of a trace must be period, or at, '30d before', '30d after' or '1d around', two of them with a comma between, found 'always'"
        ),
        ("  again:", "  its_days:", "14: a step cannot be called 'its_days': a test of a trace says so of days"),
        ("by: [rotations.by]", "known_by: [who]", "18: 'who' is not a field of 'key_rotation'"),
        ("[outcome, by]", "[outcom]", "12: 'outcom' is not a field of 'key_rotation'\nreceipts: hint: did you mean 'outcome'?"),
        ("[rotations.by]", "[rotations.bye]", "18: 'rotations.bye' is not a field of an earlier step\nreceipts: hint: did you mean 'rotations.by'?"),
        // A later step has told nothing yet.
        (
            "kind: key_rotation\n    covered: period", "kind: key_rotation\n    by: [again.by]\n    covered: period",
            "11: 'again.by' is not a field of an earlier step"
        ),
        ("of: rotations}", "of: rotation}", "21: 'rotation' is not a value of 'of' of a test of a trace\nreceipts: hint: did you mean 'rotations'?"),
        (
            "{control: SEC-99, of: its_days}", "{control: SEC 98, of: its_days}",
            "22: 'control' of a test of a trace must be letters, digits and '-', found 'SEC 98'"
        ),
        ("kind: key_rotation\n    covered: 30d", "kind: key_rotations\n    covered: 30d", "16: 'key_rotations' is not a kind"),
        ("  key_id: {says: the key}\n", "  Key: {says: the key}\n", "5: a name under 'takes' is of lower-case letters, digits and '_', found 'Key'"),
    ])
    func aBrokenTraceIsRefusedWithItsLine(old: String, new: String, expected: String) {
        let found = findings { _ = try load(Self.trace.replacing(old, with: new)) }
        #expect(found.contains { $0.hasPrefix("receipts: error: controls/traces/key.yaml:" + expected) }, "\(found)")
    }

    @Test func everyShippedTraceFollowsKindsThatExist() throws {
        #expect(try Shipped.catalogue().traces.map(\.name) == ["account", "deletion", "prompt", "request", "rollback", "subject"])
    }
}
