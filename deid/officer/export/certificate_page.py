"""A certificate as a PDF, in plain words, with what it does not show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from deid.audit.records import Meaning, SampleMethod
from deid.audit.verify import Verified
from deid.labels import Label
from deid.officer.export.certificate import Account, Certificate, Method
from deid.officer.index.query import Query
from deid.officer.paper import Code, Heading, Letters, Paragraph, Part, Table, Together, pdf
from deid.officer.samples import Sample

TITLE: Final = "Certificate of redaction"
MOST_NOTES: Final = 2000
"""So many notes are listed; of more, only the digest of the list is given."""

_TIME: Final = "%Y-%m-%d %H:%M:%S UTC"
_RESIDUAL: Final = "ResidualFound"
_MEANINGS: Final = {
    Meaning.REVIEWED: "reviewed",
    Meaning.APPROVED: "approved",
    Meaning.RELEASED: "released",
    Meaning.REJECTED: "rejected",
    Meaning.RESPONSIBLE: "responsible for it",
}


def certificate_pdf(certificate: Certificate) -> bytes:
    """The certificate as pages. The same certificate gives the same bytes."""
    account = certificate.account
    parts = [
        *_summary(certificate, account),
        *_methods(account),
        *_counts(account),
        *_checks(account),
        *_samples(account),
        *_signatures(account),
        *_notes(account),
        *_limits(),
        *_checking(certificate),
    ]
    subject = f"{len(account.notes)} notes, log {certificate.checkpoint.origin}"
    return pdf(TITLE, parts, subject=subject, time=certificate.made)


def _summary(certificate: Certificate, one: Account) -> Iterator[Part]:
    times = sorted(note.time for note in one.notes)
    yield Paragraph(
        "This certificate says what was done to clinical notes on the computer where they lay, as "
        "the audit log recorded it, and what was measured. It holds no text of a note and no name "
        "of a patient or file."
    )
    rows = [
        ("Notes released", f"{len(one.notes)}"),
        ("When", f"{times[0]:{_TIME}} to {times[-1]:{_TIME}}, by the machine's clock"),
        ("Chosen", "; ".join(_chosen(one.scope.query, one.sample)) or "all notes in the log"),
        *_kept_back(one),
        *_left_out(certificate.verified),
        ("Replaced", f"{sum(note.redactions for note in one.notes)} identifiers"),
        ("Log", certificate.checkpoint.origin),
        ("Certificate made", f"{certificate.made:{_TIME}}"),
    ]
    yield Table((), rows, (0.2, 0.8))


def _kept_back(one: Account) -> Iterator[tuple[str, str]]:
    if one.kept_back:
        yield (
            "Not among them",
            f"{one.kept_back} redacted notes that a second person declined or has not decided on",
        )


def _left_out(verified: Verified) -> Iterator[tuple[str, str]]:
    away = [part for part in verified.archived if not part.examined]
    if away:
        places = f"records {away[0].first} to {away[-1].stop - 1}"
        yield "Left out", f"notes that {places} tell of: they are in archives that were not at hand"


def _chosen(query: Query, sample: str | None) -> Iterator[str]:
    if sample is not None:
        yield f"the notes that sample {sample} was drawn from"
    if query.since is not None:
        yield f"from {query.since:{_TIME}} on"
    if query.until is not None:
        yield f"before {query.until:{_TIME}}"
    if query.document is not None:
        yield f"one document, {query.document}"
    for name, values in (
        ("policy", query.policy),
        ("user", query.user),
        ("machine", query.machine),
    ):
        if values is not None:
            yield f"{name} {', '.join(values)}"


def _methods(one: Account) -> Iterator[Part]:
    yield Heading("What they were redacted with")
    rows = [
        (
            f"{method.notes}",
            method.program or "not recorded",
            _digests(method),
        )
        for method in one.methods
    ]
    yield Table(("Notes", "Program", "Digests (SHA-256)"), rows, (0.1, 0.2, 0.7), frozenset({2}))


def _digests(method: Method) -> str:
    unknown = "not recorded" if not method.program else "none"
    rules, model = method.rules or "not recorded", method.model or unknown
    return f"policy {method.policy}\nrules  {rules}\nmodel  {model}"


def _counts(one: Account) -> Iterator[Part]:
    yield Heading("What was redacted")
    found = Counter(one.counts) + Counter(one.stayed)
    rows = [
        (
            label.value,
            label.names.safe_harbor or "-",
            f"{one.counts.get(label, 0)}",
            f"{one.stayed.get(label, 0)}",
        )
        for label in Label
        if found[label]
    ]
    if rows:
        head = ("Kind of identifier", "45 CFR 164.514(b)(2)(i)", "Replaced", "Left by the policy")
        yield Table(head, rows, (0.31, 0.27, 0.2, 0.22))
    else:
        yield Paragraph("Nothing was found in these notes that the policy redacts.")


def _checks(one: Account) -> Iterator[Part]:
    yield Heading("What was checked before release")
    yield Paragraph(
        "Each output was examined again by the same detectors, and searched for copies of what was "
        f"replaced; a note in which something was found then is not released.{_refusals(one)} What "
        "the detectors do not know, this check does not find either."
    )
    yield Paragraph(
        f"A person had gone through {one.reviewed} of the {len(one.notes)} notes before they were "
        "released."
    )


def _refusals(one: Account) -> str:
    if one.sample is not None:  # of the notes of a sample, all were released
        return ""
    residual = one.refused.get(_RESIDUAL, 0)
    others = sum(one.refused.values()) - residual
    return (
        f" Among what was chosen, {residual} attempts ended so, and {others} for other reasons, "
        "such as a file that cannot be read."
    )


def _samples(one: Account) -> Iterator[Part]:
    yield Heading("What was measured on a sample")
    if not one.samples:
        yield Paragraph(
            "No closed sample was drawn from notes that include all of these: how many of them "
            "still hold an identifier was not measured."
        )
    for sample in one.samples:
        yield from _sample(sample)
    if one.other_samples:
        yield Paragraph(
            f"The log tells of {_counted(one.other_samples)} drawn from notes that include all of "
            "these. Who draws several and quotes the best one is covered by none."
        )


def _counted(others: int) -> str:
    return "another sample that was" if others == 1 else f"{others} more samples that were"


def _sample(one: Sample) -> Iterator[Part]:
    drawn, closed = one.drawn, one.closed
    if closed is None:
        return
    how = "at random" if drawn.method is SampleMethod.RANDOM else "by risk"
    which = f" in which something of the kind {drawn.label} was found" if drawn.label else ""
    yield Paragraph(
        f"Sample {one.id}: of {drawn.frame} released notes{which}, {drawn.drawn} were drawn {how}, "
        f"from a seed recorded on {one.time:{_TIME}}. {closed.read} were read; in "
        f"{closed.leaking} of them an identifier was left."
    )
    if drawn.method is not SampleMethod.RANDOM:
        yield Paragraph(
            "It was drawn to find leaks, and bounds nothing: it says nothing of how many there are."
        )
        return
    yield Paragraph(
        f"At most {closed.bound:.2%} of these {drawn.frame} notes still hold an identifier; such a "
        f"bound is wrong in at most {1 - drawn.confidence:.1%} of samples. It is a bound for all "
        "of them together, not for any one note."
    )
    if closed.withheld:
        yield Paragraph(
            f"It allows for what readers overlook: of {closed.withheld} identifiers withheld from "
            f"the weakest of them, {closed.caught} were noticed.{_unmeasured(one)}"
        )
    else:
        yield Paragraph(
            "What readers overlook was not measured: the bound holds only for readers who miss "
            "nothing. Single readers are known to find 90 to 98 % of identifiers."
        )


def _unmeasured(one: Sample) -> str:
    if len(one.readers()) < 2:
        return ""
    return " A reader who was never measured is taken to miss nothing."


def _signatures(one: Account) -> Iterator[Part]:
    yield Heading("Signatures")
    if not one.sign_offs:
        yield Paragraph("Nobody has signed for the records of all these notes.")
        return
    rows = [
        (
            signed.name,
            _MEANINGS[signed.meaning],
            f"{signed.time:{_TIME}}",
            f"the first {signed.size} records",
            signed.person,
        )
        for signed in one.sign_offs
    ]
    yield Table(("Name", "Meaning", "Time", "For", "Key"), rows, (0.24, 0.16, 0.22, 0.2, 0.18))
    yield Paragraph(
        "Each was checked with the signer's key and role at that time. That a key is that of the "
        "person named is for the site to know."
    )


def _notes(one: Account) -> Iterator[Part]:
    yield Heading("The notes")
    yield Paragraph(
        f"SHA-256 over the list of all {len(one.notes)} notes, a line of input digest, blank, "
        "output digest and line feed for each, in the order below:"
    )
    yield Letters(one.digest)
    if len(one.notes) > MOST_NOTES:
        yield Paragraph(
            f"There are more than {MOST_NOTES}, so they are not listed here: `deid audit export "
            "csv` with the same choice lists them (event `document-committed`)."
        )
        return
    rows = [
        (
            f"{note.seq}",
            f"{note.time:%Y-%m-%d %H:%M:%S}",
            note.input_sha256,
            note.output_sha256,
            f"{note.redactions}",
        )
        for note in one.notes
    ]
    head = ("Record", "Redacted", "SHA-256 of the input", "SHA-256 of the output", "Replaced")
    yield Table(head, rows, (0.09, 0.13, 0.33, 0.33, 0.12), frozenset({2, 3}))


def _limits() -> Iterator[Part]:
    yield Heading("What this does not show")
    yield Paragraph(
        "That no identifier is left: no method finds all of them, and a check by the same "
        "detectors cannot see what they overlook. That nobody can be recognised by what remains, "
        "such as a rare disease or event. That the policy is the right one for where the outputs "
        "go: whoever hands them on judges that, and the law that applies."
    )
    yield Paragraph(
        "The log cannot tell of what was never written to it. Whether it was replaced as a whole "
        "shows only a checkpoint that was kept elsewhere."
    )


def _checking(one: Certificate) -> Iterator[Part]:
    yield Heading("How to check it")
    yield Paragraph(_verified(one.verified))
    yield Paragraph(
        "1. A file: compute its SHA-256 (`sha256sum FILE`; Windows: `certutil -hashfile FILE "
        "SHA256`) and look for it in the list above."
    )
    yield Paragraph(
        "2. A record: its number stands above. `deid audit prove NUMBER` at the site gives a proof "
        "that `deid audit verify --proof FILE --public-key KEY` checks anywhere."
    )
    yield Together(
        (
            Paragraph(
                "3. The log: scan this code, or type the text above it, into `deid audit verify "
                "--checkpoint -` at the site. The log must still begin with what was signed here."
            ),
            Table((), [("Public key of the log", one.public_key)], (0.22, 0.78), frozenset({1})),
            Letters(one.note),
            Code(one.note),
        )
    )


def _verified(found: Verified) -> str:
    said = (
        f"Before this was made, the whole log of {found.size} records was verified, and compared "
        f"with {found.own_checkpoints} checkpoints kept in it"
    )
    if found.outside_checkpoints:
        said += (
            f" and {found.outside_checkpoints} kept elsewhere, which cover the first "
            f"{found.witnessed} records."
        )
    else:
        said += "; none kept elsewhere was at hand."
    if found.unexamined:
        said += (
            f" Of {found.unexamined} archived records that were not at hand, only the hashes were "
            "compared."
        )
    return said
