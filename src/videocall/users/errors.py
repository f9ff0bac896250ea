"""What can go wrong with accounts."""

from __future__ import annotations

from videocall.core.errors import DomainError, Kind


class EmailTaken(DomainError):
    """Another account has this address."""

    code = "users.email_taken"
    kind = Kind.CONFLICT
    title = "This e-mail address has an account"
    detail = "Sign in, or use another address."


class PasswordTooLong(DomainError):
    """bcrypt reads 72 bytes; more would be cut in silence."""

    code = "users.password_too_long"
    kind = Kind.INVALID
    title = "The password is too long"
    detail = "A password has at most 72 bytes; letters outside of ASCII count two to four."


class InvalidCredentials(DomainError):
    """Unknown address or wrong password: the answer does not tell which."""

    code = "auth.invalid_credentials"
    kind = Kind.UNAUTHENTICATED
    title = "E-mail address or password is wrong"
    detail = "Check both and try again."


class RefreshInvalid(DomainError):
    """No refresh token, or one that is unknown, used, expired or revoked."""

    code = "auth.refresh_invalid"
    kind = Kind.UNAUTHENTICATED
    title = "The session is over"
    detail = "Sign in again."


class OriginMismatch(DomainError):
    """The session cookie came with a request from another site."""

    code = "auth.origin_mismatch"
    kind = Kind.FORBIDDEN
    title = "The request comes from another site"
    detail = "The session cookie is only accepted from this server's own pages."


class SetupTokenInvalid(DomainError):
    """The one-time link is wrong, used or too old."""

    code = "users.setup_token_invalid"
    kind = Kind.FORBIDDEN
    title = "The set-up link is not valid"
    detail = "Restart the server: it prints a new link."


class SetupDone(DomainError):
    """There is an administrator already."""

    code = "users.setup_done"
    kind = Kind.CONFLICT
    title = "The set-up is done"
    detail = "This server has an administrator. Sign in."


class UserNotFound(DomainError):
    """No account has this id."""

    code = "users.not_found"
    kind = Kind.NOT_FOUND
    title = "There is no such account"


class OwnRole(DomainError):
    """Administrators can't lock themselves out."""

    code = "users.own_role"
    kind = Kind.CONFLICT
    title = "You can't change your own role"
    detail = "Ask another administrator."
