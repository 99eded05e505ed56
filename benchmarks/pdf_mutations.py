"""PDFs some of whose values are others, written so that they open (spoiled bytes seldom do)."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from typing import Any, Final

import pikepdf

_HOLDERS: Final = (pikepdf.Dictionary, pikepdf.Stream, pikepdf.Array)
_NAMES: Final = ["Page", "XYZ", "Widget", "Form", "Type0", "Type3", "Indexed", "FlateDecode"]


def with_other_objects(content: bytes, draw: random.Random) -> bytes:
    """A PDF after one to five changes of its objects; as it was, if it cannot be read or written.

    Args:
        content: the file.
        draw: where chance comes from.
    """
    try:
        pdf = pikepdf.open(io.BytesIO(content))
    except pikepdf.PikepdfError:
        return content
    for _ in range(draw.choice((1, 1, 2, 5))):
        _change(pdf, draw)
    output = io.BytesIO()
    try:
        pdf.save(output, static_id=True, fix_metadata_version=False)
    except (pikepdf.PikepdfError, ValueError, RuntimeError):
        return content
    return output.getvalue()


def _change(pdf: pikepdf.Pdf, draw: random.Random) -> None:
    """Put another value in one place of an object."""
    holders = [one for one in pdf.objects if isinstance(one, _HOLDERS)] + [pdf.Root]
    holder = draw.choice(holders)
    for _ in range(draw.randrange(4)):
        inner = [holder[key] for key in _keys(holder) if isinstance(holder[key], _HOLDERS)]
        holder = draw.choice(inner) if inner else holder
    keys = _keys(holder)
    if not keys:
        return
    try:
        holder[draw.choice(keys)] = _value(pdf, holders, draw)
    except (pikepdf.PikepdfError, ValueError, TypeError, KeyError):
        return


def _keys(holder: Any) -> list[Any]:
    return list(range(len(holder))) if isinstance(holder, pikepdf.Array) else list(holder.keys())


def _value(pdf: pikepdf.Pdf, holders: list[Any], draw: random.Random) -> Any:
    kinds: list[Callable[[], Any]] = [
        lambda: draw.choice((0, 1, -1, 4, 2**31, -(2**40), 1.5)),
        lambda: pikepdf.Name(f"/{draw.choice(_NAMES)}"),
        lambda: pikepdf.String(draw.choice(("", "x", "\u0439", "D:2026"))),
        lambda: None,
        lambda: pikepdf.Array([]),
        lambda: pikepdf.Array([1, pikepdf.Name("/Fit"), pikepdf.String("a")]),
        lambda: pikepdf.Dictionary(),
        lambda: draw.choice(holders),
        lambda: pdf.make_stream(draw.randbytes(draw.randrange(60))),
    ]
    return draw.choice(kinds)()
