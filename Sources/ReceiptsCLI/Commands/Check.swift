import ArgumentParser
import Assessment
import Evidence
import Ledger
import Portal

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check receipts.yaml, controls, mappings and templates, and run every control's examples.",
        discussion: "Key files are looked at too: whether they are there, and their owner's alone. Touches no ledger and no source, asks no agent.")

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: FormatOptions
    @Option(help: "Only this control; may be repeated.")
    var control: [String] = []
    @Flag(help: "Also break each control's SQL in every small way, and show which mistakes its examples would not notice.")
    var mutants = false

    func run() throws {
        try reporting {
            let world = try place.world()
            let folder = try ProgrammeFolder(world.folder, environment: world.environment, examples: .read)
            let problems = try CheckRun(folder).problems(only: control)
            guard !problems.contains(where: { $0.severity == .error }) else { throw Diagnostics(problems) }
            problems.forEach { world.errors($0.text + "\n") }
            if mutants { return try MutantReport(folder, only: control).write(to: world, format.format) }
            let controls = control.isEmpty ? folder.catalogue.controls.count : control.count
            let examples = folder.catalogue.controls.filter { control.isEmpty || control.contains($0.id.text) }.reduce(0) { $0 + ($1.examples?.count ?? 0) }
            if format.format == .json {
                world.output(JSON.object(["controls": .int(controls), "examples": .int(examples), "problems": []]).canonical)
            } else {
                let counts = [
                    (controls, "control"), (examples, "example"), (folder.catalogue.kinds.count, "kind"), (folder.programme.sources.count, "source"),
                ]
                world.output(counts.map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }.joined(separator: ", ") + ": nothing wrong found")
            }
            return .done
        }
    }
}

/// Everything that can be found wrong without evidence.
struct CheckRun {
    private let folder: ProgrammeFolder
    init(_ folder: ProgrammeFolder) { self.folder = folder }

    func problems(only: [String]) throws -> [Diagnostic] {
        let controls = try folder.controls(named: only)
        var problems: [Diagnostic] = []
        problems += ErrorText.problems { _ = try Mappings(sources: folder.programme.sources, kinds: folder.catalogue.kinds) }
        if only.isEmpty { problems += ReadyMadeCheck(folder: folder).problems().filter { !problems.contains($0) } }
        problems += ErrorText.problems { _ = try TemplateSet.load(files: try folder.templateFiles()) }
        problems += folder.keys.problems()
        problems += pseudonymKey()
        problems += ErrorText.problems { _ = try folder.trustRoots() }
        if only.isEmpty {
            let ids = folder.catalogue.controls.map(\.id)
            for trace in folder.catalogue.traces { problems += try Tracer.problems(trace, kinds: folder.catalogue.kinds, controls: ids) }
        }
        let runner = ExampleRunner(folder.catalogue)
        for control in folder.catalogue.controls where controls.contains(control.id) { problems += runner.check(control) + runner.lint(control) }
        return problems
    }

    private func pseudonymKey() -> [Diagnostic] {
        guard Files.exists(folder.pseudonymKeyPath) else {
            return [.warning("there is no pseudonym key", at: Place(file: folder.pseudonymKeyPath), hint: ProgrammeKeys.notNeeded)]
        }
        return ErrorText.problems { _ = try folder.pseudonymKey() }
    }
}
