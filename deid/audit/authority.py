"""Whether the people in a log might do what it says of them, followed record by record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, get_args

from deid.audit.checkpoint import Checkpoint
from deid.audit.records import TRAINING_EVENTS, Event, Record
from deid.audit.roles import Roles
from deid.audit.sampled import SampleRecords
from deid.audit.stated import Stated, Statements, stated_trees
from deid.errors import VerificationFailed

FOLLOWED: Final[frozenset[type[Event]]] = frozenset((*get_args(Stated), *TRAINING_EVENTS))
"""The kinds of records that tell what an enrolled person did; the others need not be taken."""


class Authority:
    """Follows grants, withdrawals and the acts that rest on them.

    Args:
        log: name of the log, that of its key.
    """

    def __init__(self, log: str) -> None:
        self.roles = Roles(log, {})
        self._statements = Statements()
        self._samples = SampleRecords()
        self._stated: dict[Checkpoint, int] = {}

    def take(self, record: Record) -> None:
        """Follow the next record of the log.

        Raises:
            VerificationFailed: it tells of an act of somebody who might not do it, a statement in
                it is not signed, does not say the same, or stands in an earlier record, or it does
                not fit what was recorded of its sample.
        """
        if type(record.event) not in FOLLOWED:
            return
        self.roles = self.roles.after(record)
        self._statements.take(record)
        self._samples.take(record)
        for tree in stated_trees(record.event):
            self._stated.setdefault(tree, record.seq)

    def finish(self, root: Callable[[int], bytes]) -> None:
        """Compare what was signed with the log.

        Args:
            root: of the tree over the first so many records.

        Raises:
            VerificationFailed: a statement was signed over other records than the log begins with.
        """
        for tree, seq in self._stated.items():
            if root(tree.size) != tree.root:
                raise VerificationFailed(
                    f"record {seq}: it was signed for other records than the first {tree.size} "
                    "of this log"
                )
