"""The window's seam to `deid`: each method calls what a script would call, and nothing more.

A `NoteEngine` opens the user's data folder on first use. One thread loads it, works on the note on
the desk and closes it. What the notes of the queue need (`prepare`, `stamp`, `withholding` and
`refuse`), and what pages are drawn of (`rendered`), other threads may ask in between: log, keys and
code table serve several.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path, PurePath
from threading import Lock

from deid import (
    AuditLog,
    Deidentifier,
    DeidError,
    Document,
    Earlier,
    ExaminationStopped,
    Mark,
    NoteFile,
    OutputExists,
    Policy,
    PolicyChanged,
    ReadOptions,
    Redacted,
    Release,
    Resolution,
    Review,
    SettingLocked,
    Site,
    Source,
    StagedFile,
    Standard,
    Unreadable,
    Verified,
    earlier_output,
    explain,
    home,
    identifies,
    is_held,
    log_events,
    log_path,
    managed,
    output_id,
    output_path,
    output_patient,
    read_public_key,
    read_settings,
    reader_for,
    review,
    tail_of,
    verify,
)
from deid.policy import Unexamined
from gui.desk import Examined, Note, Reviewed, Unfinished, Withhold
from gui.files import ManyNotes, NoteFiles, note_of
from gui.log_session import Pages
from gui.why_session import Told


class Detectors:
    """The detectors, loaded once, on first use, for every thread that needs them.

    Args:
        open_deidentifier: loads them.
    """

    def __init__(self, open_deidentifier: Callable[[], Deidentifier]) -> None:
        self._open = open_deidentifier
        self._opened: Deidentifier | None = None
        self._lock = Lock()
        self._explained: tuple[Document, str, explain.Explanation] | None = None

    def __call__(self) -> Deidentifier:
        """The detectors.

        Raises:
            ModelError: the model cannot be used.
            RulePackError: a rule pack cannot be used.
        """
        with self._lock:
            if self._opened is None:
                self._opened = self._open()
            return self._opened

    def find(self, note: Note, policy: Policy, seed: bytes) -> Resolution:
        """The identifiers of a note; needs no database, so any thread may ask.

        Raises:
            DetectionIncomplete: part of the note could not be examined.
        """
        return self().with_policy(policy).examine(note.document, seed=seed)

    def explain(self, note: Note, policy: Policy, mark: Mark) -> Told:
        """What stands behind a mark: the findings that it comes from, and the words around it.

        Raises:
            DetectionIncomplete: part of the note could not be examined.
        """
        under, document = self().with_policy(policy), note.document
        if self._explained is None or self._explained[:2] != (document, policy.digest):
            told = explain.explain(under, document)
            self._explained = document, policy.digest, told
        evidence = _evidence(self._explained[2], mark)
        models = (one.finding for one in evidence if one.model is not None)
        found = next(models, None)
        weighed = explain.weigh(under, document, found) if found is not None else None
        return Told(evidence, weighed)


class NoteEngine:
    """Reads, examines, redacts and saves single notes.

    Args:
        detectors: gives the detectors.
        folder: the user's data folder; None: where `DEID_HOME` says, or the system.
    """

    def __init__(
        self, detectors: Callable[[], Deidentifier], *, folder: Path | None = None
    ) -> None:
        self._detectors = detectors
        self._folder = folder
        self._opened: tuple[Deidentifier, Site] | None = None
        self._recorded_policy = ""
        self._seed: tuple[Document, str, bytes] | None = None
        self._files = NoteFiles()
        self._share = 0.0

    def load(self) -> tuple[str, ...]:
        """Load detectors, log and keys, and name the detectors.

        Raises:
            ModelError: the model cannot be used.
            AuditError: the log or a key cannot be used.
            ConfigurationError: the settings of the site cannot be used.
        """
        return self._open()[0].detector_names

    def measures(self) -> bool:
        """Whether findings are withheld from reviewers, to measure what they catch."""
        self._open()
        return self._share > 0

    def close(self) -> None:
        """Sign and close the log."""
        if self._opened is not None:
            self._opened[1].close()
            self._opened = None

    def read(
        self,
        path: Path,
        *,
        patient: str = "",
        part: int | None = None,
        unexamined: Unexamined = Unexamined.REFUSE,
    ) -> Note:
        """A note in a file.

        Args:
            path: of the file.
            patient: key of its patient, where somebody chose that; a note of a list is of the
                patient that its own file names.
            part: number of the note in the list that the file is; None: the file is one note.
            unexamined: what becomes of parts that cannot be examined.

        Raises:
            ManyNotes: no part was asked for, and the file holds a list.
            InputError: the file or the note cannot be read.
        """
        with self._recording(path.name):
            note = self._files.note(path, part=part, unexamined=unexamined)
        if note.of is not None or not patient:
            return note
        document = replace(note.document, patient=patient)
        return replace(note, document=document, chosen_patient=patient)

    def take(self, text: str) -> Note:
        """A note that was typed or pasted; it is written as UTF-8.

        Raises:
            InputError: it is empty, too long, or holds control characters.
        """
        options = ReadOptions(encoding="utf-8")
        file = reader_for("typed.txt")(text.encode(), name="typed", options=options)
        (document,) = (note for note in file.notes() if isinstance(note, Document))
        return note_of(file, document, None)

    def stamp(self, policy: Policy) -> str:
        """Digest of the rules, the model and the policy."""
        return stamp(self._open()[0].with_policy(policy))

    def prepare(
        self, path: Path, policy: Policy, *, patient: str = "", part: int | None = None
    ) -> tuple[Note, bytes]:
        """The note in a file, and the seed that its examination takes, for another thread.

        Raises:
            InputError: as `read`.
        """
        note = self.read(path, patient=patient, part=part, unexamined=policy.unexamined)
        return note, self._draw_seed(self._open()[1], note, policy)

    def withholding(self, note: Note) -> Withhold:
        """What chooses the findings of a note that its reviewer is not shown, the same each time.

        Nobody without the key of the site can tell which these are.
        """
        key = self._open()[1].keys.fingerprint("withheld", note.content).encode()
        share = self._share
        return lambda resolution, policy: review.choose_withheld(
            resolution, key=key, share=share, policy=policy
        )

    def refuse(self, note: Note, error: DeidError) -> None:
        """Record that a note was refused."""
        self._open()[1].refuse(note.document.id, error)

    def examine(self, note: Note, policy: Policy) -> Examined:
        """The identifiers of a note.

        Raises:
            DetectionIncomplete: part of the note could not be examined.
        """
        deidentifier, site = self._open()
        self._record(site, policy)
        with self._recording(note.document.id):
            under = deidentifier.with_policy(policy)
            seed = self._seed_for(site, note, policy)
            resolution = under.examine(note.document, seed=seed)
        target, withhold = self.propose(note, policy), self.withholding(note)
        return Examined(resolution, stamp(under), target, withhold(resolution, policy))

    def look_again(self, note: Note, policy: Policy) -> Resolution:
        """Everything in a note that may be an identifier, however unlikely.

        Raises:
            DetectionIncomplete: part of the note could not be examined.
        """
        return self._open()[0].with_policy(policy).look_again(note.document)

    def redact(self, note: Note, state: Review, policy: Policy) -> Redacted:
        """The note as it would be saved, with what is left in it.

        Raises:
            DetectionIncomplete: the result could not be examined.
        """
        deidentifier, site = self._open()
        return self._redact(deidentifier.with_policy(policy), site, note, state)

    def try_policy(self, text: str, policy: Policy) -> Redacted:
        """A text as nobody reviewed it, redacted under a policy, only to look at.

        Raises:
            DetectionIncomplete: part of the text could not be examined.
        """
        deidentifier, site = self._open()
        under, document = deidentifier.with_policy(policy), Document(id="trial", text=text)
        seed = site.seed_for(policy, document.patient)
        return under.redact(document, under.analyze(document), seed=seed)

    def propose(self, note: Note, policy: Policy) -> Path:
        """A path where nothing lies yet; a file name that identifies is replaced.

        Raises:
            DetectionIncomplete: the name could not be examined.
        """
        deidentifier, site = self._open()
        here = managed.current()
        if note.path is None:
            return _free(here.output_folder(Path.home()) / "note-redacted.txt")
        path = here.output_folder(note.output or note.path.parent) / note.path.name
        hide = identifies(deidentifier.with_policy(policy), path.stem)
        draw = partial(site.seed_for, policy)
        name = output_path(PurePath(path.name), hide=hide, draw=draw)
        plain = path.with_name(f"{path.stem}-redacted{path.suffix}")
        return _free(path.with_name(str(name)) if hide else plain)

    def save(
        self, note: Note, state: Review, redacted: Redacted, policy: Policy, target: Path
    ) -> None:
        """Log the redactions, then write the file; where the policy wants that, only hold it.

        Raises:
            SettingLocked: IT does not let it be released so.
            OutputExists: there is a file of that name.
            OutputError: the file cannot be written.
            ResidualFound: the result still holds an identifier.
            AuditError: the log cannot be written; no file appears.
        """
        managed.current().check_output(target.parent)  # before anything of it lies there
        _, site = self._open()
        self._record(site, policy)  # a review that was kept is not examined here
        release = self._release(site, note, state, redacted, policy, target)
        self._write(site, note.file, [release], target, name=note.document.id)

    def listed(self, path: Path, policy: Policy) -> Sequence[Note]:
        """All notes of a file, in their order.

        Raises:
            InputError: one of them, or the file, cannot be read.
        """
        files, unexamined = self._files, policy.unexamined
        count = len(files.open(path, unexamined=unexamined).notes)
        return [files.note(path, part=part, unexamined=unexamined) for part in range(count)]

    def save_list(
        self, path: Path, reviewed: Sequence[Reviewed], policy: Policy, target: Path
    ) -> None:
        """Log the redactions of all notes of a file, then write it; or hold it.

        Args:
            path: of the file.
            reviewed: of each of its notes, in their order.
            policy: all of them were examined under.
            target: where the redacted file goes.

        Raises:
            Unfinished: notes have to be looked at once more: they are others than were reviewed,
                were examined with something else, or an identifier is left in them.
            DeidError: as for `save`; nothing was recorded, and no file appears.
        """
        managed.current().check_output(target.parent)
        deidentifier, site = self._open()
        self._record(site, policy)
        opened = self._files.open(path, unexamined=policy.unexamined)
        under, notes = deidentifier.with_policy(policy), opened.notes
        if len(notes) != len(reviewed):
            raise Unfinished(
                f"{len(notes)} notes are in the file and {len(reviewed)} in the queue: take them "
                "out and add the file anew",
                (),
            )
        releases, unlike, left = [], [], []
        for part, (document, one) in enumerate(zip(notes, reviewed, strict=True)):
            if isinstance(document, Unreadable):
                raise type(document.error)(f"line {document.line}: {document.error}")
            note = note_of(opened.file, document, path, of=(part, len(notes)))
            if (note.content, stamp(under)) != (one.content, one.stamp):
                unlike.append(part)
                continue
            state = replace(one.review, document=document)
            standard = Standard(policy, one.certain_from)
            redacted = self._redact(under, site, note, state)
            if redacted.residual or unsettled(state, standard):
                left.append(part)
                continue
            ended = review.finish(state, standard=standard)
            releases.append(self._release(site, note, ended, redacted, policy, target))
        if unlike:
            raise Unfinished(_told(unlike, "were reviewed under something else"), unlike)
        if left:
            raise Unfinished(_told(left, "still hold what looks like an identifier"), left)
        self._write(site, opened.file, releases, target, name=path.name)

    def _release(
        self,
        site: Site,
        note: Note,
        state: Review,
        redacted: Redacted,
        policy: Policy,
        target: Path,
    ) -> Release:
        document, file = note.document, note.file
        name = site.keys.fingerprint("document", document.id)
        return Release(
            source=Source(document, file.content(document), file.format, file.encoding),
            redacted=redacted,
            policy=policy,
            output=self._rendered(site, note, redacted, policy),
            output_name=target.name,
            review=tuple(log_events(state, document=name)),
        )

    def _write(
        self, site: Site, file: NoteFile, releases: Sequence[Release], target: Path, *, name: str
    ) -> None:
        """Record the notes of a file and let it appear, or hold it."""
        outputs = [release.output for release in releases]
        tail = _tail(file, outputs)
        if releases[0].policy.holds:
            with self._recording(name):
                site.hold(releases, head=file.head, tail=tail, target=target)
            return
        with self._recording(name), StagedFile(target) as staged:
            staged.write(file.head)
            for output in outputs:
                staged.write(output)
            staged.write(tail)
            staged.finish()
            site.commit(releases, publish=staged.publish, folder=target.parent)

    def rendered(self, note: Note, redacted: Redacted, policy: Policy) -> bytes:
        """The file as it would be written of a result, to be looked at; nothing is written.

        Raises:
            OutputError: the form of the file cannot hold the new text.
        """
        _, site = self._open()
        rendered = self._rendered(site, note, redacted, policy)
        return note.file.head + rendered + _tail(note.file, [rendered])

    def was_saved(self, source: Path | str, policy: Policy, target: Path) -> bool:
        """Whether the copy of a note lies there, or is held, as the log recorded it for this note.

        Args:
            source: its file, or its text where it was typed.
            policy: it was redacted under.
            target: where the copy was to be written.

        Raises:
            InputError: the note cannot be read.
            OutputError: what lies there cannot be read.
            AuditError: the log cannot be read.
        """
        _, site = self._open()
        if not target.is_file() and not policy.holds:
            return False
        if isinstance(source, str):
            file = self.take(source).file
        else:
            file = self._files.open(source, unexamined=policy.unexamined).file
        if not target.is_file():
            return is_held(site, policy, file, target.name, held=site.held_outputs())
        found = earlier_output(site, policy, file, target.name, target)
        return found is Earlier.COMPLETE

    def _rendered(self, site: Site, note: Note, redacted: Redacted, policy: Policy) -> bytes:
        document, draw = note.document, partial(site.seed_for, policy)
        patient = output_patient(policy, document.patient, draw)
        hide = note.file.holds_ids and identifies(
            self._detectors().with_policy(policy), document.id, patient=document.patient
        )
        name = output_id(document.id, hide=hide, draw=draw)
        return note.file.render(document, redacted, id=name, patient=patient)

    def _redact(self, under: Deidentifier, site: Site, note: Note, state: Review) -> Redacted:
        seed = self._seed_for(site, note, under.policy)
        return under.redact(note.document, state.resolution(), seed=seed, rejected=state.rejected())

    def _open(self) -> tuple[Deidentifier, Site]:
        if self._opened is None:
            deidentifier = self._detectors()
            folder = self._folder if self._folder is not None else home()
            self._share = read_settings(folder).withheld_share
            site = Site.open(folder)
            site.begin(deidentifier)
            self._recorded_policy = deidentifier.policy.digest
            self._opened = deidentifier, site
        return self._opened

    def _record(self, site: Site, policy: Policy) -> None:
        """Record in the log under which policy the work goes on, where it is another one."""
        if policy.digest != self._recorded_policy:
            site.log.append([PolicyChanged(policy.digest)])
            self._recorded_policy = policy.digest

    def _seed_for(self, site: Site, note: Note, policy: Policy) -> bytes:
        """The same seed for one note and policy, so that what is shown is what is saved."""
        if self._seed is None or self._seed[:2] != (note.document, policy.digest):
            seed = self._draw_seed(site, note, policy)
            self._seed = note.document, policy.digest, seed
        return self._seed[2]

    @staticmethod
    def _draw_seed(site: Site, note: Note, policy: Policy) -> bytes:
        """What stand-ins derive from: of a note of a list, which is written later, the same again.

        Such a note without a patient has a code of its own, as if it were one.
        """
        patient = note.document.patient
        if note.of is not None and not patient:
            patient = f"\0listed note\0{note.of[0]}, {note.content}"
        return site.seed_for(policy, patient)

    @contextmanager
    def _recording(self, name: str) -> Iterator[None]:
        """Record in the log that a note is refused, where that is why work on it ends."""
        try:
            yield
        except (OutputExists, ExaminationStopped, SettingLocked, ManyNotes):
            # The person is asked for another name, or ends the program, or the notes of a list are
            # looked at one by one: the note is not refused.
            raise
        except DeidError as error:
            self._open()[1].refuse(name, error)
            raise


class LogFile:
    """Reads and verifies the log beside the engine, from another thread.

    Args:
        folder: the user's data folder; None: where `DEID_HOME` says, or the system.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._home = folder if folder is not None else home()

    def newest(self, limit: int) -> Pages:
        """The newest records.

        Raises:
            AuditError: the log cannot be read.
        """
        if not log_path(self._home).exists():
            return Pages((), 0)
        with AuditLog.open(self._home, read_only=True) as log:
            size = log.size
            return Pages(tuple(log.records(max(0, size - limit), size)), size)

    def verify(self) -> Verified:
        """Check the whole log.

        Raises:
            AuditError: it does not verify or cannot be read.
        """
        return verify(log_path(self._home), public_key=read_public_key(self._home))


def stamp(deidentifier: Deidentifier) -> str:
    """Digest of all that the findings of these detectors rest on: rules, model and policy."""
    digests = (deidentifier.digests.rules, deidentifier.digests.model or "")
    return sha256("\n".join([*digests, deidentifier.policy.digest]).encode()).hexdigest()


def _tail(file: NoteFile, outputs: Sequence[bytes]) -> bytes:
    """What stands behind the last note of a file, where these were written of its notes."""
    tail = tail_of(file)
    for output in outputs:
        tail.add(output)
    return tail.content()


def _evidence(told: explain.Explanation, mark: Mark) -> tuple[explain.Evidence, ...]:
    """What the detectors gave for a mark, or for what was found in its place."""
    span = mark.finding.span
    kept = [
        one for reason in told.kept if reason.kept.span.overlaps(span) for one in reason.evidence
    ]
    left = [one.evidence for one in told.left if one.evidence.finding.span.overlaps(span)]
    return tuple(kept or left)


def unsettled(state: Review, standard: Standard) -> bool:
    """Whether IT wants decisions on uncertain findings that nobody has looked at."""
    return managed.current().needs_person and standard.tally(state.marks).uncertain > 0


def _told(parts: Sequence[int], what: str) -> str:
    numbers = ", ".join(str(part + 1) for part in parts[:10])
    more = f" and {len(parts) - 10} more" if len(parts) > 10 else ""
    which = "note" if len(parts) == 1 else "notes"
    return f"{which} {numbers}{more} {what}: look at them once more"


def _free(path: Path) -> Path:
    """This path, or the first one like it where nothing lies yet."""
    candidate, number = path, 2
    while candidate.exists():
        candidate = path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1
    return candidate
