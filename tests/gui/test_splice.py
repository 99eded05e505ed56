from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gui.splice import changed_items

WORDS = [object() for _ in range(5)]
SOME = st.lists(st.sampled_from(WORDS), max_size=12)


@given(SOME, SOME)
def test_with_what_is_told_the_one_becomes_the_other(
    before: list[object], after: list[object]
) -> None:
    gone, come = changed_items(before, after)
    if len(before) == len(after):
        assert len(gone) == len(come)
        replaced, left = iter(come), iter(gone)
        made = [
            next(replaced) if one is not other else one
            for one, other in zip(before, after, strict=True)
        ]
        assert made == after
        assert list(left) == [one for one, other in zip(before, after, strict=True) if one != other]
        assert next(replaced, None) is None
    else:
        at = next(
            n
            for n in range(len(before) + 1)
            if before[:n] + list(come) + before[n + len(gone) :] == after
            and before[n : n + len(gone)] == list(gone)
        )
        assert at <= len(before)


def test_equal_objects_are_not_the_same() -> None:
    one, other = [1], [1]
    assert changed_items([one], [other]) == ((one,), (other,))
    assert changed_items([one], [one]) == ((), ())
