"""The page's API client is made from the application's own document, and that is the newest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.architecture.sources import ROOT

COMMAND = Path(sys.executable).with_name("videocall")


def test_the_committed_openapi_document_is_the_applications() -> None:
    printed = subprocess.run(
        [COMMAND, "openapi"], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    committed = (ROOT / "web" / "openapi.json").read_text()
    assert printed == committed, "run `make openapi` and commit the result"
