"""Whatever a server sends becomes an answer or a reason, never a crash."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from run_tracker.coaching.question import Answer
from run_tracker.coaching.reply import LONGEST_KEPT, read_answer, read_completion, said
from run_tracker.errors import CoachUnavailable

ANSWER = {"workout": "easy", "reason": "Easy fits.", "follow_up": ["Sleep well."], "closing": "Enjoy it."}


def completion(content, finish_reason="stop", **message):
    choice = {"message": {"content": content, **message}, "finish_reason": finish_reason}
    return read_completion(json.dumps({"choices": [choice]}).encode())


def test_an_answer_is_read():
    assert read_answer(completion(json.dumps(ANSWER))) == Answer(**ANSWER)


@pytest.mark.parametrize("around", ["{}", "Sure!\n{}\nBye.", "```json\n{}\n```", "<think>easy?</think>{}"])
def test_an_answer_is_found_amid_other_text(around):
    assert read_answer(completion(around.replace("{}", json.dumps(ANSWER)))) == Answer(**ANSWER)


def test_line_breaks_and_typographic_spaces_become_plain_spaces():
    answer = read_answer(
        completion(json.dumps(ANSWER | {"reason": " Easy\n fits\u202fwell.\u00a0", "workout": " easy "}))
    )
    assert (answer.reason, answer.workout) == ("Easy fits well.", "easy")


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (completion(None, refusal="No."), "declined"),
        (completion("", finish_reason="content_filter"), "declined"),
        (completion(json.dumps(ANSWER), finish_reason="length"), "cut off"),
        (completion(None), "in the form"),
        (completion("} no {"), "in the form"),
        (completion("[1, 2]"), "in the form"),
        (completion(json.dumps(ANSWER | {"distance_m": 50_000})), "in the form"),
        (completion(json.dumps(ANSWER | {"follow_up": []})), "in the form"),
        (completion(json.dumps(ANSWER | {"follow_up": ["a"] * 5})), "in the form"),
        (completion(json.dumps(ANSWER | {"workout": 5})), "in the form"),
        (completion('{"a":' * 100_000), "in the form"),
        (read_completion(b'{"choices": []}'), "empty answer"),
        (read_completion(b"<html>"), "no answer"),
        (read_completion(b'{"choices": [{}]}'), "no answer"),
        (read_completion(b"[" * 100_000), "no answer"),
        (read_completion(b""), "no answer"),
        (read_completion(b"\xff\xfe"), "no answer"),
        (read_completion(b'{"choices": [], "usage": {"prompt_tokens": -5}}'), "no answer"),
    ],
)
def test_anything_else_becomes_a_reason_with_what_to_do_next(sent, reason):
    with pytest.raises(CoachUnavailable, match=reason) as caught:
        read_answer(sent)
    assert any(advice in caught.value.reason for advice in ("RUN_TRACKER_MODEL", "OPENAI_BASE_URL"))


def test_what_was_said_is_kept_for_the_record_whatever_it_is():
    assert said(completion("Hello.")) == "Hello."
    assert said(completion(None, refusal="No.")) == "No."
    assert said(completion(None)) == ""
    assert said(read_completion(b"<html>")) == "<html>"
    assert len(said(read_completion(b"x" * (LONGEST_KEPT + 1)))) == LONGEST_KEPT


@given(st.binary(max_size=200))
def test_no_bytes_crash_it(body):
    completion = read_completion(body)
    assert isinstance(said(completion), str)
    with pytest.raises(CoachUnavailable):
        read_answer(completion)
