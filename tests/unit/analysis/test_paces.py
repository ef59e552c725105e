from dataclasses import astuple
from datetime import date, timedelta
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from run_tracker.analysis.paces import (
    EASY_TRUST,
    MARATHON_M,
    PLAUSIBLE,
    TRUST,
    daniels_gilbert,
    fitness,
    oxygen_cost,
    race_time_s,
    speed_at,
    training_speeds,
    usual_speed,
)
from run_tracker.model import Sport
from tests.training_log import entry, steady_weeks

TODAY = date(2026, 3, 1)
HALF_M = 21_097.5

fitnesses = st.floats(*PLAUSIBLE)


def clock(text):
    hours, minutes, seconds = ["0", *text.split(":")][-3:]
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def test_a_published_five_kilometres():
    assert isclose(daniels_gilbert(5000, clock("24:34")), 39.11039839652726, rel_tol=1e-9)


@pytest.mark.parametrize(
    ("metres", "time", "value"),
    [(5000, "20:00", 49.806), (10_000, "40:00", 51.944), (HALF_M, "1:30:00", 50.977), (MARATHON_M, "3:00:00", 53.528)],
)
def test_round_races(metres, time, value):
    assert daniels_gilbert(metres, clock(time)) == pytest.approx(value, abs=5e-4)


@pytest.mark.parametrize(
    ("value", "metres", "time"),
    [
        (38, 5000, "25:12"),
        (38, 10_000, "52:17"),
        (38, HALF_M, "1:55:55"),
        (38, MARATHON_M, "3:59:35"),
        (50, 5000, "19:57"),
        (50, 10_000, "41:21"),
        (50, HALF_M, "1:31:35"),
        (50, MARATHON_M, "3:10:49"),
    ],
)
def test_race_times_are_those_of_the_printed_table(value, metres, time):
    assert race_time_s(value, metres) == pytest.approx(clock(time), rel=0.0015)


@pytest.mark.parametrize(
    ("value", "marathon", "threshold", "interval"),
    [(40, "5:27", "5:06", "4:41"), (50, "4:31", "4:15", "3:55"), (60, "3:52", "3:40", "3:23")],
)
def test_training_paces_are_the_known_ones(value, marathon, threshold, interval):
    speeds = training_speeds(value)
    assert 1000 / speeds.marathon == pytest.approx(clock(marathon), abs=1)
    assert 1000 / speeds.threshold == pytest.approx(clock(threshold), abs=1)
    assert 1000 / speeds.interval == pytest.approx(clock(interval), abs=1)
    assert 400 / speeds.interval - 400 / speeds.repetition == pytest.approx(6)


@given(fitnesses)
def test_training_speeds_are_ordered(value):
    speeds = list(astuple(training_speeds(value)))
    assert speeds == sorted(set(speeds))


@given(fitnesses, fitnesses)
def test_the_fitter_runner_trains_faster(one, other):
    slower, faster = sorted((one, other))
    assert all(a <= b for a, b in zip(astuple(training_speeds(slower)), astuple(training_speeds(faster)), strict=True))


@given(st.floats(1, 8))
def test_speed_and_oxygen_are_each_other_turned_round(speed):
    assert speed_at(oxygen_cost(speed)) == pytest.approx(speed)


@given(fitnesses, st.floats(1500, MARATHON_M))
def test_a_predicted_race_shows_the_fitness_it_was_predicted_from(value, metres):
    assert daniels_gilbert(metres, race_time_s(value, metres)) == pytest.approx(value, rel=1e-3)


def test_fewer_than_three_runs_tell_nothing():
    runs = [entry(TODAY - timedelta(days=back)) for back in (0, 2)]
    assert fitness(runs, TODAY) is None
    rides = [entry(TODAY - timedelta(days=back), 30, 60, sport=Sport.RIDE) for back in range(1, 9)]
    assert fitness(runs + rides, TODAY) is None
    assert fitness([*runs, entry(TODAY - timedelta(days=120))], TODAY) is None
    assert fitness([*runs, entry(TODAY - timedelta(days=119))], TODAY) is not None


def test_rest_alone_changes_no_estimate():
    log = steady_weeks(TODAY, weeks=16, pattern=(0, 8, 0, 10, 0, 6, 24))
    assert fitness(log, TODAY + timedelta(days=110)) == fitness(log, TODAY)


def test_the_usual_speed_is_the_median():
    log = [entry(TODAY - timedelta(days=back), 10, minutes) for back, minutes in ((0, 40), (1, 60), (2, 50), (150, 70))]
    assert usual_speed(log, TODAY) == pytest.approx(10 / 3)
    assert usual_speed([entry(TODAY, 2, 10)], TODAY) == 0
    assert usual_speed([], TODAY) == 0


def test_walks_count_for_nothing():
    assert fitness([entry(TODAY - timedelta(days=back), 4, 60) for back in range(9)], TODAY) is None


def test_who_races_is_known_by_two_races():
    races = [entry(TODAY - timedelta(days=back), 10, 40) for back in (5, 40)]
    found = fitness([*steady_weeks(TODAY, min_per_km=6), *races], TODAY)
    assert found.value == pytest.approx(51.944, abs=1e-3)
    assert set(found.activities) == {race.id for race in races}


def test_one_broken_recording_makes_nobody_fast():
    log = steady_weeks(TODAY, min_per_km=6)
    race = entry(TODAY, 10, 40)
    broken = entry(TODAY, 10, 30)
    assert fitness([*log, race, broken], TODAY).value == pytest.approx(TRUST * fitness([*log, race, race], TODAY).value)


def test_an_impossible_effort_is_left_out():
    log = steady_weeks(TODAY, min_per_km=6)
    impossible = entry(TODAY, 10, 50, best_efforts=((300, 2400.0), (1200, 4000.0)))
    possible = entry(TODAY, 10, 50, best_efforts=((1200, 4000.0),))
    assert fitness([*log, impossible], TODAY).value == fitness([*log, possible], TODAY).value


def test_who_never_runs_hard_could_run_faster_than_ever_shown():
    log = steady_weeks(TODAY, pattern=(0, 8, 0, 10, 0, 6, 24))
    found = fitness(log, TODAY)
    assert found.value == pytest.approx(oxygen_cost(10 / 3) / 0.75)
    assert found.value > max(daniels_gilbert(10 / 3 * seconds, seconds) for seconds in (300, 3600, 7200))
    assert found.activities == tuple(sorted(run.id for run in log))


def test_easy_running_lifts_the_estimate_only_so_far():
    found = fitness([entry(TODAY - timedelta(days=back), 5, 25) for back in range(9)], TODAY)
    assert found.value == pytest.approx(EASY_TRUST * daniels_gilbert(5000, 1500))


def test_short_runs_do_not_say_how_fast_easy_is():
    short = [entry(TODAY - timedelta(days=back), 2, 10) for back in range(9)]
    assert fitness(short, TODAY).value == pytest.approx(daniels_gilbert(2000, 600))


def test_a_run_longer_than_the_formula_holds_is_known_by_its_best_hours():
    ultras = [entry(TODAY - timedelta(days=7 * back), 40, 300, best_efforts=((3600, 9000.0),)) for back in range(4)]
    assert fitness(ultras, TODAY).value == pytest.approx(EASY_TRUST * daniels_gilbert(9000, 3600), rel=0.2)
