"""Characters that look like Latin letters and are not the same code points.

Source: chosen from the confusables of Unicode Technical Standard 39, those that a reader takes
for a Latin letter in a running word.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

_CYRILLIC = (
    "АВЕКМНОРСТУХІЈЅԀԚԜҺӀҮаеорсухіјѕԁһԛԝӏкмтвнпьү",
    "ABEKMHOPCTYXIJSDQWHIYaeopcyxijsdhqwlkmtbhnby",
)
_GREEK = (
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹαεικνορτυχγηωϲϳ",
    "ABEZHIKMNOPTYXCaeikvoptuxynwcj",
)
_ARMENIAN = ("ՍՕօոսհցա", "UOonuhgw")

CONFUSABLE: Final = MappingProxyType(
    {
        foreign: latin
        for script in (_CYRILLIC, _GREEK, _ARMENIAN)
        for foreign, latin in zip(*script, strict=True)
    }
)
"""Letters of other scripts, read as Latin inside an otherwise Latin word only."""

_SMALL_CAPITALS = ("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢɑɡ", "abcdefghijklmnoprstuvwyzag")
_LETTER_BLOCKS = (0x1F130, 0x1F150, 0x1F170, 0x1F1E6)

STYLED: Final = MappingProxyType(
    dict(zip(*_SMALL_CAPITALS, strict=True))
    | {chr(block + n): chr(ord("A") + n) for block in _LETTER_BLOCKS for n in range(26)}
)
"""Latin letters in a dress that NFKC does not take off: small capitals, boxed and circled ones."""

_ONE_FOR_ONE: Final = str.maketrans("0q1|i586294", "oolllsbbzga")
_ONE_FOR_TWO: Final = MappingProxyType({"rn": "m", "cl": "d", "vv": "w"})


def scanned_form(word: str) -> str:
    """What is left of a folded word when letters that a scanner takes for each other are one.

    Words that differ only by such misreadings have the same form: `0k0nkvvo` and `okonkwo`.
    """
    read = word.translate(_ONE_FOR_ONE)
    for two, one in _ONE_FOR_TWO.items():
        read = read.replace(two, one)
    return read
