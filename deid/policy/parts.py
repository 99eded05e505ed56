"""What a policy is made of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from deid import managed
from deid.labels import Label

Option = str | int | bool


class OperatorName(StrEnum):
    """What may be done with an identifier."""

    TAG = "tag"
    MASK = "mask"
    GENERALISE = "generalise"
    SURROGATE = "surrogate"
    SHIFT_DATE = "shift-date"
    HASH = "hash"
    KEEP = "keep"


class Basis(StrEnum):
    """What in the law a policy's output is meant to serve; it decides where stand-ins come from."""

    SAFE_HARBOR = "safe-harbor"
    LIMITED_DATA_SET = "limited-data-set"
    EXPERT_DETERMINATION = "expert-determination"
    PSEUDONYMISATION = "pseudonymisation"


class ReleaseRule(StrEnum):
    """Who releases a redacted note."""

    DIRECT = "direct"
    """Whoever redacts it."""

    FOUR_EYES = "four-eyes"
    """A second person: until then it is held."""


class VaultUse(StrEnum):
    """Whether what was replaced is kept in the vault, for re-identification by an officer."""

    NEVER = "never"
    """It is not kept."""

    IF_MADE = "if-made"
    """It is kept from the moment on in which an officer has made a vault."""

    REQUIRED = "required"
    """It is kept, and nothing is released as long as there is no vault."""


class Unexamined(StrEnum):
    """What becomes of a part of a file that cannot be examined, such as a recording."""

    REFUSE = "refuse"
    """The file is refused."""

    REMOVE = "remove"
    """The part is removed, and the summary and the log tell of it."""


class Lock(StrEnum):
    """What a policy may lock beside single labels; a label locks its treatment and threshold."""

    ALL = "all"
    LABELS = "labels"
    THRESHOLDS = "thresholds"
    BASIS = "basis"
    RELEASE = "release"
    VAULT = "vault"
    UNEXAMINED = "unexamined"


@dataclass(frozen=True, slots=True)
class Treatment:
    """An operator with its options, for one label."""

    operator: OperatorName
    options: Mapping[str, Option]


@dataclass(frozen=True, slots=True)
class OptionForm:
    """What an option of an operator may be.

    Attributes:
        default: what holds when it is left out; the option has the type of this.
        low: the least number.
        high: the greatest number.
        choices: the words that there are; empty for any one visible character.
    """

    default: Option
    low: int = 0
    high: int = 0
    choices: tuple[str, ...] = ()


OPTION_FORMS: Final[Mapping[OperatorName, Mapping[str, OptionForm]]] = MappingProxyType(
    {
        OperatorName.TAG: {"numbered": OptionForm(False)},
        OperatorName.MASK: {"width": OptionForm(5, 0, 64), "character": OptionForm("*")},
        OperatorName.GENERALISE: {},
        OperatorName.SURROGATE: {
            "kind": OptionForm("consistent", choices=("consistent", "markov")),
            "redraw_percent": OptionForm(50, 0, 100),
        },
        OperatorName.SHIFT_DATE: {
            "max_days": OptionForm(365, 1, 3650),
            "keep_weekday": OptionForm(False),
        },
        OperatorName.HASH: {"digits": OptionForm(12, 8, 64)},
        OperatorName.KEEP: {},
    }
)
"""The options of each operator, by name."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What is replaced and how.

    Attributes:
        name: lower-case letters, digits and hyphens.
        version: counts up with every change of the file.
        basis: what the output is meant to serve.
        description: one line for people.
        treatments: an operator for every label there is.
        thresholds: for every label, the score from which on a finding counts, 0 to 1.
        digest: SHA-256, in hex, of all of this; equal digests mean equal results.
        locked: what a policy made from this one may not change: labels and members of `Lock`.
        release: who releases a note.
        vault: what the policy says of the vault; None: nothing, so that the basis decides.
        unexamined: what becomes of a part of a file that cannot be examined.
    """

    name: str
    version: int
    basis: Basis
    description: str
    treatments: Mapping[Label, Treatment]
    thresholds: Mapping[Label, float]
    digest: str
    locked: frozenset[str] = frozenset()
    release: ReleaseRule = ReleaseRule.DIRECT
    vault: VaultUse | None = None
    unexamined: Unexamined = Unexamined.REFUSE

    @property
    def vault_use(self) -> VaultUse:
        """Whether what is replaced is kept in the vault."""
        if self.vault is not None:
            return self.vault
        pseudonyms = self.basis is Basis.PSEUDONYMISATION
        return VaultUse.IF_MADE if pseudonyms else VaultUse.NEVER

    @property
    def draws(self) -> bool:
        """Whether any replacement comes of the secret bytes of the patient."""
        drawing = {OperatorName.SURROGATE, OperatorName.SHIFT_DATE, OperatorName.HASH}
        return any(treatment.operator in drawing for treatment in self.treatments.values())

    @property
    def holds(self) -> bool:
        """Whether a note is held until a second person releases it.

        IT may want that under every policy; the policy itself stays what it is.
        """
        return self.release is ReleaseRule.FOUR_EYES or managed.current().needs_four_eyes

    def locks_treatment(self, label: Label) -> bool:
        """Whether a policy made from this one must treat the label as this one does."""
        return not self.locked.isdisjoint({Lock.ALL, Lock.LABELS, label})

    def locks_threshold(self, label: Label) -> bool:
        """Whether a policy made from this one must have this one's threshold for the label."""
        return not self.locked.isdisjoint({Lock.ALL, Lock.THRESHOLDS, label})

    def locks_basis(self) -> bool:
        """Whether a policy made from this one must have its basis."""
        return not self.locked.isdisjoint({Lock.ALL, Lock.BASIS})

    def locks_release(self) -> bool:
        """Whether a policy made from this one must have its rule of release."""
        return not self.locked.isdisjoint({Lock.ALL, Lock.RELEASE})

    def locks_vault(self) -> bool:
        """Whether a policy made from this one must use the vault as this one does."""
        return not self.locked.isdisjoint({Lock.ALL, Lock.VAULT})

    def locks_unexamined(self) -> bool:
        """Whether a policy made from this one must do with unexamined parts as this one does."""
        return not self.locked.isdisjoint({Lock.ALL, Lock.UNEXAMINED})


def digest_of(policy: Policy) -> str:
    """The digest of a policy: SHA-256, in hex, of its canonical JSON without the digest.

    What was added to policies later is part of it only where a policy has it: digests that stand
    in older logs keep their meaning.
    """
    treatments = {label: [t.operator, dict(t.options)] for label, t in policy.treatments.items()}
    canonical: dict[str, object] = {
        "name": policy.name,
        "version": policy.version,
        "basis": policy.basis.value,
        "description": policy.description,
        "treatments": treatments,
        "thresholds": dict(policy.thresholds),
    }
    if policy.locked:
        canonical["locked"] = sorted(policy.locked)
    if policy.release is not ReleaseRule.DIRECT:
        canonical["release"] = policy.release.value
    if policy.vault is not None:
        canonical["vault"] = policy.vault.value
    if policy.unexamined is not Unexamined.REFUSE:
        canonical["unexamined"] = policy.unexamined.value
    encoded = json.dumps(canonical, sort_keys=True, separators=(",", ":")).encode()
    return hashlib.sha256(encoded).hexdigest()
