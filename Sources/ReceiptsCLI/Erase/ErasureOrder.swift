import Controls
import Evidence
import Ledger
import Redaction
import SQLite

/// What somebody asked to erase, as typed.
struct ErasureOrder {
    let records: [String]
    let subjects: [String]
    /// `kind.field=value`.
    let conditions: [String]
    let reason: String
    let approver: String

    /// What is entered stays for ever and is published: it must fit, and must not look like what is being erased.
    func check() throws {
        for (name, text, limit) in [("reason", reason, 300), ("approver", approver, 100)] {
            guard text.contains(where: { !$0.isWhitespace }), text.utf8.count <= limit, text.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 })
            else {
                throw CommandError(.usage, "the \(name) must be one line of 1 to \(limit) bytes")
            }
            guard let leak = LeakScan.scan(Array(text.utf8)).first else { continue }
            throw CommandError(
                .badInput, "the \(name) holds what looks like \(leak.rule.rawValue)", hint: "it can never be taken back: name a ticket or a work id instead")
        }
        if records.isEmpty, subjects.isEmpty, conditions.isEmpty {
            throw CommandError(.usage, "nothing is named", hint: "give record ids such as e12-r3, --subject or --where")
        }
    }

    /// The records meant, sorted, each once.
    func artifacts(in index: Database, _ catalogue: Catalogue) throws -> [ArtifactID] {
        var found: Set<ArtifactID> = []
        for text in records {
            guard let id = ArtifactID(text) else { throw CommandError(.badInput, "'\(text)' is not a record's id", hint: "pages show it, such as e12-r3") }
            found.insert(id)
        }
        for subject in subjects { found.formUnion(try named(subject, in: index, catalogue)) }
        for condition in conditions { found.formUnion(try matching(condition, in: index, catalogue)) }
        return found.sorted()
    }

    private func named(_ pseudonym: String, in index: Database, _ catalogue: Catalogue) throws -> [ArtifactID] {
        var found: [ArtifactID] = []
        for kind in catalogue.kinds {
            for field in kind.fields where field.type == .subject || field.type == .account {
                found += try artifacts(in: index, kind, field, pseudonym)
            }
        }
        if found.isEmpty { throw CommandError(.badInput, "no record names '\(pseudonym)'", hint: "pages show pseudonyms, such as subj-abcdefgh234567ab") }
        return found
    }

    private func matching(_ condition: String, in index: Database, _ catalogue: Catalogue) throws -> [ArtifactID] {
        let sides = condition.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let names = sides[0].split(separator: ".", omittingEmptySubsequences: false)
        guard sides.count == 2, names.count == 2 else {
            throw CommandError(.usage, "'\(condition)' is not of the form kind.field=value", hint: "such as request_log.subject=subj-abcdefgh234567ab")
        }
        guard let kind = catalogue.kinds.first(where: { $0.name.text == names[0] }), let field = kind.field(String(names[1])), field.type != .instant else {
            throw CommandError(.badInput, "there is no field '\(sides[0])' that a value can be compared with")
        }
        let found = try artifacts(in: index, kind, field, String(sides[1]))
        if found.isEmpty { throw CommandError(.badInput, "no record has '\(condition)'") }
        return found
    }

    /// Kind and field are names of the catalogue, so they can stand in SQL.
    private func artifacts(in index: Database, _ kind: Kind, _ field: Field, _ value: String) throws -> [ArtifactID] {
        let rows = try index.prepare("SELECT artifact FROM \"\(kind.name)\" WHERE CAST(\"\(field.name)\" AS TEXT) = ? ORDER BY artifact")
        rows.bind(1, value)
        var found: [ArtifactID] = []
        while try rows.step() { found.append(ArtifactID(packed: rows.integer(0))) }
        return found
    }
}
