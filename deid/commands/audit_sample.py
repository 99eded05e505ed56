"""`deid audit sample`: draw released notes, read them, and bound how many still leak."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from deid.commands.archive_options import add_archives, archives_attached
from deid.commands.audit_sample_draw import MOST_NOTES, add_draw, add_measured, add_plan
from deid.commands.officer_options import add_person, officer_desk
from deid.commands.options import add_json, whole_number
from deid.commands.printing import print_json, print_remarks, print_rows, printable
from deid.commands.sample_printing import (
    SAMPLES_HEAD,
    note_rows,
    notes_node,
    print_shown,
    sample_node,
    sample_row,
    shown_node,
    tell,
)
from deid.errors import counted
from deid.labels import Label

if TYPE_CHECKING:
    from deid.commands.options import Commands
    from deid.officer import Desk
    from deid.officer.samples import Sample
    from deid.officer.sampling import Released


def add(actions: Commands) -> None:
    """Add the action to the parser of `deid audit`."""
    sample = actions.add_parser(
        "sample",
        help="draw released notes, read them, and bound how many still leak",
        description="Draw released notes, read them, and bound how many still leak.",
    )
    steps = sample.add_subparsers(title="steps", metavar="STEP", required=True)
    add_plan(steps)
    add_draw(steps)
    listing = steps.add_parser("list", help="every sample that was ever drawn")
    add_json(listing)
    listing.set_defaults(run=_list)
    _add_show(steps)
    _add_verdict(steps)
    close = steps.add_parser(
        "close",
        help="sign what a sample shows",
        description="Close a sample and sign what it shows. A note that nobody read counts as one "
        "that leaks.",
    )
    close.add_argument("sample", metavar="SAMPLE", help="its id, or the beginning of it")
    add_measured(close)
    add_person(close)
    add_json(close)
    close.set_defaults(run=_close)


def _add_show(steps: Commands) -> None:
    show = steps.add_parser(
        "show",
        help="the notes of a sample and what it shows so far, or one of its notes",
        description="Without NOTE, the notes of a sample and what it shows so far. With NOTE, that "
        "note as it was released; with --original, as it was before, which is recorded.",
    )
    show.add_argument("sample", metavar="SAMPLE", help="its id, or the beginning of it")
    show.add_argument("note", nargs="?", type=whole_number(1, MOST_NOTES), metavar="NOTE")
    show.add_argument(
        "--from",
        dest="folders",
        type=Path,
        action="append",
        default=[],
        metavar="PATH",
        help="file or folder where outputs, or originals, lie; may be given several times",
    )
    show.add_argument("--original", action="store_true", help="the note before it was redacted")
    show.add_argument("--encoding", metavar="E", help="encoding of the text files")
    add_archives(show)
    add_measured(show)
    add_person(show)
    add_json(show)
    show.set_defaults(run=_show)


def _add_verdict(steps: Commands) -> None:
    verdict = steps.add_parser("verdict", help="record what was found in a note of a sample")
    verdict.add_argument("sample", metavar="SAMPLE", help="its id, or the beginning of it")
    verdict.add_argument("note", type=whole_number(1, MOST_NOTES), metavar="NOTE")
    what = verdict.add_mutually_exclusive_group(required=True)
    what.add_argument("--none", action="store_true", help="no identifier is left in it")
    what.add_argument(
        "--leak",
        type=_leak,
        action="append",
        default=[],
        metavar="LABEL[=N]",
        help="one identifier of this label is left, or N; may be given several times",
    )
    add_person(verdict)
    add_json(verdict)
    verdict.set_defaults(run=_verdict)


def _list(options: argparse.Namespace) -> int:
    from deid.audit.store import AuditLog
    from deid.officer.samples import samples
    from deid.resources import home

    with AuditLog.open(home(), create=False, read_only=True) as log:
        found = samples(log)
    if options.json:
        print_json({"samples": [sample_node(one) for one in found]})
    elif found:
        print_rows([SAMPLES_HEAD, *map(sample_row, found)])
    else:
        print("no sample was drawn")
    return 0


def _show(options: argparse.Namespace) -> int:
    from deid.officer.readers import known_rates
    from deid.officer.samples import drawn_notes, sample
    from deid.officer.verdicts import shown

    with officer_desk(options) as desk, archives_attached(desk.log, options):
        found = sample(desk.log, options.sample)
        notes = drawn_notes(desk.log, found)
        if options.note is not None:
            return _show_note(desk, _nth(notes, options.note), options)
        known = known_rates(desk.log, before=found.seq)
        now = shown(found, notes, desk.roles(), known, reviewers=options.measured_as)
        signs = _signs(desk, found, notes)
    if options.json:
        print_json(shown_node(now) | {"listed": notes_node(found, notes, signs)})
    else:
        print_rows(note_rows(found, notes, signs))
        print_shown(now)
    return 0


def _show_note(desk: Desk, note: Released, options: argparse.Namespace) -> int:
    from deid.officer.sampled_notes import find_texts, output_text, reveal_original

    wanted = note.commit.input_sha256 if options.original else note.commit.output_sha256
    found = find_texts(options.folders, {wanted}, encoding=options.encoding)
    look = reveal_original if options.original else output_text
    text = look(desk, note, found)
    if options.json:
        places = [
            {"start": one.span.start, "end": one.span.end, "label": str(one.label)}
            for one in text.replaced
        ]
        remarks = [remark.name.lower() for remark in text.remarks]
        print_json({"text": text.text, "replaced": places, "remarks": remarks})
    else:
        print_remarks(text.remarks)
        print("\n".join(printable(line) for line in text.text.splitlines()))
    return 0


def _verdict(options: argparse.Namespace) -> int:
    from collections import Counter

    from deid.officer.readers import known_rates
    from deid.officer.samples import drawn_notes, sample
    from deid.officer.verdicts import give_verdict, shown

    counts: Counter[Label] = Counter()
    for label, number in options.leak:
        counts[label] += number
    with officer_desk(options) as desk:
        found = sample(desk.log, options.sample)
        notes = drawn_notes(desk.log, found)
        found = give_verdict(desk, found.id, _nth(notes, options.note), counts)
        known = known_rates(desk.log, before=found.seq)
        now = shown(found, notes, desk.roles(), known)
    tell(now, json_wanted=options.json)
    return 0


def _close(options: argparse.Namespace) -> int:
    from deid.officer.samples import sample
    from deid.officer.verdicts import close_sample

    with officer_desk(options) as desk:
        found = sample(desk.log, options.sample)
        now = close_sample(desk, found.id, reviewers=options.measured_as)
    tell(now, json_wanted=options.json)
    return 0


def _signs(desk: Desk, found: Sample, notes: Sequence[Released]) -> list[dict[str, int]]:
    from deid.audit.records import SampleMethod
    from deid.officer.samples import risks_of

    if found.drawn.method is SampleMethod.RANDOM:
        return [{} for _ in notes]
    risks = risks_of(desk.log, found)
    return [{sign.value: n for sign, n in risks[note.seq].signs.items()} for note in notes]


def _nth(notes: Sequence[Released], number: int) -> Released:
    from deid.errors import InputError

    if number > len(notes):
        raise InputError(f"the sample has {counted(len(notes), 'note')}")
    return notes[number - 1]


def _leak(argument: str) -> tuple[Label, int]:
    name, _, number = argument.partition("=")
    try:
        label, count = Label(name), int(number or "1")
    except ValueError:
        label, count = Label.OTHER, 0
    if count < 1:
        raise argparse.ArgumentTypeError("must be a label, or LABEL=N with N from 1 on")
    return label, count
