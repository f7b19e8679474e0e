"""SHACL property paths as functions from a node to its value nodes, each once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kg.graph.compile_index import Index, Signature, Values, reach
from kg.model import Term

Walk = Callable[[Index, Term], Values]


@dataclass(frozen=True)
class Path:
    """``predicate`` is the IRI of a plain path, ``first`` the IRI that every way along the path starts with.

    ``pair`` has the two IRIs of a path of two plain steps.
    """

    walk: Walk
    predicate: str | None = None
    first: str | None = None
    pair: tuple[str, str] | None = None

    def count(self, signature: Signature) -> int | None:
        """How many values nodes of this signature have; MANY stands for MANY or more, None for unknown."""
        if self.predicate is not None:
            return signature.counts.get(self.predicate, 0)
        return 0 if self.first is not None and self.first not in signature.counts else None


def predicate(iri: str) -> Path:
    return Path(lambda index, node: index.values(node, iri), iri, iri)


def inverse_predicate(iri: str) -> Path:
    return Path(lambda index, node: index.subjects(iri, node))


def sequence(steps: list[Path]) -> Path:
    def walk(index: Index, node: Term) -> Values:
        ahead: Values = (node,)
        for step in steps:
            if len(ahead) == 1:
                ahead = step.walk(index, next(iter(ahead)))
            else:
                ahead = {value for term in ahead for value in step.walk(index, term)}
        return ahead

    plain = [step.predicate for step in steps if step.predicate is not None]
    pair = (plain[0], plain[1]) if len(plain) == len(steps) == 2 else None
    return Path(walk, None, steps[0].first, pair)


def alternatives(branches: list[Path]) -> Path:
    return Path(lambda index, node: {value for branch in branches for value in branch.walk(index, node)})


def one_or_more(step: Path) -> Path:
    return Path(lambda index, node: reach(node, lambda term: step.walk(index, term)), None, step.first)


def zero_or_more(step: Path) -> Path:
    return Path(lambda index, node: {node, *reach(node, lambda term: step.walk(index, term))})


def zero_or_one(step: Path) -> Path:
    return Path(lambda index, node: {node, *step.walk(index, node)})
