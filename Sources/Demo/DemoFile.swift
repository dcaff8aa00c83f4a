import Evidence

/// A file, or the part of one, that a source of the demo company has left for the nightly collect.
package struct DemoFile: Hashable, Sendable {
    /// Relative to the programme's folder.
    package let path: String
    package let bytes: [UInt8]
    /// True: the bytes go behind what the file holds. False: they are the whole file, new or rewritten.
    package let append: Bool

    package init(path: String, bytes: [UInt8], append: Bool) {
        self.path = path
        self.bytes = bytes
        self.append = append
    }
}

/// What was planted for a control to find.
package struct PlantedDeviation: Hashable, Sendable {
    package let control: ControlID
    /// The item as the control's population names it: the key columns joined by a blank.
    package let item: String
    package let verdict: ItemVerdict
    /// What happened, in one plain sentence.
    package let says: String
    /// A text that the files of the company hold if the thing was planted.
    package let trace: String
    /// An account or subject that `item` begins with; the ledger holds its pseudonym in that place.
    package let identity: String?
    /// Of `identity`: a customer, not a member of staff.
    package let isSubject: Bool

    init(
        _ control: String, _ item: String, _ verdict: ItemVerdict = .deviation, trace: String, identity: String? = nil, isSubject: Bool = false, _ says: String
    ) {
        self.control = ControlID(trusted: control)
        self.item = item
        self.verdict = verdict
        self.says = says
        self.trace = trace
        self.identity = identity
        self.isSubject = isSubject
    }
}
