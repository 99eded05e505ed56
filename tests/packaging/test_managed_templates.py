"""The templates for managed settings: current, well formed, and read back as they are meant."""

from __future__ import annotations

import json
import os
import plistlib
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

from deid.cli import main
from deid.managed import SCHEMA, Form, Group, Managed, Name, Value, parse
from deid.managed.policy_file import parse_policy_file
from deid.managed.preferences import DOMAIN
from deid.managed.registry import POLICIES_KEY, read_registry

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
TEMPLATES = PACKAGING / "managed" / "templates"
ADMX = TEMPLATES / "windows" / "noteveil.admx"
ADML = TEMPLATES / "windows" / "en-US" / "noteveil.adml"
PROFILE = TEMPLATES / "macos" / "org.noteveil.desktop.mobileconfig"
POLICY_FILE = TEMPLATES / "linux" / "policy.json"
DOCUMENT = ROOT / "docs" / "managed-policy.md"
EXAMPLES: Mapping[Name, Value] = {key.name: key.example for key in SCHEMA.values()}
NS = "{http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions}"


@pytest.fixture(scope="module")
def generate() -> Iterator[ModuleType]:
    """The script that makes them, which is imported as it imports its own parts."""
    sys.path.insert(0, str(PACKAGING))
    try:
        from managed import generate as script  # type: ignore[import-not-found]

        yield script
    finally:
        sys.path.remove(str(PACKAGING))


def values(found: Managed) -> dict[Name, Value]:
    return {name: one.value for name, one in found.settings.items()}


def test_what_lies_in_the_repository_is_what_the_schema_makes(
    generate: ModuleType, tmp_path: Path
) -> None:
    made: dict[str, str] = generate.templates({})
    lying = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*") if path.is_file()}
    assert lying == set(made)
    for path, text in made.items():
        assert (TEMPLATES / path).read_bytes() == text.encode(), f"{path}: run generate.py"
    assert generate.document.document() == DOCUMENT.read_text(encoding="utf-8")


def test_the_script_runs_from_anywhere(tmp_path: Path) -> None:
    script = PACKAGING / "managed" / "generate.py"
    command = [sys.executable, str(script), "--out", "made"]
    subprocess.run(command, cwd=tmp_path, check=True, env=os.environ | {"PYTHONPATH": ""})
    assert (tmp_path / "made" / "linux" / "policy.json").read_bytes() == POLICY_FILE.read_bytes()
    assert (tmp_path / "made" / DOCUMENT.name).read_bytes() == DOCUMENT.read_bytes()


# Linux


def test_the_policy_file_manages_nothing_until_it_is_edited() -> None:
    found = parse_policy_file(POLICY_FILE.read_bytes(), source="here")
    assert found.locked == frozenset()


def test_each_setting_of_the_policy_file_can_be_taken_out_of_its_comment() -> None:
    template = POLICY_FILE.read_text(encoding="utf-8")
    for name in Name:
        edited = template.replace(f'  // "{name}"', f'  "{name}"')
        found = parse_policy_file(edited.encode(), source="here")
        assert values(found) == {name: EXAMPLES[name]}
    everything = re.sub(r'^  // ("\w+": .*,)$', r"  \1", template, flags=re.MULTILINE)
    assert values(parse_policy_file(everything.encode(), source="here")) == EXAMPLES


# macOS


def settings_of(content: bytes) -> dict[str, object]:
    """The preferences that a profile forces, once everything else of it is as Apple wants it."""
    top = plistlib.loads(content)
    assert (top["PayloadType"], top["PayloadVersion"]) == ("Configuration", 1)
    assert top["PayloadScope"] == "System"
    (payload,) = top["PayloadContent"]
    assert payload["PayloadType"] == "com.apple.ManagedClient.preferences"
    uuids = {top["PayloadUUID"], payload["PayloadUUID"]}
    assert len(uuids) == 2
    assert all(re.fullmatch(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", one) for one in uuids)
    (forced,) = payload["PayloadContent"][DOMAIN]["Forced"]
    found = forced["mcx_preference_settings"]
    assert isinstance(found, dict)
    return found


def test_the_profile_manages_nothing_until_it_is_edited() -> None:
    assert settings_of(PROFILE.read_bytes()) == {}


def test_each_setting_of_the_profile_can_be_taken_out_of_its_comment() -> None:
    template = PROFILE.read_text(encoding="utf-8")
    entry = re.compile(r"(<key>\w+</key>\n.*?)\n *-->", re.DOTALL)
    comments = re.findall(r"<!--.*?-->", template, flags=re.DOTALL)
    within = {found[1] for one in comments if (found := entry.search(one))}
    assert len(within) == len(SCHEMA)
    body = f"<plist><dict>{''.join(within)}</dict></plist>".encode()
    assert values(parse(plistlib.loads(body), source="here")) == EXAMPLES


def test_a_filled_profile_and_file_hold_the_values_that_were_given(generate: ModuleType) -> None:
    made = generate.templates(EXAMPLES)
    filled = made["macos/org.noteveil.desktop.mobileconfig"].encode()
    assert values(parse(settings_of(filled), source="here")) == EXAMPLES
    again = parse_policy_file(made["linux/policy.json"].encode(), source="here")
    assert values(again) == EXAMPLES
    odd: dict[Name, Value] = {Name.OUTPUT_FOLDERS: ("/a & b/<c>",)}
    held = settings_of(generate.macos.profile(odd).encode())
    assert held == {"OutputFolders": ["/a & b/<c>"]}


# Windows


@pytest.fixture(scope="module")
def admx() -> ElementTree.Element:
    return ElementTree.parse(ADMX).getroot()


@pytest.fixture(scope="module")
def adml() -> ElementTree.Element:
    return ElementTree.parse(ADML).getroot()


def named(root: ElementTree.Element, path: str) -> dict[str, ElementTree.Element]:
    found = root.findall("/".join(f"{NS}{part}" for part in path.split("/")))
    made = {one.get("name") or one.get("id") or "": one for one in found}
    assert len(made) == len(found)
    return made


def test_the_template_has_the_parts_of_microsofts_schema_in_their_order(
    admx: ElementTree.Element, adml: ElementTree.Element
) -> None:
    assert admx.tag == f"{NS}policyDefinitions"
    assert [part.tag.removeprefix(NS) for part in admx] == [
        *("policyNamespaces", "resources", "supportedOn", "categories", "policies")
    ]
    assert adml.tag == f"{NS}policyDefinitionResources"
    assert [part.tag.removeprefix(NS) for part in adml] == [
        *("displayName", "description", "resources")
    ]
    for root in (admx, adml):
        assert (root.get("revision"), root.get("schemaVersion")) == ("1.0", "1.0")
    parts = {"parentCategory": 0, "supportedOn": 1, "enabledValue": 2, "disabledValue": 3,
             "elements": 4}  # fmt: skip
    for policy in named(admx, "policies/policy").values():
        order = [parts[child.tag.removeprefix(NS)] for child in policy]
        assert order == sorted(order)
        assert order[:2] == [0, 1]


def test_every_word_and_field_that_the_template_names_is_there_and_no_other(
    admx: ElementTree.Element, adml: ElementTree.Element
) -> None:
    text = ADMX.read_text(encoding="utf-8")
    strings = named(adml, "resources/stringTable/string")
    assert set(re.findall(r"\$\(string\.(\w+)\)", text)) == set(strings)
    assert all((one.text or "").strip() for one in strings.values())
    presentations = named(adml, "resources/presentationTable/presentation")
    assert set(re.findall(r"\$\(presentation\.(\w+)\)", text)) == set(presentations)
    fields = {"list": "listBox", "decimal": "decimalTextBox", "enum": "dropdownList",
              "text": "textBox"}  # fmt: skip
    for name, policy in named(admx, "policies/policy").items():
        for element in policy.findall(f"{NS}elements/*"):
            (field,) = presentations[name]
            assert field.get("refId") == element.get("id") == name
            assert field.tag == NS + fields[element.tag.removeprefix(NS)]


def test_every_policy_lies_in_a_category_and_is_supported(admx: ElementTree.Element) -> None:
    categories = named(admx, "categories/category")
    supported = named(admx, "supportedOn/definitions/definition")
    for name, category in categories.items():
        parent = category.find(f"{NS}parentCategory")
        assert (parent is None) is (name == "NoteVeil")
        assert parent is None or parent.get("ref") == "NoteVeil"
    assert set(categories) == {"NoteVeil", *(group.name for group in Group)}
    for name, policy in named(admx, "policies/policy").items():
        parent, support = policy[0], policy[1]
        assert parent.get("ref") == SCHEMA[Name(name)].group.name in categories
        assert support.get("ref") in supported
        assert (policy.get("class"), policy.get("key")) == ("Machine", POLICIES_KEY)


class Written:
    """The registry as Group Policy writes it by the template, for the example of each setting."""

    def __init__(self, admx: ElementTree.Element) -> None:
        self.found: dict[str, dict[str, object]] = {POLICIES_KEY: {}}
        for name, policy in named(admx, "policies/policy").items():
            self._write(policy, SCHEMA[Name(name)].form, EXAMPLES[Name(name)])

    def _write(self, policy: ElementTree.Element, form: Form, value: Value) -> None:
        own = self.found[POLICIES_KEY]
        if form is Form.YES_NO:
            state = policy.find(f"{NS}{'enabledValue' if value else 'disabledValue'}/{NS}decimal")
            assert state is not None
            own[policy.attrib["valueName"]] = int(state.attrib["value"])
            return
        (element,) = policy.findall(f"{NS}elements/*")
        match element.tag.removeprefix(NS), value:
            case "list", tuple():
                assert element.get("valuePrefix") == ""
                entries: dict[str, object] = {str(at + 1): one for at, one in enumerate(value)}
                self.found[element.attrib["key"]] = entries
            case "decimal", int():
                assert int(element.attrib["minValue"]) <= value <= int(element.attrib["maxValue"])
                own[element.attrib["valueName"]] = value
            case "enum", _:
                words = [one.text for one in element.iter(f"{NS}string")]
                assert value in words
                own[element.attrib["valueName"]] = value
            case "text", _:
                assert len(str(value)) <= int(element.attrib["maxLength"])
                own[element.attrib["valueName"]] = str(value)
            case kind:
                pytest.fail(f"{kind} is not written")

    def values(self, key: str) -> Mapping[str, object] | None:
        return self.found.get(key)

    def keys(self, key: str) -> tuple[str, ...]:
        return tuple(one.removeprefix(f"{key}\\") for one in self.found if one != key)


def test_what_group_policy_writes_by_the_template_is_read_back(admx: ElementTree.Element) -> None:
    assert values(read_registry(Written(admx))) == EXAMPLES


# The document


def blocks(language: str) -> list[str]:
    text = DOCUMENT.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_the_commands_of_the_document_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (example,) = blocks("json")
    (tmp_path / "policy.json").write_text(example, encoding="utf-8")
    (tmp_path / "packaging").symlink_to(PACKAGING, target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    lines = [line.removeprefix("$ ") for block in blocks("console") for line in block.splitlines()]
    assert len(lines) == 3
    for program, *arguments in map(shlex.split, lines):
        if program == "deid":
            assert main(arguments) == 0
        else:
            subprocess.run([sys.executable, *arguments], check=True)
    assert "OutputFolders" in capsys.readouterr().out
    filled = (tmp_path / "templates" / "linux" / "policy.json").read_bytes()
    locked = {Name.ALLOWED_POLICIES, Name.REVIEW_REQUIRED, Name.OUTPUT_FOLDERS}
    assert parse_policy_file(filled, source="here").locked == locked


def test_the_registry_commands_of_the_document_set_what_the_program_reads() -> None:
    (block,) = blocks("bat")
    found: dict[str, dict[str, object]] = {}
    pattern = re.compile(r"reg add HKLM\\(\S+) /v (\S+) /t (\S+) /d (\S+) /f")
    for line in block.splitlines():
        key, name, kind, value = re.fullmatch(pattern, line).groups()  # type: ignore[union-attr]
        found.setdefault(key, {})[name] = int(value) if kind == "REG_DWORD" else value

    class Registry:
        def values(self, key: str) -> Mapping[str, object] | None:
            return found.get(key)

        def keys(self, key: str) -> tuple[str, ...]:
            return tuple(one.removeprefix(f"{key}\\") for one in found if one != key)

    read = read_registry(Registry())
    assert (read.policies, read.needs_four_eyes) == (("safe-harbor",), True)
    assert not read.allows(Name.TRAINING_ALLOWED)


def test_the_document_speaks_of_every_setting() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert re.findall(r"^#### (\w+)$", text, re.MULTILINE) == [
        key.name for group in Group for key in SCHEMA.values() if key.group is group
    ]
    for key in SCHEMA.values():
        assert f"`{json.dumps(key.example)}`" in text
