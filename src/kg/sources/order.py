"""The reports of all sources in one order, named apart, whatever the order they came in and however many they are.

Of two texts under one id, the second gets 8 hex of its SHA-256 added. A report that came twice in every respect is
kept once. Of several reports with one text, the one with the earliest date speaks for it: its facts go into the graph.
Texts beyond what a sorter holds in memory (``runs.MEMORY``) wait on disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from kg.model import Report
from kg.runs import Scratch, Sorter

_NO_DATE = "~"  # after every ISO date

Key = tuple[str, str, str, str, str, str, int, int]
"""Id, SHA-256, date, outlet, url, which of outlet and url there are, where the title ends and the body starts."""
_Row = tuple[str, str, str, str, str, str, int, int, str]
_ByText = tuple[str, str, str, str, Key]


class Placed(NamedTuple):
    """A report in its order, under a name of its own, and whether it speaks for its text."""

    report: Report
    speaks: bool


class Ordered:
    """Takes reports one by one; gives them in order."""

    def __init__(self, scratch: Scratch) -> None:
        self._scratch = scratch
        self._rows: Sorter[_Row] = Sorter(scratch)
        self._texts: Sorter[_ByText] = Sorter(scratch)
        self.count = 0

    def add(self, report: Report) -> None:
        key = _key(report)
        self._rows.add((*key, report.text), 2 * len(report.text) + 400)
        self._texts.add((*key[1:5], key), 600)
        self.count += 1

    def __iter__(self) -> Iterator[Placed]:
        """The reports sorted by id, text, date, outlet and url."""
        silent = iter(self._silent())
        quiet = next(silent, None)
        before: Key | None = None
        id = sha256 = ""
        for row in self._rows:
            key: Key = row[:-1]
            if key == before:
                continue
            before = key
            if key[0] != id:
                id, sha256 = key[:2]
            while quiet is not None and quiet < key:
                quiet = next(silent, None)
            yield Placed(_report(row, id if key[1] == sha256 else f"{id}-{key[1][:8]}"), quiet != key)

    def _silent(self) -> Sorter[Key]:
        """Who does not speak for its text, in the order of the reports."""
        found: Sorter[Key] = Sorter(self._scratch)
        before: _ByText | None = None
        for row in self._texts:
            if before is not None and row[0] == before[0] and row[4] != before[4]:
                found.add(row[4], 300)
            else:
                before = row
        return found


def _key(report: Report) -> Key:
    given = f"{'' if report.outlet is None else 'o'}{'' if report.url is None else 'u'}"
    return (report.id, report.sha256, report.published.isoformat() if report.published else _NO_DATE,
            report.outlet or "", report.url or "", given, report.title_end, report.body_start)


def _report(row: _Row, id: str) -> Report:
    _, sha256, published, outlet, url, given, title_end, body_start, text = row
    report = Report(id, text, title_end, body_start, None if published == _NO_DATE else date.fromisoformat(published),
                    outlet if "o" in given else None, url if "u" in given else None)
    report.__dict__["sha256"] = sha256  # known already; a cached property looks here
    return report
