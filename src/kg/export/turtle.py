"""Turtle straight from tuples: sorted, prefixed, deduplicated; the same triples always give the same bytes.

Lexical forms are written as they are (``"12.50"^^xsd:decimal`` stays 12.50), each literal on one line. There are
no blank nodes to write. Only the prefixes that occur are declared.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Iterable
from functools import lru_cache
from itertools import groupby
from typing import IO

from kg.iris import PREFIXES
from kg.model import Literal, Term, Triple
from kg.runs import Scratch, Sorter

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
    blocks = []
    for subject in sorted(grouped):
        properties = grouped[subject]
        blocks.append(_block(subject, [(p, properties[p]) for p in sorted(properties, key=_rank)], used))
    lines = [f"# {line}\n" if line else "#\n" for text in header for line in (text.splitlines() or [""])]
    return "".join([*lines, *(["\n"] if lines else []), _declared(used), *blocks]).lstrip("\n")


def _declared(used: set[str]) -> str:
    return "".join(f"@prefix {prefix}: <{_ALL[prefix]}> .\n" for prefix in sorted(used - {""}))


def _rank(predicate: str) -> tuple[bool, str]:
    return predicate != RDF_TYPE, predicate


def _block(subject: str, rows: Iterable[tuple[str, Iterable[str]]], used: set[str]) -> str:
    """A subject with its properties, whose values are written already."""
    name, prefix = _iri(subject)
    used.add(prefix)
    written = (f"{_verb(predicate, used)} {', '.join(sorted(values))}" for predicate, values in rows)
    return f"\n{name} " + " ;\n    ".join(written) + " .\n"


def _verb(predicate: str, used: set[str]) -> str:
    if predicate == RDF_TYPE:
        return "a"
    written, prefix = _iri(predicate)
    used.add(prefix)
    return written


class Writer:
    """Turtle written subject by subject, the bytes of ``write``, for a graph that memory does not hold.

    The prefixes on top are those that the first blocks need; should a later one need more, ``close`` writes the file
    once more. ``held`` is how many characters are looked at before the top is written. Of a node whose values come as
    an iterator, too many for memory, ``scratch`` takes them on disk.
    """

    def __init__(self, stream: IO[bytes], scratch: Scratch, held: int = 4_000_000) -> None:
        self._stream, self._scratch, self._most = stream, scratch, held
        self._used: set[str] = set()
        self._top: set[str] | None = None
        self._blocks: list[str] = []
        self._held = 0

    def add(self, subject: str, rows: Iterable[tuple[str, Iterable[Term]]]) -> None:
        """One subject, after all that sort before it, with its properties: rdf:type first, then by IRI."""
        name, prefix = _iri(subject)
        self._used.add(prefix)
        start = f"\n{name} "
        for predicate, values in rows:
            self._put(f"{start}{_verb(predicate, self._used)} ")
            self._values(values)
            start = " ;\n    "
        self._put(" .\n")

    def close(self) -> None:
        """Write what is still held. The stream stays open."""
        self._flush()
        if self._top is not None and self._top != self._used:
            self._again(_declared(self._top))

    def _values(self, values: Iterable[Term]) -> None:
        used, texts = self._used, []
        if isinstance(values, Collection):
            for value in values:
                text, prefix = _term(value)
                used.add(prefix)
                texts.append(text)
            self._put(texts[0] if len(texts) == 1 else ", ".join(sorted(set(texts))))
            return
        written: Sorter[tuple[str]] = Sorter(self._scratch)
        for value in values:
            text, prefix = _term(value)
            used.add(prefix)
            written.add((text,), 2 * len(text))
        for number, (row, _) in enumerate(groupby(written)):
            self._put(f", {row[0]}" if number else row[0])

    def _put(self, text: str) -> None:
        self._blocks.append(text)
        self._held += len(text)
        if self._held >= self._most:
            self._flush()

    def _flush(self) -> None:
        text = "".join(self._blocks)
        if self._top is None:
            self._top = set(self._used)
            text = (_declared(self._top) + text).lstrip("\n")
        self._stream.write(text.encode())
        self._blocks, self._held = [], 0

    def _again(self, top: str) -> None:
        """The whole file under the right prefixes."""
        with self._scratch.path().open("w+b") as copy:
            self._stream.seek(len(top.encode()))
            shutil.copyfileobj(self._stream, copy)
            for stream in (copy, self._stream):
                stream.seek(0)
            self._stream.truncate()
            self._stream.write((_declared(self._used) + ("" if top else "\n")).encode())
            shutil.copyfileobj(copy, self._stream)


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
