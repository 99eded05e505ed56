r"""Rule packs: YAML in Presidio's recognizer-registry form, with a few keys of ours.

    name: my-site
    pieces: {month: "(?:Jan|Feb|...)"}       # {{month}} in an expression stands for this
    recognizers:
      - name: Study number
        id: my-site/study                    # default: <pack>/<name>
        version: 2
        supported_entity: IDNUM              # a label of ours or a Presidio entity
        patterns: [{name: shape, regex: 'study (?P<phi>\d{4})', score: 0.9, check: luhn}]
        labels: {city: CITY}                 # named group → label; group `phi` → supported_entity
        deny_list: [...]
        context: [study, trial number]       # whole words; raises the score by 0.35
        needs: [study]                       # the rule is tried where one of these stands
        stop: [clinical_terms]               # words of these lists end a finding, or are none
        keep_first: true                     # but not where they come first
        lead: [not_facilities]               # words of these lists are cut off the front
        hint: true                           # beside a model, counts only where it agrees
        flags: [multiline]                   # default: ignorecase, multiline, dotall
        examples: ['study [[4711]]']
        near_misses: ['study of 4711']

A plain Presidio file of pattern and deny-list recognizers loads unchanged. Recognizers of type
`predefined` are kept apart, as they stand, for Presidio itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import regex
import yaml

from deid import resources
from deid.detect.checks import Check
from deid.detect.expressions import Expression
from deid.detect.lists import folded_list
from deid.detect.nodes import Node
from deid.detect.starts import Conditions
from deid.errors import RulePackError, UnknownLabel
from deid.labels import Label

PHI_GROUP = "phi"
"""The named group that holds the identifier; without one, it is the whole match."""

_MAX_BYTES = 1 << 22
_FLAGS = {"ignorecase": regex.IGNORECASE, "multiline": regex.MULTILINE, "dotall": regex.DOTALL}
_PRESIDIO_FLAGS = int(regex.IGNORECASE | regex.MULTILINE | regex.DOTALL)
_CONTEXT_WINDOW = (5, 0)
_PACK_KEYS = {
    *("name", "source", "flags", "pieces", "recognizers", "global_regex_flags"),
    *("supported_languages", "supported_countries"),
}
_RULE_KEYS = {
    *("name", "type", "enabled", "supported_language", "supported_languages", "supported_entity"),
    *("supported_entities", "patterns", "deny_list", "deny_list_score", "context", "version"),
    *("global_regex_flags", "country_code", "class_name", "score_thresholds"),
    *("id", "source", "safe_harbor", "examples", "near_misses", "check", "labels"),
    *("flags", "needs", "stop", "keep_first", "lead", "hint", "context_window"),
}
_PATTERN_KEYS = {"name", "regex", "score", "check"}


@dataclass(frozen=True, slots=True)
class Pattern:
    """One expression of a rule.

    Attributes:
        name: unique within the rule where its author cared.
        expression: what to search for.
        score: of what it finds, 0 to 1.
        check: what the identifier must pass, if anything.
        groups: named groups that hold identifiers, with their labels; empty: the whole match.
        conditions: what stands around the beginning of every match; None: not known.
    """

    name: str
    expression: Expression
    score: float
    check: Check | None
    groups: tuple[tuple[str, Label], ...]
    conditions: Conditions | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """What to look for, where it comes from, and its own tests.

    Attributes:
        id: such as `us/mrn`.
        version: counts up with every change.
        label: of what it finds, unless a group has its own.
        safe_harbor: letter of 45 CFR 164.514(b)(2)(i), or empty.
        source: standard or practice that the shape comes from.
        context: words and phrases, each split into folded words.
        window: words before and behind a match in which context counts.
        needs: folded literals; the rule is tried only where one of them stands. Empty: always.
        stop: folded words before which a finding ends; leading ones are cut off.
        keep_first: whether the first word stands even if `stop` holds it.
        lead: folded words that are cut off the front; two words must be left.
        hint: whether it counts, where a model works, only together with other detectors.
        examples: texts in which the marked ranges, and nothing else, must be found.
        near_misses: texts in which nothing may be found.
    """

    id: str
    version: str
    label: Label
    patterns: tuple[Pattern, ...]
    safe_harbor: str = ""
    source: str = ""
    context: tuple[tuple[str, ...], ...] = ()
    window: tuple[int, int] = _CONTEXT_WINDOW
    needs: tuple[str, ...] = ()
    stop: frozenset[str] = field(default=frozenset(), repr=False)
    keep_first: bool = False
    lead: frozenset[str] = field(default=frozenset(), repr=False)
    hint: bool = False
    examples: tuple[str, ...] = ()
    near_misses: tuple[str, ...] = ()

    @property
    def detector(self) -> str:
        """What findings of this rule carry as their detector."""
        return f"rule:{self.id}@{self.version}"


@dataclass(frozen=True, slots=True)
class Pack:
    """A file of rules.

    Attributes:
        name: the file's `name`, or its file name without the ending.
        rules: in the order of the file; disabled ones are left out.
        predefined: Presidio's own recognizers that the file names, as they stand in it.
        digest: SHA-256 of the file, in hex.
    """

    name: str
    rules: tuple[Rule, ...]
    predefined: tuple[Mapping[str, object], ...] = ()
    digest: str = ""


def load_packs(folder: Path | None = None, *extra: Path) -> tuple[Pack, ...]:
    """All packs of a folder (default: the shipped ones) in the order of their names, then `extra`.

    Raises:
        RulePackError: a pack cannot be read, is wrong, or two rules have the same id.
    """
    where = resources.rule_packs() if folder is None else folder
    paths = sorted(where.glob("*.yaml"))
    if not paths:
        raise RulePackError(f"no rule packs in the folder {where.name!r}: reinstall the program")
    # The tests compile every shipped expression; at each start it would take a second.
    packs = (
        *(read_pack(path, trusted=folder is None) for path in paths),
        *(read_pack(path) for path in extra),
    )
    _require_unique_ids(packs)
    return packs


def read_pack(path: Path, *, trusted: bool = False) -> Pack:
    """The pack in a YAML file.

    Args:
        path: the file.
        trusted: whether its expressions are known to be sound, so that each may be compiled as
            late as it is used; an unsound one then fails the note that it is used on.

    Raises:
        RulePackError: the file cannot be read or is no rule pack. The message names pack, rule
            and key.
    """
    try:
        raw = path.read_bytes()
        if len(raw) > _MAX_BYTES:
            raise RulePackError(f"pack {path.stem}: larger than {_MAX_BYTES} bytes")
        tree = yaml.load(raw.decode("utf-8"), Loader=_LOADER)  # noqa: S506  (a safe loader)
    except OSError as error:
        raise RulePackError(f"pack {path.stem}: cannot be read ({error.strerror})") from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
        raise RulePackError(f"pack {path.stem}: not valid YAML in UTF-8") from None
    digest = hashlib.sha256(raw).hexdigest()
    return parse_pack(tree, path.stem, digest=digest, trusted=trusted)


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_pack(tree: object, name: str, *, digest: str = "", trusted: bool = False) -> Pack:
    """The pack that a parsed YAML tree describes; for `trusted` see `read_pack`.

    Raises:
        RulePackError: something is missing, unknown or of the wrong kind.
    """
    top = Node(tree, f"pack {name}")
    if "recognizer_registry" in top.keys:
        top = Node(top.keys["recognizer_registry"], f"pack {name}")
    top.only(_PACK_KEYS)
    name = top.text("name", name)
    rules: list[Rule] = []
    predefined: list[Mapping[str, object]] = []
    for number, entry in enumerate(top.items("recognizers"), start=1):
        node = Node({"name": entry} if isinstance(entry, str) else entry, f"{top.where}, {number}")
        if node.keys.get("enabled") is False:
            continue
        if _is_predefined(node):
            predefined.append(MappingProxyType(dict(node.keys)))
        else:
            rules.append(_rule(node, top, name, trusted=trusted))
    pack = Pack(name, tuple(rules), tuple(predefined), digest)
    _require_unique_ids((pack,))
    return pack


def _is_predefined(node: Node) -> bool:
    kind = node.keys.get("type")
    if kind is None:
        return not ({"patterns", "deny_list"} & node.keys.keys())
    if kind not in {"custom", "predefined"}:
        raise node.error("type", "must be custom or predefined")
    return kind == "predefined"


def _rule(node: Node, top: Node, pack: str, *, trusted: bool) -> Rule:
    rule_name = node.text("name", "")
    rule_id = node.text("id", f"{pack}/{_slug(rule_name)}" if rule_name else "")
    if not rule_id:
        raise node.error("name", "is missing")
    node = Node(node.keys, f"pack {pack}, rule {rule_id}")
    node.only(_RULE_KEYS)
    label = _label(node, "supported_entity", _entity(node))
    groups = {
        group: _label(node, "labels", target)
        for group, target in Node(
            node.keys.get("labels", {}), f"{node.where}, `labels`"
        ).keys.items()
    }
    before, behind = node.whole_numbers("context_window", _CONTEXT_WINDOW)
    return Rule(
        id=rule_id,
        version=str(node.keys.get("version", "1")),
        label=label,
        patterns=_patterns(node, top, label, groups, trusted=trusted),
        safe_harbor=node.text("safe_harbor", label.names.safe_harbor),
        source=node.text("source", top.text("source", "")),
        context=tuple(tuple(_words(phrase)) for phrase in _context(node)),
        window=(before, behind),
        needs=tuple(word.lower() for word in node.texts("needs")),
        stop=frozenset().union(*(folded_list(name) for name in node.texts("stop"))),
        keep_first=node.keys.get("keep_first") is True,
        hint=node.keys.get("hint") is True,
        lead=frozenset().union(*(folded_list(name) for name in node.texts("lead"))),
        examples=node.texts("examples"),
        near_misses=node.texts("near_misses"),
    )


def _patterns(
    node: Node, top: Node, label: Label, groups: Mapping[str, Label], *, trusted: bool
) -> tuple[Pattern, ...]:
    flags = _flags(node, top)
    pieces = Node(top.keys.get("pieces", {}), f"{top.where}, `pieces`").keys
    patterns = []
    for number, entry in enumerate(node.items("patterns"), start=1):
        part = Node(entry, f"{node.where}, pattern {number}")
        part.only(_PATTERN_KEYS)
        expression = part.expression(_expand(part.text("regex"), pieces, part), flags)
        if not trusted:
            part.require_compiled(expression)
        known = expression.group_names
        found = tuple((group, target) for group, target in groups.items() if group in known)
        if PHI_GROUP in known and PHI_GROUP not in groups:
            found = ((PHI_GROUP, label), *found)
        patterns.append(
            Pattern(
                name=part.text("name", str(number)),
                expression=expression,
                score=part.score("score"),
                check=part.check() or node.check(),
                groups=found,
                conditions=expression.conditions(),
            )
        )
    words = node.texts("deny_list")
    if words:
        listed = "|".join(regex.escape(word) for word in words)
        expression = node.expression(rf"(?:^|(?<=\W))(?:{listed})(?:(?=\W)|$)", flags)
        score = node.score("deny_list_score", 1.0)
        patterns.append(Pattern("deny_list", expression, score, node.check(), ()))
    if not patterns:
        raise node.error("patterns", "is missing, and so is `deny_list`")
    return tuple(patterns)


def _flags(node: Node, top: Node) -> int:
    for level in (node, top):
        if "flags" in level.keys:
            names = level.texts("flags")
            unknown = set(names) - _FLAGS.keys()
            if unknown:
                raise level.error("flags", f"may be {', '.join(_FLAGS)}")
            return sum(int(_FLAGS[name]) for name in names)
        value = level.keys.get("global_regex_flags")
        if isinstance(value, int):
            return value
    return _PRESIDIO_FLAGS


def _expand(source: str, pieces: Mapping[str, object], node: Node) -> str:
    """The expression with every `{{piece}}` put in; pieces may hold pieces named before them."""
    for piece, text in reversed(list(pieces.items())):
        source = source.replace("{{" + piece + "}}", str(text))
    if pieces and regex.search(r"\{\{\w+\}\}", source):
        raise node.error("regex", "names a piece that the pack does not have")
    return source


def _context(node: Node) -> tuple[str, ...]:
    """The rule's context words, with those that Presidio lets a language bring along."""
    phrases = list(node.texts("context"))
    for language in node.items("supported_languages"):
        if isinstance(language, dict):
            phrases += Node(language, node.where).texts("context")
    return tuple(phrases)


def _entity(node: Node) -> object:
    if "supported_entity" in node.keys:
        return node.keys["supported_entity"]
    entities = node.texts("supported_entities")
    if len(entities) != 1:
        raise node.error("supported_entity", "is missing")
    return entities[0]


def _label(node: Node, key: str, name: object) -> Label:
    try:
        return Label.parse(str(name))
    except UnknownLabel as error:
        raise node.error(key, str(error)) from None


def _words(text: str) -> list[str]:
    return regex.findall(r"\w+", text.casefold())


def _slug(name: str) -> str:
    return regex.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _require_unique_ids(packs: Iterable[Pack]) -> None:
    seen: set[str] = set()
    for pack in packs:
        for rule in pack.rules:
            if rule.id in seen:
                raise RulePackError(f"pack {pack.name}, rule {rule.id}: `id` is taken already")
            seen.add(rule.id)
