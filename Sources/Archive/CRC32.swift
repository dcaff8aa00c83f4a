/// The checksum that ZIP has of each member (ISO 3309, reflected, polynomial 0xEDB88320). It finds accidents; digests find intent.
struct CRC32 {
    private var state: UInt32

    init() { state = 0xffff_ffff }
    /// As after bytes with this checksum.
    init(value: UInt32) { state = value ^ 0xffff_ffff }

    var value: UInt32 { state ^ 0xffff_ffff }

    /// At `256 * k + b`: what the byte b does k bytes later, so that eight bytes take one step.
    private static let table: [UInt32] = {
        var table: [UInt32] = []
        for byte in 0..<UInt32(256) {
            var crc = byte
            for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xedb8_8320 : crc >> 1 }
            table.append(crc)
        }
        for i in 0..<256 * 7 {
            let before = table[i]
            table.append((before >> 8) ^ table[Int(before & 255)])
        }
        return table
    }()

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var crc = state
        CRC32.table.withUnsafeBufferPointer { table in
            func look(_ later: Int, _ word: UInt32, _ shift: UInt32) -> UInt32 { table[256 * later + Int((word >> shift) & 255)] }
            var at = 0
            while at + 8 <= bytes.count {
                let low = crc ^ UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self))
                let high = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: at + 4, as: UInt32.self))
                crc = look(7, low, 0) ^ look(6, low, 8)
                crc ^= look(5, low, 16) ^ look(4, low, 24)
                crc ^= look(3, high, 0) ^ look(2, high, 8)
                crc ^= look(1, high, 16) ^ look(0, high, 24)
                at += 8
            }
            while at < bytes.count {
                crc = (crc >> 8) ^ table[Int((crc ^ UInt32(bytes[at])) & 255)]
                at += 1
            }
        }
        state = crc
    }

    static func of(_ bytes: [UInt8]) -> UInt32 {
        var crc = CRC32()
        bytes.withUnsafeBytes { crc.update($0) }
        return crc.value
    }
}
