"""Numbers as a runner reads them: the one place where units and rounding are chosen."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from run_tracker.coaching.state import AthleteState
from run_tracker.model import Fact
from run_tracker.workout import Effort, Kind, Repeat, Role, Step, Target, Workout

METRES = {"km": 1000.0, "miles": 1609.344}
SLOWEST_SHOWN_MPS = 0.3  # below this a pace says nothing
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
COUNTED = {"runs": "run", "hard_sessions": "hard session"}
EFFORTS = {
    Effort.REST: "resting",
    Effort.WALK: "walking",
    Effort.RECOVERY: "very easy",
    Effort.EASY: "easy",
    Effort.MARATHON: "steady",
    Effort.THRESHOLD: "comfortably hard",
    Effort.INTERVAL: "hard",
    Effort.REPETITION: "fast",
    Effort.STRIDE: "quick",
}
"""How an effort feels, where no pace says it better."""
TRACK_M = 100  # whole hundreds below 2 km are told in metres, as on a track
TRACK_LONGEST_M = 2000


def plural(count: float, noun: str) -> str:
    """Return "1 run", "2 runs", "4.5 runs"."""
    number = f"{count:.1f}".removesuffix(".0")
    return f"{number} {noun}" if number == "1" else f"{number} {noun}s"


def duration(seconds: float) -> str:
    """Return a duration in words: "1 hour 59 mins 18 seconds", "33 mins 22 seconds"."""
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    parts = [(hours, "hour"), (minutes, "min"), (rest, "second")]
    return " ".join(plural(count, noun) for count, noun in parts if count) or "0 seconds"


def clock(seconds: float) -> str:
    """Return a duration as a watch shows it: "1:59:18", "33:22"."""
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def about(seconds: float) -> str:
    """Return a planned duration, to the minute: "45 minutes", "1 hour 10 minutes"."""
    minutes = round(seconds / 60)
    hours = plural(minutes // 60, "hour") if minutes >= 60 else ""  # noqa: PLR2004  minutes in an hour
    rest = plural(minutes % 60, "minute") if minutes % 60 or not hours else ""
    return f"{hours} {rest}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """How this runner reads numbers: `units` is "km" or "miles"."""

    units: str = "km"

    def distance(self, metres: float) -> str:
        """Return "21.26 km" or "13.21 miles"."""
        return f"{metres / METRES[self.units]:.2f} {self.units}"

    def short_distance(self, metres: float) -> str:
        """Return a distance without needless decimals: "8 km", "9.5 km"."""
        return f"{metres / METRES[self.units]:.1f}".removesuffix(".0") + f" {self.units}"

    def step_distance(self, metres: float) -> str:
        """Return a step's length: track distances in metres, others in the runner's units."""
        if metres < TRACK_LONGEST_M and not metres % TRACK_M:
            return f"{metres:.0f} m"
        if abs(metres - METRES["miles"]) < 1:
            return "1 mile"
        return self.short_distance(metres)

    def pace(self, speed_mps: float) -> str:
        """Return "5:37 /km" or "9:02 /mile"; "-" for somebody standing still."""
        if speed_mps < SLOWEST_SHOWN_MPS:
            return "-"
        return f"{clock(METRES[self.units] / speed_mps)} /{self.units.removesuffix('s')}"

    def pace_range(self, target: Target) -> str:
        """Return "5:40-6:10 /km", or the effort in words where the target has no speed."""
        if target.low_mps is None or target.high_mps is None:
            return f"{'an' if target.effort is Effort.EASY else 'a'} {EFFORTS[target.effort]} effort"
        fast, slow = self.pace(target.high_mps), self.pace(target.low_mps)
        return fast if fast == slow else f"{fast.split(' ')[0]}-{slow}"

    def height(self, metres: float) -> str:
        """Return an ascent: "123 m", or "404 ft" for readers of miles."""
        return f"{metres:.0f} m" if self.units == "km" else f"{metres / 0.3048:.0f} ft"

    def quantity(self, value: float, unit: str, noun: str = "") -> str:
        """Return any fact's value in words; `noun` names what a count counts."""
        told = {
            "m": lambda: self.short_distance(value),
            "s": lambda: about(value),
            "m/s": lambda: self.pace(value),
            "day": lambda: plural(value, "day"),
            "weekday": lambda: WEEKDAYS[int(value) % 7],
            "ratio": lambda: f"{100 * value:.0f} %",
            "bpm": lambda: f"{value:.0f} bpm",
            "spm": lambda: f"{value:.0f} spm",
            "count": lambda: plural(value, noun) if noun else f"{value:g}",
        }
        return told[unit]() if unit in told else f"{value:.1f} {unit}".strip()

    def fact(self, fact: Fact) -> str:
        """Return a fact's value as prose says it: "45.2 km", "5 runs", "2 days"."""
        return self.quantity(fact.value, fact.unit, COUNTED.get(fact.id.rpartition(".")[2], ""))

    def step(self, step: Step, kind: Kind | None = None) -> str:
        """Return one step, of a workout of this kind: "2 km at 5:40-6:10 /km", "90 s walk", "60 s uphill, hard"."""
        length = self.step_distance(step.length_m) if step.length_m else self._time(step.length_s or 0)
        if step.target.low_mps is None or step.role is Role.RECOVERY or kind is Kind.RUN_WALK:
            return f"{length} {_word(step, kind)}"
        return f"{length} at {self.pace_range(step.target)}"

    def part(self, part: Step | Repeat, kind: Kind | None = None) -> str:
        """Return one part of a workout of this kind: "8 x 400 m at 3:32 /km (90 s jog)"."""
        if isinstance(part, Step):
            return self.step(part, kind)
        working = [self.step(step, kind) for step in part.steps if step.role is not Role.RECOVERY]
        work = f"({' + '.join(working)})" if len(working) > 1 else "".join(working)
        rests = ", ".join(self.step(step, kind) for step in part.steps if step.role is Role.RECOVERY)
        return f"{part.times} x {work}" + (f" ({rests})" if rests else "")

    def main_set(self, workout: Workout) -> str:
        """Return what the workout is about, without its warm-up and cool-down, and of strides without the run."""
        outside = {Role.WARMUP, Role.COOLDOWN}
        parts: list[Step | Repeat] = [part for part in workout.steps if isinstance(part, Repeat)]
        if workout.kind is not Kind.STRIDES:
            parts = [part for part in workout.steps if isinstance(part, Repeat) or part.role not in outside]
        rungs = [part for part in parts if isinstance(part, Step) and part.role is Role.WORK]
        if rungs and len(rungs) < len(parts):
            return self._ladder(rungs)
        return ", then ".join(self.part(part, workout.kind) for part in parts) or workout.name.lower()

    def _ladder(self, rungs: Sequence[Step]) -> str:
        """Return work that grows and shrinks: "400 - 800 - 400 m at 3:55 /km, jogging between"."""
        if all(rung.length_m for rung in rungs):
            lengths = " - ".join(f"{rung.length_m:.0f}" for rung in rungs) + " m"
        else:
            lengths = " - ".join(f"{rung.duration_s / 60:g}" for rung in rungs) + " min"
        target = rungs[0].target
        pace = f"at {self.pace_range(target)}" if target.low_mps else EFFORTS[target.effort]
        return f"{lengths} {pace}, jogging between"

    def main_pace(self, workout: Workout) -> str:
        """Return the pace at which most of the work is done, or its effort where it has no speed."""
        working = [step for step in workout.flat() if step.role is Role.WORK] or list(workout.flat())
        if not working:
            return "none"
        time_s = Counter[Target]()
        for step in working:
            time_s[step.target] += round(step.duration_s)
        return self.pace_range(time_s.most_common(1)[0][0])

    def paces(self, workout: Workout) -> str:
        """Return every pace a workout asks for, in the order it is run: "5:09-5:48 /km (easy), 3:32 /km (interval)"."""
        asked = dict.fromkeys(step.target for step in workout.flat() if step.role is not Role.RECOVERY)
        paces = [f"{self.pace_range(target)} ({target.effort.value})" for target in asked if target.low_mps]
        felt = [EFFORTS[target.effort] for target in asked if not target.low_mps]
        by_feel = ", then ".join(felt) + ("" if paces else ",") + " by feel" if felt else ""
        return ", ".join([*paces, *filter(None, [by_feel])]) or "none"

    def values(self, state: AthleteState, workout: Workout) -> Mapping[str, str]:
        """Return what every placeholder stands for on this day."""
        return {fact_id: self.fact(fact) for fact_id, fact in state.facts.items()} | {
            "workout.name": workout.name.lower(),
            "workout.distance": self.short_distance(workout.distance_m),
            "workout.duration": about(workout.duration_s),
            "workout.pace": self.main_pace(workout),
            "workout.main_set": self.main_set(workout),
        }

    @staticmethod
    def _time(seconds: float) -> str:
        """Return a step's time: whole minutes from two minutes on, seconds below."""
        if seconds >= 120 and not seconds % 60:  # noqa: PLR2004  two minutes
            return f"{seconds / 60:.0f} min"
        return f"{seconds:.0f} s" if seconds < 120 else clock(seconds)  # noqa: PLR2004


def _word(step: Step, kind: Kind | None) -> str:
    """Return what a step is where its pace does not matter: "jog", "walk", "uphill, hard", "easy"."""
    effort = step.target.effort
    if step.role is Role.RECOVERY:
        return {Effort.WALK: "walk", Effort.REST: "rest"}.get(effort, "jog back" if kind is Kind.HILLS else "jog")
    if step.role is Role.WORK and kind is Kind.RUN_WALK:
        return "easy run"
    if effort is Effort.STRIDE:
        return "stride" if step.length_m else "sprint"
    uphill = "uphill, " if step.role is Role.WORK and kind is Kind.HILLS else ""
    return uphill + EFFORTS[effort]
