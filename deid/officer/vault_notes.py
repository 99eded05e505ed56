"""Notes of which the vault keeps values: found by their id or their file, without showing any."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from deid.errors import InputError
from deid.formats import Unreadable
from deid.formats.inputs import read_input
from deid.officer.desk import Desk
from deid.officer.sampled_notes import options_again, output_length
from deid.vault.file import Entry, VaultFile
from deid.vault.values import Place, places_from_text


@dataclass(frozen=True, slots=True)
class FoundNote:
    """A note of which values are kept; it shows none of them.

    Attributes:
        entry: where they lie.
        places: in the output, where values were replaced.
        text: of the output; None where its file is not at hand, or reads otherwise now than when
            it was written, as pictures may.
    """

    entry: Entry
    places: tuple[Place, ...]
    text: str | None = field(default=None, repr=False)

    def line_and_column(self, index: int) -> tuple[int, int] | None:
        """Where a replacement begins, both from 1; None where the text is not at hand."""
        if self.text is None:
            return None
        start = self.places[index].span.start
        before = self.text.rfind("\n", 0, start)
        return self.text.count("\n", 0, start) + 1, start - before

    def index_at(self, line: int, column: int) -> int | None:
        """The place that covers this character, both from 1; None where there is none."""
        if self.text is None:
            return None
        lines = self.text.split("\n")
        if not 1 <= line <= len(lines):
            return None
        offset = sum(len(one) + 1 for one in lines[: line - 1]) + column - 1
        spans = enumerate(place.span for place in self.places)
        return next((at for at, span in spans if span.start <= offset < span.end), None)


def find_by_id(desk: Desk, document_id: str) -> FoundNote:
    """The note of this id that was released or held last, of those of which values are kept.

    Raises:
        InputError: nothing is kept of such a note.
        VaultUnusable: there is no vault, or it cannot be used.
    """
    document = desk.keys.fingerprint("document", document_id)
    with VaultFile.open(desk.home) as file:
        found = file.of_document(document)
    if not found:
        raise InputError(
            "the vault keeps nothing of a note of that id, or it was redacted under an earlier "
            "site key: name the released file instead"
        )
    return _found(found[-1], None)


def find_released(desk: Desk, path: Path, *, encoding: str | None = None) -> FoundNote:
    """The note in a file, as it was released, of which values are kept.

    Args:
        desk: whose vault is looked through.
        path: the file; it is recognised by its bytes, wherever it lies.
        encoding: of its text; None: found out.

    Raises:
        InputError: the file cannot be read, nothing is kept of it, or it holds several such notes.
        VaultUnusable: there is no vault, or it cannot be used.
    """
    notes = read_input(path, name=path.name, options=options_again(encoding))
    texts = {
        sha256(notes.content(note)).hexdigest(): note.text
        for note in notes.notes()
        if not isinstance(note, Unreadable)
    }
    with VaultFile.open(desk.home) as file:
        found = [
            _found(kept[-1], _as_written(desk, kept[-1], own, text))
            for own, text in texts.items()
            if (kept := file.of_output(own))
        ]
    if not found:
        raise InputError(
            "the vault keeps nothing of this file, or it was changed since its release"
        )
    if len(found) > 1:
        raise InputError("the file holds several notes: name one of them by its id")
    return found[0]


def _as_written(desk: Desk, entry: Entry, output: str, text: str) -> str | None:
    """The text; None where the file reads otherwise now, so that no place in it can be told."""
    length = output_length(desk.log, entry.content.document, output, len(text))
    return text if len(text) == length else None


def _found(entry: Entry, text: str | None) -> FoundNote:
    return FoundNote(entry, places_from_text(entry.content.places), text)
