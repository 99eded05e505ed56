"""The report of a self-test for people: one page, which names the signed file that it goes with."""

from __future__ import annotations

from collections.abc import Iterator

from deid.audit.canonical import format_time
from deid.errors import counted
from deid.evaluate.report.blocks import Bullets, Page, Paragraph, Section, Table
from deid.selftest.installed import Installed
from deid.selftest.report import Report
from deid.selftest.steps import State


def page(report: Report, *, file: str, sha256: str, public_key: str) -> Page:
    """What the page says.

    Args:
        report: what the test came to.
        file: name of the signed report.
        sha256: of that file, in hex.
        public_key: which it is signed by.
    """
    return Page(
        title="Self-test of NoteVeil",
        sections=(
            Section("Result", (Paragraph(_result(report)),)),
            Section("What was tried", (_steps(report),)),
            Section("What is installed", (_installed(report.installed),)),
            Section("How to check this report", tuple(_how(file, sha256, public_key))),
        ),
    )


def _result(report: Report) -> str:
    where = f"{report.installed.machine}, {format_time(report.made)}"
    failed = [step.name for step in report.steps if step.state is State.FAILED]
    if failed:
        return (
            f"{where}: {counted(len(failed), 'step')} failed. Do not use the program: reinstall it."
        )
    return f"{where}: all that was tried went well."


def _steps(report: Report) -> Table:
    return Table(
        caption="Every step, in order",
        header=("step", "result", "seconds", "told"),
        rows=tuple(
            (step.name, step.state.value, f"{step.seconds:.1f}", step.told) for step in report.steps
        ),
    )


def _installed(installed: Installed) -> Table:
    return Table(
        caption="By name and version, or by SHA-256",
        header=("what", "which"),
        rows=tuple(_rows(installed)),
    )


def _rows(installed: Installed) -> Iterator[tuple[str, str]]:
    yield "program", installed.program
    if installed.sealed is None:
        yield "seal", "none: a checkout or a wheel, not an installed package"
    else:
        yield (
            "seal",
            f"{counted(installed.sealed.files, 'file')} of version {installed.sealed.version}",
        )
        yield "release key, SHA-256", installed.sealed.key
    yield "operating system", installed.system
    yield "Python", installed.python
    yield "user", installed.user
    if installed.update is not None:
        yield "update", f"{installed.update.version}: {installed.update.digest}"
    if installed.model is not None:
        yield "model", f"{installed.model.name}, version {installed.model.version}"
        yield "model file", installed.model.sha256
        yield "model manifest", installed.model.manifest_sha256
    yield "rules", installed.rules or "could not be loaded"
    for name, digest in installed.policies.items():
        yield f"policy {name}", digest or "cannot be used"
    yield "settings that IT manages", ", ".join(installed.managed) or "none"
    yield from installed.libraries.items()


def _how(file: str, sha256: str, public_key: str) -> Iterator[Bullets | Paragraph]:
    yield Paragraph(
        "This page is for reading. What counts is the file it was written with, which is signed:"
    )
    yield Bullets(
        (
            f"{file}, SHA-256 {sha256}",
            f"public key {public_key}",
            f"deid selftest --verify-report {file} --public-key KEY",
        )
    )
    yield Paragraph(
        "The key is that of the log of the user who ran the test. The signature shows that nobody "
        "changed the report since; it does not show that the program was the installed one."
    )
