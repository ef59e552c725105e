"""What is configured, what is missing, and what to do: looked at, never changed, and no secret shown."""

import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from stat import S_IMODE, S_IRWXG, S_IRWXO
from typing import TYPE_CHECKING

from run_tracker.errors import StoreError

if TYPE_CHECKING:
    from run_tracker.app import App


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at: `state` is "ok", "missing" (works without) or "broken"."""

    what: str
    state: str
    found: str
    advice: str = ""


def examine(app: "App") -> list[Check]:
    """Look at everything a recommendation depends on."""
    return [_program(), _home(app), *_history(app), _env_file(), _model(app), _zone(app)]


def _program() -> Check:
    version = metadata.version("run-tracker-coach")
    return Check(what="Program", state="ok", found=f"run-tracker-coach {version}, Python {sys.version.split()[0]}")


def _home(app: "App") -> Check:
    if app.home.is_dir():
        return Check(what="Athlete's folder", state="ok", found=str(app.home))
    advice = "It is made by the first import: run-tracker import PATH"
    return Check(what="Athlete's folder", state="missing", found=f"{app.home} does not exist yet", advice=advice)


def _history(app: "App") -> list[Check]:
    if not app.home.is_dir():
        return []
    try:
        counts, newest = app.database.counts(), app.database.newest_day()
    except StoreError as error:
        return [Check(what="Database", state="broken", found=str(error), advice="run-tracker rebuild")]
    kept = sum(1 for _ in app.archive.stored())
    found = f"{counts['activity']} activities from {counts['file']} files, newest of {newest}; {kept} files archived"
    if kept != counts["file"]:
        return [Check(what="History", state="broken", found=found, advice="run-tracker rebuild")]
    if not kept:
        advice = "run-tracker import PATH, with FIT, TCX or GPX files or an export's zip"
        return [Check(what="History", state="missing", found="nothing imported yet", advice=advice)]
    return [Check(what="History", state="ok", found=found)]


def _env_file() -> Check:
    path = Path(".env")
    if not path.is_file():
        advice = "Only needed for a language model or other settings: copy .env.example to .env"
        return Check(what="Settings file", state="missing", found="no .env in this folder", advice=advice)
    if S_IMODE(path.stat().st_mode) & (S_IRWXG | S_IRWXO):
        return Check(what="Settings file", state="broken", found=".env can be read by others", advice="chmod 600 .env")
    return Check(what="Settings file", state="ok", found=".env, readable by you only")


def _model(app: "App") -> Check:
    settings = app.settings
    server = settings.openai_base_url or "OpenAI"
    if settings.openai_api_key or settings.openai_base_url:
        key = "a key is set" if settings.openai_api_key else "no key"
        return Check(
            what="Language model", state="ok", found=f"{settings.model} at {server}, {key}; not asked just now"
        )
    advice = "Set OPENAI_API_KEY in .env, or OPENAI_BASE_URL for a server of your own. The rule coach needs neither."
    return Check(what="Language model", state="missing", found="none: the rule coach decides", advice=advice)


def _zone(app: "App") -> Check:
    zone = app.settings.time_zone or "the machine's own"
    found = f"{zone}, where today is {app.this_day()}; units: {app.settings.units}"
    return Check(what="Time zone", state="ok", found=found)
