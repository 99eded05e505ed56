"""Bundles are made the same each time, and none that the program would refuse."""

from __future__ import annotations

import subprocess
import zipfile
from datetime import datetime
from pathlib import Path
from shutil import which

import pytest
from securesystemslib.signer import HSMSigner
from tuf.api.metadata import Metadata

from deid.errors import BundleUntrusted
from tests.updates.authority import DAY, FILES, KEYS, NOW, Desk, key, release_updates, root

release = release_updates()
_MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder `rules`."""
    for name, data in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "rules"


def targets(tree: Path, signers: object = KEYS["targets"], **more: object) -> bytes:
    said = {"version": 1, "made": NOW, "expires": NOW + 90 * DAY, "lowest": "0.1", "highest": "0.1"}
    metadata = release.targets({"rules": tree}, **(said | more))
    for signer in signers:
        metadata.sign(signer, append=True)
    return bytes(metadata.to_bytes())


def bundle(tree: Path, *, targets_file: bytes, now: datetime = NOW) -> bytes:
    made = release.bundle(
        {"rules": tree},
        roots={1: root()},
        targets_file=targets_file,
        version=1,
        expires=NOW + 90 * DAY,
        snapshot_signers=KEYS["snapshot"],
        timestamp_signers=KEYS["timestamp"],
        now=now,
    )
    return bytes(made)


def test_what_is_made_can_be_installed(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "desk").mkdir()
    desk = Desk(tmp_path / "desk")
    update = desk.install(bundle(tree, targets_file=targets(tree)))
    assert (update.version, set(update.files)) == (1, set(FILES))


def test_the_same_gives_the_same_bytes(tree: Path, tmp_path: Path) -> None:
    once = bundle(tree, targets_file=targets(tree))
    copy = tmp_path / "elsewhere" / "rules"
    for name in reversed(FILES):
        path = copy.parent / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(FILES[name])
        path.chmod(0o600)
    assert bundle(copy, targets_file=targets(copy), now=NOW + DAY) == once
    path.write_bytes(b"another")
    assert bundle(copy, targets_file=targets(copy)) != once


def test_too_few_signatures_make_no_bundle(tree: Path) -> None:
    with pytest.raises(BundleUntrusted, match="not signed by enough"):
        bundle(tree, targets_file=targets(tree, KEYS["targets"][:1]))


def test_a_tree_that_changed_after_signing_makes_no_bundle(tree: Path) -> None:
    signed = targets(tree)
    (tree / "more.txt").write_bytes(b"more")
    with pytest.raises(release.Unfit, match="make the targets anew"):
        bundle(tree, targets_file=signed)


@pytest.mark.parametrize("name", [".hidden.yaml", "program.py", "con.yaml", "two words.yaml"])
def test_a_tree_with_other_files_makes_no_bundle(tree: Path, name: str) -> None:
    (tree / name).write_bytes(b"")
    with pytest.raises(release.Unfit, match="cannot be in a bundle"):
        targets(tree)


def test_a_link_in_a_tree_makes_no_bundle(tree: Path) -> None:
    (tree / "link.yaml").symlink_to(tree / "packs" / "ward.yaml")
    with pytest.raises(release.Unfit, match="cannot be in a bundle"):
        targets(tree)


def test_no_more_keys_must_sign_than_there_are() -> None:
    keys = {role: [signer.public_key for signer in signers] for role, signers in KEYS.items()}
    with pytest.raises(release.Unfit, match="of which 4 must sign"):
        release.root(version=1, expires=NOW, keys=keys, thresholds={"root": 4})


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> HSMSigner:
    """A key on a token of SoftHSM, reached through PKCS#11."""
    pkcs11 = pytest.importorskip("pkcs11", reason="the extra pkcs11 is not installed")
    from pkcs11.util.ec import encode_named_curve_parameters

    module = next((path for path in _MODULES if Path(path).exists()), None)
    tool = which("softhsm2-util")
    if module is None or tool is None:
        pytest.skip("SoftHSM is not installed")
    (tmp_path / "tokens").mkdir()
    settings = tmp_path / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {tmp_path / 'tokens'}\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(settings))
    monkeypatch.setenv("PYKCS11LIB", module)
    made = [tool, "--init-token", "--free", "--label", "release", "--pin", "1234"]
    subprocess.run([*made, "--so-pin", "12345678"], check=True, capture_output=True)
    library = pkcs11.lib(module)
    library.reinitialize()  # another test may have met other tokens
    with library.get_token(token_label="release").open(rw=True, user_pin="1234") as session:
        curve = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
        domain = session.create_domain_parameters(pkcs11.KeyType.EC, curve, local=True)
        domain.generate_keypair(store=True, label="release", id=b"\x02")
    uri, public = HSMSigner.import_(2, "release", lambda _: "1234")
    return HSMSigner.from_priv_key_uri(uri, public, lambda _: "1234")


def test_a_key_on_a_token_signs_a_root_that_it_counts_for(token: HSMSigner) -> None:
    keys = {role: [token.public_key, key("file").public_key] for role in KEYS}
    made = release.root(version=1, expires=NOW + DAY, keys=keys, thresholds={"root": 2})
    made.sign(token, append=True)
    made.sign(key("file"), append=True)
    again = Metadata.from_bytes(made.to_bytes())
    again.signed.verify_delegate("root", again.signed_bytes, again.signatures)


def test_nothing_in_a_bundle_is_compressed_or_dated(tree: Path, tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(bundle(tree, targets_file=targets(tree)))
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
    assert {info.compress_type for info in infos} == {zipfile.ZIP_STORED}
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert [info.filename for info in infos] == sorted(info.filename for info in infos)
