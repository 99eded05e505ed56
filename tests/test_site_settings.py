"""The settings of a site: off by default, private, and changed only with a record of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deid.errors import ConfigurationError, LogUnavailable
from deid.site_settings import SiteSettings, change_settings, read_settings, settings_path


def refuse() -> None:
    raise LogUnavailable("the log is locked")


def test_nothing_is_withheld_unless_somebody_chose_it(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == SiteSettings(0.0)


def test_what_cannot_be_recorded_does_not_hold(tmp_path: Path) -> None:
    change_settings(tmp_path, SiteSettings(0.5), record=lambda: None)
    with pytest.raises(LogUnavailable):
        change_settings(tmp_path, SiteSettings(0), record=refuse)
    assert read_settings(tmp_path).withheld_share == 0.5
    assert [path.name for path in tmp_path.iterdir()] == [settings_path(tmp_path).name]


def test_a_file_from_before_there_were_witnesses_is_read(tmp_path: Path) -> None:
    settings_path(tmp_path).write_text('{"format": "noteveil-site-1", "withheld_share": 0.25}')
    assert read_settings(tmp_path) == SiteSettings(0.25, witness_folders=(), witness_days=7)


def test_witness_folders_are_kept(tmp_path: Path) -> None:
    settings = SiteSettings(0.1, ("/mnt/share/zeugen ä", "E:\\witness"), 30)
    change_settings(tmp_path, settings, record=lambda: None)
    assert read_settings(tmp_path) == settings


@pytest.mark.parametrize("days", [0, 367])
def test_what_is_no_age_is_refused(days: int) -> None:
    with pytest.raises(ValueError, match="between 1 and 366"):
        SiteSettings(witness_days=days)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_what_is_no_share_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        SiteSettings(share)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "[]",
        "\udcff",
        '{"format": "noteveil-site-1"}',
        '{"format": "noteveil-site-2", "withheld_share": 0.1}',
        '{"format": "noteveil-site-1", "withheld_share": 2}',
        '{"format": "noteveil-site-1", "withheld_share": true}',
        '{"format": "noteveil-site-1", "withheld_share": NaN}',
        '{"format": "noteveil-site-1", "withheld_share": 0.1, "more": 1}',
        '{"format": "noteveil-site-1", "withheld_share": 0.1, "witness_folders": "/mnt"}',
        '{"format": "noteveil-site-1", "withheld_share": 0.1, "witness_folders": [1]}',
        '{"format": "noteveil-site-1", "withheld_share": 0.1, "witness_days": 0}',
        '{"format": "noteveil-site-1", "withheld_share": 0.1, "witness_days": 7.5}',
    ],
)
def test_a_damaged_file_is_refused_and_can_be_set_anew(tmp_path: Path, written: str) -> None:
    settings_path(tmp_path).write_bytes(written.encode("utf-8", "surrogateescape"))
    with pytest.raises(ConfigurationError, match="measure-reviewers"):
        read_settings(tmp_path)
    change_settings(tmp_path, SiteSettings(0.2), record=lambda: None)
    assert read_settings(tmp_path).withheld_share == 0.2


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_only_the_owner_may_read_or_write_it(tmp_path: Path) -> None:
    change_settings(tmp_path, SiteSettings(0.2), record=lambda: None)
    path = settings_path(tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o620)
    with pytest.raises(ConfigurationError, match="other users"):
        read_settings(tmp_path)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ConfigurationError, match="cannot be written"):
        change_settings(tmp_path, SiteSettings(0.2), record=lambda: None)
    tmp_path.chmod(0o700)
