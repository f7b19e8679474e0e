"""SPARQL 1.1 Protocol (W3C recommendation of 2013): from a request to a question, from an answer to a response.

No socket, no process: ``question`` reads a request, ``Refusal`` carries a status and one sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

MAX_BODY = 65_536
"""A request's body, or its query string, has at most so many bytes."""
_FORM, _QUERY, _UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"

BINDINGS = {
    "json": "application/sparql-results+json", "xml": "application/sparql-results+xml",
    "csv": "text/csv; charset=utf-8", "tsv": "text/tab-separated-values; charset=utf-8",
}
"""Forms of the answer to SELECT and ASK, best first, with their media types."""
GRAPHS = {"turtle": "text/turtle; charset=utf-8", "ntriples": "application/n-triples"}
"""Forms of the answer to CONSTRUCT and DESCRIBE."""
_ALSO = {"application/json": "json", "application/xml": "xml", "text/xml": "xml", "application/x-turtle": "turtle"}
_SHORT = {"ttl": "turtle", "nt": "ntriples", "n-triples": "ntriples"}


@dataclass(frozen=True)
class SparqlRequest:
    """A request as it came. ``query_string`` is what follows "?", percent-encoded; ``client`` names who asks, for the
    limit of questions a minute ("" has none)."""

    method: str
    query_string: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    client: str = ""

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers.items() if key.lower() == name), "")


@dataclass(frozen=True)
class SparqlResponse:
    """Status, headers and the whole body. An error is one sentence in plain text."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True)
class Question:
    """A query, the graphs to ask (None: the query's own or all), and the forms that the asker takes, if any."""

    query: str
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    bindings: str | None
    graph: str | None


class Refusal(Exception):  # noqa: N818 - an answer, not an error of the program
    """A request that is not answered, with the status and the sentence that say so."""

    def __init__(self, status: int, sentence: str, **headers: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence
        self.headers = tuple((name.replace("_", "-"), value) for name, value in headers.items())

    def response(self) -> SparqlResponse:
        return response(self.status, "text/plain; charset=utf-8", f"{self.sentence}\n".encode(), self.headers)


def response(status: int, type: str, body: bytes, more: tuple[tuple[str, str], ...] = ()) -> SparqlResponse:
    """A response with the headers that all have. No other site's page may read it: there is no Allow-Origin."""
    return SparqlResponse(status, (("Content-Type", type), ("Vary", "Accept"), ("Cache-Control", "no-store"),
                                   ("X-Content-Type-Options", "nosniff"), *more), body)


def question(request: SparqlRequest) -> Question:
    """What a request asks. Raises Refusal: 400, 405, 406, 413, 415."""
    if len(request.body) > MAX_BODY or len(request.query_string) > MAX_BODY:
        raise Refusal(413, f"A question may have {MAX_BODY:,} bytes. Shorten it.")
    if request.method in ("GET", "HEAD"):
        fields = _fields(request.query_string)
    elif request.method == "POST":
        fields = _posted(request)
    else:
        raise Refusal(405, f"The method {_shown(request.method)} is not known here. Use GET or POST.",
                      Allow="GET, HEAD, POST")
    if "update" in fields:
        raise Refusal(400, "An update is refused: the data can be asked, not changed.")
    queries = fields.get("query", [])
    if len(queries) != 1:
        raise Refusal(400, "The parameter 'query' is missing: /sparql?query=SELECT… asks." if not queries else
                      "There are several parameters 'query'. Ask one question at a time.")
    bindings, graph = _forms(request.header("accept"), [*fields.get("format", []), *fields.get("output", [])])
    default, named = fields.get("default-graph-uri"), fields.get("named-graph-uri")
    if default is None and named is None:
        return Question(queries[0], None, None, bindings, graph)
    return Question(queries[0], tuple(default or ()), tuple(named or ()), bindings, graph)


def _posted(request: SparqlRequest) -> dict[str, list[str]]:
    type, _, parameters = request.header("content-type").partition(";")
    type = type.strip().lower()
    charset = parameters.strip().lower().replace('"', "")
    if charset.startswith("charset=") and charset not in ("charset=utf-8", "charset=utf8", "charset=us-ascii"):
        raise Refusal(415, f"The question must come as UTF-8, not {_shown(charset[8:])}.")
    if type == _FORM:
        fields = _fields(_decoded(request.body))
        for name, values in _fields(request.query_string).items():
            fields.setdefault(name, []).extend(values)
        return fields
    if type == _QUERY:
        return {**_fields(request.query_string), "query": [_decoded(request.body)]}
    if type == _UPDATE:
        raise Refusal(400, "An update is refused: the data can be asked, not changed.")
    raise Refusal(415, f"A question comes as {_FORM} or {_QUERY}, not as '{_shown(type)}'.")


def _fields(text: str) -> dict[str, list[str]]:
    """The parameters of a query string or form, each decoded strictly."""
    found: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=100, errors="strict")
    except ValueError as error:  # UnicodeDecodeError is one
        raise Refusal(400, "The parameters of the request are not percent-encoded UTF-8, or too many.") from error
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal(400, f"The question is not UTF-8 (byte {error.start}).") from error


def _forms(accept: str, named: list[str]) -> tuple[str | None, str | None]:
    """The best form for bindings and for graphs; None where the asker takes none of ours."""
    if named:
        form = _SHORT.get(named[0].lower(), named[0].lower())
        form = next((own for own, type in _types().items() if form == type), form)
        if form not in BINDINGS and form not in GRAPHS:
            raise Refusal(400, f"The format '{_shown(named[0])}' is not known. Use {', '.join([*BINDINGS, *GRAPHS])}.")
        return (form, None) if form in BINDINGS else (None, form)
    wanted = _ranges(accept or "*/*")
    bindings, graph = _best(BINDINGS, wanted), _best(GRAPHS, wanted)
    if bindings is None and graph is None:
        raise Refusal(406, f"None of the asked formats can be had. There are {', '.join(_types().values())}.")
    return bindings, graph


def _types() -> dict[str, str]:
    return {form: type.partition(";")[0] for form, type in {**BINDINGS, **GRAPHS}.items()}


def _ranges(accept: str) -> list[tuple[str, float]]:
    """The media ranges of an Accept header (RFC 9110, 12.5.1) with their weights."""
    found = []
    for part in accept.split(",")[:50]:
        type, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
        try:
            found.append((type, float(weight)))
        except ValueError:
            found.append((type, 0.0))
    return found


def _best(forms: Mapping[str, str], wanted: list[tuple[str, float]]) -> str | None:
    """The form with the highest weight; of equals the first of ours."""
    weights = {form: _weight(form, type.partition(";")[0], wanted) for form, type in forms.items()}
    best = max(forms, key=lambda form: weights[form])
    return best if weights[best] > 0 else None


def _weight(form: str, type: str, wanted: list[tuple[str, float]]) -> float:
    """The weight that the most exact range gives a form."""
    names = {type, *(other for other, of in _ALSO.items() if of == form)}
    for fits in (names, {f"{type.partition('/')[0]}/*"}, {"*/*", "*"}):
        given = [weight for range, weight in wanted if range in fits]
        if given:
            return max(given)
    return 0.0


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in text[:100])
