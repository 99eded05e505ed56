"""The source of the installer, in the language of WiX 3 as far as `wixl` speaks it.

Keys of folders have small letters in them, so no property on a command line moves them: the rights
of `%ProgramFiles%` are what keeps ordinary users from changing the programs.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from windows.content import Content, Installed, Place
from windows.identity import component_code, key, product_code, short_name, upgrade_code

NAME: Final = "NoteVeil"
PUBLISHER: Final = "The NoteVeil maintainers"
ABOUT: Final = "Takes the identity out of clinical notes, on this computer"
ICON: Final = "noteveil.exe"
"""A shortcut's icon must end as what it leads to; what it holds may be an `.ico` all the same."""

CABINET: Final = "noteveil.cab"
FILES: Final = "files"
"""The folder below that of the source in which each file lies under its key."""

PATH_ENTRY: Final = "PathEntry"
DESKTOP_ENTRY: Final = "DesktopEntry"
MACHINE_FOLDER: Final = "MachineFolder"
"""Components that are no file."""

FEATURES: Final = ("Program", "Path", "Desktop")
_SPACE: Final = "http://schemas.microsoft.com/wix/2006/wi"
_OLDEST_WINDOWS: Final = 17763
"""Windows 10, version 1809, and Server 2019: the oldest that Qt 6 runs on."""

_DOWNGRADE: Final = (
    f"A newer version of {NAME} is installed on this computer, and nothing was changed. To go back "
    "to this one, remove the newer one first."
)


def source(content: Content, *, help_link: str = "") -> str:
    """The source.

    Args:
        content: what is installed.
        help_link: the page that *Apps & features* leads to; empty: to none.
    """
    root = Element("Wix", xmlns=_SPACE)
    product = SubElement(
        root, "Product", Id=product_code(content.version), UpgradeCode=upgrade_code(),
        Name=NAME, Version=content.version, Manufacturer=PUBLISHER, Language="1033",
    )  # fmt: skip
    SubElement(product, "Package", Compressed="yes", InstallScope="perMachine")
    SubElement(product, "MajorUpgrade", DowngradeErrorMessage=_DOWNGRADE)
    SubElement(product, "Media", Id="1", Cabinet=CABINET, EmbedCab="yes")
    SubElement(product, "Icon", Id=ICON, SourceFile=ICON)
    _add_conditions(product)
    for name, value in _properties(help_link).items():
        SubElement(product, "Property", Id=name, Value=value)
    target = SubElement(product, "Directory", Id="TARGETDIR", Name="SourceDir")
    components = _add_folders(target, content)
    for feature in FEATURES:
        listed = SubElement(product, "Feature", Id=feature, Level="1")
        for component in components[feature]:
            SubElement(listed, "ComponentRef", Id=component)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def _properties(help_link: str) -> dict[str, str]:
    properties = {
        "ADDTOPATH": "1",
        "ARPCOMMENTS": ABOUT,
        "ARPNOMODIFY": "1",
        "ARPPRODUCTICON": ICON,
        # Every file is written, whatever lies there: nothing but what was sealed may be left of it.
        "REINSTALLMODE": "amus",
    }
    return properties | ({"ARPHELPLINK": help_link} if help_link else {})


def _add_conditions(product: Element) -> None:
    build = SubElement(product, "Property", Id="WINDOWSBUILD")
    SubElement(
        build, "RegistrySearch", Id="WindowsBuild", Root="HKLM", Type="raw", Win64="yes",
        Key=r"SOFTWARE\Microsoft\Windows NT\CurrentVersion", Name="CurrentBuild",
    )  # fmt: skip
    message = f"{NAME} needs Windows 10 version 1809, Windows Server 2019, or later, with 64 bits."
    needed = SubElement(product, "Condition", Message=message)
    needed.text = f"Installed OR (VersionNT64 AND WINDOWSBUILD >= {_OLDEST_WINDOWS})"


def _add_folders(target: Element, content: Content) -> dict[str, list[str]]:
    """Add folders and components; the components of each feature."""
    programs = SubElement(target, "Directory", Id="ProgramFiles64Folder")
    machine = SubElement(target, "Directory", Id="CommonAppDataFolder")
    # Where shortcuts lie, and the shell that purges.
    for known in ("ProgramMenuFolder", "DesktopFolder", "System64Folder"):
        SubElement(target, "Directory", Id=known)
    folders = {
        place.value: SubElement(above, "Directory", Id=place.value, Name=NAME)
        for place, above in ((Place.PROGRAMS, programs), (Place.MACHINE, machine))
    }
    for file in content.files:
        _add_file(_folder(folders, file), file, content)
    root = folders[Place.PROGRAMS.value]
    _add_folder_component(root, PATH_ENTRY)
    _add_shortcut(_add_folder_component(root, DESKTOP_ENTRY), "DesktopFolder", content)
    _add_folder_component(folders[Place.MACHINE.value], MACHINE_FOLDER)
    all_files = [file.component for file in content.files]
    return {
        "Program": [*all_files, MACHINE_FOLDER],
        "Path": [PATH_ENTRY],
        "Desktop": [DESKTOP_ENTRY],
    }


def _folder(folders: dict[str, Element], file: Installed) -> Element:
    """The folder that a file lies in, added with those above it."""
    above = folders[file.place.value]
    *parents, _ = PurePosixPath(file.where).parents  # without the folder that holds all
    for parent in reversed(parents[:-1]):
        path = str(parent)
        if path not in folders:
            name = _file_name(path)
            folders[path] = SubElement(above, "Directory", Id=key("d", path), Name=name)
        above = folders[path]
    return above


def _add_file(folder: Element, file: Installed, content: Content) -> None:
    component = SubElement(folder, "Component", Id=file.component, Guid=file.code, Win64="yes")
    SubElement(
        component, "File", Id=file.key, Name=_file_name(file.where), Source=f"{FILES}/{file.key}",
        KeyPath="yes",
    )  # fmt: skip
    if file == content.window:
        _add_shortcut(component, "ProgramMenuFolder", content)


def _add_folder_component(folder: Element, name: str) -> Element:
    """A component whose key is the folder that it lies in."""
    code = component_code(name)
    component = SubElement(folder, "Component", Id=name, Guid=code, Win64="yes")
    SubElement(component, "CreateFolder")
    return component


def _add_shortcut(component: Element, folder: str, content: Content) -> None:
    SubElement(
        component, "Shortcut", Id=f"In{folder}", Directory=folder, Name=NAME,
        Target=f"[#{content.window.key}]", Icon=ICON, Description=ABOUT,
    )  # fmt: skip


def _file_name(path: str) -> str:
    """What the column `Filename` wants: a short name and a long one, or one that is both."""
    name, short = PurePosixPath(path).name, short_name(path)
    return name if name == short else f"{short}|{name}"
