import Evidence
import Ledger
import Verification

/// `key resume`: the memory of the last signed head, made anew where its file was lost.
struct SignerMemory {
    private let folder: ProgrammeFolder
    private let store: Store

    struct Resumed {
        /// Nil if the memory was there.
        let head: SignedHead?
        /// A head that somebody kept, which the ledger holds.
        let kept: (place: String, size: Int)?
    }

    init(_ folder: ProgrammeFolder) throws {
        self.folder = folder
        store = try Store(folder)
    }

    /// `place`: whatever `compare` takes. Throws if the ledger does not hold the head that is there.
    func resume(from place: String?) throws -> Resumed {
        let kept = try place.map { try KnownHead($0) }
        if let kept, try CheckpointVerifier(store.ledger).open(kept.noteBytes) == nil {
            throw CommandError(
                .badInput, "'\(kept.place)' is no checkpoint that this ledger's key signed for it", hint: "take proof/checkpoint.txt of one of its portals")
        }
        let head = try store.sealer(folder).resume(kept: kept?.noteBytes)
        return Resumed(head: head, kept: kept.map { ($0.place, $0.checkpoint.size) })
    }
}

extension SignerMemory.Resumed {
    var text: String {
        guard let head else { return "keys/head is there; nothing was changed" }
        let known =
            kept.map { "the ledger holds the head of \($0.size) entries in '\($0.place)'" }
            ?? "nothing outside the ledger says that it is the newest one: compare it with a checkpoint that somebody kept"
        return "goes on from \(head.size) entries, root \(head.root)\n\(known)"
    }

    var json: JSON {
        [
            "size": head.map { .int($0.size) } ?? .null, "root": head.map { .string($0.root.description) } ?? .null,
            "kept_size": kept.map { .int($0.size) } ?? .null,
        ]
    }
}
