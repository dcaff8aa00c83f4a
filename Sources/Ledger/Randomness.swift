import Crypto
import Evidence
import Glibc

/// Where salts and ids come from: the kernel, or for a simulated ledger a stream that a seed fixes.
package struct Randomness: Sendable {
    private enum Origin { case kernel, seeded([UInt8]) }
    private let origin: Origin
    private var counter: UInt64 = 0
    private var pool: [UInt8] = []
    private var used = 0

    package static let kernel = Randomness(origin: .kernel)
    /// SHA-256(seed ‖ counter) blocks: the same seed gives the same ledger. Only for simulated ledgers.
    package static func seeded(_ seed: String) -> Randomness { Randomness(origin: .seeded(Array(seed.utf8))) }
    private init(origin: Origin) { self.origin = origin }

    /// The stream of one purpose: two of different labels have nothing in common, and neither moves the other on.
    package func forked(_ label: String) -> Randomness {
        switch origin {
        case .kernel: .kernel
        case .seeded(let seed): Randomness(origin: .seeded(seed + [0] + Array(label.utf8)))
        }
    }

    /// Appends `count` random bytes: the next ones of the stream, however it was cut before.
    package mutating func append(_ count: Int, to bytes: inout [UInt8]) {
        var left = count
        while left > 0 {
            if used == pool.count { refill(atLeast: left) }
            let part = min(left, pool.count - used)
            bytes.append(contentsOf: pool[used..<used + part])
            used += part
            left -= part
        }
    }

    package mutating func bytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        append(count, to: &bytes)
        return bytes
    }

    private mutating func refill(atLeast count: Int) {
        used = 0
        switch origin {
        case .kernel:
            pool = [UInt8](repeating: 0, count: max(count, 1 << 14))
            pool.withUnsafeMutableBytes { pool in
                // The most that one call gives.
                for start in stride(from: 0, to: pool.count, by: 256) {
                    let part = UnsafeMutableRawBufferPointer(rebasing: pool[start..<min(start + 256, pool.count)])
                    precondition(getentropy(part.baseAddress, part.count) == 0, "the kernel gives no random bytes")
                }
            }
        case .seeded(let seed):
            pool.removeAll(keepingCapacity: true)
            while pool.count < max(count, 1 << 12) {
                var hash = SHA256()
                hash.update(data: seed)
                withUnsafeBytes(of: counter.littleEndian) { hash.update(bufferPointer: $0) }
                pool.append(contentsOf: hash.finalize())
                counter += 1
            }
        }
    }
}
