import Evidence

struct GitConnector: Connector {
    let settings: GitSettings
    func pull<S: RecordSink>(_ request: PullRequest, into sink: inout S) throws -> PullReport {
        PullReport(outcome: .failed, query: "git log")
    }
}
