/* What the same work costs in C with nothing else around it: a row per record with its leaf hash, then a scan that hashes everything again.
 *
 *     clang -O2 -o limits limits.c -lsqlite3 -lcrypto
 *     limits append FILE COUNT     rollback journal, synchronous=EXTRA, 100,000 rows a transaction
 *     limits verify FILE
 *
 * The records are the 400 bytes of Benchmarks/ledger/main.swift in shape, not in content. Prints the root of the leaves' RFC 6962 tree.
 */
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

int main(int argc, char **argv) {
    sqlite3 *db;
    if (argc < 3) { fprintf(stderr, "usage: limits append FILE COUNT | verify FILE\n"); return 64; }
    check(sqlite3_open(argv[2], &db), db);
    if (strcmp(argv[1], "append") == 0) append(db, argc > 3 ? atol(argv[3]) : 0);
    else verify(db);
    print_root();
    return sqlite3_close(db) == SQLITE_OK ? 0 : 1;
}
