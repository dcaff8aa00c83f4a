#!/usr/bin/env python3
"""Measures the ledger and the archive on their own, beside what the same work costs in C and with stock tools, in one run.

Usage: Benchmarks/ledger.py [--rounds N] [--records N] [--folder FOLDER]

Needs a Swift toolchain, clang, libsqlite3-dev, libssl-dev, tar, zstd, openssl; about 5 GB of disk below FOLDER (default: TMPDIR). Each round runs every
step once, ours and theirs in turn, so that a slow minute of the machine falls on all of them. Prints a Markdown table of medians: wall seconds, CPU
seconds (user and system, with children), peak memory of the largest process. 'of the rival' compares CPU, and wall for a pipeline of two programs.
"""
import argparse, datetime, os, random, shutil, statistics, subprocess, sys, tempfile

from measuring import build as build_products, build_limits, commit, machine, run

FILES, SIZE = 10_000, 100_000


def build(folder):
    binaries = build_products("ledger-benchmark", "receipts")
    return os.path.join(binaries, "ledger-benchmark"), os.path.join(binaries, "receipts"), build_limits(folder)


def write_files(folder):
    """10,000 files of JSON lines, 1 GB together, that compress about as request logs do."""
    chance = random.Random(1)
    words = [f"word{n}" for n in range(400)]
    os.makedirs(folder)
    for i in range(FILES):
        lines, size = [], 0
        while size < SIZE:
            line = '{"id":"%032x","time":"2026-01-05T%02d:%02d:%02dZ","model":"aurora","text":"%s"}\n' % (
                chance.getrandbits(128), chance.randrange(24), chance.randrange(60), chance.randrange(60), " ".join(chance.choices(words, k=40)))
            lines.append(line)
            size += len(line)
        with open(os.path.join(folder, f"f{i:05}.jsonl"), "w") as file:
            file.write("".join(lines)[:SIZE])


def small_programme(receipts, folder):
    """A programme with one source, in which each 'collect' brings one record: the durable single append, process start and signature included."""
    subprocess.run([receipts, "init", folder], check=True, stdout=subprocess.DEVNULL)
    kinds = os.path.join(folder, "controls", "kinds")
    for name in os.listdir(kinds):
        if name != "catalogue_entry.yaml":
            os.remove(os.path.join(kinds, name))
    for name in os.listdir(os.path.join(folder, "controls")):
        if name != "kinds":
            path = os.path.join(folder, "controls", name)
            shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)
    with open(os.path.join(folder, "controls", "criteria.yaml"), "w") as file:
        file.write("criteria:\n  CC6.1: Access is guarded\n")
    with open(os.path.join(folder, "controls", "plan.yaml"), "w") as file:
        file.write("period_days: 90\nmilestones:\n  - {day: 30, goal: begin}\n")
    with open(os.path.join(folder, "controls", "kinds", "fact.yaml"), "w") as file:
        file.write("kind: fact\ntitle: Fact\ndescription: One.\nfields:\n  id: {type: id, says: its name}\n")
    with open(os.path.join(folder, "receipts.yaml"), "w") as file:
        file.write("entity: Bench\nsystem: bench\nzone: UTC\nplan: {start: 2026-01-01}\nperiods:\n  - {id: p1, type: 2, start: 2026-01-01, end: 2026-12-31}\n"
                   "sources:\n  - id: facts\n    title: Facts\n    owner: bench\n    connector: files\n    path: evidence/*.jsonl\n    format: jsonl\n"
                   "    personal_data: none\n    covers: none\n    yields:\n      - {kind: fact, id: id, at: at, fields: {id: id}}\n")
    os.makedirs(os.path.join(folder, "evidence"), exist_ok=True)


def single_appends(receipts, folder, count):
    small_programme(receipts, folder)
    walls = []
    for i in range(count + 1):
        with open(os.path.join(folder, "evidence", "facts.jsonl"), "a") as file:
            file.write('{"id":"k%d","at":"2026-02-01T10:00:00Z"}\n' % i)
        walls.append(run([receipts, "collect", "-C", folder], stderr=subprocess.DEVNULL)[0])
    walls = sorted(walls[1:])
    return walls[len(walls) // 2], walls[min(len(walls) - 1, len(walls) * 99 // 100)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--folder")
    options = parser.parse_args()
    place = machine()
    folder = tempfile.mkdtemp(prefix="receipts-bench-", dir=options.folder)
    try:
        ours, receipts, limits = build(folder)
        bag = os.path.join(folder, "bag")
        write_files(os.path.join(bag, "files"))
        figures = {}
        def note(name, command, **more):
            figures.setdefault(name, []).append(run(command, **more))
            print(name, "%.2f s wall, %.2f CPU s, %.0f MiB" % figures[name][-1], file=sys.stderr)
        for round in range(options.rounds):
            ledger, rows = os.path.join(folder, f"ledger-{round}"), os.path.join(folder, f"rows-{round}.db")
            os.mkdir(ledger)
            note("append", [ours, "append", ledger, str(options.records)])
            note("C: a row and a leaf hash each", [limits, "append", rows, str(options.records)])
            note("verify", [ours, "verify", ledger])
            note("C: scan and hash", [limits, "verify", rows])
            note("10,000 proofs", [ours, "prove", ledger, "10000"])
            kept = os.path.getsize(os.path.join(ledger, "ledger.sqlite")) / (400 * options.records)
            row_size = os.path.getsize(rows) / (400 * options.records)
            proof = os.path.getsize(os.path.join(ledger, "proofs")) / 10_000
            shutil.rmtree(ledger)
            os.remove(rows)
            for other in (".tar.zst", ".rival"):
                if os.path.exists(os.path.join(bag, "bench" + other)):
                    os.remove(os.path.join(bag, "bench" + other))
            note("archive", [ours, "pack", bag])
            note("tar | zstd -3 -T2, nothing hashed", ["bash", "-c", "set -o pipefail; tar --sort=name -C files -cf - . | zstd -q -3 -T2 -o bench.rival"], cwd=bag)
            note("verify the archive", [ours, "unpack", bag])
            note("openssl sha256 of the same files", ["bash", "-c", "find files -type f -print0 | sort -z | xargs -0 openssl dgst -sha256"], cwd=bag)
        fast, slow = single_appends(receipts, os.path.join(folder, "single"), 200)
    finally:
        shutil.rmtree(folder)

    def median(name):
        return [statistics.median(f[k] for f in figures[name]) for k in range(3)]
    print(f"{datetime.date.today()}, {place}, commit {commit()}. Medians of {options.rounds} rounds.\n")
    print("| step | wall s | CPU s | peak RSS MiB | of the rival's CPU | of its wall |\n| --- | ---: | ---: | ---: | ---: | ---: |")
    pairs = [("append", "C: a row and a leaf hash each"), ("verify", "C: scan and hash"), ("10,000 proofs", None),
             ("archive", "tar | zstd -3 -T2, nothing hashed"), ("verify the archive", "openssl sha256 of the same files")]
    for name, rival in pairs:
        wall, cpu, rss = median(name)
        theirs = median(rival) if rival else None
        print(f"| {name} | {wall:.2f} | {cpu:.2f} | {rss:.0f} | " + (f"{cpu / theirs[1]:.2f} | {wall / theirs[0]:.2f} |" if theirs else " | |"))
        if rival:
            print(f"| {rival.replace('|', chr(92) + '|')} | {theirs[0]:.2f} | {theirs[1]:.2f} | {theirs[2]:.0f} | | |")
    print(f"\n{options.records:,} records of 400 bytes: the ledger's file is {kept:.2f} of their bytes (C: {row_size:.2f}); a proof has {proof:,.0f} bytes. "
          f"{FILES:,} files of {SIZE:,} bytes. One durable append with process start and signature: {fast * 1000:.0f} ms (median), {slow * 1000:.0f} ms (99th of 100).")


main()
