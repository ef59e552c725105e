"""An import that is killed at any moment and run again gives the database of an undisturbed one."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import date
from itertools import islice
from pathlib import Path

import pytest

from run_tracker.sources.demo import demo_files
from tests.database_rows import rows

PROGRAM = Path(sys.executable).with_name("run-tracker")
KILLS = int(os.environ.get("RUN_TRACKER_KILLS", "5"))  # the whole proof: RUN_TRACKER_KILLS=100


def start(home, files):
    command = [PROGRAM, "--home", home, "import", files, "--json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)


def finish(home, files):
    process = start(home, files)
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return out


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    for name, raw in islice(demo_files(date(2026, 11, 22), days=60), 40):
        (folder / name).write_bytes(raw)
    return folder


@pytest.fixture(scope="module")
def undisturbed(files, tmp_path_factory):
    home = tmp_path_factory.mktemp("undisturbed")
    begun = time.monotonic()
    finish(home, files)
    return rows(home / "athlete.db"), time.monotonic() - begun


@pytest.mark.parametrize("kill", range(KILLS))
def test_killed_and_run_again(kill, files, undisturbed, tmp_path):
    expected, took = undisturbed
    moment = took * random.Random(kill).random()
    process = start(tmp_path, files)
    time.sleep(moment)
    if kill % 2:  # only the parent: its workers must notice by themselves
        process.kill()
    else:  # the whole process group, as a power cut would
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    finish(tmp_path, files)
    assert rows(tmp_path / "athlete.db") == expected
    assert not list((tmp_path / "archive" / "writing").glob("*"))
