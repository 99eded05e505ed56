"""How `deid redact` tells what became of files: for people and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from deid.commands.printing import print_rows, printable
from deid.errors import counted

if TYPE_CHECKING:
    from deid.batch import FileResult
    from deid.formats.inputs import Inputs
    from deid.policy import Policy

_MOST_LISTED: Final = 20


def print_summary(results: Sequence[FileResult], inputs: Inputs, policy: Policy) -> None:
    """Print what became of all files of a run."""
    counts = Counter(result.status.value for result in results)
    notes = sum(result.notes for result in results)
    print(f"files: {', '.join(f'{counts[status]} {status}' for status in sorted(counts))}")
    print(f"notes: {notes} redacted, under policy {policy.name} {policy.version}")
    if counts["held"]:
        print("held until another person releases them: see `deid audit held list`")
    labels = sum((Counter(result.counts) for result in results), Counter[str]())
    if labels:
        print_rows([(count, label) for label, count in sorted(labels.items())], indent=2)
    _print_removed(results)
    _print_renamed(results, inputs)
    if inputs.hidden:
        print(f"hidden files left alone: {inputs.hidden}")
    for result in results:
        for refusal in result.refusals:
            line = "" if refusal.line is None else f", line {refusal.line}"
            print(f"refused: {_path(result)}{line}: {refusal.error}")
        if result.more_refusals:
            print(f"refused: {_path(result)}: {result.more_refusals} more notes")


def _path(result: FileResult) -> str:
    return printable(result.path or "-")


def _print_removed(results: Sequence[FileResult]) -> None:
    """What the outputs lack beside the text: of each file, or of all together if they are many."""
    told = [result for result in results if result.removed]
    if sum(len(result.removed) for result in told) <= _MOST_LISTED:
        for result in told:
            for place, count in result.removed.items():
                print(f"removed: {_path(result)}: {_place(place, count)}")
        return
    removed = sum((Counter(result.removed) for result in told), Counter[str]())
    for place, count in removed.most_common(_MOST_LISTED):
        print(f"removed: {_place(place, count)}")
    if len(removed) > _MOST_LISTED:
        print(f"removed: {len(removed) - _MOST_LISTED} more")
    print("which of it each file lacks is in the log, and --json prints it")


def _place(place: str, count: int) -> str:
    return printable(place) + (f" ({count} times)" if count > 1 else "")


def _print_renamed(results: Sequence[FileResult], inputs: Inputs) -> None:
    """Which outputs got another name than their input has."""
    names = {file.path: PurePosixPath(*file.relative.parts) for file in inputs.files}
    renamed = [
        result
        for result in results
        if result.path in names and result.output not in (None, names[result.path])
    ]
    if len(renamed) > _MOST_LISTED:
        print(
            f"another name, since theirs may identify: {counted(len(renamed), 'file')}; "
            "--json prints both names of each"
        )
        return
    for result in renamed:
        print(f"another name, since its own may identify: {_path(result)}: {result.output}")


def as_json(results: Sequence[FileResult], inputs: Inputs, policy: Policy) -> object:
    """What became of all files of a run, for programs."""
    return {
        "policy": {"name": policy.name, "version": policy.version, "digest": policy.digest},
        "notes": sum(result.notes for result in results),
        "hidden": inputs.hidden,
        "files": [
            {
                "input": str(result.path),
                "output": str(result.output) if result.output is not None else None,
                "status": result.status,
                "notes": result.notes,
                "redactions": dict(sorted(result.counts.items())),
                "removed": dict(sorted(result.removed.items())),
                "refusals": [
                    {
                        "line": refusal.line,
                        "error": type(refusal.error).__name__,
                        "exit_code": refusal.error.exit_code,
                        "message": str(refusal.error),
                    }
                    for refusal in result.refusals
                ],
                "more_refusals": result.more_refusals,
            }
            for result in results
        ],
    }
