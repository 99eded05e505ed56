"""A report as Markdown: the tables and sentences without the plots."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from deid.evaluate.report.blocks import Block, Bullets, Page, Paragraph, Plot, Table

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|#~])")


def markdown(page: Page) -> str:
    """The whole file."""
    return "\n".join(_lines(page)) + "\n"


def _lines(page: Page) -> Iterator[str]:
    yield f"# {_escaped(page.title)}"
    for section in page.sections:
        yield from ("", f"## {_escaped(section.title)}")
        for block in section.blocks:
            lines = list(_block(block))
            if lines:
                yield from ("", *lines)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text):
            yield _escaped(text)
        case Bullets(lines):
            yield from (f"- {_escaped(line)}" for line in lines)
        case Table(caption, header, rows):
            yield from (f"{_escaped(caption)}:", "", _row(header))
            yield "".join("|---" if wordy else "|--:" for wordy in block.wordy) + "|"
            yield from map(_row, rows)
        case Plot():
            pass


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(map(_escaped, cells)) + " |"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
