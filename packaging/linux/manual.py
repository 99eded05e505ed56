"""Manual pages, made of what a program's help says. For groff's man macros (groff_man(7))."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from linux.commands import Command, Option


def manual(program: Command, *, summary: str, version: str, epoch: int) -> str:
    """The page of section 1 on this program, with all its commands.

    Args:
        program: what it understands.
        summary: what it is, in one line.
        version: of the program.
        epoch: seconds since 1970, for the date of the page.
    """
    name = program.path[0]
    date = datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%d")
    lines = [
        f'.TH {_text(name.upper())} 1 "{date}" "NoteVeil {_text(version)}" "User commands"',
        ".SH NAME",
        f"{_text(name)} \\- {_text(summary)}",
        ".SH SYNOPSIS",
        f".B {_text(program.usage)}",
        ".SH DESCRIPTION",
        *_prose(program.description),
    ]
    if program.options or program.places:
        lines += [".SH OPTIONS", *_listed(program)]
    below = [command for command in program.all() if command is not program]
    if below:
        lines.append(".SH COMMANDS")
        for command in below:
            lines += [f'.SS "{_text(" ".join(command.path))}"', *_section(command)]
    if program.epilog:
        lines += [".SH NOTES", ".nf", *map(_line, program.epilog.splitlines()), ".fi"]
    return "\n".join([*lines, ""])


def _section(command: Command) -> Iterator[str]:
    yield from (".P", f".B {_text(command.usage)}", ".P")
    yield from _prose(command.description or command.explained)
    yield from _listed(command)
    if command.epilog:
        yield from (".P", ".nf", *map(_line, command.epilog.splitlines()), ".fi")


def _listed(command: Command) -> Iterator[str]:
    for option in (*command.places, *command.options):
        yield ".TP"
        yield _named(option)
        yield _line(option.explained) or "\\&"


def _named(option: Option) -> str:
    flags = ", ".join(f"\\fB{_text(flag)}\\fR" for flag in option.flags)
    value = f"\\fI{_text(option.value)}\\fR" if option.value else ""
    return " ".join(part for part in (flags, value) if part)


def _prose(text: str) -> Iterator[str]:
    for number, paragraph in enumerate(part for part in text.split("\n\n") if part.strip()):
        if number:
            yield ".P"
        if paragraph.startswith((" ", "\t")):
            yield from (".nf", *map(_line, paragraph.splitlines()), ".fi")
        else:
            yield from map(_line, paragraph.splitlines())


def _line(text: str) -> str:
    """The text as a line of its own, which is no request even if it begins as one."""
    shown = _text(text)
    return f"\\&{shown}" if shown.startswith((".", "'")) else shown


def _text(text: str) -> str:
    return text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq").replace("`", "\\(ga")
