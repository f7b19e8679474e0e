"""Where the reader takes a short way, it must say what the plain way says: tables and indexes against plain walks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import readings
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.mentions import agreements, events, gazetteer, names, organizations, places, programs, roles
from kg.mentions.coreference import Resolver
from kg.mentions.placed import ByPlace
from kg.mentions.reading import Reading
from kg.mentions.records import Mention
from kg.text import segment
from kg.text.match import Phrases
from kg.text.normalize import normalize
from kg.text.segment import document, tokenize

WORDS = st.sampled_from(["آب", "برق", "گاز", "باد", "نور"])
PHRASES = st.dictionaries(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), st.integers(), max_size=12)
TEXTS = st.text(alphabet="ابپ1۲.,/٫_ \n\tـ«»،:؟\u064b\u200c\u200fxY²Ⅷ", max_size=60)


def plain_longest(entries: dict[str, int], words: tuple[str, ...], at: int, end: int) -> tuple[int, int] | None:
    fits = [(at + len(text.split()), value) for text, value in entries.items()
            if at + len(text.split()) <= end and words[at : at + len(text.split())] == tuple(text.split())]
    return max(fits, default=None, key=lambda item: item[0])


@given(PHRASES, st.lists(WORDS, min_size=1, max_size=10).map(tuple), st.data())
def test_phrases(entries: dict[str, int], words: tuple[str, ...], data: st.DataObject) -> None:
    """The longest phrase at a token and all within a range, from the table and by trying every phrase."""
    first = data.draw(st.integers(0, len(words)))
    last = data.draw(st.integers(first, len(words)))
    table = Phrases(entries)
    plain = [(at, found) for at in range(first, last) if (found := plain_longest(entries, words, at, last))]
    assert [(at, table.longest(words, at, last)) for at, _ in plain] == plain
    assert [(at, (after, value)) for at, after, value in table.within(words, first, last)] == plain
    assert table.firsts == {text.split()[0] for text in entries}
    assert table.singles == {text for text in entries if " " not in text}
    assert all(text in table for text in entries) and "سنگ" not in table


@given(st.one_of(TEXTS, st.text(max_size=60)))
@settings(max_examples=400)
def test_tokens(text: str) -> None:
    """Cutting by blanks and piece by piece gives the tokens that the expression finds in the whole text."""
    canon = normalize(text)
    tokens = tokenize(canon)
    plain = [(m.group(), m.start(), m.end()) for m in segment._TOKEN.finditer(canon)]
    assert list(zip(tokens.words, tokens.starts, tokens.ends, strict=True)) == plain


def test_tokens_of_many_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of pieces that is full, and pieces too long for it, change nothing."""
    monkeypatch.setattr(segment, "_FULL", 3)
    monkeypatch.setattr(segment, "_PIECES", segment._Pieces())
    text = " ".join(f"واژه{chr(0x627 + n % 7)}، {n}/۲ {'آ' * (n % 50)}" for n in range(60))
    assert tokenize(text).words == tuple(re.findall(segment._TOKEN, text))
    assert len(segment._PIECES) <= 3 and not any(len(piece) > segment._LONG for piece in segment._PIECES)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4)), max_size=12).map(sorted), st.integers(0, 12),
       st.integers(0, 12))
def test_places(ranges: list[tuple[int, int]], one: int, other: int) -> None:
    """What begins, ends and lies between tokens, from the index and by a walk over all."""
    items = [Mention(first, first + length, str(number)) for number, (first, length) in enumerate(ranges)]
    index = ByPlace(items)
    assert list(index.between(one, other)) == [item for item in items if one <= item.first < other]
    assert list(index.ending(one)) == [item for item in items if item.last == one]
    here = [item for item in items if item.first == one]
    assert index.at(one) == max(here, default=None, key=lambda item: item.last)


FINDERS: tuple[tuple[Callable[[Reading, int], Any], Callable[[Reading], list[int]]], ...] = (
    (places.at, lambda reading: reading.tokens_of(places._firsts())),
    (organizations.at, lambda reading: reading.tokens_of(organizations._firsts())),
    (names.at, names._candidates),
    (roles.head_at, lambda reading: reading.tokens_of(gazetteer.heads("roles.yaml").firsts)),
    (roles.at, lambda reading: reading.tokens_of(gazetteer.heads("roles.yaml").firsts)),
    (programs.at, lambda reading: reading.tokens_of(programs._firsts())),
    (events.at, lambda reading: sorted({*reading.tokens_of(events._firsts()), *reading.ordinals})),
    (agreements.at, lambda reading: reading.tokens_of(agreements._firsts())),
    (lambda reading, i: agreements._reached(reading, i, []), lambda reading: reading.tokens_of(agreements._firsts())),
)


@pytest.mark.parametrize("path", readings.EXAMPLES, ids=lambda path: path.stem)
def test_finders_look_where_something_begins(path: Any) -> None:
    """At the tokens that a finder leaves out, nothing begins; those it visits are in order."""
    reading = readings.understood(readings.example(path)).reading
    for at, candidates in FINDERS:
        visited = candidates(reading)
        assert visited == sorted(set(visited))
        left_out = set(range(len(reading.words))) - set(visited)
        assert [i for i in sorted(left_out) if at(reading, i)] == []


@pytest.mark.parametrize("path", readings.EXAMPLES, ids=lambda path: path.stem)
def test_bearers_of_names(path: Any) -> None:
    """Who bears a name, from the table and by a walk over all actors from the last."""
    understanding = readings.understood(readings.example(path))
    reading = understanding.reading
    resolver = Resolver(reading, understanding.clusters)
    for person in (*reading.persons, *(replace(p, name_first=p.last - 1, surname_only=True) for p in reading.persons)):
        words, family = resolver._name(person), resolver._family(person)
        plain = [actor for actor in reversed(resolver.cast.actors) for known in actor.mentions
                 if resolver._same_name(words, family, person.surname_only, known)]
        assert resolver.named(person) is (plain[0] if plain else None)
        if len(resolver.cast.actors) % 3 or not plain:
            resolver._call(resolver._new(), person)
        else:
            resolver._call(plain[0], person)


def test_positions() -> None:
    """The tokens of a word and of a set of words, from the index and by a walk over all words."""
    reading = Reading.of(document(readings.report_of("آب و برق و گاز؛ آب و باد.")))
    assert list(reading.positions("و")) == [1, 3, 7] and list(reading.positions("نور")) == []
    assert reading.tokens_of({"آب", "باد", "نور"}) == [0, 6, 8]


@given(st.text(max_size=150))
def test_normal_form_of_short_texts(text: str) -> None:
    """Short texts, long ones, and characters one by one have one normal form."""
    plain = normalize(text)
    assert plain == normalize(text + "x" * 200)[: len(text)] == "".join(map(normalize, text))
