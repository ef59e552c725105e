import os

import pytest

from run_tracker.errors import UsageMistake
from run_tracker.settings import Settings, read_settings, try_settings


def test_everything_has_a_default(tmp_path):
    settings = read_settings({}, tmp_path / ".env")
    assert (settings.units, settings.coach, settings.model, settings.openai_api_key) == ("km", "auto", "gpt-4o", None)
    assert settings.folder().name == "run-tracker"


def test_the_environment_wins_over_the_file_and_empty_is_not_set(tmp_path):
    (tmp_path / ".env").write_text(
        "RUN_TRACKER_UNITS=miles\nRUN_TRACKER_MODEL='other'\nOPENAI_API_KEY=\n", encoding="utf-8"
    )
    settings = read_settings({"RUN_TRACKER_MODEL": "mine", "RUN_TRACKER_COACH": ""}, tmp_path / ".env")
    assert (settings.units, settings.model, settings.coach, settings.openai_api_key) == ("miles", "mine", "auto", None)


def test_a_secret_is_not_shown():
    settings = read_settings({"OPENAI_API_KEY": "sk-very-secret"})
    assert "very-secret" not in f"{settings!r} {settings} {settings.openai_api_key}"
    assert settings.openai_api_key.reveal() == "sk-very-secret"


@pytest.mark.parametrize(
    "wrong",
    [
        {"RUN_TRACKER_UNITS": "furlongs"},
        {"RUN_TRACKER_MODEL_TIMEOUT_S": "-1"},
        {"RUN_TRACKER_MODEL_TIMEOUT_S": "soon"},
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused(wrong, tmp_path):
    with pytest.raises(UsageMistake, match=next(iter(wrong))):
        read_settings(wrong, tmp_path / ".env")


def test_settings_can_be_given_by_their_own_names(tmp_path):
    assert Settings(home=tmp_path).folder() == tmp_path


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("RUN_TRACKER_MODEL=\xe9".encode("latin-1"), "UTF-8"),
        (b"RUN_TRACKER_UNITS=km\n'no name\n", "line 2"),
    ],
)
def test_a_file_that_cannot_be_understood_is_named(tmp_path, raw, why):
    (tmp_path / ".env").write_bytes(raw)
    with pytest.raises(UsageMistake, match=why) as told:
        read_settings({}, tmp_path / ".env")
    assert str(tmp_path / ".env") in str(told.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path):
    (tmp_path / ".env").write_bytes(b"RUN_TRACKER_UNITS=km\n")
    (tmp_path / ".env").chmod(0)
    with pytest.raises(UsageMistake, match="chmod 600"):
        read_settings({}, tmp_path / ".env")


SERVER = "OPENAI_BASE_URL=http://elsewhere.example/v1\nRUN_TRACKER_UNITS=miles\n"


def test_a_server_named_in_the_file_never_gets_the_key_of_the_environment(tmp_path):
    (tmp_path / ".env").write_text(SERVER, encoding="utf-8")
    mine = {"OPENAI_API_KEY": "mine"}
    with pytest.raises(UsageMistake, match="put both in one place"):
        read_settings(mine, tmp_path / ".env")
    settings, mistakes = try_settings(mine, tmp_path / ".env")
    assert (settings.openai_base_url, settings.openai_api_key, len(mistakes)) == (None, None, 1)
    assert settings.units == "miles"
    (tmp_path / ".env").write_text(SERVER + "OPENAI_API_KEY=theirs\n", encoding="utf-8")
    assert read_settings(mine, tmp_path / ".env").openai_api_key.reveal() == "theirs"


def test_a_key_and_a_server_from_one_place_belong_together(tmp_path):
    (tmp_path / ".env").write_text(SERVER, encoding="utf-8")
    assert read_settings({}, tmp_path / ".env").openai_api_key is None
    both = {"OPENAI_API_KEY": "mine", "OPENAI_BASE_URL": "https://own.example/v1"}
    settings = read_settings(both, tmp_path / ".env")
    assert (settings.openai_base_url, settings.openai_api_key.reveal()) == ("https://own.example/v1", "mine")


def test_the_file_cannot_quote_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "mine")
    (tmp_path / ".env").write_text("OPENAI_BASE_URL=http://elsewhere.example/${OPENAI_API_KEY}\n", encoding="utf-8")
    assert "mine" not in read_settings({}, tmp_path / ".env").openai_base_url


def test_one_wrong_setting_leaves_the_others(tmp_path):
    settings, mistakes = try_settings({"RUN_TRACKER_UNITS": "banana", "RUN_TRACKER_COACH": "rules"}, tmp_path / ".env")
    assert (settings.units, settings.coach) == ("km", "rules")
    assert "RUN_TRACKER_UNITS" in mistakes[0]
