"""A private PostgreSQL for tests: own data folder, free port, gone afterwards.

`python3 -m scripts.postgres COMMAND...` runs a command with ``TEST_DATABASE_URL`` set.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.steps import StepFailedError, environment

# Durability is not under test and costs most of the time of a small transaction.
FAST = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"


def _tools() -> Path:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not folders:
        raise StepFailedError("PostgreSQL is missing: apt-get install postgresql")
    return folders[-1].parent


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _as_postgres(command: list[str]) -> None:
    # PostgreSQL refuses to run as root: Debian's package made the user `postgres`.
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    result = subprocess.run(
        [*prefix, *command], cwd="/", capture_output=True, text=True, check=False, timeout=120
    )
    if result.returncode != 0:
        raise StepFailedError(f"{Path(command[0]).name} failed: {result.stdout}{result.stderr}")


@contextmanager
def server() -> Iterator[str]:
    """Start a server on 127.0.0.1 and yield the URL of its maintenance database."""
    folder = Path(tempfile.mkdtemp(prefix="videocall-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    cluster, log, port = folder / "cluster", folder / "log", _free_port()
    control = [str(_tools() / "pg_ctl"), "-D", str(cluster), "-l", str(log), "-w"]
    initdb = [str(_tools() / "initdb"), "-D", str(cluster), "-U", "videocall", "-A", "trust"]
    try:
        _as_postgres([*initdb, "-E", "UTF8", "--no-sync"])
        options = f"-h 127.0.0.1 -p {port} -k {folder} {FAST}"
        _as_postgres([*control, "-o", options, "start"])
        try:
            yield f"postgresql://videocall@127.0.0.1:{port}/postgres"
        finally:
            _as_postgres([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Run the command given on the command line beside a server; its exit code."""
    with server() as url:
        env = environment({"TEST_DATABASE_URL": url})
        return subprocess.run(sys.argv[1:], env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
