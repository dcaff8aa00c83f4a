import Evidence
import Foundation
import Testing

@testable import Connectors

/// Members of archives, which other programs made.
@Suite struct ContainerTests {
    private func members(_ path: String, _ inside: String, _ decoder: DecoderSettings = .jsonLines(records: nil)) -> ConnectorSettings {
        .files(FilesSettings(path: path, inside: inside, decoder: decoder, place: place))
    }

    private func logs() throws -> Folder {
        let folder = try Folder()
        try folder.write("in/logs/a.jsonl", "{\"n\":1}\n{\"n\":2}\n")
        try folder.write("in/logs/deep/b.jsonl", "{\"n\":3}\n")
        try folder.write("in/logs/notes.txt", "no record\n")
        return folder
    }

    @Test func manyDoubleStarsOverALongNameComeToAnEnd() throws {
        let folder = try Folder()
        try folder.sh("mkdir -p $(printf 'd/%.0s' $(seq 24)) && printf '{}\\n' > $(printf 'd/%.0s' $(seq 24))x.jsonl && tar cf x.tar d")
        let often = String(repeating: "**/", count: 12)
        #expect(try pull(folder.path, members("x.tar", often + "*.jsonl")).sink.records == ["{}"])
        #expect(try pull(folder.path, members("x.tar", often + "*.csv")).sink.records.isEmpty)
    }

    @Test(arguments: [
        "bsdtar -cf x.arc -C in logs", "tar -czf x.arc -C in logs", "tar --zstd -cf x.arc -C in .", "bsdtar --format zip -cf x.arc -C in logs",
        "bsdtar --format zip --options zip:compression=store -cf x.arc -C in logs", "tar --format=v7 -cf x.arc -C in logs; gzip x.arc; mv x.arc.gz x.arc",
    ])
    func everyMemberThatMatchesIsRead(how: String) throws {
        let folder = try logs()
        try folder.sh(how)
        let pulled = try pull(folder.path, members("*.arc", "logs/**/*.jsonl"))
        #expect(pulled.report.outcome == .complete && pulled.report.problems.isEmpty, "\(pulled.report.problems)")
        #expect(pulled.sink.records.sorted() == [#"{"n":1}"#, #"{"n":2}"#, #"{"n":3}"#])
        #expect(pulled.sink.origins.map(\.name).sorted() == ["x.arc!logs/a.jsonl", "x.arc!logs/deep/b.jsonl"])
        #expect(pulled.report.cursors.map(\.name).sorted() == ["x.arc", "x.arc!logs/a.jsonl", "x.arc!logs/deep/b.jsonl"])
        let again = try pull(folder.path, members("*.arc", "logs/**/*.jsonl"), cursors: pulled.cursors)
        #expect(again.report.outcome == .empty && again.sink.records.isEmpty && again.cursors == pulled.cursors && again.report.problems.isEmpty)
    }

    @Test func membersOfMethod93AreReadAsInspectWritesThem() throws {
        let folder = try Folder()
        let made = """
            import sys, zipfile, struct, subprocess, zlib
            zipfile.compressor_names[93] = 'zstd'
            def member(name, data):
                packed = subprocess.run(['zstd', '-qc'], input=data, stdout=subprocess.PIPE, check=True).stdout
                return name.encode(), packed, len(data), zlib.crc32(data)
            out, directory = bytearray(), bytearray()
            members = [member('samples/1.json', b'{"score":1}'), member('samples/2.json', b'{"score":0}'), member('header.json', b'{"status":"success"}')]
            for name, packed, size, crc in members:
                fields = struct.pack('<HHHHHIIIHH', 20, 0, 93, 0, 33, crc, len(packed), size, len(name), 0)
                directory += b'PK\\x01\\x02' + struct.pack('<H', 20) + fields + struct.pack('<HHHII', 0, 0, 0, 0, len(out)) + name
                out += b'PK\\x03\\x04' + fields + name + packed
            end = struct.pack('<HHHHIIH', 0, 0, len(members), len(members), len(directory), len(out), 0)
            open('log.eval', 'wb').write(out + directory + b'PK\\x05\\x06' + end)
            """
        try folder.write("make.py", made)
        try folder.sh("python3 make.py")
        let pulled = try pull(folder.path, members("*.eval", "samples/*.json", .json(records: nil)))
        #expect(pulled.report.problems.isEmpty && pulled.sink.records == [#"{"score":1}"#, #"{"score":0}"#], "\(pulled.report.problems)")
    }

    @Test func anArchiveThatGrewIsReadWholeAndAVanishedMemberIsTold() throws {
        let folder = try logs()
        try folder.sh("tar -cf x.tar -C in logs")
        let first = try pull(folder.path, members("x.tar", "logs/*.jsonl"))
        try folder.sh("printf '{\"n\":4}\\n' > in/logs/c.jsonl; tar -rf x.tar -C in logs/c.jsonl")
        let grown = try pull(folder.path, members("x.tar", "logs/*.jsonl"), cursors: first.cursors)
        #expect(grown.report.outcome == .complete && grown.sink.records == [#"{"n":1}"#, #"{"n":2}"#, #"{"n":4}"#])
        try folder.sh("rm in/logs/a.jsonl; tar -cf x.tar -C in logs")
        let less = try pull(folder.path, members("x.tar", "logs/*.jsonl"), cursors: grown.cursors)
        #expect(less.report.problems == ["'x.tar!logs/a.jsonl' was read before and is gone"])
    }

    @Test func whatComesBeforeABreakIsKeptAndTheBreakIsTold() throws {
        let folder = try logs()
        try folder.sh("head -c 3000000 /dev/urandom | base64 -w 70 | sed 's/.*/{\"n\":\"&\"}/' > in/logs/z.jsonl; tar --sort=name -cf whole -C in logs")
        try folder.sh("head -c 1500000 whole > x.tar; tar -cf y.tar.u -C in logs; gzip -c y.tar.u | head -c 90000 > y.tar.gz; rm y.tar.u")
        for name in ["x.tar", "y.tar.gz"] {
            let pulled = try pull(folder.path, members(name, "logs/**/*.jsonl"))
            #expect(pulled.report.outcome == .partial && pulled.report.broken == [name] && pulled.report.answered == nil, "\(pulled.report.problems)")
            #expect(!pulled.report.cursors.contains { $0.name == name })
        }
        #expect(try pull(folder.path, members("x.tar", "logs/**/*.jsonl")).sink.records.contains(#"{"n":1}"#))
    }

    @Test func hostileNamesLinksAndDoublesAreToldAndNotRead() throws {
        let folder = try Folder()
        let made = """
            import tarfile, io
            with tarfile.open('x.tar', 'w') as t:
                def add(name, data=b'{"n":1}\\n', kind=tarfile.REGTYPE, link=''):
                    i = tarfile.TarInfo(name); i.size = len(data) if kind == tarfile.REGTYPE else 0; i.type = kind; i.linkname = link
                    t.addfile(i, io.BytesIO(data))
                add('a.jsonl'); add('../up.jsonl'); add('/etc/abs.jsonl'); add('in/../../x.jsonl'); add('a.jsonl', b'{"n":2}\\n')
                add('soft.jsonl', kind=tarfile.SYMTYPE, link='/etc/passwd'); add('hard.jsonl', kind=tarfile.LNKTYPE, link='a.jsonl')
                add('pipe.jsonl', kind=tarfile.FIFOTYPE)
            """
        try folder.write("make.py", made)
        try folder.sh("python3 make.py")
        let before = try folder.sh("find . | sort")
        let pulled = try pull(folder.path, members("x.tar", "**/*.jsonl"))
        #expect(pulled.sink.records == [#"{"n":1}"#] && pulled.report.outcome == .partial)
        let problem = pulled.report.problems.joined()
        for word in ["'x.tar!../up.jsonl' is called as if it lay elsewhere", "is there twice", "and 2 more"] { #expect(problem.contains(word), "\(problem)") }
        #expect(try folder.sh("find . | sort") == before)
    }

    @Test func anArchiveInAnArchiveIsRefused() throws {
        let folder = try logs()
        try folder.sh("gzip -k in/logs/a.jsonl; tar -cf in/logs/t.tar -C in logs/a.jsonl; (cd in && bsdtar --format zip -cf logs/z.zip logs/a.jsonl)")
        try folder.sh("tar -cf x.tar -C in logs")
        for (inside, name) in [("**/*.gz", "logs/a.jsonl.gz"), ("**/*.tar", "logs/t.tar"), ("**/*.zip", "logs/z.zip")] {
            let pulled = try pull(folder.path, members("x.tar", inside))
            #expect(pulled.report.problems == ["'x.tar!\(name)' is packed itself: an archive in an archive is not read"])
            #expect(pulled.sink.records.isEmpty && pulled.report.outcome == .partial)
        }
    }

    @Test func aBombIsCutAtTheLimit() throws {
        let folder = try Folder()
        try folder.sh(
            "mkdir in; head -c 200000000 /dev/zero | tr '\\0' ' ' > in/a.jsonl; tar -czf x.tar.gz -C in a.jsonl; bsdtar --format zip -cf x.zip -C in a.jsonl")
        var limits = Limits()
        limits.fileBytes = 10_000_000
        for name in ["x.tar.gz", "x.zip"] {
            let pulled = try pull(folder.path, members(name, "*.jsonl"), limits: limits)
            #expect(pulled.report.outcome == .partial && pulled.report.problems == ["'\(name)' holds more than 10000000 bytes; the rest was left"])
        }
    }

    @Test func noMemberNoArchiveAndNoPatternAreToldApart() throws {
        let folder = try logs()
        try folder.sh("tar -cf x.tar -C in logs; cp in/logs/a.jsonl plain.jsonl")
        #expect(try pull(folder.path, members("x.tar", "*.csv")).report.problems == ["no member of 'x.tar' matches '*.csv'"])
        #expect(try pull(folder.path, members("plain.jsonl", "*")).report.problems[0].hasPrefix("'plain.jsonl' cannot be read as an archive: "))
        let unsaid = try pull(folder.path, files("x.tar"))
        #expect(unsaid.report.problems == ["'x.tar' is an archive: say with 'inside:' which of its members are to be read"] && unsaid.sink.rejects.isEmpty)
    }
}
