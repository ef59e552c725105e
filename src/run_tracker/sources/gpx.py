"""GPX 1.0 and 1.1: every track with times is a recording, a new segment is a pause."""

from dataclasses import replace

from run_tracker.errors import UnreadableFile
from run_tracker.model import Decoded, Device, Flaw, Recording
from run_tracker.sources.markup import Values, scan
from run_tracker.sources.track import (
    MOST_DESCRIPTION,
    MOST_TITLE,
    Track,
    activity,
    pauses_between,
    sport_of,
    words,
)

FIELDS = {
    "lat": "latitude_deg",
    "lon": "longitude_deg",
    "ele": "altitude_m",
    "speed": "speed_mps",
    "hr": "heart_rate_bpm",
    "heartrate": "heart_rate_bpm",
    "cad": "cadence_spm",
    "cadence": "cadence_spm",
    "power": "power_w",
    "watts": "power_w",
    "PowerInWatts": "power_w",
    "atemp": "temperature_c",
    "temp": "temperature_c",
}
"""Elements of a point, its extensions' included, whoever's they are; a `distance` there comes in any unit: not read."""


def decode_gpx(raw: bytes) -> Decoded:
    """
    Decode a GPX document: one recording a `trk` that has times.

    GPX knows no distance and no timer: distance is summed from the positions, the timer stands still between segments.
    Raises UnreadableFile where no track has times (a planned route) or the markup must be refused.
    """
    return _Reading().read(raw)


class _Reading:
    def __init__(self) -> None:
        self._track = Track("time", FIELDS)
        self._recordings: list[Recording] = []
        self._flaws: list[Flaw] = []

    def read(self, raw: bytes) -> Decoded:
        handlers = {
            "gpx": _ignore,
            "metadata": self._metadata,
            "trk": self._trk,
            "trkseg": lambda _values, _around: self._track.end_segment(),
            "trkpt": lambda values, _around: self._track.add(values),
            **dict.fromkeys(("rte", "wpt", "link", "author"), _ignore),
        }
        broken = scan(raw, handlers, point="trkpt")
        if broken:
            self._flaws.append(broken)
        if not self._recordings:
            why = "holds no track with times: a route that was planned is no recording"
            raise UnreadableFile(f"{why}; {broken.reason}" if broken else why, broken.offset if broken else None)
        return Decoded(format="gpx", recordings=tuple(self._recordings), flaws=tuple(self._flaws))

    def _metadata(self, values: Values, around: Values) -> None:
        around.setdefault("name", values.get("name", ""))

    def _trk(self, values: Values, around: Values) -> None:
        sport = sport_of(values.get("type", ""))
        points = self._track.finish(sport[0])
        self._track = Track("time", FIELDS)
        if len(points.columns["time_s"]) < 2:  # noqa: PLR2004 - a moment is no recording
            return
        self._flaws += points.flaws
        creator = words(around.get("creator", ""), MOST_TITLE)
        told = replace(
            activity(points, sport, pauses_between(points)),
            title=words(values.get("name") or around.get("name", ""), MOST_TITLE),
            description=words(values.get("desc", ""), MOST_DESCRIPTION),
            device=Device(product=creator) if creator else None,
        )
        self._recordings.append(Recording(activity=told, columns=points.columns))


def _ignore(_values: Values, _around: Values) -> None:
    """Keep an element's name and time from being taken for those of what it is in."""
