"""The story: a runner's files come in, facts are computed, a coach proposes, guardrails review, a workout goes out."""

import json
import logging
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from run_tracker import intake
from run_tracker.analysis.training import distinct
from run_tracker.coaching.proposal import Coach, Prescription
from run_tracker.coaching.state import AthleteState, athlete_state
from run_tracker.delivery.text import Text
from run_tracker.errors import NotFound, StoreError, UnreadableFile, UsageMistake
from run_tracker.model import Decoded, LogEntry
from run_tracker.settings import Settings
from run_tracker.store.archive import Archive, key_of
from run_tracker.store.database import Database, schema_of, writing
from run_tracker.store.schema import refuse_newer

if TYPE_CHECKING:
    from run_tracker.sources.files import FoundFile

DAYS_A_COACH_LOOKS_BACK = 400
DATABASE = "athlete.db"
DEMO_MARK = "made-up-runner.txt"
log = logging.getLogger(__name__)
Progress = Callable[[int, int], None]  # files done, files in all (0: not known)


class App:
    """One athlete's coach; made by build_app, opened only as far as a question needs."""

    def __init__(self, settings: Settings, zone: tzinfo | None) -> None:
        self.settings, self.zone = settings, zone
        self.home = settings.folder()
        self.archive = Archive(self.home / "archive")
        self.text = Text(units=settings.units)

    @cached_property
    def database(self) -> Database:
        """The athlete's database, opened when first asked; where there is no athlete yet, an empty one in memory."""
        path = self.home / DATABASE
        if not path.exists() and any(self.archive.stored()):
            raise StoreError(f"{path} is missing. `run-tracker rebuild` makes it again from the archive beside it.")
        return Database(path if self.home.is_dir() else Path(":memory:"), self.zone)

    def close(self) -> None:
        """Close what was opened."""
        if "database" in self.__dict__:
            self.__dict__.pop("database").close()

    def this_day(self) -> date:
        """Return today in the athlete's own time zone: the only place where a clock is read for a date."""
        return datetime.now(UTC).astimezone(self.zone).date()

    def import_history(self, paths: Sequence[Path], progress: Progress) -> intake.Report:
        """Take every recording in these files, folders and zips, once each; killed anywhere, it can be run again."""
        report = intake.Report()
        files = _found(paths, report)
        with writing(self.home):
            self.archive.sweep()
            taken = intake.take_all(files, self.archive.root, self.database.keys())
            for done in intake.write(taken, self.database, report, self._say_names):
                progress(done, len(files))
        return report

    def log(self, days: int, until: date) -> list[LogEntry]:
        """Return the training log of the days that end with `until`, oldest first, each activity once."""
        return distinct(self.database.log(until - timedelta(days=days - 1), until))

    def state(self, day: date) -> AthleteState:
        """Return every fact a coach may know on a day."""
        return athlete_state(self.log(DAYS_A_COACH_LOOKS_BACK, day), day)

    def today(self, day: date, coach: str = "auto") -> Prescription:
        """Decide the day's workout and keep how it was decided."""
        from run_tracker.coaching.prescribe import prescribe

        prescription = prescribe(self.state(day), self.coaches(coach))
        try:
            self._keep(prescription)
        except (OSError, sqlite3.Error) as error:
            log.warning("How this was decided could not be kept in %s: %s", self.home, error)
        return prescription

    def coaches(self, choice: str) -> Sequence[Coach]:
        """Return whom to ask, in order: the language model where one is configured (or asked for), then the rules."""
        from run_tracker.coaching.rules import RuleCoach

        settings = self.settings
        key = settings.openai_api_key.reveal() if settings.openai_api_key else None
        configured = bool(key or settings.openai_base_url)
        if choice == "rules" or (choice == "auto" and not configured):
            return (RuleCoach(),)
        from run_tracker.coaching.openai_coach import OpenAICoach

        model = OpenAICoach(
            api_key=key,
            base_url=settings.openai_base_url,
            model=settings.model,
            timeout_s=settings.model_timeout_s,
        )
        return (model, RuleCoach())

    def rebuild(self, progress: Progress) -> intake.Report:
        """Make the database again from the archive, beside the old one, and put it in its place when it is whole."""
        path = self.home / DATABASE
        refuse_newer(schema_of(path))
        report = intake.Report()
        with writing(self.home):
            self.close()
            beside = path.with_suffix(".new")
            _remove(beside, *_companions(beside))
            fresh = Database(beside, self.zone)
            names, prescriptions = self._what_was_said(report)
            files = [
                intake.Archived(root=self.archive.root, key=key, **names.get(key, {})) for key in self.archive.stored()
            ]
            taken = intake.take_all(files, self.archive.root, frozenset())
            for done in intake.write(taken, fresh, report, lambda _: None):
                progress(done, len(files))
            with fresh.transaction():
                for prescription in prescriptions:
                    fresh.keep(prescription)
            fresh.close()
            _remove(*_companions(path))
            fresh.path.replace(path)
        return report

    def _say_names(self, names: list[intake.Name]) -> None:
        self.archive.say("import", {"files": names}, datetime.now(UTC))

    def _what_was_said(self, report: intake.Report) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
        """Return what each file was called (the last word counts) and every prescription that was given."""
        names: dict[str, dict[str, Any]] = {}
        prescriptions = []
        for record in self.archive.records():
            if record["kind"] == "prescription":
                prescriptions.append(record)
            elif record["kind"] == "damaged":
                report.bad.append(intake.Bad(name=record["name"], reason="is damaged: what it said is not known"))
            for key, *labels in record.get("files", ()):
                told = zip(("name", "title", "description"), labels, strict=True)
                names.setdefault(key, {}).update({word: label for word, label in told if label})
        return names, prescriptions

    def _keep(self, prescription: Prescription) -> None:
        body = json.dumps(asdict(prescription), default=str, sort_keys=True)
        now = datetime.now(UTC)
        record = {
            "id": key_of(body.encode())[:12],
            "day": prescription.day.isoformat(),
            "made_at": now.isoformat(),
            "coach": prescription.coach,
            "body": json.loads(body),
        }
        if not self.home.is_dir():
            self.close()  # what was opened in memory
            self.home.mkdir(mode=0o700, parents=True)
        if not self.database.has_prescription(record["id"]):
            self.archive.say("prescription", record, now)
            with self.database.transaction():
                self.database.keep(record)


def _found(paths: Sequence[Path], report: intake.Report) -> "list[FoundFile]":
    """Return the recordings in these files, folders and zips; what is none of them goes to the report."""
    from run_tracker.sources.files import BadFile, FoundFile, find_files

    files: list[FoundFile] = []
    for found in find_files(paths):
        match found:
            case FoundFile():
                files.append(found)
            case BadFile(name=name, reason=reason):
                report.bad.append(intake.Bad(name=name, reason=reason))
            case _:
                report.ignored += 1
    return files


def read_file(path: Path) -> Decoded:
    """Read one file without importing it; raises UnreadableFile, or NotFound where there is none."""
    from run_tracker.sources.decode import decode

    try:
        return decode(path.read_bytes())
    except OSError as error:
        raise NotFound(f"{path} cannot be read: {error.strerror or error}. Check the path.") from error
    except UnreadableFile as error:
        raise UnreadableFile(f"{path} {error.reason}. `run-tracker import` takes zips and folders.") from error


def make_demo(home: Path, until: date, days: int, progress: Progress) -> Path:
    """
    Write a made-up runner's files below `home` and return their folder; an earlier demo there is replaced.

    Raises UsageMistake where the folder holds anything else: nobody's own history is touched.
    """
    import shutil

    from run_tracker.sources.demo import demo_files

    mark, files = home / DEMO_MARK, home / "files"
    kept = set(Archive(home / "archive").stored())
    made = {key_of(path.read_bytes()) for path in files.glob("*.fit")} if kept else set()
    if home.exists() and any(home.iterdir()) and (kept - made or not mark.exists()):
        raise UsageMistake(f"{home} holds something else than a demo. Name another folder with --into.")
    shutil.rmtree(home, ignore_errors=True)
    files.mkdir(parents=True)
    mark.write_text("A made-up runner lives here. This folder is replaced by the next demo.\n", encoding="utf-8")
    for number, (name, raw) in enumerate(demo_files(until, days=days), start=1):
        (files / name).write_bytes(raw)
        progress(number, 0)
    return files


def build_app(settings: Settings) -> App:
    """Wire the parts: the one place that knows them all; raises UsageMistake for a time zone that is none."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        zone = ZoneInfo(settings.time_zone) if settings.time_zone else None
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UsageMistake(
            f"{settings.time_zone!r} is no time zone. Set RUN_TRACKER_TIME_ZONE to a name such as Europe/London.",
        ) from error
    return App(settings, zone)


def _companions(path: Path) -> tuple[Path, Path]:
    """Return the two files that SQLite may keep beside a database."""
    return path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")


def _remove(*paths: Path) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
