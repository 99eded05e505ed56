"""A report that somebody can read who answers for the data: HTML and Markdown, no note text."""

from __future__ import annotations

from pathlib import Path

from deid.errors import OutputError, OutputExists
from deid.evaluate.report.contents import compose
from deid.evaluate.report.evidence import CurvePoint, Evidence, Result
from deid.evaluate.report.markdown import markdown
from deid.evaluate.report.page import html_page

__all__ = ["CurvePoint", "Evidence", "Result", "write_report"]


def write_report(evidence: Evidence, folder: Path) -> tuple[Path, Path]:
    """Write `report.html` and `report.md` into a folder, which is made if it is not there.

    Raises:
        OutputExists: one of the two is there already; nothing is overwritten.
        OutputError: they cannot be written.
    """
    made = compose(evidence)
    contents = {"report.html": html_page(made), "report.md": markdown(made)}
    there = [name for name in contents if (folder / name).exists()]
    if there:
        raise OutputExists(f"{there[0]} is in the folder already: choose another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            (folder / name).write_text(content, encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(f"the report cannot be written ({error.strerror})") from None
    return folder / "report.html", folder / "report.md"
