"""All a coach may know on a given day: facts, and nothing that names or places the runner."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from itertools import chain
from statistics import mean

from run_tracker.analysis.effort import FURTHEST_M, Yardstick, is_hard, is_long_hard, is_race_like, yardstick
from run_tracker.analysis.layoff import Layoff, breaks, layoff
from run_tracker.analysis.paces import training_speeds
from run_tracker.analysis.training import (
    between,
    distinct,
    in_order,
    long_run_weekday,
    long_runs,
    recent_runs,
    runs_of,
    totals,
    typical_run,
    usual_weeks,
)
from run_tracker.model import Fact, LogEntry, Sport

FACTS: Mapping[str, str] = {
    "last_7_days.distance": "metres run in the seven days that end today",
    "last_7_days.duration": "time run in the seven days that end today",
    "last_7_days.runs": "number of runs in the seven days that end today",
    "last_7_days.longest_run": "longest run of the seven days that end today",
    "last_7_days.hard_sessions": "number of hard runs in the seven days that end today",
    "last_28_days.distance": "metres run in the 28 days that end today",
    "last_28_days.duration": "time run in the 28 days that end today",
    "last_28_days.runs": "number of runs in the 28 days that end today",
    "last_28_days.longest_run": "longest run of the 28 days that end today",
    "last_28_days.hard_sessions": "number of hard runs in the 28 days that end today",
    "last_30_days.runs": "number of runs in the 30 days that end today",
    "last_30_days.longest_run": "longest run of the 30 days that end today",
    "last_365_days.distance": "metres run in the 365 days that end today",
    "last_365_days.duration": "time run in the 365 days that end today",
    "last_365_days.runs": "number of runs in the 365 days that end today",
    "last_365_days.longest_run": "longest run of the 365 days that end today",
    "today.distance": "metres already run today",
    "today.duration": "time already run today",
    "today.runs": "number of runs already done today",
    "yesterday.distance": "metres run yesterday",
    "yesterday.hard_sessions": "number of hard runs yesterday",
    "typical_week.distance": "mean distance of the four weeks before the last run's seven days, but those of a break",
    "typical_week.runs": "mean number of runs in those weeks",
    "typical_week.longest_run": "mean longest run of those weeks",
    "typical_run.distance": "median distance of the runs of the five weeks up to the last run",
    "typical_run.duration": "median duration of those runs",
    "baseline_week.distance": "the week that this one is compared with: typical, or what is allowed after a break",
    "days_since.last_run": "days since the last run",
    "days_since.hard_session": "days since the last hard run",
    "days_since.long_hard_session": "days since the last race or long hard run",
    "days_since.long_run": "days since the last long run",
    "days_since.race": "days since the last race-like run",
    "days_since.ten_kilometres": "days since the last race-like run of 9 km or more",
    "days_since.half_marathon": "days since the last race-like run of 20 km or more",
    "days_since.marathon": "days since the last run of 40 km or more",
    "last_run.distance": "distance of the last run",
    "last_run.duration": "duration of the last run",
    "last_run.speed": "mean speed of the last run",
    "last_run.heart_rate": "mean heart rate of the last run",
    "layoff.gap": "days without a run in the break the runner comes back from",
    "layoff.days_back": "days since the first run after that break; zero when today's would be the first",
    "layoff.fraction": "share of the usual run that is allowed today after that break",
    "layoff.usual_run": "mean distance of the runs before that break",
    "history.runs": "number of runs known of the last 400 days",
    "history.days": "days since the first run known of the last 400 days",
    "speed.easy_slow": "slow end of easy running",
    "speed.easy_fast": "fast end of easy running",
    "speed.marathon": "marathon speed",
    "speed.threshold": "threshold speed: about an hour all out",
    "speed.interval": "interval speed: about ten minutes all out",
    "speed.repetition": "repetition speed, for short fast stretches with full rests",
    "fitness.daniels_gilbert": "fitness by the Daniels-Gilbert formula, less what a break has cost",
    "habit.long_run_weekday": "the weekday the long run is usually done on",
    "other_sports.last_7_days": "number of activities that are no runs in the seven days that end today",
    "freshness.newest_activity": "days since the newest activity of any sport",
}
"""Every fact a state may hold, in words; one that the history does not hold is absent."""

_UNITS = {
    "distance": "m",
    "longest_run": "m",
    "usual_run": "m",
    "duration": "s",
    "runs": "count",
    "hard_sessions": "count",
    "speed": "m/s",
    "heart_rate": "bpm",
    "gap": "day",
    "days_back": "day",
    "days": "day",
    "newest_activity": "day",
    "fraction": "ratio",
    "daniels_gilbert": "ml/kg/min",
    "long_run_weekday": "weekday",
    "last_7_days": "count",
}
_GROUP_UNITS = {"days_since": "day", "speed": "m/s"}
_WINDOWS = (7, 28, 30, 365)
_RACES_M = {"ten_kilometres": 9_000.0, "half_marathon": 20_000.0, "marathon": FURTHEST_M}  # measured short, at least
_SPEEDS_DAYS = 28  # convention: who has not run for longer learns no speeds from what was

Span = tuple[date, date]


@dataclass(frozen=True, slots=True, kw_only=True)
class AthleteState:
    """The facts of one day, by id; the privacy wall: what is not on it cannot leave the machine."""

    day: date
    facts: Mapping[str, Fact]

    def get(self, fact_id: str) -> float | None:
        """Return a fact's value, or None where the history does not hold it."""
        fact = self.facts.get(fact_id)
        return None if fact is None else fact.value


def athlete_state(log: Sequence[LogEntry], day: date) -> AthleteState:
    """
    Work out everything a coach may know on `day` from the training log.

    `log` comes in any order and reaches back 400 days or more where the runner has run for so long; entries after
    `day` are ignored, and a run recorded twice counts once. Whether an old run was hard is judged by what the runner
    can do now.
    """
    seen = _seen(log, day)
    if not seen.entries:
        return AthleteState(day=day, facts={"history.runs": _fact("history.runs", 0, (), (day, day))})
    facts = chain(_recent(seen), _usual(seen), _since(seen), _last_run(seen), _returning(seen), _ability(seen))
    return AthleteState(day=day, facts={fact.id: fact for fact in facts})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """The log up to a day, in order, and what several facts rest on."""

    day: date
    entries: Sequence[LogEntry]
    runs: Sequence[LogEntry]
    hard: Sequence[LogEntry]
    long: Sequence[LogEntry]
    by: Yardstick
    layoff: Layoff | None

    @property
    def knows_hard(self) -> bool:
        """Whether the history tells which runs were hard."""
        return self.by.threshold_mps is not None or self.by.max_heart_rate_bpm is not None


def _seen(log: Sequence[LogEntry], day: date) -> _Seen:
    entries = distinct(entry for entry in log if entry.day <= day)
    runs, by = runs_of(entries), yardstick(entries, day)
    return _Seen(
        day=day,
        entries=entries,
        runs=runs,
        hard=[run for run in runs if is_hard(run, by)],
        long=long_runs(runs),
        by=by,
        layoff=layoff(runs, day),
    )


def _fact(fact_id: str, value: float, used: Sequence[LogEntry], span: Span) -> Fact:
    group, name = fact_id.split(".")
    unit = _GROUP_UNITS.get(group) or _UNITS[name]
    since, until = span
    ids = tuple(entry.id for entry in used)
    return Fact(id=fact_id, value=float(value), unit=unit, since=since, until=until, activities=ids)


def _recent(seen: _Seen) -> Iterator[Fact]:
    """Yield the sums of the windows that end with the day, of the day itself, and of the day before."""
    spans = {f"last_{days}_days": (seen.day - timedelta(days=days - 1), seen.day) for days in _WINDOWS}
    yesterday = seen.day - timedelta(days=1)
    for group, span in (spans | {"today": (seen.day, seen.day), "yesterday": (yesterday, yesterday)}).items():
        runs, hard = between(seen.runs, *span), between(seen.hard, *span)
        total = totals(runs)
        sums = {"distance": total.distance_m, "duration": total.duration_s, "runs": total.count}
        if runs:
            sums["longest_run"] = total.longest_m
        for name, value in sums.items():
            if f"{group}.{name}" in FACTS:
                yield _fact(f"{group}.{name}", value, runs, span)
        if seen.knows_hard and f"{group}.hard_sessions" in FACTS:
            yield _fact(f"{group}.hard_sessions", len(hard), hard, span)
    week = spans["last_7_days"]
    others = [entry for entry in between(seen.entries, *week) if entry.activity.sport is not Sport.RUN]
    yield _fact("other_sports.last_7_days", len(others), others, week)


def _usual(seen: _Seen) -> Iterator[Fact]:
    """Yield the typical week and run, and the day of the long run."""
    weeks = usual_weeks(seen.runs, seen.day, breaks(seen.runs, seen.day))
    if weeks:
        span = weeks[-1][0], weeks[0][1]
        each = [between(seen.runs, *week) for week in weeks]
        used = in_order(run for runs in each for run in runs)
        sums = [totals(runs) for runs in each]
        distance_m = mean(total.distance_m for total in sums)
        yield _fact("typical_week.distance", distance_m, used, span)
        yield _fact("typical_week.runs", mean(total.count for total in sums), used, span)
        yield _fact("typical_week.longest_run", mean(total.longest_m for total in sums), used, span)
        yield _fact("baseline_week.distance", distance_m, used, span)
    recent = recent_runs(seen.runs)
    if (typical := typical_run(recent)) is not None:
        yield _fact("typical_run.distance", typical[0], recent, _span(recent))
        yield _fact("typical_run.duration", typical[1], recent, _span(recent))
    if (habit := long_run_weekday(seen.long, seen.day)) is not None:
        weekday, used = habit
        yield _fact("habit.long_run_weekday", weekday, used, _span(used))


def _since(seen: _Seen) -> Iterator[Fact]:
    """Yield the days since things happened last, and how much history there is."""
    races = [run for run in seen.runs if is_race_like(run, seen.by)]
    last_of: Mapping[str, Sequence[LogEntry]] = {
        "freshness.newest_activity": seen.entries,
        "days_since.last_run": seen.runs,
        "days_since.hard_session": seen.hard,
        "days_since.long_hard_session": [run for run in seen.runs if is_long_hard(run, seen.by)],
        "days_since.long_run": seen.long,
        "days_since.race": races,
    } | {
        f"days_since.{name}": [race for race in races if race.activity.distance_m >= least]
        for name, least in _RACES_M.items()
    }
    for fact_id, found in last_of.items():
        if found:
            last = found[-1]
            yield _fact(fact_id, (seen.day - last.day).days, [last], (last.day, seen.day))
    yield _fact("history.runs", len(seen.runs), seen.runs, (seen.entries[0].day, seen.day))
    if seen.runs:
        first = seen.runs[0]
        yield _fact("history.days", (seen.day - first.day).days, [first], (first.day, seen.day))


def _last_run(seen: _Seen) -> Iterator[Fact]:
    """Yield what the last run was."""
    for run in seen.runs[-1:]:
        activity, span = run.activity, (run.day, run.day)
        yield _fact("last_run.distance", activity.distance_m, [run], span)
        yield _fact("last_run.duration", activity.timer_s, [run], span)
        if activity.timer_s:
            yield _fact("last_run.speed", activity.distance_m / activity.timer_s, [run], span)
        if activity.heart_rate_bpm is not None:
            yield _fact("last_run.heart_rate", activity.heart_rate_bpm, [run], span)


def _returning(seen: _Seen) -> Iterator[Fact]:
    """Yield what a break still means, and the week that it allows in place of the typical one."""
    found = seen.layoff
    if found is None:
        return
    span = found.last_run + timedelta(days=1), seen.day
    yield _fact("layoff.gap", found.gap_days, (), span)
    yield _fact("layoff.days_back", found.days_back, (), span)
    yield _fact("layoff.fraction", found.fraction, (), span)
    if found.usual_run_m is not None and found.usual_week_m is not None:
        before = found.runs[0].day, found.last_run
        yield _fact("layoff.usual_run", found.usual_run_m, found.runs, before)
        yield _fact("baseline_week.distance", found.usual_week_m * found.fraction, found.runs, before)


def _ability(seen: _Seen) -> Iterator[Fact]:
    """Yield the fitness and the training speeds that follow from it, less what a break has cost."""
    if seen.by.fitness is None or (seen.day - seen.runs[-1].day).days > _SPEEDS_DAYS:
        return
    used = [run for run in seen.runs if run.id in seen.by.fitness.activities]
    value = seen.by.fitness.value * (1.0 if seen.layoff is None else seen.layoff.fitness_kept)
    speeds = training_speeds(value)
    yield _fact("fitness.daniels_gilbert", value, used, _span(used))
    for each in fields(speeds):
        yield _fact(f"speed.{each.name}", getattr(speeds, each.name), used, _span(used))


def _span(used: Sequence[LogEntry]) -> Span:
    return used[0].day, used[-1].day
