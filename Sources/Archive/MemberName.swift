/// The names that may stand in an archive or a published folder.
///
/// They must mean the same file on every system and in every tool: ASCII (libarchive 3.6.2 crashes on others), relative, no
/// `.` or `..`, nothing that a shell, Windows or a BagIt manifest reads as something else.
package enum MemberName {
    package static let maximumBytes = 240

    /// Why `name` may not be written, nil if it may.
    package static func flaw(_ name: String) -> String? { flaw(Array(name.utf8)) }

    static func flaw(_ name: [UInt8]) -> String? {
        if name.isEmpty { return "an empty name" }
        if name.count > maximumBytes { return "a name longer than \(maximumBytes) bytes" }
        if name.contains(where: { $0 >= 0x80 }) { return "a name that is not ASCII" }
        if name.first == slash { return "an absolute name" }
        if !name.allSatisfy(isPlain) { return "a name with a character other than letters, digits, blank and ._+@=,~-" }
        for part in name.split(separator: slash, omittingEmptySubsequences: false) {
            if part.isEmpty { return "a name with an empty part" }
            if part.allSatisfy({ $0 == dot }) { return "a name with a dotted part" }
            if part.last == dot || part.last == blank || part.first == blank {
                return "a name with a part that begins or ends in a blank or ends in a dot"
            }
        }
        return nil
    }

    /// What a file system that ignores case would take for the same name.
    static func folded(_ name: String) -> String {
        String(decoding: name.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }, as: UTF8.self)
    }

    static func precedes(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }

    private static let slash = UInt8(ascii: "/")
    private static let dot = UInt8(ascii: ".")
    private static let blank = UInt8(ascii: " ")
    private static func isPlain(_ c: UInt8) -> Bool {
        (97...122).contains(c) || (65...90).contains(c) || (45...57).contains(c) || "_+@=,~ ".utf8.contains(c)
    }
}

/// Finds names that are written twice, differ only in case, or are a file and a folder at once.
struct NameSet {
    /// Folded name to the name first seen.
    private var files: [String: String] = [:]
    private var folders: [String: String] = [:]

    /// What is wrong with adding the file `name`, nil if nothing is.
    mutating func add(_ name: String) -> String? {
        let folded = MemberName.folded(name)
        if let earlier = files[folded] {
            return earlier == name ? "a name that occurs twice" : "a name that differs from '\(earlier)' only in case"
        }
        if folders[folded] != nil { return "a name that is also a folder" }
        files[folded] = name
        return addFolders(of: name)
    }

    private mutating func addFolders(of name: String) -> String? {
        guard let cut = name.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
        let folder = String(name[..<cut])
        let folded = MemberName.folded(folder)
        if let earlier = folders[folded] { return earlier == folder ? nil : "a folder that differs from '\(earlier)' only in case" }
        if files[folded] != nil { return "a folder that is also a file" }
        folders[folded] = folder
        return addFolders(of: folder)
    }
}
