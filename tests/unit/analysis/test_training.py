from datetime import date, timedelta

import pytest

from run_tracker.analysis.training import (
    between,
    distinct,
    in_order,
    long_run_weekday,
    long_runs,
    recent_runs,
    runs_of,
    totals,
    typical_run,
    usual_weeks,
)
from run_tracker.model import Sport
from tests.training_log import entry, steady_weeks

SUNDAY = date(2026, 3, 1)


def days(*backs):
    return [SUNDAY - timedelta(days=back) for back in backs]


def test_totals_of_nothing_are_nothing():
    total = totals([])
    assert (total.distance_m, total.duration_s, total.count, total.longest_m) == (0, 0, 0, 0)


def test_totals_add_up():
    total = totals([entry(SUNDAY, 10, 50), entry(SUNDAY, 5, 30, nth=2)])
    assert (total.distance_m, total.duration_s, total.count, total.longest_m) == (15_000, 4800, 2, 10_000)


def test_both_ends_of_a_range_count():
    log = [entry(day) for day in days(9, 8, 7, 1, 0)]
    assert between(log, *days(8, 1)) == log[1:4]


def test_only_runs_are_runs():
    log = [entry(SUNDAY, sport=sport) for sport in Sport]
    assert [run.activity.sport for run in runs_of(log)] == [Sport.RUN]


def test_order_is_by_time():
    log = [entry(day, nth=nth) for day in days(5, 2, 0) for nth in (1, 2)]
    assert in_order(reversed(log)) == log


def test_two_watches_tell_of_one_run():
    one, other = entry(SUNDAY, 10, 50), entry(SUNDAY, 10.1, 51)
    walk, later = entry(SUNDAY, 4, 50, sport=Sport.WALK), entry(SUNDAY, 5, 30, nth=2)
    assert distinct([one, other]) == distinct([other, one]) == [other]
    assert distinct([later, walk, one]) == [one, walk, later]


def test_usual_weeks_are_the_four_before_the_last_seven_days():
    weeks = usual_weeks(steady_weeks(SUNDAY), SUNDAY)
    assert weeks == [tuple(days(7 * back + 6, 7 * back)) for back in (1, 2, 3, 4)]


def test_a_week_before_the_first_run_is_not_usual():
    assert usual_weeks([], SUNDAY) == []
    assert usual_weeks([entry(*days(12))], SUNDAY) == []
    assert len(usual_weeks([entry(day) for day in days(20, 0)], SUNDAY)) == 2
    assert usual_weeks([entry(day) for day in days(13, 0)], SUNDAY) == []  # one week alone says nothing


def test_a_week_with_a_day_of_a_break_is_not_usual():
    log = steady_weeks(SUNDAY)
    assert len(usual_weeks(log, SUNDAY, [tuple(days(21, 14))])) == 2
    assert len(usual_weeks(log, SUNDAY, [tuple(days(6, 1))])) == 4


def test_usual_weeks_change_with_a_run_only():
    log = steady_weeks(SUNDAY)
    assert all(usual_weeks(log, SUNDAY + timedelta(days=off)) == usual_weeks(log, SUNDAY) for off in range(29))
    assert usual_weeks(log, SUNDAY + timedelta(days=29)) == []


def test_the_typical_run_is_the_median():
    assert typical_run([entry(SUNDAY), entry(SUNDAY)]) is None
    assert typical_run([entry(SUNDAY, km, 6 * km) for km in (5, 6, 30)]) == (6000, 2160)


def test_recent_runs_reach_back_from_the_last_run():
    assert recent_runs([]) == []
    log = [entry(day) for day in days(100, 66, 65, 40, 31)]
    assert recent_runs(log) == log[2:]


@pytest.mark.parametrize(("km", "minutes", "is_long"), [(13, 65, False), (14, 70, True), (9, 90, True), (9, 89, False)])
def test_a_long_run_is_an_hour_and_a_half_or_much_longer_than_typical(km, minutes, is_long):
    log = [entry(day, 10, 50) for day in days(9, 8, 7, 6)]
    assert bool(long_runs([*log, entry(SUNDAY, km, minutes)])) == is_long


def test_the_first_runs_are_long_only_by_time():
    assert long_runs([entry(SUNDAY, 20, 89)]) == []


def test_a_habit_is_three_of_the_last_six():
    log = steady_weeks(SUNDAY)
    weekday, shown = long_run_weekday(long_runs(log), SUNDAY)
    assert (weekday, len(shown)) == (6, 6)
    assert long_run_weekday(long_runs(log)[-2:], SUNDAY) is None
    assert long_run_weekday([], SUNDAY) is None
    assert long_run_weekday(long_runs(log), SUNDAY + timedelta(days=120)) is None


def test_of_two_habits_the_newer_counts():
    saturdays, sundays = ([entry(day, 20, 100) for day in days(*backs)] for backs in ((15, 8, 1), (14, 7, 0)))
    weekday, shown = long_run_weekday(in_order(saturdays + sundays), SUNDAY)
    assert (weekday, shown) == (6, sundays)
