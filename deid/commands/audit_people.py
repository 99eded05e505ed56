"""`deid audit people`: the keys and roles of those who act on the log."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from deid.commands.officer_options import (
    add_key,
    add_person,
    ask_pin,
    find_key,
    find_person,
    officer_desk,
    tell_wrong_pins,
)
from deid.commands.options import add_json
from deid.commands.printing import print_json, print_rows, printable
from deid.commands.public_keys import compare_id, give_out
from deid.errors import KeyUnusable

if TYPE_CHECKING:
    from deid.audit.records import Role
    from deid.commands.options import Commands
    from deid.officer import Desk, PublicPerson

_ROLES = ("redactor", "officer", "administrator")


def add(actions: Commands) -> None:
    """Add the action to the parser of `deid audit`."""
    parser = actions.add_parser(
        "people",
        help="who may do what: keys and roles",
        description="Officers sample, sign off, export and decide on held notes; administrators "
        "enrol people, archive and destroy keys. Each acts under a key of their own, which a PIN "
        "opens. The first administrator enrols alone; enrol a second, since nobody can take the "
        "place of a lost key.",
    )
    acts = parser.add_subparsers(title="acts", metavar="ACT", required=True)
    listing = acts.add_parser("list", help="whose keys lie here, and who has which role")
    add_json(listing)
    listing.set_defaults(run=_list)
    _add_new(acts)
    grant = acts.add_parser("grant", help="grant a role to somebody whose key lies here")
    _add_whom(grant)
    grant.add_argument("--role", choices=_ROLES, required=True, help="one key has one role")
    _finish(grant, _grant)
    withdraw = acts.add_parser("withdraw", help="withdraw somebody's role; the key file stays")
    _add_whom(withdraw)
    _finish(withdraw, _withdraw)
    change = acts.add_parser("change-pin", help="let another PIN open somebody's own key")
    _add_whom(change)
    _add_own_key(change)
    _add_new_pin(change)
    change.set_defaults(run=_change_pin, acting=None)
    public = acts.add_parser(
        "public", help="write somebody's public keys, to be enrolled on another computer"
    )
    _add_whom(public)
    _add_own_key(public)
    public.add_argument("--out", type=Path, required=True, metavar="FILE", help="a new file")
    public.set_defaults(run=give_out)


def _add_new(acts: Commands) -> None:
    new = acts.add_parser(
        "add",
        help="make a key for somebody, and grant a role with --role",
        description="Make a key, here or on a stick, or enrol somebody whose key lies elsewhere.",
    )
    who = new.add_mutually_exclusive_group(required=True)
    who.add_argument("--name", metavar="NAME", help="as the person signs")
    who.add_argument(
        "--public",
        type=Path,
        metavar="FILE",
        help="make no key: somebody's public keys, written by `deid audit people public`",
    )
    new.add_argument("--role", choices=_ROLES, help="granted at once, by the administrator --as")
    new.add_argument(
        "--id",
        metavar="ID",
        help="with --public, instead of being asked: the id that the person has read out",
    )
    new.add_argument(
        "--key-out",
        type=Path,
        metavar="FILE",
        help="make the key in this new file, such as on a stick, and not in the data folder",
    )
    _add_new_pin(new)
    _add_token(new)
    _finish(new, _add)


def _add_whom(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("person", metavar="PERSON", help="name or id")


def _add_own_key(parser: argparse.ArgumentParser) -> None:
    add_key(parser)
    parser.add_argument(
        "--pin-file", type=Path, metavar="FILE", help="read the PIN of now from this file"
    )


def _add_new_pin(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--new-pin-file",
        type=Path,
        metavar="FILE",
        help="read the new PIN from the first line of this file, which only you may read",
    )


def _add_token(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--token-module",
        metavar="FILE",
        help="the key lies on a token: the vendor's PKCS#11 module (needs the extra `pkcs11`); the "
        "new PIN is then the token's, and nothing is written to it",
    )
    parser.add_argument("--token", metavar="LABEL", help="label of the token")
    parser.add_argument(
        "--token-key", metavar="LABEL", help="label of the Ed25519 key pair on the token"
    )


def _finish(parser: argparse.ArgumentParser, run: object) -> None:
    add_person(parser)
    parser.set_defaults(run=run)


def _list(options: argparse.Namespace) -> int:
    from deid.audit.people import people
    from deid.resources import home

    here = {person.id: person.name for person in people(home())}
    enrolled = _enrolled()
    rows = [
        (
            own,
            printable(here.get(own) or enrolled[own][0]),
            enrolled[own][1] if own in enrolled else None,
            own in here,
        )
        for own in {**enrolled, **here}
    ]
    rows.sort(key=lambda row: (row[1].casefold(), row[0]))
    if options.json:
        names = ("id", "name", "role", "key_here")
        print_json({"people": [dict(zip(names, row, strict=True)) for row in rows]})
    elif rows:
        told = [(*row[:2], row[2] or "-", "yes" if row[3] else "no") for row in rows]
        print_rows([("id", "name", "role", "key lies here"), *told])
    else:
        print(
            "nobody is enrolled: begin with `deid audit people add --name NAME "
            "--role administrator`"
        )
    return 0


def _enrolled() -> dict[str, tuple[str, str | None]]:
    """Name and role by id of everybody who ever had a role; nothing is made where there is none."""
    from deid.audit.keys import read_public_key
    from deid.audit.note import VerifierKey
    from deid.audit.roles import ROLE_EVENTS, Roles
    from deid.audit.store import AuditLog, Filter, log_path
    from deid.resources import home

    if not log_path(home()).exists():
        return {}
    name = VerifierKey.parse(read_public_key(home())).name
    with AuditLog.open(home(), create=False, read_only=True) as log:
        roles = Roles.of(log.select(Filter(kinds=ROLE_EVENTS)), log=name)
    return {
        person.id: (person.name, person.role.value if person.role else None)
        for person in roles.people.values()
    }


def _add(options: argparse.Namespace) -> int:
    from deid.audit.records import Role
    from deid.officer.enrolment import enrol_person, may_enrol

    role = Role(options.role) if options.role else None
    if options.public is not None:
        return _add_public(options, role)
    with officer_desk(options) as desk:
        first = role is not None and may_enrol(desk, role)
        person, pin = _new_key(desk, options)
        if role is not None:
            if first:
                desk.unlock(person.id, pin, key_file=options.key_out)
            enrol_person(desk, person, role)
        _tell(person, role)
    return 0


def _add_public(options: argparse.Namespace, role: Role | None) -> int:
    from deid.officer import read_public_keys
    from deid.officer.enrolment import enrol_person

    if role is None or any((options.key_out, options.new_pin_file, options.token_module)):
        raise KeyUnusable("--public wants --role, and makes no key")
    person = read_public_keys(options.public)
    with officer_desk(options) as desk:
        compare_id(person, options.id)
        enrol_person(desk, person, role)
    _tell(person, role)
    return 0


def _new_key(desk: Desk, options: argparse.Namespace) -> tuple[PublicPerson, str]:
    """A key that was made, or found on a token, and its PIN."""
    from deid.audit.token import Token
    from deid.officer.enrolment import adopt_token, make_key

    where = (options.token_module, options.token, options.token_key)
    if any(where) and not all(where):
        raise KeyUnusable("a token wants all three of --token-module, --token and --token-key")
    if any(where) and options.key_out is not None:
        raise KeyUnusable("a key lies on a token or in a file: give --token or --key-out")
    asked, file = f"PIN for {printable(options.name)}", options.new_pin_file
    if not all(where):
        pin = ask_pin(asked, file, twice=True, option="new-pin")
        return make_key(desk, name=options.name, pin=pin, key_file=options.key_out), pin
    token = Token.labelled(options.token_module, label=options.token, key=options.token_key)
    pin = ask_pin(asked, file, option="new-pin")
    return adopt_token(desk, token, name=options.name, pin=pin), pin


def _grant(options: argparse.Namespace) -> int:
    from deid.audit.records import Role
    from deid.officer.enrolment import enrol

    role = Role(options.role)
    with officer_desk(options) as desk:
        person, name = _find(desk, options.person)
        enrol(desk, person, role)
    print(_line(person, name, role))
    return 0


def _withdraw(options: argparse.Namespace) -> int:
    from deid.officer.enrolment import withdraw

    with officer_desk(options) as desk:
        person, _name = _find(desk, options.person)
        role = withdraw(desk, person)
    print(f"withdrawn: {role.value} of {person}")
    return 0


def _find(desk: Desk, named: str) -> tuple[str, str]:
    """Id and name of the one person who ever had a role, or else whose key lies here."""
    enrolled = desk.roles().people.values()
    found = [(one.id, one.name) for one in enrolled if named in (one.id, one.name)]
    here = {(one.id, one.name) for one in desk.people() if named in (one.id, one.name)}
    if len(here.union(found)) == 1:
        return (found or list(here))[0]
    person = find_person(desk, named)
    return person.id, person.name


def _change_pin(options: argparse.Namespace) -> int:
    from deid.officer import Desk
    from deid.officer.enrolment import change_pin

    with Desk.open() as desk:
        person = find_key(desk, options.person, options.key_file)
        old = ask_pin(f"PIN of {printable(person.name)}", options.pin_file)
        new = ask_pin("new PIN", options.new_pin_file, twice=True, option="new-pin")
        change_pin(desk, person.id, old=old, new=new, key_file=options.key_file)
        tell_wrong_pins(desk)
    print(f"changed: the PIN of {person.id}; copies of the key file still open with the old one")
    return 0


def _tell(person: PublicPerson, role: Role | None) -> None:
    print(_line(person.id, person.name, role))


def _line(own: str, name: str, role: Role | None) -> str:
    return f"{own}  {printable(name)}  {role.value if role is not None else 'no role yet'}"
