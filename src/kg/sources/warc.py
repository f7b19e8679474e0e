"""WARC files (ISO 28500), the form in which web archives keep pages: a report per page with running text.

Pages are answers of status 200 that say they are HTML. The day of the crawl is not the day of publication, and is not
taken for it.
"""

from __future__ import annotations

import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.model import Report
from kg.sources import pages
from kg.sources.base import MAX_BYTES, URL, Defaults, Found, SourceProblem, shown

_BLOCK = 1024 * 1024
MISSING = "needs the package warcio to be read: pip install 'khabar-kg[warc]'"


def read(path: Path, place: str, id: str, defaults: Defaults) -> Found:
    """Reports and problems of an archive. Pages without running text are only counted: archives are full of them."""
    try:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed
    except ImportError:
        yield SourceProblem(f"{place} {MISSING}.")
        return
    number = empty = 0
    with path.open("rb") as stream:
        try:
            for number, record in enumerate(ArchiveIterator(stream), 1):
                if record.format != "warc":
                    raise ArchiveLoadFailed("an ARC file, or none at all")
                page = _payload(record) if _is_page(record) else None
                _finish(record)
                if page is not None:
                    found = list(_page(page, record, f"{place}, record {number}", f"{id}-{number}", defaults))
                    empty += not found
                    yield from found
        except (ArchiveLoadFailed, EOFError, zlib.error) as error:
            why = "it ends too early" if isinstance(error, EOFError) else "what should be a record is none"
            yield SourceProblem(f"{place} is damaged at record {max(number, 1)} ({why}); what stood before it was "
                                "read. Fetch the file anew.")
            return
    if not number:
        yield SourceProblem(f"{place} cannot be read: it is empty.")
    if empty:
        yield SourceProblem(f"{place}: {empty:,} of its pages hold no running text and were left out.", note=True)


def _is_page(record: Any) -> bool:
    http = record.http_headers
    return bool(record.rec_type == "response" and http is not None and http.get_statuscode() == "200"
                and (http.get_header("Content-Type") or "").lower().startswith(("text/html", "application/xhtml")))


def _payload(record: Any) -> bytes:
    """The page's bytes, unpacked; one more than a page may have tells that it has too many."""
    read: bytes = record.content_stream().read(MAX_BYTES + 1)
    return read


def _finish(record: Any) -> None:
    """Read a record to its end. Raises EOFError if the file ends before, which warcio lets pass in silence."""
    while record.raw_stream.read(_BLOCK):
        pass
    if getattr(record.raw_stream, "limit", 0) > 0:
        raise EOFError


def _page(data: bytes, record: Any, place: str, id: str, defaults: Defaults) -> Found:
    if len(data) > MAX_BYTES:
        yield SourceProblem(f"{place} is larger than {MAX_BYTES // 2**20} MB, which is no single report; left out.")
        return
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    own = replace(defaults, url=url) if defaults.url is None and URL.fullmatch(url) else defaults
    try:
        text, _ = pages.decoded(data)
        for found in pages.read(text, place, id, own):
            if isinstance(found, Report) or found.note:
                yield found
    except InputError as error:
        yield SourceProblem(f"{place} ({shown(url)}) cannot be read: {error}.")
