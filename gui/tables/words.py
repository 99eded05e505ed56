"""What findings are called: their states, detectors, labels and treatment, for people."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication

from deid import DropReason, Label, Mark, MarkState, OperatorName, Standard
from gui.words import QT_TRANSLATE_NOOP

_CONTEXT: Final = "Findings"

_SIGNS: Final = {
    MarkState.OPEN: "",
    MarkState.ACCEPTED: "✓",
    MarkState.CHANGED: "✎",
    MarkState.ADDED: "+",
    MarkState.REJECTED: "×",
    MarkState.DROPPED: "–",
}
_STATES: Final = {
    MarkState.OPEN: QT_TRANSLATE_NOOP("Findings", "will be replaced"),
    MarkState.ACCEPTED: QT_TRANSLATE_NOOP("Findings", "accepted"),
    MarkState.CHANGED: QT_TRANSLATE_NOOP("Findings", "label changed"),
    MarkState.ADDED: QT_TRANSLATE_NOOP("Findings", "added by you"),
    MarkState.REJECTED: QT_TRANSLATE_NOOP("Findings", "rejected, stays in the text"),
    MarkState.DROPPED: QT_TRANSLATE_NOOP("Findings", "not sure enough, stays in the text"),
}
_KINDS: Final = {
    MarkState.OPEN: QT_TRANSLATE_NOOP("Findings", "certain"),
    MarkState.ACCEPTED: QT_TRANSLATE_NOOP("Findings", "accepted"),
    MarkState.CHANGED: QT_TRANSLATE_NOOP("Findings", "label changed"),
    MarkState.ADDED: QT_TRANSLATE_NOOP("Findings", "added"),
    MarkState.REJECTED: QT_TRANSLATE_NOOP("Findings", "rejected"),
    MarkState.DROPPED: QT_TRANSLATE_NOOP("Findings", "not sure enough"),
}
_FAMILIES: Final = {
    "rule": QT_TRANSLATE_NOOP("Findings", "Rule"),
    "model": QT_TRANSLATE_NOOP("Findings", "Model"),
    "known": QT_TRANSLATE_NOOP("Findings", "Known identifier"),
    "field": QT_TRANSLATE_NOOP("Findings", "Field of the file"),
    "propagated": QT_TRANSLATE_NOOP("Findings", "Same words elsewhere"),
    "presidio": QT_TRANSLATE_NOOP("Findings", "Presidio"),
    "residual": QT_TRANSLATE_NOOP("Findings", "Check of the result"),
    "reviewer": QT_TRANSLATE_NOOP("Findings", "You"),
}
_FOUND_BY: Final = {
    "rule": QT_TRANSLATE_NOOP("Findings", "found by rule"),
    "model": QT_TRANSLATE_NOOP("Findings", "found by model"),
    "known": QT_TRANSLATE_NOOP("Findings", "found as known identifier"),
    "field": QT_TRANSLATE_NOOP("Findings", "found by its field in the file"),
    "propagated": QT_TRANSLATE_NOOP("Findings", "found since the same words stand elsewhere"),
    "presidio": QT_TRANSLATE_NOOP("Findings", "found by Presidio"),
    "residual": QT_TRANSLATE_NOOP("Findings", "found by the check of the result"),
    "reviewer": QT_TRANSLATE_NOOP("Findings", "marked by you"),
}
_REASONS: Final = {
    DropReason.BELOW_THRESHOLD: QT_TRANSLATE_NOOP(
        "Findings", "its score is below what the policy asks for"
    ),
    DropReason.COVERED: QT_TRANSLATE_NOOP(
        "Findings", "another finding stands in its place and is replaced"
    ),
    DropReason.PROTECTED: QT_TRANSLATE_NOOP(
        "Findings", "these words are in clinical use here, or are a tag already"
    ),
    DropReason.REJECTED: QT_TRANSLATE_NOOP("Findings", "a reviewer rejected it"),
}
_OPERATORS: Final = {
    OperatorName.TAG: QT_TRANSLATE_NOOP("Findings", "replaced by a tag"),
    OperatorName.MASK: QT_TRANSLATE_NOOP("Findings", "masked"),
    OperatorName.GENERALISE: QT_TRANSLATE_NOOP("Findings", "made less exact"),
    OperatorName.SURROGATE: QT_TRANSLATE_NOOP("Findings", "replaced by an invented value"),
    OperatorName.SHIFT_DATE: QT_TRANSLATE_NOOP("Findings", "moved by the patient's own shift"),
    OperatorName.HASH: QT_TRANSLATE_NOOP("Findings", "replaced by a keyed code"),
    OperatorName.KEEP: QT_TRANSLATE_NOOP("Findings", "may stay under this policy"),
}
_LABELS: Final = {
    Label.PATIENT: QT_TRANSLATE_NOOP("Findings", "patient"),
    Label.DOCTOR: QT_TRANSLATE_NOOP("Findings", "doctor"),
    Label.PERSON: QT_TRANSLATE_NOOP("Findings", "person"),
    Label.USERNAME: QT_TRANSLATE_NOOP("Findings", "user name"),
    Label.STREET: QT_TRANSLATE_NOOP("Findings", "street"),
    Label.CITY: QT_TRANSLATE_NOOP("Findings", "city"),
    Label.COUNTY: QT_TRANSLATE_NOOP("Findings", "county"),
    Label.ZIP: QT_TRANSLATE_NOOP("Findings", "postal code"),
    Label.LOCATION: QT_TRANSLATE_NOOP("Findings", "place"),
    Label.STATE: QT_TRANSLATE_NOOP("Findings", "state"),
    Label.COUNTRY: QT_TRANSLATE_NOOP("Findings", "country"),
    Label.HOSPITAL: QT_TRANSLATE_NOOP("Findings", "hospital"),
    Label.DEPARTMENT: QT_TRANSLATE_NOOP("Findings", "department"),
    Label.ROOM: QT_TRANSLATE_NOOP("Findings", "room"),
    Label.ORGANIZATION: QT_TRANSLATE_NOOP("Findings", "organization"),
    Label.DATE: QT_TRANSLATE_NOOP("Findings", "date"),
    Label.AGE: QT_TRANSLATE_NOOP("Findings", "age"),
    Label.AGE90: QT_TRANSLATE_NOOP("Findings", "age of 90 or more"),
    Label.PHONE: QT_TRANSLATE_NOOP("Findings", "phone number"),
    Label.FAX: QT_TRANSLATE_NOOP("Findings", "fax number"),
    Label.EMAIL: QT_TRANSLATE_NOOP("Findings", "e-mail address"),
    Label.URL: QT_TRANSLATE_NOOP("Findings", "web address"),
    Label.IP: QT_TRANSLATE_NOOP("Findings", "IP address"),
    Label.SSN: QT_TRANSLATE_NOOP("Findings", "social security number"),
    Label.MRN: QT_TRANSLATE_NOOP("Findings", "medical record number"),
    Label.HEALTHPLAN: QT_TRANSLATE_NOOP("Findings", "health plan number"),
    Label.ACCOUNT: QT_TRANSLATE_NOOP("Findings", "account number"),
    Label.LICENSE: QT_TRANSLATE_NOOP("Findings", "licence number"),
    Label.VEHICLE: QT_TRANSLATE_NOOP("Findings", "vehicle number"),
    Label.DEVICE: QT_TRANSLATE_NOOP("Findings", "device number"),
    Label.BIOID: QT_TRANSLATE_NOOP("Findings", "biometric identifier"),
    Label.IDNUM: QT_TRANSLATE_NOOP("Findings", "other number"),
    Label.PROFESSION: QT_TRANSLATE_NOOP("Findings", "profession"),
    Label.OTHER: QT_TRANSLATE_NOOP("Findings", "other identifier"),
}
# Short for the items of 45 CFR 164.514(b)(2)(i).
_SAFE_HARBOR: Final = {
    "A": QT_TRANSLATE_NOOP("Findings", "names"),
    "B": QT_TRANSLATE_NOOP("Findings", "places smaller than a state"),
    "C": QT_TRANSLATE_NOOP("Findings", "dates, and ages over 89"),
    "D": QT_TRANSLATE_NOOP("Findings", "telephone numbers"),
    "E": QT_TRANSLATE_NOOP("Findings", "fax numbers"),
    "F": QT_TRANSLATE_NOOP("Findings", "e-mail addresses"),
    "G": QT_TRANSLATE_NOOP("Findings", "social security numbers"),
    "H": QT_TRANSLATE_NOOP("Findings", "medical record numbers"),
    "I": QT_TRANSLATE_NOOP("Findings", "health plan beneficiary numbers"),
    "J": QT_TRANSLATE_NOOP("Findings", "account numbers"),
    "K": QT_TRANSLATE_NOOP("Findings", "certificate and licence numbers"),
    "L": QT_TRANSLATE_NOOP("Findings", "vehicle identifiers and plates"),
    "M": QT_TRANSLATE_NOOP("Findings", "device identifiers"),
    "N": QT_TRANSLATE_NOOP("Findings", "web addresses"),
    "O": QT_TRANSLATE_NOOP("Findings", "IP addresses"),
    "P": QT_TRANSLATE_NOOP("Findings", "biometric identifiers"),
    "R": QT_TRANSLATE_NOOP("Findings", "any other number, characteristic or code of a person"),
}


def say(words: str) -> str:
    """These words about findings, given by `QT_TRANSLATE_NOOP`, in the user's language."""
    return QCoreApplication.translate(_CONTEXT, words)


def sign(mark: Mark, standard: Standard) -> str:
    """The sign of a mark's state; a question mark where it wants a look."""
    return "?" if standard.is_uncertain(mark) else _SIGNS[mark.state]


def state_words(mark: Mark, standard: Standard) -> str:
    """What stands about a mark, in words."""
    if standard.is_uncertain(mark):
        if mark.finding.score >= standard.certain_from:
            return say(QT_TRANSLATE_NOOP("Findings", "label uncertain, will be replaced"))
        return say(QT_TRANSLATE_NOOP("Findings", "uncertain, will be replaced"))
    if mark.state.replaced and standard.stays(mark):
        return say(QT_TRANSLATE_NOOP("Findings", "may stay under this policy"))
    return say(_STATES[mark.state])


def state_name(mark: Mark, standard: Standard) -> str:
    """The state of a mark in a word or two, as it is read out and counted."""
    if standard.is_uncertain(mark):
        return say(QT_TRANSLATE_NOOP("Findings", "uncertain"))
    if mark.state.replaced and standard.stays(mark):
        return say(QT_TRANSLATE_NOOP("Findings", "may stay"))
    return say(_KINDS[mark.state])


def detector_words(detector: str, *, short: bool = False) -> str:
    """A detector's name for people: `rule:us/mrn@2` is `Rule us/mrn`, in short `us/mrn`."""
    family, _, rest = detector.partition(":")
    words = say(_FAMILIES.get(family, family))
    if family not in {"rule", "presidio"} or not rest:
        return words
    name = rest.partition("@")[0]
    return name if short else f"{words} {name}"


def found_by_words(detector: str) -> str:
    """How something was found, as it is read out: `found by rule us/mrn`."""
    family, _, rest = detector.partition(":")
    words = say(_FOUND_BY.get(family, family))
    return f"{words} {rest.partition('@')[0]}" if family in {"rule", "presidio"} else words


def label_words(label: Label) -> str:
    """What a label means."""
    return say(_LABELS[label])


def safe_harbor_words(label: Label) -> str:
    """Which item of 45 CFR 164.514(b)(2)(i) asks for a label: its letter and what it names."""
    letter = label.names.safe_harbor
    if not letter:
        return say(QT_TRANSLATE_NOOP("Findings", "not asked for"))
    return f"({letter}) {say(_SAFE_HARBOR[letter])}"


def treatment_words(mark: Mark, standard: Standard) -> str:
    """What becomes of a mark's text in the result."""
    if not mark.state.replaced:
        return say(QT_TRANSLATE_NOOP("Findings", "stays as it is"))
    return say(_OPERATORS[standard.policy.treatments[mark.finding.label].operator])


def reason_words(reason: DropReason) -> str:
    """Why a finding was not kept."""
    return say(_REASONS[reason])
