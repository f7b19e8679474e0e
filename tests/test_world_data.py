"""The world's names under lang/fa: strict load, references that hold, spellings told apart, and minimum counts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import pytest

from kg import rules
from kg.rules import Rule
from kg.text.match import Phrases, phrase
from kg.text.normalize import normalize
from kg.text.segment import tokenize

ORGANIZATIONS = "known/organizations.yaml"
BASES = "known/organization-bases.yaml"
FILES: dict[str, tuple[set[str], set[str]]] = {
    "places.yaml": ({"name", "kind", "en"}, {"alt", "within", "qid", "homograph"}),
    ORGANIZATIONS: ({"name", "type"}, {"alt", "parent", "en", "qid"}),
    BASES: ({"name", "type"}, {"alt", "parent", "standalone"}),
    "names-given.yaml": ({"match", "kind"}, {"homograph"}),
    "names-family.yaml": ({"match", "kind"}, {"homograph", "separate", "weak"}),
    "ranks.yaml": ({"match", "value", "kind"}, {"homograph"}),
    "honorifics.yaml": ({"match", "kind"}, {"holder", "homograph"}),
}


def words(text: str, separator: str = " ") -> frozenset[str]:
    return frozenset(text.split(separator))


PLACE_KINDS = words(
    "country province county city village river port road region lake sea mountain island continent district"
)
ORGANIZATION_TYPES = words(
    "ministry government parliament judiciary court council committee commission organization directorate-general "
    "department bureau-office governorate municipality university school research-institute hospital bank company fund "
    "foundation charity association union chamber party military police militia headquarters base centre institute "
    "news-agency media mosque seminary sports-club federation international-organization embassy cooperative network "
    "other"
)
KINDS = {
    "names-given.yaml": {"male", "female", "both"},
    "names-family.yaml": {"name", "ending", "alone"},
    "ranks.yaml": {"military", "clerical", "academic", "civil"},
    "honorifics.yaml": {"courtesy", "artist", "deceased", "martyr", "veteran", "sacred", "mark", "blessing"},
}
# Arabic yeh and kaf, Arabic digits, vowel signs, stretching, bidirectional controls, doubled blanks.
UNWANTED = re.compile(
    "[\u064a\u0643\u0649\u06c0\u0660-\u0669\u064b-\u0650\u0652\u0640\u200e\u200f\u202a-\u202e\u2066-\u2069]"
    "|\u200c[ \u200c]| \u200c"
)
RANKS = words(
    "sardar amir general major-general brigadier-general second-brigadier-general colonel lieutenant-colonel major "
    "captain lieutenant sergeant pasdar admiral rear-admiral vice-admiral ayatollah grand-ayatollah hojatoleslam "
    "hojatoleslam-valmoslemin doctor engineer professor haj"
)
PROVINCES = words(
    "آذربایجان شرقی، آذربایجان غربی، اردبیل، اصفهان، البرز، ایلام، بوشهر، تهران، چهارمحال و بختیاری، خراسان جنوبی، "
    "خراسان رضوی، خراسان شمالی، خوزستان، زنجان، سمنان، سیستان و بلوچستان، فارس، قزوین، قم، کردستان، کرمان، کرمانشاه، "
    "کهگیلویه و بویراحمد، گلستان، گیلان، لرستان، مازندران، مرکزی، هرمزگان، همدان، یزد", "، "
)


def read(name: str) -> tuple[Rule, ...]:
    required, optional = FILES[name]
    return rules.load(name, required=required, keys=optional)


def spellings(rule: Rule) -> tuple[str, ...]:
    return (rule.text("name"), *rule.list("alt")) if "name" in rule.fields else rule.list("match")


def chain(rule: Rule, table: dict[str, Rule], key: str) -> Iterator[Rule]:
    """The rules above one rule. Fails on an id that is not there and on a loop."""
    seen = {rule.id}
    while parent := rule.text(key):
        assert parent in table, f"{rule.place}: {key} '{parent}' is not an id"
        assert parent not in seen, f"{rule.place}: {key} runs in a loop"
        seen.add(parent)
        rule = table[parent]
        yield rule


@pytest.mark.parametrize("name", FILES)
def test_file_is_clean(name: str) -> None:
    found = read(name)
    assert len({rule.id for rule in found}) == len(found) > 20
    for rule in found:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.id), rule.place
        assert re.fullmatch(r"Q[1-9]\d*", rule.text("qid", "Q1")), rule.place
        for flag in ("homograph", "standalone", "separate", "weak", "holder"):
            assert rule.text(flag, "yes") == "yes", rule.place
        forms = [phrase(text) for text in spellings(rule)]
        assert forms and all(forms), rule.place
        assert len(set(forms)) == len(forms), f"{rule.place}: a spelling is listed twice"
        for text in spellings(rule):
            assert text == text.strip(" \u200c") and "  " not in text, f"{rule.place}: stray blank in '{text}'"
            assert not UNWANTED.search(text), f"{rule.place}: '{text}' is not in standard orthography"


@pytest.mark.parametrize("name", sorted({*KINDS, "places.yaml", ORGANIZATIONS, BASES}))
def test_codes_are_allowed(name: str) -> None:
    key = "type" if name.startswith("known/") else "kind"
    allowed = KINDS.get(name, ORGANIZATION_TYPES if key == "type" else PLACE_KINDS)
    assert {rule.text(key) for rule in read(name)} <= allowed


def test_places_hang_together() -> None:
    places = {rule.id: rule for rule in read("places.yaml")}
    above = {"city": {"county", "province", "country"}, "village": {"county", "province"}, "county": {"province"},
             "province": {"country"}, "country": set[str]()}
    for rule in places.values():
        ancestors = list(chain(rule, places, "within"))
        allowed = above.get(rule.text("kind"))
        if allowed is not None and ancestors:
            assert ancestors[0].text("kind") in allowed, rule.place
        assert (rule.text("kind") not in {"county", "province"}) or ancestors[-1].id == "iran", rule.place


def test_places_of_one_spelling_are_told_apart() -> None:
    held: dict[tuple[tuple[str, ...], str], dict[str, str]] = defaultdict(dict)
    for rule in read("places.yaml"):
        for text in spellings(rule):
            others = held[phrase(text), rule.text("kind")]
            other = others.setdefault(rule.text("within"), rule.id)
            assert other == rule.id, f"{rule.place}: '{text}' is also {other}, of the same kind and in the same place"


def test_all_provinces_are_there() -> None:
    provinces = {rule.text("name") for rule in read("places.yaml") if rule.text("kind") == "province"}
    assert provinces == PROVINCES and len(PROVINCES) == 31


@pytest.mark.parametrize(("kind", "least"), [
    ("county", 450), ("city", 1000), ("country", 195), ("river", 25), ("sea", 12), ("lake", 15), ("mountain", 12),
    ("island", 12), ("port", 10), ("road", 20), ("region", 40), ("village", 15), ("continent", 6), ("district", 5),
])
def test_counts_of_places(kind: str, least: int) -> None:
    assert sum(rule.text("kind") == kind for rule in read("places.yaml")) >= least


def test_each_province_has_its_counties_and_cities() -> None:
    places = {rule.id: rule for rule in read("places.yaml")}
    counties = {rule.text("within") for rule in places.values() if rule.text("kind") == "county"}
    towns = [rule for rule in places.values() if rule.text("kind") == "city"]
    cities = {above.id for rule in towns for above in chain(rule, places, "within")}
    for rule in places.values():
        if rule.text("kind") == "province":
            assert rule.id in counties and rule.id in cities, rule.place


def test_organizations_hang_together() -> None:
    known = {rule.id: rule for rule in read(ORGANIZATIONS)}
    for rule in known.values():
        list(chain(rule, known, "parent"))
    for rule in read(BASES):
        assert rule.text("parent") in {"", *known}, rule.place


@pytest.mark.parametrize("name", [ORGANIZATIONS, BASES, "ranks.yaml", "honorifics.yaml",
                                  "names-given.yaml", "names-family.yaml"])
def test_a_spelling_means_one_thing(name: str) -> None:
    held: dict[tuple[tuple[str, ...], str], str] = {}
    for rule in read(name):
        kind = rule.text("kind") if name == "names-family.yaml" else ""  # an ending may be a whole name too
        for text in spellings(rule):
            other = held.setdefault((phrase(text), kind), rule.id)
            assert other == rule.id, f"{rule.place}: '{text}' is also {other}"


def test_a_wikidata_item_is_one_entry() -> None:
    items = [rule.text("qid") for name in ("places.yaml", ORGANIZATIONS) for rule in read(name) if rule.text("qid")]
    assert len(items) == len(set(items)) >= 350
    assert all(rule.text("qid") for rule in read("places.yaml") if rule.text("kind") in {"country", "province"})


def test_counts_of_organizations() -> None:
    types: dict[str, int] = defaultdict(int)
    for rule in read(ORGANIZATIONS):
        types[rule.text("type")] += 1
    assert sum(types.values()) >= 1200 and len(read(BASES)) >= 200
    least = {"ministry": 28, "university": 150, "bank": 40, "news-agency": 45, "company": 170, "federation": 50,
             "international-organization": 80, "commission": 15, "council": 30, "police": 15, "party": 30, "media": 50}
    assert {name: types[name] for name, count in least.items() if types[name] < count} == {}


def test_counts_of_names_and_ranks() -> None:
    given, family = read("names-given.yaml"), read("names-family.yaml")
    by_kind = {kind: sum(len(r.list("match")) for r in given if r.text("kind") == kind) for kind in ("male", "female")}
    assert by_kind["male"] >= 1400 and by_kind["female"] >= 450
    assert sum(len(rule.list("match")) for rule in family if rule.text("kind") == "name") >= 3500
    assert sum(rule.text("kind") == "ending" for rule in family) >= 40
    assert {rule.text("value") for rule in read("ranks.yaml")} == RANKS


@pytest.mark.parametrize(("file", "text", "identity", "length"), [
    (ORGANIZATIONS, "وزارت آموزش و پرورش اعلام کرد", "vezarat-amuzesh-parvaresh", 4),
    (ORGANIZATIONS, "سازمان برنامه و بودجه کشور گفت", "sazman-barname", 5),
    (ORGANIZATIONS, "كمیسیون امنیت ملی و سیاست خارجی مجلس", "komision-amniat-melli", 7),
    (ORGANIZATIONS, "سازمان راهداری و حمل‌ونقل جاده‌ای خبر داد", "sazman-rahdari", 7),
    (ORGANIZATIONS, "سپاه امیرالمومنین(ع) استان ایلام و شهرداری", "sepah-amiralmomenin", 7),
    (BASES, "آب و فاضلاب استان", "base-ab-fazelab", 3),
    (BASES, "میراث فرهنگی، گردشگری و صنایع‌دستی همدان", "base-vezarat-miras", 7),
    (BASES, "تعاون، کار و رفاه اجتماعی شهرستان", "base-vezarat-kar", 6),
    ("places.yaml", "کهگیلویه و بویراحمد و فارس", "kohgiluyeh-boyer-ahmad", 3),
    ("places.yaml", "سیستان و بلوچستان است", "sistan-baluchestan", 3),
    ("honorifics.yaml", "( ع ) در", "mark-e", 3),
    ("ranks.yaml", "حجت‌الاسلام والمسلمین حسینی", "hojatoleslam-valmoslemin", 3),
    ("names-given.yaml", "حجت‌الله عبدالملکی", "male-allah-he-jimi", 2),
    ("names-family.yaml", "حدادعادل گفت", "name-he-jimi", 1),
])
def test_phrases_find_the_whole_name(file: str, text: str, identity: str, length: int) -> None:
    table = Phrases((spelling, rule.id) for rule in read(file) for spelling in spellings(rule))
    assert table.longest(tokenize(normalize(text)).words, 0) == (length, identity)


def test_every_name_with_an_and_is_found_whole() -> None:
    for name in (ORGANIZATIONS, BASES, "places.yaml"):
        table = Phrases((spelling, rule.id) for rule in read(name) for spelling in spellings(rule))
        joined = [text for rule in read(name) for text in spellings(rule) if "و" in phrase(text)]
        assert len(joined) >= (10 if name == "places.yaml" else 60)
        for text in joined:
            assert text in table, text
