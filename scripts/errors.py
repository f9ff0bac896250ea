"""docs/errors.md, made from the code: every stable error code with its status and what to do.

`python -m scripts.errors` writes it; a test fails while it is stale.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator

import videocall
from scripts.steps import ROOT
from videocall.core.errors import DomainError
from videocall.core.http.problems import EDGE_ERRORS, STATUS_OF_KIND, EdgeError

DOCUMENT = ROOT / "docs" / "errors.md"

_AREAS = {
    "request": "The request itself",
    "validation": "Fields",
    "auth": "Signing in",
    "users": "Accounts",
    "products": "Products and stock",
    "billing": "Invoices, payments and the wallet",
    "calls": "Calls",
    "core": "The server",
}
_HEAD = """\
# Errors

Every failure of the API is an RFC 9457 problem (`application/problem+json`): `code` never changes
its meaning, `detail` says what the caller can do and may be more exact than here, `errors` names
wrong fields, `request_id` finds the lines of the log. This page is made from the code by
`.venv/bin/python -m scripts.errors`.
"""


def entries() -> list[EdgeError]:
    """Every error that the API can answer, by area and code."""
    for module in _modules():
        importlib.import_module(module)
    known = {error.code: error for error in EDGE_ERRORS}
    for kind in _subclasses(DomainError):
        status = STATUS_OF_KIND[kind.kind]
        entry = EdgeError(status, kind.code, kind.title, kind.detail)
        other = known.setdefault(kind.code, entry)
        if other.status != entry.status:
            message = f"{kind.code} has two statuses"
            raise ValueError(message)
    order = list(_AREAS)
    return sorted(known.values(), key=lambda e: (order.index(e.code.split(".")[0]), e.code))


def render() -> str:
    """The page."""
    lines = [_HEAD]
    area = ""
    for entry in entries():
        name = entry.code.split(".")[0]
        if name != area:
            area = name
            lines += ["", f"## {_AREAS[area]}", ""]
            lines += ["| code | status | what is wrong | what to do |", "|---|---|---|---|"]
        status = int(entry.status)
        what, fix = _cell(entry.title), _cell(entry.detail or "See `detail`.")
        lines.append(f"| `{entry.code}` | {status} | {what} | {fix} |")
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n"


def _cell(text: str) -> str:
    return text.replace("<", "&lt;").replace("|", "\\|")


def _modules() -> Iterator[str]:
    """Modules that may define errors: `errors` of each domain, and all of core."""
    for found in pkgutil.walk_packages(videocall.__path__, "videocall."):
        is_core = found.name.startswith("videocall.core.") and ".migrations" not in found.name
        if is_core or found.name.endswith(".errors"):
            yield found.name


def _subclasses(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for child in kind.__subclasses__():
        if child.__module__.startswith("videocall."):
            if "code" in vars(child):
                yield child
            yield from _subclasses(child)


def main() -> int:
    """Write the page."""
    DOCUMENT.write_text(render(), encoding="utf-8")
    print(f"{DOCUMENT.relative_to(ROOT)}: {len(entries())} codes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
