"""What the runner is asked to do: a structured workout whose totals are computed, never claimed."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The purpose of a workout, in the field's words."""

    REST = "rest"
    CROSS_TRAINING = "cross_training"
    RUN_WALK = "run_walk"
    RECOVERY = "recovery"
    EASY = "easy"
    LONG = "long"
    MEDIUM_LONG = "medium_long"
    STRIDES = "strides"
    PROGRESSION = "progression"
    FARTLEK = "fartlek"
    HILLS = "hills"
    THRESHOLD = "threshold"
    INTERVALS = "intervals"
    REPETITIONS = "repetitions"
    RACE_PACE = "race_pace"


class Role(StrEnum):
    """What a step is for."""

    WARMUP = "warmup"
    WORK = "work"
    RECOVERY = "recovery"
    COOLDOWN = "cooldown"


class Effort(StrEnum):
    """How hard a step is, from standing still to flat out."""

    REST = "rest"
    WALK = "walk"
    RECOVERY = "recovery"
    EASY = "easy"
    MARATHON = "marathon"
    THRESHOLD = "threshold"
    INTERVAL = "interval"
    REPETITION = "repetition"
    STRIDE = "stride"  # short, fast, relaxed: fast but not hard


HARD_EFFORTS = frozenset({Effort.THRESHOLD, Effort.INTERVAL, Effort.REPETITION})

ASSUMED_MPS = {
    Effort.REST: 0.0,
    Effort.WALK: 1.5,
    Effort.RECOVERY: 2.3,
    Effort.EASY: 2.5,
    Effort.MARATHON: 2.8,
    Effort.THRESHOLD: 3.0,
    Effort.INTERVAL: 3.3,
    Effort.REPETITION: 3.6,
    Effort.STRIDE: 3.8,
}
"""What a runner of whom nothing is known is taken to run at each effort, m/s: a marathon in four hours and a bit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """How fast: an effort and, where pace says it better, the speeds (m/s) it lies between."""

    effort: Effort
    low_mps: float | None = None
    high_mps: float | None = None

    @property
    def mid_mps(self) -> float:
        """The speed half-way through the target, m/s; 0 where the target has no speed."""
        if self.low_mps is None or self.high_mps is None:
            return 0.0
        return (self.low_mps + self.high_mps) / 2

    @property
    def reckoned_mps(self) -> float:
        """The speed its lengths are reckoned with, m/s: the middle of the target, or what its effort is taken to be."""
        return self.mid_mps or ASSUMED_MPS[self.effort]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One stretch of a workout, by distance (m) or by time (s): exactly one of the two is given."""

    role: Role
    target: Target
    length_m: float | None = None
    length_s: float | None = None

    def __post_init__(self) -> None:
        if (self.length_m is None) == (self.length_s is None):
            raise ValueError("a step has a length in metres or in seconds, and only one of them")

    @property
    def distance_m(self) -> float:
        """Metres covered; by the reckoned speed where the step is timed."""
        return self.length_m if self.length_m is not None else (self.length_s or 0.0) * self.target.reckoned_mps

    @property
    def duration_s(self) -> float:
        """Seconds taken; by the reckoned speed where the step is measured."""
        if self.length_s is not None:
            return self.length_s
        return (self.length_m or 0.0) / self.target.reckoned_mps if self.target.reckoned_mps else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """Steps done `times` over."""

    times: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workout:
    """One day's training: `id` is its place in the library, `name` what a runner calls it."""

    id: str
    kind: Kind
    name: str
    steps: tuple[Step | Repeat, ...] = ()

    def flat(self) -> Iterator[Step]:
        """Yield every step in the order it is run, repetitions written out."""
        for part in self.steps:
            if isinstance(part, Repeat):
                for _ in range(part.times):
                    yield from part.steps
            else:
                yield part

    @property
    def distance_m(self) -> float:
        """Metres in all, on foot."""
        return sum(step.distance_m for step in self.flat()) if self.is_run else 0.0

    @property
    def duration_s(self) -> float:
        """Seconds in all."""
        return sum(step.duration_s for step in self.flat())

    @property
    def hard_s(self) -> float:
        """Seconds at threshold effort or above."""
        return sum(step.duration_s for step in self.flat() if step.target.effort in HARD_EFFORTS)

    @property
    def is_hard(self) -> bool:
        """Whether any of it is at threshold effort or above."""
        return self.hard_s > 0

    @property
    def is_run(self) -> bool:
        """Whether it is done on foot at all."""
        return self.kind not in {Kind.REST, Kind.CROSS_TRAINING}
