"""A package says what Installer must know; its scripts do what they say, on a disk of their own."""

from __future__ import annotations

import json
import os
import plistlib
import shutil
import stat
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from frozen.tree import NotPacked
from macos.bundle import DATA, BuiltFor, information, make
from macos.package import Parts, calls, prepare

from tests.packaging.macos.frozen_tree import frozen

SYSTEM = "PATH=/usr/bin:/bin:/usr/sbin:/sbin"
STUBS = {
    "plutil": 'sed -n "/<key>$2</{n;s/.*<string>\\(.*\\)<.*/\\1/p;}" "$6" | grep .',
    "pkgutil": 'echo "$*" >> "$(dirname "$0")/said"',
    "chown": 'echo "chown $1" >> "$(dirname "$0")/said"',
    "id": "echo ${USER_ID:-0}",
}
"""Of the programs that only macOS or only root has, as much as the scripts ask for."""


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    return prepare(make(frozen(tmp_path / "tree"), tmp_path).root, tmp_path / "parts")


@pytest.fixture
def stubs(tmp_path: Path) -> Path:
    folder = tmp_path / "stubs"
    folder.mkdir()
    for name, does in STUBS.items():
        (folder / name).write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The disk of a computer."""
    root = tmp_path / "a disk"
    for folder in ("Applications", "Library/Application Support", "Users/ann/Library"):
        (root / folder).mkdir(parents=True)
    return root


def call(script: Path, stubs: Path, *arguments: str | Path, code: int = 0, **more: str) -> str:
    """Run a script of the package as Installer does, with the stubs before the system's own."""
    text = script.read_text(encoding="utf-8")
    assert text.count(SYSTEM) == 1
    ours = script.with_name(f"{script.name} with stubs")
    ours.write_text(text.replace(SYSTEM, f'PATH="{stubs}:{SYSTEM[5:]}"'), encoding="utf-8")
    run = ["sh", str(ours), *map(str, arguments)]
    environment = {**os.environ, **more}
    done = subprocess.run(run, check=False, capture_output=True, text=True, env=environment)
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def install(parts: Parts, stubs: Path, root: Path, *, code: int = 0) -> str:
    """What Installer does: a script, the files, a script."""
    scripts = parts.folder / "scripts"
    options = ("NoteVeil.pkg", root / "Applications", root, "/")
    said = call(scripts / "preinstall", stubs, *options, code=code)
    if not code:
        app = root / "Applications" / "NoteVeil.app"
        shutil.rmtree(app, ignore_errors=True)
        shutil.copytree(parts.folder / "root" / "NoteVeil.app", app, symlinks=True)
        call(scripts / "postinstall", stubs, *options)
    return said


def pretend(root: Path, version: str) -> None:
    """Let another version be installed."""
    file = root / "Applications" / "NoteVeil.app" / "Contents" / "Info.plist"
    file.write_bytes(plistlib.dumps(information(version, BuiltFor((13, 0), "arm64"))))


def below(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*")}


def test_a_package_is_made_of_this(parts: Parts, tmp_path: Path) -> None:
    assert parts.name == "NoteVeil-1.2.0-arm64.pkg"
    (component,) = plistlib.loads((parts.folder / "component.plist").read_bytes())
    assert component == {
        "BundleHasStrictIdentifier": True,
        "BundleIsRelocatable": False,
        "BundleIsVersionChecked": True,
        "BundleOverwriteAction": "upgrade",
        "RootRelativeBundlePath": "NoteVeil.app",
    }
    assert (parts.folder / "root" / component["RootRelativeBundlePath"]).is_dir()
    for name in ("preinstall", "postinstall"):
        assert stat.S_IMODE((parts.folder / "scripts" / name).stat().st_mode) == 0o755
    build, product = calls(parts, tmp_path, identity=None)
    assert build[build.index("--identifier") + 1] == "org.noteveil.desktop"
    assert build[build.index("--install-location") + 1] == "/Applications"
    assert "--sign" not in (*build, *product)
    *_, product, looked_at = calls(parts, tmp_path, identity="Installer X")
    assert product[product.index("--sign") + 1] == "Installer X"
    assert product[-1] == looked_at[-1] == str(tmp_path / parts.name)


def test_the_distribution_says_where_and_where_not(parts: Parts) -> None:
    text = (parts.folder / "distribution.xml").read_text(encoding="utf-8")
    assert "@" not in text
    tree = ET.fromstring(text)
    assert (tree.tag, tree.get("minSpecVersion")) == ("installer-gui-script", "2")
    options = tree.find("options")
    assert options is not None
    assert options.attrib == {
        "customize": "never",
        "require-scripts": "false",
        "rootVolumeOnly": "true",
        "hostArchitectures": "arm64",
    }
    domains = tree.find("domains")
    assert domains is not None
    assert domains.get("enable_localSystem") == "true"
    assert {domains.get("enable_anywhere"), domains.get("enable_currentUserHome")} == {"false"}
    lowest = tree.find("volume-check/allowed-os-versions/os-version")
    assert lowest is not None
    assert lowest.get("min") == "13.0"
    named = {one.get("choice") for one in tree.iter("line")}
    assert {one.get("id") for one in tree.iter("choice")} == named == {"org.noteveil.desktop"}
    packed = [one for one in tree.findall("pkg-ref") if one.text]
    assert [(one.get("version"), one.text) for one in packed] == [("1.2.0", "noteveil.pkg")]


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed here")
@pytest.mark.parametrize(
    ("there", "allowed"),
    [(None, True), ("1.2.0", True), ("1.1.9", True), ("1.10.0", False), ("2.0", False)],
)
def test_the_distribution_refuses_a_newer_version(
    parts: Parts, there: str | None, allowed: bool
) -> None:
    tree = ET.fromstring((parts.folder / "distribution.xml").read_text(encoding="utf-8"))
    check, script = tree.find("installation-check"), tree.find("script")
    assert check is not None
    assert script is not None
    found = json.dumps({"CFBundleShortVersionString": there} if there else None)
    system = (
        "const my = {result: {}}; const order = version => version.split('.')"
        ".map(one => one.padStart(4, '0')).concat(['0000']).slice(0, 3).join();"
        f"const system = {{files: {{plistAtPath: () => ({found})}}, compareVersions:"
        " (one, other) => Math.sign(order(one).localeCompare(order(other)))};"
    )
    ask = f"console.log(JSON.stringify([{check.get('script')}, my.result]))"
    code = f"{system}{script.text};{ask}"
    said = subprocess.run(["node", "-e", code], check=True, capture_output=True, text=True).stdout
    answer, result = json.loads(said)
    assert answer is allowed
    assert (result.get("type") == "Fatal") is not allowed
    assert allowed or f"Version {there} is installed" in result["message"]


def test_a_package_is_installed_upgraded_and_not_downgraded(
    parts: Parts, stubs: Path, root: Path
) -> None:
    install(parts, stubs, root)
    for name in ("deid", "deid-gui"):
        link = (root / "usr/local/bin" / name).readlink()
        assert link == Path(f"/Applications/NoteVeil.app/Contents/MacOS/{name}")
        assert (root / str(link).lstrip("/")).is_file()
    data = root / "Library/Application Support/NoteVeil"
    assert stat.S_IMODE(data.stat().st_mode) == 0o755
    assert (stubs / "said").read_text(encoding="utf-8") == "chown 0:0\n"
    for older in ("1.2.0", "1.1.10", "1.2", "0.9"):
        pretend(root, older)
        install(parts, stubs, root)
    for newer in ("1.2.1", "1.10.0", "2.0"):
        pretend(root, newer)
        said = install(parts, stubs, root, code=1)
        assert f"version {newer} is installed, and 1.2.0 is older" in said


def test_an_application_that_tells_no_version_is_repaired(
    parts: Parts, stubs: Path, root: Path
) -> None:
    install(parts, stubs, root)
    information_file = root / "Applications/NoteVeil.app/Contents/Info.plist"
    information_file.write_bytes(b"")
    install(parts, stubs, root)
    assert information_file.read_bytes()


@pytest.mark.parametrize("other", ["file", "link"])
def test_what_others_put_where_our_links_go_is_not_overwritten(
    parts: Parts, stubs: Path, root: Path, other: str
) -> None:
    place = root / "usr/local/bin/deid"
    place.parent.mkdir(parents=True)
    if other == "file":
        place.write_text("another program", encoding="utf-8")
    else:
        place.symlink_to("/opt/other/deid")
    assert "is another program's" in install(parts, stubs, root, code=1)
    assert place.is_symlink() is (other == "link")


def test_nothing_is_put_into_a_folder_that_a_link_came_to_lead_to(
    parts: Parts, stubs: Path, root: Path
) -> None:
    elsewhere, place = root / "etc", root / "usr/local/bin/deid"
    elsewhere.mkdir()
    place.parent.mkdir(parents=True)
    place.symlink_to(elsewhere)
    options = ("NoteVeil.pkg", root / "Applications", root, "/")
    call(parts.folder / "scripts" / "postinstall", stubs, *options)
    assert list(elsewhere.iterdir()) == []
    assert place.readlink() == Path("/Applications/NoteVeil.app/Contents/MacOS/deid")


@pytest.mark.parametrize("purge", [False, True])
def test_uninstalling_leaves_what_is_the_users_and_nothing_of_ours(
    parts: Parts, stubs: Path, root: Path, purge: bool
) -> None:
    (root / "usr/local/bin").mkdir(parents=True)
    (root / "Users/ann/Library/log").write_text("hers", encoding="utf-8")
    before = below(root)
    install(parts, stubs, root)
    data = root / "Library/Application Support/NoteVeil/updates"
    data.mkdir()
    script = root / "Applications/NoteVeil.app/Contents/Resources/uninstall.sh"
    copy = root.with_name("uninstall.sh")
    shutil.copyfile(script, copy)
    said = call(copy, stubs, *(["--purge"] if purge else []), "--volume", root)
    kept = {str(path.relative_to(root)) for path in (data.parent, data)}
    assert below(root) == (before if purge else before | kept)
    assert ("kept for the next version" in said) is not purge
    forgotten = (stubs / "said").read_text(encoding="utf-8").splitlines()[-1]
    assert forgotten == f"--volume {root} --forget org.noteveil.desktop"
    call(copy, stubs, "--purge", "--volume", root)
    assert below(root) == before


def test_uninstalling_takes_its_own_file_away(parts: Parts, stubs: Path, root: Path) -> None:
    install(parts, stubs, root)
    script = root / "Applications/NoteVeil.app/Contents/Resources/uninstall.sh"
    call(script, stubs, "--volume", root)
    assert not (root / "Applications/NoteVeil.app").exists()
    assert not (root / "Library/Application Support/NoteVeil").exists()


def test_uninstalling_is_for_administrators_and_leaves_the_links_of_others(
    stubs: Path, root: Path, tmp_path: Path
) -> None:
    script = tmp_path / "uninstall.sh"
    shutil.copyfile(DATA / "uninstall.sh", script)
    place = root / "usr/local/bin/deid"
    place.parent.mkdir(parents=True)
    place.symlink_to("/opt/other/deid")
    assert "run it by sudo" in call(script, stubs, "--volume", root, code=1, USER_ID="501")
    assert "--all: not understood" in call(script, stubs, "--all", code=1)
    assert "wants the path" in call(script, stubs, "--volume", code=1)
    call(script, stubs, "--purge", "--volume", root)
    assert place.is_symlink()


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed here")
def test_the_scripts_are_plain_sh() -> None:
    scripts = [str(DATA / name) for name in ("preinstall", "postinstall", "uninstall.sh")]
    done = subprocess.run(["shellcheck", "-s", "sh", *scripts], check=False, capture_output=True)
    assert done.returncode == 0, done.stdout.decode()


def test_only_our_application_is_packed(tmp_path: Path) -> None:
    other = tmp_path / "Other.app" / "Contents"
    other.mkdir(parents=True)
    with pytest.raises(NotPacked, match="no application"):
        prepare(other.parent, tmp_path / "parts")
    (other / "Info.plist").write_bytes(plistlib.dumps({"CFBundleIdentifier": "org.other"}))
    with pytest.raises(NotPacked, match=r"not made by build_app\.py"):
        prepare(other.parent, tmp_path / "parts")
