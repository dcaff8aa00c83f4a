import Archive
import Evidence
import Ledger
import Seal

extension VerificationReport {
    /// A published revision's folder against its signed manifest.
    package static func portal(_ folder: String, trust: Trust) throws -> VerificationReport {
        let portal = try SignedPortal(folder, trust: trust)
        var findings = portal.findings
        if portal.signature == .absent { findings.append("the manifest is not signed") }
        var files: [String: [UInt8]] = [:]
        for name in portal.report.names where PublishedLog.isPart(name) { files[name] = try SmallFile.read("\(folder)/\(name)", limit: 1 << 25) }
        let log = PublishedLog(files)
        let facts: [(String, JSON)] = [("files", .int(portal.report.files)), ("signed by", .string(portal.signature.words))]
        return VerificationReport(subject: "portal", facts: facts + keys(portal.chain) + log.facts, findings: findings + log.findings)
    }

    /// An archive as a stream: container, manifests, signatures. Nothing is unpacked.
    package static func archive(_ path: String, trust: Trust) throws -> VerificationReport {
        let archive = try SignedArchive(path, trust: trust, keep: ["data/checkpoint", "data/ledger/entries.jsonl"]) { name in
            name.hasPrefix(portal) && PublishedLog.isPart(String(name.dropFirst(portal.count)))
        }
        let report = archive.report
        var findings = archive.findings
        if report.containerSignature == .absent { findings.append("there is no signature '\(path).sig' over the container") }
        if report.manifestSignature == .absent { findings.append("the bag's tag manifest is not signed") }
        let log = PublishedLog(archive: report.kept)
        findings += log.findings
        let facts: [(String, JSON)] = [
            ("bag", .text(report.bagName)), ("members", .int(report.members)), ("payload bytes", .int(report.payloadBytes)),
            ("sha256", .string(report.sha256.description)), ("container signed by", .string(archive.container.words)),
            ("manifest signed by", .string(archive.manifest.words)),
        ]
        return VerificationReport(subject: "archive", facts: facts + keys(archive.chain) + log.facts, findings: findings)
    }

    private static func keys(_ chain: KeyChain?) -> [(name: String, value: JSON)] { chain.map { [("keys", .string($0.words))] } ?? [] }

    /// A bag that was unpacked into a folder, ours or anybody's.
    package static func bag(_ folder: String, trusted: [PublicKey]?) throws -> VerificationReport {
        let bag = try UnpackedBag(folder, trusted: trusted)
        let facts: [(String, JSON)] = [
            ("BagIt version", .text(bag.version)), ("payload files", .int(bag.payloadFiles)),
            ("digests", .string(bag.algorithms.map { $0.rawValue + ($0.isWeak ? " (finds accidents only)" : "") }.joined(separator: ", "))),
            ("manifest signed by", .string(bag.signature.words)),
        ]
        return VerificationReport(
            subject: "bag", facts: facts + bag.warnings.map { ("warning", .string($0.description)) }, findings: bag.findings.map(\.description))
    }

    /// Where a revision lies in its archive.
    fileprivate static let portal = "data/portal/"

    /// A ledger's leaves, roots and checkpoints. `derived`: rows of the index were held against the records as well.
    package static func ledger(_ result: LedgerVerification, derived: Bool) -> VerificationReport {
        var facts: [(String, JSON)] = [("entries", .int(result.entries)), ("records", .int(result.records))]
        if result.erased > 0 { facts.append(("erased, leaf hash only", .int(result.erased))) }
        facts.append(("index rows", derived ? .int(result.rows) : "not looked at: this program does not derive them"))
        facts += [("checkpoints", .int(result.checkpoints)), ("unsigned entries", .int(result.unsigned)), ("root", .text(result.root?.description))]
        let more = result.findingsLeftOut > 0 ? ["and \(result.findingsLeftOut) more"] : []
        let isDistrusted = more.isEmpty && result.findings.allSatisfy(\.concernsTrustOnly)
        return VerificationReport(
            subject: "ledger", facts: facts, findings: result.findings.map(\.text) + more,
            flawed: isDistrusted ? VerificationReport.distrusted : "integrity broken")
    }

    /// The ledger in a folder, without its index. `state`: the signer's own memory of the last head it signed, if it can be had.
    package static func ledger(folder: String, state: SignerState?, trust: Trust = Trust()) throws -> VerificationReport {
        let ledger = try LedgerFile(in: folder, writing: false)
        let signer = try CheckpointVerifier(ledger)
        var verifier = LedgerVerifier(ledger, index: nil, decoder: NoRows())
        var result = try verifier.verify(signer: signer, lastSigned: try state?.read(signer))
        trust.findings(on: signer.keys).forEach { result.add($0) }
        return .ledger(result, derived: false)
    }
}

extension PublishedLog {
    /// Out of an archive: the revision's files, and the ledger that lies beside them.
    fileprivate init(archive kept: [String: [UInt8]]) {
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
