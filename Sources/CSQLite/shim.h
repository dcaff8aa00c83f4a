#include <sqlite3.h>
#include <string.h>

/* Variadic in C, so Swift cannot call it. */
static inline int receipts_sqlite3_db_config_flag(sqlite3 *db, int option, int on) {
    return sqlite3_db_config(db, option, on, (int *)0);
}

/* A macro in C. SQLITE_STATIC: the caller keeps the bytes alive until the statement is reset. */
static inline int receipts_sqlite3_bind_text(sqlite3_stmt *statement, int index, const char *bytes, int length) {
    return sqlite3_bind_text(statement, index, bytes, length, SQLITE_STATIC);
}
static inline int receipts_sqlite3_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, int length) {
    return sqlite3_bind_blob(statement, index, bytes, length, SQLITE_STATIC);
}
static inline int receipts_sqlite3_bind_text_copy(sqlite3_stmt *statement, int index, const char *bytes, int length) {
    return sqlite3_bind_text(statement, index, bytes, length, SQLITE_TRANSIENT);
}
static inline int receipts_sqlite3_bind_blob_copy(sqlite3_stmt *statement, int index, const void *bytes, int length) {
    return sqlite3_bind_blob(statement, index, bytes, length, SQLITE_TRANSIENT);
}

/* Variadic in C. Without statistics SQLite allocates without a lock. Only before the first connection. */
static inline int receipts_sqlite3_without_statistics(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

/* The values of `count` columns from `first` on as bytes that are equal where the values are: for each its type, then an integer's or a number's eight bytes,
   or the length of a text or blob in four and its bytes. Returns how many, or -1 where they are more than `capacity`. */
static inline long receipts_sqlite3_values(sqlite3_stmt *statement, int first, int count, unsigned char *bytes, long capacity) {
    long length = 0;
    for (int column = first; column < first + count; column++) {
        int type = sqlite3_column_type(statement, column);
        if (capacity - length < 13) return -1;
        bytes[length++] = (unsigned char)type;
        if (type == SQLITE_INTEGER) {
            sqlite3_int64 value = sqlite3_column_int64(statement, column);
            memcpy(bytes + length, &value, 8);
            length += 8;
        } else if (type == SQLITE_FLOAT) {
            double value = sqlite3_column_double(statement, column);
            memcpy(bytes + length, &value, 8);
            length += 8;
        } else if (type != SQLITE_NULL) {
            const void *value = sqlite3_column_blob(statement, column);
            int size = sqlite3_column_bytes(statement, column);
            if (capacity - length < 4 + (long)size) return -1;
            memcpy(bytes + length, &size, 4);
            if (size > 0) memcpy(bytes + length + 4, value, (size_t)size);
            length += 4 + size;
        }
    }
    return length;
}
