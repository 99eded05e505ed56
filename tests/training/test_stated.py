"""The statement of a run calls settings defaults only as far as that is known."""

from __future__ import annotations

from dataclasses import replace

from deid.training.stated import statement_of
from deid.training.tune.settings import Settings
from tests.training.test_ledger import ledger, quick_accountant, started

__all__ = ["quick_accountant"]

AS_BY_DEFAULT = started(
    1, method="last-layers", sampling_rate="0.5", windows=4, steps=40, clipping_norm="0.5"
)


def test_settings_that_the_log_shows_to_be_others_are_the_officer_s() -> None:
    for change in ({"method": "lora"}, {"steps": 41}, {"clipping_norm": "1"}):
        known = ledger(replace(AS_BY_DEFAULT, **change))
        assert "the officer chose them" in statement_of(known, known.runs[0])


def test_what_the_log_does_not_keep_is_not_called_a_default() -> None:
    known = ledger(AS_BY_DEFAULT)
    (run,) = known.runs
    assert "the others it does not keep" in statement_of(known, run)
    assert "are the program's defaults" in statement_of(known, run, settings=Settings())
    assert "the officer chose" in statement_of(known, run, settings=Settings(learning_rate=0.5))
    tuned = statement_of(known, run, settings=Settings(), tuned_on_notes=True)
    assert "by looking at these notes" in tuned
    assert "defaults" not in tuned
