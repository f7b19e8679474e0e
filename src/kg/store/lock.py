"""Locks on files: they end with the process that holds them, however it ends."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from kg.errors import OutputError

NAME = "lock"


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Be the one process that changes the store. Raises OutputError, naming the other, if there is one."""
    path = folder / NAME
    with _opened(path) as handle:
        if not _taken(handle, wait=False):
            raise OutputError(f"The store {folder} is being changed by another kg{_holder(path)}. Wait until it is "
                              "done, then run this again.")
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        try:
            yield
        finally:
            os.ftruncate(handle, 0)


@contextlib.contextmanager
def waiting(path: Path) -> Iterator[None]:
    """Hold a lock, after waiting for it."""
    with _opened(path) as handle:
        _taken(handle, wait=True)
        yield


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[int]:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {(error.strerror or str(error)).lower()}. "
                          "Make the store's folder writable.") from error
    try:
        yield handle
    finally:
        os.close(handle)


def _taken(handle: int, wait: bool) -> bool:
    try:
        import fcntl
    except ImportError as error:  # Windows
        raise OutputError("This system has no file locks (flock), which a store needs. Use `kg build` here.") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


def _holder(path: Path) -> str:
    try:
        number = path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
    return f" (process {number})" if number.isdigit() else ""
