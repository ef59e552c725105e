from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from run_tracker.errors import UnreadableFile
from run_tracker.model import Device, Intensity, LapTrigger, Sport, SubSport
from run_tracker.sources.fit_activity import decode_fit
from tests import fit_bytes as low
from tests.fit_bytes import ENUM, FIT_EPOCH_S, NOON, RECORD, UINT8, UINT16, UINT32, define, fit, message

START = datetime.fromtimestamp(FIT_EPOCH_S + NOON, UTC)
TIME = (253, 4, UINT32)
NO_SESSION = "there is no session: its totals are those of what was recorded"


def only(*messages: bytes):
    decoded = decode_fit(fit(low.file_id(), *messages))
    (recording,) = decoded.recordings
    return recording, [str(flaw) for flaw in decoded.flaws]


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def rows(local: int, number: int, fields, *values) -> bytes:
    letters = "".join({1: "B", 2: "H", 4: "I"}[size] for _, size, _ in fields)
    return define(local, number, fields) + b"".join(message(local, letters, *row) for row in values)


def laps(*values) -> bytes:
    return rows(3, low.LAP, [(2, 4, UINT32), (7, 4, UINT32), (8, 4, UINT32), (9, 4, UINT32)], *values)


def timer(*values) -> bytes:
    return rows(4, low.EVENT, [TIME, (0, 1, ENUM), (1, 1, ENUM)], *((time, 0, kind) for time, kind in values))


def test_a_session_is_an_activity():
    recording, flaws = only(low.records([150] * 61), low.session(seconds=60))
    told = recording.activity
    assert flaws == []
    assert (told.sport, told.sub_sport, told.started_at) == (Sport.RUN, SubSport.UNKNOWN, START)
    assert (told.timer_s, told.elapsed_s, told.distance_m) == (60, 60, 180)
    assert (told.heart_rate_bpm, told.max_heart_rate_bpm) == (150, 150)
    assert recording.columns.keys() == {"time_s", "heart_rate_bpm"}
    assert recording.columns["time_s"][0] == START.timestamp()


def test_sessions_share_what_was_recorded_by_time():
    counted = rows(1, RECORD, [TIME, (5, 4, UINT32)], *((NOON + second, 1000 + 300 * second) for second in range(120)))
    recordings = decode_fit(
        fit(
            low.file_id(),
            low.session(NOON + 60, sport=1),  # the later one is written first
            low.session(NOON, sport=2),
            counted,
            laps((NOON, 60_000, 60_000, 18_000), (NOON + 60, 60_000, 60_000, 18_000)),
        ),
    ).recordings
    assert [recording.activity.sport for recording in recordings] == [Sport.RIDE, Sport.RUN]
    assert [len(recording.activity.laps) for recording in recordings] == [1, 1]
    assert [recording.columns["time_s"].size for recording in recordings] == [60, 60]
    ride, run = (recording.columns["distance_m"] for recording in recordings)
    assert (ride[0], run[0]) == (10, 3)  # the second counts from its own start


def test_a_later_session_may_count_its_own_distance():
    counted = rows(1, RECORD, [TIME, (5, 4, UINT32)], (NOON, 500), (NOON + 59, 9000), (NOON + 60, 0), (NOON + 70, 300))
    decoded = decode_fit(fit(low.session(NOON), low.session(NOON + 60), counted))
    assert decoded.recordings[1].columns["distance_m"].tolist() == [0, 3]


def test_a_later_session_may_count_nothing():
    counted = rows(1, RECORD, [TIME, (5, 4, UINT32)], (NOON, 500), (NOON + 60, 0xFFFFFFFF))
    decoded = decode_fit(fit(low.session(NOON), low.session(NOON + 60), counted))
    assert decoded.recordings[1].columns.keys() == {"time_s"}


def test_a_file_cut_before_its_session_has_the_totals_of_its_records():
    fields = [TIME, (3, 1, UINT8), (5, 4, UINT32), (4, 1, UINT8), (2, 2, UINT16)]
    told = [(NOON + second, 140 + second // 10, 300 * second, 85, 2500 + second) for second in range(101)]
    sport = rows(5, low.SPORT, [(0, 1, ENUM), (1, 1, ENUM)], (1, 3))
    first_lap = laps((NOON, 40_000, 40_000, 12_000))
    recording, flaws = only(sport, rows(1, RECORD, fields, *told), timer((NOON + 50, 4), (NOON + 60, 0)), first_lap)
    activity = recording.activity
    assert flaws == [NO_SESSION]
    assert (activity.sport, activity.sub_sport, activity.started_at) == (Sport.RUN, SubSport.TRAIL, START)
    assert (activity.elapsed_s, activity.timer_s, activity.distance_m) == (100, 90, 300)
    assert (activity.heart_rate_bpm, activity.max_heart_rate_bpm) == (pytest.approx(144.55, abs=0.01), 150)
    assert activity.cadence_spm == 170
    assert activity.ascent_m == pytest.approx(20, abs=3)


def test_a_session_without_totals_has_those_of_its_laps():
    bare = rows(2, low.SESSION, [(2, 4, UINT32), (5, 1, ENUM)], (NOON, 1))
    recording, flaws = only(bare, laps((NOON, 50_000, 40_000, 12_000), (NOON + 50, 20_000, 20_000, 6_000)))
    told = recording.activity
    assert (told.elapsed_s, told.timer_s, told.distance_m, flaws) == (70, 60, 180, [])


def test_totals_that_some_laps_lack_are_those_of_the_records():
    bare = rows(2, low.SESSION, [(2, 4, UINT32), (5, 1, ENUM)], (NOON, 1))
    some = laps((NOON, 0xFFFFFFFF, 40_000, 12_000), (NOON + 50, 20_000, 0xFFFFFFFF, 0xFFFFFFFF))
    recording, _ = only(bare, some, low.records([150] * 71))
    told = recording.activity
    assert (told.elapsed_s, told.timer_s, told.distance_m) == (70, 70, 0)
    assert [(lap.elapsed_s, lap.timer_s, lap.distance_m) for lap in told.laps] == [(40, 40, 120), (20, 20, 0)]


def test_a_session_without_start_began_with_its_first_record():
    bare = rows(2, low.SESSION, [(5, 1, ENUM)], (1,))
    assert only(bare, low.records([150] * 5, since=NOON + 7))[0].activity.started_at == after(7)
    ended = rows(2, low.SESSION, [TIME, (7, 4, UINT32)], (NOON + 60, 50_000))
    assert only(ended)[0].activity.started_at == after(10)


def test_a_session_without_any_date_is_as_old_as_its_file():
    bare = rows(2, low.SESSION, [(8, 4, UINT32)], (1000,))
    made = rows(0, low.FILE_ID, [(4, 4, UINT32)], (NOON,))
    (recording,) = decode_fit(fit(made, bare)).recordings
    assert recording.activity.started_at == START
    with pytest.raises(UnreadableFile, match="nothing was recorded"):
        decode_fit(fit(bare))


def test_a_clock_that_was_not_set_is_told():
    recording, flaws = only(low.session(16_000_000))
    assert recording.activity.started_at.year == 1990
    assert flaws == ["the clock was not set: its times are those since the device was switched on"]


def test_the_timers_stops_are_pauses():
    events = timer(
        (NOON, 0),
        (NOON + 10, 4),
        (NOON + 12, 1),  # stopped twice
        (NOON + 20, 0),
        (NOON + 25, 0),  # started twice
        (NOON + 30, 9),
        (NOON + 30, 0),  # no time between
        (NOON + 40, 2),  # neither stop nor start
        (NOON + 60, 8),
        (0xFFFFFFFF, 0),
    )
    other = rows(6, low.EVENT, [TIME, (0, 1, ENUM), (1, 1, ENUM)], (NOON + 45, 9, 1), (NOON + 50, 9, 0))
    told = only(events, other, low.session())[0].activity
    assert [(pause.started_at, pause.ended_at) for pause in told.pauses] == [(after(10), after(20))]


def test_pauses_belong_to_the_session_they_lie_in():
    events = timer((NOON + 10, 4), (NOON + 20, 0), (NOON + 70, 4), (NOON + 80, 0))
    first, second = decode_fit(fit(low.session(), low.session(NOON + 60), events)).recordings
    assert [pause.started_at for pause in first.activity.pauses] == [after(10)]
    assert [pause.started_at for pause in second.activity.pauses] == [after(70)]


@pytest.mark.parametrize(
    ("local", "offset"),
    [(NOON + 7200, 7200), (NOON - 12_601, -12_600), (NOON + 20_701, 20_700), (NOON + 16 * 3600, None), (100, None)],
)
def test_the_offset_from_utc_is_that_of_the_activity_message(local, offset):
    closing = rows(7, low.ACTIVITY, [TIME, (5, 4, UINT32)], (NOON, local))
    assert only(low.session(), closing)[0].activity.utc_offset_s == offset


def test_laps_are_as_the_watch_shows_them():
    fields = [(2, 4, UINT32), (7, 4, UINT32), (8, 4, UINT32), (9, 4, UINT32)]
    fields += [(15, 1, UINT8), (16, 1, UINT8), (17, 1, UINT8), (80, 1, UINT8), (21, 2, UINT16), (22, 2, UINT16)]
    fields += [(23, 1, ENUM), (24, 1, ENUM), (71, 2, UINT16)]
    told = rows(3, low.LAP, fields, (NOON, 50_500, 40_250, 12_345, 150, 160, 86, 64, 7, 3, 5, 2, 0x8002))
    (lap,) = only(low.session(), told)[0].activity.laps
    assert (lap.started_at, lap.elapsed_s, lap.timer_s, lap.distance_m) == (START, 50.5, 40.25, 123.45)
    assert (lap.heart_rate_bpm, lap.max_heart_rate_bpm, lap.cadence_spm) == (150, 160, 173)
    assert (lap.ascent_m, lap.descent_m) == (7, 3)
    assert (lap.intensity, lap.trigger, lap.step_index) == (Intensity.INTERVAL, LapTrigger.DISTANCE, 2)


def test_a_lap_without_a_date_is_left_out():
    assert only(low.session(), laps((0xFFFFFFFF, 1, 1, 1)))[0].activity.laps == ()


def test_what_an_enum_does_not_name_is_none():
    told = rows(3, low.LAP, [(2, 4, UINT32), (23, 1, ENUM), (24, 1, ENUM)], (NOON, 99, 99))
    (lap,) = only(low.session(), told)[0].activity.laps
    assert (lap.intensity, lap.trigger, lap.step_index, lap.timer_s) == (None, None, None, 0)


def test_steps_go_with_the_session_that_followed_them():
    workout = define(8, low.WORKOUT, [(8, 6, low.STRING), (17, 6, low.STRING)]) + message(8, "6s6s", b"Tempo", b"Hard")
    followed = rows(9, low.WORKOUT_STEP, [(254, 2, UINT16), (1, 1, ENUM), (2, 4, UINT32)], (0, 0, 600_000))
    alone = only(low.session(), workout, followed)[0].activity
    assert (alone.title, alone.description) == ("Tempo", "Hard")
    assert [(step.index, step.duration_kind, step.duration_value) for step in alone.steps] == [(0, "time", 600)]
    guided = rows(3, low.LAP, [(2, 4, UINT32), (71, 2, UINT16)], (NOON + 60, 0))
    both = decode_fit(fit(low.session(), low.session(NOON + 60), guided, followed)).recordings
    assert [len(recording.activity.steps) for recording in both] == [0, 1]


def test_the_device_is_named_without_its_serial_number():
    fields = [(0, 1, ENUM), (1, 2, UINT16), (2, 2, UINT16), (3, 4, 0x8C)]
    (recording,) = decode_fit(fit(rows(0, low.FILE_ID, fields, (4, 1, 3992, 123_456_789)), low.session())).recordings
    assert recording.activity.device == Device(manufacturer="garmin", product="3992")


def test_a_heart_rate_that_can_not_be_is_none():
    fields = [(2, 4, UINT32), (16, 1, UINT8), (17, 1, UINT8)]
    told = only(rows(2, low.SESSION, fields, (NOON, 3, 254)))[0].activity
    assert (told.heart_rate_bpm, told.max_heart_rate_bpm) == (None, None)


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        (32, "holds monitoring data, not an activity"),
        (49, "holds sleep data, not an activity"),
        (2, "holds settings data, not an activity"),
        (77, "holds data of kind 77, not an activity"),
        (4, "holds an activity in which nothing was recorded"),
    ],
)
def test_a_file_of_another_kind_is_named(kind, what):
    with pytest.raises(UnreadableFile) as caught:
        decode_fit(fit(low.file_id(kind)))
    assert str(caught.value) == what


def test_a_course_is_no_activity():
    with pytest.raises(UnreadableFile, match="holds course data, not an activity"):
        decode_fit(fit(low.file_id(6), low.records([150])))


@pytest.mark.parametrize("raw", [b"", b"no FIT file at all", bytes(99)])
def test_anything_else_is_no_fit_file(raw):
    with pytest.raises(UnreadableFile, match="is not a FIT file"):
        decode_fit(raw)


def test_chained_files_are_recordings_in_their_order():
    first, settings, second = fit(low.session(sport=2)), fit(low.file_id(2)), fit(low.session(sport=1))
    decoded = decode_fit(first + settings + second)
    assert [recording.activity.sport for recording in decoded.recordings] == [Sport.RIDE, Sport.RUN]
    assert decoded.format == "fit"


def test_every_column_is_of_one_length():
    fields = [TIME, (3, 1, UINT8), (5, 4, UINT32)]
    body = rows(1, RECORD, fields, (NOON, 150, 0), (0xFFFFFFFF, 151, 1), (NOON + 1, 152, 2))
    recording, flaws = only(low.session(), body)
    assert flaws == ["1 records without a usable time: left out"]
    assert {column.size for column in recording.columns.values()} == {2}
    assert all(column.dtype == np.float64 for column in recording.columns.values())
