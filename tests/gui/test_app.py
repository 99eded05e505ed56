from __future__ import annotations

import getpass
import sys

import pytest
from PySide6.QtCore import QObject, Signal

from gui import app


def test_a_policy_that_is_not_there_ends_with_the_code_of_its_kind(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert app.main(["--policy", "no-such-policy"]) == 4
    assert "no policy" in capsys.readouterr().err


def test_without_a_display_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert app.main([]) == 4
    assert "no display" in capsys.readouterr().err


def test_help_tells_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        app.main(["--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    options = ("notes", "--policy", "--detectors", "--model", "--officer", "--installation")
    for option in (*options, "--theme"):
        assert option in told


@pytest.mark.parametrize(
    ("user", "reviewer"),
    [("clerk", "clerk"), ("HOSPITAL\\I. Clerk", "HOSPITAL-I.-Clerk"), ("", "unknown")],
)
def test_the_reviewer_has_the_form_that_the_log_asks_for(
    monkeypatch: pytest.MonkeyPatch, user: str, reviewer: str
) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: user)
    assert app.reviewer_id() == reviewer


class Sender(QObject):
    sent = Signal()


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on")
def test_calls_into_qt_give_back_no_reference_that_they_did_not_take(qapp: object) -> None:
    # PySide 6.12.0 does, and ends a Python 3.11 process after some thousand calls.
    sender = Sender()
    before = sys.getrefcount(None)
    for _ in range(1_000):
        sender.setObjectName("")
        sender.sent.emit()
    assert sys.getrefcount(None) > before - 500
