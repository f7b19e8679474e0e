"""Words of the pages, days in both calendars, numbers, confidence as a word. All words stand in lang/fa/web.yaml."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache

from kg import rules
from kg.export.words import Name, number, relation
from kg.export.words import kinds as picture_kinds
from kg.text import jalali

_PERSIAN = {ord("0") + n: 0x06F0 + n for n in range(10)} | {ord(","): 0x066C, ord("."): 0x066B}
_LONGEST_NUMBER = 60


@cache
def _words() -> dict[str, Name]:
    found = rules.load("web.yaml", required={"fa", "en"}, keys={"at"})
    return {rule.id: Name(rule.text("fa"), rule.text("en")) for rule in found}


@cache
def _sureness() -> tuple[tuple[Decimal, Name], ...]:
    found = rules.load("web.yaml", required={"fa", "en"}, keys={"at"})
    steps = [(Decimal(r.text("at")), Name(r.text("fa"), r.text("en"))) for r in found if r.id.startswith("sure-")
             and r.text("at")]
    return tuple(sorted(steps, key=lambda s: -s[0]))


def word(key: str, **values: int | str) -> Name:
    """Words of a page, with counts and names filled in. Raises KeyError for an unknown key."""
    name = _words()[key]
    if not values:
        return name

    def filled(text: str, lang: str) -> str:
        return text.format(**{k: number(v, lang) if isinstance(v, int) else v for k, v in values.items()})

    return Name(filled(name.fa, "fa"), filled(name.en, "en"))


def counted(key: str, n: int) -> Name:
    """``{n} rows``, or the singular where there is one."""
    return word(f"{key}-one") if n == 1 and f"{key}-one" in _words() else word(key, n=n)


def kinds(name: str) -> Name:
    """A class in the plural, for headings and counts."""
    return _words().get(f"kinds-{name}") or picture_kinds(name)


def label(relation_: str) -> Name:
    """A relation by its local name."""
    return relation(relation_)


def sure(confidence: str) -> Name:
    """A confidence between 0 and 1 as a word; nothing for what is no number."""
    try:
        value = Decimal(confidence)
    except InvalidOperation:
        return Name()
    if not value.is_finite():
        return Name()
    return next((name for least, name in _sureness() if value >= least), Name())


def persian(text: str) -> str:
    """ASCII digits and separators in Persian ones."""
    return text.translate(_PERSIAN)


def day(iso: str) -> Name:
    """A Gregorian day (``2023-10-09``) in both calendars: «۱۷ مهر ۱۴۰۲ (2023-10-09)»; as it is if it is no day."""
    try:
        gregorian = date.fromisoformat(iso)
        solar = jalali.from_gregorian(gregorian)
    except ValueError:
        return Name(en=iso)
    month = word(f"month-{solar.month}")
    return Name(f"{persian(f'{solar.day}')} {month.fa} {persian(f'{solar.year}')}",
                f"{solar.day} {month.en} {solar.year}")


def days(first: str, last: str) -> tuple[Name, str]:
    """A period: its Jalali words (whole years and months by their name) and its Gregorian days."""
    if not first or not last:
        return Name(), first or last
    if first == last:
        return day(first), first
    return _long(first, last), f"{first} – {last}"


def _long(first: str, last: str) -> Name:
    try:
        begin, end = (jalali.from_gregorian(date.fromisoformat(d)) for d in (first, last))
    except ValueError:
        return Name(en=f"{first} – {last}")
    whole = begin.day == 1 and end.day == jalali.month_days(end.year, end.month)
    if whole and (begin.month, end.month) == (1, 12):
        years = [begin.year] if begin.year == end.year else [begin.year, end.year]
        return Name(" – ".join(persian(str(y)) for y in years), " – ".join(map(str, years)))
    if whole and begin[:2] == end[:2]:
        month = word(f"month-{begin.month}")
        return Name(f"{month.fa} {persian(str(begin.year))}", f"{month.en} {begin.year}")
    one, other = day(first), day(last)
    return Name(f"{one.fa} – {other.fa}", f"{one.en} – {other.en}")


def plain(lexical: str) -> str:
    """A decimal with its thousands set apart and without needless zeros; as it is if it is no plain number."""
    try:
        value = Decimal(lexical)
    except InvalidOperation:
        return lexical
    if not value.is_finite() or len(lexical) > _LONGEST_NUMBER or abs(value.adjusted()) > _LONGEST_NUMBER:
        return lexical
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def digits(text: str, lang: str) -> str:
    """A number in the digits of the language."""
    return persian(text) if lang == "fa" else text
