"""What the last days and weeks mean to a coach: what is due today, what the legs still feel, where the week stands."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from run_tracker.coaching.body import RUNNING_MPS, body, returning, year_week_m, year_weeks
from run_tracker.coaching.guardrails import (
    CLEAR_DAYS,
    EASY_RETURN_DAYS,
    FRESH_DAYS,
    RACE_DAYS,
    RUN_WALK_FRACTION,
    RUN_WALK_RETURN_DAYS,
)
from run_tracker.coaching.state import AthleteState

SUNDAY = 6
FEWEST_RUNS_A_WEEK = 3  # fewer build nothing
BUILD = (1.08, 1.12, 1.15, 0.88)  # of the typical week, over four weeks: three that build, one that cuts back
CUT_BACK = 3
ROOM_TO_GROW, SMALL_TARGET_M = 1.25, 20_000.0  # a week grows up to so many times the mean week of the year
REGAIN = 1.25  # times the typical week: what was there this year comes back faster than what is new
HEAVY_WEEK = 1.3  # times the typical week
BRISK, BRISKER = 1.03, 1.05  # times the fast end of easy, and times the usual speed of this runner
LOADED = 0.75  # of the typical week, over four weeks: there is a load to step down from
BASE_DAYS, BASE_RUNS, BASE_WEEK_M = 56, 24, 15_000.0  # of running before anything is hard
BEGINNER_RUNS = 12
DAILY_FRACTION = 0.75  # of the usual run, from which on who returns may run on days in a row
WALK_LESS_RUNS, WALK_LESS_FRACTIONS = (4, 8), (0.4, 0.45)
"""From when on less is walked: runs of a beginner, fractions of the usual run after a break."""
QUALITY_DAYS: tuple[tuple[tuple[int, ...], ...], ...] = ((), ((2, 3, 4),), ((2, 3), (5,)))
QUALITY_SPACING = (0, 5, 3)
"""By hard sessions a week: days after the long run's weekday that suit each of them, and days from one to the next."""
RUNS_FOR_TWO_QUALITY = 5  # a week
LONG_TOO_SOON = 4  # days since the last long run
LITTLE_SPEED, OTHER_SPORTS = 2, 2  # hard sessions in four weeks, other activities in one
LONG_GAP_DAYS = 90  # without a run; after more, little is left but the habit
LONG_RUN_AGAIN, LONGER = 0.8, 1.25  # of the usual long run, and of the usual run, feels like a long run


class Strain(StrEnum):
    """What the legs still feel."""

    NONE = "none"
    RACE = "race"
    HARD = "hard"
    LONG = "long"
    BRISK = "brisk"
    HEAVY_WEEK = "heavy_week"


class Gap(StrEnum):
    """How long a break was, by what it takes to come back from it, or that most of the way back is behind."""

    BEHIND = "behind"
    SHORT = "short"
    MIDDLE = "middle"
    LONG = "long"
    VERY_LONG = "very_long"


GAPS = ((EASY_RETURN_DAYS, Gap.SHORT), (RUN_WALK_RETURN_DAYS, Gap.MIDDLE), (LONG_GAP_DAYS, Gap.LONG))
"""Days without a run, up to which a break is of this length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One runner on one day, as a coach sums it up; distances in metres."""

    week: int  # Mondays since the calendar began
    weekday: int  # 0 is Monday
    ran_today: bool
    long_today: bool  # and it was the long run
    days_off: int  # days without a run, today not counted
    strain: Strain
    runs_due: int  # until the last seven days hold as many as usual
    to_go_m: float  # until they hold as much as they should
    run_m: float  # the usual run, or as much of it as is allowed
    returning: bool
    gap: Gap
    beginner: bool
    walks: int  # 0: runs without walking; 1 to 3: in turns with it, from much walking to little
    every_other_day: bool
    stale: bool
    has_base: bool  # for hard work
    little_speed: bool  # hardly any of it in the last weeks
    long_due: bool
    long_tomorrow: bool
    quality_due: bool
    quality_tomorrow: bool  # likely
    quality_a_week: int
    second_half: bool  # of the week that ends with the long run
    cuts_back: bool  # the week of the cycle that does less, for who has been building
    other_sports: bool


def situation(state: AthleteState) -> Situation:
    """Sum up the facts of a day; what is not known counts as the more careful of its readings."""
    strain, fresh_tomorrow = _strain(state), _strain(state, ahead=1) is Strain.NONE
    long_due, long_tomorrow = _long_run(state)
    gap, fraction = state.get("layoff.gap") or 0.0, state.get("layoff.fraction") or 1.0
    age = state.get("freshness.newest_activity")
    back, stale = returning(state), age is None or age > FRESH_DAYS
    beginner = (state.get("history.runs") or 0) < BEGINNER_RUNS
    has_base, quality_a_week = _has_base(state), 0 if back or stale else _quality_a_week(state)
    fresh = strain is Strain.NONE and not long_due and not long_tomorrow
    return Situation(
        week=_week(state),
        weekday=state.day.weekday(),
        ran_today=bool(state.get("today.runs") or state.get("today.distance")),
        long_today=not back
        and not beginner
        and (state.get("days_since.long_run") == 0 or _is_long(state.get("today.distance"), state)),
        days_off=_days_off(state),
        strain=strain,
        runs_due=runs_a_week(state) - int(state.get("last_7_days.runs") or 0),
        to_go_m=_to_go_m(state),
        run_m=body(state).run_m,
        returning=back,
        gap=_gap(gap, fraction, state.get("layoff.days_back") or 0.0),
        beginner=beginner,
        walks=_walks(state),
        every_other_day=beginner or (gap > EASY_RETURN_DAYS and fraction < DAILY_FRACTION),
        stale=stale,
        has_base=has_base,
        little_speed=(state.get("last_28_days.hard_sessions") or 0) < LITTLE_SPEED,
        long_due=long_due and not back and not beginner,
        long_tomorrow=long_tomorrow and fresh_tomorrow and not back and not beginner and not stale,
        quality_due=fresh and _quality_due(state, quality_a_week),
        quality_tomorrow=fresh_tomorrow and _quality_tomorrow(state, quality_a_week),
        quality_a_week=quality_a_week,
        second_half=_days_after_long(state) > 7 // 2,
        cuts_back=_cuts_back_now(state) and has_base and not back and not stale,
        other_sports=(state.get("other_sports.last_7_days") or 0) >= OTHER_SPORTS,
    )


def _gap(days: float, fraction: float, days_back: float) -> Gap:
    """Return how the way back from a break is told: by the length of the break, until most of it is behind."""
    if days_back > 0 and fraction >= DAILY_FRACTION:
        return Gap.BEHIND
    return next((length for most, length in GAPS if days <= most), Gap.VERY_LONG)


def _walks(state: AthleteState) -> int:
    """Return how much of a run is walked by who begins, or begins again after a long break; see Situation.walks."""
    fraction, runs = state.get("layoff.fraction") or 1.0, state.get("history.runs") or 0.0
    if fraction <= RUN_WALK_FRACTION and (state.get("layoff.gap") or 0.0) > RUN_WALK_RETURN_DAYS:
        return 1 + sum(fraction >= each for each in WALK_LESS_FRACTIONS)
    if runs < BEGINNER_RUNS and (state.get("last_run.speed") or 0.0) < RUNNING_MPS:
        return 1 + sum(runs >= each for each in WALK_LESS_RUNS)
    return 0


def runs_a_week(state: AthleteState) -> int:
    """Return how many runs a week this runner is used to, or the fewest that build something."""
    usual = state.get("typical_week.runs") or 0.0
    if (state.get("layoff.fraction") or 0.0) >= DAILY_FRACTION:
        usual = max(usual, (state.get("last_365_days.runs") or 0.0) / year_weeks(state))
    return max(FEWEST_RUNS_A_WEEK, int(usual + 0.5))


def _days_off(state: AthleteState) -> int:
    since = state.get("days_since.last_run")
    return 7 if since is None else max(0, int(since) - 1)


def _week(state: AthleteState) -> int:
    return (state.day.toordinal() - 1) // 7


def _strain(state: AthleteState, ahead: int = 0) -> Strain:
    """Return the strongest thing the legs still feel, or will feel so many days ahead."""

    def within(fact: str, days: float) -> bool:
        since = state.get(f"days_since.{fact}")
        return since is not None and since + ahead < days

    typical = state.get("typical_week.distance")
    last_m = state.get("today.distance" if ahead else "yesterday.distance")
    felt = {
        Strain.RACE: within("race", CLEAR_DAYS) or any(within(race, days + 1) for race, *_, days, _ in RACE_DAYS),
        Strain.HARD: within("hard_session", 2) or within("long_hard_session", CLEAR_DAYS),
        Strain.LONG: within("long_run", 2) or _is_long(last_m, state),
        Strain.HEAVY_WEEK: typical is not None and (state.get("last_7_days.distance") or 0.0) > HEAVY_WEEK * typical,
        Strain.BRISK: within("last_run", 2) and _is_brisk(state),
    }
    return next((strain for strain, is_felt in felt.items() if is_felt), Strain.NONE)


def _is_brisk(state: AthleteState) -> bool:
    """Tell whether the last run was quicker than easy, and quicker than this runner usually runs."""
    speed, easy = state.get("last_run.speed"), state.get("speed.easy_fast")
    usual_m, usual_s = state.get("typical_run.distance"), state.get("typical_run.duration")
    usual_mps = usual_m / usual_s if usual_m and usual_s else 0.0
    return speed is not None and easy is not None and speed > max(BRISK * easy, BRISKER * usual_mps)


def _to_go_m(state: AthleteState) -> float:
    """Return how far the last seven days are below what they should hold, m; below zero where they hold more."""
    usual = "baseline_week.distance" if returning(state) else "typical_week.distance"
    typical = state.get(usual) or state.get("baseline_week.distance")
    if typical is None:
        return body(state).run_m
    factor, year_m = BUILD[_week(state) % len(BUILD)], year_week_m(state)
    if returning(state):
        aim_m = typical
    elif typical > max(SMALL_TARGET_M, ROOM_TO_GROW * year_m):
        aim_m = min(factor, 1.0) * typical
    elif typical < year_m and factor > 1:
        aim_m = min(REGAIN * typical, factor * year_m)
    else:
        aim_m = factor * typical
    return aim_m - (state.get("last_7_days.distance") or 0.0)


def _has_base(state: AthleteState) -> bool:
    """Tell whether there is running enough behind this runner for hard work."""
    return (
        (state.get("history.days") or 0) >= BASE_DAYS
        and (state.get("history.runs") or 0) >= BASE_RUNS
        and (state.get("typical_week.distance") or 0) >= BASE_WEEK_M
    )


def _days_after_long(state: AthleteState) -> int:
    """Return how many days this weekday comes after the one of the long run: the habit, the last one, or Sunday."""
    habit, since = state.get("habit.long_run_weekday"), state.get("days_since.long_run")
    weekday = SUNDAY
    if habit is not None:
        weekday = int(habit)
    elif since is not None and since < 2 * 7:
        weekday = (state.day - timedelta(days=int(since))).weekday()
    return (state.day.weekday() - weekday) % 7


def _long_run(state: AthleteState) -> tuple[bool, bool]:
    """Tell whether a long run is due today, and whether one will be tomorrow."""
    since, after = state.get("days_since.long_run"), _days_after_long(state)
    if since is not None and since < LONG_TOO_SOON:
        return False, False
    return after == 0, after == 7 - 1


def _is_long(metres: float | None, state: AthleteState) -> bool:
    """Tell whether a run of this length feels like this runner's long run."""
    runner = body(state)
    return metres is not None and metres >= max(LONG_RUN_AGAIN * runner.long_m, LONGER * runner.run_m)


def _quality_a_week(state: AthleteState) -> int:
    """Return how many hard sessions a week suit this runner at this time."""
    if not _has_base(state):
        return 0
    return 2 if runs_a_week(state) >= RUNS_FOR_TWO_QUALITY else 1


def _quality_due(state: AthleteState, a_week: int) -> bool:
    """
    Tell whether this is a day for hard work.

    Short repetitions do not always show in a recording, so the calendar is the memory: hard work has its days, the
    first of them on which the runner can run is taken, and what was missed is not made up.
    """
    since, done = state.get("days_since.hard_session"), state.get("last_7_days.hard_sessions") or 0
    if done >= a_week or (since is not None and since < QUALITY_SPACING[a_week]):
        return False
    after, days_off = _days_after_long(state), _days_off(state)
    return any(after in days and days_off >= after - days[0] for days in _quality_days(state, a_week))


def _quality_tomorrow(state: AthleteState, a_week: int) -> bool:
    """Tell whether tomorrow is the first day of a week for hard work that is still to be done."""
    since, done = state.get("days_since.hard_session"), state.get("last_7_days.hard_sessions") or 0
    if done >= a_week or (since is not None and since + 1 < QUALITY_SPACING[a_week]):
        return False
    return any(_days_after_long(state) + 1 == days[0] for days in _quality_days(state, a_week))


def _is_cut_back(state: AthleteState) -> bool:
    """Tell whether the calendar has this as the week that does less."""
    return _week(state) % len(BUILD) == CUT_BACK


def _cuts_back_now(state: AthleteState) -> bool:
    """Tell whether this is the week that does less, for who has a load to step down from."""
    month_m, week_m = state.get("last_28_days.distance") or 0.0, state.get("typical_week.distance") or 0.0
    return _is_cut_back(state) and month_m >= LOADED * 4 * week_m


def _quality_days(state: AthleteState, a_week: int) -> tuple[tuple[int, ...], ...]:
    """Return the days for hard work; the cut-back week keeps the first."""
    return QUALITY_DAYS[a_week][: 1 if _is_cut_back(state) else None]
