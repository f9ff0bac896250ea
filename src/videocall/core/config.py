"""Layered configuration: defaults, files, environment, flags, each value with the place it is from.

Generic: it fills a tree of msgspec structs. What the values mean is in videocall.settings.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import NoneType
from typing import Any, TypeVar, get_args

import msgspec
import yaml

S = TypeVar("S", bound=msgspec.Struct)


class ConfigError(Exception):
    """A wrong value, where it is from and how to mend it. It stops the start."""

    def __init__(self, place: str, problem: str, fix: str) -> None:
        super().__init__(f"{place}: {problem}. {fix}")
        self.place = place
        self.problem = problem
        self.fix = fix


@dataclass(frozen=True, slots=True)
class Value:
    """A value, the place it is from, and whether it is text that stands for something else."""

    raw: object
    place: str
    is_text: bool


Layer = Mapping[str, Value]
"""Values by dotted key, such as 'server.port'."""


def yaml_layer(path: Path) -> Layer:
    """The values of a YAML file; none when there is no such file."""
    if not path.is_file():
        return {}
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        problem = " ".join(str(error).split())
        raise ConfigError(str(path), f"not YAML ({problem})", "Correct the file.") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ConfigError(str(path), "not a mapping", "Write `section:` and its keys below.")
    return {key: Value(raw, str(path), is_text=False) for key, raw in _flatten(content, "")}


def dotenv_layer(path: Path, prefix: str) -> Layer:
    """The ``prefix`` lines of a .env file: NAME=value, quotes optional, # begins a comment."""
    if not path.is_file():
        return {}
    found: dict[str, Value] = {}
    for number, raw_line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = raw_line.strip().removeprefix("export ").strip()
        if not line or line.startswith("#"):
            continue
        name, equals, text = line.partition("=")
        place = f"{path}:{number}"
        if not equals:
            raise ConfigError(place, "not NAME=value", "Correct the line.")
        if name.strip().startswith(prefix):
            key = _key_of(name.strip(), prefix)
            found[key] = Value(_unquoted(text.strip()), f"{place} ({name.strip()})", is_text=True)
    return found


def environment_layer(environ: Mapping[str, str], prefix: str) -> Layer:
    """The variables that begin with ``prefix``; two underscores go one level down."""
    return {
        _key_of(name, prefix): Value(text, f"environment variable {name}", is_text=True)
        for name, text in environ.items()
        if name.startswith(prefix)
    }


def flags_layer(flags: Mapping[str, str]) -> Layer:
    """Values from the command line, by dotted key."""
    return {key: Value(text, f"flag for {key}", is_text=True) for key, text in flags.items()}


def build(target: type[S], layers: Sequence[Layer]) -> tuple[S, dict[str, str]]:
    """The struct from all layers, later ones first in rank, and the place of each set key."""
    merged: dict[str, Value] = {}
    for layer in layers:
        merged.update(layer)
    known = dict(_leaves(target, ""))
    tree: dict[str, Any] = {}
    for key, value in merged.items():
        if key not in known:
            raise ConfigError(value.place, f"there is no setting {key!r}", _suggestion(key, known))
        node = tree
        *parents, last = key.split(".")
        for parent in parents:
            node = node.setdefault(parent, {})
        node[last] = _converted(key, value, known[key])
    return msgspec.convert(tree, target), {key: value.place for key, value in merged.items()}


def leaves(struct: msgspec.Struct, prefix: str = "") -> Iterator[tuple[str, object]]:
    """Every dotted key of a built struct with its value."""
    for field in msgspec.structs.fields(type(struct)):
        value = getattr(struct, field.name)
        if isinstance(value, msgspec.Struct):
            yield from leaves(value, f"{prefix}{field.name}.")
        else:
            yield f"{prefix}{field.name}", value


def _leaves(target: type[msgspec.Struct], prefix: str) -> Iterator[tuple[str, Any]]:
    for field in msgspec.structs.fields(target):
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            yield from _leaves(field.type, f"{prefix}{field.name}.")
        else:
            yield f"{prefix}{field.name}", field.type


def _flatten(content: Mapping[object, object], prefix: str) -> Iterator[tuple[str, object]]:
    for name, value in content.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _converted(key: str, value: Value, target: Any) -> object:  # noqa: ANN401 - any type
    raw = value.raw
    if value.is_text and isinstance(raw, str) and _is_list(target):
        raw = _parts(raw)
    try:
        return msgspec.convert(raw, target, strict=not value.is_text)
    except msgspec.ValidationError as error:
        problem = f"{key} can't be {raw!r} ({error})"
        if "secret" in key or "key" in key or "url" in key:
            problem = f"{key} is wrong"
        raise ConfigError(value.place, problem, _expectation(target)) from error


def _is_list(target: object) -> bool:
    kinds = (msgspec.inspect.ListType, msgspec.inspect.VarTupleType)
    return isinstance(msgspec.inspect.type_info(target), kinds)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _expectation(target: object) -> str:
    info = msgspec.inspect.type_info(target)
    match info:
        case msgspec.inspect.IntType():
            low = f" from {info.ge}" if info.ge is not None else ""
            high = f" to {info.le}" if info.le is not None else ""
            return f"Give a whole number{low}{high}."
        case msgspec.inspect.FloatType():
            return "Give a number."
        case msgspec.inspect.BoolType():
            return "Give true or false."
        case msgspec.inspect.LiteralType():
            return f"Give one of: {', '.join(str(item) for item in info.values)}."
        case msgspec.inspect.ListType() | msgspec.inspect.VarTupleType():
            return "Give a list; in the environment, with commas between."
        case msgspec.inspect.UnionType():
            first, *_ = (kind for kind in get_args(target) if kind is not NoneType)
            return f"{_expectation(first).removesuffix('.')}, or null."
        case _:
            return "Give a text."


def _suggestion(key: str, known: Mapping[str, object]) -> str:
    close = difflib.get_close_matches(key, known, n=1)
    if close:
        return f"Did you mean {close[0]!r}?"
    return "`videocall config` lists all settings."


def _key_of(name: str, prefix: str) -> str:
    return name[len(prefix) :].lower().replace("__", ".")


def _unquoted(text: str) -> str:
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return text.split(" #", 1)[0].rstrip()
