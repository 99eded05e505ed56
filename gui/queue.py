"""The notes of the queue as the store has them, and what brings notes in and takes them out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from deid import (
    Batch,
    FolderChoice,
    History,
    Inputs,
    Item,
    ItemState,
    Origin,
    Worklist,
    find_inputs,
)
from deid.worklist.item_rows import order_of
from gui.messages import told
from gui.shelf import Shelf
from gui.watcher import Watcher

HELD: Final = "held"
"""The reason of a note that is done and waits until a second person releases it."""

_LOOK_EVERY_MS: Final = 2000


class Queue(QObject):
    """What the queue holds. It knows no desk.

    Args:
        shelf: keeps the queue.
        watcher: tells what comes into watched folders.

    Signals:
        changed: notes came, went, or stand otherwise.
        loaded: the queue is there as it was left.
        watched_changed: other folders are watched, or can be reached.
        history_changed: carries what may be undone of earlier runs of the program.
    """

    changed = Signal()
    loaded = Signal()
    watched_changed = Signal()
    history_changed = Signal(object)

    def __init__(self, shelf: Shelf, watcher: Watcher) -> None:
        super().__init__()
        self.items: dict[int, Item] = {}
        self.batches: tuple[Batch, ...] = ()
        self.watcher = watcher
        self.current: int | None = None
        self._shelf = shelf
        self._version = self._changes = 0
        self._looking = self._loaded = False
        watcher.found.connect(self._take_watched)
        watcher.missing_changed.connect(self.watched_changed)
        self._clock = QTimer(self)
        self._clock.setInterval(_LOOK_EVERY_MS)
        self._clock.timeout.connect(self._look)

    def load(self) -> None:
        """Read the queue as it was left."""
        self._read_history()
        self._shelf.ask(lambda store: store.watched(), self._watching)
        self._read()
        self._clock.start()

    def stop(self) -> None:
        """Let the store do what it was asked, and close it."""
        self._clock.stop()
        self.watcher.stop()
        self._shelf.close()

    def add(
        self, paths: Sequence[Path], *, origin: Origin, then: Callable[[tuple[Item, ...]], None]
    ) -> None:
        """Put files, and those of folders, at the end; hand on the notes that they are."""

        def came(items: tuple[Item, ...]) -> None:
            self.items |= {item.id: item for item in items}
            # One that comes to the desk at once need not be examined beside it too.
            then(items)
            self.changed.emit()

        self._shelf.ask(partial(_take_in, paths=tuple(paths), origin=origin), came)

    def put(self, *items: Item) -> None:
        """List notes that the store has taken in."""
        self._changes += 1
        self.items |= {item.id: item for item in items}
        self.changed.emit()

    def split(self, item: int, count: int, then: Callable[[tuple[Item, ...]], None]) -> None:
        """Let the notes of a file stand in its place; hand them on."""

        def came(items: tuple[Item, ...]) -> None:
            self._changes += 1
            known = {id_: one for id_, one in self.items.items() if id_ != item}
            known |= {one.id: one for one in items}
            self.items = dict(sorted(known.items(), key=lambda pair: order_of(pair[1])))
            then(items)
            self.changed.emit()

        self._shelf.ask(lambda store: store.split(item, count), came)

    def of_file(self, item: int) -> tuple[Item, ...]:
        """All notes of the list that a note is of, in their order."""
        of = self.items[item]
        alike = (one for one in self.items.values() if one.path == of.path)
        newest = {
            one.part: one for one in sorted(alike, key=lambda one: one.id) if one.part is not None
        }
        return tuple(newest[part] for part in sorted(newest))

    def remove(self, ids: Iterable[int]) -> None:
        """Take notes out, with their reviews; files stay where they are."""
        gone = tuple(ids)
        self._changes += 1
        self.items = {id_: item for id_, item in self.items.items() if id_ not in gone}
        self._shelf.ask(lambda store: store.remove(gone))
        self._read()
        self.changed.emit()

    def clear_finished(self) -> None:
        """Take out what is done, and the runs of the command line that ended."""
        self._shelf.ask(lambda store: store.clear_finished())
        self._read()

    def change(self, item: int, **facts: object) -> None:
        """Change how a note stands, here and in the store."""
        if item in self.items:
            self._changes += 1
            told: dict[str, object] = {"reason": "", "saving": None} | facts
            self.items[item] = replace(self.items[item], **told)  # type: ignore[arg-type]
            self._shelf.ask(lambda store: store.set_state(item, **facts))  # type: ignore[arg-type]
            self.changed.emit()

    def announce(self, item: int, target: Path, then: Callable[[], None]) -> None:
        """Keep where the copy of a note will be written, then go on; also where that fails."""
        self._changes += 1
        self.items[item] = replace(self.items[item], saving=target)
        state = self.items[item].state
        self._shelf.ask(
            lambda store: store.set_state(item, state, saving=target),
            lambda _: then(),
            otherwise=then,
        )

    def watch(self, folder: Path, *, watched: bool = True) -> None:
        """Take in what comes into a folder from now on, or no longer."""

        def change(store: Worklist) -> tuple[Path, ...]:
            (store.watch if watched else store.unwatch)(folder)
            return store.watched()

        self._shelf.ask(change, self._watching)

    def pass_over(self, path: Path) -> None:
        """Let a file that the program wrote never come in from a watched folder."""
        if any(map(path.is_relative_to, self.watcher.folders)):
            self._shelf.ask(partial(_pass_over, path=path))

    def choice(self, folder: Path, then: Callable[[FolderChoice | None], None]) -> None:
        """Hand on what was chosen for the notes of a folder; None where nothing was."""
        self._shelf.ask(lambda store: store.choice(folder), then, otherwise=lambda: then(None))

    def remember(self, folder: Path, choice: FolderChoice) -> None:
        """Keep what was chosen for the notes of a folder."""
        self._shelf.ask(lambda store: store.remember(folder, choice))

    def is_released(self, item: int) -> bool:
        """Whether the redacted copy of a note was saved."""
        return self.items[item].state is ItemState.DONE

    @property
    def targets(self) -> frozenset[Path]:
        """The files that the redacted copies were written to."""
        return frozenset(item.target for item in self.items.values() if item.target is not None)

    def _read(self) -> None:
        """Read items and runs of the command line anew."""
        self._looking = True
        self._shelf.ask(
            lambda store: (store.version(), store.items(), store.batches()),
            partial(self._show, self._changes),
            otherwise=self._look_again,
        )

    def _read_history(self) -> None:
        def tell(history: History) -> None:
            self.history_changed.emit(history)

        self._shelf.ask(lambda store: store.history(), tell)

    def _show(self, changes: int, found: tuple[int, tuple[Item, ...], tuple[Batch, ...]]) -> None:
        if changes != self._changes:  # since this was read
            self._read()
            return
        self._version, items, self.batches = found
        self._looking = False
        self.items = {item.id: item for item in items}
        if not self._loaded:
            self._loaded = True
            self.loaded.emit()
        self.changed.emit()

    def _look_again(self) -> None:
        self._looking = False

    def _look(self) -> None:
        """See whether another program, such as the command line, changed the queue."""
        if not self._looking:
            self._shelf.ask(lambda store: store.version(), self._looked)

    def _looked(self, version: int) -> None:
        if version != self._version:
            self._read()

    def _watching(self, folders: tuple[Path, ...]) -> None:
        for folder in set(self.watcher.folders) - set(folders):
            self.watcher.unwatch(folder)
        for folder in folders:
            self.watcher.watch(folder)
        self.watched_changed.emit()

    def _take_watched(self, paths: Sequence[Path]) -> None:
        take_in = partial(_take_in, paths=tuple(paths), origin=Origin.WATCHED)
        self._shelf.ask(take_in, lambda items: self.put(*items))


def _take_in(store: Worklist, *, paths: tuple[Path, ...], origin: Origin) -> tuple[Item, ...]:
    """Add the files that these paths name; what is no note is added as refused."""
    found: Inputs = find_inputs(paths)
    items = store.add_files([file.path for file in found.files], origin=origin)
    refused = [(one.path, told(one.error)) for one in found.refused]
    return (*items, *store.add_refused(refused, origin=origin))


def _pass_over(store: Worklist, *, path: Path) -> None:
    """It counts as taken, and goes at once."""
    store.remove([item.id for item in store.add_files([path], origin=Origin.WATCHED)])
