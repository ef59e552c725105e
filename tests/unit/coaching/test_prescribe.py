"""Whoever is asked and whatever they answer, what comes out is safe, sayable, and told with how it came about."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from run_tracker.coaching.guardrails import review
from run_tracker.coaching.prescribe import FLOOR, MOST_REPETITIONS, prescribe
from run_tracker.coaching.proposal import Attempt, Finding, Proposal, Prose
from run_tracker.coaching.prose import check_prose, sayable
from run_tracker.coaching.state import AthleteState
from run_tracker.errors import CoachUnavailable
from run_tracker.workout import Effort, Kind, Repeat, Role, Step, Target, Workout
from tests.athlete_states import blank_state, high_mileage_state, novice_state, state

EASY = Target(effort=Effort.EASY, low_mps=2.6, high_mps=3.0)
CALM = Prose(reason="An easy one: {workout.distance}.", follow_up=("Sleep well.",), closing="Enjoy it.")
STATES = (state(), novice_state(), high_mileage_state(), blank_state())


def run(metres: float = 5000, *, kind: Kind = Kind.EASY, name: str = "Easy run", target: Target = EASY) -> Workout:
    return Workout(id="easy", kind=kind, name=name, steps=(Step(role=Role.WORK, target=target, length_m=metres),))


def built(*steps: Step | Repeat, kind: Kind = Kind.EASY) -> Workout:
    return Workout(id="odd", kind=kind, name="Odd", steps=steps)


@dataclass
class Says:
    """A coach with answers up its sleeve, one for each time it is asked; the last one is repeated."""

    answers: Sequence[Proposal | Attempt]
    name: str = "made up"
    tries: int = 2
    heard: list[tuple[Finding, ...]] = field(default_factory=list)

    def propose(self, _: AthleteState, findings: Sequence[Finding]) -> Attempt:
        self.heard.append(tuple(findings))
        answer = self.answers[min(len(self.heard), len(self.answers)) - 1]
        return answer if isinstance(answer, Attempt) else Attempt(coach=self.name, proposal=answer)


class Unavailable:
    name, tries = "absent", 3

    def propose(self, _: AthleteState, __: Sequence[Finding]) -> Attempt:
        raise CoachUnavailable("The coach is out running. Ask again later.")


def says(workout: Workout, prose: Prose = CALM, **how) -> Says:
    return Says([Proposal(workout=workout, prose=prose)], **how)


def test_the_first_proposal_without_findings_wins():
    first, second = says(run(), name="first"), says(run(), name="second")
    given = prescribe(state(), [first, second])
    assert (given.coach, given.proposal.workout, len(given.attempts)) == ("first", run(), 1)
    assert second.heard == []
    assert given.day == given.state.day == state().day


def test_a_coach_hears_what_was_wrong_and_may_try_again():
    coach = Says([Proposal(workout=run(60_000), prose=CALM), Proposal(workout=run(), prose=CALM)])
    given = prescribe(state(), [coach])
    assert given.proposal.workout == run()
    assert coach.heard == [(), given.attempts[0].findings]
    assert "S1" in {finding.rule for finding in given.attempts[0].findings}
    assert given.attempts[1].findings == ()


def test_a_stubborn_coach_is_asked_no_more_often_than_its_tries():
    stubborn, modest = says(run(60_000), tries=3), says(run(), name="modest", tries=1)
    given = prescribe(state(), [stubborn, modest])
    assert len(stubborn.heard) == 3
    assert [attempt.coach for attempt in given.attempts] == ["made up"] * 3 + ["modest"]
    assert given.coach == "modest"


def test_a_coach_that_cannot_answer_is_told_of_and_not_asked_again():
    given = prescribe(state(), [Unavailable(), says(run())])
    assert given.attempts[0] == Attempt(coach="absent", failure="The coach is out running. Ask again later.")
    assert [attempt.coach for attempt in given.attempts] == ["absent", "made up"]


def test_a_coach_that_answers_with_a_failure_is_not_asked_again():
    failing = Says([Attempt(coach="made up", failure="No network. Try again.")])
    assert prescribe(state(), [failing]).coach == "floor"
    assert len(failing.heard) == 1


def test_findings_of_the_coach_itself_count_and_are_handed_back():
    menu = Finding(rule="menu", says="That workout is not on the menu.", source="decisions/0003")
    coach = Says([Attempt(coach="made up", findings=(menu,)), Proposal(workout=run(), prose=CALM)])
    assert prescribe(state(), [coach]).proposal.workout == run()
    assert coach.heard == [(), (menu,)]
    with_doubts = Attempt(coach="made up", proposal=Proposal(workout=run(), prose=CALM), findings=(menu,))
    assert prescribe(state(), [Says([with_doubts])]).coach == "floor"


@pytest.mark.parametrize("athlete", STATES, ids=["everyday", "beginner", "high mileage", "nothing known"])
def test_without_anybody_to_ask_it_is_rest(athlete):
    given = prescribe(athlete, [])
    assert (given.coach, given.proposal) == ("floor", FLOOR)
    assert given.attempts == (Attempt(coach="floor", proposal=FLOOR),)


@pytest.mark.parametrize("athlete", STATES, ids=["everyday", "beginner", "high mileage", "nothing known"])
def test_the_floor_breaks_no_rule(athlete):
    assert review(FLOOR.workout, athlete) == ()
    assert check_prose(FLOOR.prose, sayable(FLOOR.workout)) == ()


STEP = Step(role=Role.WORK, target=EASY, length_m=1000)
HOSTILE_WORKOUTS = {
    "far": run(500_000),
    "without end": run(float("inf")),
    "not a number": run(float("nan")),
    "backwards": run(-5000),
    "nowhere": run(0),
    "no time": built(Step(role=Role.WORK, target=EASY, length_s=0)),
    "a run without steps": built(),
    "standing still": built(Step(role=Role.WORK, target=Target(effort=Effort.REST), length_s=600)),
    "a speed that is none": run(target=Target(effort=Effort.EASY, low_mps=float("nan"), high_mps=3.0)),
    "no speed": run(target=Target(effort=Effort.EASY, low_mps=0.0, high_mps=0.0)),
    "for ever": built(Repeat(times=10**12, steps=(STEP,))),
    "too often": built(Repeat(times=MOST_REPETITIONS + 1, steps=(STEP,))),
    "never": built(Repeat(times=0, steps=(STEP,))),
    "nothing, often": built(STEP, Repeat(times=4, steps=())),
    "a bad step inside": built(Repeat(times=4, steps=(run(float("nan")).steps[0],))),
    "rest that runs": built(STEP, kind=Kind.REST),
    "an empty name": run(name=""),
    "a name with an escape": run(name="\x1b[2JEasy run"),
    "a name without end": run(name="easy" * 100),
}
HOSTILE_PROSE = {
    "digits": Prose(reason="Run 50 km now.", follow_up=("Go.",), closing="Go."),
    "number words": Prose(reason="Run fifty kilometres now.", follow_up=("Go.",), closing="Go."),
    "unknown placeholder": Prose(reason="Run {moon.distance}.", follow_up=("Go.",), closing="Go."),
    "escape": Prose(reason="Run.", follow_up=("\x1b[2J",), closing="Go."),
    "empty": Prose(reason="", follow_up=(), closing=""),
}


@pytest.mark.parametrize("workout", HOSTILE_WORKOUTS.values(), ids=HOSTILE_WORKOUTS.keys())
def test_a_workout_that_is_absurd_never_comes_through(workout):
    given = prescribe(state(), [says(workout)])
    assert given.coach == "floor"
    assert all(attempt.findings for attempt in given.attempts[:-1])


@pytest.mark.parametrize("prose", HOSTILE_PROSE.values(), ids=HOSTILE_PROSE.keys())
def test_prose_that_cannot_be_proven_never_comes_through(prose):
    given = prescribe(state(), [says(run(), prose)])
    assert given.coach == "floor"
    assert {finding.rule for finding in given.attempts[0].findings} == {"prose"}


def test_prose_about_a_fact_that_is_not_known_never_comes_through():
    prose = Prose(reason="Your heart beat {last_run.heart_rate}.", follow_up=("Sleep.",), closing="Enjoy.")
    assert prescribe(state(), [says(run(), prose)]).coach == "made up"
    assert prescribe(state(last_run__heart_rate=None), [says(run(), prose)]).coach == "floor"


def test_rest_with_the_distance_of_a_run_never_comes_through():
    rest = Workout(id="rest", kind=Kind.REST, name="Rest day")
    assert prescribe(state(), [says(rest, CALM)]).coach == "floor"


def test_intervals_that_make_sense_do_come_through():
    strides = Step(role=Role.WORK, target=Target(effort=Effort.STRIDE), length_s=20)
    jog = Step(role=Role.RECOVERY, target=Target(effort=Effort.RECOVERY), length_s=60)
    workout = built(STEP, Repeat(times=4, steps=(strides, jog)), STEP, kind=Kind.STRIDES)
    assert prescribe(state(), [says(workout)]).proposal.workout == workout


@given(
    athlete=st.sampled_from(STATES),
    metres=st.lists(st.floats(min_value=0, max_value=1e6) | st.just(float("nan")), max_size=3),
    reasons=st.lists(st.text(max_size=40) | st.just(CALM.reason), max_size=3),
)
def test_whoever_answers_whatever_the_outcome_breaks_no_rule(athlete, metres, reasons):
    coaches = [
        says(run(length), Prose(reason=reason, follow_up=("Sleep well.",), closing="Enjoy it."))
        for length, reason in zip(metres, reasons, strict=False)
    ]
    given = prescribe(athlete, coaches)
    assert review(given.proposal.workout, athlete) == ()
    assert check_prose(given.proposal.prose, athlete.facts.keys() | sayable(given.proposal.workout)) == ()
    assert given.attempts[-1].proposal == given.proposal
