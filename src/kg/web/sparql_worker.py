"""One question in a process of its own, which ends with it: what it may take is set by the kernel, not by good will.

``seal`` shuts the process in: no more memory than given, no file or socket opened any more, killed at its time. Then
``answer`` asks. The process writes one message and ends; if it is killed, the one who started it says how it ended.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import resource
import signal
import socket
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.iris import PREFIXES
from kg.web.sparql_protocol import BINDINGS, GRAPHS, Question, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyoxigraph

ANSWER, REFUSED, ENDED, GONE = b"A", b"R", b"X", b"G"
"""Kinds of message: an answer, a refusal, how the process ended, the data's files have gone."""
_HEAD = struct.Struct("!cI")


@dataclass(frozen=True)
class Limits:
    """What one question may take: seconds of the clock, memory beyond that of the data, rows, bytes of the answer."""

    seconds: float = 10
    megabytes: int = 512
    rows: int = 100_000
    answer_bytes: int = 32 * 1024 * 1024


def send(to: socket.socket, kind: bytes, payload: bytes) -> None:
    """Write a message: its kind, its length, its bytes."""
    to.sendall(_HEAD.pack(kind, len(payload)) + payload)


def receive(source: socket.socket) -> tuple[bytes, bytes] | None:
    """The next message, or None if the other side has closed. Raises TimeoutError, ConnectionError."""
    head = _exactly(source, _HEAD.size)
    if head is None:
        return None
    kind, length = _HEAD.unpack(head)
    payload = _exactly(source, length)
    return None if payload is None else (kind, payload)


def _exactly(source: socket.socket, count: int) -> bytes | None:
    parts = []
    while count:
        part = source.recv(min(count, 1 << 20))
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def seal(limits: Limits) -> None:
    """Shut this process in, for good. What is open stays open."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends the process, whatever library it is in
    signal.setitimer(signal.ITIMER_REAL, limits.seconds)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    size = _address_space() + limits.megabytes * 1024 * 1024
    with contextlib.suppress(ValueError):  # a smaller limit was set for all of us
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
    free = os.dup(0)  # the lowest number that is free: with that as the limit, none can be had any more
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, free))


def _address_space() -> int:
    """Bytes of address space in use."""
    try:
        with open("/proc/self/statm", "rb") as stream:  # noqa: PTH123 - one call, before every question
            return int(stream.read().split()[0]) * resource.getpagesize()
    except OSError:  # not Linux
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def answer(store: pyoxigraph.Store, question: Question, froms: Iterable[str], limits: Limits) -> tuple[str, bytes]:
    """The media type and the whole body. Raises Refusal: 400, 406, 413, 500, 503."""
    import pyoxigraph

    for graph in froms:
        if not store.contains_named_graph(_node(graph)):
            raise Refusal(400, f"FROM <{graph}> is refused: it is no graph of this data, and nothing else is loaded. "
                               "Leave the FROM clause out.")
    try:
        found = store.query(question.query, prefixes=PREFIXES, **_graphs(question))
        if isinstance(found, pyoxigraph.QueryTriples):
            return _graph(found, question, limits)
        return _bindings(found, question, limits)
    except SyntaxError as error:
        raise Refusal(400, f"This is not a SPARQL query that can be read: {_place(str(error))}") from error
    except MemoryError as error:
        raise Refusal(503, TOO_MUCH_MEMORY) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise Refusal(500, f"The query cannot be answered: {_one_line(str(error))}") from error


TOO_MUCH_MEMORY = ("The query needs more memory than one question may have. Ask for less: fewer patterns that share no "
                   "variable, no ORDER BY over everything.")


def _graphs(question: Question) -> dict[str, Any]:
    if question.default_graphs is None:
        return {}
    return {"default_graph": [_node(iri) for iri in question.default_graphs],
            "named_graphs": [_node(iri) for iri in question.named_graphs or ()]}


def _node(iri: str) -> pyoxigraph.NamedNode:
    import pyoxigraph

    try:
        return pyoxigraph.NamedNode(iri)
    except ValueError as error:
        raise Refusal(400, f"'{_one_line(iri)}' is not the IRI of a graph.") from error


class _Body(io.RawIOBase):
    """Bytes in memory that refuse to become too many."""

    def __init__(self, limit: int) -> None:
        self._parts: list[bytes] = []
        self._left = limit
        self.full = False

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._left -= len(data)
        if self._left < 0:
            self.full = True
            raise OSError("the answer is too large")
        self._parts.append(bytes(data))
        return len(data)

    def whole(self) -> bytes:
        return b"".join(self._parts)


def _bindings(found: Any, question: Question, limits: Limits) -> tuple[str, bytes]:
    import pyoxigraph

    if question.bindings is None:
        raise Refusal(406, f"The answer is a table. Ask for {', '.join(_plain(BINDINGS))}.")
    formats = {"json": pyoxigraph.QueryResultsFormat.JSON, "xml": pyoxigraph.QueryResultsFormat.XML,
               "csv": pyoxigraph.QueryResultsFormat.CSV, "tsv": pyoxigraph.QueryResultsFormat.TSV}
    body = _Body(limits.answer_bytes)
    try:
        found.serialize(output=body, format=formats[question.bindings])
    except Exception:
        if body.full:
            raise Refusal(413, _too_large(limits)) from None
        raise
    whole = body.whole()
    if _rows(whole, question.bindings, limits.rows) > limits.rows:
        raise Refusal(413, _too_large(limits))
    return BINDINGS[question.bindings], whole


def _rows(body: bytes, form: str, most: int) -> int:
    """How many rows an answer has; counted exactly only where a quick count, which is never too low, says too many."""
    quick = {"json": b"},{", "xml": b"<result>", "csv": b"\n", "tsv": b"\n"}[form]
    count = body.count(quick) + (form == "json")
    if count <= most or form == "xml":
        return count
    if form == "json":
        return len(json.loads(body).get("results", {}).get("bindings", []))
    if form == "csv":
        return sum(1 for _ in csv.reader(io.StringIO(body.decode(), newline=""))) - 1
    return count - 1  # a line's end in a value is escaped in TSV


def _graph(found: Any, question: Question, limits: Limits) -> tuple[str, bytes]:
    """Sorted, each triple once: the same triples are the same bytes."""
    import pyoxigraph

    if question.graph is None:
        raise Refusal(406, f"The answer is a graph. Ask for {' or '.join(_plain(GRAPHS))}.")
    triples: dict[Any, str] = {}
    for triple in found:
        triples[triple] = str(triple)
        if len(triples) > limits.rows:
            raise Refusal(413, _too_large(limits))
    ordered = sorted(triples, key=triples.__getitem__)
    if question.graph == "ntriples":
        body = pyoxigraph.serialize(ordered, format=pyoxigraph.RdfFormat.N_TRIPLES) or b""
    else:
        body = pyoxigraph.serialize(ordered, format=pyoxigraph.RdfFormat.TURTLE, prefixes=PREFIXES) or b""
    if len(body) > limits.answer_bytes:
        raise Refusal(413, _too_large(limits))
    return GRAPHS[question.graph], body


def _too_large(limits: Limits) -> str:
    return (f"The answer has more than {limits.rows:,} rows or {limits.answer_bytes:,} bytes. Ask for less, or in "
            "parts, with LIMIT and OFFSET.")


def _plain(forms: dict[str, str]) -> list[str]:
    return [type.partition(";")[0] for type in forms.values()]


def _place(message: str) -> str:
    """``error at 1:20: expected …`` as line and column."""
    message = _one_line(message).removeprefix("error at ")
    place, colon, rest = message.partition(": ")
    line, _, column = place.partition(":")
    if not (colon and line.isdigit() and column.isdigit()):
        return f"{message}."
    expected = rest.removeprefix("expected ").removeprefix("one of ").split(", ")
    useful = [word for word in expected if word not in ("SERVICE", "LATERAL") and "[" not in word]
    told = f"; expected: {', '.join(useful[:8])}" if rest.startswith("expected ") and useful else ""
    return f"line {line}, column {column}{told}."


def _one_line(text: str) -> str:
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text[:300] + ("…" if len(text) > 300 else "")
