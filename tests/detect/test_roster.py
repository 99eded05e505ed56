from __future__ import annotations

import json
from pathlib import Path

import pytest

from deid.detect.roster import Kind, KnownIdentifiers, KnownValue, read_roster
from deid.errors import RosterError
from deid.labels import Label

_SECRET = "Zyxwandra"


def _write(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_text(content, "utf-8")
    return path


def test_csv_rows_of_one_key_belong_to_one_patient(tmp_path: Path) -> None:
    path = _write(
        tmp_path,
        "r.csv",
        "patient,name,phone,phone,relative\n"
        "P1,Jane Okonkwo,555-123-4567,,Ada Okonkwo;Uche Okonkwo\n"
        "P2,Tom Li,,,\n"
        "P1,Jane Eze,,555-765-4321,\n",
    )
    assert read_roster(path).for_patient("P1") == KnownIdentifiers(
        (
            (
                KnownValue(Label.PATIENT, Kind.NAME, "Jane Okonkwo"),
                KnownValue(Label.PHONE, Kind.NUMBER, "555-123-4567"),
                KnownValue(Label.PERSON, Kind.NAME, "Ada Okonkwo"),
                KnownValue(Label.PERSON, Kind.NAME, "Uche Okonkwo"),
            ),
            (
                KnownValue(Label.PATIENT, Kind.NAME, "Jane Eze"),
                KnownValue(Label.PHONE, Kind.NUMBER, "555-765-4321"),
            ),
        )
    )


def test_json_takes_an_object_or_a_list_and_strings_or_lists(tmp_path: Path) -> None:
    row = {"patient": "P1", "Given": ["Jane", "Janie"], "family": "Okonkwo", "birth-date": ""}
    one = read_roster(_write(tmp_path, "a.json", json.dumps(row)))
    several = read_roster(_write(tmp_path, "b.json", json.dumps([row])))
    assert one == several
    assert [value.value for value in one.for_patient("P1").rows[0]] == ["Jane", "Janie", "Okonkwo"]


def test_a_byte_order_mark_and_crlf_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(b"\xef\xbb\xbfpatient,name\r\nP1,Jane Okonkwo\r\n")
    assert len(read_roster(path).for_patient("P1").rows) == 1


def test_one_patient_or_no_key_gives_every_row(tmp_path: Path) -> None:
    alone = read_roster(_write(tmp_path, "a.csv", "name\nJane Okonkwo\nJane Eze\n"))
    assert len(alone.for_patient("any").rows) == 2
    both = read_roster(_write(tmp_path, "b.csv", "patient,name\nP1,Jane\nP2,Tom\n"))
    assert len(both.for_patient("").rows) == 2


def test_an_absent_patient_is_refused_rather_than_left_unprotected(tmp_path: Path) -> None:
    roster = read_roster(_write(tmp_path, "r.csv", "patient,name\nP1,Jane\nP2,Tom\n"))
    with pytest.raises(RosterError, match="no row"):
        roster.for_patient("P3")


@pytest.mark.parametrize(
    ("name", "content", "where"),
    [
        ("r.csv", f"{_SECRET},name\n", "line 1, column 1"),
        ("r.csv", f"name,dob\nJane,{_SECRET}\n", "line 2, dob"),
        ("r.csv", f"name,dob\nJane,3/14/62\n{_SECRET},1962-03-14\n", "line 2, dob"),
        ("r.csv", f"name,phone\n{_SECRET},12\n", "line 2, phone"),
        ("r.csv", f"name\nJane,{_SECRET}\n", "line 2"),
        ("r.csv", f'name\nJane\n"{_SECRET}\n', "line 3"),
        ("r.csv", f"name\n--;{_SECRET}\n", "line 2, name"),
        ("r.csv", "name\n12345\n", "line 2, name"),
        ("r.csv", "mrn\n--\n", "line 2, mrn"),
        ("r.csv", "patient,name\n", "no patient"),
        ("r.csv", "", "no patient"),
        ("r.json", f'{{"name": "{_SECRET}"\n', "line 2"),
        ("r.json", f'[{{"name": "Jane"}}, "{_SECRET}"]', "entry 2"),
        ("r.json", f'{{"name": [{{"{_SECRET}": 1}}]}}', "entry 1, name"),
        ("r.json", f'{{"{_SECRET}": "x"}}', "entry 1"),
        ("r.json", '{"name": 5}', "entry 1, name"),
        ("r.json", '[{"patient": ["P1", "P2"], "name": "Jane"}]', "entry 1, patient"),
        ("r.txt", _SECRET, ".csv or .json"),
    ],
)
def test_a_broken_roster_says_where_and_never_what(
    tmp_path: Path, name: str, content: str, where: str
) -> None:
    with pytest.raises(RosterError) as caught:
        read_roster(_write(tmp_path, name, content))
    assert where in str(caught.value)
    assert _SECRET not in str(caught.value)


def test_a_missing_file_and_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RosterError, match="cannot be read"):
        read_roster(tmp_path / "none.csv")
    path = tmp_path / "r.csv"
    path.write_bytes(b"name\nJos\xe9\n")
    with pytest.raises(RosterError, match="UTF-8"):
        read_roster(path)


def test_no_repr_shows_a_value(tmp_path: Path) -> None:
    roster = read_roster(_write(tmp_path, "r.csv", f"patient,name\n{_SECRET},{_SECRET}\n"))
    known = roster.for_patient(_SECRET)
    assert all(_SECRET not in repr(thing) for thing in (roster, known, *known.rows[0]))
