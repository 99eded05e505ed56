"""The licence of each component, and the text of it that travels with the programs."""

from __future__ import annotations

import re
import shutil
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Final

from frozen.origins import Kind, Owner
from frozen.tree import INTERNAL

HERE: Final = Path(__file__).resolve().parent / "texts"
"""Texts of licences that a distribution names and does not bring."""

NOT_BROUGHT: Final[Mapping[str, tuple[str, ...]]] = {
    "flatbuffers": ("Apache-2.0.txt",),
    "presidio-analyzer": ("presidio.txt",),
    "presidio-anonymizer": ("presidio.txt",),
    "pyside6-essentials": ("LGPL-3.0.txt", "GPL-3.0.txt"),
    "shiboken6": ("LGPL-3.0.txt", "GPL-3.0.txt"),
    "tokenizers": ("Apache-2.0.txt",),
}
"""The texts of each such distribution."""

INSIDE: Final[Mapping[str, tuple[str, ...]]] = {"tesserocr": ("Apache-2.0.txt", "leptonica.txt")}
"""The texts of libraries that a distribution carries and tells nothing of: Tesseract, Leptonica.
Those of libpng, libtiff, libjpeg-turbo and libwebp stand in Pillow's."""

FOLDER: Final = "licences"
"""Where they lie below `_internal`, by the kind of component and its name."""

OWN: Final = ("LICENSE", "NOTICE", "THIRD-PARTY-NOTICES.md")
_TEXT: Final = re.compile(r"(?i)^(licen[cs]es?|copying|notices?|authors|third.?party.?notices)\b")
_CLASSIFIERS: Final = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
_EXPRESSIONS: Final = {
    "pyinstaller": "GPL-2.0-or-later WITH Bootloader-exception",
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",
}
"""Of distributions that state it in prose."""

_STATED: Final = {"3-Clause BSD License": "BSD-3-Clause", "Apache 2.0": "Apache-2.0"}
_DEP5: Final = re.compile(r"^License: *(\S.*)$", re.MULTILINE)
_COMMON: Final = Path("/usr/share/common-licenses")
_REFERENCE: Final = re.compile(rf"{_COMMON}/([A-Za-z0-9.+-]*[A-Za-z0-9])")
_DEEPEST: Final = 3  # dist-info, licenses, file; or package, file


class NoLicence(Exception):
    """A component without a licence, or without its text. The message names it."""


@dataclass(frozen=True, slots=True)
class Licence:
    """How a component is licensed.

    Attributes:
        stated: an SPDX expression, or the names that its copyright file uses.
        texts: name within the component's folder of licences, and the file that is copied there.
    """

    stated: str
    texts: Mapping[str, Path]


def licence_of(owner: Owner, *, source: Path) -> Licence:
    """The licence of a component.

    Args:
        owner: which component.
        source: where the project's own sources lie.

    Raises:
        NoLicence: it names none, or brings no text.
    """
    if owner.kind == Kind.OWN.value:
        found = Licence("Apache-2.0", {name: source / name for name in OWN})
    elif owner.kind == Kind.PYTHON.value:
        found = Licence("PSF-2.0", {"LICENSE.txt": _pythons_text()})
    elif owner.kind == Kind.DEBIAN.value:
        text = Path("/usr/share/doc") / owner.name / "copyright"
        found = Licence(_stated_by_debian(text), {"copyright": text})
    else:
        installed = distribution(owner.name)
        found = Licence(_stated(installed, owner.name), dict(_texts(installed, owner.name)))
    missing = not found.texts or not all(path.is_file() for path in found.texts.values())
    if missing or not found.stated:
        raise NoLicence(f"{owner.name} {owner.version} comes without the text of its licence")
    return found


def common_texts(licences: Iterable[Licence]) -> Licence:
    """The texts that copyright files of Debian refer to instead of holding them."""
    referred = {
        name
        for licence in licences
        for text in licence.texts.values()
        if text.name == "copyright"
        for name in _REFERENCE.findall(text.read_text("utf-8", errors="replace"))
    }
    texts = {name: _COMMON / name for name in referred if (_COMMON / name).is_file()}
    return Licence("as told in each", {f"{name}.txt": path for name, path in texts.items()})


def place(owner: Owner, name: str) -> str:
    """Where a text of a component lies, relative to the root of the tree."""
    return f"{INTERNAL}/{FOLDER}/{owner.kind}/{owner.name}/{name}"


def copy_texts(root: Path, licences: Mapping[Owner, Licence]) -> dict[str, Owner]:
    """Put the texts of all components into a tree.

    Returns:
        The path of each text relative to `root`, and whose it is.
    """
    placed = {}
    for owner, licence in sorted(licences.items()):
        for name, text in sorted(licence.texts.items()):
            path = place(owner, name)
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(text, root / path)
            placed[path] = owner
    return placed


def _stated(package: Distribution, name: str) -> str:
    expression = _EXPRESSIONS.get(name) or package.metadata.get("License-Expression")
    if expression:
        return str(expression)
    marker = "License :: OSI Approved :: "
    classifiers = package.metadata.get_all("Classifier") or []
    named = [one.removeprefix(marker) for one in classifiers if one.startswith(marker)]
    if named:
        return " AND ".join(sorted({_CLASSIFIERS.get(one, one) for one in named}))
    stated = (package.metadata.get("License") or "").strip()
    return "" if "\n" in stated else _STATED.get(stated, stated)


def _texts(package: Distribution, name: str) -> Iterator[tuple[str, Path]]:
    found = False
    for file in package.files or ():
        named = len(file.parts) <= _DEEPEST and _TEXT.match(file.name) and file.suffix != ".py"
        if named or _is_declared(file.parts):
            found = True
            yield "-".join(_within(file.parts)), Path(str(package.locate_file(file)))
    for text in INSIDE.get(name, ()):
        yield text, HERE / text
    if not found:
        for text in NOT_BROUGHT.get(name, ()):
            yield text, HERE / text


def _is_declared(parts: tuple[str, ...]) -> bool:
    """Whether a file lies where a distribution says its licences are (PEP 639)."""
    return parts[0].endswith(".dist-info") and parts[1] == "licenses"


def _within(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The parts of a text's path without the folders in which it usually lies."""
    kept = parts[1:] if parts[0].endswith(".dist-info") else parts
    return kept[1:] if len(kept) > 1 and kept[0] in ("licenses", "license_files") else kept


def _pythons_text() -> Path:
    inside = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    return inside if inside.is_file() else Path(sys.base_prefix) / "LICENSE.txt"


def _stated_by_debian(text: Path) -> str:
    """The short names in a copyright file; those without the machine-readable form have none."""
    if not text.is_file():
        return ""
    names = {name.strip() for name in _DEP5.findall(text.read_text("utf-8", errors="replace"))}
    return "; ".join(sorted(names)) or "as told in its copyright file"
