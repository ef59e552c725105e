"""
A made-up runner's recordings, for the demo, the tests and the benchmarks.

Nobody ran them. The runner is consistent, runs 10 km in about 43:30 by the day the demo is for, and starts every run at
a spot in the open sea, half a degree from where the equator meets Greenwich, so that no map shows anybody's street.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from run_tracker.model import Recording
from run_tracker.sources.demo_body import Effort, Halt, columns, run
from run_tracker.sources.demo_course import DEGREE_M, Column, course
from run_tracker.sources.demo_plan import Planned, plan
from run_tracker.sources.demo_sessions import Laps, Session
from run_tracker.sources.demo_watch import UTC_OFFSET_S, Watched, activity
from run_tracker.sources.fit_writer import write_fit

ROUTES = 5
WEEKEND = frozenset({5, 6})
HALTS, DROPOUTS, SPIKES, SPARSE = 0.15, 0.06, 0.05, 0.04
"""How many runs have a stop at a crossing, a heart rate that is lost, a position gone astray, a record now and then."""


def demo_files(until: date, *, days: int = 550, seed: int = 1) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the FIT bytes of each activity in the `days` days before `until`, oldest first."""
    for planned in plan(until, days, seed):
        recording = _recording(planned, seed)
        local = recording.activity.started_at + timedelta(seconds=UTC_OFFSET_S)
        yield f"{local:%Y-%m-%d-%H%M}-{planned.session.name.replace(' ', '-')}.fit", write_fit(recording)


def demo_recordings(until: date, *, days: int = 550, seed: int = 1) -> Iterator[Recording]:
    """
    Yield each activity in the `days` days before `until`, oldest first; nothing on that day or after it.

    The same arguments and NumPy give the same recordings; a day's does not depend on how many days are asked for.
    """
    return (_recording(planned, seed) for planned in plan(until, days, seed))


def _recording(planned: Planned, seed: int) -> Recording:
    """Return one day's activity as the watch recorded it."""
    session = planned.session
    rng = np.random.default_rng([seed, planned.day.toordinal(), 1])
    way = course(session, int(rng.integers(ROUTES)), flat=session.sub_sport == "treadmill")
    effort = run(planned, way, rng)
    halt = _halt(session, effort, rng)
    started_at = _start(planned, rng)
    timer_s = np.arange(len(effort.share), dtype=np.float64)
    clock_s = started_at.timestamp() + timer_s + halt.length_s * (timer_s > halt.after_s)
    seen = {"time_s": clock_s, **columns(planned, effort, way, halt, rng)}
    kept = _kept(effort, halt, rng)
    rows = _blemished({name: values[kept] for name, values in seen.items()}, rng)
    watched = Watched(started_at=started_at, timer_s=timer_s[kept], rows=rows, halt=halt)
    return Recording(activity=activity(planned, watched, effort.ends_s), columns=rows)


def _start(planned: Planned, rng: np.random.Generator) -> datetime:
    """Return when the session begins (UTC): before work, after it if it is hard or no run, later at weekends."""
    session = planned.session
    usual = time(18, 10) if session.laps is not Laps.AUTO or session.sport != "run" else time(6, 30)
    if planned.day.weekday() in WEEKEND:
        usual = time(10, 0) if session.race else time(8, 40)
    late = timedelta(seconds=int(rng.integers(0, 90)) if session.race else int(rng.integers(-900, 900)))
    return datetime.combine(planned.day, usual, UTC) - timedelta(seconds=UTC_OFFSET_S) + late


def _halt(session: Session, effort: Effort, rng: np.random.Generator) -> Halt:
    """Return the stop at a crossing, which only free runs on the road have."""
    chance, where, length = rng.random(3)
    if session.laps is not Laps.AUTO or session.sub_sport != "road" or session.race or chance > HALTS:
        return Halt()
    return Halt(after_s=int((0.2 + 0.6 * where) * len(effort.share)), length_s=int(12 + 70 * length))


def _kept(effort: Effort, halt: Halt, rng: np.random.Generator) -> np.ndarray:
    """Return which seconds the watch stores: all, or on some runs one in about four and those where a lap ends."""
    kept = np.full(len(effort.share), rng.random() > SPARSE)
    gaps = np.cumsum(rng.integers(2, 7, len(kept) // 3))
    kept[gaps[gaps < len(kept)]] = True
    kept[[0, halt.after_s, halt.after_s + 1, *effort.ends_s]] = True
    return kept


def _blemished(rows: dict[str, Column], rng: np.random.Generator) -> dict[str, Column]:
    """Return the columns with what real watches get wrong: a lost heart rate, a position astray, on a few runs."""
    chances = rng.random(2)
    first = int(rng.integers(1, max(2, len(rows["time_s"]) - 120)))
    if chances[0] < DROPOUTS:
        rows["heart_rate_bpm"][first : first + int(rng.integers(15, 90))] = np.nan
    if chances[1] < SPIKES and "latitude_deg" in rows:
        step = 180 / 2**31
        rows["latitude_deg"][first : first + 3] += round(float(rng.uniform(30, 80)) / DEGREE_M / step) * step
    return rows
