import CSQLite

// Values with their types as bytes that are equal where the values are: a key to group rows by.

extension Statement {
    /// Writes those of the columns, and says how many bytes they take; nil where there is not the room.
    package func values(of columns: Range<Int>, into bytes: UnsafeMutableRawBufferPointer) -> Int? {
        let place = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let count = receipts_sqlite3_values(handle, Int32(columns.lowerBound), Int32(columns.count), place, bytes.count)
        return count < 0 ? nil : count
    }

    /// Binds `count` such values, copied, from parameter `first` on; false if the bytes are not that many: they may come from a file that somebody edited.
    package func bind(_ first: Int, values: UnsafeRawBufferPointer, count: Int) -> Bool {
        var at = 0
        func take(_ size: Int) -> UnsafeRawBufferPointer? {
            guard size >= 0, size <= values.count - at else { return nil }
            defer { at += size }
            return UnsafeRawBufferPointer(rebasing: values[at..<at + size])
        }
        for index in first..<first + count {
            guard let type = take(1)?.first else { return false }
            switch Int32(type) {
            case SQLITE_NULL: bindNull(index)
            case SQLITE_INTEGER:
                guard let value = take(8) else { return false }
                bind(index, value.loadUnaligned(as: Int64.self))
            case SQLITE_FLOAT:
                guard let value = take(8) else { return false }
                bind(index, value.loadUnaligned(as: Double.self))
            case SQLITE_TEXT, SQLITE_BLOB:
                guard let size = take(4), let value = take(Int(size.loadUnaligned(as: Int32.self))) else { return false }
                if Int32(type) == SQLITE_BLOB { bind(index, blob: Array(value)) } else { bind(index, String(decoding: value, as: UTF8.self)) }
            default: return false
            }
        }
        return at == values.count
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
