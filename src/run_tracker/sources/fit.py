"""
FIT files read into columns: every damaged file gives what can still be read, with what was wrong and where.

The records' fields are gathered column by column, each with one fancy index over the file itself; the few other
messages that matter are unpacked one by one. Memory stays within a small multiple of the file's size.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from run_tracker.model import Flaw
from run_tracker.sources.fit_profile import BASE_TYPES, FIT_EPOCH_S, STRING, TIMESTAMP, Field, Message
from run_tracker.sources.fit_walk import COMPRESSED, Definition, Described, Place, bodies, walk

if TYPE_CHECKING:
    from run_tracker.model import Column

type Row = Mapping[str, Any]
"""One message: its numbers and text by field name, without the fields that held no value."""

MOST_FLAWS = 100
_PACKED, _PACKED_SIZE, _NOTHING_PACKED = "compressed_speed_distance", 3, 0xFFFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class FitPart:
    """One of the FIT files that a file is a chain of; nearly always the only one."""

    rows: Mapping[Message, Sequence[Row]]  # times in seconds since 1970
    records: "Mapping[str, Column]"  # by the profile's names; positions in degrees


@dataclass(frozen=True, slots=True, kw_only=True)
class FitFile:
    """What could be read, part by part in the order of the file, and what was wrong with it."""

    parts: tuple[FitPart, ...]
    flaws: tuple[Flaw, ...]


def read_fit(raw: bytes) -> FitFile:
    """Read whatever a FIT file holds; content never raises, it only adds flaws."""
    flaws: list[Flaw] = []
    parts = [_part(raw, walk(raw, body, end, flaws), flaws) for body, end in bodies(raw, flaws)]
    return FitFile(parts=tuple(part for part in parts if part.rows or part.records), flaws=tuple(flaws[:MOST_FLAWS]))


class _Clock(NamedTuple):
    """The messages with five bits of time in their header: where they begin, rising, and when they were."""

    starts: NDArray[np.int64]
    times: "Column"

    def at(self, start: int) -> float | None:
        """Return when one of them was, None where it is not known."""
        time = float(self.times[np.searchsorted(self.starts, start)])
        return time if isfinite(time) else None


class _Source(NamedTuple):
    """A file's bytes, the clock of one of its parts, and where to say what is wrong."""

    raw: bytes
    clock: _Clock
    flaws: list[Flaw]


def _part(raw: bytes, definitions: Sequence[Definition], flaws: list[Flaw]) -> FitPart:
    """Unpack the messages that matter."""
    alike: dict[int, list[Definition]] = {}
    for definition in definitions:
        alike.setdefault(definition.message, []).append(definition)
    source = _Source(raw, _clock(raw, definitions), flaws)
    records = alike.pop(Message.RECORD, [])
    rows = {message: _rows(source, alike[message]) for message in Message if message in alike}
    described = dict(_described(rows.pop(Message.FIELD_DESCRIPTION, ())))
    return FitPart(rows=rows, records=_columns(source, records, described) if records else {})


def _clock(raw: bytes, definitions: Sequence[Definition]) -> _Clock:
    """Count the compressed timestamps on, modulo 32 s, from the last whole one; those before the first are NaN."""
    heads = np.frombuffer(raw, np.uint8)
    starts = [np.frombuffer(definition.starts, np.int64) for definition in definitions]
    if not any((heads[own] >= COMPRESSED).any() for own in starts):
        return _Clock(np.empty(0, np.int64), np.empty(0))
    every = np.concatenate(starts)
    times = np.concatenate([_stamps(raw, one, own) for one, own in zip(definitions, starts, strict=True)])
    counted = np.isnan(times) & (heads[every] >= COMPRESSED)
    order = np.argsort(every)
    order = order[(counted | np.isfinite(times))[order]]
    every, times, counted = every[order], times[order], counted[order]
    bits = np.where(counted, heads[every] & 31, (np.nan_to_num(times) - FIT_EPOCH_S) % 32)
    passed = np.cumsum(np.where(counted, np.diff(bits, prepend=0) % 32, 0))
    last = np.maximum.accumulate(np.where(counted, -1, np.arange(every.size)))
    times = np.where(last < 0, np.nan, times[last] + passed - passed[last])
    asked = heads[every] >= COMPRESSED
    return _Clock(every[asked], times[asked])


def _stamps(raw: bytes, definition: Definition, starts: NDArray[np.int64]) -> "Column":
    """Return the whole timestamps of a definition's messages, NaN where they have none."""
    stamps = [place for place in definition.places({}) if place.field.number == TIMESTAMP]
    return _gather(raw, stamps[-1], starts) if stamps else np.full(starts.size, np.nan)


def _rows(source: _Source, definitions: Sequence[Definition]) -> list[Row]:
    """Unpack messages one by one, in the order of the file."""
    raw, clock = source.raw, source.clock
    most = 64 + len(raw) // 32  # an honest message is longer; a short one would take many times its size in memory
    found: list[tuple[int, Row]] = []
    for definition in definitions:
        places = tuple(definition.places({}))
        if len(found) + len(definition.starts) > most:
            source.flaws.append(Flaw(reason="more short messages than a device writes", offset=definition.starts[0]))
        for start in definition.starts[: most - len(found)]:
            values = [(place.field.name, _value(raw, start, place)) for place in places]
            counted = ("timestamp", clock.at(start) if raw[start] >= COMPRESSED else None)
            found.append((start, {name: value for name, value in (counted, *values) if value is not None}))
    return [row for _, row in sorted(found, key=itemgetter(0)) if row]


def _value(raw: bytes, start: int, place: Place) -> float | str | None:
    """Return one field of one message (of an array its first), None where the device had no value."""
    at = start + place.offset
    if place.base is STRING:
        return raw[at : at + place.size].partition(b"\0")[0].decode("utf-8", "ignore").strip() or None
    value: float = struct.unpack_from(place.letters, raw, at)[0]
    if value == place.base.invalid or not isfinite(value):
        return None
    scale, offset = place.field.scale, place.field.offset
    return value if scale == 1 and not offset else value / scale - offset


def _described(rows: Sequence[Row]) -> Iterator[tuple[tuple[int, int], Field]]:
    """Yield the developer fields that are numbers, by developer and number."""
    for row in rows:
        developer, number = row.get("developer_data_index"), row.get("field_definition_number")
        base = BASE_TYPES.get(int(row.get("fit_base_type_id", STRING.code)) & 0x1F, STRING)
        if developer is not None and number is not None and base is not STRING:
            name = f"developer.{row.get('field_name', number)}"
            yield (developer, number), Field(number, name, base, row.get("scale") or 1, row.get("offset", 0))


def _columns(source: _Source, definitions: Sequence[Definition], described: Described) -> "dict[str, Column]":
    """Gather the records' fields in the order of the file, NaN where a record had no value."""
    starts = [np.frombuffer(definition.starts, np.int64) for definition in definitions]
    every = np.sort(np.concatenate(starts))
    most = 6 * len(source.raw) // every.size  # an honest record has at least a byte for each of its columns
    columns: dict[str, Column] = {}
    for definition, own in zip(definitions, starts, strict=True):
        rows = slice(None) if own.size == every.size else np.searchsorted(every, own)
        for place in definition.places(described):
            name = place.field.name
            if name == _PACKED and place.size != _PACKED_SIZE:
                continue
            if name not in columns and len(columns) < most:
                columns[name] = np.full(every.size, np.nan)
            if name in columns:
                columns[name][rows] = _gather(source.raw, place, own)
    if len(columns) >= most:
        source.flaws.append(Flaw(reason="more columns than bytes in a record: some are left out"))
    late = np.frombuffer(source.raw, np.uint8)[every] >= COMPRESSED
    if late.any():
        times = columns.setdefault("timestamp", np.full(every.size, np.nan))
        late &= np.isnan(times)
        times[late] = source.clock.times[np.searchsorted(source.clock.starts, every[late])]
    _unfold(columns)
    return columns


def _gather(raw: bytes, place: Place, starts: NDArray[np.int64]) -> "Column":
    """Return one field of many messages: one fancy index over all the places in the file where it could begin."""
    _, base, letters, offset, _ = place
    if place.field.name == _PACKED:
        packed = np.ndarray((len(raw) - offset - 2,), "<u4", raw, offset - 1, (1,))[starts] >> 8
        return np.where(packed == _NOTHING_PACKED, np.nan, packed)
    values = np.ndarray((len(raw) - offset - base.size + 1,), letters, raw, offset, (1,))[starts]
    column = values.astype(np.float64)
    column[~np.isfinite(column) if base.invalid is None else values == base.invalid] = np.nan
    if place.field.scale != 1:
        column /= place.field.scale
    if place.field.offset:
        column -= place.field.offset
    return column


def _unfold(columns: "dict[str, Column]") -> None:
    """Put speed (12 bits of 1/100 m/s) and distance (12 bits of 1/16 m that roll over) in place of the two in one."""
    packed = columns.pop(_PACKED, None)
    if packed is None or np.isnan(packed).all():
        return
    known = np.isfinite(packed)
    bits = packed[known].astype(np.int64)
    speed, distance = np.full(packed.size, np.nan), np.full(packed.size, np.nan)
    speed[known] = (bits & 0xFFF) / 100
    rolled = bits >> 12
    distance[known] = (rolled[0] + np.cumsum(np.diff(rolled, prepend=rolled[0]) % 4096)) / 16
    columns.setdefault("speed", speed)
    columns.setdefault("distance", distance)
