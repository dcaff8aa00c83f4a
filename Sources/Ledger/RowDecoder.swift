import Evidence

/// Turns stored bytes into rows again, as the mapping in force does. Made from Mapping by the command line, which alone knows both layers.
package protocol RowDecoder {
    /// Before the records of a pull.
    mutating func begin(source: SourceID) throws
    /// Before the records of an origin: its stored bytes (canonical JSON).
    mutating func origin(_ json: JSON) throws
    /// Calls `body` with each row that the record becomes: the number of its kind in the index's list, and the row.
    ///
    /// Gives the reason where the mapping in force cannot read the record, which then has no rows: a mapping may have changed since.
    mutating func rows(of record: StoredRecord, _ body: (Int, borrowing Row) throws -> Void) throws -> String?
}
