"""
Import a history with this program and with GarminDB, each in its own process, on the same files.

    python benchmarks/import_history.py HISTORY --garmindb VENV/bin/garmindb_cli.py [--sample 20]

Ours imports every FIT file of the folder; GarminDB, which takes seconds a file, a spread-out sample of them. Times are
per activity, wall clock, start-up included. GarminDB is GPL and pins its dependencies: install it into an environment
of its own.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def seconds(command, **environment):
    begun = time.perf_counter()
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | environment
    )
    return time.perf_counter() - begun


def ours(files, scratch):
    program = Path(sys.executable).with_name("run-tracker")
    folder = scratch / "files"
    folder.mkdir()
    for path in files:
        shutil.copy(path, folder)
    return seconds([program, "--home", scratch / "home", "import", folder, "--json"])


def garmindb(files, scratch, program):
    activities = scratch / "HealthData" / "FitFiles" / "Activities"
    activities.mkdir(parents=True)
    for number, path in enumerate(files, start=1):
        shutil.copy(path, activities / f"{number}_ACTIVITY.fit")
    (activities.parent / "user-settings.json").write_text(json.dumps({"userData": {"measurementSystem": "metric"}}))
    (example,) = program.parents[1].glob("lib/*/site-packages/garmindb/GarminConnectConfig.json.example")
    (scratch / ".GarminDb").mkdir()
    shutil.copy(example, scratch / ".GarminDb" / "GarminConnectConfig.json")
    python = program.with_name("python")
    return seconds([python, program, "--import", "--activities"], HOME=str(scratch))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("history", type=Path)
    parser.add_argument("--garmindb", type=Path)
    parser.add_argument("--sample", type=int, default=20)
    arguments = parser.parse_args()
    files = sorted(arguments.history.glob("*.fit"))
    with tempfile.TemporaryDirectory() as scratch:
        mine = ours(files, Path(scratch)) / len(files)
    print(f"run-tracker  {1000 * mine:8.1f} ms an activity ({len(files)} files, {os.cpu_count()} cores)")
    if not arguments.garmindb:
        print("GarminDB     not measured: name its garmindb_cli.py with --garmindb")
        return
    sample = files[:: max(len(files) // arguments.sample, 1)][: arguments.sample]
    with tempfile.TemporaryDirectory() as scratch:
        theirs = garmindb(sample, Path(scratch), arguments.garmindb.absolute()) / len(sample)
    print(f"GarminDB     {1000 * theirs:8.1f} ms an activity ({len(sample)} files)")
    print(f"ratio        {theirs / mine:8.0f} x (target: at least 200)")


if __name__ == "__main__":
    main()
