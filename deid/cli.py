"""The command line: `deid <command>`. Each command is a module of `deid.commands`."""

from __future__ import annotations

import argparse
import contextlib
import io
import multiprocessing
import os
import sys
from collections.abc import Sequence
from typing import Final

from deid import resources
from deid.commands import (
    audit,
    detect,
    evaluate,
    explain,
    managed,
    model,
    policy,
    queue,
    redact,
    rules,
    selftest,
    train,
    update,
)
from deid.commands.printing import complain
from deid.errors import DeidError, SealBroken
from deid.failures import describe
from deid.managed import current
from deid.sealed.program import check_program
from deid.sealed.refusal import refuse
from deid.silence import keep_silent

_DESCRIPTION: Final = """\
Takes the identity out of clinical notes on the computer where they lie.
Nothing is sent anywhere; every redaction stands in a tamper-evident log."""

_EPILOG: Final = """\
exit codes:
  0    done
  2    the command was not understood
  3    a note cannot be read: mend or exclude the file
  4    a policy, rule pack or roster is wrong: mend the file named
  5    the model is missing or was changed: reinstall it
  6    a result cannot be written: free the place or choose another
  7    the log cannot be used or does not verify: ask the privacy officer
  8    a note could not be wholly examined, so it was not released
  9    an output still held an identifier, so it was not released
  10   some notes of a batch were refused; the others are done
  11   the worklist cannot be used: mend what is named, or move its file away
  12   the act wants the key of an officer or administrator: name one with --as
  13   the installed program was changed or is damaged: reinstall it, and tell IT
  14   a setting that your IT manages says otherwise: `deid managed` shows them
  15   an update of rules or models was refused, and nothing changed: do what it says
  16   the update in use was changed: install it anew, or go back with `deid update undo`
  70   the program broke its own promise: please report it
  130  interrupted; run the same command with --resume to go on

The log, the keys and the code table lie in your data folder; DEID_HOME moves it."""

_COMMANDS: Final = (
    redact,
    detect,
    explain,
    evaluate,
    queue,
    audit,
    policy,
    rules,
    managed,
    model,
    train,
    update,
    selftest,
)

EXIT_INTERRUPTED: Final = 130
EXIT_DEFECT: Final = 70
EXIT_OUTPUT: Final = 6


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; of `--help` and wrong usage, raise it.

    Whatever goes wrong is told in one line on the standard error, without note text.

    Args:
        arguments: without the program's name; None: those of the process.

    Raises:
        SystemExit: `--help`, `--version` or a command that is not understood.
    """
    multiprocessing.freeze_support()
    keep_silent(os.environ)
    _print_any_name()
    try:
        check_program()
    except SealBroken as error:
        return refuse(error, program="deid")
    options = build_parser().parse_args(arguments)
    code = _run(options)
    try:
        sys.stdout.flush()
    except OSError:
        code = code or EXIT_OUTPUT
        _forget_stdout()
    return code


def _run(options: argparse.Namespace) -> int:
    try:
        current()  # whatever is to be done, what IT manages must be known first
        return int(options.run(options))
    except DeidError as error:
        complain(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        complain("interrupted; nothing is half-written, and --resume goes on with a batch")
        return EXIT_INTERRUPTED
    except BrokenPipeError:  # whoever read our output has seen enough
        return EXIT_OUTPUT
    except OSError as error:
        complain(f"the system refused to read or write ({error.strerror})")
        return EXIT_OUTPUT
    except Exception as error:  # noqa: BLE001 - its message may hold note text
        complain(f"{describe(error)}: please report this line, which holds no note text")
        return EXIT_DEFECT


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line; `run` of what it parses does the command."""
    parser = argparse.ArgumentParser(
        prog="deid",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in _COMMANDS:
        command.add(commands)
    return parser


class _Version(argparse.Action):
    """Prints the version; it is looked up only when it is asked for."""

    def __init__(self, option_strings: Sequence[str], dest: str, **_: object) -> None:
        super().__init__(option_strings, dest, nargs=0, help="print the version and end")

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(f"deid {resources.version()}")
        parser.exit()


def _print_any_name() -> None:
    """Let file names that the terminal cannot show be printed as escapes instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _forget_stdout() -> None:
    """Keep Python from writing what is left to an output that takes no more."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
