"""From a bundle to the update in use, and one step back.

 1. nobody else installs here now,
 2. the bundle's directory is sound,
 3. its metadata is signed, newest, in date and of one piece, and the clock not behind,
 4. it holds exactly the files that were signed, and is for this version of the program,
 5. they are written into a new folder, and compared with what was signed on the way,
 6. the program tries whether it can use them,
 7. the folder gets its name, and
 8. `state.json` is replaced: from here on the new update is in use, before it the old one.

Whatever ends it before the last step leaves the update in use as it was.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Final

from deid.errors import (
    BundleUnsuited,
    BundleUntrusted,
    OutputError,
    UpdatesUnavailable,
    UpdateTampered,
)
from deid.files import sync_folder
from deid.updates.bundle import Bundle, open_bundle
from deid.updates.installed import compare, metadata_digest, newest_metadata, newest_root, trusted
from deid.updates.metadata import MetadataFiles, SignedFile, TrustedUpdate
from deid.updates.names import SNAPSHOT, TARGETS, TIMESTAMP, root_name
from deid.updates.state import (
    RELEASE,
    State,
    alone,
    is_folder,
    make_folder,
    new_folder,
    read_state,
    write_new,
    write_state,
)
from deid.updates.trust import accept

_STAGING: Final = ".staging-"
_DRIFT: Final = timedelta(days=1)
"""How far two clocks may stand apart without one of them being wrong."""


@dataclass(frozen=True, slots=True)
class Machine:
    """Where updates lie on a machine, and what they have to fit.

    Attributes:
        updates: the folder of updates.
        root: the root metadata that travels with the program.
        version: of the program.
    """

    updates: Path
    root: Path
    version: str


def examine(bundle: Path, machine: Machine, *, now: datetime | None = None) -> TrustedUpdate:
    """What a bundle brings, if it might be installed here; nothing is changed.

    Args:
        bundle: the file.
        machine: where it might be installed.
        now: the time; None: what the clock says.

    Raises:
        UpdateError: it would be refused.
        UpdateTampered: what is kept of the newest update was changed.
    """
    with open_bundle(bundle) as opened:
        return _accepted(opened, machine, read_state(machine.updates), now or datetime.now(UTC))


def install(
    bundle: Path,
    machine: Machine,
    *,
    try_out: Callable[[Path], None],
    now: datetime | None = None,
) -> TrustedUpdate:
    """Install a bundle's update, and let it be in use. One that is in use already stays.

    Args:
        bundle: the file.
        machine: where to install it.
        try_out: gets the new folder once all of it was compared with what was signed, and raises
            if the program cannot use it.
        now: the time; None: what the clock says.

    Returns:
        The update.

    Raises:
        UpdateError: it is refused; nothing was changed.
        UpdateTampered: what is kept of the newest update was changed.
        OutputError: it cannot be written; nothing was changed.
    """
    with alone(machine.updates):
        state = read_state(machine.updates)
        clock = now or datetime.now(UTC)
        with open_bundle(bundle) as opened:
            update = _accepted(opened, machine, state, clock)
            if _is_whole(machine.updates, state.current, update):
                return update
            _clear(machine.updates, state)
            name = _staged(opened, update, machine.updates, try_out)
        before = state.current
        if before != RELEASE and _same(machine.updates, before, update):
            before = state.previous or RELEASE  # this one is put in place of a damaged copy
        after = State(
            current=name,
            previous=before,
            newest=name,
            newest_digest=metadata_digest(update.metadata),
            time=max(clock, update.made, state.time or clock),
        )
        try:
            write_state(machine.updates, after)
        finally:
            # By what the disk says: a failure may have come right before the switch, or after it.
            _clear(machine.updates, read_state(machine.updates))
        return update


def undo(machine: Machine, *, to_release: bool = False) -> str:
    """Go back to what was in use before the last install, once.

    What was the newest stays known, so an older bundle is refused as before; the newest one can
    be installed again.

    Args:
        machine: where to go back.
        to_release: go back to what comes with the program instead, from wherever.

    Returns:
        The folder of the update that is in use now, or `RELEASE`.

    Raises:
        UpdatesUnavailable: there is nothing to go back to, or no right to.
        UpdateTampered: what would be in use is not what was signed with keys that count now.
        OutputError: it cannot be written; nothing was changed.
    """
    with alone(machine.updates):
        state = read_state(machine.updates)
        back = RELEASE if to_release else state.previous
        if back is None or back == state.current:
            raise UpdatesUnavailable(
                "there is nothing to go back to: `deid update list` shows what is installed"
            )
        if back != RELEASE:
            first = first_root(machine)
            compare(machine.updates / back, trusted(machine.updates, state, back, first=first))
        after = replace(state, current=back, previous=None)
        write_state(machine.updates, after)
        _clear(machine.updates, after)
        return back


def first_root(machine: Machine) -> bytes:
    """The root metadata that travels with the program.

    Raises:
        UpdatesUnavailable: there is none: whoever built the program gave it none.
    """
    try:
        return machine.root.read_bytes()
    except OSError:
        raise UpdatesUnavailable(
            "this build of the program has no root keys for updates, so no bundle can be verified: "
            "install a release"
        ) from None


def _accepted(bundle: Bundle, machine: Machine, state: State, clock: datetime) -> TrustedUpdate:
    """Steps 3 and 4."""
    if state.time is not None and clock < state.time - _DRIFT:
        raise UpdatesUnavailable(
            f"the clock of this machine says {clock:%Y-%m-%d}, which is before the last install "
            f"({state.time:%Y-%m-%d}): set it right"
        )
    root = newest_root(machine.updates, state, first=first_root(machine))
    update = accept(
        _metadata(bundle),
        root=root,
        newest=newest_metadata(machine.updates, state),
        now=max(clock, state.time or clock),
    )
    if clock < update.made - _DRIFT:
        raise UpdatesUnavailable(
            f"the clock of this machine says {clock:%Y-%m-%d}, which is before the bundle was "
            f"signed ({update.made:%Y-%m-%d}): set it right"
        )
    if {name: signed.size for name, signed in update.files.items()} != bundle.content:
        raise BundleUntrusted(
            "the bundle does not hold exactly the files that were signed, each in its size: do "
            "not use it, and ask who made it"
        )
    if not update.suits.takes(machine.version):
        raise BundleUnsuited(
            f"the bundle is for program version {update.suits}, and this is {machine.version}: "
            "get the bundle for this version"
        )
    return update


def _metadata(bundle: Bundle) -> MetadataFiles:
    return MetadataFiles(
        {version: bundle.read(root_name(version)) for version in bundle.roots},
        *(bundle.read(name) for name in (TIMESTAMP, SNAPSHOT, TARGETS)),
    )


def _staged(
    bundle: Bundle, update: TrustedUpdate, updates: Path, try_out: Callable[[Path], None]
) -> str:
    """Steps 5 to 7; the name of the new folder. Where they fail, nothing of it stays."""
    name = new_folder(update.version)
    staging = updates / f"{_STAGING}{name}"
    try:
        try:
            _write(bundle, update, staging)
            try_out(staging)
            staging.rename(updates / name)
            sync_folder(updates)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise OutputError(
            f"the update cannot be written to {updates} ({error.strerror}): free the place; the "
            "update in use stays as it is"
        ) from None
    return name


def _write(bundle: Bundle, update: TrustedUpdate, staging: Path) -> None:
    metadata = update.metadata
    roles = {TIMESTAMP: metadata.timestamp, SNAPSHOT: metadata.snapshot, TARGETS: metadata.targets}
    roles |= {root_name(version): data for version, data in metadata.roots.items()}
    names = [PurePosixPath(name) for name in (*roles, *update.files)]
    folders = sorted({str(folder) for name in names for folder in name.parents})
    for folder in folders:
        make_folder(staging / folder)
    for name, data in roles.items():
        write_new(staging / name, [data])
    for name, signed in update.files.items():
        write_new(staging / name, _as_signed(name, signed, bundle.pieces(name)))
    for folder in folders:
        sync_folder(staging / folder)


def _as_signed(name: str, signed: SignedFile, pieces: Iterable[bytes]) -> Iterator[bytes]:
    digest = sha256()
    for piece in pieces:
        digest.update(piece)
        yield piece
    if digest.hexdigest() != signed.sha256:
        raise BundleUntrusted(
            f"{name} in the bundle is not the file that was signed: do not use the bundle, and ask "
            "who made it"
        )


def _same(updates: Path, name: str, update: TrustedUpdate) -> bool:
    """Whether the folder's targets metadata is that of the update."""
    try:
        return (updates / name / TARGETS).read_bytes() == update.metadata.targets
    except OSError:
        return False


def _is_whole(updates: Path, name: str, update: TrustedUpdate) -> bool:
    """Whether what is in use is this very update, and none of its files was changed."""
    if name == RELEASE or not _same(updates, name, update):
        return False
    try:
        compare(updates / name, update)
    except UpdateTampered:
        return False
    return True


def _clear(updates: Path, state: State) -> None:
    """Remove what no state names any more, and what killed installs left."""
    for left in updates.iterdir():
        stale = left.name.startswith((_STAGING, ".state.")) or is_folder(left.name)
        if stale and left.name not in state.folders:
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                with suppress(OSError):
                    left.unlink()
