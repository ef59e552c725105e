"""How much was run: sums over days, the usual week, the usual run, the habits."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from run_tracker.model import LogEntry, Sport

LONG_RUN_S = 90 * 60  # convention: an hour and a half is long for anyone
LONG_RUN_RATIO = 1.4  # convention: and so is a run this much longer than the typical one
TYPICAL_DAYS = 35  # five weeks: the last seven days and the four weeks before
HABIT_RUNS, HABIT_SHARE, HABIT_DAYS = 6, 3, 120  # three of the last six long runs, none older than four months
USUAL_FOR_DAYS = 28  # convention: after as long without a run nothing is usual
FEWEST_WEEKS = 2  # one alone comes and goes overnight
FEWEST_RUNS = 3  # fewer say nothing about what is usual


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What some runs add up to: metres, timer seconds, their number, the longest of them (0 m where there is none)."""

    distance_m: float
    duration_s: float
    count: int
    longest_m: float


def in_order(entries: Iterable[LogEntry]) -> list[LogEntry]:
    """Return the entries by day, start and id, so that no answer depends on the order they came in."""
    return sorted(entries, key=lambda entry: (entry.day, entry.activity.started_at, entry.id))


def distinct(entries: Iterable[LogEntry]) -> list[LogEntry]:
    """
    Return the entries in order, each activity once: two watches, or two formats of one file, may tell of the same.

    Two of one sport are the same activity when they share more than half the time of the shorter; the longer distance
    is kept.
    """
    kept: list[LogEntry] = []
    for entry in in_order(entries):
        if kept and _same(kept[-1], entry):
            kept[-1] = max(kept[-1], entry, key=lambda twin: twin.activity.distance_m)
        else:
            kept.append(entry)
    return kept


def _same(earlier: LogEntry, later: LogEntry) -> bool:
    first, second = earlier.activity, later.activity
    if first.sport is not second.sport:
        return False
    between_s = (second.started_at - first.started_at).total_seconds()
    return min(first.elapsed_s - between_s, second.elapsed_s) > min(first.elapsed_s, second.elapsed_s) / 2


def runs_of(entries: Iterable[LogEntry]) -> list[LogEntry]:
    """Return the runs, in the order they came in."""
    return [entry for entry in entries if entry.activity.sport is Sport.RUN]


def between(entries: Iterable[LogEntry], since: date, until: date) -> list[LogEntry]:
    """Return the entries of `since` to `until`, both days included."""
    return [entry for entry in entries if since <= entry.day <= until]


def totals(runs: Sequence[LogEntry]) -> Totals:
    """Add runs up."""
    return Totals(
        distance_m=sum(run.activity.distance_m for run in runs),
        duration_s=sum(run.activity.timer_s for run in runs),
        count=len(runs),
        longest_m=max((run.activity.distance_m for run in runs), default=0.0),
    )


def usual_weeks(
    runs: Sequence[LogEntry], day: date, breaks: Sequence[tuple[date, date]] = ()
) -> list[tuple[date, date]]:
    """
    Return the first and last days of the weeks that say what is usual on `day`, newest first.

    These are the four seven-day windows before the seven days that end with the last run, so that they change with a
    run only; after four weeks without one there are none. Those that began before the first run or share a day with
    one of `breaks` (first and last day without a run) are left out, and so is one week alone, which says nothing.
    """
    if not runs:
        return []
    first, last = min(run.day for run in runs), max(run.day for run in runs)
    if (day - last).days > USUAL_FOR_DAYS:
        return []
    weeks = [(last - timedelta(days=7 * back + 6), last - timedelta(days=7 * back)) for back in range(1, 5)]
    usual = [
        (since, until)
        for since, until in weeks
        if since >= first and not any(start <= until and end >= since for start, end in breaks)
    ]
    return usual if len(usual) >= FEWEST_WEEKS else []


def recent_runs(runs: Sequence[LogEntry]) -> list[LogEntry]:
    """Return the runs of the five weeks up to the last run."""
    if not runs:
        return []
    last = max(run.day for run in runs)
    return between(runs, last - timedelta(days=TYPICAL_DAYS - 1), last)


def typical_run(runs: Sequence[LogEntry]) -> tuple[float, float] | None:
    """Return the median distance (m) and the median duration (s) of `runs`; None with fewer than three."""
    if len(runs) < FEWEST_RUNS:
        return None
    return median(run.activity.distance_m for run in runs), median(run.activity.timer_s for run in runs)


def long_runs(runs: Sequence[LogEntry]) -> list[LogEntry]:
    """Return the long runs: of 90 minutes or more, or 1.4 times the typical run of the last five weeks (convention)."""
    typical = typical_run(recent_runs(runs))
    long_m = float("inf") if typical is None else LONG_RUN_RATIO * typical[0]
    return [run for run in runs if run.activity.timer_s >= LONG_RUN_S or run.activity.distance_m >= long_m]


def long_run_weekday(long: Sequence[LogEntry], day: date) -> tuple[int, list[LogEntry]] | None:
    """
    Return the weekday (0 is Monday) of the long run and the runs that show it, or None without a habit.

    A habit is three or more of the last six long runs of the last 120 days (convention); of two such weekdays the
    one run last counts. `long` is in order.
    """
    last = between(long, day - timedelta(days=HABIT_DAYS - 1), day)[-HABIT_RUNS:]
    counts = Counter(run.day.weekday() for run in reversed(last))
    if not counts:
        return None
    weekday, times = counts.most_common(1)[0]  # of equals the first met: the newest
    return (weekday, [run for run in last if run.day.weekday() == weekday]) if times >= HABIT_SHARE else None
