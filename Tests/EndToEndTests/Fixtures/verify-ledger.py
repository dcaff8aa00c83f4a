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
    """Leaves of the records of a pull or an anchor, and the records: 0x00, salt, record; of an erased one, which has no bytes, what stands in place of its salt."""
    rows = ledger.execute("SELECT number, first, count, raw, data, lengths, salts FROM segment WHERE entry = ? ORDER BY number", (entry,))
    next, number = 0, 0
    for got, first, count, raw, data, lengths, salts in rows:
        block = subprocess.run(["zstd", "-dcq"], input=data, stdout=subprocess.PIPE, check=True).stdout
        sizes = struct.unpack(f"<{count}I", lengths)
        assert (got, first) == (number, next) and len(block) == raw == sum(sizes) and len(salts) == 32 * count, f"entry {entry}, segment {got}"
        at = 0
        for i, size in enumerate(sizes):
            salt, record = salts[32 * i : 32 * i + 32], block[at : at + size]
            yield (leaf(salt + record) if size else salt), record
            if not size:
                erased[(entry, first + i)] = salt
            at += size
        next, number = next + count, number + 1


def verify_anchor(entry, seq, parts, origin, keys, roots):
    """What it anchors is an earlier head of this log, byte for byte as signed; what an authority or witness says is for their own tools."""
    assert all(part.startswith(b"A 0 0\n") for part in parts), f"anchor {seq}"
    note, *proof = [part[6:] for part in parts]
    assert int(note.split(b"\n")[1]) == entry["size"] <= seq, f"anchor {seq}"
    assert len(proof) == (0 if entry["kind"] == "held" else 1), f"anchor {seq}"
    # Under a checkpoint that came back others' lines may stand too.
    own = b"\xe2\x80\x94 " + origin.encode() + b" "
    text, lines = note.split(b"\n\n", 1)
    verify_note(text + b"\n\n" + next(line for line in lines.splitlines(True) if line.startswith(own)), origin, in_force(keys, entry["size"]), roots)


def in_force(keys, size):
    return [key for first, key in keys if first <= size][-1]


def verify_note(note, origin, key, roots):
    """A C2SP signed note: the text, an empty line, one line with the signature of the key that is in force for this size."""
    text, signatures = note.split(b"\n\n", 1)
    name, size, signed = text.decode().split("\n")
    assert name == origin and roots[int(size)] == base64.b64decode(signed), f"checkpoint of size {size}"
    dash, name, encoded = signatures.decode().rstrip("\n").split(" ")
    raw = base64.b64decode(encoded)
    identity = hashlib.sha256(origin.encode() + b"\n\1" + key).digest()[:4]
    assert (dash, name) == ("—", origin) and raw[:4] == identity, f"checkpoint of size {size}: not by the key in force"
    with tempfile.TemporaryDirectory() as folder:
        for file, data in [("key", KEY_PREFIX + key), ("text", text + b"\n"), ("signature", raw[4:])]:
            open(f"{folder}/{file}", "wb").write(data)
        command = "openssl pkeyutl -verify -pubin -keyform DER -inkey key -rawin -in text -sigfile signature"
        assert subprocess.run(command.split(), cwd=folder, capture_output=True).returncode == 0, f"signature of size {size}"


def public_key(line):
    return base64.b64decode(line.split()[1])[-32:]


def fingerprint(key):
    blob = b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + key
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


ledger = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
entries = ledger.execute("SELECT seq, bytes FROM entry ORDER BY seq").fetchall()
leaves, roots, count, anchors, tombstones, erased = [], {}, 0, 0, {}, {}
keys, changes, revoked = [], [], {}  # (the first size that the key signs, key); numbers of entries; key: since when
for number, (seq, data) in enumerate(entries):
    entry = json.loads(data)
    assert seq == number and (entry["type"] == "genesis") == (seq == 0), f"entry {number}"
    if entry["type"] in ("pull", "anchor"):
        found = list(records(ledger, seq))
        assert len(found) == entry["count"] and root([hash for hash, _ in found]) == base64.b64decode(entry["root"]), f"records of entry {seq}"
        count += len(found) if entry["type"] == "pull" else 0
    if entry["type"] == "erasure":
        gone = (entry["pull"], entry["record"])
        assert gone not in tombstones and gone[0] < seq, f"entry {seq}, tombstone"
        tombstones[gone] = base64.b64decode(entry["leaf"])
    if entry["type"] == "anchor":
        # Held checkpoints may be of any size that the ledger ever had.
        roots.setdefault(entry["size"], root(leaves[: entry["size"]]))
        verify_anchor(entry, seq, [record for _, record in found], "receipts/" + json.loads(entries[0][1])["ledger"], keys, roots)
        anchors += 1
    if entry["type"] in ("genesis", "key"):
        key = public_key(entry["key"])
        assert key not in [former for _, former in keys], f"entry {seq}: a key does not come back"
        keys.append((1 if seq == 0 else seq + 2, key))
    if entry["type"] == "revocation":
        key = public_key(entry["key"])
        assert key in [former for _, former in keys[:-1]], f"entry {seq}: revokes no former key"
        revoked[key] = min(entry["since"], revoked.get(key, entry["since"]))
    leaves.append(leaf(data))
    if entry["type"] in ("run", "seal", "erasure", "anchor", "key", "revocation"):
        roots[seq + 1] = root(leaves)
    if entry["type"] in ("key", "revocation"):
        changes.append(seq)
assert tombstones == erased, f"tombstones and erased records differ: {sorted(tombstones.keys() ^ erased.keys())}"
origin = "receipts/" + json.loads(entries[0][1])["ledger"]
notes = ledger.execute("SELECT size, note FROM checkpoint ORDER BY size").fetchall()
untrusted = {}
for size, note in notes:
    assert int(note.split(b"\n")[1]) == size, f"checkpoint {size}"
    key = in_force(keys, size)
    verify_note(note, origin, key, roots)
    if key in revoked:
        untrusted.setdefault(key, []).append(size)
for seq in changes:
    assert seq + 1 in [size for size, _ in notes] or seq + 1 == len(entries), f"entry {seq} changes the keys: not signed by the key before"
gone = f", {len(erased)} erased" if erased else ""
print(f"{len(entries)} entries, {count} records, {len(notes)} checkpoints, {anchors} anchors, root {roots[notes[-1][0]].hex()}{gone}")
for key, sizes in untrusted.items():
    print(f"not trusted: {fingerprint(key)}, revoked since {revoked[key]}, signed the heads of sizes {sizes}")
