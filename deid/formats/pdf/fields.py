"""Fields whose value changed, drawn anew (ISO 32000-2, 12.7.4.3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pikepdf

from deid.formats.pdf.values import is_number

_FILL: Final = {1: "g", 3: "rg", 4: "k"}
_STROKE: Final = {1: "G", 3: "RG", 4: "K"}


def draw_anew(pdf: pikepdf.Pdf, widgets: Sequence[Any]) -> bool:
    """Give fields a new look by their value; whether all that need one have it."""
    drawn = [_is_drawn(pdf, widget) for widget in widgets]
    return all(drawn)


def _is_drawn(pdf: pikepdf.Pdf, widget: Any) -> bool:
    annotation = pikepdf.Annotation(widget)
    try:
        field = pdf.acroform.get_field_for_annotation(annotation)
        if not (field.is_text or field.is_choice):
            return False
        field.generate_appearance(annotation)
        look = widget.AP.N
        look.write(_frame(widget, look.BBox) + look.read_bytes())
    except (pikepdf.PikepdfError, AttributeError, ValueError, TypeError, RuntimeError):
        return False
    return True


def _frame(widget: Any, box: Any) -> bytes:
    """The ground and the border of a field (12.5.6.19, table 192)."""
    left, low, right, high = map(float, box)
    drawn = ""
    ground, border = (_colour(widget, key) for key in ("/BG", "/BC"))
    if ground:
        drawn += f"{ground} {_FILL[len(ground.split())]} "
        drawn += f"{left:g} {low:g} {right - left:g} {high - low:g} re f "
    if border:
        drawn += f"{border} {_STROKE[len(border.split())]} 1 w "
        drawn += f"{left + 0.5:g} {low + 0.5:g} {right - left - 1:g} {high - low - 1:g} re S "
    return f"q {drawn}Q\n".encode()


def _colour(widget: Any, key: str) -> str:
    numbers = list(widget.get("/MK", {}).get(key, []))
    if len(numbers) not in _FILL or not all(map(is_number, numbers)):
        return ""
    return " ".join(f"{float(one):g}" for one in numbers)
