import Crypto
import Evidence
import Foundation
import SQLite
import Seal
import Testing

@testable import Ledger

@Suite struct ErasureTests {
    private let secret = SymmetricKey(data: [UInt8](repeating: 5, count: 32))

    private func tombstone(_ test: TestLedger, _ id: ArtifactID, days: ClosedRange<Day>? = nil, role: RecordRole = .data) throws -> LedgerEntry.Erasure {
        let ledger = try test.open()
        let leaf = try #require(try ledger.withRecord(id) { $0.leaf })
        guard case .pull(let pull)? = try ledger.entryBytes(id.entry).flatMap({ LedgerEntry($0) }) else { throw NoPull() }
        return LedgerEntry.Erasure(
            at: test.now(), artifact: id, source: pull.source, role: role, origin: 1, kinds: [KindName(trusted: "event")], days: days, leaf: leaf.digest,
            mark: DedupeKey.mark(7, under: secret), reason: "ticket 17", approver: "w-12")
    }
    private struct NoPull: Error {}

    private func erase(_ test: TestLedger, _ ids: [ArtifactID]) throws {
        try? FileManager.default.removeItem(atPath: test.folder + "/index.sqlite")
        #expect(try test.open().erase(try ids.map { try tombstone(test, $0) }))
        try test.catchUp()
        try test.seal(try test.open())
    }

    /// Everything that the ledger's folder holds, each segment unpacked too.
    private func everything(_ test: TestLedger) throws -> [UInt8] {
        var all: [UInt8] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: test.folder).sorted() {
            all += Array(try Data(contentsOf: URL(fileURLWithPath: test.folder + "/" + name)))
        }
        let ledger = try test.open()
        for entry in 0..<(try ledger.size()) { try ledger.forEachRecord(of: entry) { all += Array($0.salt) + Array($0.whole) } }
        return all
    }

    private func frames(_ ledger: LedgerFile) throws -> [[UInt8]] {
        let stored = try ledger.database.prepare("SELECT data FROM segment ORDER BY entry, number")
        var frames: [[UInt8]] = []
        while try stored.step() { frames.append(stored.blob(0)) }
        return frames
    }

    @Test func theEntryIsReadAsItIsWritten() throws {
        let test = try SmallLedger.make()
        let day = try #require(Day("2026-01-04"))
        for days in [nil, day...day] as [ClosedRange<Day>?] {
            let entry = LedgerEntry.erasure(try tombstone(test, ArtifactID(entry: 1, record: 2), days: days))
            #expect(LedgerEntry(entry.bytes) == entry)
            #expect(entry.bytes.count < 400)
        }
        let text = String(decoding: LedgerEntry.erasure(try tombstone(test, ArtifactID(entry: 1, record: 2), days: day...day)).bytes, as: UTF8.self)
        for (from, to) in [
            ("\"record\":2", "\"record\":0"), ("\"role\":\"D\"", "\"role\":\"S\""), ("\"role\":\"D\"", "\"role\":\"X\""), ("[\"event\"]", "[\"z\",\"event\"]"),
            ("\"origin\":1", "\"origin\":2"), ("\"pull\":1", "\"pull\":-1"), ("[\"2026-01-04\",\"2026-01-04\"]", "[\"2026-01-04\"]"),
        ] {
            #expect(text.contains(from))
            #expect(LedgerEntry(Array(text.replacing(from, with: to).utf8)) == nil, "\(to)")
        }
    }

    @Test func nothingOfTheRecordIsLeftAnywhereAndEveryOtherProofHolds() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        var noise = Randomness.seeded("noise")
        // Text that zstd can do nothing with, so that stored bytes would be found as they are; several segments.
        let texts = (0..<60).map { _ in Hex.encode(noise.bytes(30_000)) }
        try test.pull(ledger, [.origin("a")] + texts.enumerated().map { .data(#"{"id":"\#($0)","at":"2026-01-04T10:00:00Z","text":"\#($1)"}"#) })
        try test.endRun(ledger)
        try test.catchUp()
        let honest = try test.records()
        let gone = [ArtifactID(entry: 1, record: 2), ArtifactID(entry: 1, record: 31), ArtifactID(entry: 1, record: 61)]
        let frames = try self.frames(ledger)
        let leaves = try gone.map { id in try #require(try ledger.withRecord(id) { $0.leaf }) }
        let before = try everything(test)
        try erase(test, gone)
        let after = try everything(test)
        for id in gone {
            let record = honest[id.record]
            // Salt, text, and whatever 48 bytes of the old frames there are around it.
            for needle in [Array(record[..<32]), Array(record[200..<260])] {
                #expect(before.containsSlice(needle))
                #expect(!after.containsSlice(needle), "\(id)")
            }
        }
        // Of the old frames nothing is left in the file that is not also in a new one.
        let anew = try self.frames(ledger)
        #expect(frames.count == anew.count && zip(frames, anew).count { $0 != $1 } == 3)
        var (left, found) = (0, 0)
        for frame in frames {
            for start in stride(from: 0, to: frame.count - 48, by: 9973) {
                let window = Array(frame[start..<start + 48])
                guard !anew.contains(where: { $0.containsSlice(window) }) else { continue }
                left += 1
                if before.containsSlice(window) { found += 1 }
                #expect(!after.containsSlice(window))
            }
        }
        #expect(left > 20 && found > left * 9 / 10)
        let now = try test.records()
        for (number, record) in honest.enumerated() where !gone.contains(ArtifactID(entry: 1, record: number)) && number <= 61 {
            #expect(now[number] == record)
        }
        for (id, leaf) in zip(gone, leaves) {
            #expect(try test.open().withRecord(id) { $0.role == .erased && $0.bytes.isEmpty && $0.leaf == leaf } == true)
        }
        let result = try test.verification()
        #expect(result.findings == [] && result.erased == 3 && result.unsigned == 0)
        #expect(try test.index().database.integer("SELECT count(*) FROM event") == 57)
        #expect(try FileManager.default.attributesOfItem(atPath: test.folder + "/ledger.sqlite-journal")[.size] as? Int ?? 0 == 0)
    }

    @Test func anIndexThatStillHoldsWhatWasErasedIsMadeAnew() throws {
        let test = try SmallLedger.make()
        // As after a copy of an old index was put back, or a crash that nobody can think of.
        #expect(try test.open().erase([try tombstone(test, ArtifactID(entry: 1, record: 2))]))
        #expect(try test.index().database.integer("SELECT count(*) FROM event WHERE text = 'alpha'") == 1)
        try test.catchUp()
        let caughtUp = try dump(try test.index().database)
        #expect(try test.index().database.integer("SELECT count(*) FROM event WHERE text = 'alpha'") == 0)
        #expect(try Data(contentsOf: URL(fileURLWithPath: test.folder + "/index.sqlite")).range(of: Data("alpha".utf8)) == nil)
        try FileManager.default.removeItem(atPath: test.folder + "/index.sqlite")
        try test.catchUp()
        #expect(try dump(try test.index().database) == caughtUp)
        #expect(try test.findings() == [])
    }

    @Test func everyRoleButTheSheetCanBeErased() throws {
        let test = try SmallLedger.make()
        for record in [2, 5, 7, 8, 9] {
            try erase(test, [ArtifactID(entry: 1, record: record)])
            #expect(try test.findings() == [], "record \(record)")
        }
        #expect(try test.verification().erased == 5)
        for (id, role) in [(ArtifactID(entry: 1, record: 0), RecordRole.data), (ArtifactID(entry: 1, record: 2), .data)] {
            let before = try test.records()
            #expect(throws: LedgerError.self) { try test.open().erase([try tombstone(test, id, role: role)]) }
            #expect(try test.records() == before)
            #expect(try test.findings() == [])
        }
    }

    // MARK: Tampering

    @Test func bytesOverwrittenByHandAreFound() throws {
        let test = try SmallLedger.make()
        try erase(test, [ArtifactID(entry: 1, record: 2)])
        let honest = try test.save()
        // As the program does it, but without a tombstone: the tree alone would not tell.
        #expect(try test.open().erase([try tombstone(test, ArtifactID(entry: 2, record: 3))]))
        try test.raw().run("DELETE FROM entry WHERE seq = (SELECT max(seq) FROM entry)")
        try test.restoreTriggers()
        #expect(try test.findings(indexed: false) == ["record e2-r3: its bytes are overwritten, and no tombstone says why"])
        // A tombstone, and the bytes are still there.
        try test.restore(honest)
        _ = try test.open().append(.erasure(try tombstone(test, ArtifactID(entry: 2, record: 3))))
        #expect(try test.findings(indexed: false) == ["entry 11: a tombstone of e2-r3, whose bytes are there, or which is no record before it"])
        // A second one.
        try test.restore(honest)
        let tombstone = try #require(try test.open().entryBytes(10).flatMap { LedgerEntry($0) })
        _ = try test.open().append(tombstone)
        #expect(try test.findings(indexed: false) == ["entry 11: a second tombstone of e1-r2"])
        // Another leaf in place of the salt.
        try test.restore(honest)
        try test.flip("segment", "salts", row: 1, at: 32, bit: 3)
        #expect(try test.findings(indexed: false).contains { $0.hasPrefix("record of entry 1") || $0.hasPrefix("record e1-r2") })
    }

    @Test func everyChangeOfTheTombstonesListIsFound() throws {
        let test = try SmallLedger.make()
        try erase(test, [ArtifactID(entry: 1, record: 2), ArtifactID(entry: 2, record: 3)])
        #expect(try test.findings() == [])
        let honest = try test.save()
        var changed = 0
        for change in try Change.all(of: "index.sqlite", test.raw("index.sqlite")) where change.table == "erasure" {
            try test.restore(honest)
            let before = try dump(try test.raw("index.sqlite"))
            guard (try? test.raw("index.sqlite").run(change.sql)) != nil, try dump(try test.raw("index.sqlite")) != before else { continue }
            changed += 1
            #expect(try test.findings().contains { change.isNamed(in: $0) }, "\(change)")
        }
        #expect(changed > 40)
        for row in 1...2 {
            for column in ["data", "lengths", "salts"] {
                try test.restore(honest)
                try test.flip("segment", column, row: row * 2, at: 3, bit: 1)
                let findings = try test.findings(indexed: false)
                #expect(!findings.isEmpty || column == "data", "\(column)")
            }
        }
    }

    // MARK: Before signing

    @Test func aBitThatFlipsBetweenCommitAndSignatureIsNotSigned() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        try test.endRun(ledger)
        var noise = Randomness.seeded("noise")
        try test.pull(ledger, [.data(Hex.encode(noise.bytes(200_000)))])
        _ = try ledger.append(.run(at: test.now(), pulls: 1, tool: "test"))
        let honest = try test.saveLedger()
        let file = try #require(FileManager.default.contents(atPath: test.folder + "/ledger.sqlite"))
        // In the middle of the compressed records, which fill most of the file. The connection in use has the page in memory.
        try test.flipFile(file.count / 2, bit: 2)
        #expect(throws: LedgerError.self) { try test.seal(ledger) }
        #expect(try test.open().checkpoints().map(\.size) == [2])
        try honest.write(to: URL(fileURLWithPath: test.folder + "/ledger.sqlite"))
        #expect(try test.seal(try test.open()).size == 4)
        #expect(try test.findings(indexed: false) == [])
    }

    @Test func aPullThatWasErasedFromIsReadAgainBeforeSigning() throws {
        let test = try SmallLedger.make()
        #expect(try test.open().erase([try tombstone(test, ArtifactID(entry: 1, record: 2))]))
        let honest = try test.save()
        try test.flip("segment", "salts", row: 2, at: 5, bit: 1)
        #expect(throws: LedgerError.self) { try test.seal(try test.open()) }
        try test.restore(honest)
        try test.seal(try test.open())
        #expect(try test.findings(indexed: false) == [])
    }
}

extension TestLedger {
    fileprivate func saveLedger() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: folder + "/ledger.sqlite")) }
}

extension [UInt8] {
    fileprivate func containsSlice(_ needle: [UInt8]) -> Bool { Data(self).range(of: Data(needle)) != nil }
}
