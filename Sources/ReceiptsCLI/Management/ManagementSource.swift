import Assessment
import Controls
import Evidence
import Ledger

/// What management enters by command as evidence: frozen populations, draws, decisions, attestations. Records of no kind: no control reads them, and
/// a programme whose catalogue is older than them can hold them. docs/design/0006-samples.md.
enum ManagementSource {
    static let id = SourceID(trusted: "management")

    static let definition: SourceDefinition = {
        let place = Place(file: "receipts.yaml")
        return SourceDefinition(
            id: id, title: "Samples, decisions and attestations", owner: "compliance",
            connector: .files(FilesSettings(path: "entered by receipts sample, decide and attest", decoder: .document, place: place)),
            personalData: .none, coverage: .none, yields: [], zone: .utc, place: place, digest: "management 1")
    }()
}

extension Store {
    /// Everything that management entered below a head, in the order of the ledger.
    func statements(below size: Int) throws -> Statements {
        var statements = Statements()
        for entry in try managementPulls(below: size) {
            try ledger.forEachRecord(of: entry) { record in
                guard record.role == .data || record.role == .erased else { return }
                statements.add(record.id, try? JSON.parse(record.bytes))
            }
        }
        return statements
    }

    private func managementPulls(below size: Int) throws -> [Int] {
        let rows = try index.database.prepare("SELECT entry FROM pull WHERE source = ? AND entry < ? ORDER BY entry")
        rows.bind(1, ManagementSource.id.text)
        rows.bind(2, size)
        var entries: [Int] = []
        while try rows.step() { entries.append(rows.int(0)) }
        return entries
    }

    /// The list as it was frozen; nil where its bytes are not those that were hashed, which only an erasure explains.
    func list(of frozen: FrozenPopulation) throws -> FrozenList? {
        var bytes: [UInt8] = []
        try ledger.forEachRecord(of: frozen.id.entry) { record in
            guard record.role == .data, let json = try? JSON.parse(record.bytes), let part = FrozenListPart.lines(json), part.of == frozen.name else {
                return
            }
            bytes += part.lines.utf8
        }
        guard let list = FrozenList(bytes), list.digest.description == frozen.listDigest else { return nil }
        return list
    }
}
