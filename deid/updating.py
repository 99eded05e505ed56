"""Updates of rules and models on this machine: what a program, a command or a window asks for."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from deid import resources
from deid.datatypes import Document
from deid.errors import BundleUnsuited, DeidError, UpdateError, UpdateTampered
from deid.failures import describe
from deid.updates.install import Machine, examine, install, undo
from deid.updates.installed import InstalledUpdate
from deid.updates.listing import Listed, Place, listed
from deid.updates.metadata import TrustedUpdate
from deid.updates.names import PARTS

# What the program looks up by name; packs it takes as they come.
_NAMED: Final = ("lists", "names", "policies")
_NOTE: Final = "Patient: Marisol Quenbridge, MRN 00482913, seen on March 14, 2025.\n"


def this_machine() -> Machine:
    """Where updates lie on this machine, and what they have to fit."""
    return Machine(resources.updates_folder(), resources.update_root(), resources.version())


def installed_updates() -> tuple[Listed, ...]:
    """What is in use on this machine, what was before it, and the newest where that is another.

    Raises:
        UpdatesUnavailable: this build of the program has no updates.
        UpdateTampered: what was settled for the machine cannot be read.
    """
    return listed(this_machine())


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with rules and models on this machine, and in this process.

    Attributes:
        own: the update that this process works with; None: what came with the program.
        listed: what is in use on the machine, and so on; empty where that cannot be told.
        problem: why nothing can be told, or what this process may not work with; None: all is well.
        has_root: whether bundles can be verified; a build that was given no root keys has no
            updates.
        may_change: whether whoever runs the program may install here, by the rights of the folder.
    """

    own: InstalledUpdate | None
    listed: tuple[Listed, ...]
    problem: DeidError | None
    has_root: bool
    may_change: bool

    @property
    def in_use(self) -> Listed | None:
        """What is in use on the machine from the next start of a program on."""
        return next((one for one in self.listed if one.place is Place.CURRENT), None)

    @property
    def before(self) -> Listed | None:
        """What one step leads back to; None: none does."""
        return next((one for one in self.listed if one.place is Place.PREVIOUS), None)

    @property
    def outdated(self) -> bool:
        """Whether this process works with something else than one that is started now would."""
        now = self.in_use
        if now is None or now.problem is not None:
            return False
        return (self.own and self.own.digest) != (now.update and now.update.digest)


def standing() -> Standing:
    """How it stands with updates here. Every file of each is compared with what was signed."""
    own: InstalledUpdate | None = None
    found: tuple[Listed, ...] = ()
    problem: DeidError | None = None
    has_root = resources.update_root().is_file()
    try:
        if has_root:
            found = installed_updates()
        own = resources.update()
    except (UpdateError, UpdateTampered) as error:
        problem = error
    return Standing(own, found, problem, has_root, _may_change(resources.updates_folder()))


def _may_change(folder: Path) -> bool:
    """Whether a folder, or the first one above it that there is, may be written to.

    On Windows the answer may be yes where an attempt is refused: there only that tells.
    """
    there = next(one for one in (folder, *folder.parents) if one.is_dir())
    return os.access(there, os.W_OK)


def examine_bundle(bundle: Path) -> TrustedUpdate:
    """What a bundle brings, if its signatures, age and version let it be installed here.

    Raises:
        UpdateError: it would be refused.
        UpdateTampered: what is kept of the newest update was changed.
    """
    return examine(bundle, this_machine())


def install_update(bundle: Path) -> TrustedUpdate:
    """Install a bundle for all users of this machine, once the program was tried with it.

    Raises:
        UpdateError: it is refused; nothing was changed.
        UpdateTampered: what is kept of the newest update was changed.
        OutputError: it cannot be written; nothing was changed.
    """
    return install(bundle, this_machine(), try_out=try_out)


def undo_update(*, to_release: bool = False) -> str:
    """Go back to what was in use before the last install; see `deid.updates.install.undo`.

    Raises:
        UpdatesUnavailable: there is nothing to go back to, or no right to.
        UpdateTampered: what would be in use is not what was signed.
        OutputError: it cannot be written; nothing was changed.
    """
    return undo(this_machine(), to_release=to_release)


def try_out(folder: Path) -> None:
    """Try whether the program works with the parts of an update, in a process of its own.

    Args:
        folder: with the folders `models` and `rules`, or one of them, verified.

    Raises:
        BundleUnsuited: it does not.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        try:
            problem = process.submit(_tried, folder).result()
        except BrokenProcessPool:
            problem = "the program ends without a word"
    if problem is not None:
        raise BundleUnsuited(
            f"the program does not work with what the bundle brings, so it is not used: {problem}; "
            "tell those who made it"
        )


def _tried(folder: Path) -> str | None:
    """What does not work; None if all does."""
    parts = tuple(part for part in PARTS if (folder / part).is_dir())
    resources.work_with(InstalledUpdate(folder, 0, datetime.now(UTC), parts, ""))
    try:
        if "rules" in parts:
            _try_rules(folder / "rules")
        if "models" in parts:
            _expect_names("models", folder)
        _try_note()
    except DeidError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - whatever it is, the update is not to be used
        return describe(error)
    return None


def _try_rules(rules: Path) -> None:
    from deid.detect.packs import load_packs
    from deid.policy.files import read_policy

    for kind in _NAMED:
        _expect_names(f"rules/{kind}", rules.parent)
    load_packs(rules / "packs")
    load_packs(rules / "rare")
    for path in (rules / "policies").glob("*.yaml"):
        read_policy(path)


def _expect_names(folder: str, update: Path) -> None:
    """Refuse an update that lacks what the program's own folder has, documents aside."""
    part, _, inner = folder.partition("/")
    own = (resources.shipped(part) / inner).iterdir()
    found = {path.name for path in (update / folder).glob("*")}
    missing = sorted({path.name for path in own if path.suffix != ".md"} - found)
    if missing:
        raise BundleUnsuited(f"{folder} lacks {', '.join(missing)}")


def _try_note() -> None:
    from deid.detect.packages import DEFAULT_PACKAGE
    from deid.pipeline import Deidentifier
    from deid.policy import load_policy

    # Named, or it would be the model that an officer of the site put in its place.
    model = resources.models() / DEFAULT_PACKAGE
    deidentifier = Deidentifier.open(policy=load_policy(), model=model)
    if not deidentifier.analyze(Document(id="a note to try", text=_NOTE)).kept:
        raise BundleUnsuited("nothing is found in a note that names a patient")
