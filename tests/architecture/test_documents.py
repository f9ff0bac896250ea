"""What README and docs say exists: commands, links and places in the sources."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, files, name

DOCUMENTS = [*files(ROOT / "docs", ".md"), *ROOT.glob("*.md")]
COMMAND = Path(sys.executable).with_name("videocall")
FENCED = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
PLACE = re.compile(r"`((?:src|engine|web|tests|scripts|configs|docs)/[\w./-]+)`")


def commands(path: Path, program: str) -> set[str]:
    """The words after ``program`` in shell blocks and in inline code."""
    text = path.read_text()
    lines = [line for block in FENCED.findall(text) for line in block.splitlines()]
    lines += INLINE.findall(text)
    found = (re.match(rf"\s*{program} ([^#|>]+)", line) for line in lines)
    return {match[1].strip() for match in found if match}


def targets() -> set[str]:
    text = (ROOT / "Makefile").read_text()
    return set(re.findall(r"^([a-z0-9]+):", text, re.MULTILINE))


def test_there_are_documents_to_judge() -> None:
    assert {"README.md", "CONTRIBUTING.md", "CHANGELOG.md"} <= {path.name for path in DOCUMENTS}


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_make_command_in_a_document_exists(path: Path) -> None:
    said = {word for command in commands(path, "make") for word in command.split()}
    assert said - targets() == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_link_to_a_file_leads_somewhere(path: Path) -> None:
    links = [link for link in LINK.findall(path.read_text()) if "://" not in link]
    dead = [link for link in links if not (path.parent / link).exists() and link[0] != "/"]
    assert dead == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_place_in_the_sources_that_a_document_names_is_there(path: Path) -> None:
    if path.name == "CHANGELOG.md":
        return  # it also tells of what is gone
    gone = [place for place in PLACE.findall(path.read_text()) if not (ROOT / place).exists()]
    built = {"src/videocall/page", "src/videocall/page/", "engine/target"}
    assert set(gone) - built == set()


def test_every_videocall_command_in_the_documents_exists() -> None:
    said = {command.split()[0] for path in DOCUMENTS for command in commands(path, "videocall")}
    assert said
    for command in sorted(said):
        result = subprocess.run(
            [COMMAND, command, "--help"], capture_output=True, text=True, check=False, timeout=60
        )
        assert result.returncode == 0, f"videocall {command}: {result.stderr}"
