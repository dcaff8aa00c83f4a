import Evidence
import Mapping
import Testing

/// A record in which people alone were replaced is not read again, and its rows are those that reading it again gives.
@Suite struct FollowTests {
    private let fields: [(String, FieldType, String)] = [
        ("who", .account, "user.name | lower"), ("same", .account, "user.name"), ("whom", .subject, "people[1] | trim"),
        ("first", .subject, "people[0]"), ("either", .account, "owner ?? admin"), ("text", .text, "note"), ("amount", .integer, "n"),
        ("share", .number, "f"), ("many", .integer, "people | count"),
        ("flag", .boolean, "yes"), ("sum", .digest, "sum"), ("state", .oneOf(["on", "off"]), "state"), ("due", .instant, "due"),
    ]

    private func mapper(_ fields: [(String, FieldType, String)], when: [String] = []) throws -> Mapper {
        try Mapper(source: source(fields.map { ($0.0, $0.2) }, at: "t", when: when, id: "id"), kinds: [kind(fields.map { ($0.0, $0.1) })])
    }

    /// Each person's value by a pseudonym, as redaction does it: inside the quotes of a string, with quotes of its own instead of anything else.
    private func replaced(_ record: [UInt8], _ people: [(range: Range<Int>, type: FieldType)]) -> (bytes: [UInt8], moves: [Move]) {
        var (out, moves, copied): ([UInt8], [Move], Int) = ([], [], 0)
        for (range, type) in people where range.lowerBound >= copied {
            out += record[copied..<range.lowerBound]
            let isBare = record[range.lowerBound - 1] != UInt8(ascii: "\"")
            if isBare { out.append(34) }
            let start = out.count
            let letter = UInt8(ascii: "a") + UInt8(range.lowerBound % 26)
            out += Array("\(type == .account ? "acct" : "subj")-".utf8) + [UInt8](repeating: letter, count: 16)
            let end = out.count
            if isBare { out.append(34) }
            copied = range.upperBound
            moves.append(Move(from: range, to: start..<end, end: out.count))
        }
        return (out + record[copied...], moves)
    }

    private func shown(_ rows: RowBatch) -> String {
        rows.rows.prefix(rows.count).map { row in
            let cells = row.cells.map { cell in if case .text(let range) = cell { "'\(row.text(range))'" } else { "\(cell)" } }
            return "\(row.yield) \(row.nativeID.map(row.text) ?? "-") \(String(describing: row.occurredAt)) \(cells)"
        }.joined(separator: "\n")
    }

    private func record(_ chance: inout some RandomNumberGenerator) -> String {
        func pick(_ all: String...) -> String { all.randomElement(using: &chance) ?? "" }
        func person() -> String {
            pick(#""ana""#, #""Ana B""#, #""\u00e9ve \"x\"""#, #""a\\b""#, "7", "-1.5e3", "true", "null", #""""#, #"{"a":"b"}"#, #"["c"]"#, "\"\u{1F9FE}\"")
        }
        var members = [
            #""id":"\#(Int.random(in: 0...99, using: &chance))""#, #""t":"2026-01-0\#(Int.random(in: 1...9, using: &chance))T00:00:00Z""#,
            #""user":{"x":\#(person()),"name":\#(person()),"z":[\#(person())]}"#,
            "\"people\":[\((0...Int.random(in: 0...3, using: &chance)).map { _ in person() }.joined(separator: pick(",", " , ", ",\n")))]",
            #""note":\#(pick(#""plain""#, #""with \n and \u0041""#, "12", "null", #""ana""#))"#, #""owner":\#(person()),"admin":\#(person())"#,
            #""n":\#(pick("1", "-3.0", #""4""#, "1e2", #""five""#)),"f":\#(pick("0.1", "1e-7", #""2.5""#, "true"))"#,
            #""yes":\#(pick("true", "false", #""1""#, "0"))"#, #""sum":\#(pick(#""ab12""#, #""sha256:00ff""#, #""no""#))"#,
            #""state":\#(pick(#""on""#, #""off""#, #""else""#))"#, #""due":\#(pick(#""2026-02-03T04:05:06Z""#, #""soon""#))"#,
        ]
        members = members.filter { _ in Int.random(in: 0...9, using: &chance) > 0 }
        members.shuffle(using: &chance)
        return "{" + members.joined(separator: pick(",", ", ", " ,\t")) + "}"
    }

    @Test(arguments: [[], ["user.name | exists"], ["owner | missing | not"]]) func itsRowsAreThoseOfWhatIsStored(when: [String]) throws {
        let mapper = try mapper(fields, when: when)
        #expect(mapper.readsPeoplePlainly)
        var chance = Chance(seed: 7)
        var (once, again) = (RecordMapper(mapper), RecordMapper(mapper))
        var (rows, judged) = (RowBatch(), RowBatch())
        var (followed, moved) = (0, 0)
        for i in 0..<20_000 {
            let bytes = Array(record(&chance).utf8)
            let outcome = bytes.withUnsafeBytes { again.map($0, shape: .json, ordinal: i, originName: [1], into: &judged) }
            try bytes.withUnsafeBytes { bytes in
                guard once.read(bytes, shape: .json, ordinal: i, originName: [1]) else {
                    guard case .reject = outcome else { return #expect(Bool(false), "\(String(decoding: bytes, as: UTF8.self))") }
                    return
                }
                var (people, others): ([(range: Range<Int>, type: FieldType)], [(range: Range<Int>, type: FieldType)]) = ([], [])
                var (exempt, free): ([Range<Int>], [Range<Int>]) = ([], [])
                once.sensitiveRanges(replacing: &people, exempt: &exempt)
                if case .rows = outcome {
                    again.sensitiveRanges(replacing: &others, exempt: &free)
                    #expect(people.map(\.range) == others.map(\.range) && people.map(\.type) == others.map(\.type) && exempt == free)
                }
                let (stored, moves) = replaced(Array(bytes), people)
                try stored.withUnsafeBytes { stored in
                    let expected = again.map(stored, shape: .json, ordinal: i, originName: [1], into: &judged)
                    once.follow(moves, to: stored)
                    let isMade = once.makeRows(into: &rows)
                    // What is a reject as it was read is one as it is stored.
                    if case .reject = outcome { try #require(!isMade, "\(String(decoding: bytes, as: UTF8.self))") }
                    guard case .rows = expected else { return #expect(!isMade) }
                    try #require(isMade && shown(rows) == shown(judged), "\(String(decoding: bytes, as: UTF8.self))")
                    followed += 1
                    moved += moves.isEmpty ? 0 : 1
                }
            }
        }
        #expect(followed > 200 && moved > 100)
    }

    /// What a row or a condition has of a person must be nothing but the text, or whether there is one.
    @Test(arguments: [
        ("user.name | lower | trim | upper", FieldType.account, true), ("user ?? owner", .subject, true), ("user | join('-', id)", .account, false),
        ("items[kind=a].user", .account, false), ("user ?? @ordinal", .account, true),
    ]) func aMappingThatLooksIntoPeopleIsNotFollowed(_ expression: String, _ type: FieldType, _ isPlain: Bool) throws {
        #expect(try mapper([("who", type, expression), ("text", .text, "note")]).readsPeoplePlainly == isPlain)
    }

    @Test func norOneThatReadsThemElsewhereOrAtAllTheLine() throws {
        #expect(try mapper([("who", .account, "user"), ("sum", .digest, "user")]).readsPeoplePlainly == false)
        #expect(try mapper([("who", .account, "user"), ("text", .text, "user | part('@', 2)")]).readsPeoplePlainly == false)
        #expect(try mapper([("who", .account, "user"), ("text", .text, "@line")]).readsPeoplePlainly == false)
        #expect(try mapper([("who", .account, "user"), ("text", .text, "user")]).readsPeoplePlainly)
        #expect(try mapper([("who", .account, "user")], when: ["user | not"]).readsPeoplePlainly == false)
        // In a list of one element these are one place.
        #expect(try mapper([("who", .account, "users[0]")], when: ["users[-1] | equals('root')"]).readsPeoplePlainly == false)
        #expect(try mapper([("who", .account, "users[-1]"), ("text", .text, "users[-2].x | part('-', 2)")]).readsPeoplePlainly)
        #expect(try mapper([("who", .account, "user")], when: ["note | matches('a*')"]).readsPeoplePlainly)
    }
}

private struct Chance: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
