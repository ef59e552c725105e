"""The installed command, run as a runner runs it, with nothing configured but what a test says."""

import json
import os
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(sys.executable).with_name("run-tracker")
HERE = Path(__file__).parent  # no .env lies here


def run(*arguments, home=None, code=0, cwd=HERE, **environment):
    """Run the command and return what it printed; it must end with this exit code and never with a traceback."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "RUN_TRACKER_"))}
    done = subprocess.run(
        [PROGRAM, *(["--home", home] if home else []), *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=cwd,
        env=kept | environment,
        timeout=120,
    )
    assert done.returncode == code, done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    return done


def of(*arguments, home):
    """Run the command with --json and return what it told."""
    return json.loads(run(*arguments, "--json", home=home).stdout)
