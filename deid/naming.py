"""Names of files and ids of notes: they carry identifiers too, and then get a new name."""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import PurePath, PurePosixPath
from typing import Final

from deid.datatypes import Document, Finding
from deid.detect.lists import protected_terms
from deid.detect.words import common_words
from deid.labels import NAME_LABELS
from deid.patients import patient_key
from deid.pipeline import Deidentifier
from deid.policy import Basis, OperatorName, Policy
from deid.resolve import family

# Longer numbers are taken for record numbers even where nothing around them says so.
_LONG_NUMBER: Final = re.compile(r"\d(?:[-_. ]?\d){5,}")
_SEPARATORS: Final = re.compile(r"[-_.,+~/\\]+")
_WORD: Final = re.compile(r"(?<![^\W_])[^\W\d_]{3,}(?![^\W_])")
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_OWN: Final = re.compile(r"(?:note|patient)-[a-p]{12}")
# Letters only, so that no stand-in looks like a record number.
_LETTERS: Final = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
# What was propagated may have begun with the model, in another reading of the same name.
_UNSURE: Final = frozenset({"model", "propagated"})
_LINKING: Final = frozenset({Basis.EXPERT_DETERMINATION, Basis.PSEUDONYMISATION})

# What people and programs call files, beside the words that any note has.
_OF_FILES: Final = frozenset(
    {
        *("archive", "backup", "batch", "census", "dataset", "download", "dump", "export"),
        *("exports", "extract", "handover", "import", "inbox", "letters", "outbox"),
        *("referrals", "roster", "upload", "wardlist", "worklist"),
    }
)

Draw = Callable[[str], bytes]
"""The secret kept for a key: random where the policy's basis forbids derived codes, else keyed."""


def identifies(deidentifier: Deidentifier, name: str, *, patient: str = "") -> bool:
    """Whether a name holds something that the policy does not let stay, or a long number.

    The name is read as it is, with separators turned into blanks, and with humps parted. Our own
    stand-ins identify nobody.

    Raises:
        DetectionIncomplete: the name could not be wholly examined.
    """
    if _OWN.fullmatch(name):
        return False
    if _LONG_NUMBER.search(name):
        return True
    spaced = _SEPARATORS.sub(" ", name)
    readings = dict.fromkeys((name, spaced, _HUMP.sub(" ", spaced)))
    document = Document(id="", text="\n".join(readings), patient=patient)
    treatments = deidentifier.policy.treatments
    return any(
        treatments[finding.label].operator is not OperatorName.KEEP
        and _is_credible(finding, document.text)
        for finding in deidentifier.analyze(document).kept
    )


def _is_credible(finding: Finding, text: str) -> bool:
    """Whether a finding in a name counts.

    The model was trained on notes and takes most of `visit 3` or `n01` for a code of some kind;
    what it says of a name counts if it sees a person, or a word that is no ordinary one.
    """
    if family(finding.detector) not in _UNSURE or finding.label in NAME_LABELS:
        return True
    words = _WORD.findall(finding.span.of(text).lower())
    ordinary = (common_words(), protected_terms(), _OF_FILES)
    return not all(any(word in some for some in ordinary) for word in words)


def output_path(relative: PurePath, *, hide: bool, draw: Draw) -> PurePosixPath:
    """Where the output of a file goes below the output folder.

    A name to hide is replaced with all the folders it lies in: their names go too.
    """
    plain = PurePosixPath(*relative.parts)
    if not hide:
        return plain
    return PurePosixPath(stand_in("note", str(plain), draw) + relative.suffix.lower())


def output_id(name: str, *, hide: bool, draw: Draw) -> str:
    """What stands for the id of a note in an output."""
    return stand_in("note", name, draw) if hide else name


def stand_in(kind: str, name: str, draw: Draw) -> str:
    """A name in the place of another, always the same at this site and under this basis.

    Args:
        kind: what it begins with; stand-ins of two kinds never agree.
        name: what is replaced.
        draw: gives the secret from which the stand-in is made.
    """
    secret = draw(f"\0{kind}\0{name}")
    return f"{kind}-{sha256(secret).hexdigest()[:12].translate(_LETTERS)}"


def output_patient(policy: Policy, patient: str, draw: Draw) -> str:
    """What stands for the patient's key in an output; empty: nothing does.

    Only policies that link the notes of a patient keep a code for the patient.
    """
    if not patient or policy.basis not in _LINKING:
        return ""
    return stand_in("patient", patient_key(patient), draw)
