"""The signature in an `.msi`: two streams of it, as Authenticode has them."""

from __future__ import annotations

from pathlib import Path

from release.manifest import NotReleased
from release.tools import run


def write_unsigned(path: Path, out: Path) -> None:
    """Write the package without its signature.

    Raises:
        NotReleased: it carries none, or `osslsigncode` is not installed.
    """
    if not run("osslsigncode", "remove-signature", "-in", path, "-out", out).good:
        raise NotReleased(f"{path.name}: carries no Authenticode signature")
