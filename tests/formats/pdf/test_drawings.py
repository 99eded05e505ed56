"""Drawings that may hold words go, and the text beside them stays text."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pikepdf
import pypdfium2
import pytest

from deid.datatypes import Redacted
from deid.errors import UnsupportedFormat
from deid.formats import NoteFile
from tests.formats.oracle.channels import opened
from tests.formats.pdf.documents import PLAIN, pdf
from tests.formats.pdf.outlines import outlined

_WIDTHS = (1, 2, 3, 1, 1, 3, 2, 1, 2, 2, 1, 3, 1, 2)


def _bars(write: Callable[[float, int], str]) -> bytes:
    lines, x = PLAIN, 72.0
    for number, width in enumerate(_WIDTHS * 2):
        lines += write(x, width)
        x += width + _WIDTHS[-1 - number % len(_WIDTHS)]
    return pdf(lines)


def _squares() -> bytes:
    found = ((i, j) for i in range(25) for j in range(25) if (i * j + i * i + j) % 3)
    return pdf(PLAIN + "".join(f"{72 + 2 * i} {300 + 2 * j} 2 2 re f\n" for i, j in found))


_CODES = {
    "bars that are filled": _bars(lambda x, width: f"{x} 400 {width} 30 re f\n"),
    "bars that are lines": _bars(lambda x, width: f"{width} w {x} 400 m {x} 430 l S\n"),
    "squares": _squares(),
}
_CIRCLE = "{0} {1} m {0} {2} {3} {2} {3} {1} c {3} {4} {0} {4} {0} {1} c f\n"
_RING = "".join(
    _CIRCLE.format(x, y, y + 4, x + 6, y - 4) for x in range(80, 400, 20) for y in (200, 300)
)
_TICKS = "".join(f"80 {y} m 84 {y - 4} l 92 {y + 8} l 84 {y - 2} l f\n" for y in range(90, 600, 12))
_GRAPH = "80 200 m " + "".join(
    f"{80 + x} {200 + 40 * math.sin(x / 9):.2f} l " for x in range(1, 400)
)
_PLAIN_DRAWINGS = {
    "markers": _RING,
    "ticks": _TICKS,
    "line of a chart": f"{_GRAPH} S\n",
    "area of a chart": f"{_GRAPH} 479 100 l 80 100 l f\n",
    "box with round corners": "80 100 m 80 95 75 90 70 90 c 60 90 l 50 90 50 99 50 100 c h S\n",
}
_WRITTEN = "80 200 m " + "".join(
    f"{80 + 2 * t + 12 * math.sin(t):.2f} {200 + 18 * math.cos(1.3 * t):.2f} l "
    for t in range(1, 90)
)


def _rendered(content: bytes) -> tuple[NoteFile, tuple[str, ...], bytes]:
    file, (document,) = opened(content, ".pdf")
    unchanged = Redacted(document.id, document.text, ())
    return file, document.removed, file.render(document, unchanged, id="", patient="")


def _pixels(content: bytes) -> bytes:
    with pypdfium2.PdfDocument(content) as document:
        return bytes(document[0].render(scale=1).to_numpy().tobytes())


@pytest.mark.parametrize("content", _CODES.values(), ids=_CODES.keys())
def test_bar_codes_go_and_the_text_beside_them_stays(content: bytes) -> None:
    _, removed, output = _rendered(content)
    assert removed == ("bar codes",)
    assert _pixels(output) == _pixels(pdf(PLAIN))


@pytest.mark.parametrize("drawing", _PLAIN_DRAWINGS.values(), ids=_PLAIN_DRAWINGS.keys())
def test_drawings_that_are_no_letters_stay(drawing: str) -> None:
    content = pdf(PLAIN + drawing)
    _, removed, output = _rendered(content)
    assert removed == ()
    assert _pixels(output) == _pixels(content)


@pytest.mark.parametrize("paint", ["S", "f"])
def test_handwriting_goes(paint: str) -> None:
    _, removed, output = _rendered(pdf(PLAIN + _WRITTEN + paint + "\n"))
    assert "drawings that may be letters or writing" in removed
    assert not {"m", "l", paint} & _operators(output)


def _in_pieces(line: str, write: Callable[[str, str], str]) -> str:
    points = re.findall(r"(\S+ \S+) [ml]", line)
    return "".join(write(*pair) for pair in pairwise(points))


@pytest.mark.parametrize(
    "write",
    [
        lambda one, two: f"{one} m {two} l S\n",
        lambda one, two: f"1.{one[-1]} w {one} m {one} {two} {two} c S\n",
    ],
    ids=["lines", "curves of several widths"],
)
def test_handwriting_in_pieces_that_are_painted_one_by_one_goes(
    write: Callable[[str, str], str],
) -> None:
    _, removed, output = _rendered(pdf(PLAIN + _in_pieces(_WRITTEN, write)))
    assert "drawings that may be letters or writing" in removed
    assert not {"m", "l", "c", "S"} & _operators(output)


def test_charts_and_tables_in_pieces_stay() -> None:
    chart = _in_pieces(_GRAPH, lambda one, two: f"{one} m {two} l S\n")
    steps = "".join(
        f"{80 + 9 * n} {90 + 9 * n} m {89 + 9 * n} {90 + 9 * n} l S\n"
        f"{89 + 9 * n} {90 + 9 * n} m {89 + 9 * n} {99 + 9 * n} l S\n"
        for n in range(30)
    )
    content = pdf(PLAIN + chart + steps)
    _, removed, output = _rendered(content)
    assert removed == ()
    assert _pixels(output) == _pixels(content)


def test_words_that_are_drawn_are_read_once_for_all_pages() -> None:
    page = PLAIN + outlined("Seen by Ottoline.")
    file, (document,) = opened(pdf(page, page), ".pdf")
    assert document.text.count("Seen by Ottoline.") == 1
    assert document.text.count("The knee is stable") == 2
    assert len(file.pictures.files) == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_words_that_are_drawn_come_back_where_they_were(turned: int) -> None:
    content = pdf(PLAIN * 2 + outlined("Seen in the ward.", at=(200, 400)), rotated=turned)
    _, _, output = _rendered(content)
    dark = [
        [(y, x) for y, row in enumerate(picture) for x, dot in enumerate(row) if dot < 128]
        for picture in map(_grey, (content, output))
    ]
    first, second = (
        tuple(edge(dot[axis] for dot in dots) for edge in (min, max) for axis in (0, 1))
        for dots in dark
    )
    assert first == pytest.approx(second, abs=6)
    assert _grey(content).tolist() != _grey(output).tolist()


def _grey(content: bytes) -> Any:
    with pypdfium2.PdfDocument(content) as document:
        return document[0].render(scale=2, grayscale=True).to_numpy()


def test_the_ground_below_letters_that_are_cut_out_stays() -> None:
    cut = f"q {outlined('Seen in the ward.', paint='W n')} 0.8 g 60 480 300 60 re f Q\n"
    _, removed, output = _rendered(pdf(PLAIN + cut))
    assert removed == ("drawings that may be letters or writing",)
    assert "W" in _operators(output)
    assert "l" not in _operators(output)


def _operators(content: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(content)) as document:
        return {str(one.operator) for one in pikepdf.parse_content_stream(document.pages[0])}


def test_drawings_go_unread_where_nothing_reads_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*given: object, **more: object) -> None:
        raise UnsupportedFormat("there is nothing that reads pictures")

    monkeypatch.setattr("deid.formats.pdf.excerpts.open_nested", refuse)
    _, removed, output = _rendered(pdf(PLAIN + outlined("Seen by Ottoline.")))
    assert removed == ("drawings that may be letters or writing",)
    assert _pixels(output) == _pixels(pdf(PLAIN))
