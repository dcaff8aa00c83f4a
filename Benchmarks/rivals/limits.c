/* What the same work costs in C with nothing else around it: a row per record with its leaf hash, then a scan that hashes everything again.
 *
 *     clang -O2 -o limits limits.c -lsqlite3 -lcrypto
 *     limits append FILE COUNT     rollback journal, synchronous=EXTRA, 100,000 rows a transaction
 *     limits verify FILE
 *     limits collect FILE LINES    the request lines of Benchmarks/collect.py, typed
 *
 * The records of `append` are the 400 bytes of Benchmarks/ledger/main.swift in shape, not in content. Prints the root of the leaves' RFC 6962 tree.
 */
#define _GNU_SOURCE
#include <openssl/sha.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 88172645463325252ULL;
static uint64_t next(void) {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

static void check(int code, sqlite3 *db) {
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return;
    fprintf(stderr, "%s\n", sqlite3_errmsg(db));
    exit(1);
}

/* A compact range: the roots of the full subtrees to the left, one for each bit of the count. */
static unsigned char range[64][32];
static uint64_t leaves = 0;

static void node(unsigned char *out, const unsigned char *left, const unsigned char *right) {
    unsigned char both[65] = {1};
    memcpy(both + 1, left, 32);
    memcpy(both + 33, right, 32);
    SHA256(both, 65, out);
}

static void add(const unsigned char *leaf) {
    unsigned char hash[32];
    memcpy(hash, leaf, 32);
    int level = 0;
    for (uint64_t n = leaves++; n & 1; n >>= 1, level++) node(hash, range[level], hash);
    memcpy(range[level], hash, 32);
}

static void print_root(void) {
    unsigned char root[32];
    int has_root = 0;
    for (int level = 0; level < 64; level++) {
        if (!(leaves >> level & 1)) continue;
        if (has_root) node(root, range[level], root);
        else memcpy(root, range[level], 32);
        has_root = 1;
    }
    for (int i = 0; i < 32; i++) printf("%02x", root[i]);
    printf("\n");
}

static void leaf(unsigned char *out, const unsigned char *salt, const unsigned char *bytes, int count) {
    static unsigned char whole[1 << 16];
    whole[0] = 0;
    memcpy(whole + 1, salt, 32);
    memcpy(whole + 33, bytes, (size_t)count);
    SHA256(whole, (size_t)count + 33, out);
}

static void append(sqlite3 *db, long count) {
    check(sqlite3_exec(db, "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA; "
                           "CREATE TABLE record (seq INTEGER PRIMARY KEY, bytes BLOB, salt BLOB, leaf BLOB) STRICT; BEGIN", 0, 0, 0), db);
    sqlite3_stmt *insert;
    check(sqlite3_prepare_v2(db, "INSERT INTO record VALUES (?, ?, ?, ?)", -1, &insert, 0), db);
    for (long i = 0; i < count; i++) {
        unsigned char line[512], salt[32], hash[32];
        uint64_t words[14];
        for (int k = 0; k < 14; k++) words[k] = next();
        memcpy(salt, words, 32);
        int n = snprintf((char *)line, sizeof line,
            "{\"time\":\"2026-01-05T10:00:00.120Z\",\"request_id\":\"req-%016llx%08llx\",\"subject\":\"subj-%016llx\",\"model\":\"aurora-large-2025-11-20\","
            "\"prompt\":{\"id\":\"answer\",\"version\":\"5\",\"digest\":\"%016llx%016llx%016llx%016llx\"},\"usage\":{\"input_tokens\":%llu},",
            (unsigned long long)words[4], (unsigned long long)words[5] & 0xffffffff, (unsigned long long)words[6], (unsigned long long)words[7],
            (unsigned long long)words[8], (unsigned long long)words[9], (unsigned long long)words[10], (unsigned long long)words[11] % 900);
        memset(line + n, '.', 400 - (size_t)n);
        leaf(hash, salt, line, 400);
        add(hash);
        sqlite3_bind_int64(insert, 1, i);
        sqlite3_bind_blob(insert, 2, line, 400, SQLITE_STATIC);
        sqlite3_bind_blob(insert, 3, salt, 32, SQLITE_STATIC);
        sqlite3_bind_blob(insert, 4, hash, 32, SQLITE_STATIC);
        check(sqlite3_step(insert), db);
        sqlite3_reset(insert);
        if (i % 100000 == 99999) check(sqlite3_exec(db, "COMMIT; BEGIN", 0, 0, 0), db);
    }
    sqlite3_finalize(insert);
    check(sqlite3_exec(db, "COMMIT", 0, 0, 0), db);
}

static void verify(sqlite3 *db) {
    sqlite3_stmt *rows;
    check(sqlite3_prepare_v2(db, "SELECT bytes, salt, leaf FROM record ORDER BY seq", -1, &rows, 0), db);
    while (sqlite3_step(rows) == SQLITE_ROW) {
        unsigned char hash[32];
        leaf(hash, sqlite3_column_blob(rows, 1), sqlite3_column_blob(rows, 0), sqlite3_column_bytes(rows, 0));
        if (memcmp(hash, sqlite3_column_blob(rows, 2), 32) != 0) { fprintf(stderr, "a leaf differs\n"); exit(1); }
        add(hash);
    }
    sqlite3_finalize(rows);
}

/* The table and the two indexes that the index has of a request, and what recognises one that was seen; the indexes made at the end. */
static const char *typed =
    "PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=EXTRA; PRAGMA cache_size=-48000;"
    "CREATE TABLE record (seq INTEGER PRIMARY KEY, bytes BLOB, leaf BLOB) STRICT;"
    "CREATE TABLE seen (request_id TEXT PRIMARY KEY, artifact INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE request (artifact INTEGER PRIMARY KEY, occurred_at INTEGER, request_id TEXT, trace_id TEXT, tenant TEXT, subject TEXT, caller TEXT,"
    " operation TEXT, provider TEXT, model_requested TEXT, model TEXT, prompt_id TEXT, prompt_version TEXT, prompt_hash TEXT, finish_reason TEXT,"
    " validation_verdict TEXT, tokens_in INTEGER, tokens_out INTEGER, latency_ms REAL) STRICT; BEGIN";
static const char *ordered =
    "CREATE INDEX by_time ON request (occurred_at, request_id, subject, validation_verdict, tokens_out);"
    "CREATE INDEX by_id ON request (request_id, prompt_id, prompt_version, tenant);"
    "INSERT INTO seen SELECT request_id, artifact FROM request ORDER BY request_id; COMMIT";

static long number(const char *digits, int count) {
    long value = 0;
    for (int i = 0; i < count && digits[i] >= '0' && digits[i] <= '9'; i++) value = value * 10 + digits[i] - '0';
    return value;
}

/* Milliseconds of "2026-01-DDTHH:MM:SS.mmmZ", the only month there is, from its first day on. */
static long milliseconds(const char *t) {
    return ((number(t + 8, 2) * 24 + number(t + 11, 2)) * 60 + number(t + 14, 2)) * 60000 + number(t + 17, 2) * 1000 + number(t + 20, 3);
}

/* The members of a line in their order, by the quotes between them: no JSON is read. */
static void collect(sqlite3 *db, const char *path) {
    static const char *names[] = {"\"request_id\":\"", "\"trace_id\":\"", "\"time\":\"", "\"tenant\":\"", "\"user\":\"", "\"key\":\"", "\"operation\":\"",
        "\"provider\":\"", "\"model_requested\":\"", "\"model\":\"", "\"id\":\"", "\"version\":\"", "\"hash\":\"", "\"finish_reason\":\"",
        "\"validation\":\"", "\"in\":", "\"out\":", "\"latency_ms\":"};
    static const int columns[] = {3, 4, 2, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19};
    FILE *file = fopen(path, "r");
    if (!file) { perror(path); exit(1); }
    check(sqlite3_exec(db, typed, 0, 0, 0), db);
    sqlite3_stmt *row, *record;
    check(sqlite3_prepare_v2(db, "INSERT INTO request VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", -1, &row, 0), db);
    check(sqlite3_prepare_v2(db, "INSERT INTO record VALUES (?, ?, ?)", -1, &record, 0), db);
    char *line = 0;
    size_t room = 0;
    ssize_t length;
    while ((length = getline(&line, &room, file)) > 0) {
        static const unsigned char salt[32];
        unsigned char hash[32];
        leaf(hash, salt, (unsigned char *)line, (int)length);
        sqlite3_bind_int64(row, 1, (sqlite3_int64)leaves);
        sqlite3_bind_int64(record, 1, (sqlite3_int64)leaves);
        add(hash);
        char *at = line;
        for (int i = 0; i < 18; i++) {
            char *found = memmem(at, (size_t)(line + length - at), names[i], strlen(names[i]));
            if (!found) { fprintf(stderr, "no %s in: %s", names[i], line); exit(1); }
            at = found + strlen(names[i]);
            if (i == 2) sqlite3_bind_int64(row, columns[i], milliseconds(at));
            else if (i > 14) sqlite3_bind_int64(row, columns[i], number(at, 12));
            else sqlite3_bind_text(row, columns[i], at, (int)((char *)memchr(at, '"', (size_t)(line + length - at)) - at), SQLITE_STATIC);
        }
        check(sqlite3_step(row), db);
        sqlite3_reset(row);
        sqlite3_bind_blob(record, 2, line, (int)length, SQLITE_STATIC);
        sqlite3_bind_blob(record, 3, hash, 32, SQLITE_STATIC);
        check(sqlite3_step(record), db);
        sqlite3_reset(record);
    }
    free(line);
    fclose(file);
    sqlite3_finalize(row);
    sqlite3_finalize(record);
    check(sqlite3_exec(db, ordered, 0, 0, 0), db);
}

int main(int argc, char **argv) {
    sqlite3 *db;
    if (argc < 3) { fprintf(stderr, "usage: limits append FILE COUNT | verify FILE | collect FILE LINES\n"); return 64; }
    check(sqlite3_open(argv[2], &db), db);
    if (strcmp(argv[1], "append") == 0) append(db, argc > 3 ? atol(argv[3]) : 0);
    else if (strcmp(argv[1], "collect") == 0 && argc > 3) collect(db, argv[3]);
    else verify(db);
    print_root();
    return sqlite3_close(db) == SQLITE_OK ? 0 : 1;
}
