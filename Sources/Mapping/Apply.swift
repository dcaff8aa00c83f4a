import Evidence

extension RecordMapper {
    /// What is missing stays missing, except before `exists` and `missing`, which ask for it.
    mutating func apply(_ call: Expression.Call, to value: Value) throws(ValueProblem) -> Value {
        let isMissing = if case .missing = value { true } else { false }
        switch call {
        case .exists: return .boolean(!isMissing)
        case .missing: return .boolean(isMissing)
        default: break
        }
        if isMissing { return .missing }
        switch call {
        case .exists, .missing: return .missing
        case .time(let rule): return try instant(value, rule).map { .instant($0) } ?? .missing
        case .later(let term):
            guard let one = try instant(value, .rfc3339), let other = try instant(self.value(of: term), .rfc3339) else { return .missing }
            return .instant(Span(earliest: max(one.earliest, other.earliest), latest: max(one.latest, other.latest)))
        case .lower: return try changed(value) { $0.lowercased() }
        case .upper: return try changed(value) { $0.uppercased() }
        case .trim: return try trimmed(value)
        case .hash: return try hashed(value)
        case .join(let separator, let terms): return try joined(value, separator, terms)
        case .part(let separator, let number): return try part(value, separator, number)
        case .isIn(let texts): return .boolean(try isOne(value, of: texts) != nil)
        case .equals(let term):
            guard let one = try text(value), let other = try text(self.value(of: term)) else { return .missing }
            return .boolean(withBytes(one) { one in withBytes(other) { sameBytes(one, $0) } })
        case .matches(let pattern):
            guard let slice = try text(value) else { return .missing }
            return .boolean(withBytes(slice) { Glob.matches($0, pattern) })
        case .not: return try boolean(value).map { .boolean(!$0) } ?? .missing
        case .outcome(let ranges):
            guard let number = try number(value) else { return .missing }
            return .text(Slice(space: .work, range: add(ranges.contains { $0.contains(number) } ? "success" : "failure")))
        case .map(let pairs, let otherwise): return try mapped(value, pairs, otherwise)
        case .number: return try number(value).map { .number($0) } ?? .missing
        case .integer: return try integer(value).map { .integer($0) } ?? .missing
        case .boolean: return try boolean(value).map { .boolean($0) } ?? .missing
        case .count:
            guard case .structure(let count, isArray: true) = value else { throw ValueProblem("not a list, so its elements cannot be counted") }
            return .integer(Int64(count))
        case .add(let term): return try sum(value, self.value(of: term))
        case .scale(let factor, let whole): return try scaled(value, factor, whole)
        }
    }

    private mutating func add(_ text: String) -> Range<Int> {
        let start = work.count
        work += text.utf8
        return start..<work.count
    }

    private func result(_ range: Range<Int>) -> Value { range.isEmpty ? .missing : .text(Slice(space: .work, range: range)) }

    private mutating func changed(_ value: Value, _ change: (String) -> String) throws(ValueProblem) -> Value {
        guard let slice = try text(value) else { return .missing }
        return result(add(change(withBytes(slice) { String(decoding: $0, as: UTF8.self) })))
    }

    private mutating func trimmed(_ value: Value) throws(ValueProblem) -> Value {
        guard let slice = try text(value) else { return .missing }
        let range = withBytes(slice) { bytes in
            var low = 0
            var high = bytes.count
            while low < high, bytes[low] <= 32 { low += 1 }
            while high > low, bytes[high - 1] <= 32 { high -= 1 }
            return slice.range.lowerBound + low..<slice.range.lowerBound + high
        }
        return range.isEmpty ? .missing : .text(Slice(space: slice.space, range: range))
    }

    private mutating func hashed(_ value: Value) throws(ValueProblem) -> Value {
        guard let slice = try text(value) else { return .missing }
        var hex: [UInt8] = []
        withBytes(slice) { SHA256.hex($0, into: &hex) }
        let start = work.count
        work += hex
        return result(start..<work.count)
    }

    /// Missing parts make the whole missing: half a key joins with the wrong record.
    private mutating func joined(_ value: Value, _ separator: Range<Int>, _ terms: [Expression.Term]) throws(ValueProblem) -> Value {
        var bytes: [UInt8] = []
        guard let first = try text(value) else { return .missing }
        withBytes(first) { bytes.append(contentsOf: $0) }
        for term in terms {
            guard let next = try text(self.value(of: term)) else { return .missing }
            withBytes(Slice(space: .constants, range: separator)) { bytes.append(contentsOf: $0) }
            withBytes(next) { bytes.append(contentsOf: $0) }
        }
        let start = work.count
        work += bytes
        return result(start..<work.count)
    }

    /// Missing where the text has fewer pieces, or nothing stands there.
    private mutating func part(_ value: Value, _ separator: Range<Int>, _ number: Int) throws(ValueProblem) -> Value {
        guard let slice = try text(value) else { return .missing }
        let range = withBytes(slice) { bytes -> Range<Int>? in
            mapper.constants.withUnsafeBytes { constants in
                let mark = UnsafeRawBufferPointer(rebasing: constants[separator])
                var (start, at, left) = (0, 0, number)
                while at <= bytes.count {
                    let isMark = at + mark.count <= bytes.count && sameBytes(UnsafeRawBufferPointer(rebasing: bytes[at..<at + mark.count]), mark)
                    guard isMark || at == bytes.count else {
                        at += 1
                        continue
                    }
                    left -= 1
                    if left == 0 || number == 0 && !isMark { return slice.range.lowerBound + start..<slice.range.lowerBound + at }
                    if !isMark { return nil }
                    at += mark.count
                    start = at
                }
                return nil
            }
        }
        guard let range, !range.isEmpty else { return .missing }
        return .text(Slice(space: slice.space, range: range))
    }

    private mutating func isOne(_ value: Value, of texts: [Range<Int>]) throws(ValueProblem) -> Int? {
        guard let slice = try text(value) else { return nil }
        return withBytes(slice) { bytes in
            mapper.constants.withUnsafeBytes { constants in
                texts.firstIndex { sameBytes(UnsafeRawBufferPointer(rebasing: constants[$0]), bytes) }
            }
        }
    }

    private mutating func mapped(
        _ value: Value, _ pairs: [(from: Range<Int>, to: Range<Int>)], _ otherwise: Range<Int>?
    ) throws(ValueProblem) -> Value {
        var target = otherwise
        if let index = try isOne(value, of: pairs.map(\.from)) { target = pairs[index].to }
        guard let target else { throw ValueProblem("a word that the map does not name") }
        return target.isEmpty ? .missing : .text(Slice(space: .constants, range: target))
    }

    private func sum(_ value: Value, _ other: Value) throws(ValueProblem) -> Value {
        if case .missing = other { return .missing }
        if let a = try? integer(value), let b = try? integer(other) {
            let (sum, overflow) = a.addingReportingOverflow(b)
            guard !overflow else { throw ValueProblem("a sum beyond 64 bits") }
            return .integer(sum)
        }
        guard let a = try number(value), let b = try number(other) else { return .missing }
        return .number(a + b)
    }

    private func scaled(_ value: Value, _ factor: Double, _ whole: Int64?) throws(ValueProblem) -> Value {
        if let whole, let integer = try? integer(value) {
            let (product, overflow) = integer.multipliedReportingOverflow(by: whole)
            guard !overflow else { throw ValueProblem("a product beyond 64 bits") }
            return .integer(product)
        }
        guard let number = try number(value) else { return .missing }
        return .number(number * factor)
    }
}

/// `*` for any bytes, `?` for one.
enum Glob {
    static func matches(_ text: UnsafeRawBufferPointer, _ pattern: [UInt8]) -> Bool {
        var t = 0, p = 0, star = -1, mark = 0
        while t < text.count {
            if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
                star = p
                mark = t
                p += 1
            } else if p < pattern.count, pattern[p] == text[t] || pattern[p] == UInt8(ascii: "?") {
                t += 1
                p += 1
            } else if star >= 0 {
                mark += 1
                t = mark
                p = star + 1
            } else {
                return false
            }
        }
        while p < pattern.count, pattern[p] == UInt8(ascii: "*") { p += 1 }
        return p == pattern.count
    }
}
