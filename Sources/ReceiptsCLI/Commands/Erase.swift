import ArgumentParser
import Evidence

struct Erase: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase", abstract: "Overwrite records in the ledger for good, and enter why.",
        discussion: """
            Bytes and salt are overwritten and the leaf hash stays, so the tree and every proof of another record hold. The reason and the \
            approver are entered in the ledger and published: name no customer in them. What was decided with the records becomes insufficient \
            evidence, and the days they happened on are not covered any more. Revisions and archives that were published are never \
            changed; those that still hold a record are listed.
            """)

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var waiting: WaitOptions
    @Argument(help: "Records by the ids that pages show, such as e12-r3.")
    var record: [String] = []
    @Option(help: ArgumentHelp("Also each record that names this pseudonym (subj-…, acct-…).", valueName: "pseudonym"))
    var subject: [String] = []
    @Option(name: .customLong("where"), help: ArgumentHelp("Also each record of a kind whose field has this value.", valueName: "kind.field=value"))
    var condition: [String] = []
    @Option(help: "Why, in at most 300 bytes.")
    var reason: String
    @Option(help: "Who allowed it, in at most 100 bytes.")
    var approver: String
    @Flag(help: "Only say which records these are, and who still holds them.")
    var dryRun = false

    func run() throws {
        try reporting {
            let world = try place.world()
            let work = try Work(world, waiting: waiting.wait)
            let order = ErasureOrder(records: record, subjects: subject, conditions: condition, reason: reason, approver: approver)
            let report = try ErasureRun(work.folder, world).run(order, isDry: dryRun)
            if !report.isCompacted {
                world.errors(
                    Diagnostic.warning("the disk has no room to write the ledger anew", hint: "free some and erase again: old pages may keep parts").text + "\n"
                )
            }
            world.output(format.format == .json ? report.json.canonical : report.text)
            return .done
        }
    }
}
