"""Every row of a database, so that two of them can be compared."""

import sqlite3
from contextlib import closing
from pathlib import Path

TABLES = ("file", "activity", "lap", "followed_step", "pause", "prescription")


def rows(path: Path) -> dict[str, list[tuple]]:
    """Return the rows of every table, in the order of their keys."""
    with closing(sqlite3.connect(path)) as connection:
        return {table: sorted(connection.execute(f"SELECT * FROM {table}"), key=repr) for table in TABLES}  # noqa: S608
