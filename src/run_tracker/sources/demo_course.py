"""Where the made-up runner runs: closed loops around a spot in the open sea, so that it is nobody's street."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from run_tracker.model import Intensity, SubSport
from run_tracker.sources.demo_sessions import Laps, Session

Column = NDArray[np.float64]

HOME_DEG = (0.5, 0.5)
"""Latitude and longitude of the start: the Gulf of Guinea, hundreds of kilometres from any shore."""
STEP_M = 5.0
DEGREE_M = 111_195.0
TRACK_M = 400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A way sampled every STEP_M metres: height and place, and the distance on the flat that costs as much."""

    distance_m: Column
    altitude_m: Column
    east_m: Column
    north_m: Column
    flat_m: Column


def course(session: Session, route: int, *, flat: bool) -> Course:
    """Lay the way for a session: laps of one of the runner's loops, of a track, or up and down one hill."""
    length_m = session.distance_m
    distance = np.arange(0.0, 1.25 * length_m + 500, STEP_M)
    place = _places(session, distance) if session.hill else distance
    around = (
        TRACK_M if session.sub_sport is SubSport.TRACK else length_m / max(1, round(length_m / (4500 + 500 * route)))
    )
    east, north = _loop(route if around != TRACK_M else -1)
    where = place / max(around, 1.0) % 1.0 * (len(east) - 1)
    altitude = np.full_like(distance, 40.0)
    if not flat and around != TRACK_M:
        altitude += _hilliness(session) * _height(place, around, route)
    if session.hill:
        altitude += session.hill * np.clip(place - _foot(session), 0.0, _rise(session))
    knots = np.arange(len(east))
    return Course(
        distance_m=distance,
        altitude_m=altitude,
        east_m=around * np.interp(where, knots, east),
        north_m=around * np.interp(where, knots, north),
        flat_m=np.concatenate(([0.0], np.cumsum(STEP_M * cost(np.diff(altitude) / STEP_M)))),
    )


def cost(grade: Column) -> Column:
    """
    Cost of running a metre at a grade, as a multiple of a level metre.

    Minetti et al. 2002 (DOI 10.1152/japplphysiol.01177.2001) uphill, half of its saving downhill; grades to +-0.45.
    """
    i = np.clip(grade, -0.45, 0.45)
    ratio = np.polyval((155.4, -30.4, -43.3, 46.3, 19.5, 3.6), i) / 3.6
    return np.where(i < 0, 1 - (1 - ratio) / 2, ratio)


def _hilliness(session: Session) -> float:
    """Return how hilly the way is, 1 being the usual roads: what is meant to be fast is run where it is flat."""
    if session.sub_sport is SubSport.TRAIL:
        return 1.7
    return 0.3 if session.race or session.laps is not Laps.AUTO else 1.0


def _height(place: Column, around: float, route: int) -> Column:
    """Return heights (m) along a loop of `around` metres: three waves that close, 0 at the start."""
    turn = 2 * math.pi / max(around, 1.0)
    waves = ((1, 0.0020, 0.9 * route), (2, 0.0009, 2.1 * route), (5, 0.0003, 1.3 * route))
    parts = [size * around * (np.sin(k * turn * place + shift) - math.sin(shift)) for k, size, shift in waves]
    return np.sum(parts, axis=0)


@lru_cache
def _loop(route: int) -> tuple[Column, Column]:
    """Return a closed figure of length 1 from the origin, 1,001 points even along it; -1 is a track's oval."""
    angle = np.linspace(0.0, 2 * math.pi, 4001)
    if route < 0:
        radius = 1 / np.sqrt((np.cos(angle) / 1.9) ** 2 + np.sin(angle) ** 2)
    else:
        radius = 1 + 0.26 * np.cos(2 * angle + route) + 0.11 * np.cos(3 * angle + 2.0 * route)
    heading = angle + 1.05 * route
    east, north = radius * np.cos(heading), radius * np.sin(heading)
    along = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(east), np.diff(north)))))
    even = np.linspace(0.0, along[-1], 1001)
    return tuple(np.interp(even, along, axis - axis[0]) / along[-1] for axis in (east, north))


def _places(session: Session, distance: Column) -> Column:
    """Return how far from the start one is: out to the hill, up and down it, and home the way one came."""
    ends, places = [0.0], [0.0]
    for _, stretch in session.flat():
        length_m = stretch.length_m or 0.0
        home = stretch.intensity in {Intensity.RECOVERY, Intensity.COOLDOWN}
        ends.append(ends[-1] + length_m)
        places.append(places[-1] + (-length_m if home else length_m))
    return np.interp(distance, ends, places)


def _foot(session: Session) -> float:
    """Return how far (m) the foot of the hill is from the start."""
    return next(stretch.length_m or 0.0 for _, stretch in session.flat())


def _rise(session: Session) -> float:
    """Return how far (m) up the hill the runner goes."""
    return max(stretch.length_m or 0.0 for _, stretch in session.flat() if stretch.intensity is Intensity.ACTIVE)
