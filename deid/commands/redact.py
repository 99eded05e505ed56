"""`deid redact`: notes in, redacted copies out, every redaction in the log."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deid.commands.options import (
    add_detection,
    add_json,
    add_reading,
    read_options,
    recipe,
    whole_number,
)
from deid.commands.printing import complain, print_json, print_remarks, progress
from deid.commands.redact_printing import as_json, print_summary

if TYPE_CHECKING:
    from deid.batch import Batch, FileResult
    from deid.commands.options import Commands
    from deid.formats.inputs import Inputs
    from deid.site import Site
    from deid.workers import Recipe
    from deid.worklist.report import RunReport

_DESCRIPTION: Final = """\
Redact notes. PATH is a file of one note (.txt, .md, .html, .rtf, .docx, .xlsx, .pptx,
.pdf, .eml, .xml of CDA or FHIR, or a picture: .png, .jpg, .tif, .bmp, .gif) or of many:
.jsonl (a note a line: {"id", "text", "patient"?}), .csv and .tsv (a record), .hl7 (a
message), .json and .ndjson of FHIR (a resource, or a Bundle), .zip (a file of any of
these); a folder with such files; or - for the standard input.

Outputs get the names of their inputs below --out, unless a name carries an
identifier: then it, and an id in a .jsonl file likewise, becomes note-<letters>.
A patient key in a .jsonl file is left out, or replaced where the policy links the
notes of a patient. Originals are never changed and nothing is overwritten unasked.
A note that cannot be read or wholly examined is refused and told; the others are
done. What went out redacted under the same policy before goes out as it comes in.
Under a policy that wants four eyes outputs are held until an officer releases them.
The window shows how far the run is, and lists what it refused.
Hidden files are left alone; outputs may be read by you only."""


STDIN_FORMATS: Final = (
    "txt",
    "jsonl",
    "csv",
    "tsv",
    "docx",
    "xlsx",
    "pdf",
    "pptx",
    "zip",
    "rtf",
    "eml",
    "hl7",
    "json",
    "ndjson",
    "xml",
    "md",
    "html",
    "htm",
    "xhtml",
    "png",
    "jpg",
    "jpeg",
    "tif",
    "tiff",
    "bmp",
    "gif",
)
"""What may come in by the standard input; named here, since readers are loaded when they work."""


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "redact",
        help="redact notes, files or folders",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="file, folder, or -")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for the outputs")
    add_detection(parser, detectors=("hybrid", "rules"))
    parser.add_argument(
        "--patient",
        default="",
        metavar="KEY",
        help="notes that do not say whose they are belong to this patient: same stand-ins, same "
        "date shift, same roster rows (others may see it in the list of processes: a .jsonl file "
        "can hold it instead)",
    )
    parser.add_argument(
        "--jobs",
        type=whole_number(1, 256),
        default=1,
        metavar="N",
        help="how many processes work on the notes (default: %(default)s)",
    )
    parser.add_argument(
        "--resume", action="store_true", help="pass over what an earlier run finished"
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="replace outputs that are there already"
    )
    parser.add_argument(
        "--stdin-format",
        choices=STDIN_FORMATS,
        default="txt",
        metavar="ENDING",
        help="what comes in with -, by how a file of it would end (default: %(default)s)",
    )
    parser.add_argument(
        "--drop-keys",
        action="store_true",
        help="leave out what a line of a .jsonl file holds beside id, text and patient "
        "(default: refuse the file, for it may identify)",
    )
    parser.add_argument(
        "--blank-pictures",
        action="store_true",
        help="empty the pictures in documents (default: read them, and keep of each only the "
        "words that were read)",
    )
    parser.add_argument(
        "--fixed-boxes",
        action="store_true",
        help="on pages of PDF, give all boxes one width, so that none tells how long a name was, "
        "and move what follows on the line (default: boxes as wide as what they stand for)",
    )
    add_reading(parser)
    add_json(parser)
    parser.set_defaults(run=lambda options: _run(parser, options))


def _run(parser: argparse.ArgumentParser, options: argparse.Namespace) -> int:
    if "-" in options.paths:
        if len(options.paths) > 1 or options.out is not None or options.json:
            parser.error("- stands alone, without --out and --json: the output goes to stdout")
        return _redact_stream(options)
    if options.out is None:
        parser.error("--out is missing")
    return _redact_files(options)


def _redact_stream(options: argparse.Namespace) -> int:
    from deid.release_rules import check_unattended

    made = recipe(options)
    check_unattended(made.policy, folder=None)
    content = sys.stdin.buffer.read()
    name = f"stdin.{options.stdin_format}"
    with _opened(made, options) as (site, batch):
        result = batch.run_stream(content, name=name, stream=sys.stdout.buffer)
        _tell_of_vault(site)
    return _conclude([result])


def _redact_files(options: argparse.Namespace) -> int:
    from deid.errors import EmptyNote
    from deid.formats.inputs import find_inputs
    from deid.release_rules import check_unattended

    made = recipe(options)
    check_unattended(made.policy, folder=options.out)
    inputs = find_inputs([Path(path) for path in options.paths], out=options.out)
    if not inputs.files and not inputs.refused:
        raise EmptyNote("there is no note at the paths named (hidden files are left alone)")
    results: list[FileResult] = []
    with (
        progress(len(inputs.files), quiet=options.json) as bar,
        _opened(made, options, on_note=lambda: bar.step(notes=1)) as (site, batch),
        _reported(site, options.paths, inputs) as report,
    ):
        with _told_of_the_rest(results, inputs):
            for result in batch.run(inputs, options.out):
                results.append(result)
                bar.step(files=1)
                if result.path is not None:
                    report.finished(result.path, refusal=_told(result))
        _tell_of_vault(site)
    if options.json:
        print_json(as_json(results, inputs, made.policy))
    else:
        print_summary(results, inputs, made.policy)
    return _conclude(results)


@contextmanager
def _told_of_the_rest(results: Sequence[FileResult], inputs: Inputs) -> Iterator[None]:
    """Where something ends the run before its last file, tell how far it came, and how to go on."""
    from deid.errors import DeidError

    try:
        yield
    except DeidError:
        if results:
            far = f"{len(results)} of {len(inputs.files) + len(inputs.refused)} files"
            how = "mend what is told below, and run the same command with --resume"
            print_remarks([f"the run ended after {far}: {how}"])
        raise


@contextmanager
def _opened(
    made: Recipe, options: argparse.Namespace, *, on_note: Callable[[], None] = lambda: None
) -> Iterator[tuple[Site, Batch]]:
    from deid.batch import Batch, BatchOptions
    from deid.site import Site
    from deid.workers import Workers

    deidentifier = made.make()
    how = BatchOptions(
        read=read_options(options, made.policy),
        patient=options.patient,
        resume=options.resume,
        overwrite=options.overwrite,
    )
    with Site.open() as site, Workers(deidentifier, made, jobs=options.jobs) as workers:
        site.begin(deidentifier)
        yield (
            site,
            Batch(
                site=site, deidentifier=deidentifier, workers=workers, options=how, on_note=on_note
            ),
        )


def _tell_of_vault(site: Site) -> None:
    if site.lacked_vault:
        complain(
            "there is no vault, so what was replaced is not kept: an officer makes one with "
            "`deid audit vault create`"
        )


def _reported(site: Site, paths: Sequence[str], inputs: Inputs) -> RunReport:
    """What tells the window how far the run is."""
    from deid.resources import home
    from deid.worklist.report import RunReport

    return RunReport(
        home(),
        keys=site.keys,
        folder=_folder_of([Path(path).absolute() for path in paths]),
        total=len(inputs.files) + len(inputs.refused),
        complain=complain,
    )


def _folder_of(paths: Sequence[Path]) -> Path:
    """The folder in which all of these lie; that of the first where there is none."""
    folders = [path if path.is_dir() else path.parent for path in paths]
    try:
        return Path(os.path.commonpath(folders))
    except ValueError:  # they lie on different drives
        return folders[0]


def _told(result: FileResult) -> str:
    """Why a file was refused, in one line; empty where it was not."""
    if not result.refusals:
        return ""
    first = result.refusals[0]
    said = str(first.error) if first.line is None else f"line {first.line}: {first.error}"
    count = len(result.refusals) + result.more_refusals
    return said if count == 1 else f"{count} notes, the first in {said}"


def _conclude(results: Sequence[FileResult]) -> int:
    """End well, or raise the error of a single refused file, or that of the batch."""
    from deid.errors import BatchIncomplete

    refusals = [refusal for result in results for refusal in result.refusals]
    if not refusals:
        return 0
    if len(results) == 1 and not results[0].notes and len(refusals) == 1:
        raise refusals[0].error
    count = len(refusals) + sum(result.more_refusals for result in results)
    were = "file or note was" if count == 1 else "files or notes were"
    raise BatchIncomplete(f"{count} {were} refused; all others are done")
