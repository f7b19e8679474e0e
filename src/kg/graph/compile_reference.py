"""What rdflib and pySHACL say of terms out of the ordinary. Slow, exact by construction, never on the hot path."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from kg.model import Literal, Term


def node(term: Term) -> Any:
    """The rdflib term, made the way the graph of the reference checker is made."""
    from kg.graph.store import to_rdflib

    return next(o for _, _, o in to_rdflib([("urn:x", "urn:x", term)]))


def relation(sign: str, left: Term, right: Term) -> bool | None:
    """A SPARQL comparison; None where it is an error."""
    from rdflib.plugins.sparql.operators import RelationalExpression

    found = _or_none(RelationalExpression, SimpleNamespace(expr=node(left), other=node(right), op=sign))
    return None if found is None else bool(found)


def before(left: Term, right: Term, or_same: bool) -> bool:
    """sh:lessThan and sh:lessThanOrEquals: texts and IRIs by their characters, other literals as rdflib orders them."""
    one, other = _comparable(left), _comparable(right)
    if isinstance(one, str) != isinstance(other, str):
        return False
    try:
        return bool(one <= other) if or_same else bool(one < other)
    except (TypeError, ArithmeticError):  # pySHACL stops here; for the specification it is a violation
        return False


def lexical(term: Literal) -> str:
    """The text of a literal as rdflib rewrites it (xsd:token, xsd:normalizedString)."""
    return str(node(term))


def tenfold(term: Term) -> Term | None:
    """``10 * term`` in SPARQL; None where it is an error."""
    from rdflib import Literal as Node
    from rdflib.plugins.sparql.operators import MultiplicativeExpression

    expression: Any = SimpleNamespace(expr=Node(10), other=[node(term)], op=["*"])
    found = _or_none(MultiplicativeExpression, expression)
    return None if found is None else Literal(str(found), str(found.datatype))


def piece(text: str, begin: Term, end: Term) -> str | None:
    """``SUBSTR(text, begin + 1, end - begin)`` in SPARQL; None where it is an error."""
    from rdflib import Literal as Node
    from rdflib.plugins.sparql.operators import AdditiveExpression, Builtin_SUBSTR

    first, last = node(begin), node(end)
    start = _or_none(AdditiveExpression, SimpleNamespace(expr=first, other=[Node(1)], op=["+"]))
    length = _or_none(AdditiveExpression, SimpleNamespace(expr=last, other=[first], op=["-"]))
    if start is None or length is None:
        return None
    found = _or_none(Builtin_SUBSTR, SimpleNamespace(arg=Node(text), start=start, length=length))
    return None if found is None else str(found)


def _or_none(function: Any, expression: Any) -> Any:
    """The value of a SPARQL function; None for an error, and for rdflib's own failures on ill-typed numbers."""
    from rdflib.plugins.sparql.sparql import SPARQLError

    try:
        return function(expression, None)
    except (SPARQLError, TypeError, ArithmeticError, RecursionError):
        return None


class _Value:
    """An rdflib literal that is no text, with its order and nothing else (an rdflib literal is itself a ``str``)."""

    def __init__(self, literal: Any) -> None:
        self.literal = literal

    def __lt__(self, other: _Value) -> bool:
        return bool(self.literal < other.literal)

    def __le__(self, other: _Value) -> bool:
        return bool(self.literal <= other.literal)


def _comparable(term: Term) -> Any:
    if isinstance(term, str):
        return term
    found = node(term)
    return found.value if isinstance(found.value, str) else _Value(found)


def within(sign: str, value: Literal, bound: Literal) -> bool:
    """sh:minInclusive and its kin."""
    from pyshacl.rdfutil import compare

    compare_literal: Any = compare.compare_literal
    one, other = node(value), node(bound)
    if isinstance(one.value, str) != isinstance(other.value, str):
        return False
    try:
        order = compare_literal(one, other)
    except (TypeError, NotImplementedError, ArithmeticError):
        return False
    return bool({">": order > 0, ">=": order >= 0, "<": order < 0, "<=": order <= 0}[sign])


def of_datatype(value: Literal, datatype: str) -> bool:
    """sh:datatype, by pySHACL's own component."""
    from pyshacl.constraints.core.value_constraints import DatatypeConstraintComponent
    from rdflib import URIRef

    component: Any = object.__new__(DatatypeConstraintComponent)
    component.datatype_rule = URIRef(datatype)
    component.make_v_result = lambda *_, **__: None
    literal = node(value)
    conforms, _ = component.evaluate(None, None, {literal: {literal}}, [])
    return bool(conforms)
