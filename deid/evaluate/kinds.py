"""Kinds of identifiers that are counted together, and their recall as figures. Pure."""

from __future__ import annotations

from enum import StrEnum

from deid.evaluate.agreement import Agreement, LabelAgreement
from deid.evaluate.intervals import Figure, recall_of
from deid.evaluate.scores import Scores
from deid.labels import ID_LABELS, NAME_LABELS, Label


class Kind(StrEnum):
    """Labels that are counted together."""

    IDS = "ids"
    DATES = "dates"
    CONTACTS = "contacts"
    NAMES = "names"
    REST = "rest"

    @classmethod
    def of(cls, label: Label) -> Kind:
        """The kind of a label: places, ages, occupations and all else are the rest."""
        if label in ID_LABELS:
            return cls.IDS
        if label is Label.DATE:
            return cls.DATES
        if label in NAME_LABELS:
            return cls.NAMES
        return cls.CONTACTS if label.names.category == "CONTACT" else cls.REST


class Measure(StrEnum):
    """What is counted."""

    CHARACTERS = "characters"
    """Characters of marks that are not blank; found if any finding covers them."""
    SPANS = "spans"
    """Marks; found if findings cover every letter and digit."""


def recall_of_kind(kind: Kind, measure: Measure) -> Figure:
    """How much of one kind was found, under whatever label."""

    def agreement(scores: Scores) -> Agreement:
        one = _together(scores, kind)
        if measure is Measure.SPANS:
            return Agreement(gold=one.spans, found=one.spans_found)
        return one.characters

    return recall_of(kind, agreement)


def _together(scores: Scores, kind: Kind) -> LabelAgreement:
    own = (one for label, one in scores.labels.items() if Kind.of(label) is kind)
    return sum(own, LabelAgreement())
