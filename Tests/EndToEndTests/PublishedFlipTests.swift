import Foundation
import Testing

/// Real output of the real program, changed byte by byte: `verify portal` and `verify archive` end with 1 and name the place. A sample, as
/// each byte is a run of the program; `RECEIPTS_EVERY_BYTE=1` leaves none out.
@Suite struct PublishedFlipTests {
    private let everyByte = ProcessInfo.processInfo.environment["RECEIPTS_EVERY_BYTE"] != nil

    private func published() throws -> (programme: Programme, portal: URL, archive: URL) {
        let programme = try Programme()
        try programme.receipts(["collect"])
        #expect(try programme.receipts(["publish"]).code == 0)
        let folder = programme.root.appending(path: "output/p1")
        return (programme, folder.appending(path: "r1"), folder.appending(path: "receipts-p1-r1.tar.zst"))
    }

    private func verify(_ what: String, _ url: URL) throws -> Programme.Ended {
        try Running(folder: nil, arguments: ["verify", what, url.path]).ended()
    }

    /// One bit of one byte, in place; back again when `body` is done.
    private func flipping(_ file: URL, _ offset: Int, _ body: () throws -> Void) throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
        let handle = try FileHandle(forUpdating: file)
        try handle.seek(toOffset: UInt64(offset))
        let byte = try #require(try handle.read(upToCount: 1)?.first)
        func put(_ byte: UInt8) throws {
            try handle.seek(toOffset: UInt64(offset))
            try handle.write(contentsOf: [byte])
        }
        try put(byte ^ 1 << UInt8(offset % 8))
        try body()
        try put(byte)
        try handle.close()
    }

    @Test func aChangedByteOfEveryClassOfPageIsNamed() throws {
        let (programme, portal, _) = try published()
        defer { withExtendedLifetime(programme) {} }
        #expect(try verify("portal", portal).code == 3)
        let files = try FileManager.default.subpathsOfDirectory(atPath: portal.path).sorted()
        var seen: Set<String> = []
        for file in files {
            let url = portal.appending(path: file)
            let attributes = try FileManager.default.attributesOfItem(atPath: url.path)
            guard attributes[.type] as? FileAttributeType == .typeRegular, let size = attributes[.size] as? Int, size > 0 else { continue }
            // A class: the folder at the top, and the kind of file.
            let parts = file.split(separator: "/")
            guard seen.insert("\(parts.count > 1 ? String(parts[0]) : file) \(url.pathExtension)").inserted else { continue }
            try flipping(url, size / 2) {
                let verified = try verify("portal", portal)
                #expect(verified.code == 1, "\(file)")
                let isAboutManifest = file.hasPrefix("manifest-sha256.txt") && verified.output.contains("manifest-sha256.txt")
                #expect(isAboutManifest || verified.output.contains("'\(file)'"), "\(file): \(verified)")
            }
        }
        #expect(seen.count > 12)
        #expect(try verify("portal", portal).code == 3)
    }

    @Test func everyByteOfTheSmallFilesCounts() throws {
        let (programme, portal, archive) = try published()
        defer { withExtendedLifetime(programme) {} }
        let signature = URL(fileURLWithPath: archive.path + ".sig")
        for (what, whole, file) in [
            ("portal", portal, portal.appending(path: "revision.json")), ("portal", portal, portal.appending(path: "manifest-sha256.txt.sig")),
            ("archive", archive, signature),
        ] {
            let size = try Data(contentsOf: file).count
            for offset in stride(from: 0, to: size, by: everyByte ? 1 : 23) {
                try flipping(file, offset) {
                    let code = try verify(what, whole).code
                    #expect(code == 1, "\(file.lastPathComponent) at \(offset)")
                }
            }
        }
        let manifest = portal.appending(path: "manifest-sha256.txt")
        let size = try Data(contentsOf: manifest).count
        for offset in stride(from: 0, to: size, by: everyByte ? 1 : max(1, size / 20)) {
            try flipping(manifest, offset) {
                let code = try verify("portal", portal).code
                #expect(code == 1, "manifest at \(offset)")
            }
        }
        #expect(try verify("portal", portal).code == 3)
        #expect(try verify("archive", archive).code == 3)
    }

    @Test func aByteOfTheArchiveAnywhereIsFound() throws {
        let (programme, _, archive) = try published()
        defer { withExtendedLifetime(programme) {} }
        let size = try Data(contentsOf: archive).count
        for offset in stride(from: 0, to: size, by: everyByte ? 1 : size / 40) {
            try flipping(archive, offset) {
                let verified = try verify("archive", archive)
                #expect(verified.code == 1 && verified.output.contains("found: "), "byte \(offset): \(verified)")
            }
        }
        #expect(try verify("archive", archive).code == 3)
    }

    @Test func anAddedAndAMissingFileAreNamed() throws {
        let (programme, portal, _) = try published()
        defer { withExtendedLifetime(programme) {} }
        try Data("x".utf8).write(to: portal.appending(path: "more.html"))
        #expect(try verify("portal", portal).output.contains("'more.html'"))
        try FileManager.default.removeItem(at: portal.appending(path: "more.html"))
        try FileManager.default.removeItem(at: portal.appending(path: "index.html"))
        let verified = try verify("portal", portal)
        #expect(verified.code == 1 && verified.output.contains("'index.html'"))
    }
}
