import subprocess
import sys
from dataclasses import asdict, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from run_tracker.coaching.state import FACTS, athlete_state
from run_tracker.model import Device, Sport
from tests.training_log import entry, steady_weeks

SUNDAY = date(2026, 3, 1)
UNITS = {"m", "s", "m/s", "bpm", "spm", "day", "count", "ratio", "weekday", "ml/kg/min"}
SUMS = [f"last_{days}_days.{name}" for days in (7, 28, 365) for name in ("distance", "duration", "runs")]

entries = st.builds(
    lambda back, km, pace, hard, sport, nth: entry(
        SUNDAY - timedelta(days=back),
        km,
        km * pace,
        hard_minutes=hard * km,
        sport=sport,
        heart_rate=110.0 + 10 * hard + pace,
        nth=nth,
    ),
    st.integers(-3, 400),
    st.integers(1, 30),
    st.floats(4, 8),
    st.floats(0, 1),
    st.sampled_from([Sport.RUN, Sport.RUN, Sport.RUN, Sport.RIDE, Sport.STRENGTH]),
    st.integers(1, 2),
)
logs = st.lists(entries, max_size=30, unique_by=lambda each: each.id)


def facts(log, day=SUNDAY):
    return {fact_id: fact.value for fact_id, fact in athlete_state(log, day).facts.items()}


def test_an_empty_log_holds_no_runs():
    state = athlete_state([], SUNDAY)
    assert {fact_id: fact.value for fact_id, fact in state.facts.items()} == {"history.runs": 0}
    assert state.get("last_7_days.distance") is None


def test_steady_weeks():
    found = facts(steady_weeks(SUNDAY))
    assert found["last_7_days.distance"] == found["typical_week.distance"] == found["baseline_week.distance"] == 40_000
    assert found["last_28_days.duration"] == 4 * 40 * 300
    assert found["last_7_days.longest_run"] == found["typical_week.longest_run"] == 16_000
    assert (found["last_7_days.runs"], found["last_30_days.runs"], found["last_365_days.runs"]) == (4, 18, 32)
    assert (found["today.distance"], found["yesterday.distance"]) == (16_000, 6000)
    assert (found["typical_week.runs"], found["typical_run.distance"]) == (4, 9000)
    assert found["habit.long_run_weekday"] == SUNDAY.weekday()
    assert (found["days_since.last_run"], found["days_since.long_run"], found["history.days"]) == (0, 0, 54)
    assert (found["last_28_days.hard_sessions"], found["last_run.speed"]) == (0, pytest.approx(10 / 3))
    assert not any(fact_id.startswith("layoff") or "hard_session" in fact_id for fact_id in found if found[fact_id])


def test_hard_days_are_seen():
    log = steady_weeks(SUNDAY - timedelta(days=7))
    hard = [
        entry(SUNDAY - timedelta(days=5), hard_minutes=20),
        entry(SUNDAY - timedelta(days=1), 20, 100, hard_minutes=30),
    ]
    found = facts([*log, *hard])
    assert (found["last_7_days.hard_sessions"], found["yesterday.hard_sessions"]) == (2, 1)
    assert (found["days_since.hard_session"], found["days_since.long_hard_session"]) == (1, 1)
    assert "days_since.race" not in found


def test_an_even_pace_is_no_hard_week():
    found = facts(steady_weeks(SUNDAY, weeks=16, pattern=(5,) * 7, min_per_km=6))
    assert (found["last_7_days.runs"], found["last_7_days.hard_sessions"]) == (7, 0)


def test_races_are_told_apart_by_their_length():
    raced = ((20, 42.2, 260), (9, 21.1, 88), (5, 10, 40), (2, 5, 19))
    races = [entry(SUNDAY - timedelta(days=back), km, minutes) for back, km, minutes in raced]
    found = facts([*steady_weeks(SUNDAY, min_per_km=6), *races])
    names = ("race", "ten_kilometres", "half_marathon", "marathon")
    assert [found[f"days_since.{name}"] for name in names] == [2, 5, 9, 20]
    assert found["days_since.hard_session"] == 2


def test_a_race_is_a_hard_session():
    found = facts([*steady_weeks(SUNDAY - timedelta(days=2)), entry(SUNDAY - timedelta(days=1), 42.2, 300)])
    assert (found["yesterday.hard_sessions"], found["last_7_days.hard_sessions"]) == (1, 1)
    assert (found["days_since.hard_session"], found["days_since.marathon"]) == (1, 1)


def test_a_race_is_seen():
    races = [entry(SUNDAY - timedelta(days=back), 10, 40) for back in (2, 30)]
    found = facts([*steady_weeks(SUNDAY, min_per_km=6), *races])
    assert (found["days_since.race"], found["days_since.long_hard_session"]) == (2, 2)
    assert found["fitness.daniels_gilbert"] == pytest.approx(51.944, abs=1e-3)
    assert athlete_state(races + steady_weeks(SUNDAY), SUNDAY).facts["speed.threshold"].activities == tuple(
        race.id for race in reversed(races)
    )


def test_where_effort_is_not_known_nobody_claims_an_easy_week():
    found = facts([entry(SUNDAY), entry(SUNDAY - timedelta(days=2))])
    assert not any(fact_id.startswith(("speed.", "fitness.")) or "hard" in fact_id for fact_id in found)


def test_the_last_run_is_told():
    log = [entry(SUNDAY, 5, 30, heart_rate=141.0, nth=2), entry(SUNDAY, 10, 50)]
    found = facts(log)
    assert (found["last_run.distance"], found["last_run.heart_rate"]) == (5000, 141)
    assert (found["today.distance"], found["today.runs"]) == (15_000, 2)
    stopped = replace(log[0], activity=replace(log[0].activity, timer_s=0.0))
    assert "last_run.speed" not in facts([stopped])


def test_other_sports_are_counted_apart():
    rides = [entry(SUNDAY - timedelta(days=back), 30, 60, sport=Sport.RIDE) for back in (0, 6, 7)]
    found = facts(rides)
    assert (found["other_sports.last_7_days"], found["last_28_days.runs"], found["history.runs"]) == (2, 0, 0)
    assert found["freshness.newest_activity"] == 0
    assert not {"days_since.last_run", "history.days", "last_7_days.longest_run"} & set(found)


def test_a_break_of_eight_days_limits_the_run_and_the_week():
    log = steady_weeks(SUNDAY)
    found = facts(log, SUNDAY + timedelta(days=9))
    assert (found["layoff.gap"], found["layoff.days_back"], found["layoff.fraction"]) == (8, 0, 0.7)
    assert found["layoff.usual_run"] == pytest.approx(10_000)
    assert found["baseline_week.distance"] == pytest.approx(28_000)
    assert found["typical_week.distance"] == pytest.approx(40_000)


def test_nobody_gets_faster_by_resting():
    log = steady_weeks(SUNDAY, weeks=20, pattern=(0, 8, 0, 10, 0, 6, 24))
    days = [facts(log, SUNDAY + timedelta(days=back)) for back in range(45)]
    speeds = [found.get("speed.easy_fast", 0.0) for found in days]
    assert speeds == sorted(speeds, reverse=True)
    assert speeds[0] == speeds[6] > speeds[7] > speeds[22] == speeds[28]
    assert days[22]["fitness.daniels_gilbert"] == pytest.approx(0.952 * days[0]["fitness.daniels_gilbert"])
    assert not [fact_id for fact_id in days[29] if fact_id.startswith(("speed.", "fitness."))]


@pytest.mark.parametrize("days", [400, 401, 3000])
def test_who_ran_long_ago_comes_back_or_begins(days):
    log, day = steady_weeks(SUNDAY), SUNDAY + timedelta(days=days)
    assert facts(log, day)["layoff.fraction"] == 0.35
    seen = [run for run in log if (day - run.day).days < 400]  # as much as a coach is handed
    assert facts(seen, day) == {"history.runs": 0}


def test_a_long_break_leaves_no_typical_week():
    state = athlete_state(steady_weeks(SUNDAY), SUNDAY + timedelta(days=60))
    assert state.get("typical_week.distance") is None
    assert state.get("baseline_week.distance") == pytest.approx(14_000)
    assert state.facts["layoff.gap"].since == SUNDAY + timedelta(days=1)


def test_a_new_runner_who_paused_has_no_usual_run():
    found = facts([entry(SUNDAY, 5, 30)], SUNDAY + timedelta(days=9))
    assert found["layoff.fraction"] == 0.7
    assert not {"layoff.usual_run", "baseline_week.distance"} & set(found)


def test_a_run_recorded_by_two_watches_counts_once():
    log = steady_weeks(SUNDAY)
    twins = [replace(run, id=f"{run.id}-again") for run in log]
    assert facts([*log, *twins])["last_365_days.distance"] == facts(log)["last_365_days.distance"]


def test_nothing_that_names_or_places_the_runner_is_on_the_state():
    private = "Lap of honour at 48.137, 11.575 with Jo"
    told = [
        replace(
            run,
            activity=replace(
                run.activity, title=private, description=private, device=Device(manufacturer=private, product=private)
            ),
        )
        for run in steady_weeks(SUNDAY)
    ]
    assert athlete_state(told, SUNDAY) == athlete_state(steady_weeks(SUNDAY), SUNDAY)
    assert private not in repr(asdict(athlete_state(told, SUNDAY)))


@given(logs)
def test_every_fact_is_documented_with_a_known_unit_and_real_activities(log):
    ids = {each.id for each in log}
    for fact_id, fact in athlete_state(log, SUNDAY).facts.items():
        assert fact.id == fact_id
        assert fact_id in FACTS
        assert fact.unit in UNITS
        assert fact.since <= fact.until <= SUNDAY
        assert set(fact.activities) <= ids


@given(logs, st.randoms(use_true_random=False))
def test_the_order_of_the_log_does_not_matter(log, chance):
    shuffled = list(log)
    chance.shuffle(shuffled)
    assert athlete_state(shuffled, SUNDAY) == athlete_state(log, SUNDAY)


@given(logs, entries)
def test_more_runs_never_reduce_a_sum(log, another):
    apart = [each for each in log if each.day != another.day]
    before, after = facts(apart), facts([*apart, another])
    assert all(after.get(fact_id, 0) >= before[fact_id] - 1e-6 for fact_id in SUMS if fact_id in before)


@given(logs, st.integers(0, 60))
def test_what_comes_later_is_not_known_yet(log, back):
    day = SUNDAY - timedelta(days=back)
    assert athlete_state(log, day) == athlete_state([each for each in log if each.day <= day], day)


@given(logs)
def test_windows_hold_what_they_say(log):
    state = athlete_state(log, SUNDAY)
    for days in (7, 28, 365):
        fact = state.facts.get(f"last_{days}_days.distance")
        assert (fact is None) == (not any(each.day <= SUNDAY for each in log))
        if fact is not None:
            assert (fact.until - fact.since).days == days - 1
            used = [each for each in log if each.id in fact.activities]
            assert all(fact.since <= each.day <= fact.until and each.activity.sport is Sport.RUN for each in used)
            assert fact.value == pytest.approx(sum(each.activity.distance_m for each in used))


def test_every_documented_fact_can_be_had():
    log = steady_weeks(SUNDAY - timedelta(days=8))
    races = [entry(SUNDAY - timedelta(days=back), km, 4 * km, heart_rate=150.0) for back, km in ((0, 10), (40, 42))]
    assert set(facts([*log, *races])) == set(FACTS)


def test_the_state_is_had_without_numpy():
    program = "import sys, run_tracker.coaching.state; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
