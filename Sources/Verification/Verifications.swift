import Anchors
import Archive
import Evidence
import Ledger
import Seal

extension VerificationReport {
    /// A published revision's folder against its signed manifest. `roots`: nil to name nobody. `anchors`: the reader's own. Throws `NoRevision` where another
    /// folder was named.
    package static func portal(_ folder: String, trust: Trust, roots: TrustRoots?, anchors files: [String]) throws -> VerificationReport {
        if let other = try NoRevision(folder) { throw other }
        let portal = try SignedPortal(folder, trust: trust)
        var findings = portal.findings
        if portal.signature == .absent { findings.append("the manifest is not signed") }
        var published: [String: [UInt8]] = [:]
        for name in portal.report.names where PublishedLog.isPart(name) { published[name] = try SmallFile.read("\(folder)/\(name)", limit: 1 << 25) }
        let log = PublishedLog(published)
        let ledger = try PortalLedger(folder, portal.chain)
        let facts: [(String, JSON)] = [("files", .int(portal.report.files)), ("signed by", .string(portal.signature.words))]
        findings += log.findings + (ledger?.findings ?? [])
        let standing = try ledger?.standing(roots: roots, files: files, log: log) ?? .none(besides: files)
        let untrusted = ledger?.untrusted(trust, standing) ?? []
        return VerificationReport(
            subject: "portal", facts: facts + keys(portal.chain) + log.facts, findings: findings + untrusted.map(\.text),
            flawed: findings.isEmpty ? VerificationReport.distrusted : "integrity broken", anchors: standing)
    }

    static func keys(_ chain: KeyChain?) -> [(name: String, value: JSON)] { chain.map { [("keys", .string($0.words))] } ?? [] }

    /// A bag that was unpacked into a folder, ours or anybody's.
    ///
    /// Its files against its manifests, and those against their signature: the ledger in it, who vouches for it, and keys that were handed over or revoked
    /// are an archive's matter.
    package static func bag(_ folder: String, trusted: [PublicKey]?) throws -> VerificationReport {
        let bag = try UnpackedBag(folder, trusted: trusted)
        let facts: [(String, JSON)] = [
            ("BagIt version", .text(bag.version)), ("payload files", .int(bag.payloadFiles)),
            ("digests", .string(bag.algorithms.map { $0.rawValue + ($0.isWeak ? " (finds accidents only)" : "") }.joined(separator: ", "))),
            ("manifest signed by", .string(bag.signature.words)),
        ]
        let isSigned = if case .absent = bag.signature { false } else { true }
        let unsigned = trusted != nil && !isSigned ? ["its tag manifest is not signed by anybody, and you named who should have"] : []
        return VerificationReport(
            subject: "bag", facts: facts + bag.warnings.map { ("warning", .string($0.description)) }, findings: bag.findings.map(\.description) + unsigned,
            intact: isSigned
                ? "whole and as signed; of the ledger in it only the archive itself can be asked"
                : "whole, by its own manifests", attested: isSigned ? nil : "signed by nobody, attested by nothing")
    }

    /// What may be asked of an archive and not of the folder that it was unpacked into.
    package static let onlyOfArchives =
        "--anchor, --tsa-ca, --witness and --revoked-keys ask about the ledger in an archive; of a folder only its files are checked. Name the archive"

    /// Where a revision lies in its archive.
    static let portal = "data/portal/"

    /// A ledger's leaves, roots and checkpoints. `notCompared`: why rows of the index were not held against the records as well.
    /// `isRemembered`: the signer's own memory of the last head that it signed was there to be held against it.
    package static func ledger(_ result: LedgerVerification, anchors: AnchorStanding, notCompared: String?, isRemembered: Bool) -> VerificationReport {
        var facts: [(String, JSON)] = [("entries", .int(result.entries)), ("records", .int(result.records))]
        if result.erased > 0 { facts.append(("erased, leaf hash only", .int(result.erased))) }
        facts.append(("index rows", notCompared.map { .string($0) } ?? .int(result.rows)))
        facts += [("checkpoints", .int(result.checkpoints)), ("unsigned entries", .int(result.unsigned)), ("root", .text(result.root?.description))]
        if !isRemembered { facts.append(("last signed head", "not remembered here: a ledger that was put back to an earlier state is not noticed")) }
        if result.isCut {
            let stands = result.signedSize.map { "entries 0 to \($0 - 1), by the checkpoint of size \($0)" } ?? "nothing that a checkpoint speaks for"
            facts.append(("still stands", .string(stands + "; what follows cannot be read")))
        }
        let more = result.findingsLeftOut > 0 ? ["and \(result.findingsLeftOut) more"] : []
        let isDistrusted = more.isEmpty && result.findings.allSatisfy(\.concernsTrustOnly)
        return VerificationReport(
            subject: "ledger", facts: facts, findings: result.findings.map(\.text) + more,
            flawed: isDistrusted ? VerificationReport.distrusted : "integrity broken", anchors: anchors)
    }

    /// The ledger in a folder, without its index. `state`: the signer's own memory of the last head it signed, if it can be had.
    package static func ledger(
        folder: String, state: SignerState?, trust: Trust = Trust(), roots: TrustRoots = .none, anchors files: [String] = []
    ) throws -> VerificationReport {
        let ledger = try LedgerFile(in: folder, writing: false)
        let signer = try CheckpointVerifier(ledger)
        let anchors = try LedgerAnchors(ledger, signer: signer, roots: roots, files: files)
        var verifier = LedgerVerifier(ledger, index: nil, decoder: NoRows())
        let lastSigned = try state?.read(signer)
        var result = try verifier.verify(signer: signer, lastSigned: lastSigned, outside: anchors.outside.heads, anchored: anchors.dated)
        trust.findings(on: signer.keys).forEach { result.add($0) }
        let notCompared = "not looked at: this program does not derive them"
        return .ledger(result, anchors: anchors.standing(result), notCompared: notCompared, isRemembered: lastSigned != nil)
    }
}

extension PublishedLog {
    /// Out of an archive: the revision's files, and the ledger that lies beside them.
    init(archive kept: [String: [UInt8]]) {
        var files: [String: [UInt8]] = [:]
        for (name, bytes) in kept where name.hasPrefix(VerificationReport.portal) { files[String(name.dropFirst(VerificationReport.portal.count))] = bytes }
        self.init(files, entries: kept["data/ledger/entries.jsonl"]?.split(separator: 10).map { Array($0) })
        if !files.isEmpty, let checkpoint = files["checkpoint"], checkpoint != kept["data/checkpoint"] {
            found("'data/checkpoint': not the checkpoint that the revision is pinned to")
        }
    }
}

/// For a verification that knows no mappings.
private struct NoRows: RowDecoder {
    func begin(source: SourceID) {}
    func origin(_ json: JSON) {}
    func rows(of record: StoredRecord, _ body: (Int, borrowing Row) throws -> Void) -> String? { nil }
}

extension SignatureStatus {
    package var words: String {
        switch self {
        case .absent: "nobody"
        case .valid(let key): "\(key.fingerprint), which is trusted"
        case .selfSigned(let key): "\(key.fingerprint), which nobody vouched for (--allowed-signers)"
        case .vouched(let key, let former): "\(key.fingerprint), handed over to by \(former.fingerprint), which is trusted"
        case .refused(let reason): "refused: \(reason)"
        }
    }
}
