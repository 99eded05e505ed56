"""Every way of tampering with a release is refused; `docs/releases.md` holds the table of them.

`python -m tests.packaging.release.test_release_cases` prints the table anew.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE))

from authority import (  # noqa: E402
    BUILDERS,
    DEB,
    IMAGE,
    MISSING,
    MSI,
    ROOT,
    RPM,
    Release,
    make_release,
)
from release.deb import unsigned  # noqa: E402
from release.manifest import NotReleased  # noqa: E402
from release.stripped import artifact_of  # noqa: E402
from verify import main as main_of_verify  # noqa: E402

DOCUMENT = ROOT / "docs" / "releases.md"
Change = Callable[[Release], object]


def turn(name: str, *, listed: bool = False) -> Change:
    """Turn a bit two thirds into a file, and perhaps have two builders sign that.

    In a small `.rpm` that is padding, which no signature of GnuPG covers: there it is near the end.
    """

    def change(release: Release) -> None:
        path = release.folder / name
        data = bytearray(path.read_bytes())
        data[-20 if name == RPM else len(data) * 2 // 3] ^= 1
        path.write_bytes(data)
        if listed:
            release.list_anew()

    return change


def shorten(release: Release) -> None:
    path = release.folder / IMAGE
    path.write_bytes(path.read_bytes()[:-1])


def link(release: Release) -> None:
    path = release.folder / IMAGE
    path.rename(release.keys / IMAGE)
    path.symlink_to(release.keys / IMAGE)


def unsign(name: str) -> Change:
    """Put the package as it was before it was signed, under the same manifest."""
    return lambda release: shutil.copy(release.folder.parent / "unsigned" / name, release.folder)


def swap_signature(name: str) -> Change:
    """Have a stranger sign the package, and two builders a manifest of that."""

    def change(release: Release) -> None:
        unsign(name)(release)
        release.stranger.sign(release.folder / name)
        release.list_anew()

    return change


def other_listed(field: str) -> Change:
    """Have two builders sign a manifest with another digest in it."""

    def change(release: Release) -> None:
        files = json.loads((release.folder / "RELEASE.json").read_bytes())["files"]
        files[DEB][field]["sha256"] = "0" * 64
        release.change_manifest({"files": files})

    return change


def rename_out(release: Release) -> None:
    files = json.loads((release.folder / "RELEASE.json").read_bytes())["files"]
    release.change_manifest({"files": files | {"../keys/anna.pub": files[IMAGE]}})


def older(release: Release) -> None:
    """The signatures of another manifest."""
    before = (release.folder / "RELEASE.json").read_bytes()
    release.change_manifest({"version": "0.9"})
    (release.folder / "RELEASE.json").write_bytes(before)


def one_key_twice(release: Release) -> None:
    release.write_key("ben", release.private["anna"])
    shutil.copy(release.folder / "RELEASE.json.anna.sig", release.folder / "RELEASE.json.ben.sig")


def sign_as(name: str) -> Change:
    """Sign in a builder's name with a stranger's key."""

    def change(release: Release) -> None:
        replace(release, private={name: Ed25519PrivateKey.generate()}).sign([name])

    return change


def remove(name: str) -> Change:
    return lambda release: (release.folder / name).unlink()


def add(name: str) -> Change:
    return lambda release: (release.folder / name).write_bytes(b"stray")


CASES: dict[str, Change] = {
    "a bit of the `.deb` turned": turn(DEB),
    "a bit of the `.rpm` turned": turn(RPM),
    "a bit of the `.msi` turned": turn(MSI),
    "a bit of the AppImage turned": turn(IMAGE),
    "the end of a file cut off": shorten,
    "a file removed": remove(IMAGE),
    "a file added": add("setup.exe"),
    "a link in place of a file": link,
    "the signature taken off the `.deb`": unsign(DEB),
    "the signature taken off the `.rpm`": unsign(RPM),
    "the signature taken off the `.msi`": unsign(MSI),
    "no manifest": remove("RELEASE.json"),
    "a bit of the manifest turned": turn("RELEASE.json"),
    "the signatures of another release": older,
    "a bit of a builder's signature turned": turn("RELEASE.json.anna.sig"),
    "signed by one builder only": remove("RELEASE.json.ben.sig"),
    "signed by a stranger in the name of a builder": sign_as("ben"),
    "two good signatures, and a stranger's in the third name": sign_as("carl"),
    "a builder's signature under two names": one_key_twice,
    "a signature of nobody whose key is known": add("RELEASE.json.dora.sig"),
    "signed by two: a manifest written another way": lambda release: release.change_manifest(
        {}, spaces=True
    ),
    "signed by two: a manifest of another format": lambda release: release.change_manifest(
        {"format": "noteveil-release-2"}
    ),
    "signed by two: a name that leads elsewhere": rename_out,
    "signed by two: another digest of a file": other_listed("handed_out"),
    "signed by two: another digest of what was built": other_listed("reproducible"),
    "signed by two: a `.deb` changed after it was signed": turn(DEB, listed=True),
    "signed by two: an `.rpm` changed after it was signed": turn(RPM, listed=True),
    "signed by two: an `.msi` changed after it was signed": turn(MSI, listed=True),
    "signed by two: a `.deb` that a stranger signed": swap_signature(DEB),
    "signed by two: an `.rpm` that a stranger signed": swap_signature(RPM),
    "signed by two: an `.msi` that a stranger signed": swap_signature(MSI),
}


def copy_of(release: Release, folder: Path) -> Release:
    """A copy to tamper with."""
    for name in ("release", "keys", "unsigned"):
        shutil.copytree(release.folder.parent / name, folder / name)
    return replace(release, folder=folder / "release", keys=folder / "keys")


def said_of(release: Release, change: Change, folder: Path) -> str:
    """What `verify.py` says of a copy after a change; empty where it found it good."""
    copied = copy_of(release, folder)
    change(copied)
    try:
        copied.verified()
    except NotReleased as error:
        return f"{error}"
    return ""


def table(release: Release, folder: Path) -> dict[str, str]:
    """What is said of each case; tools are waited for at the same time."""
    with ThreadPoolExecutor(8) as pool:
        said = pool.map(
            lambda case: said_of(release, case[1][1], folder / str(case[0])),
            enumerate(CASES.items()),
        )
        return dict(zip(CASES, said, strict=True))


def row(name: str, said: str) -> str:
    return f"| {name} | {said} |"


@pytest.fixture(scope="module")
def release() -> Iterator[Release]:
    if MISSING:
        pytest.skip(f"not installed here: {', '.join(MISSING)}")
    # The socket of GnuPG's agent wants a short path.
    with tempfile.TemporaryDirectory(prefix="nv") as folder:
        yield make_release(Path(folder))


def test_a_whole_release_counts(release: Release, capsys: pytest.CaptureFixture[str]) -> None:
    assert main_of_verify(release.options()) == 0
    assert capsys.readouterr().out.splitlines() == [
        "RELEASE.json: signed by anna and ben: version 1.0",
        f"{IMAGE}: good (sha256sum)",
        f"{RPM}: good (sha256sum, rpm -K)",
        f"{MSI}: good (sha256sum, osslsigncode)",
        f"{DEB}: good (sha256sum, gpgv)",
    ]


def test_stripped_of_signatures_packages_are_what_was_built(release: Release) -> None:
    built = release.folder.parent / "unsigned"
    assert unsigned(release.folder / DEB) == (built / DEB).read_bytes()
    rpm = artifact_of(release.folder / RPM).reproducible
    assert rpm == artifact_of(built / RPM).reproducible
    assert 0 < rpm.size < (built / RPM).stat().st_size
    again = shutil.copy(release.folder / MSI, release.keys / MSI)
    release.stranger.sign(Path(again))
    assert artifact_of(again).reproducible == artifact_of(release.folder / MSI).reproducible


def test_tampering_is_refused(release: Release, tmp_path: Path) -> None:
    found = table(release, tmp_path)
    assert [name for name, said in found.items() if not said] == []
    document = DOCUMENT.read_text(encoding="utf-8")
    rows = [row(name, said) for name, said in found.items()]
    assert "\n".join(rows) in document


def test_every_two_builders_suffice(release: Release, tmp_path: Path) -> None:
    for left_out in BUILDERS:
        copied = copy_of(release, tmp_path / left_out)
        copied.sign(BUILDERS)
        (copied.folder / f"RELEASE.json.{left_out}.sig").unlink()
        assert len(copied.verified()) == 5


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="nv") as made:
        whole = make_release(Path(made, "r"))
        rows = [row(*case) for case in table(whole, Path(made, "cases")).items()]
    sys.stdout.write("\n".join(["| what was done | refused with |", "|---|---|", *rows, ""]))


if __name__ == "__main__":
    main()
