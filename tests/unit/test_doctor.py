import sqlite3
from contextlib import closing

import pytest

from run_tracker.app import App
from run_tracker.doctor import examine, patient
from run_tracker.settings import Secret, Settings
from run_tracker.store.database import Database, FileRow, writing


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
    check = states()["History"]
    assert (check.state, check.found) == ("broken", "no database; 1 files archived")
    assert "import the same files again" in check.advice
    assert not (tmp_path / "home" / "athlete.db").exists()


def test_files_that_the_archive_lost_are_counted(states, tmp_path):
    (tmp_path / "home").mkdir()
    database = Database(tmp_path / "home" / "athlete.db", None)
    with database.transaction():
        database.add(FileRow(key="ab" * 32, name="a.fit", format="fit"))
    database.close()
    check = states()["History"]
    assert check.state == "broken"
    assert "1 missing from the archive" in check.found
    assert "newest of" not in check.found
    assert "original files" in check.advice


def test_a_newer_database_asks_for_a_newer_program(states, tmp_path):
    (tmp_path / "home").mkdir()
    with closing(sqlite3.connect(tmp_path / "home" / "athlete.db")) as connection:
        connection.execute("PRAGMA user_version = 99")
    check = states()["Database"]
    assert (check.state, check.advice) == ("broken", "Upgrade run-tracker-coach.")


def test_a_damaged_page_is_found(states, tmp_path):
    path = tmp_path / "home" / "athlete.db"
    path.parent.mkdir()
    Database(path, None).close()
    raw = bytearray(path.read_bytes())
    raw[4096:] = b"\xff" * (len(raw) - 4096)
    path.write_bytes(raw)
    assert (states()["Database"].state, states()["Database"].advice) == ("broken", "run-tracker rebuild")


def test_a_database_that_cannot_be_opened_is_not_called_damaged(states, tmp_path):
    (tmp_path / "home" / "athlete.db").mkdir(parents=True)
    assert "who owns" in states()["Database"].advice


def test_a_running_import_is_nothing_broken(states, tmp_path):
    with writing(tmp_path / "home"):
        check = states()["History"]
    assert check.state == "ok"
    assert "an import is running" in check.found
    assert states()["History"].state == "missing"


def test_a_home_that_is_a_file_is_told(states, tmp_path):
    (tmp_path / "home").write_bytes(b"")
    assert states()["Athlete's folder"].state == "broken"


def test_wrong_settings_are_told_and_the_rest_is_looked_at(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RUN_TRACKER_UNITS", "banana")
    monkeypatch.setenv("RUN_TRACKER_TIME_ZONE", "Nowhere/Land")
    with patient(tmp_path / "home") as (app, mistakes):
        checks = examine(app, mistakes)
    wrong = [check.found for check in checks if check.what == "Settings"]
    assert len(wrong) == 2
    assert "km or miles" in wrong[0]
    assert "Nowhere/Land" in wrong[1]
    assert "units: km" in checks[-1].found
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://me:word@host.example:8443/v1?k=word", "at https://host.example:8443/v1,"),
        ("me:word@host.example/v1", "no address"),
        ("http://[word", "no address"),
    ],
)
def test_a_password_in_a_server_s_address_is_not_shown(states, url, shown):
    found = states(openai_base_url=url)["Language model"].found
    assert shown in found
    assert "word" not in found


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
