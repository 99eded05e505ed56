"""How much of what people marked a detector finds: gold notes, scores, tables."""

from deid.evaluate.gold import GoldNote, LabelledSpan
from deid.evaluate.readers import GoldFormat, read_gold
from deid.evaluate.scorers import Agreement, LabelAgreement, Labelled, Scores, score
from deid.evaluate.tables import compare, render

__all__ = [
    "Agreement",
    "GoldFormat",
    "GoldNote",
    "LabelAgreement",
    "Labelled",
    "LabelledSpan",
    "Scores",
    "compare",
    "read_gold",
    "render",
    "score",
]
