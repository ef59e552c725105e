from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from run_tracker.errors import NotFound
from run_tracker.store.archive import Archive, key_of

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_bytes_come_back_by_their_hash(tmp_path):
    archive = Archive(tmp_path)
    key = archive.keep(b"a recording")
    assert key == key_of(b"a recording")
    assert archive.read(key) == b"a recording"
    assert list(archive.stored()) == [key]


def test_the_same_bytes_are_stored_once_and_never_touched_again(tmp_path):
    archive = Archive(tmp_path)
    key = archive.keep(b"a recording")
    path = next((tmp_path / "objects").glob("*/*"))
    before = path.stat().st_mtime_ns, path.stat().st_ino
    assert archive.keep(b"a recording") == key
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == before


def test_an_unknown_key_is_told(tmp_path):
    with pytest.raises(NotFound, match="Import it again"):
        Archive(tmp_path).read("0" * 64)


def test_records_come_back_in_the_order_they_were_said(tmp_path):
    archive = Archive(tmp_path)
    for minutes in (2, 0, 1):
        archive.say("import", {"files": [minutes]}, NOON + timedelta(minutes=minutes))
    assert [record["files"] for record in archive.records()] == [[0], [1], [2]]
    assert {record["kind"] for record in archive.records()} == {"import"}


def test_what_a_killed_process_left_is_no_file_and_is_swept(tmp_path):
    archive = Archive(tmp_path)
    archive.keep(b"whole")
    half = tmp_path / "writing" / "half.123"
    half.write_bytes(b"ha")
    assert list(archive.stored()) == [key_of(b"whole")]
    archive.sweep()
    assert not half.exists()


@given(st.lists(st.binary(max_size=50), max_size=8))
def test_nothing_is_lost_and_nothing_is_twice(tmp_path_factory, contents):
    archive = Archive(tmp_path_factory.mktemp("archive"))
    for raw in contents:
        archive.keep(raw)
    assert {archive.read(key) for key in archive.stored()} == set(contents)
