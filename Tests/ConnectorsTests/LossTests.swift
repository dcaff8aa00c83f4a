import Evidence
import Foundation
import Testing

@testable import Connectors

/// Damage that leaves a file readable and takes something away: a day of it must not count as read.
@Suite struct LossTests {
    private func lines(_ range: Range<Int>) -> String { range.map { "{\"n\":\($0)}\n" }.joined() }

    /// As its source would say a day: nothing is missing if a file is named complete.
    private func daily(_ folder: Folder, _ name: String, _ decoder: DecoderSettings = .jsonLines(records: nil)) throws -> Pulled {
        try pull(folder.path, files(name, decoder), coverage: .dailyFiles(name: "d-{date}.log"))
    }

    private func archive(_ name: String, _ inside: String) -> ConnectorSettings {
        .files(FilesSettings(path: name, inside: inside, decoder: .jsonLines(records: nil), place: place))
    }

    /// `a` of three lines and `b` of two.
    private func packed(_ folder: Folder, _ how: String) throws {
        try folder.write("a", lines(0..<3))
        try folder.write("b", lines(3..<5))
        try folder.sh(how)
    }

    @Test func gzipOfSeveralMembersIsReadToItsEnd() throws {
        let folder = try Folder()
        try folder.write("a", lines(0..<3))
        try folder.write("b", lines(3..<5))
        try folder.sh("gzip -c a > d-2026-03-01.log; gzip -c b >> d-2026-03-01.log; head -c 700 /dev/zero >> d-2026-03-01.log")
        let pulled = try daily(folder, "d-*.log")
        #expect(pulled.sink.records.count == 5 && pulled.report.completeDays.count == 1, "\(pulled.report.problems)")
        try folder.write("a", "")
        try folder.sh("gzip -c a > d-2026-03-01.log")
        #expect(try daily(folder, "d-*.log").report.completeDays.count == 1)
    }

    @Test(arguments: [
        // A member that lost its first bytes, and what is none.
        ("gzip -c a > X; gzip -c b | tail -c +3 >> X", "incorrect header check"), ("gzip -c a > X; cat b >> X", "incorrect header check"),
        ("gzip -c a > X; printf '\\0\\0x' >> X", "something follows its last member"), ("gzip -c a | head -c -3 > X", "it breaks off"),
        ("gzip -c a > X; gzip -c b | head -c 12 >> X", "it breaks off"),
        // Stored, not deflated, so that one letter can change and every block stay sound.
        (
            #"python3 -c "import zlib,sys;c=zlib.compressobj(0,8,31);d=c.compress(open('a','rb').read())+c.flush();open('X','wb').write(d.replace(b'4',b'7'))""#,
            "incorrect data check"
        ),
        ("zstd -qc a > X; cat b >> X", "Unknown frame descriptor"), ("zstd -qc a | head -c -2 > X", "Truncated zstd input"),
    ])
    func packedBytesThatWereDamagedAreTold(how: String, problem: String) throws {
        let folder = try Folder()
        try folder.write("a", lines(0..<50))
        try folder.write("b", lines(50..<90))
        try folder.sh(how.replacingOccurrences(of: "X", with: "d-2026-03-01.log"))
        let pulled = try daily(folder, "d-*.log")
        #expect(pulled.report.outcome == .partial && pulled.report.completeDays.isEmpty && pulled.report.cursors.isEmpty)
        #expect(pulled.report.problems.count == 1 && pulled.report.problems[0].contains(problem), "\(pulled.report.problems)")
        #expect(pulled.sink.rejects.count <= 1, "what could not be unpacked is no record")
    }

    @Test(arguments: [
        ("tar -cf whole a b; head -c 1024 whole > x.tar", "breaks off"), ("tar -cf whole a b; head -c 2560 whole > x.tar", "breaks off"),
        ("tar -cf x.tar a; tar -cf y b; cat y >> x.tar", "goes on after its end"), ("tar -cf x.tar a; echo more >> x.tar", "goes on after its end"),
        ("tar -czf x.tar a; tar -czf y b; cat y >> x.tar", "goes on after its end"), ("tar -cf y a b; head -c 2048 y | gzip > x.tar", "breaks off"),
        ("tar -cf y a b; head -c 2048 y | zstd -q > x.tar", "breaks off"), ("tar -czf x.tar a; echo more >> x.tar", "incorrect header check"),
    ])
    func aTarThatWasCutOrJoinedIsTold(how: String, problem: String) throws {
        let folder = try Folder()
        try packed(folder, how)
        let pulled = try pull(folder.path, archive("x.tar", "*"))
        #expect(pulled.report.outcome == .partial && pulled.report.broken == ["x.tar"] && pulled.sink.records.count >= 3)
        #expect(pulled.report.problems.count == 1 && pulled.report.problems[0].contains(problem), "\(pulled.report.problems)")
        #expect(!pulled.report.cursors.contains { $0.name == "x.tar" })
    }

    @Test(arguments: [
        "tar -b1 -cf x.tar a", "tar -b20 -cf x.tar a", "bsdtar -cf x.tar a", "bsdtar --format=pax -cf x.tar a", "tar --format=gnu -czf x.tar a",
        "python3 -c \"import tarfile;t=tarfile.open('x.tar','w');t.add('a');t.close()\"", "tar -cf x.tar a; tar -rf x.tar b",
    ])
    func aTarAsProgramsWriteThemIsWhole(how: String) throws {
        let folder = try Folder()
        try packed(folder, how)
        let pulled = try pull(folder.path, archive("x.tar", "a"))
        #expect(pulled.report.outcome == .complete && pulled.report.problems.isEmpty && pulled.sink.records.count == 3, "\(pulled.report.problems)")
        let again = try pull(folder.path, archive("x.tar", "a"), cursors: pulled.cursors)
        #expect(again.report.outcome == .empty && again.report.problems.isEmpty)
    }

    /// An end record that counts one more, a directory that lost its last member, and one that names the bytes of one member twice.
    @Test(arguments: [
        "d[-12] += 1; d[-14] += 1", "at = d.rindex(b'PK\\1\\2'); d[at:-22] = b''; d[-10] -= 47",
        "at = d.rindex(b'PK\\1\\2') + 42; d[at:at + 4] = bytes(4)",
    ])
    func aZipThatHoldsFewerMembersThanItCountsIsTold(damage: String) throws {
        let folder = try Folder()
        try packed(folder, "")
        try folder.write(
            "make.py",
            """
            import zipfile
            with zipfile.ZipFile('x.zip', 'w') as z:
                z.write('a'); z.write('b')
            d = bytearray(open('x.zip', 'rb').read())
            \(damage)
            open('x.zip', 'wb').write(d)
            """)
        try folder.sh("python3 make.py")
        let pulled = try pull(folder.path, archive("x.zip", "*"))
        #expect(pulled.report.outcome == .partial && pulled.report.broken == ["x.zip"], "\(pulled.report)")
        #expect(pulled.report.problems.count == 1, "\(pulled.report.problems)")
        #expect(!pulled.report.cursors.contains { $0.name == "x.zip" })
    }

    @Test(arguments: [
        "z.write('a'); z.write('b'); z.mkdir('folder')", "z.write('a'); z.comment = b'PK ' * 900", "z.write('a')\nopen('x.zip', 'ab').write(b'more')",
        "z.write('a'); z.writestr('__MACOSX/._a', 'fork')",
        // With the end record of an archive that is too large for the short one.
        """
        z.write('a')
        import struct
        d = open('x.zip', 'rb').read(); e = d.rindex(b'PK\\5\\6'); n, size, at = struct.unpack('<HLL', d[e + 10:e + 20])
        long = struct.pack('<4sQHHLLQQQQ', b'PK\\6\\6', 44, 45, 45, 0, 0, n, n, size, at) + struct.pack('<4sLQL', b'PK\\6\\7', 0, e, 1)
        open('x.zip', 'wb').write(d[:e] + long + struct.pack('<4sHHHHLLH', b'PK\\5\\6', 0, 0, 0xffff, 0xffff, 0xffffffff, 0xffffffff, 0))
        """,
    ])
    func aZipAsProgramsWriteThemIsWhole(how: String) throws {
        let folder = try Folder()
        try packed(folder, "")
        try folder.write("make.py", "import zipfile\nwith zipfile.ZipFile('x.zip', 'w') as z:\n    \(how)\n")
        try folder.sh("python3 make.py")
        let pulled = try pull(folder.path, archive("x.zip", "a"))
        #expect(pulled.report.outcome == .complete && pulled.report.problems.isEmpty && pulled.sink.records.count == 3, "\(pulled.report.problems)")
    }

    /// One bit of a header's name or checksum, or of a long name's length: libarchive goes on behind it when it is asked again.
    @Test(arguments: [
        ("t.USTAR_FORMAT", "b.index(b'b.jsonl')"), ("t.USTAR_FORMAT", "b.index(b'c.jsonl')"), ("t.PAX_FORMAT", "b.index(b' path=') - 1"),
        ("t.GNU_FORMAT", "b.index(b'c.jsonl') + 148"),
    ])
    func aDamagedHeaderOfATarIsTold(format: String, at: String) throws {
        let folder = try Folder()
        let made = """
            import tarfile as t, io
            with t.open('x.tar', 'w', format=\(format)) as f:
                for name in ['a.jsonl', 'logs/' + 'q' * 80 + '/' + 'q' * 70 + '/b.jsonl' if 'PAX' in '\(format)' else 'b.jsonl', 'c.jsonl']:
                    i = t.TarInfo(name); d = b'{"n":1}\\n' * 3; i.size = len(d); f.addfile(i, io.BytesIO(d))
            b = bytearray(open('x.tar', 'rb').read()); i = \(at); b[i] ^= 1; open('x.tar', 'wb').write(b)
            """
        try folder.write("make.py", made)
        try folder.sh("python3 make.py; gzip -k x.tar")
        for name in ["x.tar", "x.tar.gz"] {
            let pulled = try pull(folder.path, archive(name, "**/*.jsonl"))
            #expect(pulled.report.outcome == .partial && pulled.report.problems.count == 1 && pulled.report.broken == [name], "\(pulled.report.problems)")
        }
    }

    @Test(arguments: [
        (": > d-2026-03-01.log.gz", "is empty, and not even"), (": > d-2026-03-01.log.zst", "is empty, and not even"),
        ("printf '\\3757zXZ\\0 and so on' > d-2026-03-01.log", "packed by xz"), ("printf 'P*M\\030\\4\\0\\0\\0abcd' > d-2026-03-01.log", "pzstd"),
    ])
    func whatIsPackedOtherwiseIsTold(how: String, problem: String) throws {
        let folder = try Folder()
        try folder.sh(how)
        let pulled = try pull(folder.path, files("d-*"), coverage: .dailyFiles(name: "d-{date}.log*"))
        #expect(pulled.report.problems.count == 1 && pulled.report.problems[0].contains(problem), "\(pulled.report.problems)")
        #expect(pulled.report.completeDays.isEmpty && pulled.sink.rejects.isEmpty && pulled.report.outcome == .partial)
    }

    @Test func csvAsSpreadsheetsWriteItIsRead() throws {
        let folder = try Folder()
        try folder.write("d-2026-03-01.log", "\u{feff}\"id\nof it\",at\r\r\n1,x\r\r\n2,y\r\n")
        let pulled = try daily(folder, "d-*.log", .csv(delimiter: 44))
        #expect(pulled.sink.records == ["1,x", "2,y"] && pulled.sink.rejects.isEmpty && pulled.report.completeDays.count == 1)
        #expect(pulled.sink.origins.map { String(decoding: $0.header, as: UTF8.self) } == ["\"id\nof it\",at"])
    }

    @Test func csvWithCarriageReturnsAloneIsNoHeader() throws {
        let folder = try Folder()
        try folder.write("d-2026-03-01.log", "id,at\r1,x\r2,y\r")
        let header = try daily(folder, "d-*.log", .csv(delimiter: 44))
        #expect(header.report.completeDays.isEmpty && header.sink.records.isEmpty && header.sink.origins.isEmpty)
        #expect(header.report.problems.count == 1 && header.report.problems[0].contains("with a carriage return alone"), "\(header.report.problems)")
        try folder.write("d-2026-03-01.log", "id,at\r\n1,x\r2,y\n3,\"a\rb\"\r\n")
        let record = try daily(folder, "d-*.log", .csv(delimiter: 44))
        #expect(record.sink.records == ["3,\"a\rb\""] && record.sink.rejects.count == 1 && record.report.completeDays.isEmpty)
    }

    @Test(arguments: ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
    func wideTextIsRefusedWhole(encoding: String) throws {
        let folder = try Folder()
        let made = "import sys;open('d-2026-03-01.log','wb').write('{\"mail\":\"ada@example.com\"}\\n[1]\\n'.encode('\(encoding)'))"
        try folder.write("make.py", made)
        try folder.sh("python3 make.py; gzip -c d-2026-03-01.log > z; ")
        for decoder in [DecoderSettings.jsonLines(records: nil), .json(records: nil), .text(pattern: "^(?<x>.*)$"), .csv(delimiter: 44)] {
            for name in ["d-2026-03-01.log", "z"] {
                let pulled = try daily(folder, name, decoder)
                #expect(pulled.report.problems == ["'\(name)' is not UTF-8: it looks like UTF-16 or UTF-32"])
                #expect(pulled.sink.records.isEmpty && pulled.sink.rejects.isEmpty && pulled.report.completeDays.isEmpty && pulled.report.outcome == .partial)
            }
        }
        let program = ConnectorSettings.exec(ExecSettings(command: ["cat", "d-2026-03-01.log"], decoder: .jsonLines(records: nil), place: place))
        let said = try pull(folder.path, program)
        #expect(said.sink.rejects.isEmpty && said.report.problems.contains { $0.contains("is not UTF-8") }, "\(said.report.problems)")
    }

    /// Too long a path is a reason that keeps even root from looking; a folder closed to the program ends the same way.
    @Test func aFolderThatCannotBeLookedIntoIsTold() throws {
        let folder = try Folder()
        let made = """
            import os
            os.makedirs('in'); open('in/d-2026-03-01.log', 'w').write('{}\\n'); os.chdir('in')
            for i in range(20): os.mkdir('x' * 250); os.chdir('x' * 250)
            open('d-2026-03-01.log', 'w').write('{}\\n')
            """
        try folder.write("make.py", made)
        try folder.sh("python3 make.py")
        defer { _ = try? folder.sh("rm -rf in") }
        let pulled = try daily(folder, "in/**/d-*.log")
        #expect(pulled.sink.records == ["{}"] && pulled.report.outcome == .partial && pulled.report.completeDays.isEmpty)
        #expect(pulled.report.problems.count == 1 && pulled.report.problems[0].hasSuffix("cannot be looked into: File name too long"))
        let name = "in/\(String(repeating: "x", count: 250))/gone"
        let gone = try pull(folder.path, files("in/**/d-*.log"), cursors: [name: FileCursor(name: name, size: 0, digest: "", records: 0)])
        #expect(gone.report.problems.count == 2, "only what lies in that folder is not called gone")
    }

    @Test func foldersTooDeepInEachOtherAreTold() throws {
        let folder = try Folder()
        try folder.sh("mkdir -p in/$(printf 'x/%.0s' $(seq 70)); echo '{}' > in/a.jsonl; echo '{}' > in/$(printf 'x/%.0s' $(seq 70))a.jsonl")
        let pulled = try pull(folder.path, files("in/**/*.jsonl"))
        #expect(pulled.sink.records == ["{}"] && pulled.report.outcome == .partial)
        #expect(pulled.report.problems.count == 1 && pulled.report.problems[0].hasSuffix("lies more than 64 folders deep, and was not looked into"))
    }
}
