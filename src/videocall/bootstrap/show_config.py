"""`videocall config`: the settings in force, each with the place it is from."""

from __future__ import annotations

import argparse

from videocall.core.console import say
from videocall.settings import Loaded


def run(loaded: Loaded, _arguments: argparse.Namespace) -> int:
    """Print one setting a line; secrets are hidden."""
    for line in loaded.lines():
        say(line)
    return 0
