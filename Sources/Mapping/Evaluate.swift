import Evidence

/// A value on its way through an expression.
enum Value {
    case missing
    case text(Slice)
    /// A number as the record writes it.
    case numeral(Slice)
    case boolean(Bool)
    case integer(Int64)
    case number(Double)
    case instant(Span)
    case structure(count: Int, isArray: Bool)
}

/// Why a value cannot go on; the column's name is added where it is caught.
struct ValueProblem: Error {
    let text: String
    init(_ text: String) { self.text = text }
}

extension RecordMapper {
    mutating func holds(_ plan: YieldPlan) throws(RejectReason) -> Bool {
        for condition in plan.when {
            let value = try evaluate(condition)
            guard try boolean(value, condition) == true else { return false }
        }
        return true
    }

    mutating func evaluate(_ column: Column) throws(RejectReason) -> Value {
        if column.slot >= 0 { return value(of: found[column.slot]) }
        do throws(ValueProblem) {
            return try evaluate(column.expression)
        } catch {
            throw .value(field: column.name, kind: column.kind, problem: error.text)
        }
    }

    private mutating func evaluate(_ expression: Expression) throws(ValueProblem) -> Value {
        var value = Value.missing
        for term in expression.terms {
            value = self.value(of: term)
            if case .missing = value { continue }
            break
        }
        for call in expression.calls { value = try apply(call, to: value) }
        return value
    }

    mutating func value(of term: Expression.Term) -> Value {
        switch term {
        case .slot(let slot): return value(of: found[slot])
        case .constant(let range): return range.isEmpty ? .missing : .text(Slice(space: .constants, range: range))
        case .line: return input.record.isEmpty ? .missing : .text(Slice(space: .record, range: 0..<input.record.count))
        case .ordinal: return .integer(Int64(input.ordinal))
        case .origin:
            let start = work.count
            // A file's name may hold any bytes; a column holds text.
            work += String(decoding: input.originName, as: UTF8.self).utf8
            return start == work.count ? .missing : .text(Slice(space: .work, range: start..<work.count))
        }
    }

    private mutating func value(of found: Found) -> Value {
        switch found.kind {
        case .absent: return .missing
        case .yes: return .boolean(true)
        case .no: return .boolean(false)
        case .object: return .structure(count: found.count, isArray: false)
        case .array: return .structure(count: found.count, isArray: true)
        case .number: return .numeral(Slice(space: .record, range: found.start..<found.end))
        case .text:
            guard found.escape != .none else { return .text(Slice(space: .record, range: found.start..<found.end)) }
            let start = work.count
            let raw = UnsafeRawBufferPointer(rebasing: input.record[found.start..<found.end])
            if found.escape == .json { JSONText.unescape(raw, into: &work) } else { CSVFields.unescape(raw, into: &work) }
            return .text(Slice(space: .work, range: start..<work.count))
        }
    }

    @inline(__always)
    func withBytes<R>(_ slice: Slice, _ body: (UnsafeRawBufferPointer) -> R) -> R {
        switch slice.space {
        case .record: body(UnsafeRawBufferPointer(rebasing: input.record[slice.range]))
        case .work: work.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[slice.range])) }
        case .constants: mapper.constants.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[slice.range])) }
        }
    }

    /// The value as text, if it has one.
    mutating func text(_ value: Value) throws(ValueProblem) -> Slice? {
        switch value {
        case .missing: return nil
        case .text(let slice), .numeral(let slice): return slice
        case .boolean(let truth): return written(truth ? "true" : "false")
        case .integer(let whole): return written(String(whole))
        case .number(let number): return written("\(number)")
        case .instant: throw ValueProblem("an instant is no text")
        case .structure(_, let isArray): throw ValueProblem(isArray ? "a list is no text" : "an object is no text")
        }
    }

    private mutating func written(_ text: String) -> Slice {
        let start = work.count
        work += text.utf8
        return Slice(space: .work, range: start..<work.count)
    }

    func number(_ value: Value) throws(ValueProblem) -> Double? {
        switch value {
        case .missing: return nil
        case .integer(let whole): return Double(whole)
        case .number(let number): return number
        case .text(let slice), .numeral(let slice):
            guard let number = withBytes(slice, Decimal.number) else { throw ValueProblem("not a number") }
            return number
        case .boolean, .instant, .structure: throw ValueProblem("not a number")
        }
    }

    func integer(_ value: Value) throws(ValueProblem) -> Int64? {
        switch value {
        case .missing: return nil
        case .integer(let whole): return whole
        case .number(let number):
            guard let whole = Int64(exactly: number) else { throw ValueProblem("not a whole number") }
            return whole
        case .text(let slice), .numeral(let slice):
            guard let whole = withBytes(slice, Decimal.integer) else { throw ValueProblem("not a whole number of 64 bits") }
            return whole
        case .boolean, .instant, .structure: throw ValueProblem("not a whole number")
        }
    }

    func boolean(_ value: Value) throws(ValueProblem) -> Bool? {
        switch value {
        case .missing: return nil
        case .boolean(let truth): return truth
        case .text(let slice), .numeral(let slice):
            let truth = withBytes(slice) { bytes -> Bool? in
                if bytes.elementsEqual("true".utf8) || bytes.elementsEqual("1".utf8) { return true }
                if bytes.elementsEqual("false".utf8) || bytes.elementsEqual("0".utf8) { return false }
                return nil
            }
            guard let truth else { throw ValueProblem("not true or false") }
            return truth
        case .integer(let whole) where whole == 0 || whole == 1: return whole == 1
        case .integer, .number, .instant, .structure: throw ValueProblem("not true or false")
        }
    }

    private func boolean(_ value: Value, _ column: Column) throws(RejectReason) -> Bool? {
        do throws(ValueProblem) { return try boolean(value) } catch {
            throw .value(field: column.name, kind: column.kind, problem: error.text)
        }
    }
}
