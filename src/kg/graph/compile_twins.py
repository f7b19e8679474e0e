"""The SPARQL constraints of the shapes once more, in Python: each a twin of one query, bound to its exact text.

A twin names the shape and the SHA-256 of the query it was written for. A query without a twin, or whose text has
changed since, is a RuleError when the shapes are compiled: read the query, change the twin, then its hash. The tests
hold every twin against pySHACL. A twin gives the values of ``?value``; all queries hang on the report (``$this``).
As in SPARQL, a row whose filter is an error is no row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from kg import iris
from kg.errors import RuleError
from kg.graph.compile_constraints import Constraint, Found, none_known
from kg.graph.compile_index import TYPE, Index, Member, Properties, Values, reach
from kg.graph.compile_literals import STRING, is_numeric, ordinary, relation, tenfold
from kg.model import Literal, Term

COMPONENT = "SPARQLConstraintComponent"
SHAPES = "https://w3id.org/khabarkg/shapes#"
Twin = Callable[[Index, Term], Iterable[Term]]
Everywhere = Callable[[Index], Iterable[Term]]
_TWINS: dict[str, dict[str, Twin]] = {}

(REPORT, STATEMENT, FIGURE, IN_REPORT, EVIDENCE, CONTENT, QUOTE, HAS_FIGURE, PART_OF, VALUE, VALUE_TEXT, RIAL_VALUE,
 UNIT, BOUND, WITHIN, SUB_EVENT, BRANCH, TEXT_LENGTH, MAX_VALUE, FIRST_DAY, LAST_DAY, JALALI_FIRST, JALALI_LAST) = (
    iris.NS + name for name in (
        "Report", "Statement", "Figure", "inReport", "evidence", "contentSpan", "quoteText", "hasFigure",
        "partOfFigure", "value", "valueText", "valueInRial", "unit", "bound", "within", "subEventOf", "branchOf",
        "textLength", "maxValue", "firstDay", "lastDay", "jalaliFirst", "jalaliLast"))
CONTEXT, BEGIN, END, WORDS, TEXT = (iris.expand("nif:" + name) for name in (
    "referenceContext", "beginIndex", "endIndex", "anchorOf", "isString"))
SUB_ORGANIZATION = iris.expand("org:subOrganizationOf")
RIAL, TOMAN = iris.code("unit", "rial"), iris.code("unit", "toman")


def constraint(shape: str, query: str) -> Constraint:
    """The constraint for a query of a shape (an IRI). Raises RuleError where there is no twin for just this text."""
    digest = hashlib.sha256(query.encode()).hexdigest()[:16]
    written = _TWINS.get(shape.removeprefix(SHAPES), {})
    if digest not in written:
        state = "has changed" if written else "has no twin"
        raise RuleError(f"its SPARQL query (SHA-256 {digest}) {state}; write the twin in kg/graph/compile_twins.py")
    twin = written[digest]

    def find(index: Index, node: Term, values: Values) -> list[Found]:
        return [(value, None) for value in dict.fromkeys(twin(index, node))]

    return Constraint(COMPONENT, find, none_known)


def _twin(shape: str, digest: str) -> Callable[[Twin], Twin]:
    def register(function: Twin) -> Twin:
        _TWINS.setdefault(shape, {})[digest] = function
        return function

    return register


def _text(term: Term) -> str:
    """STR()."""
    return term.lexical if isinstance(term, Literal) else term


def _of_report(index: Index, this: Term, *predicates: str) -> Sequence[Member]:
    """Nodes of the report that have all of the properties; give the rarest first."""
    return index.pointing(IN_REPORT, this, *predicates)


def _is_report(index: Index, this: Term) -> bool:
    return REPORT in index.values(this, TYPE)


def _everywhere(shape: str, digest: str) -> Callable[[Everywhere], Everywhere]:
    """For a query of the whole graph that asks of ``$this`` only to be a kg:Report: worked out once for a graph."""

    def register(function: Everywhere) -> Everywhere:
        def twin(index: Index, this: Term) -> Iterable[Term]:
            if not _is_report(index, this):
                return ()
            if shape not in index.kept:
                index.kept[shape] = list(function(index))
            found: list[Term] = index.kept[shape]
            return found

        _twin(shape, digest)(twin)
        return function

    return register


@_twin("Statement-words", "ae704e0de9517991")
def statement_words(index: Index, this: Term) -> Iterator[Term]:
    for node, props in _of_report(index, this, QUOTE, CONTENT):
        if _lacks(index, props[CONTENT], props[QUOTE]):
            yield node


@_twin("Figure-words", "cdbd451e256334ba")
def figure_words(index: Index, this: Term) -> Iterator[Term]:
    for node, props in _of_report(index, this, VALUE_TEXT, EVIDENCE):
        if _lacks(index, props[EVIDENCE], props[VALUE_TEXT]):
            yield node


def _lacks(index: Index, spans: Values, texts: Values) -> bool:
    """Whether some words of the spans do not contain some of the texts."""
    return any(_text(text) not in _text(words)
               for span in spans for words in index.values(span, WORDS) for text in texts)


class _Placed(NamedTuple):
    """A report's spans: those with one begin, one end and one text, as (node, begin, end, words), and the others."""

    plain: list[tuple[str, int, int, str]]
    other: list[Member]


def _placed(index: Index, this: Term) -> _Placed:
    found: _Placed | None = index.kept.get(("placed", this))
    if found is not None:
        return found
    plain: list[tuple[str, int, int, str]] = []
    other: list[Member] = []
    for member in index.pointing(CONTEXT, this, BEGIN, END):
        node, props = member
        begins, ends, texts = props[BEGIN], props[END], props.get(WORDS, ())
        if len(begins) == len(ends) == len(texts) == 1:
            (begin,), (end,), (words,) = begins, ends, texts
            if begin.__class__ is not str and end.__class__ is not str and words.__class__ is not str:
                first, last = ordinary(begin[0], begin[1]), ordinary(end[0], end[1])
                if first and last and first[1].__class__ is int is last[1].__class__ and first[1] >= 0 <= last[1]:
                    plain.append((node, first[1], last[1], words[0]))
                    continue
        other.append(member)
    index.kept["placed", this] = found = _Placed(plain, other)
    return found


@_twin("TextSpan-text", "1bdc5f58c320c0bc")
def span_text(index: Index, this: Term) -> Iterator[Term]:
    plain, other = _placed(index, this)
    for whole in map(_text, index.values(this, TEXT)):
        yield from [node for node, begin, end, words in plain if whole[begin:end] != words]
        yield from (node for node, props in other if _misplaced(whole, props))


def _misplaced(whole: str, props: Properties) -> bool:
    """Whether words of a span out of the ordinary are not at their place."""
    from kg.graph import compile_reference

    pieces = [compile_reference.piece(whole, begin, end) for begin in props[BEGIN] for end in props[END]]
    return any(piece is not None and piece != _text(words) for piece in pieces for words in props.get(WORDS, ()))


@_twin("TextSpan-inside", "8c75e8926e8e54da")
def span_inside(index: Index, this: Term) -> Iterator[Term]:
    for length in index.values(this, TEXT_LENGTH):
        known = ordinary(length.lexical, length.datatype) if isinstance(length, Literal) else None
        spans = index.pointing(CONTEXT, this, END)
        if known and known[0] == "number":
            plain, other = _placed(index, this)
            yield from [node for node, _, end, _ in plain if end > known[1]]
            spans = [member for member in spans if BEGIN not in member[1]] + other
        yield from (node for node, props in spans if any(relation(">", end, length) for end in props[END]))


@_twin("TextSpan-name", "123fd03632144034")
def span_name(index: Index, this: Term) -> Iterator[Term]:
    start = f"{_text(this)}#char="
    for node, props in index.pointing(CONTEXT, this, BEGIN, END):
        for begin in props[BEGIN]:
            for end in props[END]:
                if node != f"{start}{begin if begin.__class__ is str else begin[0]},{_text(end)}":
                    yield node


@_twin("Figure-share", "46ed70d0159d5851")
def figure_share(index: Index, this: Term) -> Iterator[Term]:
    for node, props in _of_report(index, this, PART_OF, VALUE, UNIT):
        for whole in props[PART_OF]:
            totals, most = index.values(whole, VALUE), index.values(whole, MAX_VALUE)
            if set(props[UNIT]).intersection(index.values(whole, UNIT)) and any(
                    relation(">", part, total) and not any(relation("<=", part, limit) for limit in most)
                    for part in props[VALUE] for total in totals):
                yield node


@_twin("Figure-said", "cfef5f68be4faa03")
def figure_said(index: Index, this: Term) -> Iterator[Term]:
    if not _is_report(index, this):
        return
    for _, props in _of_report(index, this, HAS_FIGURE):
        if STATEMENT not in props.get(TYPE, ()):
            continue
        said = _ranges(index, {*props.get(EVIDENCE, ()), *props.get(CONTENT, ())})
        for figure in props[HAS_FIGURE]:
            if FIGURE not in index.values(figure, TYPE):
                continue
            for begin, end in _ranges(index, index.values(figure, EVIDENCE)):
                if not any(relation("<=", first, begin) and relation("<=", end, last) for first, last in said):
                    yield figure


def _ranges(index: Index, spans: Values) -> list[tuple[Term, Term]]:
    return [(begin, end) for span in spans for begin in index.values(span, BEGIN) for end in index.values(span, END)]


@_twin("Figure-twice", "d23798979348c7a9")
def figure_twice(index: Index, this: Term) -> Iterator[Term]:
    if _is_report(index, this):
        if "twice" not in index.kept:
            index.kept["twice"] = _twice(index)
        yield from (node for node in index.kept["twice"] if this in index.values(node, IN_REPORT))


def _twice(index: Index) -> list[str]:
    """The figures that share words and bound with another."""
    owners: dict[tuple[Term, Term], list[str]] = {}
    for node, props in index.holders(BOUND, EVIDENCE, TYPE):
        if FIGURE in props[TYPE]:
            for words in props[EVIDENCE]:
                for bound in props[BOUND]:
                    owners.setdefault((words, bound), []).append(node)
    return [node for nodes in owners.values() if len(nodes) > 1 for node in nodes]


@_twin("Figure-rial-value", "73b761a03e691a10")
def rial_value(index: Index, this: Term) -> Iterator[Term]:
    for node, props in _of_report(index, this, RIAL_VALUE, UNIT, VALUE):
        for unit in props[UNIT]:
            if any(_differ(unit, rial, value) for value in props[VALUE] for rial in props[RIAL_VALUE]):
                yield node


def _differ(unit: Term, rial: Term, value: Term) -> bool:
    if unit not in (RIAL, TOMAN) or not is_numeric(value) or not is_numeric(rial):
        return False
    if unit == RIAL:
        return relation("!=", rial, value) is True
    amount = tenfold(value)
    return amount is not None and relation("!=", rial, amount) is True


@_everywhere("Report-untyped", "18e8f72eeefcae3e")
def untyped(index: Index) -> list[Term]:
    return [node for key, members in index.groups.items() if not key[2] for node, _ in members]


def _loops(shape: str, digest: str, *predicates: str) -> None:
    def loops(index: Index) -> Iterator[Term]:
        starts = [node for predicate in predicates for node, _ in index.holders(predicate)]
        for start in starts:
            if start in reach(start, lambda node: [v for p in predicates for v in index.values(node, p)]):
                yield start

    _everywhere(shape, digest)(loops)


_loops("Event-loop", "ea4c27bd0da5fa34", SUB_EVENT)
_loops("Figure-loop", "c19abbec9b2e97a0", PART_OF)
_loops("Organization-loop", "1d645f417e61589e", SUB_ORGANIZATION, BRANCH)
_loops("Place-loop", "3458c0bb1c8a92cf", WITHIN)


@_everywhere("Period-calendar", "128b37e04a71f7fa")
def period_calendar(index: Index) -> Iterator[Term]:
    for gregorian, solar in ((FIRST_DAY, JALALI_FIRST), (LAST_DAY, JALALI_LAST)):
        for node, props in index.holders(gregorian, solar):
            if any(_other_day(_text(day), jalali) for day in props[gregorian] for jalali in props[solar]):
                yield node


@lru_cache(maxsize=4096)
def _other_day(day: str, jalali: Term) -> bool:
    """Whether a Gregorian and a Solar Hijri day of the years 1200 to 1499 are different days (by their day numbers)."""
    if not isinstance(jalali, Literal) or not (jalali.datatype == STRING or jalali.lang):
        return False  # SUBSTR of what is no text is an error
    one, other = _parts(day), _parts(jalali.lexical)
    if one is None or other is None:
        return False
    (year, month, of_month), (jyear, jmonth, jday) = one, other
    shift = (14 - month) // 12
    year += 4800 - shift
    gregorian = (of_month + (153 * (month + 12 * shift - 3) + 2) // 5 + 365 * year + year // 4 - year // 100
                 + year // 400 - 32045)
    months = jmonth - 1
    solar = (1948319 + 365 * (jyear - 1) + (8 * jyear + 21) // 33 + jday
             + (31 * months if months < 7 else 30 * months + 6))
    return 1199 < jyear < 1500 and gregorian != solar


def _parts(day: str) -> tuple[int, int, int] | None:
    """Year, month and day at their fixed places; None where a number cannot be read."""
    try:
        return int(day[:4]), int(day[5:7]), int(day[8:10])
    except ValueError:
        return None
