import Evidence
import Seal

/// A tar stream made by hand, so that it can hold what no tar program would write.
struct HandmadeTar {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ name: String, _ content: [UInt8] = [], type: Character = "0", mode: Int = 0o644, size: Int? = nil) {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) { header.replaceSubrange(offset..<(offset + text.utf8.count), with: text.utf8) }
        func octal(_ number: Int, _ digits: Int) -> String { padded(Int(String(number, radix: 8)) ?? 0, digits) }
        put(String(name.prefix(100)), at: 0)
        put(octal(mode, 7), at: 100)
        put(octal(0, 7), at: 108)
        put(octal(0, 7), at: 116)
        put(octal(size ?? content.count, 11), at: 124)
        put(octal(0, 11), at: 136)
        put("        ", at: 148)
        put(String(type), at: 156)
        put("ustar\u{0}00", at: 257)
        put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\u{0} ", at: 148)
        bytes += header + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }
    mutating func raw(_ more: [UInt8]) { bytes += more }
    mutating func end() { bytes += [UInt8](repeating: 0, count: 1024) }

    /// A whole bag with the given payload; `tags` are further tag files.
    static func bag(
        _ payload: [(String, [UInt8])], tags: [(String, [UInt8])] = [], extra: (inout HandmadeTar) -> Void = { _ in }
    )
        -> HandmadeTar
    {
        func manifest(_ files: [(String, [UInt8])]) -> [UInt8] {
            files.flatMap { Array("\(SHA256Stream.digest(of: $0.1))  \($0.0)\n".utf8) }
        }
        let oxum = "Payload-Oxum: \(payload.reduce(0) { $0 + $1.1.count }).\(payload.count)\n"
        let tags =
            [
                ("bagit.txt", Array("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n".utf8)), ("bag-info.txt", Array(oxum.utf8)),
                ("manifest-sha256.txt", manifest(payload)),
            ] + tags
        var tar = HandmadeTar()
        for (name, content) in tags + payload + [("tagmanifest-sha256.txt", manifest(tags))] { tar.add("bag/\(name)", content) }
        extra(&tar)
        tar.end()
        return tar
    }
}

/// One zstd frame of stored blocks (RFC 8878): the bytes lie in it as they are.
func stored(_ bytes: [UInt8]) -> [UInt8] {
    // Descriptor 0: a window of 1 MiB, no content size, no checksum.
    var frame: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x50]
    let pieces = stride(from: 0, to: max(bytes.count, 1), by: 1 << 16).map { Array(bytes[$0..<min($0 + (1 << 16), bytes.count)]) }
    for (number, piece) in pieces.enumerated() {
        let header = piece.count << 3 | (number == pieces.count - 1 ? 1 : 0)
        frame += [UInt8(header & 255), UInt8(header >> 8 & 255), UInt8(header >> 16)] + piece
    }
    return frame
}
