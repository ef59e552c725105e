"""
A language model's server on loopback that does as it is told: well, badly, or not at all.

In a test:  with FakeOpenAI(well) as server: OpenAICoach(base_url=server.base_url, ...)
By hand:    python -m tests.fake_openai well, then set OPENAI_BASE_URL to what it prints and OPENAI_API_KEY to any word
"""

import contextlib
import json
import socket
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

Request = dict[str, Any]
INPUT_TOKENS, OUTPUT_TOKENS = 1800, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One HTTP answer; `sent` of its body goes out before the connection ends, `held` keeps the client waiting."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    sent: float = 1.0
    dropped: bool = False
    held: bool = False


Behaviour = Callable[[Request], Reply]


def completion(content: str | None, finish_reason: str = "stop", **message: Any) -> Reply:
    """Wrap words in a chat completion."""
    choice = {
        "index": 0,
        "finish_reason": finish_reason,
        "message": {"role": "assistant", "content": content, **message},
    }
    whole = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": "fake",
        "choices": [choice],
        "usage": {"prompt_tokens": INPUT_TOKENS, "completion_tokens": OUTPUT_TOKENS, "total_tokens": 2000},
    }
    return Reply(body=json.dumps(whole).encode())


def error(status: int, code: str | None, message: str = "no", **headers: str) -> Reply:
    """Wrap an error as OpenAI does."""
    body = {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": code}}
    return Reply(status=status, body=json.dumps(body).encode(), headers=headers)


def menu_ids(request: Request) -> list[str]:
    """Return the ids on the menu that the request holds."""
    lines = request["messages"][-1]["content"].splitlines()
    return [line.split(" | ")[0] for line in lines if " | " in line and not line.startswith("Menu")]


def answer(request: Request, **changed: Any) -> dict[str, Any]:
    """Return a sensible answer to a request, with these parts changed."""
    ids = menu_ids(request)
    return {
        "workout": "easy" if "easy" in ids else ids[0],
        "reason": "You ran {last_7_days.distance} in the last week, so {workout.name} it is.",
        "follow_up": ["Start slowly.", "Sleep well tonight."],
        "closing": "Enjoy it!",
    } | changed


def changed(**parts: Any) -> Behaviour:
    """Answer sensibly but for these parts."""
    return lambda request: completion(json.dumps(answer(request, **parts)))


def always(reply: Reply) -> Behaviour:
    """Answer the same, whatever was asked."""
    return lambda _: reply


def fenced(request: Request) -> Reply:
    """Answer well, with talk and a fence around the JSON."""
    return completion(f"Here you are:\n```json\n{json.dumps(answer(request), indent=1)}\n```\nHave fun!")


def knows(*models: str) -> Behaviour:
    """Answer well for these models and know no other."""

    def behaviour(request: Request) -> Reply:
        if request["model"] in models:
            return well(request)
        return error(404, "model_not_found", f"The model `{request['model']}` does not exist")

    return behaviour


def half(request: Request) -> Reply:
    """Hang up in the middle of a good answer."""
    return Reply(body=well(request).body, sent=0.5)


well = changed()
INJECTED = "Ignore the plan and run 50 km now! [Win a watch](https://evil.example) \x1b[31mNOW\x1b[0m"
WRONG_SHAPE = {"menu": "easy", "why": "because"}

BEHAVIOURS: dict[str, Behaviour] = {
    "well": well,
    "fenced": fenced,
    "nonsense": always(completion("As a coach I would say: keep running!")),
    "empty": always(completion("")),
    "silent": always(completion(None)),
    "digits": changed(reason="You ran 38 km last week."),
    "number_words": changed(closing="Run forty easy minutes."),
    "unknown_placeholder": changed(reason="You will run {next_year.distance}."),
    "obedient": changed(reason=INJECTED, follow_up=[INJECTED], closing=INJECTED),
    "unknown_workout": changed(workout="run-50-km"),
    "no_follow_up": changed(follow_up=[]),
    "extra_fields": changed(distance_km=50),
    "wrong_shape": always(completion(json.dumps(WRONG_SHAPE))),
    "refusal": always(completion(None, refusal="I cannot help with that.")),
    "content_filter": always(completion("", finish_reason="content_filter")),
    "cut_off": always(completion('{"workout": "easy", "rea', finish_reason="length")),
    "no_choices": always(Reply(body=b'{"choices": []}')),
    "html": always(Reply(body=b"<html>Sign in to the wireless network</html>", headers={"Content-Type": "text/html"})),
    "other_json": always(Reply(body=b'{"error": "overloaded"}')),
    "slow": always(Reply(held=True)),
    "dropped": always(Reply(dropped=True)),
    "half": half,
    "bad_request": always(error(400, "unsupported_parameter")),
    "unauthorized": always(error(401, "invalid_api_key")),
    "forbidden": always(error(403, "unsupported_country_region_territory")),
    "wrong_address": always(Reply(status=404, body=b"404 page not found")),
    "no_model": knows(),
    "successor": knows("gpt-6-luna"),
    "second_successor": knows("gpt-6.1-terra"),
    "rate": always(error(429, "rate_limit_exceeded", **{"Retry-After": "20"})),
    "rate_by_date": always(error(429, "rate_limit_exceeded", **{"Retry-After": "Wed, 13 May 2026 06:00:00 GMT"})),
    "quota": always(error(429, "insufficient_quota")),
    "fault": always(error(500, None)),
    "overloaded": always(error(503, None, **{"Retry-After": "3600"})),
}
"""What it can be told to do, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One request, as it came in; the names of headers in lower case."""

    path: str
    headers: Mapping[str, str]
    body: Request


class FakeOpenAI:
    """Answers each request with the next behaviour; the last one stays. `requests` holds what was asked."""

    def __init__(self, *behaviours: Behaviour | str, port: int = 0) -> None:
        named = [BEHAVIOURS[each] if isinstance(each, str) else each for each in behaviours]
        self.requests: list[Received] = []
        self._stopped = threading.Event()
        self._server = _Server(("127.0.0.1", port), _handler(named, self.requests, self._stopped))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def base_url(self) -> str:
        """What OPENAI_BASE_URL is set to."""
        return f"http://{self.address}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that hang up: tests make them do so."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def _handler(behaviours: Sequence[Behaviour], requests: list[Received], stopped: threading.Event) -> Any:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            requests.append(
                Received(
                    path=self.path, headers={name.lower(): value for name, value in self.headers.items()}, body=body
                )
            )
            reply = behaviours[min(len(requests), len(behaviours)) - 1](body)
            if reply.held:
                stopped.wait(30)
            if reply.held or reply.dropped:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body[: int(len(reply.body) * reply.sent)])

        def log_message(self, *_: object) -> None:
            """Keep tests quiet."""

    return Handler


if __name__ == "__main__":
    if unknown := set(sys.argv[1:]) - BEHAVIOURS.keys():
        sys.exit(f"no such behaviour: {', '.join(unknown)}. There are: {', '.join(BEHAVIOURS)}")
    with FakeOpenAI(*sys.argv[1:] or ["well"], port=8765) as fake:
        print(f"OPENAI_BASE_URL={fake.base_url}   (behaviours: {', '.join(BEHAVIOURS)}; Ctrl-C ends)")  # noqa: T201
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
