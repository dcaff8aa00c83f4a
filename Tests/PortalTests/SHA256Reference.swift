import Evidence

/// FIPS 180-4, plainly, so that the tests need no library that Portal does not link. Held against openssl in VerifyScriptTests.
enum SHA256Reference {
    private static let constants: [UInt32] = {
        var primes: [Int] = []
        var n = 2
        while primes.count < 64 {
            if primes.allSatisfy({ n % $0 != 0 }) { primes.append(n) }
            n += 1
        }
        return primes.map { fraction(cubeRoot(of: $0)) }
    }()
    /// floor(cbrt(p) * 2^32) by bisection in integers.
    private static func cubeRoot(of p: Int) -> UInt64 {
        var (low, high): (UInt64, UInt64) = (0, 8 << 32)
        while high - low > 1 {
            let middle = (low + high) / 2
            if cubeIsAtMost(middle, p) { low = middle } else { high = middle }
        }
        return low
    }
    /// middle^3 <= p * 2^96, in 192-bit steps.
    private static func cubeIsAtMost(_ m: UInt64, _ p: Int) -> Bool {
        let square = m.multipliedFullWidth(by: m)
        let low = square.low.multipliedFullWidth(by: m)
        let high = square.high.multipliedFullWidth(by: m)
        let (middle, carry) = low.high.addingReportingOverflow(high.low)
        let top = high.high + (carry ? 1 : 0)
        let limit = UInt64(p).multipliedFullWidth(by: 1 << 32)
        return (top, middle, low.low) <= (limit.high, limit.low, 0)
    }
    private static func fraction(_ value: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: value) }

    static func hash(_ message: [UInt8]) -> Digest {
        var h: [UInt32] = [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19]
        var padded = message + [0x80]
        while padded.count % 64 != 56 { padded.append(0) }
        for shift in stride(from: 56, through: 0, by: -8) { padded.append(UInt8(UInt64(message.count * 8) >> UInt64(shift) & 255)) }
        var w = [UInt32](repeating: 0, count: 64)
        for block in stride(from: 0, to: padded.count, by: 64) {
            for i in 0..<16 { w[i] = padded[(block + 4 * i)..<(block + 4 * i + 4)].reduce(0) { $0 << 8 | UInt32($1) } }
            for i in 16..<64 {
                let a = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ w[i - 15] >> 3
                let b = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ w[i - 2] >> 10
                w[i] = w[i - 16] &+ a &+ w[i - 7] &+ b
            }
            var (a, b, c, d, e, f, g, last) = (h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7])
            for i in 0..<64 {
                let t1 = last &+ (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) &+ (e & f ^ ~e & g) &+ constants[i] &+ w[i]
                let t2 = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) &+ (a & b ^ a & c ^ b & c)
                (last, g, f, e, d, c, b, a) = (g, f, e, d &+ t1, c, b, a, t1 &+ t2)
            }
            for (i, value) in [a, b, c, d, e, f, g, last].enumerated() { h[i] = h[i] &+ value }
        }
        return Digest(h.flatMap { word in [24, 16, 8, 0].map { UInt8(word >> UInt32($0) & 255) } })
    }
    private static func turn(_ x: UInt32, _ n: UInt32) -> UInt32 { x >> n | x << (32 - n) }
}
