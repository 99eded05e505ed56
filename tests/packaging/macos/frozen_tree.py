"""A small tree as freezing leaves it on macOS, and what signing makes of an application."""

from __future__ import annotations

from pathlib import Path

from frozen.bom import PATH, Part, bill, digests
from frozen.origins import Owner
from frozen.tree import Tree

from deid.sealed.mach import unsigned
from tests.sealed.mach_file import mach

EPOCH = 1_700_000_000
CODE = (
    *("deid", "deid-gui", "_internal/_cffi.so", "_internal/python3.11/lib-dynload/_ssl.so"),
    *("_internal/numpy/core.so", "_internal/numpy/.dylibs/libblas.1.dylib"),
    *("_internal/PySide6/QtCore.so", "_internal/PySide6/Qt/plugins/libqcocoa.dylib"),
    "_internal/PySide6/Qt/lib/QtCore.framework/Versions/A/QtCore",
)
DATA = (
    *("_internal/base_library.zip", "_internal/rules/packs/us.v2.yaml", "_internal/rules/a.txt"),
    *(
        "_internal/numpy/py.typed",
        "_internal/numpy/tests.d/x",
        "_internal/noteveil-1.0.dist-info/R",
    ),
    "_internal/PySide6/Qt/lib/QtCore.framework/Versions/A/Resources/Info.plist",
)
_FRAMEWORK = "_internal/PySide6/Qt/lib/QtCore.framework"
LINKS = {
    f"{_FRAMEWORK}/Versions/Current": "A",
    f"{_FRAMEWORK}/QtCore": "Versions/Current/QtCore",
    f"{_FRAMEWORK}/Resources": "Versions/Current/Resources",
    "_internal/QtCore": "PySide6/Qt/lib/QtCore.framework/Versions/A/QtCore",
    "_internal/libblas.1.dylib": "numpy/.dylibs/libblas.1.dylib",
    "_internal/rules/b.txt": "a.txt",
}


def frozen(root: Path, *, version: str = "1.2.0") -> Tree:
    """The tree, with its bill of materials."""
    for path in (*CODE, *DATA):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(mach(path.encode()) if path in CODE else path.encode())
    for path, target in LINKS.items():
        (root / path).symlink_to(target)
    tree = Tree(root, version, EPOCH, linked=True)
    part = Part(Owner("noteveil", "noteveil", version), "Apache-2.0", digests(tree))
    (root / PATH).write_text(bill([part], version=version, epoch=EPOCH), encoding="utf-8")
    tree.settle()
    return tree


def sign_as_apple_does(app: Path, code: list[str], later: list[str]) -> None:
    """Give every program and library another signature, and add the files of signatures."""
    for path in code:
        raw = (app / path).read_bytes()
        content = raw[0x1000 : unsigned(raw, len(raw)).size]
        (app / path).write_bytes(mach(content, b"a signature that Apple knows " * 9))
    for path in later:
        (app / path).parent.mkdir(exist_ok=True)
        (app / path).write_bytes(b"<plist/>")
