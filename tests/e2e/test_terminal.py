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


@pytest.fixture(scope="module")
def narrow(home):
    seen("--home", home / "narrow", "import", home / "files")
    return home / "narrow"


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


@pytest.mark.parametrize(
    ("width", "head"),
    [
        (130, "Date Distance Duration Pace Heart rate What Id"),
        (80, "Date Distance Duration Pace Heart rate Id"),
        (60, "Date Distance Duration Pace Id"),
        (40, "Date Distance Duration Pace"),
    ],
)
def test_a_narrow_terminal_shows_every_run_on_a_line_of_its_own(narrow, width, head):
    first, *lines = DRAWING.sub("", seen("--home", narrow, "runs", "--until", "2026-11-10", width=width)).splitlines()
    assert " ".join(first.split()) == head
    assert len(lines) >= 3
    assert all(len(line) <= width and "2026-1" in line and re.search(r"\d:\d\d /km", line) for line in lines)


def test_no_number_is_cut_where_nothing_fits(narrow):
    lines = DRAWING.sub("", seen("--home", narrow, "runs", "--until", "2026-11-10", width=20)).splitlines()
    assert all(re.fullmatch(r"2026-11-\d\d +[\d.]+ km +[\d:]+ +\d:\d\d /km *", line) for line in lines[1:])


def test_a_link_in_a_title_shows_as_it_is_written(home):
    title = "[here](http://evil.example) :smile: [red]"
    path = home / "titled.gpx"
    path.write_text(
        f"""<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1"><trk><name>{title}</name><type>running</type>
        <trkseg><trkpt lat="50" lon="8"><time>2026-11-20T07:00:00Z</time></trkpt>
        <trkpt lat="50.01" lon="8"><time>2026-11-20T07:06:00Z</time></trkpt></trkseg></trk></gpx>""",
        encoding="utf-8",
    )
    out = seen("--home", home / "titled", "inspect", path)
    assert title in DRAWING.sub("", out)
    assert "\x1b]8;" not in out
    seen("--home", home / "titled", "import", path)
    listed = seen("--home", home / "titled", "runs", "--until", "2026-11-21", width=130)
    assert ":smile:" in listed
    assert "[red]" in listed
