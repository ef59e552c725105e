"""The language-model coach: it picks from the menu and finds the words; code does the rest."""

import re
from collections.abc import Callable, Sequence
from time import monotonic
from typing import TYPE_CHECKING

from run_tracker.coaching.library import menu
from run_tracker.coaching.prices import cost_usd
from run_tracker.coaching.proposal import Attempt, Exchange, Finding, Proposal, Prose
from run_tracker.coaching.question import Answer, Question, question, schema
from run_tracker.coaching.reply import SERVER_ADVICE, Completion, Usage, read_answer, read_completion, said
from run_tracker.coaching.state import AthleteState
from run_tracker.errors import CoachUnavailable
from run_tracker.workout import Workout

if TYPE_CHECKING:
    import openai

OPENAI_URL = "https://api.openai.com/v1"
SUCCESSORS = ("gpt-6-luna", "gpt-6.1-terra")
"""Asked in this order where the configured model is not to be had: gpt-4o is to be shut down on 2027-01-14."""
MOST_TOKENS = 4000  # of an answer, thinking included; an answer itself takes about 250
LARGEST_BODY = 1_000_000  # bytes
CONNECT_S = 5.0
NO_KEY = "No OpenAI key is set. Set OPENAI_API_KEY, or set RUN_TRACKER_COACH=rules to do without a model."
BAD_KEY = "OPENAI_API_KEY holds characters that no key has. Copy the key again, without spaces or line breaks."
TIME_ADVICE = "Try again, or allow it more time with RUN_TRACKER_MODEL_TIMEOUT_S."
BAD_SETTINGS = (
    "This machine's settings do not let a model be asked. "
    "Check HTTPS_PROXY, ALL_PROXY, SSL_CERT_FILE, RUN_TRACKER_MODEL and whatever begins with OPENAI_."
)
OFF_MENU = Finding(rule="menu", says="The workout is not on the menu of the day.", source="decisions/0003")


class OpenAICoach:
    """Asks a model at OpenAI, or at any server that speaks chat completions, such as Ollama or llama.cpp."""

    name = "openai"
    tries = 2

    def __init__(
        self,
        *,
        api_key: str | None,
        base_url: str | None,
        model: str,
        timeout_s: float,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._api_key = (api_key or "").strip()
        self._base_url = base_url or ""
        self._models = tuple(dict.fromkeys((model, *SUCCESSORS)))
        self._timeout_s = timeout_s
        self._clock = clock
        self._said: tuple[AthleteState, str] | None = None  # the last answer, and about whom

    def propose(self, state: AthleteState, findings: Sequence[Finding]) -> Attempt:
        """Ask the model once; whatever goes wrong becomes a failure that says what to do next."""
        dishes = {workout.id: workout for workout in menu(state)}
        last_answer = self._said[1] if self._said and self._said[0] is state else None
        asked = question(state, tuple(dishes.values()), findings, last_answer)
        exchanges: list[Exchange] = []
        try:
            model, body = self._asked(asked)
            completion = read_completion(body)
            exchanges.append(self._exchange(model, asked, completion))
            self._said = (state, exchanges[-1].answer)
            answer = read_answer(completion)
        except CoachUnavailable as error:
            return Attempt(coach=self.name, failure=error.reason, exchanges=tuple(exchanges))
        workout = dishes.get(answer.workout)
        return Attempt(
            coach=self.name,
            proposal=None if workout is None else _proposal(workout, answer),
            findings=(OFF_MENU,) if workout is None else (),
            exchanges=tuple(exchanges),
            note=self._note(model),
        )

    def _asked(self, asked: Question) -> tuple[str, bytes]:
        """Return the first model that exists and what it sent; raises CoachUnavailable."""
        if not (self._api_key or self._base_url):
            raise CoachUnavailable(NO_KEY)
        if not (self._api_key.isascii() and self._api_key.isprintable()) or " " in self._api_key:
            raise CoachUnavailable(BAD_KEY)
        import httpx2  # the SDK's transport, whose errors it hands on while a body is read
        import openai

        try:
            with openai.OpenAI(
                api_key=self._api_key or "none",  # a server of one's own may need none, the SDK does
                base_url=self._base_url or OPENAI_URL,
                timeout=openai.Timeout(self._timeout_s, connect=min(CONNECT_S, self._timeout_s)),
                max_retries=0,  # who cannot answer at once is passed over: the next coach can
            ) as client:
                return self._first_known(client, asked)
        except openai.APIStatusError as error:
            raise CoachUnavailable(_refused(error, self._models[0])) from error
        except (openai.APITimeoutError, httpx2.TimeoutException, TimeoutError) as error:
            raise CoachUnavailable(
                f"The model did not answer within {self._timeout_s:g} seconds. {TIME_ADVICE}"
            ) from error
        except (openai.OpenAIError, httpx2.RequestError, httpx2.InvalidURL) as error:
            raise CoachUnavailable(_unreachable(error)) from error
        except (
            ImportError,
            OSError,
            ValueError,
        ) as error:  # what the transport makes of a proxy or a file it cannot use
            raise CoachUnavailable(BAD_SETTINGS) from error

    def _first_known(self, client: "openai.OpenAI", asked: Question) -> tuple[str, bytes]:
        """Return the first model that the server knows and its answer; any other error goes up at once."""
        import openai

        for model in self._models:
            try:
                return model, self._body(client, model, asked)
            except openai.APIStatusError as error:
                if not _is_unknown_model(error):
                    raise
        raise CoachUnavailable(
            f"None of the models {', '.join(self._models)} is to be had with this key. "
            "Set RUN_TRACKER_MODEL to one that is."
        )

    def _body(self, client: "openai.OpenAI", model: str, asked: Question) -> bytes:
        """Return the body of the answer, read within the time and size that are allowed."""
        deadline = self._clock() + self._timeout_s
        with client.chat.completions.with_streaming_response.create(
            model=model,
            messages=[{"role": "system", "content": asked.system}, {"role": "user", "content": asked.user}],
            max_completion_tokens=MOST_TOKENS,  # the one limit that models with and without reasoning accept
            response_format={
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": True, "schema": schema()},
            },
        ) as response:
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > LARGEST_BODY:
                    raise CoachUnavailable(f"The model's server sent far more than an answer. {SERVER_ADVICE}")
                if self._clock() > deadline:
                    raise TimeoutError
            return bytes(body)

    def _exchange(self, model: str, asked: Question, completion: Completion) -> Exchange:
        """Return the record of a question and its answer; a key that a server echoes does not get into it."""
        answer, usage = said(completion), completion.usage or Usage()
        return Exchange(
            model=model,
            prompt=asked.text,
            answer=answer.replace(self._api_key, "[key]") if self._api_key else answer,
            input_tokens=usage.prompt_tokens,
            output_tokens=usage.completion_tokens,
            cost_usd=cost_usd(model, usage.prompt_tokens, usage.completion_tokens) if completion.usage else None,
        )

    def _note(self, model: str) -> str | None:
        """Return what the runner should know where another model answered than the configured one."""
        if model == self._models[0]:
            return None
        return f"{self._models[0]} is not to be had with this key, so {model} answered. Set RUN_TRACKER_MODEL={model}."


def _proposal(workout: Workout, answer: Answer) -> Proposal:
    prose = Prose(reason=answer.reason, follow_up=tuple(answer.follow_up), closing=answer.closing)
    return Proposal(workout=workout, prose=prose)


def _is_unknown_model(error: "openai.APIStatusError") -> bool:
    """Tell whether a server does not know the model, or does not let this key have it."""
    unknown_status = 404
    return error.code == "model_not_found" or (error.status_code == unknown_status and "model" in error.message.lower())


def _refused(error: "openai.APIStatusError", model: str) -> str:
    """Return in plain words why the server did not answer; none of its own words, which may hold anything."""
    told = {
        400: f"The model's server does not accept the question for {model}. Set RUN_TRACKER_MODEL to another model.",
        401: "The model's server refused the key. Check OPENAI_API_KEY, or make a new key.",
        403: f"This key may not use {model}. Allow it in the key's project, or set RUN_TRACKER_MODEL to another model.",
        404: f"There is no model to be asked at this address. {SERVER_ADVICE}",
        429: f"The model's server has too many requests just now. Try again {_later(error)}.",
    }
    if error.code == "insufficient_quota":
        return "The account of the OpenAI key has no credit left. Add credit, or set RUN_TRACKER_COACH=rules."
    fault = f"The model's server has a fault of its own (status {error.status_code}). Try again later."
    return told.get(error.status_code, fault)


def _later(error: "openai.APIStatusError") -> str:
    """Return when a server wants to be asked again, where it says so in seconds."""
    seconds = error.response.headers.get("retry-after", "")
    return f"in {int(seconds)} seconds" if re.fullmatch(r"[0-9]{1,5}", seconds) else "in a minute"


def _unreachable(error: BaseException) -> str:
    """Return in plain words why there was no answer at all."""
    import ssl

    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return (
                "The connection to the model's server is not trusted. "
                "Check this machine's date, and the certificate of any proxy (SSL_CERT_FILE)."
            )
        cause = cause.__cause__ or cause.__context__
    return f"The model's server cannot be reached, or hung up. Check the network and try again. {SERVER_ADVICE}"
