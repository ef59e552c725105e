"""The model as rows and back: one table says how a column's value becomes the model's."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime, tzinfo
from typing import Any

from run_tracker.model import (
    Activity,
    Device,
    FollowedStep,
    Intensity,
    Lap,
    LapTrigger,
    LogEntry,
    Pause,
    Sport,
    SubSport,
    Summary,
    local_day,
)

PARTS: Mapping[str, type[Lap | FollowedStep | Pause]] = {"lap": Lap, "followed_step": FollowedStep, "pause": Pause}
"""The tables that hold an activity's parts, one row each."""


def moment(seconds: float) -> datetime:
    """Return seconds since 1970 as an aware moment, UTC."""
    return datetime.fromtimestamp(seconds, UTC)


FROM_COLUMN: Mapping[str, Callable[[Any], Any]] = {
    "started_at": moment,
    "ended_at": moment,
    "sport": Sport,
    "sub_sport": SubSport,
    "trigger": LapTrigger,
    "intensity": Intensity,
}


def to_row(part: Any, **more: Any) -> dict[str, Any]:
    """Return a flat dataclass as a row: moments as seconds since 1970, enumerations as their words."""
    values = {field.name: getattr(part, field.name) for field in fields(part)}
    plain = {name: value.timestamp() if isinstance(value, datetime) else value for name, value in values.items()}
    return plain | more


def from_row[T](kind: type[T], row: Mapping[str, Any], **more: Any) -> T:
    """Build a dataclass from the columns that bear its fields' names."""
    names = {field.name for field in fields(kind)} & set(row.keys())  # type: ignore[arg-type]
    values = {name: row[name] for name in names}
    for name in names & FROM_COLUMN.keys():
        values[name] = None if values[name] is None else FROM_COLUMN[name](values[name])
    return kind(**values | more)


def activity_row(activity: Activity, summary: Summary, **more: Any) -> dict[str, Any]:
    """Return an activity as its row, without its parts."""
    row = to_row(activity, **more)
    for name in ("laps", "steps", "pauses", "device"):
        del row[name]
    return row | asdict(activity.device or Device()) | {"summary": json.dumps(asdict(summary))}


def log_entry(row: Mapping[str, Any], zone: tzinfo | None, **parts: Any) -> LogEntry:
    """Build a line of the training log from its row (and its parts, where they are wanted)."""
    device = from_row(Device, row)
    activity = from_row(Activity, row, device=None if device == Device() else device, **parts)
    summary = json.loads(row["summary"])
    return LogEntry(
        id=row["id"],
        day=local_day(activity.started_at, activity.utc_offset_s, zone),
        activity=activity,
        summary=Summary(
            best_efforts=tuple((seconds, metres) for seconds, metres in summary["best_efforts"]),
            speed_bands_s=tuple(summary["speed_bands_s"]),
            heart_rate_bands_s=tuple(summary["heart_rate_bands_s"]),
        ),
    )
