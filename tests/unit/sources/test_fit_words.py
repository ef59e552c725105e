import logging

import pytest

from run_tracker.model import Device, Intensity, Sport, SubSport
from run_tracker.sources.fit_words import device_of, followed_step, sport_of, steps_a_minute


@pytest.mark.parametrize(
    ("codes", "meant"),
    [
        ((1, 0), (Sport.RUN, SubSport.UNKNOWN)),
        ((1, 1), (Sport.RUN, SubSport.TREADMILL)),
        ((1, 45), (Sport.RUN, SubSport.INDOOR)),
        ((1, 18), (Sport.RUN, SubSport.OTHER)),
        ((4, 1), (Sport.RUN, SubSport.TREADMILL)),
        ((4, 15), (Sport.OTHER, SubSport.OTHER)),
        ((10, 20), (Sport.STRENGTH, SubSport.OTHER)),
        ((10, 26), (Sport.OTHER, SubSport.OTHER)),
        ((15, 14), (Sport.OTHER, SubSport.INDOOR)),
        ((None, None), (Sport.UNKNOWN, SubSport.UNKNOWN)),
    ],
)
def test_sports_are_ours(codes, meant):
    row = {name: code for name, code in zip(("sport", "sub_sport"), codes, strict=True) if code is not None}
    assert sport_of(row) == meant


def test_codes_nobody_named_are_unknown_and_told_once(caplog):
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert sport_of({"sport": 201, "sub_sport": 202}) == (Sport.UNKNOWN, SubSport.UNKNOWN)
    assert [record.message for record in caplog.records] == [
        "unknown FIT sport 201: please report it",
        "unknown FIT sub-sport 202: please report it",
    ]


@pytest.mark.parametrize(
    ("row", "device"),
    [
        ({}, None),
        ({"manufacturer": 1, "product": 3992}, Device(manufacturer="garmin", product="3992")),
        ({"manufacturer": 294, "product_name": "PACE 3"}, Device(manufacturer="coros", product="PACE 3")),
        ({"manufacturer": 999, "product": 0}, Device(manufacturer="manufacturer 999")),
    ],
)
def test_devices_have_a_maker(row, device):
    assert device_of(row) == device


@pytest.mark.parametrize(
    ("row", "sport", "steps"),
    [
        ({"avg_cadence": 86, "avg_fractional_cadence": 0.5}, Sport.RUN, 173),
        ({"avg_cadence": 86}, Sport.RIDE, 86),
        ({"avg_cadence": 172}, Sport.RUN, 172),
        ({"avg_cadence": 0}, Sport.RUN, None),
        ({}, Sport.RUN, None),
    ],
)
def test_cadence_counts_both_legs_on_foot(row, sport, steps):
    assert steps_a_minute(row, sport) == steps


def target(sport=Sport.RUN, **row):
    step = followed_step({"duration_type": 5} | row, 0, sport)
    return step.target_kind, step.target_low, step.target_high


def custom(kind, low, high, **more):
    return {"target_type": kind, "custom_target_value_low": low, "custom_target_value_high": high} | more


def test_targets_are_in_our_units():
    assert target() == (None, None, None)
    assert target(target_type=2) == ("open", None, None)
    assert target(target_type=5) == ("other", None, None)
    assert target(**custom(0, 3500, 4000)) == ("speed", 3.5, 4)
    assert target(**custom(0, 0, 0, target_value=3)) == ("speed", None, None)  # a zone only the watch knows
    assert target(**custom(4, 1200, 1250)) == ("power", 200, 250)
    assert target(**custom(4, 80, 90)) == ("power", None, None)  # percent of a threshold only the watch knows


def test_heart_rates_come_with_and_without_their_offset():
    assert target(**custom(1, 240, 255)) == ("heart_rate", 140, 155)
    assert target(**custom(1, 87, 137)) == ("heart_rate", 87, 137)
    assert target(**custom(1, 126, 139, target_value=1)) == ("heart_rate", 126, 139)
    assert target(**custom(1, 70, 100)) == ("heart_rate", None, None)  # percent of a maximum only the watch knows


def test_cadence_targets_count_both_legs_on_foot():
    assert target(**custom(3, 85, 90)) == ("cadence", 170, 180)
    assert target(**custom(3, 170, 180)) == ("cadence", 170, 180)
    assert target(Sport.RIDE, **custom(3, 85, 90)) == ("cadence", 85, 90)


@pytest.mark.parametrize(
    ("code", "value", "kind", "length"),
    [
        (0, 90_500, "time", 90.5),
        (28, 1000, "time", 1),
        (1, 40_000, "distance", 400),
        (2, 245, "heart_rate", 145),
        (3, 150, "heart_rate", 150),
        (3, 80, "heart_rate", None),
        (5, 7, "open", None),
        (29, 12, "other", None),
        (None, 12, "other", None),
        (0, None, "time", None),
    ],
)
def test_lengths_are_in_our_units(code, value, kind, length):
    told = {"duration_type": code, "duration_value": value}
    step = followed_step({name: each for name, each in told.items() if each is not None}, 4, Sport.RUN)
    assert (step.index, step.duration_kind, step.duration_value) == (4, kind, length)


def test_repetitions_go_back_to_a_step():
    step = followed_step({"duration_type": 6, "duration_value": 1, "target_value": 5}, 3, Sport.RUN)
    assert (step.duration_kind, step.repeat_from, step.duration_value, step.target_kind) == ("repeat", 1, 5, None)
    timed = followed_step({"duration_type": 7, "duration_value": 1, "target_value": 600_000}, 3, Sport.RUN)
    assert (timed.duration_kind, timed.repeat_from, timed.duration_value) == ("repeat", 1, None)
    assert followed_step({"duration_type": 6}, 3, Sport.RUN).repeat_from is None


def test_a_step_has_its_own_index_name_and_intensity():
    row = {"message_index": 0x8007, "wkt_step_name": "Fast", "intensity": 5, "duration_type": 5}
    step = followed_step(row, 0, Sport.RUN)
    assert (step.index, step.name, step.intensity) == (7, "Fast", Intensity.INTERVAL)
