import Evidence
import HTTP

/// Asks a server page by page for a stretch of time, or for all there is.
///
/// A stretch is answered when its last page was there and was known to be the last. Where a pull is cut into pieces, those that were answered before one
/// failed stay answered; the next pull begins at the one that failed.
struct HTTPConnector: Connector {
    let settings: HTTPSettings

    func pull<S: RecordSink>(_ request: PullRequest, into sink: inout S) throws -> PullReport {
        var report = PullReport(outcome: .failed, query: settings.shown)
        var count = 0
        var conversation: Conversation?
        do {
            guard let address = HTTPAddress(settings.url) else { throw ReadProblem("'\(settings.url)' is no http or https URL") }
            let pieces: [Window]
            if settings.isWindowed {
                guard let stretches = AskedStretches(settings, request) else {
                    report.problems.append("nothing is old enough to be asked for yet: what is younger than 'settle:' may still change")
                    report.outcome = .empty
                    return report
                }
                report.asked = stretches.whole
                pieces = stretches.pieces
                report.query = query(address, stretches)
            } else {
                pieces = [request.window]
            }
            let asking = try Conversation(settings, request)
            conversation = asking
            defer {
                report.exchange = asking.exchange
                report.sourceCount = asking.sourceCount
            }
            try sink.origin(Origin(name: address.host + address.path))
            for piece in pieces {
                try HTTPReading(settings: settings, home: address, conversation: asking, piece: piece, readAt: request.now).read { record in
                    count += 1
                    guard count <= request.limits.records else { throw ReadProblem("more than \(request.limits.records) records came; the rest was left") }
                    try sink.record(record, ordinal: count, shape: .json)
                }
                report.answered = Window(start: report.answered?.start ?? piece.start, end: piece.end)
            }
            report.outcome = count > 0 ? .complete : .empty
        } catch let problem as ReadProblem {
            report.problems.append(conversation?.withoutSecrets(problem) ?? problem.text)
            report.outcome = count > 0 || report.answered != nil ? .partial : .failed
            // Of a register that is always shown whole, a part is nothing.
            if !settings.isWindowed { report.answered = nil }
        }
        return report
    }

    private func query(_ address: HTTPAddress, _ stretches: AskedStretches) -> String {
        let text = WindowText(settings: settings, window: stretches.whole)
        let body = settings.body.map { " with " + text.body($0).canonical } ?? ""
        let pieces = stretches.pieces.count > 1 ? ", in \(stretches.pieces.count) pieces" : ""
        return (settings.body == nil ? "GET " : "POST ") + address.adding(settings.query.map { ($0.name, text.text($0.value)) }).whole + body + pieces
    }
}
