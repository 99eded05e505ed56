"""Switching off whatever a library might send or tell, before any of them is loaded.

None of the program's own code opens a connection. These libraries would, or may in a later version:
onnxruntime reports its use from 1.29 on, Hugging Face's look for newer files. What fetches a list
of domain names, tldextract, is given its bundled one where it is loaded (`deid.detect.presidio`).
"""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from types import MappingProxyType
from typing import Final

SILENT: Final = MappingProxyType(
    {
        "DO_NOT_TRACK": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_OFFLINE": "1",
        "ORT_DISABLE_TELEMETRY": "1",
        "TRANSFORMERS_OFFLINE": "1",
    }
)
"""What must stand in the environment, whatever stood there before."""


def keep_silent(environment: MutableMapping[str, str]) -> None:
    """Let no library of this process, or of those it starts, send anything.

    Args:
        environment: that of the process.
    """
    environment.update(SILENT)


def hush(library: str) -> None:
    """Let a library that reads files say nothing of them: its warnings quote what they hold.

    Args:
        library: its name, under which it writes to logs.
    """
    log = logging.getLogger(library)
    log.addHandler(logging.NullHandler())
    log.propagate = False
