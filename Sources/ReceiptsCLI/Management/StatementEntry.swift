import Connectors
import Evidence
import Ledger
import Redaction
import Seal

extension CollectRun {
    /// Enters what management says as a pull of its own and signs the head. Answers with the ids of the records, in their order.
    ///
    /// No run ends by it: as of when controls are tested does not move, and so no verdict does.
    func enter(_ records: [JSON], command: String) throws -> [ArtifactID] {
        try store.prepareToSign(folder)
        try requireClockForward()
        try store.catchUp()
        let at = world.now()
        let entry = try store.ledger.size()
        var report = Report()
        try record(ManagementSource.definition, Window(start: at, end: at), at, try folder.pseudonymKey(), known: [:], into: &report) { collector in
            try collector.origin(Origin(name: "receipts \(command)"))
            for (i, json) in records.enumerated() {
                try json.canonicalBytes.withUnsafeBytes { try collector.record($0, ordinal: i + 1, shape: .json) }
            }
            return PullReport(outcome: .complete, query: "receipts \(command)")
        }
        _ = try store.sealer(folder).seal()
        guard report.pulls.first?.kept == records.count else {
            throw CommandError(.badInput, "the ledger has just this already, entered at the same instant", hint: "nothing new was kept of it")
        }
        // Record 1 says where they come from.
        return records.indices.map { ArtifactID(entry: entry, record: $0 + 2) }
    }
}

/// Texts that people write into records which are published.
enum StatementText {
    static let limit = 2000

    /// What looks like personal data or a secret would stop every later publication, so it is refused before it is kept.
    static func check(_ texts: [(name: String, text: String?)]) throws {
        for (name, text) in texts {
            guard let text else { continue }
            let bytes = Array(text.utf8)
            guard !bytes.isEmpty, bytes.count <= limit else {
                throw CommandError(.usage, "\(name) must hold 1 to \(limit) bytes, found \(bytes.count)")
            }
            guard !bytes.contains(where: { $0 < 32 || $0 == 127 }) else { throw CommandError(.usage, "\(name) holds a line end or another control character") }
            if let hit = bytes.withUnsafeBytes({ LeakScan.scan($0) }).first {
                throw CommandError(
                    .badInput, "\(name) holds what looks like \(hit.rule.rawValue) at byte \(hit.range.lowerBound)",
                    hint: "it is published as it stands: name people by their work id, and no customer at all")
            }
        }
    }
}
