"""The self-test itself: what is installed is looked at, then invented notes go the whole way.

Everything is done in a folder that is removed again, with keys and a log of its own. What IT
manages on the computer does not hold for these notes, but for the model and the rules that are
tested: they are those in use.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from deid import managed, silence
from deid.audit.keys import Keys
from deid.audit.store import log_path
from deid.audit.verify import verify
from deid.batch import Batch, BatchOptions, FileResult
from deid.datatypes import Document
from deid.detect.examples import is_found
from deid.detect.packs import load_packs
from deid.errors import LogDamaged, ResidualFound, RulePackError, VerificationFailed
from deid.formats import ReadOptions, Unreadable, reader_for, suffixes
from deid.formats.inputs import find_inputs
from deid.pipeline import Deidentifier
from deid.policy import load_policy, shipped_policies
from deid.sealed.program import check_installed, is_sealed
from deid.selftest.samples import GOES, NOTE, SAMPLES, STAYS, Sample
from deid.selftest.steps import Steps, expect
from deid.selftest.watch import require_none, watched
from deid.site import Release, Site, Source
from deid.workers import Recipe, Workers

_UNSEALED: Final = "a checkout or a wheel has no seal: only an installed package has"
_AFTER: Final = "a step before it failed"


def try_all(steps: Steps, *, model: Path | None = None) -> Deidentifier | None:
    """Take every step.

    Args:
        steps: takes them.
        model: a model to test instead of the one in use.

    Returns:
        What was tested, unless it could not be loaded.
    """
    with (
        watched() as connections,
        TemporaryDirectory(prefix="deid-selftest-", ignore_cleanup_errors=True) as folder,
    ):
        if is_sealed():
            steps.take("the installed files are those that were built", _check_seal)
        else:
            steps.pass_over("the installed files are those that were built", _UNSEALED)
        steps.take("libraries are kept silent", _check_silence)
        made = steps.take("policies", partial(_recipe, model))
        deidentifier = None
        if made is not None:
            deidentifier = steps.take("model and rules are loaded", made.make)
        steps.take("rules find their examples", _test_rules)
        with managed.instead(managed.Managed()):
            if made is not None and deidentifier is not None:
                _try_notes(steps, made, deidentifier, Path(folder))
            else:
                steps.pass_over("notes are redacted, recorded and released", _AFTER)
        steps.take("no connection was tried", partial(require_none, connections))
    return deidentifier


def _try_notes(steps: Steps, made: Recipe, deidentifier: Deidentifier, folder: Path) -> None:
    bench = _Bench(folder, made, deidentifier)
    for sample in SAMPLES:
        steps.take(f"redact, record and release: {sample.what}", partial(bench.release, sample))
    steps.take("every format has a sample", _check_formats)
    steps.take("a finished note is passed over", bench.pass_over)
    steps.take("an output that still identifies is not released", bench.leave_one)
    if is_sealed():
        steps.take("notes are redacted in several processes", bench.share)
    steps.take("the log verifies", bench.verify)
    steps.take("a changed log is noticed", bench.change)


def _check_seal() -> str:
    found = check_installed()
    return f"{len(found.sealed.files)} files of version {found.sealed.version}"


def _check_silence() -> None:
    loud = [name for name, value in silence.SILENT.items() if os.environ.get(name) != value]
    expect(not loud, f"{', '.join(loud)} does not stand in the environment as it must")


def _recipe(model: Path | None) -> Recipe:
    for name in shipped_policies():
        load_policy(name)
    return Recipe(policy=load_policy(), model=model)


def _test_rules() -> None:
    for rule in (rule for pack in load_packs() for rule in pack.rules):
        if not all(is_found(rule, example) for example in rule.examples):
            raise RulePackError(f"rule {rule.id} does not find its own example: reinstall")


def _check_formats() -> None:
    shown = {Path(sample.name).suffix for sample in SAMPLES}
    lacking = sorted(set(suffixes()) - shown)
    expect(not lacking, f"there is no sample of {', '.join(lacking)}")


class _Bench:
    """Where the notes are worked on: their folders, and a data folder of their own."""

    def __init__(self, folder: Path, made: Recipe, deidentifier: Deidentifier) -> None:
        self._home, self._notes, self._out = folder / "home", folder / "in", folder / "out"
        self._made, self._deidentifier = made, deidentifier
        self._released = 0
        self._notes.mkdir()

    def release(self, sample: Sample) -> None:
        """One file through everything; what identifies is gone then, and the rest is there."""
        path = self._notes / sample.name
        path.write_bytes(sample.content)
        result = self._redact([path], self._out)[0]
        expect(result.output is not None, "the note was refused")
        output = (self._out / str(result.output)).read_bytes()
        before, after = _texts(sample.content, sample.name), _texts(output, sample.name)
        expect(len(before) == len(after) > 0, "a note was lost")
        for text in after:
            expect(not any(value in text for value in GOES), "an identifier was left")
            expect(all(value in text for value in STAYS), "clinical text was lost")
        raw = output.replace(b"\0", b"")
        expect(not any(value.encode() in raw for value in GOES), "an identifier was left")
        expect(path.read_bytes() == sample.content, "the original was changed")
        self._released += len(after)

    def pass_over(self) -> None:
        """The same files once more."""
        paths = [self._notes / sample.name for sample in SAMPLES]
        again = self._redact(paths, self._out)
        expect(all(one.status == "skipped" for one in again), "a finished note was redacted anew")

    def leave_one(self) -> None:
        """A telephone number is left in the output, as if nobody had found it before."""
        document = Document(id="sample", text=NOTE)
        found = self._deidentifier.analyze(document)
        number = NOTE.index("801-555-0147")
        kept = tuple(one for one in found.kept if not one.span.start <= number < one.span.end)
        with Site.open(self._home) as site:
            seed = site.seed_for(self._deidentifier.policy, "sample")
            redacted = self._deidentifier.redact(document, replace(found, kept=kept), seed=seed)
            release = Release(
                source=Source(document, NOTE.encode(), "text", "utf-8"),
                redacted=redacted,
                policy=self._deidentifier.policy,
                output=redacted.text.encode(),
                output_name="sample.txt",
            )
            _expect_refusal(
                lambda: site.commit([release], publish=lambda: None),
                ResidualFound,
                otherwise="an output with an identifier in it was released",
            )

    def share(self) -> None:
        """Two files in two processes, which a frozen program starts from itself."""
        paths = [self._notes / sample.name for sample in SAMPLES[:2]]
        results = self._redact(paths, self._out.with_name("shared"), jobs=2)
        expect(all(one.output is not None for one in results), "the note was refused")
        self._released += len(results)

    def verify(self) -> str:
        """The whole log."""
        key = Keys.open(self._home).public_key
        found = verify(log_path(self._home), public_key=key)
        expect(found.documents == self._released, "the log lacks a note, or has one too many")
        return f"{found.size} records of {found.documents} notes"

    def change(self) -> None:
        """One record is changed, and the log is to say so."""
        log, key = log_path(self._home), Keys.open(self._home).public_key
        with closing(sqlite3.connect(log)) as connection, connection:
            connection.execute(
                "UPDATE records SET body = replace(body, '\"redactions\":', '\"redactions\":1')"
                " WHERE body LIKE '%document-committed%'"
            )
        _expect_refusal(
            lambda: verify(log, public_key=key),
            VerificationFailed,
            LogDamaged,
            otherwise="a changed log passed for a whole one",
        )

    def _redact(self, paths: list[Path], out: Path, *, jobs: int = 1) -> list[FileResult]:
        workers = Workers(self._deidentifier, self._made, jobs=jobs)
        with Site.open(self._home) as site, workers:
            site.begin(self._deidentifier)
            batch = Batch(
                site=site,
                deidentifier=self._deidentifier,
                workers=workers,
                options=BatchOptions(resume=True),
            )
            results = list(batch.run(find_inputs(paths, out=out), out))
        for refusal in (refusal for result in results for refusal in result.refusals):
            raise refusal.error
        return results


def _texts(content: bytes, name: str) -> list[str]:
    file = reader_for(name)(content, name=name, options=ReadOptions())
    return [note.text for note in file.notes() if not isinstance(note, Unreadable)]


def _expect_refusal(act: Callable[[], object], *errors: type[Exception], otherwise: str) -> None:
    try:
        act()
    except errors:
        return
    expect(held=False, otherwise=otherwise)
