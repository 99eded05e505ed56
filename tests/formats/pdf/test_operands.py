"""Operands of contents: names and strings that mean nothing do not come back."""

from __future__ import annotations

import pikepdf
import pytest

from deid.formats.pdf.operands import WrongOperandsError, plain
from tests.formats.pdf.objects import new_pdf


def _written(content: str) -> str:
    pdf = new_pdf()
    stream = pdf.make_stream(content.encode())
    return pikepdf.unparse_content_stream(plain(pikepdf.parse_content_stream(stream))).decode()


@pytest.mark.parametrize(
    "content",
    [
        "/P << /MCID 1 >> BDC\nEMC",
        "/Artifact BMC\nEMC",
        "/Span << /ActualText (fi) /Lang (en-GB) >> BDC\nEMC",
        '/F1 12 Tf\n[ (a) 20 (b) ] TJ\n1 2 (c) "',
        "[ 3 2 ] 0 d\n0.5 g\n/P0 scn\n1 0 0 1 5 5 cm\n/Im0 Do",
        "/NoteVeil << /H 11 /L 0 /W 40 >> BDC\nEMC",
    ],
)
def test_what_contents_are_made_of_stays(content: str) -> None:
    assert " ".join(_written(content).split()) == " ".join(content.split())


@pytest.mark.parametrize(
    "content",
    [
        "/AdaTell BMC EMC",
        "/AdaTell MP",
        "/Span << /AdaTell 1 >> BDC EMC",
        "/Span << /ActualText /AdaTell >> BDC EMC",
        "/Span << /Lang (x-AdaTell) >> BDC EMC",
        "/NoteVeil << /W (AdaTell) /AdaTell 1 >> BDC EMC",
        "/AdaTell ri",
        "% AdaTell\n0 g",
    ],
)
def test_names_that_mean_nothing_do_not(content: str) -> None:
    assert "AdaTell" not in _written(content)


@pytest.mark.parametrize(
    "content",
    [
        "/AdaTell 1 2 m",
        "(AdaTell) 1 g",
        "(AdaTell) (shown) Tj",
        "[ (shown) /AdaTell ] TJ",
        "/AdaTell /F1 12 Tf",
        "(AdaTell) q",
        "BI /W 8 /H 1 /BPC 1 /CS /G /AdaTell 3 ID \x00 EI",
    ],
)
def test_operands_that_an_operator_has_no_use_for_are_refused(content: str) -> None:
    with pytest.raises(WrongOperandsError):
        _written(content)
