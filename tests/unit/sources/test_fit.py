import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from run_tracker.sources.fit import FitPart, read_fit
from run_tracker.sources.fit_profile import BASE_TYPES, STRING, Message
from tests import fit_bytes as low
from tests.fit_bytes import FIT_EPOCH_S, NOON, RECORD, UINT8, UINT16, UINT32, define, fit, message

TIME, HEART_RATE, ALTITUDE = (253, 4, UINT32), (3, 1, UINT8), (2, 2, UINT16)
nan = np.nan


def only(*messages: bytes) -> FitPart:
    file = read_fit(fit(*messages))
    assert file.flaws == ()
    (part,) = file.parts
    return part


def same(column, expected) -> bool:
    np.testing.assert_allclose(column, expected, rtol=1e-15, equal_nan=True)
    return True


@given(
    beats=st.lists(st.integers(0, 255), min_size=1, max_size=40),
    height=st.integers(0, 65_535),
    order=st.sampled_from("<>"),
    redefined=st.integers(0, 40),
    local=st.integers(0, 15),
)
def test_records_are_what_was_written(beats, height, order, redefined, local):
    narrow = define(local, RECORD, [TIME, HEART_RATE], order=order)
    wide = define(local, RECORD, [ALTITUDE, HEART_RATE, TIME], order=order)
    body = [
        (wide if number == redefined else b"") + message(local, "HBI", height, beat, NOON + number, order=order)
        if number >= redefined
        else message(local, "IB", NOON + number, beat, order=order)
        for number, beat in enumerate(beats)
    ]
    columns = only(narrow, *body).records
    assert same(columns["timestamp"], FIT_EPOCH_S + NOON + np.arange(len(beats)))
    assert same(columns["heart_rate"], [nan if beat == 255 else beat for beat in beats])
    heights = [nan if number < redefined or height == 65_535 else height / 5 - 500 for number in range(len(beats))]
    assert "altitude" not in columns if redefined >= len(beats) else same(columns["altitude"], heights)


@pytest.mark.parametrize(
    "base", [base for base in BASE_TYPES.values() if base is not STRING], ids=lambda base: base.code
)
@pytest.mark.parametrize("order", "<>")
def test_every_type_is_read_and_its_no_value_is_none(base, order):
    none = base.invalid if base.invalid is not None else nan
    raw = fit(
        define(0, RECORD, [(4, base.size, base.code)], order=order),
        *(message(0, base.letter, value, order=order) for value in (7, none, 1)),
    )
    assert same(read_fit(raw).parts[0].records["cadence"], [7, nan, 1])
    row = fit(define(0, low.SESSION, [(9, base.size, base.code)], order=order), message(0, base.letter, 7, order=order))
    assert read_fit(row).parts[0].rows[Message.SESSION] == [{"total_distance": 0.07}]


def test_a_type_without_its_high_bit_is_read():
    assert same(only(define(0, RECORD, [(2, 2, 0x04)]), message(0, "H", 3000)).records["altitude"], [100])


def test_infinite_values_are_none():
    columns = only(define(0, RECORD, [(5, 4, low.FLOAT32)]), message(0, "f", np.inf), message(0, "f", 5)).records
    assert same(columns["distance"], [nan, 0.05])


def test_positions_are_degrees():
    columns = only(
        define(0, RECORD, [(0, 4, low.SINT32), (1, 4, low.SINT32)]), message(0, "ii", 2**30, -(2**29))
    ).records
    assert (columns["position_lat"], columns["position_long"]) == (90, -45)


def test_an_array_stands_for_its_first_value():
    assert same(only(define(0, RECORD, [(3, 3, UINT8)]), message(0, "3B", 150, 151, 152)).records["heart_rate"], [150])


def test_a_size_its_type_does_not_divide_is_stepped_over():
    part = only(define(0, RECORD, [(2, 3, UINT16), (7, 0, UINT16), HEART_RATE]), message(0, "3sB", b"abc", 150))
    assert part.records.keys() == {"heart_rate"}


def test_unknown_fields_types_and_messages_are_stepped_over():
    layout = define(0, RECORD, [(99, 1, UINT8), (3, 1, 0x1F), (4, 1, UINT8)])
    strange = define(1, 0xFF00, [TIME]) + message(1, "I", NOON)
    part = only(strange, layout, message(0, "BBB", 1, 2, 90))
    assert (part.rows, part.records.keys()) == ({}, {"cadence"})


def test_text_where_a_number_belongs_is_no_number():
    assert only(low.file_id(), define(0, RECORD, [(3, 1, low.STRING)]), message(0, "c", b"x")).records == {}
    assert (
        only(low.file_id(), define(0, low.LAP, [(9, 4, low.STRING)]), message(0, "4s", b"far")).rows[Message.LAP] == []
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"Tempo\0junk", "Tempo"),
        (b"unterminat", "unterminat"),
        ("跑步跑".encode() + b"\xe6", "跑步跑"),  # cut within the fourth character
        (b" ", None),
        (b"\0hidden", None),
    ],
)
def test_text_ends_at_its_zero_or_where_it_is_cut(content, expected):
    part = only(low.file_id(), define(1, low.WORKOUT, [(8, 10, low.STRING)]), message(1, "10s", content))
    assert [row.get("wkt_name") for row in part.rows[Message.WORKOUT]] == ([expected] if expected else [])


@given(
    steps=st.lists(st.tuples(st.booleans(), st.integers(0, 31)), max_size=60),
    other=st.booleans(),
)
def test_compressed_times_go_on_from_the_last_whole_one(steps, other):
    now, expected = NOON, [NOON]
    parts = [define(0, RECORD, [TIME]), define(1, RECORD, [HEART_RATE]), define(2, low.DEVICE_INFO, [TIME])]
    parts.append(message(0, "I", now))
    for whole, ahead in steps:
        now += ahead + (1000 if whole else 0)
        parts.append(message(0, "I", now) if whole else low.compressed(1, now, "B", 150))
        expected.append(now)
        if other:  # any message with a time sets the clock
            now += 100
            parts.append(message(2, "I", now))
    assert same(only(*parts).records["timestamp"], FIT_EPOCH_S + np.array(expected))


def test_compressed_times_before_any_whole_one_are_unknown():
    parts = (
        define(1, RECORD, [HEART_RATE]),
        low.compressed(1, 5, "B", 150),
        define(0, RECORD, [TIME]),
        message(0, "I", NOON),
    )
    assert same(only(*parts).records["timestamp"], [nan, FIT_EPOCH_S + NOON])


def test_events_have_compressed_times_too():
    event = define(1, low.EVENT, [(0, 1, low.ENUM)])
    part = only(define(0, low.LAP, [TIME]), message(0, "I", NOON), event, low.compressed(1, NOON + 7, "B", 0))
    assert part.rows[Message.EVENT] == [{"event": 0, "timestamp": FIT_EPOCH_S + NOON + 7}]
    lost = only(low.file_id(), event, low.compressed(1, NOON, "B", 0))
    assert lost.rows[Message.EVENT] == [{"event": 0}]


def test_packed_speed_and_distance_are_unfolded():
    packed = [1250 | 4090 << 12, 0xFFFFFF, 300 | 10 << 12]  # 12.50 m/s at 255.625 m; nothing; 3 m/s 16/16 m further
    parts = [message(0, "B3s", 90, value.to_bytes(3, "little")) for value in packed]
    columns = only(define(0, RECORD, [(4, 1, UINT8), (8, 3, low.BYTE)]), *parts).records
    assert columns.keys() == {"cadence", "speed", "distance"}
    assert same(columns["speed"], [12.5, nan, 3])
    assert same(columns["distance"], [4090 / 16, nan, 4106 / 16])


def test_nothing_packed_is_no_column():
    part = only(low.file_id(), define(0, RECORD, [(8, 3, low.BYTE)]), message(0, "3s", b"\xff" * 3))
    assert part.records == {}


def description(number: int, base: int, name: bytes, scale: int = 0xFF, offset: int = 0x7F) -> bytes:
    fields = [(0, 1, UINT8), (1, 1, UINT8), (2, 1, UINT8), (3, 8, low.STRING), (6, 1, UINT8), (7, 1, 0x01)]
    return define(9, low.FIELD_DESCRIPTION, fields) + message(9, "BBB8sBb", 0, number, base, name, scale, offset)


def test_developer_fields_are_columns_under_their_name():
    layout = define(0, RECORD, [HEART_RATE], [(1, 4, 0), (2, 2, 0), (3, 4, 0), (4, 1, 0), (5, 3, 0)])
    parts = (
        description(1, low.FLOAT32, b"Power"),
        description(2, UINT16, b"Height", 5, 100),
        description(3, low.STRING, b"Mood"),
        description(5, UINT16, b"Odd"),  # three bytes of a type of two
        layout,
        message(0, "BfH4sB3s", 150, 251.5, 3000, b"fine", 9, b"odd"),
        message(0, "BfH4sB3s", 151, nan, 0xFFFF, b"fine", 9, b"odd"),
    )
    columns = only(*parts).records
    assert columns.keys() == {"heart_rate", "developer.Power", "developer.Height"}
    assert same(columns["developer.Power"], [251.5, nan])
    assert same(columns["developer.Height"], [500, nan])
    assert same(columns["heart_rate"], [150, 151])


def test_a_description_that_describes_nothing_is_stepped_over():
    half = define(9, low.FIELD_DESCRIPTION, [(2, 1, UINT8)]) + message(9, "B", 0x02)
    parts = half, define(0, RECORD, [HEART_RATE], [(1, 1, 0)]), message(0, "BB", 150, 7)
    assert only(*parts).records.keys() == {"heart_rate"}


def test_records_without_any_field_we_know_are_nothing():
    assert read_fit(fit(define(0, RECORD, []) + bytes(9))).parts == ()


def test_chained_files_are_parts_with_definitions_of_their_own():
    first = fit(low.file_id(), low.records([150, 151]))
    second = fit(low.file_id(2, local=1), low.records([100], local=0), header=12)
    file = read_fit(first + second)
    assert [part.records["heart_rate"].tolist() for part in file.parts] == [[150, 151], [100]]
    assert [part.rows[Message.FILE_ID] for part in file.parts] == [[{"type": 4}], [{"type": 2}]]


def test_rows_keep_the_order_of_the_file():
    parts = [
        define(local, low.EVENT, [TIME] if local else [(0, 1, low.ENUM), TIME])
        + (message(local, "I", NOON + local) if local else message(local, "BI", 0, NOON))
        for local in (2, 0, 1)
    ]
    times = [row["timestamp"] - FIT_EPOCH_S - NOON for row in only(*parts).rows[Message.EVENT]]
    assert times == [2, 0, 1]


def test_more_columns_than_an_honest_file_has_are_left_out():
    described = [description(number, UINT8, b"%d" % number) for number in range(200)]
    wide = [define(0, RECORD, [], [(number, 1, 0)]) + message(0, "B", 1) for number in range(200)]
    raw = fit(*described, *wide, define(0, RECORD, [HEART_RATE]), bytes([0, 150]) * 5000)
    file = read_fit(raw)
    columns = file.parts[0].records
    assert [flaw.reason for flaw in file.flaws] == ["more columns than bytes in a record: some are left out"]
    assert sum(column.nbytes for column in columns.values()) <= 64 * len(raw)


def test_more_short_messages_than_a_device_writes_are_left_out():
    raw = fit(define(0, low.EVENT, [(0, 1, low.ENUM)]), bytes([0, 3]) * 10_000)
    file = read_fit(raw)
    assert len(file.parts[0].rows[Message.EVENT]) <= 64 + len(raw) // 32
    assert [flaw.reason for flaw in file.flaws] == ["more short messages than a device writes"]


def test_flaws_name_the_byte():
    body = low.file_id()
    (flaw,) = read_fit(fit(body, struct.pack("<B", 7))).flaws
    assert flaw.offset == 14 + len(body)
