"""The way of a note: detect → resolve → redact → residual check.

What is done with the result (the log record, then the file) is in `deid.site`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Final

from deid import residual, resources
from deid.datatypes import Document, Finding, Redacted, Resolution, Span
from deid.detect import Detector, LowerableDetector, ModelDetector, View
from deid.detect.known import KnownDetector
from deid.detect.lists import protected_terms
from deid.detect.misreadings import misreadings
from deid.detect.normalise import normalise
from deid.detect.packs import Pack, load_packs
from deid.detect.propagate import propagate
from deid.detect.protect import clinical_uses
from deid.detect.roster import Roster, identifiers_of
from deid.detect.rules import RuleDetector
from deid.detect.words import common_words
from deid.errors import DeidError, DetectionIncomplete, ResidualFound
from deid.labels import Label
from deid.parts import cut, declared, fitted, renewed, within_parts
from deid.policy import OperatorName, Policy
from deid.redact.apply import apply
from deid.redact.placeholders import placeholders
from deid.resolve import extend, resolve
from deid.stopping import stop_if_asked
from deid.tidy import tidy

UNLIKELY: Final = 0.02
"""The least probability of a word that `look_again` reports: lower, and any word may be one."""

# Detectors of so many patients are kept, those that were asked for last.
_KNOWN_PATIENTS: Final = 64
_MAX_ROUNDS: Final = 4


class DetectorChoice(StrEnum):
    """Which detectors work on a note."""

    HYBRID = "hybrid"
    RULES = "rules"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class Digests:
    """What the detectors work with, as SHA-256 in hex.

    Attributes:
        rules: of all rule packs, shipped and added, and of the update in use where there is one.
        model: of the model's manifest, which names every file of it; None where no model works.
    """

    rules: str = sha256().hexdigest()
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """Which steps behind the detectors work: all, but to measure what one of them is worth.

    Attributes:
        propagation: what was found once is looked for in the whole note.
        mutual_support: detectors that agree raise each other.
        clinical_uses: clinical uses of words and numbers speak against findings.
        tidying: edges, pieces and labels are put right after the merge.
        label_agreement: where they are, a person called by the same words gets one label.
    """

    propagation: bool = True
    mutual_support: bool = True
    clinical_uses: bool = True
    tidying: bool = True
    label_agreement: bool = True


class Deidentifier:
    """Detectors and a policy, ready to work on any number of notes.

    Args:
        policy: what is replaced, and how.
        detectors: work on every note.
        quick: those of `detectors` that look at the output once more.
        roster: known identifiers of the patients; None: none are known.
        parts: which steps behind the detectors work.
        digests: of what the detectors work with, for the log.
    """

    def __init__(
        self,
        *,
        policy: Policy,
        detectors: Sequence[Detector],
        quick: Sequence[Detector] = (),
        roster: Roster | None = None,
        parts: Parts = Parts(),
        digests: Digests = Digests(),
    ) -> None:
        self.policy = policy
        self._detectors = tuple(detectors)
        self._quick = tuple(quick)
        self._roster = roster
        self._parts = parts
        self.digests = digests
        self._known_by_patient: dict[str, KnownDetector] = {}
        # Each note is asked about several times, one after the other.
        self._last_known: tuple[tuple[tuple[str, str], ...], KnownDetector] | None = None

    @classmethod
    def open(
        cls,
        *,
        policy: Policy,
        detectors: DetectorChoice = DetectorChoice.HYBRID,
        model: Path | None = None,
        rules: Sequence[Path] = (),
        roster: Roster | None = None,
    ) -> Deidentifier:
        """Load the detectors.

        Args:
            policy: what is replaced, and how.
            detectors: which ones; RULES and MODEL stand alone, without propagation.
            model: a model package or a Hugging Face folder instead of the model in use at the
                site, which is the shipped one unless an officer promoted another.
            rules: a site's own rule packs, beside the shipped ones.
            roster: known identifiers of the patients.

        Raises:
            ModelError: the model is missing or not what its manifest says.
            RulePackError: a rule pack cannot be loaded.
            AuditError: the log, which says which model is in use, cannot be read.
        """
        packs = load_packs(None, *rules) if detectors is not DetectorChoice.MODEL else ()
        by_rules = list(_rule_detectors(packs, beside_model=detectors is DetectorChoice.HYBRID))
        by_model = [_model_detector(model)] if detectors is not DetectorChoice.RULES else []
        return cls(
            policy=policy,
            detectors=[*by_rules, *by_model],
            quick=by_rules,
            roster=roster,
            parts=Parts(propagation=detectors is DetectorChoice.HYBRID),
            digests=Digests(_rules_digest(packs), by_model[0].digest if by_model else None),
        )

    @property
    def detectors(self) -> tuple[Detector, ...]:
        """The detectors that work on every note."""
        return self._detectors

    @property
    def detector_names(self) -> tuple[str, ...]:
        """Names of the detectors that work on every note."""
        return tuple(detector.name for detector in self._detectors)

    def with_policy(self, policy: Policy) -> Deidentifier:
        """The same detectors under another policy."""
        return Deidentifier(
            policy=policy,
            detectors=self._detectors,
            quick=self._quick,
            roster=self._roster,
            parts=self._parts,
            digests=self.digests,
        )

    def patient_of(self, document: Document) -> str:
        """The key of a note's patient: its own, else by the roster; empty: it is not known."""
        if document.patient or self._roster is None:
            return document.patient
        return self._roster.patient_in(document.text)

    def find(self, document: Document, *, floor: float | None = None) -> tuple[Finding, ...]:
        """Everything that any detector finds in a note, before the merge.

        Args:
            document: the note.
            floor: a probability, above 0, from which on detectors report what they would keep to
                themselves as too unlikely; None: they do not.

        Raises:
            DetectionIncomplete: part of the note could not be examined.
        """
        view = normalise(document.text)
        detectors = (*self._detectors, *self._known(document))
        findings = [*_run(detectors, view, floor=floor), *declared(document)]
        findings = list(cut(document, findings))
        if self._parts.propagation:
            stop_if_asked()
            with _wholly("propagate"):
                findings += cut(document, propagate(view, findings, protected_terms()))
        with _wholly("misreadings"):
            known = [detector.identifiers for detector in self._known(document)]
            findings += cut(document, misreadings(document, findings, known))
        return tuple(findings)

    def analyze(self, document: Document) -> Resolution:
        """The identifiers of a note: those kept, and those dropped with their reasons.

        Raises:
            DetectionIncomplete: part of the note could not be examined.
        """
        return self.merge(document, self.find(document))

    def look_again(self, document: Document, *, floor: float = UNLIKELY) -> Resolution:
        """Everything that may be an identifier, however low its score: what `analyze` may miss.

        It is for a person to choose from, see `review.suggest`; most of what it keeps besides is
        none.

        Args:
            document: the note.
            floor: the least probability of a word that is reported, above 0.

        Raises:
            DetectionIncomplete: part of the note could not be examined.
        """
        found = self.find(document, floor=floor)
        lowest = replace(self.policy, thresholds=dict.fromkeys(Label, 0.0))
        return self.with_policy(lowest).merge(document, found)

    def merge(
        self,
        document: Document,
        findings: Sequence[Finding],
        *,
        rejected: Sequence[Span] = (),
    ) -> Resolution:
        """Resolve findings under this policy; text that this program put in stays untouched."""
        parts = self._parts
        stop_if_asked()
        with _wholly("protect"):
            # What touches no finding can speak against none.
            near = [finding.span for finding in findings] if parts.clinical_uses else []
            clinical = clinical_uses(normalise(document.text), near) if near else ()
        merged = resolve(
            document.text,
            findings,
            self.policy,
            protected=placeholders(document.text),
            rejected=rejected,
            clinical=clinical,
            mutual=parts.mutual_support,
        )
        if parts.tidying:
            merged = tidy(document.text, merged, agreeing=parts.label_agreement)
        return within_parts(document, merged)

    def redact(
        self,
        document: Document,
        resolution: Resolution,
        *,
        seed: bytes,
        rejected: Sequence[Span] = (),
    ) -> Redacted:
        """Replace exactly the kept findings and say in `residual` what is left in the output.

        Args:
            document: the note.
            resolution: which findings are replaced.
            seed: 32 secret bytes of the patient, from `Site.seed_for`.
            rejected: spans of the note that a reviewer chose to leave.

        Raises:
            DetectionIncomplete: the output could not be examined.
        """
        redacted = apply(document, resolution, self.policy, seed=seed)
        output = replace(document, text=redacted.text, parts=renewed(document, redacted))
        view = normalise(output.text)
        findings = list(cut(output, _run((*self._quick, *self._known(document)), view)))
        left = residual.examine(
            document.text,
            redacted,
            self.merge(output, findings).kept,
            is_ordinary=_is_ordinary,
            excused=rejected,
        )
        left = self._must_go(tuple(cut(output, left)))  # what leads a part stands nowhere
        return replace(redacted, residual=left) if left else fitted(document, redacted)

    def examine(self, document: Document, *, seed: bytes) -> Resolution:
        """What `analyze` keeps, and besides what the residual check then finds in the output.

        A reviewer starts from here, so that a note is kept from leaking as if nobody reviewed it.

        Raises:
            DetectionIncomplete: part of the note could not be examined.
        """
        return self._settle(document, seed)[0]

    def deidentify(self, document: Document, *, seed: bytes) -> Redacted:
        """The whole way of a note that nobody reviews.

        What the residual check finds is taken up and the note redacted anew, until nothing is left.

        Raises:
            DetectionIncomplete: part of the note could not be examined.
            ResidualFound: something is left after several rounds.
        """
        redacted = self._settle(document, seed)[1]
        if redacted.residual:
            raise ResidualFound(
                f"{len(redacted.residual)} identifiers are left in the output after {_MAX_ROUNDS} "
                "rounds, so the note is not released: review it by hand"
            )
        return redacted

    def _settle(self, document: Document, seed: bytes) -> tuple[Resolution, Redacted]:
        resolution = self.analyze(document)
        redacted = self.redact(document, resolution, seed=seed)
        for _ in range(_MAX_ROUNDS - 1):
            if not redacted.residual:
                break
            resolution = self._take_up(document, resolution, redacted)
            redacted = self.redact(document, resolution, seed=seed)
        return resolution, redacted

    def _take_up(
        self, document: Document, resolution: Resolution, redacted: Redacted
    ) -> Resolution:
        output = residual.OutputMap(redacted.redactions)
        more = [replace(f, span=output.to_original(f.span)) for f in redacted.residual]
        return within_parts(document, extend(document.text, resolution, more, self.policy))

    def _must_go(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        treatments = self.policy.treatments
        return tuple(f for f in findings if treatments[f.label].operator is not OperatorName.KEEP)

    def _known(self, document: Document) -> tuple[KnownDetector, ...]:
        """Detectors of what the roster and the note's own file say of its patient."""
        own = (self._known_by_file(document.known),) if document.known else ()
        if self._roster is None:
            return own
        patient = document.patient
        detector = self._known_by_patient.pop(patient, None)
        if detector is None:
            detector = KnownDetector(self._roster.for_patient(patient))
            while len(self._known_by_patient) >= _KNOWN_PATIENTS:
                del self._known_by_patient[next(iter(self._known_by_patient))]
        self._known_by_patient[patient] = detector
        return (*own, detector)

    def _known_by_file(self, known: tuple[tuple[str, str], ...]) -> KnownDetector:
        if self._last_known is None or self._last_known[0] != known:
            self._last_known = known, KnownDetector(identifiers_of(known))
        return self._last_known[1]


def _rule_detectors(packs: Sequence[Pack], *, beside_model: bool) -> Iterator[Detector]:
    if packs:
        yield RuleDetector(packs, beside_model=beside_model)
    predefined = [row for pack in packs for row in pack.predefined]
    if predefined:
        from deid.detect.presidio import PredefinedRecognizers

        yield PredefinedRecognizers(predefined)


def _rules_digest(packs: Sequence[Pack]) -> str:
    update = resources.update()
    # It brings word lists too, which the version of the program does not stand for any more.
    update_digest = update.digest if update else ""
    return sha256(("".join(pack.digest for pack in packs) + update_digest).encode()).hexdigest()


def _model_detector(model: Path | None) -> ModelDetector:
    from deid.detect.transformer import load_detector
    from deid.site_models import detector_in_use

    return detector_in_use() if model is None else load_detector(model)


def _run(detectors: Sequence[Detector], view: View, *, floor: float | None = None) -> list[Finding]:
    """What all of these find; whatever one of them raises, the note counts as not examined."""
    findings: list[Finding] = []
    for detector in detectors:
        stop_if_asked()
        with _wholly(detector.name):
            if floor is not None and isinstance(detector, LowerableDetector):
                findings += detector.detect_above(view, floor=floor)
            else:
                findings += detector.detect(view)
    return findings


@contextmanager
def _wholly(name: str) -> Iterator[None]:
    try:
        yield
    except DeidError:
        raise
    except Exception as error:  # noqa: BLE001 - a message of unknown origin may hold note text
        raise DetectionIncomplete(
            f"detector {name} failed ({type(error).__name__}): the note is not released"
        ) from None


def _is_ordinary(word: str) -> bool:
    return word in common_words() or word in protected_terms()
