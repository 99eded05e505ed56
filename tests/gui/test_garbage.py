from __future__ import annotations

import gc
import weakref
from threading import Thread

from pytestqt.qtbot import QtBot

from gui.garbage import GarbageCollector


class Knot:
    """Refers to itself, so only the collector of cycles can end it."""

    def __init__(self) -> None:
        self.own = self


def knots(count: int) -> list[weakref.ref[Knot]]:
    return [weakref.ref(Knot()) for _ in range(count)]


def test_cycles_are_collected_though_python_does_not(qtbot: QtBot) -> None:
    collector = GarbageCollector(every_ms=100)
    assert not gc.isenabled()
    made = knots(2_000)
    qtbot.waitUntil(lambda: made[0]() is None, timeout=30_000)
    collector.deleteLater()


def test_a_worker_collects_nothing(qtbot: QtBot) -> None:
    collector = GarbageCollector()
    made = knots(1)
    worker = Thread(target=lambda: [knots(1) for _ in range(20_000)])
    worker.start()
    worker.join()
    assert made[0]() is not None
    collector.deleteLater()


def test_what_is_kept_for_good_is_looked_at_no_more(qtbot: QtBot) -> None:
    collector = GarbageCollector()
    before = gc.get_freeze_count()
    held = [Knot() for _ in range(100)]
    collector.keep_for_good()
    assert gc.get_freeze_count() >= before + len(held)
    gc.unfreeze()
    collector.deleteLater()
