import Connectors
import Evidence
import Foundation
import Testing

/// Servers that fail, lie or send elsewhere: a report each time, never an empty success.
@Suite struct HTTPTroubleTests {
    @Test func whoSaysWhenToComeBackIsAskedThen() throws {
        let waits = Waits()
        let pulled = try WebServer().pull("/throttled", waits: waits) { $0.retries = 2 }
        #expect(pulled.report.outcome == .complete && waits.all.first == .seconds(3) && waits.all.count == 2)
        // The date is held against the answer's own.
        #expect((39...41).contains(waits.all.last?.components.seconds ?? 0))
        let impatient = try WebServer().pull("/patience") { $0.retries = 2 }
        #expect(
            impatient.report.outcome == .failed
                && impatient.report.problems[0].hasSuffix("answers with status 429 and wants 100000 s of patience, more than 300"))
    }

    @Test func aServerThatFailsForAMomentIsAskedAgainAndNotForever() throws {
        let waits = Waits()
        #expect(try WebServer().pull("/busy", waits: waits) { $0.retries = 2 }.report.outcome == .complete)
        #expect(waits.all == [.seconds(1), .seconds(2)])
        let failed = try WebServer().pull("/busy") { $0.retries = 1 }
        #expect(failed.report.outcome == .failed && failed.report.problems[0].hasSuffix("/busy' answers with status 503, also after 2 attempts"))
        #expect(try WebServer().pull("/hang-up") { $0.retries = 1 }.report.outcome == .complete)
    }

    @Test(arguments: [
        ("/html", "answers with 'text/html; charset=utf-8', and no JSON"), ("/html-as-json", "no page of records: no array stands there"),
        ("/short", "cannot be reached"), ("/torn", "no page of records: not whole JSON"), ("/nowhere", "answers with status 404"),
    ])
    func whatIsNoPageIsNoEmptySuccess(path: String, problem: String) throws {
        let pulled = try WebServer().pull(path)
        #expect(pulled.report.outcome == .failed && pulled.report.answered == nil && pulled.sink.records.isEmpty)
        #expect(pulled.report.problems.count == 1 && pulled.report.problems[0].contains(problem), "\(pulled.report.problems)")
    }

    @Test(arguments: ["/other-array", "/null"]) func aPageWithoutItsArrayIsNoEmptySuccess(path: String) throws {
        let pulled = try WebServer().pull(path) { $0.records = "data" }
        #expect(pulled.report.outcome == .failed && pulled.report.problems[0].contains("'data'"), "\(pulled.report.problems)")
    }

    @Test func redirectsAreFollowedWithinTheServerOnly() throws {
        #expect(try WebServer().pull("/moved").sink.records.count == 2)
        let away = try WebServer().pull("/away")
        #expect(away.report.outcome == .failed && away.report.problems[0].hasSuffix("sends elsewhere, to 'https://203.0.113.9': not followed"))
        #expect(try WebServer().pull("/round").report.problems[0].hasSuffix("sends on and on"))
    }

    @Test func timeAndSizeHaveLimits() throws {
        let start = ContinuousClock.now
        let slow = try WebServer().pull("/drip") { $0.timeout = .seconds(1) }
        #expect(slow.report.outcome == .failed && ContinuousClock.now - start < .seconds(10))
        // 8 KiB on the wire, 8 MiB unpacked.
        let bomb = try WebServer().pull("/bomb") { $0.pageLimit = 1 << 20 }
        #expect(bomb.report.outcome == .failed && bomb.report.problems[0].hasSuffix("answers with more than 1048576 bytes"))
        #expect(try WebServer().pull("/packed").sink.records.count == 1)
    }

    @Test func thisMachineIsNoSourceUnlessSaid() throws {
        let server = try WebServer()
        let refused = try server.pull("/link") { $0.allowsOwnNetwork = false }
        #expect(refused.report.outcome == .failed && refused.report.problems[0].contains("lies at 127.0.0.1"))
        let byName = try server.pull("/link") {
            $0.url = "http://localhost:\(server.port)/link"
            $0.allowsOwnNetwork = false
        }
        #expect(byName.report.outcome == .failed && byName.report.problems[0].contains("is not asked"), "\(byName.report.problems)")
        // Where clouds hand out credentials nothing is asked, whatever is allowed.
        let metadata = try server.pull("/") { $0.url = "http://169.254.169.254/latest/meta-data" }
        #expect(metadata.report.problems[0].contains("lies at 169.254.169.254"))
    }

    @Test func aCertificateThatNobodyVouchesForIsRefused() throws {
        let folder = try Folder()
        try folder.sh(
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 -keyout key -out cert -days 2 2>/dev/null"
        )
        let server = try WebServer([folder.path, folder.path + "/cert", folder.path + "/key"])
        func pull(_ change: (inout HTTPSettings) -> Void) throws -> PullReport {
            try server.pull("/link", root: folder.path) {
                $0.url = "https://127.0.0.1:\(server.port)/link"
                $0.retries = 3
                change(&$0)
            }.report
        }
        let refused = try pull { _ in }
        #expect(refused.outcome == .failed && refused.problems[0].contains("is not trusted"), "\(refused.problems)")
        #expect(try pull { $0.authorities = "cert" }.outcome == .complete)
    }

    @Test func secretsComeFromWhereTheyLieAndAreNotStoredWhenRepeated() throws {
        let folder = try Folder()
        try folder.write("token", "s3cret-token-1\n")
        try folder.sh("chmod 644 token")
        let server = try WebServer()
        func pull(_ path: String, _ authorization: HTTPSettings.Authorization) throws -> Pulled {
            try server.pull(path, root: folder.path, environment: ["TOKEN": "s3cret-token-1", "CREDENTIALS_DIRECTORY": folder.path]) {
                $0.authorization = authorization
            }
        }
        let open = try pull("/who", .bearer(.file("token")))
        #expect(open.report.outcome == .failed && open.report.problems == ["the file 'token' may be read by others, and is not used: chmod 600"])
        try folder.sh("chmod 600 token")
        for reference in [SecretReference.file("token"), .environment("TOKEN"), .credential("token"), .command(["/bin/cat", "token"])] {
            #expect(try pull("/who", .bearer(reference)).sink.json(0)["length"]?.int == "Bearer s3cret-token-1".count)
        }
        #expect(try pull("/who", .basic(user: "ada", password: .file("token"))).sink.json(0)["kind"]?.text == "Basic")
        #expect(try pull("/who", .header(name: "X-Token", before: "t=", .file("token"))).sink.json(0)["length"]?.int == "t=s3cret-token-1".count)
        let repeated = try pull("/echo", .bearer(.file("token")))
        #expect(repeated.report.outcome == .failed && repeated.sink.records.isEmpty)
        #expect(repeated.report.problems == ["page 1 repeats the secret that it was asked with: not stored"])
        try folder.write("token", "s3cret/token+1\n")
        for way in ["slash", "unicode", "url"] {
            let page = try pull("/echo-otherwise/\(way)", .bearer(.file("token")))
            #expect(page.report.problems == ["page 1 repeats the secret that it was asked with: not stored"] && page.sink.records.isEmpty, "\(way)")
        }
        for way in ["redirect", "type"] {
            let said = try pull("/echo-otherwise/\(way)", .bearer(.file("token"))).report.problems
            #expect(said.count == 1 && (said[0].contains("[secret]") || said[0].hasSuffix("is not shown)")), "\(said)")
            #expect(!said[0].lowercased().contains("s3cret"), "\(said)")
        }
        try folder.write("token", "s3cret-token-1\n")
        let failing = try pull("/who", .bearer(.command(["/bin/sh", "-c", "echo s3cret-token-1; echo s3cret-token-1 >&2; exit 1"])))
        #expect(failing.report.problems == ["the program '/bin/sh' failed, and no secret was had"])
        #expect(try pull("/who", .bearer(.environment("NONE"))).report.problems == ["the environment has no 'NONE'"])
    }

    /// The server works the signature out by itself. curl signs header lines that it then does not send, and a query in the order in which it stands.
    @Test(arguments: [nil, ["Limit": 100]] as [JSON?]) func aSignedRequestIsTheOneThatArrives(body: JSON?) throws {
        let server = try WebServer()
        for (secret, outcome) in [("the-secret-key", PullOutcome.complete), ("another-secret", .failed)] {
            let pulled = try server.pull("/signed", environment: ["KEY": "AKIDEXAMPLE", "SECRET": secret]) {
                $0.records = "Keys"
                $0.body = body
                $0.query = [.init("b", "x y/z"), .init("a", "{start}"), .init("a-b", "~")]
                $0.headers = [.init("X-Amz-Target", "TrentService.ListKeys")]
                $0.authorization = .signed(region: "us-east-1", service: "kms", key: .environment("KEY"), secret: .environment("SECRET"))
            }
            #expect(pulled.report.outcome == outcome, "\(pulled.report.problems)")
        }
    }

    @Test func theServersClockIsHeldAgainstOurs() throws {
        let right = try #require(try WebServer().pull("/link", isTimed: true).report.exchange?.clock)
        #expect(right.offset < .seconds(3) && right.offset > .seconds(-3) && right.within >= .milliseconds(500) && right.within < .seconds(3))
        let wrong = try #require(try WebServer().pull("/late-clock", isTimed: true).report.exchange?.clock)
        #expect(wrong.offset < .seconds(-86_400 * 365))
        #expect(try WebServer().pull("/link").report.exchange?.clock == nil)
    }
}
