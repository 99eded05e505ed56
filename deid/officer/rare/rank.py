"""Notes in the order in which they are worth reading for what identifies without identifiers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from deid import resources
from deid.datatypes import Document, Finding
from deid.detect.normalise import normalise
from deid.detect.packs import load_packs
from deid.detect.rules import RuleDetector
from deid.errors import RulePackError
from deid.officer.rare.details import RareDetail, RareKind, RareNote, score_of
from deid.officer.rare.terms import rare_terms, terms_of
from deid.redact.identity import fold
from deid.stopping import stop_if_asked

_COUNTED: Final = frozenset({RareKind.TERM, RareKind.PAIR})


class RareFinder:
    """Finds details that are rare among people, by the rules of `rules/rare`.

    Args:
        folder: with other rules; None: those that come with the program. A pack is named as the
            kind of what it finds.

    Raises:
        RulePackError: a pack cannot be loaded, or its name is no kind.
    """

    def __init__(self, folder: Path | None = None) -> None:
        packs = load_packs(folder if folder is not None else resources.rare_rules())
        self._detector = RuleDetector(packs)
        self._kinds = MappingProxyType(
            {rule.detector: _kind(pack.name) for pack in packs for rule in pack.rules}
        )

    def find(self, document: Document) -> tuple[RareDetail, ...]:
        """The rare details of a note, in the order of the text; of one kind, disjoint.

        Raises:
            DetectionIncomplete: a rule ran out of time.
        """
        details: list[RareDetail] = []
        last: dict[RareKind, RareDetail] = {}
        for finding in self._detector.detect(normalise(document.text)):
            detail = self._detail(finding)
            before = last.get(detail.kind)
            if before is not None and before.span.overlaps(detail.span):
                if (detail.weight, len(detail.span)) <= (before.weight, len(before.span)):
                    continue
                details.remove(before)
            details.append(detail)
            last[detail.kind] = detail
        return tuple(details)

    def _detail(self, finding: Finding) -> RareDetail:
        rule = finding.detector.partition(":")[2]
        return RareDetail(finding.span, self._kinds[finding.detector], rule, finding.score)


def rank_rare(
    documents: Sequence[Document],
    finder: RareFinder,
    *,
    told: Callable[[int], None] = lambda _: None,
) -> tuple[RareNote, ...]:
    """The notes that have rare details, those first whose details tell most.

    What several patients of the folder share counts less for each of them; the same words twice
    in a note count once.

    Args:
        documents: outputs, or any notes; those with the same patient key are one patient's.
        finder: of rare details.
        told: called with the number of notes that were read so far.

    Raises:
        DetectionIncomplete: a rule ran out of time.
        ExaminationStopped: somebody asked to stop.
    """
    whose = [document.patient or f"\0{number}" for number, document in enumerate(documents)]
    found: list[tuple[RareDetail, ...]] = []
    terms = []
    for number, document in enumerate(documents):
        stop_if_asked()
        found.append(finder.find(document))
        terms.append(terms_of(document.text))
        told(number + 1)
    sharing = _sharing(documents, found, whose)
    ranked = []
    for number, counted in enumerate(rare_terms(terms, whose)):
        by_rule = _once(documents[number].text, found[number], sharing)
        details = sorted((*by_rule, *counted), key=lambda d: (-d.counts, d.span))
        if details:
            ranked.append(RareNote(number, score_of(details), tuple(details)))
    return tuple(sorted(ranked, key=lambda note: (-note.score, note.note)))


def _sharing(
    documents: Sequence[Document], found: Sequence[Sequence[RareDetail]], whose: Sequence[str]
) -> dict[tuple[str, str], int]:
    """How many patients have a detail of the same rule in the same words."""
    having: dict[tuple[str, str], set[str]] = defaultdict(set)
    for document, details, patient in zip(documents, found, whose, strict=True):
        for detail in details:
            having[_key(document.text, detail)].add(patient)
    return {key: len(patients) for key, patients in having.items()}


def _once(
    text: str, details: Sequence[RareDetail], sharing: dict[tuple[str, str], int]
) -> Iterator[RareDetail]:
    seen: set[tuple[str, str]] = set()
    for detail in details:
        key = _key(text, detail)
        if key not in seen:
            seen.add(key)
            yield RareDetail(detail.span, detail.kind, detail.rule, detail.weight, sharing[key])


def _key(text: str, detail: RareDetail) -> tuple[str, str]:
    return detail.rule, fold(detail.span.of(text))


def _kind(pack: str) -> RareKind:
    if pack not in frozenset(RareKind) - _COUNTED:
        raise RulePackError(f"pack {pack[:40]}: its name must be a kind of rare detail")
    return RareKind(pack)
