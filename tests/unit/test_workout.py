import pytest

from run_tracker.workout import ASSUMED_MPS, HARD_EFFORTS, Effort, Kind, Repeat, Role, Step, Target, Workout

EASY = Target(effort=Effort.EASY, low_mps=2.5, high_mps=3.0)
FAST = Target(effort=Effort.INTERVAL, low_mps=3.9, high_mps=4.1)
JOG = Target(effort=Effort.RECOVERY)
STANDING = Target(effort=Effort.REST)


def step(target=EASY, role=Role.WORK, **length):
    return Step(role=role, target=target, **length)


INTERVALS = Workout(
    id="800s",
    kind=Kind.INTERVALS,
    name="800 m intervals",
    steps=(
        step(role=Role.WARMUP, length_m=2_200),
        Repeat(times=3, steps=(step(FAST, length_m=800), step(JOG, Role.RECOVERY, length_s=100))),
        step(role=Role.COOLDOWN, length_s=600),
    ),
)


def test_a_step_has_exactly_one_length():
    for lengths in ({}, {"length_m": 400, "length_s": 90}):
        with pytest.raises(ValueError, match="only one"):
            step(**lengths)


def test_the_middle_of_a_target_needs_both_its_ends():
    assert EASY.mid_mps == 2.75
    assert JOG.mid_mps == 0
    assert Target(effort=Effort.EASY, low_mps=2.5).mid_mps == 0


@pytest.mark.parametrize("effort", Effort)
def test_a_target_without_speed_is_reckoned_by_its_effort(effort):
    assert Target(effort=effort).reckoned_mps == ASSUMED_MPS[effort]


def test_assumed_speeds_rise_with_the_effort():
    assert sorted(ASSUMED_MPS, key=ASSUMED_MPS.__getitem__) == list(Effort)


def test_lengths_turn_into_each_other_by_the_reckoned_speed():
    assert (step(length_m=1_100).distance_m, step(length_m=1_100).duration_s) == (1_100, 400)
    assert (step(length_s=400).distance_m, step(length_s=400).duration_s) == (1_100, 400)
    assert step(JOG, length_s=100).distance_m == pytest.approx(230)
    assert (step(STANDING, length_s=90).distance_m, step(STANDING, length_m=90).duration_s) == (0, 0)


def test_repetitions_are_written_out_in_the_order_they_are_run():
    roles = [each.role for each in INTERVALS.flat()]
    assert roles == [Role.WARMUP, *[Role.WORK, Role.RECOVERY] * 3, Role.COOLDOWN]


def test_totals_are_the_sums_of_the_steps():
    assert INTERVALS.distance_m == pytest.approx(2_200 + 3 * (800 + 230) + 600 * 2.75)
    assert INTERVALS.duration_s == pytest.approx(800 + 3 * (200 + 100) + 600)
    assert INTERVALS.hard_s == pytest.approx(600)
    assert INTERVALS.is_hard
    assert INTERVALS.is_run


def test_rest_is_nothing_at_all():
    rest = Workout(id="rest", kind=Kind.REST, name="Rest day")
    assert (rest.distance_m, rest.duration_s, rest.hard_s, rest.is_hard, rest.is_run) == (0, 0, 0, False, False)


def test_other_sports_cover_no_ground_on_foot():
    ride = Workout(id="ride", kind=Kind.CROSS_TRAINING, name="Ride", steps=(step(JOG, length_s=1_800),))
    assert (ride.distance_m, ride.duration_s, ride.is_run) == (0, 1_800, False)


@pytest.mark.parametrize("effort", Effort)
def test_hard_begins_at_threshold(effort):
    workout = Workout(id="w", kind=Kind.EASY, name="w", steps=(step(Target(effort=effort), length_s=60),))
    assert workout.is_hard == (effort in HARD_EFFORTS)
