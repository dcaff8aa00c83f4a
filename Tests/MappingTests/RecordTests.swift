import Evidence
import Foundation
import Mapping
import Testing

@Suite struct RecordTests {
    let one: [(String, FieldType, String)] = [("x", .text, "a")]

    @Test func blanksAndEscapesAreRead() throws {
        #expect(try map(" \t\r\n{ \"a\" : \"\\u00e9\\ud83d\\ude00\\n\\\\\\/\" , \"b\" : [ ] } \n", one).cells == ["é😀\n\\/"])
        #expect(try map(#"{"a":"\u0000"}"#, one).cells == ["\0"])
        #expect(try map("[1,2]", one).cells == ["NULL"])
    }

    @Test(arguments: [
        #"{"a":1,"a":2}"#, #"{"b":{"a":1,"\u0061":2}}"#, #"{"a":1}x"#, #"{"a":1}}"#, #"{"a":"\ud800"}"#, #"{"a":"\ud800\u0041"}"#, #"{"a":"\udc00"}"#,
        #"{"a":01}"#, #"{"a":1.}"#, #"{"a":.5}"#, #"{"a":+1}"#, #"{"a":NaN}"#, #"{"a":tru}"#, #"{"a":"x}"#, "{\"a\":\"x\u{1}\"}", #"{"a":"\x"}"#,
        #"{"a":"\u12g4"}"#,
        #"{"a":1,}"#, #"{a:1}"#, "", " ", #"{"a" 1}"#, "[1,]", "[1 2]", "{\"a\":1\0}", "\u{feff}{\"a\":1}",
    ])
    func whatIsNotJSONIsRejected(record: String) throws {
        guard case .reject(.malformed) = try map(record, one).outcome else { Issue.record("accepted \(record)"); return }
    }

    @Test func badUTF8IsRejectedWithItsByte() throws {
        for bad: [UInt8] in [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]] {
            let mapped = try map(bytes: Array(#"{"a":""#.utf8) + bad + Array(#""}"#.utf8), one)
            #expect(mapped.outcome == .reject(.notUTF8(at: 6)))
        }
    }

    /// SQLite would keep what overflows as infinite, and what is no number as nothing.
    @Test func aNumberThatIsNoneIsRejected() throws {
        for factors in ["scale(1e300)", "scale(1e300) | scale(0)"] {
            #expect(try map(#"{"a":1e300}"#, [("x", .number, "a | \(factors)")]).reason.contains("not a finite number"), "\(factors)")
        }
        #expect(try map(#"{"a":1e300}"#, [("x", .number, "a | scale(10)")]).outcome == .rows(1))
    }

    @Test func depthHasALimit() throws {
        func nested(_ depth: Int) -> String { String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
        #expect(try map(nested(256), one).outcome == .rows(1))
        #expect(try map(nested(257), one).reason.hasPrefix("more than 256 levels deep"))
    }

    @Test func manyKeysAreStillComparedAllWithAll() throws {
        let keys = (0..<20_000).map { "\"key\($0)\":\($0)" }
        #expect(try map("{" + keys.joined(separator: ",") + ",\"a\":\"x\"}", one).cells == ["x"])
        #expect(try map("{" + keys.joined(separator: ",") + ",\"key777\":1}", one).reason.hasPrefix("a key occurs twice"))
    }

    @Test func csvFieldsMayHoldDelimitersQuotesAndLines() throws {
        let fields: [(String, FieldType, String)] = [("x", .text, "note"), ("n", .integer, "\"a count\"")]
        let csv = DecoderSettings.csv(delimiter: 44)
        let mapped = try map("\"says \"\"hi\"\",\nbye\",7\r", fields, decoder: csv, header: "note,a count\r\n")
        #expect(mapped.cells == ["says \"hi\",\nbye", "7"])
        #expect(try map(",7", fields, decoder: csv, header: "note,a count").cells == ["NULL", "7"])
        #expect(try map("a", fields, decoder: csv, header: "note,a count").reason == "expected 2 columns, found 1")
        #expect(try map("\"a\"b,7", fields, decoder: csv, header: "note,a count").reason.hasPrefix("a quote is not closed"))
        #expect(try map("a,b,7", fields, decoder: csv, header: "note,note,a count").reason == "the column 'note' occurs twice")
        #expect(try map("x;7", fields, decoder: .csv(delimiter: 59), header: "\u{feff}note;a count").cells == ["x", "7"])
    }

    @Test func textLinesAreTakenApartByTheirLiterals() throws {
        let pattern = #"{ip} {ident} {user} [{time}] "{request}" {status} {bytes}"#
        let fields: [(String, FieldType, String)] = [("r", .text, "request"), ("s", .integer, "status"), ("u", .account, "user"), ("b", .integer, "bytes")]
        let time = "time | time('%d/%b/%Y:%H:%M:%S %z')"
        let line = #"10.0.0.1 - ana [17/May/2015:10:05:03 +0000] "GET /\"x\" HTTP/1.1" 200 -"#
        let mapped = try map(line, fields, at: time, decoder: .text(pattern: pattern))
        #expect(mapped.cells == [#"GET /\"x\" HTTP/1.1"#, "200", "ana", "NULL"])
        #expect(mapped.replacing == ["account:ana"])
        #expect(try map("10.0.0.1 - - [x", fields, at: time, decoder: .text(pattern: pattern)).reason == "the line lacks '] \"' of the pattern")
    }

    @Test func rangesTellPeopleFromWhatIsExempt() throws {
        let fields: [(String, FieldType, String)] = [
            ("who", .account, "u"), ("whom", .subject, "s.id"), ("i", .id, "id"), ("n", .integer, "n"), ("free", .text, "both"), ("same", .id, "both"),
            ("has", .boolean, "mail | exists"),
        ]
        let mapped = try map(
            #"{"u":"ana\n","s":{"id":42},"id":"4111111111111111","n":17,"both":"t","mail":"a@b.cd"}"#, fields, at: "'2026-01-01T00:00:00Z'", id: "id")
        #expect(mapped.replacing == [#"account:ana\n"#, "subject:42"])
        #expect(mapped.exempt == ["4111111111111111", "17"])
        let rejected = try map(#"{"u":"ana","n":"mail a@b.cd"}"#, fields)
        #expect(rejected.replacing == ["account:ana"])
        #expect(rejected.exempt.isEmpty)
    }

    @Test func rowsAreReusedWithoutLeftovers() throws {
        let mapper = try Mapper(source: source([("x", "a")], at: "'2026-01-01T00:00:00Z'"), kinds: [kind([("x", .text)])])
        var record = RecordMapper(mapper)
        var rows = RowBatch()
        for text in [#"{"a":"a long value"}"#, "{}", "nonsense", #"{"a":"b"}"#] {
            let bytes = Array(text.utf8)
            let outcome = bytes.withUnsafeBytes { record.map($0, shape: .json, ordinal: 1, originName: [], into: &rows) }
            if text == "{}" { #expect(rows.rows[0].cells == [.null]) }
            if text == "nonsense" { #expect(rows.count == 0) } else { #expect(outcome == .rows(1)) }
        }
        #expect(rows.rows[0].cells == [.text(0..<1)])
        #expect(rows.rows[0].text(0..<1) == "b")
    }

    /// Python's reader is the judge of what is JSON and of what stands at a path; mutations make most of the input wrong.
    @Test func agreesWithAnotherReader() throws {
        var random = Xorshift(state: 0x9e37_79b9)
        let seeds = [
            #"{"a":{"b":"x\u00e9\n"},"c":[1,2.5,-3e2,null,true],"d":"ü😀"}"#, #"{"a": "plain", "k":{"k":{"k":[[],{}]}}, "n":12345678901234567890}"#,
            #" {"z":0,"a":[{"b":"\ud83d\ude00"},false]} "#,
        ]
        var lines: [String] = []
        for round in 0..<3000 {
            var bytes = Array(seeds[round % seeds.count].utf8)
            for _ in 0..<Int(random.next() % 4) {
                let at = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 3 {
                case 0: bytes[at] = UInt8(random.next() % 95 + 32)
                case 1: bytes.remove(at: at)
                default: bytes.insert(Array("{}[]\",:\\0-e.u ".utf8)[Int(random.next() % 14)], at: at)
                }
            }
            if let text = String(validating: bytes, as: UTF8.self) { lines.append(text) }
        }
        let script = """
            import json, sys
            def pairs(p):
                if len({k for k, _ in p}) != len(p): raise ValueError
                return dict(p)
            def bad(x): raise ValueError
            for line in sys.stdin.buffer.read().split(b'\\n')[:-1]:
                try:
                    v = json.loads(line.decode(), object_pairs_hook=pairs, parse_constant=bad)
                    json.dumps(v, ensure_ascii=False).encode()
                    a = v.get('a') if isinstance(v, dict) else None
                    print('ok', a.encode().hex() if isinstance(a, str) and a else '-')
                except (ValueError, RecursionError): print('bad')
            """
        guard let judged = try python(script, input: lines.joined(separator: "\n") + "\n") else {
            print("skipped: python3 is absent (agreement with another JSON reader)")
            return
        }
        #expect(judged.count == lines.count)
        let mapper = try Mapper(source: source([("x", "a")], at: "'2026-01-01T00:00:00Z'"), kinds: [kind([("x", .text)])])
        var record = RecordMapper(mapper)
        var rows = RowBatch()
        for (line, verdict) in zip(lines, judged) {
            let bytes = Array(line.utf8)
            let outcome = bytes.withUnsafeBytes { record.map($0, shape: .json, ordinal: 1, originName: [], into: &rows) }
            var mine = "ok -"
            if case .reject(.malformed) = outcome { mine = "bad" }
            if rows.count > 0, case .text(let range) = rows.rows[0].cells[0], verdict != "ok -" { mine = "ok " + Hex.encode(rows.rows[0].arena[range]) }
            #expect(mine == verdict, "\(line)")
        }
    }
    @Test(arguments: [
        // Read, and no row of it: also where the person is in an object or a list.
        (#"{"who":{"login":"ana"},"s":"subj","n":"three"}"#, ["account:ana", "subject:subj"]),
        (#"{"who":{"login":["ana","ben",{"also":"cat"},7,null]},"n":3}"#, ["account:ana", "account:ben", "account:also", "account:cat", "account:7"]),
        // Drifted: the path leads nowhere, or further in, or stops where an object was.
        (#"{"who":"ana","n":"x"}"#, ["account:ana"]),
        (#"{"who":[{"login":"ana"}],"n":"x"}"#, ["account:ana"]),
        (#"{"data":{"who":{"login":"ana","plan":"b"}},"n":"x"}"#, ["account:ana"]),
        // Torn, or no JSON at all: the members of these names, wherever they stand, as far as they go.
        (#"{"n":3,"who":{"login":"ana"},"s":"su"#, ["account:ana", "subject:su"]),
        (#"{"n":3,,"who":{"login" : "a\"na"},"s":ben,"login":null}"#, [#"account:a\"na"#, "subject:ben"]),
        (#"{"login":["ana",{"name":"ben"}],"n":tru,"s":"#, ["account:ana", "account:name", "account:ben"]),
        // Another line begins in the middle, the head is missing, or a quote is one too many.
        (#"{"id":"c11","login":"an{"id":"c12","login":"ben"}"#, ["account:an{", "account:ben"]),
        (#"xyz","login":"ana"}"#, ["account:ana"]),
        (#"{"note":"5" disk","login":"ana"}"#, ["account:ana"]),
        (#"{"login":}"#, []), (#"{"login":,"s":"x"}}"#, ["subject:x"]), (#"{"login":[["ana""#, ["account:ana"]),
        (#"{"s":"\"#, [#"subject:\"#]),
        (#""login":"ana""#, ["account:ana"]),
        ("no record", []),
    ])
    func peopleOfARejectAreFound(record: String, people: [String]) throws {
        let mapped = try map(record, [("u", .account, "who.login"), ("s", .subject, "s"), ("n", .integer, "n")], required: ["n"])
        guard case .reject = mapped.outcome else { Issue.record("accepted \(record)"); return }
        #expect(mapped.replacingOfReject == people)
    }

    @Test func peopleOfARejectedLineOrTableAreFoundAsFarAsItWasRead() throws {
        let fields: [(String, FieldType, String)] = [("u", .account, "user"), ("n", .integer, "n")]
        #expect(try map("ana,three", fields, decoder: .csv(delimiter: 44), header: "user,n").replacingOfReject == ["account:ana"])
        #expect(try map("ana,3,4", fields, decoder: .csv(delimiter: 44), header: "user,n").replacingOfReject == ["account:ana"])
        // A quote that is not closed has swallowed rows: each line on its own.
        #expect(
            try map("ana,\"3\nben,4\n\"c\"\"at\",5\nda", fields, decoder: .csv(delimiter: 44), header: "user,n").replacingOfReject
                == ["account:ana", "account:ben", "account:c\"\"at", "account:da"])
        #expect(try map("1,\"ana,x", fields, decoder: .csv(delimiter: 44), header: "n,user").replacingOfReject == ["account:ana,x"])
        #expect(try map("\"\",three", fields, decoder: .csv(delimiter: 44), header: "user,n").replacingOfReject == [])
        #expect(try map("ana did 3", fields, decoder: .text(pattern: "{user} did {n} times")).replacingOfReject == ["account:ana"])
    }
}

struct Xorshift {
    var state: UInt64
    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}

/// Lines that a Python script prints; nil where there is no Python.
func python(_ script: String, input: String) throws -> [Substring]? {
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/python3") else { return nil }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("receipts-mapping-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("in")
    try Data(input.utf8).write(to: file)
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = ["-c", script]
    process.standardInput = try FileHandle(forReadingFrom: file)
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: output, as: UTF8.self).split(separator: "\n")
}
