import CScan
import Crypto
import Evidence

/// How a record's bytes are to be read, as far as a replacement must not break them.
package enum RedactionShape: Sendable {
    case json
    case csv
    case text
}

/// Replaces people and secrets in records, one thread's worth of it.
package struct Redactor {
    private let mode: PersonalData
    private var names: PseudonymTable
    private var edits: [Edit] = []
    private var apart: [Range<Int>] = []
    private var totals = [Int](repeating: 0, count: Rule.allCases.count)
    /// What was done to the last record.
    private var done: [Replacement] = []

    private struct Edit {
        let range: Range<Int>
        let rule: Rule
    }

    package struct Replacement {
        let rule: Rule
        /// Of the value in the record, without quotes.
        package let from: Range<Int>
        /// Of what stands in its stead, without quotes, and where that ends with those that it got.
        package let to: Range<Int>
        package let end: Int
        fileprivate let isPseudonym: Bool
    }

    /// Of the last record, in its order; nil if anything was replaced but whole values by pseudonyms.
    package var pseudonyms: [Replacement]? { done.allSatisfy(\.isPseudonym) ? done : nil }

    /// The last record's replacements are not counted.
    package mutating func takeBack() {
        for replacement in done { totals[replacement.rule.place] -= 1 }
        done.removeAll(keepingCapacity: true)
    }

    package init(key: [UInt8], mode: PersonalData) {
        self.mode = mode
        names = PseudonymTable(key: SymmetricKey(data: key))
    }

    /// Replacements so far by rule; rules that never applied are left out.
    package var counts: [String: Int] {
        var counts: [String: Int] = [:]
        for (rule, total) in zip(Rule.allCases, totals) where total > 0 { counts[rule.rawValue] = total }
        return counts
    }

    /// Writes the record to `out`, replaced where need be; true if anything was.
    ///
    /// `replacing` (accounts and subjects) and `exempt` are sorted and lie apart. Patterns are looked for elsewhere, if the source's
    /// personal data is to be redacted; accounts and subjects are replaced in any case. JSON stays JSON, and its keys stay distinct.
    package mutating func redact(
        _ record: UnsafeRawBufferPointer, replacing: [(range: Range<Int>, type: FieldType)], exempt: [Range<Int>], shape: RedactionShape,
        into out: inout [UInt8]
    ) -> Bool {
        out.removeAll(keepingCapacity: true)
        edits.removeAll(keepingCapacity: true)
        done.removeAll(keepingCapacity: true)
        for (range, type) in replacing where type == .account || type == .subject {
            edits.append(Edit(range: range, rule: type == .account ? .account : .subject))
        }
        if mode == .redact { findPatterns(record, exempt) }
        if edits.isEmpty {
            out.append(contentsOf: record)
            return false
        }
        return write(record, shape, &out)
    }

    private mutating func findPatterns(_ record: UnsafeRawBufferPointer, _ exempt: [Range<Int>]) {
        let people = edits.count
        apart.removeAll(keepingCapacity: true)
        apart.append(contentsOf: exempt)
        if people > 0 {
            for edit in edits { apart.append(edit.range) }
            apart.sort { $0.lowerBound < $1.lowerBound }
        }
        PatternScanner(record).each(apart: apart) { edits.append(Edit(range: $0.range, rule: $0.rule)) }
        if people > 0, edits.count > people { edits.sort { $0.range.lowerBound < $1.range.lowerBound } }
    }

    private mutating func write(_ record: UnsafeRawBufferPointer, _ shape: RedactionShape, _ out: inout [UInt8]) -> Bool {
        var copied = 0
        var context = JSONContext(record: record)
        for edit in edits where edit.range.lowerBound >= copied {
            var range = edit.range
            // A mapped value is the whole of a string or a number; only a pattern may stand in the middle of one, or in a key.
            let isPerson = edit.rule == .account || edit.rule == .subject
            let isBare =
                shape == .json
                && (isPerson ? range.lowerBound == 0 || record[range.lowerBound - 1] != 34 : !context.isInString(range.lowerBound))
            if isBare { range = context.scalar(around: range) }
            let replacement = replacement(of: edit, in: record, shape)
            guard let replacement else { continue }
            out.append(contentsOf: record[copied..<range.lowerBound])
            if isBare { out.append(34) }
            let start = out.count
            out.append(contentsOf: replacement)
            let place = start..<out.count
            if shape == .json, !isBare, !isPerson { context.distinguish(after: range.upperBound, &out) }
            if isBare { out.append(34) }
            copied = range.upperBound
            totals[edit.rule.place] += 1
            let isPseudonym = isPerson && range == edit.range && Pseudonym.isPseudonym(replacement)
            done.append(Replacement(rule: edit.rule, from: range, to: place, end: out.count, isPseudonym: isPseudonym))
        }
        out.append(contentsOf: record[copied...])
        return !done.isEmpty
    }

    /// Nil where a pseudonym stands already.
    private mutating func replacement(of edit: Edit, in record: UnsafeRawBufferPointer, _ shape: RedactionShape) -> [UInt8]? {
        let raw = UnsafeRawBufferPointer(rebasing: record[edit.range])
        switch edit.rule {
        case .account, .subject:
            if Pseudonym.isPseudonym(raw) { return nil }
            return names.name(raw, edit.rule == .account ? .account : .subject, shape)
        case .email, .phone, .card, .ssn, .iban, .secret: return Array(edit.rule.replacement.utf8)
        }
    }
}
