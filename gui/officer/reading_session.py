"""Reading the notes of a sample one after another: the presenter of the reading screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from deid import DeidError, ExaminationStopped, Label, Span, officer
from deid.errors import InputError
from gui.officer.archives_session import ArchivesSession
from gui.officer.beside import Stop
from gui.officer.desk_jobs import DeskJobs
from gui.officer.opened_sample import Leak, Opened, give_verdict, open_sample

Found = officer.sampled_notes.Found
NoteText = officer.sampled_notes.NoteText
Verdict = officer.bound.Verdict
Released = officer.sampling.Released


class ReadingSession(QObject):
    """One sample, and one note of it at a time.

    Signals:
        changed: another note or sample is open, or something of it changed.
        closed: the sample was closed and signed.
    """

    changed = Signal()
    closed = Signal()

    def __init__(self, desk: DeskJobs) -> None:
        super().__init__()
        self.desk = desk
        self.opened: Opened | None = None
        self.at = 0
        """Which note, from 0."""
        self.text: NoteText | None = None
        """The output of the note; None while it is not there."""
        self.original: NoteText | None = None
        """What the note was before; None until it was asked for, and recorded."""
        self.missing: DeidError | None = None
        """Why the output is not there."""
        self.leaks: tuple[Leak, ...] = ()
        """What the reader marked in the note."""
        self.folders: tuple[Path, ...] = ()
        """Where outputs and originals lie."""
        self._archives = ArchivesSession.of(desk)
        self._search_stop: Stop | None = None
        self._giving = False
        self._found = Found({}, 0, 0)
        desk.person_changed.connect(self._changed_person)

    @property
    def searching(self) -> bool:
        """Whether the folders are looked through."""
        return self._search_stop is not None

    @property
    def note(self) -> Released | None:
        """The note that is open."""
        return self.opened.notes[self.at] if self.opened is not None else None

    @property
    def verdict(self) -> Verdict:
        """What is known of the open note."""
        if self.opened is None or self.note is None:
            return Verdict.UNREAD
        return self.opened.sample.verdict(self.note)

    @property
    def counts(self) -> dict[Label, int]:
        """What was found in the open note before."""
        if self.opened is None or self.note is None:
            return {}
        return dict(self.opened.sample.left(self.note))

    @property
    def may_read(self) -> bool:
        """Whether a verdict can be given on the open note."""
        sample = self.opened.sample if self.opened is not None else None
        may = officer.Permission.SAMPLE in self.desk.permissions
        open_to_all = sample is not None and sample.closed is None
        return may and open_to_all and self.text is not None and not self._giving

    @property
    def may_reveal(self) -> bool:
        """Whether the original of the open note can be asked for."""
        may = officer.Permission.READ_VALUES in self.desk.permissions
        note = self.note
        return may and note is not None and note.commit.input_sha256 in self._found.texts

    @property
    def may_close(self) -> bool:
        """Whether the sample can be closed."""
        opened = self.opened
        may = officer.Permission.SAMPLE in self.desk.permissions
        return may and opened is not None and not opened.sample.closed and opened.shown.read > 0

    def open(self, sample_id: str, *, measured_as: str | None = None) -> None:
        """Read this sample, from its first note without a verdict on.

        Args:
            sample_id: which.
            measured_as: the reviewer whose measured rate stands for the reader, where there was
                one when the sample was drawn; None: the one of the reader's name.
        """
        self.leave()
        attached = self._archives.attached()

        def work(desk: officer.Desk) -> Opened:
            try:
                return open_sample(sample_id, measured_as, desk)
            except InputError:  # it, or what it was drawn from, was archived
                with attached(desk):
                    return open_sample(sample_id, measured_as, desk)

        self.desk.start(work, self._take)

    def leave(self) -> None:
        """Keep nothing of a sample or a note."""
        self.cancel_search()
        self.opened, self.at, self._found = None, 0, Found({}, 0, 0)
        self._forget_note()
        self.changed.emit()

    def use_folders(self, folders: Sequence[Path]) -> None:
        """Look for outputs and originals in these folders, with all that lies below them."""
        self.folders = tuple(dict.fromkeys(folders))
        self._search()

    def go(self, at: int) -> None:
        """Open the note at this place, from 0."""
        if self.opened is not None and 0 <= at < len(self.opened.notes):
            self.at = at
            self._forget_note()
            self.changed.emit()
            self._read()

    def next_unread(self) -> int | None:
        """The place of the next note without a verdict, round the end; None: there is none."""
        if self.opened is None:
            return None
        number = len(self.opened.notes)
        order = ((self.at + step) % number for step in range(1, number + 1))
        sample, notes = self.opened.sample, self.opened.notes
        return next((at for at in order if sample.verdict(notes[at]) is Verdict.UNREAD), None)

    def mark(self, span: Span, label: Label) -> None:
        """An identifier of this label is left here."""
        others = [leak for leak in self.leaks if not leak.span.overlaps(span)]
        found = [*others, Leak(span, label)]
        self.leaks = tuple(sorted(found, key=lambda leak: leak.span))
        self.changed.emit()

    def unmark(self, span: Span | None = None) -> None:
        """Take back what was marked here; None: what was marked last in the text."""
        if span is None:
            self.leaks = self.leaks[:-1]
        else:
            self.leaks = tuple(leak for leak in self.leaks if not leak.span.overlaps(span))
        self.changed.emit()

    def reveal(self) -> None:
        """Show what the note was before; the log records it first."""
        note, found = self.note, self._found
        if note is None or not self.may_reveal:
            return
        attached = self._archives.attached(note.seq)

        def work(desk: officer.Desk) -> NoteText:
            with attached(desk):
                return officer.sampled_notes.reveal_original(desk, note, found)

        self.desk.start(work, partial(self._take_original, note))

    def hide_original(self) -> None:
        """Show it no longer."""
        self.original = None
        self.changed.emit()

    def give(self) -> None:
        """Record what was marked, or that nothing is left, and go to the next note."""
        opened, note = self.opened, self.note
        if opened is None or note is None or not self.may_read:
            return
        counts = Counter(leak.label for leak in self.leaks)
        self._giving = True
        self.desk.start(partial(give_verdict, opened, note, counts), self._go_on, self._keep)

    def close(
        self,
        person: str,
        pin: str,
        *,
        done: Callable[[], None],
        failed: Callable[[DeidError], None],
    ) -> None:
        """Close the sample and sign what it shows; the PIN is asked for each signature."""
        opened = self.opened
        if opened is None:
            return

        def work(desk: officer.Desk) -> Opened:
            desk.unlock(person, pin)
            shown = officer.verdicts.close_sample(
                desk, opened.sample.id, reviewers=opened.reviewers
            )
            return replace(opened, sample=shown.sample, shown=shown)

        def take(after: Opened) -> None:
            self.opened = after
            done()
            self.closed.emit()
            self.changed.emit()

        self.desk.start(work, take, failed)

    def _take(self, opened: Opened) -> None:
        self.opened = opened
        self.at = len(opened.notes) - 1
        self.at = self.next_unread() or 0
        self.changed.emit()
        self._search()

    def _search(self) -> None:
        opened = self.opened
        if opened is None:
            return
        if not self.folders:
            self._take_found(Found({}, 0, 0))
            return
        commits = [note.commit for note in opened.notes]
        wanted = {one.output_sha256 for one in commits} | {one.input_sha256 for one in commits}
        folders = self.folders
        self.cancel_search()
        self._search_stop = self.desk.beside.reach(
            ", ".join(map(str, folders)),
            lambda: officer.sampled_notes.find_texts(folders, wanted),
            self._take_found,
            self._fail_search,
        )
        self.changed.emit()

    def cancel_search(self) -> None:
        """Look through the folders no longer."""
        if self._search_stop is not None:
            self.desk.beside.give_up(self._search_stop)

    def _take_found(self, found: Found) -> None:
        self._found, self._search_stop = found, None
        self.changed.emit()
        self._read()

    def _fail_search(self, error: DeidError) -> None:
        self._search_stop = None
        self.changed.emit()
        if not isinstance(error, ExaminationStopped):
            self.desk.failed.emit(error)

    def _read(self) -> None:
        note, found = self.note, self._found
        if note is None:
            return
        attached = self._archives.attached(note.seq)

        def work(desk: officer.Desk) -> NoteText:
            with attached(desk):
                return officer.sampled_notes.output_text(desk, note, found)

        self.desk.start(work, partial(self._take_text, note), partial(self._miss_text, note))

    def _take_text(self, note: Released, text: NoteText) -> None:
        if note == self.note:
            self.text, self.missing = text, None
            self.changed.emit()

    def _miss_text(self, note: Released, error: DeidError) -> None:
        if note == self.note:
            self.text, self.missing = None, error
            self.changed.emit()

    def _take_original(self, note: Released, text: NoteText) -> None:
        if note == self.note:
            self.original = text
            self.changed.emit()

    def _go_on(self, opened: Opened) -> None:
        self._giving = False
        if self.opened is None or self.opened.sample.id != opened.sample.id:
            return
        self.opened = opened
        following = self.next_unread()
        if following is None:
            self.leaks = ()
            self.changed.emit()
        else:
            self.go(following)

    def _keep(self, error: DeidError) -> None:
        """It was not recorded: what was marked stays."""
        self._giving = False
        self.changed.emit()
        self.desk.failed.emit(error)

    def _forget_note(self) -> None:
        self.text, self.original, self.missing, self.leaks = None, None, None, ()

    def _changed_person(self) -> None:
        """What was shown to one person is not shown to the next."""
        self._forget_note()
        self.changed.emit()
        self._read()
