"""The rule-based coach: every workout on the menu is weighed by what the last days and weeks lack."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from run_tracker.coaching.library import LONG, SHORT, USUAL, entry_id, menu
from run_tracker.coaching.proposal import Attempt, Finding, Proposal
from run_tracker.coaching.rules_prose import prose
from run_tracker.coaching.situation import Situation, Strain, situation
from run_tracker.coaching.state import AthleteState
from run_tracker.workout import Kind, Workout

# Marathon pace is no part of the turns: it prepares for one race, and of a goal race nothing is known. The menu has it.
THRESHOLD_WORK = ("tempo", "cruise", "long-hills", "long-cruise", "alternations")
FIRST_FAST_WORK = ("fartlek", "tempo", "hills", "tempo")  # by feel rather than by the watch
FASTER_WORK = ("hills", "800s", "fartlek", "400s", "1000s", "pyramid", "200s", "fartlek-ladder", "1600s")
EASY_WORK = ("easy", "easy-strides", "easy", "medium-long-run", "hill-sprints", "easy", "progression")
FIRST_EASY_WORK = ("easy", "easy-strides", "easy")  # before there is a base
FAST_FINISH_EVERY = 3  # weeks
DEMANDING = frozenset({Kind.PROGRESSION, Kind.MEDIUM_LONG, Kind.STRIDES})  # easy days that are not quite
SIZES = (SHORT, USUAL, LONG)
DOSES = (USUAL, USUAL, LONG, SHORT)  # by the week of the cycle
AFTER_HARD = {"recovery": 0.4, "recovery-short": 0.3, "easy-short": 0.4, "easy": 0.4, "rest": 0.3}
AFTER_LONG = {"recovery": 0.5, "recovery-short": 0.45, "easy-short": 0.4, "rest": 0.4}
WALKS = ("run-walk-short", "run-walk", "run-walk-long")  # from much walking to little
GENTLE = frozenset({Kind.EASY, Kind.RECOVERY})
EASY_RANGE = (0.6, 1.3)  # of the usual run

type Opinion = tuple[float, str]
"""How much speaks for a workout, from -1 to 1, and the id of the reason where there is one."""


def is_quality(workout: Workout) -> bool:
    """Tell whether a workout is one of the week's hard sessions; marathon pace is one, though not above threshold."""
    return workout.is_hard or workout.kind is Kind.RACE_PACE


def is_easy(workout: Workout) -> bool:
    """Tell whether a workout is one of the runs between: neither hard nor the long run."""
    return workout.is_run and workout.kind is not Kind.LONG and not is_quality(workout)


def once_a_day(workout: Workout, now: Situation) -> Opinion:
    """Who has run today has run."""
    if not now.ran_today:
        return 0, ""
    return (1, "ran_long" if now.long_today else "ran_today") if workout.kind is Kind.REST else (-1, "")


def tired_legs(workout: Workout, now: Situation) -> Opinion:
    """Let the legs come back before they are asked for more."""
    if now.strain is Strain.NONE:
        return 0, ""
    if not is_easy(workout) and workout.is_run:
        return -1, ""
    if workout.kind in DEMANDING or workout.id.endswith(LONG):
        return -0.5, ""
    eased = AFTER_HARD if now.strain in {Strain.HARD, Strain.BRISK} else AFTER_LONG
    return eased.get(workout.id, 0), "" if now.ran_today else f"after_{now.strain}"


def days_of_rest(workout: Workout, now: Situation) -> Opinion:
    """Run as often as usual, and rest as often."""
    if now.runs_due > 0:
        if not workout.is_run:
            return -1, ""
        rested = now.days_off > 1 and not now.beginner and not now.returning and now.strain is not Strain.RACE
        return (0.7, "rested") if rested else (0, "")
    return (-1, "") if workout.is_run else (1, "week_full")


def a_day_between(workout: Workout, now: Situation) -> Opinion:
    """Who begins or begins again runs every other day."""
    if not now.every_other_day or now.days_off > 0:
        return 0, ""
    return (-1, "") if workout.is_run else (1, "" if now.ran_today else "day_between")


def long_run(workout: Workout, now: Situation) -> Opinion:
    """One long run a week on its day, and nothing that spoils it the day before."""
    if workout.kind is Kind.LONG:
        return (1, "long_due") if now.long_due else (-1, "")
    if now.long_tomorrow:
        demanding = is_quality(workout) or workout.kind in DEMANDING or workout.id.endswith(LONG)
        return (-0.5, "") if demanding else (0.3, "eve_of_long")
    if now.long_due and workout.kind is Kind.EASY:
        longer = workout.id == "easy-long"
        return 0.3 if longer else 0.2, "longer_due" if longer and now.strain is Strain.NONE else ""
    return 0, ""


def hard_work(workout: Workout, now: Situation) -> Opinion:
    """Hard work on its days and on no other: about four fifths of running stays easy."""
    if not is_quality(workout):
        return 0, ""
    return (1, "first_speed" if now.little_speed else "quality_due") if now.quality_due else (-1, "")


def beginnings(workout: Workout, now: Situation) -> Opinion:
    """Walk and run in turns at first; nothing but easy running on the way back, or while there is no news."""
    if workout.kind is Kind.RUN_WALK and not now.walks:
        return -1, ""
    reason = f"back_{now.gap}" if now.returning else "beginner" if now.beginner else "stale" if now.stale else ""
    if not reason or not workout.is_run:
        return 0, ""
    if now.walks:
        return (1, reason) if workout.id == WALKS[now.walks - 1] else (-0.5, "")
    return (0.3, reason) if workout.kind in GENTLE else (-1, "")


def volume(workout: Workout, now: Situation) -> Opinion:
    """Give an easy run the length that brings the week to where it should be."""
    if not is_easy(workout):
        return 0, ""
    shortest, longest = (factor * now.run_m for factor in EASY_RANGE)
    ideal = min(longest, max(shortest, now.to_go_m))
    closeness = 1 - min(1.0, abs(workout.distance_m - ideal) / ideal)
    return closeness, "cut_back" if now.cuts_back else "easy_day"


def dose(workout: Workout, now: Situation) -> Opinion:
    """Give the long run and hard work the dose of their week; the first hard work is short."""
    if is_easy(workout) or not workout.is_run:
        return 0, ""
    wanted = SHORT if is_quality(workout) and now.little_speed else DOSES[now.week % len(DOSES)]
    dose = workout.id.removeprefix(entry_id(workout))
    return 1 - abs(SIZES.index(dose) - SIZES.index(wanted)) / 2, ""


def variety(workout: Workout, now: Situation) -> Opinion:
    """Let weeks differ: each kind of day goes through its own list, by the calendar."""
    entry = entry_id(workout)
    if is_easy(workout):
        turns = EASY_WORK if now.has_base else FIRST_EASY_WORK
        return (1 if entry == turns[(now.week + now.weekday) % len(turns)] else 0), ""
    if workout.kind is Kind.LONG:
        fast = now.has_base and now.week % FAST_FINISH_EVERY == 0 and not now.cuts_back
        return (1 if (entry == "long-fast-finish") == fast else 0), ""
    return 0, ""


def other_sports(workout: Workout, now: Situation) -> Opinion:
    """Offer who does other sports anyway some of it in place of a day of rest, on fresh legs."""
    if workout.kind is not Kind.CROSS_TRAINING:
        return 0, ""
    fresh = now.other_sports and now.strain is Strain.NONE and not now.long_tomorrow
    return (1, "other_sports") if fresh and workout.id == "cross-training" else (-1, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Consideration:
    """One thing a coach thinks of, and how much it counts beside the others."""

    weight: float
    opinion: Callable[[Workout, Situation], Opinion]


CONSIDERATIONS = (
    Consideration(weight=20, opinion=once_a_day),
    Consideration(weight=9, opinion=a_day_between),
    Consideration(weight=8, opinion=long_run),
    Consideration(weight=8, opinion=hard_work),
    Consideration(weight=6, opinion=tired_legs),
    Consideration(weight=5, opinion=beginnings),
    Consideration(weight=3, opinion=days_of_rest),
    Consideration(weight=2, opinion=volume),
    Consideration(weight=1.5, opinion=variety),
    Consideration(weight=1, opinion=dose),
    Consideration(weight=0.5, opinion=other_sports),
)
"""Everything that is weighed, from what counts most to what decides between equals."""


def rotation(options: Sequence[Workout], now: Situation) -> str:
    """Return the id of the entry whose turn it is among the hard ones on the menu, empty where there is none."""
    half = (now.week * 2 + now.second_half) if now.quality_a_week > 1 else now.week
    entries = {entry_id(workout) for workout in options}
    lists = (FIRST_FAST_WORK,) if now.little_speed else (THRESHOLD_WORK, FASTER_WORK)
    turns = [work for each in lists if (work := [entry for entry in each if entry in entries])]
    if not turns:
        return ""
    work = turns[half % len(turns)]
    return work[half // len(turns) % len(work)]


class RuleCoach:
    """The coach that is always there: no model, no network, the same answer to the same facts."""

    name = "rules"
    tries = 1

    def propose(self, state: AthleteState, findings: Sequence[Finding]) -> Attempt:  # noqa: ARG002  nothing to mend
        """Suggest the workout of the menu that most speaks for, and say why; the menu is reviewed already."""
        options = menu(state)
        now = likely(situation(state), options)
        turn = rotation(options, now)
        fitting = [each for each in options if not is_quality(each) or entry_id(each) == turn]
        workout = max(fitting, key=lambda each: sum(score for score, _ in weighed(each, now)))
        reasons = [reason for score, reason in sorted(weighed(workout, now), reverse=True) if score > 0 and reason]
        return Attempt(
            coach=self.name,
            proposal=Proposal(workout=workout, prose=prose(workout, reasons, ahead(workout, now), state)),
        )


def likely(now: Situation, options: Sequence[Workout]) -> Situation:
    """Return the situation without hopes for tomorrow that the menu of today does not bear out."""
    return replace(
        now,
        long_tomorrow=now.long_tomorrow and any(each.kind is Kind.LONG for each in options),
        quality_tomorrow=now.quality_tomorrow and any(each.is_hard for each in options),
    )


def ahead(workout: Workout, now: Situation) -> str:
    """Return what likely comes next."""
    if is_quality(workout) or workout.kind is Kind.LONG:
        return "recover"
    if now.returning or now.beginner:
        return "build" if workout.is_run else "rest"
    if now.long_tomorrow:
        return "long"
    if now.quality_tomorrow:
        return "quality"
    return "easy" if workout.is_run else "rest"


def weighed(workout: Workout, now: Situation) -> list[tuple[float, str]]:
    """Return what each consideration says about a workout, by its weight."""
    opinions = ((each.weight, each.opinion(workout, now)) for each in CONSIDERATIONS)
    return [(weight * value, reason) for weight, (value, reason) in opinions]
