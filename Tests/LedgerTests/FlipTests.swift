import Evidence
import Foundation
import SQLite
import Seal
import Testing

@testable import Ledger

/// Single bits, in stored values and in the files as they lie on disk. `RECEIPTS_EVERY_BYTE=1` leaves no byte out.
@Suite struct FlipTests {
    private let everyByte = ProcessInfo.processInfo.environment["RECEIPTS_EVERY_BYTE"] != nil
    private var step: Int { everyByte ? 1 : 29 }

    @Test func everyFlippedByteOfStoredRecordsIsFoundOrChangesNothing() throws {
        let test = try SmallLedger.make()
        let honest = try test.save()
        let records = try test.records()
        let sizes = try test.raw().prepare("SELECT rowid, length(data), length(lengths), length(salts) FROM segment")
        var cells: [(row: Int, column: String, size: Int)] = []
        while try sizes.step() { for (i, column) in ["data", "lengths", "salts"].enumerated() { cells.append((sizes.int(0), column, sizes.int(i + 1))) } }
        var silent = 0
        for cell in cells {
            for offset in stride(from: 0, to: cell.size, by: cell.column == "salts" ? 7 * step : step) {
                try test.restore(honest)
                try test.flip("segment", cell.column, row: cell.row, at: offset, bit: offset % 8)
                guard try test.findings(indexed: false).isEmpty else { continue }
                // zstd has bits that say nothing: then the very same records come out.
                silent += 1
                #expect(cell.column == "data")
                #expect(try test.records() == records, "\(cell) at \(offset)")
            }
        }
        #expect(silent * step < 120)
    }

    @Test func everyFlippedByteOfEntriesAndCheckpointsIsFound() throws {
        let test = try SmallLedger.make()
        let honest = try test.save()
        for (table, column) in [("entry", "bytes"), ("checkpoint", "note")] {
            let rows = try test.raw().prepare("SELECT rowid, length(\(column)) FROM \(table)")
            var cells: [(Int, Int)] = []
            while try rows.step() { cells.append((rows.int(0), rows.int(1))) }
            for (row, size) in cells {
                for offset in stride(from: row % step, to: size, by: step) {
                    try test.restore(honest)
                    try test.flip(table, column, row: row, at: offset, bit: offset % 8)
                    let findings = try test.findings(indexed: false)
                    #expect(!findings.isEmpty, "\(table) \(row) at \(offset)")
                }
            }
        }
    }

    /// Whatever SQLite makes of a damaged file: a finding, a refusal, or every row as it was.
    @Test func everyFlippedBitOfTheFileIsFoundOrChangesNothing() throws {
        let test = try SmallLedger.make()
        let honest = try test.save()
        let file = try #require(honest["ledger/ledger.sqlite"])
        let rows = try dump(try Database(path: test.folder + "/ledger.sqlite", access: .readOnly), without: ["open_pull", "segment"])
        let records = try test.records()
        // Free space is most of a small file: only every so many zeros, but the headers and all that is written.
        let offsets = file.indices.filter { file[$0] != 0 ? $0 % step < 2 : everyByte || $0 % 64 == 0 || $0 < 100 }
        var silent = 0
        for offset in offsets {
            try test.restore(honest)
            try test.flipFile(offset, bit: offset % 8)
            guard try test.findings(indexed: false).isEmpty else { continue }
            if file[offset] != 0 { silent += 1 }
            // A bit that says nothing to zstd changes the stored frame and no record.
            let after = try dump(try Database(path: test.folder + "/ledger.sqlite", access: .readOnly), without: ["open_pull", "segment"])
            #expect(after == rows, "bit \(offset % 8) of byte \(offset)")
            #expect(try test.records() == records, "bit \(offset % 8) of byte \(offset)")
        }
        // Of what is written; free space may hold anything.
        #expect(silent < offsets.count { file[$0] != 0 } / 2)
    }

    @Test func everyFlippedBitOfTheIndexIsFoundOrChangesNothing() throws {
        let test = try SmallLedger.make()
        let honest = try test.save()
        let file = try #require(honest["ledger/index.sqlite"])
        let rows = try dump(try test.index().database, without: ["made_for"])
        // Which no constraint of SQLite is asked about: what stands there is compared by its sum.
        let seen = Int(try #require(try test.index().database.integer("SELECT rootpage FROM sqlite_schema WHERE name = 'seen'")))
        // It is derived, and ten times the ledger: of its free space only a little even then.
        let isLooked = { (offset: Int) in everyByte || offset / 4096 + 1 == seen || offset % (3 * step) < 2 }
        for offset in file.indices where file[offset] != 0 ? isLooked(offset) : offset % 256 == 0 {
            try test.restore(honest)
            try test.flipFile(offset, bit: offset % 8, of: "index.sqlite")
            guard try test.findings().isEmpty else { continue }
            let index = try test.index()
            // An index that is no index any more was made anew, empty.
            if try index.nextEntry() > 0 { #expect(try dump(index.database, without: ["made_for"]) == rows, "byte \(offset)") }
        }
    }

    @Test func aFileCutShortIsFound() throws {
        let test = try SmallLedger.make()
        let honest = try test.save()
        for name in ["ledger/ledger.sqlite", "ledger/index.sqlite"] {
            let file = try #require(honest[name])
            for count in stride(from: 0, to: file.count, by: file.count / 17) {
                try test.restore(honest)
                try file.prefix(count).write(to: test.root.appendingPathComponent(name))
                let findings = try test.findings()
                let isAnew = try name.hasSuffix("index.sqlite") && test.index().nextEntry() == 0
                #expect(!findings.isEmpty || isAnew, "\(name) cut to \(count)")
            }
        }
    }
}

extension TestLedger {
    /// So that what is found is the change and not the missing guard rails.
    func restoreTriggers() throws {
        let fresh = try Database(path: ":memory:", access: .create)
        try fresh.run(LedgerFile.schema)
        let database = try Database(path: folder + "/ledger.sqlite", access: .readWrite)
        for trigger in try Change.names(fresh, "SELECT sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid") { try database.run(trigger) }
    }

    func records() throws -> [[UInt8]] {
        let ledger = try open()
        var all: [[UInt8]] = []
        for entry in 0..<(try ledger.size()) { try ledger.forEachRecord(of: entry) { all.append(Array($0.salt) + Array($0.whole)) } }
        return all
    }

    func flipFile(_ offset: Int, bit: Int, of file: String = "ledger.sqlite") throws {
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: folder + "/" + file))
        try handle.seek(toOffset: UInt64(offset))
        let byte = try handle.read(upToCount: 1)?.first ?? 0
        try handle.seek(toOffset: UInt64(offset))
        try handle.write(contentsOf: [byte ^ 1 << UInt8(bit)])
        try handle.close()
    }

    func flip(_ table: String, _ column: String, row: Int, at offset: Int, bit: Int) throws {
        let database = try raw()
        let read = try database.prepare("SELECT \(column) FROM \(table) WHERE rowid = \(row)")
        guard try read.step() else { return }
        var bytes = read.blob(0)
        read.reset()
        bytes[offset] ^= 1 << UInt8(bit)
        let write = try database.prepare("UPDATE \(table) SET \(column) = ? WHERE rowid = \(row)")
        write.bind(1, blob: bytes)
        try write.execute()
        try restoreTriggers()
    }
}
