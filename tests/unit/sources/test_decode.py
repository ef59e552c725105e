import gzip
import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from run_tracker.errors import UnreadableFile
from run_tracker.sources.decode import HEAD, MOST_BYTES, decode, plain, sniff

DATA = Path(__file__).parents[2] / "data"
TCX, GPX = (DATA / "two_laps.tcx").read_bytes(), (DATA / "two_segments.gpx").read_bytes()
FIT_HEADER = b"\x0e\x10\x54\x08\x00\x00\x00\x00.FIT\x00\x00"
CORPUS = os.environ.get("RUN_TRACKER_CORPUS")


@pytest.mark.parametrize(("raw", "told"), [(TCX, "tcx"), (GPX, "gpx")])
@pytest.mark.parametrize("packed", [bytes, gzip.compress])
@pytest.mark.parametrize("before", [b"", b"   \n", b"\xef\xbb\xbf"])
def test_a_file_is_known_by_its_content_gzipped_or_not(raw, told, packed, before):
    assert sniff(packed(before + raw)) == told
    assert decode(packed(before + raw)).format == told


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (FIT_HEADER, "fit"),
        (b"\x0c\x20\x54\x08\x00\x00\x00\x00.FIT", "fit"),
        (b"\xff\xff\x54\x08\x00\x00\x00\x00.FIT", "fit"),
        (b"\x0e\x10\x54\x08\x00\x00\x00\x00.F\xff\xff", "fit"),
        (b"\x0e\x10\x54\x08\x00\x00\x00\x00\x00\x00IT", "fit"),
        (b"\x0e\x10\x54\x08\x00\x00\x00\x00\x00\x00\x00\x00", None),
        (b"\x0d\x10\x54\x08\x00\x00\x00\x00.F\xff\xff", None),
        (GPX.decode().encode("utf-16"), "gpx"),
        (b'<x:gpx xmlns:x="y">', "gpx"),
        (b"<gpxfoo>", None),
        (b" " * HEAD + GPX, None),
        (b"", None),
        (b"\x1f\x8b", None),
        (b"\x1f\x8bnonsense", None),
        (b"Activity ID,Activity Date", None),
    ],
)
def test_sniffing(raw, told):
    assert sniff(raw) == told


@pytest.mark.skipif(not CORPUS, reason="RUN_TRACKER_CORPUS names no folder of real recordings")
def test_every_real_fit_file_is_known_by_its_content():
    files = sorted(Path(CORPUS).glob("*/*.fit"))
    unknown = []
    for file in files:
        with file.open("rb") as opened:
            if sniff(opened.read(HEAD)) != "fit":
                unknown.append(file.name)
    assert files
    assert unknown == []


@pytest.mark.skipif(not CORPUS, reason="RUN_TRACKER_CORPUS names no folder of real recordings")
def test_a_fit_file_goes_to_the_fit_decoder():
    raw = min(Path(CORPUS).glob("history/*.fit")).read_bytes()
    assert decode(gzip.compress(raw)).format == "fit"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [(b"", "is empty"), (b"%PDF-1.7", "is not a FIT, TCX or GPX recording"), (gzip.compress(b"", mtime=0), "is empty")],
    ids=["nothing", "a document", "nothing, packed"],
)
def test_anything_else_is_unreadable(raw, reason):
    with pytest.raises(UnreadableFile) as caught:
        decode(raw)
    assert caught.value.reason == reason


@given(st.lists(st.binary(max_size=3000), min_size=1, max_size=3))
def test_joined_gzip_files_are_unpacked_whole(parts):
    assert plain(b"".join(map(gzip.compress, parts))) == b"".join(parts)


def test_a_truncated_gzip_file_gives_what_came_before_the_cut():
    packed = gzip.compress(TCX)
    decoded = decode(packed[: len(packed) // 2])
    assert len(decoded.recordings[0].columns["time_s"]) > 2
    assert [flaw.reason.startswith("the XML breaks off") for flaw in decoded.flaws] == [True]


def test_a_damaged_gzip_file_gives_what_came_before_the_damage():
    noise = os.urandom(20_000)
    packed = bytearray(gzip.compress(noise))
    packed[10_000:10_100] = bytes(100)
    packed[-8:-4] = b"\xff\xff\xff\xff"  # the checksum
    assert noise.startswith(plain(bytes(packed))[:8_000])


def test_a_gzip_file_of_nothing_but_damage_is_unreadable():
    with pytest.raises(UnreadableFile, match="damaged gzip"):
        plain(b"\x1f\x8b\x08\x00" + b"\xff" * 50)


def test_a_gzip_bomb_is_refused():
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as file:
        for _ in range((MOST_BYTES >> 20) + 1):
            file.write(bytes(1 << 20))
    with pytest.raises(UnreadableFile, match="unpacks to more than"):
        plain(packed.getvalue())


@given(st.binary(max_size=300))
def test_any_bytes_are_decoded_or_unreadable(raw):
    try:
        decode(raw)
    except UnreadableFile:
        return
    raise AssertionError(raw)
