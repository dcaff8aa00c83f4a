#!/usr/bin/env python3
"""Measures what collecting costs: request lines read, searched for personal data, hashed, typed, sealed and durable, beside what others do with the same lines.

Usage: Benchmarks/collect.py [--rounds N] [--records N] [--folder FOLDER]

Needs a Swift toolchain, clang, libsqlite3-dev, libssl-dev, and about 4 GB of disk below FOLDER for two million lines of 650 bytes. The rivals do less: the program in C
finds the values by the quotes around them, hashes, and inserts the line and a row with the same indexes; the script in Python reads, searches with four regular
expressions, hashes and inserts; DuckDB (left out, and said so, where its Python package is missing) only reads the lines into a table. Each round
runs every step once. Prints a Markdown table of medians.
"""
import argparse, datetime, os, random, shutil, statistics, subprocess, sys, tempfile

from measuring import build, build_limits, commit, machine, run

SMALL = 10_000
PROGRAMME = """entity: Bench
system: bench
zone: UTC
plan: {start: 2026-01-01}
periods:
  - {id: p1, type: 2, start: 2026-01-01, end: 2026-12-31}
sources:
  - id: gateway
    title: Gateway
    owner: bench
    connector: files
    path: evidence/*.jsonl
    format: jsonl
    personal_data: redact
    covers: none
    yields:
      - kind: request_log
        id: request_id
        at: time
        fields:
          request_id: request_id
          trace_id: trace_id
          tenant: tenant
          subject: user
          caller: key
          operation: operation
          provider: provider
          model_requested: model_requested
          model: model
          prompt_id: prompt.id
          prompt_version: prompt.version
          prompt_hash: prompt.hash
          finish_reason: finish_reason
          validation_verdict: validation
          tokens_in: usage.in
          tokens_out: usage.out
          latency_ms: latency_ms
"""
PYTHON = r"""
import hashlib, json, re, sqlite3, sys
rules = [re.compile(p) for p in (rb"[\w.+-]+@[\w-]+\.[\w.]+", rb"\b(?:\d[ -]?){13,19}\b", rb"\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b", rb"\bsk-[A-Za-z0-9]{20,}\b")]
db = sqlite3.connect(sys.argv[1])
db.execute("CREATE TABLE request (id INTEGER PRIMARY KEY, hash BLOB, request TEXT, time TEXT, user TEXT, model TEXT, prompt TEXT, version TEXT, tokens INTEGER, latency REAL)")
def rows():
    for line in open(sys.argv[2], "rb"):
        for rule in rules: line = rule.sub(b"[redacted]", line)
        r = json.loads(line)
        yield None, hashlib.sha256(line).digest(), r["request_id"], r["time"], r["user"], r["model"], r["prompt"]["id"], r["prompt"]["version"], r["usage"]["out"], r["latency_ms"]
db.executemany("INSERT INTO request VALUES (?,?,?,?,?,?,?,?,?,?)", rows())
db.commit()
"""
DUCKDB = "import duckdb, sys; duckdb.connect(sys.argv[1]).execute('CREATE TABLE request AS SELECT * FROM read_json(?, format=\\'newline_delimited\\')', [sys.argv[2]])"


def write_requests(path, count):
    chance = random.Random(1)
    words = [f"word{n}" for n in range(400)]
    text = [" ".join(chance.choices(words, k=22)) for _ in range(1000)]
    prompts = [(f"prompt-{n}", str(n % 9), "%064x" % chance.getrandbits(256)) for n in range(40)]
    with open(path, "w") as file:
        for i in range(count):
            id, version, hash = prompts[chance.randrange(40)]
            at = i * 28 * 86_400 // count
            file.write(
                '{"request_id":"req-%024x","trace_id":"%032x","time":"2026-01-%02dT%02d:%02d:%02d.%03dZ","tenant":"tenant-%d","user":"user-%d","key":"gw-%02d","operation":"chat",'
                '"provider":"aurora","model_requested":"aurora-large","model":"aurora-large-2025-11-20","prompt":{"id":"%s","version":"%s","hash":"%s"},"finish_reason":"stop",'
                '"validation":"accepted","usage":{"in":%d,"out":%d},"latency_ms":%d,"note":"%s"}\n' % (
                    chance.getrandbits(96), chance.getrandbits(128), 1 + at // 86_400, at // 3600 % 24, at // 60 % 60, at % 60, chance.randrange(1000),
                    chance.randrange(4), chance.randrange(5000), chance.randrange(20), id, version, hash, chance.randrange(2000), 1 + chance.randrange(800), chance.randrange(4000),
                    text[chance.randrange(1000)]))


def programme(receipts, folder):
    subprocess.run([receipts, "init", folder], check=True, stdout=subprocess.DEVNULL)
    with open(os.path.join(folder, "receipts.yaml"), "w") as file:
        file.write(PROGRAMME)
    os.makedirs(os.path.join(folder, "evidence"), exist_ok=True)
    return folder


def collect(receipts, folder):
    return run([receipts, "collect", "-C", folder], stderr=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--records", type=int, default=2_000_000)
    parser.add_argument("--folder")
    options = parser.parse_args()
    place = machine()
    has_duckdb = subprocess.run([sys.executable, "-c", "import duckdb"], capture_output=True).returncode == 0
    folder = tempfile.mkdtemp(prefix="receipts-bench-", dir=options.folder)
    figures = {}

    def note(name, figure):
        figures.setdefault(name, []).append(figure)
        print(name, "%.2f s wall, %.2f CPU s, %.0f MiB" % figure, file=sys.stderr)

    try:
        receipts = os.path.join(build("receipts"), "receipts")
        limits = build_limits(folder)
        lines = os.path.join(folder, "requests.jsonl")
        write_requests(lines, options.records)
        size = os.path.getsize(lines)
        for _ in range(options.rounds):
            ours = programme(receipts, os.path.join(folder, "ours"))
            os.link(lines, os.path.join(ours, "evidence", "requests.jsonl"))
            note("collect", collect(receipts, ours))
            note("collect again, nothing new", collect(receipts, ours))
            note("verify ledger", run([receipts, "verify", "ledger", "-C", ours], expected=(3,), stderr=subprocess.DEVNULL))
            kept = sum(os.path.getsize(os.path.join(ours, "ledger", name)) for name in ("ledger.sqlite", "index.sqlite"))
            shutil.rmtree(ours)
            theirs = os.path.join(folder, "theirs.db")
            rivals = [("C: a typed row, its indexes, a leaf hash", [limits, "collect", theirs, lines]),
                      ("Python: re, hashlib, json, sqlite3", [sys.executable, "-c", PYTHON, theirs, lines])]
            if has_duckdb:
                rivals.append(("DuckDB: read into a table", [sys.executable, "-c", DUCKDB, theirs, lines]))
            for name, command in rivals:
                note(name, run(command))
                os.remove(theirs)
        many = programme(receipts, os.path.join(folder, "many"))
        with open(lines) as file:
            for i in range(SMALL):
                with open(os.path.join(many, "evidence", f"f{i:05}.jsonl"), "w") as part:
                    part.write(file.readline())
        note(f"{SMALL:,} files of one line", collect(receipts, many))
        note("the same again, nothing new", collect(receipts, many))
    finally:
        shutil.rmtree(folder)

    print(f"{datetime.date.today()}, {place}, commit {commit()}. {options.records:,} lines, {size / 1e6:,.0f} MB; ledger and index take {kept / 1e6:,.0f} MB. "
          f"Medians of {options.rounds} rounds.{'' if has_duckdb else ' DuckDB is not installed here.'}\n")
    print("| step | wall s | CPU s | peak RSS MiB | lines a second |\n| --- | ---: | ---: | ---: | ---: |")
    for name, all in figures.items():
        wall, cpu, rss = (statistics.median(f[k] for f in all) for k in range(3))
        rate = f"{options.records / wall:,.0f}" if "again" not in name and "files" not in name else ""
        print(f"| {name} | {wall:.2f} | {cpu:.2f} | {rss:.0f} | {rate} |")


main()
