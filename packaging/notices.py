"""Rewrite THIRD-PARTY-NOTICES.md from the locked runtime and what it says of itself.

    python packaging/notices.py

Run it where `requirements/runtime.txt` is installed. What only other systems install is looked up
in `ELSEWHERE`.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "runtime.txt"
OUTPUT = ROOT / "THIRD-PARTY-NOTICES.md"
DATA = ROOT / "packaging" / "data-notices.md"

ELSEWHERE = {
    "colorama": ("BSD-3-Clause", "https://github.com/tartley/colorama"),
    "tzdata": ("Apache-2.0", "https://github.com/python/tzdata"),
}
HEADER = """\
# Third-party notices

NoteVeil itself is licensed under Apache-2.0. It is installed together with the packages below,
each under its own licence; the text of each lies in that package's `.dist-info` folder. Made by
`packaging/notices.py`.

## Packages

| package | version | licence | where |
|---|---|---|---|
"""
_PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ ;\\]+)", re.MULTILINE)
_LINKS = ("repository", "source", "source code", "source-code", "github", "code", "homepage")


def main() -> None:
    """Write the notices anew; stop where a package does not say what its licence is."""
    rows = [_row(name, version) for name, version in _PIN.findall(LOCK.read_text("utf-8"))]
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    data = DATA.read_text(encoding="utf-8")
    OUTPUT.write_text(f"{HEADER}{table}\n{data}", encoding="utf-8", newline="\n")


def _row(name: str, version: str) -> tuple[str, str, str, str]:
    try:
        found = distribution(name)
    except PackageNotFoundError:
        if name not in ELSEWHERE:
            sys.exit(f"{name} is locked and not installed: install the lock, or add it by hand")
        return name, version, *ELSEWHERE[name]
    if found.version != version:
        sys.exit(f"{name} {found.version} is installed, {version} is locked: install the lock")
    return name, version, _licence(found), _address(found)


def _licence(package: Distribution) -> str:
    expression = package.metadata.get("License-Expression")
    if expression:
        return expression
    marker = "License :: OSI Approved :: "
    classifiers = package.metadata.get_all("Classifier") or []
    named = [one.removeprefix(marker) for one in classifiers if one.startswith(marker)]
    if named:
        return "; ".join(named)
    stated = (package.metadata.get("License") or "").strip()
    if not stated or "\n" in stated:
        sys.exit(f"{package.metadata['Name']} does not name its licence in one line")
    return stated


def _address(package: Distribution) -> str:
    pairs = (one.partition(", ") for one in package.metadata.get_all("Project-URL") or [])
    links = {name.casefold(): address for name, _, address in pairs}
    for name in _LINKS:
        if name in links:
            return links[name]
    home = package.metadata.get("Home-page")
    name = package.metadata["Name"]
    return home or next(iter(links.values()), f"https://pypi.org/project/{name}/")


if __name__ == "__main__":
    main()
