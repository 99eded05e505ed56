"""Errors in the words of the window."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import deid
from deid.errors import InputError, LogUnavailable, NotPermitted, OutputExists
from gui.messages import _REMEDIES, breakable, told


@pytest.fixture(scope="module")
def literals() -> str:
    """Every text that stands in the modules of the library."""
    root = Path(deid.__file__).parent
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in root.rglob("*.py"))
    texts = (
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    return "\n".join(texts)


@pytest.mark.parametrize("typed", [typed for typed, _done in _REMEDIES])
def test_each_command_is_one_that_an_error_tells_to_type(typed: str, literals: str) -> None:
    assert typed in literals


def test_the_window_tells_where_and_not_what_to_type() -> None:
    words = told(
        LogUnavailable(
            "9 of the 10 records are in archives: name these with --archive, or give out only "
            "what lies behind them, of whichever user (--behind-archives)"
        )
    )
    assert words == (
        "9 of the 10 records are in archives: name their folder under “Machines and archives”."
    )
    assert "deid audit" not in told(
        NotPermitted(
            "nobody is enrolled yet: begin with `deid audit people add --name NAME --role "
            "administrator`"
        )
    )


@pytest.mark.parametrize(
    ("typed", "done"),
    [
        ("`deid train resume 20261121-1` does it", "“Measure again …” on the page “Training”"),
        ("`deid train results 20261121-1` says why", "“Results” on the page “Training”"),
        ("end it with `deid train end 20261121-1`", "“End …” on the page “Training”"),
        ("end the run with `deid train end`", "“End …” on the page “Training”"),
        ("let an officer go back with `deid train rollback`", "“Go back to the model before …”"),
        ("`deid train list` shows them", "The page “Training” shows them"),
    ],
)
def test_where_a_command_names_a_run_the_page_is_named(
    typed: str, done: str, literals: str
) -> None:
    assert typed.partition(" 20261121-1")[0] in literals
    words = told(NotPermitted(typed))
    assert done in words
    assert "`" not in words


def test_other_words_are_kept() -> None:
    assert told(InputError("line 3: no note")) == "Line 3: no note."
    assert "already" in told(OutputExists("there: choose another name"))


def test_a_path_may_be_broken_behind_its_separators() -> None:
    assert breakable("/a/b c") == "/a/\u200bb c"
