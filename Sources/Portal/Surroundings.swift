import Assessment
import Evidence

/// What showing an item takes beyond the item: whose its accounts are, on which local day it fell, and which page says most about it.
struct Surroundings {
    let directory: StaffDirectory
    let zone: Zone
    /// Ordinals that the deviations page lists, by control.
    private let listed: [ControlID: Set<Int>]

    init(_ edition: Edition) {
        directory = edition.directory
        zone = edition.assessment.period.zone
        listed = Dictionary(
            uniqueKeysWithValues: edition.assessment.controls.map { result in
                let listed = ExceptionsPage.listed(result)
                return (result.control.id, Set((listed.deviations + listed.undecided).map(\.ordinal)))
            })
    }

    /// The deviations page where it lists the item, else the row of its population; empty beyond the paged rows.
    func href(_ id: ControlID, _ ordinal: Int) -> String {
        isListed(id, ordinal) ? Paths.deviation(id, ordinal: ordinal) : Surroundings.rowHref(id, ordinal)
    }
    func isListed(_ id: ControlID, _ ordinal: Int) -> Bool { listed[id]?.contains(ordinal) ?? false }

    /// Beyond the paged rows there is nothing to point at.
    static func rowHref(_ id: ControlID, _ ordinal: Int) -> String {
        ordinal <= PopulationPages.itemLimit ? Paths.item(id, ordinal: ordinal) : ""
    }

    /// The day in the period's zone: an item of 19 February in Berlin begins on the 18th in UTC.
    func day(_ span: Span?) -> String {
        guard let span else { return "unknown" }
        let (first, last) = (zone.day(of: span.earliest), zone.day(of: span.latest))
        return first == last ? first.description : "\(first) to \(last)"
    }

    /// `2026-05-16 00:00+02:00`: what a clock on the zone's wall shows.
    func wall(_ instant: Instant) -> String {
        let offset = zone.offset(at: instant)
        let (day, second, _) = Instant(nanoseconds: instant.nanoseconds + Int64(offset) * 1_000_000_000).split()
        let minutes = abs(offset) / 60
        let clock = "\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2))" + (second % 60 == 0 ? "" : ":\(padded(second % 60, 2))")
        return "\(day) \(clock)\(offset < 0 ? "-" : "+")\(padded(minutes / 60, 2)):\(padded(minutes % 60, 2))"
    }
}
