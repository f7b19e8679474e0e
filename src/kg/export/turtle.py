"""Turtle straight from tuples: sorted, prefixed, deduplicated; the same triples always give the same bytes.

Lexical forms are written as they are (``"12.50"^^xsd:decimal`` stays 12.50), each literal on one line. There are
no blank nodes to write. Only the prefixes that occur are declared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from kg.iris import PREFIXES
from kg.model import Literal, Term, Triple

RDF_TYPE = PREFIXES["rdf"] + "type"
XSD_STRING = PREFIXES["xsd"] + "string"
XSD_INTEGER = PREFIXES["xsd"] + "integer"
SHACL = "http://www.w3.org/ns/shacl#"
_ALL = {**PREFIXES, "sh": SHACL}

# Narrower than Turtle's PN_LOCAL: no dots, escapes or non-ASCII, so that every reader agrees.
_LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_NAMESPACE = re.compile(r".*[/#]", re.DOTALL)
_PREFIX_OF = {namespace: prefix for prefix, namespace in _ALL.items()}

_UNSAFE_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_UNSAFE_TEXT = re.compile(r'[\x00-\x1f\x7f"\\\ud800-\udfff]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def write(triples: Iterable[Triple], *, header: Iterable[str] = ()) -> str:
    """The triples as Turtle text. ``header`` lines go on top as comments."""
    grouped: dict[str, dict[str, set[str]]] = {}
    for subject, predicate, value in triples:
        grouped.setdefault(subject, {}).setdefault(predicate, set()).add(term(value))
    used: set[str] = set()
    blocks = [_block(subject, grouped[subject], used) for subject in sorted(grouped)]
    lines = [f"# {line}" if line else "#" for text in header for line in (text.splitlines() or [""])]
    lines += [f"@prefix {prefix}: <{_ALL[prefix]}> ." for prefix in sorted(used)]
    return "\n".join(["\n".join(lines), *blocks]).lstrip("\n") + ("\n" if lines or blocks else "")


def _block(subject: str, properties: Mapping[str, set[str]], used: set[str]) -> str:
    used.update(_prefixes(subject))
    rows = []
    for predicate in sorted(properties, key=lambda p: (p != RDF_TYPE, p)):
        values = sorted(properties[predicate])
        for value in values:
            used.update(_prefixes_of_text(value))
        if predicate == RDF_TYPE:
            name = "a"
        else:
            name = iri(predicate)
            used.update(_prefixes(predicate))
        rows.append(f"{name} {', '.join(values)}")
    return f"\n{iri(subject)} " + " ;\n    ".join(rows) + " ."


def term(value: Term) -> str:
    """One IRI or literal as Turtle writes it."""
    return iri(value) if isinstance(value, str) else literal(value)


@lru_cache(maxsize=65536)
def iri(value: str) -> str:
    """An IRI as prefixed name where its local name is plain, else in angle brackets."""
    match = _NAMESPACE.match(value)
    if match is not None:
        prefix = _PREFIX_OF.get(match.group())
        if prefix is not None and _LOCAL.fullmatch(value, match.end()):
            return f"{prefix}:{value[match.end():]}"
    return "<" + _UNSAFE_IRI.sub(lambda m: f"\\u{ord(m.group()):04X}", value) + ">"


@lru_cache(maxsize=65536)
def literal(value: Literal) -> str:
    """A literal with its language tag or datatype; ``xsd:string`` is left out, as RDF 1.1 has it."""
    text = f'"{escape(value.lexical)}"'
    if value.lang:
        return f"{text}@{value.lang}"
    if value.datatype and value.datatype != XSD_STRING:
        return f"{text}^^{iri(value.datatype)}"
    return text


def escape(text: str) -> str:
    """Text made safe between quotation marks; a lone surrogate, which UTF-8 cannot hold, becomes U+FFFD."""
    if _UNSAFE_TEXT.search(text) is None:
        return text
    return _UNSAFE_TEXT.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    if "\ud800" <= char <= "\udfff":
        return "\ufffd"
    return _ESCAPES.get(char) or f"\\u{ord(char):04X}"


def _prefixes(value: str) -> tuple[str, ...]:
    return _prefixes_of_text(iri(value))


@lru_cache(maxsize=65536)
def _prefixes_of_text(text: str) -> tuple[str, ...]:
    """The prefix that a written term uses, if any."""
    if text.startswith("<"):
        return ()
    if not text.startswith('"'):
        return (text.partition(":")[0],)
    after = text.rpartition('"')[2]
    return (after[2:].partition(":")[0],) if after.startswith("^^") and not after.startswith("^^<") else ()
