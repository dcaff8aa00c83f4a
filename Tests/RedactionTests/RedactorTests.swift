import Evidence
import Foundation
import Redaction
import Testing

@Suite struct RedactorTests {
    let key = Array("a key of the ledger".utf8)

    func redact(
        _ text: String, people: [(String, FieldType)] = [], exempt: [String] = [], shape: RedactionShape = .json, mode: PersonalData = .redact
    ) -> (String, Bool, [String: Int]) {
        var redactor = Redactor(key: key, mode: mode)
        var out: [UInt8] = []
        let bytes = Array(text.utf8)
        func range(_ part: String) -> Range<Int> {
            let part = Array(part.utf8)
            let start = (0...bytes.count - part.count).first { Array(bytes[$0..<$0 + part.count]) == part } ?? 0
            return start..<start + part.count
        }
        let changed = bytes.withUnsafeBytes {
            redactor.redact($0, replacing: people.map { (range($0.0), $0.1) }, exempt: exempt.map(range), shape: shape, into: &out)
        }
        return (String(decoding: out, as: UTF8.self), changed, redactor.counts)
    }

    /// What Python's json module reads must not change, whatever was escaped; and an address spelled in escapes is an address.
    @Test func charactersThatHideBehindEscapesAreSpelledOut() throws {
        func spelled(_ text: String) -> String? {
            let bytes = Array(text.utf8)
            return bytes.withUnsafeBytes { PlainSpelling.of($0) }.map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(spelled(#"{"a":"mira.holm\u0040example.org"}"#) == #"{"a":"mira.holm@example.org"}"#)
        #expect(spelled(#"{"a":"\u006d\u0069\u0072\u0061@example.org"}"#) == #"{"a":"mira@example.org"}"#)
        #expect(spelled(#"{"a":"\\u0040 \u0022 \u005c \u000a \u00e9 \u4000 \ud83d\ude00 \n"}"#) == nil)
        #expect(spelled(#"{"a":"\\\u0040"}"#) == #"{"a":"\\@"}"#)
        #expect(spelled(#"{"a":"plain"}"#) == nil)
        #expect(spelled(#"\u004"#) == nil)
        let plain = try #require(spelled(#"{"a":"mira.holm\u0040example.org"}"#))
        #expect(redact(plain).0 == #"{"a":"[redacted:email]"}"#)
    }

    /// openssl dgst -sha256 -hmac, first ten bytes, base32.
    @Test func pseudonymsAreAKeyedDigestOfRoleAndValue() throws {
        let name = pseudonym(" Ana@Example.com ", as: .account, key: key)
        #expect(name == pseudonym("ana@example.com", as: .account, key: key))
        #expect(name != pseudonym("ana@example.com", as: .subject, key: key).replacingOccurrences(of: "subj-", with: "acct-"))
        #expect(name != pseudonym("ana@example.com", as: .account, key: [1]))
        #expect(pseudonym(name, as: .account, key: key) == name)
        #expect(name.utf8.count == 21 && name.hasPrefix("acct-"))
        #expect(pseudonym("ÄNNE\u{a0}", as: .subject, key: key) == pseudonym("änne", as: .subject, key: key))
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c", "printf 'account\\000ana@example.com' | openssl dgst -sha256 -hmac 'a key of the ledger' -binary | head -c 10 | base32 | tr A-Z a-z",
        ]
        process.standardOutput = pipe
        try process.run()
        let judged = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).trimmingCharacters(in: .newlines)
        process.waitUntilExit()
        #expect(name == "acct-" + judged)
    }

    @Test func peopleAreReplacedWhereTheyWereMapped() {
        let ana = pseudonym("ana", as: .account, key: key)
        let (out, changed, counts) = redact(#"{"u":"ANA","n":"ana"}"#, people: [("ANA", .account)])
        #expect(out == #"{"u":"\#(ana)","n":"ana"}"# && changed && counts == ["account": 1])
        #expect(redact(#"{"u":"\u0061na"}"#, people: [(#"\u0061na"#, .account)]).0 == #"{"u":"\#(ana)"}"#)
        #expect(redact(#"{"u":42}"#, people: [("42", .subject)]).0 == #"{"u":"\#(pseudonym("42", as: .subject, key: key))"}"#)
        #expect(redact(#"{"u":"\#(ana)"}"#, people: [(ana, .account)]).1 == false)
        #expect(redact(#"{"u":"ANA","m":"a@b.cd"}"#, people: [("ANA", .account)], mode: .none).0 == #"{"u":"\#(ana)","m":"a@b.cd"}"#)
        #expect(redact("a,\"x \"\"y\"\"\"", people: [("x \"\"y\"\"", .account)], shape: .csv).0 == "a,\"\(pseudonym("x \"y\"", as: .account, key: key))\"")
    }

    @Test func exemptValuesStay() {
        let (out, changed, _) = redact(#"{"id":"4111111111111111","note":"4111111111111111"}"#, exempt: ["4111111111111111"])
        #expect(out == #"{"id":"4111111111111111","note":"[redacted:card]"}"# && changed)
    }

    @Test func nothingFoundIsNothingChanged() {
        let text = #"{"a":"nothing to see","t":"2026-03-04T02:00:11Z"}"#
        let (out, changed, counts) = redact(text)
        #expect(out == text && !changed && counts.isEmpty)
    }

    @Test(arguments: [
        #"{"card":4111111111111111}"#, #"{"phone":[5555555555554444,-4111111111111111]}"#, #"{"a@b.cd":1,"c@b.cd":{"d@b.cd":2,"e@b.cd":3}}"#,
        #"{"m":"\nbob@example.com\n\"x"}"#,
        #"{"m":"PASSWORD 'a\"b\\'c'"}"#, #"{"m":"say \"password=\\\"x\\\"\" "}"#, #"{"m":"-----BEGIN PRIVATE KEY-----\nMII\\"}"#,
        #"{"m":"\u00e9@example.com","n":"\\u00e9bob@example.com"}"#,
        #"{"password":"a\"b","passwd":"","u":"https://x:y\\@host.example/"}"#, #"{"m":"password=\\"}"#,
    ])
    func jsonStaysJSON(record: String) throws {
        let before = try JSON.parse(Array(record.utf8))
        let (out, _, _) = redact(record)
        let after = try JSON.parse(Array(out.utf8))
        #expect(shape(before) == shape(after), "\(out)")
        #expect(redact(out).0 == out, "a second pass changes nothing")
    }

    /// Members and elements, whatever their names and values.
    func shape(_ value: JSON) -> String {
        switch value {
        case .object(let members): "{" + members.values.map(shape).sorted().joined() + "}"
        case .array(let values): "[" + values.map(shape).joined() + "]"
        default: "."
        }
    }

    @Test func aLocalPartInQuotesGoesWithItsQuotes() {
        #expect(redact(#"{"a":"to \"ada b\"@example.com","b":1}"#).0 == #"{"a":"to [redacted:email]","b":1}"#)
        #expect(redact(#"1,"to ""ada b""@example.com",2"#, shape: .csv).0 == #"1,"to [redacted:email]",2"#)
    }

    @Test func countsTellTheRule() {
        let (out, _, counts) = redact("mail a@b.cd or c@d.ef, card 4111111111111111", shape: .text)
        #expect(out == "mail [redacted:email] or [redacted:email], card [redacted:card]")
        #expect(counts == ["email": 2, "card": 1])
    }

    /// Where each pseudonym stands, if nothing else was replaced; and what is taken back is not counted.
    @Test func itSaysWhereThePseudonymsWent() throws {
        let record = Array(#"{"a":"ana","n":7,"t":true,"x":"mira@example.org"}"#.utf8)
        func range(_ text: String) -> Range<Int> {
            let start = (0..<record.count).first { record[$0...].starts(with: Array(text.utf8)) } ?? 0
            return start..<start + text.utf8.count
        }
        var redactor = Redactor(key: key, mode: .redact)
        var out: [UInt8] = []
        let people: [(range: Range<Int>, type: FieldType)] = [(range("ana"), .account), (range("7"), .subject), (range("mira@example.org"), .account)]
        #expect(record.withUnsafeBytes { redactor.redact($0, replacing: people, exempt: [], shape: .json, into: &out) })
        let moved = try #require(redactor.pseudonyms)
        #expect(moved.map(\.from) == people.map(\.range))
        let names = [("ana", Pseudonym.Role.account), ("7", .subject), ("mira@example.org", .account)].map { pseudonym($0, as: $1, key: key) }
        #expect(moved.map { String(decoding: out[$0.to], as: UTF8.self) } == names)
        #expect(moved.map { $0.end - $0.to.upperBound } == [0, 1, 0])
        #expect(redactor.counts == ["account": 2, "subject": 1])
        redactor.takeBack()
        redactor.takeBack()
        #expect(redactor.counts == [:])
        // An address that nobody named; and what is not the whole of a value as the mapping found it, or no pseudonym.
        #expect(record.withUnsafeBytes { redactor.redact($0, replacing: [people[0]], exempt: [], shape: .json, into: &out) })
        #expect(redactor.pseudonyms == nil && redactor.counts == ["account": 1, "email": 1])
        #expect(record.withUnsafeBytes { redactor.redact($0, replacing: [], exempt: [range("mira@example.org")], shape: .json, into: &out) } == false)
        #expect(redactor.pseudonyms?.count == 0)
        let blank = Array(#"{"a":" "}"#.utf8)
        _ = blank.withUnsafeBytes { redactor.redact($0, replacing: [(6..<7, .account)], exempt: [], shape: .json, into: &out) }
        #expect(redactor.pseudonyms == nil)
    }
}
