"""What a page is before it is sent: one description that becomes HTML, JSON, CSV or Turtle."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg.export import turtle
from kg.export.words import Name
from kg.model import Triple
from kg.web.html import Html

FORMATS = {"html": "text/html", "json": "application/json", "csv": "text/csv", "ttl": "text/turtle"}
"""What each page can be had as, with its media type; the first is the default."""
_GUARDED = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Response:
    """A finished answer."""

    status: int
    type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """A page. What costs (``html``, ``data``, ``rows``, ``triples``) is made only in the format asked for.

    ``table`` gives head and rows of the CSV. ``active`` is the part of the menu it belongs to.
    """

    title: Name
    html: Callable[[], Html]
    data: Callable[[], Any]
    table: Callable[[], tuple[Sequence[str], Iterable[Sequence[str]]]]
    triples: Callable[[], Iterable[Triple]]
    active: str = ""
    status: int = 200


def as_json(data: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def as_csv(head: Sequence[str], rows: Iterable[Sequence[str]], excel: bool = False) -> bytes:
    """CSV with CRLF (RFC 4180). For Excel with a byte order mark, and with cells that look like formulas disarmed."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(head)
    for row in rows:
        writer.writerow([f"'{cell}" if excel and cell.startswith(_GUARDED) else cell for cell in row])
    return stream.getvalue().encode("utf-8-sig" if excel else "utf-8", "replace")


def as_turtle(triples: Iterable[Triple]) -> bytes:
    return turtle.write(triples).encode("utf-8", "replace")


def wanted(query: Mapping[str, str], accept: str) -> str:
    """The format asked for by ``?format=`` or the Accept header; empty for one that we do not have."""
    if "format" in query:
        given = query["format"].lower()
        return given if given in FORMATS else {"turtle": "ttl", "htm": "html"}.get(given, "")
    best, weight = "html", -1.0
    if not accept.strip():
        return best
    found = False
    for part in accept[:2000].split(","):
        media, *options = (piece.strip().lower() for piece in part.split(";"))
        q = 1.0
        for option in options:
            if option.startswith("q="):
                try:
                    q = float(option[2:])
                except ValueError:
                    q = 0.0
        format = _format(media)
        if format and q > 0:
            found = True
            if q > weight:
                best, weight = format, q
    return best if found else ""


def _format(media: str) -> str:
    if media in ("*/*", "text/*", "application/xhtml+xml"):
        return "html"
    if media in ("application/ld+json", "application/*"):
        return "json" if media == "application/*" else ""
    if media in ("text/turtle", "application/x-turtle", "application/rdf+xml;q=0"):
        return "ttl"
    return next((format for format, type in FORMATS.items() if media == type), "")
