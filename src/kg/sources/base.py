"""What all sources share: defaults, problems, text, dates, encodings, and the report of one record."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.model import Report
from kg.text.jalali import to_gregorian

MAX_CHARS = 1_000_000
"""More characters than this are no single news report."""
MAX_BYTES = 32 * 1024 * 1024
COLUMNS = ("id", "title", "body", "published", "outlet", "url")
"""What a JSON line or a row says of a report."""
_MAX_TITLE = 400
_JALALI_BEFORE = 1700

_BREAKS = "\n\r\u2028\u2029\x0b\x0c\x85"
_LINE = re.compile(f"[^{_BREAKS}]+")
_DATE = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ,]+\d{1,2}:.*)?", re.DOTALL)
URL = re.compile(r'https?://[^\s<>"\x00-\x20]+', re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_INVISIBLE = re.compile("[\\s\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\x00-\x1f]+")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
         (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@dataclass(frozen=True)
class SourceProblem:
    """Something a user should know of a source, as one sentence. A ``note`` costs nothing; else input was lost."""

    message: str
    note: bool = False


@dataclass(frozen=True)
class Defaults:
    """What the user says of all reports. A JSON line's own fields go before it, a web page's own words after it."""

    published: date | None = None
    outlet: str | None = None
    url: str | None = None


Found = Iterator[Report | SourceProblem]


def of_text(text: str, id: str, published: date | None = None, outlet: str | None = None,
            url: str | None = None) -> Report:
    """A report from text alone: the first line that is not blank is its title, unless it is as long as a paragraph.

    Raises InputError if there is no text, or more than a report can have.
    """
    text = _SURROGATE.sub("\ufffd", text)
    if not _INVISIBLE.sub("", text[:10_000]) and not _INVISIBLE.sub("", text):
        raise InputError("it is empty; a report is a title line, a blank line and the text")
    if len(text) > MAX_CHARS:
        raise InputError(f"it has {len(text):,} characters, more than the {MAX_CHARS:,} a report may have; split it")
    title_end, body_start = _parts(text)
    return Report(id, text, title_end, body_start, published, outlet, url)


def _parts(text: str) -> tuple[int, int]:
    """Where the title ends and the body begins."""
    lines = (m for m in _LINE.finditer(text) if _INVISIBLE.sub("", m.group()[:_MAX_TITLE + 1]))
    first = next(lines, None)
    if first is None or len(first.group()) > _MAX_TITLE:
        return 0, 0
    second = next(lines, None)
    return first.end(), len(text) if second is None else second.start()


def parse_date(text: str) -> date:
    """The date of 1399-11-20, 1399/11/20 (any digits, Jalali before the year 1700) or 2021-02-08, time ignored.

    Raises InputError for anything else, also for a day that does not exist.
    """
    text = text.strip()
    told = shown(text)
    # Digits of any script are digits to int() and \\d alike.
    match = _DATE.fullmatch(text) if len(text) <= 64 else None
    if match is None:
        raise InputError(f"'{told}' is not a date; write it like 1399-11-20 or 2021-02-08.")
    year, month, day = (int(match.group(i)) for i in (1, 3, 4))
    try:
        return to_gregorian(year, month, day) if year < _JALALI_BEFORE else date(year, month, day)
    except ValueError as error:
        calendar = "Jalali" if year < _JALALI_BEFORE else "Gregorian"
        raise InputError(f"'{told}' is no day of the {calendar} calendar; check year, month and day.") from error


def check_url(text: str) -> str:
    """A web address as given. Raises InputError if it cannot stand in a graph."""
    if not URL.fullmatch(text.strip()):
        raise InputError(f"'{shown(text)}' is not a web address; it must begin with http:// or https://, no blanks.")
    return text.strip()


def decode(data: bytes) -> tuple[str, str]:
    """Text and the name of its encoding: by byte order mark, else UTF-8, else Windows-1256 if it looks Persian.

    Raises InputError for binary data and unknown encodings.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            try:
                return data[len(mark):].decode(name), name
            except UnicodeDecodeError as error:
                raise InputError(f"it begins like {name.upper()} but is damaged at byte {error.start}") from error
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _windows_1256(data, error.start), "windows-1256"
    if len(_CONTROL.findall(text)) * 100 > len(text):
        raise InputError("it is a binary file, not text")
    return text, "utf-8"


def _windows_1256(data: bytes, bad: int) -> str:
    text = data.decode("cp1256", "replace")
    high = [c for c in text if c >= "\x80"]
    # Cut or damaged UTF-8 read this way is half symbols; real Persian is nearly all letters and half-spaces.
    persian = sum("\u0600" <= c <= "\u06ff" or c in "«»\u200c\u200d\xa0" for c in high)
    if _CONTROL.search(text):
        raise InputError("it is a binary file, not text")
    if persian < 0.9 * len(high):
        raise InputError(f"it is neither UTF-8 (byte {bad} is wrong) nor Windows-1256; save it as UTF-8")
    return text


def record(record: dict[str, Any], place: str, id: str, defaults: Defaults) -> Found:
    """The report of a record with COLUMNS; other keys are nobody's business. Raises InputError."""
    title, body = _field(record, "title") or "", _field(record, "body") or ""
    if not _INVISIBLE.sub("", title) and not _INVISIBLE.sub("", body):
        raise InputError("it has neither title nor body")
    if len(title) + len(body) > MAX_CHARS:
        raise InputError(f"it has more than the {MAX_CHARS:,} characters a report may have")
    published, url = defaults.published, defaults.url
    try:
        own = _field(record, "published")
        published = parse_date(own) if own and own.strip() else published
    except InputError as error:
        yield SourceProblem(f"{place}: {error} The report is read without a date of its own.")
    try:
        own = _field(record, "url")
        url = check_url(own) if own and own.strip() else url
    except InputError as error:
        yield SourceProblem(f"{place}: {error} The report is read without it.")
    outlet = (_field(record, "outlet") or "").strip() or defaults.outlet
    name = clean(_field(record, "id") or "").strip() or id
    yield Report.of(name, clean(title), clean(body), published=published, outlet=outlet, url=url)


def _field(record: dict[str, Any], key: str) -> str | None:
    value = record.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if value is None or isinstance(value, str):
        return value
    raise InputError(f"its '{key}' is not a text")


def clean(text: str) -> str:
    """Text without lone surrogates, which JSON can write and UTF-8 cannot: each becomes U+FFFD, offsets stay."""
    return _SURROGATE.sub("\ufffd", text)


def reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return (error.strerror or str(error)).lower() if not isinstance(error, FileNotFoundError) else "no such file"
    if isinstance(error, RecursionError):
        return "nested too deeply"
    return str(error).rstrip(".")


def shown(text: str | Path) -> str:
    """A path or value fit for a message: one line, no control or direction marks, not too long."""
    plain = "".join(c if c.isprintable() or c == "\u200c" else f"\\x{ord(c):02x}" for c in str(text)[:200])
    return plain if len(str(text)) <= 200 else plain + "…"

