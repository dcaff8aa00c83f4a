import Evidence

extension RecordMapper {
    /// Where accounts and subjects stand in the record that was rejected last, sorted and apart: no row was made of it, and yet its bytes are kept.
    ///
    /// Of one that could be read, all that lies at their paths, in lists and objects too; of one that could not, what was found until then, or the members
    /// of their names wherever they stand. True if the record could be read, so that its shape must outlast what is replaced.
    package func peopleOfReject(_ record: UnsafeRawBufferPointer, isJSON: Bool, into replacing: inout [(range: Range<Int>, type: FieldType)]) -> Bool {
        replacing.removeAll(keepingCapacity: true)
        guard isRead || !isJSON else {
            namedPeople(record, into: &replacing)
            return false
        }
        for rule in mapper.slotRules {
            guard let person = rule.person else { continue }
            let value = found[rule.slot]
            if value.isScalar {
                replacing.append((value.start..<value.end, person))
            } else if value.kind == .object || value.kind == .array {
                for range in tape.scalars(within: value.start..<value.end) { replacing.append((range, person)) }
            }
        }
        RecordMapper.layApart(&replacing)
        return isRead
    }

    /// The same of bytes that never were a record of JSON.
    package func namedPeople(_ bytes: UnsafeRawBufferPointer, into replacing: inout [(range: Range<Int>, type: FieldType)]) {
        replacing.removeAll(keepingCapacity: true)
        var reader = NamedMembers(bytes: bytes, names: mapper.peopleNames)
        reader.read { replacing.append(($0, $1)) }
        RecordMapper.layApart(&replacing)
    }

    private static func layApart(_ ranges: inout [(range: Range<Int>, type: FieldType)]) {
        ranges.sort { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
        var end = 0
        ranges.removeAll { one in
            if one.range.lowerBound < end || one.range.isEmpty { return true }
            end = one.range.upperBound
            return false
        }
    }
}

extension JSONTape {
    /// Texts and numbers that lie in a stretch of the record.
    fileprivate func scalars(within range: Range<Int>) -> [Range<Int>] {
        nodes.filter { ($0.kind == .string || $0.kind == .number) && range.contains(Int($0.start)) }.map { Int($0.start)..<Int($0.end) }
    }
}

/// Members by their names in what is no whole JSON: the values behind `"name":`, as far as one can tell where they end.
private struct NamedMembers {
    let bytes: UnsafeRawBufferPointer
    let names: [(name: [UInt8], type: FieldType)]
    private var at = 0

    init(bytes: UnsafeRawBufferPointer, names: [(name: [UInt8], type: FieldType)]) {
        self.bytes = bytes
        self.names = names
    }

    mutating func read(_ body: (Range<Int>, FieldType) -> Void) {
        guard !names.isEmpty else { return }
        while at < bytes.count {
            guard bytes[at] == UInt8(ascii: "\"") else {
                at += 1
                continue
            }
            let key = string()
            guard isBeforeValue(), let person = names.first(where: { $0.name.elementsEqual(bytes[key]) }) else { continue }
            value(person.type, body)
        }
    }

    /// Passes a colon and the blanks around it.
    private mutating func isBeforeValue() -> Bool {
        let back = at
        skipBlanks()
        guard at < bytes.count, bytes[at] == UInt8(ascii: ":") else {
            at = back
            return false
        }
        at += 1
        skipBlanks()
        return true
    }

    private mutating func value(_ type: FieldType, _ body: (Range<Int>, FieldType) -> Void) {
        var depth = 0
        repeat {
            skipBlanks()
            guard at < bytes.count else { return }
            switch bytes[at] {
            case UInt8(ascii: "\""):
                let text = string()
                if depth == 0 || !isBeforeValue() { body(text, type) }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                at += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                at += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"): at += 1
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
