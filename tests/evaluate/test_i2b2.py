from __future__ import annotations

from pathlib import Path

import pytest

from deid.datatypes import Span
from deid.errors import DuplicateId, InputError, MalformedRecord, UnknownLabel
from deid.evaluate import GoldFormat, GoldNote, LabelledSpan, read_gold
from deid.labels import Label

CANARY = "Zebulon"
TEXT = f"\nSeen by Dr. {CANARY} on\n3/4 & home. MRN 77.\n"
PLACE = TEXT.index(CANARY)
NAME = (
    f'<NAME id="P0" start="{PLACE}" end="{PLACE + 7}" text="{CANARY}" TYPE="DOCTOR" comment="" />'
)
DATE = '<DATE id="P1" start="{}" end="{}" text="3/4" TYPE="DATE" comment="" />'.format(
    TEXT.index("3/4"), TEXT.index("3/4") + 3
)
MRN = '<ID id="P2" start="{}" end="{}" text="77" TYPE="MEDICALRECORD" comment="" />'.format(
    TEXT.index("77"), TEXT.index("77") + 2
)


def of_2014(*tags: str, text: str = TEXT) -> str:
    inner = "\n".join(tags)
    return (
        '<?xml version="1.0" encoding="UTF-8" ?>\n<deIdi2b2>\n'
        f"<TEXT><![CDATA[{text}]]></TEXT>\n<TAGS>\n{inner}\n</TAGS>\n</deIdi2b2>\n"
    )


def only(path: Path, content: str) -> GoldNote:
    path.write_text(content, encoding="utf-8")
    (note,) = read_gold(path)
    return note


def pieces(note: GoldNote) -> list[tuple[str, Label]]:
    return [(mark.span.of(note.text), mark.label) for mark in note.spans]


def test_a_note_of_2014_has_the_text_of_its_cdata_and_types_as_our_labels(tmp_path: Path) -> None:
    note = only(tmp_path / "110-01.xml", of_2014(MRN, NAME, DATE))
    assert (note.id, note.text) == ("110-01", TEXT)
    assert pieces(note) == [(CANARY, Label.DOCTOR), ("3/4", Label.DATE), ("77", Label.MRN)]


@pytest.mark.parametrize(
    ("name", "label"),
    [("LOCATION-OTHER", Label.LOCATION), ("IPADDR", Label.IP), ("phone", Label.PHONE)],
)
def test_types_with_other_names_are_known(tmp_path: Path, name: str, label: Label) -> None:
    tag = f'<CONTACT id="P0" start="{PLACE}" end="{PLACE + 7}" TYPE="{name}" />'
    assert only(tmp_path / "a.xml", of_2014(tag)).spans[0].label is label


def test_line_ends_count_one_as_in_the_scripts_of_the_task(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(of_2014(NAME, DATE).replace("\n", "\r\n").encode())
    (note,) = read_gold(path)
    assert note.text == TEXT
    assert pieces(note)[1] == ("3/4", Label.DATE)


def test_a_tag_over_a_line_end_repeats_its_text_with_a_blank(tmp_path: Path) -> None:
    start = TEXT.index("on\n3/4")
    tag = f'<DATE id="P0" start="{start}" end="{start + 6}" text="on 3/4" TYPE="DATE" />'
    assert pieces(only(tmp_path / "a.xml", of_2014(tag))) == [("on\n3/4", Label.DATE)]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (of_2014(NAME).replace("</TAGS>", ""), 10),
        (of_2014(NAME.replace(f'text="{CANARY}"', 'text="Zebedee"')), 8),
        (of_2014(NAME.replace(f'start="{PLACE}"', f'start="{PLACE - 1}"')), 8),
        (of_2014(NAME.replace(f'start="{PLACE}"', 'start="x"')), 8),
        (of_2014(NAME.replace(f'end="{PLACE + 7}"', "")), 8),
        (of_2014(NAME.replace(f'end="{PLACE + 7}"', 'end="999"')), 8),
        (of_2014(NAME.replace(f'end="{PLACE + 7}"', f'end="{PLACE}"')), 8),
        (of_2014(NAME.replace("<NAME", "<MEDICATION")), 8),
        (of_2014(NAME).replace("<TAGS>", "<TEXT>x</TEXT><TAGS>"), 1),
        (of_2014(NAME).replace("TEXT>", "BODY>"), 1),
        (of_2014(text="x").replace("<![CDATA[", "<b>").replace("]]>", "</b>"), 3),
        (of_2014(NAME).replace("<![CDATA[", "").replace("]]>", ""), 5),
        (of_2014(NAME, text="\x01"), 3),
    ],
)
def test_what_is_wrong_is_named_by_its_line_only(tmp_path: Path, content: str, line: int) -> None:
    with pytest.raises(MalformedRecord, match=rf"^line {line}\b") as caught:
        only(tmp_path / "a.xml", content)
    assert CANARY not in str(caught.value)


def test_an_unknown_type_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(UnknownLabel, match="line 8: unknown label 'SHOE'"):
        only(tmp_path / "a.xml", of_2014(NAME.replace("DOCTOR", "SHOE")))


@pytest.mark.parametrize(
    "kind",
    [
        '<!DOCTYPE deIdi2b2 [<!ENTITY a "Zebulon"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE deIdi2b2 SYSTEM "http://127.0.0.1/x.dtd">',
        '<!DOCTYPE deIdi2b2 [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        "<!DOCTYPE deIdi2b2>",
    ],
)
def test_document_types_and_entities_are_refused(tmp_path: Path, kind: str) -> None:
    with pytest.raises(MalformedRecord, match="entities are refused"):
        only(tmp_path / "a.xml", of_2014(NAME).replace("<deIdi2b2>", f"{kind}<deIdi2b2>", 1))


def test_a_folder_is_read_with_its_folders_and_ids_from_the_paths(tmp_path: Path) -> None:
    for name in ("set/b.xml", "a.xml", "read me.pdf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(of_2014(NAME), encoding="utf-8")
    assert [note.id for note in read_gold(tmp_path)] == ["a", "set/b"]


def test_in_a_folder_the_message_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(of_2014(NAME), encoding="utf-8")
    (tmp_path / "b.xml").write_text(of_2014(NAME.replace("DOCTOR", "SHOE")), encoding="utf-8")
    with pytest.raises(UnknownLabel, match=r"b\.xml, line 8"):
        read_gold(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MalformedRecord, match="no note in the gold folder"):
        read_gold(tmp_path)


RECORD = (
    '<RECORD ID="7"><TEXT>\nSeen by <PHI TYPE="DOCTOR">Zebulon</PHI> &amp; co\n</TEXT></RECORD>'
)


def test_a_file_of_2006_holds_several_notes(tmp_path: Path) -> None:
    path = tmp_path / "train.xml"
    other = RECORD.replace('"7"', '"8"').replace("DOCTOR", "ID")
    path.write_text(f"<ROOT>\n{RECORD}\n{other}\n</ROOT>", encoding="utf-8")
    one, two = read_gold(path)
    assert (one.id, two.id) == ("7", "8")
    assert one.text == "\nSeen by Zebulon & co\n"
    assert one.spans == (LabelledSpan(Span(9, 16), Label.DOCTOR),)
    assert two.spans[0].label is Label.IDNUM


def test_a_text_with_tags_of_2006_needs_no_escapes(tmp_path: Path) -> None:
    note = only(tmp_path / "a & b.txt", 'pH <7 & <PHI TYPE="DATE">3/4</PHI> > 5')
    assert (note.id, note.text) == ("a & b", "pH <7 & 3/4 > 5")
    assert pieces(note) == [("3/4", Label.DATE)]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (RECORD.replace("</PHI>", '<PHI TYPE="DOCTOR">'), "line 3: not valid XML"),
        (RECORD.replace("Zebulon", "<b>Zebulon</b>"), "line 2: only PHI"),
        (RECORD.replace("Zebulon", ""), "line 2: the PHI holds nothing"),
        (RECORD.replace(' ID="7"', ""), "line 1: the RECORD has no ID"),
        (RECORD.replace("<TEXT>", "").replace("</TEXT>", ""), "there is no note"),
    ],
)
def test_a_malformed_file_of_2006_is_refused(tmp_path: Path, content: str, fault: str) -> None:
    with pytest.raises(MalformedRecord, match=fault) as caught:
        only(tmp_path / "a.xml", content.replace("</TEXT></RECORD>", "</TEXT></RECORD>"))
    assert CANARY not in str(caught.value)


def test_an_unknown_type_of_2006_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(UnknownLabel, match="line 2: unknown label 'SHOE'"):
        only(tmp_path / "a.xml", RECORD.replace("DOCTOR", "SHOE"))


def test_records_with_one_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DuplicateId, match="line 2"):
        only(tmp_path / "a.xml", f"<ROOT>{RECORD.replace(chr(10), ' ')}\n{RECORD}</ROOT>")


def test_a_format_can_be_said(tmp_path: Path) -> None:
    path = tmp_path / "note"
    path.write_text(of_2014(NAME), encoding="utf-8")
    with pytest.raises(InputError, match="say its format"):
        read_gold(path)
    assert len(read_gold(path, form=GoldFormat.I2B2_2014)) == 1
