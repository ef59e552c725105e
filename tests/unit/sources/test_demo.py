from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from run_tracker.model import Intensity, LapTrigger, Recording, Sport, SubSport
from run_tracker.sources.demo import UTC_OFFSET_S, demo_files, demo_recordings
from run_tracker.sources.fit_activity import decode_fit
from run_tracker.sources.fit_writer import write_fit

UNTIL = date(2026, 11, 22)
days = st.dates(date(2024, 1, 1), date(2031, 12, 31))
seeds = st.integers(0, 2**31)


def day_of(recording: Recording) -> date:
    return (recording.activity.started_at + timedelta(seconds=UTC_OFFSET_S)).date()


def is_run(recording: Recording) -> bool:
    return recording.activity.sport is Sport.RUN


@pytest.fixture(scope="module")
def history() -> list[Recording]:
    return list(demo_recordings(UNTIL))


@pytest.fixture(scope="module")
def runs(history) -> list[Recording]:
    return [recording for recording in history if is_run(recording)]


def kilometres(runs: list[Recording], since: date, until: date) -> float:
    return sum(run.activity.distance_m for run in runs if since <= day_of(run) < until) / 1000


def test_the_same_arguments_give_the_same_bytes():
    assert list(demo_files(UNTIL, days=40)) == list(demo_files(UNTIL, days=40))


def test_another_seed_gives_another_runner():
    assert list(demo_files(UNTIL, days=10)) != list(demo_files(UNTIL, days=10, seed=2))


def test_more_days_leave_the_latest_as_they_were():
    few, many = (list(demo_files(UNTIL, days=count)) for count in (20, 60))
    assert many[-len(few) :] == few
    assert len(many) > len(few)


def test_files_are_named_by_local_time_and_session():
    names = [name for name, _ in demo_files(UNTIL, days=10)]
    assert names == sorted(names)
    assert names[-1].startswith("2026-11-21-")
    assert any(name.endswith("-8-x-400-m.fit") for name in names)


@settings(max_examples=25, deadline=None)
@given(days, seeds)
def test_the_last_week_gives_a_coach_something_to_say(until, seed):
    runs = [recording for recording in demo_recordings(until, days=44, seed=seed) if is_run(recording)]
    assert day_of(runs[-1]) < until
    assert all(since_last <= timedelta(days=5) for since_last in (day_of(b) - day_of(a) for a, b in pairwise(runs)))
    week = [run for run in runs if day_of(run) >= until - timedelta(days=7)]
    assert len(week) >= 4
    (intervals,) = [run for run in week if sum(lap.distance_m == 400 for lap in run.activity.laps) == 8]
    assert timedelta(days=2) <= until - day_of(intervals) <= timedelta(days=4)
    longest = max(week, key=lambda run: run.activity.distance_m)
    assert longest.activity.distance_m > 13_000
    assert day_of(longest).weekday() == 6


@settings(max_examples=10, deadline=None)
@given(days, seeds)
def test_nothing_is_on_the_day_or_after_it(until, seed):
    end = datetime(until.year, until.month, until.day, tzinfo=UTC) - timedelta(seconds=UTC_OFFSET_S)
    for recording in demo_recordings(until, days=14, seed=seed):
        assert recording.activity.started_at + timedelta(seconds=recording.activity.elapsed_s) < end


def test_totals_are_what_the_columns_say(history):
    for recording in history:
        activity, columns = recording.activity, recording.columns
        time_s = columns["time_s"]
        paused_s = sum((pause.ended_at - pause.started_at).total_seconds() for pause in activity.pauses)
        assert activity.started_at.timestamp() == time_s[0]
        assert activity.elapsed_s == time_s[-1] - time_s[0]
        assert activity.timer_s == activity.elapsed_s - paused_s
        assert activity.distance_m == columns.get("distance_m", time_s * 0)[-1]
        assert activity.max_heart_rate_bpm == np.nanmax(columns["heart_rate_bpm"])
        assert np.all(np.diff(time_s) >= 1)
        assert len({len(column) for column in columns.values()}) == 1


def test_distance_is_the_integral_of_speed(runs):
    for run in runs:
        steps = np.diff(run.columns["time_s"])
        if steps.max() > 1:  # a pause, or records now and then
            continue
        assert np.allclose(np.cumsum(run.columns["speed_mps"][1:]), run.columns["distance_m"][1:], atol=0.5)


def test_laps_make_up_the_activity(history):
    for activity in (recording.activity for recording in history):
        assert sum(lap.timer_s for lap in activity.laps) == pytest.approx(activity.timer_s, abs=1e-6)
        assert sum(lap.elapsed_s for lap in activity.laps) == pytest.approx(activity.elapsed_s, abs=1e-6)
        assert sum(lap.distance_m for lap in activity.laps) == pytest.approx(activity.distance_m, abs=1e-6)
        assert [lap.trigger for lap in activity.laps].index(LapTrigger.SESSION_END) == len(activity.laps) - 1


def test_guided_laps_follow_the_steps(history):
    guided = [recording.activity for recording in history if recording.activity.steps]
    assert len(guided) > 50
    for activity in guided:
        steps = {step.index: step for step in activity.steps}
        work = sum(step.duration_value for step in activity.steps if step.duration_kind == "repeat") or 1
        assert list(steps) == list(range(len(steps)))
        assert sum(lap.intensity is Intensity.INTERVAL for lap in activity.laps) in {0, 7, work}
        for lap in activity.laps:
            step = steps[lap.step_index]
            covered = lap.distance_m if step.duration_kind == "distance" else lap.timer_s
            assert covered == pytest.approx(step.duration_value, abs=0.02)
            assert lap.intensity is step.intensity


def test_a_body_could_have_done_it(runs):
    for run in runs:
        speed, beats = run.columns["speed_mps"], run.columns["heart_rate_bpm"]
        assert np.quantile(speed, 0.005) >= 1000 / 540
        assert speed.max() < 1000 / 170
        assert np.nanmin(beats) >= 80
        assert np.nanmax(beats) <= 200
        assert 150 < run.activity.cadence_spm < 195
    marathon = max(runs, key=lambda run: run.activity.distance_m)
    assert 3 * 3600 < marathon.activity.timer_s < 3.75 * 3600


def test_the_runner_is_who_the_story_says(runs):
    tens = [
        run.activity.timer_s for run in runs if 10_000 < run.activity.distance_m < 10_100 and not run.activity.steps
    ]
    assert 43 * 60 < min(tens) < 44 * 60
    weeks = [kilometres(runs, UNTIL - timedelta(days=7 * n + 7), UNTIL - timedelta(days=7 * n)) for n in range(78)]
    assert 40 < np.quantile(weeks, 0.75) < 60
    assert max(weeks) < 75


def test_the_marathon_is_tapered_for(runs):
    day = day_of(max(runs, key=lambda run: run.activity.distance_m))
    peak, first, second = (
        kilometres(runs, day - timedelta(days=n + 6), day - timedelta(days=n - 1)) for n in (21, 14, 7)
    )
    race_week = kilometres(runs, day - timedelta(days=6), day)
    assert peak > first > second > race_week
    assert race_week < 0.5 * peak


def test_what_real_watches_do_is_there(history):
    assert any(recording.activity.pauses for recording in history)
    assert any(np.isnan(recording.columns["heart_rate_bpm"]).any() for recording in history)
    assert any(np.median(np.diff(recording.columns["time_s"])) > 2 for recording in history)
    indoors = [recording for recording in history if recording.activity.sub_sport is SubSport.TREADMILL]
    assert indoors
    assert all("latitude_deg" not in recording.columns for recording in indoors)
    assert {SubSport.TRAIL, SubSport.TRACK} < {recording.activity.sub_sport for recording in history}
    assert {Sport.RIDE, Sport.WALK, Sport.STRENGTH} < {recording.activity.sport for recording in history}


def test_it_happens_in_the_open_sea(history):
    for recording in history:
        for name in ("latitude_deg", "longitude_deg"):
            assert np.all(np.abs(recording.columns.get(name, np.array([0.5])) - 0.5) < 0.1)


def test_a_file_gives_the_recording_back(history):
    for recording in history[-60::4]:
        (decoded,) = decode_fit(write_fit(recording)).recordings
        assert decoded.activity == recording.activity
        assert decoded.columns.keys() == recording.columns.keys()
        for name, column in recording.columns.items():
            np.testing.assert_allclose(decoded.columns[name], column, atol=1e-9, err_msg=name)
