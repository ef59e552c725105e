"""TCX, Garmin's training centre format: activities of laps, laps of tracks."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import isfinite, nan
from operator import itemgetter

import numpy as np

from run_tracker.errors import UnreadableFile
from run_tracker.model import (
    Activity,
    Decoded,
    Device,
    Flaw,
    Intensity,
    Lap,
    LapTrigger,
    Pause,
    Recording,
    Sport,
    SubSport,
)
from run_tracker.sources.markup import Values, scan
from run_tracker.sources.track import (
    LONGEST_S,
    MOST_DESCRIPTION,
    MOST_TITLE,
    Column,
    Points,
    Track,
    activity,
    both_legs,
    is_plausible,
    measure,
    moment,
    number,
    sport_of,
    stamp,
    words,
)

FIELDS = {
    "LatitudeDegrees": "latitude_deg",
    "LongitudeDegrees": "longitude_deg",
    "AltitudeMeters": "altitude_m",
    "DistanceMeters": "distance_m",
    "Value": "heart_rate_bpm",  # of HeartRateBpm, the only element of a point with a Value
    "Cadence": "cadence_spm",
    "Speed": "speed_mps",
    "RunCadence": "cadence_spm",
    "Watts": "power_w",
}
"""Elements of a Trackpoint, those of Garmin's ActivityExtension included."""

INTENSITIES = {"Active": Intensity.ACTIVE, "Resting": Intensity.REST}
TRIGGERS = {
    "Manual": LapTrigger.MANUAL,
    "Distance": LapTrigger.DISTANCE,
    "Time": LapTrigger.TIME,
    "Location": LapTrigger.POSITION,
    "HeartRate": LapTrigger.OTHER,
}
SHORTEST_PAUSE_S = 2.0  # what a timer may be short by its rounding


def decode_tcx(raw: bytes) -> Decoded:
    """
    Decode a TCX document: one recording an `Activity`, those inside a multi-sport session included.

    Totals are the laps' own, as the watch counted: TotalTimeSeconds is timer time. Raises UnreadableFile where there
    is no activity (a course, a planned workout) or the markup must be refused.
    """
    return _Reading().read(raw)


class _Reading:
    def __init__(self) -> None:
        self._recordings: list[Recording] = []
        self._flaws: list[Flaw] = []
        self._forget()

    def read(self, raw: bytes) -> Decoded:
        handlers = {
            "Activity": self._activity,
            "Lap": lambda values, _around: self._laps.append(values),
            "Track": lambda _values, _around: self._track.end_segment(),
            "Trackpoint": lambda values, _around: self._track.add(values),
            "AverageHeartRateBpm": lambda values, around: around.update(average=values.get("Value", "")),
            "MaximumHeartRateBpm": lambda values, around: around.update(maximum=values.get("Value", "")),
            "Creator": lambda values, around: around.update(device=values.get("Name", "")),
            **dict.fromkeys(("Course", "Workout", "Transition"), self._forget),
        }
        broken = scan(raw, handlers, point="Trackpoint")
        if broken:
            self._flaws.append(broken)
        if not self._recordings:
            why = "holds no activity: a course or a planned workout is no recording"
            raise UnreadableFile(f"{why}; {broken.reason}" if broken else why, broken.offset if broken else None)
        return Decoded(format="tcx", recordings=tuple(self._recordings), flaws=tuple(self._flaws))

    def _forget(self, *_: Values) -> None:
        self._track, self._laps = Track("Time", FIELDS), list[Values]()

    def _activity(self, values: Values, _around: Values) -> None:
        sport = sport_of(values.get("Sport", ""))
        points, told = self._track.finish(sport[0]), self._laps
        self._forget()
        time = points.columns["time_s"]
        laps = _laps(told, points, sport[0])
        if not laps and not time.size:
            return
        if time.size:
            counted = activity(points, sport, tuple(_pauses(time, laps)))
        else:
            counted = _without_points(laps[0].started_at, sport)
        device = words(values.get("device", ""), MOST_TITLE)
        summed = replace(
            _summed(counted, laps) if laps else counted,
            description=words(values.get("Notes", ""), MOST_DESCRIPTION),
            device=Device(product=device) if device else None,
        )
        self._flaws += points.flaws
        self._recordings.append(Recording(activity=summed, columns=points.columns))


def _without_points(started_at: datetime, sport: tuple[Sport, SubSport]) -> Activity:
    """Return the frame of an activity that has laps alone, as a treadmill or a hand-made entry has."""
    kind, sub_sport = sport
    return Activity(sport=kind, sub_sport=sub_sport, started_at=started_at, timer_s=0, elapsed_s=0, distance_m=0)


def _summed(counted: Activity, laps: Sequence[Lap]) -> Activity:
    """Return the activity with the totals of its laps, as the watch shows them."""
    ended_at = max(lap.started_at + timedelta(seconds=lap.elapsed_s) for lap in laps)
    maxima = [lap.max_heart_rate_bpm for lap in laps if lap.max_heart_rate_bpm is not None]
    timer_s = sum(lap.timer_s for lap in laps)
    return replace(
        counted,
        started_at=laps[0].started_at,
        timer_s=timer_s,
        elapsed_s=max((ended_at - laps[0].started_at).total_seconds(), timer_s),
        distance_m=sum(lap.distance_m for lap in laps),
        heart_rate_bpm=_mean([(lap.heart_rate_bpm, lap.timer_s) for lap in laps]) or counted.heart_rate_bpm,
        max_heart_rate_bpm=max(maxima, default=counted.max_heart_rate_bpm),
        cadence_spm=_mean([(lap.cadence_spm, lap.timer_s) for lap in laps]) or counted.cadence_spm,
        laps=tuple(laps),
    )


def _mean(parts: Iterable[tuple[float | None, float]]) -> float | None:
    """Return the mean of values by their weights, None where a value is missing."""
    known = [(value, weight) for value, weight in parts if weight > 0]
    if not known or any(value is None for value, _ in known):
        return None
    return sum(value * weight for value, weight in known if value) / sum(weight for _, weight in known)


def _laps(told: Sequence[Values], points: Points, sport: Sport) -> list[Lap]:
    """Return the laps in order of time; each lasts until the next begins."""
    timed = sorted(_starts(told, points.columns["time_s"]), key=itemgetter(0))
    if not timed:
        return []
    last = timed[-1][0] + _timer(timed[-1][1])
    ends = [start for start, _ in timed[1:]] + [max([last, *points.columns["time_s"][-1:]])]
    cadences = np.array([number(_cadence(values)) for _, values in timed])
    factor = both_legs(cadences, sport)
    return [_lap(values, (start, end), points, factor) for (start, values), end in zip(timed, ends, strict=True)]


def _starts(told: Sequence[Values], time: Column) -> Iterator[tuple[float, Values]]:
    """Yield each lap with its start; one without a usable start begins where the lap before stopped."""
    expected = float(time[0]) if time.size else nan
    for values in told:
        start, _ = stamp(values.get("StartTime", ""))
        if not is_plausible(start, "time_s") or abs(start - expected) > LONGEST_S:
            start = expected
        if isfinite(start):
            yield start, values
        expected = start + _timer(values)


def _timer(values: Values) -> float:
    timer = number(values.get("TotalTimeSeconds", ""))
    return timer if 0 < timer <= LONGEST_S else 0.0


def _cadence(values: Values) -> str:
    return values.get("AvgRunCadence") or values.get("Cadence", "")


def _lap(values: Values, span: tuple[float, float], points: Points, cadence_factor: float) -> Lap:
    start, end = span
    timer = _timer(values) or end - start
    cadence = measure(_cadence(values), "cadence_spm")
    return Lap(
        started_at=moment(start),
        timer_s=timer,
        elapsed_s=max(end - start, timer),
        distance_m=measure(values.get("DistanceMeters", ""), "distance_m") or _covered(points, start, end),
        heart_rate_bpm=measure(values.get("average", ""), "heart_rate_bpm"),
        max_heart_rate_bpm=measure(values.get("maximum", ""), "heart_rate_bpm"),
        cadence_spm=cadence * cadence_factor if cadence else None,
        trigger=TRIGGERS.get(values.get("TriggerMethod", "").strip()),
        intensity=INTENSITIES.get(values.get("Intensity", "").strip()),
    )


def _covered(points: Points, start: float, end: float) -> float:
    """Return the metres between two times by the points, for a lap that does not say."""
    distance = points.columns.get("distance_m")
    if distance is None:
        return 0.0
    counted = ~np.isnan(distance)
    first, last = np.interp((start, end), points.columns["time_s"][counted], distance[counted])
    return float(last - first)


def _pauses(time: Column, laps: Sequence[Lap]) -> Iterator[Pause]:
    """
    Yield the longest gaps between points, as many as each lap's timer is short of its elapsed time.

    A new Track marks a pause in some programs and a new lap in others, and some mark nothing: the timer knows.
    """
    usual = float(np.median(np.diff(time))) if time.size > 1 else 0.0
    for lap in laps:
        start, missing = lap.started_at.timestamp(), lap.elapsed_s - lap.timer_s
        inside = time[np.searchsorted(time, start) : np.searchsorted(time, start + lap.elapsed_s) + 1]
        gaps = np.diff(inside)
        stopped = []
        for place in np.argsort(-gaps, kind="stable"):
            if missing < SHORTEST_PAUSE_S or gaps[place] <= usual:
                break
            missing -= gaps[place] - usual
            stopped.append(place)
        yield from (Pause(started_at=moment(inside[k]), ended_at=moment(inside[k + 1])) for k in sorted(stopped))
