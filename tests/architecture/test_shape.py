"""Small files, small functions, a caption on every module, and nothing left undone."""

from __future__ import annotations

import ast
import re

from tests.architecture.sources import ROOT, files, name, python_files, tree

MOST_LINES = 400
MOST_FUNCTION_LINES = 60  # ruff holds complexity; this holds length

# Longer on purpose, each with its reason.
LONG_FILES: dict[str, str] = {
    "web/src/api/schema.d.ts": "generated from the OpenAPI document",
    "engine/core/tests/scenarios/forwarding.rs": "one scenario, one set-up, many short tests",
    "engine/core/tests/scenarios/sdp.rs": "real offers of browsers beside what is read in them",
}

# Spelled in two halves so that this file passes its own rule.
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
ELSEWHERE = re.compile(
    r"/wo" r"rk/|/ro" r"ot/|/ho" r"me/[a-z]+/|\bpypi\.o" r"rg|registry\.npm" r"js"
)
TEXT = (
    ".cfg", ".css", ".html", ".ini", ".js", ".json", ".md", ".mjs", ".py", ".pyi", ".rs", ".sh",
    ".toml", ".ts", ".tsx", ".txt", ".yaml", ".yml",
)  # fmt: skip


def test_every_module_has_a_caption() -> None:
    missing = [
        name(path)
        for path in python_files()
        if path.suffix == ".py" and not ast.get_docstring(tree(path))
    ]
    assert missing == []


def test_every_rust_file_has_a_caption() -> None:
    sources = [path for path in files(ROOT / "engine", ".rs") if path.name != "build.rs"]
    assert [name(p) for p in sources if not p.read_text().lstrip().startswith("//!")] == []


def test_no_file_is_longer_than_the_limit() -> None:
    sources = [
        *python_files(),
        *files(ROOT / "engine", ".rs"),
        *files(ROOT / "web" / "src", ".ts", ".tsx", ".css"),
    ]
    long = {name(path): len(path.read_text().splitlines()) for path in sources}
    assert {
        path: lines for path, lines in long.items() if lines > MOST_LINES and path not in LONG_FILES
    } == {}


def test_no_function_is_longer_than_the_limit() -> None:
    long: dict[str, int] = {}
    for path in python_files():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > MOST_FUNCTION_LINES:
                    long[f"{name(path)}:{node.lineno} {node.name}"] = lines
    assert long == {}


def test_nothing_is_left_unfinished_or_tied_to_one_machine() -> None:
    found = [
        f"{name(path)}:{number} {line.strip()[:80]}"
        for path in files(ROOT, *TEXT)
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if UNFINISHED.search(line) or ELSEWHERE.search(line)
    ]
    assert found == []


def test_unsafe_rust_stands_where_sockets_are_and_nowhere_else() -> None:
    allowed = ("engine/net/src/io/", "engine/bench/src/")
    found = [
        name(p) for p in files(ROOT / "engine", ".rs") if re.search(r"\bunsafe\b", p.read_text())
    ]
    assert [path for path in found if not path.startswith(allowed)] == []
