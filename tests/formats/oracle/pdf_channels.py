"""Where identifiers hide on the pages of a PDF."""

from __future__ import annotations

from collections.abc import Callable

from tests.formats.oracle.channels import Channel, Words
from tests.formats.pdf.documents import PLAIN, literal, pdf, type0_font
from tests.formats.pdf.outlines import outlined
from tests.formats.pictures.drawn import drawn


def said(words: Words) -> str:
    """A sentence with all words."""
    return f"Seen with {words.given} {words.family}, number {words.number}."


def _page(write: Callable[[Words], str]) -> Callable[[Words], bytes]:
    """A document of one page, with more operators behind a plain line."""
    return lambda words: pdf(PLAIN + write(words))


def _shown(text: str, *, at: str = "72 600", before: str = "") -> str:
    return f"BT /F1 11 Tf {before} {at} Td {literal(text)} Tj ET\n"


def _split(words: Words) -> str:
    """Strings with numbers between them, several operators a name."""
    half = len(words.family) // 2
    return (
        f"BT /F1 11 Tf 72 600 Td [(Seen: {words.given[:3]}) -20 ({words.given[3:]}) -278"
        f" ({words.family[:half]})] TJ ({words.family[half:]}) Tj [(, ) 30 (nr )] TJ"
        f" ({words.number[:4]}) Tj ({words.number[4:]}.) Tj ET\n"
    )


def _apart(words: Words) -> str:
    """Each word placed by itself, without blanks, and the last first."""
    return (
        f"BT /F1 11 Tf 1 0 0 1 250 600 Tm ({words.number}) Tj 1 0 0 1 150 600 Tm"
        f" ({words.family}) Tj 1 0 0 1 72 600 Tm ({words.given}) Tj ET\n"
    )


def _lines(words: Words) -> str:
    """The operators that begin a line and show a string in one."""
    return (
        f"BT /F1 11 Tf 14 TL 72 600 Td (Seen:) Tj ({words.given}) '"
        f" 2 0.5 ({words.family} of the ward) \" ({words.number}) ' ET\n"
    )


def _hyphen(words: Words) -> str:
    half = len(words.family) // 2
    return (
        f"BT /F1 11 Tf 14 TL 72 600 Td (Seen with {words.given} {words.family[:half]}-) Tj"
        f" ({words.family[half:]} and {words.number} today.) ' ET\n"
    )


def _columns(words: Words) -> str:
    left = ["The knee is stable again and the", f"swelling has gone, says {words.given}"]
    left += [f"{words.family} who came back today", "and walks without a stick again."]
    right = ["Blood pressure is well and so are", "all the others that were looked at,"]
    right += [f"number {words.number} is the one", "that they were written under then."]
    lines = [f"BT /F1 10 Tf 72 {600 - 12 * at} Td ({line}) Tj ET" for at, line in enumerate(left)]
    lines += [f"BT /F1 10 Tf 300 {600 - 12 * at} Td ({one}) Tj ET" for at, one in enumerate(right)]
    return "\n".join(lines) + "\n"


def _table(words: Words) -> str:
    rows = (("Name", words.name), ("Number", words.number), ("Ward", "three"))
    return "".join(
        f"72 {590 - 20 * at} 300 20 re S BT /F1 11 Tf 76 {596 - 20 * at} Td ({head}) Tj"
        f" 120 0 Td ({cell}) Tj ET\n"
        for at, (head, cell) in enumerate(rows)
    )


def _wrapped_cells(words: Words) -> str:
    """Cells side by side, in each of which words go on on the next line."""
    lines = "".join(f"{72 + 100 * at} 540 m {72 + 100 * at} 580 l S " for at in range(4))
    lines += "72 540 300 40 re S\n"
    cells = (
        ("Patient", "name"),
        (f"{words.given} {words.family[:4]}-", words.family[4:]),
        (f"Nr {words.number}", "of the ward"),
    )
    return lines + "".join(
        f"BT /F1 11 Tf {76 + 100 * column} {566 - 13 * row} Td ({text}) Tj ET\n"
        for column, cell in enumerate(cells)
        for row, text in enumerate(cell)
    )


def _half_white(words: Words) -> str:
    pieces = (f"0 g ({one[:2]}) Tj 1 g ({one[2:]}) Tj ( ) Tj" for one in words.all)
    return f"BT /F1 11 Tf 72 600 Td {' '.join(pieces)} ET 0 g\n"


def _boxes(words: Words) -> str:
    """A form with a box for each letter."""
    drawn = "".join(f"{72 + 14 * at} 597 14 14 re S\n" for at in range(len(words.name)))
    return drawn + "".join(
        f"BT /F1 11 Tf {75 + 14 * at} {600 - 40 * row} Td ({letter}) Tj ET\n"
        for row, text in enumerate((words.name, words.number))
        for at, letter in enumerate(text)
        if letter != " "
    )


def _written_on(words: Words) -> str:
    """A form with a line of underscores, and one of dots, on which somebody wrote."""
    return (
        f"BT /F1 11 Tf 72 600 Td (Name: {'_' * 40}) Tj ET {_shown(words.name, at='110 601')}"
        f"BT /F1 11 Tf 72 570 Td (Number: {'.' * 80}) Tj ET {_shown(words.number, at='130 570')}"
    )


def _overprinted(words: Words) -> str:
    """Words over which others are drawn."""
    return _shown(said(words)) + _shown("X" * 40)


def _identity(words: Words) -> bytes:
    font, code = type0_font(said(words))
    return pdf(PLAIN + f"BT /F2 11 Tf 72 600 Td <{code(said(words))}> Tj ET\n", fonts={"/F2": font})


def _form(words: Words) -> bytes:
    inner = f"BT /F1 11 Tf {literal(said(words))} Tj ET"
    return pdf(PLAIN + "q 1 0 0 1 72 600 cm /X1 Do Q\n", forms={"/X1": inner})


def _nested_form(words: Words) -> bytes:
    inner = f"BT /F1 11 Tf {literal(said(words))} Tj ET"
    forms = {"/X2": inner, "/X1": "q 1 0 0 1 72 0 cm /X2 Do Q"}
    return pdf(PLAIN + "q 1 0 0 1 0 600 cm /X1 Do Q\n", forms=forms)


def _shared_form(words: Words) -> bytes:
    inner = f"BT /F1 11 Tf {literal(said(words))} Tj ET"
    page = PLAIN + "q 1 0 0 1 72 600 cm /X1 Do Q q 1 0 0 1 72 500 cm /X1 Do Q\n"
    return pdf(page, page, forms={"/X1": inner})


def _unused_form(words: Words) -> bytes:
    inner = f"BT /F1 11 Tf {literal(said(words))} Tj ET"
    return pdf(PLAIN, forms={"/X1": inner})


def _hidden_layer(words: Words) -> bytes:
    return pdf(PLAIN + f"/OC /L1 BDC {_shown(said(words))} EMC\n", hidden_layer="/L1")


def _marked(key: str) -> Callable[[Words], bytes]:
    return _page(lambda w: f"/Span <</{key} {literal(said(w))}>> BDC {_shown('Stable.')} EMC\n")


def _picture(words: Words) -> bytes:
    """A picture that two pages show."""
    picture = drawn(said(words))
    page = PLAIN + f"q {picture.width / 2} 0 0 {picture.height / 2} 72 500 cm /P1 Do Q\n"
    return pdf(page, page, picture=(picture.tobytes(), picture.size))


def _pieces(words: Words) -> bytes:
    """A scanned page whose picture is drawn in three pieces."""
    picture = drawn(said(words))
    width, height = picture.width / 2, picture.height / 2
    page = "".join(
        f"q {72 + width * at / 3:f} 500 {width / 3:f} {height:f} re W n "
        f"{width} 0 0 {height} 72 500 cm /P1 Do Q\n"
        for at in range(3)
    )
    return pdf(page, picture=(picture.tobytes(), picture.size))


def _inline_picture(words: Words) -> bytes:
    picture = drawn(said(words))
    data = picture.tobytes().hex()
    return pdf(
        f"{PLAIN} q {picture.width / 2} 0 0 {picture.height / 2} 72 500 cm BI /W {picture.width}"
        f" /H {picture.height} /BPC 8 /CS /G /F /AHx ID {data}> EI Q\n"
    )


def _touching(words: Words) -> str:
    """A table without lines, of which a number fills its column and meets the next one."""
    rows = (("7731", "3 days"), (words.number, f"9 {words.name}"), ("900", "5 days"))
    return "".join(
        f"BT /F1 11 Tf {x} {600 - 15 * at} Td {literal(cell)} Tj ET\n"
        for at, row in enumerate(rows)
        for x, cell in zip((72, 136), row, strict=True)
    )


def _as_picture(words: Words) -> str:
    """A page with an operator that nobody knows, so that it is read as a picture."""
    return _shown(said(words)).replace("/F1 11", "/F1 16") + "1 2 zz\n"


def _cut_out(words: Words) -> str:
    """Areas in the form of letters, which cut what is painted then."""
    return f"q {outlined(said(words), paint='W n')} 0 0 612 792 re f Q\n"


def _several_contents(words: Words) -> bytes:
    """The content of a page in two streams, cut between two operators of one name."""
    half = len(words.family) // 2
    return pdf(
        [
            PLAIN + f"BT /F1 11 Tf 72 600 Td ({words.given} {words.family[:half]}) Tj",
            f"({words.family[half:]}, {words.number}) Tj ET\n",
        ]
    )


CHANNELS = (
    Channel(".pdf", "line of a page", _page(lambda w: _shown(said(w)))),
    Channel(".pdf", "name and number over several operators", _page(_split)),
    Channel(".pdf", "words placed by themselves, the last first", _page(_apart)),
    Channel(".pdf", "lines by the operators that begin them", _page(_lines)),
    Channel(".pdf", "name with a hyphen over two lines", _page(_hyphen)),
    Channel(".pdf", "words of which a half is white", _page(_half_white)),
    Channel(".pdf", "letters in boxes of a form", _page(_boxes)),
    Channel(".pdf", "words on a line of underscores or dots", _page(_written_on)),
    Channel(".pdf", "words that others are drawn over", _page(_overprinted)),
    Channel(".pdf", "columns", _page(_columns)),
    Channel(".pdf", "table", _page(_table)),
    Channel(".pdf", "table without lines, whose columns touch", _page(_touching)),
    Channel(".pdf", "cells of a table in which words go on", _page(_wrapped_cells)),
    Channel(
        ".pdf",
        "string in hexadecimal",
        _page(lambda w: f"BT /F1 11 Tf 72 600 Td <{said(w).encode().hex()}> Tj ET\n"),
    ),
    Channel(".pdf", "composite font with codes of its own", _identity),
    Channel(
        ".pdf",
        "text that is turned",
        _page(lambda w: f"BT /F1 11 Tf 0 1 -1 0 300 100 Tm {literal(said(w))} Tj ET\n"),
    ),
    Channel(".pdf", "page that is turned", lambda w: pdf(PLAIN + _shown(said(w)), rotated=90)),
    Channel(".pdf", "text without ink", _page(lambda w: _shown(said(w), before="3 Tr"))),
    Channel(".pdf", "white text", _page(lambda w: f"1 g {_shown(said(w))}")),
    Channel(
        ".pdf",
        "tiny text",
        _page(lambda w: f"BT /F1 0.4 Tf 72 600 Td {literal(said(w))} Tj ET\n"),
    ),
    Channel(".pdf", "text outside the page", _page(lambda w: _shown(said(w), at="-400 600"))),
    Channel(
        ".pdf",
        "text that is cut off",
        _page(lambda w: f"q 0 0 1 1 re W n {_shown(said(w))} Q\n"),
    ),
    Channel(
        ".pdf",
        "text below a box",
        _page(lambda w: f"{_shown(said(w))} 0 g 70 595 400 20 re f\n"),
    ),
    Channel(".pdf", "layer that is switched off", _hidden_layer),
    Channel(".pdf", "form", _form),
    Channel(".pdf", "form in a form", _nested_form),
    Channel(".pdf", "form that pages share", _shared_form),
    Channel(".pdf", "form that no page uses", _unused_form, is_removed=True),
    Channel(".pdf", "text in place of letters, in a mark", _marked("ActualText")),
    Channel(".pdf", "alternative text of a mark", _marked("Alt")),
    Channel(".pdf", "what an abbreviation stands for, in a mark", _marked("E")),
    Channel(".pdf", "content in several streams", _several_contents),
    Channel(".pdf", "picture", _picture, is_composed=True),
    Channel(".pdf", "page that is read as a picture", _page(_as_picture), is_composed=True),
    Channel(".pdf", "letters drawn as areas", _page(lambda w: outlined(said(w))), is_composed=True),
    Channel(
        ".pdf",
        "letters drawn as areas in a form",
        lambda w: pdf(PLAIN + "q 1 0 0 1 0 -90 cm /X1 Do Q\n", forms={"/X1": outlined(said(w))}),
        is_composed=True,
    ),
    Channel(".pdf", "letters cut out of an area", _page(_cut_out), is_composed=True),
    Channel(".pdf", "scanned page in pieces", _pieces, is_composed=True),
    Channel(".pdf", "picture within the content", _inline_picture, is_composed=True),
    Channel(
        ".pdf",
        "remark in the content",
        _page(lambda w: f"% {said(w)}\n"),
        is_removed=True,
    ),
)
