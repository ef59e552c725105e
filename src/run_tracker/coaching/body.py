"""What workouts are cut to: how fast this runner is at each effort, and how much is usual and allowed."""

from collections.abc import Mapping
from dataclasses import dataclass

from run_tracker.coaching.guardrails import (
    FEW_RUNS_A_WEEK,
    FIRST_RUN_S,
    LONG_RUN_SHARE,
    LONG_RUN_SHARE_OF_FEW,
    SHORTEST_LONGEST_M,
    SINGLE_RUN_FACTOR,
    return_run_m,
)
from run_tracker.coaching.state import AthleteState
from run_tracker.workout import Effort, Role, Step, Target

MINUTE_S = 60.0
ROUND_M, FINE_M, WORTH = 500.0, 100.0, 0.94  # nobody sets out for an odd number of metres, or of minutes;
ROUND_S, FINE_S, FINE_BELOW_S = 300.0, 60.0, 1_800.0  # but where runs are short, half a kilometre is a large step
PACE_BAND = 0.015  # to either side of a speed: what a runner can hold and a watch can tell
STEADY_BAND, STEADY_DAYS = 0.04, 28  # around the speed of the usual run where nothing better is known, nor a break
WALKING_WEEK_M = 15_000.0  # who runs this much needs no walking breaks
LONG_RUN_RATIO = 1.25  # of the usual run: the long run of who has none yet
LONG_RUN_KEPT = 0.9  # of the longest run of four weeks: one week without a long run does not shorten the next
EASY_SHARE, EASY_RISE = 0.75, 1.1  # no run between is longer than this times the long run or the usual run
BUILDING = 1.05  # times the mean of four weeks is a week that builds, as one of the four cuts back
RUNS_FOR_OTHERS = 2  # a week, from which on the runs beside the long one say what is usual
RUNNING_MPS, FASTEST_MPS = 2.1, 7.0  # a slower mean holds walking, and a faster one nobody's easy running
REGAINED_BELOW, REGAINED_RISE = 0.8, 1.3  # of the year's mean week: what was there comes back faster than what is new
USUAL_EASY_S, USUAL_LONG_S = 80 * MINUTE_S, 150 * MINUTE_S  # longer is for the few; the guardrail stops at three hours
CAPS = {
    Effort.MARATHON: (0.16, 16_000.0),
    Effort.THRESHOLD: (0.10, 10_000.0),
    Effort.INTERVAL: (0.08, 10_000.0),
    Effort.REPETITION: (0.05, 8_000.0),
}
"""How much work a session holds at most at each effort: a share of the usual week, and metres. Convention."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A runner as the library sees one: targets by effort, and distances in metres."""

    targets: Mapping[Effort, Target]
    takes_walks: bool  # begins, or begins again
    week_m: float
    runs_a_week: float
    run_m: float  # the usual run, or what the usual week takes; on the way back from a break, what is allowed of it
    long_m: float  # the usual long run
    most_m: float  # no run may be longer,
    most_easy_m: float  # no run between the hard ones than this,
    most_long_m: float  # nor a long run than this

    def target(self, effort: Effort) -> Target:
        """Return the target of an effort: with speeds where they are known."""
        return self.targets.get(effort) or Target(effort=effort)

    def metres(self, effort: Effort, seconds: float) -> float:
        """Return how far the runner comes in so many seconds of an effort."""
        return seconds * self.target(effort).reckoned_mps

    def cap_m(self, effort: Effort) -> float:
        """Return the most work a session may hold at an effort, m."""
        share, most_m = CAPS[effort]
        return min(share * self.week_m, most_m)

    @staticmethod
    def rounded(metres: float) -> float:
        """Return a distance that a runner sets out for, rounded down."""
        whole = metres // ROUND_M * ROUND_M
        return max(ROUND_M, whole if whole >= WORTH * metres else metres // FINE_M * FINE_M)

    def stretch(self, effort: Effort, metres: float, role: Role = Role.WORK) -> Step:
        """Return a step of this length rounded down: by distance, or by time where the speed is not known."""
        target = self.target(effort)
        if target.mid_mps:
            return Step(role=role, target=target, length_m=self.rounded(metres))
        seconds = metres / target.reckoned_mps
        step = FINE_S if seconds < FINE_BELOW_S else ROUND_S
        return Step(role=role, target=target, length_s=max(ROUND_S, seconds // step * step))

    def around(self, role: Role, extra_m: float = 0.0) -> Step:
        """Return a warm-up or a cool-down: half kilometres enough for ten minutes even at the fast end of easy."""
        minutes = 12 if role is Role.WARMUP else 10
        target = self.target(Effort.EASY)
        if target.high_mps is None:
            return Step(role=role, target=target, length_s=minutes * MINUTE_S)
        metres = -(-minutes * MINUTE_S * target.high_mps // ROUND_M) * ROUND_M
        return Step(role=role, target=target, length_m=metres + extra_m // ROUND_M * ROUND_M)


def year_weeks(state: AthleteState) -> float:
    """Return how many weeks the sums of the last year stand for."""
    return min(365.0, max(28.0, (state.get("history.days") or 0.0) + 1)) / 7


def year_week_m(state: AthleteState) -> float:
    """Return the mean week of the last year, or of the history where it is shorter, m."""
    return (state.get("last_365_days.distance") or 0.0) / year_weeks(state)


def body(state: AthleteState) -> Body:
    """Measure the runner: where a fact is missing, the smaller assumption is made."""
    targets = _targets(state)
    easy_mps = targets.get(Effort.EASY, Target(effort=Effort.EASY)).reckoned_mps
    week_m = state.get("typical_week.distance") or state.get("baseline_week.distance") or 0.0
    runs = state.get("typical_week.runs") or 0.0
    run_m, most_m = _usual_and_most_m(state, easy_mps)
    rise = REGAINED_RISE if week_m < REGAINED_BELOW * year_week_m(state) else EASY_RISE
    share = LONG_RUN_SHARE_OF_FEW if round(runs) <= FEW_RUNS_A_WEEK else LONG_RUN_SHARE
    long_m = max(
        state.get("typical_week.longest_run") or 0.0,
        LONG_RUN_KEPT * (state.get("last_28_days.longest_run") or 0.0),
        LONG_RUN_RATIO * run_m,
    )
    return Body(
        targets=targets,
        takes_walks=returning(state) or week_m < WALKING_WEEK_M,
        week_m=week_m,
        runs_a_week=runs,
        run_m=run_m,
        long_m=min(long_m, share * week_m),
        most_m=most_m,
        most_easy_m=min(most_m, max(rise * run_m, EASY_SHARE * long_m), USUAL_EASY_S * easy_mps),
        most_long_m=min(most_m, share * week_m),
    )


def returning(state: AthleteState) -> bool:
    """Tell whether the runner is on the way back from a break."""
    fraction = state.get("layoff.fraction")
    return fraction is not None and fraction < 1


def _usual_and_most_m(state: AthleteState, easy_mps: float) -> tuple[float, float]:
    """Return the usual run and the longest that is allowed, m; on the way back from a break less of both."""
    longest_m, typical_m = state.get("last_30_days.longest_run"), state.get("typical_run.distance")
    week_m, long_m = state.get("typical_week.distance"), state.get("typical_week.longest_run")
    runs = state.get("typical_week.runs") or 0.0
    usual_m = max(typical_m or FIRST_RUN_S * easy_mps, SHORTEST_LONGEST_M)
    if week_m is not None and long_m is not None and runs >= RUNS_FOR_OTHERS:
        others_m = (BUILDING * week_m - long_m) / (runs - 1)
        usual_m = max(min(others_m, long_m), min(usual_m, EASY_SHARE * long_m))
    limits_m = [USUAL_LONG_S * easy_mps]
    if returning(state):
        usual_m = state.get("layoff.usual_run") or usual_m
        limits_m.append(return_run_m(state.get("layoff.fraction") or 0.0, usual_m))
    if longest_m is not None and longest_m >= SHORTEST_LONGEST_M:
        limits_m.append(SINGLE_RUN_FACTOR * longest_m)
    elif not returning(state):
        limits_m.append(usual_m)
    return max(ROUND_M, min(usual_m, USUAL_EASY_S * easy_mps, *limits_m)), min(limits_m)


def _targets(state: AthleteState) -> dict[Effort, Target]:
    """Return the targets whose speeds are known; easy running may be read off the usual run."""
    found = {}
    slow, fast = state.get("speed.easy_slow"), state.get("speed.easy_fast")
    usual_m, usual_s = state.get("typical_run.distance"), state.get("typical_run.duration")
    recent = (state.get("days_since.last_run") or 0.0) <= STEADY_DAYS and not returning(state)
    if recent and (slow is None or fast is None) and usual_m and usual_s:
        slow, fast = usual_m / usual_s * (1 - STEADY_BAND), usual_m / usual_s * (1 + STEADY_BAND)
    if slow is not None and fast is not None and RUNNING_MPS <= fast <= FASTEST_MPS:
        found[Effort.EASY] = Target(effort=Effort.EASY, low_mps=slow, high_mps=fast)
        found[Effort.RECOVERY] = Target(effort=Effort.RECOVERY, low_mps=slow, high_mps=(slow + fast) / 2)
    for effort in (Effort.MARATHON, Effort.THRESHOLD, Effort.INTERVAL, Effort.REPETITION):
        speed = state.get(f"speed.{effort}")
        if speed is not None:
            low, high = speed * (1 - PACE_BAND), speed * (1 + PACE_BAND)
            found[effort] = Target(effort=effort, low_mps=low, high_mps=high)
    return found
