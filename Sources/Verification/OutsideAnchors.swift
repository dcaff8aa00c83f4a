import Anchors
import Archive
import Evidence
import Ledger
import Seal

/// What a reader brings along to hold a ledger or archive against: their own copies, which nobody could change with it.
package struct OutsideAnchors: Sendable {
    /// Heads that the ledger must extend.
    package private(set) var heads: [OutsideHead] = []
    package private(set) var anchored: [Anchored] = []
    package private(set) var lines: [AnchorLine] = []
    /// What contradicts the subject.
    package private(set) var findings: [String] = []
    /// Of those that cannot be used: they say nothing against the subject, and what they were brought for is not shown.
    package private(set) var unusable: [String] = []

    package static let none = OutsideAnchors()
    private init() {}

    /// `files`: their paths. `notes`: the checkpoints that the subject itself holds. Throws where a file cannot be read or is no anchor.
    package init(files: [String], signer: CheckpointVerifier, notes: [KnownNote], roots: TrustRoots) throws {
        var given: [(path: String, file: AnchorFile)] = []
        for path in files {
            guard let file = AnchorFile(try SmallFile.read(path, limit: AnchorProof.sizeLimit)) else { throw AnchorError.noAnchor(path) }
            given.append((path, file))
        }
        var notes = notes
        for (path, file) in given {
            guard case .checkpoint(let note) = file else { continue }
            guard let known = KnownNote(returned: note, signer) else {
                let other = (try? Checkpoint(text: note.text))?.origin
                unusable.append(
                    other == signer.origin
                        ? "anchor '\(path)': its checkpoint is not signed by the log's key"
                        : "anchor '\(path)': it is of the log '\(other ?? "")', this one is '\(signer.origin)'")
                continue
            }
            notes.append(known)
            heads.append(OutsideHead(name: "'\(path)'", head: known.head))
            let held = Anchored(entry: nil, kind: .held, by: "'\(path)', which you hold", size: known.head.size, time: nil)
            anchored.append(held)
            lines.append(AnchorLine(held, place: path))
        }
        for (path, file) in given { add(path, file, notes, roots) }
    }

    private mutating func add(_ path: String, _ file: AnchorFile, _ notes: [KnownNote], _ roots: TrustRoots) {
        let found = file.anchors(over: notes, roots)
        for anchor in found {
            switch anchor.verdict {
            case .valid(let time, let by, _):
                guard let note = anchor.note else { continue }
                let one = Anchored(entry: nil, kind: anchor.kind, by: by, size: note.head.size, time: time)
                heads.append(OutsideHead(name: "'\(path)'", head: note.head))
                anchored.append(one)
                lines.append(AnchorLine(one, place: path))
            case .unknownRoot: lines.append(AnchorLine(unchecked: anchor.kind, by: anchor.name, place: path))
            // A witness's line that is over none of the checkpoints cannot be told from a forged one.
            case .refused(.otherCheckpoint), .refused(.wrongSignature): unusable.append("anchor '\(path)': \(OutsideAnchors.foreign)")
            case .refused(let error): unusable.append("anchor '\(path)': \(error)")
            }
        }
    }

    /// For a subject whose tree nobody walks otherwise: each of the heads must be of the same history. `root`: of the first so many entries;
    /// nil where it cannot be told.
    mutating func hold(against head: SignedHead, root: (Int) -> Digest32?) {
        for other in heads {
            guard other.head.size <= head.size, let own = root(other.head.size) else {
                undecided(other, head)
                continue
            }
            if own != other.head.root {
                let words = "this is not the history that its head of \(other.head.size) entries is of: it was made anew, or is a fork"
                findings.append("anchor \(other.name): \(words)")
                contradicts(other)
            }
        }
    }

    /// The subject is not of the history that this head is of.
    mutating func contradicts(_ other: OutsideHead) {
        anchored.removeAll { $0.size == other.head.size }
        lines = lines.map { "'\($0.place)'" == other.name ? $0.contradicting : $0 }
    }

    /// One head says nothing of another without the entries in between.
    private mutating func undecided(_ other: OutsideHead, _ head: SignedHead) {
        anchored.removeAll { $0.size == other.head.size }
        lines = lines.map { line in
            guard line.size == other.head.size else { return line }
            return line.undecided("the entries between its head and this one of \(head.size) are not here; hold it against the ledger")
        }
    }

    private static let foreign =
        "it is over none of the checkpoints here: this was made anew, or it is of another log or a later head (then give that checkpoint as well)"
}
