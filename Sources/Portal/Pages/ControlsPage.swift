import Evidence

/// Every control with its verdict.
enum ControlsPage {
    static let shape = Shape(page: "the control list", lists: [("tally", ControlRows.tally), ("controls", ControlRows.shape)])

    static func write<W: PageWriter>(_ press: inout Press<W>) throws {
        let results = press.edition.assessment.controls
        let head = PageHead(
            "controls.html", title: "Controls", heading: "\(results.counted): \(ControlRows.summary(results))")
        try press.page(.controls, head) { values in
            ControlRows.addTally(&values, results, all: true)
            for result in results { ControlRows.add(&values, result) }
        }
    }
}
