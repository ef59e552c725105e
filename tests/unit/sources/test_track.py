from math import isnan, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from run_tracker.errors import UnreadableFile
from run_tracker.model import Sport, SubSport
from run_tracker.sources.track import CLIMB_M, Track, climbed, number, pauses_between, sport_of, stamp, words

FIELDS = {
    "lat": "latitude_deg",
    "lon": "longitude_deg",
    "hr": "heart_rate_bpm",
    "cad": "cadence_spm",
    "ele": "altitude_m",
    "d": "distance_m",
}


def clock(second: int) -> str:
    return f"2031-04-05T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}Z"


def finished(*segments, sport=Sport.RUN):
    """Collect segments of (second, {element: text}) and finish."""
    collected = Track("time", FIELDS)
    for segment in segments:
        for second, values in segment:
            collected.add({"time": clock(second), **{name: str(value) for name, value in values.items()}})
        collected.end_segment()
    return collected.finish(sport)


@pytest.mark.parametrize(
    ("text", "time_s", "offset_s"),
    [
        ("2031-04-05T06:00:00Z", 1933135200, 0),
        ("\n  2031-04-05T06:00:00.250Z ", 1933135200.25, 0),
        ("2031-04-05T06:00:00", 1933135200, 0),
        ("2031-04-05T08:00:00+02:00", 1933135200, 7200),
        ("2031-04-05T00:30:00.000-05:30", 1933135200, -19800),
        ("2031-04-05T06:00:00+00:00", 1933135200, 0),
    ],
)
def test_a_time_stamp_is_utc_unless_it_says_otherwise(text, time_s, offset_s):
    assert stamp(text) == (time_s, offset_s)


@pytest.mark.parametrize("text", ["", "yesterday", "2031-13-05T06:00:00Z", "2031-04-05T06:00:61Z", "1e9"])
def test_what_is_no_time_stamp_is_no_time(text):
    assert isnan(stamp(text)[0])


@pytest.mark.parametrize(
    ("name", "sport", "sub_sport"),
    [
        ("Running", Sport.RUN, SubSport.UNKNOWN),
        ("9", Sport.RUN, SubSport.UNKNOWN),
        ("trail_running", Sport.RUN, SubSport.TRAIL),
        ("TreadmillRunning", Sport.RUN, SubSport.TREADMILL),
        ("street_running", Sport.RUN, SubSport.ROAD),
        ("Biking", Sport.RIDE, SubSport.UNKNOWN),
        ("indoor_cycling", Sport.RIDE, SubSport.INDOOR),
        ("10", Sport.WALK, SubSport.UNKNOWN),
        ("Hiking", Sport.HIKE, SubSport.UNKNOWN),
        ("Other", Sport.OTHER, SubSport.UNKNOWN),
        ("", Sport.UNKNOWN, SubSport.UNKNOWN),
    ],
)
def test_a_sport_is_known_by_any_of_its_names(name, sport, sub_sport):
    assert sport_of(name) == (sport, sub_sport)


def test_a_sport_nobody_knows_is_unknown_and_reported_once(caplog):
    assert sport_of("zorbing")[0] is Sport.UNKNOWN
    assert sport_of("zorbing")[0] is Sport.UNKNOWN
    assert [record.getMessage() for record in caplog.records] == ["unknown sport 'zorbing': please report it"]


def test_words_are_bounded_and_silence_is_none():
    assert words("  a title  ", 200) == "a title"
    assert words("x" * 300, 200) == "x" * 200
    assert words(" \n", 200) is None


@pytest.mark.parametrize("text", ["", "-", "12,5", "0x10"])
def test_what_is_no_number_is_nan(text):
    assert isnan(number(text))


def test_absurd_values_are_no_values():
    points = finished([(0, {"hr": 0, "ele": "inf", "lat": 95, "lon": 5}), (1, {"hr": 999, "lat": 0, "lon": 0})])
    assert set(points.columns) == {"time_s"}
    points = finished([(0, {"hr": 140, "ele": "nan", "lat": 50}), (1, {"hr": "-5", "ele": 7.5})])
    assert points.columns["heart_rate_bpm"].tolist()[0] == 140
    assert np.isnan(points.columns["heart_rate_bpm"][1])
    assert points.columns["altitude_m"].tolist()[1] == 7.5
    assert "latitude_deg" not in points.columns


def test_points_out_of_order_are_sorted_and_said():
    points = finished([(0, {"hr": 100}), (3, {"hr": 103}), (1, {"hr": 101}), (2, {"hr": 102})])
    assert np.diff(points.columns["time_s"]).tolist() == [1, 1, 1]
    assert points.columns["heart_rate_bpm"].tolist() == [100, 101, 102, 103]
    assert ["sorted" in flaw.reason for flaw in points.flaws] == [True]


def test_a_repeated_time_is_left_out_and_said_but_not_between_segments():
    points = finished([(0, {"hr": 100}), (1, {"hr": 101})], [(1, {"hr": 111}), (2, {"hr": 102})])
    assert points.columns["heart_rate_bpm"].tolist() == [100, 101, 102]
    assert points.flaws == ()
    points = finished([(0, {"hr": 100}), (0, {"hr": 111}), (2, {"hr": 102})])
    assert points.columns["heart_rate_bpm"].tolist() == [100, 102]
    assert [flaw.reason for flaw in points.flaws] == ["1 track points with the time of the one before: left out"]


def test_points_without_a_time_or_from_a_clock_that_was_not_set_are_left_out():
    collected = Track("time", FIELDS)
    for moment in ("1989-12-31T00:00:00Z", "2031-04-05T06:00:00Z", "", "2031-04-05T06:00:01Z", "2001-01-01T00:00:00Z"):
        collected.add({"time": moment, "hr": "120"})
    points = collected.finish(Sport.RUN)
    assert np.diff(points.columns["time_s"]).tolist() == [1]
    assert [flaw.reason for flaw in points.flaws] == ["3 track points without a usable time: left out"]


def test_no_point_at_all_gives_no_columns_but_time():
    points = finished()
    assert points.columns["time_s"].size == 0
    assert set(points.columns) == {"time_s"}


def test_too_many_points_are_refused():
    collected = Track("time", FIELDS, most=3)
    for second in range(3):
        collected.add({"time": clock(second)})
    with pytest.raises(UnreadableFile, match="more than 3 track points"):
        collected.add({"time": clock(3)})


def test_distance_is_summed_from_positions_but_never_across_segments_nor_a_jump():
    metre = 1 / 111_195.08
    walk = [(second, {"lat": 10 + 3 * metre * second, "lon": 20}) for second in range(10)]
    far = [(second, {"lat": 40 + 3 * metre * second, "lon": 20}) for second in range(20, 30)]
    points = finished(walk, far)
    assert points.columns["distance_m"][-1] == pytest.approx(54, rel=1e-4)
    assert points.columns["speed_mps"] == pytest.approx(np.full(20, 3.0), rel=1e-4)
    points = finished([*walk, *far])
    assert points.columns["distance_m"][-1] == pytest.approx(54, rel=1e-4)


def test_a_point_without_a_position_has_no_distance():
    points = finished([(0, {"lat": 10, "lon": 20}), (1, {"hr": 120}), (2, {"lat": 10.0001, "lon": 20})])
    assert np.isnan(points.columns["distance_m"]).tolist() == [False, True, False]


def test_a_counter_that_begins_again_with_a_segment_goes_on_and_elsewhere_never_falls():
    points = finished(
        [(0, {"d": 0}), (1, {"d": 500}), (2, {"d": 499}), (3, {"d": 503})],
        [(9, {"d": 0}), (10, {"d": 4})],
        [(19, {"d": 8})],
    )
    assert points.columns["distance_m"].tolist() == [0, 500, 500, 503, 503, 507, 511]


@pytest.mark.parametrize(
    ("sport", "told", "meant"),
    [(Sport.RUN, 85, 170), (Sport.RUN, 170, 170), (Sport.WALK, 55, 110), (Sport.RIDE, 85, 85), (Sport.UNKNOWN, 85, 85)],
)
def test_one_leg_is_counted_as_two_on_foot(sport, told, meant):
    points = finished([(second, {"cad": told}) for second in range(5)], sport=sport)
    assert set(points.columns["cadence_spm"]) == {meant}


def test_a_gap_between_segments_is_a_pause_unless_it_is_the_usual_one():
    points = finished(
        [(second, {}) for second in range(10)],
        [(second, {}) for second in range(10, 20)],
        [(second, {}) for second in range(80, 90)],
    )
    (pause,) = pauses_between(points)
    assert (pause.ended_at - pause.started_at).total_seconds() == 61


@given(st.lists(st.floats(1, 60), min_size=1, max_size=6), st.booleans())
def test_climbs_are_counted_from_turning_point_to_turning_point(heights, down_first):
    turns = np.cumsum([0.0, *(height * (-1 if (k + down_first) % 2 else 1) for k, height in enumerate(heights))])
    altitude = np.repeat(turns, 60)
    ascent, descent = climbed(np.arange(altitude.size, dtype=float), altitude)
    assert ascent - descent == pytest.approx(turns[-1], abs=2 * CLIMB_M)
    assert ascent <= sum(step for step in np.diff(turns) if step > 0) + 1e-6
    if min(heights) > CLIMB_M + 0.01:
        assert ascent == pytest.approx(sum(step for step in np.diff(turns) if step > 0))


def test_no_altitude_is_no_climb():
    assert climbed(np.arange(3.0), np.full(3, nan)) == (None, None)
    assert climbed(np.arange(3.0), np.array([nan, 5, nan])) == (0, 0)


seconds = st.lists(st.integers(0, 7200), max_size=40)


@given(st.lists(seconds, max_size=4))
def test_times_always_rise_and_all_columns_have_one_length(segments):
    points = finished(*([(second, {"hr": 100 + second % 50, "d": second}) for second in part] for part in segments))
    assert (np.diff(points.columns["time_s"]) > 0).all()
    assert {column.size for column in points.columns.values()} == {points.columns["time_s"].size}
    assert points.columns["time_s"].size == len({second for part in segments for second in part})
    assert (np.diff(points.columns.get("distance_m", np.zeros(1))) >= 0).all()
