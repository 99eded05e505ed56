"""How `deid audit sample` shows plans, samples and what they show: for people and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from deid.audit.records import SampleMethod
from deid.commands.printing import print_json, print_rows
from deid.errors import counted

if TYPE_CHECKING:
    from deid.labels import Label
    from deid.officer.bound import Sensitivity
    from deid.officer.plan import ReadingPlan
    from deid.officer.samples import Sample
    from deid.officer.sampling import Released
    from deid.officer.verdicts import Shown

_DIGITS: Final = 4
_PERFECT: Final = "no reader was measured: this holds only for readers who miss nothing"
SAMPLES_HEAD: Final = ("sample", "drawn", "how", "notes", "of", "verdicts", "at most leak")


def print_plan(plan: ReadingPlan) -> None:
    """Print how many notes are to be read."""
    terms, least = plan.terms, plan.rows[0]
    of = "very many" if terms.notes is None else f"{terms.notes:,}"
    number = "no number would do" if least.fixed is None else f"read {least.fixed:,} notes"
    print(
        f"for at most {terms.target:.2%} leaking notes of {of}, at {terms.confidence:.1%} "
        f"confidence: {number}"
    )
    print(_readers_line(plan.sensitivity))
    rows: list[Sequence[object]] = [("leaking notes found", "read", "one may stop at any: read")]
    rows += [(row.leaking, _number(row.fixed), _number(row.sequential)) for row in plan.rows]
    print_rows(rows)
    print("if one may stop at any note, and this share leaks:")
    print_rows(
        [
            ("share", "notes read, on average", "target reached", "by reading the least number"),
            *(
                (f"{one.share:.2%}", f"{one.read:.0f}", f"{one.reached:.0%}",
                 f"{one.fixed_reached:.0%}")
                for one in plan.expected
            ),
        ]
    )  # fmt: skip


def tell(now: Shown, *, json_wanted: bool) -> None:
    """Print what a sample shows, for programs or for people."""
    if json_wanted:
        print_json(shown_node(now))
    else:
        print_shown(now)


def print_shown(now: Shown) -> None:
    """Print what a sample shows so far, or showed when it was closed."""
    drawn, closed = now.sample.drawn, now.sample.closed
    print(f"{now.read} of {counted(drawn.drawn, 'note')} read, {now.leaking} of them leak")
    if now.counts:
        print("left: " + ", ".join(f"{label} {n}" for label, n in sorted(now.counts.items())))
    if now.bound is None or now.share is None:
        print("a risk-weighted sample: it finds leaks, and says nothing of how many there are")
        return
    if now.bound.unread:
        print(f"{now.bound.unread} unread notes count as if they leaked")
        if now.outlook is not None and closed is None:
            print(f"if nothing is left in them, at most {now.outlook:.2%} leak")
    print(
        f"at most {now.share:.2%} of the {drawn.frame} released notes{_with_label(drawn.label)} "
        f"leak, at {drawn.confidence:.1%} confidence"
    )
    print(_readers_line(now.bound.sensitivity))
    if closed is not None:
        print("closed and signed")


def _readers_line(readers: Sensitivity) -> str:
    if readers.weakest is None:
        return _PERFECT
    caught, withheld = readers.weakest.caught, readers.weakest.withheld
    said = (
        f"readers find at least {readers.least:.1%} of what is left, as they did of what was "
        f"withheld: {caught} of {withheld} (the weakest of them)"
    )
    if readers.unmeasured:
        said += "; a reader who was never measured is taken to miss nothing"
    return said


def plan_node(plan: ReadingPlan) -> dict[str, object]:
    """A plan as JSON."""
    return {
        "target": plan.terms.target,
        "confidence": plan.terms.confidence,
        "of": plan.terms.notes,
        "readers": _readers_node(plan.sensitivity),
        "rows": [
            {"leaking": row.leaking, "fixed": row.fixed, "sequential": row.sequential}
            for row in plan.rows
        ],
        "expected": [
            {
                "share": round(one.share, 6),
                "read": round(one.read, 1),
                "reached": round(one.reached, _DIGITS),
                "fixed_reached": round(one.fixed_reached, _DIGITS),
            }
            for one in plan.expected
        ],
    }


def _readers_node(readers: Sensitivity) -> dict[str, object]:
    weakest = readers.weakest
    return {
        "measured": weakest is not None,
        "least": round(readers.least, _DIGITS),
        "unmeasured": readers.unmeasured,
        "withheld": weakest.withheld if weakest else 0,
        "caught": weakest.caught if weakest else 0,
    }


def sample_node(sample: Sample) -> dict[str, object]:
    """A sample as JSON."""
    drawn, closed = sample.drawn, sample.closed
    return {
        "sample": sample.id,
        "record": sample.seq,
        "time": sample.time.isoformat(),
        "person": drawn.person,
        "method": drawn.method.value,
        "design": drawn.design.value,
        "seed": drawn.seed,
        "first": drawn.first,
        "stop": drawn.stop,
        "frame": drawn.frame,
        "notes": drawn.drawn,
        "target": drawn.target,
        "confidence": drawn.confidence,
        "policy_digest": drawn.policy_digest,
        "label": drawn.label,
        "verdicts": len(sample.verdicts),
        "closed": None if closed is None else {"bound": closed.bound, "person": closed.person},
    }


def shown_node(now: Shown) -> dict[str, object]:
    """What a sample shows, as JSON."""
    bound = now.bound
    return sample_node(now.sample) | {
        "read": now.read,
        "leaking": now.leaking,
        "counts": {str(label): number for label, number in sorted(now.counts.items())},
        "bound": now.share,
        "bound_if_nothing_else_is_left": now.outlook,
        "unread_counted_as_leaking": bound.unread if bound else 0,
        "readers": _readers_node(bound.sensitivity) if bound else None,
    }


def sample_row(sample: Sample) -> tuple[object, ...]:
    """A sample as a row under `SAMPLES_HEAD`."""
    drawn, closed = sample.drawn, sample.closed
    day = sample.time.isoformat(sep=" ", timespec="minutes").removesuffix("+00:00")
    how = f"{drawn.method}, {drawn.design}{_with_label(drawn.label)}"
    if closed is None:
        end = "open"
    else:
        end = f"{closed.bound:.2%}" if drawn.method is SampleMethod.RANDOM else "bounds nothing"
    return sample.id, day, how, drawn.drawn, drawn.frame, len(sample.verdicts), end


def _with_label(label: Label | None) -> str:
    return f" with {label}" if label is not None else ""


def _words(signs: Mapping[str, int]) -> str:
    return ", ".join(f"{sign} {times}" for sign, times in signs.items())


def _number(count: int | None) -> str:
    return "-" if count is None else f"{count:,}"


def notes_node(
    sample: Sample, notes: Sequence[Released], signs: Sequence[Mapping[str, int]]
) -> list[dict[str, object]]:
    """The notes of a sample as JSON.

    Args:
        sample: tells their verdicts.
        notes: in the order in which they were drawn.
        signs: for each, what makes it worth a look, and how often that was seen.
    """
    return [
        {
            "note": place,
            "record": note.seq,
            "output_sha256": note.commit.output_sha256,
            "input_sha256": note.commit.input_sha256,
            "verdict": sample.verdict(note).value,
            "counts": {str(label): number for label, number in sample.left(note).items()},
            "signs": dict(why),
        }
        for place, (note, why) in enumerate(zip(notes, signs, strict=True), start=1)
    ]


def note_rows(
    sample: Sample, notes: Sequence[Released], signs: Sequence[Mapping[str, int]]
) -> list[Sequence[object]]:
    """The notes of a sample as rows, with a head."""
    rows: list[Sequence[object]] = [("note", "record", "output", "verdict", "why")]
    for place, (note, why) in enumerate(zip(notes, signs, strict=True), start=1):
        output = note.commit.output_sha256[:16]
        rows.append((place, note.seq, output, sample.verdict(note).value, _words(why)))
    return rows
