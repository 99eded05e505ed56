import hashlib
from collections.abc import Sequence
from pathlib import PurePath, PurePosixPath

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from deid.datatypes import Finding
from deid.detect import View
from deid.labels import Label
from deid.naming import identifies, output_path, output_patient, stand_in
from deid.pipeline import Deidentifier
from deid.policy import load_policy


class NameDetector:
    """Finds words: an invented family name, a state, and what a model takes for codes."""

    name = "known"
    words = (
        ("quenbridge", Label.PATIENT, "known"),
        ("utah", Label.STATE, "known"),
        (r"n01|note \d|okonkwo", Label.USERNAME, "model:01234567"),
    )

    def detect(self, view: View) -> Sequence[Finding]:
        findings: list[Finding] = []
        for word, label, detector in self.words:
            matches = regex.finditer(rf"\b(?:{word})\b", view.text, regex.IGNORECASE)
            findings += [Finding(view.span(*m.span()), label, 0.9, detector) for m in matches]
        return findings


@pytest.fixture(scope="module")
def deidentifier() -> Deidentifier:
    return Deidentifier(policy=load_policy("safe-harbor"), detectors=[NameDetector()])


def draw(key: str) -> bytes:
    return hashlib.sha256(b"secret" + key.encode()).digest()


@pytest.mark.parametrize(
    "name",
    [
        "Quenbridge",
        "visit_quenbridge_2",
        "MarisolQuenbridgeVisit",
        "ward/Quenbridge.old/visit",
        "mr_okonkwo",
    ],
)
def test_a_name_in_a_file_name_is_found(deidentifier: Deidentifier, name: str) -> None:
    assert identifies(deidentifier, name)


@pytest.mark.parametrize("name", ["00482913", "pt_482-913", "scan 48.29.13", "123-45-6789"])
def test_a_long_number_identifies(deidentifier: Deidentifier, name: str) -> None:
    assert identifies(deidentifier, name)


@pytest.mark.parametrize(
    "name",
    [
        "a",
        "note_0012",
        "discharge-summary",
        "utah_7",
        "12345",
        "n01",
        "note_3",
        "export",
        "wardlist-2",
    ],
)
def test_plain_names_stay(deidentifier: Deidentifier, name: str) -> None:
    assert not identifies(deidentifier, name)


def test_an_output_name_keeps_its_folders_unless_it_is_hidden() -> None:
    relative = PurePath("ward", "Quenbridge.TXT")
    assert output_path(relative, hide=False, draw=draw) == PurePosixPath("ward/Quenbridge.TXT")
    hidden = output_path(relative, hide=True, draw=draw)
    assert regex.fullmatch(r"note-[a-p]{12}\.txt", str(hidden))


@given(st.text(), st.text())
def test_stand_ins_agree_only_for_equal_names(one: str, other: str) -> None:
    assert (stand_in("note", one, draw) == stand_in("note", other, draw)) == (one == other)
    assert stand_in("note", one, draw)[5:] != stand_in("patient", one, draw)[8:]


def test_our_own_stand_ins_identify_nobody(deidentifier: Deidentifier) -> None:
    assert not identifies(deidentifier, stand_in("note", "Quenbridge", draw))


def test_a_patient_code_is_kept_only_where_the_policy_links() -> None:
    assert output_patient(load_policy("safe-harbor"), "P1", draw) == ""
    assert output_patient(load_policy("research"), "", draw) == ""
    assert output_patient(load_policy("research"), "P1", draw).startswith("patient-")
    assert "P1" not in output_patient(load_policy("research"), "P1", draw)
