#!/usr/bin/env python3
"""Edits a sealed ledger as an insider would: in the records of one entry every OLD becomes NEW, which is as long. Guards are taken away for it and put back."""
import sqlite3
import subprocess
import sys

path, entry, old, new = sys.argv[1], int(sys.argv[2]), sys.argv[3].encode(), sys.argv[4].encode()
assert len(old) == len(new), "both must be of one length"
ledger = sqlite3.connect(path)
guards = ledger.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
for name, _ in guards:
    ledger.execute(f"DROP TRIGGER {name}")
edits = 0
for number, data in ledger.execute("SELECT number, data FROM segment WHERE entry = ?", (entry,)).fetchall():
    block = subprocess.run(["zstd", "-dcq"], input=data, stdout=subprocess.PIPE, check=True).stdout
    edits += block.count(old)
    packed = subprocess.run(["zstd", "-cq", f"--stream-size={len(block)}"], input=block.replace(old, new), stdout=subprocess.PIPE, check=True).stdout
    ledger.execute("UPDATE segment SET data = ? WHERE entry = ? AND number = ?", (packed, entry, number))
for _, sql in guards:
    ledger.execute(sql)
ledger.commit()
print(f"edits: {edits}")
