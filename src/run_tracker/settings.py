"""What may differ between two machines, and nothing else; read once, by a door."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from run_tracker.errors import UsageMistake

LONGEST_WAIT_S = 600


class Secret:
    """A word that is never shown: whoever needs it must ask for it by name."""

    __slots__ = ("_word",)

    def __init__(self, word: str) -> None:
        self._word = word

    def reveal(self) -> str:
        """Return the word."""
        return self._word

    def __repr__(self) -> str:
        return "Secret(***)"


def one_of(*words: str) -> Callable[[str], str]:
    """Return a reader that takes one of these words."""

    def read(told: str) -> str:
        if told not in words:
            raise ValueError(f"it can be {', '.join(words[:-1])} or {words[-1]}")
        return told

    return read


def wait(told: str) -> float:
    """Read a number of seconds that somebody would wait."""
    try:
        seconds = float(told)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= LONGEST_WAIT_S:
        raise ValueError(f"it can be a number of seconds up to {LONGEST_WAIT_S}")
    return seconds


def setting(name: str, default: Any, read: Callable[[str], Any] = str) -> Any:
    """Declare a setting: its name in the environment and in `.env`, what it is when not set, and how it is read."""
    return field(default=default, metadata={"name": name, "read": read})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that may differ; secrets are Secret."""

    home: Path | None = setting("RUN_TRACKER_HOME", None, Path)  # noqa: RUF009  None: the platform's folder
    units: str = setting("RUN_TRACKER_UNITS", "km", one_of("km", "miles"))
    time_zone: str | None = setting("RUN_TRACKER_TIME_ZONE", None)  # IANA name; None: the machine's own
    coach: str = setting("RUN_TRACKER_COACH", "auto", one_of("auto", "rules", "openai"))
    model: str = setting("RUN_TRACKER_MODEL", "gpt-4o")
    model_timeout_s: float = setting("RUN_TRACKER_MODEL_TIMEOUT_S", 30.0, wait)
    openai_api_key: Secret | None = setting("OPENAI_API_KEY", None, Secret)  # noqa: RUF009  setting() returns a field
    openai_base_url: str | None = setting("OPENAI_BASE_URL", None)

    def folder(self) -> Path:
        """Return the folder that holds the athlete."""
        if self.home is not None:
            return self.home.expanduser()
        from platformdirs import user_data_path

        return user_data_path("run-tracker")


def read_settings(environment: Mapping[str, str] = os.environ, env_file: Path = Path(".env")) -> Settings:
    """Read the settings: the environment first, then `.env`; empty is not set; raises UsageMistake for a wrong one."""
    settings, mistakes = try_settings(environment, env_file)
    if mistakes:
        raise UsageMistake(" ".join(mistakes))
    return settings


def try_settings(
    environment: Mapping[str, str] = os.environ,
    env_file: Path = Path(".env"),
) -> tuple[Settings, list[str]]:
    """Read what can be read, with defaults for the rest, and tell what was wrong."""
    values: dict[str, Any] = {}
    mistakes: list[str] = []
    written: Mapping[str, str | None] = {}
    try:
        written = _written(env_file)
    except UsageMistake as error:
        mistakes.append(str(error))
    told = _together(environment, written, mistakes)
    for one in fields(Settings):
        name, read = one.metadata["name"], one.metadata["read"]
        if word := told.get(name):
            try:
                values[one.name] = read(word)
            except ValueError as error:
                mistakes.append(f"{name} cannot be used: {error}. Mend it in .env or the environment.")
    return Settings(**values), mistakes


def _written(env_file: Path) -> Mapping[str, str | None]:
    """Return what a `.env` says, word for word: it cannot quote the environment; raises UsageMistake."""
    from io import StringIO

    try:
        if not env_file.is_file():
            return {}
        words = env_file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageMistake(f"{env_file} is not written in UTF-8. Save it as UTF-8, or remove it.") from error
    except OSError as error:
        raise UsageMistake(
            f"{env_file} cannot be read: {error.strerror}. Make it readable (chmod 600 {env_file}), or remove it.",
        ) from error
    from dotenv import dotenv_values
    from dotenv.parser import parse_stream

    for line in parse_stream(StringIO(words)):
        if line.error:
            raise UsageMistake(
                f"{env_file} cannot be understood at line {line.original.line}. Write each line as NAME=value.",
            )
    return dotenv_values(stream=StringIO(words), interpolate=False)


def _together(
    environment: Mapping[str, str],
    written: Mapping[str, str | None],
    mistakes: list[str],
) -> dict[str, str | None]:
    """
    Return both, the environment first; a key and a server that do not belong together go to `mistakes` instead.

    A server named in `.env` is only ever given the key that `.env` gives: a file in some folder must not be able to
    send the runner's own key elsewhere.
    """
    told = {**written, **environment}
    if "OPENAI_BASE_URL" in environment or not written.get("OPENAI_BASE_URL"):
        return told
    key = written.get("OPENAI_API_KEY")
    if told.get("OPENAI_API_KEY") and not key:
        mistakes.append("OPENAI_BASE_URL is set in .env but OPENAI_API_KEY is not: put both in one place.")
        told["OPENAI_BASE_URL"] = None
    return told | {"OPENAI_API_KEY": key}
