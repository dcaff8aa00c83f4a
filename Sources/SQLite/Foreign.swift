import CSQLite

// What reading other people's files asks for besides.

extension Statement {
    /// The type of a value in the row in hand.
    package enum Storage: Sendable { case null, integer, real, text, blob }

    package func storage(_ index: Int) -> Storage {
        switch sqlite3_column_type(handle, Int32(index)) {
        case SQLITE_NULL: .null
        case SQLITE_INTEGER: .integer
        case SQLITE_FLOAT: .real
        case SQLITE_BLOB: .blob
        default: .text
        }
    }

    /// Names such as `:start`, in order; nil where a parameter has only a number.
    package var parameters: [String?] {
        (0..<sqlite3_bind_parameter_count(handle)).map { index in sqlite3_bind_parameter_name(handle, index + 1).map { String(cString: $0) } }
    }
}

extension Database {
    /// How long another program's lock is waited for.
    package func wait(milliseconds: Int) { sqlite3_busy_timeout(handle, Int32(milliseconds)) }

    /// A text, blob or row that is longer ends the statement with an error.
    package func limitLength(_ bytes: Int) { sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, Int32(clamping: bytes)) }

    /// Interrupts a statement as soon as `isOver` says so; asked every hundred thousand steps of the virtual machine.
    package func interrupt(when isOver: @escaping @Sendable () -> Bool) {
        let box = StopSign(isOver)
        stopSign = box
        sqlite3_progress_handler(
            handle, 100_000,
            { context in
                guard let context else { return 1 }
                return Unmanaged<StopSign>.fromOpaque(context).takeUnretainedValue().isOver() ? 1 : 0
            }, Unmanaged.passUnretained(box).toOpaque())
    }
}

final class StopSign {
    let isOver: @Sendable () -> Bool
    init(_ isOver: @escaping @Sendable () -> Bool) { self.isOver = isOver }
}
