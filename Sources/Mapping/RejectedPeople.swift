import Evidence

extension RecordMapper {
    /// Where accounts and subjects may stand in bytes of which no row was made, and which are kept; sorted and apart.
    ///
    /// Of JSON, what stands at their paths where it could be read, and the members of their names wherever they stand: a record that drifted holds its people
    /// elsewhere, a torn one nowhere in particular. Of rows and lines, their columns and fields, each line on its own, as far as it goes.
    package func peopleOfReject(
        _ bytes: UnsafeRawBufferPointer, _ shape: RecordShape, isMapped: Bool, into found: inout [(range: Range<Int>, type: FieldType)]
    ) {
        found.removeAll(keepingCapacity: true)
        switch shape {
        case .json:
            let isKnown = isMapped && isRead
            if isKnown { found = mapper.slotRules.compactMap(scalar) }
            NamedMembers(bytes, isKnown ? mapper.people.filter(\.isPlain) : mapper.people).each { found.append(($0, $1)) }
        case .csv(let header): RejectedLines(bytes).each { mapper.people(inRow: $0, of: bytes, header) { found.append(($0, $1)) } }
        case .text: RejectedLines(bytes).each { mapper.people(inLine: $0, of: bytes) { found.append(($0, $1)) } }
        }
        found.sort { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
        var end = 0
        found.removeAll { one in
            if one.range.lowerBound < end || one.range.isEmpty { return true }
            end = one.range.upperBound
            return false
        }
    }

    private func scalar(_ rule: SlotRule) -> (range: Range<Int>, type: FieldType)? {
        guard let person = rule.person, found[rule.slot].isScalar else { return nil }
        return (found[rule.slot].start..<found[rule.slot].end, person)
    }
}

/// What a mapping says of where people stand, as far as it helps without a record.
struct PersonPlace: Sendable {
    let slot: Int
    /// The last name of the path, and those before it: where an object was, its text may stand one day.
    let name: [UInt8]
    let outer: [[UInt8]]
    let type: FieldType
    /// Names alone lead there: the last one says more than `stringValue`.
    let isPlain: Bool

    init?(slot: Int, path: Path, type: FieldType) {
        guard let name = path.names.last else { return nil }
        self.slot = slot
        self.name = Array(name.utf8)
        outer = path.names.dropLast().map { Array($0.utf8) }
        self.type = type
        isPlain = path.columnName != nil
    }
}

extension Mapper {
    /// A column reaches to the next delimiter outside quotes; a quote that is not closed, to the line's end.
    fileprivate func people(inRow line: Range<Int>, of bytes: UnsafeRawBufferPointer, _ header: CSVHeader, _ body: (Range<Int>, FieldType) -> Void) {
        var (at, column) = (line.lowerBound, 0)
        while at <= line.upperBound, column < header.columnCount {
            var (start, end) = (at, at)
            let isQuoted = at < line.upperBound && bytes[at] == 34
            if isQuoted {
                (start, end) = (at + 1, at + 1)
                while end < line.upperBound, bytes[end] != 34 || end + 1 < line.upperBound && bytes[end + 1] == 34 { end += bytes[end] == 34 ? 2 : 1 }
                end = min(end, line.upperBound)
                at = end
            }
            while at < line.upperBound, bytes[at] != delimiter { at += 1 }
            if !isQuoted { end = at }
            if let place = people.first(where: { $0.slot == header.slots[column] }) { body(start..<end, place.type) }
            at += 1
            column += 1
        }
    }

    fileprivate func people(inLine line: Range<Int>, of bytes: UnsafeRawBufferPointer, _ body: (Range<Int>, FieldType) -> Void) {
        _ = pattern?.each(of: UnsafeRawBufferPointer(rebasing: bytes[line])) { field, value in
            guard value.isScalar, let place = people.first(where: { $0.slot == patternSlots[field] }) else { return }
            body(line.lowerBound + value.start..<line.lowerBound + value.end, place.type)
        }
    }
}

/// Lines without their ends: a quote that nobody closed has swallowed many rows.
private struct RejectedLines {
    let bytes: UnsafeRawBufferPointer
    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    func each(_ body: (Range<Int>) -> Void) {
        var start = 0
        for at in 0...bytes.count where at == bytes.count || bytes[at] == 10 {
            let end = at > start && bytes[at - 1] == 13 ? at - 1 : at
            body(start..<end)
            start = at + 1
        }
    }
}

/// Values behind `"name":`, in JSON or in what is none, as far as one can tell where they end. Quotes are not paired: one too many would hide all the rest.
private struct NamedMembers {
    private let bytes: UnsafeRawBufferPointer
    private let people: [PersonPlace]
    private var at = 0

    init(_ bytes: UnsafeRawBufferPointer, _ people: [PersonPlace]) {
        self.bytes = bytes
        self.people = people
    }

    consuming func each(_ body: (Range<Int>, FieldType) -> Void) {
        guard !people.isEmpty else { return }
        while at < bytes.count {
            if bytes[at] != UInt8(ascii: "\"") {
                at += 1
            } else if let place = people.first(where: { isHere($0.name) }), isBeforeValue(after: place.name.count + 2) {
                value(place.type, body)
            } else if let (name, type) = outerName, isBeforeValue(after: name.count + 2) {
                if at < bytes.count, bytes[at] == UInt8(ascii: "\"") { body(string(), type) }
            } else {
                at += 1
            }
        }
    }

    private func isHere(_ name: [UInt8]) -> Bool {
        let end = at + 1 + name.count
        return end < bytes.count && bytes[end] == UInt8(ascii: "\"") && bytes[at + 1..<end].elementsEqual(name)
    }

    private var outerName: (name: [UInt8], type: FieldType)? {
        for place in people { if let name = place.outer.first(where: isHere) { return (name, place.type) } }
        return nil
    }

    /// Passes the name, a colon and the blanks around it.
    private mutating func isBeforeValue(after count: Int) -> Bool {
        let back = at
        at += count
        skipBlanks()
        guard at < bytes.count, bytes[at] == UInt8(ascii: ":") else {
            at = back
            return false
        }
        at += 1
        skipBlanks()
        return true
    }

    /// A list or object where a person should stand: whatever it holds, keys too.
    private mutating func value(_ type: FieldType, _ body: (Range<Int>, FieldType) -> Void) {
        var depth = 0
        repeat {
            skipBlanks()
            guard at < bytes.count else { return }
            switch bytes[at] {
            case UInt8(ascii: "\""): body(string(), type)
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                at += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                at += depth < 0 ? 0 : 1
            case UInt8(ascii: ","), UInt8(ascii: ":"): at += depth > 0 ? 1 : 0
            default:
                let word = word()
                if !bytes[word].elementsEqual("null".utf8) { body(word, type) }
            }
        } while depth > 0
    }

    /// From the quote in hand behind the next one, or to the end; gives what lies between.
    private mutating func string() -> Range<Int> {
        let start = at + 1
        at = start
        while at < bytes.count, bytes[at] != UInt8(ascii: "\"") { at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1 }
        let end = min(at, bytes.count)
        at = min(end + 1, bytes.count)
        return min(start, end)..<end
    }

    private mutating func word() -> Range<Int> {
        let start = at
        while at < bytes.count, !",]}".utf8.contains(bytes[at]), bytes[at] > 32 { at += 1 }
        return start..<at
    }

    private mutating func skipBlanks() { while at < bytes.count, bytes[at] <= 32 { at += 1 } }
}
