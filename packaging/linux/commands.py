"""What a program understands, read off its parser: for the manual and for completion."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_COLLAPSE: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Option:
    """An option, or something that stands at a place of its own.

    Attributes:
        flags: `--out`, `-o`; none where it is known by its place.
        value: what stands after the flag, in words; empty where nothing does.
        choices: the only values there are; none where there are others.
        explained: what it does, in one line.
    """

    flags: tuple[str, ...]
    value: str
    choices: tuple[str, ...]
    explained: str


@dataclass(frozen=True, slots=True)
class Command:
    """A program, or a command of one.

    Attributes:
        path: `("deid", "audit", "verify")`.
        explained: what it does, in one line.
        description: what its help begins with; paragraphs are parted by empty lines.
        epilog: what its help ends with.
        usage: its usage, in one line.
        options: in the order of its help.
        places: what is known by its place.
        commands: in the order of its help.
    """

    path: tuple[str, ...]
    explained: str
    description: str
    epilog: str
    usage: str
    options: tuple[Option, ...]
    places: tuple[Option, ...]
    commands: tuple[Command, ...]

    def all(self) -> Iterator[Command]:
        """This one, and every one below it."""
        yield self
        for command in self.commands:
            yield from command.all()


def read_parser(
    parser: argparse.ArgumentParser, path: Sequence[str], explained: str = ""
) -> Command:
    """What this parser and those of its commands understand."""
    options: list[Option] = []
    places: list[Option] = []
    commands: list[Command] = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            told = {str(one.dest): one.help for one in action._choices_actions}
            commands += [
                read_parser(below, (*path, name), _line(below, told.get(name)))
                for name, below in action.choices.items()
            ]
        elif action.help != argparse.SUPPRESS:
            (options if action.option_strings else places).append(_option(parser, action))
    return Command(
        path=tuple(path),
        explained=explained,
        description=parser.description or "",
        epilog=parser.epilog or "",
        usage=_COLLAPSE.sub(" ", parser.format_usage()).strip().removeprefix("usage: "),
        options=tuple(options),
        places=tuple(places),
        commands=tuple(commands),
    )


def _option(parser: argparse.ArgumentParser, action: argparse.Action) -> Option:
    value = ""
    if action.nargs != 0:
        formatter = parser._get_formatter()
        default = (
            formatter._get_default_metavar_for_optional(action)
            if action.option_strings
            else formatter._get_default_metavar_for_positional(action)
        )
        value = formatter._format_args(action, default)
    return Option(
        flags=tuple(action.option_strings),
        value=value,
        choices=tuple(str(choice) for choice in action.choices or ()),
        explained=_line(parser, action.help, action),
    )


def _line(
    parser: argparse.ArgumentParser, text: str | None, action: argparse.Action | None = None
) -> str:
    if text and action is not None:
        text = parser._get_formatter()._expand_help(action)
    return _COLLAPSE.sub(" ", text or "").strip()
