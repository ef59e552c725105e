"""
Where the messages of a FIT file lie: chained files, definitions, and the place of each message under its definition.

Nothing here raises or loops on content: each step goes forward in the file, and what makes no sense becomes a flaw.
"""

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from run_tracker.model import Flaw
from run_tracker.sources.fit_profile import BASE_TYPES, FIELDS, STRING, TIMESTAMP_ONLY, BaseType, Field

Described = Mapping[tuple[int, int], Field]
"""The developer fields that a file describes itself, by developer and number."""

_KIND, _DEFINITION, _HAS_DEVELOPER_FIELDS = 0xC0, 0x40, 0x20
COMPRESSED = 0x80
"""The first header byte of messages that carry five bits of time in their header."""
MOST_PARTS = 64
_HEADER_SIZES = (12, 14)
_UNFOLDABLE = 15  # bytes
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
    size: int  # of one message, its header byte among them
    fields: bytes  # three bytes each: number, size, base type
    developer: bytes  # three bytes each: number, size, developer
    starts: "array[int]" = field(default_factory=lambda: array("q"))

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
    starts = array("q")
    table = [(0, starts.append, starts)] * 256  # by header byte: size, how to note a message, and where
    seen: dict[bytes, Definition] = {}
    while position < end:
        size, note, starts = table[raw[position]]
        if size:
            note(position)
            position += size
            continue
        length = _definition_length(raw, position, end)
        if not length:
            flaws.append(Flaw(reason="from here on it can not be told apart into messages", offset=position))
            break
        layout = raw[position + 1 : position + length]
        definition = seen.get(layout) or seen.setdefault(layout, _define(layout))
        entry = (definition.size, definition.starts.append, definition.starts)
        for heads in _headers(raw[position] & 0x0F):
            table[heads] = [entry] * len(table[heads])
        position += length
    if position > end:
        flaws.append(Flaw(reason="the last message is cut short", offset=starts.pop()))
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
    own = 5 + 3 * layout[4]
    big = bool(layout[1] & 1)
    fields, developer = layout[5:own], layout[own + 1 :]
    size = 1 + sum(fields[1::3]) + sum(developer[1::3])
    message = int.from_bytes(layout[2:4], "big" if big else "little")
    return Definition(message, ">" if big else "<", size, fields, developer)


def _headers(local: int) -> tuple[slice, ...]:
    """Return the header bytes of messages of a local type: plain, whatever the spare bits, and with compressed time."""
    first = COMPRESSED + 32 * local
    return slice(local, 64, 16), slice(first, first + 32)


def checksum(raw: bytes) -> int:
    """
    Return the CRC-16 that FIT uses (ARC); it is 0 for bytes that end with their own checksum.

    Its polynomial is (x + 1)(x^15 + x + 1). Squaring modulo 2 keeps three terms three, so x^(15 n) = x^n + 1 wherever n
    is a power of two: again and again half of the bytes is folded into the other half, until fifteen are left. The
    factor x + 1 is the parity of the bits.
    """
    content = np.frombuffer(raw, np.uint8)
    folded = np.zeros(30 << ((len(raw) + 1) // 30).bit_length(), np.uint8)
    folded[folded.size - len(raw) - 2 : -2] = content  # the zeros before change nothing, the two behind are the rule
    while folded.size > _UNFOLDABLE:
        rows = folded.reshape(30, -1)
        rows[14] ^= rows[0]
        rows[15:] ^= rows[:15]
        rows[15:29] ^= rows[1:15]
        folded = rows[15:].reshape(-1)
    rest = int.from_bytes(folded.tobytes(), "little")
    for bit in range(8 * _UNFOLDABLE - 15):
        rest ^= (rest >> bit & 1) * 0b11 << bit + 14
    code = rest >> 8 * _UNFOLDABLE - 15 << 1
    parity = int(np.bitwise_xor.reduce(content)).bit_count()
    return code if (code.bit_count() - parity) % 2 == 0 else code ^ 0xC001
