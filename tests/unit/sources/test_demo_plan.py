from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import pytest

from run_tracker.model import Sport
from run_tracker.sources.demo_plan import Planned, plan

UNTIL = date(2026, 11, 22)
TEN_YEARS = 3650


def runs(until: date, days: int, seed: int) -> list[Planned]:
    return [planned for planned in plan(until, days, seed) if planned.session.sport is Sport.RUN]


def kilometres(runs: Sequence[Planned], since: date, days: int) -> float:
    return sum(run.session.distance_m for run in runs if since <= run.day < since + timedelta(days=days)) / 1000


@pytest.mark.parametrize("seed", range(1, 6))
def test_every_year_has_a_layoff_of_weeks_and_a_careful_return(seed):
    planned = runs(UNTIL, TEN_YEARS, seed)
    breaks = [(a.day, b.day) for a, b in pairwise(planned) if b.day - a.day > timedelta(days=10)]
    assert len(breaks) == 10
    assert len({first - last for last, first in breaks}) > 1
    for last, first in breaks:
        assert timedelta(days=14) < first - last < timedelta(days=35)
        typical = kilometres(planned, last - timedelta(days=84), 56) / 8
        assert kilometres(planned, first, 7) < 0.65 * typical
        assert kilometres(planned, first, 7) < kilometres(planned, first + timedelta(days=21), 7)


def test_fitness_falls_in_a_layoff_and_comes_back():
    fitness = {planned.day: planned.fitness for planned in plan(UNTIL, 250, 1)}
    marathon = max(runs(UNTIL, 250, 1), key=lambda run: run.session.distance_m).day
    back = min(fitness, key=lambda day: fitness[day])
    assert marathon < back < marathon + timedelta(days=90)
    assert fitness[marathon] - fitness[back] > 1.5
    assert fitness[max(fitness)] > fitness[marathon]


def test_the_marathon_is_tapered_for():
    planned = runs(UNTIL, 250, 1)
    monday = max(planned, key=lambda run: run.session.distance_m).day - timedelta(days=6)
    peak, first, second, race_week = (kilometres(planned, monday - timedelta(weeks=n), 7) for n in (3, 2, 1, 0))
    assert peak > first > second
    assert race_week - 42 < 0.5 * peak


def test_hard_days_never_touch():
    hard = [run.day for run in runs(UNTIL, TEN_YEARS, 1) if run.session.load / run.session.distance_m > 0.0099]
    assert len(hard) > 450
    assert all(second - first > timedelta(days=1) for first, second in pairwise(hard))


def test_long_runs_grow_by_small_steps():
    planned = runs(UNTIL, TEN_YEARS, 1)
    for run in planned:
        before = [one.session.distance_m for one in planned if 0 < (run.day - one.day).days <= 30]
        if run.session.distance_m > 12_000 and len(before) > 12 and not run.session.race:
            assert run.session.distance_m < 1.25 * max(before)


def test_years_of_training_make_it_more():
    planned = runs(UNTIL, TEN_YEARS, 1)
    years = [kilometres(planned, UNTIL - timedelta(days=365 * n), 365) for n in range(10, 0, -1)]
    assert years[-1] > 1.1 * years[0]
    assert all(1300 < year < 2600 for year in years)


def test_a_day_does_not_depend_on_how_many_are_asked_for():
    assert plan(UNTIL, 400, 3)[-100:] == plan(UNTIL, 3700, 3)[-100:]
