"""Ways to spoil a file, its bytes or its structure, drawn at random (pure but for the draw)."""

from __future__ import annotations

import io
import json
import random
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from typing import Final
from warnings import catch_warnings, simplefilter

Mutation = Callable[[bytes, random.Random], bytes]
"""From a file and where chance comes from to another file."""

PIECES: Final[Sequence[bytes]] = (
    b"\x00", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xe2\x80\xae", b"\x0b",
    b"\r", b"\n", b"\t", b'"', b"'", b"<", b">", b"&", b"&#0;", b"&#xD800;", b"&amp;amp;", b"]]>",
    b"<![CDATA[", b"<!--", b"-->", b"<?x ?>", b"</p>", b"<p>", b"<svg>", b"<template>", b"<a/>",
    b"|", b"^", b"~", b"\\", b"\\X0D\\", b"\\Z1\\", b"&", b"MSH|^~\\&|", b"PID|1||1||A^B", b"ADD|",
    b"{", b"}", b"[", b"]", b",", b":", b"null", b"1e999", b"-0", b"\\u0000", b"\\ud800", b'"_id":',
    b"%PDF-", b"endobj", b"stream\n", b">>", b"<<", b"/Names", b"{\\rtf1", b"\\bin9999999999 ",
    b"\\'41", b"Content-Type: ", b"=?utf-8?q?=41?=", b"--", b"data:,x", b"9" * 400, b"A" * 5000,
    b"=" * 60, b"\xc2\xa0", b"PK\x03\x04", b"javascript:", b' xml:lang="x"', b' xsi:type="ST"',
)  # fmt: skip
_TAG: Final = re.compile(rb"<[^<>]{1,2000}>")
_ATTRIBUTE: Final = re.compile(rb"""\s[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*')""")
_VALUE: Final = re.compile(rb"""(?<==)(?:"[^"<]*"|'[^'<]*')""")
_LINE: Final = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_STREAM: Final = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def mutated(content: bytes, others: Sequence[bytes], draw: random.Random) -> bytes:
    """A file after one to four mutations, of its members where it is a ZIP file.

    Args:
        content: the file.
        others: files of the same kind, of which pieces are taken.
        draw: where chance comes from.
    """
    for _ in range(draw.choice((1, 1, 2, 4))):
        if content.startswith(b"PK\x03\x04") and draw.random() < 0.85:
            content = _in_member(content, others, draw)
        elif b"endstream" in content and draw.random() < 0.4:
            content = _in_stream(content, others, draw)
        else:
            content = _mutation(content, others, draw)(content, draw)
    return content


def _mutation(content: bytes, others: Sequence[bytes], draw: random.Random) -> Mutation:
    choices = list(_BYTES)
    if _TAG.search(content[:5000]):
        choices += _MARKUP * 2
    if content.lstrip()[:1] in (b"{", b"["):
        choices += _JSON * 3
    if content.count(b"\r") + content.count(b"\n") > 1:
        choices += _LINES
    if others:
        choices.append(lambda data, chance: _spliced(data, chance.choice(others), chance))
    return draw.choice(choices)


def _span(content: bytes, draw: random.Random, *, most: int = 200) -> tuple[int, int]:
    start = draw.randint(0, len(content))
    return start, min(len(content), start + draw.choice((0, 1, 2, 8, draw.randint(0, most))))


def _flip(content: bytes, draw: random.Random) -> bytes:
    data = bytearray(content)
    for _ in range(draw.choice((1, 3, 20)) if data else 0):
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    return bytes(data)


def _cut(content: bytes, draw: random.Random) -> bytes:
    start, end = _span(content, draw)
    return content[:start] + content[end:]


def _truncated(content: bytes, draw: random.Random) -> bytes:
    return content[: draw.randint(0, len(content))]


def _repeated(content: bytes, draw: random.Random) -> bytes:
    start, end = _span(content, draw)
    return content[:end] + content[start:end] * draw.choice((1, 2, 50)) + content[end:]


def _put(content: bytes, draw: random.Random) -> bytes:
    start, end = _span(content, draw, most=4)
    return content[:start] + draw.choice(PIECES) + content[end:]


def _spliced(content: bytes, other: bytes, draw: random.Random) -> bytes:
    start, end = _span(content, draw)
    first, last = _span(other, draw, most=2000)
    return content[:start] + other[first:last] + content[end:]


def _recoded(content: bytes, draw: random.Random) -> bytes:
    encoding = draw.choice(("utf-16-le", "utf-16-be", "utf-16", "utf-32", "utf-8-sig", "utf-7"))
    return content.decode("utf-8", "replace").encode(encoding, "replace")


def _swapped(pattern: re.Pattern[bytes]) -> Mutation:
    """Puts one match in the place of another, or twice, or takes it out."""

    def swap(content: bytes, draw: random.Random) -> bytes:
        found = list(pattern.finditer(content))
        if not found:
            return content
        one, other = draw.choice(found), draw.choice(found)
        put = draw.choice((other.group(), one.group() * 2, one.group() + other.group(), b""))
        return content[: one.start()] + put + content[one.end() :]

    return swap


def _deepened(content: bytes, draw: random.Random) -> bytes:
    """One element many times around itself."""
    found = list(re.finditer(rb"<([\w:.-]+)>", content))
    if not found:
        return content
    one, depth = draw.choice(found), draw.choice((3, 60, 3000))
    return content[: one.start()] + one.group() * depth + content[one.start() :]


def _revalued(content: bytes, draw: random.Random) -> bytes:
    found = list(_VALUE.finditer(content))
    if not found:
        return content
    one = draw.choice(found)
    return content[: one.start()] + b'"' + draw.choice(PIECES) + b'"' + content[one.end() :]


def _other_tree(content: bytes, draw: random.Random) -> bytes:
    """JSON with one of its values moved, doubled, wrapped or another."""
    lines = content.splitlines(keepends=True)
    at = draw.randrange(len(lines)) if content.count(b"\n{") else -1
    try:
        tree = json.loads(content if at < 0 else lines[at])
    except (ValueError, RecursionError):
        return content
    nodes = list(_containers(tree))
    if not nodes:
        return content
    node = draw.choice(nodes)
    key = draw.choice(list(node) if isinstance(node, dict) else range(len(node)))
    value = node[key]
    new = draw.choice(
        (None, 1.5, True, "", [], {}, [value], {"extension": [value]}, [[value]], str(value), value)
    )
    if isinstance(node, dict) and draw.random() < 0.5:
        node[draw.choice(("_" + str(key), str(key).lstrip("_"), "id", "value", "extension"))] = new
    else:
        node[key] = new
    written = json.dumps(tree, ensure_ascii=draw.random() < 0.5).encode("utf-8", "surrogatepass")
    return written if at < 0 else b"".join([*lines[:at], written, b"\n", *lines[at + 1 :]])


def _containers(tree: object) -> list[dict | list]:  # type: ignore[type-arg]
    found = [tree] if isinstance(tree, dict | list) and tree else []
    for node in found:
        inner = node.values() if isinstance(node, dict) else node
        found += [one for one in inner if isinstance(one, dict | list) and one]
    return found


def _in_member(content: bytes, others: Sequence[bytes], draw: random.Random) -> bytes:
    members = _members(content)
    if not members:
        return _flip(content, draw)
    strangers = [row for other in others[:4] for row in _members(other)]
    at = draw.randrange(len(members))
    name, data = members[at]
    match draw.randrange(10):
        case 0:
            del members[at]
        case 1:
            members.append((name, data))
        case 2:
            members.append(draw.choice(strangers or members))
        case 3:
            members[at] = (draw.choice((name.upper(), f"../{name}", name[:-1], "mimetype")), data)
        case _:
            same = [inner for other, inner in strangers if other == name]
            members[at] = (name, _mutation(data, same, draw)(data, draw))
    stream = io.BytesIO()
    with catch_warnings(), zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        simplefilter("ignore")  # of names that are there twice
        for member, inner in members:
            file.writestr(zipfile.ZipInfo(member or "x"), inner)
    return stream.getvalue()


def _members(content: bytes) -> list[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            return [(one.filename, file.read(one)) for one in file.infolist()]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError):
        return []
    except (RuntimeError, UnicodeError):
        return []


def _in_stream(content: bytes, others: Sequence[bytes], draw: random.Random) -> bytes:
    found = list(_STREAM.finditer(content))
    if not found:
        return content
    one = draw.choice(found)
    data, is_packed = one.group(1), True
    try:
        data = zlib.decompress(data)
    except zlib.error:
        is_packed = False
    data = _mutation(data, [], draw)(data, draw)
    written = zlib.compress(data) if is_packed else data
    return content[: one.start(1)] + written + content[one.end(1) :]


_BYTES: Final[Sequence[Mutation]] = (_flip, _cut, _truncated, _repeated, _put, _put, _recoded)
_MARKUP: Final[Sequence[Mutation]] = (
    _swapped(_TAG), _swapped(_ATTRIBUTE), _swapped(_VALUE), _deepened, _revalued,
)  # fmt: skip
_LINES: Final[Sequence[Mutation]] = (_swapped(_LINE),)
_JSON: Final[Sequence[Mutation]] = (_other_tree,)
