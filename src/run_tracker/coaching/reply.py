"""What a language model's server answered, read with suspicion: any server, any text, any shape."""

from typing import Annotated

from pydantic import BaseModel, Field, ValidationError

from run_tracker.coaching.question import Answer
from run_tracker.errors import CoachUnavailable

LONGEST_KEPT = 20_000  # characters of an answer that go into the record
MODEL_ADVICE = "Run it again, or set RUN_TRACKER_MODEL to another model."
SERVER_ADVICE = (
    "Check OPENAI_BASE_URL: it names a server that speaks OpenAI's chat completions and usually ends in /v1."
)

Count = Annotated[int, Field(ge=0)]


class Message(BaseModel):
    """What the model said, or why it would not."""

    content: str | None = None
    refusal: str | None = None


class Choice(BaseModel):
    """One of the answers; we ask for one only."""

    message: Message
    finish_reason: str | None = None


class Usage(BaseModel):
    """Tokens read and written, reasoning included."""

    prompt_tokens: Count = 0
    completion_tokens: Count = 0


class Completion(BaseModel):
    """A chat completion, as far as we use one; `strange` is what a server sent in its place."""

    choices: list[Choice]
    usage: Usage | None = None
    strange: str | None = None


def read_completion(body: bytes) -> Completion:
    """Read what a server sent; whatever is no chat completion is kept as it came."""
    try:
        return Completion.model_validate_json(body)
    except ValidationError:
        return Completion(choices=[], strange=body.decode(errors="replace"))


def said(completion: Completion) -> str:
    """Return the words of the answer for the record, be they a refusal or a stranger's."""
    messages = [choice.message for choice in completion.choices[:1]]
    words = [completion.strange, *(message.content or message.refusal for message in messages)]
    return "".join(filter(None, words))[:LONGEST_KEPT]


def read_answer(completion: Completion) -> Answer:
    """Return the model's answer, found also amid other text; raises CoachUnavailable where there is none."""
    if completion.strange is not None:
        raise CoachUnavailable(f"The model's server sent something that is no answer. {SERVER_ADVICE}")
    if not completion.choices:
        raise CoachUnavailable(f"The model sent an empty answer. {MODEL_ADVICE}")
    choice = completion.choices[0]
    if choice.message.refusal or choice.finish_reason == "content_filter":
        raise CoachUnavailable(f"The model declined to answer. {MODEL_ADVICE}")
    if choice.finish_reason == "length":
        raise CoachUnavailable(f"The model's answer was cut off before its end. {MODEL_ADVICE}")
    text = choice.message.content or ""
    try:
        answer = Answer.model_validate_json(text[text.find("{") : text.rfind("}") + 1])
    except ValidationError as error:
        raise CoachUnavailable(f"The model did not answer in the form it was asked for. {MODEL_ADVICE}") from error
    return _tidy(answer)


def _tidy(answer: Answer) -> Answer:
    """Return the answer with line breaks and typographic spaces made plain spaces."""
    return Answer(
        workout=answer.workout.strip(),
        reason=" ".join(answer.reason.split()),
        follow_up=[" ".join(line.split()) for line in answer.follow_up],
        closing=" ".join(answer.closing.split()),
    )
