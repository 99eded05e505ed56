from __future__ import annotations

import io
import struct
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.errors import DeidError, MalformedRecord, NoteTooLarge, UnsupportedFormat
from deid.formats import packed
from deid.formats.packed import Member, pack, unpack

CANARY = "Quenbridge"


def container(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as made:
        for name, data in members:
            made.writestr(name, data)
    return stream.getvalue()


@given(st.dictionaries(st.from_regex(r"[a-z]{1,6}(/[a-z]{1,6})?", fullmatch=True), st.binary()))
def test_members_come_back_in_their_order(members: dict[str, bytes]) -> None:
    if len({name.casefold() for name in members}) < len(members):
        return
    found = unpack(container(*members.items()), what="document")
    assert {name: member.data for name, member in found.items()} == members
    output = pack(found)
    assert pack(unpack(output, what="document")) == output
    with zipfile.ZipFile(io.BytesIO(output)) as again:
        assert again.namelist() == list(members)
        assert again.testzip() is None


def test_nothing_beside_the_members_comes_back() -> None:
    stream = io.BytesIO(CANARY.encode())
    stream.seek(0, io.SEEK_END)
    with zipfile.ZipFile(stream, "a") as made:
        info = zipfile.ZipInfo("a", (2026, 3, 1, 10, 0, 0))
        info.comment, info.create_system = CANARY.encode(), 3
        info.extra = struct.pack("<HH", 0x6375, len(CANARY)) + CANARY.encode()
        made.writestr(info, b"text")
        made.comment = CANARY.encode()
    before = stream.getvalue()
    assert before.count(CANARY.encode()) >= 4
    after = pack(unpack(before, what="document"))
    assert CANARY.encode() not in after
    assert after == pack({"a": Member(b"text", is_packed=False)})


@pytest.mark.parametrize("name", ["../a", "/a", "a/../../b", "a\\..\\b"])
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    with pytest.raises(MalformedRecord, match="leads elsewhere"):
        unpack(container((name, b"x")), what="document")


def test_two_members_of_one_name_are_refused() -> None:
    with pytest.raises(MalformedRecord, match="one name"):
        unpack(container((CANARY, b"x"), (CANARY.upper(), b"y")), what="document")


def test_bombs_are_refused_before_they_go_off(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoteTooLarge, match="too tightly"):
        unpack(container(("a", bytes(8 << 20))), what="document")
    monkeypatch.setattr(packed, "MAX_MEMBERS", 2)
    with pytest.raises(NoteTooLarge, match="more than 2 parts"):
        unpack(container(("a", b""), ("b", b""), ("c", b"")), what="document")


def test_a_member_that_is_longer_than_it_says_is_refused() -> None:
    content = bytearray(container(("a", b"x" * 100), method=zipfile.ZIP_STORED))
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        where = content.index(mark) + at
        content[where : where + 4] = (50).to_bytes(4, "little")
    with pytest.raises(MalformedRecord):
        unpack(bytes(content), what="document")


def test_encrypted_and_unusual_members_are_refused() -> None:
    content = bytearray(container(("a", b"x")))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(UnsupportedFormat, match="without a password"):
        unpack(bytes(content), what="document")
    with pytest.raises(UnsupportedFormat, match="unusual way"):
        unpack(container(("a", b"x"), method=zipfile.ZIP_LZMA), what="document")


@given(st.data())
def test_nothing_but_our_own_errors_comes_of_a_damaged_container(data: st.DataObject) -> None:
    content = bytearray(container(("a", b"text"), ("b/c", CANARY.encode() * 9)))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(DeidError):
        unpack(bytes(content), what="document")
