"""Arguments of the commands that read archived records."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deid.audit.store import AuditLog


def add_archives(parser: argparse.ArgumentParser) -> None:
    """Add `--archive`."""
    parser.add_argument(
        "--archive",
        type=Path,
        action="append",
        default=[],
        metavar="PATH",
        help="a file with archived records, or a folder that holds all of them; may be given "
        "several times",
    )


@contextmanager
def archives_attached(log: AuditLog, options: argparse.Namespace) -> Iterator[None]:
    """The log reads archived records from what the arguments name.

    Raises:
        LogUnavailable: a file or folder cannot be read.
        VerificationFailed: a segment is damaged, missing, or of other records.
    """
    from deid import resources
    from deid.audit.archives import Archives
    from deid.audit.keys import read_public_key
    from deid.audit.note import VerifierKey

    if not options.archive:
        yield
        return
    origin = VerifierKey.parse(read_public_key(resources.home())).name
    with Archives.open(options.archive, origin=origin, archived=log.archived()) as archives:
        log.attach(archives)
        yield


def records_told(*, quiet: bool) -> Callable[[int, int], None] | None:
    """Tells on the standard error how many records are done, if that is a terminal."""
    if quiet or not sys.stderr.isatty():
        return None

    def tell(done: int, total: int) -> None:
        end = "\r" if done < total else "\r\x1b[K"
        print(f"{done:,} of {total:,} records", end=end, file=sys.stderr, flush=True)

    return tell
