#!/usr/bin/env python3
"""What a disk may hold after the power fails: a program's file calls are recorded with strace, and the disk is rebuilt as it could be after each.

Four kinds of disk, from the strictest reading of POSIX to the kindest:
  strict  only what was synced: a file's bytes by its own fsync, a name by an fsync of its folder
  names   names at once, bytes only when synced: new files are empty, old ones have their old bytes
  torn    any subset of the unsynced sectors of 512 bytes, and the unsynced names up to some point in their order
  kill    everything that was written: the program died, the machine did not
"""
import os, random, re, subprocess

SECTOR = 512
MODELS = ("strict", "names", "torn", "kill")
CALLS = ("openat,open,creat,write,pwrite64,writev,pwritev,pwritev2,ftruncate,truncate,fallocate,fsync,fdatasync,sync_file_range,syncfs,sync,msync,unlink,"
         "unlinkat,rmdir,rename,renameat,renameat2,mkdir,mkdirat,link,linkat,symlink,symlinkat,copy_file_range,sendfile,close")


class File:
    def __init__(self, data=b"", durable=None):
        self.now = bytearray(data)
        self.durable = bytes(data) if durable is None else durable

    def write(self, offset, data):
        if len(self.now) < offset:
            self.now.extend(bytes(offset - len(self.now)))
        self.now[offset:offset + len(data)] = data

    def truncate(self, size):
        if len(self.now) > size:
            del self.now[size:]
        else:
            self.now.extend(bytes(size - len(self.now)))

    def torn(self, chance):
        size = len(self.now) if chance.random() < 0.5 else len(self.durable)
        out = bytearray(self.durable[:size].ljust(size, b"\0"))
        for at in range(0, size, SECTOR):
            if chance.random() < 0.5:
                part = self.now[at:min(at + SECTOR, size)]
                out[at:at + len(part)] = part
        return bytes(out)


class Folder:
    pass


class Disk:
    """Names are paths below the root; a folder's own entries become durable when it is synced."""
    def __init__(self, root):
        self.root = root
        self.names, self.pending = {}, []
        for base, folders, files in os.walk(root):
            for name in folders:
                self.names[os.path.join(base, name)] = Folder()
            for name in files:
                path = os.path.join(base, name)
                if not os.path.islink(path):
                    self.names[path] = File(open(path, "rb").read())
        self.durable = dict(self.names)

    def holds(self, path):
        return path.startswith(self.root + "/")

    def do(self, change):
        Disk.apply(self.names, change)
        self.pending.append(change)

    @staticmethod
    def apply(names, change):
        kind, path, extra = change
        if kind == "add":
            names[path] = extra
        elif kind == "remove":
            names.pop(path, None)
        elif path in names:
            # A folder takes along what is in it; what lay under the new name goes.
            for old in [n for n in names if n == extra or n.startswith(extra + "/")]:
                del names[old]
            for old in [n for n in names if n == path or n.startswith(path + "/")]:
                names[extra + old[len(path):]] = names.pop(old)

    def sync_folder(self, path):
        left = []
        for change in self.pending:
            ends = [change[1]] + ([change[2]] if change[0] == "move" else [])
            if all(os.path.dirname(end) == path for end in ends):
                Disk.apply(self.durable, change)
            else:
                left.append(change)
        self.pending = left

    def sync_all(self):
        self.durable, self.pending = dict(self.names), []
        for file in self.names.values():
            if isinstance(file, File):
                file.durable = bytes(file.now)

    def image(self, model, target, chance):
        if model in ("names", "kill"):
            names = self.names
        else:
            names = dict(self.durable)
            if model == "torn":
                for change in self.pending[:chance.randint(0, len(self.pending))]:
                    Disk.apply(names, change)
        for path, item in sorted(names.items(), key=lambda pair: pair[0]):
            parts = path[len(self.root) + 1:].split("/")
            parents = [self.root + "/" + "/".join(parts[:n]) for n in range(1, len(parts))]
            if any(parent not in names for parent in parents):
                continue
            place = target + path[len(self.root):]
            if isinstance(item, Folder):
                os.makedirs(place, exist_ok=True)
                continue
            data = {"strict": item.durable, "names": item.durable, "kill": bytes(item.now)}.get(model)
            with open(place, "wb") as file:
                file.write(item.torn(chance) if data is None else data)
            if "/keys/" in path or path.endswith("/lock"):
                os.chmod(place, 0o600)


def record(command, log):
    """Runs the command under strace. Raises if it cannot be traced: then nothing is shown, and it must not look as if it were."""
    traced = subprocess.run(["strace", "-f", "-y", "-xx", "-s", "16777216", "-o", log, "-e", "trace=" + CALLS] + command, capture_output=True, text=True)
    if not os.path.exists(log) or os.path.getsize(log) == 0:
        raise SystemExit("strace cannot trace here: " + traced.stderr.strip())
    return traced


def unhex(text):
    return bytes(int(pair, 16) for pair in re.findall(r"\\x([0-9a-f]{2})", text))


def named(descriptor):
    inside = re.search(r"<(.*)>", descriptor)
    if not inside:
        return ""
    text = inside.group(1)
    return unhex(text).decode("utf-8", "surrogateescape") if text.startswith("\\x") else text


def calls(log):
    """(name, argument text, result) of every call that did something, in the order in which they ended."""
    unfinished = {}
    for line in open(log, errors="surrogateescape"):
        thread, rest = line.rstrip("\n").split(None, 1)
        if rest.endswith("<unfinished ...>"):
            unfinished[thread] = rest[:-len("<unfinished ...>")].rstrip()
            continue
        resumed = re.match(r"<\.\.\. \w+ resumed>(.*)", rest)
        if resumed:
            rest = unfinished.pop(thread, "") + resumed.group(1)
        call = re.match(r"(\w+)\((.*)\)\s+= (-?\d+)", rest)
        if call and not call.group(3).startswith("-"):
            yield call.group(1), call.group(2), int(call.group(3))


def replay(disk, log):
    """Applies the calls one by one; yields a name for each that changed the disk, and ("said", text) for what the program printed."""
    places = {}
    for name, arguments, result in calls(log):
        strings = [unhex(text).decode("utf-8", "surrogateescape") for text in re.findall(r'"((?:\\x[0-9a-f]{2})*)"', arguments)]
        first = arguments.split(",", 1)[0]
        path = named(first)
        if name in ("openat", "open", "creat"):
            target = os.path.abspath(strings[0])
            if not disk.holds(target):
                places.pop(result, None)
                continue
            if target not in disk.names and ("O_CREAT" in arguments or name == "creat"):
                disk.do(("add", target, File()))
                yield f"create {target}"
            file = disk.names.get(target)
            if isinstance(file, File):
                if "O_TRUNC" in arguments and len(file.now) > 0:
                    file.truncate(0)
                    yield f"truncate {target}"
                places[result] = [target, len(file.now) if "O_APPEND" in arguments else 0]
        elif name == "close":
            places.pop(int(re.match(r"\d+", first).group()), None)
        elif name in ("write", "pwrite64"):
            text = re.search(r'"((?:\\x[0-9a-f]{2})*)"', arguments)
            data = unhex(text.group(1))[:result] if text else b""
            number = int(re.match(r"\d+", first).group())
            if number == 1:
                yield ("said", data.decode("utf-8", "replace"))
            file = disk.names.get(path)
            if not isinstance(file, File):
                continue
            if len(data) != result:
                raise SystemExit(f"strace cut off a write of {result} bytes")
            if name == "pwrite64":
                file.write(int(arguments.rsplit(",", 1)[1]), data)
            else:
                place = places.setdefault(number, [path, 0])
                file.write(place[1], data)
                place[1] += len(data)
            yield f"write {path}"
        elif name == "ftruncate":
            if isinstance(disk.names.get(path), File):
                disk.names[path].truncate(int(arguments.rsplit(",", 1)[1]))
                yield f"truncate {path}"
        elif name in ("fsync", "fdatasync"):
            if isinstance(disk.names.get(path), File):
                disk.names[path].durable = bytes(disk.names[path].now)
            elif disk.holds(path) or path == disk.root:
                disk.sync_folder(path)
            else:
                continue
            yield f"sync {path}"
        elif name in ("syncfs", "sync"):
            disk.sync_all()
            yield "sync everything"
        elif name in ("unlink", "unlinkat", "rmdir"):
            target = os.path.abspath(strings[-1])
            if target in disk.names:
                disk.do(("remove", target, None))
                yield f"remove {target}"
        elif name.startswith("rename"):
            old, new = os.path.abspath(strings[0]), os.path.abspath(strings[1])
            if disk.holds(new):
                disk.do(("move", old, new))
                yield f"rename {new}"
        elif name in ("mkdir", "mkdirat"):
            target = os.path.abspath(strings[0])
            if disk.holds(target):
                disk.do(("add", target, Folder()))
                yield f"folder {target}"
        elif any(disk.holds(text) for text in [path] + [os.path.abspath(s) for s in strings]):
            # What this page does not know must not be taken for harmless.
            raise SystemExit(f"the program called {name} on {path or strings}, which the simulator does not know")


def images(disk, log, folder, seed, step=1):
    """(image folder, what was said so far, where) after every `step`th change and every word that was said, of every kind of disk."""
    chance = random.Random(seed)
    said, count = "", 0
    for event in replay(disk, log):
        if isinstance(event, tuple):
            said += event[1]
        count += 1
        if count % step and not isinstance(event, tuple):
            continue
        for model in MODELS:
            target = os.path.join(folder, f"{count}-{model}")
            os.makedirs(target)
            disk.image(model, target, chance)
            yield target, said, f"{model} disk after call {count} ({event if isinstance(event, str) else 'said'})"
