"""The graph of several reports in memory: what means one thing is made one, then all is united."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence

from kg.graph import identity, relations
from kg.graph.merge import union
from kg.model import Triple


def whole(graphs: Iterable[Sequence[Triple]], decisions: Iterable[identity.Decision] = ()) -> list[Triple]:
    """All triples of conforming graphs, one a report: one IRI for one thing, figures related; sorted, each once.

    ``kg build`` writes the same without holding the triples (``spool``).
    """
    graphs = list(graphs)
    corpus = Corpus(decisions)
    for graph in graphs:
        corpus.watch("", graph)
    rename, extra = corpus.decide()
    renamed: list[Iterable[Triple]] = [identity.renamed(graph, rename) if rename else graph for graph in graphs]
    return union([*renamed, extra])


class Corpus:
    """What only all reports together tell: watches each, then decides what is one and how figures are related."""

    def __init__(self, decisions: Iterable[identity.Decision] = ()) -> None:
        self.table, self.resolution = identity.Table(decisions), identity.Resolution({})
        self._figures: list[relations.Telling] = []
        self._attested: list[relations.Attested] = []

    def watch(self, origin: str, triples: Sequence[Triple]) -> None:
        """Take the checked triples of one report."""
        self.table.watch(origin, triples)
        figures, attested = relations.tellings(triples)
        self._figures += map(_shared, figures)
        self._attested += attested

    def decide(self) -> tuple[Mapping[str, str], list[Triple]]:
        """Which IRI stands for which, and the triples that no single report gives. Raises InputError if decisions
        contradict each other."""
        self.resolution = self.table.resolve()
        return self.resolution.canonical, relations.relate(self._figures, self._attested, self.resolution.canonical)


def _shared(one: relations.Telling) -> relations.Telling:
    """The same with those words that come again and again held once."""
    return relations.Telling._make((*map(sys.intern, one[:7]), *one[7:9], *map(sys.intern, one[9:12]), one[12]))
