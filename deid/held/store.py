"""Where held outputs lie: a sealed file each, in the folder `held` of the data folder.

`<id>.held` is the output with what is known of it. `<id>.<16 hex digits>.decision` says what an
officer is about to record of it; whether that was recorded, the log tells. Both are AES-256-GCM
under a key that HKDF-SHA-256 (RFC 5869) derives from the site key, bound to the name of the file.
Each appears whole or not at all.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from deid.audit.keys import Keys
from deid.audit.records import Decision
from deid.datatypes import Span
from deid.errors import InputError, OutputError
from deid.files import private_folder, replace_file, sync_folder
from deid.labels import Label

_PURPOSE: Final = b"noteveil/held/v1"
_NONCE_BYTES: Final = 12
_HEAD_BYTES: Final = 4
_ID: Final = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class HeldNote:
    """One note of a held output.

    Attributes:
        document: fingerprint of its id.
        output_sha256: of its bytes.
        piece: where these lie in the output, in bytes, half-open.
        marks: where in its text something was replaced, and what that was.
    """

    document: str
    output_sha256: str
    piece: Span
    marks: tuple[tuple[Span, Label], ...]


@dataclass(frozen=True, slots=True)
class Held:
    """An output that waits for a second person.

    Attributes:
        id: 16 hex digits.
        target: where it is to appear.
        encoding: of its text.
        policy: name of the policy that it was redacted under.
        policy_digest: of that policy.
        output_name: fingerprint of the name that it is to go by.
        user: who redacted it, by the name on the machine.
        full_name: of that user, where the machine knows it.
        time: when, by the clock of the machine.
        log_size: how many records the log had before those of this output.
        notes: in the order of the output.
        content: the bytes of the output.
    """

    id: str
    target: Path = field(repr=False)
    encoding: str
    policy: str
    policy_digest: str
    output_name: str
    user: str
    full_name: str = field(repr=False)
    time: datetime
    log_size: int
    notes: tuple[HeldNote, ...]
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Intent:
    """What an officer is about to record of a held output, or has.

    Attributes:
        decision: whether it is released.
        target: where it then appears; None where it is declined.
        statements: SHA-256, in hex, of the statements in the records.
    """

    decision: Decision
    target: Path | None = field(repr=False)
    statements: frozenset[str]


class HeldStore:
    """The held outputs of one data folder.

    Args:
        home: the user's data folder.
        keys: the site's keys.
    """

    def __init__(self, home: Path, keys: Keys) -> None:
        self._folder = held_folder(home)
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE)
        self._cipher = AESGCM(derived.derive(keys.site_key))

    def put(self, held: Held) -> None:
        """Keep an output; it is on the disk afterwards.

        Raises:
            OutputError: it cannot be written.
        """
        head = json.dumps(_to_tree(held)).encode("ascii")
        plain = len(head).to_bytes(_HEAD_BYTES, "big") + head + held.content
        self._write(f"{held.id}.held", plain)

    def get(self, own: str) -> Held:
        """The held output of this id.

        Raises:
            InputError: there is none.
            OutputError: it cannot be read, was changed, or is sealed under another site key.
        """
        name = f"{own}.held"
        if not _ID.fullmatch(own) or not (self._folder / name).is_file():
            raise InputError(
                "no note of that id is held: `deid audit held list` shows those that are"
            )
        plain = self._read(name)
        start = _HEAD_BYTES + int.from_bytes(plain[:_HEAD_BYTES], "big")
        try:
            return _from_tree(own, json.loads(plain[_HEAD_BYTES:start]), plain[start:])
        except (ValueError, TypeError, KeyError):
            raise _damaged(name) from None

    def ids(self) -> tuple[str, ...]:
        """The ids of all held outputs."""
        names = (path.stem for path in self._folder.glob("*.held"))
        return tuple(sorted(name for name in names if _ID.fullmatch(name)))

    def all(self) -> tuple[Held, ...]:
        """All held outputs, from the oldest to the newest.

        Raises:
            OutputError: one of them cannot be read.
        """
        return tuple(sorted(map(self.get, self.ids()), key=lambda held: (held.time, held.id)))

    def remove(self, own: str) -> None:
        """Take an output away, with all that was meant with it; one that is gone stays gone.

        Raises:
            OutputError: it cannot be removed.
        """
        with _told():
            # The output goes first: what is left of an interrupted removal tells nothing.
            (self._folder / f"{own}.held").unlink(missing_ok=True)
            for path in self._intents(own):
                path.unlink(missing_ok=True)
            if self._folder.is_dir():
                sync_folder(self._folder)

    def intend(self, own: str, intent: Intent) -> str:
        """Keep what is about to be recorded, before it is; its name, for `forget`.

        Raises:
            OutputError: it cannot be written.
        """
        tree = {
            "decision": intent.decision.value,
            "target": None if intent.target is None else os.fspath(intent.target),
            "statements": sorted(intent.statements),
        }
        name = f"{own}.{secrets.token_hex(8)}.decision"
        self._write(name, json.dumps(tree).encode("ascii"))
        return name

    def forget(self, name: str) -> None:
        """Take away what was not recorded after all.

        Raises:
            OutputError: it cannot be removed.
        """
        with _told():
            (self._folder / name).unlink(missing_ok=True)

    def intents(self, own: str) -> tuple[Intent, ...]:
        """What was ever about to be recorded of an output, in no order.

        Raises:
            OutputError: it cannot be read, or was changed.
        """
        return tuple(self._intent(path.name) for path in self._intents(own))

    def _intent(self, name: str) -> Intent:
        try:
            tree = json.loads(self._read(name))
            target = None if tree["target"] is None else Path(tree["target"])
            return Intent(Decision(tree["decision"]), target, frozenset(tree["statements"]))
        except (ValueError, TypeError, KeyError):
            raise _damaged(name) from None

    def _intents(self, own: str) -> tuple[Path, ...]:
        return tuple(sorted(self._folder.glob(f"{own}.*.decision")))

    def _write(self, name: str, plain: bytes) -> None:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, plain, name.encode())
        with _told():
            private_folder(self._folder)
            replace_file(self._folder / name, sealed)

    def _read(self, name: str) -> bytes:
        with _told():
            sealed = (self._folder / name).read_bytes()
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name.encode())
        except (InvalidTag, ValueError):
            raise _damaged(name) from None


def held_folder(home: Path) -> Path:
    """Where held outputs lie in the user's data folder."""
    return home / "held"


def new_id() -> str:
    """An id for an output that is to be held."""
    return secrets.token_hex(8)


def _to_tree(held: Held) -> dict[str, object]:
    return {
        "target": os.fspath(held.target),
        "encoding": held.encoding,
        "policy": held.policy,
        "policy_digest": held.policy_digest,
        "output_name": held.output_name,
        "user": held.user,
        "full_name": held.full_name,
        "time": held.time.astimezone(UTC).isoformat(),
        "log_size": held.log_size,
        "notes": [
            [
                note.document,
                note.output_sha256,
                [note.piece.start, note.piece.end],
                [[span.start, span.end, label.value] for span, label in note.marks],
            ]
            for note in held.notes
        ],
    }


def _from_tree(own: str, tree: dict[str, object], content: bytes) -> Held:
    notes, size = tree["notes"], tree["log_size"]
    if not isinstance(notes, list) or not isinstance(size, int):
        raise TypeError("not a held output")
    return Held(
        id=own,
        target=Path(str(tree["target"])),
        encoding=str(tree["encoding"]),
        policy=str(tree["policy"]),
        policy_digest=str(tree["policy_digest"]),
        output_name=str(tree["output_name"]),
        user=str(tree["user"]),
        full_name=str(tree["full_name"]),
        time=datetime.fromisoformat(str(tree["time"])),
        log_size=size,
        notes=tuple(_note(*row) for row in notes),
        content=content,
    )


def _note(
    document: str, output: str, where: Sequence[int], marks: Sequence[tuple[int, int, str]]
) -> HeldNote:
    places = tuple((Span(start, end), Label(label)) for start, end, label in marks)
    return HeldNote(document, output, Span(*where), places)


def _damaged(name: str) -> OutputError:
    return OutputError(
        f"held note {name.partition('.')[0]}: damaged, or sealed under another site key: move its "
        "file away, and redact the note again"
    )


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"the folder of held notes cannot be used ({error.strerror}): check its rights and "
            "the free space"
        ) from None
