"""The last step of a tree: the sealed list of its files, by a release key or a trial one."""

from __future__ import annotations

import shlex
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from frozen.tree import INTERNAL, Tree

from deid.errors import SealBroken
from deid.sealed import seal
from deid.sealed.check import check
from deid.sealed.sealed_list import LIST_NAME, SIGNATURE_NAME


class NoKey(Exception):
    """A key cannot be used. The message says which."""


@dataclass(frozen=True, slots=True)
class ReleaseKeys:
    """The keys of a build.

    Attributes:
        public: those whose signature the programs believe, 32 bytes each.
        sign: signs with one of them; None where the tree is sealed later, elsewhere.
    """

    public: tuple[bytes, ...]
    sign: Callable[[bytes], bytes] | None

    @property
    def source(self) -> str:
        """The module that is compiled into the programs."""
        return seal.keys_source(self.public)


def trial_keys() -> ReleaseKeys:
    """A key made for one build, and forgotten after it."""
    key = Ed25519PrivateKey.generate()
    return ReleaseKeys((key.public_key().public_bytes_raw(),), key.sign)


def read_public(paths: Sequence[Path]) -> tuple[bytes, ...]:
    """The public keys in these PEM files.

    Raises:
        NoKey: one is no Ed25519 public key.
    """
    return tuple(_public(path) for path in paths)


def signer(path: Path) -> Callable[[bytes], bytes]:
    """What signs with the private key in a PEM file without a passphrase.

    Raises:
        NoKey: it is no Ed25519 private key.
    """
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, OSError):
        raise NoKey(f"{path.name}: not a private key that can be read") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise NoKey(f"{path.name}: not an Ed25519 key")
    return key.sign


def signing_command(command: str) -> Callable[[bytes], bytes]:
    """What signs by a command: the file to sign is its last argument, its output the signature."""

    def sign(message: bytes) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "SEALED.json")
            file.write_bytes(message)
            done = subprocess.run(
                [*shlex.split(command), str(file)], check=False, stdout=subprocess.PIPE
            )
        if done.returncode:
            raise NoKey(f"the command that signs ended with {done.returncode}")
        return done.stdout

    return sign


def seal_tree(tree: Tree, keys: ReleaseKeys) -> None:
    """Seal a tree, and see that its programs will start.

    Raises:
        NoKey: nothing signs, or what signed is none of the keys that the programs believe.
    """
    if keys.sign is None:
        raise NoKey("there is no key to seal with")
    seal.write(tree.root, version=tree.version, sign=keys.sign)
    tree.settle()
    check(tree.root, keys.public)


def is_sealed(tree: Tree) -> bool:
    """Whether a tree holds a list and a signature, by whomever."""
    return all((tree.root / INTERNAL / name).is_file() for name in (LIST_NAME, SIGNATURE_NAME))


def check_sealed(tree: Tree, keys: ReleaseKeys) -> None:
    """See that a tree was sealed with one of the keys, and is still as it was then.

    Raises:
        NoKey: it was not, or is not.
    """
    try:
        check(tree.root, keys.public)
    except SealBroken as error:
        raise NoKey(f"only a tree that is sealed is packed: {'; '.join(error.broken)}") from None


def _public(path: Path) -> bytes:
    try:
        key = load_pem_public_key(path.read_bytes())
    except (ValueError, OSError):
        raise NoKey(f"{path.name}: not a public key that can be read") from None
    if not isinstance(key, Ed25519PublicKey):
        raise NoKey(f"{path.name}: not an Ed25519 key")
    return key.public_bytes_raw()
