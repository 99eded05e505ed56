"""Somebody's public keys, written on one computer and enrolled on another."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from deid.commands.officer_options import ask_pin, find_key, tell_wrong_pins
from deid.commands.printing import printable
from deid.errors import NotPermitted

if TYPE_CHECKING:
    from deid.officer import PublicPerson


def give_out(options: argparse.Namespace) -> int:
    """Write the public keys of the person that the arguments name, signed with that key."""
    from deid.officer import Desk, spoken, write_public_keys

    with Desk.open() as desk:
        person = find_key(desk, options.person, options.key_file)
        pin = ask_pin(f"PIN of {printable(person.name)}", options.pin_file)
        desk.unlock(person.id, pin, key_file=options.key_file)
        tell_wrong_pins(desk)
        write_public_keys(desk, options.out)
    print(f"written: the public keys of {printable(person.name)}, which are no secret")
    print(f"the id, to be read out to whoever enrols:  {spoken(person.id)}")
    return 0


def compare_id(person: PublicPerson, heard: str | None) -> None:
    """Have the id compared with what the person reads out: nothing else ties a key to a person.

    Raises:
        NotPermitted: it is another, or nobody compares it.
    """
    from deid.officer import spoken

    if heard is None:
        if sys.stdin is None or not sys.stdin.isatty():
            raise NotPermitted("there is no terminal to compare the id at: use --id")
        name = printable(person.name)
        print(f"the id of {name} in this file is  {spoken(person.id)}", file=sys.stderr)
        answer = input(f"Have {name} read out theirs. Is it the same? yes or no: ")
        same = answer.strip().casefold() == "yes"
    else:
        same = "".join(heard.split()).casefold() == person.id
    if not same:
        raise NotPermitted("the id is not the one that the person has read out: nobody is enrolled")
