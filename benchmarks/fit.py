"""
Time our FIT reader against fitdecode, garmin-fit-sdk and fitfast, each giving sessions, laps, steps and record columns.

    python benchmarks/fit.py [--times 15] [--every 40]

Files: an hour at 1 Hz made by our own writer and, where RUN_TRACKER_CORPUS is set, every 40th real recording of its
`history` folder. All readers take turns on the same bytes; the best time of each counts, as a ratio to ours. A reader
that is not installed is left out, and said to be.
"""

import argparse
import importlib.util
import io
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from run_tracker.model import Activity, FollowedStep, Lap, Recording, Sport, SubSport
from run_tracker.sources.fit_activity import decode_fit
from run_tracker.sources.fit_writer import write_fit

WANTED = {"session", "lap", "workout_step"}


def with_fitdecode(raw):
    import fitdecode

    rows, columns = {}, {}
    with fitdecode.FitReader(
        io.BytesIO(raw), check_crc=fitdecode.CrcCheck.DISABLED, error_handling=fitdecode.ErrorHandling.IGNORE
    ) as reader:
        for number, frame in enumerate(frame for frame in reader if isinstance(frame, fitdecode.FitDataMessage)):
            if frame.name == "record":
                for field in frame.fields:
                    columns.setdefault(field.name, []).append((number, field.value))
            elif frame.name in WANTED:
                rows.setdefault(frame.name, []).append({field.name: field.value for field in frame.fields})
    return rows, columns


def with_garmin_sdk(raw):
    from garmin_fit_sdk import Decoder, Stream

    messages, _ = Decoder(Stream.from_byte_array(bytearray(raw))).read(enable_crc_check=False)
    return messages, columns_of(messages.get("record_mesgs", []))


def with_fitfast(raw):
    import fitfast

    rows = fitfast.parse(raw)
    return rows, columns_of(rows.get("record", []))


def with_fitfast_columns(raw):
    import fitfast

    return {kind: fitfast.records(raw, kind) for kind in (*WANTED, "record")}


def columns_of(records):
    names = {name for record in records for name in record}
    return {name: [record.get(name) for record in records] for name in names}


READERS = {
    "run-tracker": ("run_tracker", decode_fit),
    "fitfast, rows": ("fitfast", with_fitfast),
    "fitfast, columns without text": ("fitfast", with_fitfast_columns),
    "garmin-fit-sdk": ("garmin_fit_sdk", with_garmin_sdk),
    "fitdecode, CRC off": ("fitdecode", with_fitdecode),
}


def an_hour():
    start, seconds = datetime(2026, 3, 1, 7, tzinfo=UTC), np.arange(3600.0)
    laps = tuple(
        Lap(started_at=start + timedelta(minutes=6 * lap), timer_s=360.0, elapsed_s=360.0, distance_m=1080.0)
        for lap in range(10)
    )
    activity = Activity(
        sport=Sport.RUN,
        sub_sport=SubSport.ROAD,
        started_at=start,
        timer_s=3600.0,
        elapsed_s=3600.0,
        distance_m=10800.0,
        laps=laps,
        steps=tuple(FollowedStep(index=step, duration_kind="time", duration_value=360.0) for step in range(10)),
    )
    columns = {
        "time_s": start.timestamp() + seconds,
        "distance_m": 3.0 * seconds,
        "speed_mps": 3.0 + np.sin(seconds / 60) / 5,
        "heart_rate_bpm": np.round(150 + 10 * np.sin(seconds / 300)),
        "cadence_spm": np.round(172 + 4 * np.sin(seconds / 90)),
        "altitude_m": 500 + 20 * np.sin(seconds / 400),
        "latitude_deg": 0.5 + seconds / 1e5,
        "longitude_deg": 0.5 + seconds / 1e5,
        "power_w": np.round(260 + 30 * np.sin(seconds / 60)),
        "temperature_c": np.full(3600, 18.0),
    }
    return Recording(activity=activity, columns=columns)


def best_ms(readers, raw, times):
    taken = {name: [] for name in readers}
    for _ in range(times):
        for name, read in readers.items():
            begun = time.perf_counter()
            read(raw)
            taken[name].append(time.perf_counter() - begun)
    return {name: 1000 * min(each) for name, each in taken.items()}


def show(title, taken):
    print(title)
    for name, each in taken.items():
        print(f"  {name:30} {each:9.2f} ms {each / taken['run-tracker']:8.1f} x")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=15)
    parser.add_argument("--every", type=int, default=40)
    arguments = parser.parse_args()
    readers = {name: read for name, (module, read) in READERS.items() if importlib.util.find_spec(module)}
    for name in READERS.keys() - readers.keys():
        print(f"{name}: not installed, left out")
    recording = an_hour()
    raw = write_fit(recording)
    show(f"one hour at 1 Hz, {len(raw) / 1000:.0f} kB", best_ms(readers, raw, arguments.times))
    print(f"  {'(written by run-tracker)':30} {best_ms({'': write_fit}, recording, arguments.times)['']:9.2f} ms")
    corpus = os.environ.get("RUN_TRACKER_CORPUS")
    if not corpus:
        print("RUN_TRACKER_CORPUS is not set: no real files")
        return
    paths = sorted((Path(corpus) / "history").glob("*.fit"))[:: arguments.every]
    each = [best_ms(readers, path.read_bytes(), max(arguments.times // 5, 1)) for path in paths]
    show(f"{len(paths)} real files", {name: sum(taken[name] for taken in each) for name in readers})
    print("Targets: fitdecode at least 60 x, fitfast at least 3 x.")


if __name__ == "__main__":
    main()
