import Demo
import Evidence
import Foundation
import Testing

/// The demo company as bytes; what the whole program finds in them is tested elsewhere.
@Suite struct DemoTests {
    private static let company = DemoCompany(seed: 1, requests: 10_000)
    private var company: DemoCompany { DemoTests.company }

    private func day(_ month: Int, _ day: Int) throws -> Day { try #require(Day(year: 2026, month: month, day: day)) }

    @Test func sameSeedGivesTheSameBytesAndAnotherSeedDoesNot() throws {
        let again = DemoCompany(seed: 1, requests: 10_000), other = DemoCompany(seed: 2, requests: 10_000)
        #expect(again.programme == company.programme)
        #expect(again.planted == company.planted)
        for day in [try day(1, 1), try day(3, 29), try day(6, 30)] {
            #expect(again.files(arrivingOn: day) == company.files(arrivingOn: day))
            #expect(other.files(arrivingOn: day) != company.files(arrivingOn: day))
        }
    }

    @Test func moreRequestsMoveNothingThatIsPlanted() throws {
        let large = DemoCompany(seed: 1, requests: 300_000)
        #expect(large.planted == company.planted)
        #expect(large.programme == company.programme)
        let date = try day(3, 12)
        func besidesTraffic(_ company: DemoCompany) -> [DemoFile] {
            company.files(arrivingOn: date).filter { file in
                !["/gateway/", "/redaction/", "/load-balancer/"].contains { file.path.contains($0) }
            }
        }
        #expect(besidesTraffic(large) == besidesTraffic(company))
    }

    @Test func theOutageLeavesNeitherLogNorHeartbeatButTheBalancerCounts() throws {
        for day in [try day(5, 16), try day(5, 17)] {
            let paths = company.files(arrivingOn: day).map(\.path)
            #expect(!paths.contains { $0.contains("/gateway/") || $0.contains("/heartbeat/") })
            #expect(paths.contains("evidence/load-balancer/counts-\(day).jsonl"))
        }
    }

    @Test func aLateFileArrivesOnceAndUnderItsOwnDate() throws {
        let name = "evidence/gateway/gateway-2026-02-10.jsonl"
        let arrivals = company.days.filter { company.files(arrivingOn: $0).contains { $0.path == name } }
        #expect(arrivals == [try day(2, 13)])
    }

    @Test func theDayOfTheClockChangeHasTwentyThreeHours() throws {
        func hours(_ day: Day) throws -> Int {
            let counts = try #require(company.files(arrivingOn: day).first { $0.path.hasPrefix("evidence/load-balancer/") })
            return counts.bytes.count { $0 == 10 }
        }
        #expect(try hours(day(3, 28)) == 24)
        #expect(try hours(day(3, 29)) == 23)
    }

    @Test func aSkippedNightIsCaughtUpByTheNext() throws {
        #expect(company.nights.count < company.days.count)
        #expect(company.nights.last == company.days.last)
        #expect(Set(company.nights).isSubset(of: Set(company.days)))
    }

    @Test func noFileIsLargerThanAFewMegabytesAtAMillionRequests() throws {
        let files = DemoCompany(seed: 1, requests: 1_000_000).files(arrivingOn: try day(3, 12))
        let largest = try #require(files.map(\.bytes.count).max())
        #expect(largest > 4_000_000 && largest < 16_000_000)
    }

    @Test func pathsStayInsideTheEvidenceFolder() {
        for file in company.days.flatMap(company.files(arrivingOn:)) {
            #expect(file.path.hasPrefix("evidence/") && !file.path.contains(".."))
        }
    }

    /// Python's own readers must agree, and find what was planted: what it prints is what is wrong.
    @Test func otherPeoplesReadersReadEveryFileAndFindWhatWasPlanted() throws {
        let folder = try writtenOut()
        defer { try? FileManager.default.removeItem(at: folder) }
        let traces = company.planted.map(\.trace).joined(separator: "\n")
        try traces.write(to: folder.appending(path: "traces.txt"), atomically: true, encoding: .utf8)
        let unread = try python(DemoTests.readEverything, folder)
        let unfound = try python(DemoTests.findTraces, folder)
        #expect(unread == "")
        #expect(unfound == "")
    }

    @Test func noItemIsPlantedTwice() {
        #expect(Set(company.planted.map { "\($0.control) \($0.item)" }).count == company.planted.count)
    }

    @Test func nothingClaimsMoreThanAToolMay() throws {
        let words = company.planted.map(\.says).joined(separator: "\n") + String(decoding: company.programme, as: UTF8.self)
        for banned in ["passed", "certified", "compliant", "audit-ready"] {
            #expect(!words.lowercased().contains(banned))
        }
    }

    private func writtenOut() throws -> URL {
        let files = FileManager.default
        let folder = files.temporaryDirectory.appending(path: "demo-\(UUID().uuidString)")
        try files.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(company.programme).write(to: folder.appending(path: "receipts.yaml"))
        for file in company.days.flatMap(company.files(arrivingOn:)) {
            let url = folder.appending(path: file.path)
            try files.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            if file.append, let handle = try? FileHandle(forWritingTo: url) {
                try handle.seekToEnd()
                try handle.write(contentsOf: file.bytes)
                try handle.close()
            } else {
                try Data(file.bytes).write(to: url)
            }
        }
        return folder
    }

    private func python(_ script: String, _ folder: URL) throws -> String {
        let process = Process(), output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script]
        process.currentDirectoryURL = folder
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let printed = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: printed, as: UTF8.self)
    }

    private static let readEverything = #"""
        import collections, csv, glob, json, re, xml.etree.ElementTree as X
        ids = collections.Counter(); counted = 0; july = 0
        for name in sorted(glob.glob('evidence/**/*', recursive=True)):
            if name.endswith('.jsonl'):
                for line in open(name, 'rb'):
                    record = json.loads(line)
                    if '/gateway/' in name:
                        ids[record['request_id']] += 1
                        if len(line) < 600: print(name, 'short record')
                    if '/load-balancer/' in name and record['from'] < '2026-06-30T22': counted += record['requests']
                    if '/gateway/' in name and record['time'] >= '2026-06-30T22': july += 1
            elif name.endswith('.json'): json.load(open(name))
            elif name.endswith('.xml'): X.parse(name)
            elif name.endswith('.csv'):
                rows = list(csv.reader(open(name, newline='')))
                if len({len(r) for r in rows}) != 1: print(name, 'rows of different lengths')
            elif name.endswith('.log'):
                torn = [l for l in open(name) if not re.fullmatch(r'\S+ - \S+ \[\S+ \+0[12]00\] "\S+ \S+ HTTP/1.1" \d+ \d+ "-" ".*"\n', l)]
                if len(torn) != (name == 'evidence/console/console-2026-04-21.log'): print(name, torn)
        if counted != 10000 + 12: print('the load balancer counted', counted)
        twice = sum(n > 1 for n in ids.values())
        if twice != 25: print('replayed lines:', twice)
        text = ''.join(open(n, errors='replace').read() for n in glob.glob('evidence/gateway/*'))
        if 'example.com' not in text or set(re.findall(r'[\w.]+@([\w.]+)', text)) != {'example.com', 'example.org'}: print('addresses outside example.com and .org')
        """#

    private static let findTraces = #"""
        import glob
        names = glob.glob('evidence/**/*.*', recursive=True)
        text = '\n'.join(names) + ''.join(open(n, errors='replace').read() for n in names)
        for trace in open('traces.txt').read().splitlines():
            if trace not in text: print('not in any file:', trace)
        """#
}
