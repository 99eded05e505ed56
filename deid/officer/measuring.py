"""Whether reviewers are measured: the officer chooses, and the log records it."""

from __future__ import annotations

from dataclasses import replace

from deid.audit.records import MeasuringChanged
from deid.audit.roles import Permission
from deid.officer.desk import Desk
from deid.site_settings import change_settings, settings_to_change
from deid.user import machine_name, user_name


def measure_reviewers(desk: Desk, share: float) -> None:
    """Withhold this part of the sure findings from reviewers from now on, and record that.

    Once somebody is enrolled at the site, this wants an officer's key.

    Args:
        desk: of the data folder where it is to hold.
        share: 0 to 1; 0: nothing.

    Raises:
        NotPermitted: people are enrolled, and no officer's key is unlocked.
        ConfigurationError: the settings of the site cannot be written.
        LogUnavailable: the log cannot be written; what held before still does.
    """
    officer = desk.require(Permission.MEASURE_REVIEWERS).id if desk.roles().anybody else None
    change = MeasuringChanged(user_name(), machine_name(), share, officer)
    if officer is not None:
        change = desk.sign(change)
    settings = replace(settings_to_change(desk.home), withheld_share=share)
    change_settings(desk.home, settings, record=lambda: desk.record(change))
