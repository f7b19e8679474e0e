"""Longest match of phrases over tokens: a dictionary from first word to the phrases that begin with it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Generic, TypeVar

from kg.text.normalize import normalize
from kg.text.segment import tokenize

V = TypeVar("V")


@lru_cache(maxsize=1 << 15)
def phrase(text: str) -> tuple[str, ...]:
    """The words under which a phrase of a data file is matched.

    Cached: many tables hold the same words, and ``word in phrases`` asks for the same words of report after report.
    """
    return tokenize(normalize(text)).words


class Phrases(Generic[V]):
    """Phrases with a value each. ``longest`` costs one dictionary look-up for a word that begins no phrase, two for a
    word whose phrases all go on otherwise. ``firsts`` are the words with which a phrase begins, ``singles`` those that
    are a phrase alone."""

    def __init__(self, entries: Mapping[str, V] | Iterable[tuple[str, V]]) -> None:
        pairs = entries.items() if isinstance(entries, Mapping) else entries
        values: dict[tuple[str, ...], V] = {}
        for text, value in pairs:
            words = phrase(text)
            if words:
                values.setdefault(words, value)
        self._values = values
        # For each first word: the value of the word alone (in a tuple, None if it is no phrase), and its longer
        # phrases by their second word, longest first. Some first words begin hundreds of names, few of them with the
        # second word of the text.
        self._table: dict[str, tuple[tuple[V] | None, dict[str, list[tuple[tuple[str, ...], V]]]]] = {}
        for words in sorted(values, key=len, reverse=True):
            alone, longer = self._table.get(words[0], (None, {}))
            if len(words) == 1:
                alone = (values[words],)
            else:
                longer.setdefault(words[1], []).append((words, values[words]))
            self._table[words[0]] = alone, longer
        self.firsts = frozenset(self._table)
        self.singles = frozenset(words[0] for words in values if len(words) == 1)

    def longest(self, words: Sequence[str], at: int, end: int | None = None) -> tuple[int, V] | None:
        """The longest phrase that starts at token ``at``: (index after its last token, its value)."""
        limit = len(words) if end is None else end
        group = self._table.get(words[at]) if at < limit else None
        if group is None:
            return None
        alone, longer = group
        if longer and at + 1 < limit:
            for candidate, value in longer.get(words[at + 1], ()):
                after = at + len(candidate)
                if after <= limit and tuple(words[at:after]) == candidate:
                    return after, value
        return None if alone is None else (at + 1, alone[0])

    def within(self, words: Sequence[str], first: int, last: int) -> Iterator[tuple[int, int, V]]:
        """The longest phrase at each token of ``first:last`` that begins one: (token, index behind, value)."""
        firsts = self.firsts
        # One plain look at every word; only the few that begin a phrase are held against phrases.
        for at in [i for i, word in enumerate(words[first:last], first) if word in firsts]:
            found = self.longest(words, at, last)
            if found:
                yield at, *found

    def values(self) -> Collection[V]:
        """The value of each phrase."""
        return self._values.values()

    def __contains__(self, text: str) -> bool:
        return text in self.singles or phrase(text) in self._values
