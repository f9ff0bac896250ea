"""Structured logs: JSON in production, readable lines in development, never a secret.

Every line of the process goes through here, also those of libraries.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec
import structlog

from videocall.core.context import current_request_id

if TYPE_CHECKING:
    from structlog.typing import Processor, WrappedLogger

_HIDDEN = "[hidden]"
_SECRET_KEY = re.compile(r"passw|secret|token|authorization|cookie|api_key", re.IGNORECASE)
_SECRET_IN_TEXT = re.compile(
    r"((?:access_token|refresh_token|token|ticket|password|secret)=)[^\s&\"'#]+"
    r"|(Bearer\s+)[\w.~+/=-]+"
    r"|(://[^:/\s@]+:)[^@\s/]+(?=@)",
    re.IGNORECASE,
)
_MAY_HIDE = re.compile(r"[=@]|bearer", re.IGNORECASE)
"""What every secret in a text has; most texts have none of it."""


def scrub(text: str) -> str:
    """Hide tokens in queries, bearer headers and passwords in URLs."""
    return _SECRET_IN_TEXT.sub(lambda match: f"{match[1] or match[2] or match[3]}{_HIDDEN}", text)


@lru_cache(maxsize=1024)
def _is_secret(key: str) -> bool:
    return _SECRET_KEY.search(key) is not None


def hide_secrets(
    _logger: WrappedLogger, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replace values whose name or text says that they are secret."""
    for key, value in event.items():
        if _is_secret(key):
            event[key] = _HIDDEN
        elif isinstance(value, str) and _MAY_HIDE.search(value):
            event[key] = scrub(value)
    return event


def _add_request_id(
    _logger: WrappedLogger, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    current = current_request_id()
    if current is not None:
        event.setdefault("request_id", current)
    return event


def configure_logs(level: str, *, as_json: bool, process: str) -> None:
    """Send every log of this process to standard error; ``process`` names it in each line.

    Our own lines go straight there; the standard library's handlers are for what libraries log,
    as passing through them costs several times what the line itself does.
    """

    def add_process(
        _logger: WrappedLogger, _method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        if "module" in event:
            event["logger"] = event.pop("module")
        event.setdefault("process", process)
        return event

    shared: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_process,
        _add_request_id,
    ]
    # Plain tracebacks: pretty ones print local variables, passwords among them.
    renderer: Processor = (
        structlog.processors.JSONRenderer(_json)
        if as_json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    last: list[Processor] = [structlog.processors.format_exc_info, hide_secrets, renderer]
    structlog.configure(
        processors=[*shared, *last],
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_logger_name,
                structlog.stdlib.PositionalArgumentsFormatter(),
                *shared,
            ],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    _quieten(handler, level)


def _quieten(handler: logging.Handler, level: str) -> None:
    """Let libraries speak through our handler, the talkative ones only when something is wrong."""
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("aiosqlite", "asyncio", "httpcore", "httpx", "alembic", "livekit"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        library = logging.getLogger(name)
        library.handlers[:] = []
        library.propagate = name != "uvicorn.access"
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)


def _json(event: MutableMapping[str, Any], **_options: object) -> str:
    return msgspec.json.encode(event, enc_hook=repr).decode()


def get_logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """The logger of a module."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(module=name)
    return logger
