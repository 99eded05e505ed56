"""A person's review of one note: marks, acts, their undoing, and what follows from them (pure).

Nothing here needs the window: a script may take the same acts.
"""

from deid.review.acts import (
    accept,
    add,
    add_leftovers,
    carry_over,
    move,
    reject,
    relabel,
)
from deid.review.edges import Edge, Unit, moved_span, word_at
from deid.review.logged import log_events
from deid.review.marks import Mark, MarkState
from deid.review.standard import Standard, Tally
from deid.review.state import Act, ActKind, Review, ReviewEvent, Step, apply, begin
from deid.review.stored import act_from_json, act_to_json, from_json, to_json

__all__ = [
    "Act",
    "ActKind",
    "Edge",
    "Mark",
    "MarkState",
    "Review",
    "ReviewEvent",
    "Standard",
    "Step",
    "Tally",
    "Unit",
    "accept",
    "act_from_json",
    "act_to_json",
    "add",
    "add_leftovers",
    "apply",
    "begin",
    "carry_over",
    "from_json",
    "log_events",
    "move",
    "moved_span",
    "reject",
    "relabel",
    "to_json",
    "word_at",
]
