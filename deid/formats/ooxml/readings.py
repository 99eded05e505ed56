"""What a paragraph reads besides what it shows: before it was changed, and without hidden text.

ISO/IEC 29500-1, 17.13.5 (changes) and 17.3.2.41 (hidden text). A name may be whole in one of these
readings alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from deid.formats.markup import Markup, Place
from deid.formats.ooxml.cells import attributes
from deid.formats.ooxml.open_places import local

_CODES: Final = frozenset({"instrText", "delInstrText"})
_GONE: Final = frozenset({"del", "delText", "moveFrom"})
_NEW: Final = frozenset({"ins", "moveTo"})
_HIDING: Final = "vanish"
_OFF: Final = frozenset({"0", "false", "off"})


def hidden_runs(markup: Markup) -> frozenset[int]:
    """The numbers of the elements of runs that are hidden by themselves, and not by a style."""
    names = [local(name) for name in markup.elements]
    found = [element for element, name in enumerate(names) if name == _HIDING]
    given = attributes(markup) if found else {}
    hidden: set[int] = set()
    for element in found:
        is_off = any(
            local(name) == "val" and place.value in _OFF
            for name, (_, place) in given.get(element, {}).items()
        )
        run = markup.parents[markup.parents[element]]
        if not is_off and names[run] == "r":
            hidden.add(run)
    return frozenset(hidden)


def other_readings(
    markup: Markup, places: Sequence[Place], hidden: frozenset[int]
) -> Iterator[list[int]]:
    """What else the runs of a paragraph read.

    Args:
        markup: the member.
        places: of the texts of the runs, in their order.
        hidden: runs that are hidden, see `hidden_runs`.

    Yields:
        The indexes of the runs that are read as one text, in their order.
    """
    names = [{local(name) for name in place.path} for place in places]
    texts = [index for index, one in enumerate(names) if not one & _CODES]
    gone = {index for index in texts if names[index] & _GONE}
    unseen = {index for index in texts if markup.parents[places[index].element] in hidden}
    shown = [index for index in texts if index not in gone]
    if gone and len(gone) < len(texts):
        yield [index for index in texts if index in gone or not names[index] & _NEW]
    if unseen and any(index not in unseen for index in shown):
        yield [index for index in shown if index not in unseen]
