"""Other programs that take identifiers out of notes: what each of them finds, in our terms."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from presidio_engine import presidio_engine

from deid import Label, Span
from deid.errors import UnknownLabel
from deid.evaluate import GoldNote, LabelledSpan

Finder = Callable[[Sequence[GoldNote]], dict[str, list[LabelledSpan]]]
"""From notes to what is found in each, by its id."""

_PHILTER = Path(__file__).with_name("philter_spans.py")
_SCRUBADUB = {
    "credential": Label.USERNAME,
    "credit_card": Label.ACCOUNT,
    "email": Label.EMAIL,
    "phone": Label.PHONE,
    "social_security_number": Label.SSN,
    "twitter": Label.USERNAME,
    "url": Label.URL,
}


def by_presidio(model: str | None = None) -> Finder:
    """What Presidio finds, with its patterns or with a spaCy pipeline beside them."""

    def find(notes: Sequence[GoldNote]) -> dict[str, list[LabelledSpan]]:
        engine = presidio_engine(model)
        return {
            note.id: [
                LabelledSpan(Span(one.start, one.end), _label(one.entity_type))
                for one in engine.analyze(text=note.text, language="en")
            ]
            for note in notes
        }

    return find


def by_scrubadub(notes: Sequence[GoldNote]) -> dict[str, list[LabelledSpan]]:
    """What scrubadub's standard detectors find."""
    import scrubadub

    scrubber = scrubadub.Scrubber()
    return {
        note.id: [
            LabelledSpan(Span(one.beg, one.end), _SCRUBADUB.get(one.type, Label.OTHER))
            for one in scrubber.iter_filth(note.text)
        ]
        for note in notes
    }


def by_philter(python: Path) -> Finder:
    """What Philter removes, run by an interpreter that has it; it tells no labels."""

    def find(notes: Sequence[GoldNote]) -> dict[str, list[LabelledSpan]]:
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder, "notes.jsonl"), Path(folder, "spans.jsonl")
            rows = (json.dumps({"id": note.id, "text": note.text}) for note in notes)
            source.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
            command = [str(python), "-W", "ignore", str(_PHILTER), str(source), str(target)]
            subprocess.run(command, check=True, stdout=sys.stderr)
            lines = target.read_text(encoding="utf-8").splitlines()
        found = {row["id"]: row["spans"] for row in map(json.loads, lines)}
        return {
            note.id: [LabelledSpan(Span(*pair), Label.OTHER) for pair in found[note.id]]
            for note in notes
        }

    return find


def has_scrubadub() -> bool:
    """Whether scrubadub is installed here."""
    return importlib.util.find_spec("scrubadub") is not None


def _label(entity: str) -> Label:
    try:
        return Label.parse(entity)
    except UnknownLabel:
        return Label.OTHER
