import Assessment
import Controls
import Evidence

/// One record: its bytes made safe to look at, what they were read as, and the way from them to the signed tree head.
enum ArtifactPage {
    /// Of the excerpt; the raw file has every byte.
    static let excerptBytes = 16_000
    static let excerptLines = 300

    private static let line = Shape("a line", text: ["number", "text"])
    private static let field = Shape("a field", text: ["name", "value"], flags: ["absent"])
    private static let row = Shape("a row", text: ["kind"], lists: [("fields", field)])
    private static let use = Shape("a use", text: ["control", "href", "item_href", "ordinal", "key", "verdict", "class", "column"])
    private static let step = Shape("a proof step", text: ["number", "side", "hash"])
    static let shape = Shape(
        page: "an artifact page",
        text: [
            "id", "role", "source", "source_title", "source_href", "fidelity", "origin", "ordinal", "occurred", "occurred_wall", "collected", "sealed",
            "not_before", "not_after", "leaf",
            "digest", "size", "raw", "reason", "sheet", "record_index", "record_count", "records_root", "entry_index", "entry", "proof_text",
            "leaf_file", "entry_file", "path_file", "proof_file", "checkpoint_size", "excerpt_lines",
        ],
        flags: ["cut", "proved", "rejected", "is_sheet"],
        lists: [("lines", line), ("rows", row), ("uses", use), ("steps", step)])

    static func writeAll<W: PageWriter>(_ shown: ShownArtifacts, _ records: some EditionRecords, _ press: inout Press<W>) throws {
        var raws: Set<Digest> = []
        for id in shown.sorted {
            let artifact = try records.artifact(id)
            if raws.insert(artifact.leaf).inserted { try press.file(Paths.raw(artifact.leaf), artifact.bytes) }
            if let proof = artifact.proof { try writeProof(id, proof, to: &press.writer) }
            try write(artifact, shown, &press)
        }
    }

    /// The four small files that proof/verify.sh.txt reads.
    fileprivate static func writeProof(_ id: ArtifactID, _ proof: ArtifactProof, to writer: inout some PageWriter) throws {
        try writer.write(path: Paths.proof(id, "leaf"), bytes: proof.preimage)
        try writer.write(path: Paths.proof(id, "entry"), bytes: proof.entry)
        var path = "record \(proof.recordIndex) of \(proof.recordCount)\n"
        for hash in proof.recordPath { path += Base64.encode(hash.bytes) + "\n" }
        try writer.write(path: Paths.proof(id, "path"), bytes: Array(path.utf8))
        try writer.write(path: Paths.proof(id, "proof"), bytes: Array(proof.tlogProof.utf8))
    }

    private static func write<W: PageWriter>(_ artifact: ArtifactView, _ shown: ShownArtifacts, _ press: inout Press<W>) throws {
        let id = artifact.id
        let edition = press.edition
        let around = press.around
        let source = edition.sources.first { $0.definition.id == artifact.source }
        let digest = press.writer.digest(of: artifact.bytes)
        let uses = shown.uses[id] ?? []
        let usedBy = uses.isEmpty ? "" : ", used by \(Set(uses.map(\.control)).sorted().map(\.text).joined(separator: ", "))"
        let head = PageHead(
            Paths.artifact(id), title: id.description,
            heading: "\(id): \(artifact.role.title) of \(source?.definition.title ?? artifact.source.text)\(usedBy)",
            crumbs: [("Evidence", "artifacts.html")])
        try press.page(.artifact, head) { values in
            values.set("id", id.description)
            values.set("role", artifact.role.title)
            values.set("source", artifact.source.text)
            values.set("source_title", source?.definition.title ?? artifact.source.text)
            values.set("source_href", source == nil ? "" : Paths.source(artifact.source))
            values.set("fidelity", restsOn(artifact, source?.definition, edition.catalogue))
            values.set("origin", artifact.originName ?? "")
            values.set("ordinal", artifact.ordinal.map(String.init) ?? "")
            values.set("occurred", artifact.occurredAt.map { Words.span($0) } ?? "")
            values.set("occurred_wall", artifact.occurredAt.map { $0.isExact ? around.wall($0.earliest) : around.day($0) } ?? "")
            values.set("collected", artifact.collectedAt.description)
            values.set("sealed", artifact.sealedAt?.description ?? "not sealed")
            let bounds = edition.anchors.bounds.of(id.entry)
            values.set("not_before", AnchorRows.notBefore(bounds))
            values.set("not_after", AnchorRows.notAfter(bounds))
            values.set("leaf", artifact.leaf.description)
            values.set("digest", digest.description)
            values.set("size", artifact.bytes.count)
            values.set("raw", Paths.raw(artifact.leaf))
            values.set("reason", artifact.reason ?? "")
            values.flag("rejected", artifact.role == .reject || artifact.role == .conflict)
            values.flag("is_sheet", artifact.role == .sheet)
            let sheet = ArtifactID(entry: id.entry, record: 0)
            values.set("sheet", id.record != 0 && shown.contains(sheet) ? Paths.artifact(sheet) : "")
            excerpt(&values, artifact.bytes)
            rows(&values, artifact, around.directory)
            usesRows(&values, uses, around)
            proof(&values, id, artifact.proof, edition)
        }
    }

    /// In words: what was replaced before storing is not as it was received.
    private static func restsOn(_ artifact: ArtifactView, _ source: SourceDefinition?, _ catalogue: Catalogue) -> String {
        if artifact.role == .sheet { return "written by this program" }
        guard artifact.fidelity == .asReceived, let source else { return artifact.fidelity.rawValue }
        let people = source.yields.contains { yield in
            catalogue.kind(yield.kind)?.fields.contains { $0.type == .account || $0.type == .subject } ?? false
        }
        return source.personalData == .redact || people ? "as received, after redaction" : artifact.fidelity.rawValue
    }

    private static func excerpt(_ values: inout PageValues, _ bytes: [UInt8]) {
        let part = bytes.prefix(excerptBytes)
        var lines = part.split(separator: 10, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        values.flag("cut", part.count < bytes.count || lines.count > excerptLines)
        values.set("excerpt_lines", min(lines.count, excerptLines))
        for (i, line) in lines.prefix(excerptLines).enumerated() {
            values.add("lines") {
                $0.set("number", i + 1)
                $0.set("text", bytes: line)
            }
        }
    }

    private static func rows(_ values: inout PageValues, _ artifact: ArtifactView, _ directory: StaffDirectory) {
        for row in artifact.rows {
            values.add("rows") { values in
                values.set("kind", row.kind.text)
                for (name, value) in row.fields {
                    values.add("fields") {
                        $0.set("name", name)
                        $0.set("value", value.map(directory.named) ?? "not in the record")
                        $0.flag("absent", value == nil)
                    }
                }
            }
        }
    }

    private static func usesRows(_ values: inout PageValues, _ uses: [ShownArtifacts.Use], _ around: Surroundings) {
        for use in uses.prefix(100) {
            values.add("uses") {
                $0.set("control", use.control.text)
                $0.set("href", Paths.control(use.control))
                $0.set("item_href", around.href(use.control, use.ordinal))
                $0.set("ordinal", use.ordinal)
                $0.set("key", around.directory.named(use.key))
                $0.set("verdict", use.verdict.title)
                $0.set("class", use.verdict.rawValue)
                $0.set("column", ItemRows.evidenceName(use.column))
            }
        }
    }

    private static func proof(_ values: inout PageValues, _ id: ArtifactID, _ proof: ArtifactProof?, _ edition: Edition) {
        values.flag("proved", proof != nil)
        values.set("record_index", proof?.recordIndex ?? id.record)
        values.set("record_count", proof.map { String($0.recordCount) } ?? "")
        values.set("records_root", proof?.recordsRoot.description ?? "")
        values.set("entry_index", proof?.entryIndex ?? id.entry)
        values.set("entry", bytes: proof?.entry ?? [])
        values.set("proof_text", proof?.tlogProof ?? "")
        for part in ["leaf", "entry", "path", "proof"] { values.set(part + "_file", proof == nil ? "" : Paths.proof(id, part)) }
        values.set("checkpoint_size", edition.seal.size)
        guard let proof else { return }
        let sides = MerklePath.sides(index: proof.recordIndex, count: proof.recordCount, steps: proof.recordPath.count)
        for (i, (hash, side)) in zip(proof.recordPath, sides).enumerated() {
            values.add("steps") {
                $0.set("number", i + 1)
                $0.set("side", side == .left ? "on the left" : "on the right")
                $0.set("hash", hash.description)
            }
        }
    }
}

/// The record's bytes and its proof, where a portal has them.
package func writeArtifact(_ artifact: ArtifactView, to writer: inout some PageWriter) throws {
    try writer.write(path: Paths.raw(artifact.leaf), bytes: artifact.bytes)
    if let proof = artifact.proof { try ArtifactPage.writeProof(artifact.id, proof, to: &writer) }
}

/// On which side the siblings of an RFC 6962 inclusion proof stand (RFC 9162 section 2.1.3.2).
enum MerklePath {
    enum Side { case left, right }

    static func sides(index: Int, count: Int, steps: Int) -> [Side] {
        var (node, last) = (index, count - 1)
        var sides: [Side] = []
        while sides.count < steps {
            if node & 1 == 1 || node == last {
                sides.append(.left)
                while node & 1 == 0, node != 0 { (node, last) = (node >> 1, last >> 1) }
            } else {
                sides.append(.right)
            }
            (node, last) = (node >> 1, last >> 1)
        }
        return sides
    }
}
