import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from run_tracker.sources.fit_walk import MOST_PARTS, bodies, checksum, walk
from tests.fit_bytes import RECORD, UINT8, UINT32, crc16, define, file_id, fit, message, records


def spans(raw: bytes) -> tuple[list[tuple[int, int]], list[str]]:
    flaws = []
    return list(bodies(raw, flaws)), [str(flaw) for flaw in flaws]


def walked(raw: bytes) -> tuple[list[tuple[int, list[int]]], list[str]]:
    flaws = []
    definitions = walk(raw, 0, len(raw), flaws)
    return [(one.message, list(one.starts)) for one in definitions], [str(flaw) for flaw in flaws]


@given(st.binary(max_size=2_000))
def test_the_checksum_is_the_protocols(content):
    assert checksum(content) == crc16(content)
    assert checksum(content + struct.pack("<H", crc16(content))) == 0


@pytest.mark.parametrize("size", [29, 30, 31, 449, 450, 451, 478, 479, 480, 481, 10_000])
def test_the_checksum_holds_where_blocks_end(size):
    content = bytes(at * 7 % 256 for at in range(size))
    assert checksum(content) == crc16(content)


@pytest.mark.parametrize("header", [12, 14])
def test_a_file_is_what_its_header_says(header):
    raw = fit(file_id(), header=header)
    assert spans(raw) == ([(header, len(raw) - 2)], [])


def test_a_header_may_go_without_checksum():
    assert spans(fit(file_id(), header_crc=False))[1] == []


def test_a_wrong_checksum_is_told_and_no_more():
    raw = fit(file_id(), crc=False)
    assert spans(raw) == ([(14, len(raw) - 2)], [f"the checksum does not match the content (byte {len(raw) - 2})"])


def test_a_missing_checksum_costs_nothing():
    raw = fit(file_id())[:-2]
    assert spans(raw)[0] == [(14, len(raw))]


@pytest.mark.parametrize("size", [0, 3, 10**9])
def test_a_wrong_size_is_no_reason_to_stop(size):
    raw = fit(file_id(), records([150] * 9), size=size)
    ((body, end),), (flaw,) = spans(raw)
    assert (body, end) == (14, len(raw) - 2)
    assert flaw.startswith(f"the header announces {size} bytes")


def test_a_file_still_being_recorded_is_read_to_its_end():
    raw = fit(file_id(), records([150] * 9), size=0, crc=False)[:-2]
    assert spans(raw)[0] == [(14, len(raw))]


def test_chained_files_follow_each_other():
    first, second = fit(file_id()), fit(records([150]), header=12)
    assert spans(first + second) == ([(14, len(first) - 2), (len(first) + 12, len(first + second) - 2)], [])


def test_a_chain_goes_on_after_a_file_of_wrong_size():
    first, second = fit(file_id(), size=0), fit(records([150]))
    found, flaws = spans(first + second)
    assert found == [(14, len(first) - 2), (len(first) + 14, len(first + second) - 2)]
    assert len(flaws) == 1


def test_a_chain_has_an_end():
    assert len(spans(fit() * (MOST_PARTS + 9))[0]) == MOST_PARTS


def test_strange_bytes_are_stepped_over():
    raw = fit(file_id())
    assert spans(b"strange" + raw + b".FIT or not") == (
        [(21, len(raw) + 5)],
        ["7 bytes are no FIT file (byte 0)", f"11 bytes are no FIT file (byte {len(raw) + 7})"],
    )


def test_a_file_without_header_begins_with_its_file_id():
    body = file_id() + records([150])
    assert spans(b"junk" + body)[0] == [(4, len(body) + 4)]


@pytest.mark.parametrize("raw", [b"", b"\x0e", b"no FIT file at all, only text", b".FIT", b"1234567\x99.FIT"])
def test_what_is_no_fit_file_has_no_body(raw):
    assert spans(raw)[0] == []


def test_messages_are_found_under_their_definition():
    layout = define(3, RECORD, [(253, 4, UINT32)])
    first, second = message(3, "I", 1), message(3, "I", 2)
    assert walked(layout + first + second) == ([(RECORD, [len(layout), len(layout) + 5])], [])


def test_the_same_definition_again_is_the_same():
    layout, one = define(3, RECORD, [(253, 4, UINT32)]), message(3, "I", 1)
    assert walked((layout + one) * 3)[0] == [(RECORD, [9, 23, 37])]


def test_a_local_type_can_be_redefined():
    first = define(0, RECORD, [(253, 4, UINT32)]) + message(0, "I", 1)
    second = define(0, RECORD, [(3, 1, UINT8)]) + message(0, "B", 150)
    assert walked(first + second) == ([(RECORD, [9]), (RECORD, [len(first) + 9])], [])


def test_messages_without_fields_take_one_byte():
    assert walked(define(0, RECORD, []) + bytes(3)) == ([(RECORD, [6, 7, 8])], [])


def test_a_cut_message_is_left_out():
    raw = define(0, RECORD, [(253, 4, UINT32)]) + message(0, "I", 1) + b"\x00\x01"
    assert walked(raw) == ([(RECORD, [9])], ["the last message is cut short (byte 14)"])


@pytest.mark.parametrize(
    "rest",
    [
        message(5, "I", 1),  # never defined
        b"\x40",  # cut right after its header
        b"\x40\x00\x00\x14\x00\x02\xfd\x04\x86\x03",  # cut within its fields
        b"\x60\x00\x00\x14\x00\x01\xfd\x04\x86",  # cut before its developer fields
        b"\x60\x00\x00\x14\x00\x01\xfd\x04\x86\x02\x00\x01\x00",  # cut within them
    ],
)
def test_what_makes_no_sense_ends_the_walk(rest):
    raw = define(0, RECORD, [(253, 4, UINT32)]) + message(0, "I", 1)
    assert walked(raw + rest) == (
        [(RECORD, [9])],
        [f"from here on it can not be told apart into messages (byte {len(raw)})"],
    )
