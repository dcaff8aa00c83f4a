import Evidence
import Ledger
import Redaction
import Seal

/// Hands the ledger over to another key, or says that a former one is not to be believed. Each is an entry, signed at once by the key in force.
///
/// A crash leaves an entry without its checkpoint, or with one that is not stored yet; the same command again finishes it, and no other
/// command goes on before that.
struct KeyChanges {
    private let folder: ProgrammeFolder
    private let store: Store
    private let world: World

    enum Result: Equatable {
        case done(entry: Int)
        /// What an earlier run began was signed.
        case finished(entry: Int)
        case nothingToDo
    }

    init(_ folder: ProgrammeFolder, _ world: World) throws {
        self.folder = folder
        self.world = world
        store = try Store(folder)
    }

    /// `name`: a key of receipts.yaml, by path or fingerprint.
    func rotate(to name: String, reason: String?) throws -> (result: Result, key: PublicKey) {
        let next = try folder.keys.signer(named: name)
        // Nobody could ever seal again if the ledger were handed to a key that signs nothing. Neither a note nor an SSH signature begins so.
        _ = try next.sign(Array("receipts asks whether this key signs\n".utf8))
        let key = next.publicKey
        let history = try KeyHistory(store.ledger)
        if let begun = try begun() {
            guard case .key(let change) = begun.entry, change.key == key else { throw LedgerError.unfinished(entry: begun.seq) }
            return (try finish(begun.seq), key)
        }
        if history.current.key == key { return (.nothingToDo, key) }
        guard history.tenure(of: key) == nil else {
            throw CommandError(.badInput, "\(key.fingerprint) was in force before: a key does not come back", hint: "make a new one: ssh-keygen -t ed25519")
        }
        let entry = LedgerEntry.KeyChange(at: try instant(after: history.current.from), key: key, reason: try reason.map(checked))
        return (.done(entry: try append(.key(entry))), key)
    }

    func revoke(_ fingerprint: String, since: Instant, reason: String) throws -> Result {
        let history = try KeyHistory(store.ledger)
        guard let tenure = history.tenures.first(where: { $0.key.fingerprint == fingerprint }) else {
            throw CommandError(
                .badInput, "this ledger had no key '\(fingerprint)'",
                hint: "its keys are \(history.tenures.map(\.key.fingerprint).joined(separator: ", "))")
        }
        let reason = try checked(reason)
        if let begun = try begun() {
            guard case .revocation(let entry) = begun.entry, entry.key == tenure.key, entry.since == since else {
                throw LedgerError.unfinished(entry: begun.seq)
            }
            return try finish(begun.seq)
        }
        guard tenure != history.current else {
            throw CommandError(
                .badInput, "\(fingerprint) is the key in force: who signs after it would be unknown",
                hint: "hand over first: receipts key rotate --to NEWKEY; then revoke it")
        }
        guard since <= world.now() else {
            throw CommandError(.usage, "\(since) is still to come", hint: "--since says from when the key was not ours alone")
        }
        guard since >= tenure.from else {
            throw CommandError(
                .usage, "\(fingerprint) came into force at \(tenure.from), and signed nothing here before: --since \(since) cannot be meant",
                hint: "to believe nothing that it signed: --since \(tenure.from)")
        }
        if let said = tenure.revocation, said.since <= since { return .nothingToDo }
        return .done(entry: try append(.revocation(LedgerEntry.Revocation(at: world.now(), key: tenure.key, since: since, reason: reason))))
    }

    // MARK: Steps

    /// The last entry, if it changes keys and has no checkpoint.
    private func begun() throws -> (seq: Int, entry: LedgerEntry)? {
        guard try store.ledger.endsUnsigned() else { return nil }
        let seq = try store.ledger.size() - 1
        guard let entry = try store.ledger.entryBytes(seq).flatMap({ LedgerEntry($0) }) else { return nil }
        switch entry {
        case .key, .revocation: return (seq, entry)
        case .genesis, .pull, .run, .seal, .erasure, .anchor: return nil
        }
    }

    private func append(_ entry: LedgerEntry) throws -> Int {
        try store.prepareToSign(folder)
        let seq = try store.ledger.append(entry)
        return try sealed(seq)
    }

    private func finish(_ seq: Int) throws -> Result { .finished(entry: try sealed(seq)) }

    private func sealed(_ seq: Int) throws -> Int {
        _ = try store.sealer(folder).seal(finishing: seq)
        try store.catchUp()
        return seq
    }

    // MARK: Words and times

    private func instant(after start: Instant) throws -> Instant {
        let now = world.now()
        guard now > start else {
            throw CommandError(.badInput, "the clock says \(now), and the key in force is so since \(start)", hint: "is the clock right? Nothing was changed")
        }
        return now
    }

    /// Reasons are published with the keys and can never be taken back.
    private func checked(_ reason: String) throws -> String {
        guard !reason.isEmpty, reason.utf8.count <= 200, reason.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f }) else {
            throw CommandError(.badInput, "a reason is one line of at most 200 bytes", hint: "it is published with the keys")
        }
        if let hit = LeakScan.scan(Array(reason.utf8)).first {
            throw CommandError(
                .badInput, "the reason holds what looks like \(hit.rule.rawValue)", hint: "it is published with the keys and stays: say it without")
        }
        return reason
    }
}
