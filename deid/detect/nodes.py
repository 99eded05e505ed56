"""Reading a YAML tree of rules: every mistake names the pack, the rule and the key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import cast

from deid.detect.checks import CHECKS, Check
from deid.detect.expressions import Expression
from deid.errors import RulePackError


class Node:
    """A mapping of the YAML tree, with the place to name in messages."""

    def __init__(self, tree: object, where: str) -> None:
        if not isinstance(tree, dict | MappingProxyType) or not all(
            isinstance(key, str) for key in tree
        ):
            raise RulePackError(f"{where}: must be a mapping of names to values")
        self.keys = cast(Mapping[str, object], tree)
        self.where = where

    def error(self, key: str, what: str) -> RulePackError:
        """The error that names this place and the key."""
        return RulePackError(f"{self.where}: `{key}` {what}")

    def only(self, allowed: set[str]) -> None:
        """Refuse every key that is not one of these."""
        for key in self.keys:
            if key not in allowed:
                raise self.error(key[:40], f"is unknown; known: {', '.join(sorted(allowed))}")

    def items(self, key: str) -> Sequence[object]:
        """The list under a key; empty where there is none."""
        value = self.keys.get(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise self.error(key, "must be a list")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """The list of texts under a key; empty where there is none."""
        values = self.items(key)
        if not all(isinstance(value, str | int) and value != "" for value in values):
            raise self.error(key, "must be a list of texts")
        return tuple(str(value) for value in values)

    def text(self, key: str, default: str | None = None) -> str:
        """The text under a key; without a default it must be there."""
        value = self.keys.get(key, default)
        if not isinstance(value, str):
            raise self.error(key, "is missing" if value is None else "must be a text")
        return value

    def score(self, key: str, default: float | None = None) -> float:
        """The number between 0 and 1 under a key."""
        value = self.keys.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise self.error(key, "must be a number between 0 and 1")
        return float(value)

    def whole_numbers(self, key: str, default: tuple[int, int]) -> tuple[int, int]:
        """The two whole numbers under a key."""
        value = self.keys.get(key, list(default))
        if isinstance(value, list) and len(value) == 2 and all(type(n) is int for n in value):
            return value[0], value[1]
        raise self.error(key, "must be two whole numbers: words before, words behind")

    def check(self) -> Check | None:
        """The check under `check`, if there is one."""
        name = self.keys.get("check")
        if name is None:
            return None
        if name not in CHECKS:
            raise self.error("check", f"must be one of {', '.join(CHECKS)}")
        return CHECKS[str(name)]

    def expression(self, source: str, flags: int) -> Expression:
        """The expression with this source; it is compiled when it is first used."""
        return Expression(source, flags, self.where)

    def require_compiled(self, expression: Expression) -> None:
        """Refuse what cannot be compiled."""
        _ = expression.compiled
