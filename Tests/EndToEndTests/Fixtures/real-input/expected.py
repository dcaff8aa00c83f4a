#!/usr/bin/env python3
"""Counts what each source of this programme must yield, with nothing but the standard library and git.

Usage: expected.py REAL [JUNIT]    REAL is the folder with the data; JUNIT the folder with the XML beside this file.
Prints one JSON object: source -> files, records, rejects, kinds -> rows, distinct (ids), first, last.
`records` are the records that decode; `rejects` those that do not. Times are UTC nanoseconds.
"""
import csv, glob, gzip, io, json, os, re, subprocess, sys, tempfile, zipfile
import xml.etree.ElementTree as XML
from datetime import datetime, timezone

real = sys.argv[1]
own = sys.argv[2] if len(sys.argv) > 2 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "junit")


def files(pattern):
    return sorted(glob.glob(os.path.join(real, pattern)))


def rfc3339(text):
    """Nanoseconds; the fraction is cut from the text, never rounded through a float."""
    m = re.fullmatch(r"(.{19})(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?", text)
    zone = "+00:00" if m[3] in (None, "Z") else m[3]
    seconds = int(datetime.fromisoformat(m[1].replace(" ", "T") + zone).timestamp())
    return seconds * 10**9 + int((m[2] or "0").ljust(9, "0")[:9])


def decimal_seconds(text):
    whole, _, fraction = text.partition(".")
    return int(whole) * 10**9 + int(fraction.ljust(9, "0")[:9])


def summary(rows):
    """rows: (id, instant)"""
    times = [at for _, at in rows]
    return {
        "rows": len(rows), "distinct": len({i for i, _ in rows}),
        "first": min(times, default=None), "last": max(times, default=None),
    }


def source(count, records, rejects=0, **kinds):
    return {"files": count, "records": records, "rejects": rejects, "kinds": {k: summary(v) for k, v in kinds.items()}}


KEY_ACTIONS = {"Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncrypt", "Sign", "Verify"}


def cloudtrail():
    names = files("cloudtrail/invictus/*.json.gz")
    records = [r for n in names for r in json.load(gzip.open(n))["Records"]]
    access = [(r["eventID"], rfc3339(r["eventTime"])) for r in records]
    use = [(r["eventID"], rfc3339(r["eventTime"])) for r in records
           if r["eventSource"] == "kms.amazonaws.com" and r["eventName"] in KEY_ACTIONS]
    return source(len(names), len(records), access_log=access, key_usage=use)


def otel():
    names = files("otel/*.jsonl")
    spans = [s for n in names for line in open(n) for r in json.loads(line)["resourceSpans"]
             for c in r["scopeSpans"] for s in c["spans"]]
    def attribute(span, key):
        return next((list(a["value"].values())[0] for a in span["attributes"] if a["key"] == key), None)
    chats = [(attribute(s, "gen_ai.response.id"), int(s["startTimeUnixNano"])) for s in spans
             if attribute(s, "gen_ai.operation.name") == "chat"]
    return source(len(names), len(spans), request_log=chats)


APACHE = re.compile(rb'(\S+) (\S+) (\S+) \[([^\]]+)\] "(.*?)" (\d{3}) (\S+) "(.*?)" "(.*)"')


def weblog():
    names = files("weblogs/*.gz")
    lines = [line for n in names for line in gzip.open(n).read().split(b"\n") if line]
    rows, rejects = [], 0
    for line in lines:
        m = APACHE.fullmatch(line)
        if not m:
            rejects += 1
            continue
        at = int(datetime.strptime(m[4].decode(), "%d/%b/%Y:%H:%M:%S %z").timestamp()) * 10**9
        rows.append((line, at))
    return source(len(names), len(rows), rejects, access_log=rows)


def registry():
    names = files("mlflow/rest/model-versions-page*.json")
    versions = [v for n in names for v in json.load(open(n))["model_versions"]]
    rows = [(v["name"] + "/" + v["version"], v["creation_timestamp"] * 10**6) for v in versions]
    return source(len(names), len(versions), model_registry_entry=rows)


def mlflow_prompts():
    names = files("mlflow/rest/prompt-versions-page*.json")
    versions = [v for n in names for v in json.load(open(n))["model_versions"]]
    rows = [(v["name"] + "/" + v["version"], v["creation_timestamp"] * 10**6) for v in versions]
    return source(len(names), len(versions), prompt_version=rows)


def prompts():
    bundle = os.path.join(real, "git/prompts.bundle")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "init", "-q", "--bare", folder], check=True)
        subprocess.run(["git", "-C", folder, "fetch", "-q", bundle, "main:main"], check=True)
        # A merge is compared with its first parent; each commit that so changed the file is a record.
        def commits(*options):
            command = ["git", "-C", folder, "log", "--no-renames", "--diff-merges=first-parent", "--name-only", "--format=%x01%H %ct", *options, "main"]
            out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            entries = [entry.split("\n") for entry in out.split("\x01")[1:]]
            return [e[0].split() for e in entries if "prompts.csv" in e[1:]]
        everywhere, main_line = commits(), commits("--first-parent")
    return source(1, len(everywhere), prompt_version=[(h, int(t) * 10**9) for h, t in main_line])


def inspect():
    names = files("inspect/*.eval")
    rows = []
    for name in names:
        # The members are compressed with zstd (method 93), which zipfile cannot read: bsdtar can.
        header = json.loads(subprocess.run(["bsdtar", "-xOf", name, "header.json"], check=True, capture_output=True).stdout)
        assert "header.json" in zipfile.ZipFile(name).namelist()
        rows.append((header["eval"]["eval_id"], rfc3339(header["stats"]["completed_at"])))
    return source(len(names), len(rows), test_run=rows)


def litellm():
    names = files("litellm/*.jsonl")
    # parse_float keeps the digits as they stand.
    payloads = [json.loads(line, parse_float=str) for n in names for line in open(n)]
    rows = [(p["id"], decimal_seconds(p["startTime"])) for p in payloads]
    return source(len(names), len(rows), request_log=rows)


def azure():
    names = files("llm-traces/*.csv")
    records = [r for n in names for r in csv.DictReader(io.open(n, newline=""))]
    rows = [(tuple(r.values()), rfc3339(r["TIMESTAMP"])) for r in records]
    return source(len(names), len(records), request_log=rows)


def junit():
    names = sorted(glob.glob(os.path.join(own, "*.xml")))
    rows = []
    for name in names:
        for suite in XML.parse(name).iter("testsuite"):
            for case in suite.findall("testcase"):
                rows.append((case.get("classname") + "." + case.get("name"), rfc3339(suite.get("timestamp"))))
    return source(len(names), len(rows), test_run=rows)


print(json.dumps({
    "cloudtrail": cloudtrail(), "otel-traces": otel(), "weblog": weblog(), "model-registry": registry(), "mlflow-prompts": mlflow_prompts(),
    "prompt-repository": prompts(), "evaluations": inspect(), "litellm": litellm(), "azure-traces": azure(), "prompt-tests": junit(),
}, indent=1, sort_keys=True))
