"""What the made-up runner does on one day: stretches of effort, and the sessions a coach builds from them."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from run_tracker.model import Intensity, Sport, SubSport

RECOVERY, EASY, STEADY, MARATHON, THRESHOLD, INTERVAL, REPETITION, STRIDE = 0.6, 0.66, 0.7, 0.79, 0.88, 0.97, 1.02, 1.14
"""Shares of maximal oxygen uptake, after the training intensities of Daniels."""
JOG, HALF_MARATHON, RACE_10_KM, RACE_5_KM = 0.47, 0.852, 0.909, 0.95
MILE_M = 1609.344


class Laps(StrEnum):
    """Who ends a lap: the watch at every kilometre, the workout it guides, or the runner's button."""

    AUTO = "auto"
    GUIDED = "guided"
    BUTTON = "button"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One effort, by distance (m) or by time (s), at a share of maximal oxygen uptake that may glide to another."""

    share: float
    share_end: float | None = None
    length_m: float | None = None
    length_s: float | None = None
    intensity: Intensity = Intensity.ACTIVE
    speed_mps: float | None = None  # where it does not follow from the effort: a ride, a walk


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """Stretches done `times` over."""

    times: int
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One activity as it is meant to be."""

    name: str
    parts: tuple[Stretch | Repeats, ...]
    sport: Sport = Sport.RUN
    sub_sport: SubSport = SubSport.ROAD
    laps: Laps = Laps.AUTO
    hill: float = 0.0  # grade of the hill that is run up in active stretches and jogged down between them
    race: bool = False

    def flat(self) -> Iterator[tuple[int, Stretch]]:
        """Yield every stretch in the order it is run, with the index of its step in the watch's list of steps."""
        index = 0
        for part in self.parts:
            if isinstance(part, Repeats):
                for _ in range(part.times):
                    yield from enumerate(part.stretches, start=index)
                index += len(part.stretches) + 1
            else:
                yield index, part
                index += 1

    @property
    def distance_m(self) -> float:
        """Metres in all, at the nominal speed where a stretch is timed."""
        return sum(length_m for length_m, _, _ in self._nominal())

    @property
    def load(self) -> float:
        """Training impulse at the nominal speed: minutes x share x 0.64 e^(1.92 share), after Banister."""
        return sum(length_s / 60 * share * 0.64 * math.exp(1.92 * share) for _, length_s, share in self._nominal())

    def _nominal(self) -> Iterator[tuple[float, float, float]]:
        """Yield metres, seconds and share of each stretch for a runner of middling fitness."""
        for _, stretch in self.flat():
            share = stretch.share if stretch.share_end is None else (stretch.share + stretch.share_end) / 2
            mps = stretch.speed_mps if stretch.speed_mps is not None else speed(45 * share)
            length_s = stretch.length_s if stretch.length_s is not None else (stretch.length_m or 0.0) / mps
            yield length_s * mps, length_s, share


def speed(oxygen: float) -> float:
    """Speed (m/s) on the flat at an oxygen uptake of `oxygen` ml/kg/min (Daniels and Gilbert 1979)."""
    return (-0.182258 + math.sqrt(0.182258**2 + 4 * 0.000104 * (4.6 + oxygen))) / (2 * 0.000104) / 60


def steady(name: str, kilometres: float, share: float = EASY, share_end: float | None = None) -> Session:
    """Return a run at one effort, or one that glides from an effort to another."""
    return Session(name=name, parts=(Stretch(share=share, share_end=share_end, length_m=1000 * kilometres),))


def strides(kilometres: float, times: int = 6) -> Session:
    """Return an easy run that ends in strides."""
    stride = (Stretch(share=STRIDE, length_s=20), Stretch(share=JOG + 0.06, length_s=70))
    easy = Stretch(share=EASY, length_m=1000 * kilometres - 270 * times)
    return Session(name="easy run with strides", parts=(easy, Repeats(times=times, stretches=stride)))


def long_run(kilometres: float, finish: float | None = None) -> Session:
    """Return a long run; with `finish`, its last third glides up to that effort."""
    if finish is None:
        return steady("long run", kilometres, EASY, EASY + 0.01)
    easy = Stretch(share=EASY, length_m=650 * kilometres)
    rise = Stretch(share=STEADY, share_end=finish, length_m=350 * kilometres)
    return Session(name="progression long run", parts=(easy, rise))


def guided(name: str, *parts: Stretch | Repeats, warmup_m: float = 2000, cooldown_m: float = 1600) -> Session:
    """Return a workout that the watch leads through, between a warm-up and a cool-down."""
    warmup = Stretch(share=EASY, length_m=warmup_m, intensity=Intensity.WARMUP)
    cooldown = Stretch(share=EASY - 0.02, length_m=cooldown_m, intensity=Intensity.COOLDOWN)
    return Session(name=name, parts=(warmup, *parts, cooldown), laps=Laps.GUIDED)


def intervals(times: int, metres: float, share: float, jog_s: float) -> Session:
    """Return repetitions of a distance with jogging between them; on the track where they are short."""
    work = Stretch(share=share, length_m=metres, intensity=Intensity.INTERVAL)
    jog = Stretch(share=JOG, length_s=jog_s, intensity=Intensity.RECOVERY)
    name = f"{times} x 1 mile" if metres == MILE_M else f"{times} x {metres:.0f} m"
    session = guided(name, Repeats(times=times, stretches=(work, jog)))
    return replace(session, sub_sport=SubSport.TRACK) if metres < 1000 else session  # noqa: PLR2004 - a kilometre


def pyramid() -> Session:
    """Return 200-400-800-1200-800-400-200 m, the short ones faster, on the track."""
    parts: list[Stretch] = []
    for metres, share in ((200, 1.06), (400, 1.03), (800, 0.99), (1200, 0.96), (800, 0.99), (400, 1.03), (200, 1.06)):
        parts.append(Stretch(share=share, length_m=metres, intensity=Intensity.INTERVAL))
        parts.append(Stretch(share=JOG, length_s=75 + metres / 20, intensity=Intensity.RECOVERY))
    return replace(guided("pyramid", *parts[:-1]), sub_sport=SubSport.TRACK)


def tempo(minutes: float, share: float = THRESHOLD - 0.01) -> Session:
    """Return a continuous run at about threshold effort."""
    return guided("tempo run", Stretch(share=share, length_s=60 * minutes))


def cruise(times: int, metres: float) -> Session:
    """Return long repetitions at threshold effort with a minute of jogging between them."""
    work = Stretch(share=THRESHOLD, length_m=metres, intensity=Intensity.INTERVAL)
    jog = Stretch(share=JOG, length_s=60, intensity=Intensity.RECOVERY)
    return guided("cruise intervals", Repeats(times=times, stretches=(work, jog)))


def marathon_pace(kilometres: float) -> Session:
    """Return a block at marathon effort."""
    return guided("marathon pace run", Stretch(share=MARATHON, length_m=1000 * kilometres))


def hills(times: int, metres: float = 220) -> Session:
    """Return repetitions up one hill, jogging down, each lap ended by the button."""
    warmup = Stretch(share=EASY, length_m=2400, intensity=Intensity.WARMUP)
    up = Stretch(share=0.98, length_m=metres)
    down = Stretch(share=JOG, length_m=metres, intensity=Intensity.RECOVERY)
    cooldown = Stretch(share=EASY, length_m=2400, intensity=Intensity.COOLDOWN)
    parts = (warmup, Repeats(times=times, stretches=(up, down)), cooldown)
    return Session(name="hill repeats", parts=parts, laps=Laps.BUTTON, hill=0.06)


def fartlek(kilometres: float, surges_s: tuple[int, ...]) -> Session:
    """Return an easy run with surges of the given lengths, as the fancy takes the runner: no steps, no laps."""
    parts = [Stretch(share=EASY, length_m=2000)]
    for length_s in surges_s:
        parts += [Stretch(share=1.0 - length_s / 2400, length_s=length_s), Stretch(share=0.58, length_s=30 + length_s)]
    session = Session(name="fartlek", parts=tuple(parts))
    rest_m = max(1000.0, 1000 * kilometres - session.distance_m)
    return replace(session, parts=(*parts, Stretch(share=EASY, length_m=rest_m)))


def race(metres: float) -> Session:
    """Return a race over 5 km, 10 km, the half marathon or the marathon, measured a little long as watches do."""
    name, start, end = {
        5000: ("5 km race", RACE_5_KM, RACE_5_KM),
        10_000: ("10 km race", RACE_10_KM - 0.004, RACE_10_KM + 0.004),
        21_097.5: ("half marathon", HALF_MARATHON, HALF_MARATHON),
        42_195: ("marathon", MARATHON + 0.01, MARATHON - 0.03),
    }[metres]
    body = Stretch(share=start, share_end=end, length_m=metres * 1.004 - 400)
    sprint = Stretch(share=end, share_end=end + 0.06, length_m=400)
    return Session(name=name, parts=(body, sprint), race=True)


def ride(minutes: float) -> Session:
    """Return an easy spin on the road bike."""
    part = Stretch(share=0.52, length_s=60 * minutes, speed_mps=7.2)
    return Session(name="ride", parts=(part,), sport=Sport.RIDE)


def walk(minutes: float) -> Session:
    """Return a walk."""
    part = Stretch(share=0.36, length_s=60 * minutes, speed_mps=1.45)
    return Session(name="walk", parts=(part,), sport=Sport.WALK, sub_sport=SubSport.OTHER)


def strength(minutes: float) -> Session:
    """Return a strength session: sets and rests, going nowhere."""
    sets = (Stretch(share=0.5, length_s=45, speed_mps=0.0), Stretch(share=0.3, length_s=75, speed_mps=0.0))
    parts = (Repeats(times=round(minutes / 2), stretches=sets),)
    return Session(name="strength", parts=parts, sport=Sport.STRENGTH, sub_sport=SubSport.OTHER)
