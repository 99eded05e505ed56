"""The pool attack: what can be no stand-in, because the program does not know the name.

The stand-ins come from fixed lists, which everybody can read who has the program. A name with a
word that is in none of them was not put there by the program. Consistent and Markov stand-ins
come from the same lists, so that both kinds are open to this.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from deid.redact.identity import telling_words
from deid.redact.name_pools import SPACED, pool


def may_be_stand_in(name: str) -> bool:
    """Whether each word of a name might have been drawn by the program, accents and all.

    Initials may always be, and so may what is written in a script without blanks, where a
    stand-in is put together from several lists.
    """
    words = [match.group() for match in telling_words(unicodedata.normalize("NFC", name))]
    if len(words) == 1 and len(words[0]) == 2 and words[0].isupper():
        return True
    return all(len(word) == 1 or _is_unspaced(word) or _written(word) in _drawn() for word in words)


def _is_unspaced(word: str) -> bool:
    return any(unicodedata.name(c, "").startswith(("CJK", "HANGUL")) for c in word)


def _written(word: str) -> str:
    return word.casefold().replace("’", "'")


@cache
def _drawn() -> frozenset[str]:
    """Every word, in small letters, that a stand-in for a name may hold."""
    return frozenset(
        _written(name)
        for script in SPACED
        for names in (pool(script).given, pool(script).family)
        for name in names.names
    )
