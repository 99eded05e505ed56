"""Makes and signs bundles of rules and models that machines without a network install.

    python packaging/updates.py key      a new pair of keys in files
    python packaging/updates.py root     which keys count for which role, to be signed
    python packaging/updates.py targets  which files an update brings, to be signed
    python packaging/updates.py sign     one person's signature under either
    python packaging/updates.py bundle   the file to hand out, once all have signed

Whoever signs needs nothing but the file to sign and a key: the keys of root and targets stay with
their holders, offline. A key is a PEM file, or `hsm:` for one on a token that PKCS#11 reaches
(`PYKCS11LIB` names its library; NIST P-256 and P-384). `docs/updates.md` goes through all of it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from getpass import getpass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from release.updates import Unfit, bundle, root, targets
from securesystemslib.signer import CryptoSigner, HSMSigner, Signer, SSlibKey
from tuf.api.metadata import Metadata, Targets

from deid.errors import DeidError
from deid.updates.bundle import open_bundle
from deid.updates.metadata import FIELD
from deid.updates.names import PARTS, root_version


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks for; 1 if it cannot be done."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (Unfit, DeidError, ValueError, OSError) as error:
        print(f"updates: {error}", file=sys.stderr)
        return 1
    return 0


def _key(options: argparse.Namespace) -> None:
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with os.fdopen(os.open(options.out, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(private)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    options.out.with_suffix(".pub").write_bytes(public)


def _root(options: argparse.Namespace) -> None:
    version = root_version(f"metadata/{options.out.name}")
    if version is None:
        raise Unfit(f"{options.out}: root metadata is called N.root.json, N from 1 up")
    roles = ("root", "targets", "snapshot", "timestamp")
    keys = {role: [_public(path) for path in getattr(options, role)] for role in roles}
    metadata = root(
        version=version,
        expires=options.made + timedelta(days=options.days),
        keys=keys,
        thresholds={"root": options.root_threshold, "targets": options.targets_threshold},
    )
    _write_unsigned(options.out, metadata)


def _targets(options: argparse.Namespace) -> None:
    metadata = targets(
        _trees(options),
        version=options.number,
        made=options.made,
        expires=options.made + timedelta(days=options.days),
        lowest=options.lowest,
        highest=options.highest,
    )
    _write_unsigned(options.out, metadata)


def _sign(options: argparse.Namespace) -> None:
    metadata: Metadata[Any] = Metadata.from_bytes(options.file.read_bytes())
    metadata.sign(_signer(options.key, options.public), append=True)
    options.file.write_bytes(metadata.to_bytes())
    print(
        f"signed: {metadata.signed.type} {metadata.signed.version}, by {len(metadata.signatures)}"
    )


def _bundle(options: argparse.Namespace) -> None:
    found = {root_version(f"metadata/{path.name}"): path for path in options.roots.iterdir()}
    signer = _signer(options.key, options.public)
    targets_file = options.targets.read_bytes()
    signed = Metadata[Targets].from_bytes(targets_file).signed
    made = datetime.fromisoformat(signed.unrecognized_fields[FIELD]["made"])
    content = bundle(
        _trees(options),
        roots={version: path.read_bytes() for version, path in found.items() if version},
        targets_file=targets_file,
        version=signed.version,
        expires=made + timedelta(days=options.days),
        snapshot_signers=[signer],
        timestamp_signers=[signer],
        now=datetime.now(UTC),
    )
    options.out.write_bytes(content)
    # The program's own reader has the last word on whether it is one.
    with open_bundle(options.out) as opened:
        print(f"made: {options.out}, {len(opened.content)} files, {len(content)} bytes")


def _trees(options: argparse.Namespace) -> dict[str, Path]:
    return {part: tree for part in PARTS if (tree := getattr(options, part)) is not None}


def _public(path: Path) -> SSlibKey:
    return SSlibKey.from_crypto(load_pem_public_key(path.read_bytes()))


def _signer(key: str, public: Path | None) -> Signer:
    if key.startswith(f"{HSMSigner.SCHEME}:"):
        if public is None:
            raise Unfit("a key on a token needs --public, the PEM file of its public key")
        return HSMSigner.from_priv_key_uri(key, _public(public), lambda what: getpass(f"{what}: "))
    pem = Path(key).read_bytes()
    password = getpass(f"password of {key}: ").encode() if b"ENCRYPTED" in pem else None
    return CryptoSigner(load_pem_private_key(pem, password))


def _write_unsigned(path: Path, metadata: Metadata[Any]) -> None:
    if path.exists():
        raise Unfit(f"{path} is there already: what was signed is not written over")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(metadata.to_bytes())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    acts = parser.add_subparsers(title="acts", metavar="ACT", required=True)
    key = acts.add_parser("key", help="a new pair of Ed25519 keys: FILE, and FILE with .pub")
    key.set_defaults(run=_key)
    keys = acts.add_parser("root", help="root metadata, to be signed")
    for role in ("root", "targets", "snapshot", "timestamp"):
        keys.add_argument(f"--{role}", type=Path, nargs="+", required=True, metavar="KEY.pub")
    for role in ("root", "targets"):
        keys.add_argument(f"--{role}-threshold", type=int, default=1, metavar="M")
    keys.set_defaults(run=_root)
    files = acts.add_parser("targets", help="targets metadata, to be signed")
    files.add_argument("--number", type=int, required=True, help="of the update; counts up")
    files.add_argument("--lowest", required=True, metavar="VERSION", help="of the program")
    files.add_argument("--highest", required=True, metavar="VERSION", help="of the program")
    files.set_defaults(run=_targets)
    signing = acts.add_parser("sign", help="add a signature")
    signing.add_argument("file", type=Path, metavar="FILE", help="root or targets metadata")
    signing.set_defaults(run=_sign)
    whole = acts.add_parser("bundle", help="the file to hand out")
    whole.add_argument("--roots", type=Path, required=True, help="folder of all root metadata")
    whole.add_argument("--targets", type=Path, required=True, help="signed targets metadata")
    whole.set_defaults(run=_bundle)
    for act in (key, keys, files, whole):
        act.add_argument("--out", type=Path, required=True, metavar="FILE")
    for act, days in ((keys, 1095), (files, 365), (whole, 90)):
        act.add_argument("--days", type=int, default=days, help=f"it counts so long ({days})")
    for act in (keys, files):
        act.add_argument("--made", type=_moment, default=_moment(None), help="time, ISO 8601 (now)")
    for act in (files, whole):
        for part in PARTS:
            act.add_argument(f"--{part}", type=Path, metavar="FOLDER", help="the whole tree")
    for act in (signing, whole):
        act.add_argument("--key", required=True, help="PEM file, or hsm:ID?label=TOKEN")
        act.add_argument("--public", type=Path, metavar="KEY.pub", help="of a key on a token")
    return parser


def _moment(written: str | None) -> datetime:
    moment = datetime.fromisoformat(written) if written else datetime.now(UTC)
    return moment.astimezone(UTC).replace(microsecond=0)


if __name__ == "__main__":
    sys.exit(main())
