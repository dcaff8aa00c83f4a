import Foundation
import Testing

/// The real program and a server over HTTP, night by night.
@Suite struct HTTPSourceTests {
    private static let secret = "planted-s3cret-0123456789"

    private struct Night {
        let sandbox: Sandbox
        let server: RecordedServer

        init() throws {
            sandbox = try Sandbox()
            server = try RecordedServer(sandbox.folder.appendingPathComponent("web"))
            try sandbox.takeUpSmallProgramme()
            try sandbox.write("receipts.yaml", yaml)
            try sandbox.run("umask 077; printf '\(HTTPSourceTests.secret)' > \"$HOME\"/token")
        }

        private var yaml: String {
            """
            entity: Small Ltd
            system: Small assistant
            zone: UTC
            started_on: 2026-01-01
            periods:
              - {id: 2026-01, type: 2, start: 2026-01-05, end: 2026-01-07}
            sources:
              - id: changes
                title: Change register
                owner: platform
                connector: http
                url: \(server.url)/log
                allow: [private]
                query: {since: '{start}', until: '{end}'}
                auth: {by: bearer, secret: {file: \(sandbox.folder.path)/token}}
                records: events
                paging: link_header
                retries: 0
                personal_data: redact
                covers: {by: window, since: 2026-01-01}
                yields:
                  - kind: change
                    id: id
                    at: time
                    fields: {change_id: id, author: author, approver: approver, approved_at: approved_at, lines: lines, note: note}

            """
        }

        func event(_ id: String, _ time: String, lines: Int = 3) -> String {
            #"{"id":"\#(id)","time":"\#(time)","author":"ada","approver":"ben","approved_at":"2026-01-01T08:00:00Z","lines":\#(lines),"note":"n"}"# + "\n"
        }
        func collect(_ at: String) throws -> Sandbox.Answer { try sandbox.run("receipts collect --at \(at) --randomness \(at.filter(\.isNumber))") }
        func rows() throws -> String {
            try sandbox.run("sqlite3 ledger/index.sqlite 'SELECT native_id FROM change ORDER BY native_id'").output.split(separator: "\n").joined(
                separator: " ")
        }
    }

    @Test func aNightThatFailedIsAHoleUntilItsWindowIsAskedAgain() throws {
        let night = try Night()
        let first = night.event("c-1", "2026-01-05T09:00:00Z"), second = night.event("c-2", "2026-01-06T09:00:00Z")
        try night.server.write("events.jsonl", first + second)
        #expect(try night.collect("2026-01-06T02:00:00Z").output.contains("changes: complete, 1 kept\n"))
        try night.server.write("down", "")
        let failed = try night.collect("2026-01-07T02:00:00Z")
        #expect(failed.code == 5 && failed.output.contains("changes: failed, 0 kept\n") && failed.errors.contains("/log' answers with status 500"))
        let hole = try night.sandbox.run("receipts assess").output
        #expect(hole.contains("change is not proved complete for 23 hours: 2026-01-06T01:45:00Z to 2026-01-07T00:00:00Z"), "\(hole)")
        try night.server.remove("down")
        #expect(try night.collect("2026-01-08T02:00:00Z").output.contains("changes: complete, 1 kept\n"))
        #expect(try night.sandbox.run("receipts assess").output.contains("CHG-01  operated"))
        // Nothing new: no record. What came late lies in the overlap; what was changed is kept beside what it was.
        #expect(try night.collect("2026-01-08T02:05:00Z").output.contains("changes: empty, 0 kept\n"))
        try night.server.write("events.jsonl", first + second + night.event("late", "2026-01-08T01:40:00Z"))
        #expect(try night.collect("2026-01-08T02:10:00Z").output.contains("changes: complete, 1 kept\n"))
        try night.server.write("events.jsonl", first + second + night.event("late", "2026-01-08T01:40:00Z", lines: 4))
        #expect(try night.collect("2026-01-08T02:11:00Z").output.contains("changes: complete, 0 kept, 1 in conflict with an earlier record\n"))
        #expect(try night.rows() == "c-1 c-2 late")
        #expect(night.server.asked[2] == "since=2026-01-06T01%3A30%3A00Z&until=2026-01-08T01%3A45%3A00Z")
        #expect(try night.sandbox.run("receipts verify ledger --accept-unanchored").code == 0)
    }

    @Test func aServerThatTakesNoNoticeOfTheWindowProvesNothing() throws {
        let night = try Night()
        try night.server.write("all.json", #"{"events":[\#(night.event("old", "2020-01-05T09:00:00Z").dropLast())]}"#)
        try night.sandbox.run("sed -i 's|/log$|/files/all|' receipts.yaml")
        let collected = try night.collect("2026-01-08T02:00:00Z")
        #expect(collected.errors.contains("outside of what it was asked for: its answer proves no window"), "\(collected.errors)")
        #expect(try night.sandbox.run("receipts assess").output.contains("change is not proved complete"))
        #expect(try night.collect("2026-01-09T02:00:00Z").output.contains("1 duplicate"))
    }

    @Test func whoIsKilledInTheMiddleLosesNothingAndDoublesNothing() throws {
        let night = try Night()
        let events = (1...250).map { night.event("c-\(1000 + $0)", "2026-01-05T09:00:00Z") }.joined()
        try night.server.write("events.jsonl", events)
        // The third page is never answered in time.
        try night.server.write("slow", "0.4")
        let killed = try night.sandbox.run(
            """
            receipts collect --at 2026-01-08T02:00:00Z --randomness 1 > /dev/null 2>&1 & P=$!
            for i in $(seq 200); do [ "$(wc -l < "$HOME"/web/asked 2>/dev/null || echo 0)" -ge 2 ] && break; sleep 0.05; done
            kill -9 $P; wait $P
            """)
        #expect(killed.code == 137 && night.server.asked.count >= 2)
        try night.server.remove("slow")
        let again = try night.collect("2026-01-08T03:00:00Z")
        #expect(again.code == 0 && again.output.contains("changes: complete, 250 kept\n"), "\(again.output)\(again.errors)")
        #expect(try night.sandbox.run("sqlite3 ledger/index.sqlite 'SELECT count(*), count(DISTINCT native_id) FROM change'").output == "250|250\n")
        #expect(try night.sandbox.run("receipts verify ledger --accept-unanchored").code == 0)
    }

    /// The secret is looked for in every byte of the programme, of what was said, and of each zstd frame of the ledger, unpacked.
    @Test func theSecretIsNowhere() throws {
        let night = try Night()
        try night.server.write("events.jsonl", night.event("c-1", "2026-01-05T09:00:00Z"))
        var said = try night.collect("2026-01-06T02:00:00Z")
        #expect(said.code == 0)
        var words = said.output + said.errors
        try night.server.write("down", "")
        said = try night.collect("2026-01-07T02:00:00Z")
        words += said.output + said.errors
        try night.server.remove("down")
        try night.sandbox.run("cp receipts.yaml right; sed -i 's|/log$|/echo|; s|records: events||' receipts.yaml")
        said = try night.collect("2026-01-08T02:00:00Z")
        #expect(said.errors.contains("repeats the secret"), "\(said.errors)")
        words += said.output + said.errors
        try night.sandbox.run("cp right receipts.yaml")
        said = try night.collect("2026-01-09T02:00:00Z")
        #expect(said.code == 0)
        let published = try night.sandbox.run("receipts publish --period 2026-01 --at 2026-01-09T03:00:00Z --randomness 9")
        #expect(published.code == 0 || published.code == 4, "\(published.errors)")
        words += said.output + said.errors + published.output + published.errors
        #expect(!words.contains(HTTPSourceTests.secret))
        let found = try night.sandbox.run(
            """
            cat > "$HOME"/frames.py <<'END'
            import ctypes, os, sys
            zstd = ctypes.CDLL('libzstd.so.1')
            zstd.ZSTD_decompress.restype = ctypes.c_size_t
            out, files, frames = ctypes.create_string_buffer(1 << 24), 0, 0
            for folder, _, names in os.walk('.'):
                for name in names:
                    data = open(os.path.join(folder, name), 'rb').read()
                    files += 1
                    texts, at = [data], data.find(b'\\x28\\xb5\\x2f\\xfd')
                    while at >= 0:
                        size = zstd.ZSTD_findFrameCompressedSize(data[at:], ctypes.c_size_t(len(data) - at))
                        count = zstd.ZSTD_decompress(out, ctypes.c_size_t(1 << 24), data[at:at + size], ctypes.c_size_t(size)) if 0 < size <= len(data) - at else 0
                        if 0 < count <= 1 << 24:
                            texts.append(out.raw[:count])
                            frames += 1
                        at = data.find(b'\\x28\\xb5\\x2f\\xfd', at + 4)
                    for text in texts:
                        if b'\(HTTPSourceTests.secret)' in text: print('found in', name)
            print(files > 20 and frames > 0)
            END
            python3 "$HOME"/frames.py
            """)
        #expect(found.output == "True\n", "\(found.output)\(found.errors)")
    }
}
