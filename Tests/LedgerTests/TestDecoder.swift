import Evidence
import Ledger

let place = Place(file: "test.yaml", line: 1)

/// Two kinds with every sort of column.
let kinds = [
    Kind(
        name: KindName(trusted: "event"), title: "Event", description: "Something that happened.",
        fields: [field("text", .text), field("amount", .integer), field("share", .number), field("due", .instant)],
        indexes: [["occurred_at", "text"], ["due", "due_latest", "amount"]],
        byDay: DayCounts(by: ["text", "share"], sign: ["amount", "share"], has: ["amount"]), place: place),
    Kind(name: KindName(trusted: "extra"), title: "Extra", description: "A second row.", fields: [field("word", .text)], place: place),
]

private func field(_ name: String, _ type: FieldType) -> Field { Field(name: name, type: type, description: "", isRequired: false) }

/// `{"at": …, "id": …, "text": …, "amount": …, "share": …, "due": …, "word": …}`, each member optional.
struct TestDecoder: RowDecoder {
    var header = ""

    mutating func begin(source: SourceID) { header = "" }
    mutating func origin(_ json: JSON) { header = json["header"]?.text ?? "" }

    mutating func rows(of record: StoredRecord, _ body: (Int, borrowing Row) throws -> Void) throws -> String? {
        guard let json = try? JSON.parse(record.bytes) else { return "not JSON" }
        var row = Row()
        row.occurredAt = json["at"]?.text.flatMap { Instant($0) }.map { Span($0) }
        row.nativeID = json["id"]?.text.map { add($0, to: &row) }
        row.cells = [text(json["text"]?.text.map { header + $0 }, in: &row), .null, .null, .null]
        if let amount = json["amount"]?.int { row.cells[1] = .integer(Int64(amount)) }
        if case .number(let share)? = json["share"] { row.cells[2] = .number(share) }
        if let due = json["due"]?.text.flatMap({ Instant($0) }) { row.cells[3] = .instant(Span(due)) }
        try body(0, row)
        guard let word = json["word"]?.text else { return nil }
        var second = Row()
        second.nativeID = add("second of \(word)", to: &second)
        second.cells = [text(word, in: &second)]
        try body(1, second)
        return nil
    }

    private func add(_ text: String, to row: inout Row) -> Range<Int> {
        let start = row.arena.count
        row.arena += Array(text.utf8)
        return start..<row.arena.count
    }

    private func text(_ text: String?, in row: inout Row) -> Cell { text.map { .text(add($0, to: &row)) } ?? .null }
}
