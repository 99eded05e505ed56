"""Only an environment that holds the locks, and nothing beside them, is frozen from."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from frozen.environment import (
    LOCKS,
    WrongEnvironment,
    check_environment,
    differences,
    locked,
)

LOCK = """\
# Locked by packaging/lock.py from pyproject.toml. Do not edit.
alpha==1.0 \\
    --hash=sha256:aa
beta-two==2.0 ; sys_platform == 'never' \\
    --hash=sha256:bb
gamma==3.0 ; python_full_version >= '3.11' \\
    --hash=sha256:cc
"""


def test_pins_for_other_systems_do_not_count() -> None:
    assert dict(locked([LOCK])) == {"alpha": "1.0", "gamma": "3.0"}


def test_the_locks_of_the_project_are_read() -> None:
    texts = [
        (Path(__file__).resolve().parents[3] / "requirements" / lock).read_text(encoding="utf-8")
        for lock in LOCKS
    ]
    pins = dict(locked(texts))
    assert {"pyinstaller", "pyside6-essentials", "python-pkcs11", "jsonschema"} <= pins.keys()
    assert ("pefile" in pins) == (sys.platform == "win32")
    assert not {"torch", "transformers", "opacus"} & pins.keys()


def test_what_is_missing_more_or_another_is_told() -> None:
    wanted = {"alpha": "1.0", "gamma": "3.0"}
    found = {"alpha": "1.1", "torch": "2.13.0", "pip": "23.2.1"}
    assert sorted(differences(wanted, found)) == [
        "alpha is 1.1 instead of 1.0",
        "gamma is missing",
        "torch is not locked",
    ]
    assert not list(differences(wanted, wanted))


def test_the_wrong_environment_is_refused_with_the_remedy(tmp_path: Path) -> None:
    for lock in LOCKS:
        (tmp_path / lock).write_text(LOCK, encoding="utf-8")
    with pytest.raises(WrongEnvironment, match=r"alpha is missing.*pip install --require-hashes"):
        check_environment(tmp_path)
