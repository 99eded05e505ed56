"""A small program, sealed as the build does it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deid.sealed import seal
from deid.sealed.sealed_list import LIST_NAME, SIGNATURE_NAME

FILES = {
    "deid": b"\x7fELF program",
    "deid-gui": b"\x7fELF window",
    "_internal/base_library.zip": b"PK",
    "_internal/libpython3.so": b"\x7fELF library",
    "_internal/rules/lists/words.txt": b"hypertension\n",
    "_internal/models/small/model.onnx": bytes(range(256)) * 2000,
    "_internal/PySide6/QtCore.so": b"\x7fELF Qt",
    "_internal/package/py.typed": b"",
    "_internal/package/data (dev).tmpl": b"x",
}


@dataclass(frozen=True)
class Built:
    """A small sealed program."""

    root: Path
    private: Ed25519PrivateKey

    @property
    def key(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    @property
    def listed(self) -> Path:
        return self.root / "_internal" / LIST_NAME

    @property
    def signature(self) -> Path:
        return self.root / "_internal" / SIGNATURE_NAME

    def seal_anew(self) -> None:
        seal.write(self.root, version="1.2.3", sign=self.private.sign)

    def sign(self, raw: bytes) -> None:
        """Let the list say this, signed as it must be."""
        self.listed.write_bytes(raw)
        self.signature.write_bytes(self.private.sign(raw))


def build(root: Path) -> Built:
    """Make the program in a folder, and seal it."""
    for name, content in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    made = Built(root, Ed25519PrivateKey.generate())
    made.seal_anew()
    return made
