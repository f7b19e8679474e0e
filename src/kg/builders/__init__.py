"""Facts from what is understood, and triples from facts: one module for each class of the ontology."""

from __future__ import annotations

from typing import Any

from kg.builders import (
    agreements,
    events,
    figures,
    officials,
    organizations,
    periods,
    places,
    programs,
    reports,
    statements,
)
from kg.builders.base import Context
from kg.builders.statements import StatementFact
from kg.mentions import Understanding
from kg.model import Fact, Span, Triple

BUILDERS: dict[type, Any] = {
    reports.ReportFact: reports.triples,
    organizations.OrganizationFact: organizations.triples,
    officials.PersonFact: officials.triples,
    officials.PostFact: officials.triples,
    officials.TenureFact: officials.triples,
    places.PlaceFact: places.triples,
    periods.PeriodFact: periods.triples,
    programs.ProgramFact: programs.triples,
    events.EventFact: events.triples,
    figures.FigureFact: figures.triples,
    agreements.AgreementFact: agreements.triples,
    statements.StatementFact: statements.triples,
}
"""How the facts of each class are stated."""


def find(understanding: Understanding, report: str) -> list[Fact]:
    """All facts of a report whose IRI is ``report``: the world first, then what is said of it."""
    context = Context(understanding, report)
    about = reports.find(context)
    quantities = figures.find(context)
    scenes = events.find(context)
    return [
        *about,
        *organizations.find(context),
        *officials.find(context),
        *places.find(context),
        *periods.find(context),
        *programs.find(context),
        *scenes,
        *quantities,
        *agreements.find(context, quantities, scenes),
        *statements.find(context, quantities, scenes, about[0].outlet),
    ]


def triples(fact: Fact) -> list[Triple]:
    """The triples that state a fact."""
    stated: list[Triple] = BUILDERS[type(fact)](fact)
    return stated


def spans(fact: Fact) -> tuple[Span, ...]:
    """The text spans that a fact points at."""
    if not isinstance(fact, StatementFact):
        return fact.evidence.spans
    return (*fact.evidence.spans, *(span for span in (fact.content, fact.cue, fact.source) if span))
