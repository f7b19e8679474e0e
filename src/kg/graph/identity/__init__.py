"""One IRI for one thing over all reports: distinct signatures are resolved, never names alone.

``extract`` makes signatures of a report's checked triples, ``resolve`` says which IRIs mean one thing, ``renamed``
states the triples with it. ``Table`` does this for reports that come one by one; ``decisions`` reads and writes what a
person may overrule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kg.graph.identity.records import Decision, Pair, Resolution, Signature
from kg.graph.identity.resolve import resolve
from kg.graph.identity.signatures import extract, gather
from kg.graph.identity.table import Table
from kg.model import Term, Triple

__all__ = ["Decision", "Pair", "Resolution", "Signature", "Table", "extract", "gather", "renamed", "resolve"]


def renamed(triples: Iterable[Triple], canonical: Mapping[str, str]) -> Iterator[Triple]:
    """The triples with each IRI's canonical one; a link that would point at its own subject is left out."""
    for s, p, o in triples:
        subject = canonical.get(s, s)
        value: Term = canonical.get(o, o) if isinstance(o, str) else o
        if subject != value or s == o:
            yield subject, p, value
