"""Made-up training logs for tests: a few words a run, everything else derived from them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from run_tracker.model import (
    HEART_RATE_BAND_BPM,
    SPEED_BAND_MPS,
    Activity,
    LogEntry,
    Sport,
    SubSport,
    Summary,
)

WINDOWS_S = (60, 120, 180, 300, 600, 720, 1200, 1800, 2700, 3600, 5400, 7200)
HARD_MPS = 4.0  # well above the threshold of a runner whose easy runs are at 5:00 /km


def entry(
    day: date,
    km: float = 10.0,
    minutes: float = 50.0,
    *,
    hard_minutes: float = 0.0,
    best_efforts: tuple[tuple[int, float], ...] | None = None,
    sport: Sport = Sport.RUN,
    heart_rate: float | None = None,
    nth: int = 1,
) -> LogEntry:
    """One activity of `day`: `hard_minutes` of it at HARD_MPS in one stretch, the rest evenly.

    Two of one sport on a day need their own `nth` (1 to 4), as two that share their hours are one run recorded twice.
    """
    hard_s, easy_s = hard_minutes * 60, (minutes - hard_minutes) * 60
    easy_mps = (km * 1000 - HARD_MPS * hard_s) / easy_s if easy_s else 0.0
    if best_efforts is None:
        best_efforts = tuple(
            (window, HARD_MPS * min(window, hard_s) + easy_mps * max(0.0, window - hard_s))
            for window in WINDOWS_S
            if window <= minutes * 60
        )
    activity = Activity(
        sport=sport,
        sub_sport=SubSport.ROAD,
        started_at=datetime.combine(day, time(1 + 5 * nth), UTC),
        timer_s=minutes * 60,
        elapsed_s=minutes * 60,
        distance_m=km * 1000,
        heart_rate_bpm=heart_rate,
    )
    summary = Summary(
        best_efforts=best_efforts if sport is Sport.RUN else (),
        speed_bands_s=_bands([(HARD_MPS, hard_s), (easy_mps, easy_s)], SPEED_BAND_MPS),
        heart_rate_bands_s=_bands([(heart_rate, minutes * 60)], HEART_RATE_BAND_BPM) if heart_rate else (),
    )
    return LogEntry(id=f"{day}-{nth}-{sport}", day=day, activity=activity, summary=summary)


def steady_weeks(
    until: date, weeks: int = 8, pattern: Sequence[float] = (0, 8, 0, 10, 0, 6, 16), *, min_per_km: float = 5.0
) -> list[LogEntry]:
    """The weeks ending with `until`, the kilometres of each weekday from Monday as `pattern` says (0 is a day off)."""
    days = [until - timedelta(days=back) for back in reversed(range(7 * weeks))]
    return [
        entry(day, pattern[day.weekday()], pattern[day.weekday()] * min_per_km)
        for day in days
        if pattern[day.weekday()]
    ]


def _bands(parts: list[tuple[float, float]], width: float) -> tuple[float, ...]:
    """Seconds in each band of `width`, from (value, seconds) pairs."""
    bands = [0.0] * (int(max(value for value, _ in parts) / width) + 1)
    for value, seconds in parts:
        bands[int(value / width)] += seconds
    return tuple(bands)
