"""The triples of many reports, kept on disk and given back united, subject by subject.

Reports come in one by one (``add``); then ``merged`` gives each subject once, in the order of the IRIs, with what all
reports say of it. What belongs to one report (its statements, figures, text spans) stays together as one record, for
nobody else speaks of it; an entity has a record for each report that names it.

Between the two the identity of entities can be changed. ``watch`` is called with each report that is added, and may
gather what it needs to decide which IRIs mean one thing; ``merged(rename, extra)`` then takes the decision::

    spool = Spool(scratch, watch=table.gather)
    for report in reports:
        spool.add(iri, triples)
    rename, extra = table.decide()
    for subject, rows in spool.merged(rename, extra):
        ...
"""

from __future__ import annotations

import heapq
import marshal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from kg import iris
from kg.graph.merge import ONCE, TYPE, Rows, ordered, tabled, united
from kg.model import Literal, Term, Triple
from kg.runs import Scratch, Sorter

LARGEST = 16 * 1024 * 1024
"""Bytes of records of one subject that are united in memory; a larger one is sorted value by value."""
_REPORT = iris.ID + "report/"
_OWN = len(_REPORT) + 16
"""The length of a report's IRI: what begins with it belongs to that report."""

Watch = Callable[[str, Sequence[Triple]], None]
Record = tuple[str, str, bytes]
"""Subject or report, origin, and the triples by subject."""
_Block = dict[str, dict[str, list[Any]]]
"""Subject, predicate, values as ``marshal`` knows them: a text, or the plain tuple of a literal."""
_Value = tuple[str, bool, str, bool, str, str, str, str]
"""Subject, whether the property is not rdf:type, property, whether a literal, text, datatype, language, origin."""


class Spool:
    """Triples of reports in, united subjects out. ``memory`` is how many bytes it holds before it writes a run."""

    def __init__(self, scratch: Scratch, watch: Watch | None = None, memory: int | None = None,
                 largest: int = LARGEST) -> None:
        self._scratch, self._watch, self._largest = scratch, watch, largest
        self._records: Sorter[Record] = Sorter(scratch) if memory is None else Sorter(scratch, memory)

    def add(self, origin: str, triples: Sequence[Triple]) -> None:
        """Take the triples of one report; ``origin`` is its IRI. Each report of the corpus is added once."""
        if self._watch is not None:
            self._watch(origin, triples)
        _put(self._records, origin, triples)

    def merged(self, rename: Mapping[str, str] | None = None,
               extra: Iterable[Triple] = ()) -> Iterator[tuple[str, Rows]]:
        """Each subject once, sorted, with its properties: rdf:type first, then by IRI. Take them in this order.

        ``rename`` maps IRIs to the ones that stand for them, as subjects and as objects; a link that would
        come to point at its own subject is left out. ``extra`` triples are taken as they are, and count as one more
        report's.
        """
        rename = rename or {}
        records: Iterator[Record] = iter(self._records)
        if rename:
            records = heapq.merge(self._staying(rename), self._moved(rename))
        added: Sorter[Record] = Sorter(self._scratch)
        for triple in extra:
            _put(added, "", (triple,))
        if added:
            records = heapq.merge(records, iter(added))
        for _, group in groupby(records, key=itemgetter(0)):
            yield from self._group(group, rename)

    def _staying(self, rename: Mapping[str, str]) -> Iterator[Record]:
        """The records of subjects that keep their IRI; a report's record without its renamed nodes."""
        split = _reports_of(rename)
        for key, origin, data in self._records:
            if key in split:
                data = marshal.dumps({s: rows for s, rows in marshal.loads(data).items() if s not in rename})
            if key not in rename:
                yield key, origin, data

    def _moved(self, rename: Mapping[str, str]) -> Iterator[Record]:
        """The records of renamed subjects, at their new places."""
        moved: Sorter[Record] = Sorter(self._scratch)
        split = _reports_of(rename)
        for key, origin, data in self._records:
            if key in rename:
                moved.add((_key(rename[key]), origin, data), len(data))
            elif key in split:
                for subject, rows in marshal.loads(data).items():
                    if subject in rename:
                        own = marshal.dumps({subject: rows})
                        moved.add((_key(rename[subject]), origin, own), len(own))
        return iter(moved)

    def _group(self, group: Iterator[Record], rename: Mapping[str, str]) -> Iterator[tuple[str, Rows]]:
        """The subjects of the records of one key."""
        held: list[Record] = []
        size = 0
        for record in group:
            held.append(record)
            size += len(record[2])
            if size > self._largest and len(held) > 1:
                yield from self._large(chain(held, group), rename)
                return
        if len(held) == 1:
            yield from _alone(held[0], rename if held[0][1] else {})
            return
        table = tabled((origin, _triples(data, rename if origin else {})) for _, origin, data in held)
        for subject in sorted(table):
            yield subject, united(ordered(table[subject]))

    def _large(self, group: Iterator[Record], rename: Mapping[str, str]) -> Iterator[tuple[str, Rows]]:
        """The same for a subject of too many reports for memory."""
        values: Sorter[_Value] = Sorter(self._scratch)
        for _, origin, data in group:
            for s, p, o in _triples(data, rename if origin else {}):
                text, datatype, lang = (o, "", "") if isinstance(o, str) else (o[0], o[1] or "", o[2] or "")
                values.add((s, p != TYPE, p, not isinstance(o, str), text, datatype, lang, origin), 400)
        for subject, rows in groupby(values, key=itemgetter(0)):
            yield subject, united(_sorted_rows(rows))


def _sorted_rows(rows: Iterator[_Value]) -> Iterator[tuple[str, Any]]:
    for predicate, values in groupby(rows, key=itemgetter(2)):
        counted = ((_term(term), origins) for term, origins in groupby(values, key=itemgetter(3, 4, 5, 6)))
        if predicate in ONCE or predicate == TYPE:
            yield predicate, {term: sum(1 for _ in groupby(origins, key=itemgetter(7))) for term, origins in counted}
        else:
            yield predicate, (term for term, _ in counted)


def _term(key: tuple[bool, str, str, str]) -> Term:
    return Literal(key[1], key[2] or None, key[3] or None) if key[0] else key[1]


def _key(subject: str) -> str:
    """What a subject's record stands under: its report, or itself."""
    return subject[:_OWN] if subject.startswith(_REPORT) else subject


def _reports_of(rename: Mapping[str, str]) -> frozenset[str]:
    """The reports that have nodes of their own among the renamed."""
    return frozenset(iri[:_OWN] for iri in rename if iri.startswith(_REPORT))


def _put(records: Sorter[Record], origin: str, triples: Iterable[Triple]) -> None:
    blocks: dict[str, _Block] = {}
    properties: dict[str, list[Any]] = {}
    before: str | None = None
    for s, p, o in triples:
        if s is not before:
            before, key = s, _key(s)
            properties = blocks.setdefault(key, {}).setdefault(s, {})
        plain = o if isinstance(o, str) else (o[0], o[1], o[2])
        values = properties.get(p)
        if values is None:
            properties[p] = [plain]
        else:
            values.append(plain)
    for key, block in blocks.items():
        data = marshal.dumps(block)
        records.add((key, origin, data), len(data) + 2 * len(key))


def _alone(record: Record, rename: Mapping[str, str]) -> Iterator[tuple[str, Rows]]:
    """The subjects of a record that has no other beside it."""
    for subject, properties in sorted(_block(record[2], rename).items()):
        rows = ordered(properties)
        if any(len(values) > 1 and p in ONCE for p, values in rows):
            yield subject, united((p, dict.fromkeys(values, 1)) for p, values in rows)
        else:
            yield subject, rows


def _triples(data: bytes, rename: Mapping[str, str]) -> Iterator[Triple]:
    for s, properties in _block(data, rename).items():
        for p, values in properties.items():
            for o in values:
                yield s, p, o


def _block(data: bytes, rename: Mapping[str, str]) -> dict[str, dict[str, list[Term]]]:
    """A record's triples, each value of a property once. No link comes to point at its own subject."""
    block: _Block = marshal.loads(data)
    for subject, properties in block.items():
        if rename:
            _unloop(subject, properties, rename)
        for p, values in properties.items():
            if len(values) == 1:  # most by far
                value = values[0]
                if not isinstance(value, str):
                    values[0] = _literal(Literal, value)
                elif rename and value in rename:
                    values[0] = rename[value]
            else:
                terms = (rename.get(v, v) if isinstance(v, str) else _literal(Literal, v) for v in values)
                properties[p] = list(dict.fromkeys(terms))
    return {rename.get(s, s): p for s, p in block.items() if p} if rename else block


def _unloop(subject: str, properties: dict[str, list[Any]], rename: Mapping[str, str]) -> None:
    """Take out what renaming would turn into a link from the subject to itself."""
    new = rename.get(subject, subject)
    for p in list(properties):
        kept = [v for v in properties[p] if not isinstance(v, str) or v == subject or rename.get(v, v) != new]
        if not kept:
            del properties[p]
        elif len(kept) < len(properties[p]):
            properties[p] = kept


_literal: Any = tuple.__new__  # a Literal is nothing but the tuple of its parts
