import Anchors
import Evidence
import Ledger
import Seal
import Verification

/// Takes what came back from outside into the ledger, after checking all of it.
struct AnchorImport {
    private let store: Store
    private let folder: ProgrammeFolder
    private let world: World
    private let signer: CheckpointVerifier

    struct Report {
        /// Entry numbers and what they say.
        let entered: [(entry: Int, anchor: Anchored)]
        let head: SignedHead
        /// It will not be believed again: receipts.yaml does not name its root.
        let isRootUnconfigured: Bool
    }

    init(_ work: Work) throws {
        folder = work.folder
        world = work.world
        store = try Store(work.folder)
        try store.prepareToSign(work.folder)
        signer = try CheckpointVerifier(store.ledger)
    }

    /// `roots`: given on the command line; nil to believe those of receipts.yaml.
    func run(_ path: String, roots given: TrustRoots?) throws -> Report {
        try run(bytes: try Files.read(path), called: path, roots: given)
    }

    func run(bytes: [UInt8], called path: String, roots given: TrustRoots?) throws -> Report {
        guard let file = AnchorFile(bytes) else {
            throw CommandError(
                .badInput, "'\(path)' is no anchor", hint: "a time-stamp response or token (DER), a checkpoint, or witnesses' signature lines are expected")
        }
        let configured = try folder.trustRoots()
        var notes = try notes()
        if case .checkpoint(let note) = file {
            _ = try own(note, path, as: "the checkpoint in '\(path)'")
            if let known = KnownNote(returned: note, signer), !notes.contains(where: { $0.bytes == known.bytes }) { notes.append(known) }
        }
        let found = file.anchors(over: notes, given ?? configured)
        let valid = found.compactMap { one -> Valid? in
            guard case .valid(let time, let by, let root) = one.verdict, let note = one.note else { return nil }
            return Valid(kind: one.kind, note: note, proof: one.proof, time: time, by: by, root: root)
        }
        guard !valid.isEmpty else { throw refusal(path, file, found) }
        try refuseTheFuture(valid)
        try refuseThePast(valid)
        return try enter(try valid.filter { try isNew($0.proof) }.map(draft), path, isRootUnconfigured: valid.contains { !configured.holds($0.root) })
    }

    /// A checkpoint that `holder` kept. It must be of this very history: if it is not, this ledger was made anew.
    func run(_ path: String, heldBy holder: String) throws -> Report {
        guard AnchorEntry.isName(holder) else { throw CommandError(.usage, "--held-by takes a name of 1 to 128 bytes on one line") }
        let bytes = try Files.read(path)
        guard case .checkpoint(let note)? = AnchorFile(bytes) else {
            throw CommandError(.badInput, "'\(path)' is no checkpoint", hint: "a time-stamp response and a witness's lines are imported without --held-by")
        }
        let head = try own(note, path, as: "\(holder)'s checkpoint")
        guard try isNew(bytes) else { return try enter([], path, isRootUnconfigured: false) }
        return try enter([Draft(kind: .held, by: holder, size: head.size, said: nil, checkpoint: bytes, proof: [])], path, isRootUnconfigured: false)
    }

    /// The head of a checkpoint that must be of this very history, whoever else signed it: of another one it anchors nothing here.
    private func own(_ note: SignedNote, _ path: String, as name: String) throws -> SignedHead {
        let origin = (try? Checkpoint(text: note.text))?.origin ?? ""
        guard origin.utf8.elementsEqual(signer.origin.utf8) else {
            throw CommandError(
                .badInput, "'\(path)' is a checkpoint of the log '\(origin)', and this ledger is '\(signer.origin)'",
                hint: "is it another programme's? -C names its folder; nothing was entered")
        }
        guard let head = signer.openReturned(note.bytes) else {
            throw CommandError(.integrityBroken, "the checkpoint in '\(path)' is not signed by the ledger's key")
        }
        guard try store.root(at: head.size) == head.root else {
            throw CommandError(
                .integrityBroken, "the ledger is not the one that \(name) of \(head.size) entries is of",
                hint: "it was made anew or rolled back since; nothing was entered")
        }
        return head
    }

    // MARK: Entering

    private struct Valid {
        let kind: AnchorKind
        let note: KnownNote
        let proof: [UInt8]
        let time: Span
        let by: String
        let root: Digest32
    }

    private struct Draft {
        let kind: AnchorKind
        let by: String
        let size: Int
        let said: AnchorEntry.Said?
        let checkpoint: [UInt8]
        let proof: [UInt8]
    }

    private func draft(_ valid: Valid) -> Draft {
        Draft(
            kind: valid.kind, by: valid.by, size: valid.note.head.size, said: AnchorEntry.Said(time: valid.time, trust: valid.root.digest),
            checkpoint: valid.note.bytes, proof: valid.proof)
    }

    /// Entries are committed one by one; a crash leaves some, and the same file imported again adds the rest.
    private func enter(_ drafts: [Draft], _ path: String, isRootUnconfigured: Bool) throws -> Report {
        guard !drafts.isEmpty else { throw CommandError(.badInput, "what '\(path)' holds is in the ledger already") }
        let at = world.now()
        var entered: [(entry: Int, anchor: Anchored)] = []
        for draft in drafts {
            let entry = try store.ledger.append(
                anchor: draft.kind, at: at, by: draft.by, size: draft.size, said: draft.said, checkpoint: draft.checkpoint, proof: draft.proof,
                randomness: world.randomness)
            entered.append(
                (entry, Anchored(entry: entry, kind: draft.kind, by: draft.by, size: draft.size, time: draft.said?.time ?? Span(at))))
        }
        try store.catchUp()
        return Report(entered: entered, head: try store.sealer(folder).seal().head, isRootUnconfigured: isRootUnconfigured)
    }

    private func isNew(_ bytes: [UInt8]) throws -> Bool {
        try !store.ledger.anchors().contains { ($0.proof.isEmpty ? $0.checkpoint : $0.proof) == bytes }
    }

    // MARK: What it is held against

    private func notes() throws -> [KnownNote] { try store.ledger.checkpoints().compactMap { KnownNote($0.note, signer) } }

    /// A simulated ledger has no clock to hold an anchor against.
    private func refuseTheFuture(_ valid: [Valid]) throws {
        let latest = world.now().advanced(by: .seconds(300))
        guard !store.ledger.genesis.isSimulated, let ahead = valid.first(where: { $0.time.earliest > latest }) else { return }
        throw CommandError(.badInput, "the \(ahead.kind.title) says \(ahead.time.earliest), our clock \(world.now())", hint: "set the machine's clock")
    }

    /// Who says to have seen entries before they say that they were made contradicts them for good: once entered, it cannot be taken out.
    private func refuseThePast(_ valid: [Valid]) throws {
        var times: [Instant?] = []
        try store.ledger.forEachEntry { times.append(EntryClock.time(LedgerEntry($1))) }
        guard let clock = EntryClock(store.ledger.genesis, times: times) else { return }
        for one in valid {
            let bounds = AnchorBounds([Anchored(entry: nil, kind: one.kind, by: one.by, size: one.note.head.size, time: one.time)])
            guard let contradiction = clock.contradictions(bounds, size: one.note.head.size).first else { continue }
            throw CommandError(
                .badInput, "the \(one.kind.title) and the ledger contradict each other: \(contradiction)",
                hint: "nothing was entered; find out whose clock was wrong, and ask again when both are right")
        }
    }

    private func refusal(_ path: String, _ file: AnchorFile, _ found: [AnchorFile.Found]) -> CommandError {
        for one in found {
            guard case .refused(let error) = one.verdict else { continue }
            switch (error, file) {
            case (.request, _):
                return CommandError(
                    .badInput, "'\(path)' is a time-stamp request, and no answer to one",
                    hint: "give it to an authority, and import what that answers (.tsr); 'receipts anchor request --tsa URL' does both")
            // A witness's line alone does not tell of which log it is, nor whether it was changed.
            case (.otherCheckpoint, _), (.wrongSignature, .lines):
                return CommandError(
                    .badInput, "the \(one.kind.title) in '\(path)' is over none of this ledger's checkpoints",
                    hint:
                        "it is of another log\(one.kind == .timestamp ? ", or was asked for with another hash than SHA-256" : ""), or the ledger was made anew "
                        + "or rolled back since; nothing was entered")
            case (_, .checkpoint), (_, .lines), (_, .token):
                return CommandError(.badInput, "the \(one.kind.title) in '\(path)' is refused: \(error)")
            }
        }
        if let one = found.first {
            return CommandError(
                .badInput, "the \(one.kind.title) in '\(path)' is by '\(one.name)', which nobody vouches for",
                hint: "name its key or certificate in receipts.yaml under 'anchors:', or with --\(one.kind == .timestamp ? "tsa-ca" : "witness")")
        }
        if case .checkpoint = file {
            return CommandError(
                .badInput, "no witness signed the checkpoint in '\(path)'",
                hint: "to record that somebody kept it, name them with --held-by")
        }
        return CommandError(.badInput, "'\(path)' holds no anchor that can be checked")
    }
}

extension AnchorImport.Report {
    var text: String {
        var lines = entered.map { entry, anchor in
            let when = anchor.time.map { $0.isExact ? "\($0.earliest)" : "\($0.earliest) to \($0.latest)" } ?? ""
            let who = anchor.kind == .held ? "said to be held by \(anchor.by), imported at \(when)" : "by \(anchor.by) at \(when)"
            return "entry \(entry): \(anchor.kind.title) over \(anchor.size) entries, \(who)"
        }
        lines.append("sealed: \(head.size) entries, root \(head.root)")
        return lines.joined(separator: "\n")
    }

    var json: JSON {
        let anchors = entered.map { entry, anchor -> JSON in
            [
                "entry": .int(entry), "kind": .string(anchor.kind.rawValue), "by": .string(anchor.by), "covers": .int(anchor.size),
                "earliest": .instant(anchor.time?.earliest), "latest": .instant(anchor.time?.latest),
            ]
        }
        return ["anchors": .array(anchors), "size": .int(head.size), "root": .string(head.root.description)]
    }
}
