"""The application of macOS, made of a frozen tree."""

from __future__ import annotations

import os
import plistlib
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from frozen.sealing import NoKey, ReleaseKeys
from frozen.tree import FILE_MODE, FOLDER_MODE, INTERNAL, PROGRAM_MODE, NotPacked, Tree
from macos.binaries import BuiltFor, built_for, is_code
from macos.layout import LIBRARIES, PROGRAMS, RESOURCES, Layout, arranged

from deid.formats import suffixes
from deid.managed import Managed, instead
from deid.managed.preferences import DOMAIN
from deid.sealed import seal
from deid.sealed.check import check
from deid.sealed.sealed_list import LIST_NAME, SIGNATURE_NAME

NAME: Final = "NoteVeil.app"
WINDOW: Final = "deid-gui"
"""The program that the Finder starts."""

DATA: Final = Path(__file__).resolve().parent / "data"
SIGNATURE: Final = "_CodeSignature/CodeResources"
UNINSTALLER: Final = f"{RESOURCES}/uninstall.sh"
TICKET: Final = "Contents/CodeResources"
"""Where `stapler` puts Apple's ticket."""

APPLES_TYPES: Final = {
    ".bmp": "com.microsoft.bmp",
    ".csv": "public.comma-separated-values-text",
    ".docx": "org.openxmlformats.wordprocessingml.document",
    ".gif": "com.compuserve.gif",
    ".htm": "public.html",
    ".html": "public.html",
    ".jpeg": "public.jpeg",
    ".jpg": "public.jpeg",
    ".json": "public.json",
    ".pdf": "com.adobe.pdf",
    ".png": "public.png",
    ".pptx": "org.openxmlformats.presentationml.presentation",
    ".rtf": "public.rtf",
    ".tif": "public.tiff",
    ".tiff": "public.tiff",
    ".tsv": "public.tab-separated-values-text",
    ".txt": "public.plain-text",
    ".xlsx": "org.openxmlformats.spreadsheetml.sheet",
    ".xml": "public.xml",
    ".zip": "public.zip-archive",
}
"""The Uniform Type Identifiers that Apple has for some endings; the others get one of ours."""

_VERSION: Final = re.compile(r"(0|[1-9][0-9]{0,3})(\.(0|[1-9][0-9]{0,3})){1,2}")
_UNSEALED: Final = frozenset(f"{INTERNAL}/{name}" for name in (LIST_NAME, SIGNATURE_NAME))


@dataclass(frozen=True, slots=True)
class Bundle:
    """An application in a folder.

    Attributes:
        root: the application.
        version: of the program.
        epoch: seconds since 1970 that everything is dated with.
    """

    root: Path
    version: str
    epoch: int

    def settle(self) -> None:
        """Give every file, link and folder its mode and the date of the tree."""
        for folder, folders, names in os.walk(self.root, topdown=False):
            for name in names + folders:
                path = Path(folder, name)
                if not path.is_symlink():
                    path.chmod(FOLDER_MODE if path.is_dir() else self._mode(path))
                os.utime(path, (self.epoch, self.epoch), follow_symlinks=False)
        self.root.chmod(FOLDER_MODE)
        os.utime(self.root, (self.epoch, self.epoch))

    def signatures(self) -> list[str]:
        """The files that `codesign` and `stapler` will write, relative to the application."""
        frameworks = (self.root / LIBRARIES).rglob("*.framework/Versions/*")
        versions = [path for path in frameworks if path.is_dir() and not path.is_symlink()]
        inner = [f"{path.relative_to(self.root).as_posix()}/{SIGNATURE}" for path in versions]
        return sorted([TICKET, f"Contents/{SIGNATURE}", *inner])

    def _mode(self, file: Path) -> int:
        runs = file.parent == self.root / PROGRAMS or file == self.root / UNINSTALLER
        return PROGRAM_MODE if runs else FILE_MODE


def make(tree: Tree, folder: Path) -> Bundle:
    """Make the application in an existing folder, unsealed and as PyInstaller signed its parts.

    Args:
        tree: the frozen programs, built on macOS.
        folder: is to hold the application, and holds none.

    Raises:
        NotPacked: the tree is none of macOS, or its version none that Apple takes.
        NotATree: as `Tree.files`.
    """
    if not _VERSION.fullmatch(tree.version):
        raise NotPacked(f"version {tree.version}: Apple takes two or three numbers with points")
    paths = [one.path for one in tree.files() if one.path not in _UNSEALED]
    code = {path for path in paths if is_code(tree.root / path)}
    layout = arranged(sorted(code), [path for path in paths if path not in code], tree.links())
    if not {f"{PROGRAMS}/{WINDOW}", f"{PROGRAMS}/deid"} <= layout.files.keys():
        raise NotPacked("the tree lacks one of its programs")
    runs_on = built_for(tree.root / path for path in sorted(code))
    own = {
        "Contents/Info.plist": plistlib.dumps(information(tree.version, runs_on)),
        "Contents/PkgInfo": b"APPL????",
        f"{RESOURCES}/noteveil.icns": (DATA / "noteveil.icns").read_bytes(),
        UNINSTALLER: (DATA / "uninstall.sh").read_bytes(),
    }
    bundle = Bundle(folder / NAME, tree.version, tree.epoch)
    _write(bundle.root, tree.root, layout, own)
    bundle.settle()
    return bundle


def information(version: str, runs_on: BuiltFor) -> dict[str, Any]:
    """`Info.plist`, by the keys of "Information Property List" (Apple).

    The Finder offers the program for every kind of file that it can read. There is no exception
    from App Transport Security in it, no address scheme and no service: nothing reaches the program
    but files that a person opens with it.
    """
    with instead(Managed()):  # whatever is managed where this is built
        endings = sorted(suffixes())
    own = [ending for ending in endings if ending not in APPLES_TYPES]
    kinds = {APPLES_TYPES.get(ending, _own_type(ending)) for ending in endings}
    return {
        "CFBundleDevelopmentRegion": "en",
        "CFBundleDisplayName": "NoteVeil",
        "CFBundleDocumentTypes": [
            _opens("Notes", *sorted(kinds)),
            _opens("Folder of notes", "public.folder"),
        ],
        "CFBundleExecutable": WINDOW,
        "CFBundleIconFile": "noteveil",
        "CFBundleIdentifier": DOMAIN,
        "CFBundleInfoDictionaryVersion": "6.0",
        "CFBundleName": "NoteVeil",
        "CFBundlePackageType": "APPL",
        "CFBundleShortVersionString": version,
        "CFBundleSupportedPlatforms": ["MacOSX"],
        "CFBundleVersion": version,
        "LSApplicationCategoryType": "public.app-category.medical",
        "LSArchitecturePriority": [runs_on.architecture],
        "LSMinimumSystemVersion": runs_on.system,
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": "Copyright © The NoteVeil maintainers. Apache License 2.0.",
        "NSPrincipalClass": "NSApplication",
        "NSRequiresAquaSystemAppearance": False,
        "UTImportedTypeDeclarations": [
            {
                "UTTypeConformsTo": ["public.data"],
                "UTTypeDescription": f"Notes (*{ending})",
                "UTTypeIdentifier": _own_type(ending),
                "UTTypeTagSpecification": {"public.filename-extension": [ending[1:]]},
            }
            for ending in own
        ],
    }


def _own_type(ending: str) -> str:
    return f"org.noteveil.notes{ending}"


def read_information(app: Path) -> dict[str, Any]:
    """What `Info.plist` of an application says.

    Raises:
        NotPacked: there is none, or it is none of ours.
    """
    try:
        found: dict[str, Any] = plistlib.loads((app / "Contents" / "Info.plist").read_bytes())
    except (OSError, ValueError):
        raise NotPacked(f"{app.name}: no application") from None
    wanted = information("", BuiltFor((0, 0), "")).keys()
    if found.get("CFBundleIdentifier") != DOMAIN or not wanted <= found.keys():
        raise NotPacked(f"{app.name}: not made by build_app.py")
    return found


def _opens(what: str, *kinds: str) -> dict[str, Any]:
    return {
        "CFBundleTypeName": what,
        "CFBundleTypeRole": "Viewer",  # the original is never changed
        "LSHandlerRank": "Alternate",
        "LSItemContentTypes": list(kinds),
    }


def _write(root: Path, origin: Path, layout: Layout, own: Mapping[str, bytes]) -> None:
    twice = (layout.files.keys() | layout.links.keys()) & own.keys()
    twice |= layout.files.keys() & layout.links.keys()
    if twice:
        raise NotPacked(f"{', '.join(sorted(twice))}: two things for one place")
    for path in (*layout.files, *layout.links, *own):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
    for path, source in layout.files.items():
        shutil.copyfile(origin / source, root / path)
    for path, target in layout.links.items():
        (root / path).symlink_to(target)
    for path, content in own.items():
        (root / path).write_bytes(content)


def seal_bundle(bundle: Bundle, keys: ReleaseKeys) -> None:
    """Seal an application, and see that its programs will start.

    Apple's signatures come later: the list names what is signed without its signature.

    Raises:
        NoKey: nothing signs.
        SealBroken: what signed is none of the keys that the programs believe.
    """
    if keys.sign is None:
        raise NoKey("there is no key to seal with")
    seal.write(
        bundle.root,
        version=bundle.version,
        sign=keys.sign,
        internal=seal.INTERNAL_OF_APP,
        system=bundle.signatures(),
        signed_later=True,
    )
    bundle.settle()
    check(bundle.root, keys.public, internal=seal.INTERNAL_OF_APP)
