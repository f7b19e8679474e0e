"""A SPARQL endpoint that is safe to expose: ``SparqlPool(path).answer(request)`` gives a whole response, always.

Each question runs in a process of its own (``sparql_worker``), forked from one that holds the data (``sparql_keeper``),
with limits that the kernel keeps. The answer is complete before a status is chosen. Nothing can be written, loaded or
fetched: the query is read for SERVICE before it runs, and the process that runs it can open neither file nor socket.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import TracebackType

from kg.errors import InputError
from kg.graph import oxigraph
from kg.graph import sparql as text
from kg.web.sparql_keeper import READY
from kg.web.sparql_protocol import MAX_BODY, Question, Refusal, SparqlRequest, SparqlResponse, question, response
from kg.web.sparql_worker import ANSWER, ENDED, GONE, REFUSED, TOO_MUCH_MEMORY, Limits, receive, send

__all__ = ["SparqlPool", "SparqlRequest", "SparqlResponse"]

_GRACE = 5
_START = 600
_CLIENTS = 10_000


class SparqlPool:
    """Answers questions over a graph file or a store. Thread-safe; a context manager.

    ``workers`` questions run at once, ``waiting`` more wait for their turn, the rest is told to come again. One
    question may take ``seconds``, ``megabytes`` beyond the data, and give ``rows`` rows and ``answer_bytes`` bytes.
    One client may ask ``per_minute`` questions a minute, and half as many at once as run.
    Raises InputError where there can be no endpoint.
    """

    max_body = MAX_BODY

    def __init__(self, source: Path, *, workers: int = 4, seconds: float = 10, megabytes: int = 512,
                 rows: int = 100_000, answer_bytes: int = 32 * 1024 * 1024, waiting: int = 32,
                 per_minute: int = 240) -> None:
        if not hasattr(os, "fork"):
            raise InputError("The SPARQL endpoint needs a system with fork (Linux, macOS).")
        self._source = Path(source)
        self._limits = Limits(seconds, megabytes, rows, answer_bytes)
        self._turns = threading.BoundedSemaphore(workers)
        self._places = threading.BoundedSemaphore(workers + waiting)
        self._clients = _Clients(per_minute, max(1, workers // 2))
        self._lock = threading.Lock()
        self._closed = False
        self._keeper = _Keeper(self._source, self._limits)

    def answer(self, request: SparqlRequest) -> SparqlResponse:
        """The response to a request, whatever it is. Waits for a turn and for the answer."""
        try:
            asked = question(request)
            froms = _checked(asked.query)
            with self._clients.asking(request.client):
                made = self._answered(asked, froms)
        except Refusal as refusal:
            made = refusal.response()
        return SparqlResponse(made.status, made.headers, b"") if request.method == "HEAD" else made

    def reload(self) -> None:
        """Look at the file or store again. Questions in hand end; the old data answers if the new cannot be read."""
        new = _Keeper(self._source, self._limits)
        with self._lock:
            old, self._keeper = self._keeper, new
        old.close()

    def close(self) -> None:
        """End the processes. Questions in hand and to come get a 503."""
        with self._lock:
            self._closed = True
        self._keeper.close()

    def __enter__(self) -> SparqlPool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def _answered(self, asked: Question, froms: list[str]) -> SparqlResponse:
        if not self._places.acquire(blocking=False):
            raise Refusal(503, "Too many questions wait already. Ask again in a moment.", Retry_After="2")
        try:
            if not self._turns.acquire(timeout=4 * self._limits.seconds):
                raise Refusal(503, "No turn came for the question. Ask again in a moment.", Retry_After="5")
            try:
                return self._tried(asked, froms)
            finally:
                self._turns.release()
        finally:
            self._places.release()

    def _tried(self, asked: Question, froms: list[str]) -> SparqlResponse:
        """The answer; once more if the process that holds the data has died, or its files have been replaced."""
        for last in (False, True):
            keeper = self._keeper
            try:
                found = keeper.ask(asked, froms)
            except OSError:
                found = None
            if found is not None:
                return found
            if not last:
                self._renew(keeper)
        raise Refusal(503, "The data cannot be reached at the moment. Ask again.", Retry_After="5")

    def _renew(self, gone: _Keeper) -> None:
        with self._lock:
            if self._keeper is not gone:  # another question has done it
                return
            if self._closed:
                raise Refusal(503, "The server is going down.")
            try:
                self._keeper = _Keeper(self._source, self._limits)
            except InputError as error:
                raise Refusal(503, "The data cannot be read any more.", Retry_After="60") from error
        gone.close()


def _checked(query: str) -> list[str]:
    try:
        return text.check(query)
    except InputError as error:
        raise Refusal(400, str(error)) from error


class _Keeper:
    """The process that holds the data, from our side."""

    def __init__(self, source: Path, limits: Limits) -> None:
        path, index = _what(source)
        self._limits = limits
        self._sending = threading.Lock()
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "kg.web.sparql_keeper", str(theirs.fileno())], pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env={**os.environ, "RUST_BACKTRACE": "0", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))})
        self._control = ours
        try:
            ours.settimeout(_START)
            send(ours, b"S", json.dumps({"path": str(path), "index": index, "limits": asdict(limits)}).encode())
            told = receive(ours)
        except OSError:
            told = None
        if told is None or told[0] != READY:
            self.close()
            raise InputError(told[1].decode() if told else f"{source} cannot be read: the process that read it ended.")

    def ask(self, asked: Question, froms: list[str]) -> SparqlResponse | None:
        """The response; None if the keeper or its files have gone. Raises Refusal, OSError."""
        ours, theirs = socket.socketpair()
        with ours:
            ours.settimeout(self._limits.seconds + _GRACE)
            with theirs, self._sending:
                socket.send_fds(self._control, [b"q"], [theirs.fileno()])
            send(ours, b"Q", json.dumps({**asdict(asked), "froms": froms}).encode())
            found: SparqlResponse | None = None
            while told := receive(ours):
                kind, payload = told
                if kind == ENDED:
                    return found or _ended(int(payload))
                found = _said(kind, payload)
                if found is None or kind in (ANSWER, REFUSED):
                    return found
            return None

    def close(self) -> None:
        """End the process, and with it what it has forked."""
        self._control.close()
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _said(kind: bytes, payload: bytes) -> SparqlResponse | None:
    if kind == GONE:
        return None
    if kind == REFUSED:
        status, _, sentence = payload.decode().partition(" ")
        raise Refusal(int(status), sentence)
    type, _, body = payload.partition(b"\n")
    return response(200, type.decode(), body)


def _ended(number: int) -> SparqlResponse:
    """What it means that the process ended, by the number of its signal, before it had answered."""
    if number == signal.SIGALRM:
        raise Refusal(408, "The query took too long and was stopped. Ask for less, or in parts.")
    if number in (signal.SIGABRT, signal.SIGKILL):
        raise Refusal(503, TOO_MUCH_MEMORY)
    if number in (signal.SIGSEGV, signal.SIGBUS):
        raise Refusal(400, "The query is nested too deeply or too long to be read.")
    raise Refusal(500, "The query cannot be answered; it ended the process that ran it.")


def _what(source: Path) -> tuple[Path, bool]:
    """The database of a store, made if it is old; or the graph file."""
    from kg.store import view

    oxigraph.require()
    if source.is_dir():
        return view.index(source), True
    beside = view.index_beside(source)
    if beside is not None:
        return beside, True
    if not source.is_file():
        raise InputError(f"The graph {source} cannot be read: no such file.")
    return source.resolve(), False


class _Clients:
    """What one client may ask: so many questions a minute (a bucket that fills evenly), so many at once."""

    def __init__(self, per_minute: int, at_once: int) -> None:
        self._most, self._at_once, self._lock = float(per_minute), at_once, threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._asking: Counter[str] = Counter()

    @contextmanager
    def asking(self, client: str) -> Iterator[None]:
        """A question is in hand. Raises Refusal 429."""
        if not client:
            yield
            return
        with self._lock:
            if self._asking[client] >= self._at_once:
                raise Refusal(429, f"One client may ask {self._at_once} at once. Wait for the answer.",
                              Retry_After="1")
            self._count(client)
            self._asking[client] += 1
        try:
            yield
        finally:
            with self._lock:
                self._asking[client] -= 1
                if not self._asking[client]:
                    del self._asking[client]

    def _count(self, client: str) -> None:
        now = time.monotonic()
        left, since = self._left.pop(client, (self._most, now))
        left = min(self._most, left + (now - since) * self._most / 60)
        self._left[client] = (left - 1 if left >= 1 else left, now)
        if len(self._left) > _CLIENTS:
            self._left.popitem(last=False)
        if left < 1:
            raise Refusal(429, "Too many questions in a minute. Ask again in a moment.",
                          Retry_After=str(int((1 - left) * 60 / self._most) + 1))
