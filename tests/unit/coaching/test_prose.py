# ruff: noqa: RUF001  look-alike characters are what is tested
"""Prose may hold no number, however it is written; and plain sentences of a coach must pass."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from run_tracker.coaching.proposal import Prose
from run_tracker.coaching.prose import (
    LONGEST,
    MOST_FOLLOW_UPS,
    WORKOUT_PLACEHOLDERS,
    check_prose,
    placeholders,
    sayable,
)
from run_tracker.workout import Effort, Kind, Role, Step, Target, Workout

KNOWN = WORKOUT_PLACEHOLDERS | {
    "last_7_days.distance",
    "last_7_days.runs",
    "last_run.distance",
    "last_run.heart_rate",
    "days_since.hard_session",
    "habit.long_run_weekday",
    "typical_week.distance",
}

GOOD = """
You ran {last_7_days.distance} in {last_7_days.runs}, which is close to your usual {typical_week.distance}.
Today is an easy one.
Today is an easy one: {workout.distance} at talking pace.
This one is about patience, so let the minutes pass.
One of the quiet days that make the others possible.
The long one comes on {habit.long_run_weekday}, as you like it.
No one ever got fit in a week.
Start slowly; once you are warm, settle into {workout.pace}.
Your last hard session was {days_since.hard_session} ago, so the legs are fresh.
Keep the second half of the run as easy as the first.
Run the first half of it by feel.
Do not chase half-marathon pace today.
Half marathon pace can wait.
Two things matter today: sleep and water.
The run is {workout.duration} long, no more.
{workout.name} it is, then.
The main set is {workout.main_set}.
Take a day off if anything hurts.
A week like that deserves a rest.
Keep a few minutes in hand for the warm-up.
After several steady weeks, a hard session fits.
Walk a minute whenever you like.
Take a second look at your shoes.
First the warm-up, then the work, last the cool-down.
Don't count kilometres today, count birds.
Let every kilometre be a little calmer than the last.
Your heart rate averaged {last_run.heart_rate} on the last run.
It's been {days_since.hard_session} since you ran hard — long enough.
If you're tired, cut it short; that's allowed.
Easy means easy (you could sing).
"Slow" is not an insult.
You’ve earned this – enjoy it…
Fuel early and/or often, e.g. with a banana.
Sleep well & eat well.
Was yesterday hard? Then today is not.
On to the next one!
The other one can wait for another day.
Nobody is keeping score.
Often is better than far.
Sometimes the best run is the run not taken.
Someone will tell you to go faster. Don't.
The café run counts as well.
Hold {workout.pace} on the flat and forget the pace uphill.
Recovery is when you get stronger.
Compared with {last_run.distance} last time, {workout.distance} will feel short.
Once again, steady does it.
Intense weather? Run indoors.
Lonely miles are honest miles.
Attention to form pays; so does a relaxed jaw.
The weight of it lies in the last part, so hold back before.
Rest is one of the workouts.
One day at a time.
You are one step closer to it.
Once a rhythm is found, hold it.
{workout.main_set}
""".strip().splitlines()

BAD = [
    "Run 5 km.",
    "Run 50 km now!",
    "Run ٥ kilometres.",
    "Run \uff15 km.",  # fullwidth
    "Go for x² today.",
    "Start with ① and go on.",
    "Do ½ of it.",
    "Add ⅓ more.",
    "Lap Ⅻ is the hard one.",
    "Run 五 times.",
    "Do ५ laps.",
    "Run 𝟓 easy.",
    "Run five kilometres.",
    "Run five easy kilometres.",
    "Run ten very slow kilometres.",
    "Run ｆｉｖｅ kilometres.",
    "Run fíve kilometres.",
    "Run five k.",
    "Run a ten-minute warm-up.",
    "Twenty minutes will do.",
    "Twenty-five will do.",
    "Run half an hour.",
    "Run an hour.",
    "Run another easy mile.",
    "Add a kilometre.",
    "A quarter of an hour is enough.",
    "You ran a hundred miles.",
    "You ran hundreds of miles.",
    "Ninety percent of it easy.",
    "Hold ninety per cent.",
    "Eight repetitions of it.",
    "Do three sets.",
    "Do it three times.",
    "Two laps more.",
    "Two hard days are enough.",
    "Four weeks from now you race.",
    "Keep it under one hundred and forty beats.",
    "Keep it under one hundred forty bpm.",
    "Run one mile.",
    "Run one easy kilometre.",
    "Run one hour.",
    "Rest for one full day.",
    "A couple of kilometres will do.",
    "A dozen strides, then home.",
    "Run twice a week.",
    "You ran twice as far as last week.",
    "Once a week is enough.",
    "Once every easy run, stop and stretch.",
    "Double the distance.",
    "Run half as far.",
    "Your fifth day in a row.",
    "Your third run this week.",
    "You ran five yesterday.",
    "Week two begins.",
    "Thirty seconds fast.",
    "A pace of five thirty is right.",
    "Twice {last_run.distance} would be too far.",
    "You ran half of {typical_week.distance}.",
    "Run {workout.distance} and two more.",
    "Run {workout.distance} km.",
    "You had {last_7_days.runs} runs.",
    "Your heart rate was {last_run.heart_rate} beats per minute.",
    "Hold {workout.pace} per kilometre.",
    "Run {workout.distance}{workout.distance}.",
    "Run {workout.distance}0.",
    "Run -{workout.distance}.",
    "Run {workout.distance}k.",
    "Run {next_year.distance}.",
    "Run {}.",
    "Run {workout.distance:>9}.",
    "Run {workout.distance!r}.",
    "Run {workout}.",
    "Run {{workout.distance}}.",
    "Run {workout.distance.",
    "Run workout.distance}.",
    "Run }{.",
    "",
    "   ",
    "Easy.\nThen rest.",
    "Easy.\x00",
    "\x1b[31mRun far\x1b[0m",
    "\x9b31mRun far",
    "Easy \u202eyppah",
    "Ea\u200bsy",
    "Ea\u00adsy",
    "Run **hard**.",
    "Run _hard_.",
    "# Run",
    "`run`",
    "<b>Run</b>",
    "Run &lt;b&gt; <script>",
    "See [this](https://example.com).",
    "See https://example.com/plan",
    "See www.example.com",
    "See example.com for more.",
    "- Run",
    "• Run",
    "Run | rest",
    "Write to me@example.com",
    "Беги легко.",
    "Run with p\u0430tience.",  # a Cyrillic letter among Latin ones
    "Go! 🏃",
]


def said(reason="Easy does it.", follow_up=("Sleep well.",), closing="Enjoy it."):
    return Prose(reason=reason, follow_up=follow_up, closing=closing)


@pytest.mark.parametrize("sentence", GOOD)
def test_what_a_coach_would_say_passes(sentence):
    prose = said(reason=sentence, follow_up=(sentence, sentence), closing=sentence)
    assert check_prose(prose, KNOWN) == ()


@pytest.mark.parametrize("sentence", BAD)
def test_numbers_and_what_does_not_belong_in_prose_are_found(sentence):
    in_each_part = (said(reason=sentence), said(follow_up=("Sleep well.", sentence)), said(closing=sentence))
    for prose in in_each_part:
        findings = check_prose(prose, KNOWN)
        assert findings
        assert {finding.rule for finding in findings} == {"prose"}


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Run 5.", "The closing holds a digit; every number is a placeholder."),
        ("Run six miles.", 'The closing says a number in words: "six".'),
        ("Run an hour.", 'The closing says a number in words: "an hour".'),
        (
            "Run {next_year.distance}.",
            "The closing uses the placeholder {next_year.distance}, which has no value today.",
        ),
        ("Run {<b>}.", "The closing uses the placeholder in braces, which has no value today."),
        ("Run *far*.", "The closing holds a character that plain prose does not need: ASTERISK."),
        ("Run far.\x1b", "The closing holds a character that plain prose does not need: CONTROL."),
        ("Run {far.", "The closing has a brace that belongs to no placeholder."),
    ],
)
def test_a_finding_says_what_to_mend(sentence, told):
    assert told in [finding.says for finding in check_prose(said(closing=sentence), KNOWN)]


def test_a_fact_that_the_state_lacks_cannot_be_told():
    prose = said(reason="Your heart rate was {last_run.heart_rate}.")
    assert check_prose(prose, KNOWN) == ()
    assert len(check_prose(prose, KNOWN - {"last_run.heart_rate"})) == 1


def test_each_part_has_a_length_that_a_screen_can_show():
    for words, longest in zip(("reason", "follow_up", "closing"), LONGEST.values(), strict=True):
        fits, too_long = "a" * longest, "a" * (longest + 1)
        wrapped = (lambda text: (text,)) if words == "follow_up" else str
        assert check_prose(said(**{words: wrapped(fits)}), KNOWN) == ()
        assert check_prose(said(**{words: wrapped(too_long)}), KNOWN)


def test_there_is_something_to_follow_up_and_not_a_list_without_end():
    assert check_prose(said(follow_up=("Sleep.",) * MOST_FOLLOW_UPS), KNOWN) == ()
    assert check_prose(said(follow_up=()), KNOWN)
    assert check_prose(said(follow_up=("Sleep.",) * (MOST_FOLLOW_UPS + 1)), KNOWN)


def test_the_same_fault_is_told_once():
    assert len(check_prose(said(follow_up=("Run 5.", "Run 6.")), KNOWN)) == 1


def test_rest_has_no_distance_to_speak_of():
    rest = Workout(id="rest", kind=Kind.REST, name="Rest day")
    easy = Step(role=Role.WORK, target=Target(effort=Effort.EASY), length_s=1800)
    assert sayable(rest) == {"workout.name", "workout.main_set"}
    assert sayable(Workout(id="easy", kind=Kind.EASY, name="Easy run", steps=(easy,))) == WORKOUT_PLACEHOLDERS


def test_placeholders_are_named_in_order():
    assert placeholders("{b} and {a.c}, {b}") == ["b", "a.c", "b"]


@given(st.characters().filter(lambda letter: unicodedata.numeric(letter, None) is not None))
def test_no_character_of_any_script_that_stands_for_a_number_passes(letter):
    assert check_prose(said(reason=f"Run {letter} more."), KNOWN)


@given(st.text())
def test_whatever_passes_is_free_of_digits_and_control_characters(text):
    if not check_prose(said(closing=text), KNOWN):
        outside = text
        for name in placeholders(text):
            outside = outside.replace(f"{{{name}}}", "")
        assert outside.isprintable()
        assert not any(unicodedata.numeric(letter, None) is not None for letter in outside)
        assert not set(outside) & set("{}<>[]`*_#@|\\")


@given(st.text(alphabet="{}ab. ", max_size=12))
def test_whatever_passes_uses_known_placeholders_only(text):
    if not check_prose(said(closing=text), {"a", "b"}):
        assert set(placeholders(text)) <= {"a", "b"}
        assert text.count("{") == text.count("}") == len(placeholders(text))
