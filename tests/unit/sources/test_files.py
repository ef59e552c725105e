import gzip
import io
import os
import pickle
import random
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from run_tracker.errors import UnreadableFile
from run_tracker.sources.files import MOST_DEPTH, BadFile, FoundFile, Ignored, find_files

GPX = b'<gpx><trk><trkseg><trkpt lat="1" lon="2"/></trkseg></trk></gpx>'
TCX = b"<TrainingCenterDatabase/>"
FIT = b"\x0e\x10\x54\x08\x00\x00\x00\x00.FIT\x00\x00"
TABLE = b"Activity ID,Activity Name,Activity Description,Filename\n1,Morning,slow,activities/1.fit.gz\n"


def zipped(members: Iterable[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, raw in members:
            archive.writestr(name, raw)
    return packed.getvalue()


def write(root: Path, **files: bytes) -> Path:
    """Write files by their paths under a folder, `__` standing for the slash and `_` for the dot."""
    for name, raw in files.items():
        path = root / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    return root


def split(paths: Iterable[Path]) -> tuple[list[FoundFile], list[BadFile], list[Ignored]]:
    found = list(find_files(list(paths)))
    return tuple([one for one in found if isinstance(one, kind)] for kind in (FoundFile, BadFile, Ignored))


def inside(raw: bytes, folder: Path) -> tuple[list[FoundFile], list[BadFile], list[Ignored]]:
    """Find what is in one zip archive."""
    (folder / "export.zip").write_bytes(raw)
    return split([folder / "export.zip"])


def test_a_tree_is_walked_in_order_by_name_or_by_content(tmp_path):
    write(
        tmp_path,
        b_gpx=GPX,
        a_FIT=FIT,
        inner__c_tcx_gz=gzip.compress(TCX),
        inner__unnamed=GPX,
        inner__packed_bin=gzip.compress(FIT),
        inner__damaged_fit=b"\x00",
        inner__deep__empty_GPX=b"",
        notes_txt=b"nothing",
        photo_jpg=b"\xff\xd8",
        _hidden_fit=FIT,
        _git__x_fit=FIT,
    )
    write(tmp_path / "__MACOSX", x_fit=FIT)
    found, bad, ignored = split([tmp_path])
    names = ["a.FIT", "b.gpx", "inner/c.tcx.gz", "inner/damaged.fit", "inner/packed.bin", "inner/unnamed"]
    assert [one.name for one in found] == [str(tmp_path / name) for name in [*names, "inner/deep/empty.GPX"]]
    assert [Path(one.name).name for one in ignored] == ["notes.txt", "photo.jpg"]
    assert bad == []
    assert not any(one.explicit for one in found)
    assert [one.read() for one in found] == [FIT, GPX, TCX, b"\x00", FIT, GPX, b""]


def test_what_is_named_is_taken_whatever_it_is(tmp_path):
    write(tmp_path, notes_txt=b"nothing", _hidden=GPX)
    found, bad, ignored = split([tmp_path / "notes.txt", tmp_path / ".hidden"])
    assert [(one.explicit, one.read()) for one in found] == [(True, b"nothing"), (True, GPX)]
    assert (bad, ignored) == ([], [])


def test_what_is_not_there_is_bad(tmp_path):
    (tmp_path / "gone.fit").symlink_to(tmp_path / "nowhere")
    missing, odd = tmp_path / "missing", Path("odd\0name")
    found, bad, _ = split([missing, odd, tmp_path])
    assert found == []
    assert [one.name for one in bad] == [str(missing), "odd?name", str(tmp_path / "gone.fit")]
    assert bad[0].reason == bad[2].reason == "there is no such file or folder"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything")
def test_what_may_not_be_read_is_bad_and_the_rest_is_taken(tmp_path):
    write(tmp_path, closed__a_fit=FIT, b_fit=FIT, c_fit=FIT, d_txt=b"")
    for name, mode in (("closed", 0), ("b.fit", 0), ("d.txt", 0)):
        (tmp_path / name).chmod(mode)
    found, bad, ignored = split([tmp_path])
    (tmp_path / "closed").chmod(0o700)
    assert [Path(one.name).name for one in found] == ["c.fit"]
    assert [Path(one.name).name for one in bad] == ["b.fit", "closed"]
    assert all("ermission" in one.reason for one in bad)
    assert len(ignored) == 1


def test_links_in_a_circle_are_walked_once(tmp_path):
    write(tmp_path, a__one_fit=FIT, b__two_fit=FIT)
    (tmp_path / "a" / "back").symlink_to(tmp_path)
    (tmp_path / "a" / "other").symlink_to(tmp_path / "b")
    found, bad, _ = split([tmp_path])
    assert sorted(one.path.name for one in found) == ["one.fit", "two.fit"]
    assert bad == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_what_is_no_file_is_never_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    os.mkfifo(tmp_path / "pipe.fit")
    os.mkfifo(tmp_path / "activities.csv")
    _, bad, ignored = split([tmp_path])
    assert [Path(one.name).name for one in bad] == ["pipe.fit"]
    assert [Path(one.name).name for one in ignored] == ["pipe"]


def test_the_members_of_an_archive_are_found_whatever_the_archive_is_called(tmp_path):
    raw = zipped([("a.fit", FIT), ("b", GPX), ("c.txt", b"x"), (".d.fit", FIT), ("__MACOSX/e.fit", FIT), ("f/", b"")])
    (tmp_path / "download").write_bytes(raw)
    found, bad, ignored = split([tmp_path])
    assert [(one.name, one.read()) for one in found] == [
        (f"{tmp_path}/download/a.fit", FIT),
        (f"{tmp_path}/download/b", GPX),
    ]
    assert [one.name for one in ignored] == [f"{tmp_path}/download/c.txt"]
    assert bad == []


def test_archives_inside_archives_are_looked_into(tmp_path):
    first = zipped([("me_1.fit", FIT), ("me_2.txt", b"x")])
    second = zipped([("me_3.fit", FIT + b"3")])
    raw = zipped([("DI_CONNECT/U/UploadedFiles_0-_Part1.zip", first), ("DI_CONNECT/U/Part2", second), ("x.tcx", TCX)])
    found, bad, ignored = inside(raw, tmp_path)
    assert [one.read() for one in found] == [FIT, FIT + b"3", TCX]
    assert [one.name.removeprefix(str(tmp_path)) for one in found] == [
        "/export.zip/DI_CONNECT/U/UploadedFiles_0-_Part1.zip/me_1.fit",
        "/export.zip/DI_CONNECT/U/Part2/me_3.fit",
        "/export.zip/x.tcx",
    ]
    assert (bad, len(ignored)) == ([], 1)


def test_a_large_archive_inside_an_archive_goes_through_a_temporary_file(tmp_path):
    noise = random.Random(1).randbytes(17 << 20)
    found, bad, _ = inside(
        zipped([("in.zip", zipped([("a.bin", noise), ("b.fit", FIT)]))], zipfile.ZIP_STORED), tmp_path
    )
    assert [one.read() for one in found] == [FIT]
    assert bad == []


def test_ten_archives_in_one_another_are_refused(tmp_path):
    raw = zipped([("a.fit", FIT)])
    for depth in range(10):
        raw = zipped([("b.fit", FIT), (f"{depth}.zip", raw)])
    found, bad, _ = inside(raw, tmp_path)
    assert len(found) == MOST_DEPTH
    assert ["inside more than" in one.reason for one in bad] == [True]


def test_the_members_of_all_archives_together_are_bounded(tmp_path):
    inner = zipped([("a.fit", FIT), ("b.fit", FIT), ("c.fit", FIT)])
    (tmp_path / "one.zip").write_bytes(zipped([("in.zip", inner), ("d.fit", FIT)]))
    found = list(find_files([tmp_path], most_members=3))
    assert [isinstance(one, FoundFile) for one in found] == [True, True, False, False]
    assert [one.name.removeprefix(f"{tmp_path}/") for one in found[2:]] == ["one.zip/in.zip", "one.zip"]


def test_a_found_file_can_be_read_in_another_process(tmp_path):
    write(tmp_path, a_fit=FIT, z_zip=zipped([("b.gpx", GPX), ("c.zip", zipped([("d.tcx.gz", gzip.compress(TCX))]))]))
    found, _, _ = split([tmp_path])
    copies = pickle.loads(pickle.dumps(found))  # noqa: S301 - our own
    assert copies == found
    assert [one.read() for one in copies] == [FIT, GPX, TCX]
    assert all(len(pickle.dumps(one)) < 1000 for one in found)


def test_an_archive_that_changed_is_said_or_read_as_it_is(tmp_path):
    found, _, _ = inside(zipped([("a.fit", FIT), ("b.fit", FIT)]), tmp_path)
    assert found[1].read() == FIT
    (tmp_path / "export.zip").write_bytes(zipped([("a.fit", FIT + b"new")]))
    assert found[0].read() == FIT + b"new"
    with pytest.raises(UnreadableFile, match="changed"):
        found[1].read()
    (tmp_path / "export.zip").unlink()
    with pytest.raises(UnreadableFile, match="no such file"):
        found[0].read()


def test_a_broken_archive_is_bad_and_the_rest_is_taken(tmp_path):
    whole = zipped([("a.fit", FIT)])
    write(
        tmp_path, a_zip=whole[:40], b_zip=b"", c_zip=b"no zip at all", d_fit=FIT, e_zip=zipped([("in.zip", whole[:9])])
    )
    found, bad, _ = split([tmp_path])
    assert [Path(one.name).name for one in found] == ["d.fit"]
    assert [one.name.removeprefix(f"{tmp_path}/") for one in bad] == ["a.zip", "b.zip", "c.zip", "e.zip/in.zip"]
    assert all(one.reason.startswith("is a damaged zip archive") for one in bad)


def test_a_member_whose_bytes_are_damaged_is_unreadable(tmp_path):
    raw = bytearray(zipped([("a.fit", FIT * 50), ("b.fit", FIT)]))
    raw[45:50] = b"\xff" * 5
    found, _, _ = inside(bytes(raw), tmp_path)
    assert found[1].read() == FIT
    with pytest.raises(UnreadableFile):
        found[0].read()


def encrypted(raw: bytes) -> bytes:
    """Set the flag that says so in every header, as an archive with a password has it."""
    marked = bytearray(raw)
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = marked.find(signature)
        while at >= 0:
            marked[at + place] |= 1
            at = marked.find(signature, at + 1)
    return bytes(marked)


def test_what_is_encrypted_is_bad_where_it_would_have_been_taken(tmp_path):
    found, bad, ignored = inside(encrypted(zipped([("a.fit", FIT), ("b.zip", b"x"), ("c.txt", b"x")])), tmp_path)
    assert found == []
    assert ["password" in one.reason for one in bad] == [True, True]
    assert len(ignored) == 1


def test_a_method_nobody_needs_is_said(tmp_path):
    found, bad, ignored = inside(zipped([("a.fit", FIT), ("b", FIT)], zipfile.ZIP_LZMA), tmp_path)
    assert (found, len(ignored)) == ([], 1)
    assert ["cannot be read" in one.reason for one in bad] == [True]


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    bomb = zipped([("a.fit", bytes(8 << 20)), ("b.zip", bytes(8 << 20)), ("c.bin", bytes(8 << 20))])
    assert len(bomb) < 40_000
    found, bad, ignored = inside(bomb, tmp_path)
    assert (found, len(ignored)) == ([], 1)
    assert ["times its size" in one.reason for one in bad] == [True, True]


def announced(size: int) -> bytes:
    """Return an archive whose member says it is larger than it is."""
    raw = bytearray(zipped([("a.fit", FIT)], zipfile.ZIP_STORED))
    at = raw.find(b"PK\x01\x02")
    raw[at + 24 : at + 28] = size.to_bytes(4, "little")
    return bytes(raw)


def test_a_member_that_says_it_is_huge_is_refused(tmp_path):
    _, bad, _ = inside(announced(3 << 30), tmp_path)
    assert ["unpacks to more than 128 MB" in one.reason for one in bad] == [True]
    found, _, _ = inside(announced(2), tmp_path)
    with pytest.raises(UnreadableFile):
        found[0].read()


def test_an_archive_refused_since_it_was_found_is_not_read(tmp_path):
    found, _, _ = inside(zipped([("a.fit", FIT)], zipfile.ZIP_STORED), tmp_path)
    (tmp_path / "export.zip").write_bytes(announced(3 << 30))
    with pytest.raises(UnreadableFile, match="refused"):
        found[0].read()


def test_a_table_of_contents_that_would_fill_the_memory_is_refused(tmp_path):
    raw = bytearray(zipped([("a.fit", FIT)]))
    at = raw.rfind(b"PK\x05\x06")
    raw[at + 12 : at + 16] = (64 << 20).to_bytes(4, "little")
    _, bad, _ = inside(bytes(raw), tmp_path)
    assert ["too many files" in one.reason for one in bad] == [True]
    end64 = b"PK\x06\x06" + bytes(36) + (1 << 40).to_bytes(8, "little") + bytes(8)
    raw[at:at] = end64 + b"PK\x06\x07" + bytes(16)
    _, bad, _ = inside(bytes(raw), tmp_path)
    assert ["too many files" in one.reason for one in bad] == [True]


def test_names_that_lead_elsewhere_lead_nowhere(tmp_path):
    (tmp_path / "in").mkdir()
    names = ["../../out.fit", "/abs/out.fit", "C:\\out.fit", "a/../../out.fit", "./b.fit"]
    found, bad, _ = inside(zipped([(name, FIT) for name in names]), tmp_path / "in")
    assert [one.read() for one in found] == [FIT] * 5
    assert bad == []
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["export.zip", "in"]


def test_names_are_fit_to_be_shown_and_stored(tmp_path):
    raw = zipped([("caf\xe9\x1b[31m.fit", FIT), ("ab.fit", FIT)])
    raw = raw.replace(b"ab.fit", b"\xff\xfe.fit")  # no UTF-8 is claimed: an older program's bytes
    found, _, _ = inside(raw, tmp_path)
    assert [one.read() for one in found] == [FIT, FIT]
    assert found[0].name.endswith("/café?[31m.fit")
    for one in found:
        one.name.encode()
    raw = zipped([("\xe9.fit", FIT)]).replace("\xe9".encode(), b"\xe9\xe9")  # UTF-8 is claimed and is not
    assert [one.reason.startswith("cannot be read") for one in inside(raw, tmp_path)[1]] == [True]


def test_a_name_on_the_disk_that_is_no_unicode_is_taken(tmp_path):
    try:
        (tmp_path / os.fsdecode(b"caf\xe9.fit")).write_bytes(FIT)
    except OSError:
        pytest.skip("this file system has Unicode names only")
    (found,), _, _ = split([tmp_path])
    assert found.name == f"{tmp_path}/caf?.fit"
    assert pickle.loads(pickle.dumps(found)).read() == FIT  # noqa: S301 - our own


def test_a_file_too_large_to_be_a_recording_is_not_read(tmp_path):
    with (tmp_path / "a.fit").open("wb") as file:
        file.truncate((128 << 20) + 1)
    (found,), _, _ = split([tmp_path])
    with pytest.raises(UnreadableFile, match="larger than 128 MB"):
        found.read()


def test_stravas_titles_come_with_its_recordings(tmp_path):
    export = [("activities.csv", TABLE), ("activities/1.fit.gz", gzip.compress(FIT)), ("activities/2.gpx", GPX)]
    for name, raw in export:
        (tmp_path / "folder" / "activities").mkdir(parents=True, exist_ok=True)
        (tmp_path / "folder" / name).write_bytes(raw)
    (tmp_path / "as_sent.zip").write_bytes(zipped(export))
    (tmp_path / "zipped_again.zip").write_bytes(zipped((f"export/{name}", raw) for name, raw in export))
    found, bad, ignored = split([tmp_path])
    assert (bad, ignored) == ([], [])
    assert len(found) == 6
    for one in found:
        labelled = "1.fit" in one.name
        assert (one.title, one.description) == (("Morning", "slow") if labelled else (None, None))


def test_a_table_of_titles_that_cannot_be_read_costs_only_the_titles(tmp_path):
    raw = zipped([("activities.csv", TABLE), ("activities/1.fit", FIT)])
    raw = raw.replace(zipped([("activities.csv", TABLE)])[44:60], b"\xff" * 16)
    found, bad, _ = inside(raw, tmp_path)
    assert [(one.title, one.read()) for one in found] == [(None, FIT)]
    assert bad == []


WHOLE = zipped([("a.fit", FIT), ("b.zip", zipped([("c.gpx", GPX)])), ("activities.csv", TABLE), ("d", b"x")])


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_damaged_archive_is_never_an_error(tmp_path_factory, damage):
    raw = bytearray(WHOLE)
    for place, value in damage:
        raw[place] = value
    found, bad, ignored = inside(bytes(raw), tmp_path_factory.getbasetemp())
    for one in found:
        with suppress(UnreadableFile):
            assert isinstance(one.read(), bytes)
    assert len(found) + len(bad) + len(ignored) <= 4
