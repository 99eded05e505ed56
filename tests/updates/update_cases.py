"""Bundles and machines that are not as they should be, one case each.

A case gets a machine on which update 1 is installed, spoils something, and tries to install
update 2 or to go on working.
"""

from __future__ import annotations

import errno
import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tuf.api.metadata import DelegatedRole, Delegations, TargetFile, Targets

from deid.updates.bundle import MOST_MEMBERS
from deid.updates.install import install
from deid.updates.installed import in_use
from deid.updates.names import MOST_ROOTS, SNAPSHOT, TARGETS, TIMESTAMP
from deid.updates.state import read_state, write_new
from tests.updates.authority import (
    DAY,
    FILES,
    KEYS,
    MODEL,
    NOW,
    Desk,
    Update,
    key,
    packed,
    root,
)

FIRST, SECOND = Update(1), Update(2)
STRANGER = (key("stranger"), key("another stranger"))
NEW_TARGETS = KEYS | {"targets": (key("targets 3"), key("targets 4"))}
RULES = "rules/packs/ward.yaml"


@dataclass(frozen=True, eq=False)
class Case:
    """Something that must be refused.

    Attributes:
        name: what was done.
        act: does it, and raises what the program says.
        first: what is installed before; None: nothing.
        spoils: whether it is the machine that it spoils, and not a bundle.
    """

    name: str
    act: Callable[[Desk], object]
    first: Update | None
    spoils: bool


CASES: list[Case] = []


def case(name: str, *, first: Update | None = FIRST) -> Callable[..., Callable[[Desk], object]]:
    """Make a case of a function."""

    def take(act: Callable[[Desk], object]) -> Callable[[Desk], object]:
        CASES.append(Case(name, act, FIRST, spoils=True))
        return act

    return take


def offered(name: str, content: bytes | Update | Callable[[], bytes], **how: Any) -> None:
    """A case of a bundle that is offered to a machine that has update 1."""

    def act(desk: Desk) -> object:
        return desk.install(content() if callable(content) else content, now=how.get("now", NOW))

    CASES.append(Case(name, act, how.get("first", FIRST), spoils=False))


def renamed(name: str) -> Callable[[], bytes]:
    """A bundle in which a rule pack has another name, written there as it is."""

    def make() -> bytes:
        # What the library would mend on the way is put in place afterwards, in the same length.
        stand_in = "rules/" + "x" * (len(name.encode()) - 11) + ".yaml"
        members = SECOND.members() | {stand_in: FILES[RULES]}
        return packed(members).replace(stand_in.encode(), name.encode())

    return make


def with_entry(mend: Callable[[zipfile.ZipInfo], None], **more: bytes) -> Callable[[], bytes]:
    """A bundle in which `mend` had its way with the entry of the rule pack."""

    def only_that(info: zipfile.ZipInfo) -> None:
        if info.filename == RULES:
            mend(info)

    return lambda: packed(SECOND.members() | more, only_that)


def changed(name: str, change: Callable[[bytes], bytes]) -> Callable[[], bytes]:
    """A bundle with another content of a member."""
    return lambda: packed((members := SECOND.members()) | {name: change(members[name])})


def of_first(*names: str) -> Callable[[], bytes]:
    """A bundle with pieces of metadata of the bundle before it."""
    return lambda: packed(SECOND.members() | {n: Update(1).members()[n] for n in names})


# The file

offered("a text in place of a bundle", b"name: ward\n" * 40)
offered("nothing in place of a bundle", b"")
offered("the end cut off", lambda: SECOND.bytes()[:-100])
offered("cut in the middle", lambda: SECOND.bytes()[: len(SECOND.bytes()) // 2])
offered("the beginning cut off", lambda: SECOND.bytes()[64:])
offered("a program before the bundle", lambda: b"#!/bin/sh\n" + SECOND.bytes())
offered("something behind the bundle", lambda: SECOND.bytes() + b"\0" * 100)
offered("a byte of the directory changed", lambda: _flipped(SECOND.bytes(), b"PK\x01\x02"))
offered(
    "larger than any bundle (here: 1 MiB)",
    lambda: packed(SECOND.members() | {"models/large.onnx": bytes(1 << 20)}),
)
offered("path traversal: `../../etc/cron.d/x.yaml`", renamed("../../etc/cron.d/x.yaml"))
offered("path traversal inside: `rules/../../../x.yaml`", renamed("rules/../../../x.yaml"))
offered("an absolute path: `/etc/cron.d/x.yaml`", renamed("/etc/cron.d/x.yaml"))
offered("a drive: `C:/Windows/System32/x.yaml`", renamed("C:/Windows/System32/x.yaml"))
offered("a share: `//server/share/x.yaml`", renamed("//server/share/x.yaml"))
offered("backslashes: `rules\\..\\..\\x.yaml`", renamed("rules\\..\\..\\x.yaml"))
offered("a second stream: `rules/ward.yaml:x.yaml`", renamed("rules/ward.yaml:x.yaml"))
offered("a zero byte: `rules/packs/x.exe␀.yaml`", renamed("rules/packs/x.exe\0.yaml"))
offered("a device: `rules/packs/con.yaml`", renamed("rules/packs/con.yaml"))
offered("a hidden file: `rules/packs/.ward.yaml`", renamed("rules/packs/.ward.yaml"))
offered("letters beyond ASCII: `rules/packs/wärd.yaml`", renamed("rules/packs/wärd.yaml"))
offered("a very long name", renamed(f"rules/{'a' * 200}.yaml"))
offered("a link", with_entry(lambda info: setattr(info, "external_attr", 0o120777 << 16)))
offered("a device node", with_entry(lambda info: setattr(info, "external_attr", 0o060666 << 16)))
offered("a folder", lambda: packed(SECOND.members() | {"rules/more/": b""}))
offered("an encrypted member", lambda: _patched(SECOND.bytes(), 8, b"\x01\x00"))
offered("a comment on a member", with_entry(lambda info: setattr(info, "comment", b"hello")))
offered(
    "extra fields on a member",
    with_entry(lambda info: setattr(info, "extra", b"\x75\x70\x05\x00\x01abcd")),
)
offered(
    "a bomb by ratio: 16 MiB in 16 KiB",
    lambda: packed(SECOND.members() | {"models/bomb.onnx": bytes(1 << 24)}, _deflated),
)
offered("a bomb that lies about its size", lambda: _lying())
offered(
    "a bomb by count",
    lambda: packed(SECOND.members() | {f"rules/{n}.txt": b"" for n in range(MOST_MEMBERS)}),
)
offered("a bomb by overlap: one member counted twice", lambda: _overlapping())
offered("huge metadata", changed(SNAPSHOT, lambda data: data + b" " * (1 << 16)))
offered(
    "more root metadata than any bundle has",
    lambda: packed(
        SECOND.members() | {f"metadata/{n}.root.json": b"" for n in range(1, MOST_ROOTS + 2)}
    ),
)
offered("no root metadata", Update(2, roots={}))
offered("the timestamp metadata left out", lambda: _without(TIMESTAMP))
offered("duplicate names", lambda: _twice(RULES))
offered(
    "names that some systems take for the same",
    lambda: packed(SECOND.members() | {"rules/packs/WARD.yaml": b"name: ward\n"}),
)
offered(
    "a name for a file and for a folder",
    lambda: packed(SECOND.members() | {f"{RULES}/x.yaml": b"name: ward\n"}),
)
offered(
    "a nested archive: `rules/packs.zip`",
    lambda: packed(SECOND.members() | {"rules/packs.zip": SECOND.bytes()}),
)
offered(
    "a nested archive under another name",
    lambda: packed(SECOND.members() | {RULES: SECOND.bytes()}),
)
offered("a program among the rules", lambda: packed(SECOND.members() | {"rules/x.py": b"pass"}))
offered(
    "another name at the member than in the directory",
    lambda: SECOND.bytes().replace(RULES.encode(), RULES.replace("ward", "yard").encode(), 1),
)
offered(
    "a byte of a rule pack changed, and not its checksum",
    lambda: SECOND.bytes().replace(b"name: ward", b"name: yard", 1),
)

# Who signed

for _role in ("root", "targets", "snapshot", "timestamp"):
    _wrong = STRANGER[: len(KEYS[_role])]
    _few = KEYS[_role][:1]
    if _role == "root":
        offered(
            "a new root signed with wrong keys",
            Update(2, roots={1: root(), 2: root(2, signers=STRANGER)}),
        )
        offered(
            "a new root signed with one key of the two that it takes",
            Update(2, roots={1: root(), 2: root(2, signers=_few)}),
        )
        continue
    offered(f"{_role} signed with wrong keys", Update(2, signers={_role: _wrong}))
    if len(KEYS[_role]) > 1:
        offered(
            f"{_role} signed with one key of the two that it takes",
            Update(2, signers={_role: _few}),
        )
        offered(f"{_role} signed twice with the same key", Update(2, signers={_role: _few + _few}))
    offered(f"{_role} not signed at all", Update(2, signers={_role: ()}))
offered(
    "targets signed with the key of the timestamp",
    Update(2, signers={"targets": KEYS["timestamp"]}),
)
offered(
    "keys rotated, and targets still signed with the old ones",
    Update(2, roots={1: root(), 2: root(2, keys=NEW_TARGETS)}),
)
offered(
    "keys rotated by the new root keys alone",
    Update(
        2,
        roots={1: root(), 2: root(2, keys=KEYS | {"root": (*STRANGER, key("s3"))})},
    ),
)
offered("a root left out between two", Update(2, roots={1: root(), 3: root(3)}))
offered("a bundle of other people, whole in itself", lambda: _of_strangers().bytes())
offered("the same, to a machine without an update", lambda: _of_strangers().bytes(), first=None)

# What it says

offered("a byte of the targets changed", changed(TARGETS, lambda d: d.replace(b"ward", b"yard")))
offered("a byte of the snapshot changed", changed(SNAPSHOT, lambda d: d.replace(b"2", b"3", 1)))
offered("a byte of the timestamp changed", changed(TIMESTAMP, lambda d: d.replace(b"2", b"3", 1)))
offered("metadata that is no JSON", changed(TIMESTAMP, lambda _: b"\xff\xfe{"))
offered("metadata nested 8,000 deep", changed(TIMESTAMP, lambda _: b"[" * 8000))
offered("a snapshot in place of the timestamp", lambda: _exchanged(TIMESTAMP, SNAPSHOT))
offered("delegated roles", Update(2, change=lambda targets: _delegate(targets)))
offered("an update of another format", Update(2, said={"format": "noteveil-update-2"}))
offered("an update that does not say when it was made", Update(2, said={"made": "today"}))
offered(
    "a file signed that leads elsewhere",
    Update(2, change=lambda targets: _sign_file(targets, "../x.yaml")),
)
offered(
    "a file signed without a SHA-256",
    Update(2, change=lambda targets: targets.targets[RULES].hashes.pop("sha256") and None),
)

# How old it is

offered("rollback: the whole bundle before", Update(1), first=SECOND)
offered(
    "rollback of the root",
    Update(3),
    first=Update(2, roots={1: root(), 2: root(2)}),
)
offered("rollback of the timestamp", Update(3, versions={"timestamp": 1}), first=SECOND)
offered("rollback of the snapshot", Update(3, versions={"snapshot": 1}), first=SECOND)
offered("rollback of the targets", Update(3, versions={"targets": 1}), first=SECOND)
offered("the same numbers with another content", Update(1, files=FILES))
for _role in ("targets", "snapshot", "timestamp"):
    offered(f"{_role} out of date", Update(2, expires={_role: NOW - DAY}))
offered("root out of date", Update(2, roots={1: root(), 2: root(2, expires=NOW - DAY)}))
offered("freeze: good once, shown after its time", SECOND, now=NOW + 91 * DAY)
offered(
    "freeze, the clock set back by hours to the bundle's time",
    Update(2, expires={"timestamp": NOW - DAY / 24}),
    now=NOW - DAY / 12,
)
offered("mix-up: the snapshot of the bundle before", of_first(SNAPSHOT))
offered("mix-up: the targets of the bundle before", of_first(TARGETS))
offered("mix-up: snapshot and targets of the bundle before", of_first(SNAPSHOT, TARGETS))
offered(
    "mix-up where nobody signed digests of metadata",
    lambda: packed(
        Update(2, hashes=False).members() | {TARGETS: Update(1, hashes=False).members()[TARGETS]}
    ),
)
offered("mix-up: a rule pack of another bundle", lambda: _with_rules(b"name: yard\n"))

# What it holds

offered("a file longer than was signed", lambda: _with_rules(FILES[RULES] + b"#"))
offered("a file shorter than was signed", lambda: _with_rules(FILES[RULES][:-1]))
offered("a file in which one byte is another", lambda: _with_rules(b"name: warD\n"))
offered("a file that was not signed", lambda: packed(SECOND.members() | {"rules/x.txt": b"x"}))
offered("a signed file left out", lambda: _without(RULES))

# The machine

offered(
    "for an older version of the program", Update(2, said={"lowest": "0.0.1", "highest": "0.0"})
)
offered("for a newer version of the program", Update(2, said={"lowest": "0.1.1"}))
offered("the clock set back by days", SECOND, now=NOW - 2 * DAY)
offered("the clock never set", SECOND, now=datetime(1970, 1, 2, tzinfo=NOW.tzinfo), first=None)


@case("the disk is full while staging")
def _full(desk: Desk) -> object:
    written = 0

    def write(path: Path, pieces: Iterator[bytes]) -> None:
        nonlocal written
        written += 1
        if written == 6:
            path.write_bytes(b"half")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write_new(path, pieces)

    with patch("deid.updates.install.write_new", write):
        return desk.install(SECOND)


@case("the disk is full when it is to be switched")
def _full_at_the_end(desk: Desk) -> object:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with patch("deid.updates.state.write_new", side_effect=full):
        return desk.install(SECOND)


@case("two installs at once")
def _at_once(desk: Desk) -> object:
    return desk.install(SECOND, try_out=lambda _: desk.install(Update(3)) and None)


@case("no right to write to the machine's folder")
def _no_right(desk: Desk) -> object:
    bundle = desk.bundle(SECOND)
    desk.folder.chmod(0o755)
    (desk.machine.updates / "lock").chmod(0o444)
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        return install(bundle, desk.machine, try_out=lambda _: None, now=NOW)
    finally:
        os.seteuid(before)


@case("a build of the program that was given no root keys")
def _no_root(desk: Desk) -> object:
    desk.machine.root.unlink()
    return desk.install(SECOND)


@case("the program's root keys are another's")
def _other_root(desk: Desk) -> object:
    desk.machine.root.write_bytes(root(2, keys=NEW_TARGETS, signers=STRANGER))
    return desk.install(SECOND)


@case("what is kept of the newest update was changed")
def _newest_changed(desk: Desk) -> object:
    (_in_use(desk) / TIMESTAMP).write_bytes(b"{}")
    return desk.install(SECOND)


@case("at a start: a byte of a rule pack in use was changed")
def _rules_changed(desk: Desk) -> object:
    (_in_use(desk) / RULES).write_bytes(b"name: warD\n")
    return _start(desk)


@case("at a start: a byte of the model in use was changed")
def _model_changed(desk: Desk) -> object:
    path = _in_use(desk) / next(iter(MODEL))
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    return _start(desk)


@case("at a start: a rule pack was put beside those of the update")
def _rules_added(desk: Desk) -> object:
    (_in_use(desk) / "rules/packs/more.yaml").write_bytes(b"name: more\n")
    return _start(desk)


@case("at a start: a word list is missing")
def _list_missing(desk: Desk) -> object:
    (_in_use(desk) / "rules/lists/drugs.txt").unlink()
    return _start(desk)


@case("at a start: files and targets metadata of other people")
def _signed_by_strangers(desk: Desk) -> object:
    folder = _in_use(desk)
    strange = _of_strangers().members() | {RULES: b"name: yard\n"}
    for name in (TARGETS, RULES):
        (folder / name).write_bytes(strange[name])
    return _start(desk)


@case("at a start: what says which update is in use was changed")
def _state_changed(desk: Desk) -> object:
    (desk.machine.updates / "state.json").write_bytes(b'{"format": "noteveil-updates-1"}')
    return _start(desk)


def _start(desk: Desk) -> object:
    return in_use(desk.machine.updates, root=desk.machine.root, version=desk.machine.version)


def _in_use(desk: Desk) -> Path:
    return desk.machine.updates / read_state(desk.machine.updates).current


def _flipped(bundle: bytes, mark: bytes) -> bytes:
    at = bundle.index(mark)
    return bundle[: at + 1] + bytes([bundle[at + 1] ^ 1]) + bundle[at + 2 :]


def _patched(bundle: bytes, at: int, piece: bytes) -> bytes:
    """Other bytes at this place of the first member's entry in the directory."""
    at += bundle.index(b"PK\x01\x02")
    return bundle[:at] + piece + bundle[at + len(piece) :]


def _deflated(info: zipfile.ZipInfo) -> None:
    if info.filename == "models/bomb.onnx":
        info.compress_type = zipfile.ZIP_DEFLATED


def _lying() -> bytes:
    """The compressed member says that it is as long as it is in the bundle, and stored."""
    bundle = packed(SECOND.members() | {"models/bomb.onnx": bytes(1 << 22)}, _deflated)
    at = bundle.rindex(b"PK\x01\x02")
    stored, size = b"\x00\x00", bundle[at + 20 : at + 24]
    return bundle[: at + 10] + stored + bundle[at + 12 : at + 24] + size + bundle[at + 28 :]


def _overlapping() -> bytes:
    """A second entry of the directory leads to the bytes of the member before it."""
    bundle = packed(
        SECOND.members() | {"models/large.onnx": bytes(1 << 16), "models/mirror.onnx": b""}
    )
    last = bundle.rindex(b"PK\x01\x02")
    before = bundle.rindex(b"PK\x01\x02", 0, last)
    sizes = bundle[before + 16 : before + 28]
    return (
        bundle[: last + 16]
        + sizes
        + bundle[last + 28 : last + 42]
        + bundle[before + 42 : before + 46]
        + bundle[last + 46 :]
    )


def _twice(name: str) -> bytes:
    stand_in = "x" + name[1:]
    members = SECOND.members()
    return packed(members | {stand_in: members[name]}).replace(stand_in.encode(), name.encode())


def _without(name: str) -> bytes:
    return packed({n: data for n, data in SECOND.members().items() if n != name})


def _exchanged(one: str, other: str) -> bytes:
    members = SECOND.members()
    return packed(members | {one: members[other]})


def _with_rules(content: bytes) -> bytes:
    return packed(SECOND.members() | {RULES: content})


def _of_strangers() -> Update:
    keys = {
        role: tuple(key(f"strange {role} {n}") for n in range(len(k))) for role, k in KEYS.items()
    }
    return replace(SECOND, roots={1: root(keys=keys)}, signers=keys)


def _delegate(targets: Targets) -> None:
    targets.delegations = Delegations(
        {}, {"more": DelegatedRole("more", [], 1, False, paths=["*"])}
    )


def _sign_file(targets: Targets, name: str) -> None:
    targets.targets[name] = TargetFile.from_data(name, b"", ["sha256"])
