import Foundation

/// What a ZIP says of itself in its end record (APPNOTE.TXT 4.3.16, and 4.3.14 where the number is too large for it). libarchive takes the members of the directory
/// one by one as long as each looks like one, whatever was announced.
struct ZipEnd {
    /// How many members its directory holds.
    let members: Int

    /// Nil where there is no end record.
    init?(_ descriptor: Int32) {
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { return nil }
        let size = Int(info.st_size)
        let start = max(0, size - ZipEnd.length - ZipEnd.commentLimit)
        let tail = ZipEnd.bytes(descriptor, start..<size)
        guard tail.count >= ZipEnd.length else { return nil }
        let last = (0...tail.count - ZipEnd.length).last { tail[$0...].starts(with: [0x50, 0x4b, 5, 6]) }
        guard let last else { return nil }
        let short = ZipEnd.number(tail[(last + 10)...].prefix(2))
        guard short == 0xffff else {
            members = short
            return
        }
        members = ZipEnd.long(descriptor, before: start + last) ?? short
    }

    private static let length = 22
    private static let commentLimit = 0xffff

    /// From the record that the locator right before the end record names.
    private static func long(_ descriptor: Int32, before end: Int) -> Int? {
        let locator = bytes(descriptor, end - 20..<end)
        guard locator.starts(with: [0x50, 0x4b, 6, 7]) else { return nil }
        let at = number(locator[8..<16])
        guard at >= 0, at < end else { return nil }
        let record = bytes(descriptor, at..<at + 40)
        return record.count == 40 && record.starts(with: [0x50, 0x4b, 6, 6]) ? number(record[32..<40]) : nil
    }

    /// As many of them as there are.
    private static func bytes(_ descriptor: Int32, _ range: Range<Int>) -> [UInt8] {
        guard range.lowerBound >= 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
            count = max(0, pread(descriptor, buffer.baseAddress, range.count, off_t(range.lowerBound)))
        }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reversed().reduce(0) { $0 << 8 | Int($1) } }
}
