"""Layers of a document that can be switched on and off (optional content, ISO 32000-2, 8.11)."""

from __future__ import annotations

import pikepdf


def hidden_layers(pdf: pikepdf.Pdf) -> frozenset[tuple[int, int]]:
    """The layers that are not shown when the document is opened."""
    properties = pdf.Root.get("/OCProperties")
    if not isinstance(properties, pikepdf.Dictionary):
        return frozenset()
    usual = properties.get("/D", pikepdf.Dictionary())
    every = {one.objgen for one in properties.get("/OCGs", [])}
    shown = {one.objgen for one in usual.get("/ON", [])}
    off = {one.objgen for one in usual.get("/OFF", [])}
    hidden = every - shown if str(usual.get("/BaseState", "/ON")) == "/OFF" else set()
    return frozenset(hidden | off)


def is_hidden(group: pikepdf.Object, hidden: frozenset[tuple[int, int]]) -> bool:
    """Whether what belongs to a layer, or to several, may be hidden."""
    if group.objgen in hidden:
        return True
    several = group.get("/OCGs") if isinstance(group, pikepdf.Dictionary) else None
    if isinstance(several, pikepdf.Dictionary):
        return several.objgen in hidden
    return isinstance(several, pikepdf.Array) and any(one.objgen in hidden for one in several)
