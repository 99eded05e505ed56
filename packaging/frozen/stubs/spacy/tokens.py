"""Texts and parts of them, which are not there."""

from spacy import Absent

Doc = Span = SpanGroup = Token = Absent
