"""The archive: original bytes by their sha256, and dated records of what was said; written once, never changed."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from run_tracker.errors import NotFound, UnreadableFile


def key_of(raw: bytes) -> str:
    """Return the name these bytes have in the archive: their sha256 in hexadecimal."""
    return hashlib.sha256(raw).hexdigest()


class Archive:
    """
    One athlete's archive.

    `objects/ab/abcd...` holds raw files, `records/` what cannot be derived from them (the name a file came under, a
    prescription that was given), and `writing/` what is being written at this moment.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def keep(self, raw: bytes, key: str | None = None) -> str:
        """Store these bytes once and return their key; safe to call from many processes at once."""
        key = key or key_of(raw)
        path = self._object(key)
        if not path.exists():
            self._write(path, raw, self.root / "writing" / f"{key}.{os.getpid()}")
        return key

    def read(self, key: str) -> bytes:
        """Return the bytes of a key; raises NotFound, or UnreadableFile where they are no longer what was stored."""
        try:
            raw = self._object(key).read_bytes()
        except FileNotFoundError as error:
            raise NotFound(f"The archive holds no file {key}. Import it again.") from error
        if key_of(raw) != key:
            raise UnreadableFile("is damaged in the archive: put the original in its place from a backup")
        return raw

    def stored(self) -> Iterator[str]:
        """Yield the key of every stored file, in order."""
        yield from sorted(path.name for path in self.root.glob("objects/??/*"))

    def say(self, kind: str, record: Mapping[str, Any], at: datetime) -> None:
        """Keep what cannot be derived from the raw files as a small dated record."""
        body = json.dumps({"kind": kind, "at": at.isoformat(), **record}, ensure_ascii=False, sort_keys=True).encode()
        name = f"{at:%Y%m%dT%H%M%S%f}-{kind}-{key_of(body)[:12]}.json"
        path = self.root / "records" / name
        self._write(path, body, path.with_name(f"{name}.{os.getpid()}.part"))

    def records(self) -> Iterator[dict[str, Any]]:
        """Yield every record in the order in which it was said; of a damaged one only its kind, "damaged", and name."""
        for path in sorted(self.root.glob("records/*.json")):
            try:
                yield json.loads(path.read_bytes())
            except ValueError:
                yield {"kind": "damaged", "name": f"records/{path.name}"}

    def sweep(self) -> None:
        """Remove what a killed process left half written; call it only while holding the athlete's lock."""
        for path in self.root.glob("writing/*"):
            path.unlink(missing_ok=True)

    def _object(self, key: str) -> Path:
        return self.root / "objects" / key[:2] / key

    @staticmethod
    def _write(path: Path, raw: bytes, scratch: Path) -> None:
        """Write whole or not at all: a reader never sees half a file, and a power cut loses none that was named."""
        for folder in (scratch.parent, path.parent):
            folder.mkdir(parents=True, exist_ok=True)
        with scratch.open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
        folder_handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder_handle)
        finally:
            os.close(folder_handle)
