import CSQLite

// Values with their types as bytes that are equal where the values are: a key to group rows by.

extension Statement {
    /// Writes those of the columns, and says how many bytes they take; nil where there is not the room.
    package func values(of columns: Range<Int>, into bytes: UnsafeMutableRawBufferPointer) -> Int? {
        let place = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let count = receipts_sqlite3_values(handle, Int32(columns.lowerBound), Int32(columns.count), place, bytes.count)
        return count < 0 ? nil : count
    }

    /// Binds such values, copied, from parameter `first` on.
    package func bind(_ first: Int, values: UnsafeRawBufferPointer) {
        var index = first
        var at = 0
        while at < values.count {
            let type = Int32(values[at])
            at += 1
            switch type {
            case SQLITE_NULL: bindNull(index)
            case SQLITE_INTEGER:
                bind(index, values.loadUnaligned(fromByteOffset: at, as: Int64.self))
                at += 8
            case SQLITE_FLOAT:
                bind(index, values.loadUnaligned(fromByteOffset: at, as: Double.self))
                at += 8
            default:
                let count = Int(values.loadUnaligned(fromByteOffset: at, as: Int32.self))
                let value = UnsafeRawBufferPointer(rebasing: values[at + 4..<at + 4 + count])
                if type == SQLITE_BLOB { bind(index, blob: Array(value)) } else { bind(index, String(decoding: value, as: UTF8.self)) }
                at += 4 + count
            }
            index += 1
        }
    }
}

// The same bytes of values that no statement gave.
extension [UInt8] {
    package mutating func appendNull() { append(UInt8(SQLITE_NULL)) }
    package mutating func append(integer value: Int64) {
        append(UInt8(SQLITE_INTEGER))
        Swift.withUnsafeBytes(of: value) { append(contentsOf: $0) }
    }
    package mutating func append(number value: Double) {
        append(UInt8(SQLITE_FLOAT))
        Swift.withUnsafeBytes(of: value) { append(contentsOf: $0) }
    }
    package mutating func append(text: UnsafeRawBufferPointer) {
        append(UInt8(SQLITE_TEXT))
        Swift.withUnsafeBytes(of: Int32(text.count)) { append(contentsOf: $0) }
        append(contentsOf: text)
    }
}
