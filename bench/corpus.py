"""A corpus of any size out of the shared reports, for the benches of growth and memory. Does nothing by itself.

Each report is one of them with other digits and a number of its own in the title, so that no text comes twice, and
dates, figures and periods are others each time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from kg.model import Report

_DIGITS = ("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def varied(found: Sequence[Report], number: int) -> Report:
    """The report of that number in the corpus."""
    one = found[number % len(found)]
    turn = number // len(found) % 10
    table = str.maketrans({digit: digits[(i + turn) % 10] for digits in _DIGITS for i, digit in enumerate(digits)})
    return Report.of(f"r{number:07}", f"{one.title} {number}", one.body.translate(table) if turn else one.body)


def corpus(found: Sequence[Report], count: int) -> Iterator[Report]:
    """So many reports."""
    return (varied(found, number) for number in range(count))


def write(path: Path, found: Sequence[Report], count: int) -> Path:
    """The corpus as JSON lines."""
    with path.open("w", encoding="utf-8") as stream:
        for report in corpus(found, count):
            row = {"id": report.id, "title": report.title, "body": report.body}
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path
