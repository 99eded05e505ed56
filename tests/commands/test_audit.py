import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from deid.audit.records import (
    Purpose,
    RevealSource,
    ReviewAct,
    ReviewActed,
    ReviewerMeasured,
    ReviewFinished,
    ValueRevealed,
)
from deid.datatypes import Span
from deid.labels import Label
from deid.site import Site

Deid = Callable[..., Any]
RULES = ("--detector", "rules")


@pytest.fixture(scope="module")
def first_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the data folder of the first batch is kept for the other tests."""
    return tmp_path_factory.mktemp("first") / "home"


@pytest.fixture
def done(deid: Deid, home: Path, notes: Path, tmp_path: Path, first_home: Path) -> Deid:
    """The command line, behind a batch of two notes and a refused one."""
    if first_home.exists():
        shutil.copytree(first_home, home)
        return deid
    (notes / "c.txt").write_bytes(b"")
    assert deid("redact", notes, "--out", tmp_path / "out", *RULES).code == 10
    shutil.copytree(home, first_home)
    return deid


def events(said: Any) -> list[str]:
    return [json.loads(line)["event"] for line in said.out.splitlines()]


def test_the_log_of_a_batch(done: Deid) -> None:
    found = events(done("audit", "list", "--json"))
    assert found[0] == "session-opened"
    assert found.count("document-committed") == 2
    assert found[-1] == "document-refused"
    for_people = done("audit", "list").out
    assert "PHONE [24, 38) tag" in for_people
    assert "EmptyNote" in for_people


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        (["--label", "PHONE"], 2),
        (["--event", "document-committed"], 2),
        (["--event", "redaction-made", "--document", "a.txt"], 3),
        (["--event", "redaction-made", "--detector", "rule:contact/"], 2),
        (["--event", "redaction-made", "--detector", "model:"], 0),
        (["--policy", "safe-harbor", "--event", "document-committed"], 2),
        (["--policy", "everything"], 0),
        (["--last", "3"], 3),
        (["--user", "nobody-of-that-name"], 0),
    ],
)
def test_filters(done: Deid, filters: list[str], count: int) -> None:
    assert len(events(done("audit", "list", "--json", *filters))) == count


def test_filters_by_time_and_user(done: Deid) -> None:
    whole = done("audit", "list", "--json")
    now = datetime.now(UTC)
    later, earlier = (now + timedelta(minutes=5)).isoformat(), (now - timedelta(days=1)).isoformat()
    assert done("audit", "list", "--json", "--since", later).out == ""
    assert done("audit", "list", "--json", "--since", earlier, "--until", later).out == whole.out
    user = json.loads(whole.out.splitlines()[0])["user"]
    assert done("audit", "list", "--json", "--user", user).out == whole.out
    assert done("audit", "list", "--since", "yesterday").code == 2


def test_a_review_is_told_at_a_glance(deid: Deid, home: Path) -> None:
    document = f"hmac-sha256:{'0' * 16}:{'0' * 64}"
    with Site.open(home) as site:
        site.log.append(
            [
                ReviewActed(document, ReviewAct.ADD, "clerk", Span(3, 7), None, Label.PATIENT),
                ReviewActed(document, ReviewAct.UNDO, "clerk", Span(3, 7), Label.PATIENT),
                ReviewFinished(document, "clerk", 3, 1, 0.85),
                ReviewerMeasured(document, "clerk", 2, 1),
            ]
        )
    for_people = deid("audit", "list").out
    assert "PATIENT [3, 7) add" in for_people
    assert "PATIENT [3, 7) undo" in for_people
    assert "3 replaced, 1 of them uncertain" in for_people
    assert "1 caught of 2 withheld" in for_people
    assert events(deid("audit", "list", "--json", "--event", "reviewer-measured")) == [
        "reviewer-measured"
    ]


def test_one_record(done: Deid) -> None:
    record = done("audit", "show", "0", "--json").json()
    assert (record["seq"], record["event"]) == (0, "session-opened")
    assert "session-opened" in done("audit", "show", "0").out
    said = done("audit", "show", "999")
    assert said.code == 7
    assert "999" in said.err


def test_a_checkpoint_witnesses_the_log(done: Deid, tmp_path: Path) -> None:
    kept = tmp_path / "checkpoint"
    assert done("audit", "checkpoint", "--out", kept).code == 0
    assert done("audit", "checkpoint", "--out", kept).code == 6
    verified = done("audit", "verify", "--checkpoint", kept, "--json").json()
    assert 0 < verified["witnessed"] < verified["records"]
    printed = done("audit", "checkpoint").out
    assert printed.startswith("noteveil/log/")
    kept.write_text(printed.replace("\n1", "\n2", 1))
    assert done("audit", "verify", "--checkpoint", kept).code == 7
    assert done("audit", "verify", "--checkpoint", tmp_path / "gone").code == 7


def test_proofs_are_checked_with_the_public_key_alone(
    done: Deid, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, inclusion, growth = tmp_path / "kept", tmp_path / "inclusion", tmp_path / "growth"
    key = done("audit", "verify", "--json").json()["public_key"]
    done("audit", "checkpoint", "--out", kept)
    assert done("audit", "prove", "3", "--out", inclusion).code == 0
    assert done("audit", "prove", "--since", kept, "--out", growth).code == 0
    exports = events(done("audit", "list", "--event", "exported", "--json"))
    assert len(exports) == 3
    monkeypatch.setenv("DEID_HOME", str(tmp_path / "elsewhere"))
    for proof in (inclusion, growth):
        said = done("audit", "verify", "--proof", proof, "--public-key", key, "--json")
        assert (said.code, said.json()["verified"]) == (0, True)
        assert done("audit", "verify", "--proof", proof, "--public-key", key).code == 0
    inclusion.write_text(inclusion.read_text().replace("PHONE", "EMAIL"))
    assert done("audit", "verify", "--proof", inclusion, "--public-key", key).code == 7
    assert done("audit", "prove", "99999").code == 7
    assert done("audit", "prove").code == 2


def test_without_a_log_nothing_is_made(deid: Deid, home: Path) -> None:
    assert deid("audit", "verify").code == 7
    assert deid("audit", "list").code == 7
    assert deid("audit", "show", "0").code == 7
    assert deid("audit", "checkpoint").code == 7
    assert deid("audit", "prove", "0").code == 7
    assert not home.exists()


def test_who_was_shown_values_is_listed(done: Deid, home: Path) -> None:
    with Site.open(home) as site:
        document = site.keys.fingerprint("document", "a.txt")
        who, vault = "a" * 16, RevealSource.VAULT
        site.log.append(
            [
                ValueRevealed(who, document, vault, values, Purpose.COURT, "statement")
                for values in (1, 3)
            ]
        )
    one, three = done("audit", "list", "--event", "value-revealed").out.splitlines()
    assert one.endswith(f"  1 value from the vault for court, by {'a' * 16}")
    assert three.endswith(f"  3 values from the vault for court, by {'a' * 16}")
