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

    A signature is held once, however many reports have it, with their number of days; people without a post and nodes
    that nothing can unite are not held at all.
    """

    def __init__(self, decisions: Iterable[Decision] = ()) -> None:
        self.decisions = tuple(decisions)
        self._rows: dict[Signature, tuple[set[str], set[str]]] = {}

    def watch(self, origin: str, triples: Sequence[Triple]) -> None:
        """Take the checked triples of one report."""
        ruled = {iri for d in self.decisions for iri in (d.left, d.right)}
        for row in extract(triples):
            if _resolvable(row) or row.iri in ruled:
                reports, days = self._rows.setdefault(row._replace(reports=(), days=()), (set(), set()))
                reports.update(row.reports)
                days.update(row.days)

    def rows(self) -> list[Signature]:
        """The distinct signatures with their reports and days, sorted."""
        return sorted(row._replace(reports=tuple(sorted(r)), days=tuple(sorted(d))) for row, (r, d) in
                      self._rows.items())

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
