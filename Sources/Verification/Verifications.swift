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
        let facts: [(String, JSON)] = [("files", .int(portal.report.files)), ("signed by", .string(portal.signature.words))]
        return VerificationReport(subject: "portal", facts: facts + keys(portal.chain), findings: findings)
    }

    /// An archive as a stream: container, manifests, signatures. Nothing is unpacked.
    package static func archive(_ path: String, trust: Trust) throws -> VerificationReport {
        let archive = try SignedArchive(path, trust: trust)
        let report = archive.report
        var findings = archive.findings
        if report.containerSignature == .absent { findings.append("there is no signature '\(path).sig' over the container") }
        if report.manifestSignature == .absent { findings.append("the bag's tag manifest is not signed") }
        let facts: [(String, JSON)] = [
            ("bag", .text(report.bagName)), ("members", .int(report.members)), ("payload bytes", .int(report.payloadBytes)),
            ("sha256", .string(report.sha256.description)), ("container signed by", .string(archive.container.words)),
            ("manifest signed by", .string(archive.manifest.words)),
        ]
        return VerificationReport(subject: "archive", facts: facts + keys(archive.chain), findings: findings)
    }

    private static func keys(_ chain: KeyChain?) -> [(name: String, value: JSON)] { chain.map { [("keys", .string($0.words))] } ?? [] }

    /// A ledger's leaves, roots and checkpoints. `derived`: rows of the index were held against the records as well.
    package static func ledger(_ result: LedgerVerification, derived: Bool) -> VerificationReport {
        var facts: [(String, JSON)] = [("entries", .int(result.entries)), ("records", .int(result.records))]
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
