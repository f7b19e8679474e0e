"""Every span holds the characters that it names, whatever the text; and reading never fails on any text."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import RDF, URIRef
from readings import EXAMPLES, SHARED, example, graph

from kg import iris, pipeline, sources
from kg.export import turtle
from kg.model import Literal, Report, Triple

NIF = {name: iris.expand(f"nif:{name}") for name in ("beginIndex", "endIndex", "anchorOf", "referenceContext")}
SPAN = URIRef(iris.NS + "TextSpan")
settings.register_profile("steady", derandomize=True, deadline=None, database=None, max_examples=150,
                          suppress_health_check=[HealthCheck.too_slow])
STEADY = settings.get_profile("steady")


def check(report: Report, triples: list[Triple]) -> int:
    """Hold the spans of a report's triples against its text; the number of spans."""
    assert len(triples) == len(set(triples))
    of: dict[str, dict[str, str]] = {}
    for s, p, o in triples:
        if s.startswith(f"{iris.report(report.sha256)}#char="):
            of.setdefault(s, {})[p] = o.lexical if isinstance(o, Literal) else o
    for node, told in of.items():
        begin, end = int(told[NIF["beginIndex"]]), int(told[NIF["endIndex"]])
        assert 0 <= begin < end <= len(report.text)
        assert report.text[begin:end] == told[NIF["anchorOf"]]
        assert node == iris.span(iris.report(report.sha256), begin, end)
        assert told[NIF["referenceContext"]] == iris.report(report.sha256)
    pointed = {o for _, _, o in triples if isinstance(o, str) and "#char=" in o}
    assert pointed == set(of), "each span is pointed at, and each one pointed at is there"
    return len(of)


def read(title: str, body: str) -> tuple[Report, list[Triple]]:
    report = Report.of("generated", title, body)
    return report, pipeline.triples(report, pipeline.read(report))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_examples(path: Path) -> None:
    report = example(path)
    assert check(report, pipeline.triples(report, pipeline.read(report))) > 50


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_checked_examples(path: Path) -> None:
    """The graph after the gate: no span is lost, and every fact still has its words."""
    report, g = example(path), graph(path)
    text = {name: URIRef(iri) for name, iri in NIF.items()}
    spans = set(g.subjects(RDF.type, SPAN))
    for span in spans:
        begin, end, anchor = (g.value(span, text[k]) for k in ("beginIndex", "endIndex", "anchorOf"))
        assert report.text[int(str(begin)):int(str(end))] == str(anchor)
    evidence = URIRef(iris.expand("kg:evidence"))
    assert set(g.objects(None, evidence)) <= spans
    code = URIRef(iris.expand("skos:Concept"))
    claims = {s for s in g.subjects(RDF.type, None) if s not in spans and (s, RDF.type, code) not in g}
    assert {s for s in claims if not any(g.objects(s, evidence)) and s != URIRef(iris.report(report.sha256))} == set()


_LINES = (
    "وی گفت: افزود: که و در از به را با «یک» «طرح کرد شد است خواهد می‌شود باید قرار اگر بین میان سازمان شرکت وزارت",
    "رئیس مدیرعامل استاندار سردار دکتر علی مریم رضایی صادقی یزد ایلام استان شهرستان همایش سومین تفاهم‌نامه امضا",
    "۱۲ هزار میلیارد ریال تومان درصد نفر سال ۱۴۰۲ گذشته جاری مهر دوشنبه تا بیش حدود 5 ۱۵٫۵ ۵۰۰ ملیون (ع) « » ( )",
    '" ، ؛ . : ... - / به‌گزارش خبرگزاری گفتنی نیز همچنین این مراسم نشست از‌این‌افراد ها های‌ ‌ ‌‌ \u200f \ufeff',
    "كميته علي ﷼ ٪ % 🌱 \u0301",
)
WORDS = [word for line in _LINES for word in line.split(" ")]
_LETTERS = "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیآءأئؤيك\u200c۰۱۲۳۴۵۶۷۸۹٠0123456789"
ODD = st.characters(exclude_categories=["Cs"])
PERSIAN = st.sampled_from(list(_LETTERS + " .،؛:«»()\"-/٫٬٪\n\t\u00a0\u064b"))
SENTENCES = st.lists(st.sampled_from([*WORDS, "\n"]), min_size=1, max_size=60).map(" ".join)
NOISE = st.text(PERSIAN | ODD, max_size=120)


@settings(STEADY)
@given(SENTENCES)
def test_sentences_of_known_words(body: str) -> None:
    check(*read("", body))


@settings(STEADY)
@given(NOISE, NOISE)
def test_any_text(title: str, body: str) -> None:
    check(*read(title, body))


@settings(STEADY, max_examples=40)
@given(st.sampled_from(EXAMPLES), st.integers(0, 2500), st.integers(0, 60), st.sampled_from([*WORDS, "\n", " ", ""]))
def test_damaged_examples(path: Path, at: int, cut: int, put: str) -> None:
    """A report with characters torn out and a word put in."""
    body = example(path).body
    check(*read(example(path).title, body[:at] + put + body[at + cut:]))


@pytest.mark.parametrize("body", [
    pytest.param("5² نفر آمدند.", id="a raised digit"),
    pytest.param("9" * 3000 + " نفر آمدند.", id="a number of 3000 digits"),
    pytest.param("۵۰ میلیارد میلیارد میلیارد نفر آمدند.", id="a number beyond words"),
    pytest.param("½ کیلو و ① نفر", id="fractions and circled digits"),
    pytest.param("\ud800 وی گفت: ۵ نفر", id="half a surrogate pair"),
    pytest.param("\u2028وی گفت:\x0b۵ نفر\x0c\x85آمدند.", id="other line breaks"),
    pytest.param("", id="nothing"),
    pytest.param("«" * 200 + "(" * 200 + "وی گفت: " * 50, id="brackets that never close"),
])
def test_hard_texts(body: str) -> None:
    check(*read("", body))


def test_real_reports() -> None:
    """Spans and unique triples on reports from many desks, where they lie beside the repository."""
    path = SHARED / "reports" / "open.jsonl"
    if not path.exists():
        pytest.skip(f"The collected reports are not beside the repository ({path}).")
    reports = [found for found in sources.read([str(path)]) if isinstance(found, Report)][::4]
    assert len(reports) > 30
    assert all(check(report, pipeline.triples(report, pipeline.read(report))) for report in reports)


def test_facts_shift_with_the_text() -> None:
    """A longer title moves each span by its length, and changes nothing else of what is found."""
    body = example(EXAMPLES[0]).body
    short, long = read("", body), read("آب", body)

    def found(report: Report, triples: list[Triple]) -> set[tuple[int, str]]:
        begins = {s: int(o.lexical) for s, p, o in triples if p == NIF["beginIndex"] and isinstance(o, Literal)}
        anchors = {s: o.lexical for s, p, o in triples if p == NIF["anchorOf"] and isinstance(o, Literal)}
        return {(begins[s] - report.body_start, anchors[s]) for s in begins if begins[s] >= report.body_start}

    assert found(*short) == found(*long) and found(*short)


def test_graph_reads_back() -> None:
    """What is written can be read: odd characters in a text come back as they were."""
    report, triples = read("", 'وی \\ "گفت": \u200f۵ مدرسه\tساخته شد.\u0301 🌱')
    back = rdflib.Graph().parse(data=turtle.write(triples), format="turtle")
    anchors = {str(o) for o in back.objects(None, URIRef(NIF["anchorOf"]))}
    assert anchors and all(anchor in report.text for anchor in anchors)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_a_report_cut_anywhere_is_read(path: Path) -> None:
    """A text that breaks off in the middle of a list, a name or a reporting verb fails nothing."""
    report = example(path)
    for end in range(1, len(report.body), 23):
        check(*read(report.title, report.body[:end]))


@pytest.mark.parametrize("body", ["نادر بهرامی در همایش صوتی، تصویری،", "کار تمام شد.\nبه گفته ",
                                  "از شهرداری و شورای اسلامی ",
                                  "از سال ۱۷۰۰ میلادی تاکنون.",
                                  "در سال ۱۷۰۰ میلادی ۳ مدرسه ساخته شد."])
def test_ends_and_years_that_once_failed(body: str) -> None:
    check(*read("آب", body))
