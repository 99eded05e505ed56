"""Word lists: what is never a name although it is capitalised, and what rules look words up in.

A list is a UTF-8 text file, one entry a line; blank lines and lines that begin with `#` are notes.
"""

from __future__ import annotations

from functools import cache

from deid import resources
from deid.errors import RulePackError

PROTECTED_LISTS = ("clinical_terms", "drugs", "eponyms")


def fold(text: str) -> str:
    """The form in which list entries are compared: case-folded, single blanks, plain apostrophe."""
    return " ".join(text.replace("’", "'").casefold().split())


@cache
def word_list(name: str) -> tuple[str, ...]:
    """The entries of a shipped list, as written, in the order of the file.

    Raises:
        RulePackError: there is no such list, or it is not UTF-8.
    """
    try:
        text = (resources.word_lists() / f"{name}.txt").read_text("utf-8")
    except OSError as error:
        raise RulePackError(f"word list {name[:40]!r}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise RulePackError(f"word list {name[:40]!r}: not valid UTF-8") from None
    lines = (line.strip() for line in text.splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


@cache
def folded_list(name: str) -> frozenset[str]:
    """The entries of a shipped list, folded.

    Raises:
        RulePackError: there is no such list, or it is not UTF-8.
    """
    return frozenset(fold(entry) for entry in word_list(name))


@cache
def protected_terms() -> frozenset[str]:
    """Folded terms that are no names by themselves: eponyms, drugs and words of the clinic.

    Raises:
        RulePackError: a shipped list is missing.
    """
    return frozenset().union(*(folded_list(name) for name in PROTECTED_LISTS))
