import Assessment
import Evidence
import Testing

/// Set algebra against a model that looks at each of sixty instants.
@Suite struct SpansTests {
    /// A fixed linear congruential generator: the same thousand cases everywhere.
    struct Dice {
        var state: UInt64
        mutating func roll(_ sides: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % sides
        }
        mutating func windows() -> [Window] {
            (0..<roll(6)).map { _ in
                let start = roll(60)
                return Spans.window(start, start + roll(12))
            }
        }
    }

    private func model(_ windows: [Window]) -> [Bool] { (0..<80).map { second in windows.contains { $0.contains(Instant(nanoseconds: Int64(second))) } } }

    private func isCanonical(_ windows: [Window]) -> Bool {
        windows.allSatisfy { !$0.isEmpty } && zip(windows, windows.dropFirst()).allSatisfy { $0.end < $1.start }
    }

    @Test func theAlgebraAgreesWithTheModel() {
        var dice = Dice(state: 20_260_101)
        for _ in 0..<1000 {
            let (a, b) = (dice.windows(), dice.windows())
            let (one, other) = (Spans.union(a), Spans.union(b))
            #expect(isCanonical(one) && model(one) == model(a))
            #expect(Spans.union(one) == one && Spans.union(a.reversed()) == one)
            let both = Spans.intersection(one, other)
            #expect(isCanonical(both) && model(both) == zip(model(a), model(b)).map { $0 && $1 })
            #expect(Spans.intersection(other, one) == both)
            let left = Spans.subtracting(b, from: one)
            #expect(isCanonical(left) && model(left) == zip(model(a), model(b)).map { $0 && !$1 })
            let whole = Spans.window(dice.roll(40), 40 + dice.roll(40))
            let gaps = Spans.gaps(in: whole, covered: one)
            #expect(isCanonical(gaps) && model(gaps) == zip(model([whole]), model(a)).map { $0 && !$1 })
        }
    }

    @Test func anEmptyWindowIsNoGap() {
        #expect(Spans.gaps(in: Spans.window(5, 5), covered: []) == [])
        #expect(Spans.union([Spans.window(5, 5)]) == [])
    }
}

extension Spans {
    fileprivate static func window(_ start: Int, _ end: Int) -> Window {
        Window(start: Instant(nanoseconds: Int64(start)), end: Instant(nanoseconds: Int64(end)))
    }
}
