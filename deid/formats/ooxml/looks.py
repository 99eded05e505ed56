"""Names of fonts and styles that programs bring along (pure).

Any other may have been given by a person, as a style that is called after a doctor.
"""

from __future__ import annotations

import re
from typing import Final


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


FONT_WORDS: Final = _set("""
    antiqua aptos arabic arial baltic batang black bold book bookman caladea calibri cambria
    candara carlito ce century cjk comic condensed consolas console constantia corbel courier
    cyr default dejavu devanagari display droid emoji fallback fixed franklin freesans garamond
    georgia gothic greek gulim han heavy hebrew hei helv helvetica hindi impact italic jp kai kr
    liberation light linotype lohit lucida malgun mangal marlett math medium meiryo micro mincho
    mingliu mono ms narrow neue new noto nsimsun oblique old open opensymbol palatino pmingliu
    regular rmn roman sans sc schoolbook segoe semibold serif simhei simsun song source style
    symbol system tahoma tc thai thin times tms traditional trebuchet tur type ui unicode
    verdana vietnamese webdings wenquanyi western wingdings yu zen
""")
"""Words that names of common fonts are made of."""

_SCRIPT_WORDS: Final = _set("""
    angsana aparajita arabic baiti boli bookshelf browallia cherokee cordia cs daunpenh david
    dengxian dokchampa ea ebrima edessa estrangelo euphemia gadugi gautami gill gisha hang hans
    hant himalaya hp iskoola javanese jhenghei jpan kalinga kartika khmer kokila lao latha latin le
    leelawadee majalla major microsoft minor miriam mongolian moolboran mt mv myanmar narkisim
    nirmala nyala phagspa plantagenet pota raavi rockwell rod sakkal shruti simplified sylfaen
    tai text tunga twentieth typesetting uighur utsaah vrinda yahei yi
""")
_OTHER_WORDS: Final = _set(
    "ＭＳ Ｐゴシック Ｐ明朝 ゴシック 明朝 メイリオ 游ゴシック 游明朝 宋体 等线 新細明體 "
    "細明體 標楷體 微软雅黑 微軟正黑體 黑体 仿宋 楷体 맑은 고딕 돋움 굴림 바탕"
)
_PIECE: Final = re.compile(r"[A-Z]?[a-zà-öø-ÿ]+|[A-Z]+(?![a-z])")


def is_font(value: str) -> bool:
    """Whether it is the name of a font that programs bring along."""
    if re.search(r"\d{4}", value):
        return False
    words = re.findall(r"[^\W\d_]+", value)
    known = FONT_WORDS | _SCRIPT_WORDS
    return all(word.lower() in known or word in _OTHER_WORDS for word in words)


def pieces_of(value: str) -> list[str]:
    """The words of the id of a style, which are written together."""
    return [word.lower() for word in _PIECE.findall(value)]
