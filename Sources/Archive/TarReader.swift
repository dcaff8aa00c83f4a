import Evidence

/// One header of a tar stream.
struct TarEntry {
    enum Kind: Equatable { case file, folder, other(String) }
    let name: [UInt8]
    let kind: Kind
    let size: Int
    let mode: Int
}

/// A tar stream (POSIX.1-2001) read strictly: what two readers could take for different things is refused.
///
/// A damaged header ends the reading (`ContainerStop`); a link or a device is handed on for the caller to refuse.
final class TarReader {
    private let container: Container
    private var rest = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Of the current member: bytes not read yet, and the zeros that fill its last block.
    private var left = 0
    private var padding = 0

    private static let block = 512
    private static let maximumExtension = 1 << 16

    init(_ container: Container) { self.container = container }

    /// The next header; nil after two blocks of zeros and nothing but zeros behind them.
    func next() throws(ContainerStop) -> TarEntry? {
        try read { _ in }
        guard let header = try takeBlock() else { throw ContainerStop.flaw("the tar stream has no end mark") }
        if header.allSatisfy({ $0 == 0 }) {
            try readEnd()
            return nil
        }
        let entry = try TarReader.parse(header)
        start(entry.size)
        return header[156] == UInt8(ascii: "x") ? try extended() : entry
    }

    /// The content of the member that `next` returned, in pieces.
    func read(_ body: (UnsafeRawBufferPointer) -> Void) throws(ContainerStop) {
        while left > 0 {
            let piece = try take(left)
            left -= piece.count
            body(piece)
        }
        while padding > 0 {
            let piece = try take(padding)
            padding -= piece.count
            guard piece.allSatisfy({ $0 == 0 }) else { throw ContainerStop.flaw("bytes are hidden in the padding of a member") }
        }
    }

    private func start(_ size: Int) {
        left = size
        padding = (TarReader.block - size % TarReader.block) % TarReader.block
    }

    /// The header behind a pax extended header, with the name and size that one gives.
    private func extended() throws(ContainerStop) -> TarEntry {
        guard left <= TarReader.maximumExtension else {
            throw ContainerStop.flaw("an extended header is larger than \(TarReader.maximumExtension) bytes")
        }
        var text: [UInt8] = []
        try read { text.append(contentsOf: $0) }
        let records = try TarReader.records(text)
        guard let header = try takeBlock() else { throw ContainerStop.flaw("the tar stream has no end mark") }
        let entry = try TarReader.parse(header)
        guard header[156] != UInt8(ascii: "x") else { throw ContainerStop.flaw("an extended header follows another") }
        let size = records["size"].map { Int(String(decoding: $0, as: UTF8.self)) ?? -1 } ?? entry.size
        guard size >= 0 else { throw ContainerStop.flaw("a size is not a number") }
        start(size)
        return TarEntry(name: records["path"] ?? entry.name, kind: entry.kind, size: size, mode: entry.mode)
    }

    private func readEnd() throws(ContainerStop) {
        guard let second = try takeBlock(), second.allSatisfy({ $0 == 0 }) else {
            throw ContainerStop.flaw("the end mark of the tar stream is damaged")
        }
        repeat {
            guard rest.allSatisfy({ $0 == 0 }) else { throw ContainerStop.flaw("bytes follow the end of the tar stream") }
            guard let next = try container.next() else { return }
            rest = next
        } while true
    }

    /// Some of what comes next, at most `limit` bytes, at least one.
    private func take(_ limit: Int) throws(ContainerStop) -> UnsafeRawBufferPointer {
        if rest.isEmpty {
            guard let next = try container.next() else { throw ContainerStop.flaw("the tar stream is cut short") }
            rest = next
        }
        let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(limit))
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(piece.count))
        return piece
    }

    /// 512 bytes; nil where the stream has ended.
    private func takeBlock() throws(ContainerStop) -> [UInt8]? {
        if rest.isEmpty {
            guard let next = try container.next() else { return nil }
            rest = next
        }
        var block: [UInt8] = []
        block.reserveCapacity(TarReader.block)
        while block.count < TarReader.block { block.append(contentsOf: try take(TarReader.block - block.count)) }
        return block
    }

    private static func parse(_ header: [UInt8]) throws(ContainerStop) -> TarEntry {
        // The checksum counts its own field as eight blanks.
        let sum = header.reduce(0) { $0 + Int($1) } - header[148..<156].reduce(0) { $0 + Int($1) } + 8 * 32
        guard header[154] == 0, header[155] == 32, number(header[148..<155]) == sum else {
            throw ContainerStop.flaw("a tar header is damaged")
        }
        guard let size = number(header[124..<136]), size >= 0, let mode = number(header[100..<108]) else {
            throw ContainerStop.flaw("a number in a tar header is damaged")
        }
        let isPOSIX = header[257..<263].elementsEqual("ustar\0".utf8)
        let prefix = isPOSIX ? text(header[345..<500]) : []
        let kind: TarEntry.Kind =
            switch header[156] {
            case 0, UInt8(ascii: "0"), UInt8(ascii: "x"): .file
            case UInt8(ascii: "5"): .folder
            case UInt8(ascii: "1"): .other("a hard link")
            case UInt8(ascii: "2"): .other("a symbolic link")
            case UInt8(ascii: "3"), UInt8(ascii: "4"): .other("a device")
            case UInt8(ascii: "6"): .other("a pipe")
            default: .other("a member of tar type \(header[156])")
            }
        // Only files have content; some writers state a size for links all the same.
        let isFile = kind == .file
        guard isFile || size == 0 else { throw ContainerStop.flaw("a member that is not a file has content") }
        return TarEntry(
            name: (prefix.isEmpty ? [] : prefix + [UInt8(ascii: "/")]) + text(header[0..<100]), kind: kind, size: size, mode: mode)
    }

    /// `length key=value\n` records; keys that change nothing but times are skipped, others refused.
    private static func records(_ text: [UInt8]) throws(ContainerStop) -> [String: [UInt8]] {
        var records: [String: [UInt8]] = [:]
        var rest = text[...]
        while !rest.isEmpty {
            guard let blank = rest.firstIndex(of: 32), let length = Int(String(decoding: rest[..<blank], as: UTF8.self)),
                length > blank - rest.startIndex + 2, length <= rest.count, rest[rest.startIndex + length - 1] == 10
            else { throw ContainerStop.flaw("an extended header is damaged") }
            let record = rest[(blank + 1)..<(rest.startIndex + length - 1)]
            rest = rest.dropFirst(length)
            guard let equals = record.firstIndex(of: UInt8(ascii: "=")) else { throw ContainerStop.flaw("an extended header is damaged") }
            let key = String(decoding: record[..<equals], as: UTF8.self)
            guard ["path", "size", "mtime", "atime", "ctime"].contains(key) else {
                throw ContainerStop.flaw("an extended header sets '\(key)'")
            }
            guard records.updateValue(Array(record[(equals + 1)...]), forKey: key) == nil else {
                throw ContainerStop.flaw("an extended header sets '\(key)' twice")
            }
        }
        return records
    }

    private static func text(_ field: ArraySlice<UInt8>) -> [UInt8] { Array(field.prefix { $0 != 0 }) }

    /// Octal digits, ended by a blank or a zero byte; or base 256 where the first bit is set.
    private static func number(_ field: ArraySlice<UInt8>) -> Int? {
        if let first = field.first, first & 0x80 != 0 {
            let bytes = [first & 0x7f] + field.dropFirst()
            guard bytes.dropLast(7).allSatisfy({ $0 == 0 }) else { return nil }
            return bytes.suffix(7).reduce(0) { $0 << 8 | Int($1) }
        }
        let digits = field.drop { $0 == 32 }.prefix { $0 != 0 && $0 != 32 }
        guard !digits.isEmpty, digits.allSatisfy({ (48...55).contains($0) }), digits.count <= 20 else { return nil }
        return Int(String(decoding: digits, as: UTF8.self), radix: 8)
    }
}
