"""Write the parts of the documentation that the code knows best, or check (--check) that they are current."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
DEMO_DAY = "2026-11-22"
ROOMS = ("entrypoints", "app", "intake", "doctor", "delivery", "coaching", "analysis", "sources", "store", "settings")
BASE = ("workout", "model", "errors")  # everybody stands on these; drawing each arrow to them would hide the rest


def cli_reference() -> str:
    """Return every command with its help, as the program prints it."""
    from run_tracker.entrypoints.cli import main

    return "\n".join(
        ["# Command line", "", "Generated from the program's own help.", "", *_commands(main, "run-tracker")]
    )


def _commands(command: click.Command, name: str) -> Iterator[str]:
    context = click.Context(command, info_name=name, terminal_width=100, max_content_width=100)
    yield from (f"## {name}", "", "```text", command.get_help(context), "```", "")
    if isinstance(command, click.Group):
        for child, part in sorted(command.commands.items()):
            yield from _commands(part, f"{name} {child}")


def facts_reference() -> str:
    """Return every fact a coach may know."""
    from run_tracker.coaching.state import FACTS

    rows = [f"| `{fact_id}` | {meaning} |" for fact_id, meaning in FACTS.items()]
    head = ["# Facts", "", "Every number a coach may use. A fact that the history does not hold is absent.", ""]
    return "\n".join([*head, "| fact | what it is |", "|---|---|", *rows, ""])


def guardrails_reference() -> str:
    """Return every safety rule with its source."""
    from run_tracker.coaching.guardrails import GUARDRAILS

    asked = [" ".join((rule.check.__doc__ or "").split()).removeprefix(f"{rule.id}: ") for rule in GUARDRAILS]
    rows = [
        f"| {rule.id} | {rule.title}: {asks} | {rule.source} | {rule.certainty} |"
        for rule, asks in zip(GUARDRAILS, asked, strict=True)
    ]
    head = ["# Safety rules", "", "Every recommendation is reviewed by each of these, whoever made it.", ""]
    return "\n".join([*head, "| rule | what it asks | source | certainty |", "|---|---|---|---|", *rows, ""])


def architecture() -> str:
    """Return the rooms and who imports whom, drawn from the code itself."""
    import grimp

    graph = grimp.build_graph("run_tracker")
    rooms = sorted(f"run_tracker.{room}" for room in ROOMS if f"run_tracker.{room}" in graph.modules)
    edges = [
        f"  {importer.rpartition('.')[2]} --> {imported.rpartition('.')[2]}"
        for importer in rooms
        for imported in rooms
        if importer != imported and graph.direct_import_exists(importer=importer, imported=imported, as_packages=True)
    ]
    base = ", ".join(f"`{name}`" for name in BASE)
    return "\n".join(["```mermaid", "flowchart TD", *edges, "```", "", f"All of them stand on {base}."])


def demo() -> str:
    """Return what the demo prints on the day the README names."""
    names = [name for name in os.environ if name.startswith(("OPENAI_", "RUN_TRACKER_"))]
    environment = {name: value for name, value in os.environ.items() if name not in names}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, ".venv").symlink_to(sys.prefix)
        command = [".venv/bin/run-tracker", "demo", "--date", DEMO_DAY]
        done = subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True)
    return f"```text\n{done.stdout.rstrip()}\n```"


def between(text: str, mark: str, new: str) -> str:
    """Return a page with what stands between two marks replaced."""
    start, end = f"<!-- {mark} -->\n", f"<!-- /{mark} -->"
    before, _, rest = text.partition(start)
    _, _, after = rest.partition(end)
    return f"{before}{start}{new}\n{end}{after}"


def pages() -> Iterator[tuple[Path, str]]:
    """Yield every generated page, or page with a generated part, as it should stand."""
    whole: Mapping[str, Callable[[], str]] = {
        "docs/reference/cli.md": cli_reference,
        "docs/reference/facts.md": facts_reference,
        "docs/reference/safety-rules.md": guardrails_reference,
    }
    for name, make in whole.items():
        yield ROOT / name, make()
    readme = ROOT / "README.md"
    text = between(readme.read_text(encoding="utf-8"), "architecture", architecture())
    yield readme, between(text, "demo", demo())


def main() -> int:
    """Write the pages, or with --check name those that are not current."""
    stale = [(path, text) for path, text in pages() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv:
        for path, _ in stale:
            print(f"{path.relative_to(ROOT)} is not current: run `.venv/bin/python tools/docs.py`")
        return 1 if stale else 0
    for path, text in stale:
        path.write_text(text, encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
