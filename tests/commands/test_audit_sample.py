"""`deid audit sample`: plan, draw, read, verdict, close."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from deid.audit.people import make_personal_key
from deid.audit.records import (
    DocumentCommitted,
    DocumentRead,
    Event,
    RedactionMade,
    ReviewerMeasured,
    Role,
    SampleDesign,
)
from deid.datatypes import Span
from deid.labels import Label
from deid.officer import Desk
from deid.officer.bound import Sensitivity, Terms
from deid.officer.enrolment import enrol
from deid.officer.plan import notes_to_read
from deid.officer.risk import POINTS
from deid.officer.samples import drawn_notes, samples
from deid.officer.verdicts import give_verdict
from deid.policy import load_policy

Deid = Callable[..., Any]
PIN = "a short sentence"
POLICY = load_policy("safe-harbor").digest
ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "sampling.md").read_text(encoding="utf-8")
TOLD_ID = "3f9a21c07be4d815"
NOTES = 412
KEY = ["--as", "ola", "--pin-file", "pin.txt"]


@pytest.fixture
def clinic(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with originals, outputs and a PIN; the notes are released, ola is an officer."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    pin = tmp_path / "pin.txt"
    pin.write_text(PIN, encoding="utf-8")
    pin.chmod(0o600)
    with Desk.open(home) as desk:
        administrator, officer = (
            make_personal_key(home, name=name, pin=PIN).id for name in ("Ada Minister", "ola")
        )
        desk.unlock(administrator, PIN)
        enrol(desk, administrator, Role.ADMINISTRATOR)
        enrol(desk, officer, Role.OFFICER)
        desk.log.append([event for n in range(NOTES) for event in _released(desk, n, tmp_path)])
        desk.log.append(
            [
                ReviewerMeasured(desk.keys.fingerprint("document", f"{n}"), "ola", 2, 2 - (n < 10))
                for n in range(100)
            ]
        )
    return tmp_path


def _released(desk: Desk, number: int, folder: Path) -> list[Event]:
    original, output = f"Seen: Quenbridge {number}.\n", f"Seen: [PATIENT] {number}.\n"
    if number < 70:
        (folder / "in" / f"{number}.txt").write_bytes(original.encode())
        (folder / "out" / f"{number}.txt").write_bytes(output.encode())
    document = desk.keys.fingerprint("document", f"{number}.txt")
    read, written = (sha256(text.encode()).hexdigest() for text in (original, output))
    original_mark = desk.keys.fingerprint("original", "Quenbridge")
    return [
        DocumentRead(document, read, len(original), len(original), "text", "utf-8"),
        RedactionMade(
            document, Span(6, 16), Label.PATIENT, "A", "model:0a1b2c3d", 0.6, "tag", POLICY,
            original_mark, Span(6, 15),
        ),
        DocumentCommitted(
            document, read, written, len(original), len(output), 1, 0, POLICY,
            desk.keys.fingerprint("output-name", f"{number}.txt"), {Label.PATIENT: 1},
        ),
    ]  # fmt: skip


def read_on(home: Path, *, but: int) -> None:
    """Read every note of the first sample from this one on; none leaks."""
    with Desk.open(home) as desk:
        desk.unlock(next(one.id for one in desk.people() if one.name == "ola"), PIN)
        first = samples(desk.log)[0]
        for note in drawn_notes(desk.log, first)[but:]:
            give_verdict(desk, first.id, note, {})


def test_a_plan_wants_no_log(deid: Deid, home: Path) -> None:
    said = deid("audit", "sample", "plan", "--target", "0.01")
    assert said.code == 0
    assert "read 299 notes" in said.out
    assert "only for readers who miss nothing" in said.out
    tree = deid("audit", "sample", "plan", "--of", "200", "--json").json()
    assert tree["rows"][0]["fixed"] == 47
    assert not home.exists()


def test_a_plan_for_a_measured_reader(deid: Deid, clinic: Path) -> None:
    tree = deid("audit", "sample", "plan", "--measured-as", "ola", "--json").json()
    assert (tree["readers"]["withheld"], tree["readers"]["caught"]) == (200, 190)
    assert tree["rows"][0]["fixed"] > 59
    assert "190 of 200" in deid("audit", "sample", "plan", "--measured-as", "ola").out
    unknown = deid("audit", "sample", "plan", "--measured-as", "bo")
    assert (unknown.code, "not measured" in unknown.err) == (3, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--target", "0"],
        ["--target", "some"],
        ["--target", "0.9"],
        ["--confidence", "1"],
        ["--of", "0"],
    ],
)
def test_terms_that_mean_nothing_are_refused(deid: Deid, arguments: list[str]) -> None:
    assert deid("audit", "sample", "plan", *arguments).code == 2


def test_only_an_officer_draws(deid: Deid, clinic: Path) -> None:
    assert deid("audit", "sample", "draw").code == 12
    administrator = ["--as", "Ada Minister", "--pin-file", "pin.txt"]
    assert deid("audit", "sample", "draw", *administrator).code == 12
    assert "no sample was drawn" in deid("audit", "sample", "list").out


def test_a_sample_from_drawing_to_signing(deid: Deid, clinic: Path) -> None:
    drawn = deid(
        "audit", "sample", "draw", "--notes", 3, "--sequential", "--policy", "safe-harbor",
        "--target", 0.5, "--since", "2020-01-01", "--json", *KEY,
    ).json()  # fmt: skip
    assert (drawn["notes"], drawn["frame"], drawn["design"]) == (3, NOTES, "sequential")
    assert drawn["policy_digest"] == POLICY
    sample = drawn["sample"]
    listed = deid("audit", "sample", "show", sample, "--json").json()["listed"]
    assert [one["verdict"] for one in listed] == ["unread"] * 3
    read = deid("audit", "sample", "verdict", sample, 2, "--leak", "CITY=2", "--leak", "AGE", *KEY)
    assert "1 of 3 notes read, 1 of them leak" in read.out
    assert "left: AGE 1, CITY 2" in read.out
    assert "1 unread notes count as if they leaked" in read.out
    for note in (1, 3):
        assert deid("audit", "sample", "verdict", sample, note, "--none", *KEY).code == 0
    closed = deid("audit", "sample", "close", sample, "--json", *KEY).json()
    assert (closed["read"], closed["leaking"]) == (3, 1)
    assert closed["counts"] == {"AGE": 1, "CITY": 2}
    assert closed["bound"] == closed["closed"]["bound"] <= 1
    assert "closed and signed" in deid("audit", "sample", "show", sample).out
    after = deid("audit", "sample", "verdict", sample, 1, "--none", *KEY)
    assert (after.code, "closed" in after.err) == (3, True)
    assert deid("audit", "verify").code == 0


def test_the_note_is_shown_and_its_original_only_after_it_was_recorded(
    deid: Deid, clinic: Path
) -> None:
    sample = deid(
        "audit", "sample", "draw", "--notes", NOTES, "--risk-weighted", "--json", *KEY
    ).json()["sample"]
    listed = deid("audit", "sample", "show", sample, "--json").json()["listed"]
    assert all(one["signs"] == {"replaced-at-low-score": 1} for one in listed)
    there = sha256((clinic / "out" / "5.txt").read_bytes()).hexdigest()
    number = next(one["note"] for one in listed if one["output_sha256"] == there)
    output = deid("audit", "sample", "show", sample, number, "--from", "out", *KEY)
    assert output.out == "Seen: [PATIENT] 5.\n"
    hidden = deid("audit", "sample", "show", sample, number, "--from", "out", "--json")
    assert (hidden.code, "PATIENT" in hidden.out) == (12, False)
    looking = ["audit", "sample", "show", sample, number, "--original", "--from", "in", *KEY]
    original = deid(*looking, "--json").json()
    (place,) = original["replaced"]
    assert original["text"][place["start"] : place["end"]] == "Quenbridge"
    revealed = deid("audit", "list", "--event", "value-revealed", "--json").out.splitlines()
    assert [json.loads(line)["purpose"] for line in revealed] == ["sample"]
    (clinic / "out" / "5.txt").write_text("another")
    gone = deid("audit", "sample", "show", sample, number, "--from", "out", *KEY)
    assert (gone.code, "counts as one that leaks" in gone.err) == (3, True)
    shown = deid("audit", "sample", "show", sample).out
    assert "says nothing of how many there are" in shown


@pytest.mark.parametrize("leak", ["TOWN", "CITY=0", "CITY=x", "CITY=-1"])
def test_what_is_no_leak_is_refused(deid: Deid, home: Path, leak: str) -> None:
    assert deid("audit", "sample", "verdict", "abc", 1, "--leak", leak).code == 2


def test_what_is_not_there_is_told(deid: Deid, clinic: Path) -> None:
    assert deid("audit", "sample", "show", "abcd").code == 3
    sample = deid("audit", "sample", "draw", "--notes", 3, "--json", *KEY).json()["sample"]
    assert "has 3 notes" in deid("audit", "sample", "show", sample, 4, *KEY).err
    assert deid("audit", "sample", "show", sample, 1, "--from", "away", *KEY).code == 3
    far = deid("audit", "sample", "draw", "--notes", NOTES + 1, *KEY)
    assert (far.code, f"{NOTES} released notes" in far.err) == (3, True)
    unseen = deid("audit", "sample", "draw", "--label", "SSN", *KEY)
    assert (unseen.code, "no released note to draw from" in unseen.err) == (3, True)
    assert deid("audit", "sample", "draw", "--label", "NAME", *KEY).code == 2
    with_label = deid(
        "audit", "sample", "draw", "--label", "PATIENT", "--notes", 2, "--json", *KEY
    ).json()
    assert (with_label["label"], with_label["notes"], with_label["frame"]) == ("PATIENT", 2, NOTES)
    none = deid("audit", "sample", "draw", "--until", "2020-01-01", *KEY)
    assert (none.code, "no released note" in none.err) == (3, True)


def test_every_command_of_the_document_runs_and_shows_what_it_says(
    deid: Deid, clinic: Path, home: Path
) -> None:
    sample = TOLD_ID
    commands = 0
    said: list[str] = []
    for block in re.findall(r"^```console\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if not line.startswith("$ "):
                assert line.replace(TOLD_ID, sample) in said
                continue
            program, *arguments = shlex.split(line.removeprefix("$ ").replace(TOLD_ID, sample))
            if "--from" in arguments:
                _put_there(home, sample, clinic)
            if "close" in arguments:
                read_on(home, but=0)
            ran = deid(*arguments)
            assert (program, ran.code, ran.err) == ("deid", 0, ""), line
            said = ran.out.splitlines()
            commands += 1
            if "draw" in arguments and sample == TOLD_ID:
                sample = said[0].split()[1].removesuffix(":")
    assert commands == 12


def _put_there(home: Path, sample: str, folder: Path) -> None:
    """Let the files of the first note of a sample lie in the folders."""
    with Desk.open(home) as desk:
        (drawn,) = (one for one in samples(desk.log) if one.id == sample)
        wanted = drawn_notes(desk.log, drawn)[0].commit.output_sha256
    for number in range(NOTES):
        output = f"Seen: [PATIENT] {number}.\n"
        if sha256(output.encode()).hexdigest() == wanted:
            (folder / "out" / "first.txt").write_bytes(output.encode())
            original = output.replace("[PATIENT]", "Quenbridge")
            (folder / "in" / "first.txt").write_bytes(original.encode())


def test_the_plans_of_the_document_are_those_that_are_computed() -> None:
    rows = re.findall(r"^\| ([\d.]+) % \| ([\d,]+ · .*) \|$", DOCUMENT, re.MULTILINE)
    assert len(rows) == 4
    for target, cells in rows:
        terms = [Terms(target=float(target) / 100, design=design) for design in SampleDesign]
        for leaks, cell in enumerate(cells.split(" | ")):
            numbers = [notes_to_read(leaks, Sensitivity(), each) for each in terms]
            assert cell == " · ".join(f"{number:,}" for number in numbers)


def test_the_points_of_the_document_are_those_that_count() -> None:
    rows = re.findall(r"^\| `([a-z-]+)`: .* \| ([\d.]+) \| (\d+) \|$", DOCUMENT, re.MULTILINE)
    told = {sign: (float(each), int(most)) for sign, each, most in rows}
    assert told == {sign.value: (one.each, one.most) for sign, one in POINTS.items()}
