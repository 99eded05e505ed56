"""Every command of `deid`, with what it needs to do its work, in an order in which it can.

`silent.py` watches each of them. Words in braces stand for paths of the trial, or for what an
earlier command printed. What has nothing to work on in a frozen program (training) or on a new
machine (a bundle, a held note, another machine) refuses with the code behind the arrow. Left out
are `update install` and `update undo`, which change the computer; `take_updates.py` tries them.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

PIN: Final = "correct horse battery\n"
ROOT: Final = Path(__file__).resolve().parents[2]
_ADA: Final = "--as Ada --pin-file {pin}"
_OLA: Final = "--as Ola --pin-file {pin}"
_NO_ID: Final = "0123456789abcdef"
_PRINTED: Final = {
    "sample": re.compile(r"^sample ([0-9a-f]{16}):", re.MULTILINE),
    "key": re.compile(r"(\S+\+[0-9a-f]{8}\+[A-Za-z0-9+/]{40,}=*)"),
}
"""What a command prints that a later one takes."""

_COMMANDS: Final = f"""\
managed
policy list
policy show safe-harbor
policy check {{policy}}
rules test
model info
model verify
audit people add --name Ada --role administrator --new-pin-file {{pin}}
audit people add --name Ola --role officer --new-pin-file {{pin}} {_ADA}
audit people add --name Rita --role redactor --new-pin-file {{pin}} {_ADA}
audit people list
audit people public Ola --pin-file {{pin}} --out {{made}}/ola.json
audit people change-pin Rita --pin-file {{pin}} --new-pin-file {{pin}}
audit people withdraw Rita {_ADA}
audit people grant Rita --role officer {_ADA}
audit vault create {_OLA}
redact {{notes}} --out {{out}} --policy gdpr-pseudonymise --jobs 2
detect {{note}}
explain {{note}}
evaluate {{marked}}
queue add {{notes}}
queue list
queue remove 1
queue clear
audit list
audit show 1
audit index
audit trends
audit measure-reviewers --share 0.1 {_OLA}
audit reviewers
audit sample plan
audit sample draw --notes 2 {_OLA}
audit sample list
audit sample show {{sample}} 1 --from {{out}} {_OLA}
audit sample verdict {{sample}} 1 --none {_OLA}
audit sample verdict {{sample}} 2 --none {_OLA}
audit sample close {{sample}} {_OLA}
audit attack {{out}} {_OLA}
audit rare {{out}} {_OLA}
audit vault show
audit vault share --with Rita {_OLA}
audit vault renew {_OLA}
audit vault open {{out}}/note-0.txt --at 1:10 --purpose care {_OLA}
audit sign-off --meaning approved {_OLA}
audit sign-offs
audit export csv --out {{made}}/log.csv {_OLA}
audit export json --out {{made}}/log.json {_OLA}
audit export certificate --out {{made}}/certificate.pdf {_OLA}
audit export fhir --out {{made}}/log.ndjson {_OLA}
audit checkpoint --out {{made}}/checkpoint.json
audit prove 1 --out {{made}}/proof.json
audit witness --add {{witness}} {_OLA}
audit anchor --file {{made}}/anchor.txt
audit verify
audit machines add other {{home}} --public-key {{key}} => 4
audit machines list
audit machines verify
audit machines records
audit machines remove other => 4
audit held list
audit held read {_NO_ID} {_OLA} => 3
audit held release {_NO_ID} {_OLA} => 3
audit held decline {_NO_ID} {_OLA} => 3
audit verifier --out {{made}}/verify_log.py
audit archive --records 2 --out {{made}}/archive {_ADA}
train plan {{notes}} {_OLA} => 5
train run {{notes}} {_OLA} => 5
train list
train ledger
train budget {_OLA}
train resume {_NO_ID} {_OLA} => 4
train end {_NO_ID} {_OLA} => 4
train results {_NO_ID} => 4
train promote {_NO_ID} {_OLA} => 4
train aside {_NO_ID} {_OLA} => 4
train remove {_NO_ID} {_OLA} => 4
train rollback {_OLA} => 4
train statement {_NO_ID} => 4
train measure-leakage {_NO_ID} {_OLA} => 4
update list => 15
update show {{note}} => 15
selftest --report {{made}}/self-test.json
audit shred-site-key --yes {_ADA}
"""
"""One a line; behind an arrow stands the code of one that refuses."""

LEFT_OUT: Final = frozenset({"update install", "update undo"})


@dataclass(frozen=True, slots=True)
class Command:
    """A command with its arguments.

    Attributes:
        words: that it begins with, without what it takes.
        arguments: all of them.
        code: that it should end with.
    """

    words: str
    arguments: tuple[str, ...]
    code: int


@dataclass(frozen=True, slots=True)
class Trial:
    """Where the commands work, and what they have printed.

    Attributes:
        folder: with `notes`, and the data folder in `home`.
        updates: whether the program has a root of updates.
        printed: what a later command takes.
    """

    folder: Path
    updates: bool
    printed: dict[str, str] = field(default_factory=dict)

    def prepare(self) -> None:
        """Make what the commands take."""
        for name in ("made", "witness"):
            (self.folder / name).mkdir()
        pin = self.folder / "pin"
        pin.write_text(PIN, encoding="utf-8")
        pin.chmod(0o600)

    def commands(self) -> Iterator[Command]:
        """Every command; what one printed must be told by `remember` before the next is taken."""
        for line in _COMMANDS.splitlines():
            written, _, code = line.partition(" => ")
            if line.startswith("update list") and self.updates:
                code = ""
            arguments = tuple(
                word.format_map(self._places() | self.printed) for word in shlex.split(written)
            )
            yield Command(words(written), arguments, int(code or 0))

    def remember(self, said: str) -> None:
        """Keep of what a command printed whatever a later one takes."""
        for name, pattern in _PRINTED.items():
            if found := pattern.search(said):
                self.printed[name] = found[1]

    def _places(self) -> Mapping[str, str]:
        inside = ("notes", "out", "made", "witness", "pin", "home")
        return {
            **{name: str(self.folder / name) for name in inside},
            "note": str(self.folder / "notes" / "note-0.txt"),
            "marked": str(ROOT / "samples" / "marked.jsonl"),
            "policy": str(ROOT / "rules" / "policies" / "research.yaml"),
            "sample": "",
            "key": "",
        }


def words(written: str) -> str:
    """What a command begins with, before anything that it takes."""
    found = re.match(r"(?:[a-z][a-z-]*(?: |$))+", written)
    return found[0].strip() if found else ""
