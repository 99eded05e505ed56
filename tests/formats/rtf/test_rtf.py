from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from shutil import which
from subprocess import run

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.datatypes import Finding, Redacted, Redaction, Resolution, Span
from deid.errors import DeidError, EmptyNote, InputError, UnsupportedFormat
from deid.formats import ReadOptions
from deid.formats.pictures import BLANK
from deid.formats.rtf import RtfFile, read
from deid.formats.rtf.tokens import tokens_of
from deid.labels import Label
from deid.parts import declared, fitted, part_texts
from deid.policy import load_policy
from deid.redact.apply import apply

CANARY = "Quenbridge"
SEED = bytes(32)
FONTS = r"{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial Cyr;}{\f2\fcharset128 Mincho;}}"


def rtf(body: str, *, head: str = "") -> bytes:
    return (r"{\rtf1\ansi\deff0" + FONTS + head + "\n" + body + "}\n").encode("latin-1")


def opened(content: bytes, *, blank_pictures: bool = False) -> RtfFile:
    return read(content, name="n.rtf", options=ReadOptions(blank_pictures=blank_pictures))


def text_of(body: str, *, head: str = "") -> str:
    return opened(rtf(body, head=head)).document.text


def written(file: RtfFile, *changes: tuple[str, str]) -> bytes:
    """The file in which some values are others; without any, what its places say is replaced."""
    text = file.document.text
    if not changes:
        kept = Resolution(tuple(declared(file.document)))
        became = apply(file.document, kept, load_policy("safe-harbor"), seed=SEED)
        return file.render(file.document, fitted(file.document, became), id="", patient="")
    new, redactions = text, []
    for old, value in changes:
        at = text.index(old)
        finding = Finding(Span(at, at + len(old)), Label.PATIENT, 1.0, "known")
        redactions.append(Redaction(finding, "surrogate", Span(at, at + len(value))))
        new = text[:at] + value + text[at + len(old) :]
    redacted = fitted(file.document, Redacted(file.document.id, new, tuple(redactions)))
    return file.render(file.document, redacted, id="", patient="")


def changed(body: str, old: str, new: str) -> str:
    """What a body becomes when one value becomes another."""
    output = written(opened(rtf(body)), (old, new)).decode("latin-1")
    before = rtf("").decode("latin-1").removesuffix("}\n")
    assert output.startswith(before)
    return output.removeprefix(before).removesuffix("}\n")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"Ja{\b ne} D\'f6e\par", "Jane Döe"),
        (r"J{{\i a}n}e\~D\_e \{x\}\\", "Jane\xa0D\u2011e {x}\\"),
        ("Ja\r\nne\\\nDoe", "Jane\nDoe"),
        (r"\u1046?\u-3913\'b7 \uc0\u8217 s \uc2\u8364??x", "Ж\uf0b7 ’s €x"),
        (r"\u-10179?\u-8704?", "😀"),
        (r"{\f1\'c6\'d0} \'c6", "ЖР Æ"),
        (r"{\f2\'93\'fa\'96{\b x}}", None),
        (r"{\f2\'93\'fa\'96\'7b}x", "日本x"),
        (r"\trowd a\cell\b b\cell\row c\tab d\line e", "a\tb\nc\td\ne"),
        (r"O\rquote Neil \endash  x\emdash\ldblquote y", "O’Neil – x—“y"),
        (r"Ja{\deleted xx}ne {\v yy}Doe", "Jane Doe\nxx\nyy\nJaxxne yyDoe\nJane yyDoe"),
        (r"Ja{\v ne} Doe\par x", "Ja Doe\nne\nJane Doe\nx"),
        (r"Jane D{\deleted oe}{\revised ow}", "Jane Dow\noe\nJane Doe"),
        (r"{\deleted Jane}\par {\v Doe}", "\nJane\nDoe"),
        (r"Seen{\footnote\chftn by Jane}.", "Seen.\nby Jane"),
        (r"{\*\foo\site1 Jane}x", "x\nJane\nfoo\nsite1"),
        (r"a{\upr{old}{\*\ud{new}}}b", "anewb\nold"),
        (r"\u233e\u322l\u8482TM", None),
    ],
)
def test_text_is_read_as_it_is_seen(body: str, text: str | None) -> None:
    if text is None:
        with pytest.raises(InputError):
            opened(rtf(body))
        return
    assert text_of(body) == text


@pytest.mark.parametrize(
    ("body", "old", "new", "wanted"),
    [
        (r"\b(Jane)", "(Jane", "Ann", r"\b Ann)"),
        (r"x\b0,Jane", ",Jane", "12", r"x\b0 12"),
        (r"x\b,Jane y", ",Jane", "", r"x\b  y"),
        (r"Ja{\b ne} Doe.", "Jane Doe", "Ann", r"Ann{\b }."),
        (r"J\'61\u110?e", "Jane", "{é}\tĀ", r"\{\'e9\}\tab \u256?"),
        (r"{\uc2 Jane}", "Jane", "Ж", r"{\uc2 \u1046??}"),
        (r"{\uc0 Jane x}", "Jane", "Ж", r"{\uc0 \u1046  x}"),
        (r"{\f1 Jane}", "Jane", "Ж", r"{\f1 \'c6}"),
        (r"Jane", "Jane", "a\nb", r"a\line b"),
        (r"x\Jane7 y", "Jane7", "Z", r"xy"),
        (r"{\*\Jane x}y", "Jane", "Z", r"{\*\removed x}y"),
        (r"\cf1234567 y", "1234567", "Z", r"\cf0 y"),
    ],
)
def test_only_what_was_replaced_differs(body: str, old: str, new: str, wanted: str) -> None:
    assert changed(body, old, new) == wanted


def test_a_file_in_which_nothing_changes_comes_back_to_the_byte() -> None:
    content = rtf(r"Seen{\*\atnref 1} at 5 {\b pm}\par" + "\r\n\x00") + b"\x00"
    content = content.replace(b"\r\n\x00", b"\r\n")
    file = opened(content)
    same = Redacted(file.document.id, file.document.text)
    assert file.render(file.document, same, id="", patient="") == content
    assert b"".join(content[one.start : one.end] for one in tokens_of(content[:-1])) == content[:-1]


def test_dates_of_changes_and_properties_are_dates() -> None:
    body = r"{\revised\revdttm130230722 x}{\info{\creatim\yr2024\mo3\dy5\hr7\min2}}"
    file = opened(rtf(body))
    lines = file.document.text.split("\n")
    assert lines[-2:] == ["2024-03-05 07:02", "2024-03-05 07:02"]
    output = written(file)
    assert rb"\yr1970\mo1\dy1\hr0\min0" in output
    assert b"130230722" not in output


@pytest.mark.parametrize(
    "body",
    [
        rf"{{\object\objemb{{\*\objdata 00}}{{\result {CANARY}}}}}",
        rf"x{{\*\unknown\bin4 {CANARY[:4]}}}",
        rf"{{\*\htmltag <p>{CANARY}}}",
        rf"\fromhtml1 {CANARY}",
        rf"{{\pict\pngblip 00{{\foo {CANARY}}}}}",
        rf"{{\pict\pngblip {CANARY}}}",
        rf"{{\pict\pngblip 89504e47}}{CANARY}",
        "".join(rf"\u32 {one}" for one in CANARY),
        rf"{{\fonttbl{{\f7\fcharset99 x;}}}}\f7 \'80{CANARY}",
        rf"\'zz{CANARY}",
        rf"{CANARY}" + "{" * 600 + "}" * 600,
        rf"\uc1\u74\u97{CANARY}",
        rf"}}{CANARY}",
        rf"{{{CANARY}",
        "x" * 40 + rf"{{\*\data {CANARY.encode().hex() * 4}}}",
        "{\\*\\data \\'01\\'02}" + CANARY,
        f"\x01{CANARY}",
        f"{CANARY} \xc3\xa9",
        f"{CANARY}\\",
        rf"\{'a' * 40} {CANARY}",
        rf"\b123456789012 {CANARY}",
        rf"{{\fontemb {CANARY}}}",
    ],
)
def test_what_cannot_be_examined_is_refused_without_a_word_of_it(body: str) -> None:
    with pytest.raises(InputError) as refusal:
        opened(rtf(body))
    assert CANARY not in str(refusal.value)


@pytest.mark.parametrize(
    "content",
    [b"", b"{\\rtf1}", b"{\\rtf1 }\n", b"text", b"{\\rtfbetter x}", b"\xef\xbb\xbf{\\rtf1 x}"],
)
def test_a_file_without_text_or_of_another_kind_is_refused(content: bytes) -> None:
    with pytest.raises(InputError):
        opened(content)
    with pytest.raises(EmptyNote):
        opened(rtf(r"\par {\b }"))


def test_pictures_are_emptied_on_request_and_those_for_older_programs_always() -> None:
    body = (
        r"Seen {\*\shppict{\pict{\*\picprop{\sp{\sn wzDescription}{\sv of Jane}}}\pngblip\picw1"
        r"{\*\blipuid 00112233445566778899aabbccddeeff}ffd8" + "\r\n" + r"ff}}"
        r"{\nonshppict{\pict\wmetafile8 0100}}{\pict\jpegblip\bin3 \xff}"
    )
    body = body.replace(r"\xff", "\xff}{")
    body = body.replace("\xff}{}", "\xff}{}")
    file = opened(rtf(body), blank_pictures=True)
    assert "of Jane" in file.document.text
    assert len(file.document.removed) == 3
    output = written(file)
    assert BLANK["png"].hex().encode() in re.sub(rb"\s", b"", output)
    assert b"\\bin%d " % len(BLANK["jpg"]) + BLANK["jpg"] in output
    assert b"ffd8" not in output
    assert b"00112233" not in output
    assert not opened(output, blank_pictures=True).document.removed


def test_only_a_picture_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(UnsupportedFormat, match="picture 1"):
        opened(rtf(r"x{\pict\macpict 00}"))
    assert opened(rtf(r"x{\nonshppict{\pict\wmetafile8 0100}}")).document.text == "x"


PIECES = (
    r"Jane|Doe |{|}|{\*|\b |\b0|\par|\'e9|\u233?|\u-10179?|\uc0|\uc2 |\f1|\f2|\'93|\~|\*|\-|\cell "
    r"|;|\v|\deleted |\plain|\footnote |\foo7 |\pict\pngblip |\bin2 |\upr|\ud|{\stylesheet{"
    r"|{\info{\author |\creatim\yr2024|\tab|\revdttm99999999 |{\*\atndate 123456789}|\sn |\sv |00ff"
    "|\t|\\\n|\r\n|é"
)


@given(st.lists(st.sampled_from(PIECES.split("|")), max_size=25))
def test_whatever_stands_in_a_file_is_read_wholly_or_refused(pieces: list[str]) -> None:
    body = "".join(pieces)
    closing = "}" * max(0, body.count("{") - body.count("}"))
    try:
        file = opened(rtf("x" + body + closing), blank_pictures=True)
    except InputError:
        return
    same = Redacted(file.document.id, file.document.text)
    output = file.render(file.document, same, id="", patient="")
    if not file.document.removed:
        assert output == file.raw
    names = [found.start() for found in re.finditer("Jane", file.document.text)]
    kept = tuple(Finding(Span(at, at + 4), Label.PATIENT, 1.0, "known") for at in names)
    found = apply(file.document, Resolution(kept), load_policy("safe-harbor"), seed=SEED)
    found = fitted(file.document, found)
    again = opened(file.render(file.document, found, id="", patient=""), blank_pictures=True)
    assert "Jane" not in again.document.text
    texts = part_texts(file.document, found)[: len(file.runs)]
    read_again = (run.text for run in again.runs)
    assert "".join("".join(read_again).split()) == "".join("".join(texts).split())


@given(st.binary(max_size=60), st.integers(0, 200))
def test_damaged_files_are_read_or_refused(noise: bytes, at: int) -> None:
    content = rtf(r"Seen {\b Jane}\par{\info{\author Ann}{\creatim\yr2024}}\trowd a\cell\row")
    with suppress(DeidError):
        opened(content[:at] + noise + content[at + len(noise) :], blank_pictures=True)


@pytest.mark.skipif(which("soffice") is None, reason="LibreOffice is not installed")
def test_other_programs_open_the_output(tmp_path: Path) -> None:
    body = (
        r"\pard Seen {\b Ja}ne D\'f6e \u1046?.\par\trowd\cellx900 in\intbl\cell\row\pard End.\par"
    )
    source = tmp_path / "n.rtf"
    source.write_bytes(written(opened(rtf(body)), ("Jane Döe", "Žoë")))
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'u').as_uri()}", "--headless"]
    run(
        [*command, "--convert-to", "txt:Text (encoded):UTF8", "--outdir", tmp_path, source],
        check=True,
    )
    words = (tmp_path / "n.txt").read_text("utf-8-sig").split()
    assert words == ["Seen", "Žoë", "Ж.", "in", "End."]


@pytest.mark.parametrize(
    ("body", "old", "wanted"),
    [
        (r"Seen Ja{\v ne} Doe.", "Jane Doe", r"Seen [P]{\v }."),
        (r"Seen {\v Jane }Doe.", "Jane Doe", r"Seen {\v [P]}."),
        (
            r"Seen Jane D{\deleted oe}{\revised ow}.",
            "Jane Doe",
            r"Seen [P]{\deleted }{\revised ow}.",
        ),
        (r"Seen Ja{\deleted x}ne.", "Jane", r"Seen [P]{\deleted x}."),
        (
            r"Seen Ja{\v ne} D{\deleted x}{\revised oe}.",
            "Jane Doe",
            r"Seen [P]{\v }{\deleted x}{\revised }.",
        ),
    ],
)
def test_a_name_that_is_whole_in_one_reading_alone_is_replaced(
    body: str, old: str, wanted: str
) -> None:
    assert changed(body, old, "[P]") == wanted
