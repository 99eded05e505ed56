"""Whether the Python that runs has what the locks name, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import distributions
from pathlib import Path
from typing import Final

from frozen.origins import canonical
from packaging.requirements import Requirement

LOCKS: Final = ("package.txt", "pkcs11.txt")
"""The locks below `requirements/` that the environment is made of."""

_ALLOWED: Final = frozenset({"pip"})  # it made the environment, and nothing imports it
_PIN: Final = re.compile(r"^[a-z0-9][^\\#]*", re.MULTILINE)


class WrongEnvironment(Exception):
    """What is installed is not what is locked. The message says what to do."""


def check_environment(requirements: Path) -> None:
    """Go on only from an environment that holds the locked versions and nothing beside them.

    A package more could be picked up by one that looks whether it is there; another version makes
    another program.

    Raises:
        WrongEnvironment: something is missing, or there is something more.
    """
    texts = [(requirements / lock).read_text(encoding="utf-8") for lock in LOCKS]
    wanted = dict(locked(texts))
    found = {canonical(one.metadata["Name"]): one.version for one in distributions()}
    wrong = sorted(differences(wanted, found))
    if wrong:
        files = " ".join(f"-r requirements/{lock}" for lock in LOCKS)
        raise WrongEnvironment(
            f"the environment is not the locked one ({'; '.join(wrong)}): make a new one with "
            f"pip install --require-hashes {files}"
        )


def locked(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Name and version of every pin that holds for the Python and the system that run."""
    for text in texts:
        for match in _PIN.finditer(text):
            pin = Requirement(match[0].strip())
            if pin.marker is None or pin.marker.evaluate():
                yield canonical(pin.name), str(pin.specifier).removeprefix("==")


def differences(wanted: Mapping[str, str], found: Mapping[str, str]) -> Iterator[str]:
    """What is not as locked, in words."""
    for name in wanted.keys() | found.keys() - _ALLOWED:
        if name not in found:
            yield f"{name} is missing"
        elif name not in wanted:
            yield f"{name} is not locked"
        elif wanted[name] != found[name]:
            yield f"{name} is {found[name]} instead of {wanted[name]}"
