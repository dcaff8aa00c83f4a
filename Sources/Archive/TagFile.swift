/// The text of a bag's tag file in the encoding that `bagit.txt` names.
enum TagFile {
    /// Lines without their ends (LF, CR or CR LF); nil if the bytes are not of that encoding or nobody here knows it. A byte order mark is taken
    /// away only where the encoding has one.
    static func lines(_ bytes: [UInt8], encoding: String) -> [String]? {
        guard let text = text(bytes, encoding) else { return nil }
        var lines: [String] = []
        var line = String.UnicodeScalarView()
        var last: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            if scalar == "\n", last == "\r" {
                // The end of a line that was ended already.
            } else if scalar == "\n" || scalar == "\r" {
                lines.append(String(line))
                line = String.UnicodeScalarView()
            } else {
                line.append(scalar)
            }
            last = scalar
        }
        if !line.isEmpty { lines.append(String(line)) }
        return lines
    }

    private static func text(_ bytes: [UInt8], _ encoding: String) -> String? {
        switch MemberName.folded(encoding) {
        case "utf-8", "us-ascii": String(validating: bytes, as: UTF8.self)
        case "iso-8859-1": String(decoding: bytes.map { UInt16($0) }, as: UTF16.self)
        case "utf-16": utf16(bytes)
        case "utf-16le": units(bytes, isLittle: true)
        case "utf-16be": units(bytes, isLittle: false)
        default: nil
        }
    }

    /// Without a mark, big-endian (RFC 2781, 4.3).
    private static func utf16(_ bytes: [UInt8]) -> String? {
        if bytes.starts(with: [0xff, 0xfe]) { return units(Array(bytes.dropFirst(2)), isLittle: true) }
        return units(Array(bytes.starts(with: [0xfe, 0xff]) ? bytes.dropFirst(2) : bytes[...]), isLittle: false)
    }

    private static func units(_ bytes: [UInt8], isLittle: Bool) -> String? {
        guard bytes.count % 2 == 0 else { return nil }
        var units: [UInt16] = []
        for i in stride(from: 0, to: bytes.count, by: 2) {
            let (first, second) = (UInt16(bytes[i]), UInt16(bytes[i + 1]))
            units.append(isLittle ? second << 8 | first : first << 8 | second)
        }
        return String(validating: units, as: UTF16.self)
    }
}
