"""The records of identity: signatures in, entities between, a resolution out. Nothing but data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

KINDS = ("place", "organization", "post", "person", "tenure", "program", "event", "agreement")
"""What is resolved, each with the help of the ones before it; places only lend their names."""


class Signature(NamedTuple):
    """One way in which one entity is told: a row of the table that is resolved. Texts are as the graph has them.

    ``organization`` is the body above an institution, the one a post is in, or the one a person serves; ``others`` are
    the parties of an agreement or the person of a tenure. ``reports`` and ``days`` (of publication, ISO 8601) say
    where the row comes from; rows that differ in them alone are one signature (``gather``).
    """

    kind: str
    iri: str
    name: str
    type: str = ""
    organization: str = ""
    place: str = ""
    post: str = ""
    portfolio: str = ""
    rank: str = ""
    number: str = ""
    period: str = ""
    others: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    days: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entity:
    """All signatures of one IRI, or of several that were united; organizations, posts and places are canonical."""

    iri: str
    rows: tuple[Signature, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted({row.name for row in self.rows if row.name}))

    @cached_property
    def variety(self) -> int:
        """In how many distinct ways it is told, whatever the spelling of its name."""
        return len({(row.organization, row.place, row.post, row.portfolio) for row in self.rows})

    def values(self, field: str) -> frozenset[str]:
        """The values of a field, without the empty one."""
        return frozenset(value for row in self.rows if (value := getattr(row, field)))


class Pair(NamedTuple):
    """Two IRIs that were compared, and what was decided of them: same, different or unsure."""

    left: str
    right: str
    kind: str
    score: float
    decision: str
    why: str


class Decision(NamedTuple):
    """What a person decided of two IRIs; it overrules the score."""

    left: str
    right: str
    decision: str
    note: str = ""


@dataclass(frozen=True)
class Resolution:
    """Which IRI stands for which (those that stand for themselves are left out), and the pairs behind it."""

    canonical: Mapping[str, str]
    pairs: tuple[Pair, ...] = ()

    def of(self, iri: str) -> str:
        return self.canonical.get(iri, iri)
