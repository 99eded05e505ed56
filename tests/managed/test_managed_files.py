"""The file of Linux and the property lists of macOS: only an administrator's count."""

from __future__ import annotations

import os
import plistlib
import re
from pathlib import Path

import pytest

from deid.errors import ManagedUnusable
from deid.managed import SCHEMA, Managed, Name, here, parse
from deid.managed.policy_file import FORMAT, POLICY_FILE, read_policy_file
from deid.managed.preferences import DOMAIN, MANAGED_PREFERENCES, read_preferences

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has a registry")

EXAMPLES = {key.name.value: key.example for key in SCHEMA.values()}
GOOD = f"""\
{{
  // a comment, with "quotes" and {{ braces
  "AllowedPolicies": ["safe-harbor"],
    // "WitnessDays": 3,
  "format": "{FORMAT}"
}}
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the file lies in these tests; whoever runs them is the administrator."""
    folder = tmp_path / "etc" / "noteveil"
    folder.mkdir(parents=True, mode=0o755)
    return folder / "policy.json"


def put(path: Path, content: str | bytes, mode: int = 0o644) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    path.chmod(mode)
    return path


def read(path: Path) -> Managed:
    return read_policy_file(path, owner=os.geteuid())


def test_lines_of_comment_are_passed_over(place: Path) -> None:
    found = read(put(place, GOOD))
    assert found.policies == ("safe-harbor",)
    assert found.locked == {Name.ALLOWED_POLICIES}
    assert found.settings[Name.ALLOWED_POLICIES].source == str(place)


def test_nothing_is_managed_where_there_is_no_file_or_no_folder(place: Path) -> None:
    assert read(place).locked == frozenset()
    assert read(place.parent / "none" / "policy.json").locked == frozenset()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "no JSON from line 1"),
        ("{\n\n  oops\n}", "no JSON from line 3"),
        ("[]", "no object"),
        ('{"AllowedPolicies": ["safe-harbor"]}', "no object with"),
        ('{"format": "noteveil-managed-2"}', "no object with"),
        (GOOD.replace('  "format"', '  "format": 1,\n  "format"'), "given twice"),
        (GOOD.replace("AllowedPolicies", "AllowedPolicy"), "no setting"),
        (GOOD.replace('["safe-harbor"]', "5"), "AllowedPolicies is not"),
        (GOOD.replace("// a comment", '"a": 1, // a comment'), "no JSON"),
        (GOOD.encode() + b"\xff", "no JSON in UTF-8"),
        ("[" * 200_000, "no JSON"),
        (b"{}" + b" " * (1 << 20), "longer than"),
    ],
)
def test_a_broken_file_stops_everything(place: Path, content: str | bytes, said: str) -> None:
    with pytest.raises(ManagedUnusable, match=said) as raised:
        read(put(place, content))
    assert str(raised.value).startswith(str(place))
    assert raised.value.exit_code == 4


@pytest.mark.parametrize("mode", [0o664, 0o646, 0o666, 0o660])
def test_a_file_that_others_may_write_stops_everything(place: Path, mode: int) -> None:
    with pytest.raises(ManagedUnusable, match="can be written by others"):
        read(put(place, GOOD, mode))


def test_a_folder_that_others_may_write_stops_everything(place: Path) -> None:
    put(place, GOOD)
    place.parent.chmod(0o777)
    with pytest.raises(ManagedUnusable, match="can be written by others"):
        read(place)


def test_a_file_of_another_owner_stops_everything(place: Path) -> None:
    put(place, GOOD)
    with pytest.raises(ManagedUnusable, match="does not belong to the administrator"):
        read_policy_file(place, owner=os.geteuid() + 1)


def test_a_link_is_not_followed(place: Path, tmp_path: Path) -> None:
    place.symlink_to(put(tmp_path / "own.json", GOOD))
    with pytest.raises(ManagedUnusable, match="cannot be read"):
        read(place)


def test_neither_a_pipe_nor_a_folder_holds_up_or_opens_the_program(place: Path) -> None:
    os.mkfifo(place, 0o644)
    with pytest.raises(ManagedUnusable, match="not a plain file"):
        read(place)
    place.unlink()
    place.mkdir(mode=0o755)
    with pytest.raises(ManagedUnusable, match="not a plain file"):
        read(place)


def test_a_file_that_cannot_be_read_stops_everything(powerless: Path) -> None:
    path = put(powerless / "noteveil" / "policy.json", GOOD, mode=0)
    with pytest.raises(ManagedUnusable, match="cannot be read"):
        read_policy_file(path, owner=os.geteuid())


def plist(folder: Path, content: object, form: plistlib.PlistFormat = plistlib.FMT_BINARY) -> None:
    put(folder / f"{DOMAIN}.plist", plistlib.dumps(content, fmt=form))


@pytest.mark.parametrize("form", list(plistlib.PlistFormat))
def test_what_a_profile_says_is_read_in_both_forms(
    tmp_path: Path, form: plistlib.PlistFormat
) -> None:
    values = {name: list(v) if isinstance(v, tuple) else v for name, v in EXAMPLES.items()}
    plist(tmp_path / "prefs", {**values, "PayloadUUID": "0"}, form)
    found = read_preferences("ada", folder=tmp_path / "prefs", owner=os.geteuid())
    assert {name.value: one.value for name, one in found.settings.items()} == EXAMPLES


def test_the_computers_profile_wins_over_that_of_the_user(tmp_path: Path) -> None:
    plist(tmp_path, {"WitnessDays": 3})
    plist(tmp_path / "ada", {"WitnessDays": 5, "TrainingAllowed": False})
    plist(tmp_path / "bob", {"WitnessDays": 9})
    found = read_preferences("ada", folder=tmp_path, owner=os.geteuid())
    assert (found.witness_days, found.allows(Name.TRAINING_ALLOWED)) == (3, False)
    assert read_preferences("eve", folder=tmp_path, owner=os.geteuid()).witness_days == 3


@pytest.mark.parametrize(
    "content",
    [b"", b"no plist", b"<plist><dict><key>a</key>", b"bplist00" + bytes(40), plistlib.dumps([1])],
)
def test_a_broken_property_list_stops_everything(tmp_path: Path, content: bytes) -> None:
    put(tmp_path / f"{DOMAIN}.plist", content)
    with pytest.raises(ManagedUnusable, match="property list"):
        read_preferences("ada", folder=tmp_path, owner=os.geteuid())


def test_a_property_list_of_a_user_stops_everything(tmp_path: Path) -> None:
    plist(tmp_path / "ada", {"WitnessDays": 5})
    with pytest.raises(ManagedUnusable, match="does not belong"):
        read_preferences("ada", folder=tmp_path, owner=os.geteuid() + 1)


@pytest.mark.parametrize("name", ["OutputFolders", "WitnessFolders", "LogFolder"])
def test_a_folder_of_another_system_stops_everything_at_once(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    value = "C:\\out" if name == "LogFolder" else ["/out", "C:\\out"]
    found = parse({name: value}, source="here")
    monkeypatch.setattr("deid.managed.policy_file.read_policy_file", lambda path: found)
    monkeypatch.setattr("sys.platform", "linux")
    here.read.cache_clear()
    with pytest.raises(ManagedUnusable, match="no absolute path on this system"):
        here.current()
    here.read.cache_clear()


def test_no_variable_but_one_is_asked_for_a_setting_of_ours() -> None:
    """The one, `DEID_HOME`, is tried against `LogFolder`."""
    root = Path(here.__file__).parents[2]
    sources = [*(root / "deid").rglob("*.py"), *(root / "gui").rglob("*.py")]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    assert set(re.findall(r"\b(?:DEID|NOTEVEIL)_[A-Z_]+\b", text)) == {"DEID_HOME"}


def test_the_places_are_fixed_and_no_variable_moves_them(
    monkeypatch: pytest.MonkeyPatch, place: Path, tmp_path: Path
) -> None:
    assert Path("/etc/noteveil/policy.json") == POLICY_FILE
    assert Path("/Library/Managed Preferences") == MANAGED_PREFERENCES
    put(place, GOOD)
    for name in ("DEID_HOME", "DEID_MANAGED", "DEID_POLICY", "XDG_CONFIG_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    opened: list[Path] = []

    def read_owned(path: Path, *, owner: int) -> None:
        opened.append(path)
        assert owner == 0

    monkeypatch.setattr("deid.managed.policy_file.read_owned", read_owned)
    monkeypatch.setattr("sys.platform", "linux")
    here.read.cache_clear()
    assert here.current().locked == frozenset()
    assert opened == [POLICY_FILE]
    here.read.cache_clear()
