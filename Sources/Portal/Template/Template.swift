/// A compiled page: flat instructions over one array of literal bytes.
struct Template: Sendable {
    enum Operation: UInt8, Sendable {
        /// Literal bytes: `a` start, `b` count.
        case literal
        /// A value of the row at `depth`, field `a`: as text, or as a link (`startOfLink`: the first bytes of the attribute).
        case text, link, startOfLink
        /// Enters the list in field `a` of the row at `depth`, as the row at `target`; jumps to `b` if it is empty.
        case enter
        /// Goes to the next row of the list at `depth`, back to `b`; falls through after the last.
        case next
        /// Jumps to `b` if field `a` of the row at `depth` is empty, or is not.
        case jumpIfEmpty, jumpUnlessEmpty
        case jump
    }
    struct Instruction: Sendable {
        let operation: Operation
        let depth: UInt8
        let target: UInt8
        var a: Int32
        var b: Int32
    }

    static let deepest = 8
    var literals: [UInt8] = []
    var code: [Instruction] = []

    /// Appends the page to `out`.
    func render(_ values: PageValues, into out: inout [UInt8]) {
        values.checkComplete()
        values.arena.withUnsafeBufferPointer { arena in
            values.cells.withUnsafeBufferPointer { cells in
                literals.withUnsafeBufferPointer { literals in
                    code.withUnsafeBufferPointer { code in
                        Template.run(code, literals: literals, arena: arena, cells: cells, into: &out)
                    }
                }
            }
        }
    }

    private static func run(
        _ code: UnsafeBufferPointer<Instruction>, literals: UnsafeBufferPointer<UInt8>, arena: UnsafeBufferPointer<UInt8>,
        cells: UnsafeBufferPointer<PageValues.Cell>, into out: inout [UInt8]
    ) {
        withUnsafeTemporaryAllocation(of: Int.self, capacity: deepest + 1) { rows in
            rows.initialize(repeating: 0)
            var at = 0
            while at < code.count {
                let step = code[at]
                let depth = Int(step.depth)
                at += 1
                switch step.operation {
                case .literal:
                    out.append(contentsOf: UnsafeBufferPointer(rebasing: literals[Int(step.a)..<Int(step.a + step.b)]))
                case .text:
                    Escape.html(bytes(cells[rows[depth] + 1 + Int(step.a)], arena), into: &out)
                case .link:
                    Escape.link(bytes(cells[rows[depth] + 1 + Int(step.a)], arena), isStart: false, into: &out)
                case .startOfLink:
                    Escape.link(bytes(cells[rows[depth] + 1 + Int(step.a)], arena), isStart: true, into: &out)
                case .enter:
                    let list = cells[rows[depth] + 1 + Int(step.a)]
                    if list.count > 0 { rows[Int(step.target)] = Int(list.start) } else { at = Int(step.b) }
                case .next:
                    let following = Int(cells[rows[depth]].start)
                    if following >= 0 {
                        rows[depth] = following
                        at = Int(step.b)
                    }
                case .jumpIfEmpty:
                    if cells[rows[depth] + 1 + Int(step.a)].count <= 0 { at = Int(step.b) }
                case .jumpUnlessEmpty:
                    if cells[rows[depth] + 1 + Int(step.a)].count > 0 { at = Int(step.b) }
                case .jump:
                    at = Int(step.b)
                }
            }
        }
    }

    private static func bytes(_ cell: PageValues.Cell, _ arena: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: arena[Int(cell.start)..<Int(cell.start + cell.count)])
    }
}
