import Evidence

/// The values of one page, flat: text lies in one arena of bytes, rows in one array of cells. Reused from page to page.
package struct PageValues {
    /// A text is `count` bytes of the arena from `start`; a flag is a count of 0 or 1; a list is `count` rows of which the first is at
    /// cell `start` and the last at cell `last`. So anything is true when its count is not 0.
    struct Cell {
        var start: Int32 = -1
        var count: Int32 = Cell.unset
        var last: Int32 = -1
        static let unset: Int32 = -1
    }

    private(set) var arena: [UInt8] = []
    /// A row is a cell that holds where the next row of its list starts, then one cell per field.
    private(set) var cells: [Cell] = []
    private var shape: Shape
    private var row = 0
    private var expected = 0

    package init(_ shape: Shape) {
        self.shape = shape
        begin(shape)
    }

    /// Forgets the values and keeps the memory.
    package mutating func begin(_ shape: Shape) {
        arena.removeAll(keepingCapacity: true)
        cells.removeAll(keepingCapacity: true)
        self.shape = shape
        row = openRow(shape)
        expected = 0
    }

    package mutating func set(_ name: String, _ text: String) {
        let cell = field(name)
        let start = arena.count
        arena.append(contentsOf: text.utf8)
        cells[cell] = Cell(start: Int32(start), count: Int32(arena.count - start))
    }
    package mutating func set(_ name: String, _ number: Int) {
        let cell = field(name)
        let start = arena.count
        append(decimal: number)
        cells[cell] = Cell(start: Int32(start), count: Int32(arena.count - start))
    }
    package mutating func set(_ name: String, bytes: some Collection<UInt8>) {
        let cell = field(name)
        let start = arena.count
        arena.append(contentsOf: bytes)
        cells[cell] = Cell(start: Int32(start), count: Int32(arena.count - start))
    }
    /// As `Words.span` says it, without a String.
    mutating func set(_ name: String, _ span: Span?) {
        guard let span else { return set(name, "unknown") }
        let cell = field(name)
        let start = arena.count
        span.earliest.append(to: &arena)
        if !span.isExact {
            arena.append(contentsOf: " to ".utf8)
            span.latest.append(to: &arena)
        }
        cells[cell] = Cell(start: Int32(start), count: Int32(arena.count - start))
    }
    package mutating func flag(_ name: String, _ value: Bool) {
        cells[field(name)] = Cell(start: 0, count: value ? 1 : 0)
    }

    /// Appends one row to a list and fills it.
    package mutating func add(_ list: String, _ fill: (inout PageValues) throws -> Void) rethrows {
        let cell = field(list)
        guard case .list(let inner) = shape.types[cell - row - 1] else { preconditionFailure("'\(list)' is not a list") }
        let new = openRow(inner)
        if cells[cell].count > 0 { cells[Int(cells[cell].last)].start = Int32(new) } else { cells[cell].start = Int32(new) }
        cells[cell].count += 1
        cells[cell].last = Int32(new)
        let outer = (shape, row, expected)
        (shape, row, expected) = (inner, new, 0)
        try fill(&self)
        checkComplete()
        (shape, row, expected) = outer
    }

    /// Every text and flag was set; an unset one would print as nothing, which on an evidence page is a false statement.
    func checkComplete() {
        for i in shape.names.indices where cells[row + 1 + i].count == Cell.unset {
            preconditionFailure("'\(shape.names[i])' of '\(shape.name)' was not set")
        }
    }

    private mutating func openRow(_ shape: Shape) -> Int {
        let start = cells.count
        cells.append(Cell())
        for type in shape.types {
            if case .list = type { cells.append(Cell(start: -1, count: 0)) } else { cells.append(Cell()) }
        }
        return start
    }

    /// Fields are mostly set in the order of the shape, so the next one is looked at first.
    private mutating func field(_ name: String) -> Int {
        if expected < shape.names.count, shape.names[expected] == name {
            expected += 1
            return row + expected
        }
        guard let i = shape.index(of: name) else { preconditionFailure("'\(shape.name)' has no field '\(name)'") }
        expected = i + 1
        return row + 1 + i
    }

    private mutating func append(decimal number: Int) {
        var magnitude = number.magnitude
        let start = arena.count
        repeat {
            arena.append(UInt8(48 + magnitude % 10))
            magnitude /= 10
        } while magnitude > 0
        if number < 0 { arena.append(45) }
        arena[start...].reverse()
    }
}
