"""Why each fact is believed: its words, its rule, its ground and the steps, for a person at a terminal."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from kg import iris
from kg.model import Fact, Literal, Report, Span

_SHOWN = 160
_HIDDEN = frozenset({"iri", "evidence", "report", "token"})
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def explain(report: Report, facts: Sequence[Fact]) -> str:
    """The facts of a report grouped by kind, in the order of the text, as lines for reading."""
    lines = [f"{report.id}: {_clip(report.title) or '(no title)'}"]
    if report.published:
        lines.append(f"published {report.published.isoformat()}" + (f", {report.outlet}" if report.outlet else ""))
    groups: dict[str, list[Fact]] = {}
    for fact in facts:
        groups.setdefault(_kind(fact), []).append(fact)
    for kind in sorted(groups):
        lines += ["", f"{kind} ({len(groups[kind])})"]
        for fact in sorted(groups[kind], key=lambda f: (f.evidence.spans[:1], f.iri)):
            lines += ["", *_fact(report, fact)]
    if not facts:
        lines += ["", "No fact was found."]
    return "\n".join(lines) + "\n"


def _kind(fact: Fact) -> str:
    name = type(fact).__name__
    return _WORDS.sub(" ", name.removesuffix("Fact") or name)


def _fact(report: Report, fact: Fact) -> Iterator[str]:
    evidence = fact.evidence
    yield f"  {_name(fact.iri)}"
    for span in evidence.spans:
        yield f"    «{_clip(report.text[span.start:span.end])}»  characters {span.start}–{span.end}"
    if not evidence.spans:
        yield "    (no words of its own)"
    for name, value in _fields(fact):
        yield f"    {name}: {value}"
    yield f"    rule {evidence.rule}, {evidence.basis}, confidence {evidence.confidence:g}"
    for step in evidence.chain:
        yield f"      ← {_clip(step)}"


def _fields(fact: Fact) -> Iterator[tuple[str, str]]:
    """The plain values of a fact, whatever its class: texts, numbers, days, and lists of these."""
    if not dataclasses.is_dataclass(fact):
        return
    for item in dataclasses.fields(fact):
        value = getattr(fact, item.name)
        if item.name not in _HIDDEN and value not in (None, "", (), False):
            shown = _value(value)
            if shown:
                yield item.name.replace("_", " "), shown


def _value(value: Any) -> str:
    if isinstance(value, Span):
        return ""
    if isinstance(value, Literal):
        return _clip(value.lexical)
    if isinstance(value, str):
        return _clip(_name(value))
    if isinstance(value, (int, float, Decimal, date)):
        return str(value)
    if isinstance(value, (tuple, list)):
        return ", ".join(filter(None, map(_value, value)))
    return _clip(_name(value.iri)) if isinstance(getattr(value, "iri", None), str) else ""


def _name(text: str) -> str:
    for prefix, namespace in (("kg:", iris.NS), ("kgc:", iris.CODE), ("", iris.ID)):
        if text.startswith(namespace):
            return prefix + text[len(namespace):]
    return text


def _clip(text: str) -> str:
    """One printable line, cut in the middle if long; half-spaces stay."""
    line = " ".join("".join(c if c.isprintable() or c in "\u200c\n\t\r" else " " for c in text).split())
    if len(line) <= _SHOWN:
        return line
    return f"{line[:_SHOWN // 2 - 2]} … {line[-_SHOWN // 2 + 2:]}"
