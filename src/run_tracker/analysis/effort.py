"""Which runs were hard: at or above threshold for long enough, by speed or by heart rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from run_tracker.analysis.paces import THRESHOLD, VALID_S, Fitness, daniels_gilbert, fitness, speed_at, usual_speed
from run_tracker.analysis.training import LONG_RUN_S, between, runs_of
from run_tracker.model import HEART_RATE_BAND_BPM, SPEED_BAND_MPS, LogEntry

FAST_S, FAST_SHARE = 300.0, 1.06  # convention: five minutes at interval speed, less what smoothing takes off
HARD_S, HARD_SHARE = 600.0, 0.97  # convention: ten minutes at threshold speed, less the same
STEADY_S, STEADY_SHARE = 900.0, 0.95  # convention: a whole run of fifteen minutes close to it
HEART_S, HEART_SHARE = 1200.0, 0.90  # convention: twenty minutes at 90 % of the highest heart rate
SWING_S, SWING_MEAN = 240.0, 0.82  # convention: four minutes there, below 82 % on average: repetitions, hills
CALM_S, CALM_SHARE = 300.0, 0.85  # convention: who spends less above 85 % of it was not at threshold
RACE_M, RACE_RATIO = 4800.0, 1.03  # convention: a parkrun measured short, and within 3 % of the best predicted
FURTHEST_M = 40_000.0  # convention: nobody trains this far, so it is a race however long it took
STANDS_OUT = 1.06  # convention: times the usual speed; by speed alone nothing slower is hard
HEART_DAYS = 365
TOP_SHARE, TOP_S = 0.001, 60.0  # the highest heart rate is held for a thousandth of the year, and a minute at least
TELLING_SHARE = 0.87  # convention: where the median is closer to the top, the runner never showed the top


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick:
    """What a runner's effort is measured by on a day; None where the history does not tell."""

    fitness: Fitness | None
    threshold_mps: float | None
    usual_mps: float  # 0 where no run is long enough to say
    max_heart_rate_bpm: float | None


def yardstick(log: Sequence[LogEntry], day: date) -> Yardstick:
    """Return what runs are measured by on `day`: threshold and usual speed, the year's highest heart rate."""
    estimate = fitness(log, day)
    return Yardstick(
        fitness=estimate,
        threshold_mps=None if estimate is None else speed_at(THRESHOLD * estimate.value),
        usual_mps=usual_speed(log, day),
        max_heart_rate_bpm=max_heart_rate(between(runs_of(log), day - timedelta(days=HEART_DAYS - 1), day)),
    )


def is_hard(run: LogEntry, by: Yardstick) -> bool:
    """
    Tell whether a run was hard, as a race, by speed or by heart rate: it takes a day to recover from.

    By heart rate: twenty minutes above 90 % of the highest, or four in a run that stayed below 82 % on average, as
    repetitions and hills do. By speed: five minutes in all above 106 % of threshold speed, or ten above 97 %, or a
    whole run of fifteen or more at 95 % on average; a heart rate above 85 % for less than five minutes clears a run
    of the last two. As easy running of an even pace is no best effort, no speed is hard that is not 6 % above the
    median of the last four months. All these numbers are convention. Speed is not adjusted for hills.
    """
    return is_race_like(run, by) or _hard_by_heart_rate(run, by) or _hard_by_speed(run, by)


def _hard_by_heart_rate(run: LogEntry, by: Yardstick) -> bool:
    seconds, mean_bpm = _beating_s(run, by, HEART_SHARE), run.activity.heart_rate_bpm
    if seconds is None or by.max_heart_rate_bpm is None:
        return False
    swung = mean_bpm is not None and mean_bpm <= SWING_MEAN * by.max_heart_rate_bpm
    return seconds >= (SWING_S if swung else HEART_S)


def _hard_by_speed(run: LogEntry, by: Yardstick) -> bool:
    if by.threshold_mps is None:
        return False
    if _moving_s(run, _level_mps(FAST_SHARE, by.threshold_mps, by)) >= FAST_S:
        return True
    beating_s = _beating_s(run, by, CALM_SHARE)
    if beating_s is not None and beating_s < CALM_S:
        return False
    timer_s, steady_mps = run.activity.timer_s, max(STEADY_SHARE * by.threshold_mps, STANDS_OUT * by.usual_mps)
    if timer_s >= STEADY_S and run.activity.distance_m >= steady_mps * timer_s:
        return True
    return _moving_s(run, _level_mps(HARD_SHARE, by.threshold_mps, by)) >= HARD_S


def _level_mps(share: float, threshold_mps: float, by: Yardstick) -> float:
    """Return a share of threshold speed; where the usual speed is as high, what stands out above its whole band."""
    edge_mps = ceil(by.usual_mps / SPEED_BAND_MPS) * SPEED_BAND_MPS
    return max(share * threshold_mps, STANDS_OUT * by.usual_mps, edge_mps)


def is_race_like(run: LogEntry, by: Yardstick) -> bool:
    """Tell whether 40 km or more were run, or 4.8 km or more within 1.03 times the best predicted (convention)."""
    if run.activity.distance_m >= FURTHEST_M:
        return True
    seconds = run.activity.elapsed_s / RACE_RATIO  # the clock of a race does not stop
    if by.fitness is None or run.activity.distance_m < RACE_M or not VALID_S[0] <= seconds <= VALID_S[1]:
        return False
    return daniels_gilbert(run.activity.distance_m, seconds) >= by.fitness.value


def is_long_hard(run: LogEntry, by: Yardstick) -> bool:
    """Tell whether a run takes two days to recover from: race-like, or hard and 90 minutes or more (convention)."""
    return is_race_like(run, by) or (run.activity.timer_s >= LONG_RUN_S and is_hard(run, by))


def seconds_above(bands_s: Sequence[float], width: float, level: float) -> float:
    """Return the seconds above `level`, taking each band's seconds as spread evenly over its `width`."""
    return sum(
        seconds * min(1.0, max(0.0, ((k + 1) * width - level) / width)) for k, seconds in enumerate(bands_s) if seconds
    )


def max_heart_rate(runs: Sequence[LogEntry]) -> float | None:
    """
    Return the highest heart rate (bpm) these runs held, or None where they do not show it.

    It is the rate exceeded for a thousandth of their time, and a minute at least, so that a sensor's spikes do not
    count. Where half the time lies above 87 % of it the runner never went near the maximum, and nothing is known.
    """
    bands: list[float] = []
    for run in runs:
        heart_rates = run.summary.heart_rate_bands_s
        bands.extend([0.0] * (len(heart_rates) - len(bands)))
        for k, seconds in enumerate(heart_rates):
            bands[k] += seconds
    top = _level(bands, max(TOP_S, TOP_SHARE * sum(bands)))
    middle = _level(bands, sum(bands) / 2)
    return top if top is not None and middle is not None and middle <= TELLING_SHARE * top else None


def _moving_s(run: LogEntry, speed_mps: float) -> float:
    """Return the seconds above a speed."""
    return seconds_above(run.summary.speed_bands_s, SPEED_BAND_MPS, speed_mps)


def _beating_s(run: LogEntry, by: Yardstick, share: float) -> float | None:
    """Return the seconds above a share of the highest heart rate; None where half of the run or more has no rate."""
    bands_s = run.summary.heart_rate_bands_s
    if by.max_heart_rate_bpm is None or sum(bands_s) < run.activity.timer_s / 2:
        return None
    return seconds_above(bands_s, HEART_RATE_BAND_BPM, share * by.max_heart_rate_bpm)


def _level(bands_s: Sequence[float], above_s: float) -> float | None:
    """Return the heart rate exceeded for `above_s` seconds; None where the bands do not hold as many."""
    left = above_s
    for k in reversed(range(len(bands_s))):
        if bands_s[k] and bands_s[k] >= left:
            return (k + 1 - left / bands_s[k]) * HEART_RATE_BAND_BPM
        left -= bands_s[k]
    return None
