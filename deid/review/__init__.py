"""A person's review of one note: marks, acts, their undoing, and what follows from them (pure).

Nothing here needs the window: a script may take the same acts.
"""

from deid.review.acts import accept, add, add_each, add_leftovers, move, reject, relabel
from deid.review.alike import (
    Reach,
    accept_all,
    add_all,
    occurrences,
    reach,
    reject_all,
    relabel_all,
)
from deid.review.choices import LabelChoices, label_choices, new_choices
from deid.review.edges import Edge, Unit, moved_span, whole_names, word_at
from deid.review.groups import Group, groups
from deid.review.identities import Identities
from deid.review.logged import log_events
from deid.review.marks import Change, Mark, MarkState
from deid.review.measured import Caught, as_shown, as_written, caught
from deid.review.reexamined import carry_over, suggest
from deid.review.standard import Standard, Tally
from deid.review.state import (
    Act,
    ActKind,
    Finished,
    Review,
    ReviewEvent,
    Step,
    apply,
    begin,
    finish,
)
from deid.review.stored import act_from_json, act_to_json, from_json, marks_from_json, to_json
from deid.review.withheld import choose_withheld

__all__ = [
    "Act",
    "ActKind",
    "Caught",
    "Change",
    "Edge",
    "Finished",
    "Group",
    "Identities",
    "LabelChoices",
    "Mark",
    "MarkState",
    "Reach",
    "Review",
    "ReviewEvent",
    "Standard",
    "Step",
    "Tally",
    "Unit",
    "accept",
    "accept_all",
    "act_from_json",
    "act_to_json",
    "add",
    "add_all",
    "add_each",
    "add_leftovers",
    "apply",
    "as_shown",
    "as_written",
    "begin",
    "carry_over",
    "caught",
    "choose_withheld",
    "finish",
    "from_json",
    "groups",
    "label_choices",
    "log_events",
    "marks_from_json",
    "move",
    "moved_span",
    "new_choices",
    "occurrences",
    "reach",
    "reject",
    "reject_all",
    "relabel",
    "relabel_all",
    "suggest",
    "to_json",
    "whole_names",
    "word_at",
]
