"""Every command of the document on packages of Linux runs, with small packages."""

from __future__ import annotations

import os
import re
import runpy
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from frozen.bom import PATH, Part, bill, digests
from frozen.origins import Owner
from linux.accept_sandbox import SandboxedSystem
from linux.bare import bare_system
from linux.signing import sign

from deid.managed.policy_file import read_policy_file

sys.path.append(str(Path(__file__).resolve().parent))

from linux_payload import EPOCH, ROOT, call, made_tree, needs, needs_sandbox, signing_key

DOCUMENT = (ROOT / "docs" / "linux-packages.md").read_text(encoding="utf-8")
BLOCKS = [
    [shlex.split(line) for line in block.splitlines()]
    for block in re.findall(r"^```sh\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
]
PACKAGES = (
    "noteveil_0.1.0_amd64.deb",
    "noteveil-0.1.0-1.x86_64.rpm",
    "noteveil-0.1.0.x86_64.flatpak",
)
TRIED = (
    "python packaging/linux/build_packages.py",
    "install -o root",
    "dpkg -i",
    "rpm -U",
    "flatpak install",
    "flatpak override",
    "python packaging/linux/sign_packages.py",
    "gpg --import",
    "install -d /etc/debsig",
    "ostree init",
    "python packaging/linux/accept.py",
)
DEBSIG = (
    "debsig-verify --policies-dir {0}/etc/debsig/policies"
    " --keyrings-dir {0}/usr/share/debsig/keyrings"
)

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


def block(words: str) -> list[list[str]]:
    """The commands of the block that begins with these words."""
    (found,) = (one for one in BLOCKS if " ".join(one[0]).startswith(words))
    return found


def script(command: list[str], patch: pytest.MonkeyPatch) -> None:
    """Run a script of the checkout as it is written."""
    patch.setattr(sys, "argv", command[1:])
    runpy.run_path(str(ROOT / command[1]), run_name="__main__")


@pytest.fixture(scope="module")
def built() -> Iterator[Path]:
    """A folder with signed packages in it, and the key that they are signed with."""
    needs("rpmbuild", "rpmsign", "flatpak", "gpg")
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        work = Path(folder)
        patch.chdir(work)
        tree = made_tree(work / "build/sealed/noteveil", "0.1.0")
        part = Part(Owner("noteveil", "noteveil", "0.1.0"), "Apache-2.0", digests(tree))
        text = bill([part], version="0.1.0", epoch=EPOCH)
        (tree.root / PATH).write_text(text, encoding="utf-8")
        tree.settle()
        (making,) = block("python packaging/linux/build_packages.py")
        script(making, patch)
        yield work


def below(root: Path, command: list[str]) -> list[str]:
    """The command with the folders of the system in this root."""
    places = ("/etc/", "/usr/", "/srv/")
    return [f"{root}{word}" if word.startswith(places) else word for word in command]


def test_each_block_is_run_by_one_of_these_tests() -> None:
    starts = {" ".join(one[0]) for one in BLOCKS}
    assert len(starts) == len(BLOCKS) == len(TRIED)
    assert all(any(start.startswith(tried) for tried in TRIED) for start in starts)


def test_packages_of_all_kinds_are_made_and_those_are_what_is_accepted(built: Path) -> None:
    assert {path.name for path in (built / "build/packages").iterdir()} == set(PACKAGES)
    accepted = block("python packaging/linux/accept.py")
    assert [command[1:] for command in accepted] == [
        ["packaging/linux/accept.py", f"build/packages/{name}"] for name in PACKAGES
    ]
    with pytest.raises(SystemExit) as ended, pytest.MonkeyPatch.context() as patch:
        script([*accepted[0][:2], "--help"], patch)
    assert ended.value.code == 0


def test_packages_are_signed_verified_and_stripped(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs("debsig-verify")
    shutil.copytree(built / "build/packages", tmp_path / "work")
    monkeypatch.chdir(tmp_path / "work")
    signing, stripping = block("python packaging/linux/sign_packages.py")
    with signing_key(tmp_path / "keys") as key:
        script([key if word == "FINGERPRINT" else word for word in signing], monkeypatch)
        call("gpg", "--armor", "--output", "noteveil.asc", "--export", key)
        for command in block("gpg --import"):
            books = ["--dbpath", str(tmp_path / "books")] if command[0] == "rpmkeys" else []
            told = call(command[0], *books, *command[1:])
        assert "Signature, key ID" in told
        for command in block("install -d /etc/debsig"):
            text = shlex.join(below(tmp_path, command)).replace("KEYID", key[-16:])
            text = text.replace("packaging/linux/data", str(ROOT / "packaging/linux/data"))
            text = text.replace("'>'", ">").replace("debsig-verify", DEBSIG.format(tmp_path))
            call("sh", "-c", text)
        deb = Path(PACKAGES[0])
        signed = deb.read_bytes()
        at = signed.index(b"data.tar.xz") + 1000
        deb.write_bytes(signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :])
        call("sh", "-c", f"{DEBSIG.format(tmp_path)} {deb}", code=13)
        deb.write_bytes(signed)
    script(stripping, monkeypatch)
    for name in PACKAGES:
        assert Path(name).read_bytes() == (built / "build/packages" / name).read_bytes()


def test_a_deb_is_installed_settled_removed_and_purged(built: Path, tmp_path: Path) -> None:
    needs("dpkg")
    system = bare_system(tmp_path / "root", "deb")
    before = system.files()
    installing, removing, purging = block("dpkg -i")
    (settling,) = block("install -o root")
    assert installing[:2] == [system.install[0], system.install[-1]]
    call(*system.install, built / "build/packages" / installing[2])
    call(*below(system.root, settling))
    settled = system.root / "etc/noteveil/policy.json"
    assert read_policy_file(settled).locked == frozenset()
    assert removing == [system.remove[0], *system.remove[-2:]]
    call(*system.remove)
    assert settled.exists()
    assert purging == [system.purge[0], *system.purge[-2:]]
    call(*system.purge)
    assert system.files() == before


def test_an_rpm_is_installed_without_a_word_and_erased(built: Path, tmp_path: Path) -> None:
    needs("rpm")
    system = bare_system(tmp_path / "root", "rpm")
    before = system.files()
    installing, erasing, clearing = block("rpm -U")
    assert installing[:2] == [system.install[0], system.install[-1]]
    call(*system.install, *installing[2:-1], built / "build/packages" / installing[-1])
    (system.root / "etc/noteveil/policy.json").write_text("{}", encoding="utf-8")
    assert erasing == [system.remove[0], *system.remove[-2:]]
    call(*system.remove)
    call(*below(system.root, clearing))
    assert system.files() == before


def test_a_flatpak_is_installed_shown_more_run_removed_and_handed_out(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs("ostree")
    needs_sandbox()
    monkeypatch.chdir(built / "build/packages")
    with tempfile.TemporaryDirectory() as work, signing_key(tmp_path / "keys") as key:
        (tmp_path / "notes").mkdir()
        system = SandboxedSystem(Path(work), tmp_path / "notes", runtime=())
        monkeypatch.setenv("FLATPAK_SYSTEM_DIR", str(system.installation))
        monkeypatch.setenv("HOME", str(tmp_path))
        installing, showing, checking, removing = block("flatpak install")
        (sharing,) = block("flatpak override")
        call(*installing)
        call(*sharing)
        assert "it runs" in call(*showing)
        assert "it runs" in call(*checking)
        call(*removing)
        signed = tmp_path / PACKAGES[2]
        shutil.copy(PACKAGES[2], signed)
        sign(signed, key=key)
        monkeypatch.chdir(tmp_path)
        call("gpg", "--armor", "--output", "noteveil-and-site.asc", "--export", key)
        (tmp_path / "srv").mkdir()
        for command in block("ostree init"):
            words = [word.replace("SITEKEY", key) for word in below(tmp_path, command)]
            call(*(word.replace("=/srv/", f"={tmp_path}/srv/") for word in words))
        assert "it runs" in call(*checking)
