"""What the made-up runner's watch counts: totals, laps and the steps of the workout, all from the columns it stored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from run_tracker.model import Activity, Device, FollowedStep, Intensity, Lap, LapTrigger, Pause
from run_tracker.sources.demo_body import Halt
from run_tracker.sources.demo_course import Column
from run_tracker.sources.demo_plan import Planned
from run_tracker.sources.demo_sessions import Laps, Repeats, Stretch, speed

UTC_OFFSET_S = 3600
WATCH = Device(manufacturer="development")
AUTO_LAP_M, RIDE_LAP_M = 1000.0, 5000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """The stored rows of a session: the timer's seconds beside the columns, and the stop that parts the two."""

    started_at: datetime
    timer_s: Column
    rows: Mapping[str, Column]
    halt: Halt

    def clock_s(self, timer_s: float) -> float:
        """Return the seconds since the start when the timer shows `timer_s`."""
        return timer_s + (self.halt.length_s if timer_s > self.halt.after_s else 0)

    def distance_m(self, timer_s: float) -> float:
        """Return the metres covered when the timer shows `timer_s`; 0 for a session that goes nowhere."""
        found = self.rows.get("distance_m")
        return 0.0 if found is None else round(float(np.interp(timer_s, self.timer_s, found)), 2)

    def part(self, name: str, since_s: float, until_s: float) -> Column:
        """Return a column's values while the timer went from `since_s` to `until_s`, without the missing ones."""
        if name not in self.rows:
            return np.empty(0)
        first, last = np.searchsorted(self.timer_s, (since_s, until_s), side="right")
        values = self.rows[name][first if since_s else 0 : last]
        return values[~np.isnan(values)]


def activity(planned: Planned, watched: Watched, ends_s: tuple[int, ...]) -> Activity:
    """Return the activity of a session whose stretches ended when the timer showed `ends_s`."""
    session = planned.session
    whole = _lap(watched, 0.0, float(ends_s[-1]))
    guided = session.laps is Laps.GUIDED
    return Activity(
        sport=session.sport,
        sub_sport=session.sub_sport,
        started_at=watched.started_at,
        utc_offset_s=UTC_OFFSET_S,
        timer_s=whole.timer_s,
        elapsed_s=whole.elapsed_s,
        distance_m=whole.distance_m,
        heart_rate_bpm=whole.heart_rate_bpm,
        max_heart_rate_bpm=whole.max_heart_rate_bpm,
        cadence_spm=whole.cadence_spm,
        ascent_m=whole.ascent_m,
        descent_m=whole.descent_m,
        laps=tuple(_laps(planned, watched, ends_s)),
        steps=tuple(_steps(planned)) if guided else (),
        pauses=tuple(_pauses(watched)),
        device=WATCH,
    )


def _lap(watched: Watched, since_s: float, until_s: float) -> Lap:
    """Return what the watch counts while the timer goes from `since_s` to `until_s`."""
    beats = watched.part("heart_rate_bpm", since_s, until_s)
    steps = watched.part("cadence_spm", since_s, until_s)
    rises = np.diff(watched.part("altitude_m", since_s, until_s))
    clock_s = watched.clock_s(since_s)
    return Lap(
        started_at=watched.started_at + timedelta(seconds=int(clock_s)),
        timer_s=round(until_s - since_s, 3),
        elapsed_s=round(watched.clock_s(until_s) - clock_s, 3),
        distance_m=round(watched.distance_m(until_s) - watched.distance_m(since_s), 2),
        heart_rate_bpm=float(np.round(beats.mean())) if len(beats) else None,
        max_heart_rate_bpm=float(beats.max()) if len(beats) else None,
        cadence_spm=float(np.round(steps.mean())) if len(steps) else None,
        ascent_m=float(np.round(rises[rises > 0].sum())) if "altitude_m" in watched.rows else None,
        descent_m=float(np.round(-rises[rises < 0].sum())) if "altitude_m" in watched.rows else None,
    )


def _laps(planned: Planned, watched: Watched, ends_s: tuple[int, ...]) -> Iterator[Lap]:
    """Yield the laps: a kilometre each on a free run, else a stretch each, told apart where the watch led."""
    session = planned.session
    if session.laps is Laps.AUTO:
        yield from _auto_laps(watched, float(ends_s[-1]), RIDE_LAP_M if session.sport == "ride" else AUTO_LAP_M)
        return
    since_s = 0
    for (index, stretch), until_s in zip(session.flat(), ends_s, strict=True):
        lap = _lap(watched, since_s, until_s)
        ended = LapTrigger.DISTANCE if stretch.length_m is not None else LapTrigger.TIME
        ended = ended if session.laps is Laps.GUIDED else LapTrigger.MANUAL
        trigger = LapTrigger.SESSION_END if until_s == ends_s[-1] else ended
        lap = replace(lap, trigger=trigger)
        yield replace(lap, intensity=stretch.intensity, step_index=index) if session.laps is Laps.GUIDED else lap
        since_s = until_s


def _auto_laps(watched: Watched, until_s: float, every_m: float) -> Iterator[Lap]:
    """Yield a lap for every full `every_m` metres and one for what is left."""
    marks = np.arange(every_m, watched.distance_m(until_s), every_m)
    distance = watched.rows.get("distance_m", np.zeros(1))
    crossed_s = np.round(np.interp(marks, distance, watched.timer_s[: len(distance)]), 3)
    since_s = 0.0
    for mark_s in crossed_s.tolist():
        yield replace(_lap(watched, since_s, mark_s), trigger=LapTrigger.DISTANCE)
        since_s = mark_s
    yield replace(_lap(watched, since_s, until_s), trigger=LapTrigger.SESSION_END)


def _pauses(watched: Watched) -> Iterator[Pause]:
    """Yield the stop at a crossing, if there was one."""
    halt = watched.halt
    if halt.length_s:
        stopped_at = watched.started_at + timedelta(seconds=halt.after_s)
        yield Pause(started_at=stopped_at, ended_at=stopped_at + timedelta(seconds=halt.length_s))


def _steps(planned: Planned) -> Iterator[FollowedStep]:
    """Yield the steps of the workout the watch led through, repetitions as the watch lists them."""
    index = 0
    for part in planned.session.parts:
        first = index
        for stretch in part.stretches if isinstance(part, Repeats) else (part,):
            yield _step(index, stretch, planned.fitness)
            index += 1
        if isinstance(part, Repeats):
            yield FollowedStep(index=index, duration_kind="repeat", duration_value=part.times, repeat_from=first)
            index += 1


def _step(index: int, stretch: Stretch, fitness: float) -> FollowedStep:
    """Return one step, with a range of speeds where it is the point of the workout."""
    work = stretch.intensity in {Intensity.ACTIVE, Intensity.INTERVAL}
    mps = speed(fitness * stretch.share)
    return FollowedStep(
        index=index,
        intensity=stretch.intensity,
        duration_kind="time" if stretch.length_m is None else "distance",
        duration_value=stretch.length_s if stretch.length_m is None else round(stretch.length_m, 2),
        target_kind="speed" if work else "open",
        target_low=round(0.98 * mps, 3) if work else None,
        target_high=round(1.02 * mps, 3) if work else None,
    )
