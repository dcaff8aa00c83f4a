"""What the benchmarks share: one command measured, and the machine it ran on."""
import os, platform, subprocess, sys, time

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def run(command, expected=(0,), **options):
    """Wall seconds, CPU seconds (user and system, with children), peak memory of the largest process in MiB. Ends the benchmark on any other exit code."""
    started = time.monotonic()
    process = subprocess.Popen(command, **{"stdout": subprocess.DEVNULL, **options})
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in expected:
        sys.exit(f"{command} ended with {process.returncode}")
    return time.monotonic() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def build(*products):
    """Static, as the programs are shipped; the folder they lie in."""
    flags = ["-c", "release", "--static-swift-stdlib"]
    for product in products:
        subprocess.run(["swift", "build", *flags, "--product", product], cwd=ROOT, check=True, stdout=sys.stderr)
    return subprocess.run(["swift", "build", *flags, "--show-bin-path"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def build_limits(folder):
    """The same work in C, with nothing else around it; the program."""
    limits = os.path.join(folder, "limits")
    subprocess.run(["clang", "-O2", "-o", limits, os.path.join(ROOT, "Benchmarks/rivals/limits.c"), "-lsqlite3", "-lcrypto"], check=True)
    return limits


def machine():
    model = next((l.split(":", 1)[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = next((l.split("=", 1)[1].strip().strip('"') for l in open("/etc/os-release") if l.startswith("PRETTY_NAME")), platform.system())
    return f"{os.cpu_count()} × {model}, {memory:.0f} GiB, {system}, load {os.getloadavg()[0]:.1f} at the start"


def commit():
    return subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
