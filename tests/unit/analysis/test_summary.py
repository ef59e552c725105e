from datetime import UTC, datetime
from math import inf, nan, radians

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from run_tracker.analysis.summary import EARTH_M, summarise
from run_tracker.model import COLUMNS, Activity, Recording, Sport, SubSport, Summary

START_S = 1_772_000_000.0
HOUR_S = 3600


def recording(sport=Sport.RUN, **columns):
    activity = Activity(
        sport=sport,
        sub_sport=SubSport.ROAD,
        started_at=datetime.fromtimestamp(START_S, UTC),
        timer_s=0.0,
        elapsed_s=0.0,
        distance_m=0.0,
    )
    return Recording(activity=activity, columns={name: np.asarray(column, float) for name, column in columns.items()})


def steady(seconds=HOUR_S, speed=3.1, every=1):
    time_s = START_S + np.arange(0, seconds + 1, every)
    return time_s, (time_s - START_S) * speed


def efforts(**columns):
    return dict(summarise(recording(**columns)).best_efforts)


def test_an_even_hour():
    time_s, distance_m = steady()
    summary = summarise(recording(time_s=time_s, distance_m=distance_m, heart_rate_bpm=np.full(HOUR_S + 1, 151.0)))
    assert dict(summary.best_efforts) == pytest.approx(
        {window: window * 3.1 for window in (60, 120, 180, 300, 600, 720, 1200, 1800, 2700, 3600)}, abs=0.06
    )
    assert summary.speed_bands_s == (0.0,) * 12 + (3600.0,)
    assert summary.heart_rate_bands_s == (0.0,) * 30 + (3601.0,)


def test_the_best_effort_is_found_where_it_is():
    speed = np.full(HOUR_S, 3.0)
    speed[1000:1300] = 5.0
    time_s, distance_m = steady()[0], np.append(0, np.cumsum(speed))
    found = efforts(time_s=time_s, distance_m=distance_m)
    assert (found[60], found[300], found[600]) == (300, 1500, 2400)


def test_smart_recording_is_filled_in():
    time_s, distance_m = steady(every=5)
    assert efforts(time_s=time_s, distance_m=distance_m) == pytest.approx(
        efforts(time_s=steady()[0], distance_m=steady()[1])
    )


def test_a_pause_counts_as_time():
    time_s, distance_m = steady(1800)
    time_s[900:] += 300
    found = efforts(time_s=time_s, distance_m=distance_m)
    assert found[600] == pytest.approx(1860, abs=4)
    assert found[1800] == pytest.approx(1500 * 3.1, abs=4)
    assert sum(summarise(recording(time_s=time_s, distance_m=distance_m)).speed_bands_s) == pytest.approx(1800, abs=20)


@pytest.mark.parametrize("jump_m", [100, 500, 20_000])
def test_a_jump_makes_nobody_fast(jump_m):
    time_s, distance_m = steady()
    distance_m[1000:] += jump_m
    assert efforts(time_s=time_s, distance_m=distance_m)[300] == pytest.approx(300 * 3.1, rel=0.01)


def test_going_astray_for_a_while_makes_nobody_very_fast():
    time_s, distance_m = steady()
    distance_m[1000:] += np.minimum(8.0 * np.arange(len(distance_m) - 1000), 240)
    assert efforts(time_s=time_s, distance_m=distance_m)[300] < 300 * 3.1 * 1.2


def test_a_counter_that_starts_again_takes_nothing_away():
    time_s, distance_m = steady()
    distance_m[1800:] -= distance_m[1800]
    assert efforts(time_s=time_s, distance_m=distance_m)[3600] == pytest.approx(3600 * 3.1, abs=4)


def test_without_distance_speed_is_integrated():
    time_s, distance_m = steady()
    speed = np.full(len(time_s), 3.1)
    speed[::7] = nan
    assert efforts(time_s=time_s, speed_mps=np.full(len(time_s), 3.1)) == efforts(time_s=time_s, distance_m=distance_m)
    assert efforts(time_s=time_s, speed_mps=speed)[3600] == pytest.approx(3600 * 3.1 * 6 / 7, rel=0.01)
    assert efforts(time_s=time_s, speed_mps=speed, distance_m=np.zeros(len(time_s)))[60] > 100


def test_without_speed_positions_are_measured():
    time_s, distance_m = steady()
    north = 50 + np.degrees(distance_m / EARTH_M)
    found = efforts(time_s=time_s, latitude_deg=north, longitude_deg=np.full(len(time_s), 9.0))
    assert found[1800] == pytest.approx(1800 * 3.1, rel=1e-3)
    east = 9 + np.degrees(distance_m / EARTH_M / np.cos(radians(50)))
    east[100:200] = nan
    found = efforts(time_s=time_s, latitude_deg=np.full(len(time_s), 50.0), longitude_deg=east)
    assert found[1800] == pytest.approx(1800 * 3.1, rel=1e-3)


def test_half_a_position_is_none():
    time_s, _ = steady()
    assert summarise(recording(time_s=time_s, latitude_deg=np.linspace(50, 51, len(time_s)))) == Summary()


@pytest.mark.parametrize("columns", [{}, {"time_s": []}, {"time_s": [nan, nan]}, {"time_s": [START_S]}])
def test_next_to_nothing_is_an_empty_summary(columns):
    assert summarise(recording(**columns)) == Summary()


def test_one_record_has_a_heart_rate_at_most():
    summary = summarise(recording(time_s=[START_S], distance_m=[5.0], heart_rate_bpm=[122.0]))
    assert summary == Summary(heart_rate_bands_s=(0.0,) * 24 + (1.0,))


def test_records_of_one_second_are_one():
    summary = summarise(recording(time_s=[START_S] * 3, distance_m=[0.0, 2.0, 4.0]))
    assert summary == Summary()


def test_only_runs_have_best_efforts():
    time_s, distance_m = steady(speed=9.1)
    summary = summarise(recording(Sport.RIDE, time_s=time_s, distance_m=distance_m))
    assert summary.best_efforts == ()
    assert summary.speed_bands_s == (0.0,) * 36 + (3600.0,)


def test_standing_is_not_moving():
    time_s, distance_m = steady(speed=0.3)
    assert summarise(recording(time_s=time_s, distance_m=distance_m)).speed_bands_s == ()


def test_a_heart_rate_holds_until_the_next_but_not_for_ever():
    time_s = START_S + np.array([0, 4, 8, 600, 601])
    summary = summarise(recording(time_s=time_s, heart_rate_bpm=[100, 250, 105, nan, 110]))
    assert summary.heart_rate_bands_s == (0.0,) * 20 + (4.0, 30.0, 1.0)


def test_a_clock_that_jumps_does_not_fill_the_memory():
    time_s, distance_m = steady()
    time_s[:10] -= 30 * 365 * 86_400
    time_s[-1] = nan
    assert 3580 < sum(summarise(recording(time_s=time_s, distance_m=distance_m)).speed_bands_s) <= 3600


numbers = st.one_of(st.floats(-1e5, 1e5), st.just(nan))


@given(st.data(), st.integers(0, 40), st.sampled_from(Sport))
def test_any_columns_make_a_sensible_summary(data, length, sport):
    steps = data.draw(arrays(float, length, elements=st.floats(0, 500)))
    names = data.draw(st.sets(st.sampled_from(COLUMNS[1:])))
    columns = {name: data.draw(arrays(float, length, elements=numbers)) for name in sorted(names)}
    summary = summarise(recording(sport, time_s=START_S + np.cumsum(steps), **columns))
    metres = [metres for _, metres in summary.best_efforts]
    assert metres == sorted(metres)
    assert all(0 <= metres <= 7.5 * seconds * 1.6 for seconds, metres in summary.best_efforts)
    assert all(0 <= seconds < inf for seconds in summary.speed_bands_s + summary.heart_rate_bands_s)
    assert len(summary.heart_rate_bands_s) <= 47
    assert len(summary.speed_bands_s) <= 30 * 1.6 * 4 + 1


@given(arrays(float, 900, elements=st.floats(0, 7)))
def test_a_longer_window_never_holds_less(speeds):
    metres = [
        metres for _, metres in summarise(recording(time_s=steady(900)[0], speed_mps=np.append(0, speeds))).best_efforts
    ]
    assert metres == sorted(metres)
