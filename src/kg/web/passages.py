"""The text of reports around the words that show a fact.

A graph holds the words of its spans, not whole reports. Where a report's text came along it is used; otherwise the
text is put together from the spans, and what no span covers stays a gap of known length.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.export.record import Record
from kg.web.graph import Shown, Spot

_ENDS = re.compile(r"[.!?؟…]+[»\")\]]*(?=\s)|\n")
_AROUND = 320


@dataclass(frozen=True)
class Piece:
    """A stretch of a report's text; ``text`` is None where the graph does not hold it."""

    start: int
    end: int
    text: str | None


@dataclass(frozen=True)
class Passage:
    """A sentence of a report with marks: half-open ranges within ``text``. ``start`` is its place in the report."""

    report: str
    start: int
    text: str
    marks: tuple[tuple[int, int], ...]


def pieces(spots: Iterable[Spot], length: int = 0) -> list[Piece]:
    """The text that spans give, longest spans first, with gaps between; ``length`` is that of the whole text."""
    chars: dict[int, str] = {}
    for spot in sorted((s for s in spots if s.start >= 0), key=lambda s: (s.start - s.end, s)):
        for at, char in enumerate(spot.words, spot.start):
            chars.setdefault(at, char)
    found: list[Piece] = []
    run: list[str] = []
    begin = last = 0
    for at in sorted(chars):
        if at != last:
            if run:
                found.append(Piece(begin, last, "".join(run)))
            found.append(Piece(last, at, None))
            run, begin = [], at
        run.append(chars[at])
        last = at + 1
    if run:
        found.append(Piece(begin, last, "".join(run)))
    if length > last:
        found.append(Piece(last, length, None))
    return found


class Passages:
    """The texts of a graph's reports, put together when first asked for."""

    def __init__(self, graph: Shown) -> None:
        self._graph = graph
        self._pieces: dict[str, list[Piece]] = {}

    def whole(self, report: str) -> bool:
        """Whether the report's text came along."""
        return report in self._graph.texts

    def pieces(self, report: str) -> list[Piece]:
        if report not in self._pieces:
            text = self._graph.texts.get(report)
            if text is not None:
                self._pieces[report] = [Piece(0, len(text), text)]
            else:
                told = next(iter(self._graph.get(report).texts("textLength")), "")
                length = int(told) if told.isdigit() and told.isascii() and len(told) < 9 else 0
                self._pieces[report] = pieces(self._graph.spots_of.get(report, []), length)
        return self._pieces[report]

    def of(self, record: Record) -> list[Passage]:
        """The sentences that show a record, each with all of the record's words in it marked."""
        by_report: dict[str, list[Spot]] = {}
        for spot in self._graph.evidence(record):
            by_report.setdefault(self._graph.report_of(spot.iri), []).append(spot)
        return [p for report, spots in by_report.items() for p in self._in_report(report, spots)]

    def _in_report(self, report: str, spots: Sequence[Spot]) -> list[Passage]:
        found: list[Passage] = []
        for spot in spots:
            last = found[-1] if found else None
            if last is not None and spot.start >= 0 and last.start <= spot.start < spot.end <= last.start + len(
                    last.text):
                found[-1] = Passage(report, last.start, last.text,
                                    (*last.marks, (spot.start - last.start, spot.end - last.start)))
            else:
                found.append(self.around(report, spot))
        return found

    def around(self, report: str, spot: Spot) -> Passage:
        """The sentence around a span, as far as the text is known."""
        parts = self.pieces(report)
        at = bisect_right(parts, spot.start, key=lambda piece: piece.start) - 1
        piece = parts[at] if 0 <= at < len(parts) else None
        offset = spot.start - piece.start if piece else 0
        if piece is None or piece.text is None or piece.text[offset:offset + len(spot.words)] != spot.words:
            return Passage(report, spot.start, spot.words, ((0, len(spot.words)),))
        begin, end = _sentence(piece.text, offset, offset + len(spot.words))
        return Passage(report, piece.start + begin, piece.text[begin:end], ((offset - begin, offset - begin
                                                                            + len(spot.words)),))


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The bounds of the sentence or sentences that hold a range, cut short if very long."""
    low, high = max(0, start - _AROUND), min(len(text), end + _AROUND)
    begin = low
    for match in _ENDS.finditer(text, low, start):
        begin = match.end()
    after = _ENDS.search(text, max(start, end - 1), high)
    stop = after.end() if after else high
    stop = max(stop, end)
    while begin < start and text[begin].isspace():
        begin += 1
    while stop > end and text[stop - 1].isspace():
        stop -= 1
    if begin == low and low > 0:  # begin at a word
        blank = text.find(" ", low, start)
        begin = blank + 1 if blank >= 0 else begin
    return begin, stop


def flat(marks: Iterable[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """Ranges united where they touch, within 0 and ``length``."""
    found: list[tuple[int, int]] = []
    for start, end in sorted((max(0, s), min(length, e)) for s, e in marks):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif end > start:
            found.append((start, end))
    return found
