"""The project's own source files, as the rules see them."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHON_FOLDERS = ("src", "tests", "scripts")
GENERATED_OR_BUILT = {
    ".git", ".tools", ".venv", "__pycache__", "dist", "htmlcov", "node_modules", "page", "target",
    "test-results", "videocall-data", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache",
    ".import_linter_cache", ".vite", "coverage",
}  # fmt: skip
LOCKS = {"uv.lock", "package-lock.json", "Cargo.lock"}


def files(folder: Path = ROOT, *suffixes: str) -> Iterator[Path]:
    """Every file below ``folder`` that a person wrote, in a stable order."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(set(folders) - GENERATED_OR_BUILT)
        for name in sorted(set(names) - LOCKS):
            if not suffixes or name.endswith(suffixes):
                yield Path(parent, name)


def python_files() -> Iterator[Path]:
    """Our Python sources without generated ones (`*_pb2.py`)."""
    for name in PYTHON_FOLDERS:
        yield from (p for p in files(ROOT / name, ".py", ".pyi") if not p.stem.endswith("_pb2"))


def tree(path: Path) -> ast.Module:
    """The syntax tree of one Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name(path: Path) -> str:
    """How messages call a file: its path from the root of the repository."""
    return path.relative_to(ROOT).as_posix()
