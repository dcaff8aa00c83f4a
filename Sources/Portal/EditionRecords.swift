import Assessment
import Evidence

/// What a page may ask for while it is being rendered. The command line answers from index and ledger.
package protocol EditionRecords {
    /// Every item of the control's population within the period, tested, in population order.
    func forEachItem(of control: ControlID, _ body: (ItemResult) throws -> Void) throws
    func artifact(_ id: ArtifactID) throws -> ArtifactView
    /// Nil where its bytes are not those that were hashed.
    func frozenList(_ frozen: FrozenPopulation) throws -> FrozenList?
}

/// Where pages go. The command line writes files; nothing here touches a disk.
package protocol PageWriter {
    /// `path` is relative to the revision's folder. Called once per path; the bytes are only lent.
    mutating func write(path: String, bytes: [UInt8]) throws
    /// SHA-256, which pages print beside the files that they offer.
    func digest(of bytes: [UInt8]) -> Digest
}

package enum PortalError: Error, Equatable {
    /// The items that were walked are not as many as the result counted: a page would state a number that does not tie.
    case populationDoesNotTie(control: ControlID, counted: Int, walked: Int)
}
