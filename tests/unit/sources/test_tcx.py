from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from run_tracker.errors import UnreadableFile
from run_tracker.model import COLUMNS, Intensity, LapTrigger, Sport
from run_tracker.sources.tcx import decode_tcx

TWO_LAPS = Path(__file__).parents[2] / "data" / "two_laps.tcx"
START_S = 1_933_135_200  # 2031-04-05T06:00:00Z


def stamp(second: int) -> str:
    return f"{np.datetime64(START_S + second, 's')}Z"


def point(second: int, inside: str = "") -> str:
    return f"<Trackpoint><Time>{stamp(second)}</Time>{inside}</Trackpoint>"


def points(since: int, until: int, inside: str = "") -> str:
    return f"<Track>{''.join(point(second, inside) for second in range(since, until))}</Track>"


def lap(start: int, timer: float, *parts: str) -> str:
    return f'<Lap StartTime="{stamp(start)}"><TotalTimeSeconds>{timer}</TotalTimeSeconds>{"".join(parts)}</Lap>'


def activity(*laps: str, sport: str = "Running") -> str:
    return f'<Activity Sport="{sport}"><Id>{stamp(0)}</Id>{"".join(laps)}</Activity>'


def tcx(*activities: str) -> bytes:
    return f"<TrainingCenterDatabase>{''.join(activities)}</TrainingCenterDatabase>".encode()


def only(raw: bytes):
    decoded = decode_tcx(raw)
    (recording,) = decoded.recordings
    return recording, decoded.flaws


def test_laps_are_as_the_watch_shows_them():
    recording, flaws = only(TWO_LAPS.read_bytes())
    told = recording.activity
    assert flaws == ()
    assert told.sport is Sport.RUN
    assert told.started_at.isoformat() == "2031-04-05T06:00:00+00:00"
    assert (told.timer_s, told.elapsed_s, told.distance_m) == (20, 71, 52)
    assert (told.heart_rate_bpm, told.max_heart_rate_bpm, told.cadence_spm) == (pytest.approx(130.2), 141, 155)
    assert (told.title, told.description, told.device.product) == (None, "Round the buoy & back", "Pretend 255")
    first, second = told.laps
    assert (first.timer_s, first.elapsed_s, first.distance_m) == (14, 65, 42)
    assert (first.heart_rate_bpm, first.max_heart_rate_bpm, first.cadence_spm) == (126, 135, 170)
    assert (first.intensity, first.trigger) == (Intensity.ACTIVE, LapTrigger.DISTANCE)
    assert (second.timer_s, second.elapsed_s, second.cadence_spm) == (6, 6, 120)
    assert (second.intensity, second.trigger) == (Intensity.REST, LapTrigger.MANUAL)


def test_two_tracks_in_a_lap_are_a_pause():
    recording, _ = only(TWO_LAPS.read_bytes())
    ((started, ended),) = [(pause.started_at, pause.ended_at) for pause in recording.activity.pauses]
    assert (started.isoformat(), ended.isoformat()) == ("2031-04-05T06:00:09+00:00", "2031-04-05T06:01:00+00:00")


def test_points_become_columns_once_each():
    recording, _ = only(TWO_LAPS.read_bytes())
    columns = recording.columns
    assert set(columns) <= set(COLUMNS)
    assert columns["time_s"].size == 21  # the point that ends the first lap begins the second
    assert columns["heart_rate_bpm"][:3].tolist() == [120, 121, 122]
    assert columns["distance_m"][[0, 9, 10, -1]].tolist() == [0, 27, 27, 52]
    assert columns["cadence_spm"][[0, 12, -1]].tolist() == [170, 172, 120]
    assert columns["power_w"][[0, -1]].tolist() == [250, 200]
    assert set(columns["speed_mps"]) == {3}
    assert columns["altitude_m"][:2].tolist() == [10, 11]
    assert set(columns["longitude_deg"]) == {-40}


@pytest.mark.parametrize("before", [b"", b"          ", b"\xef\xbb\xbf\n"])
def test_what_comes_before_the_declaration_does_not_matter(before):
    recording, flaws = only(before + TWO_LAPS.read_bytes())
    assert (recording.activity.distance_m, flaws) == (52, ())


def test_every_activity_is_a_recording_those_of_a_multisport_session_too():
    ride = activity(lap(100, 9, points(100, 110)), sport="Biking")
    transition = f"<Transition StartTime='{stamp(50)}'>{points(50, 60)}</Transition>"
    raw = tcx(
        activity(lap(0, 9, points(0, 10))),
        "<MultiSportSession><FirstSport>",
        activity(lap(20, 9, points(20, 30)), sport="Other"),
        f"</FirstSport><NextSport>{transition}{ride}</NextSport></MultiSportSession>",
    )
    told = [one.activity for one in decode_tcx(raw).recordings]
    assert [one.sport for one in told] == [Sport.RUN, Sport.OTHER, Sport.RIDE]
    assert [one.timer_s for one in told] == [9, 9, 9]
    assert [len(one.laps) for one in told] == [1, 1, 1]


def test_a_pause_is_found_where_no_track_marks_it():
    together = "".join(point(second) for second in (*range(10), *range(70, 80)))
    recording, _ = only(tcx(activity(lap(0, 18, f"<Track>{together}</Track>"))))
    (pause,) = recording.activity.pauses
    assert (pause.ended_at - pause.started_at).total_seconds() == 61
    assert recording.activity.timer_s == 18


def test_laps_without_a_pause_have_none_however_seldom_the_watch_recorded():
    seldom = "".join(point(second) for second in (0, 4, 9, 11, 18, 20))
    recording, _ = only(tcx(activity(lap(0, 20, f"<Track>{seldom}</Track>"), lap(20, 10, points(20, 31)))))
    assert recording.activity.pauses == ()
    assert recording.activity.elapsed_s == 30


def test_an_activity_without_points_has_its_laps_totals():
    recording, flaws = only(
        tcx(activity(lap(0, 1800, "<DistanceMeters>5000</DistanceMeters>"), lap(1800, 60, "<Cadence>80</Cadence>")))
    )
    told = recording.activity
    assert flaws == ()
    assert (told.timer_s, told.elapsed_s, told.distance_m) == (1860, 1860, 5000)
    assert (told.heart_rate_bpm, told.cadence_spm, told.ascent_m) == (None, None, None)
    assert told.laps[1].cadence_spm == 160
    assert recording.columns["time_s"].size == 0


def test_an_activity_without_laps_has_its_points_totals():
    recording, _ = only(tcx(activity(points(0, 11, "<DistanceMeters>5</DistanceMeters>"))))
    assert (recording.activity.timer_s, recording.activity.distance_m, recording.activity.laps) == (10, 5, ())


def test_a_lap_that_says_nothing_is_measured_by_its_points():
    told = "".join(point(second, f"<DistanceMeters>{3 * second}</DistanceMeters>") for second in range(21))
    bare = f"<Lap><Track>{told}</Track></Lap>"
    unset = f'<Lap StartTime="1989-12-31T00:00:00Z"><DistanceMeters>-1</DistanceMeters><Track>{told}</Track></Lap>'
    for one in (bare, unset):
        (only_lap,) = only(tcx(activity(one)))[0].activity.laps
        assert (only_lap.timer_s, only_lap.elapsed_s, only_lap.distance_m) == (20, 20, 60)
        assert (only_lap.heart_rate_bpm, only_lap.trigger, only_lap.intensity) == (None, None, None)


def test_a_lap_without_a_start_begins_where_the_one_before_stopped():
    told = activity(lap(0, 10, points(0, 10)), f"<Lap><TotalTimeSeconds>7</TotalTimeSeconds>{points(10, 18)}</Lap>")
    laps = only(tcx(told))[0].activity.laps
    assert [one.started_at.timestamp() - START_S for one in laps] == [0, 10]
    assert [one.timer_s for one in laps] == [10, 7]


@pytest.mark.parametrize(
    "raw",
    [
        tcx(),
        tcx(f"<Courses><Course><Name>plan</Name>{lap(0, 600)}{points(0, 9)}</Course></Courses>"),
        tcx('<Workouts><Workout Sport="Running"><Name>plan</Name></Workout></Workouts>'),
        tcx('<Activity Sport="Running"><Lap><TotalTimeSeconds>5</TotalTimeSeconds></Lap></Activity>'),
        b"<TrainingCenterDatabase><Activities><Activ",
    ],
)
def test_a_plan_is_no_recording(raw):
    with pytest.raises(UnreadableFile, match="no activity"):
        decode_tcx(raw)


def test_a_file_cut_off_gives_what_came_before_and_says_where():
    whole = TWO_LAPS.read_bytes()
    cut = whole.index(b"06:01:03.000Z") + 30
    recording, flaws = only(whole[:cut])
    assert recording.columns["time_s"].size == 14
    assert [one.distance_m for one in recording.activity.laps] == [42]
    assert recording.activity.sport is Sport.RUN
    (flaw,) = flaws
    assert "breaks off in line" in flaw.reason
    assert cut - 100 < flaw.offset <= cut


def test_an_entity_bomb_is_refused():
    with pytest.raises(UnreadableFile, match="refused"):
        decode_tcx(b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + tcx(activity("&b;")))


laps_written = st.lists(
    st.tuples(st.integers(1, 30), st.integers(0, 300), st.integers(60, 200)),  # seconds, pause after, heart rate
    min_size=1,
    max_size=5,
)


@given(laps_written)
def test_what_is_written_is_read_back(written):
    laps, start, rates = [], 0, []
    for timer, pause, rate in written:
        told = points(start, start + timer, f"<HeartRateBpm>\n <Value>{rate}</Value>\n</HeartRateBpm>")
        laps.append(lap(start, timer, f"<DistanceMeters>{timer * 3}</DistanceMeters>", told))
        rates += [rate] * timer
        start += timer + pause
    recording, flaws = only(tcx(activity(*laps)))
    told = recording.activity
    assert flaws == ()
    assert [one.timer_s for one in told.laps] == [timer for timer, _, _ in written]
    assert [one.elapsed_s for one in told.laps[:-1]] == [timer + pause for timer, pause, _ in written[:-1]]
    assert told.distance_m == 3 * told.timer_s == 3 * sum(timer for timer, _, _ in written)
    assert recording.columns["heart_rate_bpm"].tolist() == rates
    assert told.elapsed_s >= told.timer_s
    if all(timer > 2 for timer, _, _ in written):
        stopped = [pause for _, pause, _ in written[:-1] if pause >= 2]
        assert [(one.ended_at - one.started_at).total_seconds() - 1 for one in told.pauses] == stopped


@given(st.binary(max_size=60), st.integers(0, 17_000))
def test_a_damaged_file_is_decoded_or_unreadable(noise, place):
    whole = TWO_LAPS.read_bytes()
    try:
        decoded = decode_tcx(whole[:place] + noise + whole[place + len(noise) :])
    except UnreadableFile:
        return
    assert decoded.recordings
