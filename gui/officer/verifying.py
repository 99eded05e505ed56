"""Verifying the whole log beside the window, before it is told, signed or certified."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from deid import Verified, officer
from gui.officer.folder_work import Say


def verify_log(
    home: Path, say: Say, *, checkpoints: Sequence[str] = (), archives: Sequence[Path] = ()
) -> Verified:
    """Verify the log of a data folder, also against its witness; it can be given up.

    Args:
        home: the data folder.
        say: is told how far it is, 0 to 1.
        checkpoints: others that were kept elsewhere.
        archives: those that are at hand.

    Raises:
        VerificationFailed: the log does not agree with itself or with a checkpoint.
        AuditError: the log or its key cannot be read.
        ExaminationStopped: it was given up.
    """
    return officer.verify_to_sign(
        home,
        checkpoints=checkpoints,
        archives=archives,
        workers=os.cpu_count() or 1,
        told=lambda done, size: say(done / max(size, 1)),
    )
