"""What may differ between two machines, and nothing else; read once, by a door."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr


def default_home() -> Path:
    """Return the platform's folder for this user's data."""
    from platformdirs import user_data_path

    return user_data_path("run-tracker")


class Settings(BaseModel):
    """Settings by the names they have in the environment and in `.env`; secrets are SecretStr and never shown."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    home: Path = Field(default_factory=default_home, alias="RUN_TRACKER_HOME")
    units: Literal["km", "miles"] = Field(default="km", alias="RUN_TRACKER_UNITS")
    time_zone: str | None = Field(default=None, alias="RUN_TRACKER_TIME_ZONE")  # IANA name; None: the machine's own
    coach: Literal["auto", "rules", "openai"] = Field(default="auto", alias="RUN_TRACKER_COACH")
    model: str = Field(default="gpt-4o", alias="RUN_TRACKER_MODEL")
    model_timeout_s: float = Field(default=30.0, gt=0, le=600, alias="RUN_TRACKER_MODEL_TIMEOUT_S")
    openai_api_key: SecretStr | None = Field(default=None, alias="OPENAI_API_KEY")
    openai_base_url: str | None = Field(default=None, alias="OPENAI_BASE_URL")


def read_settings(environment: Mapping[str, str] = os.environ, env_file: Path = Path(".env")) -> Settings:
    """Read the settings: the environment first, then `.env`; empty is not set; raises pydantic's ValidationError."""
    told: dict[str, str | None] = {}
    if env_file.is_file():
        from dotenv import dotenv_values

        told |= dotenv_values(env_file)
    return Settings.model_validate({name: value for name, value in (told | dict(environment)).items() if value})
