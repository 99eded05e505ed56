"""The user's data folder: keys, log and code table, and how a note is committed.

A note is released in three steps, so that a crash may leave a record without a file but never a
released file without a record:

1. the caller writes the output to a temporary file beside its target,
2. `Site.commit` seals what was replaced in the vault, where the policy keeps it, then appends the
   records, and forces both to the disk,
3. the caller's `publish` gives the temporary file its final name.

Under a policy that wants four eyes there is no third step: `Site.hold` keeps the output, sealed,
until an officer decides (`deid.officer.held`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from types import TracebackType

from deid import resources
from deid.audit.checkpoint import seal
from deid.audit.keys import Keys
from deid.audit.records import DocumentRefused, SessionOpened
from deid.audit.store import AuditLog
from deid.errors import DefectError, DeidError, OutputError, VaultUnusable
from deid.formats.atomic import ANOTHER_RUN, exists
from deid.held.making import held_of, recorded_hold
from deid.held.store import HeldStore
from deid.patients import patient_key
from deid.pipeline import Deidentifier
from deid.policy import Policy, VaultUse
from deid.redact.seeds import CodeTable, seed_for
from deid.release import Release as Release
from deid.release import Source as Source
from deid.release import check, events_of
from deid.release_rules import check_releases
from deid.user import full_name, machine_name, user_name
from deid.vault.keeping import Keeper, Keeping
from deid.vault.values import values_of


class Site:
    """One user's data folder, open for work. Close it, or use it in a `with` statement.

    Args:
        home: the data folder.
        keys: the site's keys.
        log: the site's log.
        codes: seeds of patients that no information about them leads to.
    """

    def __init__(self, *, home: Path, keys: Keys, log: AuditLog, codes: CodeTable) -> None:
        self.home = home
        self.keys = keys
        self.log = log
        self._codes = codes
        self._keeper = Keeper(home, log=log, name=keys.signer.name)
        self.lacked_vault = False
        """Whether a note was released without the vault that its policy would have used."""

    @classmethod
    def open(cls, home: Path | None = None) -> Site:
        """Open the data folder, and make it with its keys on first use.

        Args:
            home: the folder; None: the user's own, or where `DEID_HOME` says.

        Raises:
            AuditError: the log or a key cannot be used.
        """
        folder = home if home is not None else resources.home()
        keys = Keys.open(folder)
        log, codes = AuditLog.open(folder), CodeTable(folder / "codes.sqlite")
        return cls(home=folder, keys=keys, log=log, codes=codes)

    def __enter__(self) -> Site:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Sign the log as it now stands, and close it."""
        seal(self.log, self.keys.signer)
        self.log.close()
        self._keeper.close()
        self._codes.close()

    def begin(self, deidentifier: Deidentifier) -> None:
        """Record that work begins, by whom and with what."""
        self.log.append(
            [
                SessionOpened(
                    user=user_name(),
                    machine=machine_name(),
                    program_version=resources.version(),
                    model_digest=deidentifier.digests.model,
                    rules_digest=deidentifier.digests.rules,
                    policy_digest=deidentifier.policy.digest,
                )
            ]
        )

    def seed_for(self, policy: Policy, patient: str) -> bytes:
        """The 32 secret bytes from which stand-ins of this patient derive under this policy."""
        # What is drawn for other things than patients begins so.
        patient = patient if patient.startswith("\0") else patient_key(patient)
        return seed_for(
            policy,
            patient,
            site_key=self.keys.site_key,
            table=self._codes,
            fingerprint=self.keys.fingerprint("patient", patient),
        )

    def has_released(self, output: bytes, policy: Policy) -> bool:
        """Whether these bytes are an output in which this same policy replaced something.

        Such a note needs no redaction; one that another policy let out may hold what this one
        does not let stay.
        """
        return self.log.find_output(sha256(output).hexdigest(), policy.digest) is not None

    def commit(
        self,
        releases: Sequence[Release],
        *,
        publish: Callable[[], None],
        folder: Path | None = None,
    ) -> None:
        """Record notes that go into one file in one transaction, then let the file appear.

        Args:
            releases: the notes of the file.
            publish: gives the file its final name; called once, after the records are on the disk.
            folder: in which the file appears; None: they go to a stream.

        Raises:
            SettingLocked: IT does not let them be released so; nothing was recorded.
            ResidualFound: a note still holds an identifier; nothing was recorded.
            DefectError: text outside the redactions changed, or the policy wants four eyes;
                nothing was recorded.
            VaultUnusable: what was replaced cannot be kept as the policy wants; nothing was
                recorded.
            LogUnavailable: the log cannot be written; the file is not published.
        """
        self.record(releases, folder=folder)
        publish()

    def record(self, releases: Sequence[Release], *, folder: Path | None = None) -> None:
        """Record notes of a file that is not complete yet; `commit` records the last of them.

        The file appears after that only. Where it never does, since the program was killed or the
        disk is full, the log tells of notes that were redacted and not released.

        Args:
            releases: the notes.
            folder: as for `commit`.

        Raises:
            DeidError: as for `commit`; none of these was recorded.
        """
        if any(release.policy.holds for release in releases):
            raise DefectError("the policy wants four eyes: the note is held, not released")
        check_releases(releases, folder=folder)
        for release in releases:
            check(release)
        with self._kept(releases):
            self.log.append(
                [event for release in releases for event in events_of(release, self.keys)]
            )

    def hold(
        self, releases: Sequence[Release], *, head: bytes, target: Path, tail: bytes = b""
    ) -> str:
        """Record notes that go into one file, and hold the file until a second person decides.

        Args:
            releases: the notes of the file.
            head: the bytes of the file before its first note.
            target: where the file is to appear.
            tail: the bytes of the file behind its last note.

        Returns:
            The id by which an officer finds it.

        Raises:
            SettingLocked: IT does not let them be released so; nothing was recorded.
            ResidualFound: a note still holds an identifier; nothing was recorded.
            DefectError: text outside the redactions changed; nothing was recorded.
            OutputExists: a file lies in its place already; nothing was recorded.
            OutputError: it cannot be held; nothing was recorded.
            VaultUnusable: what was replaced cannot be kept as the policy wants; nothing was
                recorded.
            LogUnavailable: the log cannot be written; nothing is held.
        """
        check_releases(releases, folder=target.parent)
        for release in releases:
            check(release)
        if os.path.lexists(target):
            raise exists(ANOTHER_RUN)
        held = held_of(
            releases,
            head=head,
            tail=tail,
            target=target,
            keys=self.keys,
            user=user_name(),
            full_name=full_name(),
            log_size=self.log.size,
        )
        store = HeldStore(self.home, self.keys)
        store.put(held)
        try:
            with self._kept(releases):
                events = [
                    event
                    for release, note in zip(releases, held.notes, strict=True)
                    for event in (*events_of(release, self.keys), recorded_hold(held, note))
                ]
                self.log.append(events)
        except DeidError:
            # Nothing was recorded. After any other interruption that is not known, and the output
            # stays; without a record nobody can release it.
            with suppress(OutputError):
                store.remove(held.id)
            raise
        return held.id

    def held_outputs(self) -> frozenset[str]:
        """SHA-256 of the outputs of all notes that are held.

        Raises:
            OutputError: what is held cannot be read.
        """
        held = HeldStore(self.home, self.keys).all()
        return frozenset(note.output_sha256 for one in held for note in one.notes)

    def refuse(self, document_id: str, error: DeidError) -> None:
        """Record that a note was not released, and why."""
        self.log.append(
            [
                DocumentRefused(
                    document=self.keys.fingerprint("document", document_id),
                    error=type(error).__name__,
                    exit_code=error.exit_code,
                )
            ]
        )

    @contextmanager
    def _kept(self, releases: Sequence[Release]) -> Iterator[None]:
        """Keep what was replaced, where the policies say so; undone when nothing was recorded."""
        kept = self._keep(releases)
        try:
            yield
        except DeidError:
            # What cannot be taken back either is harmless; the first error is the one to tell.
            with suppress(VaultUnusable):
                self._keeper.take_back(kept)
            raise

    def _keep(self, releases: Sequence[Release]) -> tuple[int, ...]:
        uses = {release.policy.vault_use for release in releases}
        if uses <= {VaultUse.NEVER}:
            return ()
        if not self._keeper.ready():
            if VaultUse.REQUIRED in uses:
                raise VaultUnusable(
                    "the policy releases nothing without a vault: an officer makes one with "
                    "`deid audit vault create`, or choose another policy"
                )
            self.lacked_vault = True
            return ()
        return self._keeper.keep(
            [
                Keeping(
                    document=self.keys.fingerprint("document", release.source.document.id),
                    output_sha256=sha256(release.output).hexdigest(),
                    policy_digest=release.policy.digest,
                    values=values_of(release.source.document.text, release.redacted),
                )
                for release in releases
                if release.policy.vault_use is not VaultUse.NEVER
            ]
        )
