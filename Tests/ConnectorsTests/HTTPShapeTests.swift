import Evidence
import Foundation
import Testing

@testable import Connectors

/// What becomes of records before they are stored, and what is asked for each of them.
@Suite struct HTTPShapeTests {
    private func stored(_ pulled: Pulled) -> [String] { pulled.sink.records }
    private func shape(_ change: (inout HTTPShape) -> Void) -> HTTPShape {
        var shape = HTTPShape()
        change(&shape)
        return shape
    }

    @Test func anArrayInARecordIsTakenApartAndTheRestStaysWithEachPiece() throws {
        let pulled = try WebServer().pull("/series") {
            $0.records = "data.result"
            $0.shape = shape { $0.unwind = "values" }
        }
        #expect(
            stored(pulled) == [
                #"{"metric": {"job": "a, \"b\""}, "values": [1, "0.5"]}"#, #"{"metric": {"job": "a, \"b\""}, "values": [2, "1e3"]}"#,
                #"{"metric": {"job": "c"}, "values": []}"#,
            ])
        let other = try WebServer().pull("/series") {
            $0.records = "data.result"
            $0.shape = shape { $0.unwind = "metric" }
        }
        #expect(other.report.outcome == .failed && other.report.problems == ["a record holds no array at 'metric'"])
    }

    /// An answer without its array is a mistake unless the source says that its server writes none where it would be empty.
    @Test func anArrayThatTheServerLeavesOutIsEmptyWhereTheSourceSaysSo() throws {
        let page = try WebServer().pull("/other-array") {
            $0.records = "data"
            $0.shape = shape { $0.omitsEmpty = true }
        }
        #expect(page.report.outcome == .empty && page.report.problems == [], "\(page.report.problems)")
        let record = try WebServer().pull("/other-array") {
            $0.records = "rows"
            $0.shape = shape {
                ($0.unwind, $0.omitsEmpty) = ("aliases", true)
            }
        }
        #expect(record.report.outcome == .complete && stored(record).count == 1)
        let single = try WebServer().pull("/other-array") {
            $0.records = "data"
            $0.shape = shape { ($0.isSingle, $0.omitsEmpty) = (true, true) }
        }
        #expect(single.report.outcome == .failed)
        let null = try WebServer().pull("/null") {
            $0.records = "data"
            $0.shape = shape { $0.omitsEmpty = true }
        }
        #expect(null.report.outcome == .failed)
    }

    @Test func ofARecordOnlyWhatIsNamedIsKeptAsItCame() throws {
        let pulled = try WebServer().pull("/pulls") {
            $0.paging = .linkHeader
            $0.shape = shape { $0.keep = ["number", "user.login", "labels.name", "none.at.all"] }
        }
        #expect(stored(pulled).first == #"{"number":9,"user":{"login":"ada"},"labels":[{"name":"x"},{"name":"y"}]}"#)
    }

    private func pulls(_ settings: inout HTTPSettings) {
        settings.paging = .linkHeader
        settings.shape.newestFirst = HTTPShape.NewestFirst(by: "updated_at", take: "merged_at")
        settings.shape.keep = ["number", "merged_at"]
        settings.settle = .zero
        settings.overlap = .zero
    }

    @Test func aListWithoutAFilterIsReadUntilItReachesBackBeforeTheWindow() throws {
        let server = try WebServer()
        let since = instant("2026-03-03T00:00:00Z")
        let pulled = try server.pull("/pulls", coverage: .window(since: since), now: instant("2026-03-08T12:00:00Z"), pulls)
        #expect(try pulled.sink.records.indices.map { try pulled.sink.json($0)["number"]?.int } == [8, 5, 4])
        #expect(pulled.report.outcome == .complete && pulled.report.answered == Window(start: since, end: instant("2026-03-08T12:00:00Z")))
        // The third of three pages was not asked for.
        #expect(pulled.report.exchange?.pages.count == 2)
        #expect(
            pulled.report.exchange?.lastPage == "a page reaches back before 2026-03-03T00:00:00Z, the newest first; 5 records outside of the window were left")
        let all = try server.pull("/pulls", coverage: .window(since: instant("2026-01-01T00:00:00Z")), pulls)
        #expect(all.report.exchange?.pages.count == 3 && all.report.exchange?.lastPage?.hasPrefix("page 3 names no next page") == true)
        let unsorted = try server.pull("/pulls", coverage: .window(since: since)) {
            pulls(&$0)
            $0.shape.newestFirst = HTTPShape.NewestFirst(by: "created_at", take: "created_at")
        }
        #expect(unsorted.report.answered == nil && unsorted.report.problems[0].contains("not sorted by 'created_at'"), "\(unsorted.report.problems)")
    }

    /// To the nanosecond as it is written, at either end of the window.
    @Test(arguments: [
        (HTTPSettings.TimeForm.unix, "1772496000", "1772582399.999999999", "1772582400"), (.unix, "1772496000.0", "\"1772582399.5\"", "1772582400.000000000"),
        (.unixMilliseconds, "1772496000000.000000", "1772582399999.999999", "1772582400000.0"),
        (.unixNanoseconds, "1772496000000000000", "1772582399999999999.9", "1772582400000000000"),
    ]) func timesInNumbersAreTakenAsTheyAreWritten(_ form: HTTPSettings.TimeForm, _ first: String, _ last: String, _ next: String) throws {
        var settings = HTTPSettings(url: "https://x", place: place)
        settings.times = form
        let window = Window(start: instant("2026-03-03T00:00:00Z"), end: instant("2026-03-04T00:00:00Z"))
        func takes(_ time: String, _ filter: inout NewestFirstFilter) throws -> Bool {
            try Array("{\"at\":\(time)}".utf8).withUnsafeBytes { try filter.takes($0) }
        }
        var filter = NewestFirstFilter(HTTPShape.NewestFirst(by: "at", take: "at"), settings, window)
        #expect(try takes(next, &filter) == false)
        #expect(try takes(last, &filter))
        #expect(try takes(first, &filter) && !filter.reachesBack)
        for bad in ["1.", "\".5\"", "\"1.2.3\"", "1e9", "-1.5", "99999999999999999999"] {
            var filter = NewestFirstFilter(HTTPShape.NewestFirst(by: "at", take: "at"), settings, window)
            #expect(throws: (any Error).self, "\(bad)") { try takes(bad, &filter) }
        }
    }

    /// A name with a dot in it, as OpenTelemetry's are.
    @Test func whatIsKeptMayHaveDotsInItsName() throws {
        var shape = HTTPShape()
        shape.keep = ["id", #"attributes."gen_ai.request.model""#]
        let record = Array(#"{"id":1,"attributes":{"gen_ai.request.model":"m","gen_ai.prompt":"secret","gen_ai":{"request":{"model":"other"}}}}"#.utf8)
        var kept: [String] = []
        try record.withUnsafeBytes { try RecordShaper(shape).each(of: $0) { kept.append(String(decoding: $0, as: UTF8.self)) } }
        #expect(kept == [#"{"id":1,"attributes":{"gen_ai.request.model":"m"}}"#])
    }

    private func reviews(_ settings: inout HTTPSettings, _ change: (inout HTTPSettings) -> Void = { _ in }, only: [HTTPLookup.Condition] = []) {
        var reviews = HTTPSettings(url: "{url}/{pull.number}/reviews", place: place)
        reviews.paging = .linkHeader
        change(&reviews)
        settings.paging = .linkHeader
        settings.shape.keep = ["number", "state"]
        settings.shape.name = "pull"
        settings.shape.each = [HTTPLookup(name: "review", request: reviews, only: only)]
    }

    @Test func forEachRecordItsOwnAreAskedForAndStandBesideIt() throws {
        let pulled = try WebServer().pull("/pulls") { reviews(&$0) }
        // Of number 8 there are two pages, of number 4 none.
        #expect(
            stored(pulled).filter { $0.contains(#":8"#) } == [
                #"{"pull":{"number":8,"state":"closed"},"review":{"id": 80}}"#, #"{"pull":{"number":8,"state":"closed"},"review":{"id": 81}}"#,
            ])
        #expect(stored(pulled).contains(#"{"pull":{"number":4,"state":"closed"}}"#))
        #expect(pulled.report.exchange?.lastPage?.hasSuffix("; 9 lookups were answered to their last page") == true)
        #expect(pulled.report.outcome == .complete && pulled.sink.ordinals == Array(1...pulled.sink.records.count))
    }

    @Test func aLookupThatIsNotAnsweredCostsThePullItsProof() throws {
        let failed = try WebServer().pull("/pulls") { reviews(&$0, { $0.query = [.init("fail", "5")] }) }
        #expect(failed.report.outcome == .partial && failed.report.answered == nil)
        #expect(failed.report.problems[0].contains("/pulls/5/reviews' answers with status 404"), "\(failed.report.problems)")
        let absent = try WebServer().pull("/pulls") {
            reviews(
                &$0,
                {
                    $0.query = [.init("fail", "5")]
                    $0.shape.absent = [404]
                })
        }
        #expect(absent.report.exchange?.lookups["review"]?.absent == 1 && absent.report.exchange?.lookups["review"]?.asked ?? 0 > 1)
        #expect(absent.report.outcome == .complete && stored(absent).contains(#"{"pull":{"number":5,"state":"closed"}}"#))
        let away = try WebServer().pull("/pulls") { reviews(&$0, { $0.url = "https://203.0.113.9/{pull.number}" }) }
        #expect(away.report.problems == ["'review' would be asked of another server than the source's: not asked"])
        let wordless = try WebServer().pull("/pulls") { reviews(&$0, { $0.url = "{url}/{pull.nothing}" }) }
        #expect(wordless.report.outcome == .failed && wordless.report.problems == ["a record holds no 'pull.nothing' to ask by"])
    }

    @Test func onlyWhereARecordSaysSoIsAnythingAsked() throws {
        let pulled = try WebServer().pull("/pulls") { reviews(&$0, only: [HTTPLookup.Condition(path: "pull.number", texts: ["8", "5"])]) }
        #expect(pulled.report.exchange?.lastPage?.hasSuffix("; 2 lookups were answered to their last page") == true)
        // Of nine pulls three were merged; the others hold null there.
        let merged = try WebServer().pull("/pulls") {
            reviews(&$0, only: [HTTPLookup.Condition(path: "pull.merged_at", texts: ["*"])])
            $0.shape.keep = ["number", "merged_at"]
        }
        #expect(merged.report.exchange?.lastPage?.hasSuffix("; 4 lookups were answered to their last page") == true)
    }

    /// What a record holds cannot lead out of its place in the path.
    @Test func whatARecordHoldsIsEncodedInAPathAndKeepsItsTypeInABody() throws {
        let pulled = try WebServer().pull("/names") {
            var about = HTTPSettings(url: "{url}/{name.text}", place: place)
            about.body = ["id": "{name.id}", "said": "it is {name.id}"]
            about.shape.isSingle = true
            $0.records = "names"
            $0.shape.name = "name"
            $0.shape.each = [HTTPLookup(name: "about", request: about, only: [])]
        }
        let about = try pulled.sink.json(0)["about"]
        #expect(about?["path"]?.text == "/names/a%2F..%2Fb%3Fc%3D1" && about?["asked"] == ["id": 7, "said": "it is 7"], "\(stored(pulled))")
    }

    /// Only as far as the source's own server reaches.
    @Test func aLookupMayLieBesideOrAboveTheSourcesUrl() throws {
        func problems(_ url: String) throws -> [String] {
            try WebServer().pull("/names") {
                var about = HTTPSettings(url: url, place: place)
                about.body = ["id": "{name.id}"]
                about.shape.isSingle = true
                $0.records = "names"
                $0.shape.name = "name"
                $0.shape.each = [HTTPLookup(name: "about", request: about, only: [])]
            }.report.problems
        }
        #expect(try problems("{url}/../names/x") == [])
        #expect(try problems("{url}/../{name.text}")[0].contains("/a%2F..%2Fb%3Fc%3D1' answers with status 404"))
        #expect(try problems("{url}/../../../elsewhere") == ["'about' would be asked of another server than the source's: not asked"])
    }

    @Test func whatIsShownAsItIsNowIsStampedWithWhenItWasRead() throws {
        let pulled = try WebServer().pull("/missing") {
            $0.shape = shape {
                $0.isSingle = true
                $0.stamp = "read_at"
            }
        }
        #expect(stored(pulled)[0].hasPrefix(#"{"read_at":"2026-03-05T12:00:00Z","data": ["#))
    }

    @Test func xmlIsReadAsTheJSONThatItIsRenderedTo() throws {
        func pull(_ path: String, _ records: String) throws -> Pulled {
            try WebServer().pull(path) {
                $0.isXML = true
                $0.records = records
            }
        }
        #expect(try stored(pull("/xml?n=2", "Answer.Users.member")) == [#"{"@a":"1 & 2","Name":"ada & ben"}"#, #"{"@a":"1 & 2","Name":"ada & ben"}"#])
        // One is a list as well, and so is none; where the element around them is missing, nothing is known.
        #expect(try stored(pull("/xml?n=1", "Answer.Users.member")).count == 1)
        #expect(try pull("/xml?n=0", "Answer.Users.member").report.outcome == .empty)
        #expect(try pull("/xml?n=1", "Answer.Groups.member").report.outcome == .failed)
        let entity = try pull("/xml?n=entity", "Answer.Users.member").report
        #expect(entity.outcome == .failed && entity.problems[0].contains("DOCTYPE"), "\(entity.problems)")
        let torn = try pull("/xml?n=torn", "Answer.Users.member").report.problems
        #expect(torn.count == 1 && torn[0].hasPrefix("the answer cannot be read: not whole XML at line 1"), "\(torn)")
        #expect(try pull("/link", "a").report.problems[0].contains("answers with 'application/json', and no XML"))
    }

    @Test func aServerMayCallItsJSONSomethingElseIfTheSourceSaysSo() throws {
        let pulled = try WebServer().pull("/plain") { $0.contentType = "text/plain" }
        #expect(pulled.report.outcome == .complete)
        #expect(try WebServer().pull("/plain").report.outcome == .failed)
    }
}
