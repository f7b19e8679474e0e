"""From a document to what it mentions: finders in order, then clusters and actors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kg.mentions import (
    agreements,
    clusters,
    events,
    figures,
    names,
    organizations,
    places,
    programs,
    quotes,
    roles,
    values,
)
from kg.mentions.clusters import Clusters
from kg.mentions.coreference import Cast, Resolver
from kg.mentions.reading import Reading
from kg.model import Document

FINDERS: tuple[Callable[[Reading], None], ...] = (
    values.find,
    places.find,
    organizations.find,
    names.find,
    roles.find,
    programs.find,
    events.find,
    agreements.find,
    figures.find,
)
"""Finders in the order in which they build on one another."""


@dataclass(frozen=True)
class Understanding:
    """All that is known of a report before facts are made of it."""

    reading: Reading
    clusters: Clusters
    cast: Cast


def understand(doc: Document) -> Understanding:
    """Find all mentions of a document, cluster them, and resolve who speaks."""
    reading = Reading.of(doc)
    for finder in FINDERS:
        finder(reading)
    found = clusters.find(reading)
    cast = Resolver(reading, found).run(quotes.find(reading))
    return Understanding(reading, found, cast)


__all__ = ["FINDERS", "Understanding", "understand"]
