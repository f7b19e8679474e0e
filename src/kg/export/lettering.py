"""How much room words take, without a font at hand: a generous guess that fonts in use stay within."""

from __future__ import annotations

import base64
import unicodedata
from functools import cache

from kg import resources, rules
from kg.errors import InputError

FONTS = "Vazirmatn, Tahoma, 'Noto Sans Arabic', 'Noto Naskh Arabic', 'Segoe UI', 'DejaVu Sans', sans-serif"
"""Fonts with Persian letters, the pleasant ones first; whichever is installed draws the picture."""

_UNKNOWN = 0.75
_MOST_LETTERS = 400
"""No line of a picture has room for more, even of narrow letters with marks; a word of a million is cut at once."""


@cache
def faces() -> str:
    """Styles that hold the font Vazirmatn itself (136 KB). Raises InputError where it was not fetched."""
    rules_ = []
    for name, weight in (("Vazirmatn-Regular.woff2", 400), ("Vazirmatn-Bold.woff2", 700)):
        path = resources.vendor(name)
        if path is None:
            raise InputError("The font Vazirmatn is not in this installation: run `make assets` in a checkout (with "
                             "Node), or leave out --embed-font and the fonts of the system are used.")
        data = base64.b64encode(path.read_bytes()).decode("ascii")
        rules_.append(f"@font-face{{font-family:Vazirmatn;font-weight:{weight};"
                      f"src:url(data:font/woff2;base64,{data}) format('woff2')}}")
    return "".join(rules_)


@cache
def _shares() -> dict[str, tuple[float, float]]:
    """For each letter its width joined to the next and its width at an end, as shares of the size of the type."""
    found = {}
    for rule in rules.load("letter-widths.yaml", required={"letters", "last"}, keys={"joined"}):
        last = int(rule.text("last")) / 100
        for char in rules.characters(rule, "letters"):
            found[char] = (int(rule.text("joined", rule.text("last"))) / 100, last)
    return found


def width(text: str, size: float) -> float:
    """The width of a line in pixels, rather too much than too little."""
    table = _shares()
    total = 0.0
    visible = [char for char in text if unicodedata.category(char) not in ("Mn", "Me", "Cc") and not _mark(char)]
    for char, after in zip(visible, [*visible[1:], " "], strict=True):
        if char == "\u200c":
            continue
        if char not in table:
            total += 1.05 if unicodedata.east_asian_width(char) in ("W", "F") else _UNKNOWN
            continue
        joined, last = table[char]
        total += joined if after.isalpha() and after > "\u0600" else last
    return total * size


def _mark(char: str) -> bool:
    """A direction mark; the half-space is none, it ends a joined stretch."""
    return char != "\u200c" and unicodedata.category(char) == "Cf"


def lines(text: str, size: float, room: float, most: int) -> list[str]:
    """A label in at most ``most`` lines of at most ``room`` pixels where words allow, cut with an ellipsis."""
    words = text.split(" ")
    found: list[str] = [""]
    for word in words:
        longer = f"{found[-1]} {word}" if found[-1] else word
        if not found[-1] or width(longer, size) <= room:
            found[-1] = longer
        else:
            found.append(word)
    if len(found) > most:
        found = [*found[: most - 1], f"{found[most - 1]} …"]
    return [_fitted(line, size, room * 1.25) for line in found if line]


def _fitted(line: str, size: float, room: float) -> str:
    """A line that one long word overflows, cut between letters."""
    if width(line, size) <= room:
        return line
    line = line[: _MOST_LETTERS]
    while line and width(line, size) > room - size:
        line = line[:-1]
    return line.rstrip("\u200c\u2066 ") + "…" + ("\u2069" if line.count("\u2066") > line.count("\u2069") else "")
