import Evidence
import HTTP

/// Members of the records so far, put into what is asked next: `{pull.number}`.
struct RecordWords {
    struct Held {
        let name: String
        let bytes: [UInt8]
    }
    let held: [Held]

    /// `{"pull":…,"review":…}`, each as it came.
    var envelope: [UInt8] {
        var out = [UInt8(ascii: "{")]
        for (i, one) in held.enumerated() {
            if i > 0 { out.append(UInt8(ascii: ",")) }
            JSON.writeString(one.name, into: &out)
            out.append(UInt8(ascii: ":"))
            out += one.bytes
        }
        out.append(UInt8(ascii: "}"))
        return out
    }

    func meets(_ condition: HTTPLookup.Condition) throws(ReadProblem) -> Bool {
        guard let value = try value(at: condition.path), let text = RecordWords.text(value) else { return false }
        return condition.texts.contains { $0 == text || $0 == "*" }
    }

    /// The lookup's question for these records; `home` stands for `{url}`.
    func filled(_ settings: HTTPSettings, home: String) throws(ReadProblem) -> HTTPSettings {
        var filled = settings
        filled.url = try text(RecordWords.place(settings.url, home)) { HTTPAddress.encoded($0) }
        filled.query = []
        for pair in settings.query { filled.query.append(HTTPSettings.Named(pair.name, try text(pair.value) { $0 })) }
        if let body = settings.body { filled.body = try json(body) }
        return filled
    }

    /// `{url}/..` is the folder above; only as the source wrote it, never by what a record holds.
    private static func place(_ template: String, _ home: String) -> String {
        var (rest, folder) = (template, home[...])
        while rest.hasPrefix("{url}/.."), let slash = folder.lastIndex(of: "/") {
            rest = "{url}" + rest.dropFirst("{url}/..".count)
            folder = folder[..<slash]
        }
        return rest.replacing("{url}", with: folder)
    }

    private func text(_ text: String, _ written: (String) -> String) throws(ReadProblem) -> String {
        var out = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let path = String(rest[rest.index(after: open)..<close])
            out += rest[..<open]
            if isOurs(path) {
                guard let value = try value(at: path), let word = RecordWords.text(value) else { throw ReadProblem("a record holds no '\(path)' to ask by") }
                out += written(word)
            } else {
                out += rest[open...close]
            }
            rest = rest[rest.index(after: close)...]
        }
        return out + rest
    }

    /// What stands alone in a string of a body keeps its type.
    private func json(_ json: JSON) throws(ReadProblem) -> JSON {
        switch json {
        case .string(let held):
            if held.hasPrefix("{"), held.hasSuffix("}"), isOurs(String(held.dropFirst().dropLast())),
                let value = try value(at: String(held.dropFirst().dropLast()))
            {
                return value
            }
            return .string(try text(held) { $0 })
        case .array(let elements):
            var out: [JSON] = []
            for element in elements { out.append(try self.json(element)) }
            return .array(out)
        case .object(let members):
            var out: [String: JSON] = [:]
            for (name, value) in members { out[name] = try self.json(value) }
            return .object(out)
        case .null, .bool, .integer, .number: return json
        }
    }

    private func isOurs(_ path: String) -> Bool { held.contains { path == $0.name || path.hasPrefix($0.name + ".") } }

    /// Nil where it is not there; `path` begins with the name of a record.
    private func value(at path: String) throws(ReadProblem) -> JSON? {
        guard let one = held.last(where: { path == $0.name || path.hasPrefix($0.name + ".") }) else { return nil }
        let inner = String(path.dropFirst(one.name.count + 1))
        let slice = one.bytes.withUnsafeBytes { bytes in JSONMembers.range(of: inner, in: bytes).map { Array(bytes[$0]) } }
        guard let slice else { return nil }
        do throws(JSONError) { return try JSON.parse(slice) } catch { throw ReadProblem("a record is not JSON at '\(path)': \(error.reason)") }
    }

    private static func text(_ value: JSON) -> String? {
        switch value {
        case .string(let text): text.isEmpty ? nil : text
        case .integer(let number): String(number)
        case .bool(let flag): flag ? "true" : "false"
        case .null, .number, .array, .object: nil
        }
    }
}
