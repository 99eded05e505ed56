"""The public tools that a release is made and checked with, each run in a plain environment."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from release.manifest import Content, NotReleased


@dataclass(frozen=True, slots=True)
class Said:
    """What a tool ended with.

    Attributes:
        good: whether its exit code was 0.
        output: what it wrote to the standard output.
        text: the same and the errors, as text.
    """

    good: bool
    output: bytes
    text: str


def run(*command: str | Path, given: bytes | None = None, home: Path | None = None) -> Said:
    """Run a tool.

    Args:
        command: its name and arguments.
        given: what it reads from the standard input.
        home: the folder that GnuPG works in.

    Raises:
        NotReleased: it is not installed.
    """
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    if home is not None:
        environment |= {"HOME": str(home), "GNUPGHOME": str(home)}
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words, check=False, env=environment, input=given or b"", capture_output=True
        )
    except FileNotFoundError:
        raise NotReleased(f"{words[0]} is not installed, and nothing counts without it") from None
    text = (done.stdout + done.stderr).decode("utf-8", "replace")
    return Said(done.returncode == 0, done.stdout, text)


def content_of(path: Path) -> Content:
    """Size and SHA-256 of a file, by `sha256sum`.

    Raises:
        NotReleased: it cannot be read.
    """
    said = run("sha256sum", "--", path)
    digest = said.output.decode("ascii", "replace").lstrip("\\")[:64]
    if not said.good:
        raise NotReleased(f"{path.name}: cannot be read")
    return Content(path.stat().st_size, digest)
