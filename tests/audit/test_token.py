"""Keys on a token: SoftHSM stands for the token, where it and the extra `pkcs11` are installed."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import which

import pytest

from deid.audit import people
from deid.audit.people import adopt_token, change_pin, unlock
from deid.audit.records import Meaning, Role
from deid.audit.token import Token
from deid.audit.verify import verify
from deid.cli import main
from deid.errors import KeyUnusable, PinRefused
from deid.officer import Desk
from deid.officer.enrolment import enrol
from deid.officer.signoff import sign_off

MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
PIN, LABEL, ED25519 = "739154", "a card", "1.3.101.112"


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """SoftHSM with one token, in a folder of its own."""
    pytest.importorskip("pkcs11", reason="the extra pkcs11 is not installed")
    found = next((path for path in MODULES if Path(path).exists()), None)
    tool = which("softhsm2-util")
    if found is None or tool is None:
        pytest.skip("SoftHSM is not installed")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SOFTHSM2_CONF", str(settings))
        made = [tool, "--init-token", "--free", "--label", LABEL, "--pin", PIN]
        subprocess.run([*made, "--so-pin", "12345678"], check=True, capture_output=True)
        yield found


@pytest.fixture
def token(module: str) -> Token:
    """The token, with a new key pair on it."""
    import pkcs11
    from pkcs11.util.ec import encode_named_curve_parameters

    key = secrets.token_hex(4)
    with pkcs11.lib(module).get_token(token_label=LABEL).open(rw=True, user_pin=PIN) as session:
        curve = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(ED25519)}
        kind = pkcs11.KeyType.EC_EDWARDS
        domain = session.create_domain_parameters(kind, curve, local=True)
        mechanism = pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN
        domain.generate_keypair(mechanism=mechanism, store=True, label=key)
    return Token.labelled(module, label=LABEL, key=key)


def test_a_key_on_a_token_opens_with_the_pin_of_the_token(home: Path, token: Token) -> None:
    person = adopt_token(home, token, name="Ada Minister", pin=PIN)
    again = unlock(home, person.id, PIN)
    assert again == person
    assert again.sealing_key == person.sealing_key
    assert PIN not in repr(again)
    assert people.people(home) == (people.KnownPerson(person.id, "Ada Minister"),)


def test_a_wrong_pin_is_refused(home: Path, token: Token) -> None:
    with pytest.raises(PinRefused):
        adopt_token(home, token, name="Ada Minister", pin="000000")
    assert people.people(home) == ()
    person = adopt_token(home, token, name="Ada Minister", pin=PIN)
    with pytest.raises(PinRefused, match="refuses the PIN"):
        unlock(home, person.id, "000000")


def test_officers_with_tokens_sign_what_verifies(home: Path, token: Token) -> None:
    with Desk.open(home) as desk:
        ada = people.make_personal_key(home, name="Ada Minister", pin="a short sentence")
        olive = adopt_token(home, token, name="Olive Officer", pin=PIN)
        desk.unlock(ada.id, "a short sentence")
        enrol(desk, ada.id, Role.ADMINISTRATOR)
        enrol(desk, olive.id, Role.OFFICER)
        desk.unlock(olive.id, PIN)
        verified = verify(desk.log.path, public_key=desk.keys.public_key)
        signed = sign_off(desk, meaning=Meaning.REVIEWED, verified=verified)
        assert signed.person == olive.id
        verify(desk.log.path, public_key=desk.keys.public_key)


def test_a_token_is_adopted_once(home: Path, token: Token) -> None:
    adopt_token(home, token, name="Ada Minister", pin=PIN)
    with pytest.raises(KeyUnusable, match="there already"):
        adopt_token(home, token, name="Another Name", pin=PIN)


def test_the_pin_of_a_token_is_not_changed_here(home: Path, token: Token) -> None:
    person = adopt_token(home, token, name="Ada Minister", pin=PIN)
    with pytest.raises(KeyUnusable, match="token's own program"):
        change_pin(home, person.id, PIN, "another sentence")


@pytest.mark.parametrize("change", [{"key": "gone"}, {"token": "00"}, {"module": "/nowhere.so"}])
def test_a_token_that_is_not_there_is_told(
    home: Path, token: Token, change: dict[str, str]
) -> None:
    person = adopt_token(home, token, name="Ada Minister", pin=PIN)
    file = home / "keys" / "people" / f"{person.id}.key"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(KeyUnusable, match="the token cannot be used"):
        unlock(home, person.id, PIN)


def test_another_key_of_the_token_does_not_take_its_place(home: Path, token: Token) -> None:
    person = adopt_token(home, token, name="Ada Minister", pin=PIN)
    file = home / "keys" / "people" / f"{person.id}.key"
    node = json.loads(file.read_text())
    file.write_text(json.dumps(node | {"sealing_key": "A" * 43 + "="}))
    with pytest.raises(KeyUnusable, match="damaged"):
        unlock(home, person.id, PIN)


def test_the_command_line_enrols_with_a_token(
    deid_home: Path, token: Token, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pin = tmp_path / "pin"
    pin.write_text(PIN)
    pin.chmod(0o600)
    add = ["audit", "people", "add", "--name", "Ada Minister", "--role", "administrator"]
    where = ["--token-module", token.module, "--token", LABEL]
    assert main([*add, *where, "--new-pin-file", str(pin)]) == 7
    assert "all three" in capsys.readouterr().err
    assert main([*add, *where, "--token-key", token.key, "--new-pin-file", str(pin)]) == 0
    assert main(["audit", "people", "list"]) == 0
    assert "Ada Minister  administrator" in capsys.readouterr().out


def test_without_the_extra_it_says_what_to_install(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    with pytest.raises(KeyUnusable, match=r"noteveil\[pkcs11\]"):
        adopt_token(home, Token("/nowhere.so", "00", "signing"), name="Ada", pin=PIN)
