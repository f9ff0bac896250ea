"""`videocall` as its user starts it: a process in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

TIMEOUT = 60.0


@dataclass(frozen=True, slots=True)
class Installation:
    """A folder, a database, and the commands run on them."""

    folder: Path
    database_url: str

    def environment(self, **more: str) -> dict[str, str]:
        """What every command sees; nothing of the machine's own settings."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith("VIDEOCALL_")}
        return clean | {
            "VIDEOCALL_DATABASE__URL": self.database_url,
            "VIDEOCALL_DATA_DIR": str(self.folder / "data"),
            "VIDEOCALL_AUTH__BCRYPT_ROUNDS": "4",
            **more,
        }

    def run(
        self, *arguments: str, stdin: str = "", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "videocall", *arguments],
            cwd=self.folder,
            env=self.environment(**environment),
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT,
        )

    def start(self, *arguments: str, **environment: str) -> Running:
        """Start a command that goes on."""
        log = self.folder / f"output-{time.monotonic_ns()}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "videocall", *arguments],
                cwd=self.folder,
                env=self.environment(**environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        return Running(process, log)


@dataclass(frozen=True, slots=True)
class Running:
    """A process and what it has said."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def output(self) -> str:
        """Everything so far."""
        return self.log.read_text(errors="replace")

    def until(self, condition: Callable[[], bool], what: str, seconds: float = TIMEOUT) -> None:
        """Wait until the condition holds; an end of the process or of the time fails the test."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert self.process.poll() is None, f"ended before {what}:\n{self.output}"
            assert time.monotonic() < deadline, f"no {what}:\n{self.output}"
            time.sleep(0.05)

    def stop(self) -> int:
        """Ask it to stop; its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(TIMEOUT)
            raise
