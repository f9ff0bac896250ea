"""Turns a number that exists already into the error that says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError

from videocall.billing.errors import NumberTaken
from videocall.core.db.work import is_unique_violation


@contextmanager
def number_taken() -> Iterator[None]:
    """Around writing a number: only the document's number is unique there."""
    try:
        yield
    except IntegrityError as error:
        if is_unique_violation(error):
            raise NumberTaken from error
        raise
