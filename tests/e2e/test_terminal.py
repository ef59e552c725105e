"""What somebody at a real terminal sees: drawn tables, drawn Markdown, a progress bar."""

import os
import pty
import re
import subprocess
import sys
from datetime import date
from itertools import islice
from pathlib import Path

import pytest

from run_tracker.sources.demo import demo_files

PROGRAM = Path(sys.executable).with_name("run-tracker")
DRAWING = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07")


def seen(*arguments, width=100):
    """Run the command with a pseudo-terminal for its output and return what is on it."""
    main, side = pty.openpty()
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "RUN_TRACKER_"))
    }
    environment |= {"TERM": "xterm-256color", "COLUMNS": str(width), "LINES": "50"}
    with subprocess.Popen([PROGRAM, *map(str, arguments)], stdout=side, stderr=side, env=environment) as process:
        os.close(side)
        out = bytearray()
        while True:
            try:
                chunk = os.read(main, 65536)
            except OSError:  # Linux says so when the other side has closed
                break
            if not chunk:
                break
            out += chunk
    os.close(main)
    assert process.returncode == 0, out.decode()
    return out.decode()


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("terminal")
    (folder / "files").mkdir()
    for name, raw in islice(demo_files(date(2026, 11, 22), days=60), 40):
        (folder / "files" / name).write_bytes(raw)
    return folder


def test_an_import_shows_a_bar_and_then_what_became_of_the_files(home):
    out = seen("--home", home / "athlete", "import", home / "files")
    assert "Importing" in out
    assert "\x1b[" in out
    assert "with runs imported" in out


def test_runs_and_today_are_drawn(home):
    seen("--home", home / "drawn", "import", home / "files")
    runs = DRAWING.sub("", seen("--home", home / "drawn", "runs", "--until", "2026-11-10"))
    assert "Distance" in runs
    assert "|" not in runs
    today = DRAWING.sub("", seen("--home", home / "drawn", "today", "--date", "2026-11-11"))
    assert "Workout:" in today
    assert "**" not in today


def test_a_narrow_terminal_still_shows_every_run(home):
    seen("--home", home / "narrow", "import", home / "files")
    out = DRAWING.sub("", seen("--home", home / "narrow", "runs", "--until", "2026-11-10", width=60))
    assert out.count("2026-1") >= 3
