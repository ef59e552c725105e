"""`run-tracker today` with a language model on loopback: good or bad, the runner gets a safe workout and the reason."""

import json

import pytest

from tests.command import run
from tests.fake_openai import INPUT_TOKENS, OUTPUT_TOKENS, FakeOpenAI

DAY = "2026-11-22"
KEY = "sk-test-0123456789"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model") / "home"
    run("demo", "--into", folder, "--date", DAY, "--days", "120")
    return folder


def today(home, server, *arguments, **more):
    told = {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": KEY, "NO_PROXY": "127.0.0.1"} | more
    done = run("today", "--date", DAY, *arguments, home=home, **told)
    assert KEY not in done.stdout + done.stderr
    return done.stdout


def test_a_good_answer_is_shown_with_its_cost(home):
    with FakeOpenAI("well") as server:
        out = today(home, server)
    assert "Decided by gpt-4o, reviewed by the safety rules." in out
    assert f"({INPUT_TOKENS} tokens in, {OUTPUT_TOKENS} out, $" in out
    assert "{" not in out


def test_a_good_answer_in_json_tells_tokens_and_attempts(home):
    with FakeOpenAI("digits", "well") as server:
        told = json.loads(today(home, server, "--json"))
    assert (told["coach"], told["model"]) == ("openai", "gpt-4o")
    assert told["input_tokens"] == 2 * INPUT_TOKENS
    assert told["cost_usd"] > 0
    assert [bool(attempt["findings"]) for attempt in told["attempts"]] == [True, False]


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("nonsense", "did not answer in the form"),
        ("digits", "was turned down: The reason holds a digit"),
        ("obedient", "was turned down: The reason"),
        ("unknown_workout", "was turned down: "),
        ("unauthorized", "Check OPENAI_API_KEY"),
        ("rate", "Try again in 20 seconds"),
        ("no_model", "None of the models"),
        ("slow", "allow it more time"),
    ],
)
def test_whatever_the_model_does_the_rules_answer_and_the_reason_is_told(home, behaviour, reason):
    with FakeOpenAI(behaviour) as server:
        out = today(home, server, RUN_TRACKER_MODEL_TIMEOUT_S="1")
    assert reason in out
    assert "Decided by the rule coach" in out
    assert "**Workout: " in out
    assert "50 km" not in out


def test_the_key_is_read_from_env_file_and_rules_never_ask(home, tmp_path):
    with FakeOpenAI("well") as server:
        (tmp_path / ".env").write_text(f"OPENAI_API_KEY={KEY}\nOPENAI_BASE_URL={server.base_url}\n", encoding="utf-8")
        asked = run("today", "--date", DAY, home=home, cwd=tmp_path, NO_PROXY="127.0.0.1")
        before = len(server.requests)
        run("today", "--date", DAY, "--coach", "rules", home=home, cwd=tmp_path)
        assert len(server.requests) == before == 1
    assert "Decided by gpt-4o" in asked.stdout
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


def test_a_model_that_is_asked_for_without_a_key_is_told(home):
    out = run("today", "--date", DAY, "--coach", "openai", home=home).stdout
    assert "OPENAI_API_KEY" in out
    assert "Decided by the rule coach" in out


def test_every_exchange_is_kept_with_the_prescription(home):
    with FakeOpenAI("well") as server:
        today(home, server)
    records = [json.loads(path.read_text()) for path in (home / "archive" / "records").glob("*prescription*.json")]
    exchanges = [one for record in records for attempt in record["body"]["attempts"] for one in attempt["exchanges"]]
    assert exchanges
    assert all(one["prompt"] and one["answer"] for one in exchanges)
    assert KEY not in json.dumps(records)
