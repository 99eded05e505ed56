"""Arguments of the acts that want somebody's key: who it is, and where the PIN comes from."""

from __future__ import annotations

import argparse
import getpass
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from deid.commands.printing import printable
from deid.errors import KeyUnusable, NotPermitted

if TYPE_CHECKING:
    from deid.officer import Desk, KnownPerson


def add_person(parser: argparse.ArgumentParser) -> None:
    """Add `--as`, `--key` and `--pin-file`."""
    parser.add_argument(
        "--as",
        dest="acting",
        metavar="PERSON",
        help="who does this: a name or id that `deid audit people list` shows; the PIN is asked "
        "for",
    )
    add_key(parser)
    parser.add_argument(
        "--pin-file",
        type=Path,
        metavar="FILE",
        help="read the PIN from the first line of this file, which only you may read",
    )


def add_key(parser: argparse.ArgumentParser) -> None:
    """Add `--key`."""
    parser.add_argument(
        "--key",
        dest="key_file",
        type=Path,
        metavar="FILE",
        help="the person's key lies in this file, such as on a stick, and not in the data folder; "
        "it is not copied",
    )


@contextmanager
def officer_desk(options: argparse.Namespace) -> Iterator[Desk]:
    """The desk of the user's data folder, with the key unlocked that the arguments name, if any.

    Raises:
        PinRefused: the PIN is wrong.
        KeyUnusable: there is no such person, or a key cannot be used.
        NotPermitted: of an act at the desk, which says where no key is unlocked how it is.
        AuditError: the log cannot be used.
    """
    from deid.officer import Desk

    with Desk.open() as desk:
        if options.acting is not None or options.key_file is not None:
            person = find_key(desk, options.acting, options.key_file)
            pin = ask_pin(f"PIN of {printable(person.name)}", options.pin_file)
            desk.unlock(person.id, pin, key_file=options.key_file)
            tell_wrong_pins(desk)
        try:
            yield desk
        except NotPermitted as error:
            if desk.person is None and desk.roles().anybody:
                raise NotPermitted(f"{error} with --as PERSON") from None
            raise


def tell_wrong_pins(desk: Desk) -> None:
    """Say how often a wrong PIN was typed before the key was unlocked, if it was."""
    found = desk.take_wrong_pins()
    if found is not None:
        count = "1 wrong PIN" if found.count == 1 else f"{found.count} wrong PINs"
        time = found.last.isoformat(sep=" ", timespec="seconds")
        print(
            f"{count} for the key of {printable(found.name)} since it was last unlocked here, the "
            f"last on {time}: if that was not you, somebody guesses",
            file=sys.stderr,
        )


def find_key(desk: Desk, named: str | None, key_file: Path | None) -> KnownPerson:
    """Whose key is meant by a name or id, a file outside the data folder, or both.

    Raises:
        KeyUnusable: there is none, several have the name, or the file is that of another person.
    """
    from deid.officer import person_in

    if key_file is None:
        return find_person(desk, named or "")
    person = person_in(key_file)
    if named not in (None, person.id, person.name):
        raise KeyUnusable(f"key {key_file}: that of another person than was named")
    return person


def find_person(desk: Desk, named: str) -> KnownPerson:
    """The one person of this name or id whose key lies in the data folder.

    Raises:
        KeyUnusable: there is none, or several have the name.
    """
    found = [person for person in desk.people() if named in (person.id, person.name)]
    if not found:
        raise KeyUnusable(
            "no key of that name or id lies in the data folder: `deid audit people list` shows "
            "those that do; --key names one on a stick"
        )
    if len(found) > 1:
        raise KeyUnusable("several people have that name: give the id instead")
    return found[0]


def ask_pin(prompt: str, file: Path | None, *, twice: bool = False, option: str = "pin") -> str:
    """A PIN, from a file or typed unseen.

    Args:
        prompt: what is asked for.
        file: its first line is the PIN; None: ask.
        twice: ask again, for a new PIN.
        option: the one that names the file, without hyphens before it and `-file` behind.

    Raises:
        KeyUnusable: the file cannot be read or others may read it, or the two are not the same.
        NotPermitted: there is nobody to ask.
    """
    if file is not None:
        return _first_line(file)
    if sys.stdin is None or not sys.stdin.isatty():
        raise NotPermitted(f"there is no terminal to ask for the PIN: use --{option}-file")
    pin = getpass.getpass(f"{prompt}: ")
    if twice and getpass.getpass(f"{prompt}, again: ") != pin:
        raise KeyUnusable("the two PINs are not the same: nothing was changed")
    return pin


def _first_line(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            mode = os.fstat(file.fileno()).st_mode
            if os.name != "nt" and mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise KeyUnusable(f"{path.name}: open to other users: `chmod go-rwx` it")
            return file.readline().rstrip("\r\n")
    except OSError as error:
        raise KeyUnusable(f"{path.name}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise KeyUnusable(f"{path.name}: not a text in UTF-8") from None
