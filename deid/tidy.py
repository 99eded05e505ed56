"""A last look at merged findings: where they end, which are one identifier, and their labels. Pure.

Detectors take in a degree behind a name, part a weekday from its date, or call the same person a
doctor here and a relative there. What is left out of a finding here is a word of a closed list, a
single letter that tells the sex, or punctuation, never anything else.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from deid.datatypes import Finding, Resolution, Span
from deid.labels import ID_LABELS, Label

_PEOPLE = frozenset({Label.PATIENT, Label.DOCTOR, Label.PERSON})
_NUMBERED = ID_LABELS | {Label.DATE}
_DEGREE = (
    r"(?:M\.? ?D\.?|D\.? ?O\.?|Ph\.? ?D\.?|R\.?N\.?|BSN|MSN|LPN|LVN|CNA|MA|NP|FNP(?:-[BC]+)?|"
    r"[ACP]{1,2}NP(?:-\w{1,3})?|ARNP|APRN|CRNA|CNM|CNS|DNP|PA(?:-C)?|PA-S|LMSW|LCSW(?:-\w)?|LICSW|"
    r"MSW|LMFT|LMHC|LPC|PsyD|Psy\.D\.|PharmD|RPh|DPM|DDS|DMD|OD|DPT|PT|OTR(?:/L)?|COTA|CCC-SLP|"
    r"SLP|RD|RDN|LD|RRT|CRT|EMT(?:-\w)?|FACS|FACC|FACP|FRCS\w?|FRCP|MRCP|MBBS|MBChB|MPH|MBA|MS|"
    r"M\.S\.|BCBA|CPNP|PGY-?\d|Esq\.?|RGN|RMN)"
)
_DEGREE_BEHIND = re.compile(rf"(?:\s*,\s*|\s+){_DEGREE}[.,]?$")
_SURNAME_OR_DEGREE = re.compile(r"(?<=\S)\s+(?:MA|DO|PA)$")
_BROKEN_DEGREE = re.compile(r",\s*[MD]\.?$")
_REST_OF_DEGREE = re.compile(r"\.? ?[DO]\b")
_POSSESSIVE = re.compile(r"['’][sS]$")
_SEX = re.compile(r"\s{2,}[MF]$")
_FULL_STOP = re.compile(r"(?<=[^\W\d_]{4})\.$")
_LONE_QUOTE = re.compile(r"^(?P<text>[^'\"’”‘“]+)['\"’”]$")
_PARTING = re.compile(r"\s+[/|·•-]+$")
_TITLE = re.compile(
    r"^(?:(?:Drs?|Mrs?|Ms|Miss|Prof|Professor|Rev|Fr|DR|MR|MRS|MS)\.?|RN|rn|LPN|CNA|DPOA|HCPOA|POA|"
    r"NOK|DTR|dtr|/?es/)[\s:]+(?=\w)"
)
_HL7_TITLE = re.compile(r"\^+(?:MR|MRS|MS|DR|PROF)?$")
_CUE = re.compile(
    r"^(?:acct|adm|csn|dob|d/c|fin|har|id|mbi|mr|mrn|no|sn)?[\s:#.]+(?=\w)|"
    r"^(?:acct|adm|d/c|fin|mrn|sn)(?=\d)",
    re.IGNORECASE,
)
_AGE_AND_SEX = re.compile(r"(\d{1,3})[MFmf]$")
_AGE_AND_UNIT = re.compile(r"^(\d{1,3})\s+y(?:\.? ?/?o|rs?|ears?(?: old)?)?\b\.?$", re.IGNORECASE)
_STATE = re.compile(
    r"(?<=\w)(,? +)(A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|"
    r"PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])$"
)
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?", re.IGNORECASE)
_EXTENSION = re.compile(r"(?:\s|,)*(?:ext?|x|opt|option)?[.:]?\s*", re.IGNORECASE)
_LONGEST_EXTENSION = 6


def tidy(text: str, resolution: Resolution, *, agreeing: bool = True) -> Resolution:
    """The same resolution with edges, pieces and labels put right.

    What a reviewer, a list of known identifiers or a field of the file says stays as it is.

    Args:
        text: the document's text, to which all offsets refer.
        resolution: what the merge kept and dropped.
        agreeing: whether a person called by the same words gets one label.
    """
    pieces = [(part, found) for found in resolution.kept for part in _parts(text, found)]
    joined = list(_joined(text, pieces))
    whole = [finding for finding, _ in joined]
    agreed = _agreed(text, whole) if agreeing else whole
    winners = {
        source: finding
        for finding, (_, sources) in reversed([*zip(agreed, joined, strict=True)])
        for source in sources
    }
    dropped = (
        replace(one, winner=winners[one.winner]) if one.winner in winners else one
        for one in resolution.dropped
    )
    return Resolution(tuple(agreed), tuple(dropped))


def _is_given(finding: Finding) -> bool:
    return finding.detector in ("known", "field") or finding.detector.startswith("reviewer:")


def _parts(text: str, finding: Finding) -> Iterator[Finding]:
    """The finding within its proper edges; a city and its state apart."""
    if _is_given(finding):
        yield finding
        return
    span = _within_edges(text, finding)
    state = _STATE.search(span.of(text)) if finding.label is Label.CITY else None
    if state is None:
        yield replace(finding, span=span)
        return
    yield replace(finding, span=Span(span.start, span.start + state.start(1)))
    yield replace(finding, span=Span(span.start + state.start(2), span.end), label=Label.STATE)


def _within_edges(text: str, finding: Finding) -> Span:
    start, value = finding.span.start, finding.span.of(text)
    if finding.label in _PEOPLE:
        title = _TITLE.match(value)
        if title is not None:
            start, value = start + title.end(), value[title.end() :]
        for tail in (_POSSESSIVE, _SEX, _HL7_TITLE, _FULL_STOP):
            value = _without(tail, value)
        end = start + len(value)
        value = _without_degrees(value, text[end : end + 3])
    elif finding.label in _NUMBERED:
        cue = _CUE.match(value)
        kept = value[cue.end() :] if cue is not None else value
        if any(map(str.isdigit, kept)):
            start, value = finding.span.end - len(kept), kept
    elif finding.label in (Label.AGE, Label.AGE90):
        value = _AGE_AND_SEX.sub(r"\1", value)
        if finding.label is Label.AGE:
            value = _AGE_AND_UNIT.sub(r"\1", value)
    value = _PARTING.sub("", _LONE_QUOTE.sub(r"\g<text>", value))
    return Span(start, start + len(value))


def _without(tail: re.Pattern[str], value: str) -> str:
    """The value without this tail, unless no letter would be left."""
    kept = tail.sub("", value)
    return kept if any(map(str.isalpha, kept)) else value


def _without_degrees(name: str, behind: str) -> str:
    """The name without degrees, where these are not its bearer's family name (Ma, Do, Pa)."""
    if _REST_OF_DEGREE.match(behind):
        name = _without(_BROKEN_DEGREE, name)
    while (kept := _without(_DEGREE_BEHIND, name)) != name:
        is_doubtful = _SURNAME_OR_DEGREE.search(name) is not None
        if is_doubtful and (name.isupper() or len(kept.split()) < 2):
            break
        name = kept
    return name


def _joined(
    text: str, pieces: Iterable[tuple[Finding, Finding]]
) -> Iterator[tuple[Finding, list[Finding]]]:
    """Findings with those that they came from; pieces of one identifier made one."""
    run: tuple[Finding, list[Finding]] | None = None
    for finding, source in pieces:
        if run is not None and _is_one(text, run[0], finding):
            whole = Span(run[0].span.start, finding.span.end)
            score = min(run[0].score, finding.score)
            run = replace(run[0], span=whole, score=score), [*run[1], source]
            continue
        if run is not None:
            yield run
        run = finding, [source]
    if run is not None:
        yield run


def _is_one(text: str, left: Finding, right: Finding) -> bool:
    """A weekday with its date, or a telephone number with its extension."""
    if _is_given(left) or _is_given(right):
        return False
    between = text[left.span.end : right.span.start]
    if left.label is right.label is Label.DATE:
        weekday = _WEEKDAY.fullmatch(left.span.of(text))
        return weekday is not None and between in (" ", ", ") and text[right.span.start].isdigit()
    short = len(right.span) <= _LONGEST_EXTENSION
    phones = (Label.PHONE, Label.FAX)
    if left.label in phones and right.label in phones and short:
        return _EXTENSION.fullmatch(between) is not None and "\n" not in between
    return False


def _agreed(text: str, findings: Sequence[Finding]) -> list[Finding]:
    """Every person called by the same words has one label: the one with the most weight."""
    weights: dict[str, dict[Label, float]] = defaultdict(lambda: defaultdict(float))
    for finding in findings:
        if finding.label in _PEOPLE:
            weights[_key(text, finding)][finding.label] += (
                2.0 if _is_given(finding) else finding.score
            )
    return [
        finding
        if finding.label not in _PEOPLE or _is_given(finding)
        else replace(finding, label=_heaviest(weights[_key(text, finding)]))
        for finding in findings
    ]


def _heaviest(weights: dict[Label, float]) -> Label:
    return max(sorted(weights), key=lambda label: weights[label])


def _key(text: str, finding: Finding) -> str:
    return " ".join(finding.span.of(text).casefold().split())
