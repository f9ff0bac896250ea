"""Say what is being done: one line a step with the time since the start."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
TOOLS = ROOT / ".tools"
ENGINE = ROOT / "engine"
WEB = ROOT / "web"
RESULTS = ROOT / "test-results"

_started = time.monotonic()


class StepFailedError(Exception):
    """A step ended badly; its text is one line that says what to do."""


def say(text: str) -> None:
    """Print one line with minutes and seconds since this process started."""
    minutes, seconds = divmod(int(time.monotonic() - _started), 60)
    print(f"[{minutes:2d}:{seconds:02d}] {text}", flush=True)


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for every tool: our own uv and virtual environment, one cargo set-up.

    ``PYO3_PYTHON`` is fixed because pyo3 is rebuilt whenever it changes.
    """
    env = dict(os.environ)
    env.pop("VIRTUAL_ENV", None)
    env.pop("PYTHONHOME", None)
    # Tests start the product many times: it may keep its own modules compiled.
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    env["PATH"] = os.pathsep.join([str(TOOLS / "bin"), str(VENV / "bin"), env.get("PATH", "")])
    env["UV_PROJECT_ENVIRONMENT"] = str(VENV)
    env["UV_PYTHON_DOWNLOADS"] = "never"
    env["UV_NO_PROGRESS"] = "1"
    env["PYO3_PYTHON"] = str(VENV / "bin" / "python")
    env.update(extra or {})
    return env


def run(
    command: Sequence[str], *, cwd: Path = ROOT, env: Mapping[str, str] | None = None, log: str
) -> None:
    """Run a command with its output in ``test-results/logs/<log>.log``.

    Raises:
        StepFailedError: it could not start or ended with another code than 0; the end of its
            output has been printed.
    """
    path = RESULTS / "logs" / f"{log}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as out:
        try:
            code = subprocess.run(
                command,
                cwd=cwd,
                env=environment(env),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                check=False,
            ).returncode
        except OSError as error:
            raise StepFailedError(f"{command[0]} could not be started: {error}") from error
    if code != 0:
        tail = path.read_text(errors="replace").splitlines()[-60:]
        print("\n".join(tail), file=sys.stderr, flush=True)
        raise StepFailedError(f"{' '.join(command[:4])} ended with {code}; whole output in {path}")
