import re

import pytest
from hypothesis import given, settings

from run_tracker.coaching.body import CAPS, body
from run_tracker.coaching.guardrails import review
from run_tracker.coaching.library import LIBRARY, candidates, entry_id, menu
from run_tracker.workout import Effort, Kind, Repeat, Role
from tests.athlete_states import any_states, blank_state, high_mileage_state, likely_states, novice_state, state

RUNNERS = {"everyday": state(), "novice": novice_state(), "high mileage": high_mileage_state(), "new": blank_state()}
runners = pytest.mark.parametrize("athlete", RUNNERS.values(), ids=RUNNERS.keys())


def by_id(athlete):
    return {workout.id: workout for workout in candidates(athlete)}


def test_the_library_holds_more_than_twenty_workouts_of_every_kind():
    assert len({entry.id for entry in LIBRARY}) == len(LIBRARY) > 20
    assert {entry.kind for entry in LIBRARY} == set(Kind)
    assert len({entry.name for entry in LIBRARY}) == len(LIBRARY)


def test_every_workout_fits_somebody():
    built = {entry_id(workout) for workout in candidates(high_mileage_state())}
    built |= {entry_id(workout) for workout in candidates(novice_state())}
    assert built == {entry.id for entry in LIBRARY}


@given(any_states() | likely_states())
@settings(max_examples=60)
def test_whatever_the_runner_every_workout_can_be_run(athlete):
    offered = candidates(athlete)
    ids = [workout.id for workout in offered]
    assert len(set(ids)) == len(ids)
    for workout in offered:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", workout.id)
        assert all(part.times > 0 for part in workout.steps if isinstance(part, Repeat))
        assert all((step.length_m or step.length_s) > 0 for step in workout.flat())
        assert bool(workout.distance_m) == workout.is_run
        assert bool(workout.duration_s) == (workout.kind is not Kind.REST)


@given(any_states() | likely_states())
@settings(max_examples=60)
def test_hard_work_lies_between_ten_easy_minutes(athlete):
    for workout in candidates(athlete):
        if workout.is_hard or workout.kind is Kind.RACE_PACE:
            first, *_, last = workout.flat()
            assert (first.role, last.role) == (Role.WARMUP, Role.COOLDOWN)
            for step in (first, last):
                high_mps = step.target.high_mps
                assert step.target.effort is Effort.EASY
                assert (step.length_s or (step.length_m or 0) / (high_mps or 1)) >= 600


@given(any_states() | likely_states())
@settings(max_examples=60)
def test_the_menu_is_what_the_guardrails_allow_and_rest_is_always_on_it(athlete):
    allowed = menu(athlete)
    assert allowed[0].kind is Kind.REST
    assert not any(review(workout, athlete) for workout in allowed)
    assert [workout for workout in candidates(athlete) if not review(workout, athlete)] == list(allowed)


@given(likely_states())
@settings(max_examples=60)
def test_no_session_holds_more_work_than_the_week_carries(athlete):
    runner = body(athlete)
    for workout in candidates(athlete):
        for effort, (share, most_m) in CAPS.items():
            if effort is Effort.MARATHON:
                continue
            work_m = sum(step.distance_m for step in workout.flat() if step.target.effort is effort)
            assert work_m <= min(share * runner.week_m, most_m) + 0.5


@runners
def test_the_same_runner_gets_the_same_workouts(athlete):
    assert candidates(athlete) == candidates(athlete)


@runners
def test_distances_on_foot_are_sensible(athlete):
    for workout in candidates(athlete):
        if workout.kind in {Kind.EASY, Kind.LONG, Kind.MEDIUM_LONG, Kind.RECOVERY} and not _is_timed(workout):
            assert workout.distance_m % 100 == pytest.approx(0, abs=1e-6)


def _is_timed(workout):
    return any(step.length_s is not None for step in workout.flat())


def test_everyday_distances_are_half_kilometres():
    offered = by_id(state())
    assert [offered[name].distance_m for name in ("easy-short", "easy", "easy-long")] == [6_000, 8_000, 10_000]
    assert [offered[name].distance_m for name in ("long-run-short", "long-run")] == [13_000, 15_500]
    assert offered["long-fast-finish"].distance_m == 15_500
    assert [offered[name].distance_m for name in ("easy-strides", "progression")] == [8_000, 8_000]


def test_hard_work_is_cut_to_the_week():
    few, many = by_id(state()), by_id(high_mileage_state())
    assert few["400s-long"].steps[1].times == 5
    assert many["400s-long"].steps[1].times == 12
    assert few["tempo-long"].hard_s == pytest.approx(4_500 / 3.6)
    assert many["tempo-long"].hard_s <= 30 * 60
    assert "tempo" not in by_id(novice_state())
    assert "pyramid-long" not in few
    assert "pyramid-long" in many


def test_a_session_shorter_than_the_usual_run_gets_a_longer_warm_up():
    usual = by_id(state(typical_week__distance=60_000))["200s-short"]
    assert usual.distance_m == pytest.approx(body(state(typical_week__distance=60_000)).run_m, abs=2_500)
    assert usual.steps[0].length_m > by_id(state())["200s-short"].steps[0].length_m


def test_speeds_are_the_runners_own():
    easy, tempo = by_id(state())["easy"].steps[0].target, by_id(state())["tempo"].steps[1].target
    assert (easy.low_mps, easy.high_mps) == (2.55, 3.0)
    assert tempo.low_mps < 3.6 < tempo.high_mps
    assert tempo.mid_mps == pytest.approx(3.6)


def test_hills_are_run_by_effort():
    assert by_id(state())["hills"].steps[1].steps[0].target.mid_mps == 0


def test_without_speeds_the_usual_run_says_what_is_easy():
    unknown = {f"speed__{name}": None for name in ("easy_slow", "easy_fast", "marathon", "threshold", "interval")}
    offered = by_id(state(**unknown))
    target = offered["easy"].steps[0].target
    assert target.low_mps < 8_000 / 2_850 < target.high_mps
    assert offered["tempo"].steps[1].length_m is None
    assert offered["tempo"].steps[1].length_s % 60 == 0
    assert offered["800s-long"].steps[1].steps[0].target.mid_mps == 0


@pytest.mark.parametrize(
    "facts",
    [
        {"speed__easy_slow": None, "typical_run__duration": None},
        {"speed__easy_fast": None, "typical_run__distance": None},
        {"speed__easy_slow": 1.5, "speed__easy_fast": 2.0},  # so slow a mean holds walking
    ],
)
def test_where_easy_is_not_known_runs_are_timed(facts):
    offered = by_id(state(**facts))
    assert offered["easy"].steps[0].length_m is None
    assert offered["easy"].steps[0].length_s % 60 == 0
    assert offered["hills"].steps[0].length_s == 12 * 60


def test_who_begins_or_begins_again_walks_in_between():
    for athlete in (
        blank_state(),
        state(layoff__fraction=0.35, layoff__gap=40, layoff__usual_run=8_000, last_30_days__longest_run=None),
    ):
        walks = [workout for workout in candidates(athlete) if workout.kind is Kind.RUN_WALK]
        assert [entry_id(workout) for workout in walks] == ["run-walk"] * 3
        assert all(15 * 60 <= workout.duration_s <= 30 * 60 for workout in walks)
    assert not [workout for workout in candidates(state()) if workout.kind is Kind.RUN_WALK]


def test_a_break_without_known_runs_before_it_is_measured_by_what_is_usual():
    back = state(layoff__fraction=0.5, layoff__gap=20, last_30_days__longest_run=None)
    assert body(back).run_m == pytest.approx(0.5 * body(state()).run_m, rel=0.1)


def test_on_the_way_back_runs_stay_within_the_fraction_and_the_longest_run():
    assert body(state(layoff__fraction=0.5, layoff__usual_run=8_000)).run_m == 4_000
    assert body(state(layoff__fraction=0.9, layoff__usual_run=8_000, last_30_days__longest_run=3_000)).run_m == (
        pytest.approx(3_300)
    )


def test_who_never_ran_far_is_led_to_a_long_run():
    longest = {f"{span}__longest_run": 8_000 for span in ("typical_week", "last_28_days", "last_30_days")}
    flat = state(typical_week__distance=40_000, **longest)
    assert by_id(flat)["long-run"].distance_m == 8_500
    assert "medium-long-run" not in by_id(flat)


def test_one_week_without_a_long_run_does_not_shorten_the_next():
    assert body(state(typical_week__longest_run=12_000)).long_m == pytest.approx(0.9 * 16_000)


def test_what_was_there_this_year_comes_back_faster():
    low = {"typical_week__distance": 20_000, "typical_week__longest_run": 5_000, "last_28_days__longest_run": 5_000}
    slow = body(state(**low, last_365_days__distance=1_000_000))
    quick = body(state(**low, last_365_days__distance=2_000_000))
    assert slow.most_easy_m < quick.most_easy_m


def test_who_runs_once_a_week_is_measured_by_the_usual_run():
    assert body(state(typical_week__runs=1, typical_week__longest_run=8_000)).run_m == 8_000


def test_a_dose_that_changes_nothing_is_not_offered_twice():
    athlete = state(last_30_days__longest_run=15_000)
    offered = [workout for workout in candidates(athlete) if entry_id(workout) == "long-run"]
    assert [workout.id for workout in offered] == ["long-run", "long-run-short"]


@runners
def test_the_run_before_strides_is_the_run_and_no_warm_up(athlete):
    for workout in candidates(athlete):
        if workout.kind is Kind.STRIDES:
            assert [part.role for part in workout.steps if not isinstance(part, Repeat)] == [Role.WORK, Role.COOLDOWN]
