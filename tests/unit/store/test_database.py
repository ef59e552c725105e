import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from run_tracker.errors import AthleteLocked, NewerDatabase, NotFound, StoreError
from run_tracker.model import (
    Activity,
    Device,
    Flaw,
    FollowedStep,
    Intensity,
    Lap,
    LapTrigger,
    Pause,
    Sport,
    SubSport,
    Summary,
)
from run_tracker.store.database import Database, FileRow, writing
from run_tracker.store.schema import STEPS

MORNING = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
SUMMARY = Summary(best_efforts=((60, 250.5),), speed_bands_s=(0.0, 10.0), heart_rate_bands_s=(1.0,))
LAP = Lap(
    started_at=MORNING,
    timer_s=90.0,
    elapsed_s=95.5,
    distance_m=400.0,
    heart_rate_bpm=171.0,
    trigger=LapTrigger.MANUAL,
    intensity=Intensity.INTERVAL,
    step_index=1,
)
STEP = FollowedStep(index=1, duration_kind="distance", duration_value=400.0, intensity=Intensity.ACTIVE)
RUN = Activity(
    sport=Sport.RUN,
    sub_sport=SubSport.TRACK,
    started_at=MORNING,
    utc_offset_s=3600,
    timer_s=1800.0,
    elapsed_s=1900.0,
    distance_m=6000.0,
    heart_rate_bpm=150.0,
    laps=(LAP, replace(LAP, trigger=None, intensity=None)),
    steps=(STEP,),
    pauses=(Pause(started_at=MORNING, ended_at=MORNING + timedelta(seconds=100)),),
    device=Device(manufacturer="garmin", product="FR255"),
)


@pytest.fixture
def database(tmp_path):
    opened = Database(tmp_path / "athlete.db", ZoneInfo("UTC"))
    yield opened
    opened.close()


def file(key="ab" * 32, *activities, **more):
    rows = tuple((activity, SUMMARY) for activity in activities or (RUN,))
    return FileRow(key=key, name="run.fit", format="fit", activities=rows, **more)


def add(database, *files):
    with database.transaction():
        for one in files:
            database.add(one)


def test_an_activity_comes_back_as_it_went_in(database):
    add(database, file(flaws=(Flaw(reason="cut short", offset=120),)))
    entry = database.find("abab")
    assert entry.activity == RUN
    assert entry.summary == SUMMARY
    assert entry.day == date(2026, 11, 20)
    assert database.counts() == {"file": 1, "activity": 1, "lap": 2, "prescription": 0}


def test_the_training_log_leaves_laps_out(database):
    add(database, file())
    (entry,) = database.log(date(2026, 11, 20), date(2026, 11, 20))
    assert entry.activity == replace(RUN, laps=(), steps=(), pauses=())


def test_several_activities_of_one_file_have_their_own_ids(database):
    add(database, file("cd" * 32, RUN, replace(RUN, sport=Sport.SWIM)))
    assert [entry.id for entry in database.log(date(2026, 1, 1), date(2026, 12, 31))] == [
        "cdcdcdcdcdcd",
        "cdcdcdcdcdcd-2",
    ]
    assert database.find("cdcdcdcdcdcd").activity.sport is Sport.RUN


def test_an_id_must_name_one_activity(database):
    add(database, file("abc" + "0" * 61), file("abd" + "0" * 61))
    for word, says in (("ab", "Several"), ("zz", "no activity"), ("", "no activity")):
        with pytest.raises(NotFound, match=says):
            database.find(word)
    with pytest.raises(NotFound, match="no activity"):
        database.find("%")


@given(offset=st.sampled_from([None, -36000, 0, 34200, 50400]), hour=st.integers(0, 23))
def test_the_day_is_the_runners_own(tmp_path_factory, offset, hour):
    database = Database(tmp_path_factory.mktemp("zone") / "athlete.db", ZoneInfo("Pacific/Auckland"))
    started_at = datetime(2026, 6, 10, hour, 30, tzinfo=UTC)
    add(database, file("ab" * 32, replace(RUN, started_at=started_at, utc_offset_s=offset)))
    expected = (started_at + timedelta(seconds=12 * 3600 if offset is None else offset)).date()
    assert [entry.day for entry in database.log(expected, expected)] == [expected]
    assert database.log(expected + timedelta(days=1), expected + timedelta(days=3)) == []
    assert database.newest_day() == expected
    database.close()


def test_titles_from_an_export_win_and_are_not_lost(database):
    add(database, file(title="Morning run"))
    database.label("ab" * 32, None, None, "legs felt heavy")
    assert database.labels("ab" * 32) == ("run.fit", "Morning run", "legs felt heavy")
    assert database.find("ab").activity.title == "Morning run"
    assert database.find("ab").activity.description == "legs felt heavy"
    assert database.labels("ff") is None


def test_a_failed_batch_leaves_nothing(database):
    with pytest.raises(sqlite3.IntegrityError):
        add(database, file(), file())
    assert database.counts()["file"] == 0
    assert database.newest_day() is None


def test_a_prescription_is_kept_once(database):
    record = {"id": "p1", "day": "2026-11-20", "made_at": "2026-11-20T06:00:00", "coach": "rules", "body": {"a": 1}}
    database.keep(record)
    database.keep(record | {"made_at": "2026-11-20T07:00:00"})
    assert database.counts()["prescription"] == 1
    assert database.has_prescription("p1")
    assert not database.has_prescription("p2")


def test_a_newer_database_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "athlete.db"
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    connection.close()
    with pytest.raises(NewerDatabase, match="Upgrade run-tracker-coach"):
        Database(path, None)
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(STEPS) + 1,)
    connection.close()


def test_an_older_database_is_brought_forward_with_its_rows(tmp_path):
    path = tmp_path / "athlete.db"
    connection = sqlite3.connect(path)
    connection.executescript(f"{STEPS[0]}; PRAGMA user_version = 1;")
    connection.execute("INSERT INTO file VALUES ('k', 'n', NULL, NULL, 'fit', '[]')")
    connection.commit()
    connection.close()
    database = Database(path, None)
    assert database.connection.execute("PRAGMA user_version").fetchone()[0] == len(STEPS)
    assert database.keys() == {"k"}
    database.close()


def test_a_file_that_is_no_database_is_told_with_what_to_do(tmp_path):
    (tmp_path / "athlete.db").write_bytes(b"this is no database at all" * 50)
    with pytest.raises(StoreError, match="rebuild"):
        Database(tmp_path / "athlete.db", None)


def test_one_writer_at_a_time(tmp_path):
    with writing(tmp_path), pytest.raises(AthleteLocked, match="Another run-tracker"), writing(tmp_path):
        raise AssertionError("two writers")
    with writing(tmp_path):
        pass
