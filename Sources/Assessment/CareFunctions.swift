import Controls
import Evidence

/// Expands the care functions into plain SQL. Only these turn absence into TRUE or FALSE, and only where coverage is proved.
///
/// `docs/design/0001` has their truth table.
struct CareFunctions {
    /// Kinds with a declared need: the ones whose coverage is known per item.
    let kinds: Set<String>
    /// The population's instant column that decides whose account it was.
    let at: String
    let place: Place

    /// In an attribute, `applies` and so on.
    func expand(attribute sql: String) throws(Diagnostics) -> String { try expand(sql, allowed: .attribute) }
    /// In a population.
    func expand(population sql: String) throws(Diagnostics) -> String { try expand(sql, allowed: .population) }

    private enum Setting { case attribute, population }

    private func expand(_ sql: String, allowed setting: Setting) throws(Diagnostics) -> String {
        try expand(SQLText.tokens(sql)[...], setting)
    }

    private func expand(_ tokens: ArraySlice<SQLToken>, _ setting: Setting) throws(Diagnostics) -> String {
        var out = ""
        var at = tokens.startIndex
        while at < tokens.endIndex {
            if let word = tokens[at].word, let call = Call(tokens, at), let text = try replacement(word, call, tokens, setting) {
                out += text.sql
                at = text.next
            } else {
                out += tokens[at].text
                at += 1
            }
        }
        return out
    }

    private func replacement(
        _ name: String, _ call: Call, _ tokens: ArraySlice<SQLToken>, _ setting: Setting
    ) throws(Diagnostics) -> (sql: String, next: Int)? {
        if let scale = CareFunctions.durations[name] {
            let n = try argument(call, 0, of: 1, name, setting)
            return ("((\(n)) * \(scale))", call.end)
        }
        switch setting {
        case .population: return try populationFunction(name, call, tokens)
        case .attribute: return try attributeFunction(name, call).map { ($0, call.end) }
        }
    }

    /// How long a source may take to show what has happened: an hour, in nanoseconds.
    private static let lag = 3_600_000_000_000
    static let durations = ["seconds": 1_000_000_000, "minutes": 60_000_000_000, "hours": 3_600_000_000_000, "days": 86_400_000_000_000]

    /// `first(x) AS y` becomes both columns of an instant.
    private func populationFunction(_ name: String, _ call: Call, _ tokens: ArraySlice<SQLToken>) throws(Diagnostics) -> (sql: String, next: Int)? {
        if name == "person" { return (try person(call, 2, setting: .population), call.end) }
        guard let aggregate = ["instant": "", "first": "min", "last": "max"][name] else { return nil }
        let x = try column(call, 0, of: 1, name)
        var at = call.end
        while at < tokens.endIndex, tokens[at].shape == .blank { at += 1 }
        guard at < tokens.endIndex, tokens[at].word == "as" else {
            throw failure(
                "'\(name)(…)' gives two columns and needs a name", call, hint: "write '\(name)(\(x)) AS \(x.split(separator: ".").last ?? "first_seen")'")
        }
        at += 1
        while at < tokens.endIndex, tokens[at].shape == .blank { at += 1 }
        guard at < tokens.endIndex, tokens[at].shape == .word else { throw failure("'\(name)(…) AS' needs a column name", call, hint: nil) }
        let y = tokens[at].text
        return ("\(aggregate)(\(x)) AS \(y), \(aggregate)(\(x)_latest) AS \(y)_latest", at + 1)
    }

    private func attributeFunction(_ name: String, _ call: Call) throws(Diagnostics) -> String? {
        switch name {
        case "present":
            let x = try argument(call, 0, of: 2, name, .attribute)
            return "(CASE WHEN (\(x)) IS NOT NULL THEN 1 WHEN \(try covered(call, 1, name)) THEN 0 END)"
        case "absent":
            let x = try argument(call, 0, of: 2, name, .attribute)
            return "(CASE WHEN (\(x)) IS NOT NULL THEN 0 WHEN \(try covered(call, 1, name)) THEN 1 END)"
        case "covered":
            _ = try argument(call, 0, of: 1, name, .attribute)
            return "(CASE WHEN \(try covered(call, 0, name)) THEN 1 END)"
        case "counted":
            let n = try argument(call, 0, of: 2, name, .attribute)
            return "(CASE WHEN \(try covered(call, 1, name)) THEN coalesce((\(n)), 0) END)"
        case "at_least":
            let n = try argument(call, 0, of: 3, name, .attribute)
            let m = try argument(call, 1, of: 3, name, .attribute)
            return "(CASE WHEN (\(m)) IS NULL THEN NULL WHEN coalesce((\(n)), 0) >= (\(m)) THEN 1 WHEN \(try covered(call, 2, name)) THEN 0 END)"
        case "at_most":
            let n = try argument(call, 0, of: 3, name, .attribute)
            let m = try argument(call, 1, of: 3, name, .attribute)
            return "(CASE WHEN (\(m)) IS NULL THEN NULL WHEN coalesce((\(n)), 0) > (\(m)) THEN 0 WHEN \(try covered(call, 2, name)) THEN 1 END)"
        case "before":
            let a = try column(call, 0, of: 2, name)
            let b = try column(call, 1, of: 2, name)
            return "(CASE WHEN \(a)_latest <= \(b) THEN 1 WHEN \(a) > \(b)_latest THEN 0 END)"
        case "timely":
            // Of a record that is not there nothing is said here.
            let x = try column(call, 0, of: 2, name)
            let kind = try kind(call, 1, name)
            return """
                (CASE WHEN \(x) IS NULL THEN 1 ELSE (SELECT CASE WHEN count(*) = 0 THEN 1 END FROM "\(kind)" k JOIN sound_readings r ON r.source = k.source \
                WHERE k.artifact = \(x) AND r.entry < k.artifact >> 32 AND r.starts <= k.occurred_at AND r.ends > k.occurred_at_latest \
                AND r.at > k.occurred_at_latest + \(CareFunctions.lag)) END)
                """
        case "within":
            let a = try column(call, 0, of: 3, name)
            let b = try column(call, 1, of: 3, name)
            let d = try argument(call, 2, of: 3, name, .attribute)
            return """
                (CASE WHEN \(b)_latest - \(a) <= (\(d)) AND \(b) >= \(a)_latest THEN 1 \
                WHEN \(b) - \(a)_latest > (\(d)) THEN 0 WHEN \(b)_latest < \(a) THEN 0 END)
                """
        case "person":
            return try person(call, call.arguments.count == 2 ? 2 : 1, setting: .attribute)
        case "human":
            let x = try argument(call, 0, of: 1, name, .attribute)
            return "(SELECT CASE WHEN count(*) > 0 THEN max(coalesce(d.human, 1)) END FROM directory d WHERE d.account = (\(x)))"
        default: return nil
        }
    }

    /// Everyone who may have held the account within the instant, which may be a whole day: one person, from its beginning to its end. The instant is
    /// the item's own, or the one that is named.
    private func person(_ call: Call, _ count: Int, setting: Setting) throws(Diagnostics) -> String {
        let x = try argument(call, 0, of: count, "person", setting)
        let at = count == 2 ? try column(call, 1, of: 2, "person") : "items.\(at)"
        return """
            (SELECT CASE WHEN \(at) IS NOT NULL AND count(DISTINCT d.d_person) = 1 AND max(d.d_from IS NULL OR d.d_from <= \(at)) \
            AND max(d.d_to IS NULL OR d.d_to > \(at)_latest) THEN min(d.d_person) END \
            FROM directory_accounts d WHERE d.d_account = (\(x)) \
            AND (d.d_from IS NULL OR d.d_from <= \(at)_latest) AND (d.d_to IS NULL OR d.d_to > \(at)))
            """
    }

    private func argument(_ call: Call, _ i: Int, of count: Int, _ name: String, _ setting: Setting) throws(Diagnostics) -> String {
        guard call.arguments.count == count else {
            throw failure("'\(name)' takes \(count) argument\(count == 1 ? "" : "s"), found \(call.arguments.count)", call, hint: nil)
        }
        return try expand(call.arguments[i], setting).trimmed
    }

    private func column(_ call: Call, _ i: Int, of count: Int, _ name: String) throws(Diagnostics) -> String {
        let text = try argument(call, i, of: count, name, .attribute)
        guard text.utf8.allSatisfy({ ($0 | 32 >= 97 && $0 | 32 <= 122) || ($0 >= 48 && $0 <= 57) || $0 == 95 || $0 == 46 }) else {
            throw failure("'\(name)' takes the name of an instant column, found '\(text)'", call, hint: nil)
        }
        return text
    }

    private func covered(_ call: Call, _ i: Int, _ name: String) throws(Diagnostics) -> String { "covered_\(try kind(call, i, name))" }

    private func kind(_ call: Call, _ i: Int, _ name: String) throws(Diagnostics) -> String {
        guard i < call.arguments.count else { throw failure("'\(name)' names a kind after its column", call, hint: nil) }
        let kind = SQLText.text(call.arguments[i]).trimmed
        guard kinds.contains(kind) else {
            throw failure(
                "'\(name)' names the kind '\(kind)', which the population's needs do not", call,
                hint: nearest(to: kind, among: kinds.sorted()).map { "did you mean '\($0)'?" } ?? "add it under 'needs:' with the span it must be covered for")
        }
        return kind
    }

    private func failure(_ summary: String, _ call: Call, hint: String?) -> Diagnostics {
        Diagnostics(.error(summary, at: Place(file: place.file, line: place.line.map { $0 + call.line }), hint: hint))
    }
}

/// A function call: a word, an opening parenthesis right behind it, arguments, a closing one.
private struct Call {
    let arguments: [ArraySlice<SQLToken>]
    /// Index behind the closing parenthesis.
    let end: Int
    let line: Int

    init?(_ tokens: ArraySlice<SQLToken>, _ at: Int) {
        guard at + 1 < tokens.endIndex, tokens[at + 1].text == "(" else { return nil }
        // `x.first(…)` is no call of ours.
        if at > tokens.startIndex, tokens[at - 1].text == "." { return nil }
        line = tokens[at].line
        var arguments: [ArraySlice<SQLToken>] = []
        var depth = 1
        var start = at + 2
        var i = start
        while i < tokens.endIndex, depth > 0 {
            switch tokens[i].text {
            case "(": depth += 1
            case ")": depth -= 1
            case "," where depth == 1:
                arguments.append(tokens[start..<i])
                start = i + 1
            default: break
            }
            i += 1
        }
        guard depth == 0 else { return nil }
        let last = tokens[start..<i - 1]
        if !(arguments.isEmpty && last.allSatisfy { $0.shape == .blank }) { arguments.append(last) }
        self.arguments = arguments
        end = i
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = Substring(self)
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
