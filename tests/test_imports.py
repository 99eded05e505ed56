"""What comes into memory with `import deid`, and what stays out of it."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    "torch",
    "transformers",
    "opacus",
    "peft",
    "presidio_analyzer",
    "presidio_anonymizer",
    "spacy",
    "onnxruntime",
    "tokenizers",
    "PySide6",
}


@pytest.mark.parametrize("module", ["deid", "deid.cli"])
def test_importing_loads_nothing_heavy(module: str) -> None:
    probe = f"import sys, {module}; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", probe], check=True, capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert module in loaded
    assert loaded & HEAVY == set()
