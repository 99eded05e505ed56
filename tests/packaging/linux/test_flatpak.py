"""A bundle runs shut in by Flatpak, shows what IT settled, and goes again; its signature counts."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from linux.accept_sandbox import SandboxedSystem
from linux.build_packages import build
from linux.content import APP
from linux.flatpak import BRANCH, commit_of
from linux.signing import sign
from linux.trying import DoesNotHold, done
from release.flatpak import new_repository, signed_commit
from release.manifest import NotReleased
from release.stripped import artifact_of
from release.vendor import Authorities, check_vendor

from deid.errors import ManagedUnusable
from deid.managed.sandbox import seen

sys.path.append(str(Path(__file__).resolve().parent))

from linux_payload import call, made, needs, needs_sandbox, signing_key

POLICY = Path("/etc/noteveil/policy.json")

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


@pytest.fixture
def system(tmp_path: Path) -> Iterator[SandboxedSystem]:
    """An installation of Flatpak, where somebody who is not root can go."""
    needs_sandbox()
    with tempfile.TemporaryDirectory() as work:
        (tmp_path / "notes").mkdir()
        yield SandboxedSystem(Path(work), tmp_path / "notes", runtime=())


def test_a_bundle_is_installed_shut_in_upgraded_and_taken_away(
    system: SandboxedSystem, tmp_path: Path
) -> None:
    assert system.traces() == set()
    system.install(build("flatpak", made(tmp_path / "old"), tmp_path, preset=0))
    assert done(system.inside("deid")).splitlines()[-1] == "it runs"
    net = done(system.inside("cat", "/proc/net/dev")).splitlines()
    assert [line.split(":")[0].strip() for line in net if ":" in line] == ["lo"]
    assert "exports/share/applications/org.noteveil.NoteVeil.desktop" in system.traces()

    told = tmp_path / "flatpak-info"
    told.write_text(done(system.inside("cat", "/.flatpak-info")), encoding="utf-8")
    assert seen(POLICY, info=told, host_etc=tmp_path) == tmp_path / "noteveil/policy.json"
    for hidden in ("host-etc", "/var/lib/noteveil"):
        options = (f"--nofilesystem={hidden}",)
        command = system.inside("cat", "/.flatpak-info", options=options)
        told.write_text(done(command), encoding="utf-8")
        with pytest.raises(ManagedUnusable, match="hides"):
            seen(POLICY, info=told, host_etc=tmp_path)

    system.install(build("flatpak", made(tmp_path / "new", "1.10.0"), tmp_path, preset=0))
    system.remove()
    assert system.traces() == set()


def test_what_a_site_hands_out_is_installed_only_if_we_signed_it(
    system: SandboxedSystem, tmp_path: Path
) -> None:
    package = build("flatpak", made(tmp_path / "tree"), tmp_path, preset=0)
    commit = commit_of(package)
    site, keys = tmp_path / "site", tmp_path / "keys.asc"
    with signing_key(tmp_path / "a") as key:
        strangers = Path(shutil.copy(package, tmp_path / "strangers.flatpak"))
        sign(strangers, key=key)
    with signing_key(tmp_path / "b") as key:
        call("gpg", "--armor", "--output", keys, "--export", key)
        ours = Path(shutil.copy(package, tmp_path / "ours.flatpak"))
        sign(ours, key=key)
        assert commit_of(ours) == commit
        assert check_vendor(ours, Authorities(keys, None)) == "gpgv"
        assert artifact_of(ours).reproducible.sha256 == commit
        for other, why in ((package, "one signature"), (strangers, "not signed with the key")):
            with pytest.raises(NotReleased, match=why):
                check_vendor(other, Authorities(keys, None))
        for offered, refused in (
            (package, "no signatures found"),
            (strangers, "public key not found"),
            (ours, ""),
        ):
            shutil.rmtree(site, ignore_errors=True)
            new_repository(site)
            call("flatpak", "build-import-bundle", "--no-update-summary", site, offered)
            call("flatpak", "build-update-repo", f"--gpg-sign={key}", site)
            if refused:
                with pytest.raises(DoesNotHold, match=refused):
                    system.install_from(site, keys)
            else:
                system.install_from(site, keys)
    assert done(system.inside("deid")).splitlines()[-1] == "it runs"


@pytest.mark.parametrize("told", ["repo-url", "runtime-repo", "gpg-keys", "collection-id"])
def test_a_bundle_that_says_where_updates_come_from_is_refused(tmp_path: Path, told: str) -> None:
    needs("flatpak")
    package = build("flatpak", made(tmp_path / "tree"), tmp_path, preset=0)
    (tmp_path / "own").mkdir()
    with pytest.raises(NotReleased, match="one signature"):
        signed_commit(package, tmp_path / "own")
    keys = tmp_path / "keys"
    keys.write_bytes(b"whose these are nobody knows")
    values = {"gpg-keys": str(keys), "collection-id": "org.example.Updates"}
    repository, other = tmp_path / "repository", tmp_path / "other.flatpak"
    new_repository(repository)
    call("flatpak", "build-import-bundle", "--no-update-summary", repository, package)
    if told == "collection-id":
        with (repository / "config").open("a", encoding="ascii") as config:
            config.write(f"collection-id={values[told]}\n")
        option = "--arch=x86_64"
    else:
        option = f"--{told}={values.get(told, 'https://updates.example')}"
    call("flatpak", "build-bundle", "--arch=x86_64", option, repository, other, APP, BRANCH)
    with pytest.raises(NotReleased, match="updated from where its packer says"):
        signed_commit(other, tmp_path)
