"""/docs and /openapi.json: the API's documentation, rendered here so that no script is needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from litestar import Litestar, get
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import OpenAPIRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

from videocall.core.http.idempotency import document_keys
from videocall.core.http.problems import AnyRequest

_STYLE = (
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;"
    "margin:2rem auto;padding:0 1rem}summary{cursor:pointer;padding:.5rem 0}code{font-size:.95em}"
    "details{border-bottom:1px solid #8884}td,th{text-align:left;padding:.2rem 1rem .2rem 0;"
    "vertical-align:top}"
)


_BODILESS = {"204", "304"}


class DocsPage(OpenAPIRenderPlugin):
    """One plain page with every endpoint, its parameters, body and answers."""

    def __init__(self) -> None:
        super().__init__(path="/")

    def render(self, request: AnyRequest, openapi_schema: dict[str, Any]) -> bytes:
        """The page for this document."""
        info = openapi_schema["info"]
        title = escape(f"{info['title']} {info['version']}")
        sections = "".join(
            _operation(method, path, operation)
            for path, item in openapi_schema["paths"].items()
            for method, operation in item.items()
            if isinstance(operation, dict)
        )
        return (
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
            '<meta name="viewport" content="width=device-width"><style>'
            f"{_STYLE}</style><main><h1>{title}</h1><p>{escape(info.get('description', ''))}</p>"
            '<p>The document for machines: <a href="/openapi.json">/openapi.json</a>.</p>'
            f"{sections}</main></html>"
        ).encode()


@get("/openapi.json", include_in_schema=False, sync_to_thread=False)
def openapi_json(request: AnyRequest) -> dict[str, Any]:
    """The OpenAPI document."""
    return openapi_document(request.app)


def openapi_document(app: Litestar) -> dict[str, Any]:
    """The document as JSON values, true where the framework's is not: 204 and 304 have no body."""
    document = app.openapi_schema.to_schema()
    for item in document["paths"].values():
        for operation in item.values():
            for status in _BODILESS & operation["responses"].keys():
                operation["responses"][status].pop("content", None)
    document_keys(app, document)
    return document


def openapi_config(version: str) -> OpenAPIConfig:
    """How the documentation is made."""
    return OpenAPIConfig(
        title="Videocall",
        version=version,
        description=(
            "Video calls on your own server. Errors are RFC 9457 problem details with a stable "
            "code; times are RFC 3339 in UTC; lists are paged by next_cursor."
        ),
        path="/docs",
        render_plugins=[DocsPage()],
        use_handler_docstrings=True,
        components=Components(
            security_schemes={
                "bearerAuth": SecurityScheme(type="http", scheme="bearer", bearer_format="JWT")
            }
        ),
    )


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><th><code>{escape(name)}</code><td>{escape(text)}" for name, text in _rows(operation)
    )
    return (
        f"<details><summary><code><b>{method.upper()}</b> {escape(path)}</code> "
        f"{escape(operation.get('description') or operation.get('summary') or '')}</summary>"
        f"<table>{rows}</table></details>"
    )


def _rows(operation: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for parameter in operation.get("parameters", ()):
        yield parameter["name"], f"{parameter['in']} parameter, {_shape(parameter['schema'])}"
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        yield "body", f"{media}: {_shape(content['schema'])}"
    for status, response in operation.get("responses", {}).items():
        shapes = [_shape(item.get("schema", {})) for item in response.get("content", {}).values()]
        yield status, ", ".join([response.get("description", ""), *filter(None, shapes)])


def _shape(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    for key in ("oneOf", "anyOf"):
        if key in schema:
            return " or ".join(_shape(item) for item in schema[key])
    if schema.get("type") == "array":
        return f"list of {_shape(schema.get('items', {}))}"
    return str(schema.get("type", ""))
