"""Models that learnt from a site's own notes: where they are kept, and which one is in use.

A package lies in `models/<digest of its manifest>` of the data folder and is never changed. Which
model is in use the log says and nothing else: the last promotion that was not rolled back, or the
model that comes with the program where there is none. So the switch is as atomic as a record, and
whoever removes or changes a package gets an error, never another model in silence.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deid import resources
from deid.audit.authority import Authority
from deid.audit.keys import read_public_key
from deid.audit.note import VerifierKey
from deid.audit.records import ModelDecided, ModelDecision, Record
from deid.audit.roles import ROLE_EVENTS
from deid.audit.store import AuditLog, Filter, log_path
from deid.detect import ModelDetector
from deid.detect.packages import MANIFEST, ModelPackage, load_package
from deid.errors import (
    ConfigurationError,
    LogUnavailable,
    ModelError,
    ModelMissing,
    ModelTampered,
    OutputError,
    VerificationFailed,
)
from deid.files import private_folder, sync_folder

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_SCRATCH: Final = re.compile(r"\.[0-9a-f]{64}\.[0-9a-f]{16}")
_DIGITS: Final = 16
_MEND: Final = (
    "put its folder back from a backup, or let an officer go back with `deid train rollback`"
)


@dataclass(frozen=True, slots=True)
class SiteModel:
    """A model of the site's own.

    Attributes:
        digest: of its manifest, in hex.
        run: that it came from.
        folder: where its package lies.
    """

    digest: str
    run: str
    folder: Path


def promoted(decided: Iterable[ModelDecided]) -> tuple[ModelDecided, ...]:
    """The promotions that hold, the one in use last; empty where the program's own model is.

    Args:
        decided: all decisions of the log, in its order.

    Raises:
        VerificationFailed: one goes back to a model that was not in use before.
    """
    hold: list[ModelDecided] = []
    for event in decided:
        if event.decision is ModelDecision.PROMOTED:
            hold.append(event)
        elif event.decision is ModelDecision.ROLLED_BACK:
            while hold and (event.run is None or hold[-1].model_digest != event.model_digest):
                hold.pop()
            if event.run is not None and not hold:
                raise VerificationFailed("the log goes back to a model that was not in use before")
    return tuple(hold)


def in_use(home: Path) -> SiteModel | None:
    """The site's model that is in use; None: the one that comes with the program.

    Its files are not looked at.

    Raises:
        AuditError: the log cannot be read, what it says of models was not signed as it must be, or
            it is gone while models of the site are there.
    """
    if not log_path(home).exists():
        if kept(home):
            raise LogUnavailable(
                f"{home} holds models of the site, and the log that says which one is in use is "
                "gone, so no note is examined: put the log back from a backup; if there never was "
                f"one, move {_folder(home)} away"
            )
        return None
    with AuditLog.open(home, create=False, read_only=True) as log:
        return in_use_by(log, home)


def in_use_by(log: AuditLog, home: Path) -> SiteModel | None:
    """The same, by a log that is open.

    Raises:
        AuditError: the log cannot be read, or what it says of models was not signed as it must be.
    """
    hold = promotions(log, home)
    if not hold:
        return None
    last = hold[-1]
    return SiteModel(last.model_digest, last.run or "", kept_folder(home, last.model_digest))


def promotions(log: AuditLog, home: Path) -> tuple[ModelDecided, ...]:
    """The promotions that hold by a log, the one in use last, each signed by whom it names.

    The decisions are checked as the verification of the log does, with the grants that they rest
    on; the other records are not looked at.

    Raises:
        KeyUnusable: the key that names the log is missing.
        VerificationFailed: a decision was not signed, or is that of another log, or of somebody
            who might not decide.
        AuditError: the log cannot be read.
    """
    records = tuple(log.select(Filter(kinds=(*ROLE_EVENTS, ModelDecided))))
    if not _decisions(records):
        return ()
    authority = Authority(VerifierKey.parse(read_public_key(home)).name)
    try:
        for record in records:
            authority.take(record)
        authority.finish(log.root)
        return promoted(_decisions(records))
    except VerificationFailed as error:
        raise VerificationFailed(
            f"the log's word on the model in use does not hold, so no note is examined: {error}; "
            "`deid audit verify` tells whether more was changed; put the log back from a backup"
        ) from None


def load_in_use(home: Path | None = None) -> ModelPackage:
    """The verified package in use at a site.

    Args:
        home: the data folder; None: the user's own, or where `DEID_HOME` says.

    Raises:
        ModelError: it is missing or was changed.
        AuditError: the log cannot be read.
    """
    folder = home if home is not None else resources.home()
    model = in_use(folder)
    return load_package() if model is None else load_kept(folder, model.digest)


def detector_in_use(home: Path | None = None) -> ModelDetector:
    """The detector that works with the model in use at a site.

    Args:
        home: the data folder; None: the user's own, or where `DEID_HOME` says.

    Raises:
        ModelError: the model is missing or was changed.
        AuditError: the log cannot be read.
    """
    from deid.detect.transformer import TransformerDetector

    return TransformerDetector(load_in_use(home))


def kept_folder(home: Path, digest: str) -> Path:
    """Where the package with this manifest lies, or would.

    Raises:
        ConfigurationError: it is no digest.
    """
    if not _DIGEST.fullmatch(digest):
        raise ConfigurationError("a model is named by the digest of its manifest, 64 hex digits")
    return _folder(home) / digest


def kept(home: Path) -> tuple[str, ...]:
    """The digests of all packages that are kept, in use or aside.

    Raises:
        ModelMissing: the folder cannot be read.
    """
    try:
        return tuple(sorted(p.name for p in _folder(home).iterdir() if _DIGEST.fullmatch(p.name)))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise ModelMissing(f"{_folder(home)}: cannot be read ({error.strerror})") from None


def load_kept(home: Path, digest: str) -> ModelPackage:
    """The package that is kept under this digest, every file of it verified.

    Raises:
        ConfigurationError: it is no digest.
        ModelMissing: it is not there.
        ModelTampered: it is not the one that was kept.
    """
    folder = kept_folder(home, digest)
    try:
        package = load_package(folder)
    except ModelError as error:
        what = "missing" if isinstance(error, ModelMissing) else "changed"
        raise type(error)(
            f"the site's model {digest[:_DIGITS]} is {what}, so no note is examined: {_MEND}"
        ) from None
    if package.manifest_digest != digest:
        raise ModelTampered(
            f"the site's model {digest[:_DIGITS]} is changed, so no note is examined: {_MEND}"
        )
    return package


def keep(home: Path, source: Path) -> ModelPackage:
    """Keep a copy of a package; one that is there already stays, unless it is damaged.

    Args:
        home: the data folder.
        source: folder of the package.

    Returns:
        The package as it is kept.

    Raises:
        ModelError: the source is no whole package.
        OutputError: the copy cannot be written; nothing is kept.
    """
    package = load_package(source)
    target = kept_folder(home, package.manifest_digest)
    try:
        return load_kept(home, package.manifest_digest)
    except ModelError:
        pass
    try:
        private_folder(home)
        private_folder(target.parent)
        _clear(target.parent)
        scratch = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
        try:
            _copy(source, scratch, [*package.files, MANIFEST])
            load_package(scratch)
            if target.exists():
                shutil.rmtree(target)
            scratch.rename(target)
            sync_folder(target.parent)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    except OSError as error:
        raise OutputError(
            f"the model cannot be kept in {target.parent} ({error.strerror}): free the place; "
            "nothing was changed"
        ) from None
    return load_kept(home, package.manifest_digest)


def remove(home: Path, digest: str) -> None:
    """Remove a package that is kept aside. Whoever calls sees to it that it is not in use.

    Raises:
        ConfigurationError: it is no digest.
        ModelMissing: it is not there.
        OutputError: it cannot be removed.
    """
    folder = kept_folder(home, digest)
    if not folder.is_dir():
        raise ModelMissing(f"no model {digest[:_DIGITS]} is kept: `deid train list` shows them")
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be removed ({error.strerror})") from None


def _decisions(records: Iterable[Record]) -> tuple[ModelDecided, ...]:
    """Those of these records that decide on a model, in their order."""
    return tuple(one.event for one in records if isinstance(one.event, ModelDecided))


def _folder(home: Path) -> Path:
    return home / "models"


def _clear(folder: Path) -> None:
    """Remove what copies that were interrupted left."""
    for left in folder.iterdir():
        if _SCRATCH.fullmatch(left.name):
            shutil.rmtree(left, ignore_errors=True)


def _copy(source: Path, target: Path, names: Iterable[str]) -> None:
    target.mkdir(mode=0o700)
    for name in names:
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
        descriptor = os.open(target / name, flags, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write((source / name).read_bytes())
            file.flush()
            os.fsync(file.fileno())
    sync_folder(target)
