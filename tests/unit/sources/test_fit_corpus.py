"""
Real files, decoded by us and by Garmin's own reader.

What both read must be equal, to the last message and value, damaged files among them. Tolerated is this and no more:

- Garmin's reader stops at the first compressed timestamp; those two files are compared with fitdecode instead.
- Of an array we keep the first value; a value that is not finite is none with us.

RUN_TRACKER_CORPUS_ALL=1 compares every file of the history instead of every tenth.
"""

import os
from itertools import chain
from math import isfinite
from pathlib import Path

import fitdecode
import numpy as np
import pytest
from garmin_fit_sdk import Decoder, Stream

from run_tracker.errors import UnreadableFile
from run_tracker.model import COLUMNS
from run_tracker.sources.fit import read_fit
from run_tracker.sources.fit_activity import decode_fit
from run_tracker.sources.fit_profile import FIELDS_BY_NAME, FIT_EPOCH_S, Message

CORPUS = os.environ.get("RUN_TRACKER_CORPUS")
pytestmark = pytest.mark.skipif(not CORPUS, reason="RUN_TRACKER_CORPUS is not set: no real recordings to read")

EVERY = 1 if os.environ.get("RUN_TRACKER_CORPUS_ALL") else 10
DEVICES = sorted(Path(CORPUS or "none", "devices").glob("*.fit"))
HISTORY = sorted(Path(CORPUS or "none", "history").glob("*.fit"))
GUIDED = sorted(Path(CORPUS or "none", "intervals", "coros").glob("*.fit"))
COMPRESSED = [path for path in DEVICES if path.stem.endswith(("antfs-dump.63", "compressed-speed-distance"))]
NO_ACTIVITIES = [
    path
    for path in DEVICES
    if path.stem.endswith(("heartratef", "DeveloperData", "MonitoringFile", "--Settings", "--Settings2"))
    or path.stem.startswith("kaiord--Health")
]
COMPARED = sorted({*DEVICES, *HISTORY[::EVERY]} - {*COMPRESSED})
LAPS_OF_ANOTHER_RUN = "0031"  # the watch wrote laps from before the start into it
TIMES = {"timestamp", "start_time", "time_created", "local_timestamp"}


def by_name(paths):
    return pytest.mark.parametrize("path", paths, ids=lambda path: path.stem)


def plain(name: str, value):
    """Return a value of Garmin's reader as ours would be."""
    value = value[0] if isinstance(value, list) and value else value
    if isinstance(value, str):
        return value.strip() or None
    if value is None or isinstance(value, list) or not isfinite(value):
        return None
    if name in TIMES:
        return value + FIT_EPOCH_S
    return value * 180 / 2**31 if name.startswith("position") else value


def of_garmin(message: Message, messages):
    names = FIELDS_BY_NAME[message]
    for told in messages.get(f"{message.name.lower()}_mesgs", ()):
        row = {name: plain(name, told[name]) for name in names.keys() & told.keys()}
        yield {name: value for name, value in row.items() if value is not None}


@by_name(COMPARED)
def test_it_is_what_garmins_reader_finds(path):
    raw = path.read_bytes()
    messages, _ = Decoder(Stream.from_byte_array(bytearray(raw))).read(
        expand_components=False,
        merge_heart_rates=False,
        convert_datetimes_to_dates=False,
        convert_types_to_strings=False,
    )
    parts = read_fit(raw).parts
    for message in set(Message) - {Message.RECORD, Message.FIELD_DESCRIPTION}:
        theirs = [row for row in of_garmin(message, messages) if row]
        ours = list(chain.from_iterable(part.rows.get(message, ()) for part in parts))
        assert ours == [pytest.approx(row, abs=1e-9) for row in theirs], message.name
    records = list(of_garmin(Message.RECORD, messages))
    for name in FIELDS_BY_NAME[Message.RECORD].keys() - {"compressed_speed_distance"}:
        theirs = np.array([record.get(name, np.nan) for record in records])
        sized = [part.records for part in parts if part.records]
        ours = [columns.get(name, np.full(next(iter(columns.values())).size, np.nan)) for columns in sized]
        np.testing.assert_allclose(np.concatenate([*ours, np.empty(0)]), theirs, rtol=1e-12, err_msg=name)


@by_name(COMPRESSED)
def test_compressed_records_are_what_fitdecode_finds(path):
    with fitdecode.FitReader(path, check_crc=fitdecode.CrcCheck.DISABLED) as reader:
        frames = [frame for frame in reader if isinstance(frame, fitdecode.FitDataMessage) and frame.name == "record"]
    (part,) = read_fit(path.read_bytes()).parts
    for name, column in part.records.items():
        base = FIT_EPOCH_S if name == "timestamp" else 0  # fitdecode leaves times before 1998 as they are
        theirs = [frame.get_value(name, fallback=None) for frame in frames]
        np.testing.assert_allclose(
            column, [np.nan if value is None else value + base for value in theirs], err_msg=name
        )


@by_name(sorted({*DEVICES, *HISTORY[::EVERY], *GUIDED} - {*NO_ACTIVITIES}))
def test_every_activity_is_decoded(path):
    for recording in decode_fit(path.read_bytes()).recordings:
        told, columns = recording.activity, recording.columns
        assert set(columns) <= set(COLUMNS)
        assert len({column.size for column in columns.values()}) == 1
        assert (np.diff(columns["time_s"]) >= 0).all()
        for total in (told.timer_s, told.elapsed_s, told.distance_m):
            assert isfinite(total)
            assert total >= 0
        assert told.started_at.utcoffset().total_seconds() == 0


@by_name(NO_ACTIVITIES)
def test_every_other_file_is_told_apart(path):
    with pytest.raises(UnreadableFile, match=r"not an activity$|in which nothing was recorded$"):
        decode_fit(path.read_bytes())


@by_name(HISTORY[::EVERY])
def test_a_runners_history_adds_up(path):
    decoded = decode_fit(path.read_bytes())
    (recording,) = decoded.recordings
    told = recording.activity
    assert decoded.flaws == ()
    assert told.utc_offset_s == 8 * 3600
    paused = sum((pause.ended_at - pause.started_at).total_seconds() for pause in told.pauses)
    assert told.elapsed_s - told.timer_s == pytest.approx(paused, abs=3)
    if path.stem == LAPS_OF_ANOTHER_RUN:
        return
    assert sum(lap.timer_s for lap in told.laps) == pytest.approx(told.timer_s, abs=2)
    assert sum(lap.distance_m for lap in told.laps) == pytest.approx(told.distance_m, abs=20)
    assert recording.columns["time_s"][-1] == pytest.approx(told.started_at.timestamp() + told.elapsed_s, abs=30)
