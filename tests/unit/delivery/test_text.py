from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from run_tracker.delivery.text import Text, about, clock, duration
from run_tracker.model import Fact
from run_tracker.workout import Effort, Kind, Repeat, Role, Step, Target, Workout

KM, MILES = Text(units="km"), Text(units="miles")
EASY = Target(effort=Effort.EASY, low_mps=2.7, high_mps=3.0)
FAST = Target(effort=Effort.INTERVAL, low_mps=4.7, high_mps=4.75)
JOG = Target(effort=Effort.RECOVERY, low_mps=2.3, high_mps=2.6)
WARM_UP = Step(role=Role.WARMUP, target=EASY, length_s=900)
FOUR_HUNDREDS = Repeat(
    times=8,
    steps=(Step(role=Role.WORK, target=FAST, length_m=400), Step(role=Role.RECOVERY, target=JOG, length_s=90)),
)
TRACK = Workout(
    id="400s",
    kind=Kind.INTERVALS,
    name="Four hundreds",
    steps=(WARM_UP, FOUR_HUNDREDS, Step(role=Role.COOLDOWN, target=EASY, length_m=2000)),
)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (7158, "1 hour 59 mins 18 seconds"),
        (2002, "33 mins 22 seconds"),
        (2223, "37 mins 3 seconds"),
        (61, "1 min 1 second"),
        (7200, "2 hours"),
        (0.2, "0 seconds"),
        (59.6, "1 min"),
    ],
)
def test_a_duration_in_words(seconds, words):
    assert duration(seconds) == words


@pytest.mark.parametrize(("seconds", "shown"), [(7158, "1:59:18"), (2002, "33:22"), (59.6, "1:00"), (5, "0:05")])
def test_a_duration_on_a_watch(seconds, shown):
    assert clock(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "words"), [(2700, "45 minutes"), (3600, "1 hour"), (4230, "1 hour 10 minutes"), (20, "0 minutes")]
)
def test_a_planned_duration(seconds, words):
    assert about(seconds) == words


def test_distances_and_paces_in_both_units():
    assert (KM.distance(21264), MILES.distance(21264)) == ("21.26 km", "13.21 miles")
    assert (KM.short_distance(8000), KM.short_distance(9540)) == ("8 km", "9.5 km")
    assert (KM.pace(1000 / 337), MILES.pace(1609.344 / 542)) == ("5:37 /km", "9:02 /mile")
    assert KM.pace(0) == "-"
    assert (KM.height(123.4), MILES.height(123.4)) == ("123 m", "405 ft")


def test_a_step_is_told_as_on_the_track():
    assert KM.step_distance(400) == "400 m"
    assert KM.step_distance(1609.344) == "1 mile"
    assert KM.step_distance(6000) == "6 km"
    assert KM.pace_range(Target(effort=Effort.EASY)) == "an easy effort"
    assert KM.pace_range(EASY) == "5:33-6:10 /km"


def test_a_session_in_words():
    assert KM.main_set(TRACK) == "8 x 400 m at 3:31-3:33 /km (90 s jog)"
    assert KM.main_pace(TRACK) == "3:31-3:33 /km"
    assert KM.part(WARM_UP) == "15 min at 5:33-6:10 /km"


def test_a_session_without_speeds_is_told_by_effort():
    walk = Target(effort=Effort.WALK)
    steps = (
        Repeat(
            times=5,
            steps=(
                Step(role=Role.WORK, target=Target(effort=Effort.EASY), length_s=60),
                Step(role=Role.RECOVERY, target=walk, length_s=135),
            ),
        ),
    )
    workout = Workout(id="run-walk", kind=Kind.RUN_WALK, name="Run and walk", steps=steps)
    assert KM.main_set(workout) == "5 x 60 s easy run (2:15 walk)"
    assert KM.paces(workout) == "easy, by feel"


def step(role, target, length_m=None, length_s=None):
    return Step(role=role, target=target, length_m=length_m, length_s=length_s)


BY_FEEL = Target(effort=Effort.INTERVAL)


@pytest.mark.parametrize(
    ("target", "seconds", "words"),
    [(FAST, False, "400 - 1200 - 400 m at 3:31-3:33 /km, jogging between"), (BY_FEEL, True, "1 - 2.5 - 1 min hard")],
)
def test_a_ladder_is_told_in_one_breath(target, seconds, words):
    lengths = [{"length_s": each} for each in (60, 150, 60)] if seconds else [{"length_m": m} for m in (400, 1200, 400)]
    rungs = [each for length in lengths for each in (step(Role.WORK, target, **length), step(Role.RECOVERY, JOG, 400))]
    ladder = Workout(id="pyramid", kind=Kind.INTERVALS, name="Pyramid", steps=(WARM_UP, *rungs, WARM_UP))
    assert KM.main_set(ladder).startswith(words)


def test_hill_work_goes_uphill_by_feel():
    up = Repeat(times=7, steps=(step(Role.WORK, BY_FEEL, length_s=60), step(Role.RECOVERY, JOG, length_s=90)))
    hills = Workout(id="hills", kind=Kind.HILLS, name="Hill repetitions", steps=(WARM_UP, up))
    assert KM.main_set(hills) == "7 x 60 s uphill, hard (90 s jog back)"
    assert KM.paces(hills) == "5:33-6:10 /km (easy), hard by feel"


def test_efforts_follow_each_other_in_english():
    easy, hard = (step(Role.WORK, Target(effort=effort), length_s=600) for effort in (Effort.EASY, Effort.THRESHOLD))
    run = Workout(id="tempo", kind=Kind.THRESHOLD, name="Tempo run", steps=(easy, hard))
    assert KM.paces(run) == "easy, then comfortably hard, by feel"
    assert KM.main_set(run) == "10 min easy, then 10 min comfortably hard"


def test_work_in_two_paces_is_held_together():
    part = Repeat(times=2, steps=(step(Role.WORK, FAST, 1000), step(Role.WORK, EASY, 1000)))
    assert KM.part(part) == "2 x (1000 m at 3:31-3:33 /km + 1000 m at 5:33-6:10 /km)"


def test_strides_are_told_without_the_run_they_end():
    fast = Repeat(
        times=5,
        steps=(step(Role.WORK, Target(effort=Effort.STRIDE), 100), step(Role.RECOVERY, JOG, 100)),
    )
    run = step(Role.WORK, EASY, 6000)
    strides = Workout(id="easy-strides", kind=Kind.STRIDES, name="Easy run with strides", steps=(run, fast))
    assert KM.main_set(strides) == "5 x 100 m stride (100 m jog)"
    assert KM.main_pace(strides) == "5:33-6:10 /km"


def test_rest_has_no_pace():
    rest = Workout(id="rest", kind=Kind.REST, name="Rest day")
    assert (KM.main_pace(rest), KM.main_set(rest)) == ("none", "rest day")


@pytest.mark.parametrize(
    ("fact_id", "value", "unit", "words"),
    [
        ("last_7_days.distance", 45230, "m", "45.2 km"),
        ("last_7_days.runs", 5, "count", "5 runs"),
        ("last_7_days.hard_sessions", 1, "count", "1 hard session"),
        ("typical_week.runs", 4.5, "count", "4.5 runs"),
        ("days_since.last_run", 1, "day", "1 day"),
        ("speed.threshold", 4.0, "m/s", "4:10 /km"),
        ("last_run.duration", 3000, "s", "50 minutes"),
        ("last_run.heart_rate", 151.4, "bpm", "151 bpm"),
        ("habit.long_run_weekday", 6, "weekday", "Sunday"),
        ("layoff.fraction", 0.5, "ratio", "50 %"),
        ("fitness.daniels_gilbert", 49.81, "ml/kg/min", "49.8 ml/kg/min"),
    ],
)
def test_a_fact_in_words(fact_id, value, unit, words):
    day = date(2026, 11, 22)
    assert KM.fact(Fact(id=fact_id, value=value, unit=unit, since=day, until=day)) == words


@given(st.floats(0, 1e6))
def test_a_clock_never_shows_sixty(seconds):
    assert ":60" not in clock(seconds)
    assert "60 min" not in duration(seconds)


@given(st.floats(0.31, 9))
def test_a_pace_is_never_sixty_seconds(speed_mps):
    assert ":60" not in KM.pace(speed_mps)
