"""What is configured, what is missing, and what to do: looked at, never changed, and no secret shown."""

import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from stat import S_IMODE, S_IRWXG, S_IRWXO
from urllib.parse import urlsplit

from run_tracker.app import App, build_app
from run_tracker.errors import AthleteLocked, NewerDatabase, StoreError, UsageMistake
from run_tracker.settings import try_settings
from run_tracker.store.database import writing

IMPORT = "run-tracker import PATH, with FIT, TCX or GPX files or an export's zip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at: `state` is "ok", "missing" (works without) or "broken"."""

    what: str
    state: str
    found: str
    advice: str = ""


@contextmanager
def patient(home: Path | None) -> Iterator[tuple[App, list[str]]]:
    """Open the athlete with what can be used of the settings, and tell which cannot."""
    settings, mistakes = try_settings()
    settings = replace(settings, home=home) if home else settings
    try:
        app = build_app(settings)
    except UsageMistake as error:
        app, mistakes = build_app(replace(settings, time_zone=None)), [*mistakes, str(error)]
    try:
        yield app, mistakes
    finally:
        app.close()


def examine(app: App, mistakes: Sequence[str] = ()) -> list[Check]:
    """Look at everything a recommendation depends on; `mistakes` are settings that could not be used."""
    wrong = [
        Check(what="Settings", state="broken", found=said, advice="Until then the default takes its place.")
        for said in mistakes
    ]
    return [_program(), *wrong, _home(app), *_history(app), _env_file(), _model(app), _zone(app)]


def _program() -> Check:
    version = metadata.version("run-tracker-coach")
    return Check(what="Program", state="ok", found=f"run-tracker-coach {version}, Python {sys.version.split()[0]}")


def _home(app: App) -> Check:
    if app.home.is_dir():
        return Check(what="Athlete's folder", state="ok", found=str(app.home))
    if app.home.exists():
        advice = "Name a folder with --home or RUN_TRACKER_HOME."
        return Check(what="Athlete's folder", state="broken", found=f"{app.home} is no folder", advice=advice)
    advice = "It is made by the first import: run-tracker import PATH"
    return Check(what="Athlete's folder", state="missing", found=f"{app.home} does not exist yet", advice=advice)


def _history(app: App) -> list[Check]:
    if not app.home.is_dir():
        return []
    try:
        if (app.home / "lock").exists():
            with writing(app.home):
                return [_counted(app)]
        return [_counted(app)]
    except AthleteLocked:
        return [Check(what="History", state="ok", found="an import is running; ask again when it has finished")]
    except NewerDatabase as error:
        return [Check(what="Database", state="broken", found=str(error), advice="Upgrade run-tracker-coach.")]
    except (StoreError, sqlite3.DatabaseError) as error:
        closed = isinstance(error.__cause__ or error, sqlite3.OperationalError)
        advice = f"See who owns {app.home} and whether the disk is full." if closed else "run-tracker rebuild"
        return [Check(what="Database", state="broken", found=str(error), advice=advice)]


def _counted(app: App) -> Check:
    """Compare what the database knows with what the archive holds; a database is not made for the question."""
    kept, known, found = set(app.archive.stored()), frozenset[str](), "no database"
    if (app.home / "athlete.db").exists():
        app.database.connection.execute("PRAGMA quick_check(1)").fetchall()  # raises where a page is damaged
        known, newest = app.database.keys(), app.database.newest_day()
        found = f"{app.database.counts()['activity']} activities from {len(known)} files"
        found += f", newest of {newest}" if newest else ""
    found += f"; {len(kept)} files archived"
    if known - kept:
        lost = f"{found}, {len(known - kept)} missing from the archive"
        return Check(what="History", state="broken", found=lost, advice="run-tracker import the original files again")
    if kept - known:
        advice = "run-tracker import the same files again, or run-tracker rebuild"
        return Check(what="History", state="broken", found=found, advice=advice)
    if not kept:
        return Check(what="History", state="missing", found="nothing imported yet", advice=IMPORT)
    return Check(what="History", state="ok", found=found)


def _env_file() -> Check:
    path = Path(".env")
    if not path.is_file():
        advice = "Only needed for a language model or other settings: copy .env.example to .env"
        return Check(what="Settings file", state="missing", found="no .env in this folder", advice=advice)
    if S_IMODE(path.stat().st_mode) & (S_IRWXG | S_IRWXO):
        return Check(what="Settings file", state="broken", found=".env can be read by others", advice="chmod 600 .env")
    return Check(what="Settings file", state="ok", found=".env, readable by you only")


def _model(app: App) -> Check:
    settings = app.settings
    server = _address(settings.openai_base_url) if settings.openai_base_url else "OpenAI"
    if not server:
        advice = "Write it as https://host/v1, in .env or the environment."
        return Check(what="Language model", state="broken", found="OPENAI_BASE_URL is no address", advice=advice)
    if settings.openai_api_key or settings.openai_base_url:
        key = "a key is set" if settings.openai_api_key else "no key"
        return Check(
            what="Language model", state="ok", found=f"{settings.model} at {server}, {key}; not asked just now"
        )
    advice = "Set OPENAI_API_KEY in .env, or OPENAI_BASE_URL for a server of your own. The rule coach needs neither."
    return Check(what="Language model", state="missing", found="none: the rule coach decides", advice=advice)


def _zone(app: App) -> Check:
    zone = app.settings.time_zone or "the machine's own"
    found = f"{zone}, where today is {app.this_day()}; units: {app.settings.units}"
    return Check(what="Time zone", state="ok", found=found)


def _address(url: str) -> str:
    """Return a server's scheme, host, port and path, without a name and password in it; empty where it is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}" if parts.scheme in {"http", "https"} and host else ""
