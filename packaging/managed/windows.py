"""The administrative template of Windows: `noteveil.admx`, and its English words in an ADML file.

Structure and names as in "Group Policy ADMX Syntax Reference Guide" (Microsoft) and the schema
PolicyDefinitionFiles.xsd.
"""

from __future__ import annotations

from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from managed.texts import explained, may_be

from deid.managed import SCHEMA, Form, Group, Key
from deid.managed.registry import POLICIES_KEY

NAMESPACE = "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions"
_VERSIONS = {"revision": "1.0", "schemaVersion": "1.0"}
_PRODUCT = "NoteVeil"
_LONGEST = "1023"


def admx() -> str:
    """The policies, by categories: where each one is written in the registry."""
    root = Element("policyDefinitions", {"xmlns": NAMESPACE, **_VERSIONS})
    spaces = SubElement(root, "policyNamespaces")
    SubElement(spaces, "target", prefix="noteveil", namespace="NoteVeil.Policies.NoteVeil")
    SubElement(root, "resources", minRequiredRevision="1.0")
    definitions = SubElement(SubElement(root, "supportedOn"), "definitions")
    for since in _versions():
        name = _supported(since)
        SubElement(definitions, "definition", name=name, displayName=f"$(string.{name})")
    categories = SubElement(root, "categories")
    SubElement(categories, "category", name=_PRODUCT, displayName=f"$(string.{_PRODUCT})")
    for group in Group:
        category = SubElement(
            categories, "category", name=group.name, displayName=f"$(string.{group.name})"
        )
        SubElement(category, "parentCategory", ref=_PRODUCT)
    policies = SubElement(root, "policies")
    for key in SCHEMA.values():
        _add_policy(policies, key)
    return _written(root)


def adml() -> str:
    """The English words of the policies, and the fields in which they are set."""
    root = Element("policyDefinitionResources", {"xmlns": NAMESPACE, **_VERSIONS})
    SubElement(root, "displayName").text = _PRODUCT
    SubElement(root, "description").text = "Settings of NoteVeil that your IT manages"
    resources = SubElement(root, "resources")
    strings = SubElement(resources, "stringTable")
    for name, words in _strings().items():
        SubElement(strings, "string", id=name).text = words
    presentations = SubElement(resources, "presentationTable")
    for key in SCHEMA.values():
        if key.form is not Form.YES_NO:
            _add_presentation(presentations, key)
    return _written(root)


def _add_policy(policies: Element, key: Key) -> None:
    attributes = {
        "name": key.name.value,
        "class": "Machine",
        "displayName": f"$(string.{key.name})",
        "explainText": f"$(string.{key.name}_Help)",
        "key": POLICIES_KEY,
    }
    if key.form is Form.YES_NO:
        attributes["valueName"] = key.name.value
    else:
        attributes["presentation"] = f"$(presentation.{key.name})"
    policy = SubElement(policies, "policy", attributes)
    SubElement(policy, "parentCategory", ref=key.group.name)
    SubElement(policy, "supportedOn", ref=_supported(key.since))
    if key.form is Form.YES_NO:
        # Enabled is yes, disabled is no, and not configured is not managed.
        for state, value in (("enabledValue", "1"), ("disabledValue", "0")):
            SubElement(SubElement(policy, state), "decimal", value=value)
    else:
        _add_element(SubElement(policy, "elements"), key)


def _add_element(elements: Element, key: Key) -> None:
    name = key.name.value
    match key.form:
        case Form.WORDS | Form.FOLDERS:
            SubElement(elements, "list", id=name, key=f"{POLICIES_KEY}\\{name}", valuePrefix="")
        case Form.WHOLE:
            bounds = {"minValue": f"{key.low:g}", "maxValue": f"{key.high:g}"}
            SubElement(elements, "decimal", {"id": name, "valueName": name, **bounds})
        case Form.CHOICE:
            choice = SubElement(elements, "enum", id=name, valueName=name, required="true")
            for word, _ in key.choices:
                item = SubElement(choice, "item", displayName=f"$(string.{_item(key, word)})")
                SubElement(SubElement(item, "value"), "string").text = word
        case _:
            # There are no fractions in the registry: a number is written as text.
            SubElement(
                elements, "text", id=name, valueName=name, required="true", maxLength=_LONGEST
            )


def _add_presentation(presentations: Element, key: Key) -> None:
    name = key.name.value
    presentation = SubElement(presentations, "presentation", id=name)
    match key.form:
        case Form.WORDS | Form.FOLDERS:
            SubElement(presentation, "listBox", refId=name).text = key.title
        case Form.WHOLE:
            field = SubElement(
                presentation, "decimalTextBox", refId=name, defaultValue=f"{key.example}"
            )
            field.text = key.title
        case Form.CHOICE:
            SubElement(presentation, "dropdownList", refId=name, noSort="true").text = key.title
        case _:
            field = SubElement(presentation, "textBox", refId=name)
            SubElement(field, "label").text = key.title


def _strings() -> dict[str, str]:
    found = {_PRODUCT: _PRODUCT, **{group.name: group.value for group in Group}}
    for since in _versions():
        found[_supported(since)] = f"NoteVeil {since} or later"
    for key in SCHEMA.values():
        found[key.name.value] = key.title
        found[f"{key.name}_Help"] = "\n\n".join([*explained(key)[1:], *_states(key)])
        for word, meaning in key.choices:
            found[_item(key, word)] = meaning
    return found


def _states(key: Key) -> list[str]:
    if key.form is not Form.YES_NO:
        return [] if may_be(key) or key.form is not Form.FOLDER else ["One absolute path."]
    return ["Enabled: yes. Disabled: no. Not configured: not managed."]


def _versions() -> list[str]:
    return list(dict.fromkeys(key.since for key in SCHEMA.values()))


def _supported(since: str) -> str:
    return f"SUPPORTED_{since.replace('.', '_')}"


def _item(key: Key, word: str) -> str:
    return f"{key.name}_{word.replace('-', '_')}"


def _written(root: Element) -> str:
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="unicode", short_empty_elements=True)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n'
