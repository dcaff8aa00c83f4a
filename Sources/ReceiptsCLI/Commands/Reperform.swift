import ArgumentParser
import Evidence

struct Reperform: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reperform", abstract: "Make every result and page of an archive anew from the evidence in it, and compare.",
        discussion: """
            Verifies the archive first. Then rebuilds ledger and index in a temporary folder from the archive's records, checks them against \
            the signed head, tests every control, renders every page, and says which files are not byte for byte those of the archive. \
            Needs no key and no network.
            """)

    @OptionGroup var format: FormatOptions
    @OptionGroup var anchors: AnchorOptions
    @Argument(help: "The archive; its .sig is looked for beside it.")
    var archive: String

    func run() throws {
        try reporting {
            guard Files.exists(archive) else {
                throw CommandError(
                    .badInput, "there is no file '\(archive)'", hint: "name an archive that 'receipts publish' wrote; it ends in .tar.zst or .zip")
            }
            let scratch = try Files.makeTemporaryFolder(named: "receipts-reperform")
            defer { try? Files.remove(scratch) }
            let result = try Reperformance(archive, scratch: scratch, .live()).run(
                trust: try anchors.trust(), roots: try anchors.roots.given(), anchors: anchors.anchor)
            return result.report.report(.live(), format.format, anchors)
        }
    }
}
