import Evidence
import SQLite
import Seal

/// A head that somebody holds outside of the ledger.
package struct OutsideHead: Sendable {
    /// How it is called in a finding.
    package let name: String
    package let head: SignedHead
    package init(name: String, head: SignedHead) {
        self.name = name
        self.head = head
    }
}

extension CheckpointVerifier {
    /// As `open`, but lines of others (witnesses) may stand under the note too: what comes back from outside.
    package func openReturned(_ note: [UInt8]) -> SignedHead? {
        guard let signed = try? SignedNote(note) else { return nil }
        return signed.lines.lazy.filter { $0.name.utf8.elementsEqual(origin.utf8) }.compactMap { open(signed.text + [10] + $0.text) }.first
    }

    /// The head of an anchor's checkpoint.
    package func open(_ checkpoint: [UInt8], of kind: AnchorKind) -> SignedHead? {
        kind.isIndependent ? open(checkpoint) : openReturned(checkpoint)
    }
}

/// Heads that a ledger's own anchors and an auditor's copies speak of, held against the tree that its entries form.
struct VouchedHeads {
    private let signer: CheckpointVerifier
    private var inside: [(entry: Int, size: Int, head: SignedHead?)] = []
    private let outside: [OutsideHead]

    init(_ signer: CheckpointVerifier, outside: [OutsideHead]) {
        self.signer = signer
        self.outside = outside
    }

    /// Before the walk over the entries: which roots it has to keep. Throws what reading throws; an anchor that is not whole is left to the walk.
    mutating func read(_ ledger: LedgerFile) throws {
        try ledger.forEachAnchorEntry { seq, anchor in
            do {
                let stored = try ledger.storedAnchor(seq, anchor)
                inside.append((seq, anchor.size, signer.open(stored.checkpoint, of: anchor.kind)))
            } catch LedgerError.damaged {
                return
            }
        }
    }

    var sizes: [Int] { inside.compactMap { $0.head?.size } + outside.map(\.head.size) }

    /// `isCut`: of heads of more than these entries nothing can be told.
    func findings(_ roots: [Int: Digest32], entries: Int, isCut: Bool) -> [LedgerFinding] {
        let inside = inside.filter { !isCut || $0.head?.size ?? 0 <= entries }
        let outside = outside.filter { !isCut || $0.head.size <= entries }
        return inside.compactMap { anchor in
            flaw(anchor, roots).map { LedgerFinding(.anchor, "of entry \(anchor.entry)", $0) }
        } + outside.compactMap { outside in flaw(outside.head, roots, entries).map { LedgerFinding(.anchor, outside.name, $0) } }
    }

    private func flaw(_ anchor: (entry: Int, size: Int, head: SignedHead?), _ roots: [Int: Digest32]) -> String? {
        guard let head = anchor.head else { return "its checkpoint is none that the ledger's key signed" }
        if head.size != anchor.size { return "its checkpoint is of size \(head.size), the entry says \(anchor.size)" }
        if head.size > anchor.entry { return "it is over a head that did not exist yet" }
        return roots[head.size] == head.root ? nil : "it is over another tree than the entries form"
    }

    private func flaw(_ head: SignedHead, _ roots: [Int: Digest32], _ entries: Int) -> String? {
        if head.size > entries { return "holds \(head.size) entries, the ledger has \(entries): it was rolled back or made anew" }
        return roots[head.size] == head.root ? nil : "the ledger is not the one that this head of \(head.size) entries is of: it was made anew, or is a fork"
    }
}
