import Evidence
import Mapping
import Testing

@Suite struct ExpressionTests {
    /// One field of a record, as text.
    func value(_ expression: String, of record: String, as type: FieldType = .text, zone: String = "UTC") throws -> String {
        let mapped = try map(record, [("x", type, expression)], zone: zone)
        return mapped.cells.first ?? "reject: " + mapped.reason
    }

    @Test func pathsReachIntoObjectsAndArrays() throws {
        #expect(try value("a.b", of: #"{"a":{"b":"x"}}"#) == "x")
        #expect(try value("a[1]", of: #"{"a":["p","q","r"]}"#) == "q")
        #expect(try value("a[-1]", of: #"{"a":["p","q","r"]}"#) == "r")
        #expect(try value("a[3]", of: #"{"a":["p","q","r"]}"#) == "NULL")
        #expect(try value("\"k.with dots\".c", of: #"{"k.with dots":{"c":1}}"#) == "1")
        #expect(try value("a[0][1].b", of: #"{"a":[[0,{"b":"deep"}]]}"#) == "deep")
        #expect(try value("a", of: #"{"\u0061":"escaped key"}"#) == "escaped key")
    }

    @Test func elementsAreFoundByTheirMember() throws {
        let span =
            #"{"attributes":[{"key":"gen_ai.system","value":{"stringValue":"openai"}},{"value":{"intValue":"7"},"key":"gen_ai.n"},{"key":"gen_ai.n","value":{"intValue":"8"}}]}"#
        #expect(try value("attributes[key=gen_ai.system].value.stringValue", of: span) == "openai")
        #expect(try value("attributes[key=gen_ai.n].value.intValue", of: span, as: .integer) == "7")
        #expect(try value("attributes[key='gen_ai.none'].value.intValue", of: span) == "NULL")
        #expect(try value("attributes[key=gen_ai.system].value.stringValue ?? 'none' | upper", of: span) == "OPENAI")
    }

    @Test func theFirstThatIsThereIsTaken() throws {
        #expect(try value("a ?? b ?? 'c'", of: #"{"b":"x"}"#) == "x")
        #expect(try value("a ?? b ?? 'c'", of: #"{"a":null,"b":""}"#) == "c")
        #expect(try value("a ?? b", of: "{}") == "NULL")
    }

    @Test func wholeRecordOriginAndOrdinal() throws {
        #expect(try value("@line", of: #"{"a": 1}"#) == #"{"a": 1}"#)
        #expect(try value("@origin", of: "{}") == "a/b.jsonl")
        #expect(try value("@ordinal", of: "{}", as: .integer) == "3")
    }

    @Test func textFunctions() throws {
        #expect(try value("a | lower", of: #"{"a":"ÄbC"}"#) == "äbc")
        #expect(try value("a | trim", of: #"{"a":"  x y \n"}"#) == "x y")
        #expect(try value("a | trim", of: #"{"a":"  \n"}"#) == "NULL")
        #expect(try value("a | hash", of: #"{"a":"abc"}"#) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        // The example of FIPS 180-4 that fills a block, and the one of a million letters.
        let two = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
        #expect(try value("a | hash", of: #"{"a":"\#(two)"}"#) == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
        let million = String(repeating: "a", count: 1_000_000)
        #expect(try value("a | hash", of: #"{"a":"\#(million)"}"#) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
        #expect(try value("a | join('/', b, 'c')", of: #"{"a":"1","b":2}"#) == "1/2/c")
        #expect(try value("a | join('/', b)", of: #"{"a":"1"}"#) == "NULL")
        #expect(try value("a | part(', ', 2)", of: #"{"a":"x, y,z, é"}"#) == "y,z")
        #expect(try value("a | part(',', 1)", of: #"{"a":",y"}"#) == "NULL")
        #expect(try value("a | part(',', 4)", of: #"{"a":"x,y,z"}"#) == "NULL")
        #expect(try value("a | part(',', last)", of: #"{"a":"x,y,z"}"#) == "z")
        #expect(try value("a | part(',', last)", of: #"{"a":"x"}"#) == "x")
        #expect(try value("a | map('x'='y', *='z')", of: #"{"a":"q"}"#) == "z")
        #expect(try value("a | map('x'='y')", of: #"{"a":"q"}"#) == "reject: 'x' of thing: a word that the map does not name")
        #expect(try value("'it''s'", of: "{}") == "it's")
    }

    @Test func truthFunctions() throws {
        #expect(try value("a | equals('x')", of: #"{"a":"x"}"#, as: .boolean) == "1")
        #expect(try value("a | equals(b)", of: #"{"a":"x","b":"x"}"#, as: .boolean) == "1")
        #expect(try value("a | equals(b)", of: #"{"a":"x","b":"xx"}"#, as: .boolean) == "0")
        #expect(try value("a | equals(b)", of: #"{"a":"x"}"#, as: .boolean) == "NULL")
        #expect(try value("a | in('y','z') | not", of: #"{"a":"x"}"#, as: .boolean) == "1")
        #expect(try value("a | matches('gpt-*-mini?')", of: #"{"a":"gpt-4.1-mini2"}"#, as: .boolean) == "1")
        #expect(try value("a | exists", of: #"{"a":null}"#, as: .boolean) == "0")
        #expect(try value("a | missing", of: "{}", as: .boolean) == "1")
        #expect(try value("a | equals('x') | not", of: "{}", as: .boolean) == "NULL")
    }

    @Test func numbersAreExactOrRejected() throws {
        #expect(try value("a", of: #"{"a":9223372036854775807}"#, as: .integer) == "9223372036854775807")
        #expect(try value("a", of: #"{"a":9223372036854775808}"#, as: .integer) == "reject: 'x' of thing: not a whole number of 64 bits")
        #expect(try value("a", of: #"{"a":-9223372036854775808}"#, as: .integer) == "-9223372036854775808")
        #expect(try value("a", of: #"{"a":"12"}"#, as: .integer) == "12")
        #expect(try value("a", of: #"{"a":1.2e1}"#, as: .integer) == "12")
        #expect(try value("a", of: #"{"a":1.25}"#, as: .integer) == "reject: 'x' of thing: not a whole number of 64 bits")
        #expect(try value("a", of: #"{"a":"nan"}"#, as: .number) == "reject: 'x' of thing: not a number")
        #expect(try value("a", of: #"{"a":"1e999"}"#, as: .number) == "reject: 'x' of thing: not a number")
        #expect(try value("a", of: #"{"a":0.1}"#, as: .number) == "0.1")
        #expect(try value("a | add(b)", of: #"{"a":1,"b":2}"#, as: .integer) == "3")
        #expect(try value("a | add(b)", of: #"{"a":9223372036854775807,"b":2}"#, as: .integer) == "reject: 'x' of thing: a sum beyond 64 bits")
        #expect(try value("a | scale(1000)", of: #"{"a":0.25}"#, as: .number) == "250.0")
        #expect(try value("a | count", of: #"{"a":[1,[2,3],{}]}"#, as: .integer) == "3")
        #expect(try value("a | outcome('200-399')", of: #"{"a":"404"}"#, as: .oneOf(["success", "failure"])) == "failure")
    }

    @Test func instantsFromEveryWriting() throws {
        func at(_ expression: String, _ record: String, zone: String = "UTC") throws -> String { try value(expression, of: record, as: .instant, zone: zone) }
        #expect(try at("a", #"{"a":"2026-03-04T02:00:11.5+02:00"}"#) == "2026-03-04T00:00:11.5Z")
        #expect(try at("a | time(nanoseconds)", #"{"a":"1795401315535443123"}"#) == "2026-11-23T02:35:15.535443123Z")
        #expect(try at("a | time(seconds)", #"{"a":1795401315.535443}"#) == "2026-11-23T02:35:15.535443Z")
        #expect(try at("a | time(milliseconds)", #"{"a":1795401315535}"#) == "2026-11-23T02:35:15.535Z")
        #expect(try at("a | time('%d/%b/%Y:%H:%M:%S %z')", #"{"a":"17/May/2015:10:05:03 +0000"}"#) == "2015-05-17T10:05:03Z")
        #expect(try at("a | time('%Y-%m-%d %H:%M:%S.%f')", #"{"a":"2023-11-16 18:17:03.9799600"}"#) == "2023-11-16T18:17:03.97996Z")
        #expect(try at("a | date", #"{"a":"2026-03-29"}"#, zone: "Europe/Berlin") == "2026-03-28T23:00:00Z..2026-03-29T21:59:59.999999999Z")
        #expect(try at("a | time", #"{"a":"2026-03-04T02:00:11"}"#).hasPrefix("reject"))
        #expect(try at("a | time(seconds)", #"{"a":1e300}"#).hasPrefix("reject"))
        #expect(try at("a | date", #"{"a":"2026-02-30"}"#).hasPrefix("reject"))
        #expect(try at("a | later(b)", #"{"a":"2026-03-04T02:00:11Z","b":"2026-03-04T04:00:10+02:00"}"#) == "2026-03-04T02:00:11Z")
        #expect(try at("a | time(seconds) | later(b)", #"{"a":1772589610,"b":"2026-03-04T04:00:11+02:00"}"#) == "2026-03-04T02:00:11Z")
        #expect(try at("a | later(b)", #"{"a":"2026-03-04T02:00:11Z","b":null}"#) == "NULL")
        #expect(try at("a | later(b)", #"{"a":"2026-03-04T02:00:11Z","b":"soon"}"#).hasPrefix("reject:"))
    }

    @Test func aWallTimeThatOccursTwiceIsASpan() throws {
        let once = try value("a | time(local)", of: #"{"a":"2026-10-25 01:30:00"}"#, as: .instant, zone: "Europe/Berlin")
        let twice = try value("a | time(local)", of: #"{"a":"2026-10-25 02:30:00"}"#, as: .instant, zone: "Europe/Berlin")
        #expect(once == "2026-10-24T23:30:00Z")
        #expect(twice == "2026-10-25T00:30:00Z..2026-10-25T01:30:00Z")
    }

    @Test func aWallTimeThatNeverWasIsASpan() throws {
        let skipped = try value("a | time(local)", of: #"{"a":"2026-03-29 02:30:00"}"#, as: .instant, zone: "Europe/Berlin")
        let after = try value("a | time(local)", of: #"{"a":"2026-03-29 03:00:00"}"#, as: .instant, zone: "Europe/Berlin")
        #expect(skipped == "2026-03-29T00:30:00Z..2026-03-29T01:30:00Z" && after == "2026-03-29T01:00:00Z")
    }

    @Test func aTimeWithoutSecondsIsTheWholeMinute() throws {
        let minute = try value("a | time('%Y-%m-%d %H:%M')", of: #"{"a":"2026-03-04 09:59"}"#, as: .instant)
        let hour = try value("a | time('%Y-%m-%d %H')", of: #"{"a":"2026-03-04 09"}"#, as: .instant)
        #expect(minute == "2026-03-04T09:59:00Z..2026-03-04T09:59:59.999999999Z" && hour == "2026-03-04T09:00:00Z..2026-03-04T09:59:59.999999999Z")
    }

    @Test func aClockThatMayBeOffWidensEveryTimeOfItsSource() throws {
        let mapper = try Mapper(source: source([("x", "a")], clock: .seconds(5)), kinds: [kind([("x", .instant)])])
        var record = RecordMapper(mapper)
        var batch = RowBatch()
        let bytes = Array(#"{"t":"2026-03-04T09:00:00Z","a":"2026-03-04T10:00:00Z"}"#.utf8)
        _ = bytes.withUnsafeBytes { record.map($0, shape: .json, ordinal: 1, originName: [], into: &batch) }
        func span(_ from: String, _ to: String) throws -> Span { Span(earliest: try #require(Instant(from)), latest: try #require(Instant(to))) }
        #expect(try batch.rows[0].occurredAt == span("2026-03-04T08:59:55Z", "2026-03-04T09:00:05Z"))
        guard case .instant(let field) = batch.rows[0].cells[0] else {
            Issue.record("no instant")
            return
        }
        #expect(try field == span("2026-03-04T09:59:55Z", "2026-03-04T10:00:05Z"))
    }

    @Test func aRecordIsARowOnlyWhereEveryConditionHolds() throws {
        let fields: [(String, FieldType, String)] = [("x", .text, "a")]
        #expect(try map(#"{"a":"1","op":"chat"}"#, fields, when: ["op | equals('chat')", "a | exists"]).outcome == .rows(1))
        #expect(try map(#"{"a":"1","op":"embed"}"#, fields, when: ["op | equals('chat')"]).outcome == .rows(0))
        #expect(try map(#"{"a":"1"}"#, fields, when: ["op | equals('chat')"]).outcome == .rows(0))
    }

    @Test func rejectsNameTheFieldAndNeverTheValue() throws {
        let mapped = try map(#"{"a":"secret words"}"#, [("x", .oneOf(["yes", "no"]), "a")])
        #expect(mapped.reason == "'x' of thing: not one of yes, no")
        #expect(try map("{}", [("x", .text, "a")], required: ["x"]).reason == "'x' of thing is missing")
        #expect(try map("{}", [("x", .text, "a")], at: "t").reason == "'at' of thing is missing")
        #expect(try map(#"{"a":"zz"}"#, [("x", .digest, "a")]).reason == "'x' of thing: not a hexadecimal digest")
        #expect(try map(#"{"a":{}}"#, [("x", .text, "a")]).reason == "'x' of thing: an object is no text")
    }
}
