"""One form for all spellings, with the way back to the letters it came from.

Half-space, blanks, signs and vowel marks fall away, Arabic letters and digits become Persian and ASCII ones, marks
of thousands vanish: «تفاهم‌نامه», «تفاهم نامه» and «تفاهمنامه» are one, as are «۱۲٬۵۰۰» and "12500".
"""

from __future__ import annotations

from functools import lru_cache

from kg.text.normalize import normalize

_PLAIN = {"آ": "ا", "٫": "."}
_POINTS = "./"
_SENTENCE = 1000


def folded(text: str) -> str:
    """The folded form of a text."""
    return fold(text)[0]


def fold(text: str) -> tuple[str, tuple[int, ...]]:
    """The folded form, and for each of its letters the place of the letter it came from. Sentences are kept."""
    return _kept(text) if len(text) <= _SENTENCE else _fold(text)


def _fold(text: str) -> tuple[str, tuple[int, ...]]:
    letters: list[str] = []
    places: list[int] = []
    canon = normalize(text)
    for at, char in enumerate(canon):
        char = _PLAIN.get(char, char)
        if char in _POINTS:  # kept inside a number only
            if not (0 < at < len(canon) - 1 and canon[at - 1].isdecimal() and canon[at + 1].isdecimal()):
                continue
        elif not char.isalnum() or char in "ـء":
            continue
        for letter in char.casefold():
            letters.append(letter)
            places.append(at)
    return "".join(letters), tuple(places)


_kept = lru_cache(maxsize=8192)(_fold)


def find(text: str, wanted: str) -> list[tuple[int, int]]:
    """Where a folded text occurs in another as half-open ranges of the latter's own letters; at most twenty."""
    if not wanted:
        return []
    inside, places = fold(text)
    found: list[tuple[int, int]] = []
    at = inside.find(wanted)
    while at >= 0 and len(found) < 20:
        found.append((places[at], places[at + len(wanted) - 1] + 1))
        at = inside.find(wanted, at + len(wanted))
    return found
