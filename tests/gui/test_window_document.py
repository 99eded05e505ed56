"""What docs/window.md says of keys is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gui.action_table import SPECS, Do

DOCUMENT = Path(__file__).parents[2] / "docs" / "window.md"
ROWS = {
    "next, previous finding; next uncertain": (Do.NEXT, Do.PREVIOUS, Do.NEXT_UNCERTAIN),
    "accept, reject, change label": (Do.ACCEPT, Do.REJECT, Do.RELABEL),
    "change to one of ten labels, as shown below the list": (Do.LABEL_1, Do.LABEL_9, Do.LABEL_0),
    "jump to a finding by the letters shown at it": (Do.JUMP,),
    "the same wherever these words stand": (Do.ACCEPT_ALL, Do.REJECT_ALL, Do.RELABEL_ALL),
    "mark the selection, filled up to whole words, or the word at the caret; wherever it stands": (
        Do.ADD,
        Do.ADD_ALL,
    ),
    "move the end by a word: on, back": (Do.EXTEND_END, Do.SHRINK_END),
    "move the beginning by a word: back, on": (Do.EXTEND_START, Do.SHRINK_START),
    "why a finding stands as it does": (Do.WHY,),
    "undo, redo": (Do.UNDO, Do.REDO),
    "pages instead of the text, and back": (Do.PAGES,),
    "find, also near-misses of a name": (Do.FIND,),
    "find what was missed": (Do.MISSED,),
    "reviewed: save and next": (Do.FINISH,),
    "next, previous note": (Do.NEXT_NOTE, Do.PREVIOUS_NOTE),
    "larger, smaller, usual size": (Do.LARGER, Do.SMALLER, Do.NORMAL_SIZE),
}


def rows() -> dict[str, list[str]]:
    table = re.findall(r"^\| ([^|`]+) \| (`[^|]+) \|$", DOCUMENT.read_text(), re.MULTILINE)
    return {words: re.findall(r"`([^`]+)`", keys) for words, keys in table}


def test_every_row_of_keys_is_known() -> None:
    assert set(rows()) == set(ROWS)


@pytest.mark.parametrize("words", ROWS)
def test_each_key_does_what_the_document_says(words: str) -> None:
    keys = rows()[words]
    assert len(keys) == len(ROWS[words])
    for key, do in zip(keys, ROWS[words], strict=True):
        assert key in SPECS[do].keys
