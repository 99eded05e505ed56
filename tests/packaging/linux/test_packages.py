"""Packages of Linux are the same each time, install, refuse what is older, and leave nothing."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from frozen.tree import NotPacked
from linux.bare import bare_system
from linux.build_packages import KINDS, build
from linux.signing import sign, strip

sys.path.append(str(Path(__file__).resolve().parent))

from linux_payload import call, made, needs, signing_key

NEEDS = {"deb": "dpkg", "rpm": "rpmbuild", "flatpak": "flatpak"}
REFUSED = {"deb": (1, "remove it first"), "rpm": (2, "which is newer")}
"""The exit code, and what is told, where an older version would replace a newer one."""


@pytest.mark.parametrize("kind", KINDS)
def test_two_builds_in_two_places_are_the_same(kind: str, tmp_path: Path) -> None:
    needs(NEEDS[kind])
    built = []
    for place in ("a", "some where/else"):
        out = tmp_path / place / "out"
        out.mkdir(parents=True)
        package = build(kind, made(tmp_path / place / "tree"), out, preset=0)
        built.append(package.read_bytes())
    assert built[0] == built[1]


def test_a_version_that_no_package_may_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotPacked, match="version"):
        made(tmp_path / "tree", "1.2-rc 1")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
@pytest.mark.parametrize("kind", ["deb", "rpm"])
def test_a_package_is_installed_upgraded_not_downgraded_removed_and_purged(
    kind: str, tmp_path: Path
) -> None:
    needs(NEEDS[kind])
    old = build(kind, made(tmp_path / "old"), tmp_path, preset=0)
    new = build(kind, made(tmp_path / "new", "1.10.0"), tmp_path, preset=0)
    system = bare_system(tmp_path / "root", kind)
    root = system.root
    users = root / "home" / "ann" / ".local" / "share" / "noteveil"
    users.mkdir(parents=True)
    (users / "log").write_text("hers", encoding="utf-8")
    before = system.files()

    call(*system.install, old)
    assert (root / "usr/bin/deid").readlink() == Path("/opt/noteveil/deid")
    assert (root / "opt/noteveil/_internal/rules/a b.txt").stat().st_mode & 0o777 == 0o644
    settled, updates = root / "etc/noteveil/policy.json", root / "var/lib/noteveil/updates"
    settled.write_text("{}", encoding="utf-8")
    updates.mkdir()
    call(*system.install, new)
    code, words = REFUSED[kind]
    assert words in call(*system.install, old, code=code)
    assert call(*system.version) == "1.10.0"
    assert settled.exists()
    assert updates.exists()
    call(*system.remove)
    assert not (root / "opt/noteveil").exists()
    assert settled.exists()
    call(*system.purge)
    assert system.files() == before


@pytest.mark.parametrize("kind", ["deb", "rpm"])
def test_a_signature_verifies_breaks_with_a_byte_and_comes_off(kind: str, tmp_path: Path) -> None:
    needs("gpg", "rpmsign", NEEDS[kind])
    with signing_key(tmp_path / "keys") as key:
        package = build(kind, made(tmp_path / "tree"), tmp_path, preset=0)
        bare = package.read_bytes()
        detached = sign(package, key=key)
        signed = package.read_bytes()
        assert signed != bare
        call("gpg", "--verify", detached, package)
        if kind == "rpm":
            public = tmp_path / "public.asc"
            public.write_text(call("gpg", "--armor", "--export", key), encoding="utf-8")
            books = ("--dbpath", tmp_path / "books")
            call("rpmkeys", *books, "--import", public)
            assert "Signature" in call("rpmkeys", *books, "--checksig", "-v", package)
            package.write_bytes(signed[:-1] + bytes([signed[-1] ^ 1]))
            call("rpmkeys", *books, "--checksig", package, code=1)
        package.write_bytes(signed[:-1] + bytes([signed[-1] ^ 1]))
        call("gpg", "--verify", detached, package, code=1)
        package.write_bytes(signed)
        strip(package)
        assert package.read_bytes() == bare


def test_what_desktops_read_is_valid(tmp_path: Path) -> None:
    needs("desktop-file-validate", "appstreamcli", "man")
    found = {entry.path: entry.read() for entry in made(tmp_path / "tree").entries if entry.content}
    for path, check in (
        ("usr/share/applications/org.noteveil.NoteVeil.desktop", ["desktop-file-validate"]),
        (
            "usr/share/metainfo/org.noteveil.NoteVeil.metainfo.xml",
            ["appstreamcli", "validate", "--no-net"],
        ),
        ("usr/share/man/man1/deid.1.gz", ["man", "--warnings", "-l"]),
    ):
        file = tmp_path / Path(path).name
        file.write_bytes(found[path])
        told = call(*check, file)
        assert "warning" not in told
        assert "error:" not in told
