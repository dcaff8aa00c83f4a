import Evidence
import SQLite
import Seal

/// Which key signs which heads, as the entries say: the genesis names the first, each `key` entry the next. That the key before vouched for a
/// change is not said here: its checkpoint over the entry says so, and `LedgerVerifier`, `Sealer` and whoever reads a portal demand it.
package struct KeyHistory: Sendable, Hashable {
    /// One key's time in force.
    package struct Tenure: Sendable, Hashable {
        package let key: PublicKey
        /// The entry that names it.
        package let entry: Int
        package let from: Instant
        /// The entry that hands over to the next key. The head that ends with it is the last that this key signs.
        package fileprivate(set) var end: End?
        package fileprivate(set) var revocation: LedgerEntry.Revocation?

        package struct End: Sendable, Hashable {
            package let entry: Int
            package let at: Instant
        }

        /// Sizes of the heads that are this key's to sign.
        package func signs(size: Int) -> Bool { size > (entry == 0 ? 0 : entry + 1) && size <= end.map { $0.entry + 1 } ?? .max }

        /// The sizes, for a message.
        package var sizes: String {
            let first = entry == 0 ? 1 : entry + 2
            return end.map { "sizes \(first) to \($0.entry + 1)" } ?? "sizes from \(first) on"
        }
    }

    /// An entry about keys that cannot be meant: it names a key that was there before, or revokes one that was not.
    package struct Flaw: Sendable, Hashable {
        package let entry: Int
        package let reason: String
    }

    /// In the order in which they came into force; never empty.
    package private(set) var tenures: [Tenure]
    /// Numbers of the `key` and `revocation` entries, each followed by a checkpoint of its own.
    package private(set) var changes: [Int] = []
    package private(set) var flaws: [Flaw] = []

    package init(first key: PublicKey, at: Instant) { tenures = [Tenure(key: key, entry: 0, from: at)] }
    package init(_ genesis: LedgerEntry.Genesis) throws(SealError) { self.init(first: try PublicKey(sshLine: genesis.publicKey), at: genesis.at) }

    /// Of the ledger's entries, as far as they can be read: what is damaged is for `LedgerVerifier` to say.
    package init(_ ledger: LedgerFile, below size: Int = .max) throws {
        var history = try KeyHistory(ledger.genesis)
        do {
            try ledger.forEachEntry(from: 1) { seq, bytes in
                if seq < size, LedgerEntry.mayConcernKeys(bytes), let entry = LedgerEntry(bytes) { history.note(entry, seq) }
            }
        } catch let error as SQLiteError where error.blamesFile {}
        self = history
    }

    /// The entries come in order.
    package mutating func note(_ entry: LedgerEntry, _ seq: Int) {
        switch entry {
        case .key(let change):
            changes.append(seq)
            guard !tenures.contains(where: { $0.key == change.key }) else {
                return flaws.append(Flaw(entry: seq, reason: "names \(change.key.fingerprint), which was in force before: a key does not come back"))
            }
            tenures[tenures.count - 1].end = Tenure.End(entry: seq, at: change.at)
            tenures.append(Tenure(key: change.key, entry: seq, from: change.at))
        case .revocation(let revocation):
            changes.append(seq)
            guard let at = tenures.dropLast().firstIndex(where: { $0.key == revocation.key }) else {
                return flaws.append(Flaw(entry: seq, reason: "revokes \(revocation.key.fingerprint), which is no former key of this ledger"))
            }
            // What was said first stands, unless the later word reaches further back.
            if tenures[at].revocation.map({ revocation.since < $0.since }) ?? true { tenures[at].revocation = revocation }
        case .genesis, .pull, .run, .seal, .erasure, .anchor: break
        }
    }

    package var current: Tenure { tenures[tenures.count - 1] }
    package func tenure(of key: PublicKey) -> Tenure? { tenures.first { $0.key == key } }

    /// Whose the head over so many entries is to sign.
    package func tenure(signing size: Int) -> Tenure { tenures.last { $0.signs(size: size) } ?? tenures[0] }

    /// The nearest key before `key` (or itself) that `isTrusted`; nil where the way to it leads over a handover by a revoked key, or there is none.
    package func trusted(before key: PublicKey, where isTrusted: (PublicKey) -> Bool) -> PublicKey? {
        guard let end = tenures.firstIndex(where: { $0.key == key }) else { return nil }
        for at in stride(from: end, through: 0, by: -1) {
            let tenure = tenures[at]
            // A handover after the key was lost may be the finder's.
            if at < end, let revocation = tenure.revocation, let handover = tenure.end, revocation.since <= handover.at { return nil }
            if isTrusted(tenure.key) { return tenure.key }
        }
        return nil
    }
}
