import Connectors
import Evidence
import Ledger
import Mapping
import Redaction

/// The mappings in force, source by source: how stored bytes become rows, at collection, in a rebuild and in a verification alike.
struct Mappings: Sendable {
    struct Entry: Sendable {
        let source: SourceDefinition
        let mapper: Mapper
        /// By yield: the number of its kind in the catalogue's list.
        let tables: [Int]
    }
    let entries: [SourceID: Entry]

    init(sources: [SourceDefinition], kinds: [Kind]) throws {
        var entries: [SourceID: Entry] = [:]
        var problems: [Diagnostic] = []
        for source in sources {
            do throws(Diagnostics) {
                let mapper = try Mapper(source: source, kinds: kinds)
                let tables = source.yields.map { yield in kinds.firstIndex { $0.name == yield.kind } ?? 0 }
                entries[source.id] = Entry(source: source, mapper: mapper, tables: tables)
            } catch { problems += error.all }
        }
        guard problems.isEmpty else { throw Diagnostics(problems) }
        self.entries = entries
    }
}

/// Re-derives rows from the ledger. Records of a source that is no longer configured give none.
struct MappingDecoder: RowDecoder {
    private let mappings: Mappings
    private var mapper: RecordMapper?
    private var entry: Mappings.Entry?
    /// The entry's, apart from it: it is asked for each row.
    private var tables: [Int] = []
    private var shape = RecordShape.json
    private var originName: [UInt8] = []
    private var batch = RowBatch()

    init(_ mappings: Mappings) { self.mappings = mappings }

    mutating func begin(source: SourceID) {
        entry = mappings.entries[source]
        tables = entry?.tables ?? []
        mapper = entry.map { RecordMapper($0.mapper) }
        originName = []
        shape = entry.map { MappingDecoder.shape($0, header: []) } ?? .json
    }

    mutating func origin(_ json: JSON) {
        originName = Array((json["name"]?.text ?? "").utf8)
        mapper?.takenAt = json["taken_at"]?.text.flatMap { Instant($0) }
        guard let entry else { return }
        shape = MappingDecoder.shape(entry, header: Array((json["header"]?.text ?? "").utf8))
    }

    static func shape(_ entry: Mappings.Entry, header: [UInt8]) -> RecordShape {
        switch entry.source.connector.decoder {
        case nil: return .json
        case .csv: return .csv(header: entry.mapper.header(header))
        case .text: return .text
        case .json, .jsonLines, .xml, .junit, .document, .zipMember: return .json
        }
    }

    mutating func rows(of record: StoredRecord, _ body: (Int, borrowing Row) throws -> Void) throws -> String? {
        switch mapper?.map(record.bytes, shape: shape, ordinal: record.ordinal, originName: originName, into: &batch) {
        case nil: return nil
        case .reject(let reason)?: return reason.text
        case .rows(let count)?:
            for i in 0..<count { try body(tables[batch.rows[i].yield], batch.rows[i]) }
            return nil
        }
    }
}

extension RecordShape {
    var redaction: RedactionShape {
        switch self {
        case .json: .json
        case .csv: .csv
        case .text: .text
        }
    }
}
