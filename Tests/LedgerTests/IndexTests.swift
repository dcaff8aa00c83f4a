import Evidence
import Foundation
import SQLite
import Testing

@testable import Ledger

@Suite struct IndexTests {
    @Test func caughtUpAndRebuiltAreTheSameTables() throws {
        let test = try TestLedger()
        try SmallLedger.fill(test) { try test.catchUp() }
        let caughtUp = try dump(try test.index().database)
        try FileManager.default.removeItem(atPath: test.folder + "/index.sqlite")
        try test.catchUp()
        #expect(try dump(try test.index().database) == caughtUp)
        #expect(caughtUp.contains { $0.hasPrefix("event: ") } && caughtUp.contains { $0.hasPrefix("extra: ") })
        #expect(try test.findings() == [])
    }

    /// Pulls of few rows share one commit, and a crash before it costs nothing that the ledger does not have.
    @Test func whatIsNotSettledYetIsLostWithTheProcessAndReadAgain() throws {
        let test = try TestLedger()
        try SmallLedger.fill(test) { try test.catchUp() }
        let honest = try dump(try test.index().database)
        let next = try test.index().nextEntry()
        let ledger = try test.open()
        try test.pull(ledger, [.origin("late"), .data(#"{"id":"late","text":"a"}"#)])
        do {
            let index = try test.index()
            try index.begin()
            try index.mark(next)
            if index.isDue { try index.commit() }
            // The next pull goes on with the same transaction.
            try index.begin()
            #expect(try index.nextEntry() == next + 1)
            #expect(try dump(try test.index().database) == honest)
        }
        #expect(try test.index().nextEntry() == next)
        try test.catchUp()
        #expect(try test.index().nextEntry() == next + 1)
        #expect(try test.index().database.integer("SELECT count(*) FROM event WHERE artifact >> 32 = \(next)") == 1)
    }

    /// The first row alone speaks for the record: what `collect` does at the time.
    @Test func theIdOfASecondRowIsNoKeyOfTheRecord() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        let record = #"{"word":"w"}"#
        try test.pull(ledger, [.origin("a"), .data(record)])
        try test.endRun(ledger)
        try test.catchUp()
        let key = Array(record.utf8).withUnsafeBytes {
            DedupeKey.content(SourceText(SourceID(trusted: "things")), bytes: $0, receivedDigest: UnsafeRawBufferPointer(start: nil, count: 0), occurrence: 0)
        }
        #expect(try test.index().seen(key)?.artifact == ArtifactID(entry: 1, record: 2))
        #expect(try test.findings() == [])
    }

    @Test func aRecordThatTheMappingNoLongerReadsBecomesARejectOfTheIndex() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        try test.pull(ledger, [.origin("a"), .data("no JSON at all"), .data(#"{"id":"1"}"#)])
        try test.endRun(ledger)
        try test.catchUp()
        #expect(try test.index().database.text("SELECT reason FROM reject") == "the mapping in force cannot read it: not JSON")
        #expect(try test.findings() == [])
    }

    @Test func twoRecordsThatAChangedMappingGivesOneIdAreBothIndexed() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        try test.pull(ledger, [.origin("a"), .data(#"{"id":"1","text":"a"}"#), .data(#"{"id":"1","text":"b"}"#)])
        try test.endRun(ledger)
        try test.catchUp()
        #expect(try test.index().database.integer("SELECT count(*) FROM event") == 2)
        #expect(try test.findings() == [])
    }

    @Test func anIndexForOtherKindsOrOfAnotherShapeIsMadeAnew() throws {
        let test = try TestLedger()
        try SmallLedger.fill(test) { try test.catchUp() }
        let honest = try dump(try test.index().database)
        for change in ["UPDATE made_for SET digest = 'other'", "DROP TABLE cursor", "ALTER TABLE event ADD COLUMN more TEXT", "CREATE TABLE more (a)"] {
            try test.raw("index.sqlite").run(change)
            #expect(try test.index().nextEntry() == 0, "\(change)")
            try test.catchUp()
            #expect(try dump(try test.index().database) == honest)
        }
    }

    @Test func aFailedCatchUpLeavesTheIndexAsItWas() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        try test.pull(ledger, [.origin("a"), .data("{}")])
        try test.catchUp()
        try test.pull(ledger, [.origin("a"), TestRecord(role: .conflict, origin: 1, ordinal: 1, bytes: Array("names nothing\n".utf8))])
        let before = try dump(try test.index().database)
        #expect(throws: LedgerError.self) { try test.catchUp() }
        #expect(try dump(try test.index().database) == before)
    }
}
