"""Files in, rows out: what an import promises, on the made-up runner's real FIT files."""

import zipfile
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from run_tracker import intake
from run_tracker.app import App, make_demo
from run_tracker.errors import AthleteLocked, NewerDatabase, StoreError, UsageMistake
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


def kept_one(app, recordings, tmp_path):
    """Import one recording; return its file and where it lies in the archive."""
    name, raw = next(iter(recordings.items()))
    (tmp_path / name).write_bytes(raw)
    app.import_history([tmp_path / name], quiet)
    (key,) = app.archive.stored()
    return tmp_path / name, app.archive.root / "objects" / key[:2] / key


def test_a_file_the_archive_lost_comes_back_with_the_next_import(app, recordings, tmp_path):
    path, stored = kept_one(app, recordings, tmp_path)
    stored.unlink()
    assert app.import_history([path], quiet).already_there == 1
    assert stored.read_bytes() == path.read_bytes()


def test_a_file_that_rotted_in_the_archive_is_told_and_not_taken_for_another(app, recordings, tmp_path):
    _, stored = kept_one(app, recordings, tmp_path)
    raw = bytearray(stored.read_bytes())
    raw[len(raw) // 2] ^= 1
    stored.write_bytes(raw)
    (bad,) = app.rebuild(quiet).bad
    assert "damaged in the archive" in bad.reason
    assert len(list(app.archive.stored())) == 1


def test_a_damaged_record_does_not_stop_a_rebuild(app, recordings, tmp_path):
    kept_one(app, recordings, tmp_path)
    (record,) = (app.archive.root / "records").glob("*.json")
    record.write_bytes(b'{"kind": "imp')
    report = app.rebuild(quiet)
    assert report.imported == 1
    assert "what it said is not known" in report.bad[0].reason


def test_names_lost_with_a_killed_import_come_back(app, recordings, tmp_path):
    path, _ = kept_one(app, recordings, tmp_path)
    before = rows(app.home / "athlete.db")
    for record in (app.archive.root / "records").glob("*.json"):
        record.unlink()
    app.rebuild(quiet)
    assert rows(app.home / "athlete.db") != before
    app.import_history([path], quiet)
    assert rows(app.home / "athlete.db") == before
    app.rebuild(quiet)
    assert rows(app.home / "athlete.db") == before


def test_a_newer_database_is_not_rebuilt_over(app, recordings, tmp_path):
    kept_one(app, recordings, tmp_path)
    app.database.connection.execute("PRAGMA user_version = 99")
    app.close()
    with pytest.raises(NewerDatabase):
        app.rebuild(quiet)


def test_a_lost_database_is_told_and_rebuilt(app, recordings, tmp_path):
    kept_one(app, recordings, tmp_path)
    before = rows(app.home / "athlete.db")
    app.close()
    (app.home / "athlete.db").unlink()
    with pytest.raises(StoreError, match="run-tracker rebuild"):
        app.log(7, DAY)
    app.rebuild(quiet)
    assert rows(app.home / "athlete.db") == before


def test_looking_at_nobody_creates_nobody(app):
    assert app.log(7, DAY) == []
    assert not app.home.exists()


def test_today_is_decided_while_another_process_imports(app, recordings, tmp_path):
    kept_one(app, recordings, tmp_path)
    with writing(app.home):
        assert app.today(DAY, "rules").proposal.workout
    assert app.database.counts()["prescription"] == 1


def test_nobody_else_can_read_an_athlete_s_folder(app, recordings, tmp_path):
    kept_one(app, recordings, tmp_path)
    assert app.home.stat().st_mode & 0o077 == 0


def test_a_demo_never_replaces_runs_that_were_added_to_it(tmp_path, recordings):
    home = tmp_path / "demo"
    make_demo(home, DAY, 30, lambda *_: None)
    app = App(Settings(home=home), None)
    app.import_history([home / "files"], quiet)
    make_demo(home, DAY, 30, lambda *_: None)  # its own files may go
    app.import_history([home / "files"], quiet)
    own = tmp_path / "own.fit"
    own.write_bytes(next(iter(recordings.values())))
    app.import_history([own], quiet)
    with pytest.raises(UsageMistake, match="Name another folder"):
        make_demo(home, DAY, 30, lambda *_: None)
    app.close()


def test_the_same_run_in_two_files_is_listed_once(app, recordings, tmp_path):
    path, _ = kept_one(app, recordings, tmp_path)
    half = tmp_path / "half.fit"
    half.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    assert app.import_history([half], quiet).imported == 1
    (entry,) = app.log(60, DAY)
    assert app.state(DAY).get("last_365_days.distance") == entry.activity.distance_m


def test_the_first_prescription_of_a_new_athlete_is_kept(app):
    app.today(DAY, "rules")
    assert app.database.counts()["prescription"] == 1
    before = rows(app.home / "athlete.db")
    app.rebuild(quiet)
    assert rows(app.home / "athlete.db") == before
