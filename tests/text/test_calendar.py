"""Dates and periods: our own sentences, every word of the data files, and the shared cases where they are at hand.

Days are written as Jalali ones ("99-03-05" is 1399-03-05) and the day of publication is 1399-03-05, a Monday.
"""

from __future__ import annotations

import importlib.util
import json
import os
import random
import subprocess
import sys
import time
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from kg import rules
from kg.model import Report
from kg.text import calendar, jalali, lunar
from kg.text.calendar import Anchor, TimeExpression
from kg.text.match import phrase
from kg.text.normalize import normalize
from kg.text.segment import document, tokenize

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
PUBLISHED = jalali.to_gregorian(1399, 3, 5)


def day(text: str) -> date:
    """ "99-03-05" or "1399-03-05"."""
    return jalali.parse_iso(text if len(text) > 8 else f"13{text}")


def brief(e: TimeExpression, text: str) -> tuple[str, str]:
    """What an expression covers and its days: "" unsettled, one day, or first and last."""
    if e.first_day is None or e.last_day is None:
        return text[e.start:e.end], ""
    days = [jalali.from_gregorian(d).isoformat() for d in (e.first_day, e.last_day)]
    return text[e.start:e.end], " ".join(dict.fromkeys(days))


def read(text: str, published: date | None = PUBLISHED, year: int | None = None) -> list[tuple[str, str]]:
    return [brief(e, text) for e in calendar.find(text, published, year)]


# --- absolute dates -----------------------------------------------------------------------------------------------

ABSOLUTE = {
    "در ۱۴ آذر ۱۳۹۸ افتتاح شد": ("۱۴ آذر ۱۳۹۸", "1398-09-14"),
    "در 14آذر98 افتتاح شد": ("14آذر98", "1398-09-14"),
    "بیست و دوم بهمن‌ماه هزار و سیصد و پنجاه و هفت": ("بیست و دوم بهمن‌ماه هزار و سیصد و پنجاه و هفت", "1357-11-22"),
    "روز سه‌شنبه، سوم دی‌ماه سال ۹۷ رخ داد": ("روز سه‌شنبه، سوم دی‌ماه سال ۹۷", "1397-10-03"),
    "نامه 1400/02/15 رسید": ("1400/02/15", "1400-02-15"),
    "نامه 15/2/1400 رسید": ("15/2/1400", "1400-02-15"),
    "نامه ۲۳-۱۲-۱۳۹۹ رسید": ("۲۳-۱۲-۱۳۹۹", "1399-12-23"),
    "نامه ۹۵/۰۳/۰۱ رسید": ("۹۵/۰۳/۰۱", "1395-03-01"),
    "نامه 96 . 7 . 8 رسید": ("96 . 7 . 8", "1396-07-08"),
    "1398-دی-05": ("1398-دی-05", "1398-10-05"),
    "تا ۵م دی ۹۸": ("۵م دی ۹۸", "1398-10-05"),
    "در 20 ژانویه 2020 گفت": ("20 ژانویه 2020", "1398-10-30"),
    "در مارس ۲۰۱۹ گفت": ("مارس ۲۰۱۹", "1397-12-10 1398-01-11"),
    "سال ۲۰۱۹ میلادی": ("سال ۲۰۱۹ میلادی", "1397-10-11 1398-10-10"),
    "از ۳ می ۲۰۱۸ تا": ("۳ می ۲۰۱۸", "1397-02-13"),
    "۱۰ محرم ۱۴۴۱ هجری قمری": ("۱۰ محرم ۱۴۴۱ هجری قمری", "1398-06-19"),
    "ماه رمضان سال ۱۴۴۰": ("ماه رمضان سال ۱۴۴۰", "1398-02-17 1398-03-14"),
    "ماه رمضان سال ۱۳۹۸": ("ماه رمضان سال ۱۳۹۸", "1398-02-17 1398-03-14"),
    "خرداد ۹۸ آغاز شد": ("خرداد ۹۸", "1398-03-01 1398-03-31"),
    "در سال ۸۷ ساخته شد": ("سال ۸۷", "1387-01-01 1387-12-30"),
    "سال ۰۴ خورشیدی": ("سال ۰۴ خورشیدی", "1404-01-01 1404-12-29"),
    "در سال‌های ۸۹ تا ۹۴": ("سال‌های ۸۹ تا ۹۴", "1389-01-01 1394-12-29"),
    "در سال ۱۳۹۶ و ۱۳۹۷": ("سال ۱۳۹۶ و ۱۳۹۷", "1396-01-01 1397-12-29"),
    "در دهه ۶۰ بنا شد": ("دهه ۶۰", "1360-01-01 1369-12-29"),
    "لایحه بودجه ۹۸ را": ("۹۸", "1398-01-01 1398-12-29"),
    "پنج ماه اول سال ۸۷": ("پنج ماه اول سال ۸۷", "1387-01-01 1387-05-31"),
    "سه ماهه پایانی سال ۹۷": ("سه ماهه پایانی سال ۹۷", "1397-10-01 1397-12-29"),
    "نیمه دوم شهریور ۹۸": ("نیمه دوم شهریور ۹۸", "1398-06-16 1398-06-31"),
    "پاییز ۹۷": ("پاییز ۹۷", "1397-07-01 1397-09-30"),
    "سال تحصیلی ۹۷-۹۸": ("سال تحصیلی ۹۷-۹۸", "1397-07-01 1398-06-31"),
    "سال تحصیلی 98-1397": ("سال تحصیلی 98-1397", "1397-07-01 1398-06-31"),
    "چهار ماه منتهی به تیرماه ۱۳۹۸": ("چهار ماه منتهی به تیرماه ۱۳۹۸", "1398-01-01 1398-04-31"),
    "از اردیبهشت ۹۷ تا خرداد ۹۸": ("از اردیبهشت ۹۷ تا خرداد ۹۸", "1397-02-01 1398-03-31"),
    "از ۲۵ تا ۲۸ دی ۹۸": ("۲۵ تا ۲۸ دی ۹۸", "1398-10-25 1398-10-28"),
    "هجدهم و نوزدهم بهمن ۹۸": ("هجدهم و نوزدهم بهمن ۹۸", "1398-11-18 1398-11-19"),
    "در طول برنامه چهارم توسعه ساخته شد": ("برنامه چهارم توسعه", "1384-01-01 1388-12-29"),
}


@pytest.mark.parametrize("text", ABSOLUTE)
def test_absolute_dates_need_no_day_of_publication(text: str) -> None:
    year_known_by_nearness = "۰۴" in text
    assert ABSOLUTE[text] in read(text)
    if not year_known_by_nearness:
        assert ABSOLUTE[text] in read(text, None)


# --- relative ones ------------------------------------------------------------------------------------------------

RELATIVE = {
    "وی صبح امروز گفت": ("صبح امروز", "1399-03-05"),
    "وی امروز صبح گفت": ("امروز صبح", "1399-03-05"),
    "عصر دیروز رخ داد": ("عصر دیروز", "1399-03-04"),
    "روز گذشته رخ داد": ("روز گذشته", "1399-03-04"),
    "شب گذشته رخ داد": ("شب گذشته", "1399-03-04"),
    "شامگاه گذشته رخ داد": ("شامگاه گذشته", "1399-03-04"),
    "پس‌فردا برگزار می‌شود": ("پس‌فردا", "1399-03-07"),
    "امروز دوشنبه برگزار شد": ("امروز دوشنبه", "1399-03-05"),
    "امروز یکشنبه برگزار شد": ("امروز یکشنبه", "1399-03-04"),
    "امروز سه‌شنبه برگزار شد": ("امروز سه‌شنبه", ""),
    "دو شنبه برگزار شد": ("دو شنبه", "1399-03-05"),
    "جمعه برگزار می‌شود": ("جمعه", ""),
    "یکشنبه گذشته برگزار شد": ("یکشنبه گذشته", "1399-03-04"),
    "دوشنبه گذشته برگزار شد": ("دوشنبه گذشته", "1399-02-29"),
    "شنبه هفته آینده": ("شنبه هفته آینده", "1399-03-10"),
    "چهارشنبه هفته جاری": ("چهارشنبه هفته جاری", "1399-03-07"),
    "هفته گذشته افتتاح شد": ("هفته گذشته", "1399-02-27 1399-03-02"),
    "این هفته افتتاح شد": ("این هفته", "1399-03-03 1399-03-09"),
    "ماه آینده افتتاح می‌شود": ("ماه آینده", "1399-04-01 1399-04-31"),
    "از سوم تا پنجم همین ماه": ("سوم تا پنجم همین ماه", "1399-03-03 1399-03-05"),
    "یک هفته گذشته": ("یک هفته گذشته", "1399-02-30 1399-03-05"),
    "دو روز اخیر": ("دو روز اخیر", "1399-03-04 1399-03-05"),
    "سه ماه گذشته": ("سه ماه گذشته", "1398-12-05 1399-03-05"),
    "سه و نیم سال گذشته": ("سه و نیم سال گذشته", "1395-09-05 1399-03-05"),
    "۴ سال آینده": ("۴ سال آینده", "1399-03-05 1403-03-05"),
    "۱۰ روز قبل رخ داد": ("۱۰ روز قبل", "1399-02-26"),
    "سه سال پیش رخ داد": ("سه سال پیش", "1396-01-01 1396-12-29"),
    "یکی دو سال پیش رخ داد": ("دو سال پیش", ""),
    "امسال ساخته شد": ("امسال", "1399-01-01 1399-12-30"),
    "سال گذشته میلادی": ("سال گذشته میلادی", "1397-10-11 1398-10-10"),
    "تابستان امسال": ("تابستان امسال", "1399-04-01 1399-06-31"),
    "تابستان گذشته": ("تابستان گذشته", "1398-04-01 1398-06-31"),
    "فصل تابستان": ("فصل تابستان", ""),
    "پاییز و زمستان سال گذشته": ("پاییز و زمستان سال گذشته", "1398-07-01 1398-12-29"),
    "۹ ماهه نخست امسال": ("۹ ماهه نخست امسال", "1399-01-01 1399-09-30"),
    "۱۰ ماهه سال گذشته": ("۱۰ ماهه سال گذشته", "1398-01-01 1398-10-30"),
    "۶ ماهه ابتدای سال ۶۶۸ پرونده": ("۶ ماهه ابتدای سال", "1399-01-01 1399-06-31"),
    "شش ماهه دوم سال": ("شش ماهه دوم سال", "1399-07-01 1399-12-30"),
    "تا پایان امسال": ("تا پایان امسال", "1399-03-05 1399-12-30"),
    "تا پایان سال": ("تا پایان سال", "1399-03-05 1399-12-30"),
    "تا پایان فروردین ماه": ("تا پایان فروردین ماه", "1399-01-31"),
    "از ابتدای سال تاکنون": ("از ابتدای سال تاکنون", "1399-01-01 1399-03-05"),
    "از مهر سال گذشته تا کنون": ("از مهر سال گذشته تا کنون", "1398-07-01 1399-03-05"),
    "از اول سال میلادی به این طرف": ("از اول سال میلادی به این طرف", "1398-10-11 1399-03-05"),
    "از ابتدای سال گذشته تا دی‌ماه": ("از ابتدای سال گذشته تا دی‌ماه", "1398-01-01 1398-10-30"),
    "از مهر ماه تا پایان بهمن ماه سال گذشته": ("از مهر ماه تا پایان بهمن ماه سال گذشته", "1398-07-01 1398-11-30"),
    "از ۲۵ اسفند تا ۱۵ فروردین": ("از ۲۵ اسفند تا ۱۵ فروردین", "1398-12-25 1399-01-15"),
    "سال تحصیلی جاری": ("سال تحصیلی جاری", "1398-07-01 1399-06-31"),
    "سال زراعی آینده": ("سال زراعی آینده", "1399-07-01 1400-06-31"),
    "۲۲ بهمن برگزار شد": ("۲۲ بهمن", "1398-11-22"),
    "۲۲ شهریور برگزار می‌شود": ("۲۲ شهریور", "1399-06-22"),
    "در مهرماه": ("مهرماه", "1399-07-01 1399-07-30"),
    "هفته دولت امسال": ("هفته دولت امسال", "1399-06-02 1399-06-08"),
    "هفته دولت": ("هفته دولت", "1399-06-02 1399-06-08"),
    "دهه مبارک فجر": ("دهه مبارک فجر", "1398-11-12 1398-11-22"),
    "روز عید قربان سال گذشته": ("روز عید قربان سال گذشته", "1398-05-21"),
    "سال گذشته در روز عید قربان": ("سال گذشته در روز عید قربان", "1398-05-21"),
    "ماه مبارک رمضان": ("ماه مبارک رمضان", "1399-02-06 1399-03-03"),
    "روز جهانی قدس": ("روز جهانی قدس", "1399-03-02"),
    "هفته اول مهرماه": ("هفته اول مهرماه", "1399-07-01 1399-07-07"),
    "سال‌های اخیر": ("سال‌های اخیر", ""),
    "هر دوشنبه": ("هر دوشنبه", ""),
    "از امروز تا جمعه": ("از امروز تا جمعه", "1399-03-05 1399-03-09"),
    "روزهای چهارشنبه و پنجشنبه هفته آینده": ("روزهای چهارشنبه و پنجشنبه هفته آینده", "1399-03-14 1399-03-15"),
    "تا آخر تابستان": ("تا آخر تابستان", "1399-03-05 1399-06-31"),
    "از سال ۹۶ به بعد": ("از سال ۹۶ به بعد", "1396-01-01 1399-03-05"),
    "ماه‌های محرم و صفر": ("ماه‌های محرم و صفر", "1399-05-31 1399-07-26"),
    "مهر و آبان سال گذشته": ("مهر و آبان سال گذشته", "1398-07-01 1398-08-30"),
    "همان سال": ("همان سال", ""),
}


@pytest.mark.parametrize("text", RELATIVE)
def test_relative_dates_rest_on_the_day_of_publication(text: str) -> None:
    assert RELATIVE[text] in read(text)
    assert all(days == "" for _, days in read(text, None))


def test_a_year_alone_settles_years_and_their_parts_but_no_days() -> None:
    text = ("امسال و سال آینده و تابستان امسال و سه سال پیش و ۲۲ بهمن امسال"
            " و امروز و هفته گذشته و ۲۲ بهمن و تا پایان سال")
    assert read(text, None, 1399) == [
        ("امسال", "1399-01-01 1399-12-30"), ("سال آینده", "1400-01-01 1400-12-29"),
        ("تابستان امسال", "1399-04-01 1399-06-31"), ("سه سال پیش", "1396-01-01 1396-12-29"),
        ("۲۲ بهمن امسال", "1399-11-22"), ("امروز", ""), ("هفته گذشته", ""), ("۲۲ بهمن", ""), ("تا پایان سال", "")]


def test_the_school_year_called_new_is_the_one_about_to_begin() -> None:
    text = "سال تحصیلی جدید"
    assert read(text, day("99-05-20")) == [(text, "1399-07-01 1400-06-31")]
    assert read(text, day("99-08-20")) == [(text, "1399-07-01 1400-06-31")]
    assert read(text, day("99-11-20")) == [(text, "")]


def test_the_similar_period_is_the_one_before_it_a_year_earlier() -> None:
    text = "در ۱۰ ماهه سال ۹۸ صادرات نسبت به مدت مشابه سال قبل از نظر وزن رشد کرد."
    assert read(text)[1] == ("مدت مشابه سال قبل", "1397-01-01 1397-10-30")
    text = "نسبت به مدت مشابه سال گذشته در سه ماهه نخست امسال رشد کرد. مدت مشابه سال قبل نیز چنین بود."
    assert [days for _, days in read(text)] == ["1398-01-01 1398-03-31", "1399-01-01 1399-03-31",
                                                "1398-01-01 1398-03-31"]
    assert read("نسبت به مدت مشابه سال قبل رشد کرد") == [("مدت مشابه سال قبل", "")]


def test_months_gone_by_are_the_first_months_that_the_text_spoke_of() -> None:
    published = day("99-04-20")
    text = "در سه ماه نخست امسال ۹۰ بازدید شد. در سه ماه گذشته ۲۰ نمونه گرفته شد."
    assert read(text, published)[1] == ("سه ماه گذشته", "1399-01-01 1399-03-31")
    assert read("در سه ماه گذشته", published) == [("سه ماه گذشته", "1399-01-20 1399-04-20")]


def test_days_that_do_not_follow_each_other_are_two() -> None:
    assert read("روزهای ۲۵ و ۲۹ تیر") == [("۲۵", "1399-04-25"), ("۲۹ تیر", "1399-04-29")]


def test_a_report_of_yesterday_may_name_its_weekday() -> None:
    assert read("امروز دوشنبه", day("99-03-06")) == [("امروز دوشنبه", "1399-03-05")]
    assert read("امروز دوشنبه", day("99-03-07")) == [("امروز دوشنبه", "")]
    assert read("فردا سه‌شنبه", day("99-03-06")) == [("فردا سه‌شنبه", "1399-03-06")]
    assert read("عصر دیروز، یکشنبه چهارم خرداد") == [("عصر دیروز", "1399-03-04"),
                                                     ("یکشنبه چهارم خرداد", "1399-03-04")]


# --- what is no date ----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("text", [
    "به گزارش خبرگزاری مهر گفت", "وی می‌گوید که می‌رود", "۳ می‌شود", "تیر دروازه", "مهر مادری", "یک دی جی جوان",
    "آذر نفیسی و بهمن کریمی آمدند", "نماز جمعه برگزار شد", "امام جمعه گفت", "دوشنبه بازار", "خطیب جمعه تهران",
    "پنج طرح و ۱۴۰۰ پروژه", "شماره 2.3.4.5 دارد", "جامعه امروز نیاز دارد", "در برنامه ششم توسعه آمده است",
    "صفر تا صد کار", "بهار آزادی", "سال ۵ درصد رشد", "پیوند مهر", "دبیرستان شهر دوشنبه", "تیره رنگ",
    "انتهای پیام/۱۴۰۰",
])
def test_look_alikes_are_left_alone(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize("text", ["بیمارستان ۲۲ بهمن", "خیابان ۱۷ شهریور", "بنیاد ۱۵ خرداد", "حادثه ۱۱ سپتامبر",
                                  "کودتای ۲۸ مرداد", "حماسه عاشورا", "عناصر اصلی عاشورا"])
def test_dates_that_name_something_get_no_days(text: str) -> None:
    assert [days for _, days in read(text)] == [""]


def test_lengths_and_times_of_day_are_kept_apart() -> None:
    text = "نشست ساعت ۱۰:۳۰ به مدت سه ساعت و ۲۰ دقیقه برگزار شد و قرارداد ۱۵ ساله بود"
    found = calendar.find(text, PUBLISHED)
    assert [(e.kind, e.precision, brief(e, text)) for e in found] == [
        ("clock", "time", ("ساعت ۱۰:۳۰", "")), ("duration", "time", ("سه ساعت و ۲۰ دقیقه", "")),
        ("duration", "year", ("۱۵ ساله", ""))]
    assert str(found[0].clock) == "10:30:00"


@pytest.mark.parametrize(("text", "clock"), [
    ("ساعت ۹ صبح روز شنبه ۳ خرداد ۹۹", "09:00:00"), ("شنبه ۳ خرداد ۹۹ ساعت 18 و 21 دقیقه و 44 ثانیه", "18:21:44"),
    ("3 خرداد 99 - 10:20", "10:20:00"), ("۳ خرداد ۹۹ ساعت ۴ عصر", "16:00:00"), ("ساعت ۸ و نیم ۳ خرداد ۹۹", "08:30:00"),
])
def test_a_time_of_day_beside_a_day_goes_with_it(text: str, clock: str) -> None:
    [e] = calendar.find(text, PUBLISHED)
    assert (str(e.clock), e.first_day, e.last_day, e.precision) == (clock, day("99-03-03"), day("99-03-03"), "day")


def test_what_an_expression_says_of_itself() -> None:
    text = "اواخر سال گذشته"
    [e] = calendar.find(text, PUBLISHED)
    assert (e.side, e.precision, e.kind, e.relative_to) == ("late", "year", "relative", "year")
    [e] = calendar.find("۱۰ محرم سال ۶۱ هجری قمری")
    assert (e.is_exact, e.first_day, e.month, e.calendar) == (False, date(680, 10, 13), 1, "hijri")
    [e] = calendar.find("هفته دولت", PUBLISHED)
    assert (e.kind, e.precision, e.relative_to, e.is_exact) == ("named", "week", "published", True)
    sizes = {"سال ۹۸": "year", "سال‌های ۹۰ تا ۹۲": "years", "سه ماهه دوم سال ۹۸": "quarter", "تابستان ۹۸": "season",
             "نیمه اول سال ۹۸": "half", "تیر ۹۸": "month", "۵ تیر ۹۸": "day", "هفته آینده": "week",
             "۷ ماهه سال ۹۸": "range"}
    assert {text: calendar.find(text)[0].precision for text in sizes} == sizes


def test_spans_count_the_characters_of_the_text_as_received() -> None:
    text = "«گزارش»\u200c\u200f در روزهاي ۱۲‌ دي\u200cماه ۱۳۹۸، تهران"
    [e] = calendar.find(text)
    assert text[e.start:e.end] == "روزهاي ۱۲‌ دي\u200cماه ۱۳۹۸"
    tokens = tokenize(normalize(text))
    assert tokens.starts[e.first] == e.start and tokens.ends[e.last - 1] == e.end


def test_an_expression_never_crosses_a_line() -> None:
    doc = document(Report.of("r", "نشست در سال", "۱۳۹۸ نفر آمدند\nساعت ۱۰\nمهر ماه"))
    found = calendar.find_in(doc.tokens, doc.canon, Anchor(PUBLISHED))
    assert [brief(e, doc.report.text)[0] for e in found] == ["ساعت ۱۰", "مهر ماه"]


# --- the year of a text -------------------------------------------------------------------------------------------

def infer(text: str) -> tuple[int, list[str]] | None:
    canon = normalize(text)
    got = calendar.infer_year(tokenize(canon), canon)
    return None if got is None else (got[0], [text[a:b] for a, b in got[1]])


@pytest.mark.parametrize(("text", "year", "shown"), [
    ("این کار در سال جاری آغاز شد و در سال ۱۴۰۰ همه‌جا اجرا خواهد شد.", 1399, ["سال جاری", "سال ۱۴۰۰", "خواهد"]),
    ("بودجه امسال (۱۳۹۸) کم بود.", 1398, ["امسال", "۱۳۹۸"]),
    ("در سال گذشته یعنی سال ۱۳۹۷ باران کم بود.", 1398, ["سال گذشته", "سال ۱۳۹۷"]),
    ("تاریخ انتشار: ۱۱ اسفند ۱۴۰۳ - ۰۸:۵۳\nشهردار گفت", 1403, ["۱۱ اسفند ۱۴۰۳ - ۰۸:۵۳"]),
    ("امروز، ۱۴ آذر ۱۳۹۹ نشست برگزار شد.", 1399, ["۱۴ آذر ۱۳۹۹"]),
])
def test_a_text_may_show_its_year(text: str, year: int, shown: list[str]) -> None:
    assert infer(text) == (year, shown)


@pytest.mark.parametrize("text", [
    "این کار در سال جاری آغاز شد.", "در سال ۱۴۰۰ اجرا خواهد شد.",
    "این کار امسال آغاز شد. در سال ۱۴۰۰ اجرا خواهد شد.", "این کار امسال آغاز شد و تا سال ۱۴۰۴ اجرا خواهد شد.",
    "امسال آغاز شد و در سال ۱۴۰۰ اجرا خواهد شد و در سال ۱۴۰۴ نیز خواهد بود.",
    "از سال ۱۳۹۲ آغاز شد. امسال ادامه دارد و در سال ۱۴۰۴ پایان خواهد یافت.",
    "امسال آغاز شد و در سال ۱۴۰۰ اجرا خواهد شد. در سال ۱۴۰۱ به پایان رسید.",
    "امسال (۱۳۹۸) کم بود و سال گذشته (۱۳۹۶) زیاد.", "در سال ۱۳۹۰ ساخته شد.", "",
])
def test_thin_or_contradictory_evidence_gives_no_year(text: str) -> None:
    assert infer(text) is None


# --- the data files -----------------------------------------------------------------------------------------------

def test_every_named_day_is_found_under_every_name_and_lies_where_its_calendar_puts_it() -> None:
    loaded = rules.load("calendar-named.yaml", required={"calendar", "first", "match"},
                        keys={"last", "weekday", "weak"})
    assert len(loaded) >= 90
    for rule in loaded:
        month = int(rule.text("first").split("-")[0])
        for name in (*rule.list("match"), *rule.list("weak")):
            text = f"در {name} برگزار شد"
            [e] = calendar.find(text, PUBLISHED)
            assert (text[e.start:e.end], e.kind) == (name, "named"), name
            assert e.first_day is not None and e.last_day is not None
            assert abs((e.first_day - PUBLISHED).days) <= 190
            months = {"jalali": jalali.from_gregorian(e.first_day).month, "gregorian": e.first_day.month,
                      "hijri": lunar.from_gregorian(e.first_day)[1]}
            assert months[rule.text("calendar")] == month, name


def test_every_month_and_weekday_is_found_under_every_name() -> None:
    loaded = rules.load("calendar.yaml", required={"class", "value", "match"},
                        keys={"calendar", "short", "marked", "alone", "note"})
    months = [rule for rule in loaded if rule.text("class") == "month"]
    assert len({(rule.text("calendar"), rule.text("value")) for rule in months}) == 36
    for rule in months:
        year = {"jalali": "۱۳۹۸", "gregorian": "۲۰۱۹", "hijri": "۱۴۴۰"}[rule.text("calendar")]
        for name in (*rule.list("match"), *rule.list("marked")):
            [e] = calendar.find(f"در ۵ {name} {year} بود")
            assert (e.month, e.calendar) == (int(rule.text("value")), rule.text("calendar")), name
    for rule in (rule for rule in loaded if rule.text("class") == "weekday"):
        for name in rule.list("match"):
            [e] = calendar.find(f"روز {name} بود")
            assert e.weekday == int(rule.text("value")), name


def test_no_word_stands_twice_in_a_class() -> None:
    keys = {"calendar", "short", "marked", "alone", "note", "last", "weekday", "weak", "class", "value", "first"}
    for name in ("calendar.yaml", "calendar-named.yaml"):
        seen: dict[tuple[str, tuple[str, ...]], str] = {}
        for rule in rules.load(name, required={"match"}, keys=keys):
            for text in (*rule.list("match"), *rule.list("weak"), *rule.list("marked"), *rule.list("short")):
                key = (rule.text("class"), phrase(text))
                assert key not in seen, f"{rule.place}: '{text}' stands already under '{seen[key]}'."
                seen[key] = rule.id


def test_plans_do_not_overlap() -> None:
    plans = [(int(rule.text("first")), int(rule.text("last")))
             for rule in rules.load("calendar-plans.yaml", required={"number", "first", "last"})]
    assert len(plans) == 7
    assert all(first + 4 == last for first, last in plans)
    assert all(a[1] < b[0] for a, b in pairwise(plans))


# --- steadiness ---------------------------------------------------------------------------------------------------

def test_any_text_is_read_without_error_and_in_order() -> None:
    known = {word for text in (*ABSOLUTE, *RELATIVE) for word in text.split()}
    words = [*sorted(known), "\n", "،", ".", "(", ")", "-"]
    chance = random.Random(7)
    for _ in range(1500):
        text = " ".join(chance.choice(words) for _ in range(chance.randint(1, 12)))
        after = 0
        for e in calendar.find(text, chance.choice([None, PUBLISHED])):
            assert after <= e.start < e.end <= len(text) and "\n" not in text[e.start:e.end]
            assert (e.first_day is None) == (e.last_day is None)
            assert e.first_day is None or e.last_day is None or e.first_day <= e.last_day
            after = e.end


def test_results_do_not_depend_on_the_hash_seed() -> None:
    code = ("import sys; from datetime import date; from kg.text import calendar\n"
            "for line in sys.stdin: print(calendar.find(line, date(2020, 5, 25)))")
    text = "\n".join((*ABSOLUTE, *RELATIVE))
    outputs = {subprocess.run([sys.executable, "-X", "utf8", "-c", code], input=text, capture_output=True, text=True,
                              encoding="utf-8", check=True, env={**os.environ, "PYTHONHASHSEED": seed}).stdout
               for seed in ("0", "1")}
    assert len(outputs) == 1


# --- shared cases -------------------------------------------------------------------------------------------------

def _bench() -> Any:
    spec = importlib.util.spec_from_file_location("cases_dates", ROOT / "bench" / "cases_dates.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(not (SHARED / "cases").is_dir(), reason="the shared cases are not at hand")
def test_shared_cases() -> None:
    bench = _bench()
    values, expected, found, hits = [], 0, 0, 0
    for row in bench.rows(SHARED / "cases"):
        if row["type"] != "span-detection":
            miss = bench.value_miss(row)
            values += [] if miss is None else [miss]
            continue
        wanted = [tuple(span) for span in row["expected"]["spans"]]
        read_ = [(e.start, e.end) for e in calendar.find(row["text"])]
        expected, found, hits = expected + len(wanted), found + len(read_), hits + bench.pairs(wanted, read_, 0.0)
    assert len(values) >= 55 and expected >= 240
    assert values.count("") / len(values) >= 0.93
    assert bench.f1(hits, expected, found) >= 0.88


@pytest.mark.skipif(not (SHARED / "reports" / "open.jsonl").is_file(), reason="the shared reports are not at hand")
def test_a_report_takes_a_fraction_of_a_millisecond() -> None:
    with (SHARED / "reports" / "open.jsonl").open(encoding="utf-8") as lines:
        canons = [normalize(json.loads(line)["body"]) for line in lines][:80]
    documents = [(tokenize(canon), canon) for canon in canons]
    best = 1.0
    for _ in range(3):
        start = time.process_time()
        for tokens, canon in documents:
            calendar.find_in(tokens, canon, Anchor(PUBLISHED))
        best = min(best, time.process_time() - start)
    per_2000 = best / sum(map(len, canons)) * 2000
    assert per_2000 < 0.0006, f"{per_2000 * 1e3:.2f} ms of CPU time for 2,000 characters; 0.2 on an idle machine."
