"""From a request to a response, without a socket: routes, formats, languages, headers and a cache.

A graph does not change while it is served, so a page that was made once is kept as bytes.
"""

from __future__ import annotations

import re
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlencode

from kg import iris
from kg.errors import InputError
from kg.export import svg, turtle
from kg.export.page import hash_source
from kg.export.words import Name
from kg.web import answer
from kg.web.answer import Page, Response
from kg.web.columns import KIND_OF
from kg.web.html import Html, el
from kg.web.pages import drawing, entity, finding, home, listing, ontology, quality, report, sparql
from kg.web.site import Site
from kg.web.view import View
from kg.web.words import word

POLICY = ("default-src 'none'; script-src 'self'; style-src 'self' {svg}; img-src 'self' data:; font-src 'self'; "
          "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
           "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"}
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2",
         ".ttf": "font/ttf", ".txt": "text/plain", ".map": "application/json", ".png": "image/png"}
CACHED = 64 * 2**20
"""Bytes of finished pages that are kept."""
_LONGEST = 16_000
_LANGS = ("fa", "en")


@dataclass(frozen=True)
class Request:
    """What came: method, path and query as sent, headers by lower-case name, body."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    client: str = ""


class Endpoint(Protocol):
    """What answers SPARQL; see ``kg.web.sparql``."""

    def __call__(self, method: str, query: str, headers: Mapping[str, str], body: bytes, client: str) -> Response: ...


class App:
    """The explorer of one site. ``endpoint`` answers SPARQL; without one ``missing`` says why."""

    def __init__(self, site: Site, endpoint: Endpoint | None = None, missing: str = "") -> None:
        self.site, self.endpoint = site, endpoint
        self.missing = missing or ("" if endpoint else "SPARQL is not available.")
        self.policy = POLICY.format(svg=hash_source(svg.STYLE))
        self._cache: OrderedDict[tuple[str, str, str, str], Response] = OrderedDict()
        self._size, self._lock = 0, threading.Lock()
        self._whole: bytes | None = None

    # ---------------------------------------------------------------------------------------------------- requests

    def respond(self, request: Request) -> Response:
        """The answer to any request; never raises."""
        try:
            return self._secured(self._respond(request))
        except Exception as error:  # one page's fault is not the server's
            sys.stderr.write(f"kg serve: {request.method} {request.target[:200]!r}: {type(error).__name__}: {error}\n")
            return self._secured(self._plain(500, "error-500"))

    def _secured(self, response: Response) -> Response:
        headers = {**HEADERS, "Content-Security-Policy": self.policy, **response.headers}
        return Response(response.status, response.type, response.body, headers)

    def _respond(self, request: Request) -> Response:
        path, _, raw = request.target.partition("?")
        if len(request.target) > _LONGEST and not path.startswith("/sparql"):
            return self._plain(414, "error-400")
        path = _decoded(path)
        if path == "/sparql":
            return self._sparql(request, raw)
        if request.method not in ("GET", "HEAD"):
            return Response(405, "text/plain", _line("error-405"), {"Allow": "GET, HEAD"})
        if path.startswith("/static/"):
            return self._static(path.removeprefix("/static/"))
        if path == "/graph.ttl":
            saved = {"Content-Disposition": 'attachment; filename="graph.ttl"'}
            return Response(200, "text/turtle", self._graph(), saved)
        query = _query(raw)
        lang = query.get("lang", "fa") if query.get("lang") in _LANGS else "fa"
        format = answer.wanted(query, request.headers.get("accept", ""))
        if not format:
            return Response(406, "text/plain", _line("error-406"))
        key = (path, raw, lang, format)
        with self._lock:
            if key in self._cache:
                self._cache.move_to_end(key)
                return self._cache[key]
        response = self._made(View(self.site, lang, _quoted(path), query), path, query, format)
        self._keep(key, response)
        return response

    def _keep(self, key: tuple[str, str, str, str], response: Response) -> None:
        if response.status != 200 or len(response.body) > CACHED // 8:
            return
        with self._lock:
            self._cache[key] = response
            self._size += len(response.body) + 1000
            while self._size > CACHED:
                _, old = self._cache.popitem(last=False)
                self._size -= len(old.body) + 1000

    def _made(self, view: View, path: str, query: Mapping[str, str], format: str) -> Response:
        try:
            page = self._page(view, path, query)
        except InputError as error:
            return self._problem(view, 400, str(error), format)
        if isinstance(page, str):
            return Response(303, "text/plain", b"", {"Location": page})
        if page is None:
            return self._problem(view, 404, view.t("error-404"), format)
        return self._sent(view, page, format, path)

    def _page(self, view: View, path: str, query: Mapping[str, str]) -> Page | str | None:
        """The page at a path; an address to go to; None if there is nothing."""
        simple: dict[str, Callable[[View], Page]] = {
            "/": home.page, "/search": finding.page, "/quality": quality.page, "/ontology": ontology.page,
            "/picture": drawing.page}
        if path in simple:
            return simple[path](view)
        if path.removeprefix("/") in KIND_OF:
            return listing.page(view, path.removeprefix("/"))
        if path == "/ns":
            return view.url("/ontology")
        iri = _iri(path, query)
        if iri.startswith(iris.NS):
            return view.url("/ontology")
        if iri in self.site.graph.records:
            record = self.site.graph.records[iri]
            return report.page(view, record) if record.kind == "Report" else entity.page(view, record)
        if iri in self.site.graph.spots:
            return view.url("/iri", iri=self.site.graph.report_of(iri))
        if iri and (iri in self.site.graph.subjects or iri in self.site.graph.users or self._code(iri)):
            return entity.plain(view, iri)
        return None

    def _code(self, iri: str) -> bool:
        return iri.startswith(iris.CODE) and any(t.iri == iri for t in ontology.terms())

    def _sent(self, view: View, page: Page, format: str, path: str) -> Response:
        headers = {"Vary": "Accept", "Cache-Control": "no-cache"}
        if format == "json":
            return Response(page.status, "application/json", answer.as_json(page.data()), headers)
        if format == "csv":
            return Response(page.status, "text/csv", answer.as_csv(*page.table(), excel="excel" in view.query), headers)
        if format == "ttl":
            return Response(page.status, "text/turtle", answer.as_turtle(page.triples()), headers)
        if path == "/picture":
            text = page.html()
            return Response(200, "text/html", text.encode("utf-8", "replace"),
                            {**headers, "Content-Security-Policy": drawing.policy(text)})
        return Response(page.status, "text/html", view.frame(page.title, page.html(), page.active).encode(
            "utf-8", "replace"), headers)

    def _problem(self, view: View, status: int, message: str, format: str) -> Response:
        if format == "html":
            body = el("div", el("h1", view.n(status)), el("p", message), el("p", el(
                "a", view.t("page-home"), href=view.url("/"))), class_="head")
            return Response(status, "text/html", view.frame(Name(message, message), body).encode("utf-8", "replace"))
        if format == "json":
            return Response(status, "application/json", answer.as_json({"error": message}))
        return Response(status, "text/plain", f"{message}\n".encode("utf-8", "replace"))

    def _plain(self, status: int, key: str) -> Response:
        return Response(status, "text/plain", _line(key))

    # ------------------------------------------------------------------------------------------------ single routes

    def _static(self, name: str) -> Response:
        """A file of the whitelist; ``fonts.css`` is written here, naming the fonts that are there."""
        if name == "fonts.css":
            return Response(200, "text/css", self._fonts().encode(), {"Cache-Control": "max-age=3600"})
        path = self.site.assets.get(name)
        if path is None:
            return self._plain(404, "error-404")
        return Response(200, TYPES.get(path.suffix, "application/octet-stream"), path.read_bytes(),
                        {"Cache-Control": "max-age=3600"})

    def _fonts(self) -> str:
        faces = [name for name in sorted(self.site.assets) if re.fullmatch(
            r"vendor/(?:[\w.-]+/)*Vazirmatn[\w.\[\]-]*\.woff2", name, re.IGNORECASE)]
        variable = [n for n in faces if "[" in n or "wght" in n.lower() or "variable" in n.lower()]
        if variable:
            return _face(variable[0], "100 900")
        weights = (("regular", "400"), ("bold", "700"))
        return "".join(_face(n, w) for key, w in weights for n in faces if key in n.lower().rpartition("/")[2])

    def _editor(self) -> str:
        """The path of the SPARQL editor's script, if the installation has it."""
        found = [n for n in sorted(self.site.assets) if re.search(r"vendor/.*yas(?:gui|qe)[\w.]*\.js$", n)]
        return f"/static/{found[0]}" if found else ""

    def _graph(self) -> bytes:
        with self._lock:
            if self._whole is None:
                self._whole = turtle.write(self.site.graph.triples).encode("utf-8", "replace")
            return self._whole

    def _sparql(self, request: Request, raw: str) -> Response:
        """The protocol; or the page, where a person asks: a GET that would rather have HTML and names no format."""
        query = _query(raw)
        accept = request.headers.get("accept", "")
        person = request.method in ("GET", "HEAD") and "format" not in query and "output" not in query and (
            "text/html" in accept.lower())
        if not person:
            if self.endpoint is None:
                return Response(503, "text/plain", f"{self.missing}\n".encode())
            return self.endpoint(request.method, raw, request.headers, request.body, request.client)
        lang = query.get("lang", "fa") if query.get("lang") in _LANGS else "fa"
        view = View(self.site, lang, "/sparql", query)
        told = None
        text = query.get("query", "")
        if text and self.endpoint is not None:
            raw_query = urlencode({"query": text})
            headers = {"accept": "application/sparql-results+json, text/turtle;q=0.9"}
            told = sparql.read(self.endpoint("GET", raw_query, headers, b"", request.client))
        missing = "" if self.endpoint else f"{view.t('sparql-missing')} ({self.missing})"
        body = view.frame(sparql.title(), sparql.html(view, text, told, missing, self._editor()), "sparql")
        return Response(told.status if told and told.error else 200, "text/html", body.encode("utf-8", "replace"),
                        {"Vary": "Accept", "Cache-Control": "no-cache"})


def _face(name: str, weight: str) -> str:
    return (f"@font-face{{font-family:Vazirmatn;font-weight:{weight};font-display:swap;"
            f"src:url('/static/{name}') format('woff2')}}\n")


def _decoded(path: str) -> str:
    """A path as text; what is no UTF-8 becomes U+FFFD and is found nowhere."""
    return unquote(path, errors="replace")


def _quoted(path: str) -> str:
    from urllib.parse import quote

    return quote(path, safe="/-_.~,:!$&()*+;@=")


def _query(raw: str) -> dict[str, str]:
    """The last value of each key; at most fifty keys."""
    try:
        return dict(parse_qsl(raw, keep_blank_values=True, errors="replace", max_num_fields=50))
    except ValueError:
        return {}


def _iri(path: str, query: Mapping[str, str]) -> str:
    if path == "/iri":
        return query.get("iri", "")
    for place, base in (("/id/", iris.ID), ("/code/", iris.CODE)):
        if path.startswith(place):
            return base + path.removeprefix(place)
    return ""


def _line(key: str) -> bytes:
    name = word(key)
    return f"{name.en} / {name.fa}\n".encode()


__all__ = ["App", "Endpoint", "Html", "Request"]
