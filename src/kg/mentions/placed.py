"""Found things by their tokens: what begins or ends at one, what lies between two, without a walk over all of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar


class Placed(Protocol):
    """Anything at a half-open range of tokens: a mention, a numeral, a time."""

    @property
    def first(self) -> int: ...

    @property
    def last(self) -> int: ...


P = TypeVar("P", bound=Placed)


class ByPlace(Generic[P]):
    """An index over a list in text order (by first token) that does not change any more.

    Rules ask about single tokens; a walk over all mentions for each would take time with the square of the length.
    """

    def __init__(self, items: Sequence[P]) -> None:
        self._items = items
        self._firsts = [item.first for item in items]
        self._at: dict[int, P] = {}
        self._ending: dict[int, list[P]] = {}
        for item in items:
            other = self._at.get(item.first)
            if other is None or other.last < item.last:
                self._at[item.first] = item
            self._ending.setdefault(item.last, []).append(item)

    def at(self, token: int) -> P | None:
        """What begins at a token; of several the longest."""
        return self._at.get(token)

    def ending(self, token: int) -> Sequence[P]:
        """What ends before a token, in text order."""
        return self._ending.get(token, ())

    def between(self, first: int, last: int) -> Sequence[P]:
        """What begins at a token of ``first:last``, in text order."""
        start = bisect_left(self._firsts, first)
        return self._items[start : bisect_left(self._firsts, last, start)]
