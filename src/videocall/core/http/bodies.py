"""What is wrong with a request body, all of it: msgspec stops at the first error."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from videocall.core.errors import FieldError

_LENGTH = re.compile(r"length (>=|<=) (\d+)")
_BOUND = re.compile(r"`\w+` (>=|<=) ([\d.]+)")
_ENUM = re.compile(r"Invalid enum value")
_PATH = re.compile(r" - at `\$\.?([^`]*)`$")


def field_errors(target: type[msgspec.Struct], body: object) -> list[FieldError]:
    """Every wrong, missing and unknown field of ``body`` as a ``target``.

    A struct may have FIELD_RULES: for a field's name a function that says what else is wrong with
    a value of the right type, so that one answer names all.
    """
    if not isinstance(body, dict):
        return [FieldError("", "type", "The body is a JSON object.")]
    return list(_check(target, body))


def _check(target: type[msgspec.Struct], body: dict[object, object]) -> Iterator[FieldError]:
    known = msgspec.structs.fields(target)
    rules: Mapping[str, Callable[[Any], Sequence[FieldError]]] = getattr(target, "FIELD_RULES", {})
    for field in known:
        name = field.encode_name
        if name not in body:
            if field.required:
                yield FieldError(name, "missing", "This field is required.")
            continue
        try:
            msgspec.convert(body[name], field.type, strict=False)
        except msgspec.ValidationError as error:
            yield explain(name, str(error), body[name])
        else:
            yield from rules[name](body[name]) if name in rules else ()
    unknown = body.keys() - {field.encode_name for field in known}
    for name in sorted(str(item)[:100] for item in unknown):
        yield FieldError(name, "unknown", "There is no such field.")


def explain(name: str, message: str, value: object) -> FieldError:
    """One error of msgspec in the words of this API."""
    place = _PATH.search(message)
    if place and place[1]:
        inner = place[1]
        name = f"{name}{inner}" if inner.startswith("[") else f"{name}.{inner}"
    text = _PATH.sub("", message)
    if length := _LENGTH.search(text):
        return _too_short_or_long(name, length[1], int(length[2]), is_list=isinstance(value, list))
    if bound := _BOUND.search(text):
        words = "at least" if bound[1] == ">=" else "at most"
        return FieldError(name, "out_of_range", f"This is {words} {bound[2]}.")
    if "matching regex" in text:
        return FieldError(name, "format", "This does not have the right form.")
    if _ENUM.search(text):
        return FieldError(name, "choice", f"{text[:200]}.")
    return FieldError(name, "type", f"{text[:200]}.")


def _too_short_or_long(name: str, operator: str, limit: int, *, is_list: bool) -> FieldError:
    unit = (
        ("entry" if limit == 1 else "entries")
        if is_list
        else ("character" if limit == 1 else "characters")
    )
    if operator == ">=":
        return FieldError(name, "too_short", f"At least {limit} {unit}.")
    return FieldError(name, "too_long", f"At most {limit} {unit}.")
