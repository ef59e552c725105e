from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from run_tracker.coaching.guardrails import review
from run_tracker.coaching.library import entry_id, menu
from run_tracker.coaching.prescribe import prescribe
from run_tracker.coaching.prose import check_prose, sayable
from run_tracker.coaching.rules import RuleCoach, ahead, is_quality, likely, weighed
from run_tracker.coaching.situation import situation
from run_tracker.workout import Kind
from tests.athlete_states import (
    WEDNESDAY,
    any_states,
    blank_state,
    high_mileage_state,
    likely_states,
    novice_state,
    state,
)

MONDAY, TUESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = (WEDNESDAY + timedelta(days=n) for n in (-2, -1, 1, 2, 3, 4))
EASY = {Kind.EASY, Kind.RECOVERY, Kind.STRIDES, Kind.PROGRESSION, Kind.MEDIUM_LONG}
GENTLE = {Kind.EASY, Kind.RECOVERY, Kind.REST}
OFF = {Kind.REST, Kind.CROSS_TRAINING}
HARD = {Kind.THRESHOLD, Kind.INTERVALS, Kind.REPETITIONS, Kind.FARTLEK, Kind.HILLS}


def suggestion(athlete):
    attempt = RuleCoach().propose(athlete, ())
    assert attempt.proposal is not None
    return attempt.proposal


def reasons(athlete):
    return {reason for score, reason in weighed(workout_for(athlete), situation(athlete)) if score > 0 and reason}


def workout_for(athlete):
    return suggestion(athlete).workout


BACK = {
    "last_7_days__distance": 0,
    "last_7_days__runs": 0,
    "last_7_days__hard_sessions": 0,
    "yesterday__distance": 0,
    "layoff__usual_run": 8_000,
    "layoff__days_back": 0,
}
"""Somebody whose first run after a break would be today's."""

SCENARIOS = {
    "empty history": (blank_state(history__runs=0), {Kind.RUN_WALK}),
    "beginner after a day off": (novice_state(), EASY),
    "beginner the day after a run": (
        novice_state(history__runs=5, days_since__last_run=1, yesterday__distance=3_000),
        {Kind.REST},
    ),
    "beginner who has run without walking": (
        blank_state(
            history__runs=6,
            history__days=20,
            last_30_days__runs=6,
            last_30_days__longest_run=5_000,
            last_run__speed=2.6,
            days_since__last_run=2,
            freshness__newest_activity=2,
        ),
        {Kind.EASY, Kind.RECOVERY},
    ),
    "beginner with a full week": (novice_state(last_7_days__runs=3), OFF),
    "45 km, hard day": (state(day=TUESDAY, days_since__long_run=2, days_since__hard_session=4), HARD),
    "45 km, day between": (state(), EASY),
    "45 km, second hard day": (
        state(day=FRIDAY, days_since__long_run=5, days_since__hard_session=3, last_7_days__hard_sessions=1),
        HARD,
    ),
    "45 km, Sunday": (state(day=SUNDAY, days_since__long_run=7, days_since__hard_session=2), {Kind.LONG}),
    "day before the long run": (state(day=SATURDAY, days_since__long_run=6), GENTLE),
    "day after the long run": (
        state(day=MONDAY, days_since__long_run=1, yesterday__distance=15_000, last_run__distance=15_000),
        GENTLE,
    ),
    "day after intervals": (
        state(day=WEDNESDAY, days_since__hard_session=1, yesterday__hard_sessions=1, last_7_days__hard_sessions=2),
        GENTLE,
    ),
    "day after a race": (state(day=TUESDAY, days_since__race=1, days_since__long_hard_session=1), GENTLE),
    "two days after a race": (state(day=TUESDAY, days_since__race=2), GENTLE),
    "five rest days": (
        state(days_since__last_run=6, last_7_days__runs=1, last_7_days__distance=8_000, freshness__newest_activity=6),
        EASY,
    ),
    "ran already today": (state(today__runs=1, today__distance=8_000, days_since__last_run=0), {Kind.REST}),
    "heavy week just done": (state(last_7_days__distance=62_000, last_7_days__runs=6), OFF),
    "as many runs as usual": (state(last_7_days__runs=5), OFF),
    "brisk run yesterday": (state(day=TUESDAY, days_since__long_run=2, last_run__speed=3.4), GENTLE),
    "100 km, day between": (high_mileage_state(), EASY),
    "100 km, hard day": (high_mileage_state(day=TUESDAY, days_since__long_run=2), HARD),
    "eight days off": (
        state(**BACK, layoff__gap=8, layoff__fraction=0.7, days_since__last_run=9, freshness__newest_activity=9),
        {Kind.EASY, Kind.RECOVERY},
    ),
    "three weeks off": (
        state(**BACK, layoff__gap=21, layoff__fraction=0.5, days_since__last_run=22, freshness__newest_activity=22),
        {Kind.EASY, Kind.RECOVERY},
    ),
    "two months off": (
        state(
            **BACK,
            layoff__gap=60,
            layoff__fraction=0.35,
            days_since__last_run=61,
            last_30_days__runs=0,
            last_30_days__longest_run=None,
            last_28_days__longest_run=None,
            freshness__newest_activity=61,
        ),
        {Kind.RUN_WALK},
    ),
    "the day after the first run back": (
        state(layoff__gap=60, layoff__fraction=0.36, layoff__usual_run=8_000, layoff__days_back=1),
        {Kind.REST},
    ),
    "only jogs so far": (
        state(
            day=TUESDAY,
            days_since__long_run=2,
            days_since__hard_session=None,
            last_7_days__hard_sessions=0,
            last_28_days__hard_sessions=0,
        ),
        HARD,
    ),
    "other sports on a day off": (state(last_7_days__runs=5, other_sports__last_7_days=3), {Kind.CROSS_TRAINING}),
}


@pytest.mark.parametrize(("athlete", "kinds"), SCENARIOS.values(), ids=SCENARIOS.keys())
def test_a_good_coach_would_suggest(athlete, kinds):
    assert workout_for(athlete).kind in kinds


@pytest.mark.parametrize("athlete", [athlete for athlete, _ in SCENARIOS.values()], ids=SCENARIOS.keys())
def test_a_suggestion_wins_at_the_first_try(athlete):
    prescription = prescribe(athlete, [RuleCoach()])
    assert prescription.coach == "rules"
    assert len(prescription.attempts) == 1


@given(any_states() | likely_states())
@settings(max_examples=200)
def test_no_suggestion_ever_breaks_a_guardrail_or_says_what_is_not_known(athlete):
    proposal = suggestion(athlete)
    assert not review(proposal.workout, athlete)
    assert not check_prose(proposal.prose, athlete.facts.keys() | sayable(proposal.workout))


def test_recordings_of_nothing_do_not_keep_a_runner_at_rest():
    nothing = {f"{span}__longest_run": 0 for span in ("last_7_days", "last_28_days", "last_30_days", "typical_week")}
    athlete = state(**nothing, last_7_days__distance=0, typical_week__distance=0, baseline_week__distance=0)
    assert workout_for(athlete).kind in EASY
    assert workout_for(state(**nothing, typical_run__distance=0, layoff__usual_run=0, layoff__fraction=0.5))


@given(likely_states())
@settings(max_examples=60)
def test_the_same_facts_get_the_same_suggestion(athlete):
    assert suggestion(athlete) == suggestion(athlete)


@given(likely_states())
@settings(max_examples=60)
def test_a_hard_day_is_never_followed_by_a_hard_one(athlete):
    facts = {name: each.value for name, each in athlete.facts.items()}
    after = state(day=athlete.day, **(facts | {"yesterday.hard_sessions": 1, "days_since.hard_session": 1}))
    assert not is_quality(workout_for(after))
    assert workout_for(after).kind is not Kind.LONG


@given(st.dates(WEDNESDAY, WEDNESDAY + timedelta(days=400)), st.floats(0, 60_000))
@settings(max_examples=60)
def test_a_fuller_week_never_gets_a_longer_easy_run(day, distance_m):
    less, more = (
        workout_for(state(day=day, last_7_days__distance=each, days_since__hard_session=1))
        for each in (distance_m, distance_m * 1.3)
    )
    assert more.distance_m <= less.distance_m + 500


@given(likely_states())
@settings(max_examples=60)
def test_nobody_runs_twice_a_day(athlete):
    facts = {name: each.value for name, each in athlete.facts.items()}
    assert workout_for(state(day=athlete.day, **(facts | {"today.runs": 1}))).kind is Kind.REST


def test_hard_work_differs_from_week_to_week():
    tuesdays = [TUESDAY + timedelta(weeks=week) for week in range(12)]
    facts = {"days_since__long_run": 2, "days_since__hard_session": 4}
    entries = [entry_id(workout_for(state(day=day, **facts))) for day in tuesdays]
    assert all(entry != following for entry, following in pairwise(entries))
    assert len(set(entries)) >= 4


def test_the_two_hard_days_of_a_week_are_of_two_kinds():
    tuesday = workout_for(state(day=TUESDAY, days_since__long_run=2))
    friday = workout_for(state(day=FRIDAY, days_since__long_run=5, days_since__hard_session=3))
    assert tuesday.kind is not friday.kind


def test_the_first_speed_is_a_small_dose_by_feel():
    kinds = {
        workout_for(
            state(
                day=TUESDAY + timedelta(weeks=week),
                days_since__long_run=2,
                days_since__hard_session=None,
                last_7_days__hard_sessions=0,
                last_28_days__hard_sessions=0,
            ),
        ).id
        for week in range(8)
    }
    assert kinds <= {"fartlek-short", "tempo-short", "hills-short"}


def test_the_fourth_week_cuts_back():
    weeks = [WEDNESDAY + timedelta(weeks=week) for week in range(4)]
    (lighter,) = [day for day in weeks if situation(state(day=day)).cuts_back]
    others = [workout_for(state(day=day)).distance_m for day in weeks if day != lighter]
    assert workout_for(state(day=lighter)).distance_m < min(others)


def test_on_the_day_of_the_long_run_tired_legs_hear_nothing_of_a_longer_run():
    athlete = state(day=SUNDAY, days_since__long_run=7, days_since__race=2)
    assert situation(athlete).long_due
    assert "longer_due" not in reasons(athlete)


def test_a_longer_run_is_promised_only_where_it_is_longer():
    athlete = state(day=SUNDAY, days_since__long_run=7, last_30_days__longest_run=12_000)
    told = {
        workout.id
        for workout in menu(athlete)
        if "longer_due" in dict(map(reversed, weighed(workout, situation(athlete))))
    }
    assert told == {"easy-long"}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"days_since__long_run": 0, "today__distance": 15_000}, "ran_long"),
        ({"days_since__long_run": 7, "today__distance": 15_000}, "ran_long"),
        ({"days_since__long_run": 7, "today__distance": 8_000}, "ran_today"),
    ],
)
def test_who_has_run_long_today_hears_of_today_and_not_of_yesterday(facts, expected):
    found = reasons(state(day=SUNDAY, today__runs=1, days_since__last_run=0, **facts))
    assert expected in found
    assert not any(reason.startswith("after_") for reason in found)


def test_who_is_nearly_back_hears_so():
    athlete = state(layoff__gap=135, layoff__fraction=0.9, layoff__usual_run=8_000, layoff__days_back=30)
    assert "back_behind" in reasons(athlete)


def test_a_beginner_who_ran_today_hears_of_today():
    ran = {"days_since__last_run": 0, "today__runs": 1, "today__distance": 5_000}
    assert reasons(novice_state(history__runs=5, **ran)) == {"ran_today"}


@pytest.mark.parametrize(
    ("gap", "expected"),
    [(6, "back_short"), (10, "back_short"), (21, "back_middle"), (60, "back_long"), (135, "back_very_long")],
)
def test_the_way_back_is_told_by_the_length_of_the_break(gap, expected):
    facts = {"days_since__last_run": gap + 1, "freshness__newest_activity": gap + 1}
    found = reasons(state(**BACK, layoff__gap=gap, layoff__fraction=0.6, **facts))
    assert expected in found
    assert "rested" not in found


def test_every_third_week_the_long_run_ends_fast():
    sundays = [SUNDAY + timedelta(weeks=week) for week in range(12)]
    entries = [entry_id(workout_for(state(day=day, days_since__long_run=7))) for day in sundays]
    assert 3 <= entries.count("long-fast-finish") <= 4
    assert entries.count("long-run") == 12 - entries.count("long-fast-finish")


def test_two_weeks_do_not_read_alike():
    said = {suggestion(state(day=WEDNESDAY + timedelta(weeks=week))).prose.reason for week in range(4)}
    assert len(said) == 4


def test_a_coach_without_hard_work_on_the_menu_stays_easy():
    athlete = state(
        day=TUESDAY,
        days_since__long_run=2,
        days_since__last_run=2,
        yesterday__distance=0,
        last_30_days__longest_run=4_000,
    )
    assert situation(athlete).quality_due
    assert workout_for(athlete).kind in EASY


def looks_ahead(athlete):
    return ahead(workout_for(athlete), likely(situation(athlete), menu(athlete)))


@pytest.mark.parametrize(
    ("athlete", "expected"),
    [
        (state(day=SUNDAY, days_since__long_run=7), "recover"),
        (state(day=TUESDAY, days_since__long_run=2), "recover"),
        (state(day=SATURDAY, days_since__long_run=6), "long"),
        (state(day=MONDAY, days_since__long_run=1, last_7_days__runs=5), "quality"),
        (state(day=WEDNESDAY, last_7_days__runs=5), "rest"),
        (state(day=WEDNESDAY), "easy"),
        (blank_state(), "build"),
        (novice_state(history__runs=5, days_since__last_run=1), "rest"),
        (state(day=SATURDAY, days_since__long_run=6, days_since__race=1), "easy"),
        (state(day=SATURDAY, days_since__long_run=6, freshness__newest_activity=6), "easy"),
        (state(day=SATURDAY, days_since__long_run=6, last_30_days__longest_run=7_000), "easy"),
        (state(day=MONDAY, days_since__long_run=8, days_since__race=1), "easy"),
        (state(day=MONDAY, days_since__long_run=1, days_since__hard_session=1, last_7_days__runs=5), "rest"),
        (state(day=MONDAY, days_since__long_run=8, last_30_days__longest_run=4_000), "easy"),
    ],
)
def test_the_closing_looks_ahead(athlete, expected):
    assert looks_ahead(athlete) == expected
