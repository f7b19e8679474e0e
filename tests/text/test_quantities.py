"""Quantities: our own sentences, the unit table, and the shared cases where they are at hand."""

from __future__ import annotations

import importlib.util
import re
from decimal import Decimal
from pathlib import Path

import pytest

from kg.text import quantities
from kg.text.normalize import normalize
from kg.text.quantities import Quantity
from kg.text.segment import tokenize

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT.parent / "shared" / "cases"


def only(text: str) -> Quantity:
    (quantity,) = quantities.find(text)
    return quantity


@pytest.mark.parametrize(("text", "words", "value", "unit", "kind"), [
    ("مبلغ ۱۴۰ میلیارد ریال پرداخت شد", "۱۴۰ میلیارد ریال", "140000000000", "rial", "money"),
    ("یک هزار تومان", "یک هزار تومان", "1000", "toman", "money"),
    ("۳.۵ میلیون دلار آمریکا", "۳.۵ میلیون دلار آمریکا", "3500000", "usd", "money"),
    ("۵۰$ و بس", "۵۰$", "50", "usd", "money"), ("$50 و بس", "$50", "50", "usd", "money"),
    ("قراردادی ۷ میلیارد دلاری", "۷ میلیارد دلاری", "7000000000", "usd", "money"),
    ("۱۲ درصد رشد", "۱۲ درصد", "12", "percent", "ratio"), ("۱۲% رشد", "۱۲%", "12", "percent", "ratio"),
    ("۱۲٪ رشد", "۱۲٪", "12", "percent", "ratio"), ("%۱۲ رشد", "%۱۲", "12", "percent", "ratio"),
    ("۹۸% درصد مردم", "۹۸% درصد", "98", "percent", "ratio"), ("۲۵ در صد آنان", "۲۵ در صد", "25", "percent", "ratio"),
    ("رشد ۴۰ درصدی", "۴۰ درصدی", "40", "percent", "ratio"), ("دو برابر شد", "دو برابر", "2", "times", "ratio"),
    ("رشد دوبرابری", "دوبرابری", "2", "times", "ratio"), ("۹۰برابری", "۹۰برابری", "90", "times", "ratio"),
    ("سه هکتار زمین", "سه هکتار", "3", "hectare", "measure"),
    ("۵۰ متر مربع", "۵۰ متر مربع", "50", "square-metre", "measure"),
    ("۵۰مترمربع", "۵۰مترمربع", "50", "square-metre", "measure"),
    ("نیم کیلوگرم", "نیم کیلوگرم", "0.5", "kilogram", "measure"),
    ("۱۰ لیتر در ثانیه", "۱۰ لیتر در ثانیه", "10", "litre-per-second", "measure"),
    ("۵ کیلووات ساعت برق", "۵ کیلووات ساعت", "5", "kilowatt-hour", "measure"),
    ("طرح پنج‌ساله", "پنج‌ساله", "5", "year", "measure"), ("دو متر و نیم", "دو متر و نیم", "2.5", "metre", "measure"),
    ("یک تن و ۲۰۰ کیلوگرم مواد", "یک تن و ۲۰۰ کیلوگرم", "1200", "kilogram", "measure"),
    ("۳ ساعت و ۲۰ دقیقه", "۳ ساعت و ۲۰ دقیقه", "200", "minute", "measure"),
    ("۳۰ نفر شرکت کردند", "۳۰ نفر", "30", "person", "count"), ("اردوی ۴۰نفره", "۴۰نفره", "40", "person", "count"),
    ("۵ تن از متهمان", "۵ تن", "5", "person-tan", "count"), ("۵ تن گندم", "۵ تن", "5", "tonne", "measure"),
    ("در این سانحه ۶۰ تن جان باختند", "۶۰ تن", "60", "person-tan", "count"),
    ("این دو تن آمدند", "دو تن", "2", "person-tan", "count"),
    ("سه بار آمد", "سه بار", "3", "occasion", "count"),
    ("۱۴۰۰ پروژه عمرانی در استان", "۱۴۰۰", "1400", None, "count"),
    ("۷ دستگاه خودرو", "۷ دستگاه", "7", None, "count"),
])
def test_units(text: str, words: str, value: str, unit: str | None, kind: str) -> None:
    q = only(text)
    assert (text[q.start:q.end], q.value, q.unit, q.kind) == (words, Decimal(value), unit, kind)


def test_classifiers_are_no_units() -> None:
    text = "توقیف ۱۲ فقره پرونده"
    q = only(text)
    assert (q.unit, q.classifier, q.unit_text) == (None, "item", "فقره")
    assert q.unit_span == (9, 13)
    assert q.noun_span is not None
    assert text[slice(*q.noun_span)] == "پرونده"


@pytest.mark.parametrize(("text", "rials"), [
    ("۵ هزار تومان", 50000), ("۵ هزار ریال", 5000), ("دو تومان", 20), ("۵ دلار", None), ("۵ نفر", None)])
def test_rials(text: str, rials: int | None) -> None:
    assert only(text).value_in_rial == rials


@pytest.mark.parametrize(("text", "expected"), [
    ("۷۱ میلیارد و ۱۶۲ میلیارد تومان", [("toman", 71 * 10**9, True), ("toman", 162 * 10**9, False)]),
    ("۲.۴ و ۲.۸ درصد", [("percent", Decimal("2.4"), True), ("percent", Decimal("2.8"), False)]),
    ("۳، ۴ و ۵ هکتار", [("hectare", 3, True), ("hectare", 4, True), ("hectare", 5, False)]),
    ("از ۲۰ به ۲۵ درصد", [("percent", 20, True), ("percent", 25, False)]),
    ("۵۰ تا ۷۰ میلیون تومان", [("toman", 5 * 10**7, True), ("toman", 7 * 10**7, False)]),
    ("10-20 هکتار", [("hectare", 10, True), ("hectare", 20, False)]),
    ("۹۹-۹۸ هفته", [(None, 99, False), ("week", 98, False)]),
    ("دو سه کیلومتر", [("kilometre", 2, True), ("kilometre", 3, False)]),
    ("۳ طرح و ۵ درصد", [(None, 3, False), ("percent", 5, False)]),
    ("۳ و ۵ پروژه", [(None, 3, False), (None, 5, False)]),
    ("۲۰۰\n۵ درصد", [(None, 200, False), ("percent", 5, False)]),
])
def test_units_left_out(text: str, expected: list[tuple[str | None, object, bool]]) -> None:
    assert [(q.unit, q.value, q.unit_inferred) for q in quantities.find(text)] == expected


def test_ranges_give_two_quantities_with_both_ends() -> None:
    low, high = quantities.find("حدود ۶ تا ۸ میلیون دلار")
    ends = (Decimal(6 * 10**6), Decimal(8 * 10**6))
    assert (low.low, low.high) == (high.low, high.high) == (low.value, high.value) == ends
    assert low.numeral.bound == high.numeral.bound == "about"
    low, high = quantities.find("از ۵ درصد تا ۱۰ درصد")
    assert (low.low, low.high) == (high.low, high.high) == (Decimal(5), Decimal(10))
    low, high = quantities.find("از ۱۰ درصد تا ۵ درصد")
    assert low.low is high.low is None


@pytest.mark.parametrize(("text", "bound", "words"), [
    ("کیلویی ۵۰ هزار تومان به بالا", "min", "به بالا"), ("۳ متر و کمتر", "max", "و کمتر"),
    ("۳ متر و بلند", "exact", None)])
def test_bounds_behind_the_unit(text: str, bound: str, words: str | None) -> None:
    numeral = only(text).numeral
    assert (numeral.bound, numeral.bound_span and text[slice(*numeral.bound_span)]) == (bound, words)


@pytest.mark.parametrize(("text", "noun"), [
    ("۱۴۰۰ پروژه عمرانی در استان", "پروژه عمرانی"), ("۳۰ نفر معلم آمدند و رفتند", "معلم آمدند"), ("۵ شرکت را", "شرکت"),
    ("۵۰ نفر شرکت کردند", None), ("۵۰ نفر از آنان", None), ("۱۰ درصد، سهم", None), ("۵ طرح\nملی", "طرح"),
])
def test_noun_after(text: str, noun: str | None) -> None:
    span = only(text).noun_span
    assert (span and text[slice(*span)]) == noun


@pytest.mark.parametrize("text", [
    "سومین همایش", "یک تحول بزرگ", "چند نفر و ده‌ها شهر", "ماده ۱۰ قانون", "سال ۱۴۰۲ خوب بود", "منطقه ۵ شهرداری"])
def test_no_quantity(text: str) -> None:
    assert quantities.find(text) == []


def test_tokens_and_places() -> None:
    text = "  مبلغ ۵\u200cهزار \u200cتومان برای پنجساله‌ها و %۱۲"
    canon = normalize(text)
    tokens = tokenize(canon)
    found = quantities.find_in(tokens, canon, text)
    assert found == quantities.find(text)
    assert len(found) == 3
    for q in found:
        assert tokens.starts[q.first] == q.start
        assert tokens.ends[q.last - 1] == q.end


def test_unit_table() -> None:
    """Codes are local names; labels are spellings that are read back as their unit; facts have their forms."""
    units = quantities.units()
    assert len(units) >= 120
    for code, unit in units.items():
        assert re.fullmatch(r"[a-z][a-z-]*", code)
        assert unit.kind in ("money", "ratio", "measure", "count", "classifier")
        assert unit.iso4217 is None or re.fullmatch("[A-Z]{3}", unit.iso4217)
        assert unit.en.isascii()
        if code != "person-tan":
            q = only(f"۷ {unit.label}")
            assert code in (q.unit, q.classifier)
    codes = [u.iso4217 for u in units.values() if u.iso4217]
    assert len(codes) == len(set(codes))
    assert units["toman"].in_rial == 10


@pytest.mark.skipif(not CASES.exists(), reason="the shared cases are not beside this repository")
@pytest.mark.parametrize(("name", "least"), [("money", 25), ("quantities", 30)])
def test_shared_cases(name: str, least: int) -> None:
    spec = importlib.util.spec_from_file_location("cases", ROOT / "bench" / "cases.py")
    assert spec is not None
    assert spec.loader is not None
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    misses = [bench.quantity(row) for row in bench.rows(CASES, name)]
    assert len(misses) >= least
    assert sum(not why for why in misses) >= 0.97 * len(misses), [why for why in misses if why]
