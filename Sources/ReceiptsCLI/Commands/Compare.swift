import ArgumentParser
import Evidence
import Verification

struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Decide whether two signed heads tell one history: consistent, behind, or a fork.",
        discussion: """
            Each may be a checkpoint file, a published revision's folder or any other that holds a log's checkpoint and tiles (C2SP \
            tlog-tiles), a programme's folder, or an archive. A fork is proof that the key signed two histories, and ends with 1. Where neither \
            place names the log's key, only what they state is compared: alike, or undecided.
            """)

    @OptionGroup var format: FormatOptions
    @Argument(help: "A checkpoint that you kept, a revision's folder, a programme's folder or an archive.")
    var one: String
    @Argument(help: "What to hold it against.")
    var other: String

    func run() throws {
        try reporting {
            let comparison = try HeadComparison(try KnownHead(one), try KnownHead(other))
            World.live().output(format.format == .json ? comparison.json.canonical : comparison.text)
            return comparison.outcome
        }
    }
}
