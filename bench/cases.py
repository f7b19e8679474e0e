"""Score numerals, money and quantities on the shared cases: ``python bench/cases.py [folder]``.

Per file it prints the rows counted, those right, and every miss with its reason. A row whose flags mark it wrong
upstream is not counted; a digit format that must be rejected counts as right when ``parse`` refuses it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from kg.text import numerals, quantities

CASES = Path(__file__).resolve().parents[2] / "shared" / "cases"
_WRONG = ("fuzzy-junk", "UPSTREAM ERROR", "fraction-or-scientific", "GREGORIAN", "colloquial", "typo upstream",
          "left unscaled upstream", "inside proper name")
Row = dict[str, Any]


def counted(row: Row) -> bool:
    """Whether a row's flags leave it to be counted."""
    return not any(flag.startswith(_WRONG) or any(w in flag for w in _WRONG) for flag in row["flags"])


def rows(folder: Path, name: str) -> Iterator[Row]:
    """The counted rows of one file."""
    with (folder / f"{name}.jsonl").open(encoding="utf-8") as lines:
        yield from (row for row in map(json.loads, lines) if counted(row))


def number(row: Row) -> str:
    """Why a row of ``numbers`` is missed; empty if it is right."""
    if "in-context" in row["flags"]:
        start, end = row["span"]
        found = numerals.find(row["context"])
        if any((n.start, n.end, n.value) == (start, end, Decimal(str(row["value"]))) for n in found):
            return ""
        near = [(n.start, n.end, str(n.value)) for n in found if n.start < end + 4 and start < n.end + 4]
        return f"«{row['context'][max(0, start - 15):end + 15]}» {row['span']} = {row['value']}; near: {near}"
    try:
        value: Decimal | None = numerals.parse(row["text"])
    except ValueError as error:
        return "" if row["value"] is None else f"«{row['text']}» = {row['value']}: {error}"
    return "" if row["value"] is not None and value == Decimal(str(row["value"])) else \
        f"«{row['text']}» = {row['value']}, read {value}"


def quantity(row: Row) -> str:
    """Why a row of ``money`` or ``quantities`` is missed; empty if it is right."""
    text, (start, end) = row.get("context") or row["text"], row.get("span") or (0, len(row["text"]))
    end = end - len(row["text"]) + len(row["text"].strip())
    found = quantities.find(text)
    amount, unit = Decimal(str(row["amount"])), row["unit"]
    for q in found:
        if q.start == start and _matches(q, amount, unit, row.get("result_unit") or row.get("result"), text):
            return ""
    near = [(text[q.start:q.end], str(q.value), q.unit_text) for q in found if q.start < end + 4 and start < q.end + 4]
    return f"«{row['text']}» = {amount} {unit}; near: {near}"


def _matches(q: quantities.Quantity, amount: Decimal, unit: str, result: str | None, text: str) -> bool:
    noun = text[q.noun_span[0]:q.noun_span[1]] if q.noun_span else ""
    # Upstream took the one word after the number for the unit: «متر» of «یک متر مربع».
    named = (q.unit_text or "").startswith(unit) or (q.unit_text is None and noun.split()[:1] == [unit])
    if result == "rial":
        return named and q.value_in_rial == amount
    if result == "toman":
        return named and q.value_in_rial == amount * 10
    return named and q.value == amount


def main(folder: Path = CASES) -> int:
    """Print the score of each file; the exit code is 1 if a file is below its aim."""
    aims: dict[str, tuple[Callable[[Row], str], float]] = {
        "numbers": (number, .98), "money": (quantity, .97), "quantities": (quantity, .97)}
    failed = False
    for name, (check, aim) in aims.items():
        groups: dict[str, list[str]] = {}
        for row in rows(folder, name):
            group = f"{name} in sentences" if name == "numbers" and "in-context" in row["flags"] else name
            groups.setdefault(group, []).append(check(row) and f"{row['id']}: {check(row)}")
        for group, results in groups.items():
            misses = [r for r in results if r]
            right = len(results) - len(misses)
            print(f"{group}: {len(results)} rows, {right} right ({right / len(results):.1%})")  # noqa: T201
            for miss in misses:
                print(f"  {miss}")  # noqa: T201
            failed |= right / len(results) < (.95 if "sentences" in group else aim)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else CASES))
