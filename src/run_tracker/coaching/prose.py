"""
Provable prose: what a coach says may hold no number, only placeholders for facts and for the workout.

The rules are for English and err on the safe side: a sentence refused costs one more try, a wrong number costs trust.
See docs/decisions/0004-prose-by-placeholders.md.
"""

import itertools
import re
import unicodedata
from collections.abc import Collection, Iterator

from run_tracker.coaching.proposal import Finding, Prose
from run_tracker.workout import Workout

WORKOUT_PLACEHOLDERS = frozenset(
    {"workout.name", "workout.main_set", "workout.distance", "workout.duration", "workout.pace"},
)
"""What prose may say of the workout, beside the facts of the day."""

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
LONGEST = {"The reason": 600, "A follow-up": 200, "The closing": 300}  # characters of the template
MOST_FOLLOW_UPS = 4
SOURCE = "decisions/0004"

PUNCTUATION = frozenset(" .,;:!?'\"()/&-‑–—…‘’“”")  # noqa: RUF001  typographic marks are what is meant
LINK = re.compile(r"https?\b|www\.|[a-z]{2,}\.[a-z]{2,}|^\s*[-–—]\s")  # noqa: RUF001
GLUED = re.compile(r"[^\s(\"'‘“—]\{|\}[^\s.,;:!?)\"'’”…—]")  # noqa: RUF001

LENGTHS = r"kms?|k|kilomet(?:re|er)s?|miles?|mi|met(?:re|er)s?|m"
TIMES = r"seconds?|secs?|s|minutes?|mins?|hours?|hrs?|h|days?|weeks?|months?|years?|nights?"
COUNTS = r"runs?|sessions?|workouts?|efforts?|repetitions?|reps?|sets?|times|laps?|intervals?|strides?"
OTHERS = r"percent|cent|beats?|bpm|degrees|calories|pace|speed|distance|mileage|volume|ran|covered|logged"
UNIT = re.compile(f"(?:{LENGTHS}|{TIMES}|{COUNTS}|{OTHERS}|{{.*)")
"""What makes a number of a number word near it: a unit, a placeholder, or a verb as in "you ran five"."""
LARGE = re.compile(
    r"eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
    r"|(?:hundred|thousand|million|dozen)s?|twice|thrice"
)
"""Number words with no other use."""
SMALL = re.compile(
    r"zero|two|three|four|five|six|seven|eight|nine|ten|thirds?|(?:four|fif|six|seven|eigh|nin|ten)th|"
    r"half|halves|quarters?|couple|pair|doubled?|tripled?"
)
"""Number words that plain English also uses otherwise: they count near a unit only."""
PART = re.compile(r"first|second|other|latter|opening|final|last|back")  # "the second half" counts nothing
SIZE = re.compile(r"eas(?:y|ier)|more|full|hard|short|long|extra|whole|slow|quick|gentle|steady|fast|further|rest")
WHOLE = re.compile(f"{LENGTHS}|hours?")  # "an hour" is a number, "a day" is not
REPEATED = re.compile(
    r"(?!\{(?:workout\.name|[^{}]*weekday)\})\{[^{}]*\}\s+(?:per\s+)?"
    rf"(?:{LENGTHS}|seconds?|minutes?|mins?|hours?|percent|bpm|beats|days|runs|sessions|times)\b",
)
BEFORE, AFTER = 3, 2  # words: "ten very slow kilometres", "kilometres, all ten"


def placeholders(template: str) -> list[str]:
    """Return the names between braces, in the order they stand."""
    return PLACEHOLDER.findall(template)


def sayable(workout: Workout) -> frozenset[str]:
    """Return the placeholders that mean something for this workout: a day of rest has no distance."""
    empty = {
        "workout.distance": not workout.distance_m,
        "workout.duration": not workout.duration_s,
        "workout.pace": not workout.steps,
    }
    return WORKOUT_PLACEHOLDERS - {name for name, is_empty in empty.items() if is_empty}


def check_prose(prose: Prose, known: Collection[str]) -> tuple[Finding, ...]:
    """Return what keeps this prose from being shown; `known` are the placeholders that have a value."""
    parts = [("The reason", prose.reason), *(("A follow-up", line) for line in prose.follow_up)]
    faults = [
        f"{part} {fault}"
        for part, template in [*parts, ("The closing", prose.closing)]
        for fault in _faults(template, LONGEST[part], known)
    ]
    if not 1 <= len(prose.follow_up) <= MOST_FOLLOW_UPS:
        faults.append("The number of follow-ups is not what was asked for.")
    return tuple(Finding(rule="prose", says=says, source=SOURCE) for says in dict.fromkeys(faults))


def _faults(template: str, longest: int, known: Collection[str]) -> Iterator[str]:
    """Yield what is wrong with one template, as the end of a sentence."""
    text = PLACEHOLDER.sub(" ", template)
    plain = _plain(template)
    if not template.strip():
        yield "says nothing."
    if len(template) > longest:
        yield "is too long."
    if "{" in text or "}" in text:
        yield "has a brace that belongs to no placeholder."
    yield from (
        f"uses the placeholder {_quoted(name)}, which has no value today."
        for name in placeholders(template)
        if name not in known
    )
    yield from _strange_characters(text)
    if LINK.search(PLACEHOLDER.sub(" ", plain)):
        yield "holds a link, a list mark or a full stop without a space."
    if GLUED.search(template):
        yield "has a placeholder glued to a word or to another placeholder."
    if REPEATED.search(plain):
        yield "repeats a unit after a placeholder, which brings its own."
    yield from (f'says a number in words: "{word}".' for word in _number_words(plain))


def _plain(template: str) -> str:
    """Return the text in lower case without accents and typographic apostrophes, for words to be found in."""
    decomposed = unicodedata.normalize("NFKD", template).replace("’", "'")  # noqa: RUF001
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).lower()


def _quoted(name: str) -> str:
    """Return a placeholder's name where it looks like one; anything else is not repeated to anybody."""
    return f"{{{name}}}" if re.fullmatch(r"[a-z0-9_.]{1,60}", name) else "in braces"


def _strange_characters(text: str) -> Iterator[str]:
    """Yield a fault for characters that stand for a number, and one for the first that plain prose does not need."""
    strange = [letter for letter in text if letter not in PUNCTUATION | {"{", "}"} and not _is_letter(letter)]
    if any(_is_number(letter) for letter in strange):
        yield "holds a digit; every number is a placeholder."
    for letter in itertools.islice(itertools.filterfalse(_is_number, strange), 1):
        yield f"holds a character that plain prose does not need: {unicodedata.name(letter, 'CONTROL')}."


def _is_number(character: str) -> bool:
    """Tell whether this character stands for a number in any script."""
    return unicodedata.numeric(character, None) is not None


def _is_letter(character: str) -> bool:
    """Tell whether this is a letter of the Latin alphabet, with or without an accent, and no number."""
    base = unicodedata.normalize("NFKD", character)[0]
    return character.isalpha() and base.isascii() and not _is_number(character)


def _number_words(plain: str) -> Iterator[str]:
    """Yield the number words that count something; "one" as a pronoun and "the second half" do not."""
    words = re.findall(r"\{[^{}]*\}|[a-z]+(?:'[a-z]+)*|[.,;:!?()–—]", plain)  # noqa: RUF001
    spoken = [word for word in words if word[0].isalpha() or word[0] == "{"]
    for place, word in enumerate(spoken):
        near = [*spoken[max(0, place - AFTER) : place], *spoken[place + 1 : place + 1 + BEFORE]]
        if LARGE.fullmatch(word) or (SMALL.fullmatch(word) and _counts(spoken, place, near)):
            yield word
    for place, word in enumerate(words):
        following = words[place + 1 : place + 1 + BEFORE]
        if word == "one" and _leads_to_unit(following) and following[1:] != ["at", "a"]:  # "one day at a time"
            yield word
        if word == "once" and following[:1] in (["a"], ["per"], ["every"], ["each"]) and _leads_to_unit(following[1:]):
            yield word
        if word in {"a", "an", "another"}:
            yield from (f"{word} {unit}" for unit in following[:2] if WHOLE.fullmatch(unit))


def _counts(spoken: list[str], place: int, near: list[str]) -> bool:
    """Tell whether a small number word counts something here: near a unit or a placeholder, or "half as far"."""
    before, after = spoken[place - 1 : place], spoken[place + 1 : place + 2]
    if spoken[place] in {"half", "halves"} and (after == ["marathon"] or any(map(PART.fullmatch, before))):
        return False
    return after == ["as"] or any(map(UNIT.fullmatch, near))


def _leads_to_unit(following: list[str]) -> bool:
    """Tell whether these words reach a unit over nothing but words of size: "one easy kilometre"."""
    rest = itertools.dropwhile(SIZE.fullmatch, following)
    return UNIT.fullmatch(next(rest, "")) is not None
