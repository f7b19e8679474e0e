"""A saved web page as a report."""

from __future__ import annotations

import re

from kg import page
from kg.errors import InputError
from kg.model import Report
from kg.sources.base import MAX_CHARS, URL, Defaults, Found, SourceProblem, clean, decode, parse_date, shown


def decoded(data: bytes) -> tuple[str, str]:
    """A page's text and encoding: Windows-1256 if its header says so and the bytes agree, else as ``decode`` finds.

    Raises InputError.
    """
    declared = _declared(data)
    return (declared, "utf-8") if declared is not None else decode(data)


def _declared(data: bytes) -> str | None:
    match = re.search(rb"charset\s*=\s*[\"']?\s*([\w-]+)", data[:2048], re.IGNORECASE)
    if match is None or match.group(1).lower() not in (b"windows-1256", b"cp1256"):
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1256", "replace")
    return None


def read(html: str, place: str, id: str, defaults: Defaults) -> Found:
    """The report of a page, or why there is none. Raises InputError if it is too long."""
    found = page.read(html)
    if not found.paragraphs:
        yield SourceProblem(f"{place} holds no running text; save the page of one report, not a list or a form.")
        return
    published, url = defaults.published, defaults.url
    try:
        published = published or (parse_date(found.published) if found.published else None)
    except InputError:
        yield SourceProblem(f"{place}: the page's own date '{shown(found.published or '')}' is not understood; "
                            "read without it, give --published.", note=True)
    if url is None and found.url and URL.fullmatch(found.url):
        url = found.url
    body = "\n".join(found.paragraphs)
    if len(body) > MAX_CHARS:
        raise InputError(f"it has more than the {MAX_CHARS:,} characters a report may have")
    yield Report.of(id, clean(found.title), clean(body), published=published,
                    outlet=defaults.outlet or found.outlet, url=url)
