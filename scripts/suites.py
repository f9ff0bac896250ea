"""Every check of the project: what it needs, what it runs, how it is counted."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from scripts import debian, fuzz, postgres, prepare
from scripts.counts import Counts, from_cargo, from_import_linter, from_junit
from scripts.steps import ENGINE, RESULTS, ROOT, VENV, WEB, environment

COVERAGE = RESULTS / "coverage"
PYTHON = str(VENV / "bin" / "python")


@dataclass(frozen=True, slots=True)
class Suite:
    """One line of the summary. Light ones use one core and may run beside another."""

    name: str
    needs: tuple[Callable[[], None], ...]
    run: Callable[[], Counts]
    light: bool = False


# Put in front of every line of output, where two suites run at once.
SPEAKER: ContextVar[str] = ContextVar("SPEAKER", default="")


def shell(
    command: Sequence[str], log: str, cwd: Path = ROOT, env: Mapping[str, str] | None = None
) -> tuple[bool, str]:
    """Run a command, show its output as it comes and keep it in test-results/logs."""
    path = RESULTS / "logs" / f"{log}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    with (
        path.open("w") as out,
        subprocess.Popen(
            command,
            cwd=cwd,
            env=environment(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process,
    ):
        for line in process.stdout or ():
            print(f"{SPEAKER.get()}{line}", end="", flush=True)
            out.write(line)
            lines.append(line)
    return process.returncode == 0, "".join(lines)


def checked(*commands: Sequence[str], log: str, cwd: Path = ROOT) -> Counts:
    """Run commands that have no tests inside: each counts as one."""
    total = Counts()
    for number, command in enumerate(commands):
        good, _ = shell(command, f"{log}-{number}", cwd)
        total += Counts(passed=1) if good else Counts(failed=1)
    return total


def pytest(
    name: str, *arguments: str, env: Mapping[str, str] | None = None, covered: bool = True
) -> Counts:
    """Run pytest, under coverage or faster; code 5 (no test there) counts as a failure."""
    report = RESULTS / "junit" / f"{name}.xml"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    COVERAGE.mkdir(parents=True, exist_ok=True)
    coverage = ["-m", "coverage", "run"] if covered else []
    command = [PYTHON, *coverage, "-m", "pytest", "-q", f"--junitxml={report}"]
    measured = {"COVERAGE_FILE": str(COVERAGE / name), **(env or {})}
    good, _ = shell([*command, *arguments], name, env=measured)
    counts = from_junit(report)
    return counts if good or counts.failed else counts + Counts(failed=1)


def formats() -> Counts:
    return checked(
        ["ruff", "format", "--check", "."],
        ["cargo", "fmt", "--all", "--check", "--manifest-path", str(ENGINE / "Cargo.toml")],
        ["cargo", "fmt", "--check", "--manifest-path", str(fuzz.FUZZ / "Cargo.toml")],
        log="format",
    ) + checked(["npm", "run", "--silent", "format"], log="format-web", cwd=WEB)


def lint() -> Counts:
    return checked(["ruff", "check", "."], log="lint")


def types() -> Counts:
    return checked(["mypy"], log="types")


def contracts() -> Counts:
    good, text = shell(["lint-imports", "--no-cache"], "contracts", env={"PYTHONPATH": "src"})
    counts = from_import_linter(text)
    counts = counts if good or counts.failed else counts + Counts(failed=1)
    return counts + pytest("architecture", "tests/architecture")


def unit() -> Counts:
    return pytest("unit", "tests/unit")


# Most of these tests wait for something: two at a time take little more than half of the time.
SIDE_BY_SIDE = ("-n", "2")


def integration_sqlite() -> Counts:
    return pytest("integration-sqlite", *SIDE_BY_SIDE, "tests/integration")


def integration_postgres() -> Counts:
    with postgres.server() as url:
        # What the API accepts was tried at length on SQLite; here a few examples show the dialect.
        env = {"TEST_DATABASE_URL": url, "FUZZ_EXAMPLES": "2"}
        # The same lines were measured on SQLite.
        arguments = (*SIDE_BY_SIDE, "tests/integration")
        return pytest("integration-postgresql", *arguments, env=env, covered=False)


# Half of the fifty kills on each database.
KILLS = {"FAULT_KILLS": "25"}


def faults_sqlite() -> Counts:
    return pytest("faults-sqlite", "-s", "tests/faults", env=KILLS)


def faults_postgres() -> Counts:
    with postgres.server() as url:
        env = {**KILLS, "TEST_DATABASE_URL": url}
        return pytest("faults-postgresql", "-s", "tests/faults", env=env)


def rust() -> Counts:
    clippy = ["cargo", "clippy", "--release", "--workspace", "--all-targets", "--quiet", "--"]
    linted = Counts()
    good, _ = shell([*clippy, "-D", "warnings"], "clippy", ENGINE)
    linted += Counts(passed=1) if good else Counts(failed=1)
    # A module for Python's loader has no libpython to link a test binary with.
    command = ["cargo", "test", "--release", "--workspace", "--exclude", "engine-py"]
    good, text = shell(command, "rust", ENGINE)
    counts = from_cargo(text)
    return linted + (counts if good or counts.failed else counts + Counts(failed=1))


def fuzzing() -> Counts:
    """Each target counts as one; the build and all of them take about two minutes."""
    total = Counts()
    for outcome in fuzz.run_all(fuzz.targets(), fuzz.SECONDS):
        total += Counts(failed=1) if outcome.finding else Counts(passed=1)
    return total


def web() -> Counts:
    scripts = ("lint", "typecheck", "check:api")
    total = checked(*(["npm", "run", "--silent", name] for name in scripts), log="web", cwd=WEB)
    report = RESULTS / "junit" / "web.xml"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    reporters = ["--reporter=default", "--reporter=junit", f"--outputFile.junit={report}"]
    good, _ = shell(["npx", "vitest", "run", *reporters], "vitest", WEB)
    counts = from_junit(report)
    return total + (counts if good or counts.failed else counts + Counts(failed=1))


def browser() -> Counts:
    # -s: the tests print what they measured; tracing would slow the calls.
    return pytest("browser", "-s", "tests/e2e", covered=False)


def network() -> Counts:
    # Namespaces need root, which CI has.
    return pytest("network", "-s", "tests/network", covered=False)


def conformance() -> Counts:
    return pytest("conformance", "tests/conformance", covered=False)


def packaging() -> Counts:
    return pytest("packaging", "tests/packaging")


def coverage() -> Counts:
    """Combine what all suites and their subprocesses measured; fails under the threshold."""
    base = [PYTHON, "-m", "coverage"]
    env = {"COVERAGE_FILE": str(RESULTS / "coverage.data")}
    pieces = [str(path) for path in sorted(COVERAGE.glob("*"))]
    combined, _ = shell([*base, "combine", "--quiet", "--keep", *pieces], "combine", env=env)
    enough, _ = shell([*base, "report"], "coverage", env=env)
    shell([*base, "html", "--quiet", "-d", str(RESULTS / "htmlcov")], "htmlcov", env=env)
    return Counts(passed=1) if combined and enough else Counts(failed=1)


SUITES: dict[str, Suite] = {
    suite.name: suite
    for suite in (
        Suite("format", (prepare.python, prepare.web), formats, light=True),
        Suite("lint", (prepare.python,), lint, light=True),
        Suite("types", (prepare.python, prepare.engine), types, light=True),
        Suite("faults-postgresql", (debian.install, prepare.engine), faults_postgres, light=True),
        Suite("faults-sqlite", (prepare.engine,), faults_sqlite, light=True),
        Suite("contracts", (prepare.python,), contracts, light=True),
        Suite("unit", (prepare.engine,), unit, light=True),
        Suite("web", (prepare.engine, prepare.web), web, light=True),
        Suite("packaging", (prepare.engine, prepare.page), packaging, light=True),
        Suite("integration-sqlite", (prepare.engine,), integration_sqlite),
        Suite("integration-postgresql", (debian.install, prepare.engine), integration_postgres),
        Suite("browser", (debian.install, prepare.engine, prepare.page), browser),
        Suite("network", (debian.install, prepare.engine, prepare.web), network),
        Suite(
            "conformance",
            (debian.install, prepare.engine, prepare.web, prepare.clients),
            conformance,
            light=True,
        ),
        # After the wheel: clippy sets other PYO3_ variables, and pyo3 would be compiled again.
        Suite("rust", (prepare.python,), rust, light=True),
        Suite("fuzz", (debian.install,), fuzzing, light=True),
        Suite("coverage", (prepare.python,), coverage),
    )
}
