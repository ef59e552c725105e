"""What goes wrong outside the program ends in a message that says what to do, never in a traceback."""

import json
import os
import shutil
import subprocess
from datetime import date
from itertools import islice
from pathlib import Path

import pytest

from run_tracker.sources.demo import demo_files
from tests.command import PROGRAM, run

DAY = "2026-11-22"
TITLED = """<gpx xmlns="http://www.topografix.com/GPX/1/1" creator="t" version="1.1"><trk><name>{}</name><trkseg>
<trkpt lat="50" lon="8"><time>2026-11-20T07:00:00Z</time></trkpt>
<trkpt lat="50.01" lon="8"><time>2026-11-20T07:06:00Z</time></trkpt>
</trkseg></trk></gpx>"""


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("errors")
    (folder / "files").mkdir()
    for name, raw in islice(demo_files(date(2026, 11, 22), days=60), 10):
        (folder / "files" / name).write_bytes(raw)
    run("import", folder / "files", home=folder / "home")
    return folder


@pytest.fixture
def home(imported, tmp_path):
    return shutil.copytree(imported / "home", tmp_path / "home")


@pytest.mark.parametrize(
    "asked",
    [
        ("today", "--date", "0001-01-01"),
        ("runs", "--until", "9999-12-31"),
        ("state", "--date", "1989-12-31"),
        ("demo", "--date", "0001-02-01"),
        ("today", "--date", "2101-01-01"),
    ],
)
def test_a_day_beyond_all_calendars_is_wrong_usage(asked, tmp_path):
    assert "from 1990 to 2100" in run(*asked, home=tmp_path / "home", code=2).stderr
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("day", ["1990-01-01", "2100-12-31"])
def test_the_first_and_the_last_day_can_be_asked_for(imported, day):
    for asked in (("today", "--date", day), ("state", "--date", day), ("runs", "--days", "40000", "--until", day)):
        run(*asked, home=imported / "home")


def test_a_settings_file_that_cannot_be_read_is_told_and_the_doctor_goes_on(tmp_path):
    (tmp_path / ".env").write_bytes("RUN_TRACKER_MODEL=\xe9".encode("latin-1"))
    assert "not written in UTF-8" in run("runs", home=tmp_path / "home", cwd=tmp_path, code=2).stderr
    out = run("doctor", home=tmp_path / "home", cwd=tmp_path, code=1).stdout
    assert "broken  Settings: .env is not written in UTF-8" in out
    assert "Time zone" in out


def test_a_wrong_setting_does_not_disable_the_doctor(tmp_path):
    out = run("doctor", home=tmp_path / "home", code=1, RUN_TRACKER_UNITS="banana").stdout
    assert "broken  Settings: RUN_TRACKER_UNITS cannot be used: it can be km or miles" in out
    assert not (tmp_path / "home").exists()


def test_a_damaged_database_is_told_and_can_be_rebuilt(home, imported):
    path = home / "athlete.db"
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    raw = bytearray(path.read_bytes())
    raw[4096:] = b"\xff" * (len(raw) - 4096)  # all but the schema
    path.write_bytes(raw)
    for asked in (("runs", "--until", DAY), ("today", "--date", DAY), ("import", imported / "files")):
        assert "run-tracker rebuild" in run(*asked, home=home, code=1).stderr
    assert "run-tracker rebuild" in run("doctor", home=home, code=1).stdout
    run("rebuild", home=home)
    run("today", "--date", DAY, home=home)


def test_a_home_below_a_file_names_it(tmp_path, imported):
    (tmp_path / "file").write_bytes(b"")
    done = run("import", imported / "files", home=tmp_path / "file" / "home", code=1)
    assert str(tmp_path / "file") in done.stderr
    assert "Check" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_told(imported):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [PROGRAM, "--home", imported / "home", "runs", "--until", DAY],
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
        )
    assert done.returncode == 1
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_import_that_takes_nothing_has_failed(tmp_path):
    (tmp_path / "notes.fit").write_bytes(b"no recording")
    for path in ("missing.fit", "notes.fit"):
        out = run("import", tmp_path / path, "--json", home=tmp_path / "home", code=1).stdout
        assert [bad["name"].rpartition(os.sep)[2] for bad in json.loads(out)["bad"]] == [path]
        assert path in run("import", tmp_path / path, home=tmp_path / "home", code=1).stdout


def test_markdown_in_a_title_stays_a_title(tmp_path):
    (tmp_path / "a.gpx").write_text(TITLED.format("[here](http://evil.example) **x**"), encoding="utf-8")
    out = run("inspect", tmp_path / "a.gpx", home=tmp_path / "home").stdout
    assert r"**\[here\](http://evil.example) \*\*x\*\***" in out


@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_no_letter_is_too_strange_for_the_terminal(tmp_path, encoding):
    (tmp_path / "a.gpx").write_text(TITLED.format("Läufe 走る"), encoding="utf-8")
    known = {"PYTHONIOENCODING": encoding, "LC_ALL": "C"}
    assert "Läufe 走る" in run("inspect", tmp_path / "a.gpx", home=tmp_path / "home", **known).stdout
    told = run("inspect", tmp_path / "a.gpx", "--json", home=tmp_path / "home", **known).stdout
    assert json.loads(told)["title"] == "Läufe 走る"


def test_a_name_that_is_no_text_is_shown_without_what_is_none(tmp_path):
    strange = tmp_path / os.fsdecode(b"a\xff.fit")
    try:
        strange.write_bytes(b"no recording")
    except OSError:
        pytest.skip("this file system takes only text")
    for asked in (("inspect",), ("import",), ("import", "--json")):
        done = run(asked[0], strange, *asked[1:], home=tmp_path / "home", code=1)
        assert "udcff" not in done.stdout + done.stderr
