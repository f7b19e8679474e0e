"""The table as reports come in, and what is decided at the end: which IRI stands for which, and the pairs to tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kg.graph.identity.names import person
from kg.graph.identity.records import Decision, Resolution, Signature
from kg.graph.identity.resolve import resolve
from kg.graph.identity.signatures import extract
from kg.model import Triple


class Table:
    """Takes the triples of report after report (``watch``) and keeps the distinct signatures that could unite.

    A signature is held once, however many reports have it, with their days; people without a post and nodes that
    nothing can unite are not held at all. Which reports those were decides nothing, and would fill the memory.
    """

    def __init__(self, decisions: Iterable[Decision] = ()) -> None:
        self.decisions = tuple(decisions)
        self._ruled = {iri for d in self.decisions for iri in (d.left, d.right)}
        self._rows: dict[Signature, set[str]] = {}

    def watch(self, origin: str, triples: Sequence[Triple]) -> None:
        """Take the checked triples of one report."""
        for row in extract(triples):
            if _resolvable(row) or row.iri in self._ruled:
                self._rows.setdefault(row._replace(reports=(), days=()), set()).update(row.days)

    def rows(self) -> list[Signature]:
        """The distinct signatures with their days, sorted."""
        return sorted(row._replace(days=tuple(sorted(days))) for row, days in self._rows.items())

    def resolve(self) -> Resolution:
        """Decide. Raises InputError if the decisions contradict each other."""
        return resolve(self.rows(), self.decisions)

    def names(self) -> dict[str, str]:
        """The fullest name of each IRI."""
        found: dict[str, str] = {}
        for row in self._rows:
            found[row.iri] = max(found.get(row.iri, ""), row.name, key=lambda name: (len(name), name))
        return found


def _resolvable(row: Signature) -> bool:
    """Whether a signature can take part in a union, or tells of one that does."""
    if row.kind == "person":
        return bool(row.post) and len(person(row.name).words) > 1
    if row.kind == "event":
        return len(row.name.split()) > 2
    return row.kind != "agreement" or len(row.others) > 1
