"""What a watch sees of the made-up runner: speed, heart rate and steps, second by second, from effort and fitness."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from run_tracker.sources.demo_course import DEGREE_M, HOME_DEG, Column, Course
from run_tracker.sources.demo_plan import Planned
from run_tracker.sources.demo_sessions import Session, speed

RESTING_BPM, MAXIMAL_BPM = 48.0, 187.0
RISE_LAG_S, FALL_LAG_S, SLOW_LAG_S = 28, 60, 200
"""Time constants of heart rate: it rises within half a minute, falls in twice that, and a fifth takes minutes."""
CALM = 0.28
"""The effort of standing still after running, as a share of maximal oxygen uptake."""
RESOLUTION = {
    "distance_m": 100,
    "speed_mps": 1000,
    "heart_rate_bpm": 1,
    "cadence_spm": 1,
    "altitude_m": 5,
    "latitude_deg": 2**31 / 180,
    "longitude_deg": 2**31 / 180,
    "temperature_c": 1,
    "vertical_oscillation_m": 10_000,
    "ground_contact_s": 10_000,
    "step_length_m": 10_000,
}
"""Steps in one unit, as a watch stores it; rounding to them also makes the same bytes on every machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """A session as it was run: at each second of the timer the effort and the metres so far; where stretches end."""

    share: Column
    distance_m: Column
    ends_s: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """A stop at a crossing, `length_s` long, after `after_s` seconds of the timer; none if its length is 0."""

    after_s: int = 0
    length_s: int = 0


def run(planned: Planned, course: Course, rng: np.random.Generator) -> Effort:
    """Run a session over a course: even effort, so slower uphill, with the small unevenness of legs and satellites."""
    form = 1 + 0.006 * rng.standard_normal()
    metres, flat = 0.0, 0.0
    seconds, flats, shares = [0], [0.0], []
    for _, stretch in planned.session.flat():
        end = stretch.share if stretch.share_end is None else stretch.share_end
        mps = speed(planned.fitness * (stretch.share + end) / 2 * form * (1 + 0.011 * rng.standard_normal()))
        mps = mps if stretch.speed_mps is None else stretch.speed_mps * form**4
        if stretch.length_m is None:
            length_s = round(stretch.length_s or 0)
            flat += length_s * mps
            metres = float(np.interp(flat, course.flat_m, course.distance_m))
        else:
            metres += stretch.length_m
            flat_end = float(np.interp(metres, course.distance_m, course.flat_m))
            length_s = max(1, round((flat_end - flat) / mps))
            flat = flat_end
        seconds.append(seconds[-1] + length_s)
        flats.append(flat)
        shares.append(np.linspace(stretch.share, end, length_s))
    share = np.concatenate(shares)
    covered = _covered(share, np.array(seconds), np.array(flats), rng)
    distance = np.interp(covered, course.flat_m, course.distance_m)
    return Effort(share=np.append(share[:1], share), distance_m=distance, ends_s=tuple(seconds[1:]))


def _covered(share: Column, ends: np.ndarray, flats: Column, rng: np.random.Generator) -> Column:
    """Return flat-equivalent metres at each second: as many at each stretch's end as `flats` says, uneven between."""
    jitter = 0.045 * _smooth(rng.standard_normal(len(share)), 5) + 0.12 * _smooth(rng.standard_normal(len(share)), 75)
    pace = _smooth(np.maximum(share, 0.1), 5) * np.clip(1 + jitter, 0.8, 1.2)
    pace *= 1 - 0.06 * np.exp(-np.arange(len(share)) / 150)
    raw = np.concatenate(([0.0], np.cumsum(pace)))
    stretch = np.repeat(np.arange(len(ends) - 1), np.diff(ends))
    scale = np.diff(flats) / np.diff(raw[ends])
    return np.concatenate(([0.0], np.cumsum(pace * scale[stretch])))


def _smooth(values: Column, width: int) -> Column:
    """Return the running mean over `width` samples, edges repeated."""
    half = width // 2
    padded = np.concatenate((np.repeat(values[:1], half + 1), values, np.repeat(values[-1:], width - half - 1)))
    total = np.cumsum(padded)
    return (total[width:] - total[:-width]) / width if len(values) else values


def columns(
    planned: Planned, effort: Effort, course: Course, halt: Halt, rng: np.random.Generator
) -> Mapping[str, Column]:
    """Return what the watch stores each second of the timer, without the time: what its sport and place allow."""
    session = planned.session
    found: dict[str, Column] = {}
    warmth = _warmth(planned.day, rng)
    found["heart_rate_bpm"] = _heart_rate(effort, halt, warmth, rng)
    found["temperature_c"] = np.full(len(effort.share), warmth + 4)
    if session.sport == "strength":
        return _stored(found)
    found["distance_m"] = effort.distance_m
    mps = np.diff(np.round(effort.distance_m, 2), prepend=0.0)
    mps[0] = mps[1]
    found["speed_mps"] = mps
    if session.sub_sport != "treadmill":
        found |= _position(effort.distance_m, course, rng)
    return _stored(found | _steps(session, mps, rng))


def _heart_rate(effort: Effort, halt: Halt, warmth: float, rng: np.random.Generator) -> Column:
    """Return beats a minute: effort with a lag, drifting up with time and heat, calming down while one halts."""
    demand = np.insert(effort.share, [halt.after_s] * halt.length_s, CALM) if halt.length_s else effort.share
    demand = np.minimum(demand, 1.0)
    rise, fall, slow = (_lagged(demand, lag_s) for lag_s in (RISE_LAG_S, FALL_LAG_S, SLOW_LAG_S))
    share = 0.8 * np.maximum(rise, fall) + 0.2 * slow
    share = np.delete(share, slice(halt.after_s, halt.after_s + halt.length_s))
    drift = 1 + (0.00055 + 0.00003 * max(0.0, warmth - 12)) * np.maximum(0.0, np.arange(len(share)) / 60 - 12)
    beats = RESTING_BPM + (MAXIMAL_BPM - RESTING_BPM) * share * drift + 1.8 * rng.standard_normal()
    return np.clip(beats + 4 * _smooth(rng.standard_normal(len(share)), 12), 82, MAXIMAL_BPM + 2)


def _lagged(demand: Column, lag_s: int) -> Column:
    """Return effort as a first-order lag sees it, from calm."""
    kernel = np.exp(-np.arange(4 * lag_s) / lag_s)
    calm = np.full(len(kernel) - 1, CALM + 0.05)
    return np.convolve(np.concatenate((calm, demand)), kernel / kernel.sum(), "valid")


def _position(distance: Column, course: Course, rng: np.random.Generator) -> dict[str, Column]:
    """Return height and place, the latter a metre or two beside the way."""
    east, north = (
        np.interp(distance, course.distance_m, way) + 12 * _smooth(rng.standard_normal(len(distance)), 40)
        for way in (course.east_m, course.north_m)
    )
    return {
        "altitude_m": np.interp(distance, course.distance_m, course.altitude_m),
        "latitude_deg": HOME_DEG[0] + north / DEGREE_M,
        "longitude_deg": HOME_DEG[1] + east / DEGREE_M,
    }


def _steps(session: Session, mps: Column, rng: np.random.Generator) -> dict[str, Column]:
    """Return cadence and, for runs, how the steps look: longer, quicker and briefer on the ground with speed."""
    noise = 3 * _smooth(rng.standard_normal(len(mps)), 6)
    if session.sport != "run":
        return {"cadence_spm": {"ride": 86.0, "walk": 114.0}[session.sport] + noise}
    pace = _smooth(mps, 5)
    cadence = np.round(143.5 + 9.0 * pace + noise)
    return {
        "cadence_spm": cadence,
        "step_length_m": 60 * pace / cadence,
        "ground_contact_s": 0.334 - 0.0235 * pace + 0.0008 * noise,
        "vertical_oscillation_m": 0.079 + 0.0035 * pace - 0.0004 * noise,
    }


def _warmth(day: date, rng: np.random.Generator) -> float:
    """Return the air's temperature (deg C): a mild climate with a cold January."""
    return 11.0 - 8.5 * math.cos(2 * math.pi * (day.timetuple().tm_yday - 20) / 365) + 3 * float(rng.standard_normal())


def _stored(found: Mapping[str, Column]) -> dict[str, Column]:
    """Return the columns at the resolution a watch stores."""
    return {name: np.round(values * RESOLUTION[name]) / RESOLUTION[name] for name, values in found.items()}
