"""Pages on which words hide from whoever reads letter by letter are read as pictures."""

from __future__ import annotations

import io
import math
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Name, String

from tests.formats.oracle.channels import TOKENS, opened
from tests.formats.pdf.documents import PLAIN, literal, pdf, type0_font, written
from tests.formats.pictures.drawn import drawn


def _at(letter: str, matrix: str) -> str:
    return f"BT /F1 11 Tf {matrix} Tm {literal(letter)} Tj ET\n"


def _along_a_curve() -> bytes:
    lines = PLAIN
    for number, letter in enumerate(TOKENS.name):
        angle = 0.1 * number - 1.1
        x, y = math.sin(angle), math.cos(angle)
        place = f"{300 + 80 * x:.2f} {400 + 80 * y:.2f}"
        lines += _at(letter, f"{y:.4f} {-x:.4f} {x:.4f} {y:.4f} {place}")
    return pdf(lines)


def _below_each_other(text: str = TOKENS.family) -> bytes:
    letters = (_at(one, f"1 0 0 1 72 {600 - 12 * at}") for at, one in enumerate(text))
    return pdf(PLAIN + "".join(letters))


def _stepwise(step: Callable[[int], float]) -> bytes:
    letters = (
        _at(one, f"1 0 0 1 {72 + 8 * at} {400 + step(at):.1f}")
        for at, one in enumerate(TOKENS.name)
    )
    return pdf(PLAIN + "".join(letters))


def _without_meaning() -> bytes:
    font, code = type0_font(TOKENS.name)
    font.ToUnicode = String(bytes(font.ToUnicode).decode().replace("<0065>", "<e065>"))
    shown = f"BT /F2 11 Tf 72 600 Td <{code(TOKENS.name)}> Tj ET\n"
    return pdf(PLAIN + shown, fonts={"/F2": font})


def _letters_of_marks() -> bytes:
    marks = "".join(f"/Span <</ActualText ({one})>> BDC (x) Tj EMC " for one in TOKENS.name)
    return pdf(f"{PLAIN} BT /F1 11 Tf 72 600 Td {marks} ET\n")


def _strips(height: int) -> bytes:
    """A picture in strips, beside letters."""
    picture = drawn(TOKENS.name)
    document = pikepdf.open(io.BytesIO(pdf(PLAIN)))
    page = document.pages[0]
    lines = PLAIN
    for number, top in enumerate(range(0, picture.height, height)):
        bottom = min(picture.height, top + height)
        strip = picture.crop((0, top, picture.width, bottom))
        page.Resources.XObject[f"/S{number}"] = document.make_stream(
            strip.tobytes(),
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=strip.width,
            Height=strip.height,
            BitsPerComponent=8,
            ColorSpace=Name.DeviceGray,
        )
        place = f"{picture.width} 0 0 {strip.height} 72 {500 - bottom} cm"
        lines += f"q {place} /S{number} Do Q\n"
    page.Contents = document.make_stream(lines.encode())
    return written(document)


_HIDDEN = {
    "along a curve": _along_a_curve,
    "below each other": _below_each_other,
    "on stairs": lambda: _stepwise(lambda at: -5 * at),
    "up and down": lambda: _stepwise(lambda at: 6 * (at % 2)),
    "without meaning": _without_meaning,
    "in marks, one by one": _letters_of_marks,
    "strips": lambda: _strips(12),
    "strips of few dots": lambda: _strips(3),
}
_GRID = "".join(
    f"{72 + 5 * at} 100 m {72 + 5 * at} 300 l S 72 {100 + 5 * at} m 272 {100 + 5 * at} l S\n"
    for at in range(41)
)
_CELLS = "".join(
    f"{72 + 40 * at} {300 + 15 * row} 40 15 re S\n" for at in range(9) for row in range(30)
)
_MARK = "BT /F1 11 Tf 72 600 Td /Span <</ActualText (e)>> BDC (e) Tj EMC ET\n"
_FLAGS = "".join(
    _at(text, f"1 0 0 1 {x} {600 - 14 * row}")
    for row, flag in enumerate("HLNHACLN")
    for x, text in ((72, "Sodium"), (200, "5.9"), (300, flag))
)
_RAISED = "".join(
    _at(one, f"1 0 0 1 {72 + 7 * at} {400 + 4 * (at % 5 == 2)}")
    for at, one in enumerate("CO2 H2O m2")
)
_ORDINARY = {
    "raised numbers": pdf(PLAIN + _RAISED),
    "signs beside the rows of a table": pdf(PLAIN + _FLAGS),
    "list": _below_each_other("abcdefgh"),
    "ticks": _below_each_other("YNNYYNYNNY"),
    "squared paper": pdf(PLAIN + _GRID),
    "table": pdf(PLAIN + _CELLS),
    "marks that say the same": pdf(PLAIN + _MARK * 5),
}


@pytest.mark.parametrize("build", _HIDDEN.values(), ids=_HIDDEN.keys())
def test_a_page_whose_letters_do_not_tell_all_is_read_as_a_picture(
    build: Callable[[], bytes],
) -> None:
    _, (document,) = opened(build(), ".pdf")
    assert "page 1 as it was drawn" in document.removed


@pytest.mark.parametrize("content", _ORDINARY.values(), ids=_ORDINARY.keys())
def test_lists_tables_and_grids_are_none_of_that(content: bytes) -> None:
    _, (document,) = opened(content, ".pdf")
    assert "page 1 as it was drawn" not in document.removed


def test_a_picture_of_few_rows_is_read_where_they_can_hold_letters() -> None:
    content = _strips(1000)
    with pikepdf.open(io.BytesIO(content)) as document:
        image = document.pages[0].Resources.XObject["/S0"]
        image.write(image.read_bytes()[: 4 * int(image.Width)])
        image.Height = 4
        content = written(document)
    file, _ = opened(content, ".pdf")
    assert len(file.pictures.files) == 1  # type: ignore[attr-defined]
