"""What decides on updates loads nothing that asks a network."""

from __future__ import annotations

import subprocess
import sys

LOADED = """\
import sys
from deid.updates import trust
print(*sorted({"urllib3", "requests", "http.client"} & sys.modules.keys()))
"""


def test_no_client_of_a_network_is_loaded() -> None:
    command = [sys.executable, "-c", LOADED]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout.split() == []
