import Controls
import Evidence

/// How many deliberate mistakes in a control's SQL its own examples notice.
package struct MutationResult: Sendable {
    package let control: ControlID
    package let caught: Int
    /// Mistakes after which every example still comes out as it says.
    package let survivors: [Mutant]
    /// Mutants that SQLite refuses, or that end in an error: they prove nothing and are not counted.
    package let stillborn: Int

    package var counted: Int { caught + survivors.count }
    /// 0...1; 1 where there was nothing to break.
    package var share: Double { counted == 0 ? 1 : Double(caught) / Double(counted) }
}

extension ExampleRunner {
    /// Breaks the control's SQL in every way of `Mutant.all`, one at a time. The control's examples come out as they say to begin with.
    package func mutate(_ control: Control) throws -> MutationResult {
        let mutants = Mutant.all(of: control)
        var fate = [Fate](repeating: .survives, count: mutants.count)
        for example in control.examples ?? [] {
            let bench = try ExampleBench(example, of: control, kinds: catalogue.kinds, plan: catalogue.plan)
            for (i, mutant) in mutants.enumerated() where fate[i] == .survives {
                do {
                    if try !bench.problems(mutant.applied(to: control)).isEmpty { fate[i] = .caught }
                } catch is Diagnostics {
                    fate[i] = .stillborn
                }
            }
        }
        return MutationResult(
            control: control.id, caught: fate.count { $0 == .caught }, survivors: mutants.indices.filter { fate[$0] == .survives }.map { mutants[$0] },
            stillborn: fate.count { $0 == .stillborn })
    }

    private enum Fate { case survives, caught, stillborn }
}
