"""Longest match of phrases over tokens: a dictionary from first word to the phrases that begin with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from kg.text.normalize import normalize
from kg.text.segment import tokenize

V = TypeVar("V")


def phrase(text: str) -> tuple[str, ...]:
    """The words under which a phrase of a data file is matched."""
    return tokenize(normalize(text)).words


class Phrases(Generic[V]):
    """Phrases with a value each. ``longest`` costs one dictionary look-up for a word that begins no phrase."""

    def __init__(self, entries: Mapping[str, V] | Iterable[tuple[str, V]]) -> None:
        pairs = entries.items() if isinstance(entries, Mapping) else entries
        table: dict[str, dict[tuple[str, ...], V]] = {}
        for text, value in pairs:
            words = phrase(text)
            if words:
                table.setdefault(words[0], {}).setdefault(words, value)
        self._table = {
            first: tuple(sorted(group.items(), key=lambda item: (-len(item[0]), item[0])))
            for first, group in table.items()
        }
        self._firsts = frozenset(self._table)

    @property
    def firsts(self) -> frozenset[str]:
        """The words with which a phrase begins."""
        return self._firsts

    def longest(self, words: Sequence[str], at: int, end: int | None = None) -> tuple[int, V] | None:
        """The longest phrase that starts at token ``at``: (index after its last token, its value)."""
        limit = len(words) if end is None else end
        group = self._table.get(words[at]) if at < limit else None
        if group is None:
            return None
        for candidate, value in group:
            after = at + len(candidate)
            if after <= limit and (len(candidate) == 1 or tuple(words[at:after]) == candidate):
                return after, value
        return None

    def __contains__(self, text: str) -> bool:
        words = phrase(text)
        return bool(words) and any(words == candidate for candidate, _ in self._table.get(words[0], ()))
