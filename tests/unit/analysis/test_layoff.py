from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from run_tracker.analysis.layoff import allowed_fraction, breaks, fitness_kept, layoff
from tests.training_log import entry, steady_weeks

TODAY = date(2026, 3, 1)


def away(gap_days, days_back=0):
    """Eight steady weeks of four runs, a break, and (unless today's would be the first) a run a day since."""
    before = steady_weeks(TODAY - timedelta(days=gap_days + days_back + 1), pattern=(8, 0, 12, 0, 0, 8, 12))
    last = max(run.day for run in before)
    gap = timedelta(days=gap_days + 1)
    return before, [entry(last + gap + timedelta(days=back), 5, 30) for back in range(days_back)], last + gap


@pytest.mark.parametrize(
    ("gap_days", "days_back", "fraction"),
    [
        (5, 0, 1.0),
        (6, 0, 0.70),
        (10, 0, 0.70),
        (10, 7, 1.0),
        (11, 0, 0.50),
        (20, 10, 0.75),
        (28, 0, 0.50),
        (28, 28, 1.0),
        (29, 0, 0.35),
        (300, 21, 0.675),
        (300, 42, 1.0),
        (300, 400, 1.0),
    ],
)
def test_the_table_of_coming_back(gap_days, days_back, fraction):
    assert allowed_fraction(gap_days, days_back) == pytest.approx(fraction)


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 60), st.integers(0, 60))
def test_longer_away_never_allows_more_and_longer_back_never_less(gap_days, longer, days_back, later):
    fraction = allowed_fraction(gap_days, days_back)
    assert 0.35 <= allowed_fraction(gap_days + longer, days_back) <= fraction
    assert fraction <= allowed_fraction(gap_days, days_back + later) <= 1


@pytest.mark.parametrize(
    ("gap_days", "days_back", "kept"),
    [(0, 0, 1.0), (5, 0, 1.0), (6, 0, 0.997), (10, 7, 1.0), (15, 0, 0.97), (20, 10, 0.9775), (21, 0, 0.952)],
)
def test_fitness_is_lost_day_by_day_and_comes_back(gap_days, days_back, kept):
    assert fitness_kept(gap_days, days_back) == pytest.approx(kept)


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 60), st.integers(0, 60))
def test_longer_away_never_keeps_more_fitness_and_longer_back_never_less(gap_days, longer, days_back, later):
    assert 0.95 < fitness_kept(gap_days + longer, 0) <= fitness_kept(gap_days, 0) <= 1
    assert fitness_kept(gap_days, days_back) <= fitness_kept(gap_days, days_back + later) <= 1


def test_no_runs_no_break():
    assert breaks([], TODAY) == []
    assert layoff([], TODAY) is None


def test_who_runs_every_few_days_has_no_break():
    assert layoff(steady_weeks(TODAY), TODAY) is None
    before, _, today = away(5)
    assert layoff(before, today) is None


@pytest.mark.parametrize("gap_days", [6, 10, 11, 28, 29, 200])
def test_today_would_be_the_first_run_back(gap_days):
    before, _, today = away(gap_days)
    found = layoff(before, today)
    assert (found.gap_days, found.days_back) == (gap_days, 0)
    assert found.fraction == allowed_fraction(gap_days, 0)
    assert found.usual_run_m == pytest.approx(10_000)
    assert found.usual_week_m == pytest.approx(40_000)
    assert found.last_run == before[-1].day


def test_the_first_run_back_does_not_end_the_return():
    before, since, first = away(14, 3)
    found = layoff(before + since, first)
    assert (found.gap_days, found.days_back) == (14, 0)
    found = layoff(before + since, first + timedelta(days=3))
    assert (found.gap_days, found.days_back) == (14, 3)
    assert found.fraction == pytest.approx(0.5 + 0.5 * 3 / 14)
    assert found.usual_run_m == pytest.approx(10_000)


def test_the_return_ends():
    before, since, first = away(8, 7)
    assert layoff(before + since, first + timedelta(days=6)) is not None
    assert layoff(before + since, first + timedelta(days=7)) is None


def test_of_nested_breaks_the_most_restrictive_wins():
    before, since, first = away(40, 2)
    again = first + timedelta(days=9)  # seven days without a run after the second day back
    found = layoff(before + since, again)
    assert (found.gap_days, found.days_back) == (7, 0)
    assert found.fraction * found.usual_run_m < allowed_fraction(40, 9) * 10_000
    since.append(entry(again, 5, 30))
    long_break, short_break = allowed_fraction(40, 15), allowed_fraction(7, 6)
    assert long_break < short_break
    assert layoff(before + since, again + timedelta(days=6)).fraction < 1


def test_a_new_runner_has_no_usual_run():
    log = [entry(TODAY - timedelta(days=back), 5, 30) for back in (20, 18)]
    found = layoff(log, TODAY)
    assert (found.gap_days, found.usual_run_m, found.usual_week_m) == (17, None, None)
    back = [*log, *(entry(TODAY + timedelta(days=day), 5, 30) for day in range(3))]
    assert layoff(back[:-1], TODAY + timedelta(days=2)) is not None
    assert layoff(back, TODAY + timedelta(days=3)) is None


def test_few_runs_in_the_last_month_are_filled_up_with_the_ones_before():
    log = [entry(TODAY - timedelta(days=back), 10, 50) for back in (70, 69, 68, 20, 19)]
    assert layoff(log, TODAY).usual_run_m == pytest.approx(10_000)


def test_a_short_history_is_not_spread_over_four_weeks():
    log = [entry(TODAY - timedelta(days=back), 10, 50) for back in (20, 18, 16, 14, 13, 11, 9, 7)]
    assert layoff(log, TODAY).usual_week_m == pytest.approx(40_000)


def test_a_week_between_runs_is_no_break_to_who_runs_once_a_week():
    log = [entry(TODAY - timedelta(days=7 * back)) for back in range(1, 9)]
    assert layoff(log, TODAY) is None
    assert layoff(log, TODAY + timedelta(days=4)) is not None
    assert layoff(log[:3], TODAY) is not None  # three runs are no habit yet
