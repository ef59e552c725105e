from datetime import timedelta

import pytest

from run_tracker.coaching.situation import Strain, situation
from tests.athlete_states import WEDNESDAY, blank_state, novice_state, state

TUESDAY = WEDNESDAY - timedelta(days=1)
LIGHTER = next(
    day for day in (WEDNESDAY + timedelta(weeks=week) for week in range(4)) if situation(state(day=day)).cuts_back
)


@pytest.mark.parametrize(
    "athlete",
    [
        novice_state(day=LIGHTER, history__runs=5),
        novice_state(day=LIGHTER),
        blank_state(day=LIGHTER, history__runs=0),
        state(day=LIGHTER, freshness__newest_activity=6),
        state(day=LIGHTER, layoff__gap=60, layoff__fraction=0.6, layoff__usual_run=8_000, layoff__days_back=20),
        state(day=LIGHTER, last_28_days__distance=60_000),
    ],
)
def test_nobody_is_told_of_a_lighter_week_who_has_no_load(athlete):
    assert not situation(athlete).cuts_back


@pytest.mark.parametrize(
    ("last_mps", "usual_s", "expected"),
    [(3.4, 2_850, True), (3.4, 8_000 / 3.4, False), (3.4, None, True), (3.05, 2_850, False)],
)
def test_a_brisk_run_is_quicker_than_easy_and_than_usual(last_mps, usual_s, expected):
    athlete = state(day=TUESDAY, days_since__long_run=2, last_run__speed=last_mps, typical_run__duration=usual_s)
    assert (situation(athlete).strain is Strain.BRISK) == expected


@pytest.mark.parametrize(("days", "felt"), [(7, True), (8, False)])
def test_a_marathon_is_felt_for_a_week(days, felt):
    assert (situation(state(days_since__race=days, days_since__marathon=days)).strain is Strain.RACE) == felt
