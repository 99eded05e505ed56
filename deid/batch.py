"""Many notes: which are done already, in what order they are released, and which are refused.

Files come out in the order in which they went in. The notes of a file are recorded as they come,
some hundreds at a time, and only when all are does the file appear; a file whose records are in
the log and whose bytes are those of the records is done and is passed over by a later run that
resumes. However many notes a file holds, a bounded number of them is in memory.
"""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path, PurePath, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, Final

from deid.datatypes import Document, Redacted
from deid.errors import (
    DefectError,
    DeidError,
    DetectionIncomplete,
    InputError,
    NotPermitted,
    OutputError,
    OutputExists,
    ResidualFound,
    RosterError,
)
from deid.failures import defects_only
from deid.formats import NoteFile, ReadOptions, Unreadable, Writer, reader_for
from deid.formats.atomic import ANOTHER_RUN, StagedFile, exists, remove_unfinished
from deid.formats.inputs import InputFile, Inputs, read_input
from deid.formats.stream import StreamOutput
from deid.formats.tails import tail_of
from deid.labels import Label
from deid.naming import identifies, output_id, output_path, output_patient
from deid.pipeline import Deidentifier
from deid.policy import OperatorName
from deid.release_rules import check_unattended
from deid.resume import Earlier, earlier_output, is_held
from deid.site import Release, Site, Source
from deid.workers import Done, Job, Outcome, Workers

if TYPE_CHECKING:
    from deid.formats.fhir.register import RunPeople

# What concerns one note or file; anything else ends the batch.
_REFUSING: Final = (
    InputError,
    RosterError,
    DetectionIncomplete,
    ResidualFound,
    OutputExists,
    DefectError,
)
_AHEAD: Final = 4
# Notes that are recorded together, and how many bytes of them.
_SHARE_NOTES: Final = 256
_SHARE_BYTES: Final = 4 << 20
_LISTED_REFUSALS: Final = 1000


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How a batch is worked on.

    Attributes:
        read: how files are read.
        patient: key of the patient of all notes that name none themselves.
        resume: pass over what an earlier run finished.
        overwrite: replace outputs that are there already.
    """

    read: ReadOptions = field(default_factory=ReadOptions)
    patient: str = field(default="", repr=False)
    resume: bool = False
    overwrite: bool = False


class FileStatus(StrEnum):
    """What became of a file."""

    DONE = "done"
    SKIPPED = "skipped"
    REFUSED = "refused"
    HELD = "held"
    """Redacted and recorded; it appears when a second person releases it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A note, or a whole file where `line` is None, that was not released, and why."""

    error: DeidError
    line: int | None = None


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file.

    Attributes:
        path: the input; None for a stream.
        output: path of the output below the output folder; None where there is none.
        status: DONE and HELD also where single notes of the file were refused.
        notes: how many notes the output holds, or will hold.
        counts: replacements per label; what the policy lets stay is none.
        refusals: notes that the output lacks, the first of them.
        more_refusals: how many more there are than `refusals` lists; the log has them all.
        removed: places whose content the output lacks, in plain words, and how often.
    """

    path: Path | None
    output: PurePosixPath | None
    status: FileStatus
    notes: int = 0
    counts: Mapping[Label, int] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()
    more_refusals: int = 0
    removed: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file that was read and is to be redacted; `output` is made when its turn comes.

    It has no `target` where it goes to a stream.
    """

    path: Path | None
    name: PurePosixPath
    notes: NoteFile
    output: Callable[[], Writer]
    target: Path | None = None


@dataclass(frozen=True, slots=True)
class _Note:
    """A note on its way; `outcome` is None where it goes out as it came in."""

    document: Document
    outcome: Callable[[], Outcome] | None


@dataclass(frozen=True, slots=True)
class _Closed:
    """The last note of a file has been submitted.

    Attributes:
        error: why there may be more of them, which cannot be read; None: all were read.
    """

    error: InputError | DefectError | None = None


_Step = _Opened | _Note | Unreadable | _Closed | FileResult


@dataclass(slots=True)
class _Tally:
    """What became of the notes of one file so far; the notes themselves are let go."""

    notes: int = 0
    counts: Counter[Label] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    refusals: list[Refusal] = field(default_factory=list)
    more_refusals: int = 0

    def add(self, release: Release) -> None:
        """Count a note that can be released."""
        self.notes += 1
        self.removed.update(release.source.document.removed)
        self.counts.update(
            redaction.finding.label
            for redaction in release.redacted.redactions
            if redaction.operator != OperatorName.KEEP
        )

    def refuse(self, error: DeidError, line: int | None) -> None:
        """Take up a note that cannot."""
        if len(self.refusals) == _LISTED_REFUSALS:
            self.more_refusals += 1
            return
        # What an error was raised from holds on to the note.
        error.__traceback__ = error.__context__ = error.__cause__ = None
        self.refusals.append(Refusal(error, line))

    def result(self, opened: _Opened) -> FileResult:
        """What became of the file."""
        return FileResult(
            path=opened.path,
            output=opened.name if self.notes else None,
            status=FileStatus.DONE if self.notes else FileStatus.REFUSED,
            notes=self.notes,
            counts=self.counts,
            refusals=tuple(self.refusals),
            more_refusals=self.more_refusals,
            removed=self.removed,
        )


class Batch:
    """Redacts files under one policy and into one log.

    Args:
        site: keys and log.
        deidentifier: looks at names; its policy holds for all notes.
        workers: redact the notes.
        options: how.
        on_note: called after each note, for a progress bar.
    """

    def __init__(
        self,
        *,
        site: Site,
        deidentifier: Deidentifier,
        workers: Workers,
        options: BatchOptions,
        on_note: Callable[[], None] = lambda: None,
    ) -> None:
        self._site = site
        self._deidentifier = deidentifier
        self._policy = deidentifier.policy
        self._workers = workers
        self._options = options
        self._on_note = on_note
        self._held: frozenset[str] | None = None
        self._read = options.read

    def run(self, inputs: Inputs, out: Path) -> Iterator[FileResult]:
        """Redact files into a folder; what became of each, in their order.

        Raises:
            SettingLocked: IT does not let notes be released so.
            AuditError: the log cannot be written; nothing more is released.
            OutputError: the output folder cannot be written.
            DetectionIncomplete: a worker process died.
        """
        check_unattended(self._policy, folder=out)
        if self._options.resume and out.is_dir():
            remove_unfinished(out)
        for refused in inputs.refused:
            yield self._refused(refused.path, refused.path.name, refused.error)
        originals = {file.path.resolve() for file in inputs.files}
        self._read = replace(self._options.read, run=self._people_of(inputs.files))
        yield from self._release(self._steps(inputs.files, out, originals))

    def _people_of(self, files: Iterable[InputFile]) -> RunPeople | None:
        """The people of all files: a resource may refer to a patient in another file."""
        from deid.formats.fhir.run import people_of_run

        named = ((file.path, _plain_name(file)) for file in files)
        return people_of_run(
            named, options=self._options.read, key=lambda: self._draw("\0fhir-ids\0")
        )

    def run_stream(self, content: bytes, *, name: str, stream: BinaryIO) -> FileResult:
        """Redact one file's bytes, and write them to a stream once the log has the record.

        Args:
            content: the bytes.
            name: what the file would be called; its ending tells the format.
            stream: where the output goes.

        Raises:
            InputError: the file as a whole cannot be used.
            SettingLocked: IT does not let notes be released so.
            NotPermitted: the policy lets nobody release a note alone.
            AuditError: the log cannot be written; nothing is put out.
        """
        check_unattended(self._policy, folder=None)
        if self._policy.holds:
            raise NotPermitted(
                "under this policy a second person releases each note, so that nothing can go to "
                "a stream: redact files into a folder"
            )
        try:
            with defects_only():
                notes = reader_for(name)(content, name=name, options=self._options.read)
        except (InputError, DefectError) as error:
            self._site.refuse(name, error)
            raise
        opened = _Opened(None, PurePosixPath(name), notes, lambda: StreamOutput(stream))
        (result,) = self._release(self._steps_of(opened))
        return result

    def _steps(
        self, files: Iterable[InputFile], out: Path, originals: set[Path]
    ) -> Iterator[_Step]:
        taken: set[str] = set()
        for file in files:
            try:
                step = self._open(file, out, originals, taken)
            except _REFUSING as error:
                step = self._refused(file.path, PurePosixPath(*file.relative.parts), error)
            yield from self._steps_of(step) if isinstance(step, _Opened) else [step]

    def _open(
        self, file: InputFile, out: Path, originals: set[Path], taken: set[str]
    ) -> _Opened | FileResult:
        name = self._output_name(file.relative)
        target = out / name
        # Compared without case, for that is how many file systems compare.
        key = str(name).casefold()
        if key in taken or target.resolve() in originals:
            raise OutputExists(
                "its output would take the place of an original or of another output: choose "
                "another --out, or rename the file"
            )
        with defects_only():
            notes = read_input(file.path, name=_plain_name(file), options=self._read)
        # What is held never takes the place of a file, so there is no use in redacting it.
        overwrite = self._options.overwrite and not self._policy.holds
        if self._options.resume and self._policy.holds and self._waits(notes, str(name)):
            taken.add(key)
            return FileResult(file.path, name, FileStatus.SKIPPED)
        if self._options.resume and target.exists():
            earlier = earlier_output(self._site, self._policy, notes, str(name), target)
            if earlier is Earlier.COMPLETE:
                taken.add(key)
                return FileResult(file.path, name, FileStatus.SKIPPED)
            overwrite = overwrite or (earlier is Earlier.PARTIAL and not self._policy.holds)
        if not overwrite and os.path.lexists(target):
            raise _foreign() if self._options.resume else exists(ANOTHER_RUN)
        taken.add(key)
        return _Opened(
            file.path,
            name,
            notes,
            lambda: StagedFile(target, overwrite=overwrite, remedy=ANOTHER_RUN),
            target,
        )

    def _waits(self, notes: NoteFile, output_name: str) -> bool:
        """Whether an earlier run redacted the file, and all of it is held."""
        if self._held is None:
            self._held = self._site.held_outputs()
        return is_held(self._site, self._policy, notes, output_name, held=self._held)

    def _output_name(self, relative: PurePath) -> PurePosixPath:
        stem = str(PurePosixPath(*relative.with_suffix("").parts))
        hide = identifies(self._deidentifier, stem, patient=self._options.patient)
        return output_path(relative, hide=hide, draw=self._draw)

    def _draw(self, key: str) -> bytes:
        return self._site.seed_for(self._policy, key)

    def _steps_of(self, opened: _Opened) -> Iterator[_Step]:
        yield opened
        try:
            for note in _notes_of(opened.notes):
                yield note if isinstance(note, Unreadable) else self._begin(opened.notes, note)
        except (InputError, DefectError) as error:
            yield _Closed(error)
        else:
            yield _Closed()

    def _begin(self, notes: NoteFile, note: Document) -> _Note:
        patient = note.patient or self._options.patient or self._deidentifier.patient_of(note)
        document = note if note.patient else replace(note, patient=patient)
        if self._site.has_released(notes.content(note), self._policy):
            return _Note(document, None)
        # Of a policy that draws nothing no code of the patient needs to be kept either.
        draws = self._policy.draws
        seed = self._site.seed_for(self._policy, document.patient if draws else "")
        job = Job(document, seed, checks_id=notes.holds_ids)
        return _Note(document, self._workers.submit(job))

    def _release(self, steps: Iterator[_Step]) -> Iterator[FileResult]:
        jobs = self._workers.jobs
        ahead = _prefetched(steps, jobs * _AHEAD if jobs > 1 else 0)
        for step in ahead:
            if isinstance(step, FileResult):
                yield step
            elif isinstance(step, _Opened):
                try:
                    yield self._write(step, ahead)
                except (InputError, OutputExists, DefectError) as error:
                    yield self._refused(step.path, step.name, error)

    def _write(self, opened: _Opened, steps: Iterator[_Step]) -> FileResult:
        """Take the notes of one file from the steps, and release or hold what became of them."""
        tally = _Tally()
        taken = self._taken(opened, steps, tally)
        if self._policy.holds and opened.target is not None:
            return self._hold(opened, list(taken), tally)
        folder = None if opened.target is None else opened.target.parent
        share: list[Release] = []
        size = 0
        tail = tail_of(opened.notes)
        with opened.output() as output:
            output.write(opened.notes.head)
            for release in taken:
                if len(share) >= _SHARE_NOTES or size >= _SHARE_BYTES:
                    output.finish()
                    self._site.record(share, folder=folder)
                    share.clear()
                    size = 0
                output.write(release.output)
                tail.add(release.output)
                share.append(release)
                size += len(release.output) + len(release.source.content)
            if share:
                output.write(tail.content())
                output.finish()
                self._site.commit(share, publish=output.publish, folder=folder)
        return tally.result(opened)

    def _hold(self, opened: _Opened, releases: Sequence[Release], tally: _Tally) -> FileResult:
        result = tally.result(opened)
        if not releases or opened.target is None:
            return result
        tail = tail_of(opened.notes)
        for release in releases:
            tail.add(release.output)
        head, behind = opened.notes.head, tail.content()
        self._site.hold(releases, head=head, tail=behind, target=opened.target)
        return replace(result, output=None, status=FileStatus.HELD)

    def _taken(self, opened: _Opened, steps: Iterator[_Step], tally: _Tally) -> Iterator[Release]:
        """The notes of one file that can be released; those that cannot are refused.

        Raises:
            InputError: not all of the file can be read.
            DefectError: its reader failed.
        """
        for step in steps:
            if isinstance(step, _Closed):
                if step.error is not None:
                    raise step.error
                return
            if isinstance(step, _Note):
                release = self._finished(opened, step)
                if isinstance(release, Release):
                    tally.add(release)
                    yield release
                else:
                    tally.refuse(release, opened.notes.line(step.document))
                    self._site.refuse(step.document.id, release)
            elif isinstance(step, Unreadable):
                tally.refuse(step.error, step.line)
                self._site.refuse(f"{opened.name}:{step.line}", step.error)
            self._on_note()

    def _finished(self, opened: _Opened, note: _Note) -> Release | DeidError:
        """A note ready to be recorded, or why it is refused."""
        document = note.document
        content = opened.notes.content(document)
        if note.outcome is None:
            document = replace(document, removed=())
            redacted, output = Redacted(document_id=document.id, text=document.text), content
        else:
            outcome = note.outcome()
            if not isinstance(outcome, Done):
                if isinstance(outcome, _REFUSING):
                    return outcome
                raise outcome
            redacted = outcome.redacted
            try:
                with defects_only():
                    output = self._rendered(opened.notes, document, outcome)
            except (InputError, OutputError, DefectError) as error:
                return error
        return Release(
            source=Source(document, content, opened.notes.format, opened.notes.encoding),
            redacted=redacted,
            policy=self._policy,
            output=output,
            output_name=str(opened.name),
        )

    def _rendered(self, notes: NoteFile, document: Document, done: Done) -> bytes:
        name = document.id
        return notes.render(
            document,
            done.redacted,
            id=output_id(name, hide=done.id_identifies, draw=self._draw),
            patient=output_patient(self._policy, document.patient, self._draw),
        )

    def _refused(
        self, path: Path | None, name: PurePosixPath | str, error: DeidError
    ) -> FileResult:
        self._site.refuse(str(name), error)
        return FileResult(path, None, FileStatus.REFUSED, refusals=(Refusal(error),))


def _notes_of(file: NoteFile) -> Iterator[Document | Unreadable]:
    """The notes of a file.

    Raises:
        InputError: not all of it can be read.
        DefectError: its reader failed.
    """
    notes = file.notes()
    while True:
        with defects_only():
            note = next(notes, None)
        if note is None:
            return
        yield note


def _plain_name(file: InputFile) -> str:
    return str(PurePosixPath(*file.relative.parts))


def _foreign() -> OutputExists:
    return OutputExists(
        "the output is there already, but the log does not know it as the result of this input "
        "under this policy: choose another folder, or pass --overwrite"
    )


def _prefetched(steps: Iterator[_Step], ahead: int) -> Iterator[_Step]:
    """The same steps, with so many more taken already, so that workers have something to do."""
    waiting: deque[_Step] = deque()
    for step in steps:
        waiting.append(step)
        if len(waiting) > ahead:
            yield waiting.popleft()
    while waiting:
        yield waiting.popleft()
