"""Apple's tools are called from the inside out, with nothing granted, and their answers read."""

from __future__ import annotations

import json
import plistlib
from pathlib import Path

import pytest
from macos import notarise, running, sign_app
from macos.bundle import Bundle, make
from macos.running import NotDone
from macos.signing import AD_HOC, Signer, calls

from tests.packaging.macos.frozen_tree import CODE, frozen


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    return make(frozen(tmp_path / "tree"), tmp_path)


def test_every_program_and_library_is_signed_once_and_before_what_it_lies_in(
    bundle: Bundle,
) -> None:
    made = calls(bundle.root, sign_app.code_of(bundle.root), Signer("Me", Path("granted")))
    signed = [
        Path(word).relative_to(bundle.root).as_posix()
        for call in made
        if "--sign" in call
        for word in call
        if word.startswith(str(bundle.root))
    ]
    contents = "Contents/Frameworks"
    assert signed == [
        f"{contents}/PySide6/Qt/plugins/libqcocoa.dylib",
        f"{contents}/numpy/__dot__dylibs/libblas.1.dylib",
        f"{contents}/python3__dot__11/lib-dynload/_ssl.so",
        f"{contents}/PySide6/QtCore.so",
        f"{contents}/numpy/core.so",
        f"{contents}/_cffi.so",
        f"{contents}/PySide6/Qt/lib/QtCore.framework/Versions/A",
        *("Contents/MacOS/deid", "."),
    ]
    assert len(signed) == len(CODE)


def test_only_programs_get_entitlements_and_all_the_hardened_runtime(bundle: Bundle) -> None:
    made = calls(bundle.root, sign_app.code_of(bundle.root), Signer("Me", Path("granted")))
    *signing, verified, started = made
    for call in signing:
        assert call[:4] == ("codesign", "--force", "--sign", "Me")
        assert call[4:7] == ("--options", "runtime", "--timestamp")
        assert "--deep" not in call
        assert ("granted" in call) is (call[-1].endswith(("/deid", ".app")))
    assert "org.noteveil.desktop.deid" in signing[-2]
    assert verified[:4] == ("codesign", "--verify", "--deep", "--strict")
    assert started == (str(bundle.root / "Contents/MacOS/deid"), "--version")


def test_many_libraries_are_signed_in_several_calls(bundle: Bundle) -> None:
    libraries = [f"Contents/Frameworks/lib{number}.dylib" for number in range(250)]
    made = calls(bundle.root, libraries, Signer("Me", Path("granted")))
    assert [sum(word.endswith(".dylib") for word in call) for call in made[:3]] == [100, 100, 50]


def test_nothing_is_granted_and_a_trial_lets_in_libraries_that_nobody_signed() -> None:
    assert plistlib.loads(sign_app.ENTITLEMENTS.read_bytes()) == {}
    assert plistlib.loads(sign_app.trial_entitlements()) == {
        "com.apple.security.cs.disable-library-validation": True
    }
    assert "--timestamp=none" in Signer(AD_HOC, Path("granted")).call(Path("x"))


def test_apple_must_have_taken_it() -> None:
    notarise.check_accepted(json.dumps({"status": "Accepted", "id": "1-2"}))
    with pytest.raises(NotDone, match=r"Apple says Invalid; why: xcrun notarytool log 1-2"):
        notarise.check_accepted(json.dumps({"status": "Invalid", "id": "1-2"}))
    for said in ("", "[]", "{}", '{"status": "Accepted"}'):
        with pytest.raises(NotDone, match="nothing that can be understood"):
            notarise.check_accepted(said)


def test_a_ticket_is_fastened_and_looked_at_as_another_computer_will() -> None:
    staple, validate, assess = notarise.fastening(Path("N.pkg"))
    assert staple[1:3] == ("stapler", "staple")
    assert validate[1:3] == ("stapler", "validate")
    assert "install" in assess
    assert "execute" in notarise.fastening(Path("N.app"))[2]


def test_a_tool_that_fails_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    assert running.answer(("sh", "-c", "echo said")) == "said\n"
    with pytest.raises(NotDone, match="sh -c ended with 3"):
        running.run([("sh", "-c", "exit 3")], printed=False)


def test_elsewhere_calls_are_printed_or_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("platform.system", lambda: "Linux")
    running.run([("codesign", "--sign", "A B")], printed=True)
    assert capsys.readouterr().out == "codesign --sign 'A B'\n"
    with pytest.raises(NotDone, match="on macOS only"):
        running.run([("true",)], printed=False)
