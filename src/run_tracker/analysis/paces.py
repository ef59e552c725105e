"""How fast this runner can run: fitness by Daniels-Gilbert, and the training speeds that follow from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, sqrt
from statistics import median

from run_tracker.analysis.training import FEWEST_RUNS, between, runs_of
from run_tracker.model import LogEntry

MARATHON_M = 42_195.0
EASY_SLOW, EASY_FAST, THRESHOLD, INTERVAL = 0.62, 0.72, 0.88, 0.975  # shares of the fitness value (Daniels)
REPETITION_GAIN_S = 6.0  # repetitions are this much faster over 400 m than intervals (Daniels)

VALID_S = (3.5 * 60, 230 * 60)  # how long an effort may last for the formula to hold
WINDOWS_S = (5 * 60, 120 * 60)  # best efforts that say something about endurance
PLAUSIBLE = (15.0, 85.0)  # below is walking, above nobody has been measured
FITNESS_DAYS = 120
TRUST = 1.03  # the best run may beat the second best by this much before it looks like a broken recording
EASY_SHARE = 0.75  # convention: an easy run asks for no more than this share of the maximum
EASY_TRUST = 1.15  # convention: easy running may lift the estimate by this much over what was shown
EASY_RUN_S = 15 * 60  # shorter runs do not say how fast easy is


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitness:
    """A Daniels-Gilbert value (ml/kg/min) and the ids of the runs it rests on."""

    value: float
    activities: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSpeeds:
    """Speeds to train at, m/s, from slow to fast."""

    easy_slow: float
    easy_fast: float
    marathon: float
    threshold: float
    interval: float
    repetition: float


def oxygen_cost(speed_mps: float) -> float:
    """Return the oxygen that running at this speed takes, ml/kg/min (Daniels & Gilbert, Oxygen Power, 1979)."""
    v = speed_mps * 60
    return -4.60 + 0.182258 * v + 0.000104 * v * v


def speed_at(oxygen: float) -> float:
    """Return the speed (m/s) that takes `oxygen` ml/kg/min: oxygen_cost the other way round."""
    return (-0.182258 + sqrt(0.182258**2 + 4 * 0.000104 * (4.60 + oxygen))) / (2 * 0.000104) / 60


def share_sustained(duration_s: float) -> float:
    """Return the share of the maximal oxygen uptake that can be held for so long (Daniels & Gilbert, 1979)."""
    t = duration_s / 60
    return 0.8 + 0.1894393 * exp(-0.012778 * t) + 0.2989558 * exp(-0.1932605 * t)


def daniels_gilbert(distance_m: float, duration_s: float) -> float:
    """
    Return the fitness that an all-out effort shows, ml/kg/min (Daniels & Gilbert, Oxygen Power, 1979).

    Holds for efforts of 3.5 to 230 minutes on level ground; an effort that was not all-out gives a lower bound.
    """
    return oxygen_cost(distance_m / duration_s) / share_sustained(duration_s)


def race_time_s(fitness: float, distance_m: float) -> float:
    """Return the time (s) in which a runner of this fitness covers the distance all out, by bisection to 0.01 s."""
    fast, slow = distance_m / 10, distance_m / 0.5
    while slow - fast > 0.01:  # noqa: PLR2004  # a hundredth of a second
        middle = (fast + slow) / 2
        fast, slow = (middle, slow) if daniels_gilbert(distance_m, middle) > fitness else (fast, middle)
    return slow


def training_speeds(fitness: float) -> TrainingSpeeds:
    """Return the training speeds that belong to a fitness: easy 62 to 72 %, threshold 88 %, interval 97.5 %."""
    interval = speed_at(INTERVAL * fitness)
    return TrainingSpeeds(
        easy_slow=speed_at(EASY_SLOW * fitness),
        easy_fast=speed_at(EASY_FAST * fitness),
        marathon=MARATHON_M / race_time_s(fitness, MARATHON_M),
        threshold=speed_at(THRESHOLD * fitness),
        interval=interval,
        repetition=400 / (400 / interval - REPETITION_GAIN_S),
    )


def fitness(log: Sequence[LogEntry], day: date) -> Fitness | None:
    """
    Estimate the fitness on `day` from the 120 days up to the last run; None with fewer than three usable ones.

    Each run shows at least the value of its best effort of 5 to 120 minutes, or of the whole of it. The best run
    counts, but no more than 3 % above the second best: one broken recording shall not make a runner fast. As many
    runners never run hard, the median speed of their runs is taken to be easy, 75 % of what they could: this lifts
    the estimate by no more than 15 % (75 and 15 are convention). It fails for who races every run, or runs hills, and
    does not say what a break has cost since: see layoff.
    """
    runs = _latest(log, day)
    shown = sorted(((value, run.id) for run in runs if (value := _shown(run)) is not None), reverse=True)
    if len(shown) < FEWEST_RUNS:
        return None
    (best, best_id), (second, second_id) = shown[:2]
    best = min(best, TRUST * second)
    easy = min(oxygen_cost(_median_speed(runs)) / EASY_SHARE, EASY_TRUST * best)
    if easy > best:
        return Fitness(value=easy, activities=tuple(sorted(run_id for _, run_id in shown)))
    return Fitness(value=best, activities=(best_id, second_id))


def usual_speed(log: Sequence[LogEntry], day: date) -> float:
    """Return the median speed (m/s) of the runs that fitness rests on; 0 where none is long enough to say."""
    return _median_speed(_latest(log, day))


def _shown(run: LogEntry) -> float | None:
    """Return the highest plausible value that any effort in this run shows."""
    shortest, longest = WINDOWS_S
    efforts: list[tuple[float, float]] = [
        (seconds, metres) for seconds, metres in run.summary.best_efforts if shortest <= seconds <= longest
    ]
    if VALID_S[0] <= run.activity.elapsed_s <= VALID_S[1]:
        efforts.append((run.activity.elapsed_s, run.activity.distance_m))
    values = [daniels_gilbert(metres, seconds) for seconds, metres in efforts]
    low, high = PLAUSIBLE
    return max((value for value in values if low <= value <= high), default=None)


def _latest(log: Sequence[LogEntry], day: date) -> list[LogEntry]:
    """Return the runs of the 120 days up to the last run: rest alone shall change no estimate."""
    runs = [run for run in runs_of(log) if run.day <= day]
    last = max((run.day for run in runs), default=day)
    return between(runs, last - timedelta(days=FITNESS_DAYS - 1), last)


def _median_speed(runs: Sequence[LogEntry]) -> float:
    """Return the median speed of the runs, m/s; 0 where none is long enough to say."""
    speeds = [run.activity.distance_m / run.activity.timer_s for run in runs if run.activity.timer_s >= EASY_RUN_S]
    return median(speeds) if speeds else 0.0
