from dataclasses import replace

from run_tracker.coaching.library import menu
from run_tracker.coaching.prescribe import prescribe
from run_tracker.coaching.proposal import Attempt, Exchange, Finding, Proposal, Prose, Quantity
from run_tracker.coaching.rules import RuleCoach
from run_tracker.delivery.markdown import decided_by, suggestion
from run_tracker.delivery.record import prescription_record
from run_tracker.delivery.text import Text
from run_tracker.workout import Repeat
from tests.athlete_states import blank_state, state

KM = Text()
RULES = prescribe(state(), [RuleCoach()])
PROSE = Prose(reason="You ran {last_7_days.distance}.", follow_up=("Sleep well.",), closing="Enjoy {workout.name}.")


def after(*attempts):
    """Return the rule coach's prescription as if others had been asked first."""
    return replace(RULES, attempts=(*attempts, *RULES.attempts))


def says(workout):
    return suggestion(replace(RULES, proposal=Proposal(workout=workout, prose=PROSE)), KM)


def test_a_structured_session_lists_its_steps():
    session = next(one for one in menu(state()) if one.is_hard and any(isinstance(part, Repeat) for part in one.steps))
    told = says(session)
    assert f"**Workout: {session.name}**" in told
    assert "  - Warm-up: " in told
    assert "  - Cool-down: " in told
    assert " x " in told


def test_rest_is_told_in_the_same_bullets():
    told = says(next(one for one in menu(state()) if one.id == "rest"))
    assert "- **Distance**: no running today\n- **Pace**: none\n- **Duration**: none" in told


def test_every_workout_on_every_menu_can_be_told_in_both_units():
    for athlete in (state(), blank_state()):
        for workout in menu(athlete):
            for text in (KM, Text(units="miles")):
                told = suggestion(replace(RULES, state=state(), proposal=Proposal(workout=workout, prose=PROSE)), text)
                assert "{" not in told
                assert "nan" not in told


def test_what_was_turned_down_is_told_once_with_what_would_have_been_allowed():
    far = Finding(
        rule="S1",
        says="The run is too far.",
        source="convention",
        seen=Quantity(value=25_000, unit="m"),
        allowed=Quantity(value=11_000, unit="m"),
    )
    attempt = Attempt(coach="openai", findings=(far,))
    told = decided_by(after(attempt, attempt), KM)
    assert told.count("turned down: The run is too far. (25 km; the limit is 11 km)") == 1
    assert told.endswith("Decided by the rule coach, reviewed by the safety rules.")
    assert "S1" not in told


def test_a_cost_that_is_not_known_is_not_made_up():
    exchange = Exchange(model="mine", prompt="p", answer="a", input_tokens=10, output_tokens=5)
    asked = after(Attempt(coach="openai", failure="It failed.", exchanges=(exchange,)))
    assert "(10 tokens in, 5 out; the price of this model is not known.)" in decided_by(asked, KM)
    assert prescription_record(asked, [], KM, None)["cost_usd"] is None


def test_a_model_that_never_answered_cost_nothing_and_says_nothing_of_tokens():
    exchange = Exchange(model="mine", prompt="p", answer="", input_tokens=0, output_tokens=0)
    asked = after(Attempt(coach="openai", failure="It did not answer.", exchanges=(exchange,)))
    assert "token" not in decided_by(asked, KM)


def test_a_successor_s_note_is_told():
    noted = replace(RULES, attempts=(replace(RULES.attempts[-1], note="gpt-4o is no more."),))
    assert "gpt-4o is no more. Decided by" in decided_by(noted, KM)
