"""The whole way of a note in a place without any network, and without a socket of one."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_ISOLATED = ["unshare", "--net", "--map-root-user"]


@pytest.fixture
def isolated() -> list[str]:
    """A command prefix that takes all network interfaces away."""
    if shutil.which("unshare") is None:
        pytest.skip("this system has no `unshare`")
    probe = "import socket; print([name for _, name in socket.if_nameindex()])"
    done = subprocess.run(
        [*_ISOLATED, sys.executable, "-c", probe], capture_output=True, text=True, timeout=60
    )
    if done.returncode:
        pytest.skip("this system does not allow a network namespace of one's own")
    assert done.stdout == "['lo']\n"
    return _ISOLATED


@pytest.fixture
def traced(tmp_path: Path) -> list[str]:
    """A command prefix that writes every network system call into `trace`; empty without one."""
    prefix = ["strace", "-f", "-qq", "-e", "trace=network", "-o", str(tmp_path / "trace")]
    if shutil.which("strace") is None:
        return []
    return prefix if subprocess.run([*prefix, "true"], capture_output=True).returncode == 0 else []


def test_redaction_needs_no_network(
    isolated: list[str], traced: list[str], home: Path, notes: Path, tmp_path: Path
) -> None:
    (notes / "c.txt").write_text("Mail m.quenbridge@example.org, see https://example.org/portal.\n")
    out = tmp_path / "out"
    redact = [sys.executable, "-m", "deid", "redact", str(notes), "--out", str(out)]
    done = subprocess.run([*isolated, *traced, *redact], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(list(out.iterdir())) == 3
    assert not [path for path in out.iterdir() if b"uenbridge" in path.read_bytes()]
    if traced:
        families = re.findall(r"\bsocket\((\w+)", (tmp_path / "trace").read_text())
        assert set(families) <= {"AF_UNIX"}
