import Archive
import ArgumentParser
import Evidence
import Ledger
import Seal

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Verify a ledger, a published portal or an archive.",
        discussion: """
            Proves that nothing changed since it was signed, never that a source told the truth. Without an external anchor the word is \
            "self-attested" and the exit code 3.
            """,
        subcommands: [VerifyLedger.self, VerifyPortal.self, VerifyArchive.self])
}

struct AnchorOptions: ParsableArguments {
    @Flag(help: "End with 0 although no external anchor fixes the time.")
    var acceptUnanchored = false

    @Option(help: ArgumentHelp("Trust only keys in this allowed_signers file.", valueName: "file"))
    var allowedSigners: String?

    func trusted() throws -> [PublicKey]? {
        try allowedSigners.map { try AllowedSigner.parse(try Files.read($0)).map(\.key) }
    }
    var intact: Outcome { acceptUnanchored ? .done : .unanchored }
}

/// A verification for a terminal or a machine: the same facts either way.
struct VerificationText {
    let subject: String
    let facts: [(name: String, value: JSON)]
    let findings: [String]
    /// What is said where nothing is found.
    var intact = "intact"

    static let unanchored = "self-attested, no external anchor"

    var text: String {
        var lines = facts.map { "\($0.name): \($0.value.text ?? $0.value.canonical)" }
        lines += findings.map { "found: \($0)" }
        lines.append(
            findings.isEmpty
                ? "\(subject): \(intact); \(VerificationText.unanchored)"
                : "\(subject): integrity broken, \(findings.count) finding\(findings.count == 1 ? "" : "s")")
        return lines.joined(separator: "\n")
    }

    var json: JSON {
        var members = Dictionary(facts.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
        members["subject"] = .string(subject)
        members["findings"] = .array(findings.map { .string($0) })
        members["anchor"] = .string(VerificationText.unanchored)
        return .object(members)
    }

    func report(_ world: World, _ format: Format, _ anchors: AnchorOptions) -> Outcome {
        world.output(format == .json ? json.canonical : text)
        return findings.isEmpty ? anchors.intact : .integrityBroken
    }
}

struct VerifyLedger: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Re-derive every leaf, root, checkpoint and index row from the ledger's bytes.")

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var waiting: WaitOptions
    @OptionGroup var anchors: AnchorOptions

    func run() throws {
        try reporting {
            let world = try place.world()
            let work = try Work(world, waiting: waiting.wait)
            let result = try LedgerCheck(work.folder).run()
            let facts: [(String, JSON)] = [
                ("entries", .int(result.entries)), ("records", .int(result.records)), ("index rows", .int(result.rows)),
                ("checkpoints", .int(result.checkpoints)), ("unsigned entries", .int(result.unsigned)), ("root", .text(result.root?.description)),
            ]
            let more = result.findingsLeftOut > 0 ? ["and \(result.findingsLeftOut) more"] : []
            return VerificationText(subject: "ledger", facts: facts, findings: result.findings.map(\.text) + more).report(world, format.format, anchors)
        }
    }
}

/// `verify ledger`, with what only the command line knows: mappings, keys, the signer's state.
struct LedgerCheck {
    private let folder: ProgrammeFolder
    init(_ folder: ProgrammeFolder) { self.folder = folder }

    func run() throws -> LedgerVerification {
        let store = try Store(folder)
        let key = try PublicKey(sshLine: store.ledger.genesis.publicKey)
        let signer = try CheckpointVerifier(origin: store.ledger.genesis.origin, key: key)
        var result: LedgerVerification
        var verifier = LedgerVerifier(store.ledger, index: store.index, decoder: MappingDecoder(store.mappings))
        do {
            result = try verifier.verify(signer: signer, lastSigned: try folder.signerState.read(signer))
        } catch LedgerError.unreadable(let path, let reason) {
            result = try verifier.verify(signer: signer, lastSigned: nil)
            result.add(LedgerFinding(.signer, path, reason))
        }
        if Files.exists(folder.keysFolder + "/" + ProgrammeFolder.signingKeyName), try folder.signingKey().publicKey != key {
            result.add(LedgerFinding(.entry, "0", "names another key than the programme's"))
        }
        return result
    }
}

struct VerifyPortal: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "portal", abstract: "Check every file of a published revision against its signed manifest.")

    @OptionGroup var format: FormatOptions
    @OptionGroup var anchors: AnchorOptions
    @Argument(help: "The revision's folder, such as output/2026-h1/r1.")
    var folder: String

    func run() throws {
        try reporting {
            guard Files.isFolder(folder) else { throw CommandError(.badInput, "there is no folder '\(folder)'") }
            let report = try SiteManifest.verify(folder: folder, trusted: try anchors.trusted())
            var findings = report.findings.map(\.description)
            if report.signature == .absent { findings.append("the manifest is not signed") }
            let facts: [(String, JSON)] = [("files", .int(report.files)), ("signed by", .string(report.signature.words))]
            return VerificationText(subject: "portal", facts: facts, findings: findings).report(.live(), format.format, anchors)
        }
    }
}

struct VerifyArchive: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive", abstract: "Check an archive as a stream: container, manifests, signatures. Nothing is unpacked.")

    @OptionGroup var format: FormatOptions
    @OptionGroup var anchors: AnchorOptions
    @Argument(help: "The archive; its .sig is looked for beside it.")
    var archive: String

    func run() throws {
        try reporting {
            guard Files.exists(archive) else { throw CommandError(.badInput, "there is no file '\(archive)'") }
            let report = try ArchiveVerifier.verify(archive, trusted: try anchors.trusted())
            var findings = report.findings.map(\.description)
            if report.containerSignature == .absent { findings.append("there is no signature '\(archive).sig' over the container") }
            if report.manifestSignature == .absent { findings.append("the bag's tag manifest is not signed") }
            let facts: [(String, JSON)] = [
                ("bag", .text(report.bagName)), ("members", .int(report.members)), ("payload bytes", .int(report.payloadBytes)),
                ("sha256", .string(report.sha256.description)), ("container signed by", .string(report.containerSignature.words)),
                ("manifest signed by", .string(report.manifestSignature.words)),
            ]
            return VerificationText(subject: "archive", facts: facts, findings: findings).report(.live(), format.format, anchors)
        }
    }
}

extension SignatureStatus {
    var words: String {
        switch self {
        case .absent: "nobody"
        case .valid(let key): "\(key.fingerprint), which is trusted"
        case .selfSigned(let key): "\(key.fingerprint), which nobody vouched for (--allowed-signers)"
        case .refused(let reason): "refused: \(reason)"
        }
    }
}
