"""What is installed on a computer, as a report names it."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Final

from deid import managed, resources
from deid.detect.packages import load_package
from deid.errors import ConfigurationError, ModelError, UpdateTampered
from deid.pipeline import Deidentifier
from deid.policy import load_policy, shipped_policies
from deid.sealed.program import check_program
from deid.site_models import load_in_use
from deid.user import machine_name, user_name

_LIBRARIES: Final = (
    *("cryptography", "numpy", "onnxruntime", "presidio-analyzer", "presidio-anonymizer"),
    *("pyside6-essentials", "pyyaml", "regex", "reportlab", "tldextract", "tokenizers", "tuf"),
)


@dataclass(frozen=True, slots=True)
class Sealed:
    """The seal of an installed program, which was found whole.

    Attributes:
        version: of the program, as it was sealed.
        files: how many files it covers.
        key: SHA-256 of the release key that signed it, in hex.
    """

    version: str
    files: int
    key: str


@dataclass(frozen=True, slots=True)
class Model:
    """The model that was tested.

    Attributes:
        name: of the package.
        version: of the package.
        sha256: of the model file, in hex.
        manifest_sha256: of the manifest, which names every file, in hex.
    """

    name: str
    version: int
    sha256: str
    manifest_sha256: str


@dataclass(frozen=True, slots=True)
class Update:
    """The update of rules and models in use, which was found to be as it was signed.

    Attributes:
        version: counts up with every update.
        digest: SHA-256 of the metadata that names every file, in hex.
    """

    version: int
    digest: str


@dataclass(frozen=True, slots=True)
class Installed:
    """What is installed.

    Attributes:
        machine: its name in its network.
        user: who ran the test, by the name on the machine.
        system: the operating system.
        program: version of the program.
        python: version of Python.
        sealed: the seal; None in a checkout or wheel.
        update: the update of rules and models in use; None: there is none.
        rules: digest of all rule packs; None if they could not be loaded.
        model: the model; None if it could not be loaded, or is no package.
        policies: digest of each policy that comes with the program, by its name; None where one
            cannot be used.
        managed: names of the settings that IT manages.
        libraries: versions of the libraries, by their names; those that are there.
    """

    machine: str
    user: str
    system: str
    program: str
    python: str
    sealed: Sealed | None
    update: Update | None
    rules: str | None
    model: Model | None
    policies: dict[str, str | None] = field(default_factory=dict)
    managed: tuple[str, ...] = ()
    libraries: dict[str, str] = field(default_factory=dict)


def look(tested: Deidentifier | None, *, model: Path | None = None) -> Installed:
    """What is installed here.

    Args:
        tested: what the self-test tested; None if it could not be loaded.
        model: the package of the model that was tested instead of the one in use.
    """
    return Installed(
        machine=machine_name(),
        user=user_name(),
        system=platform.platform(),
        program=resources.version(),
        python=platform.python_version(),
        sealed=sealed(),
        update=_update(),
        rules=tested.digests.rules if tested is not None else None,
        model=_model(model) if tested is not None else None,
        policies={name: _policy(name) for name in shipped_policies()},
        managed=tuple(sorted(managed.current().locked)),
        libraries=dict(_versions()),
    )


def sealed() -> Sealed | None:
    """The seal of the program that runs, as its start found it; None in a checkout or wheel."""
    found = check_program()
    if found is None:
        return None
    key = hashlib.sha256(found.key).hexdigest()
    return Sealed(found.sealed.version, len(found.sealed.files), key)


def _update() -> Update | None:
    try:
        found = resources.update()
    except UpdateTampered:  # the step that loads the rules failed by it
        return None
    return Update(found.version, found.digest) if found is not None else None


def _model(folder: Path | None) -> Model | None:
    try:
        package = load_in_use() if folder is None else load_package(folder)
    except ModelError:  # a folder of Hugging Face has no manifest
        return None
    return Model(package.name, package.version, package.digest, package.manifest_digest)


def _policy(name: str) -> str | None:
    try:
        return load_policy(name).digest
    except ConfigurationError:
        return None


def _versions() -> Iterator[tuple[str, str]]:
    for name in _LIBRARIES:
        try:
            yield name, metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
