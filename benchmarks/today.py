"""
Time `run-tracker today --coach rules` on ten years of a made-up runner's history against `python -c pass`.

    python benchmarks/today.py [--days 3650] [--times 15]

Both are started the same number of times, in turn; medians are compared.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def seconds(command):
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begun


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--days", type=int, default=3650)
    parser.add_argument("--times", type=int, default=15)
    arguments = parser.parse_args()
    program = Path(sys.executable).with_name("run-tracker")
    day = ["--date", "2026-11-22"]
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch) / "home"
        subprocess.run(
            [program, "demo", "--into", home, "--days", str(arguments.days), *day], check=True, capture_output=True
        )
        today = [program, "--home", home, "today", "--coach", "rules", *day]
        seconds(today)
        pairs = [(seconds([sys.executable, "-c", "pass"]), seconds(today)) for _ in range(arguments.times)]
    bare, asked = (1000 * statistics.median(times) for times in zip(*pairs, strict=True))
    print(f"python -c pass       {bare:7.1f} ms")
    print(f"run-tracker today    {asked:7.1f} ms ({arguments.days} days of history)")
    print(f"ratio                {asked / bare:7.1f} x (target: at most 20)")


if __name__ == "__main__":
    main()
