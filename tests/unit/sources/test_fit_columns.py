import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from run_tracker.model import Sport
from run_tracker.sources.fit_columns import columns_of, share

NOW = 1_900_000_000.0
nan = np.nan


def ours(**records):
    flaws = []
    size = len(next(iter(records.values())))
    told = {"timestamp": NOW + np.arange(float(size))} | {name: np.array(each, float) for name, each in records.items()}
    return columns_of(told, flaws), [flaw.reason for flaw in flaws]


def test_enhanced_comes_before_plain_and_plain_fills_its_gaps():
    columns, _ = ours(speed=[1, 2, nan], enhanced_speed=[3, nan, nan])
    np.testing.assert_array_equal(columns["speed_mps"], [3, 2, nan])
    assert ours(altitude=[100])[0]["altitude_m"] == [100]
    assert ours(enhanced_altitude=[100])[0]["altitude_m"] == [100]


def test_units_are_ours():
    columns, _ = ours(vertical_oscillation=[81.5], stance_time=[240], step_length=[1100])
    assert {name: float(column[0]) for name, column in columns.items() if name != "time_s"} == {
        "vertical_oscillation_m": pytest.approx(0.0815),
        "ground_contact_s": pytest.approx(0.24),
        "step_length_m": pytest.approx(1.1),
    }


def test_cadence_has_its_fraction():
    columns, _ = ours(cadence=[85, 86, nan], fractional_cadence=[0.5, nan, 0.5])
    np.testing.assert_array_equal(columns["cadence_spm"], [85.5, 86, nan])
    assert ours(cadence=[85])[0]["cadence_spm"] == [85]


def test_a_position_that_can_not_be_is_none():
    columns, _ = ours(position_lat=[48, 0, 91, nan, 0], position_long=[11, 0, 11, 11, 11])
    np.testing.assert_array_equal(columns["latitude_deg"], [48, nan, nan, nan, 0])
    np.testing.assert_array_equal(columns["longitude_deg"], [11, nan, nan, nan, 11])


def test_no_time_no_columns():
    flaws = []
    columns = columns_of({"heart_rate": np.array([150.0])}, flaws)
    assert all(column.size == 0 for column in columns.values())
    assert [flaw.reason for flaw in flaws] == ["1 records without a usable time: left out"]
    assert columns_of({}, flaws)["time_s"].size == 0


@given(st.lists(st.integers(0, 3000) | st.sampled_from([nan, -NOW, 1e12, 10**8]), min_size=1, max_size=40))
def test_time_never_decreases_and_nothing_else_is_lost(seconds):
    flaws = []
    told = {"timestamp": NOW + np.array(seconds, float), "heart_rate": np.arange(30.0, 30 + len(seconds))}
    columns = columns_of(told, flaws)
    assert (np.diff(columns["time_s"]) >= 0).all()
    beats = dict(zip(columns["heart_rate_bpm"], columns["time_s"], strict=True))
    usable = {30.0 + at: NOW + second for at, second in enumerate(seconds) if second in range(3001)}
    if usable and 10**8 not in seconds:
        assert beats == usable
    assert bool(flaws) == (len(beats) < len(seconds) or list(beats) != sorted(beats))


def test_a_second_in_the_far_future_costs_one_record():
    flaws = []
    columns = columns_of({"timestamp": NOW + np.array([0, 1, 9e7, 3, 4])}, flaws)
    assert columns["time_s"].tolist() == [NOW, NOW + 1, NOW + 3, NOW + 4]


@pytest.mark.parametrize(
    ("sport", "cadence", "steps"),
    [(Sport.RUN, 85, 170), (Sport.WALK, 60, 120), (Sport.RIDE, 85, 85), (Sport.RUN, 170, 170)],
)
def test_both_legs_count_on_foot(sport, cadence, steps):
    columns, _ = ours(cadence=[cadence] * 3)
    assert share(columns, np.zeros(3, int), 0, sport)["cadence_spm"].tolist() == [steps] * 3


def test_a_share_leaves_the_whole_as_it_was():
    columns, _ = ours(distance=[5, 6, 7, 8], cadence=[80, 80, 80, 80])
    before = {name: column.copy() for name, column in columns.items()}
    assert share(columns, np.array([0, 0, 1, 1]), 1, Sport.RUN)["distance_m"].tolist() == [1, 2]
    for name, column in columns.items():
        np.testing.assert_array_equal(column, before[name])
