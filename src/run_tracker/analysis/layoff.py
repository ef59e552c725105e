"""Coming back after a break: how long it was, and how much of the usual run is allowed today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import mean, median

from run_tracker.analysis.training import FEWEST_RUNS, between, in_order
from run_tracker.model import LogEntry

LONGEST_GAP_DAYS = 5  # more days without a run are a break
SHORT_BREAK_DAYS, MIDDLE_BREAK_DAYS = 10, 28
LONGEST_RETURN_DAYS = 42
USUAL_DAYS = 28
LOSS_A_DAY, LOSING_DAYS = 0.003, 21  # of fitness, from the sixth day without a run to this one (convention)
HABIT_GAPS, HABIT_SLACK = 8, 1.5  # convention: a short gap is no break to who leaves gaps nearly as long anyway


@dataclass(frozen=True, slots=True, kw_only=True)
class Layoff:
    """A break the runner has not fully returned from; the usual values (m) are None for a new runner."""

    last_run: date  # the last day with a run before the break
    gap_days: int  # days without a run
    days_back: int  # days since the first run after it; 0 when that run is today's
    fraction: float  # of the usual run that is allowed, 0 to 1
    fitness_kept: float  # share of the fitness before it that is left today
    usual_run_m: float | None
    usual_week_m: float | None
    runs: tuple[LogEntry, ...]  # that say what was usual


def allowed_fraction(gap_days: int, days_back: int) -> float:
    """
    Return the share of the usual run that is allowed `days_back` days after a break of `gap_days`.

    0.70 after 6 to 10 days, 0.50 after 11 to 28, 0.35 after more: the field's convention, tested by the 5 to 8 % that
    runners lose by a week or more off (Feely et al.). The rise to 1 is linear, over 7 days, over as many days as the
    break had, or over 42 days: this shape is our convention.
    """
    if gap_days <= LONGEST_GAP_DAYS:
        return 1.0
    if gap_days <= SHORT_BREAK_DAYS:
        start, rise_days = 0.70, 7
    elif gap_days <= MIDDLE_BREAK_DAYS:
        start, rise_days = 0.50, gap_days
    else:
        start, rise_days = 0.35, LONGEST_RETURN_DAYS
    return min(1.0, start + (1 - start) * days_back / rise_days)


def fitness_kept(gap_days: int, days_back: int) -> float:
    """
    Return the share of fitness that a break of `gap_days` has left `days_back` days after it.

    Nothing is lost in five days, then 0.3 % a day up to the 21st; it comes back as the allowed fraction rises. The
    field's convention, after the 7 % of oxygen uptake that 21 days cost (Coyle et al. 1984); its way back is ours.
    """
    lost = LOSS_A_DAY * max(0, min(gap_days, LOSING_DAYS) - LONGEST_GAP_DAYS)
    start = allowed_fraction(gap_days, 0)
    return 1.0 - lost * (1 - allowed_fraction(gap_days, days_back)) / (1 - start) if start < 1 else 1.0


def breaks(runs: Sequence[LogEntry], day: date) -> list[tuple[date, date]]:
    """
    Return the first and last day without a run of each break up to `day`, oldest first; the last may still go on.

    A break is more than five days without a run, `day` itself not counted. For a runner who runs about once a week a
    gap of up to ten days is none while it is no longer than 1.5 times the median of the eight gaps before it.
    """
    days = sorted({run.day for run in runs})
    if not days:
        return []
    following = [*days[1:], max(day, days[-1])]
    gaps = [(after - before).days - 1 for before, after in zip(days, following, strict=True)]
    return [
        (before + timedelta(days=1), after - timedelta(days=1))
        for k, (before, after) in enumerate(zip(days, following, strict=True))
        if gaps[k] > LONGEST_GAP_DAYS and not _usual(gaps[k], gaps[max(0, k - HABIT_GAPS) : k])
    ]


def layoff(runs: Sequence[LogEntry], day: date) -> Layoff | None:
    """Return the break that still limits the runner most on `day`, or None; `runs` holds none after `day`."""
    recent = [gap for gap in breaks(runs, day) if (day - gap[1]).days <= LONGEST_RETURN_DAYS]
    found = [each for gap in recent if _matters(each := _layoff(runs, gap, day), runs)]
    return min(found, key=_restriction, default=None)


def _layoff(runs: Sequence[LogEntry], gap: tuple[date, date], day: date) -> Layoff:
    start, end = gap
    gap_days, days_back = (end - start).days + 1, (day - end).days - 1
    before = in_order(run for run in runs if run.day < start)
    last_run = before[-1].day
    usual = between(before, last_run - timedelta(days=USUAL_DAYS - 1), last_run)
    weeks = min(USUAL_DAYS, max(7, (last_run - before[0].day).days + 1)) / 7
    known = len(before) >= FEWEST_RUNS
    typical = usual if len(usual) >= FEWEST_RUNS else before[-FEWEST_RUNS:]
    return Layoff(
        last_run=last_run,
        gap_days=gap_days,
        days_back=days_back,
        fraction=allowed_fraction(gap_days, days_back),
        fitness_kept=fitness_kept(gap_days, days_back),
        usual_run_m=mean(run.activity.distance_m for run in typical) if known else None,
        usual_week_m=sum(run.activity.distance_m for run in usual) / weeks if known else None,
        runs=tuple(typical),
    )


def _usual(gap_days: int, gaps_before: Sequence[int]) -> bool:
    """Tell whether a short gap is what this runner does anyway."""
    if gap_days > SHORT_BREAK_DAYS or len(gaps_before) < FEWEST_RUNS:
        return False
    return gap_days <= HABIT_SLACK * median(gaps_before)


def _matters(found: Layoff, runs: Sequence[LogEntry]) -> bool:
    """Tell whether a break still limits the runner; a new runner is back after three runs."""
    known = found.usual_run_m is not None or sum(run.day > found.last_run for run in runs) < FEWEST_RUNS
    return found.fraction < 1 and known


def _restriction(found: Layoff) -> tuple[bool, float]:
    """Order breaks by what they allow, least first; one from which no usual run is known comes last."""
    return found.usual_run_m is None, found.fraction * (found.usual_run_m or 1.0)
