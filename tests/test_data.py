"""The rule files as texts: standard letters, no stray or invisible characters, no phrase twice, a header that tells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from kg.rules import LANG
from kg.text.match import phrase

FILES = sorted(LANG.rglob("*.yaml"))
LEAST = 38
NAMED = {"characters.yaml", "letter-widths.yaml"}
"""Files whose matter is characters themselves."""

# Arabic yeh and kaf, digits, stretching (but in the abbreviation «هـ»), presentation forms (but the sign of the rial).
ARABIC = re.compile("[\u064a\u0643\u0649\u06c0\u0660-\u0669\ufb50-\ufdfb\ufdfd-\ufdff\ufe70-\ufeff]|(?<!ه)\u0640")
INVISIBLE = re.compile("[\u200b\u200d-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00a0\u00ad\u00ac\t]")
STRAY = re.compile("\u200c[ \u200c]| \u200c|  |^[ \u200c]|[ \u200c]$")
SPELLINGS = ("match", "alt", "letters")


def name(path: Path) -> str:
    return path.relative_to(LANG).as_posix()


def rules_of(path: Path) -> list[dict[str, object]]:
    """The rules as plain mappings of texts, whatever their fields."""
    loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    assert isinstance(loaded, list)
    return loaded


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)


def spellings(rule: dict[str, object]) -> Iterator[str]:
    """What a rule matches."""
    for key in SPELLINGS:
        yield from texts(rule.get(key, []))


FAULTS: dict[tuple[str, str], str] = {
}
"""Known faults of rule files, by the check that finds them."""


def expect_fault(request: pytest.FixtureRequest, path: Path, check: str) -> None:
    reason = FAULTS.get((name(path), check))
    if reason:
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))


@pytest.fixture(params=FILES, ids=name)
def path(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


def test_no_file_is_lost() -> None:
    assert len(FILES) >= LEAST


def test_header(path: Path) -> None:
    """The comment on top says what the fields are and where the content comes from."""
    lines = path.read_text(encoding="utf-8").split("\n")
    header = " ".join(line.lstrip("# ") for line in lines[: next(i for i, x in enumerate(lines) if x[:1] != "#")])
    assert "Source:" in header
    told = re.findall(r"[a-z0-9_]+", header)
    fields = {key for rule in rules_of(path) for key in rule}
    assert fields - {"id", "examples", "not"} <= set(told), "the header does not name every field"


def test_lines(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.endswith("\n") and not text.endswith("\n\n")
    assert "\r" not in text
    assert [i for i, line in enumerate(text.split("\n"), 1) if line != line.rstrip()] == []


def test_letters(path: Path) -> None:
    """Standard Persian letters and Western or Persian digits; nothing invisible but the half-space."""
    text = path.read_text(encoding="utf-8")
    assert INVISIBLE.findall(text) == []
    if name(path) not in NAMED:
        assert ARABIC.findall(text) == []


def test_blanks(path: Path, request: pytest.FixtureRequest) -> None:
    expect_fault(request, path, "blanks")
    assert [text for text in texts(rules_of(path)) if STRAY.search(text)] == []


def test_no_phrase_twice_in_a_rule(path: Path, request: pytest.FixtureRequest) -> None:
    expect_fault(request, path, "twice")
    for rule in rules_of(path):
        assert [text for text, count in Counter(spellings(rule)).items() if count > 1] == [], rule["id"]


def test_phrases_have_words(path: Path) -> None:
    """No phrase vanishes in the normal form, where it could never match."""
    if name(path) not in NAMED:
        assert [text for rule in rules_of(path) for text in spellings(rule) if not phrase(text)] == []


ONE_MEANING = (
    "roles.yaml", "organization-heads.yaml", "events.yaml", "programs.yaml", "reporting.yaml", "ranks.yaml",
    "modality.yaml", "agreements.yaml", "honorifics.yaml", "verb-forms.yaml", "place-heads.yaml",
)
"""Files in which a phrase that stands under two rules would silently take the first one's meaning."""
SEVERAL = {
    "verb-forms.yaml": {"participle-ending", "prefix", "continuous", "future", "past-ending", "present-ending",
                        "auxiliary-tail", "noun-look-alike", "verb-after-all"},
    "agreements.yaml": {"with", "between", "purpose", "inner", "joint", "those", "signed-by"},
}
"""Rules that are read each for itself, so that a phrase may stand under several of them."""


@pytest.mark.parametrize("file", ONE_MEANING)
def test_no_phrase_under_two_rules(file: str) -> None:
    rules_by_phrase: dict[tuple[str, ...], set[str]] = {}
    for rule in rules_of(LANG / file):
        if rule["id"] in SEVERAL.get(file, ()):
            continue
        light = " ".join(sorted(texts(rule.get("light", []))))
        for text in spellings(rule):
            rules_by_phrase.setdefault((*phrase(text), light), set()).add(str(rule["id"]))
    assert {" ".join(p): sorted(ids) for p, ids in rules_by_phrase.items() if len(ids) > 1} == {}


def test_the_checks_can_fail() -> None:
    assert ARABIC.search("علي") and ARABIC.search("كتاب") and not ARABIC.search("علی کتاب ۱۲ 12")
    assert INVISIBLE.search("الف\u200f") and not INVISIBLE.search("می‌شود")
    assert all(STRAY.search(text) for text in (" الف", "الف ", "ا  ب", "می‌ شود", "می ‌شود"))
    assert not STRAY.search("می‌شود")
