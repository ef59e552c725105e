"""Track points to a recording: columns, pauses and totals, for the formats that write points as text."""

import logging
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from math import nan

import numpy as np
from numpy.typing import NDArray

from run_tracker.errors import UnreadableFile
from run_tracker.model import COLUMNS, Activity, Flaw, Pause, Sport, SubSport

Column = NDArray[np.float64]

log = logging.getLogger(__name__)

NAMES = COLUMNS[:10]  # what the text formats can tell
TIME, DISTANCE, SPEED, CADENCE, ALTITUDE, LATITUDE, LONGITUDE = (
    NAMES.index(name)
    for name in (
        "time_s",
        "distance_m",
        "speed_mps",
        "cadence_spm",
        "altitude_m",
        "latitude_deg",
        "longitude_deg",
    )
)
PLAUSIBLE = {
    "time_s": (631_152_000.0, 4_102_444_800.0),  # 1990 to 2100: a watch without a fix says 1989
    "distance_m": (0.0, 2e6),
    "speed_mps": (0.0, 60.0),
    "heart_rate_bpm": (20.0, 250.0),
    "cadence_spm": (0.0, 300.0),
    "altitude_m": (-1_000.0, 10_000.0),
    "latitude_deg": (-90.0, 90.0),
    "longitude_deg": (-180.0, 180.0),
    "power_w": (0.0, 4_000.0),
    "temperature_c": (-60.0, 70.0),
}
"""What each column can be; anything else is no value."""

MOST_TITLE, MOST_DESCRIPTION = 200, 2_000  # characters
MOST_POINTS = 1_000_000  # eleven days at 1 Hz
LONGEST_S = 14 * 86_400  # a point further than this from the median is from a clock that was not set
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARTH_RADIUS_M = 6_371_008.8
DERIVED_SPEED_S = 5.0  # a derived speed looks so far back and ahead
CLIMB_M = 3.0  # by what altitude must turn back to have turned
CLIMB_WINDOW_S = 15.0  # altitude is averaged over so long first
ONE_LEG_SPM = 130.0  # on foot, a median cadence below this counts one leg

SPORTS = (
    ("run", Sport.RUN),
    ("jog", Sport.RUN),
    ("treadmill", Sport.RUN),
    ("walk", Sport.WALK),
    ("hik", Sport.HIKE),
    ("cycl", Sport.RIDE),
    ("bik", Sport.RIDE),
    ("ride", Sport.RIDE),
    ("swim", Sport.SWIM),
    ("strength", Sport.STRENGTH),
    ("other", Sport.OTHER),
)
"""What a sport's name holds, in any spelling ("Running", "trail_running", "TrailRun", "Biking")."""
STRAVA_CODES = {"1": Sport.RIDE, "4": Sport.HIKE, "9": Sport.RUN, "10": Sport.WALK, "16": Sport.SWIM}
SUB_SPORTS = {sub.value: sub for sub in SubSport if sub not in {SubSport.OTHER, SubSport.UNKNOWN}} | {
    "street": SubSport.ROAD,
}


@lru_cache(maxsize=256)
def sport_of(name: str) -> tuple[Sport, SubSport]:
    """Return the sport and sub-sport a file's word or Strava's number stands for."""
    word = name.strip().lower()
    sport = STRAVA_CODES.get(word) or next((sport for part, sport in SPORTS if part in word), Sport.UNKNOWN)
    if sport is Sport.UNKNOWN and word:
        log.warning("unknown sport %r: please report it", word[:40])
    return sport, next((sub for part, sub in SUB_SPORTS.items() if part in word), SubSport.UNKNOWN)


def words(text: str, most: int) -> str | None:
    """Return a title or a description of at most `most` characters, None where it says nothing."""
    return text.strip()[:most].strip() or None


def number(text: str) -> float:
    """Return the number in `text`, NaN where there is none; it may be infinite, as PLAUSIBLE is asked next."""
    try:
        return float(text)
    except ValueError:
        return nan


def is_plausible(value: float, name: str) -> bool:
    """Tell whether it can be a value of the column `name`; NaN never can."""
    low, high = PLAUSIBLE[name]
    return low <= value <= high


def measure(text: str, name: str) -> float | None:
    """Return the number in `text` where it can be a value of the column `name`."""
    value = number(text)
    return value if is_plausible(value, name) else None


def stamp(text: str) -> tuple[float, int]:
    """Return a time stamp as seconds since 1970 (NaN for none) and its offset from UTC, which it is in by default."""
    try:
        told = datetime.fromisoformat(text.strip())
    except ValueError:
        return nan, 0
    if told.tzinfo is None:
        told = told.replace(tzinfo=UTC)
    offset = 0 if told.tzinfo is UTC else int((told.utcoffset() or timedelta()).total_seconds())
    return (told - EPOCH).total_seconds(), offset


def moment(time_s: float) -> datetime:
    """Return the time as an aware datetime."""
    return datetime.fromtimestamp(time_s, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Points that can be relied on: rising times, values within PLAUSIBLE or NaN, and where segments start."""

    columns: dict[str, Column]  # those of NAMES that have a value
    starts: NDArray[np.intp]  # index of the first point of each segment but the first
    utc_offset_s: int | None
    flaws: tuple[Flaw, ...]


class Track:
    """Collects the points of one activity; `time` is the element that dates one, `fields` those for others of NAMES."""

    def __init__(self, time: str, fields: Mapping[str, str], most: int = MOST_POINTS) -> None:
        self._time, self._most = time, most
        self._places = {element: NAMES.index(name) for element, name in fields.items()}
        self._rows = array("d")
        self._segments = [0]  # how many points there were when each began
        self._utc_offset_s = 0

    def __len__(self) -> int:
        return len(self._rows) // len(NAMES)

    def add(self, values: Mapping[str, str]) -> None:
        """Take one point; raises UnreadableFile where there are more than a recording can have."""
        row = [nan] * len(NAMES)
        for element, text in values.items():
            place = self._places.get(element)
            if place is not None:
                row[place] = number(text)
        row[TIME], offset = stamp(values.get(self._time, ""))
        self._utc_offset_s = self._utc_offset_s or offset
        if len(self) >= self._most:
            raise UnreadableFile(f"holds more than {self._most:,} track points")
        self._rows.fromlist(row)

    def end_segment(self) -> None:
        """Note that the next point starts a new segment."""
        if len(self) > self._segments[-1]:
            self._segments.append(len(self))

    def finish(self, sport: Sport) -> Points:
        """Return the points in order of time, once each, cadence as `sport` counts it, with what had to be mended."""
        rows = np.frombuffer(self._rows).reshape(-1, len(NAMES)).T.copy()
        for row, name in zip(rows, NAMES, strict=True):
            low, high = PLAUSIBLE[name]
            row[~((row >= low) & (row <= high))] = nan
        unfixed = np.isnan(rows[LATITUDE] + rows[LONGITUDE]) | ((rows[LATITUDE] == 0) & (rows[LONGITUDE] == 0))
        rows[LATITUDE : LONGITUDE + 1, unfixed] = nan
        segment = np.searchsorted(self._segments, np.arange(rows.shape[1]), side="right")
        rows, segment, flaws = _in_order(rows, segment)
        starts = np.flatnonzero(np.diff(segment)) + 1
        _derive(rows, starts)
        rows[CADENCE] *= both_legs(rows[CADENCE], sport)
        known = [place for place, row in enumerate(rows) if place == TIME or not np.isnan(row).all()]
        columns = {NAMES[place]: np.ascontiguousarray(rows[place]) for place in known}
        return Points(columns=columns, starts=starts, utc_offset_s=self._utc_offset_s or None, flaws=flaws)


def _in_order(rows: Column, segment: NDArray[np.intp]) -> tuple[Column, NDArray[np.intp], tuple[Flaw, ...]]:
    """
    Leave out points without a usable time, sort by time, and keep the first of those with the same time.

    The same point at the end of one segment and the start of the next is how some programs write, and no flaw.
    """
    time = rows[TIME]
    timed = np.isfinite(time)
    if timed.any():
        timed &= np.abs(time - np.median(time[timed])) <= LONGEST_S
    rows, segment = rows[:, timed], segment[timed]
    backwards = int((np.diff(rows[TIME]) < 0).sum())
    if backwards:
        order = np.argsort(rows[TIME], kind="stable")
        rows, segment = rows[:, order], segment[order]
    repeated = np.diff(rows[TIME], prepend=-1.0) == 0
    within = int((repeated[1:] & (np.diff(segment) == 0)).sum())
    counted = (
        (int((~timed).sum()), "without a usable time: left out"),
        (backwards, "earlier than the one before: sorted by time"),
        (within, "with the time of the one before: left out"),
    )
    flaws = tuple(Flaw(reason=f"{count} track points {what}") for count, what in counted if count)
    return rows[:, ~repeated], segment[~repeated], flaws


def _derive(rows: Column, starts: NDArray[np.intp]) -> None:
    """Fill in distance from positions and speed from distance where no point has any; mend a counter that fell."""
    if np.isnan(rows[DISTANCE]).all():
        _distance_from_positions(rows, starts)
    else:
        _mend_counter(rows[DISTANCE], starts)
    if np.isnan(rows[SPEED]).all() and not np.isnan(rows[DISTANCE]).all():
        rows[SPEED] = _speed(rows[TIME], rows[DISTANCE], starts)


def _distance_from_positions(rows: Column, starts: NDArray[np.intp]) -> None:
    """
    Sum the great circles between neighbours (haversine), none across two segments.

    A step faster than a plausible speed is a jump of the receiver, not of the runner, and adds nothing.
    """
    fixed = np.flatnonzero(~np.isnan(rows[LATITUDE]))
    latitude, longitude = np.radians(rows[LATITUDE, fixed]), np.radians(rows[LONGITUDE, fixed])
    half = np.sin(np.diff(latitude) / 2) ** 2
    half += np.cos(latitude[1:]) * np.cos(latitude[:-1]) * np.sin(np.diff(longitude) / 2) ** 2
    steps = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    steps[steps > PLAUSIBLE["speed_mps"][1] * np.diff(rows[TIME, fixed])] = 0
    steps[np.diff(np.searchsorted(starts, fixed, side="right")) > 0] = 0
    rows[DISTANCE, fixed[:1]] = 0
    rows[DISTANCE, fixed[1:]] = np.cumsum(steps)


def _mend_counter(distance: Column, starts: NDArray[np.intp]) -> None:
    """Go on counting where a device began again with a segment; elsewhere a distance never falls."""
    counted = np.flatnonzero(~np.isnan(distance))
    values = distance[counted]
    begins = np.diff(np.searchsorted(starts, counted, side="right")) > 0
    again = begins & (values[1:] < values[:-1] / 2)
    values[1:] += np.cumsum(np.where(again, values[:-1], 0.0))
    distance[counted] = np.maximum.accumulate(values)


def _speed(time: Column, distance: Column, starts: NDArray[np.intp]) -> Column:
    """Derive speed from the distance over DERIVED_SPEED_S before and after, within the segment."""
    counted = ~np.isnan(distance)
    bounds = np.concatenate(([0], starts, [len(time)]))
    lengths = np.diff(bounds)
    since = np.maximum(time - DERIVED_SPEED_S, np.repeat(time[bounds[:-1]], lengths))
    until = np.minimum(time + DERIVED_SPEED_S, np.repeat(time[bounds[1:] - 1], lengths))
    run = np.interp(until, time[counted], distance[counted]) - np.interp(since, time[counted], distance[counted])
    speed = np.full_like(time, nan)
    np.divide(run, until - since, out=speed, where=until > since)
    return speed


def both_legs(cadence: Column, sport: Sport) -> float:
    """Return what to multiply a cadence by for steps a minute: 2 where the device counted one leg on foot."""
    stepping = cadence[cadence > 0]
    on_foot = sport in {Sport.RUN, Sport.WALK, Sport.HIKE}
    return 2.0 if on_foot and stepping.size and np.median(stepping) < ONE_LEG_SPM else 1.0


def climbed(time: Column, altitude: Column) -> tuple[float | None, float | None]:
    """
    Return the ascent and the descent in metres (None, None where there is no altitude).

    Altitude is averaged over CLIMB_WINDOW_S; a rise or a fall counts from turning point to turning point, and a point
    is one only where altitude turns back by CLIMB_M (hysteresis), so that the noise of a barometer adds nothing and
    that of satellites little.
    """
    known = ~np.isnan(altitude)
    if not known.any():
        return None, None
    time, total = time[known], np.concatenate(([0.0], np.cumsum(altitude[known])))
    first = np.searchsorted(time, time - CLIMB_WINDOW_S / 2)
    after = np.searchsorted(time, time + CLIMB_WINDOW_S / 2, side="right")
    turns = _turning_points(((total[after] - total[first]) / (after - first)).tolist())
    steps = [later - earlier for earlier, later in pairwise(turns) if abs(later - earlier) >= CLIMB_M]
    return sum((max(step, 0.0) for step in steps), 0.0), sum((max(-step, 0.0) for step in steps), 0.0)


def _turning_points(levels: Sequence[float]) -> list[float]:
    """Return the levels at which the way turned by CLIMB_M or more, the first and the last extreme included."""
    turns, furthest, up = [levels[0]], levels[0], True
    for level in levels:
        beyond = level - furthest if up else furthest - level
        if beyond > 0:
            furthest = level
        elif beyond <= -CLIMB_M:
            turns.append(furthest)
            furthest, up = level, not up
    return [*turns, furthest]


def pauses_between(points: Points) -> tuple[Pause, ...]:
    """Return a pause for every gap between two segments that is longer than points usually lie apart."""
    time = points.columns["time_s"]
    usual = float(np.median(np.diff(time))) if len(time) > 1 else 0.0
    gaps = ((time[start - 1], time[start]) for start in points.starts)
    return tuple(Pause(started_at=moment(last), ended_at=moment(first)) for last, first in gaps if first - last > usual)


def activity(points: Points, sport: tuple[Sport, SubSport], pauses: tuple[Pause, ...]) -> Activity:
    """Return what the columns alone say of an activity of at least one point."""
    columns = points.columns
    time = columns["time_s"]
    elapsed = float(time[-1] - time[0])
    paused = sum((pause.ended_at - pause.started_at).total_seconds() for pause in pauses)
    ascent, descent = climbed(time, columns.get("altitude_m", np.full_like(time, nan)))
    heart_rate, cadence = columns.get("heart_rate_bpm"), columns.get("cadence_spm", np.zeros(1))
    return Activity(
        sport=sport[0],
        sub_sport=sport[1],
        started_at=moment(time[0]),
        utc_offset_s=points.utc_offset_s,
        timer_s=max(elapsed - paused, 0.0),
        elapsed_s=elapsed,
        distance_m=float(np.nanmax(columns["distance_m"])) if "distance_m" in columns else 0.0,
        heart_rate_bpm=None if heart_rate is None else float(np.nanmean(heart_rate)),
        max_heart_rate_bpm=None if heart_rate is None else float(np.nanmax(heart_rate)),
        cadence_spm=float(cadence[cadence > 0].mean()) if (cadence > 0).any() else None,  # while moving
        ascent_m=ascent,
        descent_m=descent,
        pauses=pauses,
    )
