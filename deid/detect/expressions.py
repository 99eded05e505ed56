"""Regular expressions of rules, compiled when they are first used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from typing import cast

import regex

from deid.detect.lists import word_list
from deid.detect.starts import Conditions, conditions_of
from deid.detect.syntax import Tree, UnsureError, parse, word_tree
from deid.errors import RulePackError

_LIST = regex.compile(r"\\L<(\w+)>")
_GROUP = regex.compile(r"\(\?P<(\w+)>")
_READ = regex.IGNORECASE | regex.MULTILINE | regex.DOTALL


class Expression:
    """An expression of the `regex` module; the lists that it names are shipped word lists.

    Args:
        source: as written, pieces put in.
        flags: of the `regex` module.
        where: the place to name in messages.
    """

    def __init__(self, source: str, flags: int, where: str) -> None:
        self.source = source
        self._flags = flags
        self._where = where

    @cached_property
    def compiled(self) -> regex.Pattern[str]:
        """The expression, ready to search.

        Raises:
            RulePackError: it is none.
        """
        lists = cast("dict[str, bool]", self._lists)
        try:
            return cast("regex.Pattern[str]", regex.compile(self.source, self._flags, **lists))
        except (regex.error, ValueError, RecursionError) as error:
            raise RulePackError(
                f"{self._where}: `regex` is no regular expression ({error})"
            ) from None

    @property
    def group_names(self) -> frozenset[str]:
        """Names of its groups."""
        return frozenset(_GROUP.findall(self.source))

    def conditions(self) -> Conditions | None:
        """What stands around the beginning of every match; None where that is not certain."""
        if self._flags & ~_READ:
            return None
        ignore_case = bool(self._flags & regex.IGNORECASE)
        try:
            return conditions_of(parse(self.source, _list_tree, ignore_case=ignore_case))
        except (UnsureError, RecursionError):
            return None

    @property
    def _lists(self) -> Mapping[str, list[str]]:
        return {name: _spellings(word_list(name)) for name in _LIST.findall(self.source)}


@cache
def _list_tree(name: str, ignore_case: bool) -> Tree:
    return word_tree(_spellings(word_list(name)), ignore_case=ignore_case)


def _spellings(entries: Iterable[str]) -> list[str]:
    """Each entry as written and in capitals."""
    return sorted({spelling for entry in entries for spelling in (entry, entry.upper())})
