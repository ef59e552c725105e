"""The language-model coach, through the real SDK, against a server on loopback: whatever happens, training goes on."""

import json
from dataclasses import replace

import pytest

from run_tracker.coaching.guardrails import review
from run_tracker.coaching.library import menu
from run_tracker.coaching.openai_coach import SUCCESSORS, OpenAICoach
from run_tracker.coaching.prescribe import prescribe
from run_tracker.coaching.proposal import Attempt, Proposal, Prose
from run_tracker.coaching.prose import check_prose, sayable
from run_tracker.coaching.question import MOST_CHARACTERS, MOST_FINDINGS, schema
from tests.athlete_states import blank_state, high_mileage_state, novice_state, state
from tests.fake_openai import BEHAVIOURS, INJECTED, INPUT_TOKENS, OUTPUT_TOKENS, FakeOpenAI, well

KEY = "sk-test-0123456789"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """Loopback is reached directly on any machine."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


class LastResort:
    """A coach for when the model fails: an easy run, always."""

    name, tries = "rules", 1

    def propose(self, athlete, _):
        workout = next(workout for workout in reversed(menu(athlete)) if not workout.is_hard)
        prose = Prose(reason="Keep it calm.", follow_up=("Sleep well.",), closing="Enjoy it.")
        return Attempt(coach=self.name, proposal=Proposal(workout=workout, prose=prose))


def coach(base_url, **how):
    return OpenAICoach(**{"api_key": KEY, "base_url": base_url, "model": "gpt-4o", "timeout_s": 5.0} | how)


def asked(*behaviours, athlete=None, **how):
    """Ask the model and then the rules; return what came out and what the server was asked."""
    with FakeOpenAI(*behaviours) as server:
        given = prescribe(athlete or state(), [coach(server.base_url, **how), LastResort()])
    assert_safe(given)
    return given, server.requests


def assert_safe(given):
    """Whatever the server did, the outcome breaks no rule, holds no secret, and tells who was passed over and why."""
    assert review(given.proposal.workout, given.state) == ()
    assert check_prose(given.proposal.prose, given.state.facts.keys() | sayable(given.proposal.workout)) == ()
    assert given.coach in {"openai", "rules"}
    assert all(attempt.failure or attempt.findings for attempt in given.attempts[:-1])
    assert KEY not in repr(given)


FAILURES = {  # what a server does: how often it is asked, what the runner is told
    "nonsense": (1, "did not answer in the form"),
    "empty": (1, "did not answer in the form"),
    "silent": (1, "did not answer in the form"),
    "wrong_shape": (1, "did not answer in the form"),
    "extra_fields": (1, "did not answer in the form"),
    "no_follow_up": (1, "did not answer in the form"),
    "refusal": (1, "declined"),
    "content_filter": (1, "declined"),
    "cut_off": (1, "cut off"),
    "no_choices": (1, "empty answer"),
    "html": (1, "no answer. Check OPENAI_BASE_URL"),
    "other_json": (1, "no answer. Check OPENAI_BASE_URL"),
    "dropped": (1, "cannot be reached, or hung up"),
    "half": (1, "cannot be reached, or hung up"),
    "bad_request": (1, "does not accept the question for gpt-4o"),
    "unauthorized": (1, "refused the key. Check OPENAI_API_KEY"),
    "forbidden": (1, "may not use gpt-4o"),
    "wrong_address": (1, "no model to be asked at this address"),
    "no_model": (3, "None of the models gpt-4o, gpt-6-luna, gpt-6.1-terra"),
    "rate": (1, "too many requests just now. Try again in 20 seconds."),
    "rate_by_date": (1, "too many requests just now. Try again in a minute."),
    "quota": (1, "no credit left"),
    "fault": (1, "a fault of its own (status 500)"),
    "overloaded": (1, "a fault of its own (status 503)"),
}
FINDINGS = {  # what a model answers: the rule it breaks
    "digits": "prose",
    "number_words": "prose",
    "unknown_placeholder": "prose",
    "obedient": "prose",
    "unknown_workout": "menu",
}


@pytest.mark.parametrize(("behaviour", "told"), FAILURES.items(), ids=FAILURES.keys())
def test_a_failure_is_told_in_plain_words_and_the_rules_decide(behaviour, told):
    times, reason = told
    given, requests = asked(behaviour)
    assert len(requests) == times
    assert [attempt.coach for attempt in given.attempts] == ["openai", "rules"]
    assert reason in given.attempts[0].failure
    assert given.attempts[0].failure.endswith(".")


@pytest.mark.parametrize(("behaviour", "rule"), FINDINGS.items(), ids=FINDINGS.keys())
def test_an_answer_that_breaks_a_rule_is_tried_once_more_and_no_more(behaviour, rule):
    given, requests = asked(behaviour)
    assert len(requests) == 2
    assert [attempt.coach for attempt in given.attempts] == ["openai", "openai", "rules"]
    assert {finding.rule for attempt in given.attempts[:2] for finding in attempt.findings} == {rule}
    assert [len(attempt.exchanges) for attempt in given.attempts] == [1, 1, 0]


def test_everything_the_server_can_do_is_tested():
    helpful = {"well", "fenced", "successor", "second_successor"}
    assert FAILURES.keys() | FINDINGS.keys() | helpful | {"slow"} == BEHAVIOURS.keys()


def test_a_good_answer_decides():
    given, requests = asked("well")
    assert (given.coach, given.proposal.workout.id, len(requests)) == ("openai", "easy", 1)
    assert given.proposal.prose.closing == "Enjoy it!"
    assert given.attempts[0].note is None


@pytest.mark.parametrize("athlete", [novice_state(), high_mileage_state(), blank_state(last_7_days__distance=0)])
def test_every_kind_of_runner_can_ask_a_model(athlete):
    given, _ = asked("well", athlete=athlete)
    assert given.coach == "openai"


def test_an_answer_amid_other_text_is_found():
    given, _ = asked("fenced")
    assert given.coach == "openai"


def test_tokens_and_cost_are_recorded():
    given, requests = asked("well")
    (exchange,) = given.attempts[0].exchanges
    assert (exchange.model, exchange.input_tokens, exchange.output_tokens) == ("gpt-4o", INPUT_TOKENS, OUTPUT_TOKENS)
    assert exchange.cost_usd == pytest.approx((INPUT_TOKENS * 2.50 + OUTPUT_TOKENS * 10.00) / 1e6)
    assert all(message["content"] in exchange.prompt for message in requests[0].body["messages"])
    assert json.loads(exchange.answer)["workout"] == "easy"


@pytest.mark.parametrize("behaviour", ["html", "refusal", "cut_off", "wrong_shape", "digits"])
def test_an_answer_that_is_of_no_use_is_recorded_as_well(behaviour):
    given, _ = asked(behaviour)
    assert given.attempts[0].exchanges[0].answer


def test_without_a_word_on_tokens_the_cost_is_not_known():
    given, _ = asked("no_choices")
    assert given.attempts[0].exchanges[0].cost_usd is None


def test_a_retry_carries_the_findings_and_the_last_answer_as_data():
    given, requests = asked("obedient", "well")
    assert given.coach == "openai"
    first, second = (request.body["messages"][-1]["content"] for request in requests)
    assert "turned down" not in first
    for finding in given.attempts[0].findings[:MOST_FINDINGS]:
        assert f"prose: {finding.says}" in second
    assert json.dumps(INJECTED)[1:-1] not in second  # quoted once more: every escape is escaped again
    assert json.dumps(json.dumps(INJECTED)[1:-1])[1:-1] in second
    assert "\x1b" not in second


def test_the_last_answer_about_one_runner_is_not_told_of_another():
    with FakeOpenAI("digits") as server:
        model = coach(server.base_url)
        turned_down = prescribe(state(), [model]).attempts[0].findings
        model.propose(state(), turned_down)
    assert "quoted" in server.requests[1].body["messages"][-1]["content"]
    assert "quoted" not in server.requests[2].body["messages"][-1]["content"]


def test_a_successor_answers_in_the_place_of_a_model_that_is_no_more():
    given, requests = asked("successor")
    assert len(requests) == 2
    assert given.attempts[0].exchanges[0].cost_usd == pytest.approx((INPUT_TOKENS * 0.10 + OUTPUT_TOKENS * 0.50) / 1e6)


def test_where_a_model_is_no_more_its_successors_are_asked_in_order_and_the_runner_is_told():
    given, requests = asked("second_successor")
    assert [request.body["model"] for request in requests] == ["gpt-4o", *SUCCESSORS]
    assert given.coach == "openai"
    assert "gpt-6.1-terra answered" in given.attempts[0].note
    assert given.attempts[0].exchanges[0].model == "gpt-6.1-terra"


def test_a_successor_that_was_configured_is_asked_first_and_once():
    given, requests = asked("no_model", model="gpt-6.1-terra")
    assert [request.body["model"] for request in requests] == ["gpt-6.1-terra", "gpt-6-luna"]
    assert "gpt-6.1-terra, gpt-6-luna" in given.attempts[0].failure


def test_what_is_sent_is_the_key_in_its_header_and_facts_and_nothing_else():
    _, (request,) = asked("well")
    assert request.path == "/v1/chat/completions"
    assert [name for name, value in request.headers.items() if KEY in value] == ["authorization"]
    assert KEY not in json.dumps(request.body)
    assert request.body.keys() == {"model", "messages", "max_completion_tokens", "response_format"}
    assert request.body["response_format"]["json_schema"]["strict"] is True
    sent = sum(len(message["content"]) for message in request.body["messages"]) + len(json.dumps(schema()))
    assert sent <= MOST_CHARACTERS


def test_which_activities_a_fact_comes_from_is_not_sent():
    athlete = state()
    fact = replace(athlete.facts["last_run.distance"], activities=("a1b2c3-of-somebody",))
    _, (request,) = asked("well", athlete=replace(athlete, facts=athlete.facts | {fact.id: fact}))
    assert "a1b2c3" not in json.dumps(request.body)


def test_a_server_of_ones_own_needs_no_key():
    given, requests = asked("well", api_key=None)
    assert given.coach == "openai"
    assert requests[0].headers["authorization"] == "Bearer none"


def test_a_key_that_a_server_echoes_is_not_kept():
    given, _ = asked(lambda request: replace(well(request), body=f"<pre>Bearer {KEY}</pre>".encode()))
    assert given.attempts[0].exchanges[0].answer == "<pre>Bearer [key]</pre>"


def test_a_slow_server_is_left_alone():
    given, _ = asked("slow", timeout_s=0.2)
    assert "did not answer within 0.2 seconds" in given.attempts[0].failure


def test_a_server_that_sends_for_ever_is_left_alone():
    ticks = iter(range(0, 1000, 6))
    given, _ = asked("well", clock=lambda: float(next(ticks)))
    assert "did not answer within 5 seconds" in given.attempts[0].failure


def test_a_server_that_sends_far_too_much_is_left_alone():
    given, _ = asked(lambda request: replace(well(request), body=b" " * 3_000_000))
    assert "far more than an answer" in given.attempts[0].failure


def test_where_nobody_listens_the_rules_decide():
    with FakeOpenAI() as server:
        nobody = server.base_url
    given = prescribe(state(), [coach(nobody), LastResort()])
    assert "cannot be reached" in given.attempts[0].failure
    assert given.coach == "rules"


def test_a_connection_that_is_not_trusted_is_not_used():
    with FakeOpenAI("well") as server:
        given = prescribe(state(), [coach(f"https://{server.address}/v1"), LastResort()])
    assert "not trusted" in given.attempts[0].failure
    assert server.requests == []


def test_a_key_with_a_line_break_at_its_end_is_meant_well():
    _, requests = asked("well", api_key=f"{KEY}\n")
    assert requests[0].headers["authorization"] == f"Bearer {KEY}"
