#!/usr/bin/env python3
"""Reads a log of static files as c2sp.org/tlog-tiles describes them, and nothing else. Says size and root, or what is wrong (exit 1).

usage: read-tiles.py FOLDER          the folder that holds `checkpoint` and `tile/`
"""
import base64, hashlib, os, sys

folder = sys.argv[1]
H = lambda *parts: hashlib.sha256(b"".join(parts)).digest()


def mth(hashes):
    """RFC 6962, section 2.1, over hashes."""
    if len(hashes) == 1:
        return hashes[0]
    k = 1 << (len(hashes) - 1).bit_length() - 1
    return H(b"\1", mth(hashes[:k]), mth(hashes[k:]))


def place(number, width):
    groups = [f"{number % 1000:03}"]
    while number := number // 1000:
        groups.insert(0, f"x{number % 1000:03}")
    return "/".join(groups) + (f".p/{width}" if width < 256 else "")


def read(path):
    seen.add(path)
    with open(os.path.join(folder, path), "rb") as file:
        return file.read()


seen = {"checkpoint"}
origin, size, root = read("checkpoint").split(b"\n\n")[0].decode().split("\n")
size, root = int(size), base64.b64decode(root)

levels, level, count = [], 0, size
while count:
    hashes = []
    for tile in range((count + 255) // 256):
        width = min(256, count - tile * 256)
        data = read(f"tile/{level}/{place(tile, width)}")
        assert len(data) == 32 * width, f"tile {level}/{tile}"
        hashes += [data[i : i + 32] for i in range(0, len(data), 32)]
    levels.append(hashes)
    level, count = level + 1, count // 256
for below, above in zip(levels, levels[1:]):
    for i, hash in enumerate(above):
        assert hash == mth(below[i * 256 : i * 256 + 256]), "a hash is not the root of the full tile below it"
assert mth(levels[0]) == root, "the leaves do not form the checkpoint's root"

entries = []
for bundle in range((size + 255) // 256):
    data = read(f"tile/entries/{place(bundle, min(256, size - bundle * 256))}")
    while data:
        length = int.from_bytes(data[:2], "big")
        assert len(data) >= 2 + length, f"bundle {bundle}"
        entries.append(data[2 : 2 + length])
        data = data[2 + length :]
assert [H(b"\0", entry) for entry in entries] == levels[0], "the entries are not the leaves"
there = {os.path.relpath(os.path.join(at, name), folder) for at, _, names in os.walk(os.path.join(folder, "tile")) for name in names}
assert there == seen - {"checkpoint"}, f"files of no tile: {sorted(there - seen)}"
print(f"{size} entries, root {root.hex()}")
