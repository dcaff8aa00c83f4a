import CLibXML2
import Evidence

/// An element as JSON: an object of its children by their names without prefix, several of one name a list, attributes `@name`, text beside them
/// `#text`; an element without either is its text.
final class XMLTree: XMLReceiver {
    private struct Open {
        let name: String
        var members: [String: [JSON]] = [:]
        var text: [UInt8] = []

        /// Blank text between children is layout.
        var value: JSON {
            let text = JSON.string(String(decoding: self.text, as: UTF8.self))
            guard !members.isEmpty else { return text }
            var object = members.mapValues { $0.count == 1 ? $0[0] : .array($0) }
            if self.text.contains(where: { $0 > 32 }) { object["#text"] = text }
            return .object(object)
        }
    }
    private let limit: Int
    private var open: [Open] = []
    private var root: JSON?
    /// Bytes of names, values and text.
    private(set) var size = 0
    var isOverLimit: Bool { size > limit }

    /// Of a tree over `limit` bytes only the size is right.
    init(limit: Int = Int.max) { self.limit = limit }

    /// The root element as the one member of an object, once it has ended.
    func take() -> JSON? {
        defer { root = nil }
        return root
    }

    func start(_ name: UnsafePointer<xmlChar>, _ attributes: XMLAttributes) {
        var one = Open(name: String(cString: name))
        size += one.name.utf8.count + 1
        attributes.each { key, value in
            let value = value()
            size += key.utf8.count + value.utf8.count
            if !isOverLimit { one.members["@" + key, default: []].append(.string(value)) }
        }
        open.append(one)
    }

    func characters(_ text: UnsafeRawBufferPointer) {
        size += text.count
        if !open.isEmpty, !isOverLimit { open[open.count - 1].text += text }
    }

    func end(_ name: UnsafePointer<xmlChar>) {
        guard let one = open.popLast() else { return }
        if open.isEmpty { root = .object([one.name: one.value]) } else if !isOverLimit { open[open.count - 1].members[one.name, default: []].append(one.value) }
    }
}
