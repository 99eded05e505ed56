"""Packages of Linux are the same each time, install, refuse what is older, and leave nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from frozen.tree import Tree
from linux.accept import bare_system
from linux.content import Content, NotPacked, content
from linux.deb import build_deb
from linux.rpm import build_rpm
from linux.signing import sign, strip

BUILDERS = {"deb": build_deb, "rpm": build_rpm}
EPOCH = 1_700_000_000


def needs(*programs: str) -> None:
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed here")


def call(*command: str | Path, code: int = 0, **variables: str) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "LC_ALL": "C.UTF-8", **variables},
    )
    assert done.returncode == code, done.stdout
    return done.stdout


def made(root: Path, version: str = "1.2.0") -> Content:
    (root / "_internal" / "rules").mkdir(parents=True)
    for path in ("deid", "deid-gui", "_internal/rules/a b.txt"):
        (root / path).write_text(path, encoding="utf-8")
    tree = Tree(root, version, EPOCH)
    tree.settle()
    return content(tree, machine="x86_64")


def below(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*")}


@pytest.mark.parametrize("kind", BUILDERS)
def test_two_builds_in_two_places_are_the_same(kind: str, tmp_path: Path) -> None:
    needs("rpmbuild")
    built = []
    for place in ("a", "some where/else"):
        out = tmp_path / place / "out"
        out.mkdir(parents=True)
        built.append(BUILDERS[kind](made(tmp_path / place / "tree"), out).read_bytes())
    assert built[0] == built[1]


def test_a_version_that_no_package_may_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotPacked, match="version"):
        made(tmp_path / "tree", "1.2-rc 1")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_a_deb_is_installed_upgraded_not_downgraded_removed_and_purged(tmp_path: Path) -> None:
    needs("dpkg")
    old = build_deb(made(tmp_path / "old"), tmp_path)
    new = build_deb(made(tmp_path / "new", "1.10.0"), tmp_path)
    root = tmp_path / "root"
    dpkg = bare_system(root)
    users = root / "home" / "ann" / ".local" / "share" / "noteveil"
    users.mkdir(parents=True)
    (users / "log").write_text("hers", encoding="utf-8")
    before = below(root)

    call(*dpkg, "-i", old)
    assert (root / "usr/bin/deid").readlink() == Path("/opt/noteveil/deid")
    assert (root / "opt/noteveil/_internal/rules/a b.txt").stat().st_mode & 0o777 == 0o644
    call(*dpkg, "-i", new)
    assert "remove it first" in call(*dpkg, "-i", old, code=1)
    assert "Version: 1.10.0" in call(*dpkg, "-s", "noteveil")
    (root / "etc/noteveil/policy.json").write_text("{}", encoding="utf-8")
    (root / "var/lib/noteveil/updates").mkdir()
    call(*dpkg, "-r", "noteveil")
    assert not (root / "opt/noteveil").exists()
    assert (root / "etc/noteveil/policy.json").exists()
    call(*dpkg, "-P", "noteveil")
    left = {path for path in below(root) if not path.startswith("var/lib/dpkg")}
    assert left == {path for path in before if not path.startswith("var/lib/dpkg")}


@pytest.mark.parametrize("kind", BUILDERS)
def test_a_signature_verifies_breaks_with_a_byte_and_comes_off(kind: str, tmp_path: Path) -> None:
    needs("gpg", "rpmsign", "rpmbuild")
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path / "keys"
        home.mkdir(mode=0o700)
        patch.setenv("GNUPGHOME", str(home))
        call("gpg", "--batch", "--passphrase", "", "--quick-gen-key", "Test", "ed25519", "sign")
        listed = call("gpg", "--list-keys", "--with-colons").splitlines()
        key = next(line.split(":")[9] for line in listed if line.startswith("fpr"))
        package = BUILDERS[kind](made(tmp_path / "tree"), tmp_path)
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
        call("gpgconf", "--kill", "all")


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
