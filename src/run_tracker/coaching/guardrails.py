"""
What no coach may break: named rules, each with its source; the last resort is rest.

A rule sees a workout and the facts of the day and yields what it minds. A fact that is missing makes a rule stricter,
never silent. A workout at exactly the limit passes. Rest breaks no rule.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from run_tracker.coaching.proposal import Finding, Quantity
from run_tracker.coaching.state import AthleteState
from run_tracker.workout import Kind, Workout

MINUTE_S = 60.0
TOLERANCE = 0.5  # of a metre, a second or a session: what rounding may add to a workout at the limit
RUNS_THAT_PROVE = 3  # in thirty days; with fewer there is no longest run to measure by
SHORTEST_LONGEST_M = 1_000.0  # a recording shorter than this is of a watch, not of a run
SINGLE_RUN_FACTOR = 1.10
CLEAR_DAYS = 3  # only after two whole days between are forty-eight hours sure
HARD_SESSIONS_A_WEEK = ((4, 2), (8, 3))  # (runs a week up to, hard sessions at most)
MOST_HARD_SESSIONS = 4
EASY_RETURN_DAYS = 10  # without a run; a longer break is come back from without hard work
RUN_WALK_RETURN_DAYS, RUN_WALK_FRACTION = 28, 0.5  # a longer one by running and walking in turns up to this fraction
SHORTEST_RETURN_M = 2_500.0  # or the usual run where that is shorter: some twenty minutes of running and walking
FIRST_RUN_S = 30 * MINUTE_S
FIRST_RUN_KINDS = frozenset({Kind.RUN_WALK, Kind.RECOVERY, Kind.EASY})
WEEK_FACTOR = 1.30
NOVICE_DAYS = 365  # a first year of running
NOVICE_RISE_M = 10_000.0
SHORT_RUN_M, SHORT_RUN_SHARE, SHORT_RUN_DAYS = 3_000.0, 0.5, 2  # short, of the usual run, days after the last
SHORT_RUN_KINDS = frozenset({Kind.RECOVERY, Kind.EASY})
SMALL_WEEK_M = 12_000.0  # three short runs: a rise in per cent means nothing below this
LONG_RUN_SHARE = 0.35
LONG_RUN_SHARE_OF_FEW = 0.50
FEW_RUNS_A_WEEK = 3
LONG_S = 90 * MINUTE_S  # whatever it is called
LONGEST_S = 180 * MINUTE_S
RACE_DAYS = (("marathon", 14, 14, 7, 2), ("half_marathon", 7, 7, 3, 0), ("ten_kilometres", 3, 0, 0, 0))
"""Days after a race of this distance with nothing hard, with no long run, with short runs only, and without running."""
SHORT_RUN_S = 40 * MINUTE_S
FRESH_DAYS = 5  # old enough for a break that the records do not show


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """What a rule minds: a sentence without numbers, and the numbers in SI beside it."""

    says: str
    seen: Quantity | None = None
    allowed: Quantity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardrail:
    """One rule: `certainty` tells how good the evidence of its `source` is."""

    id: str
    title: str
    source: str
    certainty: str
    check: Callable[[Workout, AthleteState], Iterator[Breach]]


def _above(seen: float, allowed: float, unit: str, says: str) -> Iterator[Breach]:
    if seen > allowed + TOLERANCE:
        yield Breach(says=says, seen=Quantity(value=seen, unit=unit), allowed=Quantity(value=allowed, unit=unit))


def _longest(state: AthleteState) -> float | None:
    """Return the longest run of the last thirty days where there is running enough to speak of one, m."""
    runs, longest = state.get("last_30_days.runs"), state.get("last_30_days.longest_run")
    if runs is None or longest is None or runs < RUNS_THAT_PROVE or longest < SHORTEST_LONGEST_M:
        return None
    return longest


def _baseline(state: AthleteState) -> float:
    """Return the week that this one is compared with, m; of a history too short to have one, its mean week."""
    days = min(28.0, max(7.0, (state.get("history.days") or 28.0) + 1))
    mean_week_m = (state.get("last_28_days.distance") or 0.0) * 7 / days
    known = state.get("baseline_week.distance")
    return mean_week_m if known is None else known


def single_run(workout: Workout, state: AthleteState) -> Iterator[Breach]:
    """S1: a run, with what was run before it on the day, is at most a tenth longer than the longest of thirty days."""
    longest = _longest(state)
    if longest is not None and workout.is_run:
        says = "The day's running goes too far beyond the longest run of the last month."
        day_m = (state.get("today.distance") or 0.0) + workout.distance_m
        yield from _above(day_m, SINGLE_RUN_FACTOR * longest, "m", says)


def hard_days_apart(workout: Workout, state: AthleteState) -> Iterator[Breach]:
    """S2: no hard day after a hard day, and two whole days between a race or a long hard session and the next."""
    if not workout.is_hard:
        return
    since, yesterday = state.get("days_since.hard_session"), state.get("yesterday.hard_sessions")
    if since is None and yesterday is None and state.get("last_7_days.hard_sessions") != 0:
        yield Breach(says="It is not known when the last hard session was, so today is not for another.")
    elif (since is not None and since <= 1) or yesterday:
        yield Breach(says="The last hard session was today or yesterday, and a hard day is followed by an easier one.")
    for fact, says in (
        ("days_since.race", "The last race is too fresh for hard work."),
        ("days_since.long_hard_session", "The last long hard session is too fresh for more hard work."),
    ):
        days = state.get(fact)
        if days is not None and days < CLEAR_DAYS:
            yield Breach(
                says=says,
                seen=Quantity(value=days, unit="day"),
                allowed=Quantity(value=CLEAR_DAYS, unit="day"),
            )


def hard_sessions_a_week(workout: Workout, state: AthleteState) -> Iterator[Breach]:
    """S3: so many hard sessions in seven days as the number of runs a week can carry."""
    if not workout.is_hard:
        return
    runs = round(state.get("typical_week.runs") or 0)
    most = next((hard for up_to, hard in HARD_SESSIONS_A_WEEK if runs <= up_to), MOST_HARD_SESSIONS)
    done = state.get("last_7_days.hard_sessions")
    if done is None:
        yield Breach(says="It is not known how many hard sessions the last week holds, so today is not for another.")
    else:
        says = "The last week already holds as many hard sessions as this many runs can carry."
        yield from _above(done + 1, most, "count", says)


def return_run_m(fraction: float, usual_m: float) -> float:
    """Return how far a run on the way back may be, m; never less than what a beginner may do as well."""
    return max(fraction * usual_m, min(usual_m, SHORTEST_RETURN_M))


def coming_back(workout: Workout, state: AthleteState) -> Iterator[Breach]:
    """S9: after a break a part of the usual run; nothing hard after a longer one, walking breaks after a long one."""
    fraction, usual, gap = (state.get(f"layoff.{word}") for word in ("fraction", "usual_run", "gap"))
    if fraction is None or fraction >= 1 or not workout.is_run:
        return
    if usual is not None:
        says = "The run is too long for the way back from a break."
        yield from _above(workout.distance_m, return_run_m(fraction, usual), "m", says)
    if workout.is_hard and (gap is None or gap > EASY_RETURN_DAYS):
        yield Breach(says="On the way back from a break this long nothing is hard yet.")
    walks = fraction <= RUN_WALK_FRACTION and (gap is None or gap > RUN_WALK_RETURN_DAYS)
    if walks and workout.kind is not Kind.RUN_WALK:
        yield Breach(says="After a break this long, running and walking take turns at first.")


def first_runs(workout: Workout, state: AthleteState) -> Iterator[Breach]:
    """S9: who has no recent running to measure by starts with half an hour, easy or with walking breaks."""
    returning = state.get("layoff.fraction") is not None and state.get("layoff.usual_run") is not None
    since = state.get("days_since.last_run")
    measured = _longest(state) is not None and since is not None and since - 1 <= EASY_RETURN_DAYS
    if returning or measured or not workout.is_run:
        return
    if workout.is_hard or workout.kind not in FIRST_RUN_KINDS:
        yield Breach(says="There is too little recent running for more than an easy run or a run with walking breaks.")
    says = "There is too little recent running for a run this long."
    yield from _above(workout.duration_s, FIRST_RUN_S, "s", says)


def return_and_start(workout: Workout, state: AthleteState) -> Iterator[Breach]:
    """
    S9: after a break the run is a part of the usual one.

    Nothing is hard after more than ten days, and running and walking take turns after more than four weeks; whoever has
    no recent running starts with half an hour, easy.
    """
    yield from coming_back(workout, state)
    yield from first_runs(workout, state)


def week(workout: Workout, state: AthleteState) -> Iterator[Breach]:
    """
    S10: seven days stay within thirty per cent of the usual week; in a first year within ten kilometres too.

    A short easy run is allowed all the same two days after the last (a house limit: half the usual run, and three
    kilometres at most), as a heavy week shall not become a break.
    """
    if not workout.is_run or _is_short(workout, state):
        return
    baseline, done = _baseline(state), state.get("last_7_days.distance")
    allowed = WEEK_FACTOR * baseline
    if (state.get("history.days") or 0) < NOVICE_DAYS:
        allowed = min(allowed, baseline + NOVICE_RISE_M)
    says = "The run would lift the week too far above the usual one."
    total = (baseline if done is None else done) + workout.distance_m
    yield from _above(total, max(allowed, SMALL_WEEK_M), "m", says)


def _is_short(workout: Workout, state: AthleteState) -> bool:
    """Tell whether a run is so short and easy, and so long after the last, that no week is too heavy for it."""
    if workout.kind not in SHORT_RUN_KINDS or workout.is_hard:
        return False
    most_m = min(SHORT_RUN_M, SHORT_RUN_SHARE * (state.get("typical_run.distance") or 0.0))
    rested = (state.get("days_since.last_run") or 0.0) >= SHORT_RUN_DAYS
    return rested and workout.distance_m <= most_m + TOLERANCE


def _is_long(workout: Workout) -> bool:
    return workout.kind is Kind.LONG or (workout.is_run and workout.duration_s >= LONG_S)


def long_run(workout: Workout, state: AthleteState) -> Iterator[Breach]:
    """S12: a long run is at most about a third of the week, half of it for who runs rarely, and three hours."""
    says = "No training run is this long."
    if workout.is_run:
        yield from _above(workout.duration_s, LONGEST_S, "s", says)
    if not _is_long(workout):
        return
    runs = state.get("typical_week.runs")
    share = LONG_RUN_SHARE_OF_FEW if runs is not None and round(runs) <= FEW_RUNS_A_WEEK else LONG_RUN_SHARE
    so_far = state.get("last_7_days.distance") or 0.0
    total = max(state.get("typical_week.distance") or 0.0, so_far + workout.distance_m)
    yield from _above(workout.distance_m, share * total, "m", "The long run is too large a part of the week.")


def after_a_race(workout: Workout, state: AthleteState) -> Iterator[Breach]:
    """
    S15: nothing hard or long in the 14 days after a marathon and 7 after a half, nothing hard in 3 after 10 km.

    Runs are of forty minutes at most in the first 7 days after a marathon and 3 after a half; there are none in the
    first 2 after a marathon.
    """
    is_more = workout.is_run and workout.duration_s > SHORT_RUN_S + TOLERANCE
    for race, easy_days, no_long_days, short_days, off_days in RACE_DAYS:
        since = state.get(f"days_since.{race}")
        for is_meant, days, says in (
            (workout.is_hard, easy_days, "A race this long is too fresh for hard work."),
            (_is_long(workout), no_long_days, "A race this long is too fresh for a long run."),
            (workout.is_run, off_days, "A race this long is too fresh for running."),
            (is_more, short_days, "A race this long is too fresh for more than a short run."),
        ):
            if is_meant and since is not None and since <= days:
                seen, allowed = Quantity(value=since, unit="day"), Quantity(value=days + 1, unit="day")
                yield Breach(says=says, seen=seen, allowed=allowed)


def freshness(workout: Workout, state: AthleteState) -> Iterator[Breach]:
    """Nothing hard is asked where the newest activity of any sport is more than five days old."""
    age = state.get("freshness.newest_activity")
    if not workout.is_hard or (age is not None and age <= FRESH_DAYS):
        return
    yield Breach(
        says="There is no recent activity to judge by, so nothing hard is asked.",
        seen=None if age is None else Quantity(value=age, unit="day"),
        allowed=Quantity(value=FRESH_DAYS, unit="day"),
    )


FRANDSEN = "Schuster Brandt Frandsen et al. 2025, Br J Sports Med, https://doi.org/10.1136/bjsports-2024-109380"
FEELY = "Feely et al. 2023, Front Sports Act Living, https://doi.org/10.3389/fspor.2022.1096124"
CONVENTION = "convention"

GUARDRAILS = (
    Guardrail(
        id="S1",
        title="No run far beyond the longest of the last month",
        source=FRANDSEN,
        certainty="moderate",
        check=single_run,
    ),
    Guardrail(
        id="S2",
        title="Hard days are kept apart",
        source=CONVENTION,
        certainty="convention",
        check=hard_days_apart,
    ),
    Guardrail(
        id="S3",
        title="Only so many hard sessions a week",
        source=CONVENTION,
        certainty="convention",
        check=hard_sessions_a_week,
    ),
    Guardrail(
        id="S9",
        title="Beginning, and beginning again after a break, is gradual",
        source=f"convention for how much; that a break costs: {FEELY}",
        certainty="convention",
        check=return_and_start,
    ),
    Guardrail(
        id="S10",
        title="The week grows gently",
        source=CONVENTION,
        certainty="convention",
        check=week,
    ),
    Guardrail(
        id="S12",
        title="The long run keeps its share",
        source=CONVENTION,
        certainty="convention",
        check=long_run,
    ),
    Guardrail(
        id="S15",
        title="A race is recovered from by its length",
        source=CONVENTION,
        certainty="convention",
        check=after_a_race,
    ),
    Guardrail(
        id="freshness",
        title="No hard advice from old news",
        source=CONVENTION,
        certainty="convention",
        check=freshness,
    ),
)
"""Every rule of this stage, in the order in which a coach would think of them."""


def review(workout: Workout, state: AthleteState) -> tuple[Finding, ...]:
    """Return what the guardrails mind about this workout on this day; empty where nothing speaks against it."""
    return tuple(
        Finding(rule=rail.id, says=breach.says, source=rail.source, seen=breach.seen, allowed=breach.allowed)
        for rail in GUARDRAILS
        for breach in rail.check(workout, state)
    )
