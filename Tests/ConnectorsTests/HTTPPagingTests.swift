import Connectors
import Evidence
import Foundation
import Testing

/// Each way of paging against a server on loopback, and what proves the last page.
@Suite struct HTTPPagingTests {
    private func counted(_ parameter: String, _ size: Int, _ sizeParameter: String, more: String? = nil, endsShort: Bool = false) -> HTTPSettings.Counted {
        HTTPSettings.Counted(parameter: parameter, size: size, sizeParameter: sizeParameter, more: more, endsShort: endsShort)
    }
    private func numbers(_ pulled: Pulled) throws -> [Int] { try pulled.sink.records.indices.compactMap { try pulled.sink.json($0)["n"]?.int } }

    @Test func linksAreFollowedAlsoUnderAnotherPath() throws {
        let pulled = try WebServer().pull("/link") { $0.paging = .linkHeader }
        #expect(try pulled.report.outcome == .complete && numbers(pulled) == [2, 3, 4, 5, 6, 7])
        #expect(pulled.sink.ordinals == [1, 2, 3, 4, 5, 6] && pulled.sink.origins.map(\.name) == ["127.0.0.1/link"])
        let exchange = try #require(pulled.report.exchange)
        #expect(exchange.pages.map(\.records) == [2, 2, 2] && Set(exchange.pages.map(\.digest)).count == 3)
        #expect(exchange.lastPage == "page 3 names no next page in its Link header" && exchange.server == "Recorder/7")
        #expect(pulled.report.answered?.end == instant("2026-03-05T12:00:00Z"))
    }

    @Test func aCursorComesFromThePageOrItsHeadAndGoesIntoTheQueryOrTheBody() throws {
        let server = try WebServer()
        let fromPage = try server.pull("/token") {
            $0.records = "data"
            $0.paging = .token(from: .path("meta.next"), parameter: "cursor", inBody: false)
        }
        #expect(try numbers(fromPage) == [1, 2, 3] && fromPage.report.exchange?.lastPage == "page 3 holds no cursor for another")
        let fromHead = try server.pull("/head-token") {
            $0.records = "data"
            $0.paging = .token(from: .header("x-next"), parameter: "after", inBody: false)
        }
        #expect(try numbers(fromHead) == [1, 2, 3])
        let intoBody = try server.pull("/body") {
            $0.records = "data"
            $0.body = ["from": "{start}", "text": "since {start}", "paging": ["size": 1]]
            $0.times = .unixMilliseconds
            $0.paging = .token(from: .path("next"), parameter: "paging.cursor", inBody: true)
        }
        #expect(try numbers(intoBody) == [1, 2, 3])
        #expect(intoBody.report.query.contains(#"with {"from":0,"paging":{"size":1},"text":"since 0"}"#), "\(intoBody.report.query)")
    }

    /// Without it one page would prove the whole stretch.
    @Test func aCursorInAnotherPlaceThanConfiguredIsNoLastPage() throws {
        for (path, found) in [("meta.nxt", "meta.next"), ("next", "meta.next"), ("meta.next.token", "meta.next")] {
            let pulled = try WebServer().pull("/token") {
                $0.records = "data"
                $0.paging = .token(from: .path(path), parameter: "cursor", inBody: false)
            }
            #expect(pulled.report.answered == nil && pulled.report.outcome == .failed && pulled.report.exchange?.lastPage == nil)
            #expect(
                pulled.report.problems == ["page 1 holds no cursor at '\(path)', but at '\(found)' what looks like one: is 'from:' of its paging right?"])
        }
    }

    @Test(arguments: ["", "text"]) func aServerThatSaysWhetherAnotherPageFollowsIsBelieved(_ form: String) throws {
        let server = try WebServer()
        func pull(_ query: [String], from: String = "NextMarker") throws -> Pulled {
            try server.pull("/said-token") {
                $0.records = "data"
                $0.query = query.map { .init($0, "yes") }
                $0.paging = .token(from: .path(from), parameter: "cursor", inBody: false, more: "Truncated")
            }
        }
        let form = form.isEmpty ? [] : [form]
        // Its last page holds a cursor as well.
        let whole = try pull(form)
        #expect(try numbers(whole) == [1, 2, 3] && whole.report.exchange?.lastPage == "page 3 says at 'Truncated' that no other follows")
        let lost = try pull(form + ["lose"])
        #expect(lost.report.answered == nil && lost.report.problems == ["page 2 says that another follows, and holds no cursor at 'NextMarker'"])
        let mistyped = try pull(form, from: "NextMaker")
        #expect(mistyped.report.answered == nil && mistyped.report.problems == ["page 1 says that another follows, and holds no cursor at 'NextMaker'"])
    }

    @Test func countedPagesEndWithAnEmptyOneSoThatACappedSizeLosesNothing() throws {
        let server = try WebServer()
        // The server gives two at most, whatever is asked for.
        let capped = try server.pull("/page") { $0.paging = .page(counted("page", 100, "per_page"), first: 1) }
        #expect(try numbers(capped) == [0, 1, 2, 3, 4] && capped.report.exchange?.lastPage == "page 4 is empty")
        let short = try server.pull("/page") { $0.paging = .page(counted("page", 2, "per_page", endsShort: true), first: 1) }
        #expect(try numbers(short) == [0, 1, 2, 3, 4] && short.report.exchange?.lastPage == "page 3 holds 1 of 2 records")
        let offset = try server.pull("/offset") {
            $0.records = "incidents"
            $0.count = "total"
            $0.paging = .offset(counted("offset", 2, "limit", more: "more"))
        }
        #expect(try numbers(offset) == [0, 1, 2, 3, 4] && offset.report.sourceCount == 5)
        #expect(offset.report.exchange?.lastPage == "page 3 says at 'more' that no other follows")
    }

    @Test func aServerThatGivesMoreThanAPageDoesNotPageAsConfigured() throws {
        let pulled = try WebServer().pull("/link") { $0.paging = .page(counted("page", 1, "per_page"), first: 1) }
        #expect(pulled.report.outcome == .failed && pulled.report.answered == nil && pulled.report.problems[0].contains("does not page as configured"))
    }

    @Test func whatTheSourceCountsAndDoesNotShowIsMissing() throws {
        let pulled = try WebServer().pull("/missing") {
            $0.records = "data"
            $0.count = "total"
        }
        #expect(pulled.report.outcome == .partial && pulled.report.answered == nil && pulled.report.sourceCount == 3)
        #expect(pulled.report.problems == ["the source counts 3 records, and 1 came: some are missing"])
    }

    @Test(arguments: [
        ("/circle", "leads back to a page that was asked for before", PullOutcome.failed), ("/endless", "more than 20 pages", .partial),
    ])
    func aServerThatGoesInACircleIsLeft(path: String, problem: String, outcome: PullOutcome) throws {
        let pulled = try WebServer().pull(path) {
            $0.records = "data"
            $0.pages = 20
            $0.paging = .token(from: .path("next"), parameter: "cursor", inBody: false)
        }
        #expect(pulled.report.outcome == outcome && pulled.report.answered == nil && pulled.report.exchange?.lastPage == nil)
        #expect(pulled.report.problems.count == 1 && pulled.report.problems[0].contains(problem), "\(pulled.report.problems)")
    }

    @Test func aServerThatTakesNoNoticeOfThePageIsLeft() throws {
        let pulled = try WebServer().pull("/repeats") {
            $0.records = "data"
            $0.paging = .page(counted("page", 100, "per_page"), first: 1)
        }
        #expect(pulled.report.outcome == .partial && pulled.report.answered == nil)
        #expect(pulled.report.problems == ["page 2 is the same as one before: the server goes in a circle"])
    }

    @Test func aNextPageAtAnotherServerIsNotAskedFor() throws {
        let pulled = try WebServer().pull("/link-away") { $0.paging = .linkHeader }
        #expect(
            pulled.report.answered == nil
                && pulled.report.problems == [
                    "page 1 names a next page at 'https://203.0.113.9', which is another server: not asked"
                ])
    }

    private func hours(_ settings: inout HTTPSettings) {
        settings.query = [.init("start", "{start}"), .init("end", "{end}")]
        settings.times = .unix
        settings.records = "items"
        settings.settle = .seconds(900)
        settings.atMost = .seconds(4 * 3600)
    }

    @Test func aLongStretchIsAskedInPiecesThatMeet() throws {
        let since = instant("2026-03-05T00:00:00Z")
        let pulled = try WebServer().pull("/window", coverage: .window(since: since), hours)
        #expect(pulled.report.outcome == .complete && pulled.sink.records.count == 12 && pulled.report.exchange?.pages.map(\.records) == [4, 4, 4])
        let settled = Window(start: since, end: instant("2026-03-05T11:45:00Z"))
        #expect(pulled.report.asked == settled && pulled.report.answered == settled)
        #expect(pulled.report.query.hasSuffix("/window?start=1772668800&end=1772711100, in 3 pieces"), "\(pulled.report.query)")
        let next = try WebServer().pull("/window", since: settled.end, coverage: .window(since: since), now: instant("2026-03-05T14:00:00Z"), hours)
        #expect(next.report.asked == Window(start: instant("2026-03-05T11:30:00Z"), end: instant("2026-03-05T13:45:00Z")))
    }

    @Test func whatWasAnsweredBeforeAFailureStaysAnswered() throws {
        let since = instant("2026-03-05T00:00:00Z")
        let pulled = try WebServer().pull("/window", coverage: .window(since: since)) {
            hours(&$0)
            $0.query.append(.init("broken", "1772690400"))
        }
        #expect(pulled.report.outcome == .partial && pulled.report.answered == Window(start: since, end: instant("2026-03-05T04:00:00Z")))
        #expect(pulled.sink.records.count == 4 && pulled.report.problems.count == 1)
    }

    @Test func withAStepWindowsLieOnItsMultiplesAndTheLastPointIsNotAskedTwice() throws {
        let pulled = try WebServer().pull("/window", coverage: .window(since: instant("2026-03-05T00:00:30Z")), now: instant("2026-03-05T02:00:59Z")) {
            hours(&$0)
            $0.query = [.init("start", "{start}"), .init("end", "{last}")]
            $0.step = .seconds(60)
            $0.settle = .zero
        }
        #expect(pulled.report.asked == Window(start: instant("2026-03-05T00:00:00Z"), end: instant("2026-03-05T02:00:00Z")))
        #expect(pulled.report.query.hasSuffix("start=1772668800&end=1772675940"), "\(pulled.report.query)")
    }

    @Test func whatMayStillChangeIsNotAskedFor() throws {
        let pulled = try WebServer().pull("/window", coverage: .window(since: instant("2026-03-05T11:50:00Z")), hours)
        #expect(pulled.report.outcome == .empty && pulled.report.answered == nil && pulled.report.exchange == nil && pulled.report.problems.count == 1)
    }
}
