"""Who is who over reports: the same joined, namesakes and branches apart, decisions obeyed, and always the same."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from rdflib import RDFS
from readings import report_of
from typer.testing import CliRunner

from kg import assemble, iris, pipeline
from kg.cli import app
from kg.errors import InputError
from kg.export import turtle
from kg.graph import compiled, identity
from kg.graph.identity import decisions, evidence, names
from kg.graph.identity.records import Decision, Signature
from kg.graph.identity.resolve import BLOCK, NEAR, STEPS, Step
from kg.graph.whole import whole
from kg.model import Report, Triple

PERSON, ORG, POST = iris.ID + "person/", iris.ID + "org/", iris.ID + "post/"
LABEL = str(RDFS.label)


def title(number: int) -> str:
    """Titles that differ, so that reports of one body do."""
    return "خبر تازه" + " نو" * number


def stated(*texts: str | tuple[str, str]) -> list[list[Triple]]:
    """The triples of one report for each text; with it the day of publication, else days apart."""
    reports = []
    for number, item in enumerate(texts):
        text, day = item if isinstance(item, tuple) else (item, f"1400-02-{number + 1:02}")
        reports.append(report_of(text, title(number), day))
    return [pipeline.triples(r, pipeline.read(r)) for r in reports]


def labelled(graphs: list[list[Triple]], kind: str, words: str, decided: tuple[Decision, ...] = ()) -> list[str]:
    """The IRIs of a kind that bear a name beginning with some words, after resolution."""
    table = identity.Table(decided)
    for graph in graphs:
        table.watch("", graph)
    found = table.resolve()
    return sorted({found.of(row.iri) for graph in graphs for row in identity.extract(graph)
                   if row.kind == kind and row.name.startswith(words)})


def said(name: str, title: str) -> str:
    return f"{name}، {title}، گفت: این کار ادامه دارد."


SAME_PEOPLE = [
    ("one post", said("نادر بهرامی", "فرماندار مهریز"), said("نادر بهرامی", "فرماندار شهرستان مهریز")),
    ("letters and spaces", said("محمدرضا کریمی‌پور", "مدیرکل بهزیستی استان یزد"),
     said("محمد رضا كريمي پور", "مدیرکل بهزیستی استان یزد")),
    ("branch told in two ways", said("فاطمه نوروزی", "مدیرکل کمیته امداد استان لرستان"),
     said("فاطمه نوروزی", "مدیرکل کمیته امداد امام خمینی (ره) استان لرستان")),
    ("سید once", said("سیدحسن حسینی", "رئیس دانشگاه شیراز"), said("حسن حسینی", "رئیس دانشگاه شیراز")),
]
OTHER_PEOPLE = [
    ("two provinces", said("فاطمه نوروزی", "مدیرکل کمیته امداد استان لرستان"),
     said("فاطمه نوروزی", "مدیرکل کمیته امداد استان زنجان")),
    ("a soldier and a cleric of one town", said("سرهنگ علی محمدی", "فرمانده انتظامی شهرستان طبس"),
     said("حجت‌الاسلام علی محمدی", "امام جمعه طبس")),
    ("two institutions of one province", said("مهدی رحیمی", "مدیرکل بهزیستی استان سمنان"),
     said("مهدی رحیمی", "مدیرکل اوقاف و امور خیریه استان سمنان")),
    ("names alone", "مهدی رحیمی گفت: این کار ادامه دارد.", "مهدی رحیمی گفت: آن کار ادامه دارد."),
    ("two representatives' namesakes", said("احمد نوروزی", "نماینده ولی فقیه در استان هرمزگان"),
     said("محمد نوروزی", "نماینده عالی دولت در استان هرمزگان")),
    ("two given names", said("احمد رحیمی", "فرماندار مهریز"), said("محمد رحیمی", "فرماندار مهریز")),
]


@pytest.mark.parametrize(("case", "one", "two"), SAME_PEOPLE, ids=[c[0] for c in SAME_PEOPLE])
def test_one_person(case: str, one: str, two: str) -> None:
    assert len(labelled(stated(one, two), "person", "")) == 1


@pytest.mark.parametrize(("case", "one", "two"), OTHER_PEOPLE, ids=[c[0] for c in OTHER_PEOPLE])
def test_two_people(case: str, one: str, two: str) -> None:
    assert len(labelled(stated(one, two), "person", "")) == 2


OTHER_POSTS = [
    ("نماینده عالی دولت در استان یزد", "نماینده ولی فقیه در استان یزد"),
    ("امام جمعه طبس", "خطیب جمعه طبس"),
    ("معاون مدیرکل بهزیستی استان یزد", "مدیرکل بهزیستی استان یزد"),
]


@pytest.mark.parametrize(("one", "two"), OTHER_POSTS, ids=[one for one, _ in OTHER_POSTS])
def test_two_posts(one: str, two: str) -> None:
    """Titles of one role and place whose words tell two seats."""
    found = labelled(stated(said("نادر بهرامی", one), said("فاطمه نوروزی", two)), "post", "")
    assert len(found) == 2


def test_family_name_alone_stays_in_its_report() -> None:
    """«بهرامی» of one institution in two reports is two nodes; within a report the full name has it."""
    one, two = said("بهرامی", "رئیس سازمان هواشناسی"), said("آقای بهرامی", "رئیس سازمان هواشناسی")
    found = labelled(stated(one, two, one + "\nراه باز شد."), "person", "بهرامی")
    assert len(found) == 3
    for title_of in ("رئیس سازمان هواشناسی", "استاندار یزد"):  # nor one of two words
        family = stated(said("آیت‌الله هاشمی شاهرودی", title_of), said("هاشمی شاهرودی", title_of))
        assert len(labelled(family, "person", "هاشمی")) == 2
    assert len({row.iri for row in identity.extract(stated(said("نادر بهرامی", "فرماندار مهریز") + "\nبهرامی افزود: پل "
                                                          "آماده است.")[0]) if row.kind == "person"}) == 1


def test_representatives_of_two_principals_are_two_posts() -> None:
    graphs = stated(said("احمد نوروزی", "نماینده ولی فقیه در استان هرمزگان"),
                    said("احمد نوروزی", "نماینده عالی دولت در استان هرمزگان"))
    assert len(labelled(graphs, "post", "نماینده")) == 2


SAME_BODIES = [
    ("کمیته امداد استان ایلام", "کمیته امداد امام خمینی (ره) استان ایلام"),
    ("کمیته امداد", "کمیته امداد امام خمینی (ره)"),
    ("اداره کل بهزیستی استان یزد", "اداره‌کل بهزیستی یزد"),
    ("شرکت آفتاب‌گستر کویر", "شرکت آفتابگستر کویر"),
    ("سازمان میراث فرهنگی، صنایع دستی و گردشگری", "وزارت میراث فرهنگی، گردشگری و صنایع دستی"),
    ("وزارت راه و شهرسازی", "وزارت راه‌وشهرسازی"),
]
OTHER_BODIES = [
    ("کمیته امداد", "کمیته امداد استان ایلام"),
    ("کمیته امداد استان ایلام", "کمیته امداد استان فارس"),
    ("آموزش و پرورش استان یزد", "آموزش و پرورش شهرستان مهریز"),
    ("استانداری قزوین", "فرمانداری قزوین"),
    ("استانداری", "استانداری"), ("بیمارستان سینا", "بیمارستان سینا"), ("شرکت گاز", "شرکت گاز"),
    ("دانشگاه علوم پزشکی", "دانشگاه علوم پزشکی"), ("دادسرا", "دادسرا"),
    ("حزب سپیده آزادگان", "حزب سپیده بیداران"),
]


def bodies(one: str, two: str) -> set[str]:
    graphs = stated(*(f"{name} اعلام کرد: این کار ادامه دارد." for name in (one, two)))
    table = identity.Table()
    for graph in graphs:
        table.watch("", graph)
    found = table.resolve()
    heads = [max((row for row in identity.extract(graph) if row.kind == "organization"), key=lambda r: len(r.name))
             for graph in graphs]
    return {found.of(row.iri) for row in heads}


@pytest.mark.parametrize(("one", "two"), SAME_BODIES)
def test_one_institution(one: str, two: str) -> None:
    assert len(bodies(one, two)) == 1


@pytest.mark.parametrize(("one", "two"), OTHER_BODIES)
def test_two_institutions(one: str, two: str) -> None:
    assert len(bodies(one, two)) == 2


def test_events_and_agreements() -> None:
    """A fair of one number is one event in all reports, one of the next number another."""
    fair = "{} نمایشگاه بین‌المللی کتاب نیلوفر گشایش یافت."
    graphs = stated(fair.format("هفدهمین"), fair.format("هفدهمین"), fair.format("هجدهمین"))
    assert len(labelled(graphs, "event", "")) == 2
    rows = [Signature("agreement", f"{iris.ID}report/{n:016x}/agreement-1", "تفاهم‌نامه", "memorandum",
                      portfolio=purpose, others=(ORG + "a", ORG + "b"), reports=(f"r{n}",), days=(day,))
            for n, (purpose, day) in enumerate((("ساخت پل", "2021-01-01"), ("ساخت پل", "2021-01-02"),
                                                ("آموزش", "2021-01-02"), ("ساخت پل", "2022-01-02")))]
    assert len({identity.resolve(rows).of(row.iri) for row in rows}) == 3


def test_renamed_graph_says_one_thing() -> None:
    """After resolution the two tenures are one, the person holds one post, and both gates find nothing wrong."""
    checker = compiled.checker("compiled")
    graphs = [assemble.build_one(report_of(text, title(n), f"1400-0{n + 2}-01"), checker).verdict.kept
              for n, text in enumerate((*SAME_PEOPLE[1][1:], *SAME_PEOPLE[2][1:], *OTHER_PEOPLE[1][1:]))]
    graph = whole(graphs)
    types = [(s, o) for s, p, o in graph if p == iris.expand("rdf:type")]
    assert sum(o == iris.NS + "Tenure" for _, o in types) == sum(o == iris.NS + "Person" for _, o in types) == 4
    for gate in ("compiled", "pyshacl"):
        assert compiled.checker(gate).check(None, graph).violations == []


# --- guards, decisions, time


def person(number: int, name: str, role: str, place: str, days: tuple[str, ...], org: str = "") -> Signature:
    return Signature("person", f"{PERSON}{number:04}", name, role, ORG + org if org else "", iris.known("place", place)
                     if place else "", f"{POST}{role}-{place}{org}", reports=(f"r{number}",), days=days)


def test_posts_in_two_provinces_at_one_time_exclude_each_other() -> None:
    """A bridge (both posts told of one man) is not enough where the posts exclude each other."""
    rows = [person(1, "رضا رضایی", "governor-general", "yazd-province", ("2021-01-01", "2021-06-01")),
            person(2, "رضا رضایی", "governor-general", "ilam-province", ("2021-03-01",)),
            person(3, "رضا رضایی", "governor-general", "yazd-province", ("2021-02-01",)),
            person(3, "رضا رضایی", "governor-general", "ilam-province", ("2021-09-01",))]
    found = identity.resolve(rows)
    assert len({found.of(f"{PERSON}{n:04}") for n in (1, 2, 3)}) == 2
    assert any("two provinces" in pair.why and pair.decision == "unsure" for pair in found.pairs)


def test_too_many_posts_for_one() -> None:
    """A chain of bridges stops where one person would have too many posts."""
    rows = [row for n in range(30) for row in (
        person(n, "رضا رضایی", "secretary", "", ("2021-01-01",), f"body-{n}"),
        person(n, "رضا رضایی", "secretary", "", ("2021-01-01",), f"body-{n + 1}"))]
    found = identity.resolve(rows)
    sizes = [sum(found.of(f"{PERSON}{n:04}") == root for n in range(30)) for root in {found.of(r.iri) for r in rows}]
    assert max(sizes) <= 12 and any("too many" in pair.why for pair in found.pairs)


def test_decisions_overrule() -> None:
    graphs = stated(SAME_PEOPLE[0][1], SAME_PEOPLE[0][2], OTHER_PEOPLE[3][1], OTHER_PEOPLE[3][2])
    one, two = sorted({r.iri for g in graphs[:2] for r in identity.extract(g) if r.kind == "person"})
    lone = sorted({r.iri for g in graphs[2:] for r in identity.extract(g) if r.kind == "person"})
    for kind in ("different", "unsure"):
        assert len(labelled(graphs[:2], "person", "", (Decision(one, two, kind),))) == 2
    assert len(labelled(graphs[2:], "person", "", (Decision(lone[0], lone[1], "same"),))) == 1
    with pytest.raises(InputError, match="contradict each other"):
        identity.resolve([r for g in graphs for r in identity.extract(g)], [
            Decision(one, two, "same"), Decision(two, lone[0], "same"), Decision(one, lone[0], "different")])


BAD_FILES = [
    ("a\tb\n", "line 1: the header lacks left, right, decision"),
    ("left\tright\tdecision\nperson/a\tperson/b\n", "line 2: 2 columns"),
    ("left\tright\tdecision\n\n# note\nperson/a\tperson/b\tmaybe\n", "line 4: 'maybe' is no decision"),
    ("left\tright\tdecision\nperson/a\torg/b\tsame\n", "line 2: person/a and org/b are of two kinds"),
    ("left\tright\tdecision\nperson/a\tperson/a\tsame\n", "line 2: both sides are person/a"),
    ("left\tright\tdecision\nperson/علی\tperson/a\tsame\n", "line 2: 'person/علی' is no IRI"),
    ("left\tright\tdecision\nperson/a\tperson/b\tsame\nperson/b\tperson/a\tdifferent\n",
     "line 3: .* contradicts line 2"),
]


@pytest.mark.parametrize(("text", "message"), BAD_FILES)
def test_bad_decisions_are_told_with_their_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "d.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        decisions.read(path)


def test_decisions_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "d.tsv").write_bytes(b"left\tright\tdecision\n\xff\xfe")
    for path, message in ((tmp_path / "d.tsv", "not UTF-8"), (tmp_path / "none.tsv", "cannot be read")):
        with pytest.raises(InputError, match=message):
            decisions.read(path)


def test_build_writes_and_obeys(tmp_path: Path) -> None:
    """identity.tsv tells the pair; its row copied as a decision keeps them apart in the next build, and stays."""
    for number in (0, 1):
        (tmp_path / f"{number}.txt").write_text(f"{title(number)}\n\n{SAME_PEOPLE[1][1 + number]}\n", encoding="utf-8")
    out, runner = tmp_path / "out", CliRunner()
    build = ["build", str(tmp_path / "0.txt"), str(tmp_path / "1.txt"), "--published", "1400-02-03", "--out", str(out)]
    assert runner.invoke(app, build).exit_code == 0
    rows = [line.split("\t") for line in (out / "identity.tsv").read_text(encoding="utf-8").splitlines()]
    pair = next(row for row in rows if row[0].startswith("person/"))
    assert rows[0] == list(decisions.COLUMNS) and pair[3] == "same" and "the same post" in pair[4]
    united = (out / "graph.ttl").read_text(encoding="utf-8")
    assert pair[0] in united and pair[1] not in united
    for node in (pair[0], iris.ID + pair[1]):  # the one that stands for both, and the one that is gone
        told = runner.invoke(app, ["why", str(out / "graph.ttl"), node]).output
        assert told.startswith(pair[0]) and "same 0." in told and "the same post" in told
        assert told.count("«محمد") >= 2 and told.count("  report/") == 2 and "2021-04-23" in told
    nobody = runner.invoke(app, ["why", str(out / "graph.ttl"), "person/nobody"])
    assert "says nothing of person/nobody" in str(nobody.exception)
    ruled = f"left\tright\tdecision\tnote\n{pair[0]}\t{pair[1]}\tdifferent\tبرادرند\n"
    (out / "identity-decisions.tsv").write_text(ruled, encoding="utf-8")
    for _ in range(2):
        assert runner.invoke(app, build).exit_code == 0
        apart = (out / "graph.ttl").read_text(encoding="utf-8")
        assert pair[0] in apart and pair[1] in apart
        assert "decided by hand: برادرند" in (out / "identity.tsv").read_text(encoding="utf-8")
    assert runner.invoke(app, [*build, "--no-identity"]).exit_code == 0
    assert pair[1] in (out / "graph.ttl").read_text(encoding="utf-8") and not (out / "identity.tsv").exists()
    (out / "identity-decisions.tsv").write_text("left\n", encoding="utf-8")
    assert "line 1: the header lacks right, decision" in str(runner.invoke(app, build).exception)


def test_build_is_the_whole_in_memory(tmp_path: Path) -> None:
    """What the spool writes with renamed nodes, those of reports among them, is what is united in memory."""
    texts = [SAME_PEOPLE[1][1], SAME_PEOPLE[1][2], "هفدهمین نمایشگاه بین‌المللی کتاب نیلوفر گشایش یافت.",
             "هفدهمین نمایشگاه بین‌المللی کتاب نیلوفر در یزد گشایش یافت."]
    for number, text in enumerate(texts):
        (tmp_path / f"{number}.txt").write_text(f"{title(number)}\n\n{text}\n", encoding="utf-8")
    names_of = [str(tmp_path / f"{n}.txt") for n in range(len(texts))]
    arguments = ["build", *names_of, "--published", "1400-02-03", "--out", str(tmp_path)]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    from kg import sources

    reports = [r for r in sources.read(names_of, sources.parse_date("1400-02-03")) if isinstance(r, Report)]
    built = list(assemble.build(assemble.distinct(reports), compiled.checker("compiled")))
    assert (tmp_path / "graph.ttl").read_text(encoding="utf-8") == turtle.write(assemble.merged(built))
    assert "event" in (tmp_path / "identity.tsv").read_text(encoding="utf-8")


def crowd(number: int) -> list[Signature]:
    """A popular name in many institutions, told over and over."""
    days = [f"2021-01-{n % 28 + 1:02}" for n in range(number)]
    return [person(n, "علی محمدی", "secretary", "", (day,), f"body-{n % 97}") for n, day in enumerate(days)]


def test_popular_name_is_compared_with_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pairs looked at grow with the number of namesakes, not with its square."""
    module = sys.modules["kg.graph.identity.resolve"]
    seen = 0

    def counting(a: object, b: object, world: object) -> evidence.Evidence:
        nonlocal seen
        seen += 1
        return evidence.NOTHING

    monkeypatch.setattr(module, "STEPS", tuple(Step(s.kind, s.keys, counting, s.clash) for s in STEPS))
    identity.resolve(crowd(BLOCK * 40))
    assert 0 < seen <= BLOCK * 40 * 2 * NEAR


def test_namesakes_of_one_institution_are_found_in_a_crowd() -> None:
    found = identity.resolve(crowd(400))
    assert len({found.of(row.iri) for row in crowd(400)}) == 97


def test_order_does_not_matter() -> None:
    graphs = stated(*(text for case in (*SAME_PEOPLE, *OTHER_PEOPLE) for text in case[1:]))
    rows = [row for graph in graphs for row in identity.extract(graph)] + crowd(100)
    first = identity.resolve(rows)
    for seed in range(3):
        random.Random(seed).shuffle(rows)
        assert identity.resolve(rows) == first
    assert first.canonical and all(first.of(kept) == kept for kept in first.canonical.values())


def test_hash_seed_does_not_matter() -> None:
    code = ("import sys; sys.path.insert(0, sys.argv[1])\nimport test_identity as t\nfrom kg.graph import identity\n"
            "rows = [r for g in t.stated(*(x for c in t.SAME_PEOPLE for x in c[1:])) for r in identity.extract(g)]\n"
            "print(identity.resolve(rows + t.crowd(100)).pairs)")
    runs = [subprocess.run([sys.executable, "-c", code, str(Path(__file__).parent)], capture_output=True, text=True,
                           check=True, env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)}).stdout
            for seed in ("1", "2")]
    assert runs[0] == runs[1] and "same" in runs[0]


def test_gather_joins_reports() -> None:
    row = Signature("person", PERSON + "a", "نادر بهرامی", reports=("r1",), days=("2021-01-01",))
    other = row._replace(reports=("r2",), days=("2021-02-01",))
    assert identity.gather([other, row, row]) == [row._replace(reports=("r1", "r2"), days=("2021-01-01", "2021-02-01"))]


def test_names_for_comparison() -> None:
    assert names.person("سیدمحمد حسینی").key == names.person("سید محمد حسینی").key == names.person("محمد حسینی").key
    assert names.person("عبدالله پورحسن").key == names.person("عبداله پور حسن").key
    assert names.extends(names.person("حسن حسینی بوشهری"), names.person("حسن حسینی"))
    assert not names.extends(names.person("حسن حسینی"), names.person("حسن حسینیان"))
    assert names.organization("شرکت آب و فاضلاب").telling == 0 < names.organization("شرکت آفتاب‌گستر کویر").telling
    assert names.telling("جانشین فرمانده انتظامی") != names.telling("فرمانده انتظامی")


def test_renamings_are_of_listed_institutions() -> None:
    from kg.mentions import gazetteer

    listed = gazetteer.organizations()
    assert names.renamings() and all(rule.text("to") in listed for rule in names.renamings())
    for rule in names.renamings():
        slug = names.slugs()[names.squash(names._words(rule.text("from")))]
        assert names.renamed().get(slug, slug) == rule.text("to"), rule.place
