"""
Peak memory of an import, for a few and for many runs: it must not grow with their number.

    python benchmarks/memory.py [--few 1000] [--many 10000]

The runs are one made-up runner's, repeated with a few bytes appended so that each counts as another file. The peak is
the sum over the importing process and its workers, sampled every 50 ms.
"""

import argparse
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import date
from itertools import cycle, islice
from pathlib import Path

MB = 1024 * 1024


def resident(pid):
    """Return the resident bytes of a process and its children."""
    total = 0
    for one in (pid, *children(pid)):
        try:
            status = Path(f"/proc/{one}/status").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS"))
    return total


def children(pid):
    try:
        direct = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [int(child) for child in direct] + [below for child in direct for below in children(child)]


def export(path, count):
    """Write a zip of `count` different recordings: each has its number appended, which a reader passes over."""
    from run_tracker.sources.demo import demo_files

    files = list(demo_files(date(2026, 11, 22), days=120))
    with zipfile.ZipFile(path, "w") as archive:
        for number, (name, raw) in enumerate(islice(cycle(files), count)):
            archive.writestr(f"{number}-{name}", raw + number.to_bytes(4, "little"))


def peak(count):
    program = Path(sys.executable).with_name("run-tracker")
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "export.zip"
        export(path, count)
        command = [program, "--home", Path(scratch) / "home", "import", path, "--json"]
        begun, highest = time.perf_counter(), 0
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None:
            highest = max(highest, resident(process.pid))
            time.sleep(0.05)
        assert process.returncode == 0
        return highest / MB, time.perf_counter() - begun


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--few", type=int, default=1000)
    parser.add_argument("--many", type=int, default=10_000)
    arguments = parser.parse_args()
    few, _ = peak(arguments.few)
    many, took = peak(arguments.many)
    print(f"{arguments.few:6} runs   {few:6.0f} MB at most")
    print(f"{arguments.many:6} runs   {many:6.0f} MB at most, {took:.0f} s (target: at most 400 MB)")
    print(f"ratio         {many / few:6.2f} x (target: flat)")


if __name__ == "__main__":
    main()
