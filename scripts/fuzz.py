"""Build the engine's fuzz targets and run each over its kept corpus and on, for a bounded time.

`python3 -m scripts.fuzz [seconds] [target ...]` runs them longer; `--keep` adds what it learnt to
the corpus. What a target trips over lies in `test-results/fuzz`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scripts.steps import ENGINE, RESULTS, StepFailedError, environment, run, say

FUZZ = ENGINE / "fuzz"
CORPUS = FUZZ / "corpus"
SECONDS = 4
KEPT = 40  # inputs kept of each target, the smallest that reach everything


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one target; ``finding`` is empty when nothing was found."""

    target: str
    inputs: int
    finding: str = ""


def targets() -> list[str]:
    """The names in src/targets/mod.rs, in their order."""
    return re.findall(r'^    \("(\w+)",', (FUZZ / "src" / "targets" / "mod.rs").read_text(), re.M)


def build() -> Path:
    """The instrumented binary. The flags are in engine/fuzz/.cargo/config.toml.

    Raises:
        StepFailedError: it does not compile.
    """
    # With a target named, cargo keeps the flags away from build scripts.
    host = subprocess.run(["rustc", "-vV"], capture_output=True, text=True, check=True).stdout
    triple = next(line[6:] for line in host.splitlines() if line.startswith("host: "))
    command = ["cargo", "build", "--release", "--locked", "--target", triple]
    made = ENGINE / "target" / "fuzz"
    run(command, cwd=FUZZ, env={"CARGO_TARGET_DIR": str(made)}, log="fuzz-build")
    return made / triple / "release" / "engine-fuzz"


def fuzz(binary: Path, target: str, seconds: int) -> Outcome:
    """Run one target over its corpus, then on for ``seconds``."""
    found = RESULTS / "fuzz"
    learnt = found / "corpus" / target
    learnt.mkdir(parents=True, exist_ok=True)
    limits = [f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=1024"]
    process = subprocess.run(
        [str(binary), *limits, f"-artifact_prefix={found}/{target}-", str(learnt), _corpus(target)],
        capture_output=True,
        text=True,
        errors="replace",
        env=environment({"FUZZ_TARGET": target}),
        timeout=seconds + 60,
        check=False,
    )
    (found / f"{target}.log").write_text(process.stderr)
    done = re.search(r"^#(\d+)\s+DONE", process.stderr, re.M)
    if process.returncode == 0 and done:
        return Outcome(target, int(done[1]))
    told = re.search(r"panicked at.*\n.*|ERROR: .*", process.stderr)
    return Outcome(target, 0, told[0] if told else f"ended with {process.returncode}")


def _corpus(target: str) -> str:
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder)


def run_all(names: Sequence[str], seconds: int) -> Iterator[Outcome]:
    """Build, then run the targets, as many at a time as there are processors."""
    binary = build()
    shutil.rmtree(RESULTS / "fuzz", ignore_errors=True)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for outcome in pool.map(lambda name: fuzz(binary, name, seconds), names):
            say(f"fuzz: {outcome.target}: {outcome.finding or f'{outcome.inputs} inputs'}")
            yield outcome


def keep(target: str) -> None:
    """Add what the last run learnt to the kept corpus, reduced to what reaches new code."""
    binary, fresh = build(), RESULTS / "fuzz" / "merged" / target
    fresh.mkdir(parents=True, exist_ok=True)
    sources = [_corpus(target), str(RESULTS / "fuzz" / "corpus" / target)]
    command = [str(binary), "-merge=1", "-max_len=8192", str(fresh), *sources]
    run(command, env={"FUZZ_TARGET": target}, log=f"fuzz-merge-{target}")
    smallest = sorted(fresh.iterdir(), key=lambda path: (path.stat().st_size, path.name))[:KEPT]
    for path in smallest:
        shutil.copy(path, CORPUS / target / path.name)


def main() -> int:
    """Run what the command line names; 1 when something was found."""
    arguments = [word for word in sys.argv[1:] if word != "--keep"]
    seconds = int(arguments[0]) if arguments else SECONDS
    names = arguments[1:] or targets()
    try:
        outcomes = list(run_all(names, seconds))
        if "--keep" in sys.argv:
            for name in names:
                keep(name)
    except StepFailedError as error:
        say(f"failed: {error}")
        return 1
    return 1 if any(outcome.finding for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
