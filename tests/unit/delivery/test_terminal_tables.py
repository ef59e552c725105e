from datetime import UTC, datetime

import pytest

from run_tracker.delivery.terminal import fitting, harmless, laps_table
from run_tracker.delivery.text import Text
from run_tracker.model import Activity, FollowedStep, Intensity, Lap, LapTrigger, Sport, SubSport

AT = datetime(2026, 11, 22, 7, tzinfo=UTC)
STEP = FollowedStep(index=0, duration_kind="distance", duration_value=1000.0)


def kinds(*laps, steps=()):
    """Return what the table of laps calls these laps, each an intensity and a trigger."""
    activity = Activity(
        sport=Sport.RUN,
        sub_sport=SubSport.ROAD,
        started_at=AT,
        timer_s=300.0,
        elapsed_s=300.0,
        distance_m=1000.0,
        laps=tuple(
            Lap(started_at=AT, timer_s=300.0, elapsed_s=300.0, distance_m=1000.0, intensity=intensity, trigger=trigger)
            for intensity, trigger in laps
        ),
        steps=steps,
    )
    return [row[-1] for row in laps_table(activity, Text())[1]]


def test_the_automatic_laps_of_a_free_run_are_no_intervals():
    laps = [
        (Intensity.INTERVAL, LapTrigger.DISTANCE),
        (Intensity.INTERVAL, LapTrigger.TIME),
        (Intensity.INTERVAL, LapTrigger.MANUAL),
        (Intensity.INTERVAL, LapTrigger.SESSION_END),
        (Intensity.INTERVAL, None),
    ]
    assert kinds(*laps) == ["auto", "auto", "manual", "", ""]


def test_a_lap_of_a_followed_workout_is_what_the_workout_called_it():
    laps = [(Intensity.WARMUP, LapTrigger.DISTANCE), (None, LapTrigger.MANUAL)]
    assert kinds(*laps, steps=(STEP,)) == ["warmup", "manual"]


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (28, {"Time": ["1 hour"], "What": ["x" * 40], "Id": ["7"]}),
        (27, {"Time": ["1:00"], "What": ["x" * 40], "Id": ["7"]}),
        (25, {"Time": ["1:00"], "Id": ["7"]}),
        (1, {"Time": ["1:00"], "Id": ["7"]}),
    ],
)
def test_columns_give_way_in_their_order_until_the_table_fits(width, expected):
    narrower = [("Time", ["1:00"]), ("What", None)]
    assert fitting(["Time", "What", "Id"], [["1 hour", "x" * 40, "7"]], narrower, width) == expected


def test_outside_words_cannot_draw():
    assert harmless("a\n# *b* [c](d) \x1b[31m") == r"a # \*b\* \[c\](d)  \[31m"
