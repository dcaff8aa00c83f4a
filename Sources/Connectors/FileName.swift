/// A path relative to the programme's folder as the file system has it: any bytes but NUL.
struct FileName: Hashable, Comparable {
    let bytes: [UInt8]
    /// In place of its spelling, where that would tell of a person.
    private let redacted: String?

    init(bytes: [UInt8]) {
        self.bytes = bytes
        redacted = nil
    }
    private init(_ name: FileName, redacted: String) {
        bytes = name.bytes
        self.redacted = redacted
    }
    /// To be shown as `told` says.
    func shown(by told: (String) -> String) -> FileName { FileName(self, redacted: told(spelled)) }

    static func == (a: FileName, b: FileName) -> Bool { a.bytes == b.bytes }
    func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
    static func < (a: FileName, b: FileName) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }

    /// As text that is the same for no two names.
    var shown: String { redacted ?? spelled }

    /// What is not UTF-8, controls and the backslash are written `\xNN`.
    private var spelled: String {
        if bytes.allSatisfy({ $0 >= 32 && $0 < 127 && $0 != 92 }) { return String(decoding: bytes, as: UTF8.self) }
        var text = ""
        var rest = bytes[...]
        while let byte = rest.first {
            let length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4
            let part = rest.prefix(length)
            if byte >= 32, byte != 127, byte != 92, let valid = String(validating: part, as: UTF8.self) {
                text += valid
                rest = rest.dropFirst(length)
            } else {
                text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
                rest = rest.dropFirst()
            }
        }
        return text
    }
    var last: [UInt8] { Array(bytes[(bytes.lastIndex(of: 47).map { $0 + 1 } ?? 0)...]) }

    /// The path below `root` as C takes it.
    func cPath(below root: String) -> [CChar] { (Array(root.utf8) + [47] + bytes + [0]).map { CChar(bitPattern: $0) } }
}
