"""Packages are made of sealed trees alone, of the kinds that were asked for; a trial says so."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from frozen import command, packages
from frozen.bom import PATH, Part, bill, digests
from frozen.origins import Owner
from frozen.packages import PACKAGINGS, Builder, Packaging, make_packages, of_this_system
from frozen.sealing import NoKey, ReleaseKeys, check_sealed, is_sealed, seal_tree, trial_keys
from frozen.tree import Tree

EPOCH = 1_700_000_000
NOBODY = ReleaseKeys((), None)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A small tree with its bill, as freezing leaves it."""
    root = tmp_path / "tree"
    for path in ("deid", "deid-gui", "_internal/rules/list.txt"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path, encoding="utf-8")
    tree = Tree(root, "1.0", EPOCH)
    part = Part(Owner("noteveil", "noteveil", "1.0"), "Apache-2.0", digests(tree))
    (root / PATH).write_text(bill([part], version="1.0", epoch=EPOCH), encoding="utf-8")
    tree.settle()
    return tree


def builder(kind: str) -> Builder:
    """What writes the names of the files that it was given."""

    def build(tree: Tree, folder: Path, _: ReleaseKeys) -> Path:
        path = folder / f"noteveil-{tree.version}.{kind}"
        path.write_text(" ".join(file.path for file in tree.files()), encoding="utf-8")
        return path

    return build


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two kinds of this system and one of another."""
    systems = {"one": sys.platform, "two": sys.platform, "three": "another"}
    table = {kind: Packaging(system, builder(kind)) for kind, system in systems.items()}
    monkeypatch.setattr(packages, "PACKAGINGS", table)
    return list(table)


def test_those_of_this_system_are_made_where_none_is_named(
    tree: Tree, kinds: list[str], tmp_path: Path
) -> None:
    assert of_this_system() == ("one", "two")
    made = make_packages(tree, [], tmp_path / "out", keys=NOBODY, trial=False)
    assert [path.name for path in made] == ["noteveil-1.0.one", "noteveil-1.0.two"]
    (other,) = make_packages(tree, ["three"], tmp_path / "other", keys=NOBODY, trial=False)
    assert other.read_text(encoding="utf-8").split()[0] == "_internal/noteveil.cdx.json"


def test_the_name_of_a_trial_says_so(tree: Tree, kinds: list[str], tmp_path: Path) -> None:
    made = make_packages(tree, kinds, tmp_path / "out", keys=NOBODY, trial=True)
    assert [path.name for path in made] == [f"trial-noteveil-1.0.{kind}" for kind in kinds]
    assert set((tmp_path / "out").iterdir()) == set(made)


def test_only_what_is_sealed_with_the_key_that_is_named_is_packed(tree: Tree) -> None:
    keys, others = trial_keys(), trial_keys()
    assert not is_sealed(tree)
    with pytest.raises(NoKey, match=r"only a tree that is sealed is packed: .*SEALED\.json: miss"):
        check_sealed(tree, keys)
    seal_tree(tree, keys)
    assert is_sealed(tree)
    check_sealed(tree, ReleaseKeys(keys.public, None))
    with pytest.raises(NoKey, match="not the signature of a release key"):
        check_sealed(tree, others)
    (tree.root / "deid").write_text("changed", encoding="utf-8")
    with pytest.raises(NoKey, match="deid: another size"):
        check_sealed(tree, keys)


def test_every_kind_is_known_to_the_command_line_with_its_system() -> None:
    kinds = [(one.system, kind) for kind, one in PACKAGINGS.items()]
    assert kinds == [
        *(("linux", kind) for kind in ("deb", "rpm", "flatpak")),
        ("win32", "msi"),
        *(("darwin", kind) for kind in ("app", "pkg")),
    ]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--trial", "--packages", "zip"], "invalid choice: 'zip'"),
        (["--release-key", "a.pub", "--packages"], "only a sealed tree is packed"),
        (
            ["--release-key", "a.pub", "--payload", "tree", "--update-root", "root.json"],
            "it cannot be put into a tree",
        ),
    ],
)
def test_what_cannot_be_asked_for_together_is_told(
    options: list[str],
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["build.py", "--out", "nowhere", *options])
    with pytest.raises(SystemExit) as ended:
        command.main()
    assert ended.value.code == 2
    assert told in capsys.readouterr().err


def test_a_payload_that_was_sealed_elsewhere_is_packed(
    tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key = Ed25519PrivateKey.generate()
    public = key.public_key()
    pem = tmp_path / "release.pub"
    pem.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    monkeypatch.setitem(PACKAGINGS, "deb", Packaging("linux", builder("deb")))
    options = ["--payload", str(tree.root), "--release-key", str(pem), "--packages", "deb"]
    monkeypatch.setattr(sys, "argv", ["build.py", "--out", str(tmp_path / "one"), *options])
    with pytest.raises(SystemExit, match=r"^not built: only a tree that is sealed is packed"):
        command.main()
    assert not (tmp_path / "one" / "packages").exists()
    seal_tree(tree, ReleaseKeys((public.public_bytes_raw(),), key.sign))
    monkeypatch.setattr(sys, "argv", ["build.py", "--out", str(tmp_path / "two"), *options])
    capsys.readouterr()
    command.main()
    made = tmp_path / "two" / "packages" / "noteveil-1.0.deb"
    assert capsys.readouterr().out.splitlines()[-1] == str(made)
    assert "_internal/SEALED.sig" in made.read_text(encoding="utf-8").split()
