"""Names over the end of a line or of a page are read whole, and nothing of them is left."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from deid.detect.roster import Roster, identifiers_of
from deid.formats import ReadOptions
from deid.formats.pdf.file import read
from deid.pipeline import Deidentifier, DetectorChoice
from deid.policy import load_policy
from tests.formats.pdf.documents import PLAIN, literal, pdf
from tests.formats.pdf.test_pages import lines_of, places

_HEADS = ("", "Averton General")
_FEET = ("", "Ward 3, page {}")


@pytest.fixture(scope="module")
def deidentifier() -> Deidentifier:
    known = identifiers_of([("name", "Thessavine Quenbrixley")])
    policy = load_policy("safe-harbor")
    roster = Roster({"": known})
    return Deidentifier.open(policy=policy, detectors=DetectorChoice.RULES, roster=roster)


def _page(lines: Sequence[str], *, head: str = "", foot: str = "") -> str:
    rows = [(line, 700 - 13 * at) for at, line in enumerate(lines)]
    rows += [(line, y) for line, y in ((head, 760), (foot, 40)) if line]
    return "".join(f"BT /F1 11 Tf 72 {y} Td {literal(line)} Tj ET\n" for line, y in rows)


def _two_pages(end: str, begin: str, *, head: str = "", foot: str = "") -> bytes:
    first = ["The swelling of the knee has gone and it", end]
    second = [begin, "with her stick, as she did before."]
    return pdf(
        _page(first, head=head, foot=foot.format(1)), _page(second, head=head, foot=foot.format(2))
    )


def _redacted(content: bytes, deidentifier: Deidentifier) -> str:
    file = read(content, name="a.pdf", options=ReadOptions())
    redacted = deidentifier.deidentify(file.document, seed=bytes(32))
    output = file.render(file.document, redacted, id="", patient="")
    pages = range(len(file.pages))
    return "".join(letter for page in pages for letter, *_ in places(output, page))


@pytest.mark.parametrize("head", _HEADS)
@pytest.mark.parametrize("foot", _FEET)
@pytest.mark.parametrize(
    ("end", "begin"),
    [
        ("is stable. Thessavine Quen-", "brixley walks"),
        ("is stable. Seen by Thessavine", "Quenbrixley walks"),
    ],
)
def test_no_half_of_a_name_over_the_end_of_a_page_is_left(
    end: str, begin: str, head: str, foot: str, deidentifier: Deidentifier
) -> None:
    content = _two_pages(end, begin, head=head, foot=foot)
    output = _redacted(content, deidentifier)
    assert not [half for half in ("Thess", "Quen", "brixley") if half in output]
    assert "swellingofthekneehasgoneandit" in output
    assert "walks" in output
    assert "withherstick,asshedidbefore." in output


def test_words_from_another_page_stand_in_no_part() -> None:
    content = _two_pages("is stable. She said", "that it has", head=_HEADS[1], foot=_FEET[1])
    assert "that it has" in lines_of(content)
    assert sum("that it has" in line for line in lines_of(content)) == 1


def test_pages_that_end_with_a_sentence_are_read_by_themselves() -> None:
    content = _two_pages("is stable.", "She walks", foot=_FEET[1])
    text = read(content, name="a.pdf", options=ReadOptions()).document.text
    assert text.count("She walks") == text.count("is stable") == 1


def test_no_half_of_a_name_over_the_end_of_a_line_is_left(deidentifier: Deidentifier) -> None:
    lines = ["The knee is stable. Seen by Thessavine", "Quenbrixley in the ward."]
    output = _redacted(pdf(PLAIN + _page(lines)), deidentifier)
    assert "inthewa" in output
    assert not [half for half in ("Thess", "Quen") if half in output]
