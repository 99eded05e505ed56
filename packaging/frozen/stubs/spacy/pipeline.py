"""Components, which are not there."""

from spacy import Absent

Pipe = Absent
