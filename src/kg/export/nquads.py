"""N-Quads (W3C recommendation of 2014): one line per triple and graph, which sorts, cuts and joins like any text.

Written in the canonical form of the recommendation's grammar: one blank between terms, ``xsd:string`` left out, and no
escapes but those that Turtle writes here, too, so that a line never holds a line break.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kg.export.turtle import XSD_STRING, escape
from kg.model import Literal, Term, Triple

_UNSAFE_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_LINE = re.compile(r'<([^>]*)> <([^>]*)> (?:<([^>]*)>|"((?:[^"\\]|\\.)*)"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?) '
                   r"<([^>]*)> \.")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_CHARS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


def line(triple: Triple, graph: str) -> str:
    """A triple in a named graph, or in the default graph if that is "", without the line's end."""
    subject, predicate, value = triple
    return f"{_iri(subject)} {_iri(predicate)} {_term(value)} {_iri(graph) + ' ' if graph else ''}."


def parse(text: str) -> tuple[Triple, str]:
    """The triple and the graph of a line that ``line`` wrote. Raises ValueError for any other."""
    match = _LINE.fullmatch(text.rstrip("\n"))
    if match is None:
        raise ValueError(f"not a line of N-Quads as kg writes them: {text[:80]}")
    subject, predicate, node, lexical, lang, datatype, graph = match.groups()
    if node is not None:
        return (_plain(subject), _plain(predicate), _plain(node)), _plain(graph)
    literal = Literal(_plain(lexical), None if datatype is None else _plain(datatype), lang)
    return (_plain(subject), _plain(predicate), literal), _plain(graph)


@lru_cache(maxsize=65536)
def _iri(value: str) -> str:
    return "<" + _UNSAFE_IRI.sub(lambda m: f"\\u{ord(m.group()):04X}", value) + ">"


def _term(value: Term) -> str:
    if isinstance(value, str):
        return _iri(value)
    text = f'"{escape(value.lexical)}"'
    if value.lang:
        return f"{text}@{value.lang}"
    return f"{text}^^{_iri(value.datatype)}" if value.datatype and value.datatype != XSD_STRING else text


def _plain(text: str) -> str:
    return _ESCAPE.sub(_char, text) if "\\" in text else text


def _char(match: re.Match[str]) -> str:
    code = match.group(1) or match.group(2)
    return chr(int(code, 16)) if code else _CHARS.get(match.group(3), match.group(3))
