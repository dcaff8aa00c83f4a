import Anchors
import Archive
import ArgumentParser
import Evidence
import Ledger
import Seal
import Verification

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Verify a ledger, a published portal or an archive.",
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

    @Option(help: ArgumentHelp("Believe no key in this OpenSSH revocation list.", valueName: "krl"))
    var revokedKeys: String?

    @Option(help: ArgumentHelp("Your own copy of a checkpoint, cosignature or token that this must agree with; may be repeated.", valueName: "file"))
    var anchor: [String] = []

    @OptionGroup var roots: RootOptions

    func trust() throws -> Trust { try Trust(allowedSigners: allowedSigners, revokedKeys: revokedKeys) }
}

extension VerificationReport {
    func report(_ world: World, _ format: Format, _ anchors: AnchorOptions) -> Outcome {
        world.output(format == .json ? json.canonical : text)
        return outcome(acceptingUnanchored: anchors.acceptUnanchored)
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
            let report = try LedgerCheck(work.folder).run(try anchors.trust(), roots: try anchors.roots.given(), anchors: anchors.anchor)
            return report.report(world, format.format, anchors)
        }
    }
}

/// `verify ledger`, with what only the command line knows: mappings, keys, the signer's state.
struct LedgerCheck {
    private let folder: ProgrammeFolder
    init(_ folder: ProgrammeFolder) { self.folder = folder }

    /// `roots`: nil to believe those of receipts.yaml. `files`: the reader's own anchors.
    func run(_ trust: Trust, roots: TrustRoots?, anchors files: [String]) throws -> VerificationReport {
        let store = try Store.verifying(folder)
        let signer = try CheckpointVerifier(store.ledger)
        let anchors = try LedgerAnchors(store.ledger, signer: signer, roots: try roots ?? folder.trustRoots(), files: files)
        var result: LedgerVerification
        var isRemembered = true
        var verifier = LedgerVerifier(store.ledger, index: store.index, decoder: MappingDecoder(store.mappings))
        do {
            let lastSigned = try folder.signerState.read(signer)
            isRemembered = lastSigned != nil
            result = try verifier.verify(signer: signer, lastSigned: lastSigned, outside: anchors.outside.heads, anchored: anchors.dated)
        } catch LedgerError.memoryUnreadable(let path) {
            result = try verifier.verify(signer: signer, lastSigned: nil, outside: anchors.outside.heads, anchored: anchors.dated)
            result.add(LedgerFinding(memoryAt: path))
        }
        let known = try folder.keys.known()
        let key = signer.keys.current
        if !known.isEmpty, !known.contains(key.key) { result.add(LedgerFinding(.entry, "\(key.entry)", "names another key than the programme's")) }
        trust.findings(on: signer.keys).forEach { result.add($0) }
        func notCompared(_ index: IndexFile?) -> String? {
            if index != nil { return nil }
            return Files.exists(IndexFile.path(in: folder.ledgerFolder))
                ? "not compared: index.sqlite is made for other kinds or mappings, or is no index; 'receipts index --rebuild' makes it anew"
                : "not compared: there is no index.sqlite; 'receipts index --rebuild' makes it anew"
        }
        return .ledger(result, anchors: anchors.standing(result), notCompared: notCompared(store.index), isRemembered: isRemembered)
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
            guard Files.isFolder(folder) else {
                throw CommandError(.badInput, "there is no folder '\(folder)'", hint: "name a revision's folder, such as output/2026-h1/r1")
            }
            return try VerificationReport.portal(folder, trust: try anchors.trust(), roots: try anchors.roots.given(), anchors: anchors.anchor)
                .report(.live(), format.format, anchors)
        }
    }
}

struct VerifyArchive: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive", abstract: "Check an archive as a stream: container, manifests, signatures. Nothing is unpacked.",
        discussion: "Also a bag that was unpacked into a folder, ours or anybody's (BagIt 0.93 to 1.0): complete, and every digest as stated.")

    @OptionGroup var format: FormatOptions
    @OptionGroup var anchors: AnchorOptions
    @Argument(help: "The archive; its .sig is looked for beside it. Or the folder of an unpacked bag.")
    var archive: String

    func run() throws {
        try reporting {
            if Files.isFolder(archive) {
                guard anchors.anchor.isEmpty, try anchors.roots.given() == nil, anchors.revokedKeys == nil else {
                    throw CommandError(.usage, VerificationReport.onlyOfArchives)
                }
                return try VerificationReport.bag(archive, trusted: try anchors.trust().allowed?.map(\.key)).report(.live(), format.format, anchors)
            }
            guard Files.exists(archive) else {
                throw CommandError(
                    .badInput, "there is no file '\(archive)'", hint: "name an archive that 'receipts publish' wrote; it ends in .tar.zst or .zip")
            }
            return try ArchiveCheck(archive, trust: try anchors.trust(), roots: try anchors.roots.given(), anchors: anchors.anchor).verification
                .report(.live(), format.format, anchors)
        }
    }
}
