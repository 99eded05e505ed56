"""Backup, restore and loss are as docs/administration.md tells; its table of losses is made here.

`python -m tests.test_backup_guide` prints the table.
"""

from __future__ import annotations

import contextlib
import functools
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from deid import pipeline
from deid.audit.keys import Keys
from deid.cli import main
from deid.detect import packs
from deid.errors import EmptyNote
from deid.labels import Label
from deid.policy import ReleaseRule, VaultUse, derive, load_policy, save_policy
from deid.site import Site

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the commands are those of Linux")

DOCUMENT: Final = Path(__file__).resolve().parents[1] / "docs" / "administration.md"
NAME: Final = "Quenbridge"
NOTE: Final = f"Call Mrs. {NAME} at (801) 555-0147.\nStable on 03/14/2024.\n"
PIN: Final = "a short sentence"
DATA: Final = Path(".local/share/noteveil")


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that is gone, and what the guide says of it.

    Attributes:
        gone: in the data folder.
        meets: what somebody does then, and what comes of it: the exit code and words of the
            program, or of the output.
        lost: for good, where there is no backup.
    """

    gone: str
    meets: tuple[tuple[str, int, str], ...]
    lost: str


LOSSES: Final = (
    Loss(
        "keys/site.key",
        (
            ("redact", 7, "restore the key from its backup, or move the log away"),
            ("verify", 0, "The log agrees with itself"),
        ),
        "Which record is of which note or value. What is held, and the queue, which the key seals. "
        "Stand-ins of patients will be others. A new log must be begun",
    ),
    Loss(
        "keys/signing.key",
        (
            ("redact", 7, "restore the key from its backup, or move the log away"),
            ("verify", 7, "restore the key from its backup"),
            ("verify by public key", 0, "The log agrees with itself"),
        ),
        "The log cannot go on: a new one must be begun. The old one verifies, if its public key is "
        "known from elsewhere (a checkpoint names it)",
    ),
    Loss(
        "keys/people",
        (
            ("redact", 0, "1 done"),
            ("open the vault", 7, "no key of that name or id lies in the data folder"),
            ("enrol", 7, "no key of that name or id lies in the data folder"),
        ),
        "What is in the vault, for good, if no other officer opens it. Without an administrator "
        "nobody can be enrolled in this log any more",
    ),
    Loss(
        "keys",
        (
            ("redact", 7, "restore the key from its backup, or move the log away"),
            ("verify by public key", 0, "The log agrees with itself"),
        ),
        "All of the above",
    ),
    Loss(
        "audit",
        (
            ("verify", 7, "there is none: check DEID_HOME, or redact a note first"),
            ("redact without a vault", 7, "missing, but there is more that belongs to it"),
        ),
        "All records. Who was enrolled is gone with it, and so the vault opens for nobody. To go "
        "on, move the data folder away: a new log is begun, and the witness tells of that",
    ),
    Loss(
        "vault",
        (
            ("redact", 7, "the vault that the log tells of is missing"),
            ("say it is lost", 0, ""),
            ("redact", 0, "1 done"),
        ),
        "The originals that it kept",
    ),
    Loss(
        "codes.sqlite",
        (("stand-ins", 0, "others than before"),),
        "Under Safe Harbor and limited data sets, a patient's stand-ins and shifted dates are "
        "others from then on. Nobody is told",
    ),
    Loss(
        "held",
        (("list what is held", 0, "nothing waits for a second person"),),
        "Outputs that waited: redact those notes again",
    ),
    Loss(
        "worklist",
        (("list the queue", 0, "nothing is in work"),),
        "Reviews that were not finished, and notes that were typed or pasted",
    ),
    Loss(
        "site.json",
        (
            ("anchor", 4, "no witness folder is settled"),
            ("verify", 0, "site.json does not say what was last recorded"),
        ),
        "Nothing: an officer settles the witness folders anew",
    ),
    Loss(
        "policies",
        (("redact", 4, "no policy 'kept'"),),
        "Policies that users wrote",
    ),
)


def block(info: str) -> list[str]:
    """The commands of the one block of the document that begins with this line."""
    text = DOCUMENT.read_text(encoding="utf-8")
    (found,) = re.findall(rf"^```{info}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [line.removeprefix("$ ") for line in found.splitlines()]


def deid(*arguments: object) -> Ran:
    """Run the command line in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([str(argument) for argument in arguments])
    return Ran(code, out.getvalue(), err.getvalue())


def olive(folder: Path) -> list[object]:
    """The arguments that act with the officer's key."""
    return ["--as", "Olive Officer", "--pin-file", folder / "pin"]


def furnish(user: Path) -> None:
    """A data folder with everything in it, below the home folder of a user that is `HOME`."""
    (user / "pin").write_text(f"{PIN}\n", encoding="utf-8")
    (user / "pin").chmod(0o600)
    for name in ("a", "b", "c"):
        (user / f"{name}.txt").write_text(NOTE, encoding="utf-8")
    (user / "witness").mkdir()
    add = ("audit", "people", "add", "--new-pin-file", user / "pin")
    by = ("--as", "Ada Minister", "--pin-file", user / "pin")
    done = [deid(*add, "--name", "Ada Minister", "--role", "administrator")]
    done += [deid(*add, "--name", "Olive Officer", "--role", "officer", *by)]
    done += [deid("audit", "vault", "create", *olive(user))]
    _save_policies()
    done += [redact(user, "a.txt", "kept"), redact(user, "b.txt", "ward")]
    done += [redact(user, "c.txt", "stand-ins")]
    done += [deid("queue", "add", user / "a.txt")]
    done += [deid("audit", "witness", "--add", user / "witness", *olive(user))]
    done += [deid("audit", "anchor")]
    assert [one.err for one in done if one.code] == []


def _save_policies() -> None:
    base = load_policy("gdpr-pseudonymise")
    like = load_policy("research").treatments
    surrogate = {label: like[label] for label in (Label.PATIENT, Label.PERSON, Label.PHONE)}
    for name, rule in (("kept", ReleaseRule.DIRECT), ("ward", ReleaseRule.FOUR_EYES)):
        save_policy(
            derive(
                base,
                name=name,
                description="",
                treatments={},
                thresholds={},
                release=rule,
                vault=VaultUse.REQUIRED,
            )
        )
    base = load_policy("safe-harbor")
    save_policy(derive(base, name="stand-ins", description="", treatments=surrogate, thresholds={}))


def redact(user: Path, note: str, policy: str) -> Ran:
    """Redact a note into a folder of the policy's name."""
    options = ("--policy", policy, "--patient", "ward-3", "--detector", "rules", "--overwrite")
    return deid("redact", user / note, "--out", user / policy, *options)


def acts(user: Path, public_key: str) -> dict[str, Callable[[], Ran]]:
    """What somebody may do in a damaged data folder, by its name in the table."""
    pin = ("--pin-file", user / "pin")
    enrol = ("--name", "Otto", "--role", "officer", "--as", "Ada Minister")
    opening = ("audit", "vault", "open", user / "kept/a.txt", "--all", "--purpose", "care")

    def stand_ins() -> Ran:
        before = (user / "stand-ins/c.txt").read_text(encoding="utf-8")
        ran = redact(user, "c.txt", "stand-ins")
        after = (user / "stand-ins/c.txt").read_text(encoding="utf-8")
        return Ran(ran.code, "others than before" if before != after else "as before", ran.err)

    return {
        "redact": lambda: redact(user, "a.txt", "kept"),
        "redact without a vault": lambda: redact(user, "c.txt", "limited-data-set"),
        "verify": lambda: deid("audit", "verify"),
        "verify by public key": lambda: deid("audit", "verify", "--public-key", public_key),
        "open the vault": lambda: deid(*opening, *olive(user)),
        "enrol": lambda: deid(
            "audit", "people", "add", *enrol, *pin, "--new-pin-file", user / "pin"
        ),
        "say it is lost": lambda: deid("audit", "vault", "create", "--lost", *olive(user)),
        "stand-ins": stand_ins,
        "list what is held": lambda: deid("audit", "held", "list"),
        "list the queue": lambda: deid("queue", "list"),
        "anchor": lambda: deid("audit", "anchor"),
    }


def table() -> Iterator[str]:
    """The table of losses, in Markdown."""
    yield "| gone | what happens | what is lost for good without a backup |"
    yield "|---|---|---|"
    for loss in LOSSES:
        met = (
            f"{what}: {code}{f', *{words}*' if words else ''}" for what, code, words in loss.meets
        )
        yield f"| `{loss.gone}` | {'; '.join(met)} | {loss.lost} |"


@contextlib.contextmanager
def living(user: Path) -> Iterator[None]:
    """Let this be the home folder of whoever runs the program."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(user))
        for name in ("DEID_HOME", "XDG_DATA_HOME"):
            patch.delenv(name, raising=False)
        patch.setattr(pipeline, "load_packs", _load_packs)
        yield


_load_packs = functools.cache(packs.load_packs)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home folder of a user who has worked with everything; not to be changed."""
    user = tmp_path_factory.mktemp("furnished") / "user"
    user.mkdir()
    with living(user):
        furnish(user)
    return user


@pytest.fixture
def user(furnished: Path) -> Iterator[Path]:
    """The same user's home folder in the same place, to be changed; it is put back afterwards."""
    aside = furnished.with_name("aside")
    shutil.copytree(furnished, aside)
    with living(furnished):
        yield furnished
    shutil.rmtree(furnished)
    aside.rename(furnished)


def shell(command: str, folder: Path) -> None:
    """Run a command of the document; `deid` in this process, all else by a shell."""
    words = shlex.split(command)
    if words[0] == "deid":
        ran = deid(*words[1:])
        assert ran.code == 0, ran.err
    else:
        subprocess.run(["/bin/sh", "-c", command], cwd=folder, check=True)


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.gone)
def test_what_is_gone_is_lost_as_the_guide_says(user: Path, loss: Loss) -> None:
    home = user / DATA
    possible = acts(user, Keys.open(home).public_key)
    gone = home / loss.gone
    if gone.is_dir():
        shutil.rmtree(gone)
    else:
        gone.unlink()
    for what, code, words in loss.meets:
        ran = possible[what]()
        assert (what, ran.code) == (what, code), ran.err
        assert words in ran.out + ran.err


def test_the_table_of_losses_is_the_one_in_the_guide() -> None:
    assert "\n".join(table()) in DOCUMENT.read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([^`]+)`", "\n".join(table()), re.MULTILINE)
    assert [loss.gone for loss in LOSSES] == listed


def test_all_that_lies_in_a_data_folder_is_named_in_the_guide(furnished: Path) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    lying = text.partition("## What lies where")[2].partition("\n## ")[0]
    named = re.findall(r"^\| `([^`]+)`(?:, `([^`]+)`)*", lying, re.MULTILINE)
    tops = {name.partition("/")[0] for row in named for name in row if name}
    tops |= set(re.findall(r"`(training|site\.json)`", lying))
    assert {path.name for path in (furnished / DATA).iterdir()} <= tops


def test_a_backup_brings_everything_back(user: Path, tmp_path: Path) -> None:
    umask, *backing_up = block("sh backup")
    assert umask == "umask 077"
    for command in backing_up:
        shell(f"{umask}; {command}" if command.startswith("tar") else command, tmp_path)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("*.tar.gz")} == {0o600}
    before = _content(user / DATA)
    for path in (user / DATA).rglob("*"):
        if path.is_file():
            path.write_bytes(b"destroyed")
    assert deid("audit", "verify").code == 7
    for command in block("sh restore"):
        shell(command, tmp_path)
    assert _content(user / DATA) == before
    ran = acts(user, "")["open the vault"]()
    assert (ran.code, ran.err) == (0, "")
    assert NAME in ran.out
    (held,) = re.findall(r"^([0-9a-f]{16}) ", deid("audit", "held", "list").out, re.MULTILINE)
    assert deid("audit", "held", "release", held, *olive(user)).code == 0
    assert acts(user, "")["stand-ins"]().out == "as before"
    assert redact(user, "a.txt", "kept").code == 0
    assert deid("audit", "verify").code == 0


def test_the_data_open_nothing_and_with_the_keys_the_queue(user: Path, tmp_path: Path) -> None:
    for command in block("sh backup"):
        shell(command, tmp_path)
    shutil.rmtree(user / DATA)
    _, data, keys, *_ = block("sh restore")
    shell(data, tmp_path)
    assert not (user / DATA / "keys").exists()
    assert acts(user, "")["open the vault"]().code == 7
    kept = b"".join(_content(user / DATA).values())
    assert not any(word.encode() in kept for word in (NAME, "555-0147", "03/14/2024", "a.txt"))
    shell(keys, tmp_path)
    assert "a.txt" in deid("queue", "list").out


def test_a_backup_older_than_the_witness_is_told_and_can_be_gone_on_with(
    user: Path, tmp_path: Path
) -> None:
    for command in block("sh backup"):
        shell(command, tmp_path)
    assert redact(user, "c.txt", "limited-data-set").code == 0
    assert deid("audit", "anchor").code == 0
    *unpacking, verifying, _ = block("sh restore")
    for command in unpacking:
        shell(command, tmp_path)
    found = deid(*shlex.split(verifying)[1:])
    assert (found.code, "records were taken away" in found.err) == (7, True)
    (user / "witness-2").mkdir()
    for command in block("console witness"):
        words = [word.replace("/mnt", str(user)) for word in shlex.split(command)[1:]]
        pin = ("--pin-file", user / "pin") if "--as" in words else ()
        ran = deid(*words, *pin)
        assert ran.code == 0, ran.err
    assert len(list((user / "witness-2").iterdir())) == 1


def test_all_files_of_one_moment_are_a_backup(user: Path, tmp_path: Path) -> None:
    with Site.open() as site:
        site.refuse("a note", EmptyNote("there is no text in the note"))
        with Site.open() as other:
            other.refuse("another", EmptyNote("there is no text in the note"))
        shutil.copytree(user / DATA, tmp_path / "snapshot")
        size = site.log.size
    shutil.rmtree(user / DATA)
    shutil.copytree(tmp_path / "snapshot", user / DATA)
    ran = deid("audit", "verify")
    assert (ran.code, ran.err) == (0, "")
    assert re.search(rf"^records +{size}$", ran.out, re.MULTILINE)


def _content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


if __name__ == "__main__":
    sys.stdout.write("\n".join(table()) + "\n")
