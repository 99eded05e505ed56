"""Every tampering, found or not by the program and by the second verifier, which always agree.

`python -m tests.audit.test_tampering` writes what is found to `docs/tampering.md`.
"""

from __future__ import annotations

import contextlib
import io
import re
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deid.audit import verify_log
from deid.audit.verify import verify
from deid.errors import AuditError
from tests.audit import tampering
from tests.audit.make_vectors import SIGNER, Contents
from tests.audit.tampering import BEYOND, FOUND, Case

TABLE = Path(__file__).parents[2] / "docs" / "tampering.md"
KEY = str(SIGNER.verifier)


_remembered = cache(verify_log.ed25519_verifies)
"""The same signatures stand in most variants, and each takes some milliseconds."""


class Desk:
    """A log's file on which changed logs are put, and both verifiers beside it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = folder / "log.sqlite"

    def put(self, contents: Contents) -> None:
        contents.write(self._log)
        self._archives = self._files("archive", contents.archives)
        self._outside = self._files("outside", [note.encode() for note in contents.outside])
        self._notes = contents.outside

    def program(self, key: str, *, outside: bool) -> str | None:
        """Why the program refuses the log; None where it does not."""
        notes = self._notes if outside else ()
        try:
            verify(self._log, public_key=key, checkpoints=notes, archives=self._archives)
        except AuditError as error:
            return str(error).replace(str(self._log), "")
        return None

    def second(self, key: str, *, outside: bool) -> str | None:
        """The same of the second verifier."""
        arguments = [str(self._log), "--key", key]
        for path in self._archives:
            arguments += ["--archive", str(path)]
        for path in self._outside if outside else ():
            arguments += ["--checkpoint", str(path)]
        with (
            contextlib.redirect_stdout(io.StringIO()) as said,
            patch.object(verify_log, "ed25519_verifies", _remembered),
        ):
            code = verify_log.main(arguments)
        word, _, rest = said.getvalue().strip().partition(": ")
        assert (code, word) in {(0, "VERIFIED"), (1, "REFUSED")}
        return rest.replace(f"{self._folder}/", "") if code else None

    def _files(self, name: str, contents: Iterable[bytes]) -> list[Path]:
        paths = []
        for number, content in enumerate(contents):
            paths.append(self._folder / f"{name}-{number}")
            paths[-1].write_bytes(content)
        return paths


@dataclass(slots=True)
class Found:
    """What came of the variants of a case."""

    tried: int = 0
    alone: int = 0
    compared: int = 0
    program: Counter[str] = field(default_factory=Counter)
    second: Counter[str] = field(default_factory=Counter)

    def take(self, desk: Desk, key: str) -> None:
        """Verifies what lies on the desk, without a checkpoint from elsewhere and with it."""
        self.tried += 1
        for outside in (False, True):
            program = desk.program(key, outside=outside)
            second = desk.second(key, outside=outside)
            assert (program is None) == (second is None), (program, second)
            if program is not None and second is not None:
                self.alone += not outside
                self.compared += 1
                self.program[_plain(program)] += 1
                self.second[_plain(second)] += 1
                break  # what is refused without a checkpoint is refused with one


def _plain(said: str) -> str:
    """Without numbers and names of keys, which differ from variant to variant."""
    return re.sub(r"[0-9a-f]{16}|\b\d+\b", "N", said)


@cache
def examined(case: Case) -> Found:
    found = Found()
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        for contents in case.variants():
            desk.put(contents)
            found.take(desk, case.public_key)
    return found


INTRODUCTION = """# Tampering, and what shows it

Written by `python -m tests.audit.test_tampering`; a test fails when it is not what is found. Each
row is a way of changing a log, tried in so many variants on small logs, one of them of every kind
of record. *Alone*: how many are found by what is in the file, the log's public key and the
archives; *compared*: how many with one earlier checkpoint that was kept elsewhere. Program and
second verifier (`deid audit verifier`) agree on each variant. The messages are the most frequent
ones, with N for numbers.

| case | variants | alone | compared | the program says | the second verifier says |
|---|---|---|---|---|---|
"""
BETWEEN = """
## What stays unseen

With the key of the log, or behind the last checkpoint that was kept elsewhere, a log can be written
that agrees with everything that is at hand. These were tried, and are **not** found:

| case | variants | alone | compared | the program says | the second verifier says |
|---|---|---|---|---|---|
"""
END = """
Rows above where *alone* is less than *variants* are found by the outside checkpoint only: without
one they stay unseen, too. And no log shows what was never written to it: a redaction that was not
made, a note that was saved past the program, records that a manipulated program did not write. Nor
does it show that a name is that of the human being who used a key, or that a clock was right.
"""


def table() -> str:
    return INTRODUCTION + "".join(map(_row, FOUND)) + BETWEEN + "".join(map(_row, BEYOND)) + END


def _row(case: Case) -> str:
    found = examined(case)
    cells = [case.name, str(found.tried), str(found.alone), str(found.compared)]
    for said in (found.program, found.second):
        most = min(said.items(), key=lambda item: (-item[1], item[0]), default=("", 0))[0]
        cells.append(most.replace("|", "/"))
    return f"| {' | '.join(cells)} |\n"


@pytest.mark.parametrize("case", FOUND, ids=lambda case: case.name)
def test_one_earlier_checkpoint_shows_it_to_both_verifiers(case: Case) -> None:
    found = examined(case)
    assert found.tried
    assert found.compared == found.tried


@pytest.mark.parametrize("case", BEYOND, ids=lambda case: case.name)
def test_what_no_checkpoint_covers_is_not_shown(case: Case) -> None:
    found = examined(case)
    assert found.tried
    assert found.compared == found.alone == 0


def test_the_table_tells_what_was_found() -> None:
    assert TABLE.read_text(encoding="utf-8") == table()


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_both_verifiers_agree_on_whatever_is_done_to_a_log(data: st.DataObject) -> None:
    made = data.draw(st.sampled_from([tampering.notes(), tampering.people()]))
    bodies = made.bodies
    for _ in range(data.draw(st.integers(0, 2))):
        at = data.draw(st.integers(0, len(bodies) - 1))
        other = data.draw(st.integers(0, len(bodies) - 1))
        match data.draw(st.sampled_from(["drop", "double", "exchange", "cut"])):
            case "drop":
                del bodies[at]
            case "double":
                bodies.insert(other, bodies[at])
            case "exchange":
                bodies[at], bodies[other] = bodies[other], bodies[at]
            case _:
                del bodies[max(at, 1) :]
    fit = data.draw(
        st.sampled_from(
            [tampering.with_bodies, tampering.fitted, tampering.unsigned, tampering.resigned]
        )
    )
    found = Found()
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        desk.put(replace(fit(made, bodies), archives=()))
        found.take(desk, KEY)
    assert found.tried == 1


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8", newline="\n")
