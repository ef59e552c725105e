"""Damaged files: whatever is done to the bytes, reading ends, stays small, and says "no activity" or gives one."""

import random
import struct
import tracemalloc
from array import array
from contextlib import suppress
from math import isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from run_tracker.errors import UnreadableFile
from run_tracker.sources.fit import MOST_FLAWS, read_fit
from run_tracker.sources.fit_activity import decode_fit
from run_tracker.sources.fit_profile import BASE_TYPES, FIELDS, Message
from run_tracker.sources.fit_walk import walk
from tests import fit_bytes as low
from tests.fit_bytes import NOON, UINT8, UINT32, define, fit, message

TIMES_ITS_SIZE, AT_LEAST = 64, 256 << 10


def a_whole_file() -> bytes:
    """Return a small file with something of everything."""
    described = define(9, low.FIELD_DESCRIPTION, [(0, 1, UINT8), (1, 1, UINT8), (2, 1, UINT8), (3, 6, low.STRING)])
    developed = define(10, low.RECORD, [(253, 4, UINT32)], [(1, 2, 0)])
    return fit(
        low.file_id(),
        low.session(),
        define(4, low.EVENT, [(253, 4, UINT32), (0, 1, low.ENUM), (1, 1, low.ENUM)]),
        message(4, "IBB", NOON, 0, 0),
        low.records(range(140, 180)),
        message(4, "IBB", NOON + 40, 0, 4),
        described + message(9, "BBB6s", 0, 1, low.UINT16, b"Power"),
        developed + b"".join(message(10, "IH", NOON + second, 250) for second in range(40, 50)),
        define(3, low.RECORD, [(3, 1, UINT8), (8, 3, low.BYTE)]),
        *(low.compressed(3, NOON + second, "B3s", 150, bytes([second] * 3)) for second in range(50, 60)),
        define(5, low.LAP, [(2, 4, UINT32), (7, 4, UINT32), (71, 2, low.UINT16)]) + message(5, "IIH", NOON, 60_000, 0),
        define(6, low.WORKOUT_STEP, [(1, 1, low.ENUM), (2, 4, UINT32)]) + message(6, "BI", 0, 60_000),
        define(7, low.ACTIVITY, [(253, 4, UINT32), (5, 4, UINT32)]) + message(7, "II", NOON + 60, NOON + 3660),
    )


def mutated(raw: bytes, chance: random.Random) -> bytes:
    """Return the bytes after a few accidents."""
    for _ in range(chance.randint(1, 4)):
        at, until = sorted((chance.randrange(len(raw) + 1), chance.randrange(len(raw) + 1)))
        match chance.randrange(6):
            case 0:
                raw = raw[:at] + bytes([chance.randrange(256)]) + raw[at + 1 :]
            case 1:
                raw = raw[:at] + chance.randbytes(until - at) + raw[until:]
            case 2:
                raw = raw[:at] + raw[until:]
            case 3:
                raw = raw[:until] + raw[at:]
            case 4:
                raw = raw[:at] + bytes([chance.choice((0, 0x40, 0x60, 0x80, 0xFF))] * (until - at)) + raw[until:]
            case _:
                raw = raw[:at]
    return raw


def peak(read, raw: bytes) -> int:
    """Return the most bytes that reading took at any time."""
    tracemalloc.start()
    try:
        with suppress(UnreadableFile):
            read(raw)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_the_whole_file_is_whole():
    decoded = decode_fit(a_whole_file())
    assert decoded.flaws == ()
    assert decoded.recordings[0].columns["time_s"].size == 60


@pytest.mark.parametrize("seed", range(12))
def test_any_damage_gives_an_activity_or_a_reason(seed):
    chance = random.Random(seed)
    for _ in range(40):
        raw = mutated(a_whole_file(), chance)
        file = read_fit(raw)
        assert len(file.flaws) <= MOST_FLAWS
        assert all(flaw.offset is None or 0 <= flaw.offset <= len(raw) for flaw in file.flaws)
        with suppress(UnreadableFile):
            for recording in decode_fit(raw).recordings:
                assert len({column.size for column in recording.columns.values()}) == 1


@pytest.mark.parametrize("cut", range(0, len(a_whole_file()), 7))
def test_a_file_cut_anywhere_is_read_as_far_as_it_goes(cut):
    raw = a_whole_file()[:cut]
    found = sum(part.records["timestamp"].size for part in read_fit(raw).parts if "timestamp" in part.records)
    assert found >= max(cut - 220, 0) // 10  # the first record begins at byte 150 or so, the longest takes 7 bytes


@pytest.mark.parametrize("seed", range(4))
def test_no_byte_is_walked_twice(seed):
    chance = random.Random(seed)
    for _ in range(40):
        raw = mutated(a_whole_file(), chance)
        starts = array("q")
        for definition in walk(raw, min(14, len(raw)), len(raw), []):
            starts.extend(definition.starts)
        assert len(starts) == len(set(starts)) <= len(raw)


def described(number: int) -> bytes:
    head = define(9, low.FIELD_DESCRIPTION, [(0, 1, UINT8), (1, 1, UINT8), (2, 1, UINT8), (3, 6, low.STRING)])
    return head + message(9, "BBB6s", 0, number % 256, UINT8, b"%d" % number)


BOMBS = {
    "messages of one byte": define(0, low.RECORD, []) + bytes(40_000),
    "records of two bytes": define(0, low.RECORD, [(3, 1, UINT8)]) + bytes(40_000),
    "compressed records": define(0, low.RECORD, [(3, 1, UINT8)]) + b"\x80\x07" * 20_000,
    "compressed records after a time": define(0, low.LAP, [(253, 4, UINT32)])
    + message(0, "I", NOON)
    + define(0, low.RECORD, [(3, 1, UINT8)])
    + b"\x87\x07" * 20_000,
    "events of two bytes": define(0, low.EVENT, [(0, 1, low.ENUM)]) + bytes(40_000),
    "laps of one byte fields": define(0, low.LAP, [(number, 1, UINT8) for number in (0, 1, 2, 7, 8, 9, 15, 16, 17, 21)])
    + bytes([0, *range(1, 11)]) * 4_000,
    "definitions": b"".join(define(0, low.RECORD, [(number % 250, 1, UINT8)]) + b"\0\7" for number in range(3_000)),
    "different definitions": b"".join(
        define(0, low.RECORD, [(3, 1, UINT8), (number % 256, 0, number // 256)]) + b"\0\7" for number in range(3_000)
    ),
    "wide definitions": b"".join(
        define(0, low.RECORD, [(field, 0, number % 256) for field in range(255)]) + b"\0" for number in range(256)
    ),
    "files": fit() * 3_000,
    "headers": b"\x0e2345678.FIT" * 3_000,
    "descriptions": b"".join(described(number) for number in range(256)) * 20,
    "a column for each record": b"".join(described(number) for number in range(256))
    + b"".join(define(0, low.RECORD, [], [(number, 1, 0)]) + b"\0\7" for number in range(256))
    + define(0, low.RECORD, [(3, 1, UINT8)])
    + bytes(20_000),
    "text": define(0, low.WORKOUT, [(8, 255, low.STRING)]) + (b"\0" + b"x" * 255) * 500,
}


@pytest.mark.parametrize("body", BOMBS.values(), ids=BOMBS.keys())
@pytest.mark.parametrize("read", [read_fit, decode_fit])
def test_memory_stays_within_a_multiple_of_the_size(body, read):
    raw = body if body[8:12] == b".FIT" else fit(body)
    assert peak(read, raw) <= TIMES_ITS_SIZE * len(raw) + AT_LEAST


def test_memory_stays_within_a_multiple_of_the_size_when_damaged():
    chance = random.Random(1)
    for _ in range(60):
        raw = mutated(a_whole_file(), chance)
        assert peak(decode_fit, raw) <= TIMES_ITS_SIZE * len(raw) + AT_LEAST


BASES = list(BASE_TYPES.values())
EXTREMES = st.sampled_from([1e308, -1e308, 5e-324, 1e38, float("nan"), float("inf")]).map(
    lambda value: struct.pack("<d", value)
) | st.sampled_from([b"\xff" * 8, b"\x7f" * 8, b"\0" * 8, b"\x01\0\0\x7f\x01\0\xf0\x7f", struct.pack("<Q", NOON)])


@st.composite
def any_messages(draw):
    """Return messages that we know, of fields that we know, of types that nobody writes."""
    number = draw(st.sampled_from(list(Message)))
    fields = draw(st.lists(st.tuples(st.sampled_from(sorted(FIELDS[number])), st.sampled_from(BASES)), max_size=8))
    layout = define(
        0, number, [(field, base.size, base.code) for field, base in fields], order=draw(st.sampled_from("<>"))
    )
    rows = draw(st.lists(st.tuples(*((EXTREMES | st.binary(min_size=8, max_size=8)) for _ in fields)), max_size=4))
    head = draw(st.sampled_from([b"\0", b"\x80", b"\x9f"]))
    return layout + b"".join(
        head + b"".join(value[: base.size] for (_, base), value in zip(fields, row, strict=True)) for row in rows
    )


@settings(max_examples=200, deadline=None)
@given(st.lists(any_messages(), min_size=1, max_size=6), st.booleans())
def test_any_value_of_any_type_gives_finite_totals(bodies, session):
    raw = fit(*bodies, low.session() if session else b"")
    with suppress(UnreadableFile):
        for recording in decode_fit(raw).recordings:
            told = recording.activity
            totals = [told.timer_s, told.elapsed_s, told.distance_m]
            totals += [total for lap in told.laps for total in (lap.timer_s, lap.elapsed_s, lap.distance_m)]
            assert all(isfinite(total) and total >= 0 for total in totals)
            assert all(1980 < lap.started_at.year < 2110 for lap in (told, *told.laps))
            given_rates = [rate for part in (told, *told.laps) for rate in (part.cadence_spm, part.heart_rate_bpm)]
            assert all(rate is None or 0 < rate <= 300 for rate in given_rates)
