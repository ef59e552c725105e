from datetime import timedelta

import pytest

from run_tracker.coaching import rules_prose
from run_tracker.coaching.library import candidates
from run_tracker.coaching.proposal import Prose
from run_tracker.coaching.prose import WORKOUT_PLACEHOLDERS, check_prose, placeholders
from run_tracker.coaching.rules import CONSIDERATIONS, RuleCoach
from run_tracker.coaching.rules_prose import AHEAD, DONE, FAST_FINISH, WHAT, WHY, prose
from run_tracker.coaching.situation import Gap, Strain
from run_tracker.coaching.state import FACTS
from run_tracker.workout import Kind
from tests.athlete_states import WEDNESDAY, blank_state, high_mileage_state, novice_state, state

HINTS = {name: value for name, value in vars(rules_prose).items() if name.startswith("AFTER_")}
KNOWN = FACTS.keys() | WORKOUT_PLACEHOLDERS
DAYS = range(14)


def faults(*, reason="Go.", follow_up="Go.", closing="Go."):
    return check_prose(Prose(reason=reason, follow_up=(follow_up,), closing=closing), KNOWN)


@pytest.mark.parametrize(
    "template", [*DONE, *FAST_FINISH, *(text for table in (WHY, WHAT) for texts in table.values() for text in texts)]
)
def test_reasons_hold_no_number_of_their_own(template):
    assert not faults(reason=template)


@pytest.mark.parametrize("template", [text for texts in HINTS.values() for text in texts])
def test_hints_hold_no_number_and_no_fact(template):
    assert not faults(follow_up=template)
    assert not placeholders(template)


@pytest.mark.parametrize("template", [text for texts in AHEAD.values() for text in texts])
def test_closings_hold_no_number_and_no_fact(template):
    assert not faults(closing=template)
    assert not placeholders(template)


def test_every_reason_can_be_told_without_facts():
    assert all(not placeholders(texts[-1]) for texts in WHY.values())


def test_every_strain_has_its_reason():
    assert {f"after_{strain}" for strain in Strain if strain is not Strain.NONE} < WHY.keys()


def test_every_length_of_a_break_has_its_reason():
    assert {f"back_{gap}" for gap in Gap} < WHY.keys()


def test_the_pace_is_told_only_of_workouts_that_have_one():
    one_pace = {Kind.EASY, Kind.RECOVERY, Kind.MEDIUM_LONG, Kind.LONG}
    assert {kind for kind, texts in WHAT.items() if "{workout.pace}" in " ".join(texts)} == one_pace
    for athlete in (state(), novice_state(), high_mileage_state()):
        for workout in candidates(athlete):
            if workout.kind in one_pace and not workout.id.startswith("long-fast-finish"):
                assert len({step.target for step in workout.flat()}) == 1


def test_a_lay_off_of_months_does_not_read_the_same_every_few_days():
    walks = next(workout for workout in candidates(novice_state()) if workout.kind is Kind.RUN_WALK)
    said = {
        prose(walks, ["back_very_long"], "build", back).templates()
        for day in range(60)
        for back in [state(day=WEDNESDAY + timedelta(days=day), layoff__gap=120, layoff__usual_run=8_000)]
    }
    assert len(said) >= 30


def test_every_kind_can_be_described():
    assert WHAT.keys() == set(Kind)


@pytest.mark.parametrize("athlete", [state(), novice_state(), high_mileage_state(), blank_state()])
@pytest.mark.parametrize("reason", WHY)
def test_every_workout_can_be_argued_for_by_every_reason_on_every_day(athlete, reason):
    for workout in candidates(athlete):
        said = prose(workout, [reason, "easy_day"], "easy", athlete)
        known = athlete.facts.keys() | {name for name in KNOWN if name.startswith("workout.")}
        assert not check_prose(said, known)
        assert len(set(said.follow_up)) == len(said.follow_up) == 3


def test_a_fact_of_nothing_is_not_told():
    told = {
        template
        for day in DAYS
        for template in prose(
            candidates(state())[0],
            ["week_full"],
            "rest",
            state(day=WEDNESDAY + timedelta(days=day), last_7_days__runs=0, last_7_days__distance=0),
        ).templates()
    }
    assert not any("{last_7_days" in template for template in told)


def test_the_plain_reason_is_told_only_where_there_is_no_other():
    easy = next(workout for workout in candidates(state()) if workout.id == "easy")
    alone, beside = (prose(easy, reasons, "easy", state()).reason for reasons in (["easy_day"], ["rested", "easy_day"]))
    assert any(alone.startswith(text) for text in WHY["easy_day"])
    assert not any(text in beside for text in WHY["easy_day"])


def test_a_reason_is_found_for_whatever_is_chosen():
    easy = next(workout for workout in candidates(state()) if workout.id == "easy")
    assert prose(easy, [], "easy", state()).reason


def test_a_fast_finish_is_described_as_one():
    long = next(workout for workout in candidates(state()) if workout.id == "long-fast-finish")
    assert any(prose(long, ["long_due"], "recover", state()).reason.endswith(text) for text in FAST_FINISH)


def test_after_a_run_nobody_is_told_to_take_the_day_off():
    rest = candidates(state())[0]
    for day in DAYS:
        ran = state(day=WEDNESDAY + timedelta(days=day), today__distance=8_000)
        assert prose(rest, ["ran_today"], "rest", ran).reason.endswith(DONE)


def test_hints_fit_the_day():
    offered = {workout.id: workout for workout in candidates(state())}
    for workout_id, reasons, expected in (
        ("rest", [], "AFTER_REST"),
        ("tempo", [], "AFTER_HARD_WORK"),
        ("race-pace", [], "AFTER_HARD_WORK"),
        ("long-run", [], "AFTER_LONG_RUN"),
        ("easy-strides", [], "AFTER_STRIDES"),
        ("easy", [], "AFTER_EASY"),
        ("easy", ["back_short"], "AFTER_FIRST_RUNS"),
    ):
        said = prose(offered[workout_id], reasons, "easy", state())
        assert set(said.follow_up) < set(HINTS[expected])


def test_the_weights_fall_from_what_counts_most():
    weights = [each.weight for each in CONSIDERATIONS]
    assert weights == sorted(weights, reverse=True)


def test_the_rule_coach_needs_one_try():
    assert (RuleCoach.name, RuleCoach.tries) == ("rules", 1)
