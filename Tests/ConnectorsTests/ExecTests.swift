import Connectors
import Evidence
import Foundation
import Synchronization
import Testing

@Suite struct ExecTests {
    private func exec(
        _ command: [String], _ decoder: DecoderSettings = .jsonLines(records: nil), environment: [String] = [], limit: Int = 1 << 20,
        overlap: Duration = .seconds(900)
    ) -> ConnectorSettings {
        .exec(ExecSettings(command: command, environment: environment, decoder: decoder, limit: limit, overlap: overlap, place: place))
    }
    private func shell(_ script: String, _ decoder: DecoderSettings = .jsonLines(records: nil), limit: Int = 1 << 20) -> ConnectorSettings {
        exec(["sh", "-c", script], decoder, limit: limit)
    }

    @Test func outputIsReadByTheFormatOfTheSource() throws {
        let folder = try Folder()
        let lines = try pull(folder.path, shell(#"echo '{"n":1}'; printf '{"n":2}'"#))
        #expect(lines.report.outcome == .complete && lines.report.answered != nil && lines.report.problems.isEmpty)
        #expect(lines.sink.records == [#"{"n":1}"#, #"{"n":2}"#] && lines.sink.origins.map(\.name) == ["sh"])
        #expect(lines.cursors["sh"]?.records == 2)
        let document = try pull(folder.path, shell(#"echo '{"items":[{"n":1},{"n":2}]}'"#, .json(records: "items")))
        #expect(document.sink.records == [#"{"n":1}"#, #"{"n":2}"#])
        let table = try pull(folder.path, shell(#"printf 'a,b\n1,"x\ny"\n'"#, .csv(delimiter: 44)))
        #expect(table.sink.records == ["1,\"x\ny\""] && table.sink.origins.map { String(decoding: $0.header, as: UTF8.self) } == ["a,b"])
        let text = try pull(folder.path, shell("echo one; printf two", .text(pattern: "{a}")))
        #expect(text.sink.records == ["one", "two"] && text.sink.forms == [.text])
    }

    @Test func nothingWrittenByAProgramThatEndedWellIsAnEmptyAnswer() throws {
        let folder = try Folder()
        let pulled = try pull(folder.path, exec(["true"]))
        #expect(pulled.report.outcome == .empty && pulled.report.answered != nil)
    }

    @Test(arguments: [
        ("exit 3", "ended with status 3", PullOutcome.failed), ("echo '{}'; exit 1", "ended with status 1", .partial),
        ("kill -9 $$", "was ended by signal 9", .failed), (#"echo '{}'; printf '{"n"'; kill -15 $$"#, "was ended by signal 15", .partial),
    ])
    func aProgramThatFailsSpeaksForNothing(script: String, problem: String, outcome: PullOutcome) throws {
        let folder = try Folder()
        let pulled = try pull(folder.path, shell(script))
        #expect(pulled.report.outcome == outcome && pulled.report.answered == nil && pulled.cursors.isEmpty)
        #expect(pulled.report.problems.count == 1 && pulled.report.problems[0].contains(problem), "\(pulled.report.problems)")
        #expect(pulled.sink.records == (outcome == .partial ? ["{}"] : []) && pulled.sink.rejects.isEmpty)
    }

    @Test func whatAProgramSaysIsToldOnlyWhereItFailed() throws {
        let folder = try Folder()
        #expect(try pull(folder.path, shell("echo a warning >&2")).report.complaint.isEmpty)
        let failed = try pull(folder.path, shell("head -c 5000 /dev/zero | tr '\\0' x >&2; exit 1")).report.complaint
        #expect(failed.count == 1024 && failed.allSatisfy { $0 == 120 })
    }

    @Test func aProgramThatCannotBeStartedIsReported() throws {
        let folder = try Folder()
        try folder.write("not-a-program", "#!/nowhere/sh\n")
        for command in [["no-such-program-here"], ["/no/such/program"], ["./not-a-program"], ["sub/none"]] {
            let report = try pull(folder.path, exec(command)).report
            #expect(report.outcome == .failed && report.problems.count == 1 && report.answered == nil, "\(command): \(report.problems)")
        }
    }

    @Test func argumentsReachTheProgramWholeAndNoShellSeesThem() throws {
        let folder = try Folder()
        let words = ["$(touch made)", "a b", "", "{end}x{end}", "*", "'"]
        let pulled = try pull(folder.path, exec(["printf", "%s|\\n"] + words, .text(pattern: "{a}")))
        #expect(pulled.sink.records == ["$(touch made)|", "a b|", "|", "2026-03-05T12:00:00Zx2026-03-05T12:00:00Z|", "*|", "'|"])
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/made"))
        #expect(pulled.report.query == #"printf '%s|\n' '$(touch made)' 'a b' '' 2026-03-05T12:00:00Zx2026-03-05T12:00:00Z '*' ''\'''"#)
    }

    @Test func theWindowBeginsALittleBeforeTheLastSoundPull() throws {
        let folder = try Folder()
        let settings = exec(["printf", "{start} {end}"], .text(pattern: "{a}"))
        #expect(settings.isWindowed && !exec(["date"]).isWindowed)
        #expect(try pull(folder.path, settings).sink.records == ["1970-01-01T00:00:00Z 2026-03-05T12:00:00Z"])
        let again = try pull(folder.path, settings, since: instant("2026-03-04T12:00:00Z"))
        #expect(again.sink.records == ["2026-03-04T11:45:00Z 2026-03-05T12:00:00Z"] && again.cursors.isEmpty)
        let register = try pull(folder.path, settings, coverage: .export(since: instant("2026-01-01T00:00:00Z"), isLive: true))
        #expect(register.sink.records == ["2026-01-01T00:00:00Z 2026-03-05T12:00:00Z"])
    }

    private func pullWith(_ environment: [String: String], _ folder: Folder, _ settings: ConnectorSettings) throws -> Pulled {
        var sink = Kept()
        let request = PullRequest(
            source: source(settings), root: folder.path, window: Window(start: .distantPast, end: instant("2026-03-05T12:00:00Z")), digestKey: [7],
            now: instant("2026-03-05T12:00:00Z"), environment: environment)
        return Pulled(report: try connector(for: settings).pull(request, into: &sink), sink: sink)
    }

    @Test func theEnvironmentHoldsWhatIsNamedAndIsNotRepeated() throws {
        let folder = try Folder()
        let settings = exec(["env"], .text(pattern: "{a}"), environment: ["PGPASSWORD", "LC_ALL"])
        let all = ["PGPASSWORD": "correct horse", "LC_ALL": "C", "HOME": "/root", "PATH": "/tmp"]
        let region = exec(["env"], .text(pattern: "{a}"), environment: ["AWS_REGION", "AWS_ACCESS_KEY_ID", "LC_ALL"])
        #expect(
            try pullWith(["AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "LC_ALL": "C"], folder, region).sink.records.sorted() == [
                "AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_REGION=eu-central-1", "LC_ALL=C",
                "PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin", "TZ=UTC",
            ])
        let missing = try pullWith([:], folder, settings).report
        #expect(missing.outcome == .failed && missing.problems == ["the environment has no 'PGPASSWORD', which 'env' needs"])
        let failing = exec(["sh", "-c", "echo \"no: $PGPASSWORD\" >&2; exit 1"], environment: ["PGPASSWORD"])
        #expect(try pullWith(all, folder, failing).report.complaint == Array("no: [PGPASSWORD]\n".utf8))
    }

    private static let given = [
        "API_TOKEN": "tok/en-1234\n", "LONG_SECRET": "tok/en-1234-and-more", "SIGNING_KEY": "k3y k3y k3y k3y", "PEM_SECRET": "first line k3y\nsecond line",
        "DATABASE_URL": "postgres://app:k3yk3yk3y@db/x", "MYSQL_PWD": "k3y\u{fc}k3y",
    ]

    @Test(arguments: [
        (#"echo "no: $LONG_SECRET, $API_TOKEN" >&2; exit 1"#, "no: [LONG_SECRET], [API_TOKEN]\n\n"),
        // It begins where the diagnostic is cut, and where what is read of it ends.
        (#"head -c 1015 /dev/zero | tr '\0' x >&2; echo "$LONG_SECRET" >&2; exit 1"#, String(repeating: "x", count: 1015) + "[LONG_SEC"),
        (#"echo 'see tok%2Fen-1234' >&2; exit 1"#, "(what was said repeats the secret 'API_TOKEN', and is not shown)"),
    ])
    func whatAProgramSaysHoldsNothingThatItWasGiven(script: String, said: String) throws {
        let settings = exec(["sh", "-c", script], environment: Self.given.keys.sorted())
        #expect(String(decoding: try pullWith(Self.given, try Folder(), settings).report.complaint, as: UTF8.self) == said)
    }

    /// What was read of it ends within a value, which is not shown for being cut.
    @Test func aValueThatIsCutIsNotShown() throws {
        let folder = try Folder()
        let settings = exec(["sh", "-c", "for i in $(seq 99); do printf '%s' \"$LONG_SECRET\" >&2; done; exit 1"], environment: Self.given.keys.sorted())
        let said = String(decoding: try pullWith(Self.given, folder, settings).report.complaint, as: UTF8.self)
        #expect(said.hasPrefix("[LONG_SECRET][LONG_SECRET]") && !said.contains("tok"), "\(said)")
    }

    @Test(arguments: [
        #"printf '{"a":"%s"}\n' "$API_TOKEN""#, #"echo '{"a":"tok\/en-1234"}'"#, #"echo '{"a":"tok\u002Fen\u002d1234"}'"#, #"echo '{"a":"tok%2fen-1234"}'"#,
        #"printf '{"n":1}\n{"a":"tok/e'; sleep 0.2; printf 'n-1234"}\n'"#, #"head -c 131066 /dev/zero | tr '\0' ' '; printf '{"a":"tok/en-1234"}'"#,
        #"printf '{"a":"tok&#X2f;en-1234"}'"#, #"printf 'k3y k3y k3y k3y'"#, #"printf '%s' '{"a":"{\"b\":\"tok\\/en-1234\"}"}'"#,
        #"echo '{"a":"tok%25252fen-1234"}'"#, #"printf '%s' '{"a":"first line k3y\nsecond line"}'"#, #"echo '{"password":"k3yk3yk3y"}'"#,
        #"echo '{"a":"k3y%C3%BCk3y"}'"#,
    ])
    func outputThatRepeatsASecretIsNotStored(script: String) throws {
        let folder = try Folder()
        for decoder in [DecoderSettings.jsonLines(records: nil), .json(records: nil), .text(pattern: "{a}")] {
            let pulled = try pullWith(Self.given, folder, exec(["sh", "-c", script], decoder, environment: Self.given.keys.sorted()))
            #expect(pulled.report.answered == nil && [.partial, .failed].contains(pulled.report.outcome))
            #expect(pulled.report.problems.count == 1 && pulled.report.problems[0].contains("', which it was given: not stored"), "\(pulled.report.problems)")
            #expect(!pulled.sink.records.contains { $0.contains("tok") || $0.contains("k3y") }, "\(pulled.sink.records)")
        }
    }

    @Test func whatIsHeldBackComesWhole() throws {
        let settings = exec(["sh", "-c", "seq 50000 | sed 's/.*/{\"n\":&}/'"], environment: Self.given.keys.sorted())
        let pulled = try pullWith(Self.given, try Folder(), settings)
        #expect(pulled.report.outcome == .complete && pulled.sink.records == (1...50_000).map { "{\"n\":\($0)}" })
    }

    @Test func itRunsInTheProgrammesFolderWithNothingOpenAndNothingToRead() throws {
        let folder = try Folder()
        let pulled = try pull(folder.path, shell("pwd; wc -c; ls /proc/self/fd | tr '\\n' ' '", .text(pattern: "{a}")))
        #expect(pulled.sink.records.first == (try folder.sh("pwd -P")).trimmingCharacters(in: .newlines))
        // The fourth is ls's own, of the folder that it lists.
        #expect(pulled.sink.records.dropFirst() == ["0", "0 1 2 3 "])
    }

    @Test func tooMuchOutputIsCutAndSaid() throws {
        let folder = try Folder()
        let pulled = try pull(folder.path, shell("while echo '{\"n\":1}'; do :; done", limit: 300_000))
        #expect(pulled.report.outcome == .partial && pulled.report.answered == nil && pulled.sink.records.count > 1000)
        #expect(pulled.report.problems.first?.contains("wrote more than 300000 bytes") == true)
        var limits = Limits()
        limits.records = 2
        let counted = try pull(folder.path, shell("while echo '{}'; do :; done"), limits: limits)
        #expect(counted.report.outcome == .partial && counted.report.problems.first?.contains("more than 2 records") == true)
    }

    @Test func aProgramThatHangsIsStoppedWithWhatItStarted() throws {
        let folder = try Folder()
        let asked = Mutex(0)
        var limits = Limits()
        limits.stopwatch = { _ in
            {
                asked.withLock {
                    $0 += 1; return $0 > 3
                }
            }
        }
        let pulled = try pull(folder.path, shell("echo '{}'; sleep 4711 & echo $! > child; sleep 4711"), limits: limits)
        #expect(pulled.report.outcome == .partial && pulled.report.problems == ["'/usr/bin/sh' did not end in time and was stopped"])
        let child = try folder.sh("cat child").trimmingCharacters(in: .newlines)
        // A zombie until whoever inherits it has asked for it.
        #expect(try folder.sh("ps -o stat= -p \(child) || true").allSatisfy { "Z \n".contains($0) })
    }

    /// A program that waits for somebody to read what it says would never end; what it says beyond its beginning is left.
    @Test func muchOnStandardErrorHoldsNothingUpAndFillsNothing() throws {
        let folder = try Folder()
        let pulled = try pull(folder.path, shell("echo '{}'; head -c 30000000 /dev/zero >&2; echo '{}'; head -c 30000000 /dev/zero >&2"))
        #expect(pulled.report.outcome == .complete && pulled.sink.records == ["{}", "{}"])
        let failed = try pull(folder.path, shell("printf first >&2; exec >&-; head -c 30000000 /dev/zero >&2; exit 1"))
        #expect(failed.report.complaint.count == 1024 && failed.report.complaint.starts(with: "first".utf8))
    }

    @Test func whatAProgramLeavesBehindIsReadAsLongAsItWrites() throws {
        let folder = try Folder()
        let late = try pull(folder.path, shell("(sleep 0.4; echo '{\"n\":2}') & echo '{\"n\":1}'"))
        #expect(late.report.outcome == .complete && late.sink.records.count == 2)
        let silent = try pull(folder.path, shell("sleep 4711 & echo '{}'"))
        #expect(silent.report.outcome == .partial && silent.report.answered == nil && silent.sink.records == ["{}"])
        #expect(silent.report.problems == ["'/usr/bin/sh' ended, and what it started holds its output open: whether all came is not known"])
    }

    @Test func outputThatEndsBeforeTheProgramIsNotTheEnd() throws {
        let folder = try Folder()
        let pulled = try pull(folder.path, shell("echo '{}'; exec >&-; sleep 0.2; exit 4"))
        #expect(pulled.report.outcome == .partial && pulled.report.problems.first?.contains("status 4") == true)
    }
}
