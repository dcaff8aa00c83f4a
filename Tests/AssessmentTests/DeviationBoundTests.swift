import Testing

@testable import Assessment

/// The exact upper bound, against published figures and against its own definition.
@Suite struct DeviationBoundTests {
    /// Tables of attribute sampling at 95 %, and what 0 of n says in closed form: 1 - 0.05^(1/n).
    @Test(arguments: [
        (0, 25, "11.3 %"), (1, 25, "17.6 %"), (0, 60, "4.9 %"), (1, 60, "7.7 %"), (2, 60, "10.1 %"), (0, 1, "95 %"), (0, 45, "6.4 %"), (3, 100, "7.6 %"),
        (1, 93, "5 %"), (0, 59, "5 %"), (10, 10, "100 %"), (5, 40, "24.5 %"),
    ])
    func isWhatTablesPrint(_ deviations: Int, _ tested: Int, _ printed: String) throws {
        let bound = try #require(DeviationBound.upper(deviations, of: tested))
        #expect(DeviationBound.percent(bound) == printed)
    }

    @Test func atNinetyPercentItIsTheSmallerFigureOfTheSameTables() throws {
        #expect(DeviationBound.percent(try #require(DeviationBound.upper(0, of: 25, confidence: 0.9))) == "8.8 %")
        #expect(DeviationBound.percent(try #require(DeviationBound.upper(1, of: 25, confidence: 0.9))) == "14.7 %")
    }

    /// Summed from the first term up, the other way round than the program does.
    @Test(arguments: [(0, 7), (1, 12), (4, 30), (17, 200), (40, 365)])
    func atTheBoundSoFewAreSeenOnceInTwentyTimes(_ k: Int, _ n: Int) throws {
        let p = try #require(DeviationBound.upper(k, of: n))
        var term = 1.0
        for _ in 0..<n { term *= 1 - p }
        var sum = term
        for i in 0..<k {
            term *= Double(n - i) / Double(i + 1) * p / (1 - p)
            sum += term
        }
        #expect(abs(sum - 0.05) < 1e-12)
    }

    @Test func nothingTestedGivesNoBoundAndManyTestedGiveOneAboveZero() throws {
        #expect(DeviationBound.upper(0, of: 0) == nil)
        #expect(DeviationBound.percent(try #require(DeviationBound.upper(0, of: 10_000_000))) == "0.000030 %")
        #expect(DeviationBound.percent(try #require(DeviationBound.upper(0, of: 1_000))) == "0.30 %")
        #expect(DeviationBound.percent(try #require(DeviationBound.upper(200_000, of: 10_000_000))) == "2 %")
    }

    /// The very bits: no function of a C library has a part in them.
    @Test func isTheSameToTheLastBitOnEveryMachine() throws {
        let (few, many) = (try #require(DeviationBound.upper(1, of: 60)), try #require(DeviationBound.upper(12_345, of: 1_000_000)))
        #expect("\(few) \(many)" == "0.07663999493450441 0.012528172364617729")
    }
}
