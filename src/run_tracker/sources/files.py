"""Finding recordings: in folders, in zip archives, and in zip archives inside those."""

import os
import re
import stat
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from run_tracker.errors import UnreadableFile
from run_tracker.sources.decode import HEAD, MOST_BYTES, plain, sniff
from run_tracker.sources.strava import MOST_TABLE_BYTES, TABLE, Label, read_labels
from run_tracker.sources.zips import FAULTS, MOST_ARCHIVE_BYTES, Zip, kept_open, refuse

MOST_DEPTH = 3  # zip archives inside one another
MOST_MEMBERS = 500_000  # of all archives together

_CLAIMS = re.compile(r"\.(fit|tcx|gpx)(\.gz)?$", re.IGNORECASE)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")


@dataclass(frozen=True, slots=True, kw_only=True)
class BadFile:
    """A file or folder that should be readable and is not, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """A file that was found beside the recordings and is none."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFile:
    """
    A file that is or claims to be a recording, with what Strava's export says of it.

    It holds no bytes and can be handed to another process: `members` says, from outside in, which place in each
    archive's table of contents it has.
    """

    name: str  # as shown: the path, then the names inside archives
    path: Path
    members: tuple[int, ...] = ()
    title: str | None = None
    description: str | None = None
    explicit: bool = False  # the user named it

    def read(self) -> bytes:
        """Return its bytes, gunzipped; raises UnreadableFile."""
        try:
            with self._opened() as file:
                raw = file.read(MOST_BYTES + 1)
        except IndexError as error:
            raise UnreadableFile("is no longer in its archive, which was changed since") from error
        except FAULTS as error:
            raise UnreadableFile(_told(error)) from error
        if len(raw) > MOST_BYTES:
            raise UnreadableFile(f"is larger than {MOST_BYTES >> 20} MB, which no recording is")
        return plain(raw)

    def _opened(self) -> IO[bytes]:
        if not self.members:
            return self.path.open("rb")
        status = self.path.stat()
        archive = kept_open(self.path, self.members[:-1], (os.getpid(), status.st_mtime_ns, status.st_size))
        member = archive.infolist()[self.members[-1]]
        refuse(member, MOST_BYTES)
        return archive.open(member)


Found = FoundFile | BadFile | Ignored


def find_files(paths: Sequence[Path], most_members: int = MOST_MEMBERS) -> Iterator[Found]:
    """
    Yield every recording in files, folders and zip archives, in a fixed order, and what could not be looked into.

    What a user names is taken whatever it is; in folders and archives a file is taken when its name ends in .fit,
    .tcx or .gpx (also .gz) or its first bytes say so, and is Ignored otherwise. Hidden files are passed over. Nothing
    is raised and nothing is unpacked to a disk by its name; no more than one member is looked at at a time.
    """
    budget = iter(range(most_members))
    for path in paths:
        named = FoundFile(name=_shown(path), path=path, explicit=True)
        yield from _in_folder(path, budget) if _is_folder(path) else _file(named, budget)


def _in_folder(top: Path, budget: Iterator[int]) -> Iterator[Found]:
    """Walk a tree, each folder once however often it is linked to."""
    faults: list[OSError] = []
    seen: set[object] = set()
    labels: dict[Path, Label] = {}
    for name, folders, files in os.walk(top, onerror=faults.append, followlinks=True):
        folder = Path(name)
        identity = _identity(folder)
        folders[:] = sorted(inner for inner in folders if identity not in seen and not _is_hidden(inner))
        if identity in seen:
            continue
        seen.add(identity)
        labels |= {folder / file: label for file, label in _labels_beside(folder).items()}
        for path in sorted(folder / file for file in files if file != TABLE and not _is_hidden(file)):
            title, description = labels.get(path, (None, None))
            yield from _file(FoundFile(name=_shown(path), path=path, title=title, description=description), budget)
    for fault in faults:
        yield BadFile(name=_shown(fault.filename), reason=_told(fault))


def _identity(folder: Path) -> tuple[int, int] | Path:
    try:
        status = folder.stat()
    except OSError:
        return folder
    return status.st_dev, status.st_ino


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def _labels_beside(folder: Path) -> dict[str, Label]:
    """Return what the table of Strava's export in a folder says."""
    with suppress(OSError):
        if (folder / TABLE).is_file():
            with (folder / TABLE).open("rb") as table:
                return read_labels(table.read(MOST_TABLE_BYTES))
    return {}


def _labels_inside(archive: Zip) -> dict[str, Label]:
    """Return what the tables of Strava's export in an archive say, by the member's name."""
    labels: dict[str, Label] = {}
    for member in archive.infolist():
        folder, slash, name = member.filename.rpartition("/")
        if name == TABLE:
            with suppress(UnreadableFile, *FAULTS):
                refuse(member, MOST_TABLE_BYTES)
                told = read_labels(archive.read(member))
                labels |= {folder + slash + file: label for file, label in told.items()}
    return labels


def _file(file: FoundFile, budget: Iterator[int]) -> Iterator[Found]:
    """Yield what a file on the disk is, or what is in it."""
    wanted = file.explicit or _claims(file.path.name)
    try:
        if not stat.S_ISREG(file.path.stat().st_mode):
            yield BadFile(name=file.name, reason="is no file that can be read") if wanted else Ignored(name=file.name)
            return
        with file.path.open("rb") as opened:
            head = opened.read(HEAD)
    except (OSError, ValueError) as error:
        wanted |= _is_zip(file.path.name, b"")
        yield BadFile(name=file.name, reason=_told(error)) if wanted else Ignored(name=file.name)
        return
    if _is_zip(file.path.name, head):
        yield from _in_zip(file, lambda: Zip(file.path.open("rb")), budget)
    else:
        yield file if wanted or sniff(head) else Ignored(name=file.name)


def _in_zip(place: FoundFile, opened: Callable[[], Zip], budget: Iterator[int]) -> Iterator[Found]:
    """Yield what is in the archive at `place`; `budget` runs out with the members of all archives."""
    if len(place.members) >= MOST_DEPTH:
        yield BadFile(name=place.name, reason=f"is a zip archive inside more than {MOST_DEPTH - 1} others: refused")
        return
    try:
        archive = opened()
    except (UnreadableFile, *FAULTS) as error:
        yield BadFile(name=place.name, reason=_told(error))
        return
    with archive:
        labels = _labels_inside(archive)
        for number, member in enumerate(archive.infolist()):
            if next(budget, None) is None:
                yield BadFile(name=place.name, reason="holds too many files: the rest was left out")
                return
            if member.is_dir() or _is_hidden(member.filename) or member.filename.split("/")[-1] == TABLE:
                continue
            name, inside = f"{place.name}/{_shown(member.filename)}", (*place.members, number)
            title, description = labels.get(member.filename, (None, None))
            file = FoundFile(name=name, path=place.path, members=inside, title=title, description=description)
            yield from _member(archive, member, file, budget)


def _member(archive: Zip, member: zipfile.ZipInfo, file: FoundFile, budget: Iterator[int]) -> Iterator[Found]:
    """Yield what a member of an archive is, or what is in it."""
    wanted, head = _claims(member.filename), b""
    try:
        refuse(member, MOST_BYTES if wanted else MOST_ARCHIVE_BYTES)
        if not wanted:
            with archive.open(member) as opened:
                head = opened.read(HEAD)
    except (UnreadableFile, *FAULTS) as error:
        wanted |= _is_zip(member.filename, b"")
        yield BadFile(name=file.name, reason=_told(error)) if wanted else Ignored(name=file.name)
        return
    if _is_zip(member.filename, head):
        yield from _in_zip(file, lambda: archive.inner(member), budget)
    else:
        yield file if wanted or sniff(head) else Ignored(name=file.name)


def _claims(name: str) -> bool:
    return bool(_CLAIMS.search(name))


def _is_zip(name: str, head: bytes) -> bool:
    return name.lower().endswith(".zip") or head.startswith(_ZIP)


def _is_hidden(name: str) -> bool:
    """Tell whether any part of a name is hidden or macOS's own."""
    parts = re.split(r"[/\\]", name)
    return any(part == "__MACOSX" or (part.startswith(".") and part not in {".", ".."}) for part in parts)


def _shown(name: object) -> str:
    """Return a name that can be printed and stored: no control characters, nothing that is no Unicode."""
    return "".join(letter if letter.isprintable() else "?" for letter in str(name))


def _told(error: Exception) -> str:
    match error:
        case UnreadableFile():
            return error.reason
        case FileNotFoundError():
            return "there is no such file or folder"
        case zipfile.BadZipFile():
            return f"is a damaged zip archive: {error}"
        case OSError():
            return f"cannot be read: {error.strerror or error}"
        case _:
            return f"cannot be read: {error}"
