"""Score dates on the shared cases: ``python bench/cases_dates.py [folder]``.

Values: a row is right when one of the expressions found has exactly the expected first and last day (and time of
day, or month or weekday, where the row gives one). Rows of single digits («۰۱») test the digits of a library, not
dates, and are not counted, nor are rows flagged wrong upstream or of Gregorian semantics.
Spans: found and expected spans are paired one to one, best overlap first; a pair counts when the characters shared
are at least half of those covered by either. The stricter and the laxer count (equal spans, any overlap) are printed
beside it. Expected spans differ in whether they take in a preposition, so equal spans say little.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from kg.text import calendar, jalali
from kg.text.calendar import TimeExpression

CASES = Path(__file__).resolve().parents[2] / "shared" / "cases"
_WRONG = ("fuzzy-junk", "UPSTREAM ERROR", "GREGORIAN", "typo upstream")
_WEEKDAYS = ("Saturday", "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
_MONTHS = ("Farvardin", "Ordibehesht", "Khordad", "Tir", "Mordad", "Shahrivar", "Mehr", "Aban", "Azar", "Dey",
           "Bahman", "Esfand")
Row = dict[str, Any]
Spans = Sequence[tuple[int, int]]


def rows(folder: Path) -> Iterator[Row]:
    """The rows that count."""
    with (folder / "dates.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if not any(wrong in flag for flag in row["flags"] for wrong in _WRONG):
                yield row


def expected_days(expected: Any) -> tuple[date, date, str] | None:
    """First day, last day and time of day ("" if none) of an expected value; None where it gives no days."""
    if isinstance(expected, dict):
        if "jalali" not in expected:
            return None
        day = jalali.to_gregorian(*expected["jalali"])
        return day, day, ""
    if len(expected) == 7:
        first = date.fromisoformat(expected + "-01")
        after = (first + timedelta(days=31)).replace(day=1)
        return first, after - timedelta(days=1), ""
    day = date.fromisoformat(expected[:10])
    return day, day, expected[11:]


def value_miss(row: Row) -> str | None:
    """Why a row's value is missed; empty if it is right, None if the row gives no value."""
    expected = row["expected"]
    published = date.fromisoformat(row["reference_date"]) if row["reference_date"] else None
    found = calendar.find(row["text"], published)
    if isinstance(expected, dict) and "name" in expected:
        if expected["name"].isdigit():
            return None
        names = {_MONTHS[e.month - 1] for e in found if e.month} | {_WEEKDAYS[e.weekday] for e in found
                                                                    if e.weekday is not None}
        return "" if expected["name"] in names else f"no {expected['name']}"
    wanted = expected_days(expected)
    if wanted is None:
        return None
    for e in found:
        clock = "" if e.clock is None else e.clock.isoformat()
        if (e.first_day, e.last_day) == wanted[:2] and wanted[2] in ("", clock):
            return ""
    read = [(str(e.first_day), str(e.last_day), str(e.clock or "")) for e in found]
    return f"{wanted[0]} to {wanted[1]} {wanted[2]}, read {read}"


def pairs(expected: Spans, found: Spans, least: float) -> int:
    """How many spans pair up one to one with at least this share of overlap."""
    shares = sorted(((_share(a, b), i, j) for i, a in enumerate(expected) for j, b in enumerate(found)),
                    key=lambda s: (-s[0], s[1], s[2]))
    left, right, count = set(range(len(expected))), set(range(len(found))), 0
    for share, i, j in shares:
        if share >= least and share > 0 and i in left and j in right:
            left.remove(i)
            right.remove(j)
            count += 1
    return count


def _share(a: tuple[int, int], b: tuple[int, int]) -> float:
    common = min(a[1], b[1]) - max(a[0], b[0])
    return max(common, 0) / (max(a[1], b[1]) - min(a[0], b[0]))


def f1(hits: int, expected: int, found: int) -> float:
    """The harmonic mean of precision and recall."""
    return 2 * hits / (expected + found) if expected + found else 1.0


def _show(text: str, spans: Spans) -> str:
    return " | ".join(f"«{text[a:b]}»" for a, b in spans) or "none"


def _spans(e: TimeExpression) -> tuple[int, int]:
    return e.start, e.end


def main(folder: Path) -> None:
    """Print values, spans and every miss."""
    right = counted = expected_all = found_all = 0
    hits = {"equal": 0, "half": 0, "any": 0}
    for row in rows(folder):
        if row["type"] != "span-detection":
            miss = value_miss(row)
            if miss is None:
                continue
            counted, right = counted + 1, right + (not miss)
            if miss:
                print(f"value {row['id']} «{row['text']}»: {miss}")  # noqa: T201
            continue
        expected = [(a, b) for a, b in row["expected"]["spans"]]
        found = [_spans(e) for e in calendar.find(row["text"])]
        expected_all, found_all = expected_all + len(expected), found_all + len(found)
        half = pairs(expected, found, 0.5)
        hits["half"] += half
        hits["equal"] += pairs(expected, found, 1.0)
        hits["any"] += pairs(expected, found, 0.0)
        if half < max(len(expected), len(found)):
            wants, finds = _show(row["text"], expected), _show(row["text"], found)
            print(f"spans {row['id']} {row['text']}\n    wants {wants}\n    finds {finds}")  # noqa: T201
    print(f"values: {right} of {counted} right ({right / max(counted, 1):.1%})")  # noqa: T201
    for name, count in hits.items():
        score = f1(count, expected_all, found_all)
        print(f"spans, {name}: {count} of {expected_all} expected, {found_all} found, F1 {score:.3f}")  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else CASES)
