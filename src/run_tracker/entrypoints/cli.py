"""The terminal's door: parse, call the app, show."""

import io
import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any

import click

from run_tracker.errors import RunTrackerError, UsageMistake

if TYPE_CHECKING:
    from run_tracker.app import App
    from run_tracker.intake import Report
    from run_tracker.model import Activity

DAYS_LISTED = 7
YEARS = range(1990, 2101)  # before them no watch recorded, after them no calendar of ours was tried
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


class Day(click.ParamType[date]):
    """A date as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the date; fails with what a date looks like."""
        try:
            day = value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date. Write it as 2026-11-22.", param, ctx)
        if day.year not in YEARS:
            self.fail(f"{day} is too far away. Name a day from {YEARS[0]} to {YEARS[-1]}.", param, ctx)
        return day


class Door(click.Group):
    """A group that turns what can go wrong into a message and an exit code: 2 for wrong usage, 1 for the rest."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")  # what this terminal has no letter for becomes a question mark
        try:
            return super().invoke(ctx)
        except UsageMistake as error:
            raise click.UsageError(str(error), ctx) from error
        except RunTrackerError as error:
            raise click.ClickException(str(error)) from error
        except sqlite3.OperationalError as error:
            advice = "Check the free space and who may write to the athlete's folder; `run-tracker doctor` names it."
            raise click.ClickException(f"The database cannot be used: {error}. {advice}") from error
        except sqlite3.DatabaseError as error:
            advice = "`run-tracker rebuild` makes it again from the archive."
            raise click.ClickException(f"The database is damaged: {error}. {advice}") from error
        except BrokenPipeError:
            raise  # whoever read has read enough: click ends quietly
        except OSError as error:
            where, why = error.filename or "A file", error.strerror or error
            raise click.ClickException(
                f"{where} cannot be used: {why}. Check the path, who may write there, and the free space.",
            ) from error


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder that holds the athlete. Also RUN_TRACKER_HOME; without either, the platform's own place.",
)
@click.version_option(package_name="run-tracker-coach")
@click.pass_context
def main(ctx: click.Context, home: Path | None) -> None:
    """Your watch's files in, today's workout out."""
    ctx.obj = home


@contextmanager
def opened() -> Iterator["App"]:
    """Open the athlete of this call; settings are read here and nowhere else."""
    app = make_app(click.get_current_context().obj)
    try:
        yield app
    finally:
        app.close()


def make_app(home: Path | None) -> "App":
    """Read the settings and build the app; raises UsageMistake for a setting that cannot be meant."""
    from run_tracker.app import build_app
    from run_tracker.settings import read_settings

    settings = read_settings()
    return build_app(replace(settings, home=home) if home else settings)


@main.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@as_json
def import_(paths: tuple[Path, ...], *, as_json: bool) -> None:
    """Take recordings from PATHS: FIT, TCX, GPX, .gz, .zip, folders and exports of them."""
    from run_tracker.delivery.terminal import progress

    with opened() as app, progress("Importing") as advance:
        report = app.import_history(paths, advance)
    show_report(report, as_json=as_json)
    if report.bad and not report.imported + report.other_sports + report.already_there:
        sys.exit(1)


@main.command()
@click.option("--days", default=DAYS_LISTED, show_default=True, type=click.IntRange(1, 40_000), help="How many days.")
@click.option("--until", type=Day(), help="The last day; today when left out.")
@as_json
def runs(days: int, until: date | None, *, as_json: bool) -> None:
    """List the runs of the last days, newest first."""
    from run_tracker.delivery.record import run_record
    from run_tracker.delivery.record import runs as only_runs
    from run_tracker.delivery.terminal import runs_table, show_table

    with opened() as app:
        until = until or app.this_day()
        log = only_runs(app.log(days, until))
        if as_json:
            print_json([run_record(entry, app.text, app.zone) for entry in log])
        elif log:
            show_table(*runs_table(log, app.text, app.zone))
        else:
            click.echo(f"No runs in the {days} days to {until}. {nothing_newer(app, until)}")


@main.command("show")
@click.argument("activity_id", metavar="ID")
@as_json
def show_(activity_id: str, *, as_json: bool) -> None:
    """Show one activity: totals and laps. The first letters of its ID are enough."""
    from run_tracker.delivery.record import activity_record

    with opened() as app:
        entry = app.database.find(activity_id)
        if as_json:
            print_json({"id": entry.id, **activity_record(entry.activity, app.text, app.zone)})
        else:
            show_activity(app, entry.activity)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@as_json
def inspect(file: Path, *, as_json: bool) -> None:
    """Show a file that is not imported: the same as `show`, and what is wrong with it."""
    from run_tracker.app import read_file
    from run_tracker.delivery.record import decoded_record
    from run_tracker.delivery.terminal import plain_line

    decoded = read_file(file)
    with opened() as app:
        if as_json:
            print_json(decoded_record(decoded, app.text, app.zone))
            return
        for recording in decoded.recordings:
            show_activity(app, recording.activity)
        for flaw in decoded.flaws:
            click.echo(f"Note: {plain_line(str(flaw))}", err=True)


@main.command()
@click.option("--date", "day", type=Day(), help="The day to decide for; today when left out.")
@click.option(
    "--coach",
    type=click.Choice(["auto", "rules", "openai"]),
    help="Who suggests. auto: the language model where one is configured, else the rules.",
)
@as_json
def today(day: date | None, coach: str | None, *, as_json: bool) -> None:
    """Recommend today's workout, from the runs of the last days."""
    from run_tracker.delivery.markdown import decided_by, suggestion
    from run_tracker.delivery.record import prescription_record
    from run_tracker.delivery.record import runs as only_runs
    from run_tracker.delivery.terminal import runs_table, show, show_table

    with opened() as app:
        day = day or app.this_day()
        log = app.log(DAYS_LISTED, day)
        if as_json:
            prescription = app.today(day, coach or app.settings.coach)
            print_json(prescription_record(prescription, log, app.text, app.zone))
            return
        click.echo("Recent runs:")
        if listed := only_runs(log):
            show_table(*runs_table(listed, app.text, app.zone))
        else:
            click.echo(f"No runs in the last {DAYS_LISTED} days. {nothing_newer(app, day)}")
        click.echo("\nGenerating a suggested workout for today:\n")
        prescription = app.today(day, coach or app.settings.coach)
        show(suggestion(prescription, app.text))
        click.echo()
        show(f"*{decided_by(prescription, app.text)}*")


@main.command()
@click.option("--date", "day", type=Day(), help="The day to look at; today when left out.")
@as_json
def state(day: date | None, *, as_json: bool) -> None:
    """Show every fact a coach may know, with its unit and the activities it came from."""
    from run_tracker.delivery.record import state_record
    from run_tracker.delivery.terminal import facts_table, show_table

    with opened() as app:
        found = app.state(day or app.this_day())
        if as_json:
            print_json(state_record(found, app.text))
        else:
            show_table(*facts_table(found, app.text))


@main.command()
@as_json
def rebuild(*, as_json: bool) -> None:
    """Make the database again from the archive."""
    from run_tracker.delivery.terminal import progress

    with opened() as app, progress("Rebuilding") as advance:
        report = app.rebuild(advance)
    show_report(report, as_json=as_json)


@main.command()
@as_json
def doctor(*, as_json: bool) -> None:
    """Tell what is configured, what is missing, and what to do."""
    from run_tracker.doctor import examine, patient

    with patient(click.get_current_context().obj) as (app, mistakes):
        checks = examine(app, mistakes)
    if as_json:
        print_json([{"what": c.what, "state": c.state, "found": c.found, "advice": c.advice} for c in checks])
    else:
        for check in checks:
            click.echo(f"{check.state:>7}  {check.what}: {check.found}")
            if check.advice:
                click.echo(f"         -> {check.advice}")
    if any(check.state == "broken" for check in checks):
        sys.exit(1)


@main.command()
@click.option("--into", default="demo-home", show_default=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--date", "day", type=Day(), help="The day to pretend it is; today when left out.")
@click.option("--days", default=550, show_default=True, type=click.IntRange(30, 4000), help="How long a history.")
def demo(into: Path, day: date | None, days: int) -> None:
    """Meet the coach: a made-up runner's files, imported; their seven days; today's workout."""
    from run_tracker.app import make_demo
    from run_tracker.delivery.terminal import progress

    app = make_app(into)
    day = day or app.this_day()
    with progress("Making a runner's files") as advance:
        files = make_demo(into, day, days, advance)
    click.echo(f"A made-up runner's {days} days are in {files}.\n")
    ctx = click.get_current_context()
    ctx.obj = into
    ctx.invoke(import_, paths=(files,), as_json=False)
    click.echo()
    ctx.invoke(today, day=day, coach="rules", as_json=False)
    name = "run-tracker" if which("run-tracker") == sys.argv[0] else sys.argv[0]
    hints = {
        f"{name} --home {into} state": "every fact behind this",
        f"{name} --home {into} runs": "and `show ID` for one run",
        f"{name} import PATH": f"your own files; then: {name} today",
    }
    width = max(map(len, hints))
    click.echo("\nNext:")
    for command, meaning in hints.items():
        click.echo(f"  {command:{width}}  {meaning}")


def show_report(report: "Report", *, as_json: bool) -> None:
    """Print what became of every file: JSON, or a few lines that put like beside like."""
    from dataclasses import asdict

    from run_tracker.delivery.terminal import plain_line

    if as_json:
        print_json(asdict(report))
        return
    click.echo(
        f"{report.imported} with runs imported, {report.other_sports} with other sports kept, "
        f"{report.already_there} already there, {len(report.bad)} not taken.",
    )
    reasons: dict[str, list[str]] = {}
    for bad in report.bad:
        reasons.setdefault(bad.reason, []).append(bad.name)
    for reason, names in reasons.items():
        more = f" and {len(names) - 1} more (--json lists them)" if len(names) > 1 else ""
        click.echo(f"  not taken: {plain_line(names[0])}{more}: {plain_line(reason)}")
    if report.flawed:
        click.echo(f"  {len(report.flawed)} taken although something was wrong with them (--json tells what)")
    if report.ignored:
        click.echo(f"  {report.ignored} other files were left alone")


def show_activity(app: "App", activity: "Activity") -> None:
    """Print one activity: totals, then laps."""
    from run_tracker.delivery.terminal import activity_markdown, laps_table, show, show_table

    show(activity_markdown(activity, app.text, app.zone))
    if activity.laps:
        click.echo()
        show_table(*laps_table(activity, app.text))


def nothing_newer(app: "App", until: date) -> str:
    """Return what to do when the days asked for are empty."""
    newest = app.database.newest_day(until)
    if newest is not None:
        return (
            f"The last activity before is of {newest}: import what is missing, or look there with `--until {newest}`."
        )
    if app.database.newest_day() is not None:
        return "There is nothing before that day."
    return "Nothing is imported yet: `run-tracker import PATH`, or `run-tracker demo` to look around."


def print_json(value: Any) -> None:
    """Print JSON, readable and in UTF-8."""
    text = json.dumps(value, indent=2, ensure_ascii=False, default=_json_value)
    click.echo(text.encode(errors="replace"))


def _json_value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


if __name__ == "__main__":
    main()
