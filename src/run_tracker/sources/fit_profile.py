"""
The part of the FIT profile we read and write: numbers, names, scales and words, as facts about the format.

Source: Garmin's FIT protocol and profile as published for developers. A value is `raw / scale - offset` in the field's
unit; times are made seconds since 1970-01-01 UTC and positions degrees by the same rule.
"""

from enum import IntEnum
from typing import Any, NamedTuple

from run_tracker.model import Intensity, LapTrigger, Sport

FIT_EPOCH_S = 631065600.0
"""1989-12-31 00:00 UTC, where FIT begins to count, in seconds since 1970."""
FIRST_REAL_TIME_S = FIT_EPOCH_S + 0x10000000
"""Times before this count from when the device was switched on."""


class BaseType(NamedTuple):
    """How a value lies in the file: its code, its letter for `struct`, its bytes and the value that means "none"."""

    code: int
    letter: str
    size: int
    invalid: int | None


ENUM = BaseType(0x00, "B", 1, 0xFF)
SINT8 = BaseType(0x01, "b", 1, 0x7F)
UINT8 = BaseType(0x02, "B", 1, 0xFF)
SINT16 = BaseType(0x83, "h", 2, 0x7FFF)
UINT16 = BaseType(0x84, "H", 2, 0xFFFF)
SINT32 = BaseType(0x85, "i", 4, 0x7FFFFFFF)
UINT32 = BaseType(0x86, "I", 4, 0xFFFFFFFF)
STRING = BaseType(0x07, "s", 1, None)
FLOAT32 = BaseType(0x88, "f", 4, None)
FLOAT64 = BaseType(0x89, "d", 8, None)
UINT8Z = BaseType(0x0A, "B", 1, 0)
UINT16Z = BaseType(0x8B, "H", 2, 0)
UINT32Z = BaseType(0x8C, "I", 4, 0)
BYTE = BaseType(0x0D, "B", 1, 0xFF)
SINT64 = BaseType(0x8E, "q", 8, 0x7FFFFFFFFFFFFFFF)
UINT64 = BaseType(0x8F, "Q", 8, 0xFFFFFFFFFFFFFFFF)
UINT64Z = BaseType(0x90, "Q", 8, 0)

BASE_TYPES = {
    base.code & 0x1F: base
    for base in (
        *(ENUM, SINT8, UINT8, SINT16, UINT16, SINT32, UINT32, STRING, FLOAT32, FLOAT64),
        *(UINT8Z, UINT16Z, UINT32Z, BYTE, SINT64, UINT64, UINT64Z),
    )
}
"""Base types by the low five bits of their code: some writers forget the high one."""


class Field(NamedTuple):
    """One field of a message; `base` is what we write, a file's own definition says what we read."""

    number: int
    name: str
    base: BaseType
    scale: float = 1.0
    offset: float = 0.0


def _time(number: int, name: str) -> Field:
    return Field(number, name, UINT32, 1.0, -FIT_EPOCH_S)


def _position(number: int, name: str) -> Field:
    return Field(number, name, SINT32, 2**31 / 180)


TIMESTAMP = 253
_TIMESTAMP = _time(TIMESTAMP, "timestamp")
_INDEX = Field(254, "message_index", UINT16)


class Message(IntEnum):
    """The messages we read."""

    FILE_ID = 0
    SPORT = 12
    SESSION = 18
    LAP = 19
    RECORD = 20
    EVENT = 21
    WORKOUT = 26
    WORKOUT_STEP = 27
    ACTIVITY = 34
    FIELD_DESCRIPTION = 206


_FIELDS: dict[Message, tuple[Field, ...]] = {
    Message.FILE_ID: (
        Field(0, "type", ENUM),
        Field(1, "manufacturer", UINT16),
        Field(2, "product", UINT16),
        _time(4, "time_created"),
        Field(8, "product_name", STRING),
    ),
    Message.SPORT: (Field(0, "sport", ENUM), Field(1, "sub_sport", ENUM)),
    Message.SESSION: (
        _INDEX,
        _TIMESTAMP,
        Field(0, "event", ENUM),
        Field(1, "event_type", ENUM),
        _time(2, "start_time"),
        Field(5, "sport", ENUM),
        Field(6, "sub_sport", ENUM),
        Field(7, "total_elapsed_time", UINT32, 1000),
        Field(8, "total_timer_time", UINT32, 1000),
        Field(9, "total_distance", UINT32, 100),
        Field(16, "avg_heart_rate", UINT8),
        Field(17, "max_heart_rate", UINT8),
        Field(18, "avg_cadence", UINT8),
        Field(22, "total_ascent", UINT16),
        Field(23, "total_descent", UINT16),
        Field(25, "first_lap_index", UINT16),
        Field(26, "num_laps", UINT16),
        Field(28, "trigger", ENUM),
        Field(92, "avg_fractional_cadence", UINT8, 128),
    ),
    Message.LAP: (
        _INDEX,
        _TIMESTAMP,
        Field(0, "event", ENUM),
        Field(1, "event_type", ENUM),
        _time(2, "start_time"),
        Field(7, "total_elapsed_time", UINT32, 1000),
        Field(8, "total_timer_time", UINT32, 1000),
        Field(9, "total_distance", UINT32, 100),
        Field(15, "avg_heart_rate", UINT8),
        Field(16, "max_heart_rate", UINT8),
        Field(17, "avg_cadence", UINT8),
        Field(21, "total_ascent", UINT16),
        Field(22, "total_descent", UINT16),
        Field(23, "intensity", ENUM),
        Field(24, "lap_trigger", ENUM),
        Field(25, "sport", ENUM),
        Field(39, "sub_sport", ENUM),
        Field(71, "wkt_step_index", UINT16),
        Field(80, "avg_fractional_cadence", UINT8, 128),
    ),
    Message.RECORD: (
        _TIMESTAMP,
        _position(0, "position_lat"),
        _position(1, "position_long"),
        Field(2, "altitude", UINT16, 5, 500),
        Field(3, "heart_rate", UINT8),
        Field(4, "cadence", UINT8),
        Field(5, "distance", UINT32, 100),
        Field(6, "speed", UINT16, 1000),
        Field(7, "power", UINT16),
        Field(8, "compressed_speed_distance", BYTE),
        Field(13, "temperature", SINT8),
        Field(39, "vertical_oscillation", UINT16, 10),
        Field(41, "stance_time", UINT16, 10),
        Field(53, "fractional_cadence", UINT8, 128),
        Field(73, "enhanced_speed", UINT32, 1000),
        Field(78, "enhanced_altitude", UINT32, 5, 500),
        Field(85, "step_length", UINT16, 10),
    ),
    Message.EVENT: (_TIMESTAMP, Field(0, "event", ENUM), Field(1, "event_type", ENUM), Field(4, "event_group", UINT8)),
    Message.WORKOUT: (
        Field(4, "sport", ENUM),
        Field(6, "num_valid_steps", UINT16),
        Field(8, "wkt_name", STRING),
        Field(17, "wkt_description", STRING),
    ),
    Message.WORKOUT_STEP: (
        _INDEX,
        Field(0, "wkt_step_name", STRING),
        Field(1, "duration_type", ENUM),
        Field(2, "duration_value", UINT32),
        Field(3, "target_type", ENUM),
        Field(4, "target_value", UINT32),
        Field(5, "custom_target_value_low", UINT32),
        Field(6, "custom_target_value_high", UINT32),
        Field(7, "intensity", ENUM),
    ),
    Message.ACTIVITY: (
        _TIMESTAMP,
        Field(0, "total_timer_time", UINT32, 1000),
        Field(1, "num_sessions", UINT16),
        Field(2, "type", ENUM),
        Field(3, "event", ENUM),
        Field(4, "event_type", ENUM),
        _time(5, "local_timestamp"),
    ),
    Message.FIELD_DESCRIPTION: (
        Field(0, "developer_data_index", UINT8),
        Field(1, "field_definition_number", UINT8),
        Field(2, "fit_base_type_id", UINT8),
        Field(3, "field_name", STRING),
        Field(6, "scale", UINT8),
        Field(7, "offset", SINT8),
    ),
}

FIELDS: dict[int, dict[int, Field]] = {
    message: {field.number: field for field in fields} for message, fields in _FIELDS.items()
}
"""Fields by message number and field number."""
TIMESTAMP_ONLY = {TIMESTAMP: _TIMESTAMP}
"""What is read of a message that is not here."""
FIELDS_BY_NAME = {message: {field.name: field for field in fields} for message, fields in _FIELDS.items()}

RECORD_COLUMNS = {
    "distance_m": ("distance", 1.0),
    "speed_mps": ("enhanced_speed", 1.0),
    "heart_rate_bpm": ("heart_rate", 1.0),
    "altitude_m": ("enhanced_altitude", 1.0),
    "latitude_deg": ("position_lat", 1.0),
    "longitude_deg": ("position_long", 1.0),
    "power_w": ("power", 1.0),
    "temperature_c": ("temperature", 1.0),
    "vertical_oscillation_m": ("vertical_oscillation", 1000.0),
    "ground_contact_s": ("stance_time", 1000.0),
    "step_length_m": ("step_length", 1000.0),
}
"""The record field of each of our columns and how many of its units make one of ours (time and cadence stand apart)."""

ACTIVITY_FILE = 4
FILE_TYPES = {
    1: "device",
    2: "settings",
    3: "sport settings",
    4: "activity",
    5: "workout",
    6: "course",
    7: "schedule",
    9: "weight",
    10: "totals",
    11: "goals",
    14: "blood pressure",
    15: "monitoring",
    20: "activity summary",
    28: "daily monitoring",
    32: "monitoring",
    34: "segment",
    35: "segment list",
    40: "display configuration",
    44: "metrics",
    49: "sleep",
    68: "heart-rate variability",
}

ON_FOOT = frozenset({Sport.RUN, Sport.WALK, Sport.HIKE})
"""Sports whose cadence FIT counts in strides a minute, half of our steps."""

INTENSITIES: dict[Any, Intensity] = {
    0: Intensity.ACTIVE,
    1: Intensity.REST,
    2: Intensity.WARMUP,
    3: Intensity.COOLDOWN,
    4: Intensity.RECOVERY,
    5: Intensity.INTERVAL,
    6: Intensity.OTHER,
}
LAP_TRIGGERS: dict[Any, LapTrigger] = {
    0: LapTrigger.MANUAL,
    1: LapTrigger.TIME,
    2: LapTrigger.DISTANCE,
    3: LapTrigger.POSITION,
    4: LapTrigger.POSITION,
    5: LapTrigger.POSITION,
    6: LapTrigger.POSITION,
    7: LapTrigger.SESSION_END,
    8: LapTrigger.OTHER,
}

DURATION_KINDS: dict[Any, str] = {
    0: "time",
    1: "distance",
    2: "heart_rate",
    3: "heart_rate",
    5: "open",
    **dict.fromkeys(range(6, 14), "repeat"),
    28: "time",
    31: "time",
}
REPEAT_TIMES = 6
"""The duration type of a repetition that is counted; the other repetitions end by time, distance or effort."""
TARGET_KINDS: dict[Any, str] = {0: "speed", 1: "heart_rate", 2: "open", 3: "cadence", 4: "power"}
DURATION_UNITS: dict[str, tuple[float, int]] = {"time": (1000, 0), "distance": (100, 0), "heart_rate": (1, 100)}
TARGET_UNITS: dict[Any, tuple[float, int]] = {
    "speed": (1000, 0),
    "heart_rate": (1, 100),
    "cadence": (1, 0),
    "power": (1, 1000),
}
"""A step's raw numbers are `value x scale + offset`; below the offset they are a percentage of what the watch knows."""
HIGHEST_PLAIN_BPM = 220
"""The highest raw heart rate that is taken as beats without the offset, as some watches write it."""

TIMER, TIMER_START, TIMER_STOPS, STOP_ALL = 0, 0, frozenset({1, 4, 8, 9}), 4

DEVELOPMENT = 255
"""The manufacturer number of programs that have none of their own."""
