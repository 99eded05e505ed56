"""Seeds: keyed where the law lets a code derive from the person, random where it does not."""

from __future__ import annotations

import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.errors import KeyUnusable, LogUnavailable
from deid.policy import load_policy
from deid.redact import CodeTable, keyed_seed, seed_for
from deid.redact.seeds import derive, shift_days

KEY = bytes([1] * 32)


@pytest.fixture
def table_path(tmp_path: Path) -> Path:
    return tmp_path / "codes" / "codes.sqlite"


def test_keyed_seeds_are_the_same_for_the_same_patient_and_key() -> None:
    seed = keyed_seed(KEY, "p1")
    assert len(seed) == 32
    assert seed == keyed_seed(KEY, "p1")
    assert len({seed, keyed_seed(KEY, "p2"), keyed_seed(bytes([2] * 32), "p1")}) == 3


def test_a_short_key_is_refused_without_being_shown() -> None:
    with pytest.raises(KeyUnusable) as caught:
        keyed_seed(b"hunter2", "p1")
    assert "hunter2" not in str(caught.value)


def test_parts_are_not_run_together() -> None:
    assert derive(KEY, "ab", "c") != derive(KEY, "a", "bc")
    assert derive(KEY, "\ud800")


def test_the_table_remembers(table_path: Path) -> None:
    with CodeTable(table_path) as table:
        seed = table.seed("f1")
        assert len(seed) == 32
        assert table.seed("f2") != seed
    with CodeTable(table_path) as table:
        assert table.seed("f1") == seed


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_the_table_is_for_its_owner_alone(table_path: Path) -> None:
    CodeTable(table_path).close()
    assert table_path.stat().st_mode & 0o777 == 0o600
    table_path.chmod(0o644)
    with pytest.raises(LogUnavailable, match="600"):
        CodeTable(table_path)


def test_two_tables_on_one_file_agree(table_path: Path) -> None:
    def seeds(_: int) -> list[bytes]:
        with CodeTable(table_path) as table:
            return [table.seed(f"f{i}") for i in range(20)]

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(seeds, range(4)))
    assert all(result == results[0] for result in results)


def test_threads_may_share_a_table(table_path: Path) -> None:
    with CodeTable(table_path) as table, ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(table.seed, ["a", "b"] * 20))
    assert len(set(drawn)) == 2


def test_a_file_that_is_no_table_is_refused(table_path: Path) -> None:
    table_path.parent.mkdir()
    table_path.write_bytes(b"not a database, by any means at all" * 10)
    table_path.chmod(0o600)
    with pytest.raises(LogUnavailable, match=r"codes\.sqlite"):
        CodeTable(table_path)


def test_an_unusable_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LogUnavailable):
        CodeTable(tmp_path)


def test_the_table_holds_no_patient_key(table_path: Path) -> None:
    policy = load_policy("safe-harbor")
    with CodeTable(table_path) as table:
        seed_for(policy, "Jane Roe", site_key=KEY, table=table)
        seed_for(policy, "p2", site_key=KEY, table=table, fingerprint="given")
    connection = sqlite3.connect(table_path)
    rows = {row[0] for row in connection.execute("SELECT fingerprint FROM seed")}
    connection.close()
    assert len(rows) == 2
    assert "given" in rows
    assert not any("Jane" in row for row in rows)


@pytest.mark.parametrize("name", ["safe-harbor", "limited-data-set", "everything"])
def test_where_codes_may_not_derive_from_the_person_seeds_are_random(
    tmp_path: Path, name: str
) -> None:
    policy = load_policy(name)
    drawn = set()
    for place in ("one", "two"):
        with CodeTable(tmp_path / place) as table:
            seed = seed_for(policy, "p1", site_key=KEY, table=table)
            assert seed == seed_for(policy, "p1", site_key=KEY, table=table)
            drawn.add(seed)
    assert len(drawn) == 2


@pytest.mark.parametrize("name", ["research", "gdpr-pseudonymise"])
def test_elsewhere_seeds_are_keyed(table_path: Path, name: str) -> None:
    with CodeTable(table_path) as table:
        seed = seed_for(load_policy(name), "p1", site_key=KEY, table=table)
    assert seed == keyed_seed(KEY, "p1")


@pytest.mark.parametrize("name", ["research", "safe-harbor"])
def test_a_note_without_a_patient_gets_a_fresh_seed(table_path: Path, name: str) -> None:
    with CodeTable(table_path) as table:
        seeds = {seed_for(load_policy(name), "", site_key=KEY, table=table) for _ in range(3)}
    assert len(seeds) == 3


@given(seed=st.binary(min_size=32, max_size=32), most=st.integers(1, 3650), weeks=st.booleans())
def test_shifts_are_in_range_and_never_nothing(seed: bytes, most: int, weeks: bool) -> None:
    days = shift_days(seed, max_days=most, keep_weekday=weeks)
    assert 0 < abs(days) <= max(most, 7 if weeks else 1)
    assert not weeks or days % 7 == 0


def test_all_shifts_occur() -> None:
    drawn = {shift_days(bytes([i]) * 32, max_days=2) for i in range(200)}
    assert drawn == {-2, -1, 1, 2}
