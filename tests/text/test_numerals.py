"""Numerals: our own sentences, number words spelt at random, and the shared cases where they are at hand."""

from __future__ import annotations

import importlib.util
import random
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import rules
from kg.model import Tokens
from kg.text import numerals, quantities
from kg.text.normalize import normalize
from kg.text.segment import tokenize

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT.parent / "shared" / "cases"

# --- a speller of our own: it knows number words from the data file alone ----------------------------------------

_RULES = rules.load("numerals.yaml", required={"kind", "match"}, keys={"value", "ordinal", "bound", "of"})
_CARDINALS = {int(r.text("value")): r.list("match")[0] for r in _RULES if r.text("kind") == "cardinal"}
_MAGNITUDES = [(10**9, "میلیارد"), (10**6, "میلیون"), (10**3, "هزار")]


def below_thousand(n: int, glue: str) -> str:
    parts = []
    if n >= 100:
        parts.append(_CARDINALS[n // 100 * 100])
    if n % 100 > 20 and n % 10:
        parts += [_CARDINALS[n % 100 // 10 * 10], _CARDINALS[n % 10]]
    elif n % 100:
        parts.append(_CARDINALS[n % 100])
    return glue.join(parts)


def spell(n: int, pick: random.Random, *, digits: bool = False) -> str:
    """A spelling of ``n``, in one of the ways in use."""
    glue = pick.choice([" و ", " و ", "\u200cو\u200c", " و\u200c"])
    groups = []
    for size, word in [(10**12, "هزار میلیارد"), *_MAGNITUDES, (1, "")]:
        count, n = divmod(n, size)
        if not count:
            continue
        text = str(count) if digits and pick.random() < 0.6 else below_thousand(count, glue)
        if count == 1 and word == "هزار" and pick.random() < 0.5:
            text = ""
        between = pick.choice([" ", " ", "\u200c", *([""] if count < 10 or text.isdigit() else [])])
        groups.append((text + between + word).strip(" \u200c") if word else text)
    return pick.choice([" و ", " و ", " و ", " "]).join(groups) if not digits else " و ".join(groups)


def persian(text: str) -> str:
    return text.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))


@pytest.mark.parametrize("digits", [False, True], ids=["words", "digits and words"])
def test_numbers_spelt_at_random(digits: bool) -> None:
    pick = random.Random(1404)
    for _ in range(3000):
        n = pick.randrange(1, 10 ** pick.randrange(1, 16))
        text = spell(n, pick, digits=digits)
        text = persian(text) if pick.random() < 0.5 else text
        assert numerals.parse(text) == n, text
        sentence = f"بیش از {text} نفر آمدند."
        found = numerals.find(sentence)
        assert [(sentence[f.start:f.end], f.value, f.bound) for f in found] == [(text, Decimal(n), "min")], text


def test_spelt_numbers_are_ordinals_with_their_ending() -> None:
    pick = random.Random(7)
    for _ in range(500):
        n = pick.randrange(1, 1000)
        text = below_thousand(n, " و ")
        last = _CARDINALS[n] if n in _CARDINALS else text.rsplit(" ", 1)[-1]
        rule = next(r for r in _RULES if r.text("kind") == "cardinal" and r.list("match")[0] == last)
        if last == "سی":
            text += "\u200cام"
        else:
            text = text[: -len(last)] + rule.list("ordinal")[0] + "ین"
        (found,) = numerals.find(f"در {text} همایش")
        assert (found.value, found.is_ordinal) == (Decimal(n), True), text


# --- one number -------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("text", "value"), [
    ("۱۲٫۵", "12.5"), ("12.5", "12.5"), ("١٢٫٥", "12.5"), ("1,200,000", "1200000"), ("۱٬۲۰۰٬۰۰۰", "1200000"),
    ("۱،۲۰۰،۰۰۰", "1200000"), ("۳۷۸,۴", "378.4"), ("1.234.567,8", "1234567.8"), ("۰/۵", "0.5"), ("۲/۵", "2.5"),
    ("8/29", "29.8"), ("1/25", "1.25"), ("12/5", "12.5"), ("5/0", "0.5"),
    ("3/05", "3.05"), ("1 250 000", "1250000"), ("-۷", "-7"), ("منفی ۷", "-7"),
    ("2هزار", "2000"), ("یک هزار و 842", "1842"), ("۶ هزار و ۵۰۰ میلیارد", "6500000000000"),
    ("۳۰ هزار میلیارد", "30000000000000"), ("هزار و ۳۵۰", "1350"), ("یکهزار و دویست", "1200"),
    ("دوهزارو پنجاه", "2050"), ("بیست وهفت", "27"), ("بیستوهفت", "27"), ("چهار صد و ده", "410"),
    ("دو میلیون سیصد هزار", "2300000"), ("شیش", "6"), ("پونصد", "500"), ("نیم", "0.5"), ("یک و نیم", "1.5"),
    ("یک و نیم میلیون", "1500000"), ("سه میلیون و نیم", "3500000"), ("سه چهارم", "0.75"), ("۲ دهم", "0.2"),
    ("دوازده و هفتاد و پنج صدم", "12.75"), ("صد و هشتاد و پنج صدم", "100.85"), ("سه ممیز بیست و پنج صدم", "3.25"),
    ("چهار ممیز هفت", "4.7"), ("صفر ممیز صفر پنج", "0.05"), ("پنج ده هزارم", "0.0005"), ("سه ربع", "0.75"),
    ("سیصدوپنجاه", "350"), ("بیست ویک", "21"), ("/45", "0.45"), ("45/", "45"), ("٫5", "0.5"), ("0.0", "0"),
    ("بیست و یکم", "21"), ("۳۰ام", "30"), ("سی‌ام", "30"), ("نخستین", "1"),
    ("صد و بیست هزارمین", "120000"), ("نه هزار و نه", "9009"), ("۲.۴ میلیون", "2400000"),
])
def test_parse(text: str, value: str) -> None:
    assert numerals.parse(text) == Decimal(value)


@pytest.mark.parametrize(("text", "where"), [
    ("سه کیلومتر", "character 3"), ("۹۴ و ۶۷", "character 3"), ("۱۲..۵", "character 0"), ("۱۲a", "character 2"),
    ("۱۲۳,۴۵,۶۷", "character 0"), ("", "no number"), ("کتاب", "character 0"), ("دو سه", "character 3"),
])
def test_parse_says_where_it_breaks_off(text: str, where: str) -> None:
    with pytest.raises(ValueError, match=where):
        numerals.parse(text)


# --- running text -----------------------------------------------------------------------------------------------

def found(text: str) -> list[tuple[str, str | None]]:
    return [(text[n.start:n.end], None if n.value is None else str(n.value)) for n in numerals.find(text)]


@pytest.mark.parametrize(("text", "expected"), [
    ("کارخانه ۹۴ و ۶۷ تن خرید", [("۹۴", "94"), ("۶۷", "67")]),
    ("بودجه ۲ میلیارد و ۱۰۰ میلیون تومان", [("۲ میلیارد و ۱۰۰ میلیون", "2100000000")]),
    ("۷۱ میلیارد و ۱۶۲ میلیارد تومان", [("۷۱ میلیارد", "71000000000"), ("۱۶۲ میلیارد", "162000000000")]),
    ("۵۰۰ هزار و ۲ میلیون دلار", [("۵۰۰ هزار", "500000"), ("۲ میلیون", "2000000")]),
    ("جذب714 نفر", [("714", "714")]),
    ("۳ شهر و ۵ روستا", [("۳", "3"), ("۵", "5")]),
    ("سال ۱۴۰۰\nهزار نفر آمدند", [("۱۴۰۰", "1400"), ("هزار", "1000")]),
    ("دمای منفی ۵ درجه", [("منفی ۵", "-5")]),
    ("رشد -3.5 درصدی", [("-3.5", "-3.5")]),
    ("آثار منفی دو طرح", [("دو", "2")]),
    ("شش‌دهم درصد", [("شش‌دهم", "0.6")]),
    ("دو سوم اعضا و سه چهارم آرا", [("دو سوم", str(Decimal(2) / 3)), ("سه چهارم", "0.75")]),
    ("سه هزارم درصد", [("سه هزارم", "0.003")]),
    ("پنجساله و دونفره", [("پنج", "5"), ("دو", "2")]),
    ("رشد دوبرابری و ۹۰برابری", [("دو", "2"), ("۹۰", "90")]),
    ("تسهیلات ۲ میلیاردی", [("۲ میلیارد", "2000000000")]),
    ("هزینه ۱۲،۵۰۰ تومان", [("۱۲،۵۰۰", "12500")]),
    ("سال‌های ۱۳۹۵،۱۳۹۷", [("۱۳۹۵", "1395"), ("۱۳۹۷", "1397")]),
    ("دو سه روستا", [("دو", "2"), ("سه", "3")]),
    ("سی و سه نفر", [("سی و سه", "33")]),
    ("سی نفر و نه کشور و ده روز", [("سی", "30"), ("نه", "9"), ("ده", "10")]),
    ("نود و نه درصد", [("نود و نه", "99")]),
    ("۴ / ۷ درصد", [("۴ / ۷", "4.7")]), ("بخشنامه ۴ / ۷ دولت", [("۴", "4"), ("۷", "7")]),
    ("سه بر صفر", [("سه", "3"), ("صفر", "0")]),
    ("حدود سی جلد", [("سی", "30")]),
])
def test_find(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", [
    "نه تنها آمد که ماند", "سی‌دی و بی‌بی‌سی", "اهالی این ده رفتند", "باید کاری انجام دهم", "به شما می‌دهم",
    "دو و میدانی بانوان", "سه‌شنبه و پنج شنبه", "روابط دو جانبه", "کووید-۱۹", "هواپیمای F16 و سوخو-35",
    "تلفن 021-88776655", "شماره تماس 09121234567", "در ۱۳۹۹/۷/۱۶", "در 1399-7-16", "کد 7458/8066",
    "مورخ 12/5 ابلاغ شد", "انتهای پیام/3054", "انتهای پیام/86/ت10/ض12", "صد در صد موافقم",
    "می‌گوید و می ماند", "چهارراه ولیعصر",
    "سیب و دهان و صدا و نهال", "هر چند آمد", "میلیون میلیون", "سه راه جمهوری", "azmoon99.ir",
    "نه در این شهر", "ماه صفر", "نخست وزیر", "مرحله یک چهارم نهایی",
])
def test_no_numeral(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(("text", "bound", "words"), [
    ("بیش از ۵۰ نفر", "min", "بیش از"), ("دست‌کم ۵۰ نفر", "min", "دست‌کم"), ("بالغ بر مبلغ ۵۰ ریال", "min", "بالغ بر"),
    ("حداقل ۵۰ نفر", "min", "حداقل"), ("کمتر از ۵۰ نفر", "max", "کمتر از"), ("حداکثر ۵۰ نفر", "max", "حداکثر"),
    ("حدود ۵۰ نفر", "about", "حدود"), ("نزدیک به ۵۰ نفر", "about", "نزدیک به"), ("تقریباً ۵۰ نفر", "about", "تقریباً"),
    ("قریب به ۵۰ نفر", "about", "قریب به"), ("تعداد ۵۰ نفر", "exact", None), ("تا ۵۰ روز", "exact", None),
])
def test_bounds(text: str, bound: str, words: str | None) -> None:
    (numeral,) = numerals.find(text)
    span = numeral.bound_span
    assert (numeral.bound, span and text[span[0]:span[1]]) == (bound, words)


@pytest.mark.parametrize(("text", "low", "high"), [
    ("۵۰۰ تا ۷۰۰ میلیون تومان", 500 * 10**6, 700 * 10**6), ("یک تا دو میلیون نفر", 10**6, 2 * 10**6),
    ("۹۰۰ هزار تا یک میلیون نفر", 9 * 10**5, 10**6), ("۵۰۰ تا هزار نفر", 500, 1000), ("۱۰ الی ۴۰ درصد", 10, 40),
    ("۲ تا ۳ هزار میلیارد", 2 * 10**12, 3 * 10**12), ("۵ تا ۶ هزار و ۵۰۰ میلیارد", 5 * 10**12, 6500 * 10**9),
    ("بین ۵ و ۶ درصد", 5, 6), ("15-20 درصد", 15, 20), ("دو سه هزار نفر", 2000, 3000), ("از ۵ تا ۱۰ نفر", 5, 10),
])
def test_ranges(text: str, low: int, high: int) -> None:
    first, second = numerals.find(text)
    assert (first.value, second.value) == (Decimal(low), Decimal(high))
    assert first.range == second.range == (Decimal(low), Decimal(high))


@pytest.mark.parametrize("text", ["۱۰ تا ۵ نفر", "۵ و ۶ درصد", "۵ نفر تا ۱۰ روز", "2-1 برد"])
def test_no_range(text: str) -> None:
    assert all(n.range is None for n in numerals.find(text))


@pytest.mark.parametrize("text", ["ده‌ها هزار نفر", "۱۰ها هزار نفر", "صدها نفر", "هزاران میلیارد تومان", "چند نفر",
                                  "چندین شهر", "دهها شهر", "میلیون‌ها نفر", "بیست و اندی سال",
                                  "یک میلیارد و چند صد میلیون"])
def test_vague(text: str) -> None:
    (numeral,) = numerals.find(text)
    assert numeral.is_vague
    assert numeral.value is None


@pytest.mark.parametrize(("text", "is_article"), [
    ("این یک تحول است", True), ("هیچ یک از آنان", True), ("یک انقلاب بزرگ", True), ("یک بار دیگر", True),
    ("یک درصد کاهش", False), ("یک نفر راوی", False), ("تنها یک مدرسه", False), ("حدود یک کوه", False),
    ("یک کشته و ۳ زخمی", False), ("۳ پروژه در شهر و اجرای یک پروژه", False), ("منطقه یک", False),
])
def test_one_as_article_and_number(text: str, is_article: bool) -> None:
    (one,) = [n for n in numerals.find(text) if n.value == 1]
    assert one.is_article == is_article


@pytest.mark.parametrize(("text", "is_label"), [
    ("ماده ۱۰ قانون", True), ("تبصره‌های ۱ را", True), ("منطقه ۵ شهرداری", True), ("سال ۱۴۰۲", True),
    ("گروه ۵ نفره", False), ("سال ۹۱ مورد نظر", True), ("دهه فجر ۱۸ نفر", False), ("ساعت ۱۰ روز شنبه", True),
    ("دو گروه", False), ("در سال‌های ۹۰ تا", True), ("۱. آمار", True), ("با ۱۰ قانون", False),
])
def test_labels(text: str, is_label: bool) -> None:
    assert [n.is_label for n in numerals.find(text)] == [is_label]


def test_a_certain_slash_decides_for_the_whole_text() -> None:
    assert found("از 27/2 میلیون") == [("27/2 میلیون", "2270000")]
    assert found("از 0/5 به 27/2 درصد") == [("0/5", "0.5"), ("27/2", "27.2")]
    assert found("از ۲/۵ به ۸/۲۹ درصد") == [("۲/۵", "2.5"), ("۸/۲۹", "29.8")]


def test_tokens_and_places() -> None:
    text = "  حدود ۵\u200cهزار و ۲۰۰\u200cنفر؛ بیست‌وهفتم"
    canon = normalize(text)
    tokens = tokenize(canon)
    assert numerals.find_in(tokens, canon, text) == numerals.find(text)
    for n in numerals.find(text):
        assert tokens.starts[n.first] == n.start
        assert tokens.ends[n.last - 1] == n.end
    assert numerals.find_in(Tokens((), (), ()), "") == []


WORDS = st.sampled_from([
    *["و", "تا", "یک", "دو", "سه", "ده", "صد", "هزار", "میلیون", "میلیارد", "نیم", "ممیز", "سوم", "دهم", "صدم"],
    *["چند", "ها", "منفی", "بین", "بیش", "از", "درصد", "تومان", "نفر", "ربع", "صفر", "هزارم"],
    "1", "12", "345", "1400", "8/29", "0/5", "1,200", "1.5", "/", "-", "،", ".", "\n", "یکهزار", "وشش",
    "هزارو", "پنجساله", "²", "१२", "A", "1/2/3", "1,2/5", "00", "007"])
PARTS = st.lists(st.tuples(WORDS, st.sampled_from(["", " ", " ", "\u200c"])), max_size=30)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(PARTS)
def test_any_text_gives_numerals_in_order_and_within_it(parts: list[tuple[str, str]]) -> None:
    text = "".join(word + gap for word, gap in parts)
    last = 0
    for n in numerals.find(text):
        assert last <= n.start < n.end <= len(text)
        assert n.first < n.last
        assert (n.value is None) == n.is_vague
        assert n.range is None or n.value in n.range
        last = n.end
    last = 0
    for q in quantities.find(text):
        assert last <= q.start < q.end <= len(text)
        assert (q.unit_text is None) == (q.unit_span is None)
        last = q.end
    try:
        assert numerals.parse(text).is_finite()
    except ValueError as error:
        assert text in str(error)


def test_long_lists_cost_no_more_than_their_length() -> None:
    text = " و ".join(["۷", "دو"] * 4000)
    assert [str(n.value) for n in numerals.find(text)] == ["7", "2"] * 4000


@pytest.mark.skipif(not CASES.exists(), reason="the shared cases are not beside this repository")
def test_shared_cases() -> None:
    spec = importlib.util.spec_from_file_location("cases", ROOT / "bench" / "cases.py")
    assert spec is not None
    assert spec.loader is not None
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    results = [("in-context" in row["flags"], bench.number(row)) for row in bench.rows(CASES, "numbers")]
    assert len(results) >= 300
    for in_sentence, aim in ((False, 0.98), (True, 0.95)):
        misses = [why for sentence, why in results if sentence == in_sentence]
        assert sum(not why for why in misses) >= aim * len(misses), [why for why in misses if why]
