"""Seeded ways to spoil a graph, for tests that hold two checkers against each other."""

from __future__ import annotations

import random
from collections.abc import Callable

from kg import iris
from kg.model import Literal, Term, Triple

XSD = iris.PREFIXES["xsd"]
TYPE, LABEL, SUBCLASS = iris.expand("rdf:type"), iris.expand("rdfs:label"), iris.expand("rdfs:subClassOf")
BEGIN, END = iris.expand("nif:beginIndex"), iris.expand("nif:endIndex")
LOOPS = tuple(map(iris.expand, ("kg:within", "kg:subEventOf", "kg:partOfFigure", "kg:branchOf",
                                "org:subOrganizationOf")))
DATATYPES = tuple(XSD + name for name in ("string", "integer", "decimal", "nonNegativeInteger", "date", "anyURI"))
LABELS = ("۱۴۰۰", " سازمان", "سازمان  آب", "بانك", "كيش", "سردار آذرپی", "Bank", "")
WELL_TYPED = {
    XSD + "integer": ("-5", "0", "7", "999999"), XSD + "nonNegativeInteger": ("0", "7", "31", "999999"),
    XSD + "decimal": ("-5", "0.0", "12.5", "-0.25", "1.0", "3000000000"),
    XSD + "date": ("2020-12-30", "2021-01-01", "2019-03-21"),
}
LEXICALS = ("-5", "0", "7", "12.5", "-0.25", "1.0", "2020-12-30", "1399-10-10", "نه", "", "999999")
ODD_LEXICALS = ("+5", "007", "1e3", "2021-02-30", "1399/10/10", "۱۲", " 5", "١٢.٥", "NaN", "-1")
Graph = list[Triple]


class Spoiler:
    """Spoils a graph step by step, always in the same way for the same seed. ``odd``: with ill-typed literals too."""

    def __init__(self, graph: Graph, seed: int, *, odd: bool) -> None:
        self.graph = list(dict.fromkeys(graph))
        self.random = random.Random(seed)
        self.odd = odd
        self.ways: tuple[Callable[[Triple], Graph], ...] = (
            self.drop, self.drop_all, self.duplicate, self.retype, self.untype, self.relabel, self.relabel, self.dangle,
            self.swap_value, self.swap_property, self.other_datatype, self.other_datatype, self.other_lexical,
            self.other_lexical, self.other_language, self.offset, self.offset, self.unknown_property, self.loop,
            self.foreign_subject, self.subclass, self.literal_for_node)

    def spoil(self, times: int) -> Graph:
        """The graph after so many mutations; a mutation that does not fit its triple changes nothing."""
        for _ in range(times):
            triple = self.random.choice(self.graph)
            if self.random.random() < 0.3:  # spans outnumber all else
                triple = self.random.choice([t for t in self.graph if "#char=" not in t[0]])
            changed = self.random.choice(self.ways)(triple)
            self.graph = changed or self.graph
        return self.graph

    def _instead(self, old: Triple, *new: Triple) -> Graph:
        return [t for triple in self.graph for t in (new if triple == old else (triple,))]

    def _value(self) -> Term:
        return self.random.choice(self.graph)[2]

    def drop(self, triple: Triple) -> Graph:
        return self._instead(triple)

    def drop_all(self, triple: Triple) -> Graph:
        return [t for t in self.graph if t[:2] != triple[:2]]

    def duplicate(self, triple: Triple) -> Graph:
        others = [t[2] for t in self.graph if t[1] == triple[1]]
        return [*self.graph, (triple[0], triple[1], self.random.choice(others))]

    def retype(self, triple: Triple) -> Graph:
        types = sorted({o for _, p, o in self.graph if p == TYPE and isinstance(o, str)})
        old = [t for t in self.graph if t[0] == triple[0] and t[1] == TYPE]
        new = (triple[0], TYPE, self.random.choice(types))
        return self._instead(self.random.choice(old), new) if old and self.random.random() < 0.5 else [*self.graph, new]

    def untype(self, triple: Triple) -> Graph:
        return [t for t in self.graph if t[0] != triple[0] or t[1] != TYPE]

    def relabel(self, triple: Triple) -> Graph:
        labelled = sorted({s for s, p, _ in self.graph if p == LABEL})
        label = Literal(self.random.choice(LABELS), None, self.random.choice(("fa", "en", "FA", "ar")))
        node = self.random.choice(labelled) if labelled else triple[0]
        if self.random.random() < 0.3:
            return [*self.graph, (node, LABEL, label)]
        return [*(t for t in self.graph if t[:2] != (node, LABEL)), (node, LABEL, label)]

    def dangle(self, triple: Triple) -> Graph:
        return self._instead(triple, (triple[0], triple[1], f"{iris.ID}nowhere/{self.random.randrange(3)}"))

    def swap_value(self, triple: Triple) -> Graph:
        other = self.random.choice([t for t in self.graph if t[1] == triple[1]])
        changed = {triple: (triple[0], triple[1], other[2]), other: (other[0], other[1], triple[2])}
        return [changed.get(t, t) for t in self.graph]

    def swap_property(self, triple: Triple) -> Graph:
        return self._instead(triple, (triple[0], self.random.choice(self.graph)[1], triple[2]))

    def other_datatype(self, triple: Triple) -> Graph:
        datatype = self.random.choice(DATATYPES)
        lexical = triple[2].lexical if isinstance(triple[2], Literal) else triple[2]
        if datatype in WELL_TYPED and not self.odd:
            lexical = self.random.choice(WELL_TYPED[datatype])
        return self._instead(triple, (triple[0], triple[1], Literal(lexical, datatype)))

    def other_lexical(self, triple: Triple) -> Graph:
        values = [t for t in self.graph if isinstance(t[2], Literal) and t[2].datatype not in (None, XSD + "string")]
        old = self.random.choice(values) if values else triple
        datatype = old[2].datatype if isinstance(old[2], Literal) else None
        lexicals = LEXICALS + ODD_LEXICALS if self.odd else WELL_TYPED.get(datatype or "", LEXICALS)
        return self._instead(old, (old[0], old[1], Literal(self.random.choice(lexicals), datatype)))

    def other_language(self, triple: Triple) -> Graph:
        if not isinstance(triple[2], Literal):
            return []
        language = self.random.choice(("fa", "en", "fa-IR", "ar"))
        return self._instead(triple, (triple[0], triple[1], Literal(triple[2].lexical, None, language)))

    def offset(self, triple: Triple) -> Graph:
        places = [t for t in self.graph if t[1] in (BEGIN, END)]
        if not places:
            return []
        old = self.random.choice(places)
        number = old[2].lexical if isinstance(old[2], Literal) else "0"
        moved = (int(number) if number.isdecimal() else 0) + self.random.choice((-1, 1, 2, 7, 40, 5000))
        return self._instead(old, (old[0], old[1], Literal(str(max(0, moved)), XSD + "nonNegativeInteger")))

    def unknown_property(self, triple: Triple) -> Graph:
        return [*self.graph, (triple[0], iris.NS + "misspelt", self._value())]

    def loop(self, triple: Triple) -> Graph:
        predicate = self.random.choice(LOOPS)
        nodes = [self.random.choice(self.graph)[0] for _ in range(self.random.choice((1, 2, 3)))]
        return [*self.graph, *((s, predicate, o) for s, o in zip(nodes, (*nodes[1:], nodes[0]), strict=True))]

    def foreign_subject(self, triple: Triple) -> Graph:
        new = self.random.choice(("http://example.org/x", f"{iris.ID}place/دشت", "urn:bnode:n1"))
        return [(new if s == triple[0] else s, p, o) for s, p, o in self.graph]

    def subclass(self, triple: Triple) -> Graph:
        if self.random.random() < 0.8:  # rare: it changes what every node is
            return []
        types = sorted({o for _, p, o in self.graph if p == TYPE and isinstance(o, str)})
        return [*self.graph, (self.random.choice(types), SUBCLASS, self.random.choice(types))]

    def literal_for_node(self, triple: Triple) -> Graph:
        return self._instead(triple, (triple[0], triple[1], Literal("x", self.random.choice((None, XSD + "string")))))
