"""What the language-model coach knows without asking anybody; the rest is in integration/test_language_model.py."""

import subprocess
import sys

import pytest

from run_tracker.coaching.openai_coach import OpenAICoach
from tests.athlete_states import state


def coach(api_key, base_url=None):
    return OpenAICoach(api_key=api_key, base_url=base_url, model="gpt-4o", timeout_s=1.0)


@pytest.mark.parametrize("key", [None, "", "  \n"])
def test_without_a_key_nobody_is_asked(key):
    attempt = coach(key).propose(state(), ())
    assert attempt.failure == (
        "No OpenAI key is set. Set OPENAI_API_KEY, or set RUN_TRACKER_COACH=rules to do without a model."
    )
    assert (attempt.coach, attempt.proposal, attempt.exchanges) == ("openai", None, ())


@pytest.mark.parametrize("key", ["sk-\u2026", "sk-a b", "sk-a\nb", "sk-\x1b"])
def test_a_key_that_cannot_be_one_is_told_and_not_repeated(key):
    failure = coach(key).propose(state(), ()).failure
    assert "OPENAI_API_KEY holds characters" in failure
    assert key not in failure


@pytest.mark.parametrize("address", ["127.0.0.1:1/v1", "nothing", "http://[::1", "http://127.0.0.1:99999999/v1"])
def test_an_address_that_is_none_is_told(address):
    assert "Check OPENAI_BASE_URL" in coach("sk-test", address).propose(state(), ()).failure


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:1"),
        ("HTTPS_PROXY", "nothing://127.0.0.1:1"),
        ("SSL_CERT_FILE", "there-is-no-such-file.pem"),
        ("SSL_CERT_FILE", __file__),
        ("OPENAI_ORG_ID", "\u2026"),
    ],
)
def test_a_machine_that_is_set_up_badly_is_told(name, value, monkeypatch):
    monkeypatch.setenv(name, value)
    failure = coach("sk-test", "https://127.0.0.1:1/v1").propose(state(), ()).failure
    assert "settings do not let a model be asked. Check HTTPS_PROXY" in failure


def test_the_sdk_is_not_loaded_before_a_model_is_asked():
    program = "import sys, run_tracker.coaching.openai_coach; sys.exit('openai' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
