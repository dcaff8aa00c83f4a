import Evidence
import Foundation
import Testing

@testable import Seal

/// Tiles as C2SP tlog-tiles lays them out, read back by a program written from that page alone.
@Suite struct LogTilesTests {
    private func entries(_ count: Int) -> [[UInt8]] { (0..<count).map { Array(#"{"number":\#($0)}"#.utf8) } }

    @Test func namesAreThoseOfTheSpecification() {
        #expect(LogTiles.path(level: 3, index: 1_234_067) == "tile/3/x001/x234/067")
        #expect(LogTiles.path(level: 0, index: 0, width: 7) == "tile/0/000.p/7")
        #expect(LogTiles.entriesPath(index: 999) == "tile/entries/999")
        #expect(LogTiles.entriesPath(index: 1000, width: 255) == "tile/entries/x001/000.p/255")
    }

    @Test func aTreeOfSeventyThousandHasTheTilesThatTheSpecificationCounts() {
        let tiles = LogTiles.tiles([Digest32](repeating: TreeHash.empty, count: 70_000))
        let full = tiles.filter { !$0.path.contains(".p/") }
        #expect(full.count { $0.path.hasPrefix("tile/0/") } == 273 && full.count { $0.path.hasPrefix("tile/1/") } == 1 && full.count == 274)
        #expect(tiles.filter { $0.path.contains(".p/") }.map(\.path) == ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"])
        #expect(full.allSatisfy { $0.bytes.count == 8192 })
        #expect(LogTiles.tiles(leaves(256)).map(\.path) == ["tile/0/000", "tile/1/000.p/1"])
        #expect(LogTiles.tiles([]).isEmpty && LogTiles.bundles([]).isEmpty)
    }

    @Test(arguments: [1, 2, 255, 256, 257, 512, 700, 66_000]) func anotherReaderFindsTheRootAndEveryEntry(_ count: Int) throws {
        let entries = entries(count)
        let leaves = entries.map { TreeHash.leaf($0) }
        let scratch = try Scratch()
        let head = Checkpoint(origin: "log.example/t", size: count, root: MerkleTree.root(leaves))
        var files = [LogTiles.File(path: "checkpoint", bytes: try head.note(signer: signer()).bytes)]
        files += LogTiles.tiles(leaves) + LogTiles.bundles(entries)
        try scratch.writeAll(files)
        let reader = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("read-tiles.py").path
        let said = try scratch.run("python3 \(reader) .")
        #expect(said.code == 0 && said.output == "\(count) entries, root \(head.root)\n", "\(said)")
        let read = LogTiles.leaves(size: count) { path in files.first { $0.path == path }?.bytes }
        #expect(count > 1000 || read == leaves)
        // The last byte of each kind of file counts.
        for file in [files.last { $0.path.hasPrefix("tile/0") }, files.last { $0.path.hasPrefix("tile/entries") }].compactMap({ $0 }) {
            var bytes = file.bytes
            bytes[bytes.count - 1] ^= 1
            try scratch.writeAll([LogTiles.File(path: file.path, bytes: bytes)])
            #expect(try scratch.run("python3 \(reader) .").code == 1, "\(file.path)")
            try scratch.writeAll([file])
        }
    }

    @Test func aBundleThatIsCutWronglyHasNoEntries() {
        for bundle: [UInt8] in [[0], [0, 1], [0, 2, 65], [0, 1, 65, 0]] { #expect(LogTiles.entries(bundle) == nil) }
        #expect(LogTiles.entries([0, 0, 0, 1, 65]) == [[], [65]])
        #expect(LogTiles.hashes([UInt8](repeating: 1, count: 33)) == nil)
    }

    @Test func aFullTileStandsForThePartialOneThatItGrewOutOf() {
        let all = leaves(300)
        let tiles = LogTiles.tiles(all)
        #expect(LogTiles.leaves(size: 17) { path in tiles.first { $0.path == path }?.bytes } == Array(all[..<17]))
        #expect(LogTiles.leaves(size: 301) { path in tiles.first { $0.path == path }?.bytes } == nil)
    }

    // MARK: Consistency

    private func proof(_ old: Int, _ new: Int) throws -> (proof: ConsistencyProof, old: Digest32, head: Checkpoint) {
        let all = leaves(new)
        let head = Checkpoint(origin: "log.example/t", size: new, root: MerkleTree.root(all))
        let path = MerkleTree.consistencyPath(from: old, to: all)
        return (ConsistencyProof(oldSize: old, path: path, checkpoint: try head.note(signer: signer())), MerkleTree.root(Array(all[..<old])), head)
    }

    @Test func consistencyIsReadAsItIsWrittenAndHolds() throws {
        for new in 1...40 {
            for old in 1...new {
                let (proof, root, head) = try proof(old, new)
                let again = try ConsistencyProof(proof.bytes)
                #expect(again == proof)
                try again.verify(oldRoot: root, head: head)
                if old < new { #expect(throws: SealError.self) { try again.verify(oldRoot: head.root, head: head) } }
            }
        }
        #expect(String(decoding: try proof(3, 7).proof.bytes, as: UTF8.self).hasPrefix("old 3\n"))
    }

    @Test func everyMangledProofIsRefused() throws {
        let (good, root, head) = try proof(11, 40)
        let text = String(decoding: good.bytes, as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var bad = [text.replacing("old 11", with: "old 011"), text.replacing("old 11", with: "old 12"), text.replacing("old 11\n", with: "")]
        bad += ["old 0" + text.dropFirst(6)]
        bad += [lines.filter { $0 != lines[1] }.joined(separator: "\n"), text.replacing(lines[1], with: lines[2]), text.replacing(lines[1], with: "AAAA")]
        bad += [text.replacing("old 11\n", with: "old 11\n\(lines[1])\n"), String(text.dropLast()), "", "old 1\n"]
        for text in bad {
            #expect(throws: SealError.self, "\(text.prefix(60))") { try ConsistencyProof(Array(text.utf8)).verify(oldRoot: root, head: head) }
        }
    }
}

extension Scratch {
    fileprivate func writeAll(_ files: [LogTiles.File]) throws {
        for file in files {
            let place = url.appendingPathComponent(file.path)
            try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(file.bytes).write(to: place)
        }
    }
}
