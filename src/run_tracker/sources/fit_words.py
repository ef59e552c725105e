"""What FIT's codes mean in our words: sports, devices, and the steps of the workout that the watch followed."""

import logging
from dataclasses import replace
from functools import cache

from run_tracker.model import Device, FollowedStep, Sport, SubSport
from run_tracker.sources import fit_profile as profile
from run_tracker.sources.fit import Row
from run_tracker.sources.track import MOST_TITLE, ONE_LEG_SPM, words

log = logging.getLogger(__name__)

_INDEX_BITS = 0x0FFF  # of a message index; the others are marks
_FITNESS_EQUIPMENT, _TRAINING = 4, 10


def sport_of(row: Row) -> tuple[Sport, SubSport]:
    """Return the sport and sub-sport that a session, a lap or a sport message names."""
    sport, sub_sport = row.get("sport"), row.get("sub_sport", 0)
    if sport not in profile.SPORTS and sport is not None:
        _ask_for_report("sport", sport)
    if sub_sport not in profile.SUB_SPORTS:
        _ask_for_report("sub-sport", sub_sport)
    known = profile.SPORTS.get(sport, Sport.UNKNOWN)
    if sport in {_FITNESS_EQUIPMENT, _TRAINING}:
        known = profile.INDOOR_SPORTS.get(sub_sport, Sport.OTHER)
    return known, profile.SUB_SPORTS.get(sub_sport, SubSport.UNKNOWN)


@cache
def _ask_for_report(kind: str, code: float) -> None:
    """Log an unknown code, once."""
    log.warning("unknown FIT %s %d: please report it", kind, code)


def device_of(file_id: Row) -> Device | None:
    """Return the maker and the product by name, or by number where Garmin's list is too long to keep."""
    code, number = file_id.get("manufacturer"), file_id.get("product")
    if code is None:
        return None
    product = file_id.get("product_name") or (f"{number:.0f}" if number else None)
    return Device(manufacturer=profile.MANUFACTURERS.get(code, f"manufacturer {code:.0f}"), product=product)


def index_of(row: Row, name: str) -> int | None:
    """Return a message index without its marks."""
    index = row.get(name)
    return None if index is None else int(index) & _INDEX_BITS


def steps_a_minute(row: Row, sport: Sport) -> float | None:
    """Return a lap's or session's average cadence, both legs counted where the sport is on foot."""
    turns = row.get("avg_cadence")
    if not turns:
        return None
    turns += row.get("avg_fractional_cadence", 0.0)
    return float(turns * 2 if sport in profile.ON_FOOT and turns < ONE_LEG_SPM else turns)


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
        return replace(step, repeat_from=None if value is None else int(value), duration_value=times)
    target = None if "target_type" not in row else profile.TARGET_KINDS.get(row["target_type"], "other")
    low, high = (_bound(row, f"custom_target_value_{end}", target, sport) for end in ("low", "high"))
    length = _physical(value, profile.DURATION_UNITS.get(kind))
    return replace(step, duration_value=length, target_kind=target, target_low=low, target_high=high)


def _bound(row: Row, name: str, target: str | None, sport: Sport) -> float | None:
    """Return a bound of a target; a zone that only the watch knows has none."""
    bound = None if row.get("target_value") else _physical(row.get(name), profile.TARGET_UNITS.get(target or ""))
    doubled = bound and target == "cadence" and sport in profile.ON_FOOT and bound < ONE_LEG_SPM
    return bound * 2 if bound and doubled else bound


def _physical(raw: float | None, units: tuple[int, int] | None) -> float | None:
    """Return a step's number in our unit; one below the offset is a percentage of what only the watch knows."""
    if raw is None or units is None or raw < units[1]:
        return None
    return (raw - units[1]) / units[0]
