import Evidence
import Ledger
import Seal

/// The keys of a log as a portal or archive shows them below `keys/`: from the genesis, each handed over to the next by the key before.
///
/// It rests on nothing but signatures: whoever trusts one of the keys is led to those after it.
package struct KeyChain {
    package let history: KeyHistory
    package let origin: String
    /// What does not hold; the chain ends there.
    package private(set) var findings: [String] = []

    /// `files`: by name below `keys/`. Nil if there is no genesis among them.
    package init?(_ files: [String: [UInt8]]) {
        guard let bytes = files[KeyFiles.entryName(0)], case .genesis(let genesis)? = LedgerEntry(bytes), var history = try? KeyHistory(genesis) else {
            return nil
        }
        origin = genesis.origin
        let changes = files.keys.compactMap(KeyChain.number).filter { $0 > 0 }.sorted()
        for entry in changes {
            if let flaw = KeyChain.flaw(of: entry, files, origin, history) {
                findings.append("keys/\(KeyFiles.proofName(entry)): \(flaw)")
                break
            }
            if let change = files[KeyFiles.entryName(entry)].flatMap({ LedgerEntry($0) }) { history.note(change, entry) }
            if let flaw = history.flaws.first { findings.append("keys/\(KeyFiles.entryName(entry)): \(flaw.reason)") }
        }
        if findings.isEmpty, let flaw = KeyChain.flaw(ofGenesis: bytes, files, origin, history) {
            findings.append("keys/\(KeyFiles.proofName(0)): \(flaw)")
        }
        self.history = history
    }

    private static func number(_ name: String) -> Int? {
        guard name.hasPrefix("e"), name.hasSuffix(".entry.txt") else { return nil }
        return Int(name.dropFirst().dropLast(".entry.txt".utf8.count))
    }

    /// Why the key in force before does not vouch for the entry; nil if it does.
    private static func flaw(of entry: Int, _ files: [String: [UInt8]], _ origin: String, _ history: KeyHistory) -> String? {
        let before = history.current.key
        guard let bytes = files[KeyFiles.entryName(entry)], let proof = files[KeyFiles.proofName(entry)] else { return "is missing" }
        switch LedgerEntry(bytes) {
        case .key?, .revocation?: break
        case .genesis?, .pull?, .run?, .seal?, .erasure?, .anchor?, nil: return "is about an entry that changes no keys"
        }
        do throws(SealError) {
            let head = try proved(bytes, entry, proof, origin, before)
            return head.size == entry + 1 ? nil : "the head is of size \(head.size), and \(entry + 1) is the one that ends with the entry"
        } catch {
            return "entry \(entry) is not vouched for by \(before.fingerprint), the key before: \(error)"
        }
    }

    private static func flaw(ofGenesis bytes: [UInt8], _ files: [String: [UInt8]], _ origin: String, _ history: KeyHistory) -> String? {
        guard let proof = files[KeyFiles.proofName(0)] else { return "is missing" }
        for tenure in history.tenures {
            if let head = try? proved(bytes, 0, proof, origin, tenure.key) {
                return tenure.signs(size: head.size) ? nil : "is by \(tenure.key.fingerprint), which signs \(tenure.sizes) only"
            }
        }
        return "the genesis is under no head that a key of the log signed"
    }

    private static func proved(_ bytes: [UInt8], _ index: Int, _ proof: [UInt8], _ origin: String, _ key: PublicKey) throws(SealError) -> Checkpoint {
        let proof = try TlogProof(proof)
        guard proof.index == index else { throw .malformed(.proof, "it is of entry \(proof.index)") }
        return try proof.verify(leaf: TreeHash.leaf(bytes), origin: origin, trusted: [try VerifierKey(name: origin, key: key)])
    }

    package var words: String {
        history.tenures.map { tenure in
            tenure.key.fingerprint + (tenure.revocation.map { " (revoked since \($0.since))" } ?? "")
        }.joined(separator: ", then ")
    }
}
