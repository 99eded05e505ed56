from __future__ import annotations

import codecs
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.errors import (
    DefectError,
    DeidError,
    EncodingError,
    MalformedRecord,
    NoteTooLarge,
    OutputError,
)
from deid.formats import markup
from deid.formats.markup import MAX_DEPTH, Kind, read_markup

CANARY = "Quenbridge"
EVERY_KIND = (
    '<?xml version="1.0"?>\r\n<!-- one -->\r\n'
    "<a xmlns=\"urn:u\" xmlns:b='urn:v' t=\"x &amp; y\" b:q = '1 &quot; 2'>Hi &lt;Doe&gt; é"
    "<b:c/><![CDATA[<raw>]]>tail<?target data here?></a>\n<!--two-->\n"
)


def test_every_place_is_found_with_its_value_and_where_it_is_written() -> None:
    found = read_markup(EVERY_KIND.encode())
    rows = [(one.kind, one.element, one.name, one.value) for one in found.places]
    assert rows == [
        (Kind.COMMENT, -1, "", " one "),
        (Kind.ATTRIBUTE, 0, "xmlns", "urn:u"),
        (Kind.ATTRIBUTE, 0, "xmlns:b", "urn:v"),
        (Kind.ATTRIBUTE, 0, "t", "x & y"),
        (Kind.ATTRIBUTE, 0, "urn:v q", '1 " 2'),
        (Kind.TEXT, 0, "", "Hi <Doe> é"),
        (Kind.SECTION, 0, "", "<raw>"),
        (Kind.TEXT, 0, "", "tail"),
        (Kind.INSTRUCTION, 0, "target", "data here"),
        (Kind.COMMENT, -1, "", "two"),
    ]
    assert found.places[5].path == ("urn:u a",)
    assert found.data[found.places[3].start : found.places[3].end] == b"x &amp; y"
    assert found.parents == (-1, 0)


writable = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=8)


@given(st.data())
def test_new_values_read_as_they_were_given(data: st.DataObject) -> None:
    found = read_markup(EVERY_KIND.encode())
    changed = {
        number: data.draw(writable | st.sampled_from(["<&>\"'", "\t\n\r ", ""]))
        for number, place in enumerate(found.places)
        if place.kind in (Kind.TEXT, Kind.ATTRIBUTE) and not place.name.startswith("xmlns")
    }
    output = found.rewritten(changed)
    again = iter(one.value for one in read_markup(output).places if one.value)
    for number, place in enumerate(found.places):
        wanted = changed.get(number, place.value)
        assert not wanted or next(again) == wanted
    parsed = ElementTree.fromstring(output)
    assert parsed.attrib["t"] == changed[3]


@pytest.mark.parametrize(
    "content",
    [
        EVERY_KIND.encode(),
        codecs.BOM_UTF8 + EVERY_KIND.encode(),
        codecs.BOM_UTF16_LE + EVERY_KIND.encode("utf-16-le"),
        '<?xml version="1.0" encoding="iso-8859-1"?><a>é</a>'.encode("latin-1"),
    ],
)
def test_what_does_not_change_comes_back_to_the_byte(content: bytes) -> None:
    found = read_markup(content)
    assert found.rewritten({}) == content
    assert found.rewritten({0: found.places[0].value}) == content


def test_the_encoding_stays() -> None:
    found = read_markup('<?xml version="1.0" encoding="iso-8859-1"?><a>é</a>'.encode("latin-1"))
    assert found.rewritten({0: "è"}).endswith(b"<a>\xe8</a>")
    with pytest.raises(OutputError, match="iso8859-1"):
        found.rewritten({0: "Ł"})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f'<!DOCTYPE a [<!ENTITY b "{CANARY}">]><a>&b;</a>', "DOCTYPE"),
        ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "DOCTYPE"),
        (f"<a>{CANARY}</b>", "line 1: no well-formed XML"),
        (f"<a>\n&{CANARY};</a>", "line 2"),
        ("<a>" * (MAX_DEPTH + 1), "deep"),
        ("", "line 1"),
    ],
)
def test_what_may_be_read_in_two_ways_is_refused(text: str, told: str) -> None:
    with pytest.raises(MalformedRecord, match=told) as caught:
        read_markup(text.encode())
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        b'<?xml version="1.0" encoding="no-such"?><a/>',
        b'<?xml version="1.0" encoding="utf-8"?><a>\xe9</a>',
        b"<a>\xe9</a>",
    ],
)
def test_bytes_that_are_not_of_the_encoding_are_refused(content: bytes) -> None:
    with pytest.raises(EncodingError, match="save it as UTF-8"):
        read_markup(content)


@pytest.mark.parametrize(("place", "value"), [(0, "a --> b"), (6, "]]>"), (8, "?>")])
def test_a_value_that_would_end_its_place_is_never_written(place: int, value: str) -> None:
    with pytest.raises(DefectError, match="nothing was written"):
        read_markup(EVERY_KIND.encode()).rewritten({place: value})


def test_a_value_that_xml_cannot_hold_is_refused() -> None:
    with pytest.raises(OutputError, match="XML cannot hold"):
        read_markup(b"<a>b</a>").rewritten({0: "\x01"})


@given(st.text(st.sampled_from("<>a/ ='\"&;!-[]?x:"), max_size=30))
def test_nothing_but_our_own_errors_comes_of_any_text(text: str) -> None:
    content = f"<a>{text}</a>".encode()
    try:
        found = read_markup(content)
    except DeidError:
        return
    assert found.rewritten({}) == content
    changed = {
        number: "new"
        for number, place in enumerate(found.places)
        if place.kind is Kind.TEXT or (place.kind is Kind.ATTRIBUTE and "xmlns" not in place.name)
    }
    assert found.rewritten(changed).count(b"new") >= len(changed)


@pytest.mark.parametrize("text", ['<a >x="1"</a>', '<a ><b />="1"</a>', "<a x='1' >y = '2'</a>"])
def test_text_behind_a_tag_is_none_of_its_attributes(text: str) -> None:
    found = read_markup(text.encode())
    assert [one.value for one in found.places if one.kind is Kind.TEXT][-1:] == [
        ElementTree.fromstring(text).text or ElementTree.fromstring(text)[0].tail
    ]


def test_no_character_is_read_otherwise_than_it_is_decoded() -> None:
    for encoding in ("utf-16-be", "utf-16-le"):  # without a mark, a parser would find it out
        with pytest.raises(MalformedRecord):
            read_markup("<a>Quenbridge</a>".encode(encoding))
    with pytest.raises(MalformedRecord, match="references"):
        read_markup(b'<a xmlns="http://h/&#81;uenbridge"/>')


def test_a_namespace_is_not_renamed() -> None:
    found = read_markup(b'<a xmlns:q="http://h/Quenbridge" q:b="c"/>')
    with pytest.raises(OutputError, match="namespace"):
        found.rewritten({0: "http://h/x"})


def test_there_are_limits_to_elements_and_their_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "MAX_ELEMENTS", 3)
    assert read_markup(b"<a><b/><b/></a>").elements == ("a", "b", "b")
    with pytest.raises(NoteTooLarge, match="elements"):
        read_markup(b"<a><b/><b/><b/></a>")
    monkeypatch.setattr(markup, "MAX_STEPS", 4)
    with pytest.raises(MalformedRecord, match="kinds"):
        read_markup(b"<a><b/><c/></a>")
