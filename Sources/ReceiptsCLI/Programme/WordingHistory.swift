import Assessment
import Controls
import Evidence
import Ledger
import SQLite

/// Every control's files as the ledger kept them: which wording was in force when.
struct WordingHistory {
    private let folder: ProgrammeFolder
    private let store: Store

    init(_ folder: ProgrammeFolder, _ store: Store) {
        self.folder = folder
        self.store = store
    }

    /// Of the entries below `size`, in the order of the ledger.
    func files(below size: Int) throws -> [ControlID: [KeptControlFile]] {
        let rows = try store.index.database.prepare(
            "SELECT name, artifact, occurred_at FROM catalogue_entry WHERE role = 'control' AND artifact < ? ORDER BY artifact")
        rows.bind(1, ArtifactID(entry: size, record: 0).packed)
        var files: [ControlID: [KeptControlFile]] = [:]
        while try rows.step() {
            guard let id = ControlID(rows.text(0)) else { continue }
            files[id, default: []].append(try file(ArtifactID(packed: rows.integer(1)), seenAt: Instant(nanoseconds: rows.integer(2))))
        }
        return files
    }

    private func file(_ id: ArtifactID, seenAt: Instant) throws -> KeptControlFile {
        let json = try store.ledger.withRecord(id) { try? JSON.parse($0.bytes) }
        guard let json = json ?? nil, let path = json["path"]?.text, let text = json["text"]?.text else {
            return KeptControlFile(seenAt: seenAt, control: nil, problem: "the ledger's copy of the file, \(id), cannot be read")
        }
        if json["removed"]?.flag == true { return KeptControlFile(removedAt: seenAt) }
        let file = CatalogueFile(path: path, bytes: Array(text.utf8))
        // Almost always it is the file that lies there today, which the same words have read already.
        if let today = folder.catalogue.controls.first(where: { $0.place.file == file.path && $0.text == file.bytes }) {
            return KeptControlFile(seenAt: seenAt, control: today)
        }
        do {
            let control = try loadControl(file: file, catalogue: folder.catalogue, root: folder.programme.paths.controls, examples: .left)
            return KeptControlFile(seenAt: seenAt, control: control)
        } catch {
            let why = error.all.first?.summary ?? "nothing says why"
            return KeptControlFile(seenAt: seenAt, control: nil, problem: "the wording then in force cannot be read today: \(why)")
        }
    }
}
