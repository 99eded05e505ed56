"""Marked notes for the tests of replacement: `{LABEL:text}` is a kept finding."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from deid.datatypes import Document, Finding, Resolution, Span
from deid.labels import Label

Marked = Callable[[str], tuple[Document, Resolution]]

_MARK = re.compile(r"\{([A-Z0-9]+):([^}]*)\}")


@pytest.fixture(scope="session")
def marked() -> Marked:
    def read(source: str) -> tuple[Document, Resolution]:
        text, kept, rest = "", [], 0
        for mark in _MARK.finditer(source):
            text += source[rest : mark.start()]
            span = Span(len(text), len(text) + len(mark[2]))
            kept.append(Finding(span, Label(mark[1]), 1.0, "known"))
            text += mark[2]
            rest = mark.end()
        return Document("note", text + source[rest:]), Resolution(tuple(kept))

    return read
