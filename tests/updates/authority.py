"""Those who sign updates, with keys of the tests only, and a machine that installs them."""

from __future__ import annotations

import importlib.util
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import (
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

from deid.updates.install import Machine, install
from deid.updates.metadata import FIELD, FORMAT, TrustedUpdate
from deid.updates.names import SNAPSHOT, TARGETS, TIMESTAMP, root_name

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ROLES = ("root", "targets", "snapshot", "timestamp")
FILES = {"rules/packs/ward.yaml": b"name: ward\n", "rules/lists/drugs.txt": b"aspirin\n"}
MODEL = {"models/small/model.onnx": bytes(range(256)) * 8}


def release_updates() -> ModuleType:
    """The module that makes bundles. `packaging` here is a folder, and elsewhere a package."""
    path = Path(__file__).parents[2] / "packaging" / "release" / "updates.py"
    spec = importlib.util.spec_from_file_location("release_updates", path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def key(name: str) -> CryptoSigner:
    """The key of this name, always the same."""
    return CryptoSigner(Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest()))


KEYS = {
    "root": (key("root 1"), key("root 2"), key("root 3")),
    "targets": (key("targets 1"), key("targets 2")),
    "snapshot": (key("snapshot"),),
    "timestamp": (key("timestamp"),),
}
THRESHOLDS = {"root": 2, "targets": 2, "snapshot": 1, "timestamp": 1}


def root(
    version: int = 1,
    *,
    keys: Mapping[str, tuple[CryptoSigner, ...]] = KEYS,
    signers: Iterable[CryptoSigner] | None = None,
    expires: datetime = NOW + 1000 * DAY,
) -> bytes:
    """Root metadata, signed with two of its three keys where nothing else is said."""
    signed = Root(version=version, expires=expires, consistent_snapshot=False)
    for role, of_role in keys.items():
        for signer in of_role:
            signed.add_key(signer.public_key, role)
        signed.roles[role].threshold = THRESHOLDS[role]
    return sealed(signed, keys["root"][:2] if signers is None else signers)


def sealed(signed: Any, signers: Iterable[CryptoSigner]) -> bytes:
    """Metadata with these signatures."""
    metadata = Metadata(signed)
    for signer in signers:
        metadata.sign(signer, append=True)
    return metadata.to_bytes()


@dataclass(frozen=True, eq=False)
class Update:
    """What goes into a bundle; each part of it can be made wrong.

    `number` is the version of targets, snapshot and timestamp unless `versions` says otherwise.
    """

    number: int = 1
    files: Mapping[str, bytes] = field(default_factory=lambda: FILES | MODEL)
    roots: Mapping[int, bytes] = field(default_factory=lambda: {1: root()})
    versions: Mapping[str, int] = field(default_factory=dict)
    expires: Mapping[str, datetime] = field(default_factory=dict)
    signers: Mapping[str, tuple[CryptoSigner, ...]] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)
    hashes: bool = True
    change: Callable[[Targets], None] = lambda _: None

    def members(self) -> dict[str, bytes]:
        """The members of the bundle, by name."""
        return self.metadata() | dict(self.files)

    def bytes(self) -> bytes:
        """The bundle."""
        return packed(self.members())

    def metadata(self) -> dict[str, bytes]:
        """The metadata of all roles, by name."""
        files = {
            name: TargetFile.from_data(name, data, ["sha256"]) for name, data in self.files.items()
        }
        said = {"format": FORMAT, "made": NOW.isoformat(), "lowest": "0.1", "highest": "0.9"}
        targets = Targets(
            version=self._version("targets"),
            expires=self._expiry("targets"),
            targets=files,
            unrecognized_fields={FIELD: said | self.said},
        )
        self.change(targets)
        targets_file = self._sealed(targets)
        snapshot = Snapshot(
            version=self._version("snapshot"),
            expires=self._expiry("snapshot"),
            meta={"targets.json": self._named(targets.version, targets_file)},
        )
        snapshot_file = self._sealed(snapshot)
        timestamp = Timestamp(
            version=self._version("timestamp"),
            expires=self._expiry("timestamp"),
            snapshot_meta=self._named(snapshot.version, snapshot_file),
        )
        made = {TIMESTAMP: self._sealed(timestamp), SNAPSHOT: snapshot_file, TARGETS: targets_file}
        return made | {root_name(version): data for version, data in self.roots.items()}

    def _version(self, role: str) -> int:
        return self.versions.get(role, self.number)

    def _expiry(self, role: str) -> datetime:
        return self.expires.get(role, NOW + 90 * DAY)

    def _sealed(self, signed: Any) -> bytes:
        return sealed(signed, self.signers.get(signed.type, KEYS[signed.type]))

    def _named(self, version: int, data: bytes) -> MetaFile:
        return MetaFile.from_data(version, data, ["sha256"]) if self.hashes else MetaFile(version)


def packed(
    members: Mapping[str, bytes], mend: Callable[[zipfile.ZipInfo], None] = lambda _: None
) -> bytes:
    """A bundle of these members, `mend` having its way with each entry before it is written."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o100644 << 16
            mend(info)
            archive.writestr(info, data)
    return file.getvalue()


class Desk:
    """A machine that has the first root metadata and, at first, no update."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.machine = Machine(folder / "noteveil" / "updates", folder / "root.json", "0.1.0")
        self.machine.root.write_bytes(root())

    def bundle(self, content: bytes | Update) -> Path:
        """A file with a bundle."""
        path = self.folder / "bundle.zip"
        path.write_bytes(content if isinstance(content, bytes) else content.bytes())
        return path

    def install(
        self,
        content: bytes | Update,
        *,
        now: datetime = NOW,
        try_out: Callable[[Path], None] = lambda _: None,
    ) -> TrustedUpdate:
        """Install a bundle."""
        return install(self.bundle(content), self.machine, try_out=try_out, now=now)

    def seen(self) -> dict[str, bytes]:
        """Every file of the machine's folder with its bytes, but the lock."""
        top = self.machine.updates
        found = {path.relative_to(top).as_posix(): path for path in sorted(top.rglob("*"))}
        return {n: p.read_bytes() for n, p in found.items() if p.is_file() and n != "lock"}
