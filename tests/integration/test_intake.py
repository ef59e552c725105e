"""Files in, rows out: what an import promises, on the made-up runner's real FIT files."""

import zipfile
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from run_tracker import intake
from run_tracker.app import App
from run_tracker.errors import AthleteLocked
from run_tracker.settings import Settings
from run_tracker.sources.demo import demo_files
from run_tracker.store.database import writing
from tests.database_rows import rows

DAY = date(2026, 11, 22)


def quiet(done, total):
    assert 0 < done <= total


@pytest.fixture(scope="module")
def recordings():
    return dict(islice(demo_files(DAY, days=40), 20))


@pytest.fixture
def app(tmp_path):
    opened = App(Settings(home=tmp_path / "home"), ZoneInfo("Europe/London"))
    yield opened
    opened.close()


def strava(path, recordings, titles):
    """Write an export as Strava makes it: files under numbers, names and notes in a table."""
    lines = ["Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Filename"]
    with zipfile.ZipFile(path, "w") as archive:
        for number, ((_, raw), title) in enumerate(zip(recordings.items(), titles, strict=False)):
            archive.writestr(f"activities/{number}.fit", raw)
            lines.append(f'{number},"Nov 1, 2026",{title},Run,"felt, fine",activities/{number}.fit')
        archive.writestr("activities.csv", "\n".join(lines))
    return path


def test_few_files_and_many_give_the_same_rows(app, recordings, tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    for name, raw in recordings.items():
        (folder / name).write_bytes(raw)
    assert len(recordings) > intake.FEW  # so this goes through worker processes
    report = app.import_history([folder], quiet)
    assert report.imported + report.other_sports == len(recordings)
    alone = App(Settings(home=tmp_path / "alone"), app.zone)
    for path in sorted(folder.iterdir(), reverse=True):
        alone.import_history([path], quiet)  # and this here, one by one, in another order
    alone.close()
    assert unnamed(app.home) == unnamed(tmp_path / "alone")


def unnamed(home):
    """Return every row, without what the files were called where they were found."""
    found = rows(home / "athlete.db")
    return found | {"file": [(row[0], *row[2:]) for row in found["file"]]}


def test_names_from_a_later_export_are_taken_and_survive_a_rebuild(app, recordings, tmp_path):
    name, raw = next(iter(recordings.items()))
    (tmp_path / name).write_bytes(raw)
    app.import_history([tmp_path / name], quiet)
    export = strava(tmp_path / "export.zip", {name: raw}, ["Dawn"])
    assert app.import_history([export], quiet).already_there == 1
    (entry,) = app.log(60, DAY)
    assert (entry.activity.title, entry.activity.description) == ("Dawn", "felt, fine")
    said = len(list(app.archive.records()))
    app.import_history([export], quiet)
    assert len(list(app.archive.records())) == said  # nothing new, nothing said
    app.import_history([strava(tmp_path / "renamed.zip", {name: raw}, ["Dusk"])], quiet)
    before = rows(app.home / "athlete.db")
    assert app.rebuild(quiet).bad == []
    assert rows(app.home / "athlete.db") == before
    assert app.log(60, DAY)[0].activity.title == "Dusk"


def test_a_prescription_survives_a_rebuild_and_is_kept_once(app, recordings, tmp_path):
    for name, raw in recordings.items():
        (tmp_path / name).write_bytes(raw)
    app.import_history([tmp_path], quiet)
    for _ in range(2):
        app.today(DAY, "rules")
    before = rows(app.home / "athlete.db")
    assert len(before["prescription"]) == 1
    app.rebuild(quiet)
    assert rows(app.home / "athlete.db") == before


def test_a_file_that_vanished_is_told(app, tmp_path):
    from run_tracker.sources.files import FoundFile

    found = FoundFile(name="gone.fit", path=tmp_path / "gone.fit")
    assert "no such file" in intake.take(found, app.archive.root).reason
    archived = intake.Archived(root=app.archive.root, key="0" * 64)
    assert "archive holds no file" in intake.take(archived, app.archive.root).reason


def test_two_imports_at_once_are_refused(app, recordings, tmp_path):
    name, raw = next(iter(recordings.items()))
    (tmp_path / name).write_bytes(raw)
    with writing(app.home), pytest.raises(AthleteLocked, match="Another run-tracker"):
        app.import_history([tmp_path / name], quiet)


def test_today_is_the_athlete_s_own_day(app):
    assert abs(app.this_day() - datetime.now(UTC).date()) <= timedelta(days=1)


def test_a_flawed_file_is_taken_and_told(app, recordings, tmp_path):
    raw = next(iter(recordings.values()))
    (tmp_path / "cut.fit").write_bytes(raw[: len(raw) * 2 // 3])
    report = app.import_history([tmp_path], quiet)
    assert (report.imported, len(report.flawed)) == (1, 1)
    assert "byte" in report.flawed[0].reason
