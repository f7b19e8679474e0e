"""The strict reader of rule files: every scalar is text, unknown and repeated keys are errors with a place.

A rule file is a YAML list of mappings, each with a unique ``id``. Values are texts or lists of texts, except
under ``examples``, a list of mappings of texts. PyYAML's own types are never applied (1403-02-31 is text).
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kg.errors import RuleError

LANG = Path(__file__).parent / "lang" / "fa"
_BASE: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class _Loader(_BASE):  # type: ignore[misc]
    """All is text, so there is no type to find out; PyYAML would ask its tables for each scalar all the same."""

    def resolve(self, kind: object, value: object, implicit: object) -> str:
        return ""

    def descend_resolver(self, parent: object, index: object) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass


Value = str | tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """One entry of a rule file: its id, where it stands, and its fields (texts or tuples of texts)."""

    id: str
    file: str
    line: int
    fields: dict[str, Value]
    examples: tuple[dict[str, str], ...] = ()

    @property
    def place(self) -> str:
        return f"{self.file}, line {self.line}, rule '{self.id}'"

    def text(self, key: str, default: str = "") -> str:
        """The single text under ``key``."""
        value = self.fields.get(key, default)
        if not isinstance(value, str):
            raise RuleError(f"{self.place}: '{key}' must be one text, not a list.")
        return value

    def list(self, key: str) -> tuple[str, ...]:
        """The texts under ``key``, none if the key is absent."""
        value = self.fields.get(key, ())
        if isinstance(value, str):
            raise RuleError(f"{self.place}: '{key}' must be a list of texts.")
        return value


@cache
def _load(name: str, required: frozenset[str], keys: frozenset[str]) -> tuple[Rule, ...]:
    on = gc.isenabled()
    gc.disable()  # a file makes thousands of nodes and no cycle; the collector would walk all rules time and again
    try:
        return _read(name, required, keys)
    finally:
        if on:
            gc.enable()


def _read(name: str, required: frozenset[str], keys: frozenset[str]) -> tuple[Rule, ...]:
    path = LANG / name
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Loader)
    except OSError as error:
        raise RuleError(f"The rule file {path} cannot be read: {error.strerror}. Reinstall the package.") from error
    except yaml.YAMLError as error:
        raise RuleError(f"The rule file {path} is not YAML: {error}") from error
    if root is None:
        return ()
    if not isinstance(root, yaml.SequenceNode):
        raise RuleError(f"{name}, line 1: a rule file is a list of rules.")
    found = [_rule(name, node, required, keys | {"id", "examples", "not"}) for node in root.value]
    seen: dict[str, Rule] = {}
    for rule in found:
        if rule.id in seen:
            raise RuleError(f"{rule.place}: the id is already used in line {seen[rule.id].line}.")
        seen[rule.id] = rule
    return tuple(found)


def load(name: str, *, required: Iterable[str], keys: Iterable[str] = ()) -> tuple[Rule, ...]:
    """Read ``lang/fa/<name>``. ``required`` keys must stand in every rule, ``keys`` may; others are errors.

    ``id``, ``examples`` and ``not`` are always allowed, and ``id`` is always required.
    Raises RuleError naming file, line and rule.
    """
    required = frozenset(required)
    return _load(name, required, required | frozenset(keys))


def _rule(name: str, node: yaml.Node, required: frozenset[str], allowed: frozenset[str]) -> Rule:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        raise RuleError(f"{name}, line {line}: a rule is a mapping with an 'id'.")
    fields: dict[str, Value] = {}
    examples: tuple[dict[str, str], ...] = ()
    for key_node, value_node in node.value:
        key, at = key_node.value, key_node.start_mark.line + 1
        if key not in allowed:
            raise RuleError(f"{name}, line {at}: unknown key '{key}'; allowed are {', '.join(sorted(allowed))}.")
        if key in fields or (key == "examples" and examples):
            raise RuleError(f"{name}, line {at}: the key '{key}' is repeated.")
        if key == "examples":
            examples = _examples(name, value_node)
        else:
            fields[key] = _value(name, value_node)
    identity = fields.pop("id", "")
    if not isinstance(identity, str) or not identity:
        raise RuleError(f"{name}, line {line}: the rule has no 'id'.")
    missing = required - fields.keys() - {"id"}
    if missing:
        raise RuleError(f"{name}, line {line}, rule '{identity}': missing {', '.join(sorted(missing))}.")
    return Rule(identity, name, line, fields, examples)


def _value(name: str, node: yaml.Node) -> Value:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode) and all(isinstance(item, yaml.ScalarNode) for item in node.value):
        return tuple(str(item.value) for item in node.value)
    raise RuleError(f"{name}, line {node.start_mark.line + 1}: a value is a text or a list of texts.")


def _examples(name: str, node: yaml.Node) -> tuple[dict[str, str], ...]:
    if not isinstance(node, yaml.SequenceNode):
        raise RuleError(f"{name}, line {node.start_mark.line + 1}: 'examples' is a list.")
    rows: list[dict[str, str]] = []
    for item in node.value:
        if isinstance(item, yaml.ScalarNode):
            rows.append({"text": str(item.value)})
            continue
        if not isinstance(item, yaml.MappingNode):
            raise RuleError(f"{name}, line {item.start_mark.line + 1}: an example is a text or a mapping of texts.")
        rows.append({key.value: str(value.value) for key, value in item.value})
    return tuple(rows)


_CODE_POINT = re.compile(r"U\+([0-9A-Fa-f]{4,6})")


def characters(rule: Rule, key: str) -> list[str]:
    """The single characters that a text lists, each itself or as U+XXXX, separated by spaces."""
    found = []
    for part in rule.text(key).split():
        code = _CODE_POINT.fullmatch(part)
        char = chr(int(code.group(1), 16)) if code else part
        if len(char) != 1:
            raise RuleError(f"{rule.place}: '{part}' under '{key}' is not one character.")
        found.append(char)
    return found
