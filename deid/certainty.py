"""What it costs to take findings for certain: measured beforehand on notes marked by people.

`models/certainty.json` holds the counts, and `benchmarks/certainty.py` writes it. A finding that
will be replaced wants a look where its score is below a threshold that the user chooses. The lower
the threshold, the fewer looks, and the more of the findings that nobody looks at are wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from deid import resources
from deid.errors import ModelTampered

FILE: Final = "certainty.json"
SCHEMA: Final = 1
LOWEST, HIGHEST = 50, 99
"""The thresholds that are measured, in hundredths."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted at one threshold.

    Attributes:
        look: findings that want a look.
        certain: findings that want none.
        wrong: of the certain ones, those that overlap nothing that people marked.
        mislabelled: of the certain ones, those that overlap a mark, but none of their label.
    """

    look: int
    certain: int
    wrong: int
    mislabelled: int


@dataclass(frozen=True, slots=True)
class MeasuredSet:
    """The counts over one set of notes.

    Attributes:
        name: what the notes are, for people.
        notes: how many.
        identifiers: marks of people in them.
        missed: of these, the ones of which no letter or digit is covered, at whatever threshold.
        partly: of these, the ones of which some letter or digit is left, but not all.
        counts: for each threshold, in hundredths.
    """

    name: str
    notes: int
    identifiers: int
    missed: int
    partly: int
    counts: Mapping[int, Counts]

    def at(self, threshold: float) -> Cost:
        """What this threshold costs; it is rounded to hundredths and kept within .50 and .99."""
        counts = self.counts[min(max(round(100 * threshold), LOWEST), HIGHEST)]
        certain = max(counts.certain, 1)
        return Cost(
            notes=self.notes,
            look=counts.look / self.notes,
            findings=(counts.look + counts.certain) / self.notes,
            certain=counts.certain,
            wrong=counts.wrong / certain,
            mislabelled=counts.mislabelled / certain,
            missed=self.missed,
        )


@dataclass(frozen=True, slots=True)
class Cost:
    """What a threshold costs on the notes that it was measured on.

    Attributes:
        notes: how many notes.
        look: findings a note that want a look, on average.
        findings: all findings a note that are replaced, on average.
        certain: findings of all notes that want none.
        wrong: share of these that are no identifiers, 0 to 1.
        mislabelled: share of these that have a wrong label, 0 to 1.
        missed: identifiers of all notes that no finding touches, whatever the threshold.
    """

    notes: int
    look: float
    findings: float
    certain: int
    wrong: float
    mislabelled: float
    missed: int


@dataclass(frozen=True, slots=True)
class Certainty:
    """What was measured, and with what.

    Attributes:
        made_by: the command that measured it.
        model: id of the model, as in `Deidentifier.detector_names`.
        policy: name of the policy.
        policy_digest: of the policy.
        sets: sets of notes, the one to go by first.
    """

    made_by: str
    model: str
    policy: str
    policy_digest: str
    sets: tuple[MeasuredSet, ...]

    def at(self, threshold: float) -> Cost:
        """What a threshold costs on the notes to go by."""
        return self.sets[0].at(threshold)

    def holds_for(self, detectors: Iterable[str]) -> bool:
        """Whether the model among these detectors is the one that was measured."""
        return self.model in detectors


def measured(path: Path | None = None) -> Certainty | None:
    """What was measured; None where nothing was.

    Args:
        path: a file that `benchmarks/certainty.py` wrote; default: the shipped one.

    Raises:
        ModelTampered: the file is not what that command writes.
    """
    file = path if path is not None else resources.models() / FILE
    try:
        return _parsed(file.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        raise ModelTampered(f"{file.name}: not as it was written: reinstall the program") from None


@lru_cache(maxsize=2)
def _parsed(content: bytes) -> Certainty:
    tree: dict[str, Any] = json.loads(content)
    if tree["schema"] != SCHEMA:
        raise ValueError("written by another version")
    return Certainty(
        made_by=str(tree["made_by"]),
        model=str(tree["model"]),
        policy=str(tree["policy"]),
        policy_digest=str(tree["policy_digest"]),
        sets=(_set(tree["sets"][0]), *map(_set, tree["sets"][1:])),
    )


def _set(tree: Mapping[str, Any]) -> MeasuredSet:
    rows = zip(range(LOWEST, HIGHEST + 1), tree["counts"], strict=True)
    return MeasuredSet(
        name=str(tree["name"]),
        notes=_count(tree["notes"], least=1),
        identifiers=_count(tree["identifiers"]),
        missed=_count(tree["missed"]),
        partly=_count(tree["partly"]),
        counts={hundredths: Counts(*map(_count, row)) for hundredths, row in rows},
    )


def _count(number: object, *, least: int = 0) -> int:
    if not isinstance(number, int) or isinstance(number, bool) or number < least:
        raise ValueError("a count is no number")
    return number


def as_json(certainty: Certainty) -> dict[str, object]:
    """The tree that `measured` reads; each row of `counts` is one of `Counts`, from .50 on."""
    return {
        "schema": SCHEMA,
        "made_by": certainty.made_by,
        "model": certainty.model,
        "policy": certainty.policy,
        "policy_digest": certainty.policy_digest,
        "sets": [
            {
                "name": one.name,
                "notes": one.notes,
                "identifiers": one.identifiers,
                "missed": one.missed,
                "partly": one.partly,
                "counts": [
                    [counts.look, counts.certain, counts.wrong, counts.mislabelled]
                    for _, counts in sorted(one.counts.items())
                ],
            }
            for one in certainty.sets
        ],
    }
