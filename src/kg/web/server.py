"""A socket for the explorer: the standard library's threading server, with bounds.

Each connection has a thread; at most ``CONNECTIONS`` at once, the next wait in the listen queue. A reader who sends
nothing for ``PATIENCE`` seconds is let go, one between two requests after ``IDLE``. On a loopback address only requests
for this host are answered, so that no page of another site can read the graph through a name of its own (DNS
rebinding).
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from kg.errors import InputError
from kg.web.answer import Response
from kg.web.app import HEADERS, App, Request

CONNECTIONS = 512
PATIENCE, IDLE = 20, 5
MOST_BODY = 65_537
_CHARSET = ("text/html", "text/css", "text/csv", "text/turtle", "text/plain", "text/javascript", "application/json")


class Handler(BaseHTTPRequestHandler):
    """One connection: read a request, have the app answer it, write the answer whole."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "khabar-kg", ""
    timeout = PATIENCE
    disable_nagle_algorithm = True
    wbufsize = 65536
    server: Server

    def _do(self) -> None:
        if not self.server.knows(self.headers.get("Host", "")):
            self._send(Response(421, "text/plain", b"This server answers for its own address only.\n"))
            return
        body = self._body()
        if body is None:
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._send(self.server.app.respond(Request(self.command, self.path, headers, body, self.client_address[0])))

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_PATCH = _do  # noqa: N815

    def _body(self) -> bytes | None:
        """The body as far as anyone reads it; None if the request was answered here. What is longer ends the line."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            self.close_connection = True
            self._send(Response(411, "text/plain", b"Send the length of the body.\n"))
            return None
        text = self.headers.get("Content-Length", "0").strip()
        if not (text.isascii() and text.isdigit()):
            self.close_connection = True
            self._send(Response(400, "text/plain", b"The length of the body is no number.\n"))
            return None
        length = int(text[:18])
        if length > MOST_BODY:
            self.close_connection = True
        return self.rfile.read(min(length, MOST_BODY)) if length else b""

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        type_ = response.type
        charset = "; charset=utf-8" if type_ in _CHARSET and "charset" not in type_ else ""
        self.send_header("Content-Type", type_ + charset)
        self.send_header("Content-Length", str(len(response.body)))
        for name, value in response.headers.items():
            self.send_header(name, value.replace("\r", "").replace("\n", ""))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)
        self.connection.settimeout(IDLE)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """A broken request: a line of text, and the end of the connection."""
        self.close_connection = True
        if self.request_version == "HTTP/0.9":
            self.request_version = self.protocol_version
        self.command = self.command or "GET"
        text = f"{int(code)} {message or 'This request cannot be read'}.\n"
        self._send(Response(int(code), "text/plain", text.encode("ascii", "replace"), HEADERS))

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are not logged: what somebody looks for is theirs."""


class Server(ThreadingHTTPServer):
    """The server of one app."""

    daemon_threads = True
    request_queue_size = 1024
    allow_reuse_address = True

    def __init__(self, app: App, host: str, port: int) -> None:
        self.app, self.host = app, host
        self._room = threading.BoundedSemaphore(CONNECTIONS)
        self._own = _own_names(host)
        if ":" in host:
            self.address_family = socket.AF_INET6
        try:
            super().__init__((host, port), Handler)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise InputError(f"Port {port} on {host} cannot be opened: {reason}. Choose another with --port."
                             ) from error

    def server_bind(self) -> None:
        """Without the look-up of a name that the parent makes."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.host, int(self.server_address[1])

    def knows(self, host: str) -> bool:
        """Whether a Host header names this server; on a public address any name may."""
        if not self._own:
            return True
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        return name.strip("[]").lower() in self._own

    def process_request(self, request: Any, client_address: Any) -> None:
        self._room.acquire()
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A reader who went away is no error of ours; anything else is told in a line."""
        error = sys.exc_info()[1]
        if not isinstance(error, (ConnectionError, TimeoutError, BrokenPipeError)):
            with contextlib.suppress(OSError):
                sys.stderr.write(f"kg serve: {type(error).__name__}: {error}\n")

    @property
    def address(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{name}:{self.server_port}/"


def _own_names(host: str) -> frozenset[str]:
    """The names of a loopback host; none for an address that others can reach."""
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = host == "localhost"
    return frozenset({"localhost", "127.0.0.1", "::1", host.lower()}) if loopback else frozenset()
