"""Sets NoteVeil up in this checkout and runs it. Needs Python 3.11 or newer and nothing else.

    python3 run.py demo     redact the sample notes; show before, after and the verified log
    python3 run.py check    format, lint, types, import contracts and tests

On Windows: `py run.py demo`. Both make `.venv` here and install the locked requirements, each
file checked against its hash; what is there already is not installed again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
SCRIPTS = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = SCRIPTS / ("python.exe" if WINDOWS else "python")
LOCKS = ROOT / "requirements"
SAMPLES = ROOT / "samples"
OLDEST = (3, 11)

TORCH_INDEX = "https://download.pytorch.org/whl/cpu"
QT_LIBRARIES = [
    *("libegl1", "libgl1", "libxkbcommon-x11-0", "libxcb-cursor0", "libxcb-icccm4"),
    *("libxcb-image0", "libxcb-keysyms1", "libxcb-render-util0", "libxcb-xinerama0"),
    *("libdbus-1-3", "libfontconfig1", "fonts-dejavu-core"),
]
QT_PROBE = "from PySide6.QtWidgets import QApplication; QApplication([])"

CHECKS = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "import contracts": ["lint-imports"],
    "tests": ["pytest", "-n", "2", "--dist", "worksteal"],
}
BESIDE = ("types", ["mypy"])


class SetupFailed(Exception):
    """Something outside the program is missing. The message says what to do."""


def main() -> None:
    """Do what the command line asks for; exit 1 if a check fails, 2 if the set-up does."""
    if sys.version_info < OLDEST:
        found, oldest = sys.version.split()[0], ".".join(map(str, OLDEST))
        sys.exit(f"NoteVeil needs Python {oldest} or newer; this is {found}.")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=["demo", "check"])
    command = parser.parse_args().command
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace", line_buffering=True)
    try:
        done = demo() if command == "demo" else check()
    except SetupFailed as error:
        print(f"\n{error}", file=sys.stderr)
        sys.exit(2)
    sys.exit(0 if done else 1)


# ---------------------------------------------------------------------------------- set-up


def set_up(*locks: str, torch: bool = False) -> None:
    """Make `.venv` hold what the named locks ask for, and the project itself."""
    wanted = _digest(locks)
    stamp = VENV / f"installed-{'-'.join(locks)}"
    if PYTHON.is_file() and stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return
    _make_venv()
    say("Installing the locked requirements. The first time this takes some minutes.")
    if torch:
        _install_torch()
    files = [f"--requirement={LOCKS / lock}.txt" for lock in locks]
    _pip("--require-hashes", "--only-binary=:all:", *files)
    _pip("--no-deps", "--no-build-isolation", "--no-index", "--editable", str(ROOT))
    stamp.write_text(wanted, encoding="utf-8")


def _digest(locks: tuple[str, ...]) -> str:
    """What an installation depends on: this interpreter, this place, the locks, the project."""
    sources = [*(LOCKS / f"{lock}.txt" for lock in locks), ROOT / "pyproject.toml"]
    parts = [sys.version.encode(), str(ROOT).encode(), *(path.read_bytes() for path in sources)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _make_venv() -> None:
    if _venv_fits():
        return
    say(f"Making a virtual environment in {VENV.name}.")
    if not _has_module("ensurepip"):
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        if not _apt_install([package]):
            raise SetupFailed(
                f"Python's `ensurepip` is missing. Install the package {package}, then try again:\n"
                f"    sudo apt-get install {package}"
            )
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if subprocess.run(command, check=False).returncode:
        raise SetupFailed(f"Cannot make a virtual environment with: {' '.join(command)}")


def _venv_fits() -> bool:
    """Whether there is a virtual environment of this Python that was not moved since."""
    notes = VENV / "pyvenv.cfg"
    if not PYTHON.is_file() or str(VENV) not in notes.read_text(encoding="utf-8"):
        return False
    probe = [PYTHON, "-c", "import sys; print(sys.version)"]
    done = subprocess.run(probe, check=False, capture_output=True, encoding="utf-8")
    return done.stdout.strip() == sys.version


def _has_module(name: str) -> bool:
    probe = [sys.executable, "-c", f"import {name}"]
    return subprocess.run(probe, check=False, capture_output=True).returncode == 0


def _pip(*arguments: str) -> None:
    if not _try_pip(*arguments):
        raise SetupFailed(
            "pip could not install what is needed; its message stands above. Without internet, "
            "give it a folder of wheels: PIP_NO_INDEX=1 PIP_FIND_LINKS=<folder>."
        )


def _try_pip(*arguments: str) -> bool:
    command = [PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    command.append("--no-compile")  # most of it is never imported
    return subprocess.run([*command, *arguments], check=False).returncode == 0


def _install_torch() -> None:
    """Install the CPU build of torch: the build on PyPI for Linux wants gigabytes of CUDA.

    It comes by its exact version, not by hash, for every index has a build of its own.
    """
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extra = project["optional-dependencies"]["train"]
    pin = next(requirement for requirement in extra if requirement.startswith("torch=="))
    if sys.platform != "linux":
        _pip("--no-deps", pin)
    elif not _try_pip("--no-deps", f"{pin}+cpu"):
        say(f"The configured indexes have no CPU build of torch; asking {TORCH_INDEX}.")
        _pip("--no-deps", f"--index-url={TORCH_INDEX}", f"{pin}+cpu")


def _apt_install(packages: list[str]) -> bool:
    """Install Debian packages where that is possible without a question; whether it was."""
    if shutil.which("apt-get") is None:
        return False
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if prefix and (shutil.which("sudo") is None or _run([*prefix, "true"], quiet=True)):
        return False
    say(f"Installing {' '.join(packages)}.")
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]
    install = [*apt, "install", "--no-install-recommends", *packages]
    if _run(install, quiet=True) == 0:
        return True
    return _run([*apt, "update"], quiet=True) == 0 and _run(install) == 0


def _run(command: list[str], *, quiet: bool = False) -> int:
    sink = subprocess.DEVNULL if quiet else None
    return subprocess.run(command, check=False, stdout=sink, stderr=sink).returncode


def set_up_qt() -> None:
    """See that Qt can start; on Linux it needs libraries of the system.

    Raises:
        SetupFailed: it cannot, and the libraries cannot be installed from here.
    """
    if _qt_starts():
        return
    if sys.platform == "linux" and _apt_install(QT_LIBRARIES) and _qt_starts():
        return
    raise SetupFailed(
        "Qt cannot start: libraries of the system are missing. On Debian or Ubuntu:\n"
        f"    sudo apt-get install {' '.join(QT_LIBRARIES)}\n"
        "Elsewhere install what holds the same libraries, then try again."
    )


def _qt_starts() -> bool:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    probe = [PYTHON, "-c", QT_PROBE]
    done = subprocess.run(probe, check=False, env=environment, capture_output=True)
    return done.returncode == 0


# ------------------------------------------------------------------------------------ demo


def demo() -> bool:
    """Redact the sample notes into a fresh temporary folder and show what came of it."""
    set_up("runtime")
    folder = Path(tempfile.mkdtemp(prefix="noteveil-demo-"))
    environment = os.environ | {"DEID_HOME": str(folder / "home"), "PYTHONUTF8": "1"}
    known = SAMPLES / "known"
    batches = {
        SAMPLES / "notes": (),
        known: ("--roster", str(known / "roster.csv")),
    }
    for source, options in batches.items():
        notes = map(str, sorted(source.glob("*.txt")))
        target = str(folder / source.name)
        done = _deid(environment, "redact", *notes, "--out", target, "--json", *options)
        if done.returncode:
            return False
        for note in json.loads(done.stdout)["files"]:
            _show("before", Path(note["input"]))
            _show("after", Path(target, note["output"]))
    heading("The log of every redaction, verified")
    verified = _deid(environment, "audit", "verify")
    print(verified.stdout.rstrip())
    say(f"The redacted notes, the log and its keys of this demonstration lie in {folder}")
    say(f"The program itself: {SCRIPTS / 'deid'} --help")
    return verified.returncode == 0


def _deid(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [PYTHON, "-m", "deid", *arguments]
    return subprocess.run(
        command, check=False, env=environment, stdout=subprocess.PIPE, encoding="utf-8"
    )


def _show(title: str, path: Path) -> None:
    heading(f"{title}: {path.name}")
    print(path.read_text(encoding="utf-8").rstrip())


# ----------------------------------------------------------------------------------- check


def check() -> bool:
    """Run every check, also behind a failed one; whether all passed."""
    set_up("dev", "train", torch=True)
    set_up_qt()
    environment = _keeping_what_is_compiled()
    failed = []
    with tempfile.TemporaryFile() as said:
        # On one processor, and for a minute: beside the others, and told behind them.
        beside = _start(BESIDE[1], environment, said)
        for name, command in CHECKS.items():
            heading(f"{name}: {' '.join(command)}")
            if _start(command, environment).wait():
                failed.append(name)
        name, command = BESIDE
        heading(f"{name}: {' '.join(command)}")
        if beside.wait():
            failed.append(name)
        said.seek(0)
        print(said.read().decode(errors="replace").rstrip())
    heading("Failed: " + ", ".join(failed) if failed else "All checks passed")
    return not failed


def _start(
    command: list[str], environment: dict[str, str], output: IO[bytes] | None = None
) -> subprocess.Popen[bytes]:
    program = [SCRIPTS / command[0], *command[1:]]
    return subprocess.Popen(program, cwd=ROOT, env=environment, stdout=output, stderr=output)


def _keeping_what_is_compiled() -> dict[str, str]:
    """An environment in which Python keeps what it compiles: tests start it hundreds of times."""
    environment = os.environ | {"PYTHONPYCACHEPREFIX": str(VENV / "compiled")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


# ---------------------------------------------------------------------------------- output


def heading(title: str) -> None:
    """Print a title that stands out of what the commands print."""
    print(f"\n=== {title} {'=' * max(0, 74 - len(title))}")


def say(message: str) -> None:
    """Tell what is going on."""
    print(f"--- {message}")


if __name__ == "__main__":
    main()
