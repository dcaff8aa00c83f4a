import Evidence
import Seal

/// One leaf of the ledger's tree: at most 1,024 bytes of canonical JSON.
package enum LedgerEntry: Sendable, Hashable {
    /// Always entry 0.
    case genesis(Genesis)
    case pull(PullEntry)
    /// The end of a run: what was sealed, when, by which tool. Everything before it counts as sealed at `at`.
    case run(at: Instant, pulls: Int, tool: String)
    /// A revision was published from the checkpoint before this entry.
    case seal(Seal)
    case key(KeyChange)
    case revocation(Revocation)
    /// A record was overwritten.
    case erasure(Erasure)
    /// Somebody else's word for an earlier head.
    case anchor(AnchorEntry)

    /// A checkpoint is signed right after it. Erasures come several at a time, with one checkpoint after the last.
    var isSigned: Bool {
        switch self {
        case .run, .seal, .anchor, .key, .revocation: true
        case .genesis, .pull, .erasure: false
        }
    }

    /// When it was made, by the clock of the machine that made it.
    package var at: Instant {
        switch self {
        case .genesis(let genesis): genesis.at
        case .pull(let pull): pull.at
        case .run(let at, _, _): at
        case .seal(let seal): seal.at
        case .key(let change): change.at
        case .revocation(let revocation): revocation.at
        case .erasure(let erasure): erasure.at
        case .anchor(let anchor): anchor.at
        }
    }

    /// More than a note of what was published from, or vouched for, what lies before.
    package var isEvidence: Bool {
        switch self {
        case .genesis, .pull, .run, .key, .revocation, .erasure: true
        case .seal, .anchor: false
        }
    }

    /// Records that lie in the entry's segments; nil for an entry that has none.
    package var recordCount: Int? {
        switch self {
        case .pull(let pull): pull.count
        case .anchor(let anchor): anchor.count
        case .genesis, .run, .seal, .key, .revocation, .erasure: nil
        }
    }

    package struct Genesis: Sendable, Hashable {
        package let at: Instant
        /// 32 hexadecimal digits, random.
        package let ledgerID: String
        /// The only kind of ledger whose clock a flag may set.
        package let isSimulated: Bool
        /// OpenSSH public key line of the signer.
        package let publicKey: String
        package init(at: Instant, ledgerID: String, isSimulated: Bool, publicKey: String) {
            self.at = at
            self.ledgerID = ledgerID
            self.isSimulated = isSimulated
            self.publicKey = publicKey
        }
        /// The log's name in checkpoints and verifier keys.
        package var origin: String { "receipts/\(ledgerID)" }
    }

    package struct PullEntry: Sendable, Hashable {
        package let source: SourceID
        package let at: Instant
        package let outcome: PullOutcome
        package let count: Int
        package let root: Digest
        package init(source: SourceID, at: Instant, outcome: PullOutcome, count: Int, root: Digest) {
            self.source = source
            self.at = at
            self.outcome = outcome
            self.count = count
            self.root = root
        }
    }

    package struct Seal: Sendable, Hashable {
        package let at: Instant
        package let period: PeriodID
        package let revision: Int
        /// SHA-256 over the canonical inputs of the revision: the same inputs are the same revision.
        package let inputs: Digest
        package init(at: Instant, period: PeriodID, revision: Int, inputs: Digest) {
            self.at = at
            self.period = period
            self.revision = revision
            self.inputs = inputs
        }
    }

    static let limit = 1024

    var bytes: [UInt8] {
        let json: JSON =
            switch self {
            case .genesis(let g):
                [
                    "type": "genesis", "at": .string(g.at.description), "format": 1, "ledger": .string(g.ledgerID),
                    "simulated": .bool(g.isSimulated), "key": .string(g.publicKey),
                ]
            case .pull(let p):
                [
                    "type": "pull", "source": .string(p.source.text), "at": .string(p.at.description), "outcome": .string(p.outcome.rawValue),
                    "count": .int(p.count), "root": .string(Base64.encode(p.root.bytes)),
                ]
            case .run(let at, let pulls, let tool):
                ["type": "run", "at": .string(at.description), "pulls": .int(pulls), "tool": .string(tool)]
            case .seal(let s):
                [
                    "type": "seal", "at": .string(s.at.description), "period": .string(s.period.text), "revision": .int(s.revision),
                    "inputs": .string(Base64.encode(s.inputs.bytes)),
                ]
            case .key(let change): change.json
            case .revocation(let revocation): revocation.json
            case .erasure(let e): e.json
            case .anchor(let a): a.json
            }
        return json.canonicalBytes
    }

    /// Nil unless the bytes are exactly what this program would write for the entry they describe.
    package init?(_ bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        guard let json = try? JSON.parse(bytes), let type = json["type"]?.text, let at = json["at"]?.text.flatMap({ Instant($0) }),
            let entry = LedgerEntry.read(type, at, json), bytes.count <= LedgerEntry.limit, entry.bytes == bytes
        else { return nil }
        self = entry
    }

    private static func read(_ type: String, _ at: Instant, _ json: JSON) -> LedgerEntry? {
        switch type {
        case "genesis":
            guard let id = json["ledger"]?.text, let simulated = json["simulated"]?.flag, let key = json["key"]?.text,
                Hex.decode(id)?.count == 16, (try? PublicKey(sshLine: key)) != nil
            else { return nil }
            return .genesis(Genesis(at: at, ledgerID: id, isSimulated: simulated, publicKey: key))
        case "pull":
            guard let source = json["source"]?.text.flatMap({ SourceID($0) }), let count = json["count"]?.int,
                let outcome = json["outcome"]?.text.flatMap(PullOutcome.init(rawValue:)), let root = digest(json["root"])
            else { return nil }
            return .pull(PullEntry(source: source, at: at, outcome: outcome, count: count, root: root))
        case "run":
            guard let pulls = json["pulls"]?.int, let tool = json["tool"]?.text else { return nil }
            return .run(at: at, pulls: pulls, tool: tool)
        case "seal":
            guard let period = json["period"]?.text.flatMap({ PeriodID($0) }), let revision = json["revision"]?.int,
                let inputs = digest(json["inputs"])
            else { return nil }
            return .seal(Seal(at: at, period: period, revision: revision, inputs: inputs))
        case "key": return KeyChange(at, json).map { .key($0) }
        case "revocation": return Revocation(at, json).map { .revocation($0) }
        case "erasure": return Erasure(json, at: at).map { .erasure($0) }
        case "anchor": return AnchorEntry(json, at: at).map { .anchor($0) }
        default: return nil
        }
    }

    static func digest(_ json: JSON?) -> Digest? {
        guard let bytes = json?.text.flatMap({ Base64.decode($0) }), bytes.count == 32 else { return nil }
        return Digest(bytes)
    }
}
