import Connectors
import Evidence
import Foundation
import Testing

@Suite struct FilesTests {
    @Test func namesMayHoldAnyBytesAndLinksStayInside() throws {
        let folder = try Folder()
        try folder.sh(
            #"""
            mkdir -p in/sub/deep out
            printf '{}\n' > in/plain.jsonl; printf '{}\n' > in/-rf.jsonl; printf '{}\n' > "$(printf 'in/new\nline.jsonl')"; printf '{}\n' > "$(printf 'in/bad\377.jsonl')"
            printf '{}\n' > 'in/back\slash.jsonl'; printf '{}\n' > in/sub/deep/x.jsonl; printf '{}\n' > in/.hidden.jsonl; printf '{}\n' > out/secret.jsonl
            ln -s ../../../../../../etc/passwd in/passwd.jsonl; ln -s plain.jsonl in/link.jsonl; ln -s .. in/sub/loop; mkfifo in/pipe.jsonl; mkdir in/folder.jsonl
            """#)
        let pulled = try pull(folder.path + "/in", files("**/*.jsonl"))
        #expect(pulled.report.outcome == .partial && pulled.report.answered == nil)
        #expect(
            pulled.report.problems == [
                "'passwd.jsonl' is a link that leads nowhere, or out of the programme's folder: it was not followed"
            ])
        #expect(
            pulled.report.cursors.map(\.name) == [
                "-rf.jsonl", "back\\x5cslash.jsonl", "bad\\xff.jsonl", "link.jsonl", "new\\x0aline.jsonl", "plain.jsonl", "sub/deep/x.jsonl",
            ])
        #expect(try pull(folder.path + "/in", files("../out/*.jsonl")).report.outcome == .failed)
        #expect(try pull(folder.path + "/in", files("/etc/passwd")).report.outcome == .failed)
        #expect(try pull(folder.path, files("none/*.jsonl")).report.outcome == .failed)
        let empty = try pull(folder.path, files("out/*.csv")).report
        #expect(empty.outcome == .empty && empty.answered == nil && empty.problems == ["no file matches 'out/*.csv'"])
    }

    /// Without remembering what was asked it would look 10^9 times.
    @Test func manyDoubleStarsLookAtEachFolderOnce() throws {
        let folder = try Folder()
        try folder.sh("mkdir -p $(printf 'd/%.0s' $(seq 24)) && printf '{}\\n' > $(printf 'd/%.0s' $(seq 24))x.jsonl")
        let often = String(repeating: "**/", count: 12)
        #expect(try pull(folder.path, files(often + "*.jsonl")).sink.records == ["{}"])
        #expect(try pull(folder.path, files(often + "*.csv")).report.problems == ["no file matches '\(often)*.csv'"])
    }

    @Test func aGrownFileIsReadOnFromItsLastWholeLine() throws {
        let folder = try Folder()
        try folder.write("a.jsonl", "{\"n\":1}\n{\"n\":2}\n{\"n\"")
        let continuous = CoverageRule.continuous(silence: .seconds(60))
        let first = try pull(folder.path, files("*.jsonl"), coverage: continuous)
        #expect(first.sink.records == ["{\"n\":1}", "{\"n\":2}"])
        #expect(first.cursors["a.jsonl"]?.size == 16)
        try folder.write("a.jsonl", "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n{\"n\":4}")
        let second = try pull(folder.path, files("*.jsonl"), cursors: first.cursors, coverage: continuous)
        #expect(second.sink.records == ["{\"n\":3}", "{\"n\":4}"])
        #expect(second.sink.ordinals == [3, 4])
        #expect(second.sink.origins.first?.start == 16)
        let third = try pull(folder.path, files("*.jsonl"), cursors: second.cursors, coverage: continuous)
        #expect(third.report.outcome == .empty && third.sink.records.isEmpty && third.report.answered != nil)
    }

    @Test func aRewrittenFileIsReadWholeAndAMissingOneIsTold() throws {
        let folder = try Folder()
        try folder.write("a.jsonl", "{\"n\":1}\n{\"n\":2}\n")
        try folder.write("b.jsonl", "{}\n")
        let first = try pull(folder.path, files("*.jsonl"))
        try folder.write("a.jsonl", "{\"n\":9}\n{\"n\":2}\n{\"n\":3}\n")
        try folder.sh("rm b.jsonl")
        let second = try pull(folder.path, files("*.jsonl"), cursors: first.cursors)
        #expect(second.sink.records == ["{\"n\":9}", "{\"n\":2}", "{\"n\":3}"])
        #expect(second.report.problems == ["'b.jsonl' was read before and is gone"])
        try folder.write("a.jsonl", "{}\n")
        #expect(try pull(folder.path, files("*.jsonl"), cursors: second.cursors).sink.records == ["{}"])
    }

    @Test func packedFilesAreToldByTheirBytesAndABrokenOneIsPartial() throws {
        let folder = try Folder()
        let lines = (0..<50_000).map { "{\"n\":\($0),\"x\":\"\($0 &* 2_654_435_761)\"}\n" }.joined()
        try folder.write("all", lines)
        try folder.sh(
            "gzip -c all > a.gz.log; zstd -q -c all > b.log || bsdtar --version > /dev/null; head -c 200000 a.gz.log > cut.log; rm all; test -s b.log || rm b.log"
        )
        let whole = try pull(folder.path, files("a.gz.log"))
        #expect(whole.sink.records.count == 50_000 && whole.report.outcome == .complete)
        if FileManager.default.fileExists(atPath: folder.path + "/b.log") {
            #expect(try pull(folder.path, files("b.log")).sink.records.count == 50_000)
        } else {
            print("skipped: zstd is absent (a Zstandard file)")
        }
        let cut = try pull(folder.path, files("cut.log"))
        #expect(cut.report.outcome == .partial && cut.report.cursors.isEmpty && cut.report.answered == nil)
        #expect(cut.sink.records.count > 10_000 && cut.sink.records.count < 50_000)
        #expect(cut.report.problems.first?.contains("'cut.log' cannot be unpacked beyond byte 200000 of 200000") == true, "\(cut.report.problems)")
    }

    @Test func aDayIsCompleteOnceItIsOverAndReadWhole() throws {
        let folder = try Folder()
        let rule = CoverageRule.dailyFiles(name: "g-{date}.jsonl")
        try folder.write("g-2026-03-03.jsonl", "")
        try folder.write("g-2026-03-04.jsonl", "{}\n")
        try folder.write("g-2026-03-05.jsonl", "{}\n{")
        let noon = try pull(folder.path, files("*.jsonl"), coverage: rule)
        #expect(noon.report.completeDays.map(\.description) == ["2026-03-03", "2026-03-04"])
        let next = try pull(
            folder.path, files("*.jsonl"), cursors: noon.cursors, since: instant("2026-03-05T12:00:00Z"), now: instant("2026-03-06T01:00:00Z"), coverage: rule)
        // The day is over now, so its torn last line is no longer waited for, and the day can no longer be complete.
        #expect(next.report.completeDays.isEmpty && next.report.outcome == .partial)
        #expect(next.sink.records == ["{}"] && next.sink.rejects == ["the last line breaks off"])
        try folder.write("g-2026-03-06.jsonl", "{}\n")
        let evening = try pull(folder.path, files("*06.jsonl"), now: instant("2026-03-06T20:00:00Z"), coverage: rule)
        let after = try pull(
            folder.path, files("*06.jsonl"), cursors: evening.cursors, since: instant("2026-03-06T20:00:00Z"), now: instant("2026-03-07T01:00:00Z"),
            coverage: rule)
        #expect(evening.report.completeDays.isEmpty && after.report.completeDays.map(\.description) == ["2026-03-06"])
    }

    @Test func csvKeepsRecordsOfSeveralLinesAndReadsOn() throws {
        let folder = try Folder()
        try folder.write("a.csv", "\u{feff}id,note\r\n1,\"two\nlines, \"\"quoted\"\"\"\r\n2,x\n")
        let first = try pull(folder.path, files("a.csv", .csv(delimiter: 44)))
        #expect(first.sink.records == ["1,\"two\nlines, \"\"quoted\"\"\"", "2,x"])
        #expect(first.sink.origins.map { String(decoding: $0.header, as: UTF8.self) } == ["id,note"])
        try folder.sh("printf '3,y\n4,\"open\n' >> a.csv")
        let second = try pull(folder.path, files("a.csv", .csv(delimiter: 44)), cursors: first.cursors)
        #expect(second.sink.records == ["3,y"] && second.sink.rejects == ["a quote is not closed"] && second.sink.ordinals == [3, 4])
        #expect(second.sink.origins.map { String(decoding: $0.header, as: UTF8.self) } == ["id,note"])
        #expect(second.report.outcome == .partial)
    }

    /// A path is followed no deeper than a record may be.
    @Test func arraysInArraysAreLeftBeforeTheStackIs() throws {
        let folder = try Folder()
        try folder.write("deep.json", #"{"a":"# + String(repeating: "[", count: 60_000) + String(repeating: "]", count: 60_000) + "}")
        let pulled = try pull(folder.path, files("deep.json", .json(records: "a.b")))
        #expect(pulled.sink.rejects.first?.hasPrefix("more than 256 levels deep") == true && pulled.report.outcome == .partial, "\(pulled.sink.rejects)")
    }

    @Test func nestedRecordsAreSlicesAndADocumentWithoutThemIsAReject() throws {
        let folder = try Folder()
        try folder.write("a.json", #"{"x":[1],"r":[{"s":[{"a": 1},{"b":"]}"}]},{"s":null},{"s":[]}]}"#)
        #expect(try pull(folder.path, files("a.json", .json(records: "r.s"))).sink.records == [#"{"a": 1}"#, #"{"b":"]}"}"#])
        let none = try pull(folder.path, files("a.json", .json(records: "y")))
        #expect(none.sink.rejects.first?.hasPrefix("no 'y'") == true && none.report.outcome == .partial)
        try folder.write("cut.json", #"{"r":[{"a":1},{"b":2},{"c"#)
        let cut = try pull(folder.path, files("cut.json", .json(records: "r")))
        #expect(cut.sink.records == [#"{"a":1}"#, #"{"b":2}"#] && cut.sink.rejects.count == 1)
    }

    @Test func aLineOf512MebibytesIsARejectInLittleMemory() throws {
        let folder = try Folder()
        try folder.sh("printf '{}\\n' > a.jsonl; truncate -s 536870915 a.jsonl; printf '\\n{}\\n' >> a.jsonl")
        let before = peakMemory()
        let pulled = try pull(folder.path, files("*.jsonl"))
        #expect(pulled.sink.records == ["{}", "{}"] && pulled.sink.rejectBytes == 1024)
        #expect(pulled.sink.rejects == ["a line of 536870912 bytes, longer than 8388608"])
        // Other tests run beside it in this process, so the bound leaves them room.
        #expect(peakMemory() - before < 192 << 10, "KiB of growth")
    }

    /// KiB.
    private func peakMemory() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss
    }

    @Test func documentsCarryWhatAPersonSays() throws {
        let folder = try Folder()
        try folder.write("policy.md", "---\ntitle: Access policy\nversion: 1.10\napproved: 2026-02-01\nowners: [ana, 7]\n---\n# Text\n")
        try folder.write("scan.pdf", [0x25, 0x50, 0, 0xff])
        try folder.write("scan.pdf.yaml", "title: Signed scan\n")
        try folder.write("twice.md", "---\na: 1\na: 2\n---\n")
        try folder.write(
            "bomb.md",
            "---\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n---\n"
        )
        let pulled = try pull(folder.path, files("*", .document))
        #expect(pulled.sink.forms == [.document] && pulled.sink.records.count == 2 && pulled.sink.rejects.count == 2)
        let policy = try pulled.sink.json(0)
        #expect(policy["title"]?.text == "Access policy" && policy["version"]?.text == "1.10" && policy["owners"] == ["ana", 7])
        #expect(policy["document"]?["body"]?.text == "# Text\n" && policy["document"]?["media_type"]?.text == "text/markdown")
        let scan = try pulled.sink.json(1)
        #expect(scan["title"]?.text == "Signed scan" && scan["document"]?["body"]?.text == "JVAA/w==")
        #expect(scan["document"]?["sha256"]?.text == (try folder.sh("sha256sum < scan.pdf | cut -c1-64").trimmingCharacters(in: .newlines)))
    }

    @Test func aZipMemberIsARecord() throws {
        let folder = try Folder()
        try folder.sh(
            "printf '{\"status\":\"success\"}' > header.json; printf x > other; bsdtar -a -cf log.zip other header.json; mv log.zip log.eval; bsdtar -a -cf none.zip other"
        )
        #expect(try pull(folder.path, files("*.eval", .zipMember(name: "header.json"))).sink.records == [#"{"status":"success"}"#])
        let none = try pull(folder.path, files("none.zip", .zipMember(name: "header.json")))
        #expect(none.report.outcome == .partial && none.report.problems == ["'none.zip' has no member 'header.json'"])
    }
}
