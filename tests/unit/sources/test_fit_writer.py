from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from garmin_fit_sdk import Decoder, Stream
from hypothesis import given, settings
from hypothesis import strategies as st

from run_tracker.model import (
    Activity,
    Device,
    FollowedStep,
    Intensity,
    Lap,
    LapTrigger,
    Pause,
    Recording,
    Sport,
    SubSport,
)
from run_tracker.sources.fit_activity import decode_fit
from run_tracker.sources.fit_writer import write_fit

START = datetime(2031, 4, 5, 6, tzinfo=UTC)
RESOLUTION = {
    "time_s": 1.0,
    "distance_m": 0.01,
    "speed_mps": 0.001,
    "heart_rate_bpm": 1.0,
    "cadence_spm": 2 / 128,
    "altitude_m": 0.2,
    "latitude_deg": 180 / 2**31,
    "longitude_deg": 180 / 2**31,
    "power_w": 1.0,
    "temperature_c": 1.0,
    "vertical_oscillation_m": 0.0001,
    "ground_contact_s": 0.0001,
    "step_length_m": 0.0001,
}
RANGE = {
    "distance_m": (0.0, 400_000.0),
    "speed_mps": (0.0, 12.0),
    "heart_rate_bpm": (30.0, 230.0),
    "cadence_spm": (100.0, 250.0),
    "altitude_m": (-400.0, 8000.0),
    "latitude_deg": (-89.0, 89.0),
    "longitude_deg": (-179.0, 179.0),
    "power_w": (0.0, 2000.0),
    "temperature_c": (-40.0, 60.0),
    "vertical_oscillation_m": (0.0, 0.2),
    "ground_contact_s": (0.0, 0.5),
    "step_length_m": (0.0, 3.0),
}


def whole(low: float, high: float, step: float = 1.0):
    return st.integers(int(low / step), int(high / step)).map(lambda count: round(count * step, 6))


def maybe(values):
    return st.none() | values


def moments(seconds: int = 3600):
    return st.integers(0, seconds).map(lambda second: START + timedelta(seconds=second))


text = maybe(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=1, max_size=40)
)
totals = {
    "timer_s": whole(0, 90_000, 0.001),
    "elapsed_s": whole(0, 90_000, 0.001),
    "distance_m": whole(0, 500_000, 0.01),
    "heart_rate_bpm": maybe(whole(30, 230)),
    "max_heart_rate_bpm": maybe(whole(30, 230)),
    "cadence_spm": maybe(st.integers(6_400, 16_000).map(lambda count: count / 64)),
    "ascent_m": maybe(whole(0, 9000)),
    "descent_m": maybe(whole(0, 9000)),
}
laps = st.builds(
    Lap,
    started_at=moments(),
    **totals,
    trigger=maybe(st.sampled_from(LapTrigger)),
    intensity=maybe(st.sampled_from(Intensity)),
    step_index=maybe(st.integers(0, 4000)),
)
lengths = {
    "time": whole(0, 40_000, 0.001),
    "distance": whole(0, 100_000, 0.01),
    "heart_rate": whole(121, 220),
    "open": st.none(),
    "other": st.none(),
}
bounds = {
    None: st.none(),
    "open": st.none(),
    "other": st.none(),
    "speed": whole(0.5, 12, 0.001),
    "heart_rate": whole(121, 220),
    "cadence": st.integers(70, 125).map(lambda turns: turns * 2.0),
    "power": whole(1, 2000),
}


@st.composite
def steps(draw):
    index, named = (
        draw(st.integers(0, 4000)),
        {"name": draw(text), "intensity": draw(maybe(st.sampled_from(Intensity)))},
    )
    if draw(st.booleans()):
        times, first = draw(maybe(whole(1, 99))), draw(maybe(st.integers(0, 4000)))
        return FollowedStep(index=index, duration_kind="repeat", duration_value=times, repeat_from=first, **named)
    kind, target = draw(st.sampled_from(sorted(lengths))), draw(st.sampled_from(list(bounds)))
    return FollowedStep(
        index=index,
        duration_kind=kind,
        duration_value=draw(maybe(lengths[kind])),
        target_kind=target,
        target_low=draw(maybe(bounds[target])),
        target_high=draw(maybe(bounds[target])),
        **named,
    )


@st.composite
def columns(draw):
    size = draw(st.integers(1, 30))
    seconds = sorted(draw(st.lists(st.integers(0, 3600), min_size=size, max_size=size)))
    told = {"time_s": START.timestamp() + np.array(seconds, float)}
    for name in draw(st.sets(st.sampled_from(sorted(RANGE)))):
        values = st.floats(*RANGE[name]) | st.just(np.nan)
        told[name] = np.array(draw(st.lists(values, min_size=size, max_size=size)))
    if {"latitude_deg", "longitude_deg"} & told.keys():
        fixed = draw(st.lists(st.floats(1, 89), min_size=size, max_size=size))
        told["latitude_deg"] = told["longitude_deg"] = np.array(fixed)
    return told


@st.composite
def pauses(draw):
    cuts = sorted(draw(st.sets(st.integers(1, 3599), max_size=6)))
    moments = [START + timedelta(seconds=cut) for cut in cuts]
    return tuple(
        Pause(started_at=stop, ended_at=start) for stop, start in zip(moments[::2], moments[1::2], strict=False)
    )


@st.composite
def recordings(draw):
    sport = draw(st.sampled_from(Sport))
    strength = sport is Sport.STRENGTH
    activity = Activity(
        sport=sport,
        sub_sport=SubSport.OTHER if strength else draw(st.sampled_from(SubSport)),
        started_at=START,
        utc_offset_s=draw(maybe(st.integers(-56, 56).map(lambda quarters: quarters * 900))),
        **{name: draw(values) for name, values in totals.items() if name != "elapsed_s"},
        elapsed_s=3600.0,
        title=draw(text),
        description=draw(text),
        laps=tuple(draw(st.lists(laps, max_size=5))),
        steps=tuple(draw(st.lists(steps(), max_size=5))),
        pauses=draw(pauses()),
        device=Device(manufacturer="development"),
    )
    return Recording(activity=activity, columns=draw(columns()))


def read_back(recording: Recording) -> Recording:
    decoded = decode_fit(write_fit(recording))
    assert decoded.flaws == ()
    (back,) = decoded.recordings
    return back


def on_foot(recording: Recording) -> bool:
    return recording.activity.sport in {Sport.RUN, Sport.WALK, Sport.HIKE}


@settings(max_examples=60, deadline=None)
@given(recordings())
def test_what_is_written_is_read_back(recording):
    back, told = read_back(recording), recording.activity
    filled = {  # where the totals say nothing, the reader asks the columns
        name: getattr(back.activity, name)
        for name in ("heart_rate_bpm", "max_heart_rate_bpm", "cadence_spm")
        if getattr(told, name) is None
    }
    assert back.activity == replace(told, **filled)


@settings(max_examples=60, deadline=None)
@given(recordings())
def test_columns_are_read_back_within_their_resolution(recording):
    back = read_back(recording).columns
    known = {name: column for name, column in recording.columns.items() if not np.isnan(column).all()}
    assert back.keys() == known.keys()
    for name, column in known.items():
        steps = 1 if name != "cadence_spm" or on_foot(recording) else 0.5
        np.testing.assert_allclose(back[name], column, rtol=1e-12, atol=RESOLUTION[name] * steps * 0.501, err_msg=name)


@settings(max_examples=25, deadline=None)
@given(recordings())
def test_garmins_own_reader_finds_nothing_wrong(recording):
    raw, told = write_fit(recording), recording.activity
    decoder = Decoder(Stream.from_byte_array(bytearray(raw)))
    assert decoder.is_fit()
    assert decoder.check_integrity()
    messages, errors = Decoder(Stream.from_byte_array(bytearray(raw))).read()
    assert errors == []
    (session,) = messages["session_mesgs"]
    assert session["start_time"] == told.started_at
    assert session["total_timer_time"] == pytest.approx(told.timer_s, abs=1e-9)
    assert session["total_distance"] == pytest.approx(told.distance_m, abs=1e-9)
    assert len(messages["record_mesgs"]) == recording.columns["time_s"].size
    assert len(messages.get("lap_mesgs", ())) == len(told.laps)
    assert len(messages.get("workout_step_mesgs", ())) == len(told.steps)
    times = [event["timestamp"] for event in messages["event_mesgs"]]
    assert times == sorted(times)
    (closing,) = messages["activity_mesgs"]
    assert closing["timestamp"] == told.started_at + timedelta(seconds=3600)


def simple(**columns) -> Recording:
    size = len(next(iter(columns.values()), ()))
    activity = Activity(
        sport=Sport.RUN,
        sub_sport=SubSport.TRACK,
        started_at=START,
        timer_s=10.0,
        elapsed_s=10.0,
        distance_m=30.0,
    )
    told = {name: np.array(column, float) for name, column in columns.items()}
    return Recording(activity=activity, columns={"time_s": START.timestamp() + np.arange(float(size)), **told})


def test_the_same_recording_gives_the_same_bytes():
    assert write_fit(simple(heart_rate_bpm=[150, 151])) == write_fit(simple(heart_rate_bpm=[150, 151]))


def test_what_has_no_room_becomes_no_value():
    back = read_back(simple(heart_rate_bpm=[150, 255, -3, np.inf], distance_m=[0, 1, -1, 5e7])).columns
    np.testing.assert_array_equal(back["heart_rate_bpm"], [150, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(back["distance_m"], [0, 1, np.nan, np.nan])


def test_a_recording_without_columns_is_its_totals():
    back = read_back(simple())
    assert (back.activity.distance_m, back.columns["time_s"].size) == (30, 0)


def test_pauses_stand_between_the_records_around_them():
    told = simple(heart_rate_bpm=[150] * 10)
    pause = Pause(started_at=START + timedelta(seconds=4), ended_at=START + timedelta(seconds=8))
    raw = write_fit(replace(told, activity=replace(told.activity, pauses=(pause,))))
    order = []
    decoder = Decoder(Stream.from_byte_array(bytearray(raw)))
    decoder.read(mesg_listener=lambda number, message: order.append((number, message.get("event_type"))))
    kinds = ["e" if number == 21 else "r" for number, _ in order if number in {20, 21}]
    assert "".join(kinds) == "e" + "r" * 5 + "e" + "r" * 3 + "e" + "r" * 2 + "e"


def test_long_text_is_cut_between_characters():
    told = simple(heart_rate_bpm=[150])
    back = read_back(replace(told, activity=replace(told.activity, title="跑" * 150)))
    assert back.activity.title == "跑" * 66
