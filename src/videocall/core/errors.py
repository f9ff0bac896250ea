"""What every domain error is: a stable code, a kind that the edge maps to a status, plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import ClassVar


class Kind(Enum):
    """The families of failure; one map at the HTTP edge turns them into statuses."""

    INVALID = "invalid"
    MALFORMED = "malformed"
    UNAUTHENTICATED = "unauthenticated"
    PAYMENT_REQUIRED = "payment_required"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    PRECONDITION_FAILED = "precondition_failed"
    TOO_LARGE = "too_large"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field of a request, in words for the person who typed it."""

    field: str
    code: str
    message: str


class DomainError(Exception):
    """An expected failure. ``code`` never changes; ``detail`` says what the caller can do."""

    code: ClassVar[str] = "core.error"
    kind: ClassVar[Kind] = Kind.INVALID
    title: ClassVar[str] = "The request could not be carried out"
    detail: str = ""
    retry_after: int | None = None  # seconds after which the same request may succeed
    headers: Mapping[str, str] = MappingProxyType({})  # said beside the problem, such as an id

    def __init__(self, detail: str | None = None, *, fields: Sequence[FieldError] = ()) -> None:
        self.detail = detail if detail is not None else type(self).detail
        self.fields = tuple(fields)
        super().__init__(self.detail or self.title)


class ValidationFailed(DomainError):
    """Fields of the request are wrong; every one of them is named."""

    code = "validation.failed"
    kind = Kind.INVALID
    title = "Some fields are wrong"
    detail = "Correct the named fields and send the request again."


class AuthRequired(DomainError):
    """Nobody is signed in."""

    code = "auth.required"
    kind = Kind.UNAUTHENTICATED
    title = "Sign in first"
    detail = "Send an access token: Authorization: Bearer <token>."


class Forbidden(DomainError):
    """The role of the signed-in person does not allow this."""

    code = "auth.forbidden"
    kind = Kind.FORBIDDEN
    title = "Not allowed"
    detail = "Your account may not do this."


class UnreadableText(DomainError):
    """A text has a character that the database can't keep."""

    code = "request.unreadable_text"
    kind = Kind.MALFORMED
    title = "A text can't be read"
    detail = "Send it without the character NUL."


class VersionConflict(DomainError):
    """Another command changed the same stream first."""

    code = "core.version_conflict"
    kind = Kind.CONFLICT
    title = "Somebody else was faster"
    detail = "This was changed by another request at the same moment. Try again."


class DatabaseUnavailable(DomainError):
    """The database does not answer, or is too busy."""

    code = "core.database_unavailable"
    kind = Kind.UNAVAILABLE
    title = "The database does not answer"
    detail = "Try again in a moment."
