/// The way to a member of a JSON object in a source's settings: names with dots between them, one that holds a dot in double quotes, as in a mapping:
/// `span.attributes."gen_ai.request.model"`. A quote in a quoted name is written twice.
package enum MemberPath {
    /// What is not closed or is followed by more than a dot is a name as it stands, which no member has; `isWhole` says so beforehand.
    package static func names(_ path: String) -> [String] { read(path).names }

    package static func isWhole(_ path: String) -> Bool { read(path).isWhole }

    private static func read(_ path: String) -> (names: [String], isWhole: Bool) {
        let text = Array(path.utf8)
        var (names, isWhole, at): ([String], Bool, Int) = ([], true, 0)
        while at < text.count {
            if text[at] == UInt8(ascii: "\""), let quoted = quoted(text, at) {
                names.append(quoted.name)
                at = quoted.end
            } else {
                let end = text[at...].firstIndex(of: UInt8(ascii: ".")) ?? text.count
                if text[at..<end].contains(UInt8(ascii: "\"")) { isWhole = false }
                if end > at { names.append(String(decoding: text[at..<end], as: UTF8.self)) }
                at = end
            }
            at += 1
        }
        return (names, isWhole)
    }

    private static func quoted(_ text: [UInt8], _ start: Int) -> (name: String, end: Int)? {
        var name: [UInt8] = []
        var at = start + 1
        while at < text.count {
            if text[at] != UInt8(ascii: "\"") {
                name.append(text[at])
            } else if at + 1 < text.count, text[at + 1] == UInt8(ascii: "\"") {
                name.append(UInt8(ascii: "\""))
                at += 1
            } else {
                return at + 1 == text.count || text[at + 1] == UInt8(ascii: ".") ? (String(decoding: name, as: UTF8.self), at + 1) : nil
            }
            at += 1
        }
        return nil
    }
}
