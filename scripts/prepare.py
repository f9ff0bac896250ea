"""Prepare a clone: our own uv, the locked environment, the engine, the page, Debian packages.

Each part remembers a hash of what it was made from and is skipped while that stays the same.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from scripts.steps import ENGINE, ROOT, TOOLS, VENV, WEB, StepFailedError, run, say

UV_VERSION = "0.13.9"
STAMPS = TOOLS / "stamps"
PAGE = ROOT / "src" / "videocall" / "page"
CLIENTS = ROOT / "tests" / "conformance"
MODULE_FOLDER = ROOT / "src" / "videocall" / "media"
NOT_SOURCES = {"target", "node_modules", "dist", "coverage", ".vite", "test-results"}


def _walk(folder: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in NOT_SOURCES)
        yield from (Path(parent, name) for name in sorted(names) if name.endswith(suffixes))


def fingerprint(paths: Iterable[Path]) -> str:
    """A SHA-256 over the names and contents of files; a missing file counts as empty."""
    digest = hashlib.sha256(sys.version.encode())
    for path in paths:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0")
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()


def once(name: str, sources: Iterable[Path], made: Path, make: Callable[[], None]) -> None:
    """Run ``make`` unless ``made`` exists and was made from the same sources."""
    stamp = STAMPS / name
    wanted = fingerprint(sources)
    if made.exists() and stamp.is_file() and stamp.read_text() == wanted:
        return
    stamp.unlink(missing_ok=True)
    make()
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)


def uv() -> None:
    """Get uv into `.tools`, through pip or, where pip is missing, a virtual environment."""

    def install() -> None:
        say(f"uv: getting version {UV_VERSION} into .tools")
        shutil.rmtree(TOOLS / "bin", ignore_errors=True)
        target = ["--upgrade", "--target", str(TOOLS), f"uv=={UV_VERSION}"]
        run([sys.executable, "-m", "pip", "install", "--quiet", *target], log="uv")

    if sys.version_info < (3, 11):  # noqa: UP036 - `python3` is whatever the machine has
        raise StepFailedError("Python 3.11 or newer is needed; `python3` is older")
    once(f"uv-{UV_VERSION}", [], TOOLS / "bin" / "uv", install)


def python() -> None:
    """Make `.venv` from uv.lock."""
    uv()

    def sync() -> None:
        say("environment: installing Python packages from uv.lock into .venv")
        # Compiled now: a start under PYTHONDONTWRITEBYTECODE would compile everything each time.
        command = ["uv", "sync", "--frozen", "--no-install-project", "--inexact"]
        run([*command, "--compile-bytecode", "--python", sys.executable], log="environment")

    sources = [ROOT / "pyproject.toml", ROOT / "uv.lock"]
    once("environment", sources, VENV / "bin" / "python", sync)


def engine() -> None:
    """Build the Rust engine in place and install the project, editable, into `.venv`."""
    python()
    if shutil.which("cargo") is None:
        raise StepFailedError("cargo is missing: install Rust 1.89 or newer (rustup.rs)")

    def build() -> None:
        first = not (ENGINE / "target" / "release" / "deps").is_dir()
        say("engine: compiling Rust" + (" (the first time takes some minutes)" if first else ""))
        command = ["uv", "sync", "--frozen", "--inexact", "--no-build-isolation-package"]
        run([*command, "videocall", "--reinstall-package", "videocall"], log="engine")
        run(
            [str(VENV / "bin" / "python"), "-m", "compileall", "-q", "src/videocall"], log="compile"
        )

    sources = [*_walk(ENGINE, (".rs", ".toml", ".lock")), ROOT / "pyproject.toml"]
    once("engine", sources, module(), build)


def module() -> Path:
    """The built extension module; a path that does not exist before the first build."""
    return next(MODULE_FOLDER.glob("_engine*.so"), MODULE_FOLDER / "_engine.abi3.so")


def web() -> None:
    """Install the page's packages from its lock file."""
    if shutil.which("npm") is None:
        raise StepFailedError("npm is missing: install Node 20 or newer with npm 11")

    def install() -> None:
        say("page: installing packages from web/package-lock.json")
        run(["npm", "ci", "--no-audit", "--no-fund"], cwd=WEB, log="npm")

    sources = [WEB / "package.json", WEB / "package-lock.json"]
    once("npm", sources, WEB / "node_modules", install)


def clients() -> None:
    """Get LiveKit's Node SDKs and build the program made of its Go SDK."""
    for tool in ("npm", "go"):
        if shutil.which(tool) is None:
            raise StepFailedError(f"{tool} is missing: the conformance tests need Node and Go")

    def install() -> None:
        say("clients: installing LiveKit's Node SDKs")
        run(["npm", "ci", "--no-audit", "--no-fund"], cwd=CLIENTS / "node", log="clients-node")

    def build() -> None:
        say("clients: compiling the Go client")
        run(["go", "build", "-o", "client", "."], cwd=CLIENTS / "go", log="clients-go")

    node, go = CLIENTS / "node", CLIENTS / "go"
    locks = [node / "package.json", node / "package-lock.json"]
    once("clients-node", locks, node / "node_modules", install)
    sources = [*_walk(go, (".go", ".mod", ".sum"))]
    once("clients-go", sources, go / "client", build)


def page() -> None:
    """Build the page into src/videocall/page."""
    web()

    def build() -> None:
        say("page: building")
        run(["npm", "run", "build"], cwd=WEB, log="page")

    kinds = (".ts", ".tsx", ".js", ".mjs", ".cjs", ".json", ".css", ".html", ".svg", ".png")
    once("page", _walk(WEB, (*kinds, ".woff2", ".webmanifest")), PAGE / "index.html", build)


def wheel() -> None:
    """Build dist/videocall-*.whl with the engine and the page inside, from scratch or not."""
    engine()
    page()
    say("wheel: building")
    shutil.rmtree(ROOT / "dist", ignore_errors=True)
    command = ["maturin", "build", "--release", "--locked", "--out", "dist"]
    run(command, log="wheel")
    for path in (ROOT / "dist").glob("*.whl"):
        say(f"wheel: {path.relative_to(ROOT)} ({path.stat().st_size / 1e6:.1f} MB)")


PARTS: dict[str, Callable[[], None]] = {
    "uv": uv,
    "python": python,
    "engine": engine,
    "web": web,
    "page": page,
    "wheel": wheel,
}


def main() -> int:
    """Prepare the parts named on the command line; 1 with one clear line when that fails."""
    for name in sys.argv[1:]:
        try:
            PARTS[name]()
        except StepFailedError as error:
            say(f"failed: {error}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
