"""What a PDF is made of, told so that two of the same content are told alike."""

from __future__ import annotations

import io
from typing import Any

import pikepdf

DEEPEST = 60
_UNTOLD = frozenset({"/Length", "/Filter", "/DecodeParms", "/Parent", "/ProcSet"})
_WITH_CONTENT = frozenset({"/Form"})


def structure(content: bytes) -> object:
    """The catalogue with all that it leads to, pages as what they draw and use."""
    pdf = pikepdf.open(io.BytesIO(content))
    pages = [_page(page) for page in pdf.pages]
    root = {key: _told(value, ()) for key, value in pdf.Root.items() if key != "/Pages"}
    information = {} if "/Info" not in pdf.trailer else _told(pdf.trailer.Info, ())
    return root, information, pages


def _page(page: pikepdf.Page) -> object:
    keys = {"/Contents", "/Resources", "/Parent"}
    own = {key: _told(value, ()) for key, value in page.obj.items() if key not in keys}
    boxes = [[float(one) for one in box] for box in (page.mediabox, page.cropbox)]
    return own, boxes, page.rotation, _operators(page, page.resources)


def _operators(thing: Any, resources: Any) -> object:
    """The operators of a content, each name as what it stands for."""
    return [
        (str(one.operator), _operands(one, resources))
        for one in pikepdf.parse_content_stream(thing)
    ]


def _operands(one: Any, resources: Any) -> object:
    kinds = {
        "Tf": "/Font",
        "gs": "/ExtGState",
        "Do": "/XObject",
        "cs": "/ColorSpace",
        "CS": "/ColorSpace",
        "sh": "/Shading",
        "scn": "/Pattern",
        "SCN": "/Pattern",
        "BDC": "/Properties",
        "DP": "/Properties",
    }
    if str(one.operator) == "INLINE IMAGE":
        return one.operands[0].read_bytes()
    kind = kinds.get(str(one.operator), "")
    if kind in resources and one.operands:
        last = str(one.operands[0 if kind == "/Font" else -1])
        if last in resources[kind]:
            return _told(resources[kind][last], (), resources), list(map(repr, one.operands[1:]))
    return [_told(operand, ()) for operand in one.operands]


def _told(thing: Any, above: tuple[tuple[int, int], ...], resources: Any = None) -> object:
    key = getattr(thing, "objgen", (0, 0))
    if key != (0, 0):
        if key in above or len(above) > DEEPEST:
            return "above"
        above = (*above, key)
    if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/Page":
        return "page"
    if isinstance(thing, pikepdf.Stream):
        own = {name: _told(value, above) for name, value in thing.items() if name not in _UNTOLD}
        if thing.get("/Subtype") == "/Form":
            own.pop("/Resources", None)
            return own, _operators(thing, thing.get("/Resources", resources))
        return own, thing.read_bytes()
    if isinstance(thing, pikepdf.Dictionary):
        return {name: _told(value, above) for name, value in thing.items() if name not in _UNTOLD}
    if isinstance(thing, pikepdf.Array):
        return [_told(one, above) for one in thing]
    if isinstance(thing, bool):
        return thing
    return float(thing) if isinstance(thing, (int, float)) else str(thing)
