"""Plain lines for the person at the terminal; logs are something else (see logs.py)."""

from __future__ import annotations

import sys


def say(line: str = "") -> None:
    """Write one line to standard output, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def complain(line: str) -> None:
    """Write one line to standard error."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
