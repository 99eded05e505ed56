"""The names that Windows Installer knows things by: the same in every build, and in every version.

A component is known by the place of its file alone, so an upgrade finds it again; a product by its
version; a package by its content. All are UUIDs of version 5 (RFC 9562, section 5.5).
"""

from __future__ import annotations

import base64
import hashlib
import uuid
from typing import Final

_NAMESPACE: Final = uuid.UUID("c85c07e8-fde8-5c16-97ed-cbdcf5dfd4c8")
"""Never to be changed: other names would leave what is installed behind."""

_SHORT_NAME: Final = 8
_SHORT_ENDING: Final = 3


def upgrade_code() -> str:
    """What all versions of the program have in common."""
    return _guid("upgrade")


def product_code(version: str) -> str:
    """What one version is known by: two builds of it are not installed beside each other."""
    return _guid(f"product {version}")


def component_code(place: str) -> str:
    """What the component at this place is known by, in every version.

    Args:
        place: the path from the folder of the programs, or another name that no path has.
    """
    return _guid(f"component {place}")


def package_code(digest: str) -> str:
    """What one package is known by.

    Args:
        digest: of all that is in it.
    """
    return _guid(f"package {digest}")


def key(kind: str, path: str) -> str:
    """A key of a row, made of a path, for tables that allow neither every sign nor any length."""
    return f"{kind}_{hashlib.sha256(path.encode()).hexdigest()[:32]}"


def short_name(path: str) -> str:
    """A name of eight and three signs for the last part of a path, or that part if it is one.

    The column `Filename` wants one beside each long name; Windows Installer uses it only where it
    is told to.
    """
    name = path.rpartition("/")[2]
    stem, _, ending = name.rpartition(".") if "." in name else (name, "", "")
    if _is_short(stem, _SHORT_NAME) and (not ending or _is_short(ending, _SHORT_ENDING)):
        return name
    made = base64.b32encode(hashlib.sha256(path.encode()).digest()).decode()[: _SHORT_NAME - 1]
    kept = "".join(sign for sign in ending if sign.isalnum())[:_SHORT_ENDING]
    return f"{made}_.{kept}".rstrip(".").lower()


def _is_short(part: str, longest: int) -> bool:
    return 0 < len(part) <= longest and part.replace("_", "").replace("-", "").isalnum()


def _guid(name: str) -> str:
    return f"{{{str(uuid.uuid5(_NAMESPACE, name)).upper()}}}"
