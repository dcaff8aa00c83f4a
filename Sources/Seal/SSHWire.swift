/// The SSH wire encoding (RFC 4251 section 5): big-endian numbers, and strings with their length before them.
struct SSHWriter {
    private(set) var bytes: [UInt8] = []

    mutating func raw(_ part: some Sequence<UInt8>) { bytes.append(contentsOf: part) }
    mutating func number(_ value: UInt32) {
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(shift))) }
    }
    mutating func long(_ value: UInt64) {
        number(UInt32(truncatingIfNeeded: value >> 32))
        number(UInt32(truncatingIfNeeded: value))
    }
    mutating func string(_ part: some Collection<UInt8>) {
        number(UInt32(part.count))
        raw(part)
    }
}

/// Reads what `SSHWriter` writes; nil where the bytes end too early.
struct SSHReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }
    var isAtEnd: Bool { rest.isEmpty }

    mutating func raw(_ count: Int) -> [UInt8]? {
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }
    mutating func number() -> UInt32? { raw(4)?.reduce(0) { $0 << 8 | UInt32($1) } }
    mutating func string() -> [UInt8]? { number().flatMap { raw(Int($0)) } }
    mutating func remainder() -> [UInt8] {
        defer { rest = [] }
        return Array(rest)
    }
}
