"""The database's schema as numbered steps; steps are only ever appended."""

import sqlite3

from run_tracker.errors import NewerDatabase

STEPS = (
    """
    CREATE TABLE file (
        key TEXT PRIMARY KEY,
        name TEXT,
        title TEXT,
        description TEXT,
        format TEXT NOT NULL,
        flaws TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE activity (
        id TEXT PRIMARY KEY,
        file TEXT NOT NULL REFERENCES file (key),
        sport TEXT NOT NULL,
        sub_sport TEXT NOT NULL,
        started_at REAL NOT NULL,
        utc_offset_s INTEGER,
        timer_s REAL NOT NULL,
        elapsed_s REAL NOT NULL,
        distance_m REAL NOT NULL,
        heart_rate_bpm REAL,
        max_heart_rate_bpm REAL,
        cadence_spm REAL,
        ascent_m REAL,
        descent_m REAL,
        title TEXT,
        description TEXT,
        manufacturer TEXT,
        product TEXT,
        summary TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX activity_by_start ON activity (started_at);
    CREATE TABLE lap (
        activity TEXT NOT NULL REFERENCES activity (id),
        number INTEGER NOT NULL,
        started_at REAL NOT NULL,
        timer_s REAL NOT NULL,
        elapsed_s REAL NOT NULL,
        distance_m REAL NOT NULL,
        heart_rate_bpm REAL,
        max_heart_rate_bpm REAL,
        cadence_spm REAL,
        ascent_m REAL,
        descent_m REAL,
        trigger TEXT,
        intensity TEXT,
        step_index INTEGER,
        PRIMARY KEY (activity, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE followed_step (
        activity TEXT NOT NULL REFERENCES activity (id),
        number INTEGER NOT NULL,
        "index" INTEGER NOT NULL,
        name TEXT,
        intensity TEXT,
        duration_kind TEXT NOT NULL,
        duration_value REAL,
        repeat_from INTEGER,
        target_kind TEXT,
        target_low REAL,
        target_high REAL,
        PRIMARY KEY (activity, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE pause (
        activity TEXT NOT NULL REFERENCES activity (id),
        number INTEGER NOT NULL,
        started_at REAL NOT NULL,
        ended_at REAL NOT NULL,
        PRIMARY KEY (activity, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE prescription (
        id TEXT PRIMARY KEY,
        day TEXT NOT NULL,
        made_at TEXT NOT NULL,
        coach TEXT NOT NULL,
        body TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX prescription_by_day ON prescription (day, made_at);
    """,
)


def refuse_newer(found: int) -> None:
    """Raise NewerDatabase for a schema that this program does not know yet."""
    if found > len(STEPS):
        raise NewerDatabase(found, len(STEPS))


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a database to the newest schema, a transaction a step; raises NewerDatabase on one from the future."""
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    refuse_newer(found)
    for number, step in enumerate(STEPS[found:], start=found + 1):
        connection.executescript(f"BEGIN IMMEDIATE; {step}; PRAGMA user_version = {number}; COMMIT;")
