"""Whether a frozen program takes updates as it should, on a machine made for the trial.

    python packaging/frozen/take_updates.py TREE OLDER.zip NEWER.zip

TREE was frozen with the root that the bundles lead up to (`build.py --update-root`); the two differ
in their number, and neither is out of date. The true program runs as the administrator of a
namespace that holds no network and a `/var/lib` of its own, so nothing of this computer changes. It
needs bubblewrap. Prints a table in Markdown; the exit code is 1 if a row is not as it should be.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SAMPLE: Final = Path(__file__).resolve().parents[2] / "samples" / "notes"
UPDATES: Final = "noteveil/updates"
REFUSED, TAMPERED = 15, 16
RELEASE: Final = "what came with the program"


@dataclass(frozen=True, slots=True)
class Step:
    """What was done, and what became of it.

    Attributes:
        what: in words.
        code: that the program ended with.
        said: its last line.
        wrong: what should have been otherwise; empty: nothing.
    """

    what: str
    code: int
    said: str
    wrong: str


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine for the trial.

    Attributes:
        program: `deid` of the tree.
        work: an empty folder; what the machine keeps lies below it.
    """

    program: Path
    work: Path

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run `deid` as the administrator of the machine."""
        for name in ("var", "home"):
            (self.work / name).mkdir(exist_ok=True)
        command = [
            *("bwrap", "--die-with-parent", "--dev-bind", "/", "/", "--unshare-net"),
            *("--unshare-user", "--uid", "0", "--gid", "0"),
            *("--bind", self.work / "var", "/var/lib"),
            *("--clearenv", "--setenv", "HOME", self.work / "home"),
            *("--setenv", "LANG", "C.UTF-8", "--setenv", "PATH", "/nothing"),
            *(self.program, *arguments),
        ]
        return subprocess.run(
            [str(part) for part in command], check=False, capture_output=True, text=True
        )

    def step(self, what: str, *arguments: str | Path, code: int = 0, holds: str = "") -> Step:
        """Run `deid`; whether it ended with this code, and said this."""
        done = self.run(*arguments)
        said = (done.stdout + done.stderr).strip()
        wrong = [] if done.returncode == code else [f"it should end with {code}"]
        wrong += [] if holds in said else [f"it should say: {holds}"]
        return Step(what, done.returncode, (said.splitlines() or [""])[-1], "; ".join(wrong))

    def in_use(self, what: str, holds: str) -> Step:
        """Ask what is in use, which is the first line of the answer."""
        done = self.run("update", "list")
        said = (done.stdout + done.stderr).partition("\n")[0]
        return Step(what, done.returncode, said, "" if holds in said else f"not {holds}")

    def tested_with(self, what: str, number: int | None) -> Step:
        """Let the program test itself, and look which update it did that with."""
        report = Path(tempfile.mkdtemp(dir=self.work)) / "report.json"
        step = self.step(what, "selftest", "--report", report)
        found = None
        if report.is_file():
            update = json.loads(report.read_text("utf-8"))["report"]["installed"]["update"]
            found = update and update["version"]
        wrong = "" if found == number else f"tested with update {found}"
        return Step(what, step.code, f"with update {found}", step.wrong or wrong)


def steps(machine: Machine, older: Path, newer: Path) -> Iterator[Step]:
    """Every step, in their order."""
    numbers = [_number(machine, bundle) for bundle in (older, newer)]
    first, second = (f"update {number}" for number in numbers)
    yield machine.in_use("what is in use on a new machine", RELEASE)
    yield machine.step("the older bundle is installed", "update", "install", older, holds=first)
    yield machine.tested_with("the program tests itself with it", numbers[0])
    damaged = _damaged(newer, machine.work / "damaged.zip")
    yield machine.step("the newer one, a bit turned", "update", "install", damaged, code=REFUSED)
    yield machine.in_use("what is in use", first)
    yield machine.step("the newer bundle as it is", "update", "install", newer, holds=second)
    yield machine.in_use("what is in use", second)
    yield machine.step(
        "the older one again", "update", "install", older, code=REFUSED, holds="get the newest"
    )
    yield machine.in_use("what is in use", second)
    yield machine.step("a step back", "update", "undo", holds=first)
    yield machine.in_use("what is in use", first)
    yield machine.tested_with("the program tests itself with it", numbers[0])
    yield machine.step("a second step back", "update", "undo", code=REFUSED, holds="nothing to go")
    yield machine.step("the newer one again", "update", "install", newer, holds=second)
    _turn(next((machine.work / "var" / UPDATES).glob(f"{numbers[1]}-*/rules/packs/ids.yaml")))
    note = next(iter(sorted(SAMPLE.glob("*.txt"))))
    out = machine.work / "out"
    yield machine.step(
        "a bit of its rules turned, and a note redacted", "redact", note, "--out", out,
        code=TAMPERED, holds="not what was signed",
    )  # fmt: skip
    yield machine.step("back to the release", "update", "undo", "--to-release", holds=RELEASE)
    yield machine.step("a note redacted", "redact", note, "--out", out)
    yield machine.tested_with("the program tests itself", None)


def table(made: list[Step]) -> Iterator[str]:
    """A line for each step, in Markdown."""
    yield "| what was done | exit code | the program said |"
    yield "|---|--:|---|"
    for step in made:
        yield f"| {step.what} | {step.code} | {step.said} |"


def _number(machine: Machine, bundle: Path) -> int:
    done = machine.run("update", "show", bundle, "--json")
    if done.returncode:
        sys.exit(f"{bundle.name} cannot be installed with this program: {done.stderr.strip()}")
    return int(json.loads(done.stdout)["update"])


def _damaged(bundle: Path, copy: Path) -> Path:
    shutil.copyfile(bundle, copy)
    _turn(copy)
    return copy


def _turn(path: Path) -> None:
    """Turn one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def main() -> int:
    """Try it all, and print what came of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tree", type=Path, metavar="TREE")
    parser.add_argument("older", type=Path, metavar="OLDER.zip")
    parser.add_argument("newer", type=Path, metavar="NEWER.zip")
    options = parser.parse_args()
    if shutil.which("bwrap") is None:
        sys.exit("there is no namespace to try it in: install bubblewrap")
    with tempfile.TemporaryDirectory(prefix="updates-") as work:
        machine = Machine(options.tree.resolve() / "deid", Path(work))
        made = list(steps(machine, options.older.resolve(), options.newer.resolve()))
    print("\n".join(table(made)).replace(f"{work}/", ""))
    for step in made:
        if step.wrong:
            print(f"{step.what}: {step.wrong}", file=sys.stderr)
    return int(any(step.wrong for step in made))


if __name__ == "__main__":
    sys.exit(main())
