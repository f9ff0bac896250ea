"""`videocall openapi`: the OpenAPI document, the same for the same source."""

from __future__ import annotations

import argparse
import json

from videocall.bootstrap.container import build_container
from videocall.bootstrap.keys import Keys
from videocall.bootstrap.web import build_api
from videocall.core.console import say
from videocall.core.http.docs import openapi_document
from videocall.core.security.key_sets import KeySet
from videocall.settings import Loaded, Settings


def run(_loaded: Loaded, _arguments: argparse.Namespace) -> int:
    """Print the document; no database, secret or setting is needed."""
    say(json.dumps(document(), indent=2, sort_keys=True, ensure_ascii=False))
    return 0


def document() -> dict[str, object]:
    """The document as JSON values."""
    nothing = Keys(KeySet("none", {"none": ""}), "none", "none", "none")
    return openapi_document(build_api(build_container(Settings(), nothing)))
