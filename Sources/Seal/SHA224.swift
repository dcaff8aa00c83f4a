/// SHA-224 (FIPS 180-4): other people's bags may have a manifest with it. Nothing of ours is made with it.
package struct SHA224 {
    private var state: [UInt32] = [
        0xc105_9ed8, 0x367c_d507, 0x3070_dd17, 0xf70e_5939, 0xffc0_0b31, 0x6858_1511, 0x64f9_8fa7, 0xbefa_4fa4,
    ]
    private var pending: [UInt8] = []
    private var length = 0

    package init() {}

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        length += bytes.count
        pending.append(contentsOf: bytes)
        var at = 0
        while pending.count - at >= 64 {
            compress(pending[at..<at + 64])
            at += 64
        }
        pending.removeFirst(at)
    }

    /// 28 bytes.
    package func digest() -> [UInt8] {
        var last = self
        let bits = UInt64(length) * 8
        let zeros = (119 - length % 64) % 64
        let padding: [UInt8] = [0x80] + [UInt8](repeating: 0, count: zeros) + (0..<8).map { UInt8(truncatingIfNeeded: bits >> UInt64(56 - 8 * $0)) }
        padding.withUnsafeBytes { last.update($0) }
        return last.state.prefix(7).flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(24 - 8 * $0)) } }
    }

    private mutating func compress(_ block: ArraySlice<UInt8>) {
        let bytes = Array(block)
        var w = (0..<16).map { i in (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(bytes[4 * i + $1]) } }
        for i in 16..<64 {
            let (a, b) = (w[i - 15], w[i - 2])
            let low = SHA224.rotate(a, 7) ^ SHA224.rotate(a, 18) ^ (a >> 3)
            let high = SHA224.rotate(b, 17) ^ SHA224.rotate(b, 19) ^ (b >> 10)
            w.append(w[i - 16] &+ low &+ w[i - 7] &+ high)
        }
        var v = state
        for i in 0..<64 {
            let sum = SHA224.rotate(v[4], 6) ^ SHA224.rotate(v[4], 11) ^ SHA224.rotate(v[4], 25)
            let choice = (v[4] & v[5]) ^ (~v[4] & v[6])
            let first = v[7] &+ sum &+ choice &+ SHA224.constants[i] &+ w[i]
            let other = SHA224.rotate(v[0], 2) ^ SHA224.rotate(v[0], 13) ^ SHA224.rotate(v[0], 22)
            let majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2])
            v = [first &+ other &+ majority, v[0], v[1], v[2], v[3] &+ first, v[4], v[5], v[6]]
        }
        for i in 0..<8 { state[i] = state[i] &+ v[i] }
    }

    private static func rotate(_ word: UInt32, _ by: UInt32) -> UInt32 { word >> by | word << (32 - by) }

    /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes, by integer arithmetic.
    private static let constants: [UInt32] = {
        var primes: [UInt64] = []
        var n: UInt64 = 2
        while primes.count < 64 {
            if !primes.contains(where: { n % $0 == 0 }) { primes.append(n) }
            n += 1
        }
        return primes.map { prime in
            // The largest r with r^3 <= prime * 2^96 has the 32 bits at its end.
            var root: UInt64 = 0
            for bit in (0..<36).reversed() {
                let candidate = root | 1 << UInt64(bit)
                if isCubeAtMost(candidate, prime) { root = candidate }
            }
            return UInt32(truncatingIfNeeded: root)
        }
    }()

    private static func isCubeAtMost(_ root: UInt64, _ prime: UInt64) -> Bool {
        UInt128(root) * UInt128(root) * UInt128(root) <= UInt128(prime) << 96
    }
}
