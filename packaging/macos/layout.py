"""Where the files of a frozen tree lie in an application of macOS. Pure.

Apple wants programs in `Contents/MacOS`, libraries and frameworks in `Contents/Frameworks`, and all
else in `Contents/Resources`: `codesign` takes every file of the first two for code, and each folder
there with a point in its name for a bundle ("Placing Content in a Bundle", Technical Note 2206).
PyInstaller's programs look for everything of theirs in `Contents/Frameworks`, so that folder holds
a link to each file, or to each folder without code, that had to go elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from frozen.tree import INTERNAL, NotPacked

PROGRAMS: Final = "Contents/MacOS"
LIBRARIES: Final = "Contents/Frameworks"
RESOURCES: Final = "Contents/Resources"

_POINT: Final = "__dot__"
_FRAMEWORK: Final = ".framework"


@dataclass(frozen=True, slots=True)
class Layout:
    """What goes where.

    Attributes:
        files: path in the application, and path in the tree.
        links: path in the application, and what the link holds.
    """

    files: Mapping[str, str]
    links: Mapping[str, str]


def arranged(code: Iterable[str], data: Iterable[str], links: Mapping[str, str]) -> Layout:
    """The place of everything of a tree.

    Args:
        code: paths in the tree of programs and libraries.
        data: of all other files.
        links: the path of each link, and what it holds.

    Raises:
        NotPacked: what lies beside `_internal` is no program.
    """
    programs = [path for path in code if "/" not in path]
    binary = [_inside(path) for path in code if "/" in path]
    plain = [_inside(path) for path in data]
    linked = {_inside(path): target for path, target in links.items()}
    framed = [path for path in plain if _framework(path)]
    apart = [path for path in plain if not _framework(path)]
    with_code = _folders([*binary, *framed])
    without = _folders(apart) - with_code
    with_code |= _folders(path for path in linked if not _folders([path]) & without)
    anchors = {_anchor(path, with_code) for path in apart}
    files = {f"{PROGRAMS}/{path}": path for path in programs}
    files |= {_among_libraries(path): f"{INTERNAL}/{path}" for path in (*binary, *framed)}
    files |= {f"{RESOURCES}/{path}": f"{INTERNAL}/{path}" for path in apart}
    made = {
        f"{RESOURCES}/{path}" if _folders([path]) & anchors else _among_libraries(path): target
        for path, target in linked.items()
    }
    made |= {
        _among_libraries(one): f"{'../' * len(one.split('/'))}Resources/{one}" for one in anchors
    }
    made |= dict(_by_old_names(with_code))
    return Layout(files, made)


def _inside(path: str) -> str:
    if not path.startswith(f"{INTERNAL}/"):
        raise NotPacked(f"{path}: no program of macOS, and lies where only programs do")
    return path.removeprefix(f"{INTERNAL}/")


def _folders(paths: Iterable[str]) -> set[str]:
    """Every folder above these."""
    above = {str(folder) for path in paths for folder in PurePosixPath(path).parents}
    return above - {"."}


def _framework(path: str) -> bool:
    """Whether something is part of a framework, which stays as it is."""
    return any(folder.endswith(_FRAMEWORK) for folder in _folders([path]))


def _anchor(path: str, with_code: set[str]) -> str:
    """The highest folder above a file that holds no code, or the file itself."""
    return min(_folders([path]) - with_code, key=len, default=path)


def _among_libraries(path: str) -> str:
    """The path in the folder of libraries: without points in the names of folders."""
    *folders, name = path.split("/")
    return "/".join([LIBRARIES, *_pointless(folders), name])


def _pointless(folders: Iterable[str]) -> Iterator[str]:
    framed = False
    for folder in folders:
        framed = framed or folder.endswith(_FRAMEWORK)
        yield folder if framed else folder.replace(".", _POINT)


def _by_old_names(with_code: Iterable[str]) -> Iterator[tuple[str, str]]:
    """A link by its old name to each folder that lost the points in its name."""
    for folder in with_code:
        name = PurePosixPath(folder).name
        if "." in name and not _framework(f"{folder}/any"):
            yield _among_libraries(folder), name.replace(".", _POINT)
