"""Numbers in ASCII digits (as normalised) with their separators of thousands and decimals.

The slash is a decimal mark of which two orders are in use. Where one part is 0 or begins with 0, or groups its
thousands, the order is certain, and such a number decides for its whole text. Otherwise ASCII digits in running
text are in the order of the agencies that write them, fraction first («8/29» is 29.8, «27/2» is 2.27: so in all
reports that we have read). Persian digits, and a number that stands alone, are read whole part first («۲/۵» is 2.5,
«۱۲/۵» is 12.5), unless the longer part is behind: then that is the whole one («۸/۲۹» is 29.8). One digit before
quarters («1/25») is whole part first in either.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

_SEPARATORS = re.compile(r"[.,/٫٬'_،]")


def _grouped(parts: Sequence[str]) -> bool:
    """Whether parts are groups of thousands: 1 to 3 digits that begin with no 0, then threes."""
    head = parts[0]
    return 1 <= len(head) <= 3 and head[0] != "0" and all(len(part) == 3 for part in parts[1:])


def literal(text: str, whole_first: bool | None = None) -> Decimal | None:
    """The value of digits with their separators, None if they are no number. ``whole_first``: see ``_slashed``."""
    if text.isdecimal():
        return Decimal(text)
    if "/" in text:
        sides = text.split("/")
        return _slashed(sides[0], sides[1], whole_first) if len(sides) == 2 else None
    parts, marks = _SEPARATORS.split(text), _SEPARATORS.findall(text)
    if not all(parts):
        return None
    last = marks[-1]
    if len(set(marks)) == 1 and last != "٫":
        if (last != "." or len(marks) > 1) and _grouped(parts):
            return Decimal("".join(parts))
        return Decimal(".".join(parts)) if len(marks) == 1 and last in ".,،" else None
    if marks.count(last) > 1 or last in "٬'_" or len(set(marks)) > 2:
        return None
    return Decimal("".join(parts[:-1]) + "." + parts[-1]) if len(parts) == 2 or _grouped(parts[:-1]) else None


def _slash_order(left: str, right: str) -> bool | None:
    """Whether the whole part certainly stands first (True), certainly last (False), or either."""
    if left == "0" or (len(right) > 1 and right[0] == "0") or not left.isdecimal():
        return True
    if right.strip("0") == "" or (len(left) > 1 and left[0] == "0") or not right.isdecimal():
        return False
    return None


def _slashed(left: str, right: str, whole_first: bool | None) -> Decimal | None:
    """A slashed decimal. ``whole_first`` is True or False for a text of that order, None for Persian digits alone."""
    if not left or not right or (left + right).strip("0") == "":
        return None
    certain = _slash_order(left, right)
    if certain is None:
        if len(left) > 3 or len(right) > 3:
            return None
        certain = len(left) >= len(right) if whole_first is None else whole_first
        if len(left) == 1 and right in ("25", "75") and whole_first is not True:
            certain = True
    whole, fraction = (left, right) if certain else (right, left)
    value = literal(whole)
    if value is None or value != value.to_integral_value() or not fraction.isdecimal():
        return None
    return Decimal(f"{int(value)}.{fraction}")


_SLASH = re.compile(r"(?<![\d/])(\d{1,3})/(\d{1,3})(?![\d/])")


class Slashes:
    """The order of slashed decimals in one text, worked out when the first is met."""

    def __init__(self, canon: str, raw: str | None) -> None:
        self._canon, self._raw, self._voted = canon, raw, False
        self._vote: bool | None = None

    def order(self, at: int) -> bool | None:
        """The order for digits at a character: the text's if it is certain, else that of their script."""
        if not self._voted:
            votes = [_slash_order(*m.groups()) for m in _SLASH.finditer(self._canon)]
            yes, no = votes.count(True), votes.count(False)
            self._vote, self._voted = (yes > no) if yes != no else None, True
        if self._vote is not None:
            return self._vote
        return None if self._raw is not None and not self._raw[at].isascii() else False
