#!/usr/bin/env python3
"""Verifies ledger.sqlite from docs/formats/ledger.md alone: python3, zstd and openssl. Says what it read, or what is wrong."""
import base64, hashlib, json, sqlite3, struct, subprocess, sys, tempfile

KEY_PREFIX = bytes.fromhex("302a300506032b6570032100")  # DER of an Ed25519 public key, without its 32 bytes


def leaf(data):
    return hashlib.sha256(b"\0" + data).digest()


def root(leaves):
    """RFC 6962, section 2.1."""
    stack = []  # (number of leaves, hash)
    for hash in leaves:
        stack.append((1, hash))
        while len(stack) > 1 and stack[-1][0] == stack[-2][0]:
            (n, right), (m, left) = stack.pop(), stack.pop()
            stack.append((n + m, hashlib.sha256(b"\1" + left + right).digest()))
    whole = stack.pop()[1] if stack else hashlib.sha256().digest()
    while stack:
        whole = hashlib.sha256(b"\1" + stack.pop()[1] + whole).digest()
    return whole


def records(ledger, entry):
    """Leaves of a pull's records: 0x00, salt, record; of an erased one, which has no bytes, what stands in place of its salt."""
    rows = ledger.execute("SELECT number, first, count, raw, data, lengths, salts FROM segment WHERE entry = ? ORDER BY number", (entry,))
    next, number = 0, 0
    for got, first, count, raw, data, lengths, salts in rows:
        block = subprocess.run(["zstd", "-dcq"], input=data, stdout=subprocess.PIPE, check=True).stdout
        sizes = struct.unpack(f"<{count}I", lengths)
        assert (got, first) == (number, next) and len(block) == raw == sum(sizes) and len(salts) == 32 * count, f"entry {entry}, segment {got}"
        at = 0
        for i, size in enumerate(sizes):
            salt = salts[32 * i : 32 * i + 32]
            yield leaf(salt + block[at : at + size]) if size else salt
            if not size:
                erased[(entry, first + i)] = salt
            at += size
        next, number = next + count, number + 1


def verify_note(note, genesis, roots):
    text, signatures = note.split(b"\n\n", 1)
    origin, size, signed = text.decode().split("\n")
    assert origin == "receipts/" + genesis["ledger"] and roots[int(size)] == base64.b64decode(signed), f"checkpoint of size {size}"
    key = base64.b64decode(genesis["key"].split()[1])[-32:]
    dash, name, encoded = signatures.decode().rstrip("\n").split(" ")
    raw = base64.b64decode(encoded)
    assert (dash, name) == ("—", origin) and raw[:4] == hashlib.sha256(origin.encode() + b"\n\1" + key).digest()[:4], "the key id"
    with tempfile.TemporaryDirectory() as folder:
        for file, data in [("key", KEY_PREFIX + key), ("text", text + b"\n"), ("signature", raw[4:])]:
            open(f"{folder}/{file}", "wb").write(data)
        command = "openssl pkeyutl -verify -pubin -keyform DER -inkey key -rawin -in text -sigfile signature"
        assert subprocess.run(command.split(), cwd=folder, capture_output=True).returncode == 0, f"signature of size {size}"


ledger = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
entries = ledger.execute("SELECT seq, bytes FROM entry ORDER BY seq").fetchall()
leaves, roots, count, tombstones, erased = [], {}, 0, {}, {}
for number, (seq, data) in enumerate(entries):
    entry = json.loads(data)
    assert seq == number and (entry["type"] == "genesis") == (seq == 0), f"entry {number}"
    if entry["type"] == "pull":
        found = list(records(ledger, seq))
        assert len(found) == entry["count"] and root(found) == base64.b64decode(entry["root"]), f"records of entry {seq}"
        count += len(found)
    if entry["type"] == "erasure":
        gone = (entry["pull"], entry["record"])
        assert gone not in tombstones and gone[0] < seq, f"entry {seq}, tombstone"
        tombstones[gone] = base64.b64decode(entry["leaf"])
    leaves.append(leaf(data))
    if entry["type"] in ("run", "seal", "erasure"):
        roots[seq + 1] = root(leaves)
assert tombstones == erased, f"tombstones and erased records differ: {sorted(tombstones.keys() ^ erased.keys())}"
notes = ledger.execute("SELECT size, note FROM checkpoint ORDER BY size").fetchall()
for size, note in notes:
    assert int(note.split(b"\n")[1]) == size, f"checkpoint {size}"
    verify_note(note, json.loads(entries[0][1]), roots)
print(f"{len(entries)} entries, {count} records, {len(notes)} checkpoints, root {roots[notes[-1][0]].hex()}" + (f", {len(erased)} erased" if erased else ""))
