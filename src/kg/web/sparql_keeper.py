"""The process that holds the data and forks one for each question: ``python -m kg.web.sparql_keeper SOCKET``.

It has no threads, opens nothing after it has read the data and never asks it; so a fork of it is quick, shares its
memory, and whatever a question does ends with that fork. Where the system permits, it gives up the network first.

It is told over a socket pair: first what to open and the limits, then for each question the one end of another
socket pair, with which the fork is left. When the fork has ended, the keeper writes there how. It ends when its own
socket closes.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import InputError
from kg.graph import oxigraph
from kg.web import sparql_worker
from kg.web.sparql_protocol import Question, Refusal
from kg.web.sparql_worker import ANSWER, ENDED, GONE, REFUSED, Limits, receive, send

if TYPE_CHECKING:
    import pyoxigraph

READY, FAILED = b"+", b"-"
_NEWNET, _NEWUSER = 0x40000000, 0x10000000
_PDEATHSIG = 1


def main(number: int) -> None:
    """Serve over the socket with this file number until it closes."""
    control = socket.socket(fileno=number)
    told = receive(control)
    if told is None:
        return
    start = json.loads(told[1])
    try:
        data = _Data(Path(start["path"]), start["index"])
    except Exception as error:  # it must reach the one who waits
        send(control, FAILED, " ".join(str(error).split()).encode())
        return
    _leave_network()
    send(control, READY, b"")
    _Keeper(control, data, Limits(**start["limits"])).run()


class _Data:
    """A graph file, read into memory at once; or a database, opened by each fork (it cannot be shared over a fork)."""

    def __init__(self, path: Path, index: bool) -> None:
        self._path = path
        self._store = None if index else oxigraph.load(path)

    def store(self) -> pyoxigraph.Store:
        return self._store or oxigraph.opened(self._path)


def _linux(call: str, *arguments: int) -> bool:
    """Whether a call of the C library that Python 3.11 does not offer was there and did what it should."""
    try:
        import ctypes

        return int(getattr(ctypes.CDLL(None), call)(*arguments)) == 0
    except (OSError, AttributeError):
        return False


def _leave_network() -> None:
    """Have no network from here on, on Linux where that is permitted."""
    if not _linux("unshare", _NEWNET):
        _linux("unshare", _NEWNET | _NEWUSER)


class _Keeper:
    def __init__(self, control: socket.socket, data: _Data, limits: Limits) -> None:
        self._control, self._data, self._limits = control, data, limits
        self._asked: dict[int, socket.socket] = {}
        """The sockets of the questions in hand, by process."""

    def run(self) -> None:
        wake, signalled = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC) if hasattr(os, "pipe2") else os.pipe()
        os.set_blocking(signalled, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(signalled)
        while True:
            ready, _, _ = select.select([self._control.fileno(), wake], [], [])
            if wake in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(wake, 4096)
                self._bury()
            if self._control.fileno() in ready and not self._take():
                break
        for pid in self._asked:
            os.kill(pid, signal.SIGKILL)

    def _take(self) -> bool:
        """Fork for the next question. False if there will be none."""
        data, handles, _, _ = socket.recv_fds(self._control, 1, 1)
        if not data:
            return False
        for handle in handles:
            asked = socket.socket(fileno=handle)
            try:
                pid = os.fork()
            except OSError:
                asked.close()
                continue
            if pid == 0:
                self._child(asked)
            self._asked[pid] = asked
        return True

    def _child(self, asked: socket.socket) -> None:
        """Never returns."""
        try:
            _linux("prctl", _PDEATHSIG, signal.SIGKILL)  # end when the keeper ends, however it does
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            handle = os.dup2(asked.detach(), 3) if asked.fileno() != 3 else asked.detach()
            os.closerange(4, 65536)
            _ask(socket.socket(fileno=handle), self._data, self._limits)
        finally:
            os._exit(0)

    def _bury(self) -> None:
        """Tell for each fork that has ended how it did."""
        while self._asked:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            asked = self._asked.pop(pid)
            asked.setblocking(False)
            with contextlib.suppress(OSError):
                send(asked, ENDED, str(os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0).encode())
            asked.close()


def _ask(asked: socket.socket, data: _Data, limits: Limits) -> None:
    """Read the question, be shut in, answer."""
    signal.setitimer(signal.ITIMER_REAL, limits.seconds)
    told = receive(asked)
    if told is None:
        return
    fields = json.loads(told[1])
    froms = fields.pop("froms")
    try:
        store = data.store()
    except InputError as error:
        send(asked, GONE, str(error).encode())
        return
    sparql_worker.seal(limits)
    try:
        type, body = sparql_worker.answer(store, Question(**fields), froms, limits)
    except Refusal as refusal:
        send(asked, REFUSED, f"{refusal.status} {refusal.sentence}".encode())
        return
    except MemoryError:
        send(asked, REFUSED, f"503 {sparql_worker.TOO_MUCH_MEMORY}".encode())
        return
    send(asked, ANSWER, type.encode() + b"\n" + body)


if __name__ == "__main__":
    main(int(sys.argv[1]))
