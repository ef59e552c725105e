"""
Where the messages of a FIT file lie: chained files, definitions, and the place of each message under its definition.

Nothing here raises or loops on content: each step goes forward in the file, and what makes no sense becomes a flaw.
"""

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from run_tracker.model import Flaw
from run_tracker.sources.fit_profile import BASE_TYPES, FIELDS, STRING, TIMESTAMP_ONLY, BaseType, Field

Described = Mapping[tuple[int, int], Field]
"""The developer fields that a file describes itself, by developer and number."""

_KIND, _DEFINITION, _HAS_DEVELOPER_FIELDS = 0xC0, 0x40, 0x20
COMPRESSED = 0x80
"""The first header byte of messages that carry five bits of time in their header."""
MOST_PARTS = 64
_HEADER_SIZES = (12, 14)
_FILE_ID_DEFINITION = b"\x40\x00\x00\x00\x00"  # how nearly every FIT file begins after its header


class Place(NamedTuple):
    """Where in a message a field lies, and how."""

    field: Field
    base: BaseType
    letters: str  # byte order and type, as `struct` and NumPy spell them
    offset: int
    size: int


@dataclass(slots=True, eq=False)
class Definition:
    """What messages of one layout look like, and where they begin."""

    message: int
    order: str
    fields: bytes  # three bytes each: number, size, base type
    developer: bytes  # three bytes each: number, size, developer
    starts: "array[int]" = field(default_factory=lambda: array("q"))

    @property
    def size(self) -> int:
        """Bytes of one message, its header byte among them."""
        return 1 + sum(self.fields[1::3]) + sum(self.developer[1::3])

    def places(self, described: Described) -> Iterator[Place]:
        """Yield the fields that can be read; a size that its type does not divide can not."""
        offset, known = 1, FIELDS.get(self.message, TIMESTAMP_ONLY)
        own, extra = self.fields, self.developer
        found = [(known.get(own[i]), own[i + 1], BASE_TYPES.get(own[i + 2] & 0x1F)) for i in range(0, len(own), 3)]
        for i in range(0, len(extra), 3):
            told = described.get((extra[i + 2], extra[i]))
            found.append((told, extra[i + 1], told and told.base))
        for known_field, size, base in found:
            if known_field and base and size and size % base.size == 0 and _both_or_no_text(known_field.base, base):
                yield Place(known_field, base, self.order + base.letter, offset, size)
            offset += size


def _both_or_no_text(ours: BaseType, theirs: BaseType) -> bool:
    return (ours is STRING) == (theirs is STRING)


def bodies(raw: bytes, flaws: list[Flaw]) -> Iterator[tuple[int, int]]:
    """Yield where the messages of each chained file begin and end."""
    at, parts = 0, 0
    while at < len(raw) and parts < MOST_PARTS:
        start = _find_header(raw, at)
        if start != at:
            strange = (len(raw) if start < 0 else start) - at
            flaws.append(Flaw(reason=f"{strange} bytes are no FIT file", offset=at))
        if start < 0:
            break
        end = _body_end(raw, start, flaws)
        yield start + raw[start], end
        at, parts = end + 2, parts + 1
    if not parts and (first := raw.find(_FILE_ID_DEFINITION)) >= 0:
        yield first, len(raw)


def _find_header(raw: bytes, at: int) -> int:
    """Return where the next file header begins, or -1."""
    found = raw.find(b".FIT", at + 8)
    while found >= 0 and (raw[found - 8] not in _HEADER_SIZES or found - 8 + raw[found - 8] > len(raw)):
        found = raw.find(b".FIT", found + 1)
    return found - 8 if found >= 0 else -1


def _body_end(raw: bytes, start: int, flaws: list[Flaw]) -> int:
    """Return where the messages end: where the header says, unless the file's shape and checksum speak against it."""
    body = start + raw[start]
    declared = body + int.from_bytes(raw[start + 4 : start + 8], "little")
    if declared + 2 <= len(raw) and not checksum(raw[start : declared + 2]):
        return declared
    follows = _find_header(raw, body)
    limit = follows if follows >= 0 else len(raw)
    if declared + 2 == limit:
        flaws.append(Flaw(reason="the checksum does not match the content", offset=declared))
        return declared
    flaws.append(Flaw(reason=f"the header announces {declared - body} bytes, {limit - body} follow", offset=start + 4))
    closed = follows >= 0 or not checksum(raw[start:limit])
    return max(body, limit - 2) if closed else limit


def walk(raw: bytes, position: int, end: int, flaws: list[Flaw]) -> list[Definition]:
    """Note under each definition where its messages begin; stop at the first byte that makes no sense."""
    active, sizes = [Definition(-1, "<", b"", b"")] * 256, [0] * 256
    keep = [active[0].starts.append] * 256
    seen: dict[bytes, Definition] = {}
    header = 0
    while position < end:
        header = raw[position]
        size = sizes[header]
        if size:
            keep[header](position)
            position += size
            continue
        length = _definition_length(raw, position, end)
        if not length:
            flaws.append(Flaw(reason="from here on it can not be told apart into messages", offset=position))
            break
        layout = raw[position + 1 : position + length]
        definition = seen.get(layout) or seen.setdefault(layout, _define(layout))
        for same in _headers(header & 0x0F):
            active[same], sizes[same], keep[same] = definition, definition.size, definition.starts.append
        position += length
    if position > end:
        flaws.append(Flaw(reason="the last message is cut short", offset=active[header].starts.pop()))
    return [definition for definition in seen.values() if definition.starts]


def _definition_length(raw: bytes, position: int, end: int) -> int:
    """Return the bytes that a definition takes, or 0 where there is none that is whole."""
    header = raw[position]
    if header & _KIND != _DEFINITION or position + 6 > end:
        return 0
    length = 6 + 3 * raw[position + 5]
    if header & _HAS_DEVELOPER_FIELDS:
        if position + length >= end:
            return 0
        length += 1 + 3 * raw[position + length]
    return length if position + length <= end else 0


def _define(layout: bytes) -> Definition:
    """Return the definition that these bytes, those after its header byte, lay down."""
    developer = 5 + 3 * layout[4] + 1
    order = ">" if layout[1] & 1 else "<"
    message = int.from_bytes(layout[2:4], "big" if layout[1] & 1 else "little")
    return Definition(message, order, layout[5 : developer - 1], layout[developer:])


@cache
def _headers(local: int) -> tuple[int, ...]:
    """Return the header bytes of messages of a local type: plain, and with a compressed timestamp."""
    plain = tuple(local | spare for spare in (0x00, 0x10, 0x20, 0x30))
    return (*plain, *(head for head in range(COMPRESSED, 256) if (head & 0x60) >> 5 == local))


def checksum(raw: bytes) -> int:
    """
    Return the CRC-16 that FIT uses (ARC); it is 0 for bytes that end with their own checksum.

    A checksum is linear, so neighbours are joined two by two: log2(n) vector steps instead of n scalar ones.
    """
    low, high = _checksum_tables()
    codes = np.zeros(1 << max(len(raw) - 1, 0).bit_length(), np.uint16)  # zeros in front change nothing
    codes[codes.size - len(raw) :] = low[np.frombuffer(raw, np.uint8)]
    while codes.size > 1:
        left = codes[::2]
        codes = low[left & 0xFF] ^ high[left >> 8] ^ codes[1::2]
        low, high = (low[table & 0xFF] ^ high[table >> 8] for table in (low, high))
    return int(codes[0])


@cache
def _checksum_tables() -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    """Return what one more byte of zeros makes of a checksum's low byte, and of its high byte."""
    low = np.arange(256, dtype=np.uint16)
    for _ in range(8):
        low = np.where(low & 1, (low >> 1) ^ 0xA001, low >> 1).astype(np.uint16)
    return low, np.arange(256, dtype=np.uint16)
