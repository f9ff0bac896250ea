"""Run the engine's tests that reach `unsafe` under AddressSanitizer: sockets, TCP and whole calls.

Needs a nightly toolchain (`rustup toolchain install nightly`): stable Rust has no sanitizers.
"""

from __future__ import annotations

import subprocess
import sys

from scripts.steps import ENGINE, StepFailedError, run, say


def main() -> int:
    """1 when a test failed or the sanitizer spoke."""
    host = subprocess.run(["rustc", "-vV"], capture_output=True, text=True, check=True).stdout
    triple = next(line[6:] for line in host.splitlines() if line.startswith("host: "))
    # Not the release profile: optimised code hides what the sanitizer looks for.
    command = ["cargo", "+nightly", "test", "--config", "profile.test.opt-level=1"]
    env = {
        "RUSTFLAGS": "-Zsanitizer=address",
        "CARGO_TARGET_DIR": str(ENGINE / "target" / "sanitized"),
        # What the process keeps until its end (the crypto library's tables) is no leak.
        "ASAN_OPTIONS": "detect_leaks=0:detect_stack_use_after_return=1",
    }
    tests = ["--target", triple, "-p", "engine-net", "--lib", "--", "--test-threads=2"]
    say("sanitize: the tests of engine-net under AddressSanitizer")
    try:
        run([*command, *tests], cwd=ENGINE, env=env, log="sanitize")
    except StepFailedError as error:
        say(f"failed: {error}")
        return 1
    say("sanitize: nothing found")
    return 0


if __name__ == "__main__":
    sys.exit(main())
