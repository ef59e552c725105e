"""What the runner did: frozen values in SI units and UTC, in the field's words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Column = NDArray[np.float64]

COLUMNS = (
    "time_s",  # seconds since 1970-01-01 UTC, never decreasing
    "distance_m",  # since the start, as the device counted
    "speed_mps",
    "heart_rate_bpm",
    "cadence_spm",  # steps a minute (both feet) on foot; revolutions a minute elsewhere
    "altitude_m",
    "latitude_deg",
    "longitude_deg",
    "power_w",
    "temperature_c",
    "vertical_oscillation_m",
    "ground_contact_s",
    "step_length_m",
)
"""The names a Recording's columns may have, each float64 with NaN where the device had no value."""


class Sport(StrEnum):
    """What kind of activity it was; treadmill, trail and track are runs."""

    RUN = "run"
    WALK = "walk"
    HIKE = "hike"
    RIDE = "ride"
    SWIM = "swim"
    STRENGTH = "strength"
    OTHER = "other"
    UNKNOWN = "unknown"


class SubSport(StrEnum):
    """Where or how it was done."""

    ROAD = "road"
    TRAIL = "trail"
    TRACK = "track"
    TREADMILL = "treadmill"
    INDOOR = "indoor"
    VIRTUAL = "virtual"
    ULTRA = "ultra"
    OTHER = "other"
    UNKNOWN = "unknown"


class Intensity(StrEnum):
    """What a lap or a workout step was meant to be, in the watch's words."""

    ACTIVE = "active"
    INTERVAL = "interval"
    RECOVERY = "recovery"
    REST = "rest"
    WARMUP = "warmup"
    COOLDOWN = "cooldown"
    OTHER = "other"


class LapTrigger(StrEnum):
    """What ended a lap."""

    MANUAL = "manual"
    TIME = "time"
    DISTANCE = "distance"
    POSITION = "position"
    SESSION_END = "session_end"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lap:
    """One lap as the watch shows it."""

    started_at: datetime
    timer_s: float  # pauses excluded, as the watch counts
    elapsed_s: float
    distance_m: float
    heart_rate_bpm: float | None = None
    max_heart_rate_bpm: float | None = None
    cadence_spm: float | None = None
    ascent_m: float | None = None
    descent_m: float | None = None
    trigger: LapTrigger | None = None
    intensity: Intensity | None = None
    step_index: int | None = None  # of the followed workout's steps


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedStep:
    """One step of the workout the watch was following, or a repetition of earlier steps."""

    index: int
    name: str | None = None
    intensity: Intensity | None = None
    duration_kind: str  # "time", "distance", "open", "repeat", "heart_rate", "other"
    duration_value: float | None = None  # seconds, metres, or the number of repetitions
    repeat_from: int | None = None  # first step index that a repetition goes back to
    target_kind: str | None = None  # "speed", "heart_rate", "cadence", "power", "open", "other"
    target_low: float | None = None  # m/s, bpm, steps a minute, watts
    target_high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A stretch in which the timer stood still."""

    started_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """What recorded it; serial numbers are never read."""

    manufacturer: str | None = None
    product: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One activity: its totals, laps and pauses, without the second-by-second columns."""

    sport: Sport
    sub_sport: SubSport
    started_at: datetime  # aware, UTC
    utc_offset_s: int | None = None  # local time minus UTC where the file tells it
    timer_s: float  # pauses excluded
    elapsed_s: float
    distance_m: float
    heart_rate_bpm: float | None = None
    max_heart_rate_bpm: float | None = None
    cadence_spm: float | None = None
    ascent_m: float | None = None
    descent_m: float | None = None
    title: str | None = None
    description: str | None = None
    laps: tuple[Lap, ...] = ()
    steps: tuple[FollowedStep, ...] = ()
    pauses: tuple[Pause, ...] = ()
    device: Device | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """An activity and its columns: `columns[name]` is a float64 array, all of one length, names from COLUMNS."""

    activity: Activity
    columns: "Mapping[str, Column]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """Something wrong in a file that could still be read: what, and at which byte (None where not known)."""

    reason: str
    offset: int | None = None

    def __str__(self) -> str:
        return self.reason if self.offset is None else f"{self.reason} (byte {self.offset})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """What one file holds: its format ("fit", "tcx" or "gpx"), one Recording or more, and what was wrong with it."""

    format: str
    recordings: tuple[Recording, ...]
    flaws: tuple[Flaw, ...] = ()


SPEED_BAND_MPS = 0.25
"""Width of a band in Summary.speed_bands_s; band k holds k x 0.25 <= speed < (k + 1) x 0.25 m/s."""
HEART_RATE_BAND_BPM = 5
"""Width of a band in Summary.heart_rate_bands_s; band k holds k x 5 <= heart rate < (k + 1) x 5 bpm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What questions about training need often, computed once from a recording's columns."""

    best_efforts: tuple[tuple[int, float], ...] = ()  # (seconds, most metres covered in that time), rising
    speed_bands_s: tuple[float, ...] = ()  # seconds moving in each speed band
    heart_rate_bands_s: tuple[float, ...] = ()  # seconds in each heart-rate band


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One line of the training log: an activity, its summary, and the local day it belongs to."""

    id: str
    day: date
    activity: Activity  # laps, steps and pauses left out
    summary: Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A number that can be proven: what it is, over which days, from which activities."""

    id: str  # "last_7_days.distance"
    value: float
    unit: str  # m, s, m/s, bpm, spm, day, count, ratio, weekday (0 is Monday)
    since: date
    until: date
    activities: tuple[str, ...] = field(default=())


def local_time(moment: datetime, utc_offset_s: int | None, zone: tzinfo | None) -> datetime:
    """Return a moment on the runner's clock: by the file's own offset, else in `zone` (None: the machine's)."""
    return moment.astimezone(zone if utc_offset_s is None else timezone(timedelta(seconds=utc_offset_s)))


def local_day(moment: datetime, utc_offset_s: int | None, zone: tzinfo | None) -> date:
    """Return the day a moment belongs to on the runner's calendar."""
    return local_time(moment, utc_offset_s, zone).date()
