import Evidence
import Mapping

let place = Place(file: "receipts.yaml", line: 7)

func named(_ name: String, _ text: String) -> NamedExpression { NamedExpression(name: name, text: text, place: place) }

func kind(_ fields: [(String, FieldType)], required: Set<String> = []) -> Kind {
    Kind(
        name: KindName(trusted: "thing"), title: "Thing", description: "A thing.",
        fields: fields.map { Field(name: $0.0, type: $0.1, description: "what it is", isRequired: required.contains($0.0)) }, place: place)
}

func source(
    _ fields: [(String, String)], at: String = "t", when: [String] = [], id: String? = nil, decoder: DecoderSettings = .jsonLines(records: nil),
    zone: String = "UTC", clock: Duration = .zero, kind: String = "thing"
) -> SourceDefinition {
    let yield = YieldDefinition(
        kind: KindName(trusted: kind), when: when.map { named("when", $0) }, id: id.map { named("id", $0) }, at: named("at", at),
        fields: fields.map { named($0.0, $0.1) }, place: place)
    return SourceDefinition(
        id: SourceID(trusted: "things"), title: "Things", owner: "platform",
        connector: .files(FilesSettings(path: "x", decoder: decoder, place: place)), personalData: .redact, coverage: .none, yields: [yield],
        zone: Zone(zone) ?? .utc, clockError: clock, place: place, digest: "")
}

/// One record through one mapping, and its cells as text.
struct Mapped {
    var outcome: MapOutcome
    var cells: [String] = []
    var id: String?
    var at: Span?
    var replacing: [String] = []
    var exempt: [String] = []
    /// What is replaced of it where it was rejected.
    var replacingOfReject: [String] = []

    var reason: String {
        if case .reject(let reason) = outcome { return reason.text }
        return ""
    }
}

func map(
    _ record: String, _ fields: [(String, FieldType, String)], at: String = "'2026-01-01T00:00:00Z'", when: [String] = [], id: String? = nil,
    decoder: DecoderSettings = .jsonLines(records: nil), zone: String = "UTC", header: String? = nil, required: Set<String> = []
) throws -> Mapped {
    try map(bytes: Array(record.utf8), fields, at: at, when: when, id: id, decoder: decoder, zone: zone, header: header, required: required)
}

func map(
    bytes: [UInt8], _ fields: [(String, FieldType, String)], at: String = "'2026-01-01T00:00:00Z'", when: [String] = [], id: String? = nil,
    decoder: DecoderSettings = .jsonLines(records: nil), zone: String = "UTC", header: String? = nil, required: Set<String> = []
) throws -> Mapped {
    let source = source(fields.map { ($0.0, $0.2) }, at: at, when: when, id: id, decoder: decoder, zone: zone)
    let mapper = try Mapper(source: source, kinds: [kind(fields.map { ($0.0, $0.1) }, required: required)])
    var record = RecordMapper(mapper)
    var rows = RowBatch()
    var shape = RecordShape.json
    if case .text = decoder { shape = .text }
    if let header { shape = .csv(header: mapper.header(Array(header.utf8))) }
    return bytes.withUnsafeBytes { raw in
        var result = Mapped(outcome: record.map(raw, shape: shape, ordinal: 3, originName: Array("a/b.jsonl".utf8), into: &rows))
        if rows.count > 0 {
            let row = rows.rows[0]
            result.cells = row.cells.map { shown($0, row) }
            result.id = row.nativeID.map { row.text($0) }
            result.at = row.occurredAt
        }
        var replacing: [(range: Range<Int>, type: FieldType)] = []
        var exempt: [Range<Int>] = []
        record.sensitiveRanges(replacing: &replacing, exempt: &exempt)
        result.replacing = shown(replacing, raw)
        result.exempt = exempt.map { String(decoding: raw[$0], as: UTF8.self) }
        if case .reject = result.outcome {
            record.peopleOfReject(raw, shape, isMapped: true, into: &replacing)
            result.replacingOfReject = shown(replacing, raw)
        }
        return result
    }
}

private func shown(_ ranges: [(range: Range<Int>, type: FieldType)], _ raw: UnsafeRawBufferPointer) -> [String] {
    ranges.map { $0.type.name + ":" + String(decoding: raw[$0.range], as: UTF8.self) }
}

private func shown(_ cell: Cell, _ row: Row) -> String {
    switch cell {
    case .null: "NULL"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let range): row.text(range)
    case .instant(let span): span.isExact ? "\(span.earliest)" : "\(span.earliest)..\(span.latest)"
    }
}

func problems(
    _ fields: [(String, String)], kind: Kind, at: String = "t", when: [String] = [], decoder: DecoderSettings = .jsonLines(records: nil)
) -> [Diagnostic] {
    do throws(Diagnostics) {
        _ = try Mapper(source: source(fields, at: at, when: when, decoder: decoder), kinds: [kind])
        return []
    } catch { return error.all }
}
