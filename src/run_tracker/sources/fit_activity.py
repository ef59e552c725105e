"""Activities out of a FIT file: one for each session, with its laps, pauses, followed steps and columns."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from run_tracker.errors import UnreadableFile
from run_tracker.model import Activity, Decoded, Flaw, FollowedStep, Lap, Pause, Recording, Sport, SubSport
from run_tracker.sources import fit_profile as profile
from run_tracker.sources.fit import FitFile, FitPart, Row, read_fit
from run_tracker.sources.fit_columns import columns_of, share
from run_tracker.sources.fit_profile import Message
from run_tracker.sources.fit_words import device_of, followed_step, index_of, sport_of, steps_a_minute
from run_tracker.sources.track import MOST_DESCRIPTION, MOST_TITLE, climbed, is_plausible, moment, words

if TYPE_CHECKING:
    from run_tracker.model import Column

_QUARTER_S, _FURTHEST_S = 900, 14 * 3600  # what a time zone is a multiple of, and how far one lies from UTC
_MOST = 1e8  # seconds or metres; FIT's own whole numbers end before
_SLACK_S = 1.0  # watches round to whole seconds


class _Session(NamedTuple):
    """What of a file belongs to one session."""

    row: Row  # empty where the file was cut before the session was written
    laps: Sequence[Row]
    columns: "Mapping[str, Column]"
    sport: tuple[Sport, SubSport]

    def total(self, name: str) -> float | None:
        """Return a total as the session has it, else as its laps add up to; laps may lack the end of a cut file."""
        cut = not self.row and self.columns["time_s"].size
        for rows in ((self.row,), () if cut else self.laps):
            values = [_amount(row, name) for row in rows]
            if values and None not in values:
                return sum(filter(None, values), 0.0)
        return None

    def mean(self, name: str) -> float | None:
        """Return a column's mean without zeros, None where there is nothing else."""
        values = self.columns.get(name, np.empty(0))
        return float(values[values > 0].mean()) if (values > 0).any() else None


def decode_fit(raw: bytes) -> Decoded:
    """
    Return the activities that a FIT file holds, one for each session, however damaged it is.

    Raises UnreadableFile, naming what the file holds instead, where there is no activity in it.
    """
    file = read_fit(raw)
    flaws = list(file.flaws)
    recordings = tuple(recording for part in file.parts for recording in _recordings(part, flaws))
    if not recordings:
        raise UnreadableFile(_instead(file))
    return Decoded(format="fit", recordings=recordings, flaws=tuple(flaws))


def _instead(file: FitFile) -> str:
    """Say what the file holds, as it is no activity."""
    kinds = [row["type"] for part in file.parts for row in part.rows.get(Message.FILE_ID, ()) if "type" in row]
    if not file.parts:
        return "is not a FIT file"
    if not kinds or kinds[0] == profile.ACTIVITY_FILE:
        return "holds an activity in which nothing was recorded"
    kind = profile.FILE_TYPES.get(kinds[0])
    return f"holds {f'{kind} data' if kind else f'data of kind {kinds[0]:.0f}'}, not an activity"


def _recordings(part: FitPart, flaws: list[Flaw]) -> Iterator[Recording]:
    """Yield the part's sessions with what was recorded in each; what lies between two belongs to the earlier."""
    rows: list[Row] = sorted(part.rows.get(Message.SESSION, ()), key=_begin)
    if not rows and _first(part, Message.FILE_ID).get("type", profile.ACTIVITY_FILE) != profile.ACTIVITY_FILE:
        return
    columns, laps = columns_of(part.records, flaws), part.rows.get(Message.LAP, ())
    if not rows and (columns["time_s"].size or laps):
        flaws.append(Flaw(reason="there is no session: its totals are those of what was recorded"))
        rows = [{}]
    bounds = [_begin(row) for row in rows[1:]]
    owners = np.searchsorted(bounds, columns["time_s"], side="right")
    lap_owners = np.searchsorted(bounds, [_begin(lap) for lap in laps], side="right")
    for number, row in enumerate(rows):
        own_laps = [lap for lap, owner in zip(laps, lap_owners, strict=True) if owner == number]
        sport = sport_of(next((told for told in (row, _first(part, Message.SPORT), *own_laps) if "sport" in told), row))
        session = _Session(row, own_laps, share(columns, owners, number, sport[0]), sport)
        begin = _session_begin(session) or _time(_first(part, Message.FILE_ID), "time_created")
        if begin and begin < profile.FIRST_REAL_TIME_S:
            flaws.append(Flaw(reason="the clock was not set: its times are those since the device was switched on"))
        if begin:
            yield Recording(activity=_activity(part, session, begin), columns=session.columns)
        else:
            flaws.append(Flaw(reason="a session without any date is left out"))


def _first(part: FitPart, message: Message) -> Row:
    """Return the first message of a kind, empty where there is none."""
    return next(iter(part.rows.get(message, ())), {})


def _time(row: Row, name: str) -> float:
    """Return a time that can be, else 0."""
    time = row.get(name, 0.0)
    return float(time) if is_plausible(time, "time_s") else 0.0


def _amount(row: Row, name: str) -> float | None:
    """Return seconds or metres that can be."""
    value = row.get(name, -1.0)
    return float(value) if 0 <= value < _MOST else None


def _begin(row: Row) -> float:
    """Return when a lap or a session began, 0 where it does not say."""
    end, elapsed = _time(row, "timestamp"), row.get("total_elapsed_time", 0.0)
    return _time(row, "start_time") or (end and _time({"counted back": end - elapsed}, "counted back"))


def _session_begin(session: _Session) -> float:
    """Return when a session began: as it says, else with its first lap or record; 0 where there is none."""
    begins = [*map(_begin, session.laps), *map(float, session.columns["time_s"][:1])]
    return _begin(session.row) or min(filter(None, begins), default=0.0)


def _activity(part: FitPart, session: _Session, begin: float) -> Activity:
    """Return a session's totals, laps, pauses and steps."""
    row, (sport, sub_sport), time = session.row, session.sport, session.columns["time_s"]
    last = float(time[-1]) if time.size else _time(row, "timestamp")
    elapsed = session.total("total_elapsed_time")
    elapsed = max(last - begin, 0.0) if elapsed is None else elapsed
    pauses = tuple(_pauses(part, begin, begin + elapsed))
    timer, distance = session.total("total_timer_time"), session.total("total_distance")
    paused = sum((pause.ended_at - pause.started_at).total_seconds() for pause in pauses)
    covered = session.columns.get("distance_m", np.zeros(1))
    ascent, descent = row.get("total_ascent"), row.get("total_descent")
    if not row and "altitude_m" in session.columns:
        ascent, descent = climbed(time, session.columns["altitude_m"])
    workout, told = _first(part, Message.WORKOUT), _beats(row, "max_heart_rate")
    return Activity(
        sport=sport,
        sub_sport=sub_sport,
        started_at=moment(begin),
        utc_offset_s=_utc_offset_s(part),
        timer_s=max(elapsed - paused, 0.0) if timer is None else timer,
        elapsed_s=elapsed,
        distance_m=float(np.nanmax(covered)) if distance is None else distance,
        heart_rate_bpm=_beats(row, "avg_heart_rate") or session.mean("heart_rate_bpm"),
        max_heart_rate_bpm=told or _highest(session.columns.get("heart_rate_bpm")),
        cadence_spm=steps_a_minute(row, sport) or session.mean("cadence_spm"),
        ascent_m=ascent,
        descent_m=descent,
        title=words(workout.get("wkt_name", ""), MOST_TITLE),
        description=words(workout.get("wkt_description", ""), MOST_DESCRIPTION),
        laps=tuple(_laps(session)),
        steps=tuple(_steps(part, session)),
        pauses=pauses,
        device=device_of(_first(part, Message.FILE_ID)),
    )


def _beats(row: Row, name: str) -> float | None:
    """Return a heart rate that can be."""
    beats = row.get(name)
    return beats if beats is not None and is_plausible(beats, "heart_rate_bpm") else None


def _highest(column: "Column | None") -> float | None:
    return None if column is None else float(np.nanmax(column))


def _utc_offset_s(part: FitPart) -> int | None:
    """Return local time minus UTC, to the quarter of an hour."""
    row = _first(part, Message.ACTIVITY)
    if not _time(row, "timestamp") or not _time(row, "local_timestamp"):
        return None
    offset = round((row["local_timestamp"] - row["timestamp"]) / _QUARTER_S) * _QUARTER_S
    return offset if abs(offset) <= _FURTHEST_S else None


def _pauses(part: FitPart, begin: float, end: float) -> Iterator[Pause]:
    """Yield the times between the timer's stops and starts; a stop that ends the session is no pause."""
    events = [row for row in part.rows.get(Message.EVENT, ()) if row.get("event") == profile.TIMER]
    since = 0.0
    for row in sorted((row for row in events if _time(row, "timestamp")), key=lambda row: row["timestamp"]):
        time, kind = row["timestamp"], row.get("event_type")
        if kind in profile.TIMER_STOPS:
            since = since or time
        elif kind == profile.TIMER_START:
            if since and begin <= since < time <= end + _SLACK_S:
                yield Pause(started_at=moment(since), ended_at=moment(time))
            since = 0.0


def _laps(session: _Session) -> Iterator[Lap]:
    """Yield the laps that have a date."""
    for row in session.laps:
        begin, timer, elapsed = _begin(row), _amount(row, "total_timer_time"), _amount(row, "total_elapsed_time")
        if not begin:
            continue
        yield Lap(
            started_at=moment(begin),
            timer_s=(elapsed or 0.0) if timer is None else timer,
            elapsed_s=(timer or 0.0) if elapsed is None else elapsed,
            distance_m=_amount(row, "total_distance") or 0.0,
            heart_rate_bpm=_beats(row, "avg_heart_rate"),
            max_heart_rate_bpm=_beats(row, "max_heart_rate"),
            cadence_spm=steps_a_minute(row, session.sport[0]),
            ascent_m=row.get("total_ascent"),
            descent_m=row.get("total_descent"),
            trigger=profile.LAP_TRIGGERS.get(row.get("lap_trigger")),
            intensity=profile.INTENSITIES.get(row.get("intensity")),
            step_index=index_of(row, "wkt_step_index"),
        )


def _steps(part: FitPart, session: _Session) -> Iterator[FollowedStep]:
    """Yield the steps of the workout where this is the session that followed it."""
    others = len(part.rows.get(Message.SESSION, ())) > 1
    if not others or any("wkt_step_index" in lap for lap in session.laps):
        for position, row in enumerate(part.rows.get(Message.WORKOUT_STEP, ())):
            yield followed_step(row, position, session.sport[0])
