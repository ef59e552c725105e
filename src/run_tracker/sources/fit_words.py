"""What FIT's codes mean in our words: sports, devices, and the steps of the workout that the watch followed."""

import logging
from dataclasses import replace
from functools import lru_cache
from typing import Any

from run_tracker.model import Device, FollowedStep, Sport, SubSport
from run_tracker.sources import fit_profile as profile
from run_tracker.sources.fit import Row
from run_tracker.sources.track import MOST_TITLE, ONE_LEG_SPM, is_plausible, words

log = logging.getLogger(__name__)

SPORTS: dict[Any, Sport] = {
    **dict.fromkeys((*range(50), 53, 56, 58, 59, *range(62, 89), 254), Sport.OTHER),
    1: Sport.RUN,
    2: Sport.RIDE,
    5: Sport.SWIM,
    11: Sport.WALK,
    17: Sport.HIKE,
    21: Sport.RIDE,
}
"""Every code that Garmin has named."""
INDOOR_SPORTS: dict[Any, Sport] = {
    1: Sport.RUN,
    5: Sport.RIDE,
    6: Sport.RIDE,
    20: Sport.STRENGTH,
    27: Sport.WALK,
    45: Sport.RUN,
}
"""What the sports "fitness equipment" (4) and "training" (10) were, by their sub-sport."""

SUB_SPORTS: dict[Any, SubSport] = {
    **dict.fromkeys((*range(60), 62, 63, *range(65, 76), *range(77, 100), *range(110, 128), 254), SubSport.OTHER),
    **dict.fromkeys((5, 6, 14, 25, 27, 45, 68), SubSport.INDOOR),
    0: SubSport.UNKNOWN,
    1: SubSport.TREADMILL,
    2: SubSport.ROAD,
    3: SubSport.TRAIL,
    4: SubSport.TRACK,
    7: SubSport.ROAD,
    13: SubSport.TRACK,
    58: SubSport.VIRTUAL,
    67: SubSport.ULTRA,
}
"""Every code that Garmin has named; 0 is "generic", which says nothing."""

MANUFACTURERS: dict[Any, str] = {
    profile.DEVELOPMENT: "development",
    1: "garmin",
    13: "dynastream",
    15: "dynastream",
    23: "suunto",
    32: "wahoo",
    40: "concept2",
    63: "specialized",
    70: "sigma",
    71: "tomtom",
    73: "wattbike",
    76: "moxy",
    89: "tacx",
    95: "stryd",
    111: "technogym",
    115: "igpsport",
    123: "polar",
    128: "ifit",
    142: "tag heuer",
    258: "lezyne",
    260: "zwift",
    265: "strava",
    267: "bryton",
    281: "trainerroad",
    289: "hammerhead",
    294: "coros",
    305: "whoop",
    310: "decathlon",
    331: "mywhoosh",
    337: "runna",
    339: "zepp",
    340: "peloton",
    348: "huawei",
}

_INDEX_BITS = 0x0FFF  # of a message index; the others are marks
_FITNESS_EQUIPMENT, _TRAINING = 4, 10


def sport_of(row: Row) -> tuple[Sport, SubSport]:
    """Return the sport and sub-sport that a session, a lap or a sport message names."""
    sport, sub_sport = row.get("sport"), row.get("sub_sport", 0)
    if sport not in SPORTS and sport is not None:
        _ask_for_report("sport", sport)
    if sub_sport not in SUB_SPORTS:
        _ask_for_report("sub-sport", sub_sport)
    known = SPORTS.get(sport, Sport.UNKNOWN)
    if sport in {_FITNESS_EQUIPMENT, _TRAINING}:
        known = INDOOR_SPORTS.get(sub_sport, Sport.OTHER)
    return known, SUB_SPORTS.get(sub_sport, SubSport.UNKNOWN)


@lru_cache(maxsize=256)
def _ask_for_report(kind: str, code: float) -> None:
    """Log an unknown code, once."""
    log.warning("unknown FIT %s %g: please report it", kind, code)


def device_of(file_id: Row) -> Device | None:
    """Return the maker and the product by name, or by number where Garmin's list is too long to keep."""
    code, number = file_id.get("manufacturer"), file_id.get("product")
    if code is None:
        return None
    product = file_id.get("product_name") or (f"{number:.0f}" if number else None)
    return Device(manufacturer=MANUFACTURERS.get(code, f"manufacturer {code:.0f}"), product=product)


def index_of(row: Row, name: str) -> int | None:
    """Return a message index without its marks."""
    index = row.get(name)
    return None if index is None else int(index) & _INDEX_BITS


def steps_a_minute(row: Row, sport: Sport) -> float | None:
    """Return a lap's or session's average cadence, both legs counted where the sport is on foot."""
    turns = row.get("avg_cadence", 0) + row.get("avg_fractional_cadence", 0)
    steps = float(turns * 2 if sport in profile.ON_FOOT and turns < ONE_LEG_SPM else turns)
    return steps if steps and is_plausible(steps, "cadence_spm") else None


def followed_step(row: Row, position: int, sport: Sport) -> FollowedStep:
    """Return a step; a repetition keeps its first step where others keep their length, and its count as target."""
    index, name, intensity = index_of(row, "message_index"), row.get("wkt_step_name", ""), row.get("intensity")
    kind = profile.DURATION_KINDS.get(row.get("duration_type"), "other")
    step = FollowedStep(
        index=position if index is None else index,
        name=words(name, MOST_TITLE),
        intensity=profile.INTENSITIES.get(intensity),
        duration_kind=kind,
    )
    value = row.get("duration_value")
    if kind == "repeat":
        times = row.get("target_value") if row["duration_type"] == profile.REPEAT_TIMES else None
        step = replace(step, repeat_from=None if value is None else int(value))
        return replace(step, duration_value=None if times is None else float(times))
    target = None if "target_type" not in row else profile.TARGET_KINDS.get(row["target_type"], "other")
    low, high = _bounds(row, target, sport)
    scale, offset = profile.DURATION_UNITS.get(kind, (0, 0))
    length = _physical(value, scale, _beats_offset(value) if kind == "heart_rate" else offset)
    return replace(step, duration_value=length, target_kind=target, target_low=low, target_high=high)


def _bounds(row: Row, target: str | None, sport: Sport) -> tuple[float | None, float | None]:
    """Return the bounds of a target; a zone that only the watch knows has none."""
    raw = row.get("custom_target_value_low"), row.get("custom_target_value_high")
    top = max((value for value in raw if value is not None), default=0)
    if not top or target not in profile.TARGET_UNITS:
        return None, None
    scale, offset = profile.TARGET_UNITS[target]
    if target == "heart_rate":
        offset = _beats_offset(top)
    if target == "cadence" and sport in profile.ON_FOOT and top < ONE_LEG_SPM:
        scale /= 2
    low, high = (_physical(value, scale, offset) for value in raw)
    return low, high


def _beats_offset(top: float | None) -> int:
    """Return what is added to a heart rate: FIT says 100, yet watches that resolve a zone write plain beats."""
    percent, plain = profile.TARGET_UNITS["heart_rate"][1], profile.HIGHEST_PLAIN_BPM
    return 0 if top is not None and percent < top <= plain else percent


def _physical(raw: float | None, scale: float, offset: int) -> float | None:
    """Return a step's number in our unit; one below the offset is a percentage of what only the watch knows."""
    return None if raw is None or not scale or (offset and raw <= offset) else (raw - offset) / scale
