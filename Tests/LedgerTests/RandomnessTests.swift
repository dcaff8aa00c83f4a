import Testing

@testable import Ledger

@Suite struct RandomnessTests {
    /// A seeded ledger's salts depend on the seed alone, not on how many are drawn at a time.
    @Test(arguments: [1, 31, 32, 100, 4_095, 4_096, 4_097, 9_000]) func theStreamIsTheSameHoweverItIsCut(size: Int) {
        var whole = Randomness.seeded("s")
        let expected = whole.bytes(20_000)
        var parts = Randomness.seeded("s")
        var drawn: [UInt8] = []
        while drawn.count < expected.count { parts.append(min(size, expected.count - drawn.count), to: &drawn) }
        #expect(drawn == expected)
    }

    @Test func theKernelsBytesAreAsManyAsWereAskedForAndDoNotRepeat() {
        var kernel = Randomness.kernel
        let parts = (0..<2_000).map { _ in kernel.bytes(24) }
        #expect(parts.allSatisfy { $0.count == 24 } && Set(parts).count == parts.count)
    }
}
