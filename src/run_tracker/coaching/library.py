"""The library: what a coach can ask for, each workout in several doses cut to the runner."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from run_tracker.coaching.body import MINUTE_S, ROUND_M, Body, body
from run_tracker.coaching.guardrails import FIRST_RUN_S, review
from run_tracker.coaching.state import AthleteState
from run_tracker.workout import Effort, Kind, Repeat, Role, Step, Target, Workout

type Steps = tuple[Step | Repeat, ...]
type Build = Callable[[Body, float], Steps | None]

SHORT, USUAL, LONG = "-short", "", "-long"
ONE_DOSE = {USUAL: 1.0}
CROSS_DOSES = {USUAL: 45.0, SHORT: 30.0, LONG: 60.0}  # minutes
RUN_WALK_DOSES = {USUAL: 120.0, SHORT: 60.0, LONG: 240.0}  # seconds of running between the walks
RECOVERY_DOSES = {USUAL: 0.65, SHORT: 0.5}  # of the usual run
EASY_DOSES = {USUAL: 1.0, SHORT: 0.75, LONG: 1.25}
LONG_DOSES = {USUAL: 1.07, SHORT: 0.85, LONG: 1.15}  # of the usual long run
HARD_DOSES = {USUAL: 0.8, SHORT: 0.6, LONG: 1.0}  # of the most that is allowed
ALTERNATION_DOSES = {USUAL: 0.65, SHORT: 0.5, LONG: 0.8}  # half of the work is easier, but none of it is rest
RUNG_DOSES = {USUAL: 1.0, SHORT: 0.0, LONG: 2.0}  # which of a ladder's three forms
MEDIUM_LONG_RATIO, MEDIUM_LONG_RUNS = 1.3, 5  # with fewer runs a week there is no room for one
SHORTEST_TEMPO_S, LONGEST_TEMPO_S = 10 * MINUTE_S, 30 * MINUTE_S
LONGEST_EXTRA_M = 2_000.0  # on top of a warm-up
SHORTEST_RACE_PACE_M = 4_000.0
FAST_FINISH_SHARE, SHORTEST_FAST_FINISH_M, LONGEST_FAST_FINISH_M = 0.25, 2_500.0, 8_000.0
PROGRESSION_SHARES = (0.3, 0.2)  # steady, then fast; what comes before is slow

JOG, WALK, STRIDE = (Target(effort=effort) for effort in (Effort.RECOVERY, Effort.WALK, Effort.STRIDE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One workout of the library: `build` makes it at a dose, or None where it does not fit the runner."""

    id: str
    kind: Kind
    name: str
    doses: Mapping[str, float]
    build: Build


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetitions:
    """Equal pieces of work with something easier between them, each by distance (m) or by time (s)."""

    effort: Effort
    work_m: float | None = None
    work_s: float | None = None
    between: Effort = Effort.RECOVERY
    between_m: float | None = None
    between_s: float | None = None
    least: int
    most: int
    uphill: bool = False  # the effort counts: no pace holds

    def __call__(self, runner: Body, dose: float) -> Steps | None:
        """Build whole repetitions within the cap of their effort, with warm-up and cool-down around."""
        target = Target(effort=self.effort) if self.uphill else runner.target(self.effort)
        easier = JOG if self.between is Effort.RECOVERY else runner.target(self.between)
        work = Step(role=Role.WORK, target=target, length_m=self.work_m, length_s=self.work_s)
        role = Role.WORK if self.between is Effort.MARATHON else Role.RECOVERY
        rest = Step(role=role, target=easier, length_m=self.between_m, length_s=self.between_s)
        times = int(dose * min(self.most, runner.cap_m(self.effort) // work.distance_m))
        return _framed(runner, Repeat(times=times, steps=(work, rest))) if times >= self.least else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """Work that grows and shrinks again, in three forms: `rungs` are metres with a jog, or seconds with half of it."""

    effort: Effort
    rungs: tuple[tuple[float, ...], ...]
    jog_m: float | None = None  # None: the rungs are seconds

    def __call__(self, runner: Body, dose: float) -> Steps | None:
        """Build the form that `dose` points to, where it is within the cap of its effort."""
        target = runner.target(self.effort)
        steps = [step for rung in self.rungs[int(dose)] for step in self._rung(target, rung)]
        work_m = sum(step.distance_m for step in steps if step.role is Role.WORK)
        return _framed(runner, *steps) if work_m <= runner.cap_m(self.effort) else None

    def _rung(self, target: Target, rung: float) -> Iterator[Step]:
        if self.jog_m is None:
            yield Step(role=Role.WORK, target=target, length_s=rung)
            yield Step(role=Role.RECOVERY, target=JOG, length_s=max(MINUTE_S, rung / 2))
        else:
            yield Step(role=Role.WORK, target=target, length_m=rung)
            yield Step(role=Role.RECOVERY, target=JOG, length_m=self.jog_m)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sprinkled:
    """An easy run with a few short fast pieces towards its end: fast and relaxed, not hard."""

    times: int
    fast: Step
    rest: Step

    def __call__(self, runner: Body, dose: float) -> Steps | None:
        """Build it as long as the easy run of this dose, where that leaves a warm-up."""
        end = runner.stretch(Effort.EASY, 2 * ROUND_M, Role.COOLDOWN)
        total_m = runner.rounded(min(dose * runner.run_m, runner.most_easy_m))
        before_m = total_m - self.times * (self.fast.distance_m + self.rest.distance_m) - end.distance_m
        if before_m < 2 * ROUND_M:
            return None
        run = runner.stretch(Effort.EASY, before_m)
        return (run, Repeat(times=self.times, steps=(self.fast, self.rest)), end)


def _framed(runner: Body, *work: Step | Repeat) -> Steps:
    """Put a warm-up and a cool-down around work: a longer warm-up where the whole is shorter than the usual run."""
    warmup, cooldown = runner.around(Role.WARMUP), runner.around(Role.COOLDOWN)
    whole = Workout(id="", kind=Kind.EASY, name="", steps=(warmup, *work, cooldown))
    missing_m = min(LONGEST_EXTRA_M, max(0.0, runner.run_m - whole.distance_m))
    return (runner.around(Role.WARMUP, missing_m), *work, cooldown)


def _rest(_runner: Body, _dose: float) -> Steps:
    return ()


def _cross_training(_runner: Body, dose: float) -> Steps:
    return (Step(role=Role.WORK, target=Target(effort=Effort.EASY), length_s=dose * MINUTE_S),)


def _run_walk(runner: Body, dose: float) -> Steps | None:
    """Walk and run in turns for half an hour at most, and walk home: for who begins or begins again."""
    if not runner.takes_walks:
        return None
    walk = Step(role=Role.RECOVERY, target=WALK, length_s=max(MINUTE_S, 3 * MINUTE_S - dose))
    run = Step(role=Role.WORK, target=runner.target(Effort.EASY), length_s=dose)
    home = Step(role=Role.COOLDOWN, target=WALK, length_s=2 * MINUTE_S)
    turn_s, turn_m = walk.duration_s + run.duration_s, walk.distance_m + run.distance_m
    turns = int(min((FIRST_RUN_S - home.duration_s) // turn_s, (runner.most_m - home.distance_m) // turn_m))
    return (Repeat(times=turns, steps=(walk, run)), home) if turns > 0 else None


def _recovery(runner: Body, dose: float) -> Steps:
    return (runner.stretch(Effort.RECOVERY, dose * runner.run_m),)


def _easy(runner: Body, dose: float) -> Steps:
    return (runner.stretch(Effort.EASY, min(dose * runner.run_m, runner.most_easy_m)),)


def _medium_long(runner: Body, dose: float) -> Steps | None:
    metres = dose * MEDIUM_LONG_RATIO * runner.run_m
    fits = runner.runs_a_week >= MEDIUM_LONG_RUNS and metres <= runner.most_easy_m
    return (runner.stretch(Effort.EASY, metres),) if fits else None


def _long_m(runner: Body, dose: float) -> float | None:
    metres = runner.rounded(min(dose * runner.long_m + ROUND_M / 2, runner.most_long_m))
    return metres if metres > runner.run_m else None


def _long(runner: Body, dose: float) -> Steps | None:
    metres = _long_m(runner, dose)
    return None if metres is None else (runner.stretch(Effort.EASY, metres),)


def _fast_finish(runner: Body, dose: float) -> Steps | None:
    metres = _long_m(runner, dose)
    if metres is None or FAST_FINISH_SHARE * metres < SHORTEST_FAST_FINISH_M:
        return None
    finish_m = min(FAST_FINISH_SHARE * metres, LONGEST_FAST_FINISH_M) // ROUND_M * ROUND_M
    easy = runner.stretch(Effort.EASY, metres - finish_m)
    return (easy, runner.stretch(Effort.MARATHON, finish_m))


def _progression(runner: Body, dose: float) -> Steps:
    total_m = runner.rounded(min(dose * runner.run_m, runner.most_easy_m))
    steady_m, fast_m = (share * total_m // ROUND_M * ROUND_M or ROUND_M for share in PROGRESSION_SHARES)
    return (
        runner.stretch(Effort.RECOVERY, total_m - steady_m - fast_m),
        runner.stretch(Effort.EASY, steady_m),
        runner.stretch(Effort.MARATHON, fast_m),
    )


def _tempo(runner: Body, dose: float) -> Steps | None:
    longest_m = runner.metres(Effort.THRESHOLD, LONGEST_TEMPO_S)
    work = runner.stretch(Effort.THRESHOLD, dose * min(runner.cap_m(Effort.THRESHOLD), longest_m))
    return _framed(runner, work) if work.duration_s >= SHORTEST_TEMPO_S else None


def _race_pace(runner: Body, dose: float) -> Steps | None:
    metres = dose * runner.cap_m(Effort.MARATHON)
    return _framed(runner, runner.stretch(Effort.MARATHON, metres)) if metres >= SHORTEST_RACE_PACE_M else None


def _entry(entry_id: str, kind: Kind, name: str, doses: Mapping[str, float], build: Build) -> Entry:
    return Entry(id=entry_id, kind=kind, name=name, doses=doses, build=build)


_T, _I, _R, _M = Effort.THRESHOLD, Effort.INTERVAL, Effort.REPETITION, Effort.MARATHON
_STRIDES = Sprinkled(
    times=5,
    fast=Step(role=Role.WORK, target=STRIDE, length_m=100),
    rest=Step(role=Role.RECOVERY, target=JOG, length_m=100),
)
_SPRINTS = Sprinkled(
    times=6,
    fast=Step(role=Role.WORK, target=STRIDE, length_s=10),
    rest=Step(role=Role.RECOVERY, target=WALK, length_s=90),
)
_METRES = ((400, 800, 800, 400), (400, 800, 1200, 800, 400), (400, 800, 1200, 1600, 1200, 800, 400))
_SECONDS = ((60, 120, 120, 60), (60, 120, 180, 120, 60), (60, 120, 180, 240, 180, 120, 60))

LIBRARY = (
    _entry("rest", Kind.REST, "Rest day", ONE_DOSE, _rest),
    _entry("cross-training", Kind.CROSS_TRAINING, "Cross-training", CROSS_DOSES, _cross_training),
    _entry("run-walk", Kind.RUN_WALK, "Run-walk", RUN_WALK_DOSES, _run_walk),
    _entry("recovery", Kind.RECOVERY, "Recovery run", RECOVERY_DOSES, _recovery),
    _entry("easy", Kind.EASY, "Easy run", EASY_DOSES, _easy),
    _entry("easy-strides", Kind.STRIDES, "Easy run with strides", EASY_DOSES, _STRIDES),
    _entry("hill-sprints", Kind.STRIDES, "Easy run with hill sprints", EASY_DOSES, _SPRINTS),
    _entry("progression", Kind.PROGRESSION, "Progression run", EASY_DOSES, _progression),
    _entry("medium-long-run", Kind.MEDIUM_LONG, "Medium-long run", ONE_DOSE, _medium_long),
    _entry("long-run", Kind.LONG, "Long run", LONG_DOSES, _long),
    _entry("long-fast-finish", Kind.LONG, "Long run with a fast finish", LONG_DOSES, _fast_finish),
    _entry("race-pace", Kind.RACE_PACE, "Marathon-pace run", HARD_DOSES, _race_pace),
    _entry(
        "race-pace-blocks",
        Kind.RACE_PACE,
        "Marathon-pace blocks",
        HARD_DOSES,
        Repetitions(effort=_M, work_m=3000, between=Effort.EASY, between_m=1000, least=2, most=5),
    ),
    _entry("tempo", Kind.THRESHOLD, "Tempo run", HARD_DOSES, _tempo),
    _entry(
        "cruise",
        Kind.THRESHOLD,
        "Cruise intervals",
        HARD_DOSES,
        Repetitions(effort=_T, work_m=1000, between_s=60, least=3, most=8),
    ),
    _entry(
        "long-cruise",
        Kind.THRESHOLD,
        "Long cruise intervals",
        HARD_DOSES,
        Repetitions(effort=_T, work_m=2000, between_s=120, least=2, most=5),
    ),
    _entry(
        "alternations",
        Kind.THRESHOLD,
        "Alternations",
        ALTERNATION_DOSES,
        Repetitions(effort=_T, work_m=1000, between=_M, between_m=1000, least=2, most=5),
    ),
    _entry(
        "fartlek",
        Kind.FARTLEK,
        "Fartlek",
        HARD_DOSES,
        Repetitions(effort=_I, work_s=60, between_s=60, least=6, most=15),
    ),
    _entry("fartlek-ladder", Kind.FARTLEK, "Fartlek ladder", RUNG_DOSES, Ladder(effort=_I, rungs=_SECONDS)),
    _entry(
        "hills",
        Kind.HILLS,
        "Hill repetitions",
        HARD_DOSES,
        Repetitions(effort=_I, work_s=60, between_s=90, least=5, most=12, uphill=True),
    ),
    _entry(
        "long-hills",
        Kind.HILLS,
        "Long hill repetitions",
        HARD_DOSES,
        Repetitions(effort=_T, work_s=180, between_s=180, least=3, most=6, uphill=True),
    ),
    _entry(
        "200s",
        Kind.REPETITIONS,
        "200 m repetitions",
        HARD_DOSES,
        Repetitions(effort=_R, work_m=200, between_m=200, least=6, most=20),
    ),
    _entry(
        "400s",
        Kind.REPETITIONS,
        "400 m repetitions",
        HARD_DOSES,
        Repetitions(effort=_R, work_m=400, between_m=400, least=4, most=16),
    ),
    _entry(
        "800s",
        Kind.INTERVALS,
        "800 m intervals",
        HARD_DOSES,
        Repetitions(effort=_I, work_m=800, between_m=400, least=3, most=8),
    ),
    _entry(
        "1000s",
        Kind.INTERVALS,
        "1000 m intervals",
        HARD_DOSES,
        Repetitions(effort=_I, work_m=1000, between_m=400, least=3, most=8),
    ),
    _entry(
        "1600s",
        Kind.INTERVALS,
        "1600 m intervals",
        HARD_DOSES,
        Repetitions(effort=_I, work_m=1600, between_m=400, least=2, most=5),
    ),
    _entry("pyramid", Kind.INTERVALS, "Pyramid", RUNG_DOSES, Ladder(effort=_I, rungs=_METRES, jog_m=400)),
)
"""Every workout, from nothing to the hardest; names are the field's terms."""


def candidates(state: AthleteState) -> tuple[Workout, ...]:
    """Return every workout at every dose that differs, cut to the runner; not yet reviewed."""
    runner = body(state)
    return tuple(workout for entry in LIBRARY for workout in _doses(entry, runner))


def menu(state: AthleteState) -> tuple[Workout, ...]:
    """Return what the guardrails allow on this day; rest is always on it."""
    return tuple(workout for workout in candidates(state) if not review(workout, state))


def entry_id(workout: Workout) -> str:
    """Return the id of the library's entry that a workout is a dose of."""
    return workout.id.removesuffix(SHORT).removesuffix(LONG)


def _doses(entry: Entry, runner: Body) -> Iterator[Workout]:
    built: set[Steps] = set()
    for suffix, dose in entry.doses.items():
        steps = entry.build(runner, dose)
        if steps is not None and steps not in built:
            built.add(steps)
            yield Workout(id=entry.id + suffix, kind=entry.kind, name=entry.name, steps=steps)
