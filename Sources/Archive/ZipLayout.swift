import Evidence

/// One member of a ZIP as this program writes it (PKWARE APPNOTE 6.3.3): stored, a plain file of mode 0644, sizes and checksum in front of it.
///
/// There is one spelling of each: a reader makes the headers anew from what it reads, and whatever differs is refused.
struct ZipMember: Equatable {
    let name: [UInt8]
    let size: Int
    let checksum: UInt32
    /// Of its local header in the file.
    let offset: Int
    /// MS-DOS time and date in UTC, two seconds fine.
    let time: UInt32

    static let localSignature: UInt32 = 0x0403_4b50
    static let centralSignature: UInt32 = 0x0201_4b50
    /// A field of 32 bits that says: see the Zip64 extra field.
    private static let elsewhere = UInt32.max
    private var isLarge: Bool { size >= Int(UInt32.max) }
    private var isFar: Bool { offset >= Int(UInt32.max) }
    private var version: UInt16 { isLarge || isFar ? 45 : 20 }

    /// The local header, with the name.
    var local: [UInt8] {
        var out = LittleEndian()
        out.add(ZipMember.localSignature)
        out.add(isLarge ? 45 : 20 as UInt16)
        fixed(&out)
        out.add(UInt16(isLarge ? 20 : 0))
        out.bytes += name
        if isLarge { out.zip64([size, size]) }
        return out.bytes
    }

    /// Its entry in the central directory.
    var central: [UInt8] {
        let far = (isLarge ? [size, size] : []) + (isFar ? [offset] : [])
        var out = LittleEndian()
        out.add(ZipMember.centralSignature)
        // Made on Unix, so that the attributes are a mode.
        out.add(UInt16(3 << 8 | 45))
        out.add(version)
        fixed(&out)
        out.add(UInt16(far.isEmpty ? 0 : 4 + 8 * far.count))
        // No comment, first disk, binary.
        for _ in 0..<3 { out.add(UInt16(0)) }
        out.add(UInt32(0o100644 << 16))
        out.add(isFar ? ZipMember.elsewhere : UInt32(offset))
        out.bytes += name
        if !far.isEmpty { out.zip64(far) }
        return out.bytes
    }

    /// What both headers have: flags, method, time, checksum, sizes, length of the name.
    private func fixed(_ out: inout LittleEndian) {
        out.add(UInt16(0))
        out.add(UInt16(0))
        out.add(time)
        out.add(checksum)
        for _ in 0..<2 { out.add(isLarge ? ZipMember.elsewhere : UInt32(size)) }
        out.add(UInt16(name.count))
    }

    /// The end of the central directory that begins at `start`.
    static func end(members: Int, start: Int, length: Int) -> [UInt8] {
        var out = LittleEndian()
        if members >= Int(UInt16.max) || start >= Int(UInt32.max) || length >= Int(UInt32.max) {
            out.add(0x0606_4b50 as UInt32)
            out.add(UInt64(44))
            out.add(UInt16(3 << 8 | 45))
            out.add(45 as UInt16)
            out.add(UInt64(0))
            for number in [members, members, length, start] { out.add(UInt64(number)) }
            out.add(0x0706_4b50 as UInt32)
            out.add(UInt32(0))
            out.add(UInt64(start + length))
            out.add(UInt32(1))
        }
        out.add(0x0605_4b50 as UInt32)
        out.add(UInt32(0))
        for _ in 0..<2 { out.add(UInt16(min(members, Int(UInt16.max)))) }
        for number in [length, start] { out.add(UInt32(min(number, Int(UInt32.max)))) }
        out.add(UInt16(0))
        return out.bytes
    }

    /// The date in the upper half. Times before 1980 and after 2107 have no spelling and become the nearest that has.
    static func time(_ instant: Instant) -> UInt32 {
        let (day, second, _) = instant.split()
        guard day.year >= 1980 else { return 1 << 21 | 1 << 16 }
        guard day.year <= 2107 else { return 0xff9f_bf7d }
        let date = UInt32(day.year - 1980) << 9 | UInt32(day.month) << 5 | UInt32(day.day)
        return date << 16 | UInt32(second / 3600) << 11 | UInt32(second / 60 % 60) << 5 | UInt32(second % 60 / 2)
    }
}

/// Numbers as ZIP writes them.
struct LittleEndian {
    var bytes: [UInt8] = []
    mutating func add(_ number: some FixedWidthInteger) { withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) } }
    mutating func zip64(_ numbers: [Int]) {
        add(1 as UInt16)
        add(UInt16(8 * numbers.count))
        for number in numbers { add(UInt64(number)) }
    }
}

/// A number of a header that was read.
func littleEndian<T: FixedWidthInteger>(_ bytes: [UInt8], _ offset: Int, as type: T.Type) -> T {
    bytes.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: T.self)) }
}
