import Evidence
import Seal

/// Whether two signed heads tell one history.
package struct HeadComparison {
    package enum Verdict: Hashable {
        case same
        /// `older` is a prefix of the other, which has this many entries more.
        case behind(older: String, by: Int)
        /// Two histories under one name: proof against whoever signed both.
        case fork(String)
        /// Nothing that was given holds the entries in between.
        case undecided
        case otherLog
    }

    package let verdict: Verdict
    package let facts: [(name: String, value: JSON)]

    package init(_ a: KnownHead, _ b: KnownHead) throws {
        let key = a.key ?? b.key
        let signatures = HeadComparison.signatures([a, b], key)
        facts =
            [a, b].map { ($0.place, .string("\($0.checkpoint.size) entries, root \($0.checkpoint.root)")) }
            + [("log", .string(a.checkpoint.origin)), ("signatures", .string(signatures.words))]
        if a.checkpoint.origin != b.checkpoint.origin {
            verdict = .otherLog
        } else if let refused = signatures.refused {
            verdict = .fork("the signature on the head of '\(refused)' is not by the log's key")
        } else {
            verdict = HeadComparison.compare(a, b)
        }
    }

    private static func signatures(_ heads: [KnownHead], _ key: PublicKey?) -> (words: String, refused: String?) {
        guard let key else { return ("not checked: neither place names the log's key", nil) }
        let refused = heads.first { head in
            guard let name = try? VerifierKey(name: head.checkpoint.origin, key: key) else { return true }
            do { try head.note.verify([name]) } catch { return true }
            return false
        }
        return (refused == nil ? "both by \(key.fingerprint)" : "refused", refused?.place)
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
        case .undecided, .otherLog: .badInput
        }
    }

    private var words: (word: String, sentence: String) {
        switch verdict {
        case .same: ("consistent", "consistent: the same head")
        case .behind(let older, let count):
            ("behind", "consistent: '\(older)' is behind by \(count) \(count == 1 ? "entry" : "entries"), and the other extends it")
        case .fork(let how): ("fork", "fork: \(how)")
        case .undecided: ("undecided", "undecided: give the ledger or archive that holds the entries in place of one of the two")
        case .otherLog: ("other log", "these are heads of different logs")
        }
    }

    package var text: String { (facts.map { "\($0.name): \($0.value.text ?? "")" } + [words.sentence]).joined(separator: "\n") }
    package var json: JSON {
        var members = Dictionary(facts.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        members["verdict"] = .string(words.word)
        members["says"] = .string(words.sentence)
        return .object(members)
    }
}
