"""
What a language model is asked: the rules of the game, the facts of the day, the menu, and what was wrong before.

Only ids, numbers and our own words go in. What the runner called an activity is not on the state, so it cannot.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import accumulate
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from run_tracker.coaching.proposal import Finding
from run_tracker.coaching.state import AthleteState
from run_tracker.model import Fact
from run_tracker.workout import Workout

MOST_CHARACTERS = 7100
"""Of everything sent, the schema included: below 2,500 tokens, at 2.9 characters a token for the worst of texts."""
THREE_DIGITS = 100
FACTS_HEADING = "\nFacts (id = value unit; weekday 0 is Monday):"
MENU_HEADING = "\nMenu (id | name | kind | distance in m | duration in s | hard or not):"
MOST_FINDINGS, LONGEST_FINDING, LONGEST_QUOTE = 8, 160, 700

BACKGROUND = frozenset({"last_365_days", "history", "fitness", "other_sports", "last_30_days", "baseline_week"})
"""Groups of facts that today's choice rests on least; the guardrails know them anyway."""


class Answer(BaseModel):
    """What a model may answer; the schema is all the freedom it has."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    workout: str
    reason: str
    follow_up: Annotated[list[str], Field(min_length=1, max_length=4)]
    closing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question, as it is sent."""

    system: str
    user: str

    @property
    def text(self) -> str:
        """Everything a model reads, for the record."""
        return f"{self.system}\n\n{self.user}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A line that may have to stay out: the higher the rank, the sooner."""

    rank: int
    text: str


def schema() -> dict[str, Any]:
    """Return the strict JSON schema of an answer."""
    whole = Answer.model_json_schema()
    properties = {
        name: {key: part[key] for key in part if key != "title"} for name, part in whole["properties"].items()
    }
    return {key: whole[key] for key in ("type", "required", "additionalProperties")} | {"properties": properties}


def question(
    state: AthleteState,
    menu: Sequence[Workout],
    findings: Sequence[Finding] = (),
    last_answer: str | None = None,
) -> Question:
    """Return the question of the day, within MOST_CHARACTERS whatever the state holds."""
    system = (files(__package__) / "prompt.txt").read_text("utf-8").strip()
    today = f"Today is {state.day:%A}."
    facts = [_fact(fact) for fact in state.facts.values()]
    lines = facts + [_dish(workout) for workout in menu]
    retry = list(_retry(findings, last_answer))
    spent = sum(len(text) + 1 for text in (system, today, FACTS_HEADING, MENU_HEADING, json.dumps(schema()), *retry))
    kept = _kept(lines, MOST_CHARACTERS - spent)
    told = [lines[place].text for place in kept]
    split = sum(place < len(facts) for place in kept)
    user = "\n".join([today, FACTS_HEADING, *told[:split], MENU_HEADING, *told[split:], *retry])
    return Question(system=system, user=user)


def _fact(fact: Fact) -> _Line:
    rank = 2 if fact.id.partition(".")[0] in BACKGROUND else 0
    return _Line(rank=rank, text=f"{fact.id} = {_number(fact.value)} {fact.unit}")


def _dish(workout: Workout) -> _Line:
    """Return one line of the menu; of a workout in several doses the usual one stays longest."""
    rank = 3 if workout.id.endswith("-long") else 1 if workout.id.endswith("-short") else 0
    hard = "hard" if workout.is_hard else "-"
    cells = (
        workout.id,
        workout.name,
        workout.kind.value,
        f"{workout.distance_m:.0f}",
        f"{workout.duration_s:.0f}",
        hard,
    )
    return _Line(rank=rank, text=" | ".join(cells))


def _retry(findings: Sequence[Finding], last_answer: str | None) -> Iterator[str]:
    """Yield what the model has to know of its last answer, quoted and cut as any text from outside."""
    if not findings:
        return
    if last_answer is not None:
        yield f"Your last answer, quoted: {json.dumps(last_answer)[:LONGEST_QUOTE]}"
    yield "It was turned down. Answer again without these faults:"
    yield from (f"- {_told(finding)}"[:LONGEST_FINDING] for finding in findings[:MOST_FINDINGS])


def _told(finding: Finding) -> str:
    sizes = {"seen": finding.seen, "allowed": finding.allowed}
    told = ", ".join(f"{name} {_number(size.value)} {size.unit}" for name, size in sizes.items() if size is not None)
    return f"{finding.rule}: {finding.says}" + (f" ({told})" if told else "")


def _number(value: float) -> str:
    """Return a number with three digits or all before the point: 38000, 2.55, 4."""
    return f"{value:.0f}" if abs(value) >= THREE_DIGITS else f"{value:.3g}"


def _kept(lines: Sequence[_Line], characters: int) -> list[int]:
    """Return the places of the lines that fit, in order; those of low rank are let in first."""
    ranked = sorted(range(len(lines)), key=lambda place: lines[place].rank)
    used = accumulate(len(lines[place].text) + 1 for place in ranked)
    return sorted(place for place, total in zip(ranked, used, strict=True) if total <= characters)
