"""Rewrite the locked requirements from pyproject.toml. Needs `uv` on the PATH and the network.

    python packaging/lock.py            keep the versions that are locked, where they still fit
    python packaging/lock.py --upgrade  take the newest versions that fit

Every set is resolved for all systems and Python versions at once, out of one common resolution,
so two sets never disagree. torch is left out, with the CUDA packages that its Linux wheel on
PyPI asks for: `run.py` installs the CPU build of the version that pyproject.toml names.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "requirements"
SETS = {
    "runtime": ["build.in"],
    "dev": ["build.in", "--extra=dev"],
    "train": ["build.in", "--extra=train"],
    "package": ["build.in", "--extra=package"],
    "pkcs11": ["build.in", "--extra=pkcs11"],
    "bench": ["build.in", "bench.in", "--extra=dev"],
}
_PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==[^ \\]+", re.MULTILINE)
_LEFT_OUT = re.compile(r"^(torch|triton|cuda-.*|nvidia-.*)$")
_HEADER = "# Locked by packaging/lock.py from pyproject.toml. Do not edit.\n"


def main() -> None:
    """Write every lock file anew."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        common = Path(folder, "common.txt")
        common.write_text("" if arguments.upgrade else _locked_pins(), encoding="utf-8")
        options = list(dict.fromkeys(option for options in SETS.values() for option in options))
        _compile(options, common)
        for name, options in SETS.items():
            output = Path(folder, f"{name}.txt")
            _compile([*options, "--generate-hashes", f"--constraints={common}"], output)
            lock = _HEADER + _without_torch(output.read_text(encoding="utf-8"))
            (LOCKS / f"{name}.txt").write_text(lock, encoding="utf-8", newline="\n")


def _locked_pins() -> str:
    """The pins of all present locks, which the resolver prefers where they still fit."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(LOCKS.glob("*.txt")))
    pins = {match[1]: match[0] for match in _PIN.finditer(text)}
    return "\n".join(pins.values()) + "\n"


def _compile(options: list[str], output: Path) -> None:
    sources = [str(LOCKS / name) for name in options if name.endswith(".in")]
    flags = [option for option in options if option.startswith("--")]
    command = [
        *("uv", "pip", "compile", "--quiet", "--no-config", "--universal"),
        *("--python-version=3.11", "--default-index=https://pypi.org/simple"),
        *("--no-header", "--no-annotate", f"--output-file={output}"),
        "--no-emit-package=httpx2-jsfetch",  # for Python inside a browser only
        *flags,
        str(ROOT / "pyproject.toml"),
        *sources,
    ]
    done = subprocess.run(command, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def _without_torch(lock: str) -> str:
    """The lock without the blocks (a pin and its hashes) of torch and CUDA packages."""
    blocks = re.split(r"^(?=\S)", lock, flags=re.MULTILINE)
    return "".join(block for block in blocks if not _LEFT_OUT.match(block.partition("==")[0]))


if __name__ == "__main__":
    main()
