"""One-to-one normalisation: the normal form has the length of the text, so its offsets are the text's offsets."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from kg import rules
from kg.errors import RuleError


@cache
def _table() -> tuple[tuple[str, str], ...]:
    pairs: dict[str, str] = {}
    for rule in rules.load("characters.yaml", required={"to", "from"}, keys={"note"}):
        for char in rules.characters(rule, "from"):
            pairs[char] = rules.characters(rule, "to")[0]
    chained = sorted(pairs.keys() & set(pairs.values()))
    if chained:
        raise RuleError(f"characters.yaml: {' '.join(map(ascii, chained))} stand under 'to' and under 'from'.")
    return tuple(sorted(pairs.items()))


@cache
def _plain() -> tuple[dict[str, str], frozenset[str]]:
    return dict(_table()), frozenset(char for char, _ in _table())


_SHORT = 100


_SHORT = 100


@cache
def _changed() -> frozenset[str]:
    return frozenset(char for char, _ in _table())


def normalize(text: str) -> str:
    """Return the normal form of ``text``, of exactly the same length.

    Arabic letters become Persian ones, hamza seats their plain letter, all digits ASCII, the half-space and
    other blanks and invisible marks a space, quotation marks one of « » or ". Line breaks stay.
    """
    if len(text) < _SHORT:  # as the thousands of phrases of the data files are
        plain_of, mapped = _plain()
        for char in mapped.intersection(text):  # in any order: none maps to another
            text = text.replace(char, plain_of[char])
        return text
    if len(text) < _SHORT and _changed().isdisjoint(text):  # most words and names are normal already
        return text
    # Guarded replaces: most characters of the table are absent from most texts (28 times faster than translate).
    for char, plain in _table():
        if char in text:
            text = text.replace(char, plain)
    return text


_BLANKS = re.compile(r"\s+")
_MARKS = re.compile("[\u064b-\u0652\u0670]")
_HONORIFIC = re.compile(r"[(\[]\s*(?:ع|ره|ص|س|عج|رض|علیه السلام|رحمه الله)\s*[)\]]")


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """The form under which two spellings of one name are equal: for identity and search, not for offsets."""
    text = _HONORIFIC.sub(" ", _MARKS.sub("", normalize(text)))
    text = text.replace("آ", "ا").replace("ء", "").replace("ـ", "")
    text = re.sub(r"[^\w\s]|_", " ", text)
    text = _BLANKS.sub(" ", text).strip()
    return re.sub(r" (ها|های|هایی|ای|ی)(?= |$)", r"\1", text)
