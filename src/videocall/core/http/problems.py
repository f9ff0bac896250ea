"""Errors on the wire: RFC 9457 problem details, made in one place from code and kind."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, NamedTuple, TypeAlias, get_args

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import ParameterKwarg
from litestar.utils.scope.state import ScopeState

from videocall.core.context import current_request_id
from videocall.core.errors import DomainError, FieldError, Kind, ValidationFailed
from videocall.core.http.bodies import explain, field_errors
from videocall.core.logs import get_logger

_LOG = get_logger(__name__)

AnyRequest: TypeAlias = Request[Any, Any, Any]

STATUS_OF_KIND = {
    Kind.MALFORMED: HTTPStatus.BAD_REQUEST,
    Kind.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    Kind.PAYMENT_REQUIRED: HTTPStatus.PAYMENT_REQUIRED,
    Kind.FORBIDDEN: HTTPStatus.FORBIDDEN,
    Kind.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Kind.CONFLICT: HTTPStatus.CONFLICT,
    Kind.PRECONDITION_FAILED: HTTPStatus.PRECONDITION_FAILED,
    Kind.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Kind.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    Kind.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""The one map from the kind of an error to its status."""


class EdgeError(NamedTuple):
    """A failure that no domain knows: the request never came that far, or we failed."""

    status: HTTPStatus
    code: str
    title: str
    detail: str


UNEXPECTED = EdgeError(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "core.unexpected",
    HTTPStatus.INTERNAL_SERVER_ERROR.phrase,
    "This is a fault of the server. Tell its administrator the request id.",
)
TIMED_OUT = EdgeError(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "request.timeout",
    "The request took too long",
    "Nothing was changed. Try again.",
)
_REFUSALS = {
    status: EdgeError(status, code, status.phrase, detail)
    for status, code, detail in (
        (HTTPStatus.BAD_REQUEST, "request.malformed", "The body is not valid JSON."),
        (HTTPStatus.NOT_FOUND, "request.not_found", "There is nothing at this address."),
        (
            HTTPStatus.METHOD_NOT_ALLOWED,
            "request.method_not_allowed",
            "This address does not know the method.",
        ),
        (
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "request.too_large",
            "The body is larger than this server accepts.",
        ),
    )
}
EDGE_ERRORS = (*_REFUSALS.values(), TIMED_OUT, UNEXPECTED)
"""All of them, for the documentation."""


class ProblemField(msgspec.Struct, frozen=True):
    """One wrong field of a request."""

    field: str
    code: str
    message: str


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """RFC 9457 problem details; `code` is stable, `request_id` finds the log lines."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str | None
    errors: list[ProblemField] | None = None


def make_problem(
    status: int, code: str, title: str, detail: str, fields: Sequence[FieldError] = ()
) -> Problem:
    """The problem document for one failure of the request in hand."""
    errors = [ProblemField(item.field, item.code, item.message) for item in fields]
    return Problem(
        type=f"urn:videocall:problem:{code}",
        title=title,
        status=int(status),
        detail=detail,
        code=code,
        request_id=current_request_id(),
        errors=errors or None,
    )


def problems(*statuses: int) -> dict[int, ResponseSpec]:
    """The failures of an endpoint, for its documentation."""
    return {
        status: ResponseSpec(
            Problem,
            description=HTTPStatus(status).phrase,
            media_type="application/problem+json",
            generate_examples=False,
        )
        for status in sorted({400, *statuses})
    }


def problem_response(problem: Problem) -> Response[Problem]:
    """The HTTP answer that carries a problem."""
    headers: dict[str, str] = {}
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = "1"
    return Response(
        problem,
        status_code=problem.status,
        media_type="application/problem+json",
        headers=headers,
    )


def on_domain_error(_request: AnyRequest, error: DomainError) -> Response[Problem]:
    """Answer an expected failure."""
    status = STATUS_OF_KIND[error.kind]
    answer = problem_response(
        make_problem(status, error.code, error.title, error.detail, error.fields)
    )
    answer.headers.update(error.headers)
    if error.retry_after is not None:
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def on_validation_error(request: AnyRequest, error: ValidationException) -> Response[Problem]:
    """Name every wrong field of the body, or the wrong parameters of the query."""
    failed = ValidationFailed(fields=_body_errors(request) or _parameter_errors(request, error))
    return on_domain_error(request, failed)


def on_http_error(_request: AnyRequest, error: HTTPException) -> Response[Problem]:
    """Answer what the framework refused."""
    status = HTTPStatus(error.status_code)
    refused = EdgeError(status, "request.refused", status.phrase, status.description)
    return _edge_response(_REFUSALS.get(status, refused))


def on_unexpected(request: AnyRequest, error: Exception) -> Response[Problem]:
    """Answer a fault of ours: the log has the story, the caller gets the request id."""
    _LOG.error(
        "unexpected failure",
        method=request.scope["method"],
        path=request.scope["path"],
        exc_info=error,
    )
    return _edge_response(UNEXPECTED)


EXCEPTION_HANDLERS: dict[int | type[Exception], Any] = {
    DomainError: on_domain_error,
    ValidationException: on_validation_error,
    HTTPException: on_http_error,
    Exception: on_unexpected,
}
"""What Litestar calls for each kind of exception."""


def _edge_response(error: EdgeError) -> Response[Problem]:
    return problem_response(make_problem(error.status, error.code, error.title, error.detail))


def _body_errors(request: AnyRequest) -> list[FieldError]:
    field = request.route_handler.parsed_data_field
    if field is None:
        return []
    body = ScopeState.from_scope(request.scope).json
    for target in (field.annotation, *get_args(field.annotation)):
        if isinstance(target, type) and issubclass(target, msgspec.Struct):
            return field_errors(target, body)
    return []


def _parameter_errors(request: AnyRequest, error: ValidationException) -> list[FieldError]:
    extra = error.extra if isinstance(error.extra, list) else []
    return [
        explain(_wire_name(request, str(item.get("key", ""))), str(item.get("message", "")), None)
        for item in extra
    ] or [FieldError("", "invalid", "A parameter is missing or wrong.")]


def _wire_name(request: AnyRequest, parameter: str) -> str:
    # Such as `from`, which no function can call its parameter.
    known = request.route_handler.parsed_fn_signature.parameters.get(parameter)
    given = known.kwarg_definition if known is not None else None
    return (given.name if isinstance(given, ParameterKwarg) else None) or parameter
