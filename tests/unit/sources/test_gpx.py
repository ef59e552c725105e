from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from run_tracker.errors import UnreadableFile
from run_tracker.model import COLUMNS, Sport, SubSport
from run_tracker.sources.gpx import decode_gpx

TWO_SEGMENTS = Path(__file__).parents[2] / "data" / "two_segments.gpx"
START_S = 1_933_135_200  # 2031-04-05T06:00:00Z


def point(second: int, inside: str = "", *, lat: float = 10.0, lon: float = 20.0) -> str:
    moment = np.datetime64(START_S + second, "s")
    return f'<trkpt lat="{lat!r}" lon="{lon!r}"><time>{moment}Z</time>{inside}</trkpt>'


def gpx(*tracks: str, inside: str = "") -> bytes:
    return f'<gpx creator="me" version="1.1">{inside}{"".join(tracks)}</gpx>'.encode()


def track(*segments: str, inside: str = "<type>running</type>") -> str:
    return f"<trk>{inside}{''.join(f'<trkseg>{segment}</trkseg>' for segment in segments)}</trk>"


def steady(since: int = 0, until: int = 10, inside: str = "") -> str:
    return "".join(point(second, inside, lat=10 + second * 2e-5) for second in range(since, until))


def test_a_track_of_two_segments_is_a_recording_with_a_pause():
    decoded = decode_gpx(TWO_SEGMENTS.read_bytes())
    (recording,) = decoded.recordings
    activity = recording.activity
    assert (decoded.format, decoded.flaws) == ("gpx", ())
    assert (activity.sport, activity.sub_sport) == (Sport.RUN, SubSport.UNKNOWN)
    assert activity.started_at.isoformat() == "2031-04-05T06:00:00+00:00"
    assert activity.utc_offset_s is None
    assert (activity.title, activity.description) == ("Buoy & back", "Against the wind")
    assert activity.device.product == "Pretend uploader"
    assert (activity.elapsed_s, activity.timer_s) == (129, 18)
    ((started, ended),) = [(pause.started_at, pause.ended_at) for pause in activity.pauses]
    assert (started.isoformat(), ended.isoformat()) == ("2031-04-05T06:00:09+00:00", "2031-04-05T06:02:00+00:00")
    assert activity.distance_m == pytest.approx(18 * 2.2239, rel=1e-4)  # the 55 m between the segments left out
    assert (activity.heart_rate_bpm, activity.max_heart_rate_bpm, activity.cadence_spm) == (127.25, 130, 168)
    assert activity.ascent_m == pytest.approx(11)  # of 18: an average over 15 s hardly climbs in 10
    assert recording.columns["heart_rate_bpm"].tolist() == [*range(120, 130), *[130] * 10]
    assert recording.columns["power_w"][:3].tolist() == [240, 241, 242]
    assert set(recording.columns["temperature_c"]) == {18}
    assert set(recording.columns) <= set(COLUMNS)


def test_gpx_1_0_and_other_programs_extensions_are_read():
    told = (
        "<ele>5</ele><speed>3.5</speed><extensions><heartrate>141</heartrate><cadence>88</cadence>"
        "<temp>12</temp><watts>300</watts><distance>99</distance></extensions>"
    )
    raw = gpx(track(steady(inside=told), inside=""), inside="<name>Old</name><time>2001-01-01T00:00:00Z</time>")
    (recording,) = decode_gpx(raw).recordings
    assert recording.activity.title == "Old"
    assert recording.activity.sport is Sport.UNKNOWN
    values = {name: set(column) for name, column in recording.columns.items() if name not in {"time_s", "latitude_deg"}}
    assert values.pop("distance_m") != {99}
    assert values == {
        "altitude_m": {5},
        "speed_mps": {3.5},
        "heart_rate_bpm": {141},
        "cadence_spm": {88},
        "temperature_c": {12},
        "power_w": {300},
        "longitude_deg": {20},
    }


def test_every_track_is_a_recording():
    raw = gpx(track(steady(), inside="<name>a</name>"), track(steady(500, 520), inside="<name>b</name>"))
    recordings = decode_gpx(raw).recordings
    assert [(one.activity.title, one.activity.elapsed_s) for one in recordings] == [("a", 9), ("b", 19)]


def test_an_offset_in_the_stamps_is_honoured_and_told():
    raw = gpx(track(steady())).replace(b"T06", b"T08").replace(b"Z</time>", b"+02:00</time>")
    (recording,) = decode_gpx(raw).recordings
    assert recording.activity.started_at.isoformat() == "2031-04-05T06:00:00+00:00"
    assert recording.activity.utc_offset_s == 7200


@pytest.mark.parametrize(
    "raw",
    [
        gpx(),
        gpx('<rte><rtept lat="1" lon="2"/><rtept lat="1" lon="3"/></rte>'),
        gpx(track('<trkpt lat="1" lon="2"/><trkpt lat="1" lon="3"/>')),
        gpx(track(point(0))),
        gpx(track(point(0) * 5)),
    ],
)
def test_a_plan_is_no_recording(raw):
    with pytest.raises(UnreadableFile, match="no track with times"):
        decode_gpx(raw)


def test_a_file_cut_off_gives_what_came_before_and_says_where():
    whole = gpx(track(steady(0, 20)))
    cut = whole.index(b"<trkpt", len(whole) // 2) + 20
    decoded = decode_gpx(whole[:cut])
    (recording,) = decoded.recordings
    assert 5 < recording.columns["time_s"].size < 20
    assert recording.activity.sport is Sport.RUN
    (flaw,) = decoded.flaws
    assert "breaks off" in flaw.reason
    assert flaw.offset <= cut


def test_a_file_cut_off_before_the_first_point_says_so():
    with pytest.raises(UnreadableFile, match="breaks off") as caught:
        decode_gpx(b'<gpx creator="me"><trk><name>a')
    assert caught.value.offset is not None


def test_an_entity_bomb_is_refused():
    with pytest.raises(UnreadableFile, match="refused"):
        decode_gpx(b'<!DOCTYPE gpx [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + gpx(track("&b;")))


positions = st.tuples(st.floats(-80, 80).filter(bool), st.floats(-179, 179))
rows = st.lists(st.tuples(positions, st.integers(30, 220), st.floats(-400, 8000)), min_size=2, max_size=30)


@given(rows)
def test_what_is_written_is_read_back(written):
    raw = gpx(
        track(
            "".join(
                point(second, f"<ele>{altitude!r}</ele><x:hr>{rate}</x:hr>", lat=lat, lon=lon)
                for second, ((lat, lon), rate, altitude) in enumerate(written)
            )
        )
    )
    decoded = decode_gpx(raw)
    (recording,) = decoded.recordings
    assert decoded.flaws == ()
    assert recording.columns["time_s"].tolist() == [START_S + second for second in range(len(written))]
    assert recording.columns["latitude_deg"].tolist() == [lat for (lat, _), _, _ in written]
    assert recording.columns["longitude_deg"].tolist() == [lon for (_, lon), _, _ in written]
    assert recording.columns["heart_rate_bpm"].tolist() == [rate for _, rate, _ in written]
    assert recording.columns["altitude_m"].tolist() == [altitude for _, _, altitude in written]
    assert (np.diff(recording.columns["distance_m"]) >= 0).all()


@given(st.binary(max_size=60), st.integers(0, 400))
def test_a_damaged_file_is_decoded_or_unreadable(noise, place):
    whole = gpx(track(steady(0, 12, "<ele>1</ele>")))
    try:
        decoded = decode_gpx(whole[:place] + noise + whole[place + len(noise) :])
    except UnreadableFile:
        return
    assert decoded.recordings
