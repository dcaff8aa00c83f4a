import ArgumentParser
import Evidence
import Ledger

struct Collect: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collect", abstract: "Pull every configured source into the ledger, and sign it.",
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
            report.diagnostics.forEach { world.errors($0.text + "\n") }
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
            if pull.erased > 0 { line += ", \(pull.erased) erased before and not stored" }
            return line
        }
        if interrupted > 0 { lines.insert("\(interrupted) pull(s) of an earlier run never ended and are now recorded as interrupted", at: 0) }
        if leftUnsigned > 0 { lines.insert("entries that an earlier run did not live to sign, signed now: \(leftUnsigned)", at: 0) }
        if let head { lines.append("sealed: \(head.size) entries, root \(head.root)") }
        return lines.joined(separator: "\n")
    }

    /// What a person must look at: wordings that came into force unchecked, sources that did not answer whole, and where the records lie that could not be read.
    var diagnostics: [Diagnostic] { unsound + pulls.flatMap(CollectRun.Report.diagnostics) + [unwritten].compactMap { $0 } }

    private static func diagnostics(_ pull: Pull) -> [Diagnostic] {
        var found = pull.problems.map { problem in
            pull.outcome == .complete || pull.outcome == .empty
                ? Diagnostic.warning("source '\(pull.source)': \(problem)")
                : .error("source '\(pull.source)': \(problem)", hint: "what was read is kept; mend the source and collect again")
        }
        for (i, example) in pull.examples.enumerated() {
            let rest = i == pull.examples.count - 1 ? pull.rejected - pull.examples.count : 0
            found.append(
                .error(
                    "record \(example.ordinal): \(example.reason)", at: Place(file: example.origin),
                    hint: "it is kept as a reject of '\(pull.source)', and its time is not covered" + (rest > 0 ? "; so are \(rest) more" : "")))
        }
        return found
    }

    var json: JSON {
        let pulls = pulls.map { pull in
            JSON.object([
                "source": .string(pull.source.text), "outcome": .string(pull.outcome.rawValue), "kept": .int(pull.kept),
                "duplicates": .int(pull.duplicates), "conflicts": .int(pull.conflicts), "rejected": .int(pull.rejected), "erased_before": .int(pull.erased),
                "problems": .array(pull.problems.map { .string($0) }),
            ])
        }
        return [
            "pulls": .array(pulls), "interrupted": .int(interrupted), "left_unsigned": .int(leftUnsigned), "size": head.map { .int($0.size) } ?? .null,
            "root": .text(head?.root.description),
        ]
    }
}

struct Index: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "index", abstract: "Make the index anew from the ledger's bytes.")

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
