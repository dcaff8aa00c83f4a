import CSQLite

/// A compiled statement. Bound bytes must live until the next `step` or `reset`, unless a call says that it copies.
package final class Statement {
    let handle: OpaquePointer
    private let database: Database
    package let sql: String

    init(_ database: Database, _ sql: String) throws(SQLiteError) {
        var compiled: OpaquePointer?
        var tail: UnsafePointer<CChar>?
        var rest = ""
        let code = sql.withCString { text in
            let code = sqlite3_prepare_v2(database.handle, text, -1, &compiled, &tail)
            if code == SQLITE_OK, let tail { rest = String(cString: tail) }
            return code
        }
        guard code == SQLITE_OK else { throw database.error(code, sql) }
        guard let compiled else { throw SQLiteError(path: database.path, code: SQLITE_MISUSE, message: "no statement", sql: sql) }
        guard rest.allSatisfy({ $0.isWhitespace || $0 == ";" }) else {
            sqlite3_finalize(compiled)
            throw SQLiteError(path: database.path, code: SQLITE_MISUSE, message: "more than one statement", sql: sql)
        }
        handle = compiled
        self.database = database
        self.sql = sql
    }

    deinit { sqlite3_finalize(handle) }

    /// True while there is a row.
    package func step() throws(SQLiteError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code:
            let error = database.error(code, sql)
            sqlite3_reset(handle)
            throw error
        }
    }

    /// Steps once, expects no row, and makes the statement ready for the next binding.
    package func execute() throws(SQLiteError) {
        _ = try step()
        sqlite3_reset(handle)
    }

    package func reset() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    // MARK: Binding, from 1

    package func bind(_ index: Int, _ value: Int64) { sqlite3_bind_int64(handle, Int32(index), value) }
    package func bind(_ index: Int, _ value: Int) { sqlite3_bind_int64(handle, Int32(index), Int64(value)) }
    package func bind(_ index: Int, _ value: Double) { sqlite3_bind_double(handle, Int32(index), value) }
    package func bindNull(_ index: Int) { sqlite3_bind_null(handle, Int32(index)) }
    /// Copies.
    package func bind(_ index: Int, _ value: String) {
        var value = value
        value.withUTF8 { bytes in
            _ = receipts_sqlite3_bind_text_copy(handle, Int32(index), Self.characters(bytes), Int32(bytes.count))
        }
    }
    package func bind(_ index: Int, _ value: String?) {
        if let value { bind(index, value) } else { bindNull(index) }
    }
    /// Copies.
    package func bind(_ index: Int, blob: [UInt8]) {
        blob.withUnsafeBytes { _ = receipts_sqlite3_bind_blob_copy(handle, Int32(index), $0.baseAddress ?? Self.nothing, Int32($0.count)) }
    }
    /// Does not copy.
    package func bind(_ index: Int, blob: UnsafeRawBufferPointer) {
        _ = receipts_sqlite3_bind_blob(handle, Int32(index), blob.baseAddress ?? Self.nothing, Int32(blob.count))
    }
    /// Does not copy.
    package func bind(_ index: Int, text: UnsafeRawBufferPointer) {
        _ = receipts_sqlite3_bind_text(handle, Int32(index), text.baseAddress?.assumingMemoryBound(to: CChar.self) ?? Self.emptyText, Int32(text.count))
    }

    /// A null pointer would bind NULL, not an empty value.
    private static var nothing: UnsafeRawPointer { UnsafeRawPointer(emptyText) }
    private static var emptyText: UnsafePointer<CChar> {
        guard let pointer = UnsafePointer<CChar>(bitPattern: 1) else { preconditionFailure("address 1 is not null") }
        return pointer
    }
    private static func characters(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafePointer<CChar> {
        bytes.baseAddress.map { UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self) } ?? emptyText
    }

    // MARK: Columns, from 0

    package var columnCount: Int { Int(sqlite3_column_count(handle)) }
    package func columnName(_ index: Int) -> String { String(cString: sqlite3_column_name(handle, Int32(index))) }
    package var columnNames: [String] { (0..<columnCount).map(columnName) }
    package func isNull(_ index: Int) -> Bool { sqlite3_column_type(handle, Int32(index)) == SQLITE_NULL }
    package func isInteger(_ index: Int) -> Bool { sqlite3_column_type(handle, Int32(index)) == SQLITE_INTEGER }
    package func integer(_ index: Int) -> Int64 { sqlite3_column_int64(handle, Int32(index)) }
    package func int(_ index: Int) -> Int { Int(sqlite3_column_int64(handle, Int32(index))) }
    package func double(_ index: Int) -> Double { sqlite3_column_double(handle, Int32(index)) }
    package func text(_ index: Int) -> String { String(decoding: bytes(index), as: UTF8.self) }
    package func textIfAny(_ index: Int) -> String? { isNull(index) ? nil : text(index) }
    /// Valid until the next step or reset.
    package func bytes(_ index: Int) -> UnsafeRawBufferPointer {
        // The text form first: asking for the length of a number's bytes converts it.
        let pointer =
            sqlite3_column_type(handle, Int32(index)) == SQLITE_BLOB
            ? sqlite3_column_blob(handle, Int32(index)) : sqlite3_column_text(handle, Int32(index)).map { UnsafeRawPointer($0) }
        return UnsafeRawBufferPointer(start: pointer, count: Int(sqlite3_column_bytes(handle, Int32(index))))
    }
    package func blob(_ index: Int) -> [UInt8] { Array(bytes(index)) }
}
