import pytest

from run_tracker.errors import UsageMistake
from run_tracker.settings import Settings, read_settings


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
