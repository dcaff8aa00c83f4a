import Controls
import Evidence
import Testing

/// `connector: exec` and `connector: sqlite` in receipts.yaml.
struct LocalSourceTests {
    private static let yields = "covers: none, yields: [{kind: key_rotation, at: t, fields: {key_id: k}}]}"

    private func source(_ settings: String) -> String {
        Small.programme.replacing(
            "{use: key-store, id: keys, owner: platform, path: \"evidence/keys/*.jsonl\", covers: {by: export, since: 2026-01-01}}",
            with: "{id: s, owner: o, \(settings), \(LocalSourceTests.yields)")
    }
    private func settings(_ text: String) throws -> ConnectorSettings? { try Small.programme(source(text)).sources.first?.connector }
    private func findings(_ text: String) -> String { ControlsTests.findings { _ = try Small.programme(text) }.joined(separator: "\n") }

    @Test func aProgramIsAListOfWordsWithLimits() throws {
        guard
            case .exec(let exec) = try settings(
                #"connector: exec, command: [psql, -c, "select '{start}'", ""], environment: [PGHOST], format: csv, timeout: 90s, limit: 5000, overlap: 0s"#)
        else {
            Issue.record("not a program")
            return
        }
        #expect(exec.command == ["psql", "-c", "select '{start}'", ""] && exec.environment == ["PGHOST"] && exec.decoder == .csv(delimiter: 44))
        #expect(exec.timeout == .seconds(90) && exec.limit == 5000 && exec.overlap == .zero)
        guard case .exec(let usual) = try settings("connector: exec, command: [bin/it], format: jsonl") else {
            Issue.record("not a program")
            return
        }
        #expect(usual.timeout == .seconds(600) && usual.overlap == .seconds(900) && usual.environment.isEmpty)
    }

    @Test(arguments: [
        ("connector: exec, command: [], format: jsonl", "'command' of a source names no program"),
        ("connector: exec, command: [../x], format: jsonl", "'command' of a source must lie inside the programme's folder, found '../x'"),
        ("connector: exec, command: psql -c x, format: jsonl", "is one word with blanks in it"),
        ("connector: exec, command: [psql, 'postgres://app:secret@db/x'], format: jsonl", "a word of 'command' holds a password"),
        ("connector: exec, command: [psql], format: jsonl, environment: ['PGPASSWORD=x']", "must hold names of variables, found 'PGPASSWORD=x'"),
        ("connector: exec, command: [psql], format: document", "'document' is not a value of 'format' of a source"),
        ("connector: exec, command: [psql], format: jsonl, path: x", "'path' is not a key of a source read by 'exec'"),
        ("connector: exec, command: [psql], format: jsonl, timeout: soon", "'timeout' of a source must be a duration such as 10m, found 'soon'"),
        ("connector: exec, command: [psql], format: jsonl, limit: 0", "'limit' of a source must be a number of bytes, found '0'"),
        ("connector: sqlite, database: ../a.db, query: SELECT 1", "'database' of a source must lie inside the programme's folder"),
        ("connector: sqlite, database: a.db, query: DELETE FROM t", "'query' of a source must be one SELECT, found 'DELETE FROM t'"),
        ("connector: sqlite, database: a.db, query: SELECT 1, format: csv", "'format' is not a key of a source read by 'sqlite'"),
    ])
    func whatCannotBeMeantIsRefused(settings: String, finding: String) {
        #expect(findings(source(settings)).contains(finding), "\(findings(source(settings)))")
    }

    @Test func coverageThatSpeaksOfOtherSourcesIsRefused() {
        let daily = source("connector: exec, command: [x], format: jsonl").replacing("covers: none", with: "covers: {by: daily_files, name: 'x-{date}'}")
        #expect(findings(daily).contains("covers by 'daily_files' speaks of files"))
        let stretch = "connector: sqlite, database: a.db, query: \"SELECT * FROM t WHERE at > :start\""
        let copy = source(stretch).replacing("covers: none", with: "covers: {by: export, since: 2026-01-01}")
        #expect(findings(copy).contains("covers by export only where the database is the register itself"))
        let live = source(stretch).replacing("covers: none", with: "covers: {by: export, since: 2026-01-01, live: true}")
        #expect(findings(live) == "")
    }

    @Test func whatAMappingSaysOfItselfIsNoPartOfTheSource() throws {
        let mapping = Small.mapping + "\ngrants: reading\nexample: x/*\nchecked_against: nothing\n"
        let catalogue = try loadCatalogue(files: Small.files(["controls/sources/key-store.yaml": mapping]))
        #expect(catalogue.readyMade.map(\.grants) == ["reading"] && catalogue.readyMade.map(\.example) == ["x/*"])
        #expect(catalogue.readyMade.map(\.kinds) == [["key_rotation"]] && catalogue.readyMade.map(\.connector) == ["files"])
        let file = CatalogueFile(path: "receipts.yaml", bytes: Array(Small.programme.utf8))
        let digests = try [catalogue, Small.catalogue()].map {
            try loadProgramme(file: file, catalogue: $0) { String(decoding: $0, as: UTF8.self) }.sources.map(\.digest)
        }
        #expect(digests[0] == digests[1])
    }
}
