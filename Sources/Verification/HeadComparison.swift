import Evidence
import Ledger
import Seal

/// Whether two signed heads tell one history.
package struct HeadComparison {
    package enum Verdict: Hashable {
        case same
        /// `older` is a prefix of the other, which has this many entries more. Of heads that nothing shows to be signed it holds of what they state.
        case behind(older: String, by: Int)
        /// Two histories under one name: proof against whoever signed both.
        case fork(String)
        /// Nothing that was given holds the entries in between.
        case undecided
        /// They differ, and nothing shows that the log's key signed either.
        case unsigned
        /// The head of this place is not by the log's key of its time.
        case refused(String)
        case otherLog
    }

    package let verdict: Verdict
    /// Whether both heads were seen to be signed by the log's key of their time.
    private let isSigned: Bool
    package let facts: [(name: String, value: JSON)]

    package init(_ a: KnownHead, _ b: KnownHead) throws {
        // Whoever holds the newer head knows of the keys since the older one.
        let keys = (a.checkpoint.size >= b.checkpoint.size ? a.keys ?? b.keys : b.keys ?? a.keys)
        let signatures = HeadComparison.signatures([a, b], keys)
        isSigned = keys != nil && signatures.refused == nil
        let heads = [a, b].map { ($0.place, JSON.string("\($0.checkpoint.size) entries, root \($0.checkpoint.root)")) }
        let (one, other) = (a.checkpoint.origin, b.checkpoint.origin)
        guard one.utf8.elementsEqual(other.utf8) else {
            // The key of one log has nothing to say of the other's head.
            facts = [("logs", .string("two: \(one) and \(other)"))] + heads
            verdict = .otherLog
            return
        }
        facts = heads + [("log", .string(one)), ("signatures", .string(signatures.words))]
        if let refused = signatures.refused {
            verdict = .refused(refused)
        } else if case .fork = HeadComparison.compare(a, b), keys == nil {
            verdict = .unsigned
        } else {
            verdict = HeadComparison.compare(a, b)
        }
    }

    private static func signatures(_ heads: [KnownHead], _ keys: KeyHistory?) -> (words: String, refused: String?) {
        guard let keys else { return ("not checked: neither place names the log's key", nil) }
        var signers: [String] = []
        for head in heads {
            let key = keys.tenure(signing: head.checkpoint.size).key
            guard let name = try? VerifierKey(name: head.checkpoint.origin, key: key), (try? head.note.verify([name])) != nil else {
                return ("refused", head.place)
            }
            signers.append(key.fingerprint)
        }
        return (signers[0] == signers[1] ? "both by \(signers[0])" : "by \(signers[0]) and \(signers[1]), each in its time", nil)
    }

    private static func compare(_ a: KnownHead, _ b: KnownHead) -> Verdict {
        let (older, newer) = a.checkpoint.size <= b.checkpoint.size ? (a, b) : (b, a)
        if older.checkpoint.size == newer.checkpoint.size {
            return older.checkpoint.root == newer.checkpoint.root ? .same : .fork("two roots are signed for \(older.checkpoint.size) entries")
        }
        // Entries from either place will do: whoever has enough of them must form both roots.
        guard let leaves = [newer.leaves, older.leaves].first(where: { $0.count >= newer.checkpoint.size }) else { return .undecided }
        for head in [newer, older] where root(leaves, head.checkpoint.size) != head.checkpoint.root {
            return .fork("the entries do not form the root that '\(head.place)' signs for \(head.checkpoint.size) of them")
        }
        return .behind(older: older.place, by: newer.checkpoint.size - older.checkpoint.size)
    }

    private static func root(_ leaves: [Digest32], _ size: Int) -> Digest32 {
        var tree = CompactRange(begin: 0)
        for leaf in leaves[..<size] { tree.append(leaf) }
        return tree.root()
    }

    package var outcome: Outcome {
        switch verdict {
        case .same, .behind: .done
        case .fork: .integrityBroken
        case .undecided, .unsigned, .refused, .otherLog: .badInput
        }
    }

    private var words: (word: String, sentence: String) {
        let unsigned = "; neither place names the log's key, so that it signed this was not checked"
        return switch verdict {
        case .same: isSigned ? ("consistent", "consistent: the same head") : ("alike", "alike: both state the same head" + unsigned)
        case .behind(let older, let count):
            isSigned
                ? ("behind", "consistent: '\(older)' is behind by \(count) \(count == 1 ? "entry" : "entries"), and the other extends it")
                : ("alike", "alike: '\(older)' is behind by \(count) \(count == 1 ? "entry" : "entries"), and what the other states extends it" + unsigned)
        case .fork(let how): ("fork", "fork: \(how)")
        case .undecided: ("undecided", "undecided: give the ledger or archive that holds the entries in place of one of the two")
        case .unsigned:
            (
                "undecided",
                "undecided: they differ, and neither place names the key that should have signed them; give the ledger, portal or archive in place of one"
            )
        case .refused(let place): ("refused", "the head of '\(place)' is not signed by the log's key of that time: it proves nothing")
        case .otherLog: ("other log", "these are heads of two different logs, as their first lines say: one tells nothing of the other")
        }
    }

    package var text: String { (facts.map { "\($0.name): \($0.value.text ?? "")" } + [words.sentence]).map(\.shown).joined(separator: "\n") }
    package var json: JSON {
        var members = Dictionary(facts.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        members["verdict"] = .string(words.word)
        members["says"] = .string(words.sentence)
        return .object(members)
    }
}
