"""Where policies lie: those that come with the program, and the user's own."""

from __future__ import annotations

import os
import re
from collections.abc import Hashable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import yaml

from deid import resources
from deid.errors import PolicyError
from deid.files import private_folder, replace_file
from deid.policy.derive import require_locks
from deid.policy.form import parse_policy
from deid.policy.parts import Policy
from deid.policy.written import to_tree, to_yaml

DEFAULT_POLICY: Final = "safe-harbor"

_MAX_BYTES = 1 << 20
_USER_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MAX_NAME = 60
# Windows takes these for devices, whatever suffix follows them.
_DEVICES = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{n}" for port in ("com", "lpt") for n in range(10)),
}


@dataclass(frozen=True, slots=True)
class UserPolicies:
    """What lies in the user's folder of policies.

    Attributes:
        policies: in alphabetical order of their names.
        refused: for each file that is no policy, what is wrong with it.
    """

    policies: tuple[Policy, ...] = ()
    refused: tuple[PolicyError, ...] = ()


def shipped_policies() -> tuple[str, ...]:
    """Names of the policies that come with the program, in alphabetical order."""
    return tuple(sorted(path.stem for path in resources.policies().glob("*.yaml")))


def user_folder() -> Path:
    """The folder of the user's own policies, one `<name>.yaml` each; it need not exist yet."""
    return resources.home() / "policies"


def user_policies() -> UserPolicies:
    """The user's own policies. A broken file is told, and keeps none of the others away."""
    policies: list[Policy] = []
    refused: list[PolicyError] = []
    try:
        paths = sorted(user_folder().glob("*.yaml"))
    except OSError as error:
        told = PolicyError(f"the folder of policies cannot be read ({error.strerror})")
        return UserPolicies(refused=(told,))
    for path in paths:
        try:
            policies.append(_read_user_policy(path))
        except PolicyError as error:
            refused.append(error)
    return UserPolicies(tuple(policies), tuple(refused))


def load_policy(name_or_path: str | Path = DEFAULT_POLICY) -> Policy:
    """The shipped policy of this name, the user's own of this name, or the one in this YAML file.

    Raises:
        PolicyError: there is none, or it is not complete.
    """
    wanted = str(name_or_path)
    if wanted in shipped_policies():
        return read_policy(resources.policies() / f"{wanted}.yaml")
    path = Path(name_or_path)
    if path.suffix in {".yaml", ".yml"}:
        return read_policy(path)
    own = user_folder() / f"{wanted}.yaml"
    if _USER_NAME.fullmatch(wanted) and os.path.lexists(own):
        return _read_user_policy(own)
    known = ", ".join([*shipped_policies(), *(p.name for p in user_policies().policies)])
    raise PolicyError(f"no policy {wanted!r}: use {known}, or a .yaml file")


def read_policy(path: Path) -> Policy:
    """The policy in a YAML file.

    Raises:
        PolicyError: the file cannot be read or is not a complete policy.
    """
    try:
        raw = path.read_bytes()
        if len(raw) > _MAX_BYTES:
            raise PolicyError(f"larger than {_MAX_BYTES} bytes")
        return parse_policy(yaml.load(raw.decode("utf-8"), Loader=_UniqueKeyLoader))  # noqa: S506
    except PolicyError as error:
        raise PolicyError(f"policy {path.name}: {error}") from None
    except OSError as error:
        raise PolicyError(f"policy {path.name}: cannot be read ({error.strerror})") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise PolicyError(f"policy {path.name}: not valid YAML in UTF-8") from None


def check_name(name: str) -> None:
    """Refuse a name that a user's own policy may not have.

    Raises:
        PolicyError: it is a shipped policy's, or no name that every system takes for a file.
    """
    if len(name) > _MAX_NAME or not _USER_NAME.fullmatch(name):
        raise PolicyError(
            f"the name of a policy is made of a-z, 0-9 and single hyphens, at most {_MAX_NAME}"
        )
    if name in _DEVICES:
        raise PolicyError(f"{name} names a device on Windows: choose another name")
    if name in shipped_policies():
        raise PolicyError(f"{name} is the name of a shipped policy: choose another name")


def save_policy(policy: Policy) -> Policy:
    """Write a policy into the user's folder.

    Where there is one of that name already, the new one takes its place as its next version; what
    the old one locks must hold in the new one. The same policy again is not written again.

    Returns:
        The policy as it was written.

    Raises:
        PolicyError: the name may not be used, what is there may not be replaced, or the file
            cannot be written.
    """
    check_name(policy.name)
    path = user_folder() / f"{policy.name}.yaml"
    if os.path.lexists(path):
        present = _read_user_policy(path)
        require_locks(present, policy)
        if _with_version(policy, present.version) == present:
            return present
        policy = _with_version(policy, present.version + 1)
    _replace(path, to_yaml(policy).encode())
    return policy


def _with_version(policy: Policy, version: int) -> Policy:
    return parse_policy(to_tree(replace(policy, version=version)))


def _read_user_policy(path: Path) -> Policy:
    policy = read_policy(path)
    try:
        check_name(policy.name)
        if policy.name != path.stem:
            raise PolicyError(f"is named {policy.name}: call the file {policy.name}.yaml")
    except PolicyError as error:
        raise PolicyError(f"policy {path.name}: {error}") from None
    return policy


def _replace(path: Path, content: bytes) -> None:
    """Let the file hold this: wholly, or what it held before."""
    try:
        private_folder(path.parent.parent)
        private_folder(path.parent)
        replace_file(path, content)
    except OSError as error:
        raise PolicyError(f"policy {path.name}: cannot be written ({error.strerror})") from None


class _UniqueKeyLoader(yaml.SafeLoader):
    """The safe loader, except that a key given twice is an error: YAML would take the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, Hashable) and key in seen:
                raise PolicyError(f"key {str(key)[:40]!r} is given twice")
            if isinstance(key, Hashable):
                seen.add(key)
        return super().construct_mapping(node, deep=deep)
