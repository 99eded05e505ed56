from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deid.datatypes import Finding, Redacted, Redaction, Resolution, Span
from deid.errors import DeidError, EncodingError, InputError
from deid.formats import ReadOptions
from deid.formats.html import HtmlFile, read
from deid.labels import Label
from deid.parts import declared
from deid.policy import load_policy
from deid.redact.apply import apply
from tests.formats.saved_pages import PORTAL

CANARY = "Quenbridge"
PAGE = (
    '<!DOCTYPE html><html><head><title>A &amp; B</title><meta name="author" content="Ann Roe">'
    "</head><body>\r\n<p class=x>Seen Ja<b>ne</b>\r\n  Doe&nbsp;&eacute; <5 "
    "<!-- <i>Ja</i>ne --></p>"
    "<table><tr><td>Name<td>Jane Doe</table><img alt='it\"s Jane Doe' src=a.png></body></html>"
)


def opened(content: str | bytes) -> HtmlFile:
    data = content.encode() if isinstance(content, str) else content
    return read(data, name="n.html", options=ReadOptions())


def redacted(file: HtmlFile, *values: str) -> tuple[Redacted, bytes]:
    """What becomes of a page in which these values, and what its places say, are replaced."""
    text = file.document.text
    kept = list(declared(file.document))
    for value in values:
        at = text.index(value)
        kept.append(Finding(Span(at, at + len(value)), Label.PATIENT, 1.0, "known"))
    resolution = Resolution(tuple(sorted(kept, key=lambda one: one.span)))
    result = apply(file.document, resolution, load_policy("safe-harbor"), seed=bytes(32))
    return result, file.render(file.document, result, id="", patient="")


class Seen(HTMLParser):
    """What the parser of the standard library finds."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []
        self.feed(page.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def test_a_page_is_read_as_it_is_seen() -> None:
    lines = opened(PAGE).document.text.strip().split("\n")
    assert lines[:3] == ["A & B", "Seen Jane Doe\xa0é <5 ", "Name\tJane Doe"]
    assert lines[3:] == ["Ann Roe", "Jane ", 'it"s Jane Doe', "a.png"]


def test_only_what_was_replaced_differs() -> None:
    result, output = redacted(opened(PAGE), "Jane Doe")
    new = result.redactions[0].output_span.of(result.text)
    wanted = PAGE.replace("Seen Ja<b>ne</b>\r\n  Doe&nbsp;", f"Seen {new}<b></b>&nbsp;")
    author = result.redactions[1].output_span.of(result.text)
    wanted = wanted.replace("Ann Roe", author)
    assert output.decode() == wanted
    before, after = Seen(PAGE.encode()), Seen(output)
    assert before.tags == after.tags


def test_a_page_in_which_nothing_changes_comes_back_to_the_byte() -> None:
    file = opened(PAGE)
    unchanged = Redacted(file.document.id, file.document.text)
    assert file.render(file.document, unchanged, id="", patient="") == file.raw
    assert list(file.notes()) == [file.document]


@pytest.mark.parametrize(
    "body",
    [
        f"<{CANARY}>x</{CANARY}>",
        f"<p {CANARY}=1>x</p>",
        f"<p data-{CANARY}=1>x</p>",
        f"<p title='{CANARY}>x</p>",
        f"<!--> {CANARY} -->",
        f"<!-- {CANARY} --!> x -->",
        f"<!-- {CANARY}",
        f"</ p>{CANARY}",
        f"<!{CANARY}>",
        f"<!DOCTYPE {CANARY}>x",
        f"<script>{CANARY}",
        f"<script><!-- <script>{CANARY}</script> --></script>",
        f"<script>x = '\\u0051{CANARY}'</script>",
        "<style>p::after { content: '\\51' }</style>x",
        f"<title><b>{CANARY}</title>",
        f"<img alt='{CANARY}' src='data:image/png;base64,AAAA'>",
        f"<img src='&#100;ata:text/plain,{CANARY}'>",
        f"<iframe srcdoc='{CANARY}'></iframe>",
        f"<object data=x>{CANARY}</object>",
        f"<p>{CANARY} " + "TWFyaWEgUXVlbmJyaWRnZSBvZiBDbG92ZXI=",
        "<p>" + b"Maria Quenbridge of Clover Street".hex(),
        f"<p>{CANARY}&#0;</p>",
    ],
)
def test_what_is_not_certain_is_refused(body: str) -> None:
    with pytest.raises(InputError) as caught:
        opened(body)
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        '<meta charset="utf-7"><p>x',
        '<meta charset="nonsense"><p>x',
        '<meta charset="windows-1251"><meta charset="utf-8"><p>é',
    ],
)
def test_an_encoding_that_is_not_the_one_that_is_named_is_refused(content: str) -> None:
    with pytest.raises(EncodingError):
        opened(content)


def test_a_page_as_browsers_save_it_is_read_and_stays_but_for_names() -> None:
    file = opened(PORTAL)
    same = Redacted(file.document.id, file.document.text)
    assert file.render(file.document, same, id="", patient="") == PORTAL.encode()
    _, output = redacted(file, "Jane Doe")
    assert output.decode() == PORTAL.replace("Jane Doe", "[PATIENT-1]", 1)


def test_a_page_in_utf_8_is_read_as_such_whatever_it_names() -> None:
    content = '<meta charset="windows-1252"><p>Seen Zoë</p>'
    assert opened(content.encode()).document.text.strip() == "Seen Zoë"


def test_letters_that_the_page_cannot_hold_are_written_by_their_numbers() -> None:
    file = opened("<p>Seen Jane")
    new = Redacted("n.html", file.document.text.replace("Jane", "Zoë"))
    parts = file.document.parts
    moved = replace(file.document, parts=(replace(parts[0], span=Span(1, 9)),))
    assert file.render(moved, new, id="", patient="") == b"<p>Seen Zo&#235;"


def test_what_is_inside_a_comment_for_other_programs_is_text() -> None:
    file = opened("<!--[if !mso]><!--><p>Seen Jane</p><!--<![endif]-->")
    assert file.document.text.strip() == "Seen Jane"


def test_a_name_over_tags_that_are_none_of_html_is_one_in_a_comment() -> None:
    file = opened("<!-- Seen <q z=1>Ja</q><b =x>ne</b><td>Doe</zz>, <a t='> -->")
    assert "Seen Jane\nDoe" in file.document.text
    assert redacted(file, "Jane")[1] == (
        b"<!-- Seen <q z=1>[PATIENT-1]</q><b =x></b><td>Doe</zz>, <a t='> -->"
    )


def test_an_attribute_without_a_value_may_have_its_sign() -> None:
    file = opened("<p><a href=>Ja</a><b class=>ne</b> <i title=Doe lang=></i></p>")
    assert redacted(file, "Jane", "Doe")[1] == (
        b'<p><a href=>[PATIENT-1]</a><b class=></b> <i title="[PATIENT-2]" lang=></i></p>'
    )
    with pytest.raises(InputError):
        opened("<p><a href= title='Jane'>Doe</a></p>")


@settings(max_examples=60)
@given(st.data())
def test_whatever_comes_in_only_plain_errors_come_out(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(PAGE)))
    more = data.draw(st.text("<>/!-=\"'&#; ax[]?", max_size=8))
    cut = data.draw(st.integers(0, 6))
    page = PAGE[:at] + more + PAGE[at + cut :]
    with suppress(DeidError):
        file = opened(page)
        for name in ("Jane", "Doe"):
            if name in file.document.text:
                _, output = redacted(file, name)
                opened(output)


@pytest.mark.parametrize("sign", [r"\2022", r"\f007", r"\00a0"])
def test_signs_that_a_style_writes_by_their_numbers_stay_in_it(sign: str) -> None:
    page = f'<p>x</p><style>{sign} a::before {{ content: "{sign}" }} /* Ja{sign}ne Doe */</style>'
    file = opened(page)
    assert file.document.text == "\nx\n" + page[15:].replace(sign, "").removesuffix("</style>")
    _, output = redacted(file, "Jane Doe")
    assert output.decode() == page.replace(f"Ja{sign}ne Doe", f"[PATIENT-1]{sign}")


def test_a_stand_in_that_looks_like_code_is_written() -> None:
    code = "TWFyaWEgUXVlbmJyaWRnZSBvZiBDbG92ZXI="
    file = opened("<p>x</p><script>a = 'Jane'</script>")
    at = file.document.text.index("Jane")
    found = Finding(Span(at, at + 4), Label.IDNUM, 1.0, "known")
    made = Redaction(found, "surrogate", Span(at, at + len(code)))
    new = Redacted("n.html", file.document.text.replace("Jane", code), (made,))
    output = file.render(file.document, new, id="", patient="")
    assert output.decode() == f"<p>x</p><script>a = '{code}'</script>"
