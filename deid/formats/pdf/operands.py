"""Operands of the operators of a content: no names and strings but where they mean something.

A name or a string that an operator has no use for is seen by nobody and yet is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import pikepdf

from deid.formats.pdf.grammar import KINDS
from deid.formats.pdf.words import NAMES, STRUCTURES, is_language, words_of

STAND_IN: Final = "/NoteVeil"
"""The mark around a stand-in; its width says how much room it takes on the line."""

_UNKNOWN_TAG: Final = pikepdf.Name("/Span")
_TAGS: Final = STRUCTURES | words_of("/OC /Artifact /ReversedChars /Clip /Tx /NoteVeil /ReferenceE")
_OF_STAND_INS: Final = words_of("/W /H /L")
_OF_LISTS: Final = KINDS["properties"].keys() | words_of("/Contents /Placement /Owner")
_OF_PICTURES: Final = words_of(
    "/BitsPerComponent /BPC /ColorSpace /CS /Decode /D /DecodeParms /DP /Filter /F /Height /H "
    "/ImageMask /IM /Intent /Interpolate /I /Width /W /Length /L"
)
_NUMBERS: Final = (int, float, Decimal)
_DEEPEST: Final = 10


class WrongOperandsError(Exception):
    """An operator has operands that it has no use for."""


def plain(instructions: Sequence[Any]) -> list[Any]:
    """The same operators, with operands of the kinds that they take (ISO 32000-2, annex A).

    Marks of unknown kinds become marks of no kind; what their lists hold beyond what the standard
    knows is left out.

    Raises:
        WrongOperandsError: another operator has other operands.
    """
    return [*_plain(instructions)]


def _plain(instructions: Sequence[Any]) -> Iterator[Any]:
    for one in instructions:
        operator = str(one.operator)
        operands = one.operands
        if operator in _MARKS:
            yield _mark(operator, operands)
        elif operator == "INLINE IMAGE":
            _check_picture(one)
            yield one
        elif operator == "ri":
            if len(operands) == 1 and str(operands[0]) in NAMES:
                yield one
        elif operator in _SHAPES:
            if not _is_of(operands, _SHAPES[operator]):
                raise WrongOperandsError
            yield one
        else:
            if not all(map(_is_number, operands)):
                raise WrongOperandsError
            yield one


_MARKS: Final = {"BMC": 1, "MP": 1, "BDC": 2, "DP": 2}
_SHAPES: Final[Mapping[str, str]] = {
    "Tj": "s",
    "'": "s",
    '"': "nns",
    "TJ": "a",
    "Tf": "rn",
    "gs": "r",
    "Do": "r",
    "cs": "r",
    "CS": "r",
    "sh": "r",
    "scn": "*",
    "SCN": "*",
    "sc": "*",
    "SC": "*",
}


def _is_of(operands: Sequence[Any], shape: str) -> bool:
    if shape == "*":
        *values, last = [*operands] or [0]
        return all(map(_is_number, values)) and (_is_number(last) or _is_name(last))
    return len(operands) == len(shape) and all(
        _KINDS[kind](operand) for kind, operand in zip(shape, operands, strict=True)
    )


def _is_number(operand: Any) -> bool:
    if isinstance(operand, pikepdf.Array):
        return all(isinstance(one, _NUMBERS) for one in operand)
    return isinstance(operand, _NUMBERS)


def _is_name(operand: Any) -> bool:
    return isinstance(operand, pikepdf.Name)


def _is_string(operand: Any) -> bool:
    return isinstance(operand, pikepdf.String)


def _is_shown(operand: Any) -> bool:
    return isinstance(operand, pikepdf.Array) and all(
        isinstance(one, (pikepdf.String, *_NUMBERS)) for one in operand
    )


_KINDS: Final = {"s": _is_string, "n": _is_number, "r": _is_name, "a": _is_shown}


def _mark(operator: str, operands: Sequence[Any]) -> Any:
    if len(operands) != _MARKS[operator] or not _is_name(operands[0]):
        raise WrongOperandsError
    tag = operands[0] if str(operands[0]) in _TAGS else _UNKNOWN_TAG
    listed = [_listed(str(tag), one) for one in operands[1:]]
    return pikepdf.ContentStreamInstruction([tag, *listed], pikepdf.Operator(operator))


def _listed(tag: str, listed: Any) -> Any:
    """The list of a mark, of which the name stands in the resources, or which stands here."""
    if _is_name(listed):
        return listed
    if not isinstance(listed, pikepdf.Dictionary):
        raise WrongOperandsError
    return pikepdf.Dictionary(
        {key: value for key, value in listed.items() if _is_known(tag, key, value)}
    )


def _is_known(tag: str, key: str, value: Any) -> bool:
    if tag == STAND_IN:
        return key in _OF_STAND_INS and _is_number(value)
    return key in _OF_LISTS and (_is_language(value) if key == "/Lang" else _is_fine(value))


def _is_language(value: Any) -> bool:
    return _is_string(value) and is_language(str(value))


def _is_fine(value: Any, depth: int = _DEEPEST) -> bool:
    """Whether a value is a text, which is read, a number, or a name of the standard."""
    if depth and isinstance(value, pikepdf.Array):
        return all(_is_fine(one, depth - 1) for one in value)
    return _is_string(value) or _is_number(value) or (_is_name(value) and str(value) in NAMES)


def _check_picture(one: Any) -> None:
    parameters = one.iimage.obj
    if any(key not in _OF_PICTURES for key in parameters.keys()):  # noqa: SIM118
        raise WrongOperandsError
