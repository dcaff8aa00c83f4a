import Evidence
import Foundation
import Testing

/// Every ready-made mapping over records in the format of its system, through `init`, `source add`, `check` and `source try`.
///
/// Fixtures/profiles/<name>: `evidence/`, or `make.sh`, which makes it where records cannot lie in a checkout (a repository, a database, an archive; $SAMPLE
/// is the folder), or `server/`, recorded answers by their paths ($URL is the server); `add.txt`, the words after `source add <name>`; and `expected.jsonl`, each row that must come out. RECORD_PROFILES=1 writes the last anew.
@Suite struct ProfileTests {
    private static let folder = Checkout.fixtures.appendingPathComponent("profiles")

    private static func names(in folder: URL, ending: String = "") -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(ending) }
            .map { String($0.dropLast(ending.count)) }.sorted()
    }
    static let samples = names(in: folder)

    @Test func everyMappingHasASampleAndEverySampleAMapping() {
        let shipped = ProfileTests.names(in: Checkout.root.appendingPathComponent("controls/sources"), ending: ".yaml")
        #expect(shipped == ProfileTests.samples && shipped.count >= 12)
    }

    @Test func aProgrammeThatUsesThemAllIsRight() throws {
        let sandbox = try Sandbox()
        let added = ProfileTests.samples.map { "eval \"receipts source add \($0) $(cat \(ProfileTests.folder.path)/\($0)/add.txt)\" > /dev/null" }
        let answer = try sandbox.run(
            "receipts init . > /dev/null && \(added.joined(separator: " && ")) && receipts check", environment: ["URL": "http://127.0.0.1:9"])
        #expect(answer.code == 0 && answer.output.contains(" \(ProfileTests.samples.count + 1) sources: nothing wrong found"), "\(answer.errors)")
    }

    /// One new programme, copied for each sample. Its key is known, so that pseudonyms are the same every time.
    private static let template = Result {
        let sandbox = try Sandbox()
        let made = try sandbox.run("receipts init . > /dev/null && printf '%064d\\n' 7 > keys/pseudonym")
        guard made.code == 0 else { throw Sandbox.Failure(made.errors) }
        return sandbox
    }

    private struct Trial: Decodable {
        struct Record: Decodable {
            let origin: String
            let stored: String
            let reason: String?
        }
        let outcome: String
        let rejects: [Record]
        let records: [Record]
    }

    @Test(arguments: samples) func theSampleYieldsItsRows(_ name: String) throws {
        let template = try ProfileTests.template.get()
        let sample = ProfileTests.folder.appendingPathComponent(name)
        let sandbox = try Sandbox()
        let answers = sample.appendingPathComponent("server")
        let server = FileManager.default.fileExists(atPath: answers.path) ? try RecordedServer(answers) : nil
        let prepared = try sandbox.run(
            """
            cp -r "\(template.programme.path)"/. . && rm -rf evidence && mkdir evidence && { ! [ -d "$SAMPLE/evidence" ] || cp -r "$SAMPLE"/evidence/. evidence; } &&
            { ! [ -e "$SAMPLE/make.sh" ] || (cd evidence && . "$SAMPLE/make.sh"); } &&
            cp receipts.yaml before && eval "receipts source add \(name) --id it $(cat "$SAMPLE/add.txt")" && ! diff before receipts.yaml | grep '^<'
            """, environment: ["SAMPLE": sample.path, "URL": server?.url ?? ""])
        try #require(prepared.code == 0, "\(prepared.output)\(prepared.errors)")
        let yaml = try String(contentsOf: Checkout.root.appendingPathComponent("controls/sources/\(name).yaml"), encoding: .utf8)
        let answer = try withExtendedLifetime(server) {
            try sandbox.run("receipts source try it --format json --first 1000 --at 2026-12-01T00:00:00Z", environment: ProfileTests.variables(yaml))
        }
        #expect(answer.code == 0, "\(answer.errors)")
        let trial = try JSONDecoder().decode(Trial.self, from: Data(answer.output.utf8))
        #expect(trial.outcome == "complete" && trial.rejects.isEmpty, "\(trial.rejects)")
        try compare(try JSON.parse(answer.output.utf8), with: sample.appendingPathComponent("expected.jsonl"))
        // Nothing of a person is stored as it came.
        for record in trial.records {
            #expect(!record.stored.contains("ada@example.com") && !record.stored.contains("ben@example.com"), "\(record.stored)")
        }
    }

    /// What a source of a program asks of the environment; what stands there does not matter to a sample.
    private static func variables(_ yaml: String) -> [String: String] {
        let list = yaml.firstMatch(of: /\nenvironment: \[(.*)\]/).map { $0.1.split(separator: ", ").map(String.init) } ?? []
        let secrets = yaml.matches(of: /\{environment: ([A-Z_]+)\}/).map { String($0.1) }
        return Dictionary((list + secrets).map { ($0, "a sample") }, uniquingKeysWith: { first, _ in first })
    }

    private func compare(_ trial: JSON, with place: URL) throws {
        let rows = (trial["records"]?.list ?? []).flatMap { $0["rows"]?.list ?? [] }.map(\.canonical)
        let expected = try? String(contentsOf: place, encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(!rows.isEmpty && rows == expected, "\(place.lastPathComponent): \(rows.joined(separator: "\n"))")
        if rows != expected, ProcessInfo.processInfo.environment["RECORD_PROFILES"] != nil {
            try Data((rows.joined(separator: "\n") + "\n").utf8).write(to: place)
        }
    }
}
