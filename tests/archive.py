"""Many reports for tests of the engines: sentences with changing names and numbers, the same on each machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

_GIVEN = ("مریم", "احمد", "زهرا", "کامران", "فریبا", "مهرداد", "لیلا", "حسین")
_FAMILY = ("نمونه\u200cپور", "کریمیان", "صبوری\u200cمهر", "ساعدپور", "یزدان\u200cجو", "آذرگون", "کلاته\u200cمنش")
_PROVINCE = ("یزد", "فارس", "گیلان", "کرمان", "سمنان", "همدان")
_POST = ("استاندار", "فرماندار", "مدیرکل آموزش و پرورش استان")
_BODY = """به گزارش خبرگزاری نمونه، {given} {family}، {post} {province}، روز {day} مهر گفت: {houses} خانه در این استان \
ساخته شد و {money} میلیارد تومان برای آن هزینه شد.
وی افزود: {planned} مدرسه دیگر تا پایان سال ساخته می\u200cشود.
{family} گفت: {share} درصد از این کار را بخش خصوصی انجام داده است."""


def record(number: int) -> dict[str, Any]:
    """The report of a number, as a JSON line has it."""
    given, family = _GIVEN[number % len(_GIVEN)], _FAMILY[number // 3 % len(_FAMILY)]
    body = _BODY.format(given=given, family=family, post=_POST[number % len(_POST)], day=number % 29 + 1,
                        province=_PROVINCE[number // 5 % len(_PROVINCE)], houses=number + 11, money=number % 90 + 2,
                        planned=number * 7 % 400 + 3, share=number % 80 + 10)
    return {"id": f"report-{number}", "title": f"{number + 11} خانه در {_PROVINCE[number // 5 % len(_PROVINCE)]}",
            "body": body, "published": f"1402-07-{number % 29 + 1:02}", "outlet": "خبرگزاری نمونه"}


def write(folder: Path, count: int, files: int = 8) -> Path:
    """A folder of JSON lines: ``count`` reports over ``files`` files, with what makes trouble in the first.

    That is: one report twice in every respect; one text again with a later date (the first date speaks); another text
    under an id that is taken.
    """
    folder.mkdir(parents=True, exist_ok=True)
    records = [record(number) for number in range(count)]
    late = {**record(count // 2), "published": "1402-08-29", "id": "later"}
    taken = {**record(count + 1), "id": record(count // 3)["id"]}
    records = [record(count - 1), late, taken, *records]
    for number in range(files):
        lines = (json.dumps(found, ensure_ascii=False) + "\n" for found in records[number::files])
        (folder / f"part-{number}.jsonl").write_text("".join(lines), encoding="utf-8")
    return folder


def edges() -> Iterator[tuple[str, str]]:
    """A graph that is hard on programs for connected components: a hub, long chains in no order, a ring, loops."""
    for number in range(300):
        yield "hub", f"leaf-{number * 7919 % 1000:03}"
    for chain in range(60):
        nodes = [f"chain-{chain}-{position * 37 % 60:02}" for position in range(60)]
        yield from pairwise(nodes)
    ring = [f"ring-{number * 11 % 50:02}" for number in range(50)]
    yield from zip(ring, ring[1:] + ring[:1], strict=True)
    yield "leaf-000", "chain-7-05"
    yield "alone", "alone"
