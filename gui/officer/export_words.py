"""What is said of what can be given out, in plain words."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication

from deid import NotPermitted
from deid.officer.export import Account
from gui.messages import told
from gui.officer.archives_session import ArchivesSession
from gui.officer.export_session import Form, Preview
from gui.officer.people_words import time_words
from gui.officer.samples_words import share_words
from gui.views.header import counted

_FEW = 6
_FORMS = {
    Form.CERTIFICATE: (
        "Certificate (PDF)",
        (
            "For people: what was redacted under which policy, model and rules, what was checked "
            "and measured, who signed, and how to check it. The whole log is verified first."
        ),
    ),
    Form.TABLE: (
        "Table (CSV)",
        "For spreadsheets: a row for each record, a column for each field.",
    ),
    Form.LINES: (
        "Records with proof (JSON lines)",
        (
            "For auditors: the records as they are, which anybody who has the public key can check "
            "without this log."
        ),
    ),
    Form.EVENTS: (
        "Audit events (FHIR)",
        "For an audit service of a hospital: an event for each note, with its patient as a code.",
    ),
}


def form_words(form: Form) -> tuple[str, str]:
    """The name of a form, and what it is for."""
    name, use = _FORMS[form]
    return _said(name), _said(use)


def preview_rows(preview: Preview | None) -> Iterator[tuple[str, str]]:
    """What will be in it, as names and values."""
    if preview is None:
        return
    account = preview.account
    if account is None:
        yield _said("Records"), f"{preview.records:,}"
        return
    yield _said("Notes released"), f"{len(account.notes):,}"
    if not account.notes:
        return
    yield _said("Released"), _when(account)
    yield _said("Notes refused"), f"{sum(account.refused.values()):,}"
    yield _said("Redactions"), _redactions(account)
    yield _said("Reviewed by a person"), f"{account.reviewed:,}"
    yield _said("Policies, models, rules"), f"{len(account.methods):,}"
    yield _said("Samples"), _samples(account)
    yield _said("Signatures"), ", ".join(one.name for one in account.sign_offs) or _said("none")


def preview_words(preview: Preview | None) -> str:
    """What is to be known before it is given out."""
    if preview is None:
        return _said("Looking …")
    if isinstance(preview.problem, NotPermitted):
        return _said("What will be in it is shown to a privacy officer: unlock the key.")
    if preview.problem is not None:
        return told(preview.problem)
    if preview.account is not None and not preview.account.notes:
        return _said("No released note is among those chosen: choose others.")
    words = _said(
        "No note text, no file name and no name of a patient is in it; the names of users and "
        "machines are, and hashes of whole files."
    )
    if preview.account is not None:
        words = _said(
            "No note text, no file name and no name of a patient is in it. It says what it does "
            "not show: that no identifier is left, and that nobody can be recognised."
        )
        if not preview.account.samples:
            words += _said(" No closed sample covers these notes, and it says that, too.")
    return words


def archives_words(archives: ArchivesSession) -> str:
    """What is to be known of records that lie in archives; empty where none do."""
    if not archives.archived or archives.looking:
        return ""
    if all(map(archives.is_at_hand, archives.archived)):
        return _said("Archived records are not counted here; what is written has them.")
    return _said(
        "Some archives are not at hand. Name their folder under “Machines and archives”: a "
        "certificate leaves out what they hold, and says so; the other forms are refused where "
        "they may hold something that is wanted."
    )


def _redactions(account: Account) -> str:
    """How many, and those of most labels; the certificate lists all."""
    total = sum(note.redactions for note in account.notes)
    counts = sorted(account.counts.items(), key=lambda one: (-one[1], one[0].value))
    parts = [f"{label.value} {count:,}" for label, count in counts[:_FEW] if count]
    others = sum(count > 0 for _label, count in counts[_FEW:])
    if others:
        parts.append(counted(others, _said("other label"), _said("other labels")))
    return f"{total:,} ({', '.join(parts)})" if parts else f"{total:,}"


def _when(account: Account) -> str:
    times = [note.time for note in account.notes]
    first, last = time_words(min(times)), time_words(max(times))
    return first if first == last else _said("{} to {}").format(first, last)


def _samples(account: Account) -> str:
    bounds = [
        _said("at most {} still leak").format(share_words(one.closed.bound))
        for one in account.samples
        if one.closed is not None
    ]
    return ", ".join(bounds) or _said("none")


def _said(words: str) -> str:
    return QCoreApplication.translate("Export", words)
