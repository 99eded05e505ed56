"""Vocabularies, which are not there."""

from spacy import Absent

Vocab = Absent
