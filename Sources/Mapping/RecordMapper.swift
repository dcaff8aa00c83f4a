import CScan
import Evidence

/// Maps record after record: the buffers of one thread.
package struct RecordMapper {
    let mapper: Mapper
    var found: [Found]
    /// Unescaped and worked-out text of the record in hand.
    var work: [UInt8] = []
    var input = RecordInput(record: UnsafeRawBufferPointer(start: nil, count: 0), ordinal: 0, originName: [])
    /// When the snapshot was taken that the records are of: the time of rows whose yield has no `at`.
    package var takenAt: Instant?
    private var tape = JSONTape()
    /// The record in hand could be taken apart, whatever became of its rows.
    private(set) var isRead = false
    private var walk: TapeWalk
    private var held: [Bool]

    package init(_ mapper: Mapper) {
        self.mapper = mapper
        found = [Found](repeating: .absent, count: mapper.slotCount)
        held = [Bool](repeating: false, count: mapper.yields.count)
        walk = TapeWalk(trie: mapper.trie)
    }

    /// Adds nothing to `rows` unless every row of the record can be made; `rows.count` is set to how many there are.
    package mutating func map(
        _ record: UnsafeRawBufferPointer, shape: RecordShape, ordinal: Int, originName: [UInt8], into rows: inout RowBatch
    ) -> MapOutcome {
        begin(record, ordinal, originName)
        defer { input = RecordInput(record: UnsafeRawBufferPointer(start: nil, count: 0), ordinal: 0, originName: []) }
        rows.count = 0
        do throws(RejectReason) {
            try locate(record, shape)
            isRead = true
            for index in mapper.yields.indices where try holds(mapper.yields[index]) {
                held[index] = true
                try add(index, to: &rows)
            }
            return .rows(rows.count)
        } catch {
            rows.count = 0
            for i in held.indices { held[i] = false }
            return .reject(error)
        }
    }

    private mutating func begin(_ record: UnsafeRawBufferPointer, _ ordinal: Int, _ originName: [UInt8]) {
        isRead = false
        work.removeAll(keepingCapacity: true)
        for i in found.indices { found[i] = .absent }
        for i in held.indices { held[i] = false }
        input = RecordInput(record: record, ordinal: ordinal, originName: originName)
    }

    /// The first half of `map`: takes the record apart and asks which yields hold of it. False where `map` would say why it is a reject.
    ///
    /// The record's bytes must live until the rows are made.
    package mutating func read(_ record: UnsafeRawBufferPointer, shape: RecordShape, ordinal: Int, originName: [UInt8]) -> Bool {
        begin(record, ordinal, originName)
        do throws(RejectReason) {
            try locate(record, shape)
            isRead = true
            for index in mapper.yields.indices { held[index] = try holds(mapper.yields[index]) }
            return true
        } catch {
            return false
        }
    }

    /// The second half: the rows of the record that was read, or of what `follow` says is stored of it. False where `map` would say why there are none.
    package mutating func makeRows(into rows: inout RowBatch) -> Bool {
        rows.count = 0
        do throws(RejectReason) {
            for index in mapper.yields.indices where held[index] { try add(index, to: &rows) }
            return true
        } catch {
            return false
        }
    }

    /// The record that was read is stored as `stored`, in which nothing but people has moved: its values stand where they went, as if it had been read.
    /// Only for a mapping that `readsPeoplePlainly`.
    package mutating func follow(_ moves: [Move], to stored: UnsafeRawBufferPointer) {
        input = RecordInput(record: stored, ordinal: input.ordinal, originName: input.originName)
        work.removeAll(keepingCapacity: true)
        for i in found.indices where found[i].kind != .absent {
            if let move = moves.first(where: { $0.from.lowerBound == found[i].start && $0.from.upperBound == found[i].end }) {
                found[i] = .text(move.to)
                continue
            }
            found[i].start += Move.shift(at: found[i].start, moves)
            found[i].end += Move.shift(at: found[i].end, moves)
        }
    }

    private mutating func locate(_ record: UnsafeRawBufferPointer, _ shape: RecordShape) throws(RejectReason) {
        if let base = record.assumingMemoryBound(to: UInt8.self).baseAddress {
            let valid = scan_utf8(base, record.count)
            guard valid == record.count else { throw .notUTF8(at: valid) }
        }
        switch shape {
        case .json:
            try tape.read(record)
            walk.find(mapper.trie, in: tape, record: record, into: &found)
        case .csv(let header):
            if let name = header.ambiguous { throw .ambiguousColumn(name) }
            var count = 0
            let isWhole = CSVFields.each(of: record, delimiter: mapper.delimiter) { column, value in
                count += 1
                if column < header.columnCount, header.slots[column] >= 0 { found[header.slots[column]] = value }
            }
            guard isWhole else { throw .malformed("a quote is not closed, or text follows it", at: record.count) }
            guard count == header.columnCount else { throw .columns(expected: header.columnCount, found: count) }
        case .text:
            guard let pattern = mapper.pattern else { throw .malformed("the source has no text pattern", at: 0) }
            let lacking = pattern.each(of: record) { field, value in
                if mapper.patternSlots[field] >= 0 { found[mapper.patternSlots[field]] = value }
            }
            if let lacking { throw .pattern(missing: lacking) }
        }
    }

    private mutating func add(_ index: Int, to rows: inout RowBatch) throws(RejectReason) {
        let plan = mapper.yields[index]
        if rows.rows.count == rows.count { rows.rows.append(Row()) }
        var row = Row()
        swap(&row, &rows.rows[rows.count])
        defer { swap(&row, &rows.rows[rows.count - 1]) }
        rows.count += 1
        row.yield = index
        row.arena.removeAll(keepingCapacity: true)
        row.cells.removeAll(keepingCapacity: true)
        row.nativeID = nil
        row.occurredAt = nil
        if let at = plan.at {
            if case .instant(let span) = try cell(at, &row) { row.occurredAt = span }
        } else {
            row.occurredAt = takenAt.map { Span($0) }
        }
        if let id = plan.id, case .text(let range) = try cell(id, &row) { row.nativeID = range }
        for i in plan.steps.indices {
            let step = plan.steps[i]
            if let cell = plainCell(step, &row) {
                row.cells.append(cell)
            } else if let field = plan.fields[i] {
                row.cells.append(try cell(field, &row))
            }
        }
    }

    /// What stands at a path as it stands, where that is all that the column wants; nil where more has to be done, or there is a mistake to be named.
    @inline(__always)
    private func plainCell(_ step: YieldPlan.Step, _ row: inout Row) -> Cell? {
        guard step.slot >= 0 else { return step.slot == YieldPlan.Step.unmapped ? .null : nil }
        let value = found[step.slot]
        if value.kind == .absent { return step.isRequired ? nil : .null }
        guard value.kind == .text || value.kind == .number, value.escape == .none else { return nil }
        let bytes = UnsafeRawBufferPointer(rebasing: input.record[value.start..<value.end])
        switch step.shape {
        case .integer: return Decimal.integer(bytes).map { .integer($0) }
        case .number: return Decimal.number(bytes).map { .number($0) }
        case .boolean, .instant, .oneOf: return nil
        case .digest where !TypeRules.isDigest(bytes): return nil
        case .digest, .text:
            let start = row.arena.count
            row.arena.append(contentsOf: bytes)
            return .text(start..<row.arena.count)
        }
    }

    /// Where the last record's mapped values stand, for redaction; both lists are sorted and lie apart.
    ///
    /// Every account and subject is listed, also where no row reads it. A value is exempt from patterns only where a row was
    /// made of it, and no text field reads it too.
    package func sensitiveRanges(replacing: inout [(range: Range<Int>, type: FieldType)], exempt: inout [Range<Int>]) {
        replacing.removeAll(keepingCapacity: true)
        exempt.removeAll(keepingCapacity: true)
        for person in mapper.persons where found[person.slot].isScalar {
            replacing.append((found[person.slot].start..<found[person.slot].end, person.type))
        }
        var last = -1
        for (slot, yield) in mapper.exemptions where slot != last && held[yield] && found[slot].isScalar {
            last = slot
            exempt.append(found[slot].start..<found[slot].end)
        }
        replacing.sort { $0.range.lowerBound < $1.range.lowerBound }
        exempt.sort { $0.lowerBound < $1.lowerBound }
    }
}

/// Where a person's value stood in a record as read, and where the pseudonym stands in what is stored.
package struct Move {
    package let from: Range<Int>
    package let to: Range<Int>
    /// How much later all stands that comes after it.
    let shift: Int

    /// `end`: of the pseudonym with the quotes that it may have got.
    package init(from: Range<Int>, to: Range<Int>, end: Int) {
        self.from = from
        self.to = to
        shift = end - from.upperBound
    }

    /// `moves` in the order of the record.
    fileprivate static func shift(at place: Int, _ moves: [Move]) -> Int {
        var shift = 0
        for move in moves where move.from.upperBound <= place { shift = move.shift }
        return shift
    }
}

/// What the expressions of the record in hand can see besides its paths.
struct RecordInput {
    let record: UnsafeRawBufferPointer
    let ordinal: Int
    let originName: [UInt8]
}
