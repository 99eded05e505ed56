"""Of a program of macOS all counts but the system's signature."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.sealed.mach import ARCHIVE, LONGEST_SIGNATURE, MAGIC, unsigned
from deid.sealed.tree import begins_as_program, digest_unsigned
from tests.sealed.mach_file import mach


def left(raw: bytes) -> bytes:
    found = unsigned(raw, len(raw))
    return found.header + raw[len(found.header) : found.size]


@given(st.binary(max_size=100), st.binary(min_size=1, max_size=100), st.binary(min_size=1))
def test_another_signature_leaves_the_same(content: bytes, one: bytes, other: bytes) -> None:
    assert left(mach(content, one)) == left(mach(content, other))


@given(st.data())
def test_any_other_change_leaves_something_else_or_is_refused(data: st.DataObject) -> None:
    raw = bytearray(mach(b"some code of a library", b"signature"))
    before = left(bytes(raw))
    at = data.draw(st.integers(0, len(raw) - len(b"signature") - 1))
    raw[at] ^= 1 << data.draw(st.integers(0, 7))
    try:
        after = left(bytes(raw))
    except ValueError:
        return
    assert after != before


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_read(content: bytes) -> None:
    for raw in (content, MAGIC + content):
        with pytest.raises(ValueError):
            unsigned(raw, len(raw))


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "one architecture"),
        (b"\xca\xfe\xba\xbe" + bytes(100), "one architecture"),
        (mach()[:40], "cut off"),
        (mach(signature=None), "not signed"),
        (mach() + b"more", "behind its signature"),
        (mach(length=1), "behind its signature"),
        (mach(start=8), "behind its signature"),
        (mach(held=1), "behind its signature"),
        (mach(memory=1), "more room"),
        (mach(memory=1 << 40), "more room"),
        (mach(signature=bytes(LONGEST_SIGNATURE + 1)), "longer than any"),
    ],
)
def test_what_could_hide_something_is_refused(raw: bytes, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        unsigned(raw, len(raw))


def test_the_digest_of_a_file_is_that_of_what_is_left(tmp_path: Path) -> None:
    one, other, plain = (tmp_path / name for name in ("one", "other", "plain"))
    content = bytes(3 << 20)
    one.write_bytes(mach(content, b"first"))
    other.write_bytes(mach(content, b"the second"))
    plain.write_bytes(b"plain")
    assert digest_unsigned(one) == digest_unsigned(other)
    assert digest_unsigned(one)[1] == (3 << 20) + 0x1000
    assert [begins_as_program(path) for path in (one, other, plain)] == [True, True, False]
    with pytest.raises(OSError, match="one architecture"):
        digest_unsigned(plain)


@pytest.mark.parametrize(
    ("content", "signature"),
    [
        (b"code", b"signed" + ARCHIVE + b"and modules"),
        (ARCHIVE[:-1].rjust(16), ARCHIVE[-1:]),
    ],
)
def test_modules_in_a_signature_are_refused(
    tmp_path: Path, content: bytes, signature: bytes
) -> None:
    program = tmp_path / "program"
    program.write_bytes(mach(content, signature))
    with pytest.raises(OSError, match="holds modules"):
        digest_unsigned(program)


def test_modules_before_the_signature_are_what_was_built(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_bytes(mach(b"code" + ARCHIVE + b"and more of it"))
    assert digest_unsigned(program)[1] == 0x1000 + 32


def test_the_mark_of_modules_is_that_of_pyinstaller() -> None:
    readers = pytest.importorskip("PyInstaller.archive.readers")
    assert readers.CArchiveReader._COOKIE_MAGIC_PATTERN == ARCHIVE
