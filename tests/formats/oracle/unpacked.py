"""Every reading of a file's bytes that somebody who looks for a name in it would try."""

from __future__ import annotations

import base64
import binascii
import html
import io
import quopri
import re
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from email.errors import HeaderParseError
from email.header import decode_header
from functools import lru_cache

from PIL import Image

from deid.ocr import engine
from deid.ocr.reading import read_picture
from tests.formats.oracle.pdf_readings import pdf_readings

_DEPTH = 5
_MANY = 1 << 20
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}(?:\s+[A-Za-z0-9+/_-]{4,})*={0,2}")
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}\s?){8,}")
_ESCAPES = re.compile(
    rb"\\u([0-9A-Fa-f]{4})|\\x([0-9A-Fa-f]{2})|\\'([0-9A-Fa-f]{2})|_x([0-9A-Fa-f]{4})_"
)
_PICTURE = re.compile(rb"\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a|\A(?:II\*\0|MM\0\*|BM)")
_PICTURES = ("PNG", "JPEG", "TIFF", "BMP", "GIF")
_WORDS = re.compile(rb"(?:=\?[^?\s]+\?[BbQq]\?[^?\s]*\?=\s*)+")
_PIECES = re.compile(rb"\"?;\s*[a-z]+\*\d\*?=\"?")
_RTF = (
    rb"\\u(-?\d+)(?: |(?!\d))(?:\\'..|[^\\{}]){%d}|\\'([0-9A-Fa-f]{2})"
    rb"|\\[A-Za-z]+-?\d* ?|\\[^A-Za-z]|[{}\r\n]"
)
_RTF_ASIDE = re.compile(rb"\{\\(?:\*|v |deleted )[^{}]*\}")
_HL7_HEX = re.compile(rb"\\X((?:[0-9A-Fa-f]{2})+)\\")


def readings(content: bytes, *, depth: int = _DEPTH) -> Iterator[bytes]:
    """The bytes as they are, and what they hold packed or coded, down to some depth."""
    seen: set[bytes] = set()
    level = [content]
    for _ in range(depth):
        below: list[bytes] = []
        for one in level:
            if one in seen:
                continue
            seen.add(one)
            yield one
            below += () if _is_page(one) else _within(one)
        level = below


def _is_page(content: bytes) -> bool:
    """Whether bytes are the dots of a page, nearly all alike, which is read where it is shown."""
    alike = max(content.count(b"\0"), content.count(b"\xff")) if len(content) > _MANY else 0
    return alike > 0.9 * len(content)


def found_in(content: bytes, words: Iterable[str]) -> set[str]:
    """The words that any reading of the bytes holds, in any case, whole or without blanks."""
    wanted = {word: word.casefold().encode() for word in words}
    found: set[str] = set()
    for one in readings(content):
        lowered = one.lower()
        tight = re.sub(rb"[\s\x00]+", b"", lowered)
        found |= {word for word, low in wanted.items() if low in lowered or low in tight}
    return found


def _within(content: bytes) -> Iterator[bytes]:
    for encoding in ("utf-16-le", "utf-16-be", "utf-7"):
        text = content.decode(encoding, "ignore")
        if text.isprintable() or encoding != "utf-7":
            yield text.encode("utf-8", "ignore")
    yield html.unescape(content.decode("utf-8", "ignore")).encode("utf-8", "ignore")
    yield urllib.parse.unquote_to_bytes(content)
    yield quopri.decodestring(content)
    yield _ESCAPES.sub(lambda hit: _character(hit), content)
    yield _HL7_HEX.sub(lambda hit: bytes.fromhex(hit.group(1).decode()), content)
    yield re.sub(rb"<[^>]*>", b"", content)
    if b"=?" in content:
        yield _WORDS.sub(lambda hit: _coded_words(hit.group()), content)
    yield _PIECES.sub(b"", content)
    if b"\\rtf" in content:
        for fallback in range(3):
            yield _rtf_text(content, fallback)
            yield _rtf_text(_RTF_ASIDE.sub(b"", content), fallback)
    for hit in _BASE64.finditer(content):
        packed = re.sub(rb"\s+", b"", hit.group()).rstrip(b"=").translate(_URL_SAFE)
        for cut in range(min(4, len(packed))):
            piece = packed[cut:]
            piece = piece[: len(piece) // 4 * 4]
            try:
                yield base64.b64decode(piece, validate=True)
            except binascii.Error:
                continue
    for hit in _HEX.finditer(content):
        digits = re.sub(rb"\s", b"", hit.group())
        yield bytes.fromhex(digits[: len(digits) // 2 * 2].decode())
    yield from _inflated(content)
    yield from _members(content)
    yield from pdf_readings(content)
    yield from _seen(content)


_URL_SAFE = bytes.maketrans(b"-_", b"+/")


def _character(hit: re.Match[bytes]) -> bytes:
    return chr(int(next(group for group in hit.groups() if group), 16)).encode("utf-8", "ignore")


def _coded_words(run: bytes) -> bytes:
    """What words of a header in code read, one behind the other."""
    try:
        words = decode_header(run.decode("latin-1"))
    except HeaderParseError:
        return run
    return b"".join(raw if isinstance(raw, bytes) else raw.encode() for raw, _ in words)


def _rtf_text(content: bytes, fallback: int) -> bytes:
    """What RTF reads, all its groups as one, with so many characters behind each by its number."""

    def character(hit: re.Match[bytes]) -> bytes:
        if hit[1] is not None:
            return chr(int(hit[1]) & 0xFFFF).encode("utf-8", "ignore")
        return bytes([int(hit[2], 16)]) if hit[2] is not None else b""

    return re.sub(_RTF % fallback, character, content)


def _inflated(content: bytes) -> Iterator[bytes]:
    for hit in re.finditer(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]", content):
        try:
            yield zlib.decompressobj(wbits=47).decompress(content[hit.start() :], 1 << 22)
        except zlib.error:
            continue


def _seen(content: bytes) -> Iterator[bytes]:
    """What is read on a picture and all its pages, wherever in the bytes it begins."""
    for hit in _PICTURE.finditer(content):
        try:
            with Image.open(io.BytesIO(content[hit.start() :]), formats=_PICTURES) as picture:
                for number in range(getattr(picture, "n_frames", 1)):
                    picture.seek(number)
                    page = picture.convert("L")
                    yield _words_on(page.size, page.tobytes())
        except Exception:  # noqa: BLE001 - no picture begins here
            continue


@lru_cache(maxsize=256)
def _words_on(size: tuple[int, int], dots: bytes) -> bytes:
    reading = read_picture(Image.frombytes("L", size, dots), engine=engine())
    return " ".join(word.text for line in reading.lines for word in line).encode()


def _members(content: bytes) -> Iterator[bytes]:
    if b"PK\x03\x04" not in content:
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield packed.comment
            for member in packed.infolist():
                yield member.filename.encode() + b"\n" + member.comment + member.extra
                yield packed.read(member)
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, RuntimeError, EOFError):
        return
