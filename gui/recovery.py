"""Finds out which notes were saved when the program was ended before it could keep that."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject

from deid import DeidError, Item, ItemState, Policy, Worklist
from gui.jobs import Jobs
from gui.queue import HELD, Queue
from gui.session import Session
from gui.shelf import Shelf


class Witness(Protocol):
    """Knows from the log what was released."""

    def was_saved(self, source: Path | str, policy: Policy, target: Path) -> bool:
        """Whether the copy of a note, a file or a typed text, lies there as it is recorded."""


class Recovery(QObject):
    """Marks notes as done whose copy was written just before the program was killed.

    Else they would be saved once more, under another name.

    Args:
        witness: asked in `jobs`.
        queue: looked through once it was read.
        session: knows the policies.
        shelf: keeps the texts of typed notes.
        jobs: the queue of jobs of the note on the desk: none is opened before this is known.
    """

    def __init__(
        self, witness: Witness, queue: Queue, session: Session, shelf: Shelf, jobs: Jobs
    ) -> None:
        super().__init__()
        self._witness = witness
        self._queue = queue
        self._session = session
        self._shelf = shelf
        self._jobs = jobs
        queue.loaded.connect(self._look)

    def _look(self) -> None:
        policies = {policy.name: policy for policy in self._session.policies}
        for item in self._queue.items.values():
            policy = policies.get(item.policy)
            if item.saving is None or item.state is ItemState.DONE or policy is None:
                continue
            if item.path is not None:
                self._ask(item, item.saving, policy, item.path)
            else:
                ask = partial(self._ask, item, item.saving, policy)
                self._shelf.ask(partial(_text, item=item.id), ask)

    def _ask(self, item: Item, target: Path, policy: Policy, source: Path | str) -> None:
        self._jobs.start(
            lambda: self._witness.was_saved(source, policy, target),
            partial(self._take, item, target, policy),
            _stay,
        )

    def _take(self, item: Item, target: Path, policy: Policy, saved: bool) -> None:
        if saved and self._queue.items.get(item.id) == item:
            reason = HELD if policy.holds else ""
            done = (item,) if item.part is None else self._queue.of_file(item.id)
            for one in done:
                self._queue.change(one.id, state=ItemState.DONE, target=target, reason=reason)
            self._queue.pass_over(target)


def _text(store: Worklist, *, item: int) -> str:
    return store.text(item)


def _stay(_: DeidError) -> None:
    """What cannot be found out leaves a note as it is: opening it tells what is wrong."""
