"""Builders of AthleteState for tests: a runner of 45 km a week on a Wednesday, changed fact by fact."""

from datetime import date, timedelta

from hypothesis import strategies as st

from run_tracker.coaching.state import AthleteState
from run_tracker.model import Fact

WEDNESDAY = date(2026, 5, 13)

UNITS = {
    "distance": "m",
    "longest_run": "m",
    "usual_run": "m",
    "duration": "s",
    "speed": "m/s",
    "heart_rate": "bpm",
    "runs": "count",
    "hard_sessions": "count",
    "last_7_days": "count",  # of other sports
    "fraction": "ratio",
    "daniels_gilbert": "ratio",
    "long_run_weekday": "weekday",
}
"""The unit of a fact by the last word of its id; speeds are m/s and everything else is days."""

FACTS = {
    "today.distance": 0,
    "today.duration": 0,
    "today.runs": 0,
    "yesterday.distance": 8_000,
    "yesterday.hard_sessions": 0,
    "last_7_days.distance": 38_000,
    "last_7_days.duration": 13_400,
    "last_7_days.runs": 4,
    "last_7_days.longest_run": 15_000,
    "last_7_days.hard_sessions": 1,
    "last_28_days.distance": 176_000,
    "last_28_days.duration": 61_900,
    "last_28_days.runs": 19,
    "last_28_days.longest_run": 16_000,
    "last_28_days.hard_sessions": 6,
    "last_30_days.runs": 20,
    "last_30_days.longest_run": 16_000,
    "last_365_days.distance": 2_150_000,
    "last_365_days.duration": 757_000,
    "last_365_days.runs": 240,
    "last_365_days.longest_run": 21_300,
    "last_365_days.hard_sessions": 70,
    "typical_week.distance": 45_000,
    "typical_week.runs": 5,
    "typical_week.longest_run": 15_000,
    "typical_run.distance": 8_000,
    "typical_run.duration": 2_850,
    "baseline_week.distance": 44_000,
    "days_since.last_run": 1,
    "days_since.hard_session": 5,
    "days_since.long_run": 3,
    "last_run.distance": 8_000,
    "last_run.duration": 2_850,
    "last_run.speed": 2.8,
    "last_run.heart_rate": 142,
    "history.runs": 480,
    "history.days": 900,
    "speed.easy_slow": 2.55,
    "speed.easy_fast": 3.0,
    "speed.marathon": 3.35,
    "speed.threshold": 3.6,
    "speed.interval": 3.92,
    "speed.repetition": 4.2,
    "fitness.daniels_gilbert": 45,
    "habit.long_run_weekday": 6,
    "freshness.newest_activity": 1,
}
"""Five runs a week, the long one on Sunday: a hard session last Friday, an easy run yesterday."""


def fact(fact_id: str, value: float, *, day: date = WEDNESDAY) -> Fact:
    """Build a fact of this id with the unit that belongs to it."""
    subject, word = fact_id.split(".")
    unit = "m/s" if subject == "speed" else UNITS.get(word, "day")
    return Fact(id=fact_id, value=float(value), unit=unit, since=day - timedelta(days=6), until=day)


def blank_state(*, day: date = WEDNESDAY, **facts: float | None) -> AthleteState:
    """Build a state that holds these facts only: `last_7_days__distance=38_000`; None leaves a fact out."""
    named = {name.replace("__", "."): value for name, value in facts.items()}
    return AthleteState(
        day=day,
        facts={name: fact(name, value, day=day) for name, value in named.items() if value is not None},
    )


def state(*, day: date = WEDNESDAY, **facts: float | None) -> AthleteState:
    """Build the state of the runner above, with these facts changed, added or (None) left out."""
    named = {name.replace("__", "."): value for name, value in facts.items()}
    return blank_state(day=day, **(FACTS | named))


def novice_state(*, day: date = WEDNESDAY, **facts: float | None) -> AthleteState:
    """Build the state of a beginner: three half hours a week for two months, nothing fast yet."""
    beginner: dict[str, float | None] = {
        "yesterday.distance": 0,
        "last_7_days.distance": 8_000,
        "last_7_days.duration": 3_600,
        "last_7_days.runs": 2,
        "last_7_days.longest_run": 4_500,
        "last_7_days.hard_sessions": 0,
        "last_28_days.distance": 45_000,
        "last_28_days.duration": 20_000,
        "last_28_days.runs": 11,
        "last_28_days.longest_run": 5_000,
        "last_28_days.hard_sessions": 0,
        "last_30_days.runs": 12,
        "last_30_days.longest_run": 5_000,
        "last_365_days.distance": 80_000,
        "last_365_days.duration": 36_000,
        "last_365_days.runs": 22,
        "last_365_days.longest_run": 5_000,
        "last_365_days.hard_sessions": 0,
        "typical_week.distance": 12_000,
        "typical_week.runs": 3,
        "typical_week.longest_run": 5_000,
        "typical_run.distance": 4_000,
        "typical_run.duration": 1_800,
        "baseline_week.distance": 11_500,
        "days_since.last_run": 2,
        "days_since.hard_session": None,
        "days_since.long_run": None,
        "last_run.distance": 4_000,
        "last_run.duration": 1_800,
        "last_run.speed": 2.2,
        "last_run.heart_rate": None,
        "history.runs": 22,
        "history.days": 56,
        "speed.easy_slow": 2.0,
        "speed.easy_fast": 2.4,
        "speed.marathon": None,
        "speed.threshold": None,
        "speed.interval": None,
        "speed.repetition": None,
        "fitness.daniels_gilbert": None,
        "habit.long_run_weekday": None,
        "freshness.newest_activity": 2,
    }
    named = {name.replace("__", "."): value for name, value in facts.items()}
    return state(day=day, **(beginner | named))


def high_mileage_state(*, day: date = WEDNESDAY, **facts: float | None) -> AthleteState:
    """Build the state of a runner of 100 km in nine runs a week."""
    many: dict[str, float | None] = {
        "yesterday.distance": 12_000,
        "last_7_days.distance": 86_000,
        "last_7_days.duration": 23_900,
        "last_7_days.runs": 8,
        "last_7_days.longest_run": 26_000,
        "last_28_days.distance": 395_000,
        "last_28_days.duration": 109_700,
        "last_28_days.runs": 36,
        "last_28_days.longest_run": 28_000,
        "last_28_days.hard_sessions": 8,
        "last_30_days.runs": 38,
        "last_30_days.longest_run": 28_000,
        "last_365_days.distance": 4_800_000,
        "last_365_days.runs": 430,
        "typical_week.distance": 100_000,
        "typical_week.runs": 9,
        "typical_week.longest_run": 26_000,
        "typical_run.distance": 10_500,
        "typical_run.duration": 2_900,
        "baseline_week.distance": 98_000,
        "last_run.distance": 12_000,
        "last_run.duration": 3_330,
        "last_run.speed": 3.6,
        "history.runs": 2_600,
        "history.days": 2_200,
        "speed.easy_slow": 3.4,
        "speed.easy_fast": 3.9,
        "speed.marathon": 4.5,
        "speed.threshold": 4.8,
        "speed.interval": 5.2,
        "speed.repetition": 5.6,
        "fitness.daniels_gilbert": 62,
    }
    named = {name.replace("__", "."): value for name, value in facts.items()}
    return state(day=day, **(many | named))


RANGES = {
    "distance": (0, 60_000),
    "longest_run": (0, 45_000),
    "usual_run": (500, 20_000),
    "duration": (0, 20_000),
    "runs": (0, 14),
    "hard_sessions": (0, 5),
    "heart_rate": (80, 200),
    "fraction": (0.35, 1),
    "long_run_weekday": (0, 6),
    "newest_activity": (0, 40),
    "gap": (6, 400),
    "daniels_gilbert": (20, 80),
}
WHOLE = frozenset({"count", "day", "weekday"})
OTHERS = ("layoff.gap", "layoff.days_back", "layoff.fraction", "layoff.usual_run", "days_since.race")
MORE = ("days_since.long_hard_session", "other_sports.last_7_days")


def _any_value(fact_id: str) -> st.SearchStrategy[float]:
    subject, word = fact_id.split(".")
    low, high = RANGES.get(word, (1.2, 6.5) if subject == "speed" or word == "speed" else (0, 60))
    if subject in {"last_28_days", "last_365_days", "history", "typical_week", "baseline_week"} and word == "distance":
        high *= 4
    if subject in {"history", "last_365_days"} and word in {"runs", "days"}:
        high = 700
    if fact(fact_id, 0).unit in WHOLE and subject != "typical_week":
        return st.integers(int(low), int(high)).map(float)
    return st.floats(low, high)


def any_states() -> st.SearchStrategy[AthleteState]:
    """Draw states whose every fact is absent or anything that it could be, whether the facts agree or not."""
    names = (*FACTS, *OTHERS, *MORE)
    facts = st.fixed_dictionaries({name: st.none() | _any_value(name) for name in names})
    days = st.dates(date(2024, 1, 1), date(2028, 12, 31))
    return st.builds(lambda day, drawn: blank_state(day=day, **drawn), days, facts)


def likely_states() -> st.SearchStrategy[AthleteState]:
    """Draw the everyday runner with up to eight facts changed or left out, on any day."""
    names = (*FACTS, *OTHERS, *MORE)
    changes = st.lists(st.sampled_from(names), max_size=8, unique=True).flatmap(
        lambda chosen: st.fixed_dictionaries({name: st.none() | _any_value(name) for name in chosen}),
    )
    days = st.dates(date(2024, 1, 1), date(2028, 12, 31))
    return st.builds(lambda day, drawn: state(day=day, **drawn), days, changes)
