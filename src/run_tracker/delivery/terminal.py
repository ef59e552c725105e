"""The terminal: tables and Markdown drawn by rich where somebody looks, plain Markdown in a pipe."""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import tzinfo
from typing import Any

import click

from run_tracker.coaching.state import AthleteState
from run_tracker.delivery.record import speed
from run_tracker.delivery.text import Text, clock, duration
from run_tracker.model import Activity, Lap, LapTrigger, LogEntry, local_time

Row = Sequence[str]
Narrower = Sequence[tuple[str, Row | None]]  # what to do in turn until a table fits: a column's shorter cells, or none
Table = tuple[Row, list[Row], Narrower]
WORDS = frozenset({"What", "Fact", "From"})  # columns that may be folded; a number never is
FOLDED_AT = 16  # cells that a folded column needs to be worth showing
GAP = 2  # cells between columns
TRIGGERS = {LapTrigger.DISTANCE: "auto", LapTrigger.TIME: "auto", LapTrigger.MANUAL: "manual"}
MARKUP = re.compile(r"([\\`*_\[\]<>~|])")
NUMBERS = frozenset({"Lap", "Distance", "Duration", "Time", "Pace", "Heart rate", "Value"})  # aligned to the right
PLAIN_LINES = 10  # how often a progress that nobody watches is told


def show(markdown: str) -> None:
    """Print Markdown: drawn on a terminal, as it is in a pipe."""
    if not sys.stdout.isatty():
        click.echo(markdown)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(markdown, hyperlinks=False))  # a link shows where it leads


def show_table(head: Row, rows: Sequence[Row], narrower: Narrower = ()) -> None:
    """Print a table: drawn on a terminal, with as many columns as fit, Markdown in a pipe."""
    if not sys.stdout.isatty():
        lines = [head, ["---"] * len(head), *rows]
        click.echo("\n".join("| " + " | ".join(cell.replace("|", "/") for cell in line) + " |" for line in lines))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text as Words

    console = Console()
    columns = fitting(head, rows, narrower, console.width)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        justify: Any = "right" if name in NUMBERS else "left"
        table.add_column(name, justify=justify, overflow="fold", no_wrap=name not in WORDS)
    for row in zip(*columns.values(), strict=True):
        table.add_row(*map(Words, row))
    console.width = max(console.width, _width(columns))  # a number too wide for the terminal is not cut
    console.print(table)


def fitting(head: Row, rows: Sequence[Row], narrower: Narrower, width: int) -> dict[str, Row]:
    """Return a table's columns by name, shortened and then left out in the order of `narrower` until they fit."""
    columns: dict[str, Row] = {name: [row[place] for row in rows] for place, name in enumerate(head)}
    for name, shorter in narrower:
        if _width(columns) <= width:
            break
        if shorter is None:
            del columns[name]
        else:
            columns[name] = shorter
    return columns


def _width(columns: Mapping[str, Row]) -> int:
    """Return how many cells of a terminal a table needs; columns of words can be folded."""
    from rich.cells import cell_len

    widest = {name: max(map(cell_len, (name, *cells))) for name, cells in columns.items()}
    needed = (min(width, FOLDED_AT) if name in WORDS else width for name, width in widest.items())
    return sum(needed) + GAP * (len(columns) - 1)


def runs_table(log: Sequence[LogEntry], text: Text, zone: tzinfo | None) -> Table:
    """Return the list of runs as a table."""
    head = ["Date", "Distance", "Duration", "Pace", "Heart rate", "What", "Id"]
    narrower: Narrower = [
        ("Duration", [clock(entry.activity.timer_s) for entry in log]),
        ("What", None),
        ("Date", [f"{entry.day:%a %Y-%m-%d}" for entry in log]),
        ("Heart rate", None),
        ("Id", None),
        ("Date", [str(entry.day) for entry in log]),
    ]
    return head, [_run(entry, text, zone) for entry in log], narrower


def _run(entry: LogEntry, text: Text, zone: tzinfo | None) -> Row:
    activity = entry.activity
    started_at = local_time(activity.started_at, activity.utc_offset_s, zone)
    return [
        f"{started_at:%a %Y-%m-%d %H:%M}",
        text.distance(activity.distance_m),
        duration(activity.timer_s),
        text.pace(speed(activity.distance_m, activity.timer_s)),
        _number(activity.heart_rate_bpm, "bpm"),
        plain_line(activity.title or activity.sub_sport.value.replace("unknown", "")),
        entry.id,
    ]


def activity_markdown(activity: Activity, text: Text, zone: tzinfo | None) -> str:
    """Return an activity's totals as Markdown."""
    started_at = local_time(activity.started_at, activity.utc_offset_s, zone)
    device = activity.device
    lines = {
        "Sport": f"{activity.sport.value} ({activity.sub_sport.value})",
        "Started": f"{started_at:%A %Y-%m-%d %H:%M} ({activity.started_at:%H:%M} UTC)",
        "Distance": text.distance(activity.distance_m),
        "Time": duration(activity.timer_s) + _with_pauses(activity),
        "Pace": text.pace(speed(activity.distance_m, activity.timer_s)),
        "Heart rate": _number(activity.heart_rate_bpm, "bpm") + _most(activity.max_heart_rate_bpm),
        "Cadence": _number(activity.cadence_spm, "spm"),
        "Ascent": text.height(activity.ascent_m) if activity.ascent_m is not None else "",
        "Watch": harmless(" ".join(filter(None, (device.manufacturer, device.product)))) if device else "",
    }
    title = f"**{harmless(activity.title)}**\n\n" if activity.title else ""
    return title + "\n".join(f"- **{name}**: {value}" for name, value in lines.items() if value)


def laps_table(activity: Activity, text: Text) -> Table:
    """Return an activity's laps as the watch shows them."""
    head = ["Lap", "Distance", "Time", "Pace", "Heart rate", "Kind"]
    rows: list[Row] = [
        [
            str(number),
            text.distance(lap.distance_m),
            clock(lap.timer_s),
            text.pace(speed(lap.distance_m, lap.timer_s)),
            _number(lap.heart_rate_bpm, "bpm"),
            _kind(lap, followed=bool(activity.steps)),
        ]
        for number, lap in enumerate(activity.laps, start=1)
    ]
    return head, rows, [("Kind", None), ("Heart rate", None)]


def _kind(lap: Lap, *, followed: bool) -> str:
    """Return what a lap was: its intensity in a workout that was followed, else only what ended it."""
    if followed and lap.intensity:  # on a free run some watches call every lap an interval
        return lap.intensity.value
    return TRIGGERS.get(lap.trigger, "") if lap.trigger else ""


def facts_table(state: AthleteState, text: Text) -> Table:
    """Return every fact of a day as a table."""
    head = ["Fact", "Value", "Unit", "Since", "Until", "From"]
    rows: list[Row] = [
        [fact.id, text.fact(fact), fact.unit, str(fact.since), str(fact.until), _sources(fact.activities)]
        for fact in state.facts.values()
    ]
    return head, rows, [("From", None), ("Unit", None), ("Since", None), ("Until", None)]


def plain_line(words: str) -> str:
    """Return outside text as one harmless line: no control characters, no escape sequences, no line breaks."""
    return "".join(letter if letter.isprintable() else " " for letter in words).strip()


def harmless(words: str) -> str:
    """Return outside text as one line that Markdown shows as it is: no emphasis, no links."""
    return MARKUP.sub(r"\\\1", plain_line(words))


@contextmanager
def progress(what: str) -> Iterator[Any]:
    """Show how far a long job is: a bar with rate and time left on a terminal, a few plain lines elsewhere."""
    if not sys.stderr.isatty():
        yield _plain_progress(what)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None, rate="")

        def advance(done: int, total: int) -> None:
            per_second = bar.tasks[0].speed
            bar.update(
                task, completed=done, total=total or None, rate=f"{per_second:.0f} a second" if per_second else ""
            )

        yield advance


def _plain_progress(what: str) -> Any:
    def advance(done: int, total: int) -> None:
        if total and (done == total or not done % max(total // PLAIN_LINES, 1)):
            click.echo(f"{what}: {done} of {total}", err=True)

    return advance


def _sources(activities: Sequence[str]) -> str:
    """Return the first activities a fact rests on, and how many more there are."""
    more = f" + {len(activities) - 2} more" if len(activities) > 2 else ""  # noqa: PLR2004  two are shown
    return ", ".join(activities[:2]) + more


def _with_pauses(activity: Activity) -> str:
    paused_s = activity.elapsed_s - activity.timer_s
    return f" ({clock(activity.elapsed_s)} with pauses)" if paused_s >= 1 else ""


def _number(value: float | None, unit: str) -> str:
    return "" if value is None else f"{value:.0f} {unit}"


def _most(value: float | None) -> str:
    return "" if value is None else f" (at most {value:.0f})"
