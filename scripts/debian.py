"""The Debian packages that tests need, installed when we are root, named when we are not.

`python3 -m scripts.debian bench` adds what benchmarks need.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from scripts.steps import StepFailedError, run, say


def _has_postgres() -> bool:
    return any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def _has_fonts() -> bool:
    return Path("/usr/share/fonts/truetype/dejavu").is_dir()


PACKAGES: dict[str, Callable[[], bool]] = {
    "postgresql": _has_postgres,
    "redis-server": lambda: shutil.which("redis-server") is not None,
    "g++": lambda: shutil.which("c++") is not None,  # libFuzzer is C++
    "chromium": lambda: Path("/usr/bin/chromium").exists(),
    "coturn": lambda: shutil.which("turnserver") is not None,
    "fonts-dejavu-core": _has_fonts,
    # For network namespaces that lose packets, and to read what a shared screen says.
    "iproute2": lambda: shutil.which("tc") is not None,
    "nftables": lambda: shutil.which("nft") is not None,
    "procps": lambda: shutil.which("sysctl") is not None,
    "tesseract-ocr": lambda: shutil.which("tesseract") is not None,
}

BENCHMARKS: dict[str, Callable[[], bool]] = {
    **PACKAGES,
    "wrk": lambda: shutil.which("wrk") is not None,
}


def install(packages: Mapping[str, Callable[[], bool]] = PACKAGES) -> None:
    """Install what is missing.

    Raises:
        StepFailedError: something is missing and we are not root, or apt-get failed.
    """
    missing = [name for name, present in packages.items() if not present()]
    if not missing:
        return
    if os.geteuid() != 0:
        raise StepFailedError(f"tests need: sudo apt-get install -y {' '.join(missing)}")
    say(f"Debian packages: installing {', '.join(missing)}")
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update"], env=env, log="apt-update")
    run(
        ["apt-get", "install", "-y", "--no-install-recommends", *missing],
        env=env,
        log="apt-install",
    )


if __name__ == "__main__":
    try:
        install(BENCHMARKS if sys.argv[1:] == ["bench"] else PACKAGES)
    except StepFailedError as error:
        say(f"failed: {error}")
        sys.exit(1)
