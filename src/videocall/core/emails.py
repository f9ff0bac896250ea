"""E-mail addresses: whether a text is one, and when two of them are the same."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

MAX_EMAIL_CHARACTERS = 254


def normalise_email(text: str) -> str | None:
    """The address to store (RFC 5321, domain in lower case), or None when it can't be one."""
    try:
        checked = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    return checked.normalized if len(checked.normalized) <= MAX_EMAIL_CHARACTERS else None


def email_key(email: str) -> str:
    """What makes two addresses the same: the letters, not their case."""
    return email.strip().casefold()
