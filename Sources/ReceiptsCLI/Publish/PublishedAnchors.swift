import Anchors
import Evidence
import Ledger
import Seal
import Verification

extension AnchorViews {
    /// What witnesses and holders wrote: base64 may look like something by chance.
    var texts: [String] {
        let files = anchors.flatMap(\.files).filter { $0.name.hasSuffix(".txt") }
        return files.flatMap { $0.bytes.split(separator: 10) }.map { String(decoding: $0, as: UTF8.self) }
    }
}

/// The anchors that go into a revision: all that the ledger holds when it is made, those behind its pinned head too.
struct PublishedAnchors {
    let anchors: [PublishedAnchor]

    /// From the ledger itself.
    init(_ store: Store, head: PinnedHead) throws {
        let stored = try store.ledger.anchors()
        var leaves: [Digest32] = []
        if !stored.isEmpty { try store.ledger.forEachEntry { _, bytes in leaves.append(TreeHash.leaf(bytes)) } }
        anchors = stored.map { PublishedAnchor($0, head: (head.size, head.note), leaves: leaves) }
    }

    /// From an archive's folder of anchors, as it lies there.
    init(archived folder: String) throws {
        guard Files.isFolder(folder) else {
            anchors = []
            return
        }
        var files: [String: [UInt8]] = [:]
        for name in try Files.list(folder) where !Files.isFolder(folder + "/" + name) { files[name] = try Files.read(folder + "/" + name) }
        anchors = PublishedAnchor.read(files).anchors
    }

    func views(_ roots: TrustRoots, head: PinnedHead) throws -> AnchorViews {
        let standing = AnchorStanding(
            stored: anchors.map(\.stored), outside: .none, roots: roots, origin: .reader, wanted: head.size, size: head.size)
        if let flaw = standing.findings.first { throw LedgerError.damaged(nil, reason: flaw) }
        let views = zip(anchors, standing.lines).map { anchor, line in
            AnchorView(
                entry: anchor.stored.entry, kind: line.kind, by: line.by, size: anchor.stored.anchor.size,
                time: anchor.stored.anchor.said?.time ?? Span(anchor.stored.anchor.at), state: line.state, files: anchor.files)
        }
        return AnchorViews(words: standing.words, bounds: standing.bounds, anchors: views)
    }
}
