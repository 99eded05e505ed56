"""How much of what people marked a detector finds: gold notes, scores, intervals, tables."""

from deid.evaluate.agreement import Agreement, LabelAgreement, Labelled
from deid.evaluate.gold import GoldNote, LabelledSpan
from deid.evaluate.readers import GoldFormat, read_gold
from deid.evaluate.scores import Scores, score, score_each, total
from deid.evaluate.shared_task import Comparison, Subset, Tally
from deid.evaluate.tables import compare, render

__all__ = [
    "Agreement",
    "Comparison",
    "GoldFormat",
    "GoldNote",
    "LabelAgreement",
    "Labelled",
    "LabelledSpan",
    "Scores",
    "Subset",
    "Tally",
    "compare",
    "read_gold",
    "render",
    "score",
    "score_each",
    "total",
]
