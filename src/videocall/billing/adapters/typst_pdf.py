"""Sets documents with typst: one template, bundled fonts, no network, the same bytes each time."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec
import typst

import videocall.billing
from videocall.billing.adapters.paper import paper_of
from videocall.billing.errors import DocumentUnavailable
from videocall.billing.model.documents import DocumentView
from videocall.core.logs import get_logger

_LOG = get_logger(__name__)

_FOLDER = Path(videocall.billing.__file__).parent / "documents"
_TEMPLATE = _FOLDER / "document.typ"
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)  # a draft: no clock may change its bytes
_Standard = Literal["a-3a", "1.7"]
_ARCHIVAL: _Standard = "a-3a"  # PDF/A-3, tagged for screen readers
_PLAIN: _Standard = "1.7"  # where a character has no glyph anywhere, which PDF/A refuses
_THREADS = 2


class TypstRenderer:
    """Sets documents in threads of its own; ``timeout`` in seconds for each."""

    def __init__(self, timeout: float = 20.0) -> None:
        self._timeout = timeout
        self._pool = ThreadPoolExecutor(_THREADS, "documents")
        self._fonts: typst.Fonts | None = None

    async def render(self, view: DocumentView) -> bytes:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._timeout):
                return await loop.run_in_executor(self._pool, self._set, view)
        except TimeoutError as error:
            _LOG.error("a document took too long to set", document=view.id)
            raise DocumentUnavailable from error

    async def aclose(self) -> None:
        """Let the threads go."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _set(self, view: DocumentView) -> bytes:
        """Try archival first, then what is left of the wishes: a paper in hand beats none."""
        bare = replace(view, seller=replace(view.seller, logo=None))
        failure: typst.TypstError | None = None
        wishes = ((view, _ARCHIVAL), (view, _PLAIN), (bare, _PLAIN))
        for candidate, standard in wishes:
            try:
                return self._compile(candidate, standard)
            except typst.TypstError as error:
                failure = error
                _LOG.warning(
                    "a document could not be set as wished",
                    document=view.id,
                    standard=standard,
                    reason=error.message,
                )
        raise DocumentUnavailable from failure

    def _compile(self, view: DocumentView, standard: _Standard) -> bytes:
        if self._fonts is None:
            self._fonts = typst.Fonts(font_paths=[_FOLDER / "fonts"])
        data = msgspec.json.encode(paper_of(view)).decode()
        return typst.compile(
            _TEMPLATE,
            root=_FOLDER,
            font_paths=self._fonts,
            format="pdf",
            sys_inputs={"data": data},
            pdf_standards=[standard],
            timestamp=(view.issued_at or _NO_DATE).replace(microsecond=0),
        )
