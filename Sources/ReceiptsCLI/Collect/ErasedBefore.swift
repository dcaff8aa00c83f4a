import Crypto
import Evidence
import Ledger

/// Recognises records that a source brings again and that were erased: they are counted, and not stored.
struct ErasedBefore {
    private let marks: [String: (count: Int, isDated: Bool)]
    private let key: SymmetricKey
    /// Of this reading: how many of each key were met. As many as were erased are known, and one more is another record.
    private var met: [String: Int] = [:]

    init(_ index: IndexFile, source: SourceID, key: SymmetricKey) throws {
        marks = try index.erased(from: source)
        self.key = key
    }

    /// Nothing of this source was erased.
    var isEmpty: Bool { marks.isEmpty }

    enum Answer { case isNew, wasErased, wasErasedWhenUnknown }

    /// `identifies`: the key is the source's own id, so that there is one record of it, whatever it says now.
    mutating func ask(_ dedupeKey: Int64, identifies: Bool) -> Answer {
        if marks.isEmpty { return .isNew }
        let mark = DedupeKey.mark(dedupeKey, under: key)
        guard let erased = marks[mark] else { return .isNew }
        if !identifies {
            guard met[mark, default: 0] < erased.count else { return .isNew }
            met[mark, default: 0] += 1
        }
        return erased.isDated ? .wasErased : .wasErasedWhenUnknown
    }

    /// Another origin is read.
    mutating func begin() { met.removeAll(keepingCapacity: true) }
}
