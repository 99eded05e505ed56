"""Writing a report of the self-test, and reading it back."""

from __future__ import annotations

from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import Final

from deid.audit.keys import Keys
from deid.errors import OutputError, VerificationFailed
from deid.evaluate.report.page import html_page
from deid.formats.atomic import StagedFile, exists
from deid.selftest.page import page
from deid.selftest.report import Filed, Report, check_report, signed

_SUFFIX: Final = ".json"
_PAGE_SUFFIX: Final = ".html"


def prepare(path: Path, *, home: Path) -> None:
    """Say before the work whether a report can be written there, and signed.

    Args:
        path: of the report.
        home: the data folder whose log's key is to sign; its keys are made on first use.

    Raises:
        OutputExists: it, or the page beside it, is there already; nothing is overwritten.
        OutputError: its name does not end in `.json`.
        KeyUnusable: the key cannot be used.
    """
    _require_free(path)
    Keys.open(home)


def _require_free(path: Path) -> None:
    if path.suffix != _SUFFIX:
        raise OutputError(f"the report is a {_SUFFIX} file, with a page beside it: name it so")
    if path.exists() or _page(path).exists():
        raise exists()


def file_report(report: Report, path: Path, *, home: Path) -> None:
    """Write the signed report, and a page for people beside it.

    Args:
        report: what the test came to.
        path: ends in `.json`; the page has the same name and ends in `.html`.
        home: the data folder whose log's key signs; its keys are made on first use.

    Raises:
        OutputExists: one of the two is there already.
        OutputError: they cannot be written.
        KeyUnusable: the key cannot be used.
    """
    _require_free(path)
    signer = Keys.open(home).signer
    raw = signed(report, signer)
    told = page(
        report,
        file=path.name,
        sha256=sha256(raw).hexdigest(),
        public_key=str(signer.verifier),
    )
    with ExitStack() as stack:
        files = [stack.enter_context(StagedFile(where)) for where in (path, _page(path))]
        for file, content in zip(files, (raw, html_page(told).encode()), strict=True):
            file.write(content)
            file.finish()
        for file in files:
            file.publish()


def read_report(path: Path, *, public_key: str) -> Filed:
    """What a filed report says, once its signature holds.

    Args:
        path: the signed report.
        public_key: see `check_report`.

    Raises:
        VerificationFailed: it cannot be read, is no report, was changed, or is signed by another
            key.
        KeyUnusable: the public key is malformed.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise VerificationFailed(f"{path.name}: cannot be read ({error.strerror})") from None
    return check_report(raw, public_key=public_key)


def _page(path: Path) -> Path:
    return path.with_suffix(_PAGE_SUFFIX)
