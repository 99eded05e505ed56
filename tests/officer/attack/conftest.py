"""Invented notes in which every name is known."""

from __future__ import annotations

import re

import pytest

from deid.datatypes import Document, Finding, Span
from deid.labels import Label
from deid.officer.attack import Marked

_MARK = re.compile(r"<(\w+)>(.*?)</\1>", re.DOTALL)
_NOTE = """\
Patient: <PATIENT>{patient}</PATIENT>
Seen by Dr. <DOCTOR>{doctor}</DOCTOR> on <DATE>3/{day}/2024</DATE>.
Mr. <PATIENT>{family}</PATIENT> is stable. He takes aspirin daily and walks with a cane.
Mr. <PATIENT>{family}</PATIENT> will return in two weeks. Call with any pain or fever.
Discussed with nurse <PERSON>{nurse}</PERSON>.
"""
_FAMILIES = ("Quenbridge", "Ortolandi", "Wexcombe", "Tarnhelm", "Uddinge", "Brackwater")
_DOCTORS = ("Yellowlees", "Okwudili", "Zimbrano", "Hakkarinen")


def note(text: str, *, identity: str = "n", patient: str = "") -> Marked:
    """The note in which `<LABEL>...</LABEL>` marks each identifier."""
    plain, end = "", 0
    findings = []
    for mark in _MARK.finditer(text):
        plain += text[end : mark.start()]
        span = Span(len(plain), len(plain) + len(mark.group(2)))
        findings.append(Finding(span, Label(mark.group(1)), 1.0, "gold"))
        plain += mark.group(2)
        end = mark.end()
    document = Document(id=identity, text=plain + text[end:], patient=patient)
    return Marked(document, tuple(findings))


@pytest.fixture
def notes() -> list[Marked]:
    """Notes of one kind and many people."""
    made = []
    for number in range(24):
        family = _FAMILIES[number % len(_FAMILIES)]
        text = _NOTE.format(
            patient=f"Oswin {family}",
            family=family,
            doctor=_DOCTORS[number % len(_DOCTORS)],
            nurse="Perpetua" if number % 2 else "Ludmirella",
            day=number + 1,
        )
        made.append(note(text, identity=f"n{number}"))
    return made
