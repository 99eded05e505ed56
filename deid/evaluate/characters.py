"""Which characters of a note are covered, which are not, and under which label. Pure.

- *Characters* are those that are not blank (`str.isspace`), so that it does not matter whether
  a blank or a line end inside an identifier was marked; punctuation counts.
- *Binary* asks only whether a character is part of any identifier; *typed* counts pairs of a
  character and a label.
- A character *leaks* if it is a letter or digit of a mark that no prediction covers, whatever its
  label: a reader of the redacted note could see it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from deid.datatypes import Span
from deid.evaluate.agreement import Agreement, LabelAgreement, agreement_of
from deid.evaluate.gold import GoldNote, LabelledSpan
from deid.labels import Label


@dataclass(frozen=True, slots=True)
class Characters:
    """The characters of one note.

    Attributes:
        count: all that are not blank.
        gold: offsets of those that are marked.
        found: offsets of those that are predicted.
        leaked: offsets of the letters and digits that are marked and not predicted.
        typed: agreement of pairs of a character and a label.
    """

    count: int
    gold: frozenset[int]
    found: frozenset[int]
    leaked: frozenset[int]
    typed: Agreement

    @property
    def binary(self) -> Agreement:
        """Agreement of characters, whatever their labels."""
        return agreement_of(self.gold, self.found)


def characters(note: GoldNote, predicted: Sequence[LabelledSpan]) -> Characters:
    """What became of the characters of one note."""
    text = note.text
    gold = {(offset, mark.label) for mark in note.spans for offset in visible(text, mark.span)}
    found = {(offset, one.label) for one in predicted for offset in visible(text, one.span)}
    gold_binary = frozenset(offset for offset, _ in gold)
    found_binary = frozenset(offset for offset, _ in found)
    return Characters(
        count=sum(not character.isspace() for character in text),
        gold=gold_binary,
        found=found_binary,
        leaked=frozenset(at for at in gold_binary - found_binary if text[at].isalnum()),
        typed=agreement_of(gold, found),
    )


def overlapping(note: GoldNote, predicted: Sequence[LabelledSpan], seen: Characters) -> Agreement:
    """Agreement of spans that share a character that is not blank, whatever their labels."""
    return Agreement(
        gold=len(note.spans),
        found=_touched(note.text, note.spans, seen.found),
        predicted=len(predicted),
        right=_touched(note.text, predicted, seen.gold),
    )


def by_label(
    note: GoldNote, predicted: Sequence[LabelledSpan], seen: Characters
) -> Mapping[Label, LabelAgreement]:
    """What became of each label that is marked or predicted."""
    table = {}
    for label in {one.label for one in (*note.spans, *predicted)}:
        marks = [mark for mark in note.spans if mark.label is label]
        own_gold = _covered(note.text, marks)
        own_found = _covered(note.text, [one for one in predicted if one.label is label])
        intact = [
            mark for mark in marks if seen.leaked.isdisjoint(range(mark.span.start, mark.span.end))
        ]
        table[label] = LabelAgreement(
            spans=len(marks),
            spans_found=len(intact),
            characters=Agreement(
                gold=len(own_gold),
                found=len(own_gold & seen.found),
                predicted=len(own_found),
                right=len(own_found & seen.gold),
            ),
        )
    return table


def visible(text: str, span: Span) -> Iterator[int]:
    """Offsets of the characters of a span that are not blank."""
    return (offset for offset in range(span.start, span.end) if not text[offset].isspace())


def _covered(text: str, marks: Iterable[LabelledSpan]) -> set[int]:
    return {offset for mark in marks for offset in visible(text, mark.span)}


def _touched(text: str, marks: Iterable[LabelledSpan], offsets: frozenset[int]) -> int:
    """How many of the marks share a visible character with `offsets`."""
    return sum(not offsets.isdisjoint(visible(text, mark.span)) for mark in marks)
