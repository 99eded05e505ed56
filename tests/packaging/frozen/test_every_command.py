"""Every command that the command line has is watched, and each is one that it understands."""

from __future__ import annotations

from pathlib import Path

import pytest
from frozen.every_command import LEFT_OUT, Trial, words
from linux.commands import Command, read_parser

from deid.cli import build_parser


def leaves(command: Command) -> list[str]:
    if not command.commands:
        return [" ".join(command.path[1:])]
    return [leaf for one in command.commands for leaf in leaves(one)]


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    (tmp_path / "a folder").mkdir()
    found = Trial(tmp_path / "a folder", updates=False)
    found.prepare()
    return found


def test_none_is_missing_and_each_is_understood(trial: Trial) -> None:
    parser = build_parser()
    every = leaves(read_parser(parser, ["deid"]))
    watched = list(trial.commands())
    for one in watched:
        parser.parse_args(one.arguments)
    begun = [f"{one.words} " for one in watched]
    missing = {leaf for leaf in every if not any(one.startswith(f"{leaf} ") for one in begun)}
    assert missing == LEFT_OUT


def test_what_one_prints_goes_into_the_next(trial: Trial) -> None:
    trial.remember("sample 3f9a21c07be4d815: 2 of 4 released notes\n")
    trial.remember(f"signed by noteveil/log/70f2+0a1b2c3d+{'A' * 44}\n")
    taken = {one.words: one.arguments for one in trial.commands()}
    assert taken["audit sample close"][3] == "3f9a21c07be4d815"
    assert taken["audit machines add other"][-1] == f"noteveil/log/70f2+0a1b2c3d+{'A' * 44}"
    assert taken["detect"] == ("detect", str(trial.folder / "notes" / "note-0.txt"))


def test_a_program_with_a_root_of_updates_lists_them(trial: Trial) -> None:
    codes = [
        one.code
        for updates in (False, True)
        for one in Trial(trial.folder, updates).commands()
        if one.words == "update list"
    ]
    assert codes == [15, 0]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("audit sample verdict {sample} 1 --none", "audit sample verdict"),
        ("managed", "managed"),
        ("audit sign-off --meaning approved", "audit sign-off"),
    ],
)
def test_the_words_of_a_command_end_where_it_takes_something(written: str, found: str) -> None:
    assert words(written) == found
