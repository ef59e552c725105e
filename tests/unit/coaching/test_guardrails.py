import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from run_tracker.coaching.guardrails import FRESH_DAYS, GUARDRAILS, review
from run_tracker.workout import Effort, Kind, Role, Step, Target, Workout
from tests.athlete_states import FACTS, blank_state, state

EASY_MPS = 2.5
REST = Workout(id="rest", kind=Kind.REST, name="Rest day")


def run(metres, kind=Kind.EASY):
    target = Target(effort=Effort.EASY, low_mps=EASY_MPS, high_mps=EASY_MPS)
    return Workout(id="run", kind=kind, name="Run", steps=(Step(role=Role.WORK, target=target, length_m=metres),))


def hard(metres=4_000, kind=Kind.THRESHOLD):
    target = Target(effort=Effort.THRESHOLD, low_mps=3.5, high_mps=3.5)
    return Workout(id="hard", kind=kind, name="Hard", steps=(Step(role=Role.WORK, target=target, length_m=metres),))


def broken(workout, athlete):
    return {finding.rule for finding in review(workout, athlete)}


def returning(gap, fraction, **facts):
    return state(layoff__gap=gap, layoff__fraction=fraction, layoff__usual_run=8_000, layoff__days_back=1, **facts)


def test_the_everyday_runner_may_run_easily_and_hard():
    assert not review(run(8_000), state())
    assert not review(hard(), state())


# S1: one run against the longest of thirty days


@pytest.mark.parametrize(("metres", "is_broken"), [(10_900, False), (11_000, False), (11_000.4, False), (11_001, True)])
def test_s1_a_run_is_at_most_a_tenth_beyond_the_longest(metres, is_broken):
    athlete = state(last_30_days__longest_run=10_000)
    assert ("S1" in broken(run(metres), athlete)) == is_broken


@pytest.mark.parametrize(("before", "is_broken"), [(0, False), (3_000, False), (3_001, True)])
def test_s1_counts_what_was_run_earlier_on_the_day(before, is_broken):
    athlete = state(last_30_days__longest_run=10_000, today__distance=before, last_7_days__distance=20_000)
    assert ("S1" in broken(run(8_000), athlete)) == is_broken


def test_s1_shows_what_was_seen_and_what_is_allowed():
    (finding,) = review(run(12_000), state(last_30_days__longest_run=10_000))
    assert finding.seen is not None
    assert finding.allowed is not None
    assert (finding.seen.value, finding.seen.unit) == (12_000, "m")
    assert (finding.allowed.value, finding.allowed.unit) == (pytest.approx(11_000), "m")
    assert "10.1136/bjsports-2024-109380" in finding.source


@pytest.mark.parametrize(
    "facts",
    [
        {"last_30_days__runs": 2},
        {"last_30_days__runs": None},
        {"last_30_days__longest_run": None},
        {"last_30_days__longest_run": 999},  # of a watch that was started by mistake
    ],
)
def test_s1_leaves_too_little_running_to_s9(facts):
    assert broken(run(20_000), state(**facts)) >= {"S9"}
    assert "S1" not in broken(run(20_000), state(**facts))


# S2: hard days apart


@pytest.mark.parametrize(("days", "is_broken"), [(0, True), (1, True), (2, False)])
def test_s2_an_easier_day_follows_a_hard_one(days, is_broken):
    assert ("S2" in broken(hard(), state(days_since__hard_session=days))) == is_broken


def test_s2_believes_yesterday_over_the_calendar():
    assert "S2" in broken(hard(), state(yesterday__hard_sessions=1))


@pytest.mark.parametrize("fact", ["days_since__race", "days_since__long_hard_session"])
@pytest.mark.parametrize(("days", "is_broken"), [(0, True), (2, True), (3, False)])
def test_s2_two_whole_days_lie_between_a_race_and_hard_work(fact, days, is_broken):
    assert ("S2" in broken(hard(), state(**{fact: days}))) == is_broken
    assert "S2" not in broken(run(8_000), state(**{fact: days}))


def test_s2_without_facts_nothing_is_hard():
    unknown = {"days_since__hard_session": None, "yesterday__hard_sessions": None}
    assert "S2" in broken(hard(), state(**unknown, last_7_days__hard_sessions=None))
    assert "S2" not in broken(hard(), state(**unknown, last_7_days__hard_sessions=0))


# S3: hard sessions a week


@pytest.mark.parametrize(
    ("runs", "done", "is_broken"),
    [(4, 1, False), (4, 2, True), (5, 2, False), (8, 3, True), (9, 3, False), (9, 4, True)],
)
def test_s3_the_runs_a_week_carry_so_many_hard_sessions(runs, done, is_broken):
    athlete = state(typical_week__runs=runs, last_7_days__hard_sessions=done)
    assert ("S3" in broken(hard(), athlete)) == is_broken
    assert "S3" not in broken(run(8_000), athlete)


def test_s3_without_facts_the_smallest_number_holds():
    assert "S3" in broken(hard(), state(typical_week__runs=None, last_7_days__hard_sessions=2))
    assert "S3" in broken(hard(), state(last_7_days__hard_sessions=None))


# S9: beginning, and beginning again


@pytest.mark.parametrize(("metres", "is_broken"), [(4_000, False), (4_000.4, False), (4_001, True)])
def test_s9_the_way_back_is_a_fraction_of_the_usual_run(metres, is_broken):
    assert ("S9" in broken(run(metres), returning(14, 0.5))) == is_broken


@pytest.mark.parametrize(("gap", "is_broken"), [(10, False), (11, True), (None, True)])
def test_s9_nothing_is_hard_on_the_way_back_from_a_longer_break(gap, is_broken):
    assert ("S9" in broken(hard(), returning(gap, 0.9))) == is_broken


@pytest.mark.parametrize(("gap", "fraction", "is_broken"), [(28, 0.5, False), (29, 0.5, True), (29, 0.51, False)])
def test_s9_walking_breaks_come_first_after_a_long_break(gap, fraction, is_broken):
    athlete = returning(gap, fraction)
    assert ("S9" in broken(run(3_000), athlete)) == is_broken
    assert "S9" not in broken(run(3_000, Kind.RUN_WALK), athlete)


def test_s9_a_break_is_over_when_the_fraction_is_whole():
    assert not review(hard(), returning(20, 1.0))


@pytest.mark.parametrize(("seconds", "is_broken"), [(1_799, False), (1_800, False), (1_801, True)])
def test_s9_the_first_runs_take_half_an_hour(seconds, is_broken):
    athlete = state(last_30_days__runs=2)
    assert ("S9" in broken(run(seconds * EASY_MPS), athlete)) == is_broken


@pytest.mark.parametrize(
    ("kind", "is_broken"),
    [(Kind.EASY, False), (Kind.RUN_WALK, False), (Kind.RECOVERY, False), (Kind.STRIDES, True), (Kind.LONG, True)],
)
def test_s9_the_first_runs_are_easy(kind, is_broken):
    assert ("S9" in broken(run(3_000, kind), blank_state())) == is_broken


def test_s9_the_first_runs_are_not_hard_whatever_they_are_called():
    assert "S9" in broken(hard(2_000, Kind.EASY), blank_state())


@pytest.mark.parametrize(("days", "is_broken"), [(11, False), (12, True), (None, True)])
def test_s9_a_break_without_facts_about_it_is_a_first_run(days, is_broken):
    assert ("S9" in broken(run(8_000), state(days_since__last_run=days))) == is_broken


def test_s9_a_break_of_which_no_usual_run_is_known_is_a_first_run():
    assert "S9" in broken(run(8_000), state(layoff__fraction=0.7, layoff__gap=8, last_30_days__runs=1))


# S10: the week


@pytest.mark.parametrize(("metres", "is_broken"), [(7_000, False), (7_000.4, False), (7_001, True)])
def test_s10_a_week_is_at_most_thirty_per_cent_above_the_usual_one(metres, is_broken):
    athlete = state(baseline_week__distance=30_000, last_7_days__distance=32_000)
    assert ("S10" in broken(run(metres), athlete)) == is_broken


@pytest.mark.parametrize(("days", "is_broken"), [(364, True), (365, False), (None, True)])
def test_s10_a_first_year_grows_by_ten_kilometres_at_most(days, is_broken):
    athlete = state(baseline_week__distance=40_000, last_7_days__distance=44_000, history__days=days)
    assert ("S10" in broken(run(7_000), athlete)) == is_broken


@pytest.mark.parametrize(("metres", "is_broken"), [(4_000, False), (4_001, True)])
def test_s10_does_not_keep_a_beginner_from_a_third_short_run(metres, is_broken):
    athlete = state(baseline_week__distance=5_000, last_7_days__distance=8_000)
    assert ("S10" in broken(run(metres), athlete)) == is_broken


def test_s10_a_week_that_is_not_known_counts_as_the_usual_one():
    athlete = state(last_7_days__distance=None, baseline_week__distance=40_000)
    assert "S10" not in broken(run(12_000), athlete)
    assert "S10" in broken(run(12_001), athlete)


def test_s10_a_short_history_is_measured_by_its_mean_week():
    ten_days = state(
        baseline_week__distance=None,
        last_28_days__distance=50_000,
        history__days=9,
        last_7_days__distance=35_000,
    )
    assert "S10" not in broken(run(10_000), ten_days)
    assert "S10" in broken(run(10_001), ten_days)


@pytest.mark.parametrize(
    ("metres", "typical", "days", "is_broken"),
    [
        (3_000, 8_000, 2, False),
        (3_001, 8_000, 2, True),
        (3_000, 8_000, 1, True),
        (2_000, 4_000, 2, False),
        (2_001, 4_000, 2, True),
        (500, None, 2, True),
        (500, 8_000, None, True),
    ],
)
def test_s10_a_heavy_week_shall_not_become_a_break(metres, typical, days, is_broken):
    heavy = {"last_7_days__distance": 90_000, "typical_run__distance": typical, "days_since__last_run": days}
    assert ("S10" in broken(run(metres), state(**heavy))) == is_broken
    assert "S10" in broken(run(metres, Kind.LONG), state(**heavy))
    assert "S10" in broken(hard(metres, Kind.EASY), state(**heavy))


def test_s10_minds_no_other_sport():
    ride = Workout(id="ride", kind=Kind.CROSS_TRAINING, name="Ride")
    assert not review(ride, state(last_7_days__distance=200_000))


# S12: the long run


@pytest.mark.parametrize(("runs", "share"), [(3, 0.5), (3.4, 0.5), (4, 0.35), (None, 0.35)])
def test_s12_a_long_run_keeps_its_share_of_the_week(runs, share):
    athlete = state(typical_week__runs=runs, typical_week__distance=30_000, last_7_days__distance=5_000)
    assert "S12" not in broken(run(share * 30_000, Kind.LONG), athlete)
    assert "S12" in broken(run(share * 30_000 + 1, Kind.LONG), athlete)


def test_s12_the_week_that_is_being_run_counts_where_it_is_the_larger():
    athlete = state(typical_week__distance=20_000, last_7_days__distance=26_000)
    assert "S12" not in broken(run(14_000, Kind.LONG), athlete)
    assert "S12" in broken(run(14_001, Kind.LONG), athlete)


def test_s12_a_run_is_long_after_ninety_minutes_whatever_it_is_called():
    athlete = state(typical_week__distance=20_000, last_7_days__distance=0)
    assert "S12" not in broken(run(89 * 60 * EASY_MPS), athlete)
    assert "S12" in broken(run(90 * 60 * EASY_MPS), athlete)


def test_s12_nothing_is_longer_than_three_hours():
    many = {"typical_week__distance": 200_000, "last_30_days__longest_run": 50_000, "baseline_week__distance": 200_000}
    assert not review(run(180 * 60 * EASY_MPS, Kind.LONG), state(**many))
    assert broken(run(181 * 60 * EASY_MPS, Kind.LONG), state(**many)) == {"S12"}


def test_s12_without_a_week_there_is_no_long_run():
    athlete = state(typical_week__distance=None, last_7_days__distance=None)
    assert "S12" in broken(run(5_000, Kind.LONG), athlete)


# S15: after races


@pytest.mark.parametrize(("race", "last"), [("marathon", 14), ("half_marathon", 7), ("ten_kilometres", 3)])
def test_s15_nothing_is_hard_for_so_many_days_after_a_race(race, last):
    fact = f"days_since__{race}"
    assert "S15" in broken(hard(), state(**{fact: 1}))
    assert "S15" in broken(hard(), state(**{fact: last}))
    assert "S15" not in broken(hard(), state(**{fact: last + 1}))
    assert "S15" not in broken(run(40 * 60 * EASY_MPS), state(**{fact: 3}))


@pytest.mark.parametrize(("days", "is_broken"), [(0, True), (2, True), (3, False)])
def test_s15_nobody_runs_in_the_first_days_after_a_marathon(days, is_broken):
    assert ("S15" in broken(run(3_000), state(days_since__marathon=days))) == is_broken
    assert "S15" not in broken(REST, state(days_since__marathon=days))


@pytest.mark.parametrize(("race", "last"), [("marathon", 7), ("half_marathon", 3)])
def test_s15_runs_are_short_in_the_first_days_after_a_long_race(race, last):
    fact = f"days_since__{race}"
    assert "S15" in broken(run(41 * 60 * EASY_MPS), state(**{fact: last}))
    assert "S15" not in broken(run(41 * 60 * EASY_MPS), state(**{fact: last + 1}))
    assert "S15" not in broken(run(40 * 60 * EASY_MPS), state(**{fact: last}))


@pytest.mark.parametrize(("race", "last"), [("marathon", 14), ("half_marathon", 7)])
@pytest.mark.parametrize("long", [run(8_000, Kind.LONG), run(90 * 60 * EASY_MPS)])
def test_s15_no_run_is_long_for_so_many_days_after_a_long_race(race, last, long):
    assert "S15" in broken(long, state(**{f"days_since__{race}": last}))
    assert "S15" not in broken(long, state(**{f"days_since__{race}": last + 1}))
    assert "S15" not in broken(run(89 * 60 * EASY_MPS), state(**{f"days_since__{race}": last}))


def test_s15_ten_kilometres_keep_nobody_from_a_long_run():
    assert "S15" not in broken(run(8_000, Kind.LONG), state(days_since__ten_kilometres=1))


def test_s15_a_short_race_does_not_hide_a_long_one():
    (finding,) = review(hard(), state(days_since__race=4, days_since__marathon=12))
    assert (finding.rule, finding.seen.value, finding.allowed.value) == ("S15", 12, 15)


# Freshness


@pytest.mark.parametrize(("days", "is_broken"), [(FRESH_DAYS, False), (FRESH_DAYS + 1, True), (None, True)])
def test_old_news_allow_nothing_hard(days, is_broken):
    athlete = state(freshness__newest_activity=days)
    assert ("freshness" in broken(hard(), athlete)) == is_broken
    assert "freshness" not in broken(run(8_000), athlete)


# All of them


some_facts = st.dictionaries(st.sampled_from(sorted(FACTS)), st.floats(0, 100_000), max_size=len(FACTS))


@given(some_facts)
def test_rest_breaks_no_rule_on_any_day(facts):
    assert not review(REST, blank_state(**facts))


@given(some_facts, st.floats(100, 60_000), st.sampled_from([Kind.EASY, Kind.LONG]))
def test_a_shorter_run_never_breaks_more(facts, metres, kind):
    athlete = blank_state(**facts)
    assert broken(run(metres / 2, kind), athlete) <= broken(run(metres, kind), athlete)


@given(some_facts, st.sampled_from(sorted(FACTS)))
def test_missing_facts_never_crash(facts, missing):
    athlete = blank_state(**{name: value for name, value in facts.items() if name != missing})
    assert all(finding.says for workout in (run(9_000), hard()) for finding in review(workout, athlete))


@given(some_facts, st.floats(1_000, 40_000))
def test_what_a_rule_says_holds_no_number(facts, metres):
    for workout in (run(metres, Kind.LONG), hard(metres)):
        for finding in review(workout, blank_state(**facts)):
            assert not re.search(r"\d", finding.says)
            assert finding.says.endswith(".")


def test_every_guardrail_says_who_says_so():
    assert len({rail.id for rail in GUARDRAILS}) == len(GUARDRAILS)
    for rail in GUARDRAILS:
        assert "convention" in rail.source or "https://doi.org/10." in rail.source
        assert rail.title
        assert rail.certainty in {"convention", "moderate"}
