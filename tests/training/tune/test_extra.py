"""Without the libraries of training it is said how to get them."""

from __future__ import annotations

import subprocess
import sys
from importlib.machinery import ModuleSpec

import pytest

from deid.errors import ModelMissing
from deid.training.tune.extra import check_installed


def test_what_is_missing_is_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_peft(name: str) -> ModuleSpec | None:
        return None if name == "peft" else ModuleSpec(name, None)

    monkeypatch.setattr("deid.training.tune.extra.find_spec", without_peft)
    with pytest.raises(ModelMissing, match=r"needs peft: .*noteveil\[train\]"):
        check_installed()


def test_an_installed_program_says_where_training_is_done_instead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("deid.training.tune.extra.find_spec", lambda name: None)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(ModelMissing, match=r"does not train: in a Python beside it, .*\[train\]"):
        check_installed()


def test_settings_folders_results_and_gate_work_without_torch() -> None:
    code = (
        "import sys\n"
        "import deid.training.tune.extra, deid.training.tune.gate, deid.training.tune.progress\n"
        "import deid.training.tune.results, deid.training.tune.run_folder\n"
        "import deid.training.tune.settings\n"
        "loaded = {'torch', 'transformers', 'opacus', 'peft', 'onnx'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(loaded)) or 0)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
