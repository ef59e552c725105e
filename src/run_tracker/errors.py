"""
Everything that can go wrong and is not a bug, in one tree.

RunTrackerError                  a message that ends with what to do next
├── UsageMistake                 what was asked cannot be meant (exit code 2)
├── UnreadableFile               a file that holds no activity we can read
├── NotFound                     there is no such activity or file
├── StoreError                   the athlete's folder cannot be used
│   ├── NewerDatabase            the database was written by a newer program
│   └── AthleteLocked            another process is writing to this athlete
└── CoachUnavailable             a coach cannot answer; the next one is asked
"""


class RunTrackerError(Exception):
    """The root of our errors; its message is written for the runner."""


class UsageMistake(RunTrackerError):
    """What was asked cannot be meant: a date that is none, an unknown coach."""


class UnreadableFile(RunTrackerError):
    """A file that holds no activity we can read; `reason` says why and `offset` where, in bytes."""

    def __init__(self, reason: str, offset: int | None = None) -> None:
        super().__init__(reason if offset is None else f"{reason} (byte {offset})")
        self.reason, self.offset = reason, offset


class NotFound(RunTrackerError):
    """There is no such activity or file."""


class StoreError(RunTrackerError):
    """The athlete's folder cannot be used as it is."""


class NewerDatabase(StoreError):
    """The database was written by a newer program than this one."""

    def __init__(self, found: int, known: int) -> None:
        super().__init__(
            f"The database is of schema {found}; this program knows schemas up to {known}. "
            "Upgrade run-tracker-coach, or point RUN_TRACKER_HOME at another folder. Nothing was changed.",
        )
        self.found, self.known = found, known


class AthleteLocked(StoreError):
    """Another process is writing to this athlete."""


class CoachUnavailable(RunTrackerError):
    """A coach cannot answer (no key, no network, no such model); `reason` is told to the runner."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
