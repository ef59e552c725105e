"""Zip archives that somebody else made: bounded before anything is read, and zip archives inside them."""

import os
import shutil
import zipfile
import zlib
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO

from run_tracker.errors import UnreadableFile

MOST_DIRECTORY_BYTES = 16 << 20  # of a zip's table of contents: some 100,000 members
MOST_ARCHIVE_BYTES = 4 << 30  # of a zip inside a zip
MOST_RATIO = 200  # packed to unpacked; XML reaches 40
_RATIO_MATTERS = 1 << 20  # bytes unpacked; below, an empty file packs as well as it likes
_IN_MEMORY = 16 << 20  # of an inner zip; a larger one goes to a temporary file

FAULTS = (zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError, zlib.error)
"""What opening, zipfile and zlib raise for what is not there, damaged or encrypted."""


class Zip(zipfile.ZipFile):
    """A zip archive that owns its file and looks at the size of its table of contents before reading it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        try:
            _bound_directory(file)
            super().__init__(file)
        except (UnreadableFile, *FAULTS):
            file.close()
            raise

    def close(self) -> None:
        """Close the archive and its file."""
        super().close()
        self._file.close()

    def inner(self, member: zipfile.ZipInfo) -> "Zip":
        """Open the archive that a member is; raises UnreadableFile for one that must be refused."""
        refuse(member, MOST_ARCHIVE_BYTES)
        with ExitStack() as undo:
            spool: IO[bytes] = undo.enter_context(SpooledTemporaryFile(_IN_MEMORY))
            with self.open(member) as packed:
                shutil.copyfileobj(packed, spool)
            undo.pop_all()
        return Zip(spool)


@lru_cache(maxsize=1)
def kept_open(path: Path, members: tuple[int, ...], _version: tuple[int, ...]) -> Zip:
    """Open an archive and keep it open for the next member; `_version` tells processes and changes apart."""
    archive = Zip(path.open("rb"))
    for number in members:
        with archive as outer:
            archive = outer.inner(outer.infolist()[number])
    return archive


def _bound_directory(file: IO[bytes]) -> None:
    """Raise UnreadableFile where a zip's end announces a table of contents that would fill the memory."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - (1 << 16) - 98, 0))  # the longest comment, and the ends of zip64 and zip
    tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0:
        return  # zipfile says better what is wrong
    is_zip64 = tail[max(end - 20, 0) :].startswith(b"PK\x06\x07")
    place = slice(end - 36, end - 28) if is_zip64 else slice(end + 12, end + 16)
    if int.from_bytes(tail[place], "little") > MOST_DIRECTORY_BYTES:
        raise UnreadableFile("is a zip archive of too many files: unpack it and import the folder")


def refuse(member: zipfile.ZipInfo, most: int) -> None:
    """Raise UnreadableFile for a member that cannot or must not be unpacked."""
    if member.flag_bits & 1:
        raise UnreadableFile("is encrypted: unpack the archive with its password and import the folder")
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise UnreadableFile("is packed in a way that cannot be read: unpack the archive and import the folder")
    if member.file_size > most:
        raise UnreadableFile(f"unpacks to more than {most >> 20} MB, which no recording does: refused")
    if member.file_size > max(MOST_RATIO * member.compress_size, _RATIO_MATTERS):
        raise UnreadableFile(f"unpacks to more than {MOST_RATIO} times its size, which no recording does: refused")
