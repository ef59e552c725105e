"""The database: what was derived from the archive, in rows; it can be rebuilt from the archive at any time."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any

from run_tracker.errors import AthleteLocked, NotFound, StoreError
from run_tracker.model import Activity, Flaw, LogEntry, Summary, local_day
from run_tracker.store.rows import PARTS, activity_row, from_row, log_entry, moment, to_row
from run_tracker.store.schema import migrate

MOST_HOURS_FROM_UTC = 26  # a local day is never further than this from the same day in UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """One archived file with the activities that were read from it, each with its summary."""

    key: str
    name: str | None
    title: str | None = None
    description: str | None = None
    format: str | None = None  # None: not decoded, because it is known
    flaws: tuple[Flaw, ...] = ()
    activities: tuple[tuple[Activity, Summary], ...] = ()

    def ids(self) -> Iterator[str]:
        """Yield the id of each activity: the start of the file's key, with the part's number where it has several."""
        for number in range(len(self.activities)):
            yield self.key[:12] + (f"-{number + 1}" if number else "")


@contextmanager
def writing(home: Path) -> Iterator[None]:
    """Hold the athlete's lock: one writer at a time, freed by the system even when the process is killed."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        connection = sqlite3.connect(home / "lock", timeout=0, isolation_level=None)
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise StoreError(f"{home} cannot be written to ({error}). Check who owns it, or choose --home.") from error
        connection.close()
        raise AthleteLocked(
            f"Another run-tracker is writing to {home}. Wait until it has finished, then try again.",
        ) from error
    try:
        yield
    finally:
        connection.close()


def schema_of(path: Path) -> int:
    """Return the number of a database's schema without changing it; 0 where there is none, or none that can be read."""
    if not path.exists():
        return 0
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        try:
            (found,) = connection.execute("PRAGMA user_version").fetchone()
        except sqlite3.DatabaseError:
            return 0
    return int(found)


class Database:
    """One athlete's database file, opened and migrated; `zone` places activities that do not tell their own."""

    def __init__(self, path: Path, zone: tzinfo | None) -> None:
        self.path, self.zone = path, zone
        try:
            self.connection = sqlite3.connect(path, isolation_level=None, timeout=10)
        except sqlite3.OperationalError as error:
            raise StoreError(f"{path} cannot be opened ({error}). Check who owns it, or choose --home.") from error
        self.connection.row_factory = sqlite3.Row
        try:
            migrate(self.connection)
            self.connection.executescript(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;",
            )
        except sqlite3.DatabaseError as error:
            self.close()
            raise StoreError(
                f"{path} cannot be used ({error}). `run-tracker rebuild` makes it again from the archive.",
            ) from error
        except StoreError:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do all of it or nothing."""
        with self.connection:  # commits, or rolls back when something is raised
            self.connection.execute("BEGIN IMMEDIATE")
            yield

    def keys(self) -> frozenset[str]:
        """Return the keys of all files it knows."""
        return frozenset(key for (key,) in self.connection.execute("SELECT key FROM file"))

    def add(self, file: FileRow) -> None:
        """Add a file and its activities; call it inside a transaction."""
        flaws = json.dumps([asdict(flaw) for flaw in file.flaws])
        row = {name: getattr(file, name) for name in ("key", "name", "title", "description", "format")}
        self._insert("file", row | {"flaws": flaws})
        for activity_id, (activity, summary) in zip(file.ids(), file.activities, strict=True):
            self._insert("activity", activity_row(activity, summary, id=activity_id, file=file.key))
            for table, parts in zip(PARTS, (activity.laps, activity.steps, activity.pauses), strict=True):
                for number, part in enumerate(parts, start=1):
                    self._insert(table, to_row(part, activity=activity_id, number=number))
        self.label(file.key, file.name, file.title, file.description)

    def label(self, key: str, name: str | None, title: str | None, description: str | None) -> None:
        """Name a file that has no name; give its activities the title and description that were told."""
        self.connection.execute("UPDATE file SET name = coalesce(name, ?) WHERE key = ?", (name, key))
        for table, column in (("file", "key"), ("activity", "file")):
            self.connection.execute(
                f"UPDATE {table} SET title = coalesce(?, title), description = coalesce(?, description)"  # noqa: S608
                f" WHERE {column} = ?",  # both names are ours
                (title, description, key),
            )

    def labels(self, key: str) -> tuple[str | None, str | None, str | None] | None:
        """Return what a file is called, and the title and description an export told; None for an unknown file."""
        row = self.connection.execute("SELECT name, title, description FROM file WHERE key = ?", (key,)).fetchone()
        return None if row is None else (row[0], row[1], row[2])

    def log(self, since: date, until: date) -> list[LogEntry]:
        """Return the training log from one local day to another, both included, oldest first."""
        margin = timedelta(hours=MOST_HOURS_FROM_UTC)
        first = datetime.combine(since, time(), UTC) - margin
        last = datetime.combine(until, time(), UTC) + timedelta(days=1) + margin
        rows = self.connection.execute(
            "SELECT * FROM activity WHERE started_at BETWEEN ? AND ? ORDER BY started_at, id",
            (first.timestamp(), last.timestamp()),
        )
        entries = (log_entry(row, self.zone) for row in rows)
        return [entry for entry in entries if since <= entry.day <= until]

    def find(self, start_of_id: str) -> LogEntry:
        """Return the one activity whose id starts so, laps, steps and pauses with it; raises NotFound."""
        rows = self.connection.execute(
            "SELECT * FROM activity WHERE substr(id, 1, length(:start)) = :start ORDER BY id LIMIT 2",
            {"start": start_of_id},
        ).fetchall()
        if not rows or not start_of_id:
            raise NotFound(f"There is no activity {start_of_id!r}. `run-tracker runs --days 365` lists ids.")
        if len(rows) > 1 and rows[0]["id"] != start_of_id:
            raise NotFound(f"Several activities begin with {start_of_id!r}; give more of the id.")
        parts = [self._parts(table, rows[0]["id"]) for table in PARTS]
        return log_entry(rows[0], self.zone, laps=parts[0], steps=parts[1], pauses=parts[2])

    def counts(self) -> dict[str, int]:
        """Return how many rows each table holds."""
        tables = ("file", "activity", "lap", "prescription")
        return {table: self.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}  # noqa: S608

    def newest_day(self, until: date = date.max) -> date | None:
        """Return the local day of the newest activity up to a day, or None when there is none."""
        row = self.connection.execute(
            "SELECT started_at, utc_offset_s FROM activity WHERE started_at < ? ORDER BY started_at DESC LIMIT 1",
            (datetime.combine(until, time.max, UTC).timestamp(),),
        ).fetchone()
        return None if row is None else local_day(moment(row["started_at"]), row["utc_offset_s"], self.zone)

    def keep(self, prescription: Mapping[str, Any]) -> None:
        """Keep a prescription and how it was decided; the same one again changes nothing."""
        row = {name: prescription[name] for name in ("id", "day", "made_at", "coach")}
        self._insert("prescription", row | {"body": json.dumps(prescription["body"], sort_keys=True)}, "OR IGNORE ")

    def has_prescription(self, prescription_id: str) -> bool:
        """Tell whether this prescription is kept."""
        query = "SELECT 1 FROM prescription WHERE id = ?"
        return self.connection.execute(query, (prescription_id,)).fetchone() is not None

    def _insert(self, table: str, row: Mapping[str, Any], otherwise: str = "") -> None:
        """Insert one row by the names of its columns; `otherwise` is SQLite's word for what to do on a conflict."""
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        self.connection.execute(f"INSERT {otherwise}INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))  # noqa: S608

    def _parts(self, table: str, activity_id: str) -> tuple[Any, ...]:
        query = f"SELECT * FROM {table} WHERE activity = ? ORDER BY number"  # noqa: S608  the table's name is ours
        return tuple(from_row(PARTS[table], row) for row in self.connection.execute(query, (activity_id,)))
