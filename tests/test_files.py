"""Files of the administrator are known by their owner, in a sandbox too."""

from __future__ import annotations

from pathlib import Path

import pytest

from deid.files import administrator


@pytest.mark.parametrize(
    ("uid_map", "owner"),
    [
        ("         0          0 4294967295\n", 0),
        ("         0       1000          1\n", 0),
        ("      1000       1000          1\n", 65534),
        ("         0       1000          1\n         1     100000      65536\n", 0),
        # The user's own files would be shown just as those of the administrator.
        ("     65534      65534          1\n", 0),
    ],
)
def test_the_administrator_is_shown_by_another_id_where_0_is_unknown(
    tmp_path: Path, uid_map: str, owner: int
) -> None:
    for path, content in (("self/uid_map", uid_map), ("sys/kernel/overflowuid", "65534\n")):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content, encoding="ascii")
    assert administrator(proc=tmp_path) == owner


def test_without_such_files_the_administrator_is_0(tmp_path: Path) -> None:
    assert administrator(proc=tmp_path) == 0
