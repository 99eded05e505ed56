"""A report that somebody can read who answers for the data: HTML and Markdown, no note text."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from deid.errors import OutputError, OutputExists
from deid.evaluate.report.contents import compose
from deid.evaluate.report.evidence import CurvePoint, Evidence, Result
from deid.evaluate.report.markdown import markdown
from deid.evaluate.report.page import html_page

__all__ = ["CurvePoint", "Evidence", "Result", "require_free", "write_report"]

_PAGE: Final = "report.html"
_PLAIN: Final = "report.md"


def require_free(folder: Path) -> None:
    """Say before the work whether a report can go into a folder.

    Raises:
        OutputExists: there is one already; nothing is overwritten.
    """
    for name in (_PAGE, _PLAIN):
        if (folder / name).exists():
            raise OutputExists(f"{name} is in the folder already: choose another folder")


def write_report(evidence: Evidence, folder: Path) -> tuple[Path, Path]:
    """Write `report.html` and `report.md` into a folder, which is made if it is not there.

    Raises:
        OutputExists: one of the two is there already.
        OutputError: they cannot be written.
    """
    require_free(folder)
    made = compose(evidence)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in ((_PAGE, html_page(made)), (_PLAIN, markdown(made))):
            (folder / name).write_text(content, encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(f"the report cannot be written ({error.strerror})") from None
    return folder / _PAGE, folder / _PLAIN
