import Evidence

/// Everything under `controls/`, checked: criteria, kinds, controls, the 30-60-90 plan, ready-made mappings and traces.
package struct Catalogue: Sendable {
    /// All 61 of them, in the standard's order.
    package let criteria: [Criterion]
    /// Sorted by name.
    package let kinds: [Kind]
    /// Sorted by id.
    package let controls: [Control]
    package let plan: Plan
    /// Sorted by name.
    package let readyMade: [ReadyMadeMapping]
    /// Sorted by name.
    package let traces: [Trace]
    /// Nil where the catalogue has no table of sample sizes.
    package let sampling: SampleSizes?

    package init(
        criteria: [Criterion], kinds: [Kind], controls: [Control], plan: Plan, readyMade: [ReadyMadeMapping] = [], traces: [Trace] = [],
        sampling: SampleSizes? = nil
    ) {
        self.criteria = criteria
        self.kinds = kinds
        self.controls = controls
        self.plan = plan
        self.readyMade = readyMade
        self.traces = traces
        self.sampling = sampling
    }
    package func kind(_ name: KindName) -> Kind? { kinds.first { $0.name == name } }
    package func control(_ id: ControlID) -> Control? { controls.first { $0.id == id } }
}

/// One of the 61 trust services criteria: its id, and a title in our own words (the AICPA's text is not ours to print).
package struct Criterion: Hashable, Sendable {
    package let id: CriterionID
    package let title: String
    /// The series it belongs to: `common` for the CC series, else the category.
    package let series: String
    package init(id: CriterionID, title: String, series: String) {
        self.id = id
        self.title = title
        self.series = series
    }
}
