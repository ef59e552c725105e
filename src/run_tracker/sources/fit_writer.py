"""
A recording written as a FIT activity file, the same bytes every time.

Times are written in whole seconds and everything else in FIT's own resolution. What FIT has no room for is left out:
the device, and where strength training was done.
"""

import struct
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from run_tracker.model import Activity, FollowedStep, Lap, Recording, Sport, SubSport
from run_tracker.sources.fit_profile import (
    DEVELOPMENT,
    DURATION_UNITS,
    FIELDS_BY_NAME,
    INTENSITIES,
    LAP_TRIGGERS,
    ON_FOOT,
    RECORD_COLUMNS,
    REPEAT_TIMES,
    STOP_ALL,
    STRING,
    TARGET_UNITS,
    TIMER,
    TIMER_START,
    Field,
    Message,
)
from run_tracker.sources.fit_walk import checksum

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from run_tracker.model import Column

type Fields = dict[str, float | str | datetime | None]

_PROTOCOL, _PROFILE = 0x20, 21158
_ACTIVITY_FILE, _SESSION_EVENT, _LAP_EVENT, _ACTIVITY_EVENT, _STOP = 4, 8, 9, 26, 1
_STRENGTH_TRAINING = 20
_LONGEST_TEXT = 200
_SPORT_CODES = {
    Sport.RUN: 1,
    Sport.RIDE: 2,
    Sport.SWIM: 5,
    Sport.STRENGTH: 10,
    Sport.WALK: 11,
    Sport.HIKE: 17,
    Sport.OTHER: 0,
}
_SUB_SPORT_CODES = {
    SubSport.UNKNOWN: 0,
    SubSport.TREADMILL: 1,
    SubSport.TRAIL: 3,
    SubSport.TRACK: 4,
    SubSport.ROAD: 7,
    SubSport.OTHER: 23,
    SubSport.INDOOR: 45,
    SubSport.VIRTUAL: 58,
    SubSport.ULTRA: 67,
}
_INTENSITY_CODES = {intensity: code for code, intensity in INTENSITIES.items()}
_TRIGGER_CODES = {trigger: code for code, trigger in LAP_TRIGGERS.items()}
_DURATION_CODES = {"time": 0, "distance": 1, "heart_rate": 2, "open": 5, "repeat": REPEAT_TIMES, "other": 29}
_TARGET_CODES = {"speed": 0, "heart_rate": 1, "open": 2, "cadence": 3, "power": 4, "other": 5}


def write_fit(recording: Recording) -> bytes:
    """
    Return a valid FIT activity file that holds this recording; reading it gives the recording back.

    The columns need `time_s`; values that FIT can not hold (a negative distance, 300 beats a minute) become "no value".
    """
    body = b"".join(_messages(recording))
    head = struct.pack("<BBHI4s", 14, _PROTOCOL, _PROFILE, len(body), b".FIT")
    raw = head + struct.pack("<H", checksum(head)) + body
    return raw + struct.pack("<H", checksum(raw))


def _messages(recording: Recording) -> Iterator[bytes]:
    """Yield the file's messages in the order a watch writes them: what happens first, the summaries last."""
    activity = recording.activity
    made: Fields = {
        "type": _ACTIVITY_FILE,
        "manufacturer": DEVELOPMENT,
        "product": 0,
        "time_created": activity.started_at,
    }
    yield _rows(Message.FILE_ID, [made])
    yield _rows(Message.SPORT, [_sport(activity)])  # early: a file that is cut short still says what it was
    if activity.steps or activity.title or activity.description:
        workout: Fields = {"num_valid_steps": len(activity.steps), "sport": _SPORT_CODES.get(activity.sport)}
        yield _rows(Message.WORKOUT, [workout | {"wkt_name": activity.title, "wkt_description": activity.description}])
        yield _rows(Message.WORKOUT_STEP, [_step(step, activity.sport) for step in activity.steps])
    yield _timer(activity.started_at, TIMER_START)
    yield from _records(recording)
    yield _timer(_end(activity), STOP_ALL)
    yield _rows(Message.LAP, [_lap(lap, index, activity.sport) for index, lap in enumerate(activity.laps)])
    yield _rows(Message.SESSION, [_session(activity)])
    yield _rows(Message.ACTIVITY, [_closing(activity)])


def _rows(message: Message, rows: Sequence[Fields]) -> bytes:
    """Return one definition and the messages of it; all have the fields of the first."""
    if not rows:
        return b""
    fields = [FIELDS_BY_NAME[message][name] for name in rows[0]]
    values = [[_encoded(field, row[field.name]) for field in fields] for row in rows]
    sizes = [max(len(row[at]) for row in values) for at in range(len(fields))]
    head = bytes([_local(message)])
    return _definition(message, fields, sizes) + b"".join(
        head + b"".join(value.ljust(size, b"\0") for value, size in zip(row, sizes, strict=True)) for row in values
    )


def _definition(message: Message, fields: Sequence[Field], sizes: Sequence[int]) -> bytes:
    """Return the message that says how those of this kind lie in the file, little-endian."""
    layout = [part for field, size in zip(fields, sizes, strict=True) for part in (field.number, size, field.base.code)]
    return struct.pack("<BBBHB", 0x40 | _local(message), 0, 0, message, len(fields)) + bytes(layout)


def _local(message: Message) -> int:
    """Return the local number of a kind of message, one for each."""
    return list(Message).index(message)


def _encoded(field: Field, value: float | str | datetime | None) -> bytes:
    """Return a value as it lies in the file, "no value" where there is none or it has no room."""
    if field.base is STRING:
        return (str(value) if value else "").encode()[:_LONGEST_TEXT] + b"\0"
    number = value.timestamp() if isinstance(value, datetime) else value
    return struct.pack("<" + field.base.letter, int(_raw(field, np.array(np.nan if number is None else number))))


def _raw(field: Field, values: "Column") -> "NDArray[np.int64]":
    """Return values in the file's units, rounded, the type's "no value" where they are none or do not fit."""
    none = field.base.invalid or 0
    lowest = -none if field.base.letter.islower() else 0
    numbers = np.rint((values + field.offset) * field.scale)
    return np.where((numbers >= lowest) & (numbers < none), numbers, none).astype(np.int64)


def _records(recording: Recording) -> Iterator[bytes]:
    """Yield the records as one block, cut where the timer was stopped or started again."""
    numbers = dict(_record_fields(recording))
    fields = [FIELDS_BY_NAME[Message.RECORD][name] for name in numbers]
    yield _definition(Message.RECORD, fields, [field.base.size for field in fields])
    rows = np.empty(
        len(numbers["timestamp"]), [("local", "u1"), *((field.name, "<" + field.base.letter) for field in fields)]
    )
    rows["local"] = _local(Message.RECORD)
    for name, column in numbers.items():
        rows[name] = column
    times = np.rint(recording.columns["time_s"])
    done = 0
    for pause in recording.activity.pauses:
        stop = max(done, int(np.searchsorted(times, pause.started_at.timestamp(), side="right")))
        start = max(stop, int(np.searchsorted(times, pause.ended_at.timestamp(), side="left")))
        yield rows[done:stop].tobytes() + _timer(pause.started_at, STOP_ALL)
        yield rows[stop:start].tobytes() + _timer(pause.ended_at, TIMER_START)
        done = start
    yield rows[done:].tobytes()


def _record_fields(recording: Recording) -> "Iterator[tuple[str, NDArray[np.int64]]]":
    """Yield the record fields that these columns fill, in the file's units."""
    fields, columns = FIELDS_BY_NAME[Message.RECORD], recording.columns
    yield "timestamp", _raw(fields["timestamp"], columns["time_s"])
    for name, (told, units) in RECORD_COLUMNS.items():
        if name in columns:
            yield told, _raw(fields[told], columns[name] * units)
    if "cadence_spm" in columns:
        turns = columns["cadence_spm"] / _steps_a_turn(recording.activity.sport)
        whole = np.floor(np.rint(turns * 128) / 128)
        yield "cadence", _raw(fields["cadence"], whole)
        yield "fractional_cadence", _raw(fields["fractional_cadence"], turns - whole)


def _timer(moment: datetime, kind: int) -> bytes:
    """Return the event of the timer being started or stopped."""
    return _rows(Message.EVENT, [{"timestamp": moment, "event": TIMER, "event_type": kind, "event_group": 0}])


def _totals(part: Activity | Lap, sport: Sport) -> Fields:
    """Return what a lap and a session have in common."""
    turns = None if part.cadence_spm is None else round(part.cadence_spm / _steps_a_turn(sport) * 128)
    return {
        "timestamp": _end(part),
        "start_time": part.started_at,
        "total_elapsed_time": part.elapsed_s,
        "total_timer_time": part.timer_s,
        "total_distance": part.distance_m,
        "avg_heart_rate": part.heart_rate_bpm,
        "max_heart_rate": part.max_heart_rate_bpm,
        "avg_cadence": None if turns is None else turns // 128,
        "avg_fractional_cadence": None if turns is None else turns % 128 / 128,
        "total_ascent": part.ascent_m,
        "total_descent": part.descent_m,
        "event_type": _STOP,
    }


def _lap(lap: Lap, index: int, sport: Sport) -> Fields:
    return _totals(lap, sport) | {
        "message_index": index,
        "event": _LAP_EVENT,
        "intensity": None if lap.intensity is None else _INTENSITY_CODES[lap.intensity],
        "lap_trigger": None if lap.trigger is None else _TRIGGER_CODES[lap.trigger],
        "wkt_step_index": lap.step_index,
    }


def _sport(activity: Activity) -> Fields:
    strength = activity.sport is Sport.STRENGTH
    return {
        "sport": _SPORT_CODES.get(activity.sport),
        "sub_sport": _STRENGTH_TRAINING if strength else _SUB_SPORT_CODES[activity.sub_sport],
    }


def _session(activity: Activity) -> Fields:
    return _totals(activity, activity.sport) | {
        "message_index": 0,
        "event": _SESSION_EVENT,
        **_sport(activity),
        "first_lap_index": 0,
        "num_laps": len(activity.laps),
        "trigger": 0,
    }


def _closing(activity: Activity) -> Fields:
    end, offset_s = _end(activity), activity.utc_offset_s
    return {
        "timestamp": end,
        "total_timer_time": activity.timer_s,
        "num_sessions": 1,
        "type": 0,
        "event": _ACTIVITY_EVENT,
        "event_type": _STOP,
        "local_timestamp": None if offset_s is None else end + timedelta(seconds=offset_s),
    }


def _step(step: FollowedStep, sport: Sport) -> Fields:
    """Return a step of the followed workout; a repetition keeps its first step where others keep their length."""
    repeat = step.duration_kind == "repeat"
    length = _unphysical(step.duration_value, DURATION_UNITS.get(step.duration_kind))
    low, high = (_bound(step, bound, sport) for bound in (step.target_low, step.target_high))
    return {
        "message_index": step.index,
        "wkt_step_name": step.name,
        "duration_type": _DURATION_CODES[step.duration_kind],
        "duration_value": step.repeat_from if repeat else length,
        "target_type": None if step.target_kind is None else _TARGET_CODES[step.target_kind],
        "target_value": step.duration_value if repeat else 0,
        "custom_target_value_low": low,
        "custom_target_value_high": high,
        "intensity": None if step.intensity is None else _INTENSITY_CODES[step.intensity],
    }


def _bound(step: FollowedStep, bound: float | None, sport: Sport) -> int | None:
    """Return a bound of a step's target as FIT counts it."""
    turns = bound / _steps_a_turn(sport) if bound and step.target_kind == "cadence" else bound
    return _unphysical(turns, TARGET_UNITS.get(step.target_kind))


def _unphysical(value: float | None, units: tuple[float, int] | None) -> int | None:
    """Return a step's number in FIT's unit, None where it has none."""
    return None if value is None or units is None else round(value * units[0]) + units[1]


def _steps_a_turn(sport: Sport) -> int:
    return 2 if sport in ON_FOOT else 1


def _end(part: Activity | Lap) -> datetime:
    return part.started_at + timedelta(seconds=part.elapsed_s)
