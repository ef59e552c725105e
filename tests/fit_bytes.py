"""FIT files byte by byte, for tests: anything that the format allows and much that it does not."""

import struct
from collections.abc import Sequence

ENUM, UINT8, UINT16, SINT32, UINT32, STRING, FLOAT32, BYTE = 0x00, 0x02, 0x84, 0x85, 0x86, 0x07, 0x88, 0x0D
FILE_ID, SPORT, SESSION, LAP, RECORD, EVENT, DEVICE_INFO, WORKOUT, WORKOUT_STEP, ACTIVITY, FIELD_DESCRIPTION = (
    *(0, 12, 18, 19, 20, 21, 23),
    *(26, 27, 34, 206),
)
FIT_EPOCH_S = 631065600
NOON = 1_100_000_000  # some day in 2024, as FIT counts

Triple = tuple[int, int, int]


def crc16(content: bytes) -> int:
    """Return the checksum bit by bit, as the protocol's text describes it."""
    code = 0
    for byte in content:
        code ^= byte
        for _ in range(8):
            code = (code >> 1) ^ (0xA001 if code & 1 else 0)
    return code


def define(
    local: int, message: int, fields: Sequence[Triple], developer: Sequence[Triple] | None = None, order: str = "<"
) -> bytes:
    """Return a definition; a field is (number, bytes, base type), a developer's is (number, bytes, developer)."""
    head = 0x40 | local | (0x20 if developer is not None else 0)
    own = struct.pack(order + "BBBHB", head, 0, order == ">", message, len(fields))
    own += b"".join(bytes(field) for field in fields)
    return own if developer is None else own + bytes([len(developer)]) + b"".join(bytes(field) for field in developer)


def message(local: int, letters: str, *values: float | bytes, order: str = "<") -> bytes:
    """Return a message whose fields are packed as `struct` says."""
    return bytes([local]) + struct.pack(order + letters, *values)


def compressed(local: int, seconds: int, letters: str, *values: float | bytes) -> bytes:
    """Return a message with the low five bits of its time in its header."""
    return bytes([0x80 | local << 5 | seconds % 32]) + struct.pack("<" + letters, *values)


def fit(*parts: bytes, header: int = 14, size: int | None = None, header_crc: bool = True, crc: bool = True) -> bytes:
    """Return a file of these messages."""
    body = b"".join(parts)
    head = struct.pack("<BBHI4s", header, 0x20, 2158, len(body) if size is None else size, b".FIT")
    if header == 14:
        head += struct.pack("<H", crc16(head) if header_crc else 0)
    raw = head + body
    return raw + struct.pack("<H", crc16(raw) if crc else 0xDEAD)


def file_id(kind: int = 4, local: int = 0) -> bytes:
    """Return the message that says what kind of file it is."""
    return define(local, FILE_ID, [(0, 1, ENUM)]) + message(local, "B", kind)


def records(beats: Sequence[int], local: int = 1, since: int = NOON) -> bytes:
    """Return records of a time and a heart rate, one each second."""
    return define(local, RECORD, [(253, 4, UINT32), (3, 1, UINT8)]) + b"".join(
        message(local, "IB", since + second, beat) for second, beat in enumerate(beats)
    )


def session(start: int = NOON, seconds: int = 60, sport: int = 1, sub_sport: int = 0, local: int = 2) -> bytes:
    """Return a session."""
    fields = [
        (253, 4, UINT32),
        (2, 4, UINT32),
        (7, 4, UINT32),
        (8, 4, UINT32),
        (9, 4, UINT32),
        (5, 1, ENUM),
        (6, 1, ENUM),
    ]
    values = (start + seconds, start, seconds * 1000, seconds * 1000, seconds * 300, sport, sub_sport)
    return define(local, SESSION, fields) + message(local, "IIIIIBB", *values)
