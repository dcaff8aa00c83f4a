/// An audit period, in the zone its days are counted in.
package struct Period: Hashable, Sendable {
    package let id: PeriodID
    package let span: PeriodSpan
    package let zone: Zone

    package init(id: PeriodID, span: PeriodSpan, zone: Zone) {
        self.id = id
        self.span = span
        self.zone = zone
    }

    /// What a result has to lie in: the period, or for Type I everything up to the instant.
    package var window: Window {
        switch span {
        case .typeII(let window): window
        case .typeI(let instant): Window(start: instant, end: instant)
        }
    }
    package var isTypeI: Bool {
        switch span {
        case .typeI: true
        case .typeII: false
        }
    }
    package var title: String {
        switch span {
        case .typeII: "Type II"
        case .typeI: "Type I"
        }
    }
    /// `2026-01-01 to 2026-06-30 (Europe/Berlin)`: first and last day as people say them.
    package var label: String {
        switch span {
        case .typeII(let window):
            let last = zone.day(of: Instant(nanoseconds: window.end.nanoseconds - 1))
            return "\(zone.day(of: window.start)) to \(last) (\(zone))"
        case .typeI(let instant): return "as of \(zone.day(of: Instant(nanoseconds: instant.nanoseconds - 1))) (\(zone))"
        }
    }
}

package enum PeriodSpan: Hashable, Sendable {
    /// Design and one instance of operation, as of the end of a local day.
    case typeI(asOf: Instant)
    case typeII(Window)
}
