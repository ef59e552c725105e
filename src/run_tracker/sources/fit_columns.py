"""The records of a FIT file as our columns: named and scaled as ours, in the order of time, without what can not be."""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from run_tracker.model import Flaw, Sport
from run_tracker.sources.fit_profile import RECORD_COLUMNS
from run_tracker.sources.track import LONGEST_S, PLAUSIBLE, Column, both_legs


def columns_of(records: Mapping[str, Column], flaws: list[Flaw]) -> dict[str, Column]:
    """Return the columns of all sessions; records without a time are left out."""
    size = max((column.size for column in records.values()), default=0)
    time = records.get("timestamp", np.full(size, np.nan))
    columns = dict(_ours(records))
    for name, (low, high) in PLAUSIBLE.items():
        if name in columns:
            column = columns[name]
            column[~((column >= low) & (column <= high))] = np.nan
    if "latitude_deg" in columns and "longitude_deg" in columns:
        latitude, longitude = columns["latitude_deg"], columns["longitude_deg"]
        unfixed = np.isnan(latitude) | np.isnan(longitude) | ((latitude == 0) & (longitude == 0))
        latitude[unfixed] = longitude[unfixed] = np.nan
    return _in_order({"time_s": time.copy()} | columns, flaws)


def _ours(records: Mapping[str, Column]) -> Iterator[tuple[str, Column]]:
    """Yield the records under our names and in our units; what is "enhanced" comes before what is not."""
    for name, (told, units) in RECORD_COLUMNS.items():
        known = [records[key] for key in (told, told.removeprefix("enhanced_")) if key in records]
        if known:
            yield name, np.where(np.isnan(known[0]), known[-1], known[0]) / units
    if "cadence" in records:
        yield "cadence_spm", records["cadence"] + np.nan_to_num(records.get("fractional_cadence", np.zeros(1)))


def _in_order(columns: dict[str, Column], flaws: list[Flaw]) -> dict[str, Column]:
    """Return the columns sorted by time, without the records whose time can not be."""
    time = columns["time_s"]
    low, high = PLAUSIBLE["time_s"]
    timed = (time >= low) & (time <= high)
    if timed.any():
        timed &= np.abs(time - np.median(time[timed])) <= LONGEST_S
    backwards = int((np.diff(time[timed]) < 0).sum())
    for count, what in (
        (int((~timed).sum()), "without a usable time: left out"),
        (backwards, "earlier than the one before: sorted by time"),
    ):
        if count:
            flaws.append(Flaw(reason=f"{count} records {what}"))
    kept = np.flatnonzero(timed)
    if backwards:
        kept = kept[np.argsort(time[kept], kind="stable")]
    return (
        columns
        if kept.size == time.size and not backwards
        else {name: column[kept] for name, column in columns.items()}
    )


def share(columns: Mapping[str, Column], owners: NDArray[np.intp], number: int, sport: Sport) -> dict[str, Column]:
    """Return one session's columns: its distance counted from its start, its cadence in steps where it is on foot."""
    mine = owners == number
    own = {
        name: column[mine] for name, column in columns.items() if name == "time_s" or not np.isnan(column[mine]).all()
    }
    if "distance_m" in own and number:
        before, counted = columns["distance_m"][owners < number], own["distance_m"]
        already = before[~np.isnan(before)][-1:].sum()
        counted -= already if counted[~np.isnan(counted)][0] >= already else 0.0
    if "cadence_spm" in own:
        own["cadence_spm"] *= both_legs(own["cadence_spm"], sport)
    return own
