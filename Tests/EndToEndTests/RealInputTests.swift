import Foundation
import Testing

/// Data that nobody of the project wrote, from the systems that wrote it, through the whole program: files, git, redaction, ledger, verdicts, pages.
///
/// What must come out is counted by Fixtures/real-input/expected.py with Python's standard library and git alone.
@Suite(.serialized) struct RealInputTests {
    private struct Source: Decodable, Equatable {
        struct Rows: Decodable, Equatable {
            let rows: Int
            let distinct: Int
            let first: Int64
            let last: Int64
        }
        let files: Int
        let records: Int
        let rejects: Int
        let kinds: [String: Rows]

        /// Where nothing tells equal records apart, each is an event of its own.
        var countingEveryRow: Source {
            let kinds = kinds.mapValues { Rows(rows: $0.rows, distinct: $0.rows, first: $0.first, last: $0.last) }
            return Source(files: files, records: records, rejects: rejects, kinds: kinds)
        }
    }

    private struct Assessment: Decodable {
        struct Control: Decodable {
            struct Items: Decodable {
                let total: Int
                let operated: Int
                let deviation: Int
            }
            let id: String
            let verdict: String
            let items: Items
            let reasons: [String]
        }
        let controls: [Control]
        subscript(_ id: String) -> Control? { controls.first { $0.id == id } }
    }

    /// One collection serves every question: the data is read once.
    private static let collected = Result { try Collected() }

    private final class Collected: Sendable {
        let sandbox: Sandbox
        let code: Int32
        let errors: String

        init() throws {
            sandbox = try Sandbox()
            let prepared = try sandbox.run(
                """
                receipts init . && cp "$CHECKOUT"/Tests/EndToEndTests/Fixtures/real-input/receipts.yaml . &&
                cp -r "$CHECKOUT"/Tests/EndToEndTests/Fixtures/real-input/junit . && mkdir -p evidence && cp -rL "$CHECKOUT"/../shared/real/. evidence
                """)
            guard prepared.code == 0 else { throw Sandbox.Failure(prepared.errors) }
            // What the registry's versions would need approval for: deployments of each, written here.
            let deployments = ["1", "3", "4", "5"].map { #"{"id":"d\#($0)","model":"support-bot","version":"\#($0)","at":"2026-11-23T10:0\#($0):00Z"}"# }
            try sandbox.write("evidence/deployments.jsonl", deployments.joined(separator: "\n") + "\n")
            let programme = try String(contentsOf: sandbox.programme.appendingPathComponent("receipts.yaml"), encoding: .utf8)
            try sandbox.write("receipts.yaml", programme + Collected.source)
            // A simulated clock, after all of the data, so that no machine's date matters.
            let answer = try sandbox.run("receipts collect --at 2026-11-24T12:00:00Z --randomness real")
            (code, errors) = (answer.code, answer.errors)
        }

        private static let source = """

              - id: deployments
                owner: platform
                connector: files
                path: evidence/deployments.jsonl
                format: jsonl
                personal_data: none
                covers: {by: export, since: 2026-01-01}
                yields:
                  - kind: deployment
                    id: id
                    at: at
                    fields: {deployment_id: id, service: model, component: "'model'", name: model, version: version, outcome: "'success'"}

            """

        func query(_ sql: String) throws -> String {
            let answer = try sandbox.run("sqlite3 -readonly ledger/index.sqlite \"\(sql)\"")
            guard answer.code == 0 else { throw Sandbox.Failure(answer.errors) }
            return answer.output.trimmingCharacters(in: .whitespacesAndNewlines)
        }

        func assessment(_ period: String) throws -> Assessment {
            let answer = try sandbox.run("receipts assess --period \(period) --format json")
            guard answer.code == 0 else { throw Sandbox.Failure(answer.errors) }
            return try JSONDecoder().decode(Assessment.self, from: Data(answer.output.utf8))
        }
    }

    private func collected(_ test: String = #function) throws -> Collected? {
        guard Checkout.shared("real", for: test) != nil else { return nil }
        return try RealInputTests.collected.get()
    }

    // MARK: What was read

    @Test func everySourceYieldsWhatPythonAndGitCount() throws {
        guard let collected = try collected() else { return }
        let counted = try collected.sandbox.run("python3 \"$CHECKOUT\"/Tests/EndToEndTests/Fixtures/real-input/expected.py \"$PWD\"/evidence junit")
        try #require(counted.code == 0, "\(counted.errors)")
        let expected = try JSONDecoder().decode([String: Source].self, from: Data(counted.output.utf8))
        #expect(expected.count == 10)
        for (name, source) in expected.sorted(by: { $0.key < $1.key }) {
            let found = try found(name, kinds: source.kinds.keys.sorted(), collected)
            #expect(found == (name == "weblog" ? source.countingEveryRow : source), "\(name)")
        }
        let weblog = try #require(expected["weblog"]?.kinds["access_log"])
        #expect(weblog.rows - weblog.distinct == 19)
    }

    /// The same facts from the index, through the sqlite3 command.
    private func found(_ name: String, kinds: [String], _ collected: Collected) throws -> Source {
        let sheet = "(SELECT sheet FROM pull WHERE source = '\(name)')"
        let numbers = try collected.query(
            """
            SELECT (SELECT count(DISTINCT name) FROM origin WHERE source = '\(name)'),
            json_extract(\(sheet), '$.counts.kept') + json_extract(\(sheet), '$.counts.duplicates') + json_extract(\(sheet), '$.counts.conflicts'),
            (SELECT count(*) FROM reject WHERE source = '\(name)'), json_extract(\(sheet), '$.counts.rejected')
            """
        ).split(separator: "|").compactMap { Int($0) }
        try #require(numbers.count == 4)
        #expect(numbers[2] == numbers[3], "\(name): rejects kept, and counted on the sheet")
        var rows: [String: Source.Rows] = [:]
        for kind in kinds {
            let row = try collected.query(
                "SELECT count(*), count(DISTINCT \(RealInputTests.identity[name] ?? "native_id")), min(occurred_at), max(occurred_at) "
                    + "FROM \(kind) WHERE source = '\(name)'"
            ).split(separator: "|").compactMap { Int64($0) }
            try #require(row.count == 4, "\(name) \(kind)")
            rows[kind] = Source.Rows(rows: Int(row[0]), distinct: Int(row[1]), first: row[2], last: row[3])
        }
        return Source(files: numbers[0], records: numbers[1], rejects: numbers[2], kinds: rows)
    }

    /// What tells rows apart where the source gives no id of its own. Of the web log's lines 19 occur twice, and both are events.
    private static let identity = [
        "weblog": "artifact", "azure-traces": "request_id", "model-registry": "name || '/' || version",
        "mlflow-prompts": "prompt_id || '/' || version", "prompt-tests": "case_name",
    ]

    @Test func aSourceWithARejectIsPartialAndSaysWhere() throws {
        guard let collected = try collected() else { return }
        #expect(collected.code == 5)
        #expect(collected.errors.contains("receipts: error: evidence/weblogs/"), "\(collected.errors)")
        #expect(try collected.query("SELECT group_concat(source) FROM pull WHERE outcome <> 'complete'") == "weblog")
    }

    @Test func readAgainTheSameDataBringsNoRecord() throws {
        guard let collected = try collected() else { return }
        let before = try collected.query("SELECT count(*) FROM seen")
        let again = try collected.sandbox.run("receipts collect --format json --at 2026-11-24T13:00:00Z --randomness again")
        #expect(again.output.contains("\"source\":\"cloudtrail\""))
        #expect(try collected.query("SELECT count(*) FROM seen") == before)
        #expect(try collected.query("SELECT count(*) FROM reject WHERE source = 'weblog'") == "1")
    }

    @Test func rejectsConflictsAndNumbersArePublishedAndTheLedgerVerifies() throws {
        guard let collected = try collected() else { return }
        let published = try collected.sandbox.run("receipts publish --period 2015-05 --format json --at 2026-11-24T14:00:00Z")
        try #require(published.code == 0, "\(published.errors)")
        let page = try collected.sandbox.run("cat output/2015-05/r1/source/weblog.html")
        #expect(page.output.contains(">9999<") && page.output.contains("the line lacks"))
        #expect(try collected.sandbox.run("receipts verify ledger").code == 3)
    }

    // MARK: What follows from it, and what does not

    @Test func tracesWithoutPromptTextDoNotReproduceARequest() throws {
        guard let collected = try collected() else { return }
        #expect(try collected.query("SELECT count(*), sum(has_prompt_text) FROM request_log WHERE source = 'otel-traces'") == "43|0")
        let control = try #require(try collected.assessment("2026-11-23")["TRC-02"])
        #expect(control.verdict != "operated" && control.items.operated == 0 && control.items.total > 0)
        print("TRC-02 over default OTLP traces, which keep no prompt text: \(control.verdict): \(control.reasons.joined(separator: "; "))")
    }

    @Test func aTagInTheRegistryApprovesNoModel() throws {
        guard let collected = try collected() else { return }
        #expect(try collected.query("SELECT count(*), count(approved_by_tag) FROM model_registry_entry") == "4|4")
        #expect(try collected.query("SELECT count(*) FROM registry_approval") == "0")
        let control = try #require(try collected.assessment("2026-11-23")["CHG-02"])
        #expect(control.verdict == "insufficient_evidence" && control.items.total == 4 && control.items.operated == 0 && control.items.deviation == 0)
    }

    @Test func aMergeIsNoApproval() throws {
        guard let collected = try collected() else { return }
        #expect(try collected.query("SELECT count(*) FROM prompt_version WHERE source = 'prompt-repository'") == "128")
        #expect(try collected.query("SELECT count(*) FROM prompt_approval") == "0")
        for period in ["2023-11-16", "2026-11-23"] {
            let control = try #require(try collected.assessment(period)["CHG-01"])
            #expect(control.items.operated == 0 && control.verdict != "operated")
        }
        // A signature whose key is not at hand is unknown, not good.
        #expect(try collected.query("SELECT count(*) FROM prompt_version WHERE signature = 'good'") == "0")
        #expect(try collected.query("SELECT count(*) > 0 FROM prompt_version WHERE signature = 'unknown'") == "1")
    }

    @Test func nothingOperatedBecauseDataOfOthersWasRead() throws {
        guard let collected = try collected() else { return }
        for period in ["2015-05", "2023-07-10", "2023-11-16", "2026-11-23"] {
            for control in try collected.assessment(period).controls { #expect(control.verdict != "operated", "\(period) \(control.id)") }
        }
    }

    @Test func cloudTrailSaysWhoUsedWhichKey() throws {
        guard let collected = try collected() else { return }
        #expect(try collected.query("SELECT count(*) FROM access_log WHERE source = 'cloudtrail' AND actor IS NULL") == "0")
        #expect(try collected.query("SELECT count(*) FROM key_usage WHERE used_by IS NULL OR key_id IS NULL") == "0")
        #expect(try collected.query("SELECT count(*) > 0 FROM access_log WHERE source = 'cloudtrail' AND outcome = 'failure'") == "1")
        #expect(try collected.query("SELECT count(*) FROM access_log WHERE source = 'cloudtrail' AND (read_only IS NULL OR region IS NULL)") == "0")
    }
}
