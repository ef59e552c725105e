"""A recording, second by second, boiled down to what questions about training need."""

from typing import TYPE_CHECKING

from run_tracker.model import HEART_RATE_BAND_BPM, SPEED_BAND_MPS, Recording, Sport, Summary

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from run_tracker.model import Column

WINDOWS_S = (60, 120, 180, 300, 600, 720, 1200, 1800, 2700, 3600, 5400, 7200)
TOP_SPEED_MPS = {Sport.RUN: 7.5, Sport.WALK: 7.5, Sport.HIKE: 7.5}  # faster for long is a satellite's mistake
TOP_SPEED_ELSEWHERE_MPS = 30.0
STEP_RATIO = 1.6  # from one record to the next a device may be this much faster: it catches up
SPIKE_S, SMOOTHING_S = 15, 20
MOVING_MPS = 0.5
HEART_RATE_BPM = (30.0, 230.0)  # outside no heart beats
RECORD_S = 30.0  # a heart rate is taken to hold no longer than this
LONGEST_S = 4 * 24 * 3600  # records further than this from the middle one carry a clock that jumped
EARTH_M = 6_371_008.8


def summarise(recording: Recording) -> Summary:
    """
    Work out best efforts and the time in each speed and heart-rate band.

    A best effort is the most metres covered in so many seconds of elapsed time, pauses and all; runs only. Distance is
    what the device counted, else speed integrated, else the way between positions. It is laid on a one-second grid;
    where the mean over 15 s is above 7.5 m/s (30 m/s for other sports than those on foot) that speed is put in its
    place, so that a satellite's jump makes nobody fast. Speed bands hold the 20 s mean while moving at 0.5 m/s or
    more. Columns may be missing, or NaN, in any mixture; what cannot be told is left empty.
    """
    import numpy as np

    columns = recording.columns
    time_s = columns.get("time_s", np.empty(0))
    if np.isnan(time_s).all():
        return Summary()
    kept = np.abs(time_s - np.nanmedian(time_s)) <= LONGEST_S
    columns = {name: column[kept] for name, column in columns.items()}
    sport = recording.activity.sport
    metres = _metres(columns, TOP_SPEED_MPS.get(sport, TOP_SPEED_ELSEWHERE_MPS))
    return Summary(
        best_efforts=_best_efforts(metres) if sport is Sport.RUN else (),
        speed_bands_s=_speed_bands(metres),
        heart_rate_bands_s=_heart_rate_bands(columns),
    )


def _metres(columns: "dict[str, Column]", top_mps: float) -> "Column":
    """Return the metres covered in each second since the first record, spikes cut off; empty where unknown."""
    import numpy as np

    time_s, way_m = _way(columns)
    if not len(time_s):
        return time_s
    took_s = np.diff(time_s)
    steps_m = np.clip(np.diff(way_m), 0, STEP_RATIO * top_mps * took_s)
    grid_s = np.arange(time_s[0], time_s[-1] + 0.5)
    metres: Column = np.diff(np.interp(grid_s, time_s, np.append(0, np.cumsum(steps_m))))
    return np.where(_smooth(metres, SPIKE_S) > top_mps, top_mps, metres)


def _way(columns: "dict[str, Column]") -> "tuple[Column, Column]":
    """Return times and the metres covered until then, from the first of the columns that tells of any way."""
    import numpy as np

    for way_m in (_counted(columns), _integrated(columns), _between_positions(columns)):
        known = np.isfinite(way_m)
        if known.any() and np.ptp(way_m[known]) > 0:
            time_s = np.maximum.accumulate(columns["time_s"][known])
            last_of_second = np.append(np.diff(time_s) > 0, True)
            return time_s[last_of_second], way_m[known][last_of_second]
    return np.empty(0), np.empty(0)


def _counted(columns: "dict[str, Column]") -> "Column":
    """Return the distance the device counted, m."""
    import numpy as np

    return columns.get("distance_m", np.full(len(columns["time_s"]), np.nan))


def _integrated(columns: "dict[str, Column]") -> "Column":
    """Return the distance that the speeds add up to, m; each holds since the record before, 30 s at most."""
    import numpy as np

    time_s = columns["time_s"]
    speed_mps = np.nan_to_num(columns.get("speed_mps", np.zeros(len(time_s))))
    return np.cumsum(speed_mps * np.minimum(np.diff(time_s, prepend=time_s[0]), RECORD_S))


def _between_positions(columns: "dict[str, Column]") -> "Column":
    """Return the way along the positions, m, by the haversine formula; NaN where there is no position."""
    import numpy as np

    way_m = np.full(len(columns["time_s"]), np.nan)
    if "latitude_deg" not in columns or "longitude_deg" not in columns:
        return way_m
    known = np.isfinite(columns["latitude_deg"]) & np.isfinite(columns["longitude_deg"])
    latitude, longitude = np.radians(columns["latitude_deg"][known]), np.radians(columns["longitude_deg"][known])
    across = np.cos(latitude[1:]) * np.cos(latitude[:-1]) * np.sin(np.diff(longitude) / 2) ** 2
    half_chord = np.sin(np.diff(latitude) / 2) ** 2 + across
    steps_m = 2 * EARTH_M * np.arcsin(np.sqrt(np.minimum(half_chord, 1)))
    way_m[known] = np.append(0, np.cumsum(steps_m))[: known.sum()]
    return way_m


def _best_efforts(metres: "Column") -> tuple[tuple[int, float], ...]:
    """Return the most metres covered in each window that the recording is long enough for."""
    import numpy as np

    way_m = np.append(0, np.cumsum(metres))
    return tuple(
        (window, round(float((way_m[window:] - way_m[:-window]).max()), 1))
        for window in WINDOWS_S
        if window <= len(metres)
    )


def _speed_bands(metres: "Column") -> tuple[float, ...]:
    """Return the seconds spent moving in each speed band."""
    speed_mps = _smooth(metres, SMOOTHING_S)
    return _counts(speed_mps[speed_mps >= MOVING_MPS] / SPEED_BAND_MPS)


def _heart_rate_bands(columns: "dict[str, Column]") -> tuple[float, ...]:
    """Return the seconds spent in each heart-rate band; each rate holds until the next record, 30 s at most."""
    import numpy as np

    time_s = columns["time_s"]
    heart_rate_bpm = columns.get("heart_rate_bpm", np.full(len(time_s), np.nan))
    low, high = HEART_RATE_BPM
    beating = (heart_rate_bpm >= low) & (heart_rate_bpm <= high)
    held_s = np.clip(np.diff(time_s, append=time_s[-1] + 1), 0, RECORD_S)
    return _counts(heart_rate_bpm[beating] / HEART_RATE_BAND_BPM, held_s[beating])


def _counts(bands: "Column", seconds: "Column | None" = None) -> tuple[float, ...]:
    """Return the seconds (one each, where not given) in each band, numbered from 0."""
    import numpy as np

    return tuple(np.bincount(bands.astype(np.int64), weights=seconds).astype(float).tolist())


def _smooth(values: "Column", width: int) -> "Column":
    """Return the mean of the `width` values around each one, of fewer at the ends."""
    import numpy as np

    sums = np.append(0, np.cumsum(values))
    places = np.arange(len(values))
    since = np.maximum(places - width // 2, 0)
    until = np.minimum(places - width // 2 + width, len(values))
    smooth: NDArray[np.float64] = (sums[until] - sums[since]) / (until - since)
    return smooth
