/// SplitMix64 (Steele, Lea and Flood, 2014): small, fast, the same on every machine.
///
/// Streams are made by name and number, so that any day can be written alone and one more draw here moves nothing there.
struct Random {
    private var state: UInt64

    init(seed: UInt64, _ stream: String, _ number: Int = 0) {
        // FNV-1a over the stream's name keeps two streams of one seed apart.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in stream.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        state = seed &* 0x9e37_79b9_7f4a_7c15 ^ hash ^ UInt64(bitPattern: Int64(number)) &* 0xd134_2543_de82_ef95
        _ = next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }

    /// 0 up to, not including, `bound`. (Lemire's multiplication; the bias is below 2^-32 for bounds below 2^32.)
    mutating func below(_ bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }
    mutating func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }
    /// True once in `n` draws.
    mutating func oneIn(_ n: Int) -> Bool { below(n) == 0 }
    mutating func pick<T>(_ list: [T]) -> T { list[below(list.count)] }
    mutating func hex(_ digits: Int) -> String {
        var out: [UInt8] = []
        out.appendHex(&self, digits)
        return String(decoding: out, as: UTF8.self)
    }
}
