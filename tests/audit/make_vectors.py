"""Small logs with fixed keys and times, made by the program itself: every kind of record is in one.

`python -m tests.audit.make_vectors` writes them anew to `tests/audit/vectors`, a text file each, so
that other verifiers can be held against the same logs.
"""

from __future__ import annotations

import base64
import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from unittest.mock import patch

from deid.audit import database, merkle, tiles
from deid.audit import schema_1 as old_schema
from deid.audit.archive import archive
from deid.audit.canonical import decode, encode
from deid.audit.checkpoint import Checkpoint, seal, sign
from deid.audit.keys import Keys
from deid.audit.note import SignerKey
from deid.audit.people import PersonalKey, id_of
from deid.audit.proof import prove_consistency, prove_inclusion
from deid.audit.records import (
    Anchored,
    Archived,
    BudgetSet,
    Decision,
    DocumentCommitted,
    DocumentRead,
    DocumentRefused,
    Event,
    Exported,
    ExportKind,
    FindingDropped,
    GateOutcome,
    KeyAct,
    KeyChanged,
    KeyKind,
    LeakageMeasured,
    Meaning,
    MeasuringChanged,
    ModelChanged,
    ModelDecided,
    ModelDecision,
    ModelEvaluated,
    PartRemoved,
    PolicyChanged,
    PrivacyUnit,
    Purpose,
    RedactionMade,
    ReleaseDecided,
    ReleaseHeld,
    RevealSource,
    ReviewAct,
    ReviewActed,
    ReviewerMeasured,
    ReviewFinished,
    Role,
    RoleGranted,
    RoleWithdrawn,
    SampleClosed,
    SampleDesign,
    SampleDrawn,
    SampleMethod,
    SessionOpened,
    SignedOff,
    TrainingEnded,
    TrainingOutcome,
    TrainingStarted,
    ValueRevealed,
    VerdictGiven,
)
from deid.audit.statement import facts_of, sign_statement
from deid.audit.store import AuditLog, log_path
from deid.datatypes import DropReason, Span
from deid.labels import Label

HERE = Path(__file__).parent
FOLDER = HERE / "vectors"
SIGNER = SignerKey("noteveil/log/3f0c9a51d2b7e864", b"\x01" * 32)
OTHER_SIGNER = SignerKey("noteveil/log/3f0c9a51d2b7e864", b"\x02" * 32)
START = datetime(2026, 11, 21, 4, 5, 6, 789_000, tzinfo=UTC)
RULES, POLICY, OTHER_POLICY = "1" * 64, "2" * 64, "4" * 64
SAMPLE = "5a" * 8


@dataclass(frozen=True, slots=True)
class Contents:
    """What a log's file holds, and what lies beside it.

    Attributes:
        records: place and bytes of each.
        archives: segments, as bytes.
        outside: checkpoints that were kept elsewhere, of this log as it is or was.
        proofs: about this log.
        patch: bytes of the file, and those of the same number that are there instead: SQLite
            itself would not write a record that is not JSON.
    """

    records: tuple[tuple[int, bytes], ...] = ()
    tiles: tuple[tuple[int, int, bytes], ...] = ()
    checkpoints: tuple[str, ...] = ()
    version: int = database.VERSION
    archives: tuple[bytes, ...] = ()
    outside: tuple[str, ...] = ()
    proofs: tuple[str, ...] = ()
    patch: tuple[bytes, bytes] = (b"", b"")

    @property
    def bodies(self) -> list[bytes]:
        return [body for _seq, body in self.records]

    @classmethod
    def read(cls, path: Path) -> Self:
        with closing(sqlite3.connect(path)) as connection:
            return cls(
                tuple(connection.execute("SELECT seq, CAST(body AS BLOB) FROM records")),
                tuple(connection.execute("SELECT row, number, hashes FROM tiles")),
                tuple(note for (note,) in connection.execute("SELECT note FROM checkpoints")),
                connection.execute("PRAGMA user_version").fetchone()[0],
            )

    def write(self, path: Path) -> None:
        """Makes this the file of a log."""
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.executescript(database._SCHEMA)
            connection.executemany(
                "INSERT INTO records (seq, body) VALUES (?, CAST(? AS TEXT))", self.records
            )
            connection.executemany("INSERT INTO tiles VALUES (?, ?, ?)", self.tiles)
            connection.executemany(
                "INSERT INTO checkpoints (note) VALUES (CAST(? AS TEXT))",
                [(note.encode("utf-8", "surrogateescape"),) for note in self.checkpoints],
            )
            connection.execute(f"PRAGMA user_version = {self.version}")
            connection.commit()
            raw = connection.serialize()
        before, after = self.patch
        at = raw.index(before)
        path.write_bytes(raw[:at] + after + raw[at + len(before) :])

    def to_json(self) -> str:
        node = {
            "public_key": str(SIGNER.verifier),
            "version": self.version,
            "records": [[seq, body.decode()] for seq, body in self.records],
            "tiles": [[row, number, hashes.hex()] for row, number, hashes in self.tiles],
            "checkpoints": self.checkpoints,
            "archives": [base64.b64encode(segment).decode() for segment in self.archives],
            "outside": self.outside,
            "proofs": self.proofs,
        }
        return json.dumps(node, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        node = json.loads(text)
        return cls(
            tuple((seq, body.encode()) for seq, body in node["records"]),
            tuple((row, number, bytes.fromhex(hashes)) for row, number, hashes in node["tiles"]),
            tuple(node["checkpoints"]),
            node["version"],
            tuple(base64.b64decode(segment) for segment in node["archives"]),
            tuple(node["outside"]),
            tuple(node["proofs"]),
        )


def tree(bodies: Sequence[bytes]) -> tuple[tuple[int, int, bytes], ...]:
    """The tiles of a tree over these records."""
    grown = tiles.grow(lambda _row, _number: b"", 0, map(merkle.leaf_hash, bodies))
    return tuple((row, number, hashes) for (row, number), hashes in sorted(grown.items()))


def root_of(bodies: Sequence[bytes]) -> bytes:
    stored = {(row, number): hashes for row, number, hashes in tree(bodies)}
    return merkle.root(tiles.nodes(lambda row, number: stored[row, number]), len(bodies))


def checkpoint_over(bodies: Sequence[bytes], signer: SignerKey = SIGNER) -> str:
    return sign(Checkpoint(signer.name, len(bodies), root_of(bodies)), signer)


def person(number: int, name: str) -> PersonalKey:
    seed = bytes([number]) * 32
    own = id_of(SignerKey("new", seed).verifier)
    return PersonalKey(own, name, SignerKey(f"noteveil/person/{own}", seed), seed)


ADA = person(1, "Ada Minister")
BELA = person(2, 'Béla \\ "Bartók"')
OLIVE = person(3, "Olive Officer")
REED = person(4, "Reed Redactor")
EVE = person(5, "Eve Nobody")


class Site:
    """A log in a folder of its own, where the clock goes on by a second with every batch."""

    def __init__(self, home: Path) -> None:
        folder = home / "keys"
        folder.mkdir(parents=True, mode=0o700)
        for name, written in (
            ("signing.key", SIGNER.written()),
            ("site.key", f"noteveil-site-key-v1 {'03' * 32}"),
        ):
            (folder / name).write_text(written + "\n")
            (folder / name).chmod(0o600)
        self.home = home
        self.keys = Keys.open(home)
        self.log = AuditLog.open(home)
        self.sessions = 0
        self.session()

    def session(self) -> None:
        """What follows is of another session."""
        self.sessions += 1
        self.log.session = f"{self.sessions:016x}"
        self.add(SessionOpened("rkoch", "ward-pc-7", "0.1.0", None, RULES, POLICY))

    def add(self, *events: Event) -> None:
        for event in events:
            self.log.append([event])

    def stated(self, event: Any, signer: PersonalKey) -> Any:
        """An event with the signer's statement about it, over the log as it stands."""
        checkpoint = Checkpoint(SIGNER.name, self.log.size, self.log.root())
        facts = facts_of(event)
        note = sign_statement(
            signer, kind=event.kind, facts=facts, checkpoint=checkpoint, time=START
        )
        return replace(event, statement=note)

    def signed(self, event: Any, signer: PersonalKey) -> None:
        """Adds it."""
        self.add(self.stated(event, signer))

    def move_out(self, event: Archived) -> Archived:
        """Takes archived records out, for which an administrator signs."""
        signed: Archived = self.stated(replace(event, person=ADA.id), ADA)
        self.log.move_out(signed)
        return signed

    def grant(self, whom: PersonalKey, role: Role, by: PersonalKey) -> None:
        keys = whom.public_keys
        self.signed(RoleGranted(role, whom.name, whom.id, keys.signing, keys.sealing, ""), by)

    def seal(self) -> str:
        return seal(self.log, SIGNER)

    def note(self, number: int) -> None:
        """The records of a committed note, with two redactions and a drop."""
        document = self.keys.fingerprint("document", f"note-{number}")
        original = self.keys.fingerprint("original", f"Zebedee {number}")
        digest, rule = f"{number:064x}", "rule:us/mrn@2"
        made = (
            RedactionMade(
                document, Span(10, 17), Label.PATIENT, "A", rule, 0.9731, "tag", POLICY, original,
                Span(10, 19),
            ),
            RedactionMade(
                document, Span(30, 40), Label.MRN, "H", rule, 1.0, "tag", POLICY, original,
                Span(32, 32),
            ),
        )  # fmt: skip
        self.add(
            DocumentRead(document, digest, 130, 120, "text", "utf-8"),
            FindingDropped(
                document, Span(4, 9), Label.DATE, rule, 0.0001, DropReason.BELOW_THRESHOLD
            ),
            *made,
            PartRemoved(document, f"picture {number + 1}"),
            DocumentCommitted(
                document, digest, f"{number + 1:064x}", 120, 112, 2, 1, POLICY,
                self.keys.fingerprint("output-name", f"note-{number}.txt"),
                {Label.PATIENT: 1, Label.MRN: 1},
            ),
        )  # fmt: skip

    def enrol(self) -> None:
        self.grant(ADA, Role.ADMINISTRATOR, ADA)
        self.grant(BELA, Role.ADMINISTRATOR, ADA)
        self.grant(OLIVE, Role.OFFICER, BELA)
        self.grant(REED, Role.REDACTOR, ADA)

    def sign_off(self, size: int | None = None) -> None:
        stop = self.log.size if size is None else size
        with self.log.snapshot() as (_size, nodes):
            root = merkle.root(nodes, stop).hex()
        self.signed(SignedOff(OLIVE.id, OLIVE.name, Meaning.REVIEWED, stop, root, ""), OLIVE)

    def contents(self, **beside: Any) -> Contents:
        return replace(Contents.read(log_path(self.home)), **beside)


def empty(site: Site) -> Contents:
    """Not even a session: as it is when the file was made."""
    site.log.close()
    log_path(site.home).unlink()
    with AuditLog.open(site.home) as log:
        note = seal(log, SIGNER)
    return site.contents(outside=(note,))


def smallest(site: Site) -> Contents:
    """Two records and a checkpoint."""
    site.add(ModelChanged(None))
    return site.contents(checkpoints=(site.seal(),))


def one_note(site: Site) -> Contents:
    site.note(1)
    return site.contents(outside=(site.seal(),))


def several_sessions(site: Site) -> Contents:
    """Notes of sessions that work at the same time, a checkpoint after each session."""
    notes = []
    for number in range(3):
        site.note(number)
        notes.append(site.seal())
        site.session()
    site.note(3)
    proofs = (
        prove_inclusion(site.log, 7, SIGNER).to_json(),
        prove_consistency(site.log, notes[0], SIGNER).to_json(),
        prove_consistency(site.log, notes[2], SIGNER).to_json(),
    )
    return site.contents(outside=tuple(notes), proofs=proofs)


def train(site: Site) -> None:
    """The records of a private run whose model was promoted, and of one without privacy."""
    run, other = "20261121-040506-0000007a", "20261121-040507-0000007b"
    unit, cohort = PrivacyUnit.PATIENT, site.keys.fingerprint("cohort", "8" * 64)
    base, made = "7" * 64, "9" * 64
    private = TrainingStarted(
        run, OLIVE.id, unit, 200, 900, 40, 0.2, cohort, base, "last-layers", "0.25", 4, "1.0625",
        "1", 60, "0.0029435200932623716", "add-or-remove-one", "prv", "7.999999", "",
    )  # fmt: skip
    plain = replace(
        private, run=other, noise_multiplier=None, clipping_norm=None, delta=None, relation=None,
        accountant=None, epsilon=None,
    )  # fmt: skip
    site.signed(BudgetSet(OLIVE.id, unit, "8", "0.0000001", ""), OLIVE)
    site.signed(private, OLIVE)
    finished, passed = TrainingOutcome.FINISHED, GateOutcome.PASSED
    site.signed(TrainingEnded(run, OLIVE.id, finished, 60, "7.999999", made, ""), OLIVE)
    told = ModelEvaluated(run, OLIVE.id, made, base, 40, 0.9, 0.9731, None, passed, "")
    site.signed(told, OLIVE)
    site.signed(plain, OLIVE)
    abandoned, failed = TrainingOutcome.ABANDONED, GateOutcome.FAILED
    site.signed(TrainingEnded(other, OLIVE.id, abandoned, 0, None, None, ""), OLIVE)
    other_told = ModelEvaluated(other, OLIVE.id, base, made, 40, 1, 0, "0.5", failed, "")
    site.signed(other_told, OLIVE)
    site.signed(LeakageMeasured(run, OLIVE.id, 1000, "4.25", "1", "7.999999", ""), OLIVE)
    refuted = LeakageMeasured(run, OLIVE.id, 20, "8", "0.0029435200932623716", "7.999999", "")
    site.signed(refuted, OLIVE)
    promoted = ModelDecided(OLIVE.id, ModelDecision.PROMOTED, made, base, run, "")
    site.signed(promoted, OLIVE)
    back = ModelDecided(OLIVE.id, ModelDecision.ROLLED_BACK, base, made, None, "")
    site.signed(back, OLIVE)
    gone = ModelDecided(OLIVE.id, ModelDecision.REMOVED, made, base, run, "")
    site.signed(gone, OLIVE)


def every_kind(site: Site) -> Contents:
    site.note(1)
    document = site.keys.fingerprint("document", "note-1")
    name = site.keys.fingerprint("output-name", "note-1.txt")
    site.add(
        PolicyChanged(OTHER_POLICY),
        ModelChanged("7" * 64),
        MeasuringChanged("rkoch", "ward-pc-7", 0.05),
        ReviewActed(document, ReviewAct.ADD, "rkoch", Span(50, 55), None, Label.CITY),
        ReviewActed(
            document, ReviewAct.UNDO, "rkoch", Span(50, 55), Label.CITY, None, None, ReviewAct.ADD
        ),
        ReviewActed(
            document, ReviewAct.MOVE, "rkoch", Span(10, 16), Label.PATIENT, Label.PATIENT,
            Span(10, 17),
        ),
        ReviewFinished(document, "rkoch", 2, 1, 0.85),
        ReviewerMeasured(document, "rkoch", 4, 3),
        DocumentRefused(site.keys.fingerprint("document", "note-9"), "UnreadableInput", 4),
    )  # fmt: skip
    site.enrol()
    early = site.seal()
    site.signed(MeasuringChanged("rkoch", "ward-pc-7", 1, OLIVE.id), OLIVE)
    size = site.log.size
    drawn = SampleDrawn(
        SAMPLE, OLIVE.id, SampleMethod.RANDOM, "6" * 64, 0, size, 1, 1, 0.05, 0.95,
        SampleDesign.FIXED,
    )  # fmt: skip
    leaks = {Label.CITY: 1, Label.AGE: 2}
    site.signed(drawn, OLIVE)
    site.signed(ValueRevealed(OLIVE.id, document, RevealSource.FILE, 2, Purpose.SAMPLE), OLIVE)
    site.signed(VerdictGiven(SAMPLE, OLIVE.id, document, f"{2:064x}", 0), OLIVE)
    site.signed(VerdictGiven(SAMPLE, OLIVE.id, document, f"{2:064x}", 3, leaks), OLIVE)
    site.signed(SampleClosed(SAMPLE, OLIVE.id, 1, 1, 4, 3, "rkoch", 0.9999), OLIVE)
    site.sign_off(size=9)
    site.add(
        ReleaseHeld(document, f"{2:064x}", name, POLICY, "rkoch"),
        KeyChanged(KeyKind.PERSON, KeyAct.USED, "ab" * 8, OLIVE.id),
        KeyChanged(KeyKind.SITE, KeyAct.DESTROYED, "cd" * 8),
    )
    site.signed(KeyChanged(KeyKind.VAULT, KeyAct.MADE, "ef" * 32, OLIVE.id), OLIVE)
    site.signed(ReleaseDecided(document, f"{2:064x}", Decision.APPROVED, OLIVE.id, ""), OLIVE)
    train(site)
    root = site.log.root().hex()
    site.signed(Exported(ExportKind.CSV, site.log.size, root, OLIVE.id), OLIVE)
    site.add(
        Exported(ExportKind.PROOF, site.log.size, root),
        Anchored("settled/2/30", site.log.size, root),
    )
    site.signed(RoleWithdrawn(Role.OFFICER, OLIVE.id, ""), BELA)
    site.grant(OLIVE, Role.REDACTOR, ADA)
    site.signed(RoleWithdrawn(Role.ADMINISTRATOR, BELA.id, ""), BELA)
    return site.contents(outside=(early, site.seal()))


_written = zipfile.ZipFile.writestr


def _stored(file: zipfile.ZipFile, info: zipfile.ZipInfo, content: bytes, _kind: int) -> None:
    _written(file, info, content, zipfile.ZIP_STORED)


def archived(site: Site) -> Contents:
    """Two archives of notes and people's acts, and what was done afterwards."""
    site.note(1)
    site.enrol()
    early = site.seal()
    site.sign_off()
    site.note(2)
    folder = site.home / "archives"
    with patch.object(zipfile.ZipFile, "writestr", _stored):  # the same bytes with every zlib
        for stop in (12, site.log.size):
            archive(site.log, SIGNER, folder, stop=stop, take_out=site.move_out)
    site.signed(RoleWithdrawn(Role.OFFICER, OLIVE.id, ""), BELA)
    site.note(3)
    late = site.seal()
    segments = tuple(path.read_bytes() for path in sorted(folder.glob("*.zip")))
    return site.contents(outside=(early, late), archives=segments)


def several_tiles(site: Site) -> Contents:
    """More records than a tile holds."""
    site.log.append([PolicyChanged(POLICY)] * 300)
    return site.contents(outside=(site.seal(),))


def schema_1(site: Site) -> Contents:
    """The file of an earlier program, of version 1: every kind that it wrote."""
    site.log.close()
    bodies: list[bytes] = []
    for seq, body in enumerate(make(every_kind).bodies):
        record = decode(body, seq=seq)
        if record.event.kind in old_schema.NAMES and getattr(record.event, "person", None) is None:
            event = record.event
            if isinstance(event, Exported):
                event = replace(event, what=ExportKind.CHECKPOINT)
            bodies.append(encode(replace(record, seq=len(bodies), event=event, schema=1)))
    note = checkpoint_over(bodies)
    return Contents(tuple(enumerate(bodies)), tree(bodies), (note,), 1, outside=(note,))


VECTORS: tuple[Callable[[Site], Contents], ...] = (
    empty, smallest, one_note, several_sessions, every_kind, archived, schema_1,
)  # fmt: skip
"""Those that lie in the folder; `several_tiles` is too long for it."""


@contextmanager
def clock() -> Iterator[None]:
    """Lets every batch be written a second after the one before it."""
    ticks = iter(START + timedelta(seconds=number) for number in range(10_000))
    with patch("deid.audit.rows.datetime") as patched:
        patched.now = lambda _zone: next(ticks)
        yield


def make(vector: Callable[[Site], Contents]) -> Contents:
    """The contents of a log that this function writes at a new site."""
    with tempfile.TemporaryDirectory() as folder, clock():
        site = Site(Path(folder) / "home")
        try:
            return vector(site)
        finally:
            site.log.close()


def main() -> None:
    """Write all of them."""
    FOLDER.mkdir(exist_ok=True)
    for vector in VECTORS:
        path = FOLDER / f"{vector.__name__}.json"
        path.write_text(make(vector).to_json(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
