"""Pipelines, which are not there."""

from spacy import Absent

Language = Absent
