from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from run_tracker.analysis.effort import (
    Yardstick,
    is_hard,
    is_long_hard,
    is_race_like,
    max_heart_rate,
    seconds_above,
    yardstick,
)
from run_tracker.analysis.paces import Fitness, race_time_s
from run_tracker.model import HEART_RATE_BAND_BPM, SPEED_BAND_MPS
from tests.training_log import entry, steady_weeks

TODAY = date(2026, 3, 1)
THRESHOLD_MPS = 3.75
BY_SPEED = Yardstick(
    fitness=Fitness(value=47.4, activities=()), threshold_mps=THRESHOLD_MPS, usual_mps=3.0, max_heart_rate_bpm=None
)
BY_HEART = Yardstick(fitness=None, threshold_mps=None, usual_mps=0.0, max_heart_rate_bpm=190)
BY_BOTH = replace(BY_SPEED, max_heart_rate_bpm=190)


def bands(width, *parts):
    """The seconds in each band, from (value, seconds) pairs, each at the lower end of its band."""
    filled = [0.0] * (int(max(value for value, _ in parts) / width) + 1)
    for value, seconds in parts:
        filled[int(value / width)] += seconds
    return tuple(filled)


def with_heart(run, mean, *parts):
    summary = replace(run.summary, heart_rate_bands_s=bands(HEART_RATE_BAND_BPM, *parts))
    return replace(run, activity=replace(run.activity, heart_rate_bpm=mean), summary=summary)


def with_speed(run, *parts):
    return replace(run, summary=replace(run.summary, speed_bands_s=bands(SPEED_BAND_MPS, *parts)))


@given(st.lists(st.floats(0, 7200), max_size=40), st.floats(-5, 220), st.floats(0, 220))
def test_seconds_above_fall_with_the_level(bands_s, level, more):
    found = seconds_above(bands_s, 5, level)
    assert 0 <= seconds_above(bands_s, 5, level + more) <= found <= sum(bands_s) + 1e-6


def test_a_band_is_shared_out_evenly():
    assert seconds_above((0, 100, 40), 5, 6) == pytest.approx(80 + 40)
    assert seconds_above((), 5, 6) == 0


def test_easy_runs_are_not_hard():
    log = steady_weeks(TODAY)
    by = yardstick(log, TODAY)
    assert not any(is_hard(run, by) or is_race_like(run, by) or is_long_hard(run, by) for run in log)


@pytest.mark.parametrize("min_per_km", [4.5, 5.0, 6.0, 7.0, 9.0])
@pytest.mark.parametrize("km", [4, 5, 10, 15])
def test_an_even_pace_is_not_hard_every_day(min_per_km, km):
    log = steady_weeks(TODAY, weeks=16, pattern=(km,) * 7, min_per_km=min_per_km)
    by = yardstick(log, TODAY)
    assert not [run.day for run in log if is_hard(run, by)]
    faster = entry(TODAY, km, km * min_per_km / 1.25)
    assert is_hard(faster, yardstick([*log, faster], TODAY))


def test_a_speed_is_hard_only_where_it_stands_out():
    tempo = with_speed(entry(TODAY, 9, 40), (3.75, 1200), (3.25, 1200))
    assert is_hard(tempo, BY_SPEED)
    assert not is_hard(tempo, replace(BY_SPEED, usual_mps=3.8))
    assert is_hard(with_heart(tempo, 175, (175, 2400)), replace(BY_BOTH, usual_mps=3.8))


@pytest.mark.parametrize(("hard_minutes", "hard"), [(0, False), (4, False), (6, True), (20, True)])
def test_minutes_at_interval_speed_make_a_run_hard(hard_minutes, hard):
    run = with_speed(entry(TODAY), (4.25, 60 * hard_minutes), (3.0, 3000 - 60 * hard_minutes))
    assert is_hard(run, BY_SPEED) is hard


@pytest.mark.parametrize(("minutes", "hard"), [(8, False), (11, True)])
def test_minutes_at_threshold_make_a_run_hard(minutes, hard):
    run = with_speed(entry(TODAY), (3.75, 60 * minutes), (3.0, 3000 - 60 * minutes))
    assert is_hard(run, BY_SPEED) is hard


@pytest.mark.parametrize(("km", "minutes", "hard"), [(5, 23.2, True), (5, 24, False), (3, 14, False)])
def test_a_whole_run_close_to_threshold_is_hard(km, minutes, hard):
    run = with_speed(entry(TODAY, km, minutes), (3.25, 60 * minutes))
    assert is_hard(run, BY_SPEED) is hard


@pytest.mark.parametrize(("minutes", "hard"), [(18, False), (21, True)])
def test_minutes_at_a_high_heart_rate_make_a_run_hard(minutes, hard):
    run = with_heart(entry(TODAY), 165, (175, 60 * minutes), (150, 3000 - 60 * minutes))
    assert is_hard(run, BY_HEART) is hard


@pytest.mark.parametrize(("mean", "hard"), [(150, True), (160, False), (None, False)])
def test_a_heart_rate_that_swings_shows_hills_and_repetitions(mean, hard):
    run = with_heart(entry(TODAY), mean, (175, 300), (130, 2700))
    assert is_hard(run, BY_HEART) is hard


def test_a_low_heart_rate_clears_a_run_that_only_looks_fast():
    fast = with_speed(entry(TODAY), (3.75, 1200), (3.0, 1800))
    assert is_hard(with_heart(fast, 140, (140, 2800), (165, 200)), BY_BOTH) is False
    assert is_hard(with_heart(fast, 155, (140, 2600), (165, 400)), BY_BOTH) is True
    assert is_hard(with_heart(fast, 140, (140, 600)), BY_BOTH) is True  # a strap that fell off clears nothing
    assert is_hard(with_heart(with_speed(fast, (4.25, 400)), 140, (140, 3000)), BY_BOTH) is True


def test_where_nothing_is_known_nothing_is_hard():
    nothing = yardstick([], TODAY)
    assert nothing == Yardstick(fitness=None, threshold_mps=None, usual_mps=0.0, max_heart_rate_bpm=None)
    assert not is_hard(entry(TODAY, hard_minutes=30), nothing)
    assert not is_race_like(entry(TODAY, 10, 30), nothing)


@pytest.mark.parametrize(("metres", "ratio", "race"), [(5000, 1.02, True), (5000, 1.05, False), (21_097.5, 0.9, True)])
def test_a_race_is_close_to_the_best_predicted(metres, ratio, race):
    minutes = race_time_s(BY_SPEED.fitness.value, metres) * ratio / 60
    assert is_race_like(entry(TODAY, metres / 1000, minutes), BY_SPEED) is race
    assert is_long_hard(entry(TODAY, metres / 1000, minutes), BY_SPEED) is race
    assert is_hard(with_speed(entry(TODAY, metres / 1000, minutes), (3.0, 60 * minutes)), BY_SPEED) or not race


def test_forty_kilometres_are_a_race_however_long_they_took():
    assert not is_race_like(entry(TODAY, 39.9, 300), BY_SPEED)
    assert is_race_like(entry(TODAY, 40, 300), BY_HEART)
    assert is_hard(entry(TODAY, 40, 300), BY_HEART)


@pytest.mark.parametrize(("km", "minutes"), [(4, 10), (30, 600)])
def test_what_is_too_short_or_too_long_to_tell_is_no_race(km, minutes):
    assert not is_race_like(entry(TODAY, km, minutes), BY_SPEED)


def test_an_hour_and_a_half_is_long_hard_only_with_something_hard():
    assert not is_long_hard(entry(TODAY, 18, 90), BY_SPEED)
    assert is_long_hard(entry(TODAY, 18, 90, hard_minutes=20), BY_SPEED)
    assert not is_long_hard(entry(TODAY, 16, 80, hard_minutes=20), BY_SPEED)


def test_the_highest_heart_rate_is_what_was_held():
    year = [with_heart(entry(TODAY), 140, (140, 3000), (150, 600)) for _ in range(50)]
    top = with_heart(entry(TODAY), 170, (165, 900), (185, 400))
    assert 185 <= max_heart_rate([*year, top]) <= 190
    spike = with_heart(entry(TODAY), 140, (140, 3000), (220, 50))
    assert max_heart_rate([*year, top, spike]) < 190


def test_who_never_went_near_the_maximum_did_not_show_it():
    assert max_heart_rate([]) is None
    assert max_heart_rate([entry(TODAY, heart_rate=140)] * 9) is None
    assert max_heart_rate([with_heart(entry(TODAY), 190, (190, 30))]) is None


def test_runs_are_measured_by_the_last_year_and_the_day():
    log = steady_weeks(TODAY)
    old = with_heart(entry(TODAY - timedelta(days=365)), 185, (130, 3000), (190, 900))
    recent = with_heart(entry(TODAY - timedelta(days=364)), 185, (130, 3000), (190, 900))
    assert yardstick([*log, old], TODAY).max_heart_rate_bpm is None
    assert yardstick([*log, recent], TODAY).max_heart_rate_bpm == pytest.approx(195, abs=1)
    assert yardstick(log, TODAY).threshold_mps == pytest.approx(3.77, abs=0.01)
