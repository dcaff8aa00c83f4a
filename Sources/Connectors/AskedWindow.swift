import Evidence

/// The stretch of time that a pull asks a source for, as the source is told.
struct AskedWindow {
    let start: Instant
    let end: Instant

    /// From a little before the end of the last sound pull; the first time from where the register begins, else from 1970.
    init(_ request: PullRequest, overlap: Duration) {
        end = request.window.end
        guard request.window.start == .distantPast else {
            start = request.window.start.advanced(by: .zero - overlap)
            return
        }
        switch request.source.coverage {
        case .export(let since, _), .window(let since): start = since
        case .dailyFiles, .continuous, .snapshots, .none: start = Instant(nanoseconds: 0)
        }
    }
}
