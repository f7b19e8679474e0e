"""Literals on the hot path: equality by one canonical form, values of ordinary lexical forms, comparisons.

An ordinary literal is a number or a day written the plain way. Everything else that a comparison or a datatype meets
(ill-typed numbers, days that do not exist, times, unknown datatypes) is handed to the library that pySHACL asks
(``compile_reference``), so that both come to the same verdict by construction.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from kg.iris import PREFIXES
from kg.model import Literal, Term

XSD = PREFIXES["xsd"]
STRING, INTEGER, DECIMAL, DATE, ANY_URI = (XSD + name for name in ("string", "integer", "decimal", "date", "anyURI"))
NATURAL = XSD + "nonNegativeInteger"
USUAL = frozenset((STRING, INTEGER, DECIMAL, NATURAL, DATE, ANY_URI, XSD + "boolean", XSD + "dateTime"))
"""Datatypes whose literals stand in canonical form as they are."""
USUAL_TAGS = frozenset(("fa", "en"))
"""Languages whose literals without a datatype do, too."""

_NUMERIC = frozenset(XSD + name for name in (
    "float", "double", "decimal", "integer", "nonPositiveInteger", "negativeInteger", "nonNegativeInteger",
    "positiveInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte", "long", "int", "short", "byte"))
_REWRITTEN = frozenset((XSD + "normalizedString", XSD + "token"))
_FORMS = {
    INTEGER: re.compile(r"-?[0-9]{1,18}"),
    NATURAL: re.compile(r"[0-9]{1,18}"),
    DECIMAL: re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,9})?"),
    DATE: re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
}
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "!=": operator.ne,
}


def canonical(term: Term) -> Term:
    """The one form of equal terms: no datatype beside a language, lower-case language, plain texts as xsd:string."""
    if not isinstance(term, Literal):
        return str(term)
    if term.lang:
        return Literal(term.lexical, None, term.lang.lower())
    if term.datatype in _REWRITTEN:
        from kg.graph import compile_reference

        return Literal(compile_reference.lexical(term), term.datatype)
    return Literal(term.lexical, term.datatype or STRING)


@lru_cache(maxsize=16384)
def ordinary(lexical: str, datatype: str | None) -> tuple[str, Any] | None:
    """("number", value) or ("day", value) of a literal in ordinary form, else None."""
    form = _FORMS.get(datatype or "")
    if form is None or not form.fullmatch(lexical):
        return None
    if datatype == DECIMAL:
        return "number", Decimal(lexical)
    if datatype == DATE:
        try:
            return "day", date.fromisoformat(lexical)
        except ValueError:
            return None
    return "number", int(lexical)


def is_numeric(term: Term) -> bool:
    """isNumeric() as rdflib has it: by the datatype alone."""
    return isinstance(term, Literal) and term.datatype in _NUMERIC


def tenfold(term: Term) -> Term | None:
    """``10 * term`` as SPARQL has it; None is an error."""
    found = ordinary(term.lexical, term.datatype) if isinstance(term, Literal) else None
    if found and found[0] == "number":
        return Literal(f"{10 * Decimal(found[1]):f}", DECIMAL)
    from kg.graph import compile_reference

    return compile_reference.tenfold(term)


def relation(sign: str, left: Term, right: Term) -> bool | None:
    """``left sign right`` as SPARQL has it (``sign`` is one of < <= > >= = !=); None is an error."""
    if isinstance(left, Literal) and isinstance(right, Literal):
        one, other = ordinary(left.lexical, left.datatype), ordinary(right.lexical, right.datatype)
        if one and other and one[0] == other[0]:
            return _OPERATORS[sign](one[1], other[1])
    from kg.graph import compile_reference

    return compile_reference.relation(sign, left, right)


def before(left: Term, right: Term, *, or_same: bool) -> bool:
    """The order behind sh:lessThan (``or_same``: sh:lessThanOrEquals), as pySHACL sees it."""
    if isinstance(left, Literal) and isinstance(right, Literal):
        one, other = ordinary(left.lexical, left.datatype), ordinary(right.lexical, right.datatype)
        if one and other and one[0] == other[0]:
            return bool(one[1] <= other[1]) if or_same else bool(one[1] < other[1])
    from kg.graph import compile_reference

    return compile_reference.before(left, right, or_same)


def within(sign: str, bound: Literal) -> Callable[[Term], bool]:
    """A test ``value sign bound`` for sh:minInclusive (>=), sh:minExclusive (>) and their twins for the maximum."""
    limit = ordinary(bound.lexical, bound.datatype)
    compare = _OPERATORS[sign]

    def test(value: Term) -> bool:
        if not isinstance(value, Literal):
            return False
        found = ordinary(value.lexical, value.datatype)
        if found and limit and found[0] == limit[0]:
            return compare(found[1], limit[1])
        from kg.graph import compile_reference

        return compile_reference.within(sign, value, bound)

    return test


def of_datatype(datatype: str) -> Callable[[Term], bool]:
    """A test for sh:datatype."""
    forms = datatype in _FORMS
    texts = datatype in (STRING, ANY_URI)

    def test(value: Term) -> bool:
        if not isinstance(value, Literal):
            return False
        if forms or texts:
            if value.datatype != datatype:
                return False
            if texts or ordinary(value.lexical, datatype):
                return True
        from kg.graph import compile_reference

        return compile_reference.of_datatype(value, datatype)

    return test
