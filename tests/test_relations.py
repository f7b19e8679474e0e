"""What figures of several reports say of one another, careers, and the questions that ask for them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from readings import report_of

from kg import assemble, iris
from kg.graph import compiled, relations
from kg.graph.relations import Attested, Telling
from kg.graph.store import to_rdflib
from kg.graph.whole import whole
from kg.model import Literal, Report

ACTOR = iris.ID + "org/komite-emdad"
YEAR = iris.known("period", "jalali-1399")


def told(number: int, value: str, **others: str) -> Telling:
    """A figure of one quantity in report ``number``, told on that day of a month by an outlet of its own."""
    made = Telling("نفرمددجو", "unit-person", iris.known("place", "ilam-province"), ACTOR, YEAR, f"2021-01-{number:02}",
                   f"{iris.ID}report/{number}", f"{iris.ID}report/{number}/figure-1", value, "exact", "actual",
                   f"خبرگزاری {number}", f"words-{number}")
    return made._replace(**others)


def related(*figures: Telling) -> list[tuple[str, str, str]]:
    """Relations as (number of the later report, relation, number of the earlier one)."""
    return [(s.split("/")[-2], p.removeprefix(iris.NS), str(o).split("/")[-2])
            for s, p, o in relations.relate(figures, [], {}) if p.removeprefix(iris.NS) in relations.RELATIONS]


CASES: list[tuple[str, list[Telling], list[tuple[str, str, str]]]] = [
    ("another outlet, other words", [told(1, "300"), told(2, "300")], [("2", "corroborates", "1")]),
    ("the same outlet", [told(1, "300", outlet="x"), told(2, "300", outlet="x")], [("2", "repeats", "1")]),
    ("the same words", [told(1, "300", words="x"), told(2, "300", words="x")], [("2", "repeats", "1")]),
    ("outlets unknown", [told(1, "300", outlet=""), told(2, "300", outlet="")], [("2", "repeats", "1")]),
    ("a later day, another value", [told(1, "300"), told(2, "320")], [("2", "revises", "1")]),
    ("one day, two values", [told(1, "300", day="2021-01-01"), told(2, "320", day="2021-01-01")],
     [("2", "contradicts", "1")]),
    ("two sources", [told(1, "300"), told(2, "320", actor=iris.ID + "org/x")], [("2", "contradicts", "1")]),
    ("two sources agree", [told(1, "300"), told(2, "300", actor=iris.ID + "org/x")], []),
    ("another place", [told(1, "300"), told(2, "320", place=iris.known("place", "yazd"))], []),
    ("another noun", [told(1, "300"), told(2, "320", noun="نفرکارگر")], []),
    ("another period", [told(1, "300"), told(2, "320", period=iris.known("period", "jalali-1398"))], []),
    ("another unit", [told(1, "300"), told(2, "320", unit="unit-family")], []),
    ("a bound allows both", [told(1, "300", bound="min"), told(2, "320")], []),
    ("one is the other rounded", [told(1, "300000"), told(2, "301240")], []),
    ("no rounding explains it", [told(1, "300000"), told(2, "451240")], [("2", "revises", "1")]),
    ("a plan reached", [told(1, "300", modality="planned"), told(2, "310")], [("2", "fulfils", "1")]),
    ("a plan missed", [told(1, "300", modality="planned"), told(2, "200")], []),
    ("a plan after the deed", [told(1, "300"), told(2, "300", modality="planned")], []),
    ("one report, several values", [told(1, "300"), told(1, "320", iri=f"{iris.ID}report/1/figure-2"), told(2, "340")],
     []),
    ("one report alone", [told(1, "300"), told(1, "300", iri=f"{iris.ID}report/1/figure-2")], []),
]


@pytest.mark.parametrize(("case", "figures", "expected"), CASES, ids=[c[0] for c in CASES])
def test_relations(case: str, figures: list[Telling], expected: list[tuple[str, str, str]]) -> None:
    assert related(*figures) == expected
    assert related(*reversed(figures)) == expected


def test_reason_names_the_other_figure() -> None:
    reasons = [o for _, p, o in relations.relate([told(1, "300"), told(2, "320")], [], {})
               if p == iris.expand("kg:relationReason")]
    assert {o.lang for o in reasons if isinstance(o, Literal)} == {"fa", "en"}
    assert all("report/1/figure-1" in o.lexical and "300" in o.lexical for o in reasons if isinstance(o, Literal))


def test_united_institutions_tell_of_one_quantity() -> None:
    figures = [told(1, "300"), told(2, "320", actor=iris.ID + "org/x")]
    found = relations.relate(figures, [], {iris.ID + "org/x": ACTOR})
    assert [p for _, p, _ in found if p == iris.expand("kg:revises")]


def test_popular_quantity_is_bounded() -> None:
    figures = [told(1, str(n), report=f"{iris.ID}report/{n}", iri=f"{iris.ID}report/{n}/figure-1",
                    day=f"2021-{n // 28 % 12 + 1:02}-{n % 28 + 1:02}") for n in range(1, 400)]
    assert len(related(*figures)) <= 400


def test_careers() -> None:
    """One tenure of several reports, joined by identity, has its first and last day; one of one report has none."""
    rows = [Attested("t/a", "r1", "2021-03-01"), Attested("t/b", "r2", "2020-01-01"),
            Attested("t/a", "r3", "2021-01-01"), Attested("t/c", "r1", "2021-01-01")]
    found = relations.relate([], rows, {"t/b": "t/a"})
    assert [(s, p.removeprefix(iris.NS), str(o[0])) for s, p, o in found] == [
        ("t/a", "firstAttested", "2020-01-01"), ("t/a", "lastAttested", "2021-03-01")]


# --- from texts


def graph() -> list[tuple[str, str, object]]:
    texts = ("۳۰ میلیارد تومان وام داده شد", "۳۰۰ میلیارد ریال وام پرداخت شد", "۴۵ میلیارد تومان وام داده شد")
    kept = []
    for number, words in enumerate(texts):
        body = f"نادر بهرامی، مدیرکل کمیته امداد استان ایلام، گفت: در سال ۱۳۹۹ در استان ایلام {words}."
        made = report_of(body, "خبر تازه" + " نو" * number, f"1400-0{number + 1}-01")
        kept.append(assemble.build_one(Report(made.id, made.text, made.title_end, made.body_start, made.published,
                                              f"خبرگزاری {number}"), compiled.checker("compiled")).verdict.kept)
    return list(whole(kept))


def test_toman_and_rial_are_one_quantity_and_the_graph_conforms() -> None:
    """30 milliard toman are 300 milliard rial: corroborated; 45 later: revised. Both gates agree to all."""
    found = graph()
    kinds = sorted(p.removeprefix(iris.NS) for _, p, _ in found if p.removeprefix(iris.NS) in relations.RELATIONS)
    assert kinds == ["corroborates", "revises"]
    values = {str(o[0]) for _, p, o in found if p == iris.expand("kg:valueInRial") and isinstance(o, Literal)}
    assert values == {str(Decimal(3 * 10**11)), str(Decimal(45 * 10**10))}
    days = [p.removeprefix(iris.NS) for _, p, _ in found if p.endswith("Attested")]
    assert sorted(days) == ["firstAttested", "lastAttested"]
    for gate in ("compiled", "pyshacl"):
        assert compiled.checker(gate).check(None, found).violations == []  # type: ignore[arg-type]


def test_questions_have_answers() -> None:
    from pathlib import Path

    data = to_rdflib(graph())  # type: ignore[arg-type]
    folder = Path(__file__).parents[1] / "queries"
    rows = {name: [tuple(str(v) if v is not None else "" for v in row) for row in data.query(  # type: ignore[union-attr]
        (folder / f"{name}.rq").read_text(encoding="utf-8"))] for name in ("series", "contradictions", "careers")}
    assert [row[0] for row in rows["series"]] == ["2021-03-21", "2021-04-21", "2021-05-22"]
    assert [row[1] for row in rows["contradictions"]] == ["revises"]
    assert [row[0] for row in rows["careers"]] == ["نادر بهرامی"]
    assert rows["careers"][0][-2:] == ("2021-03-21", "2021-05-22")
