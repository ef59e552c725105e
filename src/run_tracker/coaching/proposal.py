"""What passes between a coach, the guardrails and the runner."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from run_tracker.coaching.state import AthleteState
from run_tracker.workout import Workout


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """What a coach says, as templates: every number is a placeholder such as {last_7_days.distance}."""

    reason: str
    follow_up: tuple[str, ...]
    closing: str

    def templates(self) -> tuple[str, ...]:
        """Return every template in the order it is read."""
        return (self.reason, *self.follow_up, self.closing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a coach suggests, unreviewed."""

    workout: Workout
    prose: Prose


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number on its way to be shown, in SI."""

    value: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A guardrail that a proposal breaks: what was seen, what would be allowed, and who says so."""

    rule: str  # "S1"; "prose" for the rules of provable prose; "menu" for a workout that is not on the menu
    says: str  # one sentence without numbers
    source: str
    seen: Quantity | None = None
    allowed: Quantity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One question to a language model and its answer, as sent and received."""

    model: str
    prompt: str
    answer: str
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None  # None where the price of the model is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What one coach answered once: a proposal, or why there is none, and the exchanges it took."""

    coach: str  # "rules", "openai"
    proposal: Proposal | None = None
    failure: str | None = None  # told to the runner
    exchanges: tuple[Exchange, ...] = ()
    findings: tuple[Finding, ...] = ()
    note: str | None = None  # told to the runner beside the proposal: another model than the configured one answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescription:
    """A proposal that broke no guardrail, with everything needed to replay the decision."""

    day: date
    coach: str
    state: AthleteState
    proposal: Proposal
    attempts: tuple[Attempt, ...]  # in the order they were made; the last one won


class Coach(Protocol):
    """Whoever can suggest today's workout."""

    name: str
    tries: int

    def propose(self, state: AthleteState, findings: Sequence[Finding]) -> Attempt:
        """Suggest a workout, knowing what was wrong with this coach's last suggestion."""
        ...
