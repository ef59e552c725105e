import pytest

from run_tracker.app import App
from run_tracker.doctor import examine
from run_tracker.settings import Secret, Settings


@pytest.fixture
def states(tmp_path, monkeypatch):
    """Return what the doctor says of an athlete's folder, by subject, from an empty working directory."""
    monkeypatch.chdir(tmp_path)
    opened = []

    def ask(**settings):
        app = App(Settings(home=tmp_path / "home", **settings), None)
        opened.append(app)
        return {check.what: check for check in examine(app)}

    yield ask
    for app in opened:
        app.close()


def test_a_new_machine_misses_things_and_nothing_is_broken(states):
    found = states()
    assert {check.state for check in found.values()} == {"ok", "missing"}
    assert "run-tracker import" in found["Athlete's folder"].advice


def test_an_empty_folder_says_what_to_import(states, tmp_path):
    (tmp_path / "home").mkdir()
    assert "export's zip" in states()["History"].advice


def test_a_database_that_is_none_is_broken_and_can_be_rebuilt(states, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "athlete.db").write_bytes(b"no database" * 500)
    assert (states()["Database"].state, states()["Database"].advice) == ("broken", "run-tracker rebuild")


def test_files_that_the_database_does_not_know_are_found(states, tmp_path):
    folder = tmp_path / "home" / "archive" / "objects" / "ab"
    folder.mkdir(parents=True)
    (folder / ("ab" * 32)).write_bytes(b"a recording")
    assert (states()["History"].state, states()["History"].advice) == ("broken", "run-tracker rebuild")


@pytest.mark.parametrize(("mode", "state"), [(0o600, "ok"), (0o644, "broken")])
def test_a_settings_file_others_can_read_is_told(states, tmp_path, mode, state):
    (tmp_path / ".env").write_text("OPENAI_API_KEY=x\n", encoding="utf-8")
    (tmp_path / ".env").chmod(mode)
    assert states()["Settings file"].state == state


def test_a_model_is_named_and_its_key_is_not(states):
    check = states(openai_api_key=Secret("sk-very-secret"), model="mine")["Language model"]
    assert check.state == "ok"
    assert "mine at OpenAI, a key is set" in check.found
    assert "secret" not in check.found
    own = states(openai_base_url="http://127.0.0.1:11434/v1")["Language model"]
    assert "http://127.0.0.1:11434/v1, no key" in own.found
