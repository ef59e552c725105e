"""What may differ between two machines, and nothing else; read once, by a door."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


def default_home() -> Path:
    """Return the platform's folder for this user's data."""
    from platformdirs import user_data_path

    return user_data_path("run-tracker")


class Settings(BaseSettings):
    """Settings from the environment and `.env`; secrets are SecretStr and never shown."""

    model_config = SettingsConfigDict(
        env_prefix="RUN_TRACKER_",
        env_file=".env",
        frozen=True,
        extra="ignore",
        populate_by_name=True,
    )

    home: Path = Field(default_factory=default_home)
    units: Literal["km", "miles"] = "km"
    time_zone: str | None = None  # IANA name; None: the machine's own zone
    coach: Literal["auto", "rules", "openai"] = "auto"
    model: str = "gpt-4o"
    model_timeout_s: float = Field(default=30.0, gt=0, le=600)
    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    openai_base_url: str | None = Field(default=None, validation_alias="OPENAI_BASE_URL")
