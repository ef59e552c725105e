import pytest

from run_tracker.coaching.body import STEADY_BAND, STEADY_DAYS, body
from run_tracker.workout import Effort
from tests.athlete_states import state

UNKNOWN = {"speed__easy_slow": None, "speed__easy_fast": None}


def test_the_usual_run_says_how_fast_easy_is_where_nothing_better_does():
    target = body(state(**UNKNOWN, typical_run__distance=6_000, typical_run__duration=2_400)).target(Effort.EASY)
    assert target.low_mps == pytest.approx(2.5 * (1 - STEADY_BAND))
    assert target.high_mps == pytest.approx(2.5 * (1 + STEADY_BAND))


@pytest.mark.parametrize("seconds", [0, 1e-300, 600, 4_000])
def test_a_mean_that_nobody_runs_sets_no_speed(seconds):
    target = body(state(**UNKNOWN, typical_run__distance=6_000, typical_run__duration=seconds)).target(Effort.EASY)
    assert target.high_mps is None


@pytest.mark.parametrize(
    "facts",
    [
        {"days_since__last_run": STEADY_DAYS + 1},
        {"layoff__fraction": 0.5, "layoff__gap": 20, "layoff__usual_run": 8_000},
    ],
)
def test_after_a_break_old_runs_set_no_speed(facts):
    assert body(state(**UNKNOWN, **facts)).target(Effort.EASY).high_mps is None
    assert body(state(**facts)).target(Effort.EASY).high_mps == state().get("speed.easy_fast")
