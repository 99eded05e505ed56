"""Unique names planted in every place of every format: none is in any reading of the output.

    python -m tests.formats.oracle.test_oracle

prints the table of places for `docs/formats.md`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import pytest

from deid.datatypes import Document
from deid.detect.roster import Roster, identifiers_of
from deid.formats import NoteFile
from deid.formats.tails import tail_of
from deid.naming import identifies, output_id
from deid.parts import part_texts
from deid.pipeline import Deidentifier, DetectorChoice
from deid.policy import load_policy
from tests.formats.oracle.channels import CHANNELS, NOTHING, TOKENS, Channel, opened
from tests.formats.oracle.unpacked import found_in
from tests.formats.pdf.structure import structure

DOCS = Path(__file__).resolve().parents[3] / "docs" / "formats.md"
SEED = bytes(range(32))


@pytest.fixture(scope="module")
def deidentifier() -> Deidentifier:
    known = identifiers_of([("name", TOKENS.name), ("mrn", TOKENS.number)])
    policy = load_policy("safe-harbor")
    roster = Roster({"": known})
    return Deidentifier.open(policy=policy, detectors=DetectorChoice.RULES, roster=roster)


def written(file: NoteFile, documents: Sequence[Document], deidentifier: Deidentifier) -> bytes:
    """The output file, and on the way whether it reads as its notes became."""
    pieces, tail = [file.head], tail_of(file)
    for document in documents:
        redacted = deidentifier.deidentify(document, seed=SEED)
        hide = file.holds_ids and identifies(deidentifier, document.id)
        name = output_id(document.id, hide=hide, draw=str.encode)
        pieces.append(file.render(document, redacted, id=name, patient=""))
        tail.add(pieces[-1])
    return b"".join([*pieces, tail.content()])


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.id)
def test_nothing_that_was_planted_is_left(channel: Channel, deidentifier: Deidentifier) -> None:
    content = channel.build(TOKENS)
    assert found_in(content, TOKENS.all) == set(TOKENS.all)  # else the oracle is blind here
    file, documents = opened(content, channel.suffix)
    output = written(file, documents, deidentifier)
    assert found_in(output, TOKENS.all) == set()


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.id)
def test_the_output_reads_as_the_notes_became(channel: Channel, deidentifier: Deidentifier) -> None:
    file, documents = opened(channel.build(TOKENS), channel.suffix)
    became = [
        _once(document, part_texts(document, deidentifier.deidentify(document, seed=SEED)))
        for document in documents
    ]
    _, again = opened(written(file, documents, deidentifier), channel.suffix)
    read = [_once(note, [part.span.of(note.text) for part in note.parts]) for note in again]
    if not channel.is_composed:  # of a picture, words are drawn anew
        assert read == became


def _once(document: Document, texts: Sequence[str]) -> list[str]:
    """What the places of a note read, each once, though two parts may stand in it."""
    parts = zip(document.parts, texts, strict=True)
    return [text for part, text in parts if text and part.same_as < 0]


@pytest.mark.parametrize(
    "channel",
    [channel for channel in CHANNELS if not channel.is_field],
    ids=lambda channel: channel.id,
)
def test_a_file_without_identifiers_comes_back_to_the_byte(
    channel: Channel, deidentifier: Deidentifier
) -> None:
    content = channel.build(NOTHING)
    file, documents = opened(content, channel.suffix)
    output = written(file, documents, deidentifier)
    if channel.is_composed:
        assert [note.text for note in opened(output, channel.suffix)[1]] == [
            note.text for note in documents
        ]
    elif channel.suffix != ".pdf":
        assert output == content
    elif not channel.is_removed:
        assert structure(output) == structure(content)


def table() -> Iterator[str]:
    """The places of each format, as a table in Markdown."""
    yield "| format | places |"
    yield "|---|---|"
    for suffix, channels in groupby(sorted(CHANNELS, key=lambda one: one.suffix), _suffix):
        yield f"| `{suffix}` | {'; '.join(channel.place for channel in channels)} |"


def _suffix(channel: Channel) -> str:
    return channel.suffix


def test_the_document_lists_the_places() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert "\n".join(table()) in text
    assert f"{len(CHANNELS)} in all" in text


if __name__ == "__main__":
    sys.stdout.write("\n".join(table()) + "\n")
