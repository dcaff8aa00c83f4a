import Evidence

/// `receipts.yaml`, checked: whose system, which periods, which sources.
package struct Programme: Sendable {
    package let entity: String
    package let system: String
    package let zone: Zone
    /// Day 0 of the 30-60-90 plan.
    package let startedOn: Day
    /// Days that a lead has set in place of a milestone's, sorted by control.
    package let dueDates: [DueDate]
    /// Sorted by id.
    package let periods: [Period]
    package let sources: [SourceDefinition]
    /// Sorted by id.
    package let reconciliations: [Reconciliation]
    /// Relative to the programme's folder.
    package let paths: ProgrammePaths
    /// Ways of signing that are at hand, as listed; empty for the usual one, `signing_ed25519` in the folder of keys.
    package let keys: [KeySetting]
    package let anchors: AnchorSettings
    /// The file, verbatim.
    package let text: [UInt8]

    package init(
        entity: String, system: String, zone: Zone, startedOn: Day, dueDates: [DueDate] = [], periods: [Period], sources: [SourceDefinition],
        reconciliations: [Reconciliation] = [], paths: ProgrammePaths, keys: [KeySetting] = [], anchors: AnchorSettings = AnchorSettings(), text: [UInt8]
    ) {
        self.entity = entity
        self.system = system
        self.zone = zone
        self.startedOn = startedOn
        self.dueDates = dueDates
        self.periods = periods
        self.sources = sources
        self.reconciliations = reconciliations
        self.paths = paths
        self.keys = keys
        self.anchors = anchors
        self.text = text
    }
}

/// By when a control is to operate, and why not by its milestone. A date without a reason is not taken.
package struct DueDate: Hashable, Sendable {
    package let control: ControlID
    package let day: Day
    package let reason: String
    package init(control: ControlID, day: Day, reason: String) {
        self.control = control
        self.day = day
        self.reason = reason
    }
}

/// Whose word for when is believed: files with their certificates and keys, relative to the programme's folder.
package struct AnchorSettings: Hashable, Sendable {
    /// PEM certificates of time-stamping authorities, or of those that vouch for them.
    package let authorities: [TrustFile]
    /// vkey lines of witnesses.
    package let witnesses: [TrustFile]
    package init(authorities: [TrustFile] = [], witnesses: [TrustFile] = []) {
        self.authorities = authorities
        self.witnesses = witnesses
    }
}

package struct TrustFile: Hashable, Sendable {
    package let path: String
    package let place: Place
    package init(path: String, place: Place) {
        self.path = path
        self.place = place
    }
}

package struct ProgrammePaths: Hashable, Sendable {
    package let controls: String
    package let templates: String
    package let ledger: String
    package let keys: String
    package let output: String
    package init(
        controls: String = "controls", templates: String = "site-templates", ledger: String = "ledger", keys: String = "keys",
        output: String = "output"
    ) {
        self.controls = controls
        self.templates = templates
        self.ledger = ledger
        self.keys = keys
        self.output = output
    }
}
