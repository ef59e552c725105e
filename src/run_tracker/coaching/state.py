"""All a coach may know on a given day: facts, and nothing that names or places the runner."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from run_tracker.model import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class AthleteState:
    """The facts of one day, by id; the privacy wall: what is not on it cannot leave the machine."""

    day: date
    facts: Mapping[str, Fact]

    def get(self, fact_id: str) -> float | None:
        """Return a fact's value, or None where the history does not hold it."""
        fact = self.facts.get(fact_id)
        return None if fact is None else fact.value
