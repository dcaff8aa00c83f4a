import Assessment
import Controls
import Evidence
import Verification

/// What `check --mutants` says: per control the share of mistakes that its examples notice, and each that they do not.
struct MutantReport {
    /// What the shipped controls aim at, and a control of one's own should.
    private static let wanted = (all: 0.95, each: 0.8)
    private let results: [(control: Control, result: MutationResult)]

    init(_ folder: ProgrammeFolder, only: [String]) throws {
        let controls = try folder.controls(named: only)
        let runner = ExampleRunner(folder.catalogue)
        results = try folder.catalogue.controls.filter { controls.contains($0.id) }.map { ($0, try runner.mutate($0)) }
    }

    private var caught: Int { results.reduce(0) { $0 + $1.result.caught } }
    private var counted: Int { results.reduce(0) { $0 + $1.result.counted } }
    private var isEnough: Bool {
        results.allSatisfy { $0.result.share >= MutantReport.wanted.each } && Double(caught) >= MutantReport.wanted.all * Double(counted)
    }

    /// 4 if too few are noticed.
    func write(to world: World, _ format: Format) -> Outcome {
        format == .json ? world.output(json.canonical) : lines.forEach(world.output)
        return isEnough ? .done : .attention
    }

    private var lines: [String] {
        results.flatMap { control, result in
            ["\(control.id)  \(result.caught) of \(result.counted) mistakes noticed (\(percent(result.caught, result.counted)))"]
                + result.survivors.map { "  not noticed: \($0.place): \($0.part): \($0.kind.rawValue): \($0.change)" }
        } + ["\(caught) of \(counted) mistakes noticed (\(percent(caught, counted)))"]
    }

    private var json: JSON {
        ["caught": .int(caught), "counted": .int(counted), "controls": .array(results.map { json($0.result) })]
    }
    private func json(_ result: MutationResult) -> JSON {
        [
            "id": .string(result.control.text), "caught": .int(result.caught), "counted": .int(result.counted), "stillborn": .int(result.stillborn),
            "survivors": .array(result.survivors.map(json)),
        ]
    }
    private func json(_ mutant: Mutant) -> JSON {
        [
            "place": .string(mutant.place.description), "part": .string(mutant.part.description), "operator": .string(mutant.kind.rawValue),
            "change": .string(mutant.change),
        ]
    }

    /// Rounded down: 94.99 is not 95.
    private func percent(_ part: Int, _ whole: Int) -> String { whole == 0 ? "nothing to break" : "\(part * 100 / whole) %" }
}
