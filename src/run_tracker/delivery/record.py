"""What programs read: the same facts as the screens show, as plain JSON values beside their SI numbers."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import tzinfo
from typing import Any

from run_tracker.coaching.proposal import Attempt, Finding, Prescription
from run_tracker.coaching.state import AthleteState
from run_tracker.delivery.markdown import suggestion
from run_tracker.delivery.text import Text, duration
from run_tracker.model import Activity, Decoded, Lap, LogEntry, Sport, local_time


def speed(distance_m: float, timer_s: float) -> float:
    """Return the mean speed over the timer time, m/s; 0 where no time passed."""
    return distance_m / timer_s if timer_s > 0 else 0.0


def runs(log: Sequence[LogEntry]) -> list[LogEntry]:
    """Return the runs of a training log, newest first, as they are listed."""
    return [entry for entry in reversed(log) if entry.activity.sport is Sport.RUN]


def totals(activity: Activity | Lap, text: Text) -> dict[str, Any]:
    """Return what an activity or a lap adds up to, in words and in SI."""
    mean_mps = speed(activity.distance_m, activity.timer_s)
    return {
        "distance": text.distance(activity.distance_m),
        "duration": duration(activity.timer_s),
        "pace": text.pace(mean_mps),
        "distance_m": activity.distance_m,
        "timer_s": activity.timer_s,
        "elapsed_s": activity.elapsed_s,
        "speed_mps": mean_mps,
        "heart_rate_bpm": activity.heart_rate_bpm,
        "max_heart_rate_bpm": activity.max_heart_rate_bpm,
        "cadence_spm": activity.cadence_spm,
        "ascent_m": activity.ascent_m,
        "descent_m": activity.descent_m,
    }


def activity_record(activity: Activity, text: Text, zone: tzinfo | None) -> dict[str, Any]:
    """Return one activity with its laps."""
    started_at = local_time(activity.started_at, activity.utc_offset_s, zone)
    return {
        "date": started_at.date().isoformat(),
        **totals(activity, text),
        "started_at": activity.started_at.isoformat(),
        "local_time": started_at.isoformat(),
        "sport": activity.sport.value,
        "sub_sport": activity.sub_sport.value,
        "title": activity.title,
        "description": activity.description,
        "device": asdict(activity.device) if activity.device else None,
        "laps": [lap_record(lap, text) for lap in activity.laps],
        "pauses": len(activity.pauses),
        "followed_steps": len(activity.steps),
    }


def lap_record(lap: Lap, text: Text) -> dict[str, Any]:
    """Return one lap as the watch shows it."""
    return {
        **totals(lap, text),
        "started_at": lap.started_at.isoformat(),
        "trigger": lap.trigger.value if lap.trigger else None,
        "intensity": lap.intensity.value if lap.intensity else None,
        "step_index": lap.step_index,
    }


def decoded_record(decoded: Decoded, text: Text, zone: tzinfo | None) -> dict[str, Any]:
    """Return what a file holds: its first activity flat, any others in `other_parts`, and what was wrong with it."""
    first, *others = [activity_record(recording.activity, text, zone) for recording in decoded.recordings]
    flaws = [asdict(flaw) for flaw in decoded.flaws]
    return {"format": decoded.format, **first, "other_parts": others, "flaws": flaws}


def run_record(entry: LogEntry, text: Text, zone: tzinfo | None) -> dict[str, Any]:
    """Return one line of the list of runs."""
    record = activity_record(entry.activity, text, zone)
    for name in ("laps", "pauses", "followed_steps", "device"):
        del record[name]
    return {"id": entry.id, **record}


def state_record(state: AthleteState, text: Text) -> dict[str, Any]:
    """Return every fact of a day: in words, in SI, and where it comes from."""
    facts = [
        {
            "id": fact.id,
            "text": text.fact(fact),
            "value": fact.value,
            "unit": fact.unit,
            "since": fact.since.isoformat(),
            "until": fact.until.isoformat(),
            "activities": list(fact.activities),
        }
        for fact in state.facts.values()
    ]
    return {"date": state.day.isoformat(), "facts": facts}


def prescription_record(prescription: Prescription, log: Sequence[LogEntry], text: Text, zone: tzinfo | None) -> Any:
    """Return today's workout, how it was decided, and the runs of the last seven days."""
    workout = prescription.proposal.workout
    exchanges = [exchange for attempt in prescription.attempts for exchange in attempt.exchanges]
    costs = [exchange.cost_usd for exchange in exchanges]
    return {
        "date": prescription.day.isoformat(),
        "recent_runs": [run_record(entry, text, zone) for entry in runs(log)],
        "suggestion": suggestion(prescription, text),
        "workout": {
            "id": workout.id,
            "kind": workout.kind.value,
            "name": workout.name,
            "main_set": text.main_set(workout),
            "distance_m": workout.distance_m,
            "duration_s": workout.duration_s,
            "steps": [asdict(step) for step in workout.steps],
        },
        "coach": prescription.coach,
        "model": exchanges[-1].model if exchanges else None,
        "input_tokens": sum(exchange.input_tokens for exchange in exchanges),
        "output_tokens": sum(exchange.output_tokens for exchange in exchanges),
        "cost_usd": None if None in costs else sum(cost or 0 for cost in costs),
        "attempts": [attempt_record(attempt) for attempt in prescription.attempts],
    }


def attempt_record(attempt: Attempt) -> dict[str, Any]:
    """Return what one coach answered once: which workout, or why none, and what the guardrails found."""
    return {
        "coach": attempt.coach,
        "workout": attempt.proposal.workout.id if attempt.proposal else None,
        "failure": attempt.failure,
        "note": attempt.note,
        "findings": [finding_record(finding) for finding in attempt.findings],
    }


def finding_record(finding: Finding) -> dict[str, Any]:
    """Return one broken guardrail."""
    return asdict(finding)
