#!/usr/bin/env python3
"""A witness after C2SP tlog-cosignature, by openssl's Ed25519 alone.

witness.py key NAME FILE              makes a key in FILE and prints its vkey line
witness.py sign NAME FILE NOTE TIME   prints the cosignature line for the checkpoint in NOTE at TIME (seconds)
"""
import base64, hashlib, subprocess, sys, tempfile


def openssl(*arguments):
    return subprocess.run(["openssl", *arguments], stdout=subprocess.PIPE, check=True).stdout


def public(file):
    return openssl("pkey", "-in", file, "-pubout", "-outform", "DER")[-32:]


def key_id(name, file):
    return hashlib.sha256(name.encode() + b"\n\4" + public(file)).digest()[:4]


verb, name, file = sys.argv[1:4]
if verb == "key":
    openssl("genpkey", "-algorithm", "ed25519", "-out", file)
    print(f"{name}+{key_id(name, file).hex()}+{base64.b64encode(bytes([4]) + public(file)).decode()}")
else:
    note, time = sys.argv[4], int(sys.argv[5])
    text = open(note, "rb").read().split(b"\n\n")[0] + b"\n"
    with tempfile.NamedTemporaryFile() as message:
        message.write(b"cosignature/v1\ntime %d\n" % time + text)
        message.flush()
        signature = openssl("pkeyutl", "-sign", "-inkey", file, "-rawin", "-in", message.name)
    print(f"— {name} {base64.b64encode(key_id(name, file) + time.to_bytes(8, 'big') + signature).decode()}")
