"""The page "Machines and archives": other machines of the site, old records, and the site key."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QSplitter, QVBoxLayout

from deid import officer
from gui.messages import breakable, told
from gui.officer.desk_jobs import DeskJobs
from gui.officer.machines_dialogs import (
    AddMachineDialog,
    ArchiveDialog,
    ArchiveFoldersDialog,
    RemoveMachineDialog,
    ShredDialog,
)
from gui.officer.machines_session import Looked, MachinesSession
from gui.officer.page import Page
from gui.officer.pane import flow_of, give_room, hint_label, list_rows, named_button, titled_pane
from gui.officer.text_rows import TextRow, TextRows
from gui.officer.work_strip import WorkStrip
from gui.theme import Theme
from gui.views.header import Tone, counted
from gui.views.room import HighEnough
from gui.views.rows_table import RowsTable

_ROWS_IN_SIGHT: Final = 3
_KILOBYTE: Final = 1000


class MachinesPage(Page):
    """Shows the machines of the site and the archives of this one's log.

    Args:
        desk: what the page works with.
        theme: the colours of the window.
    """

    def __init__(self, desk: DeskJobs, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.title = self.tr("Machines and archives")
        self.session = MachinesSession(desk)
        self.look = named_button(self.tr("Copy and verify all"), primary=True)
        self.add = named_button(self.tr("Add a machine …"))
        self.remove = named_button(self.tr("Take off the list …"))
        self.archive = named_button(self.tr("Archive old records …"))
        self.folders = named_button(self.tr("Folders of archives …"))
        self.shred = named_button(self.tr("Destroy the site key …"))
        self.strip = WorkStrip(
            self.session.work,
            (self.look,),
            doing=self.tr("Every log is copied, and every record in it is read: {:.0%}."),
        )
        headings = (self.tr("Machine"), self.tr("Records"), self.tr("Found"))
        self._machines = TextRows(headings, self)
        self.machines = RowsTable(self._machines, self.tr("Machines of the site"))
        headings = (self.tr("Records"), self.tr("Size"), self.tr("At hand"))
        self._archives = TextRows((*headings, self.tr("SHA-256 of the file")), self)
        self.archives = RowsTable(self._archives, self.tr("Archives of this machine's log"))
        self.archives.say_when_empty(self.tr("Nothing was archived yet."))
        self.about_machines, self.about_archives = hint_label(), hint_label()
        self.about_key = hint_label()
        self._lay_out()
        self._connect()
        self.use_theme(theme)
        self._show()

    def use_theme(self, theme: Theme) -> None:
        """Give the tables as much room as their letters need."""
        for table in (self.machines, self.archives):
            give_room(table, theme, rows=_ROWS_IN_SIGHT)

    def shown(self) -> None:
        """Bring what is listed up to date."""
        self.session.reload()

    def _lay_out(self) -> None:
        split = QSplitter(Qt.Orientation.Vertical)
        split.setHandleWidth(10)
        split.setChildrenCollapsible(False)
        split.addWidget(_pane(self.machines, self.about_machines, (self.add, self.remove)))
        archives = (self.archive, self.folders)
        split.addWidget(_pane(self.archives, self.about_archives, archives))
        split.setSizes([1, 1])
        key, inside = titled_pane(self.tr("Site key"))
        inside.addWidget(self.about_key)
        inside.addLayout(flow_of((self.shred,)))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.strip)
        layout.addWidget(split, 1)
        layout.addWidget(key)

    def _connect(self) -> None:
        self.look.clicked.connect(self.session.look)
        self.add.clicked.connect(self._ask_machine)
        self.remove.clicked.connect(self._ask_removal)
        self.archive.clicked.connect(self._ask_archive)
        self.folders.clicked.connect(self._ask_folders)
        self.shred.clicked.connect(lambda: self.session.ask_what_is_lost(self._ask_key))
        self.machines.selectionModel().currentChanged.connect(self._offer)
        self.session.changed.connect(self._show)

    def _show(self) -> None:
        self.strip.show_state(*self._standing())
        list_rows(self._machines, self.machines, self._machine_rows())
        list_rows(self._archives, self.archives, self._archive_rows())
        self.about_machines.setText(
            self.tr(
                "Each machine has a log and a key of its own. A log is copied before it is read, "
                "and must fit what was seen of it before; if it does not, its last good copy stays."
            )
        )
        self.about_archives.setText(self._archive_words())
        self.about_key.setText(self._key_words())
        self._offer()

    def _machine_rows(self) -> list[TextRow]:
        session = self.session
        names = [officer.machines.OWN, *(machine.name for machine in session.machines)]
        rows = []
        for name in names:
            looked = session.looked.get(name)
            shown = self.tr("This machine") if name == officer.machines.OWN else name
            size = looked.verified.size if looked and looked.verified else None
            number = "–" if size is None else f"{size:,}"
            rows.append(TextRow(name, (shown, number, self._found(looked))))
        return rows

    def _found(self, looked: Looked | None) -> str:
        if looked is None:
            return self.tr("Not looked at since the window was opened")
        if looked.problem is not None:
            kept = self.tr(" The last good copy can be read.") if looked.path else ""
            return told(looked.problem) + kept
        found = looked.verified
        words = [self.tr("Agrees with itself")]
        if found is not None and found.witnessed:
            words.append(self.tr("and with the first {:,} seen before").format(found.witnessed))
        if found is not None and found.unexamined:
            words.append(self.tr("({:,} in archives, not examined)").format(found.unexamined))
        return " ".join(words)

    def _archive_rows(self) -> list[TextRow]:
        archives = self.session.archives
        here, away = self.tr("yes"), "…" if archives.looking else self.tr("no")
        return [
            TextRow(
                event.first,
                (
                    self.tr("{:,} to {:,}").format(event.first, event.stop - 1),
                    self.tr("{:,.0f} kB").format(max(event.size / _KILOBYTE, 1)),
                    here if archives.is_at_hand(event) else away,
                    event.sha256,
                ),
            )
            for event in archives.archived
        ]

    def _archive_words(self) -> str:
        session, archives = self.session, self.session.archives
        if session.archiving:
            return self.tr("The archive is written and read back: {:.0%}.").format(session.part)
        stop = archives.archived[-1].stop if archives.archived else 0
        left = counted(session.size - stop, self.tr("record lies"), self.tr("records lie"))
        words = [self.tr("{} in the log.").format(left)]
        if session.moved is not None:
            words.append(
                self.tr("The last archive is {}. Keep a second copy of it elsewhere.").format(
                    breakable(str(session.moved.path))
                )
            )
        words += [
            self.tr("{} cannot be reached.").format(breakable(str(folder)))
            for folder in archives.unreachable
        ]
        if not archives.looking and not all(map(archives.is_at_hand, archives.archived)):
            words.append(
                self.tr("What is not at hand cannot be shown or given out: name its folder.")
            )
        if not session.may(officer.Permission.ARCHIVE):
            words.append(self.tr("Archiving wants the key of an administrator."))
        return " ".join(words)

    def _key_words(self) -> str:
        words = self.tr(
            "Fingerprints in the log are made under the key {}. Once it is destroyed, nobody can "
            "tie them to names or notes; proofs hold as before."
        ).format(self.session.key or "…")
        if self.session.may(officer.Permission.SHRED):
            return words
        return words + " " + self.tr("Destroying it wants the key of an administrator.")

    def _standing(self) -> tuple[str, Tone, str]:
        """How it stands with the machines, in a word, its tone, and a sentence."""
        looked = self.session.looked
        every = len(self.session.machines) + 1
        if not looked:
            if every == 1:
                words = self.tr(
                    "Only this machine is listed. Add others, and their records are seen here too."
                )
                return self.tr("NOT LOOKED AT"), Tone.NEUTRAL, words
            words = self.tr("{} of this site. Copy and verify their logs to see them together.")
            machines = counted(every, self.tr("machine"), self.tr("machines"))
            return self.tr("NOT LOOKED AT"), Tone.NEUTRAL, words.format(machines)
        broken = sum(one.problem is not None for one in looked.values())
        if broken:
            words = self.tr(
                "{} of {} logs could not be verified. Look at each machine, and keep its log as it "
                "is; the others are as they should be."
            )
            return (
                self.tr("{} NOT VERIFIED").format(broken),
                Tone.BAD,
                words.format(broken, len(looked)),
            )
        words = self.tr("Each of {} logs agrees with itself and with what was seen of it before.")
        return self.tr("VERIFIED"), Tone.GOOD, words.format(len(looked))

    @property
    def _chosen(self) -> str | None:
        key = self._machines.key(self.machines.currentIndex().row())
        return key if isinstance(key, str) and key != officer.machines.OWN else None

    def _offer(self) -> None:
        session = self.session
        self.remove.setEnabled(self._chosen is not None)
        self.archive.setEnabled(session.may(officer.Permission.ARCHIVE) and not session.archiving)
        self.shred.setEnabled(session.may(officer.Permission.SHRED))

    def _ask_machine(self) -> None:
        AddMachineDialog(self.session, self).open()

    def _ask_removal(self) -> None:
        if self._chosen is not None:
            RemoveMachineDialog(self.session, self._chosen, self).open()

    def _ask_archive(self) -> None:
        ArchiveDialog(self.session, self).open()

    def _ask_folders(self) -> None:
        ArchiveFoldersDialog(self.session.archives, self).open()

    def _ask_key(self, lost: officer.shredding.Lost) -> None:
        ShredDialog(self.session, lost, self).open()


def _pane(table: RowsTable, words: QLabel, buttons: tuple[QPushButton, ...]) -> QFrame:
    pane, inside = titled_pane(table.accessibleName())
    inside.addWidget(words)
    inside.addLayout(flow_of(buttons))
    table.horizontalHeader().setStretchLastSection(True)
    # As high as there is room, so that all three parts of the page are in sight together.
    table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
    inside.addWidget(table, 1)
    HighEnough(pane)
    return pane
