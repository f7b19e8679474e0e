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
SHACL = "http://www.w3.org/ns/shacl#"
_ALL = {**PREFIXES, "sh": SHACL}

# Narrower than Turtle's PN_LOCAL: no dots, escapes or non-ASCII, so that every reader agrees.
_LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_PREFIX_OF = {namespace: prefix for prefix, namespace in _ALL.items()}

_UNSAFE_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_UNSAFE_TEXT = re.compile(r'[\x00-\x1f\x7f"\\\ud800-\udfff]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def write(triples: Iterable[Triple], *, header: Iterable[str] = ()) -> str:
    """The triples as Turtle text. ``header`` lines go on top as comments."""
    grouped: dict[str, dict[str, set[str]]] = {}
    used: set[str] = set()
    for subject, predicate, value in triples:
        text, prefix = _term(value)
        used.add(prefix)
        grouped.setdefault(subject, {}).setdefault(predicate, set()).add(text)
    blocks = [_block(subject, grouped[subject], used) for subject in sorted(grouped)]
    lines = [f"# {line}" if line else "#" for text in header for line in (text.splitlines() or [""])]
    lines += [""] if lines else []
    lines += [f"@prefix {prefix}: <{_ALL[prefix]}> ." for prefix in sorted(used - {""})]
    return "\n".join(["\n".join(lines), *blocks]).lstrip("\n") + ("\n" if lines or blocks else "")


def _block(subject: str, properties: Mapping[str, set[str]], used: set[str]) -> str:
    name, prefix = _iri(subject)
    used.add(prefix)
    rows = []
    if RDF_TYPE in properties:
        rows.append("a " + ", ".join(sorted(properties[RDF_TYPE])))
    for predicate in sorted(properties):
        if predicate != RDF_TYPE:
            written, prefix = _iri(predicate)
            used.add(prefix)
            rows.append(f"{written} {', '.join(sorted(properties[predicate]))}")
    return f"\n{name} " + " ;\n    ".join(rows) + " ."


def iri(value: str) -> str:
    """An IRI as prefixed name where its local name is plain, else in angle brackets."""
    return _iri(value)[0]


def term(value: Term) -> str:
    """One IRI or literal as Turtle writes it."""
    return _term(value)[0]


def _term(value: Term) -> tuple[str, str]:
    return _iri(value) if isinstance(value, str) else _literal(value)


@lru_cache(maxsize=65536)
def _iri(value: str) -> tuple[str, str]:
    """An IRI as written, and the prefix it uses ("" for none)."""
    cut = max(value.rfind("/"), value.rfind("#")) + 1
    prefix = _PREFIX_OF.get(value[:cut])
    if prefix is not None and _LOCAL.fullmatch(value, cut):
        return f"{prefix}:{value[cut:]}", prefix
    return "<" + _UNSAFE_IRI.sub(lambda m: f"\\u{ord(m.group()):04X}", value) + ">", ""


@lru_cache(maxsize=65536)
def _literal(value: Literal) -> tuple[str, str]:
    """A literal as written, and its prefix; ``xsd:string`` is left out, as RDF 1.1 has it."""
    text = f'"{escape(value.lexical)}"'
    if value.lang:
        return f"{text}@{value.lang}", ""
    if value.datatype and value.datatype != XSD_STRING:
        datatype, prefix = _iri(value.datatype)
        return f"{text}^^{datatype}", prefix
    return text, ""


def escape(text: str) -> str:
    """Text made safe between quotation marks; a lone surrogate, which UTF-8 cannot hold, becomes U+FFFD."""
    return text if _UNSAFE_TEXT.search(text) is None else _UNSAFE_TEXT.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    if "\ud800" <= char <= "\udfff":
        return "\ufffd"
    return _ESCAPES.get(char) or f"\\u{ord(char):04X}"
