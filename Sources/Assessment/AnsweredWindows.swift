import Evidence
import SQLite

/// What the pulls of a source prove that is asked for stretches of time: each the stretch for which it was answered whole.
///
/// A reject lies somewhere in its pull's window, so that pull proves nothing, also where the mapping of its time could read the record.
struct AnsweredWindows {
    private let index: Database
    private let source: SourceID

    init(_ index: Database, _ source: SourceID) {
        self.index = index
        self.source = source
    }

    func readings() throws -> [SoundReading] {
        let rows = try index.prepare(
            """
            SELECT p.entry, p.started_at, json_extract(p.sheet, '$.answered.from'), json_extract(p.sheet, '$.answered.to') FROM pull p
            WHERE p.source = ?1 AND p.outcome IN ('complete', 'empty', 'partial') AND json_extract(p.sheet, '$.answered.to') IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM reject r WHERE r.source = ?1 AND r.artifact >> 32 = p.entry)
            ORDER BY p.entry
            """)
        rows.bind(1, source.text)
        var readings: [SoundReading] = []
        while try rows.step() {
            guard let start = Instant(rows.text(2)), let end = Instant(rows.text(3)), start < end else { continue }
            readings.append(
                SoundReading(source: source, entry: rows.int(0), at: Instant(nanoseconds: rows.integer(1)), window: Window(start: start, end: end)))
        }
        return readings
    }
}
