import Evidence
import SQLite

/// Derives the index from the ledger's bytes.
package enum IndexBuilder {
    /// Indexes every entry that is not yet, one transaction for all of them.
    package static func catchUp(_ index: IndexFile, with ledger: LedgerFile, decoder: inout some RowDecoder) throws {
        var next = try index.nextEntry()
        guard next < (try ledger.size()) else { return }
        let erased = try ledger.oldestErased(since: next)
        try index.begin()
        do {
            if let erased, erased < next {
                // An index that still holds what was erased: nothing of it is kept.
                try index.clear()
                next = 0
            }
            try ledger.forEachEntry(from: next) { seq, bytes in
                guard let entry = LedgerEntry(bytes) else { throw LedgerError.damaged(nil, reason: "entry \(seq) cannot be read") }
                try add(entry, seq, to: index, from: ledger, decoder: &decoder)
            }
            try index.commit()
        } catch {
            index.rollback()
            throw error
        }
    }

    static func add(_ entry: LedgerEntry, _ seq: Int, to index: IndexFile, from ledger: LedgerFile, decoder: inout some RowDecoder) throws {
        switch entry {
        case .genesis, .key, .revocation: try index.mark(seq)
        case .run(let at, _, _): try index.note(run: seq, at: at)
        case .seal(let seal): try index.note(seal: seq, seal)
        case .erasure(let erasure): try index.note(erasure: seq, erasure)
        case .anchor: try index.mark(seq)
        case .pull(let pull): try add(pull, seq, to: index, from: ledger, decoder: &decoder)
        }
    }

    private static func add(
        _ pull: LedgerEntry.PullEntry, _ seq: Int, to index: IndexFile, from ledger: LedgerFile, decoder: inout some RowDecoder
    ) throws {
        let target = try IndexedPull(index, source: pull.source, entry: seq)
        var sheet: JSON = .null
        try decoder.begin(source: pull.source)
        try ledger.forEachRecord(of: seq) { record in
            switch record.role {
            case .sheet:
                sheet = (try? JSON.parse(record.bytes)) ?? .null
                target.begin(sheet)
            case .origin: try addOrigin(record, to: target, decoder: &decoder)
            case .data: try addData(record, to: target, decoder: &decoder)
            case .reject:
                let reject = StoredReject(record.bytes)
                try target.reject(record.id, origin: record.origin, ordinal: record.ordinal, reason: reject.reason)
            case .conflict:
                try addConflict(record, to: target, decoder: &decoder)
            case .erased: break
            case .anchor: throw LedgerError.damaged(record.id, reason: "a part of an anchor in a pull")
            }
        }
        try target.finish(pull, sheet: sheet)
    }

    private static func addOrigin(_ record: StoredRecord, to target: IndexedPull, decoder: inout some RowDecoder) throws {
        guard let json = try? JSON.parse(record.bytes), let name = json["name"]?.text else {
            throw LedgerError.damaged(record.id, reason: "an origin cannot be read")
        }
        try target.origin(record.id, name: name, start: json["start"]?.int ?? 0)
        try decoder.origin(json)
    }

    private static func addConflict(_ record: StoredRecord, to target: IndexedPull, decoder: inout some RowDecoder) throws {
        let conflict = StoredReject(record.bytes)
        guard let other = ArtifactID(conflict.reason) else { throw LedgerError.damaged(record.id, reason: "a conflict does not name the other record") }
        try add(conflict, with: other, of: record, to: target, decoder: &decoder)
    }

    static func add(
        _ conflict: StoredReject, with other: ArtifactID, of record: StoredRecord, to target: IndexedPull, decoder: inout some RowDecoder
    ) throws {
        var at: Span?
        var isFirst = true
        let unread = try decoder.rows(of: record.holding(conflict.bytes)) { _, row in
            if isFirst { at = row.occurredAt }
            isFirst = false
        }
        if let unread { try target.reject(record.id, origin: record.origin, ordinal: record.ordinal, reason: unmapped(unread)) }
        try target.conflict(record.id, with: other, at: at, bytes: conflict.bytes)
    }

    private static func addData(_ record: StoredRecord, to target: IndexedPull, decoder: inout some RowDecoder) throws {
        var native: Int64?
        var isFirst = true
        var digest = MemberDigest()
        let unread = try decoder.rows(of: record) { table, row in
            if target.isOfState { digest.add(table: table, row) }
            if isFirst { native = DedupeKey.native(of: row, target.source) }
            isFirst = false
            try target.index.insert(table: table, row: row, id: record.id, source: target.source)
        }
        if let unread {
            try target.reject(record.id, origin: record.origin, ordinal: record.ordinal, reason: unmapped(unread))
        }
        if target.isOfState { return target.hold(digest, record.id) }
        try noteSeen(record, native: native, target)
    }

    /// Kept as data when it was collected, and no longer readable: coverage breaks here as at any reject.
    static func unmapped(_ reason: String) -> String { "the mapping in force cannot read it: \(reason)" }

    private static func noteSeen(_ record: StoredRecord, native: Int64?, _ target: IndexedPull) throws {
        let content = record.content
        var key = native ?? DedupeKey.content(target.source, bytes: record.bytes, receivedDigest: record.receivedDigest, occurrence: 0)
        var occurrence = 0
        while native == nil, try target.index.seen(key) != nil {
            occurrence += 1
            key = DedupeKey.content(target.source, bytes: record.bytes, receivedDigest: record.receivedDigest, occurrence: occurrence)
        }
        try target.index.noteSeen(key, record.id, content: content)
    }
}

extension IndexFile {
    package func note(run entry: Int, at: Instant) throws {
        let insert = try database.prepare("INSERT INTO run (entry, at) VALUES (?, ?)")
        insert.bind(1, entry)
        insert.bind(2, at.nanoseconds)
        try insert.execute()
        try mark(entry)
    }

    package func note(seal entry: Int, _ seal: LedgerEntry.Seal) throws {
        let insert = try database.prepare("INSERT INTO seal (entry, at, period, revision, inputs) VALUES (?, ?, ?, ?, ?)")
        insert.bind(1, entry)
        insert.bind(2, seal.at.nanoseconds)
        insert.bind(3, seal.period.text)
        insert.bind(4, seal.revision)
        insert.bind(5, seal.inputs.description)
        try insert.execute()
        try mark(entry)
    }
}

extension LedgerFile {
    /// The lowest entry of a pull that a tombstone from entry `first` on took a record from.
    fileprivate func oldestErased(since first: Int) throws -> Int? {
        var oldest: Int?
        try forEachEntry(from: first) { _, bytes in
            if case .erasure(let erasure)? = LedgerEntry(bytes) { oldest = min(oldest ?? Int.max, erasure.artifact.entry) }
        }
        return oldest
    }
}

/// A reject's or conflict's stored form: one line that says why (or names the other record), then the bytes.
package struct StoredReject {
    package let reason: String
    package let bytes: UnsafeRawBufferPointer

    package init(_ stored: UnsafeRawBufferPointer) {
        let end = stored.firstIndex(of: 10) ?? stored.count
        reason = String(decoding: stored[..<end], as: UTF8.self)
        bytes = UnsafeRawBufferPointer(rebasing: stored[min(end + 1, stored.count)...])
    }

    /// What its replacements have made longer than this is kept by its first KiB: many pseudonyms of short names make much of little.
    package static let sizeLimit = StoredRecord.sizeLimit / 2
    package static func shorten(_ bytes: inout [UInt8]) {
        if bytes.count > sizeLimit { bytes.removeLast(bytes.count - 1 << 10) }
    }

    package static func encode(reason: String, bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var out = Array(reason.utf8.map { $0 == 10 ? 32 : $0 })
        out.append(10)
        out.append(contentsOf: bytes)
        return out
    }
}
