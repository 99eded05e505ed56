"""A redacted PDF is the input with other words where some were replaced, and nothing else."""

from __future__ import annotations

import pytest

from deid.detect.roster import Roster, identifiers_of
from deid.pipeline import Deidentifier, DetectorChoice
from deid.policy import load_policy
from tests.formats.oracle.channels import CHANNELS, TOKENS, Words, opened
from tests.formats.pdf.structure import structure

PLACES = (
    "properties: title, subject, keywords",
    "text in UTF-16",
    "bookmark",
    "labels of pages",
    "comment: contents and subject",
    "text over what is redacted",
    "structure: alternative text, title, text and abbreviation",
    "layers: names, labels and users",
    "attached file",
    "file of an annotation",
    "associated file",
)


class StandIns(Words):
    """What the policy puts in the place of the words."""

    @property
    def name(self) -> str:
        """The stand-in of the whole name."""
        return "[PATIENT-1]"


@pytest.fixture(scope="module")
def deidentifier() -> Deidentifier:
    known = identifiers_of([("name", TOKENS.name), ("mrn", TOKENS.number)])
    return Deidentifier.open(
        policy=load_policy("safe-harbor"),
        detectors=DetectorChoice.RULES,
        roster=Roster({"": known}),
    )


@pytest.mark.parametrize("place", PLACES)
def test_words_that_were_replaced_are_all_that_differs(
    place: str, deidentifier: Deidentifier
) -> None:
    channel = next(one for one in CHANNELS if (one.suffix, one.place) == (".pdf", place))
    file, documents = opened(channel.build(TOKENS), ".pdf")
    redacted = deidentifier.deidentify(documents[0], seed=bytes(32))
    output = file.render(documents[0], redacted, id="", patient="")
    wanted = channel.build(StandIns("", "", "[MRN-1]"))
    assert structure(output) == structure(wanted)
