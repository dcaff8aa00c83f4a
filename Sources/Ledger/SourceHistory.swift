import Evidence
import SQLite

/// What the index says of a source's earlier pulls.
extension IndexFile {
    /// How many records of a file could not be read, in all its readings.
    package func rejects(of source: SourceID, from name: String) throws -> Int {
        let row = try database.prepare("SELECT count(*) FROM origin o JOIN reject r ON r.origin = o.artifact WHERE o.source = ? AND o.name = ?")
        row.bind(1, source.text)
        row.bind(2, name)
        return try row.step() ? row.int(0) : 0
    }

    /// Where the last pull of the source stopped, by file name.
    package func cursors(of source: SourceID) throws -> [String: FileCursor] {
        let rows = try database.prepare("SELECT name, size, digest, records FROM cursor WHERE source = ?")
        rows.bind(1, source.text)
        var cursors: [String: FileCursor] = [:]
        while try rows.step() {
            cursors[rows.text(0)] = FileCursor(name: rows.text(0), size: rows.int(1), digest: rows.text(2), records: rows.int(3))
        }
        return cursors
    }

    /// When the source was last pulled.
    package func lastPull(of source: SourceID) throws -> Instant? {
        let row = try database.prepare("SELECT max(started_at) FROM pull WHERE source = ? AND outcome IN ('complete', 'partial', 'empty')")
        row.bind(1, source.text)
        return try row.step() && !row.isNull(0) ? Instant(nanoseconds: row.integer(0)) : nil
    }

    /// When the newest pull of the source began, whatever became of it.
    package func lastStart(of source: SourceID) throws -> Instant? {
        let row = try database.prepare("SELECT max(started_at) FROM pull WHERE source = ?")
        row.bind(1, source.text)
        return try row.step() && !row.isNull(0) ? Instant(nanoseconds: row.integer(0)) : nil
    }

    /// Up to where the source has answered whole. Its windows end at whole seconds, so that their texts are ordered as they are.
    package func lastAnswered(of source: SourceID) throws -> Instant? {
        let row = try database.prepare("SELECT max(json_extract(sheet, '$.answered.to')) FROM pull WHERE source = ?")
        row.bind(1, source.text)
        return try row.step() && !row.isNull(0) ? Instant(row.text(0)) : nil
    }

    /// The start of the newest pull that left nothing of its window unknown: a source that is asked for stretches of time is asked from there on.
    package func lastSoundPull(of source: SourceID) throws -> Instant? {
        let row = try database.prepare("SELECT max(started_at) FROM pull WHERE source = ? AND outcome IN ('complete', 'empty')")
        row.bind(1, source.text)
        return try row.step() && !row.isNull(0) ? Instant(nanoseconds: row.integer(0)) : nil
    }
}
