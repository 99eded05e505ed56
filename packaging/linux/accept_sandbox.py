"""A bundle in a sandbox of this computer, for `accept.py`.

Flatpak runs it as it would anywhere, for a user who is not root, in a runtime made of this
computer's libraries. `/etc`, `/home` and `/var/lib` of the computer are others for it.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

from linux.bare import libraries
from linux.content import APP, NAME
from linux.stand_in import stand_in_runtime
from linux.trying import DoesNotHold, done

USER: Final = 12345
_HOME: Final = "/home/ann"
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
        runtime: files of this computer that the runtime has besides `cat` and a shell.
    """

    def __init__(self, work: Path, samples: Path, *, runtime: Collection[str]) -> None:
        self._work, self.installation = work, work / "flatpak"
        work.chmod(0o755)  # it is not root who works
        (work / "etc").mkdir()
        for name in ("passwd", "group"):
            shutil.copy(f"/etc/{name}", work / "etc")
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
        tools = ("/bin/cat", "/bin/sh")
        self._add_runtime({*tools, *libraries(tools), *runtime})

    def _add_runtime(self, wanted: Collection[str]) -> None:
        machine = platform.machine()
        repository = self._work / "repository"
        stand_in_runtime(self._work / "runtime", repository, wanted, machine=machine, epoch=0)
        self._flatpak("remote-add", "--no-gpg-verify", "stand-in", str(repository))
        self._flatpak("install", "-y", "--noninteractive", "stand-in", "org.freedesktop.Platform")

    def install(self, bundle: Path) -> None:
        """Install a bundle for everybody, or upgrade to it."""
        self._flatpak("install", "-y", "--noninteractive", "--bundle", str(bundle))

    def install_from(self, site: Path, keys: Path) -> None:
        """Install what a repository offers, or upgrade to it, if it is signed by one of the keys.

        Args:
            site: the repository.
            keys: public keys, as gpg exports them.
        """
        self._flatpak("remote-add", "--if-not-exists", f"--gpg-import={keys}", "site", str(site))
        self._flatpak("install", "-y", "--noninteractive", "--or-update", "site", APP)

    def remove(self) -> None:
        """Take it away again."""
        self._flatpak("uninstall", "-y", "--noninteractive", APP)

    def traces(self) -> set[str]:
        """Every file and remote that is named after the program, or lies in a folder that is."""
        root = self.installation
        files = [path for path in root.rglob("*") if path.is_symlink() or path.is_file()]
        config = (root / "repo/config").read_text(encoding="utf-8").splitlines()
        found = (*(str(path.relative_to(root)) for path in files), *config)
        return {name for name in found if NAME in name.lower()}

    def inside(self, *command: str, options: tuple[str, ...] = ()) -> list[str]:
        """A command line that runs this in the sandbox."""
        program, *arguments = command
        return [
            "unshare", "--mount", "sh", "-c", _AS_USER.format(user=USER), "sh", str(self._work),
            "env", "-i", "PATH=/usr/bin:/bin", f"HOME={_HOME}", "LC_ALL=C.UTF-8",
            f"XDG_RUNTIME_DIR={_HOME}/.run", f"FLATPAK_SYSTEM_DIR={self.installation}",
            "flatpak", "run", "--system", "--die-with-parent", "--env=QT_QPA_PLATFORM=offscreen",
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
            "env", f"FLATPAK_SYSTEM_DIR={self.installation}", f"HOME={self._work}",
            "flatpak", command, "--system", *arguments,
        ])  # fmt: skip
