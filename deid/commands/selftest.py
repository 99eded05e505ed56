"""`deid selftest`: one invented note through everything, in a folder that is removed again."""

from __future__ import annotations

import argparse
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from deid.commands.options import add_json
from deid.commands.printing import print_json

if TYPE_CHECKING:
    from deid.batch import FileResult
    from deid.commands.options import Commands
    from deid.pipeline import Deidentifier
    from deid.workers import Recipe

NOTE: Final = """\
Patient Name: Marisol Quenbridge     MRN: 00482913
DOB: 03/14/1961     Phone: (801) 555-0147

HISTORY: Mrs. Quenbridge was seen on November 3, 2025 for follow-up of hypertension.
Blood pressure 128/76. Continue lisinopril 10 mg daily. Call her at 801-555-0147.
"""
_VALUES: Final = ("Marisol", "Quenbridge", "00482913", "03/14", "555-0147", "November 3")
_STAYS: Final = ("follow-up of hypertension", "128/76", "lisinopril 10 mg daily")


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "selftest",
        help="send one invented note through everything",
        description="Send one invented note through everything, in a folder that is removed "
        "again, and say whether each step does its work.",
    )
    parser.add_argument("--model", type=Path, metavar="PATH", help="test another model")
    add_json(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    steps = _Steps(quiet=options.json)
    with TemporaryDirectory(prefix="deid-selftest-", ignore_cleanup_errors=True) as folder:
        _test(steps, Path(folder), options.model)
    if options.json:
        print_json({"ok": True, "steps": steps.seconds})
    else:
        print("All is well.")
    return 0


class _Steps:
    """Says of each step that it went well, and keeps how long it took."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """One step; what it raises ends the test."""
        began = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - began, 3)
        if not self._quiet:
            print(f"ok  {name} ({self.seconds[name]:.1f} s)")


def _test(steps: _Steps, folder: Path, model: Path | None) -> None:
    from deid.audit.keys import Keys
    from deid.audit.store import log_path
    from deid.audit.verify import verify
    from deid.policy import load_policy
    from deid.workers import Recipe

    home, notes, out = folder / "home", folder / "in", folder / "out"
    notes.mkdir()
    (notes / "a.txt").write_bytes(NOTE.encode())
    with steps.step("policy"):
        made = Recipe(policy=load_policy(), model=model)
    with steps.step("model and rules are loaded"):
        deidentifier = made.make()
    with steps.step("rules find their examples"):
        _test_rules()
    with steps.step("redact, record and release"):
        output = _redact(made, deidentifier, home, notes, out).output
        _expect(output is not None, "the note was refused")
    with steps.step("what identifies is gone, the rest is there"):
        text = (out / str(output)).read_bytes().decode()
        _expect(not any(value in text for value in _VALUES), "an identifier was left")
        _expect(all(value in text for value in _STAYS), "clinical text was lost")
        _expect((notes / "a.txt").read_bytes() == NOTE.encode(), "the original was changed")
    with steps.step("a finished note is passed over"):
        again = _redact(made, deidentifier, home, notes, out)
        _expect(again.status == "skipped", "a finished note was redacted anew")
    with steps.step("the log verifies"):
        key = Keys.open(home).public_key
        _expect(verify(log_path(home), public_key=key).documents == 1, "the log lacks the note")
    with steps.step("a changed log is noticed"):
        _change(log_path(home))
        _expect_refusal(lambda: verify(log_path(home), public_key=key))


def _test_rules() -> None:
    from deid.detect.examples import is_found
    from deid.detect.packs import load_packs
    from deid.errors import RulePackError

    for rule in (rule for pack in load_packs() for rule in pack.rules):
        if not all(is_found(rule, example) for example in rule.examples):
            raise RulePackError(f"rule {rule.id} does not find its own example: reinstall")


def _redact(
    made: Recipe, deidentifier: Deidentifier, home: Path, notes: Path, out: Path
) -> FileResult:
    from deid.batch import Batch, BatchOptions
    from deid.formats.inputs import find_inputs
    from deid.site import Site
    from deid.workers import Workers

    with Site.open(home) as site, Workers(deidentifier, made) as workers:
        site.begin(deidentifier)
        batch = Batch(
            site=site,
            deidentifier=deidentifier,
            workers=workers,
            options=BatchOptions(resume=True),
        )
        (result,) = batch.run(find_inputs([notes], out=out), out)
    for refusal in result.refusals:
        raise refusal.error
    return result


def _change(log: Path) -> None:
    with closing(sqlite3.connect(log)) as connection, connection:
        connection.execute(
            "UPDATE records SET body = replace(body, '\"redactions\":', '\"redactions\":1')"
            " WHERE body LIKE '%document-committed%'"
        )


def _expect(held: bool, otherwise: str) -> None:
    from deid.errors import DefectError

    if not held:
        raise DefectError(f"self-test: {otherwise}; reinstall the program, or report this")


def _expect_refusal(act: Callable[[], object]) -> None:
    from deid.errors import LogDamaged, VerificationFailed

    try:
        act()
    except (VerificationFailed, LogDamaged):
        return
    _expect(held=False, otherwise="a changed log passed for a whole one")
