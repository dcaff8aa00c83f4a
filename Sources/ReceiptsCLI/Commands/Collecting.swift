import ArgumentParser
import Evidence
import Ledger

struct Collect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Pull every configured source into the ledger, and sign it.",
        discussion: "A pull that fails or brings nothing is evidence too, and is entered. Exits with 5 if a source failed or was partial.")

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var waiting: WaitOptions
    @Option(help: "Only this source; may be repeated.")
    var source: [String] = []

    func run() throws {
        try reporting {
            let world = try place.world()
            let report = try Work(world, waiting: waiting.wait).collect(only: source)
            world.output(format.format == .json ? report.json.canonical : report.text)
            return report.isWhole ? .done : .sourceFailed
        }
    }
}

extension CollectRun.Report {
    var text: String {
        var lines = pulls.map { pull in
            var line = "\(pull.source): \(pull.outcome.rawValue), \(pull.kept) kept"
            if pull.duplicates > 0 { line += ", \(pull.duplicates) duplicate" }
            if pull.conflicts > 0 { line += ", \(pull.conflicts) in conflict with an earlier record" }
            if pull.rejected > 0 { line += ", \(pull.rejected) rejected" }
            return ([line] + pull.problems.map { "  \($0)" }).joined(separator: "\n")
        }
        if interrupted > 0 { lines.insert("\(interrupted) pull(s) of an earlier run never ended and are now recorded as interrupted", at: 0) }
        if leftUnsigned > 0 { lines.insert("\(leftUnsigned) entries that an earlier run did not live to sign are signed now", at: 0) }
        if let head { lines.append("sealed: \(head.size) entries, root \(head.root)") }
        return lines.joined(separator: "\n")
    }

    var json: JSON {
        let pulls = pulls.map { pull in
            JSON.object([
                "source": .string(pull.source.text), "outcome": .string(pull.outcome.rawValue), "kept": .int(pull.kept),
                "duplicates": .int(pull.duplicates), "conflicts": .int(pull.conflicts), "rejected": .int(pull.rejected), "problems": .array(pull.problems.map { .string($0) }),
            ])
        }
        return [
            "pulls": .array(pulls), "interrupted": .int(interrupted), "left_unsigned": .int(leftUnsigned), "size": head.map { .int($0.size) } ?? .null,
            "root": .text(head?.root.description),
        ]
    }
}

struct Index: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make the index anew from the ledger's bytes.")

    @OptionGroup var place: PlaceOptions
    @OptionGroup var waiting: WaitOptions
    @Flag(help: "Delete the index and derive it again.")
    var rebuild = false

    func validate() throws {
        if !rebuild { throw ValidationError("'index' needs --rebuild") }
    }

    func run() throws {
        try reporting {
            let world = try place.world()
            let entries = try Work(world, waiting: waiting.wait).rebuildIndex()
            world.output("indexed \(entries) entries")
            return .done
        }
    }
}
