"""Redacted PDFs in programs that have nothing to do with ours: none finds what was planted."""

from __future__ import annotations

import io
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest

from deid.detect.roster import Roster, identifiers_of
from deid.pipeline import Deidentifier, DetectorChoice
from deid.policy import load_policy
from tests.formats.oracle.channels import CHANNELS, TOKENS, Channel, opened

SEED = bytes(range(32))
PDF = tuple(channel for channel in CHANNELS if channel.suffix == ".pdf")


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The output for each place in which something was planted."""
    known = identifiers_of([("name", TOKENS.name), ("mrn", TOKENS.number)])
    deidentifier = Deidentifier.open(
        policy=load_policy("safe-harbor"),
        detectors=DetectorChoice.RULES,
        roster=Roster({"": known}),
    )
    folder = tmp_path_factory.mktemp("outputs")
    return {
        channel.place: _output(channel, deidentifier, folder / f"{number}.pdf")
        for number, channel in enumerate(PDF)
    }


def _output(channel: Channel, deidentifier: Deidentifier, path: Path) -> Path:
    file, documents = opened(channel.build(TOKENS), ".pdf")
    redacted = deidentifier.deidentify(documents[0], seed=SEED)
    path.write_bytes(file.render(documents[0], redacted, id="", patient=""))
    return path


def _run(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def _found(text: str) -> set[str]:
    lowered = text.casefold()
    return {word for word in TOKENS.all if word.casefold() in lowered}


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_poppler_finds_nothing(outputs: dict[str, Path], tmp_path: Path) -> None:
    for place, path in outputs.items():
        said = [
            _run("pdftotext", "-layout", path, "-"),
            _run("pdfinfo", "-struct-text", path),
            _run("pdfinfo", "-dests", path),
            _run("pdfinfo", "-url", path),
            _run("pdfinfo", "-meta", "-js", path),
            _run("pdftohtml", "-xml", "-i", "-stdout", path),
            _run("pdfdetach", "-list", path),
        ]
        assert _found("\n".join(said)) == set(), place
        _run("pdfdetach", "-saveall", "-o", tmp_path, path)
    saved = [path.read_bytes().decode("latin-1") for path in tmp_path.iterdir()]
    assert saved
    assert _found("\n".join(saved)) == set()


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
def test_qpdf_has_no_complaint_and_finds_nothing(outputs: dict[str, Path]) -> None:
    for place, path in outputs.items():
        checked = subprocess.run(
            ["qpdf", "--check", path], capture_output=True, check=False, timeout=60
        )
        assert (checked.returncode, checked.stderr) == (0, b""), place
        assert _found(_run("qpdf", "--json", "--json-stream-data=none", path)) == set(), place


def test_pypdf_finds_nothing(outputs: dict[str, Path]) -> None:
    for place, path in outputs.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader = pypdf.PdfReader(io.BytesIO(path.read_bytes()))
            said = "\n".join(_said(reader))
        assert _found(said) == set(), place


def test_pypdf_does_find_what_was_planted() -> None:
    places = {channel.place: channel for channel in PDF}
    for place in ("bookmark", "attached file", "comment: author", "line of a page"):
        reader = pypdf.PdfReader(io.BytesIO(places[place].build(TOKENS)))
        assert _found("\n".join(_said(reader))) == set(TOKENS.all), place


def _said(reader: pypdf.PdfReader) -> Iterator[str]:
    """All that the reader tells of a document."""
    yield str(reader.metadata)
    yield str(reader.xmp_metadata)
    yield str(_titles(reader.outline))
    yield str(reader.named_destinations)
    yield str(reader.get_fields())
    yield str(reader.page_labels)
    for page in reader.pages:
        yield page.extract_text()
        yield from (str(one.get_object()) for one in page.get("/Annots") or ())
    for name, contents in reader.attachments.items():
        yield name
        yield from (one.decode("latin-1") for one in contents)


def _titles(outline: Any) -> list[Any]:
    return [_titles(one) if isinstance(one, list) else one.title for one in outline]
