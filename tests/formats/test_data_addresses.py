from __future__ import annotations

import base64
import random
import re
from urllib.parse import quote, unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from deid.datatypes import Document, Finding, Redacted, Resolution, Span
from deid.errors import InputError, NoteTooLarge
from deid.formats import ReadOptions, html, markdown
from deid.formats.data_addresses import MARK, lifted, restored
from deid.formats.html import HtmlFile
from deid.formats.markdown import MarkdownFile
from deid.labels import Label
from deid.policy import Unexamined, load_policy
from deid.redact.apply import apply
from tests.formats.pictures.drawn import drawn, loaded, saved

CANARY = "Quenbridge"
ICON = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>"
    "<path fill='none' stroke='#343a40' d='M2 5l6 6 6-6'/></svg>"
)
DRAWING = f"<svg xmlns='http://www.w3.org/2000/svg'><text x='1'>Seen {CANARY}</text></svg>"
SHOWING = f'<img src="data:image/svg+xml,{quote(DRAWING)}">'
STYLED = '<svg><style>a{content:"&#81;"}</style></svg>'
WHITE = base64.b64encode(saved(drawn(""), "GIF")).decode()


def packed(content: bytes | str) -> str:
    data = content.encode() if isinstance(content, str) else content
    return base64.b64encode(data).decode()


def opened(page: str, *, unexamined: Unexamined = Unexamined.REFUSE) -> HtmlFile:
    return html.read(page.encode(), name="n.html", options=ReadOptions(unexamined=unexamined))


def redacted(file: HtmlFile | MarkdownFile, document: Document) -> bytes:
    text = document.text
    found = []
    at = text.find(CANARY)
    while at >= 0:
        found.append(Finding(Span(at, at + len(CANARY)), Label.PATIENT, 1.0, "known"))
        at = text.find(CANARY, at + 1)
    policy = load_policy("safe-harbor")
    result = apply(document, Resolution(tuple(found)), policy, seed=bytes(32))
    return file.render(document, result, id="", patient="")


def test_a_picture_without_words_in_a_drawing_or_page_in_an_address_does_not_come_back() -> None:
    noise = Image.frombytes("RGB", (9, 9), random.Random(1).randbytes(243))
    picture = packed(saved(noise, "PNG"))
    shown = f'<image href="data:image/png;base64,{picture}"/>'
    drawing = packed(f'<svg xmlns="http://www.w3.org/2000/svg">{shown}</svg>')
    page = packed(f'<html><body><img src="data:image/png;base64,{picture}"></body></html>')
    file = opened(
        f'<p>Seen {CANARY}</p><img src="data:image/svg+xml;base64,{drawing}">'
        f'<iframe src="data:text/html;base64,{page}"></iframe>'
    )
    output = redacted(file, file.document).decode()
    inner = [base64.b64decode(one).decode() for one in re.findall('base64,([^"]*)', output)]
    assert [one.count("data:image/png;base64,") for one in inner] == [1, 1]
    assert not any(picture in one for one in inner)


def test_a_picture_in_an_address_is_read_and_composed_anew() -> None:
    picture = saved(drawn(f"Seen with {CANARY}."))
    page = f'<p>x</p><img alt="a" src="data:image/png;base64,{packed(picture)}"><p>y</p>'
    file = opened(page)
    assert f"Seen with {CANARY}." in file.document.text
    assert file.document.parts[-1].place.startswith("picture in line 1")
    output = redacted(file, file.document).decode()
    start, _, rest = output.partition("base64,")
    data, _, end = rest.partition('"')
    assert start == page.split("base64,")[0]
    assert end == "><p>y</p>"
    assert loaded(base64.b64decode(data)).size == loaded(picture).size
    assert CANARY not in opened(output).document.text


@pytest.mark.parametrize(
    "body",
    [
        '<p style="background:url(data:image/gif;base64,{}) no-repeat">x</p>',
        "<style>p {{ background: url('data:image/gif;base64,{}') }}</style><p>x</p>",
        "<img src=data:image/gif;base64,{}><p>x</p>",
        '<img src="data:image/gif;base64,\n{}\n"><p>x</p>',
        "<script>var a = 'data:image/gif;base64,{}';</script><p>x</p>",
    ],
)
def test_an_address_is_found_wherever_pages_have_one(body: str) -> None:
    file = opened(body.format(WHITE))
    assert len(file.files.addresses) == 1
    output = redacted(file, file.document).decode()
    assert MARK.sub("", lifted(output).text) == MARK.sub("", lifted(body.format(WHITE)).text)


@pytest.mark.parametrize(
    "address",
    [
        f"data:image/svg+xml,{quote(DRAWING)}",
        f"data:image/svg+xml;charset=utf-8,{quote(DRAWING)}",
        f"data:image/svg+xml;base64,{packed(DRAWING)}",
        f"data:text/html,{quote('<p>Seen Quen<b>bridge</b></p>')}",
        f"data:text/html;base64,{packed(f'<p>Seen {CANARY}</p>')}",
        f"data:text/plain,{quote(f'Seen {CANARY}')}",
        f"data:text/html;base64,{packed(SHOWING)}",
    ],
)
def test_texts_in_addresses_are_read_by_their_own_formats(address: str) -> None:
    file = opened(f'<p>x</p><a href="{address}">y</a>')
    assert f"Seen {CANARY}" in file.document.text
    output = redacted(file, file.document)
    assert CANARY not in opened(output.decode()).document.text
    assert b"bridge" not in unquote_to_bytes(output)
    same = Redacted(file.document.id, file.document.text)
    assert file.render(file.document, same, id="", patient="") == file.raw


@pytest.mark.parametrize(
    "rule",
    [
        f'url("data:image/svg+xml,{quote(ICON)}")',
        f'url("data:image/svg+xml,{ICON.replace("<", "%3c").replace(">", "%3e")}")',
        f'url("data:image/svg+xml;utf8,{ICON}")',
        f"url(data:image/svg+xml;base64,{packed(ICON)})",
    ],
)
def test_a_drawing_without_words_stays_to_the_byte(rule: str) -> None:
    page = f"<style>p {{ background: {rule} }}</style><p>Seen {CANARY}</p>"
    file = opened(page)
    assert file.document.text.strip() == f"Seen {CANARY}"
    assert redacted(file, file.document).decode() == page.replace(CANARY, "[PATIENT-1]")


@pytest.mark.parametrize(
    "address",
    [
        "data:image/png;base64,AAAA",
        "data:font/woff2;base64,d09GMgABAAAAAAAA",
        f"data:image/x-{CANARY};base64,AAAA",
        f"data:image/png;name={CANARY}.png;base64,{WHITE}",
        f"data:image/svg+xml,{quote(STYLED)}",
        f"data:image/svg+xml,{quote(f'<svg><{CANARY}>x</{CANARY}></svg>')}",
        f"data:text/css,{CANARY}",
        f"data:;base64,{packed(CANARY)}",
    ],
)
def test_what_cannot_be_examined_is_refused_or_removed(address: str) -> None:
    page = f'<p>x</p><img src="{address}">'
    with pytest.raises(InputError) as caught:
        opened(page)
    assert CANARY not in str(caught.value)
    file = opened(page, unexamined=Unexamined.REMOVE)
    assert file.document.removed
    output = redacted(file, file.document).decode()
    assert address not in output
    assert CANARY not in output


@pytest.mark.parametrize(
    "page",
    [
        f"<img src='&#100;ata:text/plain,{CANARY}'>",
        f"<img src='da\nta:text/plain,{CANARY}'>",
        f"<a href='data:text/html,{CANARY[:4]}\n{CANARY[4:]}'>x</a>",
        f"<p>'data:text/plain,{CANARY[:4]}<b></b>{CANARY[4:]}'",
        f"<script>a = 'data:text/plain;base64,' + '{packed(CANARY)}'</script>",
    ],
)
def test_addresses_in_other_writings_are_refused(page: str) -> None:
    with pytest.raises(InputError) as caught:
        opened(page)
    assert CANARY not in str(caught.value)


def test_pictures_of_markdown_are_read_and_its_words_beside_them() -> None:
    picture = packed(saved(drawn(f"Seen with {CANARY}.")))
    source = f'# Note\n\n![{CANARY}](data:image/png;base64,{picture} "b")\n\nEnd {CANARY}\n'
    file = markdown.read(source.encode(), name="n.md", options=ReadOptions())
    assert file.document.text == (
        f'# Note\n\n![{CANARY}]( "b")\n\nEnd {CANARY}\n\nSeen with {CANARY}.'
    )
    output = redacted(file, file.document).decode()
    assert output.startswith("# Note\n\n![[PATIENT-1]](data:image/png;base64,")
    assert output.endswith(' "b")\n\nEnd [PATIENT-1]\n')
    again = markdown.read(output.encode(), name="n.md", options=ReadOptions())
    assert CANARY not in again.document.text


def test_a_page_of_too_many_files_is_refused() -> None:
    with pytest.raises(NoteTooLarge):
        opened("<img src='data:image/gif;base64,AAAA'>" * 2001)


PIECES = (
    "data:", "image/gif;base64,", WHITE, "R0lG", '"', "'", "(", ")", " ", "\n", "<p>", "é", "="
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_a_text_without_its_addresses_is_made_whole_again(text: str) -> None:
    found = lifted(text)
    assert restored(found.text, [one.written for one in found.addresses]) == text
