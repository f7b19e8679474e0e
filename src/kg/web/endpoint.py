"""The SPARQL endpoint as the app sees it: the pool of ``kg.web.sparql``, or a sentence why there is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kg.errors import KgError
from kg.web.answer import Response
from kg.web.app import Endpoint


@contextmanager
def endpoint(source: Path) -> Iterator[tuple[Endpoint | None, str]]:
    """The endpoint of a graph file or store and nothing, or nothing and the reason."""
    try:
        from kg.web.sparql import SparqlPool, SparqlRequest

        pool = SparqlPool(source)
    except ImportError as error:
        yield None, f"There is no SPARQL endpoint: {error}. Install khabar-kg[store]."
        return
    except KgError as error:
        yield None, f"There is no SPARQL endpoint: {error}"
        return

    def ask(method: str, query: str, headers: Mapping[str, str], body: bytes, client: str) -> Response:
        return _response(pool.answer(SparqlRequest(method, query, headers, body, client)))

    with pool:
        yield ask, ""


def _response(told: Any) -> Response:
    headers = dict(told.headers)
    type_ = next((v for k, v in headers.items() if k.lower() == "content-type"), "text/plain; charset=utf-8")
    return Response(told.status, type_, told.body, {k: v for k, v in headers.items() if k.lower() not in (
        "content-type", "content-length")})
