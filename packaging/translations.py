"""Collects every string of the window for translators, and compiles what they send back.

    python packaging/translations.py            # writes gui/translations/noteveil.ts
    python packaging/translations.py --compile  # makes noteveil_de.qm of noteveil_de.ts, and so on

`pyside6-lupdate` finds no string that reaches `translate` through a function of ours or a table,
so the strings are read from the syntax tree. Translators open the file in Qt Linguist and save it
as `noteveil_de.ts` for German; the window loads `noteveil_de.qm` where the system is German.
"""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "gui" / "translations"
TEMPLATE = FOLDER / "noteveil.ts"


def main() -> int:
    """Do what the arguments ask; the result is the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--compile", action="store_true", help="compile each translation")
    if parser.parse_args().compile:
        for source in sorted(FOLDER.glob("noteveil_*.ts")):
            subprocess.run(["pyside6-lrelease", source], check=True)
    else:
        FOLDER.mkdir(exist_ok=True)
        written = template(collect(ROOT / "gui"))
        TEMPLATE.write_text(written, encoding="utf-8", newline="\n")
    return 0


def collect(folder: Path) -> dict[str, list[str]]:
    """The strings of each context, in the order of the files."""
    found: dict[str, dict[str, None]] = {}
    for path in sorted(folder.rglob("*.py")):
        for context, words in strings(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(context, {})[words] = None
    return {context: list(words) for context, words in sorted(found.items())}


def strings(module: ast.Module) -> Iterator[tuple[str, str]]:
    """Context and words of each string of a module that is to be translated."""
    wrappers = dict(_wrappers(module))
    for holder in ast.walk(module):
        if isinstance(holder, ast.ClassDef):
            for call in _calls(holder):
                if _name(call) == "tr":
                    yield from ((holder.name, words) for words in _literals(call.args[:1]))
    for call in _calls(module):
        name = _name(call)
        if name in {"translate", "QT_TRANSLATE_NOOP"} and len(call.args) >= 2:
            for context in _literals(call.args[:1]):
                yield from ((context, words) for words in _literals(call.args[1:2]))
        elif name.lstrip("_") in wrappers:
            for words in _literals(call.args):
                yield wrappers[name.lstrip("_")], words
    # A table whose words are handed to such a function where they are used.
    for statement in module.body if len(set(wrappers.values())) == 1 else ():
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            for words in _literals(list(ast.walk(statement.value))):
                yield next(iter(wrappers.values())), words


def template(found: dict[str, list[str]]) -> str:
    """The file for translators, in the form of Qt Linguist."""
    root = ElementTree.Element("TS", version="2.1", sourcelanguage="en")
    for name, words in found.items():
        context = ElementTree.SubElement(root, "context")
        ElementTree.SubElement(context, "name").text = name
        for source in words:
            message = ElementTree.SubElement(context, "message")
            ElementTree.SubElement(message, "source").text = source
            ElementTree.SubElement(message, "translation", type="unfinished")
    ElementTree.indent(root, "    ")
    body = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{body}\n'


def _wrappers(module: ast.Module) -> Iterator[tuple[str, str]]:
    """Functions that only translate in one context, by their names, and the contexts."""
    constants = {
        target.id: statement.value.value
        for statement in module.body
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    for function in module.body:
        if isinstance(function, ast.FunctionDef):
            for call in _calls(function):
                if _name(call) == "translate" and len(call.args) >= 2:
                    context = call.args[0]
                    named = constants.get(context.id) if isinstance(context, ast.Name) else None
                    literal = next(_literals([context]), named)
                    if literal and not list(_literals(call.args[1:2])):
                        yield function.name.lstrip("_"), str(literal)


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    return (inner for inner in ast.walk(node) if isinstance(inner, ast.Call))


def _name(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _literals(nodes: list[ast.expr] | list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.IfExp):
            yield from _literals([node.body, node.orelse])
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and any(map(str.isalpha, node.value))
        ):
            yield node.value


if __name__ == "__main__":
    sys.exit(main())
