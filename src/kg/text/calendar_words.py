"""The words of dates and periods, read once from ``lang/fa/calendar*.yaml``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from kg import rules
from kg.text.match import Phrases, phrase
from kg.text.periods import Part

_GUARDS = ("agency", "name-head", "event-head", "year-head", "counter", "before-month", "no-day-before",
           "no-day-after", "plan-scope", "plan-tail", "month-word", "before-name", "verb-prefix", "article", "sure",
           "about", "newspaper", "future", "stated-in", "that-is", "aspect",
           "age", "day-of", "anniversary", "day-suffix", "time-cue")


class Word(NamedTuple):
    """What a word of the calendar says: see ``calendar.yaml``."""

    value: str
    calendar: str
    alone: bool
    marked: bool = False

    @property
    def number(self) -> int:
        return int(self.value)


class Named(NamedTuple):
    """A named day or week; ``weak`` names («عاشورا») also name what is remembered on it."""

    part: Part
    weak: bool


@dataclass(frozen=True)
class Words:
    """Phrases per class; guard words per class; named days; years of the development plans by number."""

    classes: dict[str, Phrases[Word]]
    firsts: dict[str, tuple[str, ...]]
    """From the first word of a phrase to the classes that have such a phrase."""
    short: dict[str, Word]
    guards: dict[str, frozenset[str]]
    named: Phrases[Named]
    named_firsts: frozenset[str]
    plans: dict[int, tuple[int, int]]
    phrases: frozenset[tuple[str, ...]]
    """Every phrase of a class, as words."""


def _month_day(text: str) -> tuple[int, int]:
    month, _, day = text.partition("-")
    return int(month), int(day)


def _named() -> Iterable[tuple[str, Named]]:
    loaded = rules.load("calendar-named.yaml", required={"calendar", "first", "match"},
                        keys={"last", "weekday", "weak"})
    for rule in loaded:
        first = _month_day(rule.text("first"))
        last = _month_day(rule.text("last")) if "last" in rule.fields else first
        weekday = int(rule.text("weekday")) if "weekday" in rule.fields else None
        single = first == last or weekday is not None
        size = "day" if single else "week" if last[1] - first[1] == 6 else "range"
        for text in rule.list("match"):
            yield text, Named(Part(size, rule.text("calendar"), first, last, weekday), False)
        for text in rule.list("weak"):
            yield text, Named(Part(size, rule.text("calendar"), first, last, weekday), True)


@cache
def words() -> Words:
    """The tables."""
    classes: dict[str, list[tuple[str, Word]]] = {}
    guards: dict[str, set[str]] = {name: set() for name in _GUARDS}
    short: dict[str, Word] = {}
    loaded = rules.load("calendar.yaml", required={"class", "value", "match"},
                        keys={"calendar", "short", "marked", "alone", "note"})
    for rule in loaded:
        name = rule.text("class")
        if name in guards:
            guards[name].update(phrase(text)[-1] for text in rule.list("match"))
            continue
        word = Word(rule.text("value"), rule.text("calendar"), rule.text("alone", "yes") == "yes")
        classes.setdefault(name, []).extend((text, word) for text in rule.list("match"))
        classes[name].extend((text, word._replace(marked=True)) for text in rule.list("marked"))
        short.update((phrase(text)[0], word) for text in rule.list("short"))
    firsts: dict[str, list[str]] = {}
    for name, entries in classes.items():
        for text, _ in entries:
            names = firsts.setdefault(phrase(text)[0], [])
            if name not in names:
                names.append(name)
    named = list(_named())
    plans = {int(rule.text("number")): (int(rule.text("first")), int(rule.text("last")))
             for rule in rules.load("calendar-plans.yaml", required={"number", "first", "last"})}
    phrases = frozenset(phrase(text) for entries in classes.values() for text, _ in entries)
    return Words({name: Phrases(entries) for name, entries in classes.items()},
                 {word: tuple(names) for word, names in firsts.items()}, short,
                 {name: frozenset(found) for name, found in guards.items()},
                 Phrases(named), frozenset(phrase(text)[0] for text, _ in named), plans, phrases)
