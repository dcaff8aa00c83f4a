import Foundation
import Testing

/// A system that nobody wrote a connector or a mapping for, taken up by one entry of receipts.yaml: Fixtures/stranger-api.
@Suite struct StrangerAPITests {
    private static let folder = Checkout.fixtures.appendingPathComponent("stranger-api")

    private static func entry() throws -> String { try String(contentsOf: folder.appendingPathComponent("source.yaml"), encoding: .utf8) }

    /// A new programme with the entry, and the server that it asks.
    private final class Desk {
        let sandbox: Sandbox
        private var server: RecordedServer?
        private let configuration: String

        init(_ arguments: [String] = []) throws {
            sandbox = try Sandbox()
            let server = try RecordedServer(sandbox.folder, script: "stranger-api/server.py", arguments: arguments)
            let made = try sandbox.run("receipts init . > /dev/null && sed 's/start: [0-9-]*, end: [0-9-]*/start: 2026-01-01, end: 2026-01-31/' receipts.yaml")
            guard made.code == 0 else { throw Sandbox.Failure(made.errors) }
            configuration = made.output + (try entry().replacing("http://127.0.0.1:PORT", with: server.url))
            try sandbox.write("receipts.yaml", configuration)
            self.server = server
        }

        func run(_ command: String, key: String = "dk-7f3a-desk") throws -> Sandbox.Answer {
            try sandbox.run(command, environment: ["DESKLINE_KEY": key, "PYTHONPATH": folder.path, "PYTHONDONTWRITEBYTECODE": "1"])
        }
        func collect(_ at: String, key: String = "dk-7f3a-desk") throws -> Sandbox.Answer {
            try run("receipts collect --source deskline --at \(at) --randomness \(at.filter(\.isNumber))", key: key)
        }
        /// What comes of the entry with a mistake in it.
        func trial(_ right: String, _ wrong: String) throws -> Sandbox.Answer {
            #expect(configuration.contains(right))
            try sandbox.write("receipts.yaml", configuration.replacing(right, with: wrong))
            defer { try? sandbox.write("receipts.yaml", configuration) }
            return try run("receipts source try deskline --first 20 --at 2026-01-12T02:00:00Z")
        }
        func compare() throws -> String {
            let answer = try run("python3 '\(folder.path)'/compare.py ledger/index.sqlite")
            return answer.output + answer.errors
        }
        /// From when to when each pull was answered whole.
        func proved() throws -> [String] {
            try run(
                """
                sqlite3 ledger/index.sqlite "SELECT json_extract(sheet, '$.answered.from'), json_extract(sheet, '$.answered.to')
                FROM pull WHERE source = 'deskline' ORDER BY entry"
                """
            ).lines
        }
        func goAway() throws {
            server = nil
            try sandbox.write("receipts.yaml", configuration.replacing("times: unix_ms", with: "times: unix_ms\n    retries: 0"))
        }
    }

    @Test func theEntryIsShort() throws {
        #expect(try StrangerAPITests.entry().split(separator: "\n", omittingEmptySubsequences: false).dropLast().count <= 40)
    }

    @Test func itsRowsAreWhatTheServerHas() throws {
        let desk = try Desk()
        let checked = try desk.run("receipts check")
        #expect(checked.code == 0 && checked.output.contains("2 sources: nothing wrong found"), "\(checked.errors)")
        let first = try desk.collect("2026-01-12T02:00:00Z")
        // The droid's votes and a ticket without any are kept as well; who was only present decided nothing.
        #expect(first.code == 0 && first.output.contains("deskline: complete, 14 kept\n"), "\(first.output)\(first.errors)")
        #expect(try desk.compare() == "12 rows of 5 accounts are as the server has them\n")
        let second = try desk.collect("2026-01-12T03:00:00Z")
        #expect(second.code == 0 && second.output.contains("deskline: empty, 0 kept, 14 duplicate\n"), "\(second.output)\(second.errors)")
        #expect(try desk.compare().hasPrefix("12 rows "))
        #expect(try desk.proved() == ["2025-12-25T00:00:00Z|2026-01-12T01:45:00Z", "2026-01-05T01:45:00Z|2026-01-12T02:45:00Z"])
        // Handles are no e-mail addresses: only the mapping knows that they are people, and it leaves the author out.
        let stored = try desk.run("receipts source try deskline --first 100 --at 2026-01-12T02:00:00Z")
        #expect(stored.code == 0 && stored.output.contains("\"handle\": \"acct-"), "\(stored.output)\(stored.errors)")
        #expect(!stored.output.contains("priya.nair") && !stored.output.contains("mira.osei"))
        #expect(try desk.run("receipts verify ledger --accept-unanchored").code == 0)
    }

    @Test func whatIsWrongIsSaid() throws {
        let desk = try Desk()
        for (right, wrong, said) in [
            ("/v2/tickets", "/v2/ticket", "/v2/ticket' answers with status 404"),
            ("/v2/tickets", "/console", "the server answers with 'text/html', and no JSON"),
            ("result.rows", "result.row", "no 'result.row' at byte"),
            ("parameter: bookmark", "parameter: mark", "page 2 is the same as one before"),
            ("times: unix_ms", "times: rfc3339", "answers with status 400"),
            ("vote.cast | time(milliseconds)", "vote.cast", "would be kept as a reject"),
            (", 'NAY'='rejected'", "", "a word that the map does not name"),
            ("        absent: [404]\n", "", "/v2/tickets/DSK-1045/votes' answers with status 404"),
        ] {
            let answer = try desk.trial(right, wrong)
            #expect(answer.code == 5 && answer.output.contains(said), "\(wrong): \(answer.output)\(answer.errors)")
        }
        let refused = try desk.collect("2026-01-12T02:00:00Z", key: "dk-wrong")
        #expect(refused.code == 5 && refused.errors.contains("/v2/tickets' answers with status 401"), "\(refused.errors)")
        try desk.goAway()
        let gone = try desk.collect("2026-01-12T03:00:00Z")
        #expect(gone.code == 5 && gone.errors.contains("cannot be reached"), "\(gone.errors)")
        #expect(!(refused.errors + gone.errors).contains("dk-"))
    }

    /// A bookmark after the end is no end: what came is kept, and nothing is taken for proved.
    @Test func aBookmarkThatNeverEndsProvesNothing() throws {
        let desk = try Desk(["keep"])
        let answer = try desk.collect("2026-01-12T02:00:00Z")
        #expect(answer.code == 5 && answer.output.contains("deskline: partial, 14 kept\n") && answer.errors.contains("goes in a circle"), "\(answer.errors)")
        #expect(try desk.compare().hasPrefix("12 rows "))
        #expect(try desk.proved() == ["|"])
    }
}
