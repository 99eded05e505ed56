"""The one form in bytes that a record has: canonical JSON of RFC 8785, and its strict reader.

RFC 8785 orders names by UTF-16 units and writes numbers as ECMAScript does. Our names are ASCII,
and our numbers are integers below 2^53 and scores of at most four digits after the point, for
which the standard library's encoder writes the same bytes (a test holds the two together).
"""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache, partial
from typing import Annotated, Any, Final, Union, cast, get_args, get_origin, get_type_hints

from deid.audit import schema_1
from deid.audit.records import EVENTS, SCHEMA, Event, Form, Record
from deid.datatypes import Span
from deid.errors import DefectError, LogDamaged
from deid.labels import Label

_MAX_INTEGER: Final = 2**53 - 1
_ENVELOPE: Final = frozenset({"schema", "seq", "time", "session", "event"})
_SESSION: Final = Form(r"[0-9a-f]{16}")
canonical_json: Final = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
).encode
"""A value of JSON with ASCII names and such numbers in the form of RFC 8785."""

Convert = Callable[[Any], Any]


def encode(record: Record) -> bytes:
    """The canonical form of a record, in UTF-8.

    Raises:
        DefectError: a value has not the form that its field demands; the message names the field.
    """
    body = body_of(record.event, schema=record.schema)
    body["schema"] = record.schema
    body["seq"] = record.seq
    body["time"] = format_time(record.time)
    body["session"] = _text(_SESSION, record.session)
    body["event"] = record.event.kind
    return canonical_json(body).encode()


def body_of(
    event: Event, *, schema: int = SCHEMA, leave_out: frozenset[str] = frozenset()
) -> dict[str, object]:
    """The fields of an event's kind, but those left out, as they stand in a record.

    Raises:
        DefectError: a value has not the form that its field demands; the message names the field.
    """
    body: dict[str, object] = {}
    for field in _FIELDS[schema][event.kind]:
        if field.name in leave_out:
            continue
        try:
            body[field.name] = field.write(getattr(event, field.name))
        except (ValueError, TypeError, AttributeError):
            raise DefectError(
                f"{event.kind}: `{field.name}` is not of the form that the log demands"
            ) from None
    return body


def decode(body: bytes, *, seq: int) -> Record:
    """The record in canonical bytes that the log holds at place `seq`.

    Raises:
        LogDamaged: not a record of a schema that is known, not canonical, or of another place.
    """
    try:
        text = body.decode()
        node = json.loads(text)
        if not isinstance(node, dict):
            raise ValueError("not an object")
        record = _record(node)
        if record.seq != seq:
            raise ValueError("it names another place in the log")
        # This also refuses what JSON leaves open: blanks, a name twice, other ways to write a text.
        if canonical_json(node) != text:
            raise ValueError("not in canonical form")
    except json.JSONDecodeError:
        raise LogDamaged(f"record {seq}: not JSON") from None
    except UnicodeError:
        raise LogDamaged(f"record {seq}: not UTF-8") from None
    except RecursionError:
        raise LogDamaged(f"record {seq}: nested too deep") from None
    except ValueError as error:
        raise LogDamaged(f"record {seq}: {error}") from None
    return record


@lru_cache(maxsize=64)  # the records of a batch share their time
def format_time(time: datetime) -> str:
    """A point in time as RFC 3339 in UTC with milliseconds, of fixed width.

    Raises:
        DefectError: the time has no zone.
    """
    if time.tzinfo is None:
        raise DefectError("a time in the log needs a zone")
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _record(node: dict[str, object]) -> Record:
    schema = node.get("schema")
    if type(schema) is not int or schema not in _FIELDS:
        raise ValueError("of a schema that this program does not know")
    kind = node.get("event")
    known = _FIELDS[schema].get(kind) if isinstance(kind, str) else None
    if known is None:
        raise ValueError("of an event that this program does not know")
    if node.keys() != _NAMES[schema][cast(str, kind)]:
        raise ValueError("lacks a field or has one too many")
    values: dict[str, Any] = {}
    for field in known:
        try:
            values[field.name] = field.read(node[field.name])
        except (ValueError, TypeError):
            raise ValueError(f"`{field.name}` is not of its form") from None
    try:
        return Record(
            seq=_whole(node["seq"]),
            time=_parse_time(node["time"]),
            session=_text(_SESSION, node["session"]),
            event=_CLASSES[cast(str, kind)](**values),
            schema=schema,
        )
    except (ValueError, TypeError):
        raise ValueError("`seq`, `time` or `session` is not of its form") from None


@lru_cache(maxsize=64)  # the records of a batch share their time
def _parse_time(node: object) -> datetime:
    if not isinstance(node, str):
        raise ValueError
    time = datetime.fromisoformat(node)
    if time.tzinfo is not UTC or format_time(time) != node:
        raise ValueError
    return time


# One pair of functions per type of field. Each checks what it passes on.


def _text(form: Form, value: object) -> str:
    if not isinstance(value, str) or not form.matches(value):
        raise ValueError
    return str(value)


def _whole(value: object) -> int:
    if type(value) is not int or not 0 <= value <= _MAX_INTEGER:
        raise ValueError
    return value


def _write_score(score: float) -> int | float:
    rounded = round(float(score), 4)
    if not 0 <= rounded <= 1:
        raise ValueError
    return int(rounded) if rounded.is_integer() else rounded


def _read_score(node: object) -> float:
    if type(node) not in (int, float):
        raise ValueError
    written = _write_score(cast(float, node))
    if written != node or type(written) is not type(node):
        raise ValueError
    return float(written)


def _write_span(span: Span) -> list[int]:
    return [_whole(span.start), _whole(span.end)]


def _read_span(node: object) -> Span:
    if not isinstance(node, list) or len(node) != 2:
        raise ValueError
    return Span(_whole(node[0]), _whole(node[1]))


def _write_counts(counts: Mapping[Label, int]) -> dict[str, int]:
    return {Label(label).value: _whole(count) for label, count in counts.items()}


def _read_counts(node: object) -> dict[Label, int]:
    if not isinstance(node, dict):
        raise ValueError
    return {Label(name): _whole(count) for name, count in node.items()}


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    write: Convert
    read: Convert


def _converters(hint: object) -> tuple[Convert, Convert]:
    """How a value of this type is written and read."""
    origin = get_origin(hint)
    if origin is Annotated:
        form: Form = get_args(hint)[1]
        return partial(_text, form), partial(_text, form)
    if origin in (Union, types.UnionType):
        inner = next(part for part in get_args(hint) if part is not type(None))
        write, read = _converters(inner)
        return (
            lambda value: None if value is None else write(value),
            lambda node: None if node is None else read(node),
        )
    if origin is Mapping:
        return _write_counts, _read_counts
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return lambda value: hint(value).value, hint
    plain: dict[object, tuple[Convert, Convert]] = {
        int: (_whole, _whole),
        float: (_write_score, _read_score),
        Span: (_write_span, _read_span),
    }
    return plain[hint]


def _fields_of(event: type[Event]) -> tuple[_Field, ...]:
    hints = get_type_hints(event, include_extras=True)
    return tuple(_Field(field.name, *_converters(hints[field.name])) for field in fields(event))


def _fields_of_schema_1(kind: str) -> tuple[_Field, ...]:
    names = schema_1.NAMES[kind]
    fields = (field for field in _FIELDS[SCHEMA][kind] if field.name in names)
    return tuple(_only_old_exports(field) if field.name == "what" else field for field in fields)


def _only_old_exports(field: _Field) -> _Field:
    def among(value: object) -> object:
        if value not in schema_1.EXPORTS:
            raise ValueError
        return value

    return _Field(
        field.name,
        lambda value: among(field.write(value)),
        lambda node: field.read(among(node)),
    )


_FIELDS: Final = {SCHEMA: {event.kind: _fields_of(event) for event in EVENTS}}
_FIELDS[1] = {kind: _fields_of_schema_1(kind) for kind in schema_1.NAMES}
_NAMES: Final = {
    schema: {kind: _ENVELOPE | {field.name for field in known} for kind, known in kinds.items()}
    for schema, kinds in _FIELDS.items()
}
_CLASSES: Final[dict[str, Callable[..., Event]]] = {event.kind: event for event in EVENTS}
