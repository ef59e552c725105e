"""Who is asked, in which order, and what happens when nobody has a safe answer."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from run_tracker.coaching.guardrails import review
from run_tracker.coaching.proposal import Attempt, Coach, Finding, Prescription, Proposal, Prose
from run_tracker.coaching.prose import check_prose, sayable
from run_tracker.coaching.state import AthleteState
from run_tracker.errors import CoachUnavailable
from run_tracker.workout import Kind, Repeat, Step, Workout

FLOOR = Proposal(
    workout=Workout(id="rest", kind=Kind.REST, name="Rest day"),
    prose=Prose(
        reason="Nobody had a suggestion that is safe beyond doubt, and rest always is.",
        follow_up=("Walk, stretch or sleep in, as you like.", "Look in again tomorrow, or after your next run."),
        closing="A day off costs nothing.",
    ),
)
"""What is left when every coach has failed; it breaks no rule on any day."""

MOST_REPETITIONS = 100
LONGEST_NAME = 80  # characters
SOURCE = "the workout's own sums"


def prescribe(state: AthleteState, coaches: Sequence[Coach]) -> Prescription:
    """
    Return the first proposal that breaks no rule, and every attempt that was made on the way to it.

    Coaches are asked in turn, each up to `tries` times with the findings of its last attempt at hand; one that cannot
    answer is not asked again. The floor is rest, so this never fails.
    """
    attempts: list[Attempt] = []
    for coach in coaches:
        for attempt in _attempts(coach, state):
            attempts.append(attempt)
            if attempt.proposal is not None and not attempt.findings:
                return _prescription(state, attempt.proposal, attempts)
    return _prescription(state, FLOOR, [*attempts, Attempt(coach="floor", proposal=FLOOR)])


def _prescription(state: AthleteState, proposal: Proposal, attempts: Sequence[Attempt]) -> Prescription:
    return Prescription(
        day=state.day,
        coach=attempts[-1].coach,
        state=state,
        proposal=proposal,
        attempts=tuple(attempts),
    )


def _attempts(coach: Coach, state: AthleteState) -> Iterator[Attempt]:
    """Yield this coach's reviewed attempts until it fails or has had its tries."""
    findings: tuple[Finding, ...] = ()
    for _ in range(coach.tries):
        attempt = _asked(coach, state, findings)
        findings = attempt.findings
        yield attempt
        if attempt.proposal is None and not findings:
            return


def _asked(coach: Coach, state: AthleteState, findings: Sequence[Finding]) -> Attempt:
    """Return what the coach answered, with everything that speaks against it."""
    try:
        attempt = coach.propose(state, findings)
    except CoachUnavailable as error:
        return Attempt(coach=coach.name, failure=error.reason)
    if attempt.proposal is None:
        return attempt
    return replace(attempt, findings=(*attempt.findings, *_faults(attempt.proposal, state)))


def _faults(proposal: Proposal, state: AthleteState) -> tuple[Finding, ...]:
    """Return what speaks against a proposal; a workout that makes no sense is not even reviewed."""
    workout = proposal.workout
    nonsense = tuple(Finding(rule="workout", says=says, source=SOURCE) for says in _nonsense(workout))
    if nonsense:
        return nonsense
    return (*review(workout, state), *check_prose(proposal.prose, state.facts.keys() | sayable(workout)))


def _nonsense(workout: Workout) -> Iterator[str]:
    """Yield what no workout can be; the guardrails trust its sums, so these come first."""
    repeats = [part for part in workout.steps if isinstance(part, Repeat)]
    single = [part for part in workout.steps if isinstance(part, Step)]
    steps = [*single, *(step for repeat in repeats for step in repeat.steps)]
    if not all(1 <= repeat.times <= MOST_REPETITIONS and repeat.steps for repeat in repeats):
        yield "A repetition is done a sensible number of times."
    elif not all(_is_length(step) for step in steps):
        yield "Every step has a length above nothing."
    elif workout.is_run and not workout.distance_m:
        yield "A run covers ground."
    elif workout.kind is Kind.REST and steps:
        yield "Rest has no steps."
    if not (workout.name.isprintable() and 0 < len(workout.name) <= LONGEST_NAME):
        yield "A workout has a short, plain name."


def _is_length(step: Step) -> bool:
    """Tell whether a step's length and speeds are numbers that can be added up."""
    speeds = [speed for speed in (step.target.low_mps, step.target.high_mps) if speed is not None]
    return all(math.isfinite(value) and value > 0 for value in (step.length_m or step.length_s or 0.0, *speeds))
