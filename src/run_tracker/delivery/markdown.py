"""A prescription as Markdown: what a runner reads, on every screen."""

from run_tracker.coaching.proposal import Attempt, Exchange, Prescription
from run_tracker.delivery.prose import render
from run_tracker.delivery.text import Text, about
from run_tracker.workout import Repeat, Role, Step, Workout

COACHES = {"openai": "the language model", "rules": "the rule coach", "floor": "the last resort"}
ROLES = {Role.WARMUP: "Warm-up", Role.COOLDOWN: "Cool-down"}


def suggestion(prescription: Prescription, text: Text) -> str:
    """Return the workout and the reason for it: a sentence, the workout in bullets, the follow-up, a closing."""
    workout, prose = prescription.proposal.workout, prescription.proposal.prose
    values = text.values(prescription.state, workout)
    lines = [
        render(prose.reason, values),
        "",
        f"**Workout: {workout.name}**",
        *_workout(workout, text),
        "",
        "**Follow-up**:",
        *(f"- {render(template, values)}" for template in prose.follow_up),
        "",
        render(prose.closing, values),
    ]
    return "\n".join(lines)


def decided_by(prescription: Prescription, text: Text) -> str:
    """Return who decided, why nobody else did, and what it cost."""
    failures = dict.fromkeys(_why(attempt, text) for attempt in prescription.attempts[:-1])
    exchanges = [exchange for attempt in prescription.attempts for exchange in attempt.exchanges]
    who = (
        "the rule coach" if prescription.coach == "rules" else exchanges[-1].model if exchanges else prescription.coach
    )
    notes = [attempt.note for attempt in prescription.attempts[-1:] if attempt.note]
    told = [*failures, *notes, f"Decided by {who}, reviewed by the safety rules."]
    if any(exchange.input_tokens or exchange.output_tokens for exchange in exchanges):
        told.append(_cost(exchanges))
    return " ".join(told)


def _workout(workout: Workout, text: Text) -> list[str]:
    """Return the bullets that say what to do; a structured session lists its steps."""
    lines = [
        f"- **Distance**: {text.short_distance(workout.distance_m) if workout.is_run else 'no running today'}",
        f"- **Pace**: {text.paces(workout)}",
        f"- **Duration**: {'about ' + about(workout.duration_s) if workout.duration_s else 'none'}",
    ]
    if len(workout.steps) > 1:
        lines += ["- **Session**:", *(f"  - {_part(part, workout, text)}" for part in workout.steps)]
    return lines


def _part(part: Step | Repeat, workout: Workout, text: Text) -> str:
    name = ROLES.get(part.role) if isinstance(part, Step) else None
    told = text.part(part, workout.kind)
    return f"{name}: {told}" if name else told


def _why(attempt: Attempt, text: Text) -> str:
    """Return in a sentence why a coach was not followed: it failed, or the first thing that spoke against it."""
    if attempt.failure:
        return attempt.failure
    finding = attempt.findings[0]
    seen, allowed = (part and text.quantity(part.value, part.unit) for part in (finding.seen, finding.allowed))
    limit = f" ({seen}; the limit is {allowed})" if seen and allowed else ""
    return f"A suggestion of {COACHES.get(attempt.coach, attempt.coach)} was turned down: {finding.says}{limit}"


def _cost(exchanges: list[Exchange]) -> str:
    tokens = f"{sum(e.input_tokens for e in exchanges)} tokens in, {sum(e.output_tokens for e in exchanges)} out"
    if any(exchange.cost_usd is None for exchange in exchanges):
        return f"({tokens}; the price of this model is not known.)"
    return f"({tokens}, ${sum(exchange.cost_usd or 0 for exchange in exchanges):.4f}.)"
