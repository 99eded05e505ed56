"""A bundle in a sandbox of this computer, for `accept.py`.

Flatpak runs it as it would anywhere, for a user who is not root, in a runtime made of this
computer's libraries. `/etc`, `/home` and `/var/lib` of the computer are others for it.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from linux.bare import libraries
from linux.content import APP, NAME
from linux.stand_in import stand_in_runtime
from linux.trying import DoesNotHold, done

USER: Final = 12345
_HOME: Final = "/home/ann"
_LIBRARIES: Final = (
    "libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0", "libresolv.so.2", "librt.so.1",
    "libutil.so.1", "libEGL.so.1", "libGL.so.1", "libxcb.so.1",
)  # fmt: skip
"""What the `.deb` and the `.rpm` ask for."""

_DATA: Final = ("/usr/share/X11/xkb", "/etc/fonts")
_AS_USER: Final = """\
set -e
mount --bind "$1/etc" /etc
mount --bind "$1/home" /home
mount --bind "$1/var-lib" /var/lib
shift
exec setpriv --reuid={user} --regid={user} --clear-groups "$@"
"""
_LOCKED: Final = 14
_UNUSABLE: Final = 4
_NOT_WRITTEN: Final = 6


class SandboxedSystem:
    """An installation of Flatpak, and somebody who works with what is installed there.

    Args:
        work: an empty folder.
        samples: notes that lie in the documents of the user.
    """

    def __init__(self, work: Path, samples: Path) -> None:
        self._work, self._installation = work, work / "flatpak"
        work.chmod(0o755)  # it is not root who works
        shutil.copytree("/etc", work / "etc", symlinks=True)
        with (work / "etc/passwd").open("a", encoding="utf-8") as users:
            users.write(f"ann:x:{USER}:{USER}::{_HOME}:/bin/sh\n")
        (work / "var-lib/noteveil").mkdir(parents=True)
        self.home = work / "home/ann"
        self.documents = self.home / "Documents"
        shutil.copytree(samples, self.documents / "notes")
        (self.home / ".config").mkdir()
        (self.home / ".config/user-dirs.dirs").write_text(
            'XDG_DOCUMENTS_DIR="$HOME/Documents"\n', encoding="utf-8"
        )
        (self.home / ".run").mkdir(mode=0o700)
        for path in (self.home, *self.home.rglob("*")):
            os.chown(path, USER, USER)

        self._runtime()

    def _runtime(self) -> None:
        machine = platform.machine()
        asked = ["/bin/cat", *(f"/usr/lib/{machine}-linux-gnu/{name}" for name in _LIBRARIES)]
        wanted = [*asked, *libraries(asked), *filter(os.path.exists, _DATA)]
        repository = self._work / "repository"
        stand_in_runtime(self._work / "runtime", repository, wanted, machine=machine, epoch=0)
        self._flatpak("remote-add", "--no-gpg-verify", "stand-in", str(repository))
        self._flatpak("install", "-y", "--noninteractive", "stand-in", "org.freedesktop.Platform")

    def install(self, bundle: Path) -> None:
        """Install a bundle for everybody."""
        self._flatpak("install", "-y", "--noninteractive", "--bundle", str(bundle))

    def remove(self) -> None:
        """Take it away again."""
        self._flatpak("uninstall", "-y", "--noninteractive", APP)

    def files(self) -> set[str]:
        """All there is but Flatpak's own books."""
        found = (path.relative_to(self._installation) for path in self._installation.rglob("*"))
        return {str(path) for path in found if path.parts[0] != "repo"}

    def inside(self, *command: str, options: tuple[str, ...] = ()) -> list[str]:
        """A command line that runs this in the sandbox."""
        program, *arguments = command
        return [
            "unshare", "--mount", "sh", "-c", _AS_USER.format(user=USER), "sh", str(self._work),
            "env", "-i", "PATH=/usr/bin:/bin", f"HOME={_HOME}", "LC_ALL=C.UTF-8",
            f"XDG_RUNTIME_DIR={_HOME}/.run", f"FLATPAK_SYSTEM_DIR={self._installation}",
            "flatpak", "run", "--system", "--env=QT_QPA_PLATFORM=offscreen",
            f"--cwd={_HOME}/Documents", *options, f"--command={program}", APP, *arguments,
        ]  # fmt: skip

    def try_sandbox(self) -> Iterator[str]:
        """What holds for a sandbox and for nothing else, a line for each.

        Raises:
            DoesNotHold: something does not.
        """
        told = done(self.inside("cat", "/proc/net/dev")).splitlines()
        cards = [line.partition(":")[0].strip() for line in told if ":" in line]
        if cards != ["lo"]:
            raise DoesNotHold(f"the sandbox has a network: {', '.join(cards)}")
        yield "no network in the sandbox"
        self._settle({"AllowedPolicies": ["safe-harbor"]})
        redact = ("deid", "redact", "notes", "--policy", "research", "--out")
        done(self.inside(*redact, "locked"), code=_LOCKED)
        for hidden in ("host-etc", "/var/lib/noteveil"):
            options = (f"--nofilesystem={hidden}",)
            told_so = done(self.inside(*redact, "hidden", options=options), code=_UNUSABLE)
            if "hides what your IT settled" not in told_so:
                raise DoesNotHold(told_so)
        yield "what IT settled holds, and nothing is done where the sandbox hides it"
        self._settle({})
        done(self.inside(*redact, f"{_HOME}/elsewhere"), code=_NOT_WRITTEN)
        if {path.name for path in self.documents.iterdir()} - {"notes", "out"}:
            raise DoesNotHold("something was written that should not have been")
        yield "nothing is written where it would be lost"

    def _settle(self, settings: dict[str, object]) -> None:
        folder = self._work / "etc" / NAME
        folder.mkdir(exist_ok=True)
        content = json.dumps({**settings, "format": "noteveil-managed-1"})
        (folder / "policy.json").write_text(content, encoding="utf-8")

    def _flatpak(self, command: str, *arguments: str) -> None:
        done([
            "env", f"FLATPAK_SYSTEM_DIR={self._installation}", f"HOME={self._work}",
            "flatpak", command, "--system", *arguments,
        ])  # fmt: skip
