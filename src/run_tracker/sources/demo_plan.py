"""What the made-up runner sets out to do, day by day: a season told backwards from the day the demo is for."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from run_tracker.model import SubSport
from run_tracker.sources import demo_sessions as do
from run_tracker.sources.demo_sessions import Session

SEASON = (
    "B56/17 B55/17 B51/15 R36/13 X40/10 S54/17 S51/16 D39/13 X38/5 B54/17 B51/16 D38/13 B52/17 "
    "H50/16 H47/15 D37/12 H44/14 H40/13 C36/12 C31/10 C26/8 C22/7 C20/7 L0/0 L0/0 R28/10 N12/6 "
    "X60/42 T40/16 T50/22 M62/31 D45/21 M61/29 M60/28 M57/26 D40/18 X44/10 M56/24 M55/22 D41/16 M53/20 "
    "M51/18 B50/16 R30/12 H43/14 R29/11 X45/21 T43/15 S56/18 S54/17 B52/17 D39/14"
)
"""A year of weeks, the present one first and each further one a week earlier: a phase, its kilometres, its longest run.

The phases: Base (H, with hills), Build, Sharpen, Marathon, Deload, Taper, race week (X, its longest run the race),
Recovery, the week after a marathon (N), Lay-off, and Coming back (C).
"""
YEAR = len(SEASON.split())
LAYOFF = 24  # the week, counted back, in which the yearly lay-off begins; it lasts two to four
SETTLED_DAYS = 14  # no run of the last fortnight is missed
MISSED, PROGRESSION, TREADMILL, TRAIL = 0.2, 0.3, 0.3, 0.1
"""How many weeks miss a day, long runs end fast, easy runs of the winter stay indoors, and others leave the road."""
MEDIUM_LONG_KM, SHORT_KM = 9.5, 6.0
ROUNDED = 0.5
WINTER = frozenset({12, 1, 2})
FITNESS_DAYS = 240  # days of training that fitness remembers

WEEKS: Mapping[str, str] = MappingProxyType(
    {
        "H": "oqes-ml",
        "M": "oqem-sl",
        "D": "-se-eel",
        "T": "-qe-esl",
        "X": "-qee-sx",
        "R": "-e-e-sl",
        "N": "w---e-e",
        "L": "--w--w-",
        "C": "-ewe-el",
    }
)
"""The days from Monday: Quality, Threshold, Easy, Strides, Medium long, Long, race (x), Optional, Walk, rest (-)."""
TRAINING_WEEKS = ("", "oqet-sl", "omq-tel", "otmq-sl", "otm-qel", "osmt-ql")
"""The same in the other phases, by the weekday (1 is Tuesday) of the club's track evening."""

EASY_DAYS = MappingProxyType({"m": 1.7, "e": 1.0, "s": 0.85})
"""How the kilometres that quality and the long run leave over are shared out."""

RACES_M = MappingProxyType({5: 5000.0, 10: 10_000.0, 21: 21_097.5, 42: 42_195.0})
PRESENT = (8, 400, do.REPETITION, 90)  # the interval session of the last seven days
QUALITY: Mapping[str, tuple[Callable[[], Session], ...]] = MappingProxyType(
    {
        "B": (
            lambda: do.intervals(5, 1000, do.INTERVAL, 150),
            lambda: do.intervals(6, 800, do.INTERVAL + 0.01, 120),
            lambda: do.hills(10),
            lambda: do.intervals(4, do.MILE_M, do.INTERVAL - 0.03, 180),
            do.pyramid,
        ),
        "S": (
            lambda: do.intervals(10, 400, do.REPETITION, 90),
            lambda: do.intervals(6, 1000, do.INTERVAL, 150),
            do.pyramid,
            lambda: do.intervals(12, 300, do.REPETITION + 0.02, 75),
        ),
        "M": (
            lambda: do.cruise(5, 1600),
            lambda: do.marathon_pace(10),
            lambda: do.intervals(5, 1000, do.INTERVAL - 0.01, 150),
            lambda: do.marathon_pace(12),
        ),
        "H": (lambda: do.hills(8), lambda: do.fartlek(9, (60, 60, 60, 60, 60, 60, 60, 60))),
        "T": (lambda: do.intervals(4, 1000, do.INTERVAL, 150), lambda: do.cruise(3, 1600)),
        "X": (lambda: do.intervals(6, 400, do.REPETITION - 0.02, 100), lambda: do.intervals(3, 1000, do.INTERVAL, 150)),
    }
)
THRESHOLD: tuple[Callable[[], Session], ...] = (
    lambda: do.tempo(20),
    lambda: do.cruise(4, 1600),
    lambda: do.fartlek(10, (180, 120, 60, 180, 120, 60)),
    lambda: do.tempo(25),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A day with a session, and the runner's fitness on it (maximal oxygen uptake as paces tell it, ml/kg/min)."""

    day: date
    session: Session
    fitness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One week of the season: its Monday, how many weeks ago it is, and what it asks for."""

    monday: date
    ago: int
    phase: str
    volume_km: float
    longest_km: float


def plan(until: date, days: int, seed: int) -> list[Planned]:
    """Return the sessions of the `days` days before `until`, oldest first; no day depends on how many are asked for."""
    first = until - timedelta(days=days + FITNESS_DAYS)
    sessions: dict[date, Session] = {}
    for ago in range(((until - first).days + 6) // 7, -1, -1):
        sessions |= _sessions(_week(until, ago, seed), until, seed)
    every_day = [first + timedelta(days=i) for i in range(days + FITNESS_DAYS)]
    loads = np.array([sessions[day].load if day in sessions else 0.0 for day in every_day])
    return [
        Planned(day=day, session=sessions[day], fitness=_fitness(loads[i : i + FITNESS_DAYS], (until - day).days))
        for i, day in enumerate(every_day[FITNESS_DAYS:])
        if day in sessions
    ]


def _fitness(loads: NDArray[np.float64], days_ago: int) -> float:
    """Return fitness after these daily loads: a ceiling that years of training raise, less what is missing from it."""
    age = np.arange(len(loads), 0, -1)
    fitness, fatigue = (float((loads * np.exp(-age / tau)).sum()) / tau for tau in (42, 7))
    ceiling = 48.8 - 7 * (1 - _progress(days_ago))
    return round(ceiling + 0.075 * (fitness - 75 * _volume(days_ago)) - 0.012 * (fatigue - fitness), 2)


def _progress(days_ago: float) -> float:
    """Return how far the runner has come: 1 on the day itself, less the further back."""
    return math.exp(-days_ago / 365 / 5)


def _volume(days_ago: float) -> float:
    """Return the share of today's kilometres that the runner managed back then."""
    return 0.7 + 0.3 * _progress(days_ago)


def _week(until: date, ago: int, seed: int) -> Week:
    """Return the week so many weeks before the one that holds `until`."""
    monday = until - timedelta(days=until.weekday() + 7 * ago)
    entry = SEASON.split()[ago % YEAR]
    phase, (volume, longest) = entry[0], map(float, entry[1:].split("/"))
    layoff = int(np.random.default_rng([seed, ago // YEAR]).integers(2, 5))
    if LAYOFF - layoff < ago % YEAR <= LAYOFF:
        phase = "L"
    share = _volume(7 * ago)
    longest = longest if phase == "X" else longest * share
    return Week(monday=monday, ago=ago, phase=phase, volume_km=volume * share, longest_km=longest)


def _slots(week: Week, until: date) -> str:
    """Return the week's seven letters; this season's track evening makes the last one fall in the last days."""
    if week.phase in WEEKS:
        return WEEKS[week.phase]
    evening = (3, 4, 5, 1, 1, 2, 2)[until.weekday()] if week.ago < LAYOFF else 1 + (week.ago // YEAR) % 2
    return TRAINING_WEEKS[evening]


def _sessions(week: Week, until: date, seed: int) -> dict[date, Session]:
    """Return the week's sessions by day, without those on or after `until` and those that were missed."""
    rng = np.random.default_rng([seed, week.monday.toordinal()])
    slots = _slots(week, until)
    fixed = {i: _fixed(slot, week, rng) for i, slot in enumerate(slots) if slot in "qtlxow"}
    track = slots.find("q")
    if week.phase == "B" and 0 < (until - week.monday).days - track <= 7:  # noqa: PLR2004 - within the last week
        fixed[track] = do.intervals(*PRESENT)
    done_km = sum(session.distance_m / 1000 for session in fixed.values() if session and session.sport == "run")
    weights = {i: EASY_DAYS[slot] * rng.uniform(0.85, 1.15) for i, slot in enumerate(slots) if slot in EASY_DAYS}
    share_km = (week.volume_km - done_km) / max(sum(weights.values()), 1.0)
    most_km = week.longest_km if week.phase == "C" else 14.0
    sessions: dict[date, Session] = {}
    miss = int(rng.integers(7)) if rng.random() < MISSED and week.phase != "C" else None
    for i in range(7):
        day = week.monday + timedelta(days=i)
        missed = i == miss and (until - day).days > SETTLED_DAYS and slots[i] not in "qxl"
        session = _easy(slots[i], min(weights[i] * share_km, most_km), day, rng) if i in weights else fixed.get(i)
        if session and day < until and not missed:
            sessions[day] = session
    return sessions


def _fixed(slot: str, week: Week, rng: np.random.Generator) -> Session | None:
    """Return what a day holds that does not depend on the rest of the week; None for nothing."""
    turn = week.monday.toordinal() // 7
    if slot == "q":
        return QUALITY[week.phase][turn % len(QUALITY[week.phase])]()
    if slot == "t":
        return THRESHOLD[turn % len(THRESHOLD)]()
    if slot == "x":
        return do.race(RACES_M[int(week.longest_km)])
    if slot == "w":
        return do.walk(float(rng.integers(35, 75)))
    if slot == "o":
        return _optional(rng)
    kilometres = _uneven(week.longest_km, rng)
    return do.long_run(kilometres, _finish(week, float(rng.random())))


def _finish(week: Week, chance: float) -> float | None:
    """Return the effort at which a long run ends; None for one that stays easy."""
    if week.phase == "M":
        return do.MARATHON if week.ago % 2 else None
    return do.MARATHON + 0.02 if week.phase in "BS" and chance < PROGRESSION else None


def _optional(rng: np.random.Generator) -> Session | None:
    """Return what a free Monday brings: nothing, weights, a short run, a ride."""
    jog = do.steady("recovery run", _uneven(5.5, rng), do.RECOVERY)
    choices = (None, None, None, *3 * (do.strength(36),), *3 * (jog,), do.ride(float(rng.integers(55, 100))))
    return choices[rng.integers(len(choices))]


def _easy(slot: str, kilometres: float, day: date, rng: np.random.Generator) -> Session:
    """Return one of the easy days, on the treadmill or the trail now and then."""
    kilometres = _uneven(max(kilometres, 4.5), rng)
    indoors, trails = rng.random(2)
    if slot == "s":
        return do.strides(max(kilometres, 5.0), 6 if kilometres > SHORT_KM else 4)
    if day.month in WINTER and indoors < TREADMILL:
        return replace(do.steady("treadmill run", round(kilometres)), sub_sport=SubSport.TREADMILL)
    if trails > TRAIL:
        return do.steady("easy run" if kilometres < MEDIUM_LONG_KM else "medium long run", kilometres)
    return replace(do.steady("trail run", kilometres, do.RECOVERY + 0.02), sub_sport=SubSport.TRAIL)


def _uneven(kilometres: float, rng: np.random.Generator) -> float:
    """Return a distance as runners end up with: near the plan, and as often as not just past a full kilometre."""
    more = float(rng.random())
    if rng.random() < ROUNDED:
        return round(round(kilometres) + 0.03 * more, 2)
    return round(kilometres * (0.96 + 0.08 * more), 2)
