"""The registry, in which nothing is kept."""

from spacy import Absent

registry = Absent
