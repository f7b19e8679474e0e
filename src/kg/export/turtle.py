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

from kg.iris import ID, PREFIXES
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
_MOST = 50_000
"""Terms that a long writing remembers."""
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


class _Written(dict[Term, str]):
    """Terms as Turtle writes them, each written once, and the prefixes that they use."""

    def __init__(self) -> None:
        self.prefixes: set[str] = set()

    def __missing__(self, term: Term) -> str:
        if isinstance(term, str):
            if term.startswith(ID) and _UNSAFE_IRI.search(term) is None:  # nodes: under no prefix, few of them twice
                self[term] = text = f"<{term}>"
                return text
            text, prefix = _iri(term)
        else:
            text, prefix = _literal(term)
        if prefix:
            self.prefixes.add(prefix)
        self[term] = text
        return text

    def declared(self) -> str:
        return "".join(f"@prefix {prefix}: <{_ALL[prefix]}> .\n" for prefix in sorted(self.prefixes))


def write(triples: Iterable[Triple], *, header: Iterable[str] = ()) -> str:
    """The triples as Turtle text. ``header`` lines go on top as comments."""
    grouped: dict[str, dict[str, list[Term]]] = {}
    properties: dict[str, list[Term]] = {}
    before: str | None = None
    for subject, predicate, value in triples:
        if subject is not before:
            before, properties = subject, grouped.setdefault(subject, {})
        values = properties.get(predicate)
        if values is None:
            properties[predicate] = [value]
        else:
            values.append(value)
    written = _Written()
    blocks = [_block(subject, _sorted(grouped[subject]), written) for subject in sorted(grouped)]
    lines = [f"# {line}\n" if line else "#\n" for text in header for line in (text.splitlines() or [""])]
    return "".join([*lines, *(["\n"] if lines else []), written.declared(), *blocks]).lstrip("\n")


def _sorted(properties: dict[str, list[Term]]) -> list[tuple[str, list[Term]]]:
    """The properties by IRI, rdf:type first."""
    if RDF_TYPE in properties:
        return [(RDF_TYPE, properties.pop(RDF_TYPE)), *sorted(properties.items())]
    return sorted(properties.items())


def _block(subject: str, rows: Iterable[tuple[str, Collection[Term]]], written: _Written) -> str:
    """A subject with its properties."""
    texts = [f"{'a' if predicate == RDF_TYPE else written[predicate]} {_values(values, written)}"
             for predicate, values in rows]
    return f"\n{written[subject]} " + " ;\n    ".join(texts) + " .\n"


def _values(values: Collection[Term], written: _Written) -> str:
    if len(values) == 1:
        for value in values:
            return written[value]
    return ", ".join(sorted({written[value] for value in values}))


class Writer:
    """Turtle written subject by subject, the bytes of ``write``, for a graph that memory does not hold.

    The prefixes on top are those that the first blocks need; should a later one need more, ``close`` writes the file
    once more. ``held`` is how many characters are looked at before the top is written. Of a node whose values come as
    an iterator, too many for memory, ``scratch`` takes them on disk.
    """

    def __init__(self, stream: IO[bytes], scratch: Scratch, held: int = 1_000_000) -> None:
        self._stream, self._scratch, self._most = stream, scratch, held
        self._written = _Written()
        self._top: str | None = None
        self._pieces: list[str] = []
        self._held = 0

    def add(self, subject: str, rows: Iterable[tuple[str, Iterable[Term]]]) -> None:
        """One subject, after all that sort before it, with its properties: rdf:type first, then by IRI."""
        written = self._written
        start = f"\n{written[subject]} "
        for predicate, values in rows:
            verb = "a" if predicate == RDF_TYPE else written[predicate]
            self._put(f"{start}{verb} {_values(values, written) if isinstance(values, Collection) else ''}")
            if not isinstance(values, Collection):
                self._many(values)
            start = " ;\n    "
        self._put(" .\n")

    def _many(self, values: Iterable[Term]) -> None:
        texts: Sorter[tuple[str]] = Sorter(self._scratch)
        for value in values:
            text = self._written[value]
            texts.add((text,), 2 * len(text))
            if len(self._written) > _MOST:
                self._written.clear()
        for number, (row, _) in enumerate(groupby(texts)):
            self._put(f", {row[0]}" if number else row[0])

    def _put(self, text: str) -> None:
        self._pieces.append(text)
        self._held += len(text)
        if self._held >= self._most:
            self._flush()

    def close(self) -> None:
        """Write what is still held. The stream stays open."""
        self._flush()
        if self._top != self._written.declared():
            self._again(self._top or "")

    def _flush(self) -> None:
        text = "".join(self._pieces)
        if self._top is None:
            self._top = self._written.declared()
            text = (self._top + text).lstrip("\n")
        self._stream.write(text.encode())
        self._pieces, self._held = [], 0
        if len(self._written) > _MOST:
            self._written.clear()

    def _again(self, top: str) -> None:
        """The whole file under the right prefixes."""
        with self._scratch.path().open("w+b") as copy:
            self._stream.seek(len(top.encode()))
            shutil.copyfileobj(self._stream, copy)
            for stream in (copy, self._stream):
                stream.seek(0)
            self._stream.truncate()
            self._stream.write((self._written.declared() + ("" if top else "\n")).encode())
            shutil.copyfileobj(copy, self._stream)


def iri(value: str) -> str:
    """An IRI as prefixed name where its local name is plain, else in angle brackets."""
    return _iri(value)[0]


def term(value: Term) -> str:
    """One IRI or literal as Turtle writes it."""
    return _iri(value)[0] if isinstance(value, str) else _literal(value)[0]


@lru_cache(maxsize=16384)
def _iri(value: str) -> tuple[str, str]:
    """An IRI as written, and the prefix it uses ("" for none)."""
    cut = max(value.rfind("/"), value.rfind("#")) + 1
    prefix = _PREFIX_OF.get(value[:cut])
    if prefix is not None and _LOCAL.fullmatch(value, cut):
        return f"{prefix}:{value[cut:]}", prefix
    return f"<{value if _UNSAFE_IRI.search(value) is None else _UNSAFE_IRI.sub(_code, value)}>", ""


def _code(match: re.Match[str]) -> str:
    return f"\\u{ord(match.group()):04X}"


@lru_cache(maxsize=16384)
def _literal(value: Literal) -> tuple[str, str]:
    """A literal as written, and its prefix; ``xsd:string`` is left out, as RDF 1.1 has it."""
    lexical, datatype, lang = value
    text = f'"{lexical if _UNSAFE_TEXT.search(lexical) is None else escape(lexical)}"'
    if lang:
        return f"{text}@{lang}", ""
    if datatype and datatype != XSD_STRING:
        written, prefix = _iri(datatype)
        return f"{text}^^{written}", prefix
    return text, ""


def escape(text: str) -> str:
    """Text made safe between quotation marks; a lone surrogate, which UTF-8 cannot hold, becomes U+FFFD."""
    return text if _UNSAFE_TEXT.search(text) is None else _UNSAFE_TEXT.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    if "\ud800" <= char <= "\udfff":
        return "\ufffd"
    return _ESCAPES.get(char) or f"\\u{ord(char):04X}"
