"""A line that tells how far long work is, on a terminal; nothing elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

_EVERY = 0.2
"""Seconds between two lines."""
_PATIENCE = 1.0
"""Seconds that work may take before it is told of."""


class Progress:
    """Counts reports on standard error: how many, how fast, how many quarantined, and the time left.

    ``total`` is the number to come, if it is known.
    """

    def __init__(self, doing: str, total: int | None = None) -> None:
        self._doing, self._total = doing, total
        self._start = self._last = time.monotonic()
        self._shown = False
        self._on = sys.stderr.isatty()
        self.done = self.quarantined = 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def step(self, quarantined: int = 0) -> None:
        """One more is done."""
        self.done += 1
        self.quarantined += quarantined
        if not self._on:
            return
        now = time.monotonic()
        if now - self._last >= _EVERY and now - self._start >= _PATIENCE:
            self._last, self._shown = now, True
            sys.stderr.write(f"\r\x1b[K{self.line(now - self._start)}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away, so that something else can be told."""
        if self._shown:
            self._shown = False
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def line(self, seconds: float) -> str:
        """``built 1,200 of 4,000 reports, 310 a second, 2 quarantined, 9 s left``."""
        return ", ".join(self._parts(seconds))

    def _parts(self, seconds: float) -> Iterator[str]:
        of = "" if self._total is None else f" of {self._total:,}"
        yield f"{self._doing} {self.done:,}{of} reports"
        rate = self.done / seconds if seconds else 0.0
        yield f"{rate:,.0f} a second" if rate >= 10 else f"{rate:.1f} a second"
        if self.quarantined:
            yield f"{self.quarantined:,} quarantined"
        if self._total is not None and rate:
            yield f"{_duration((self._total - self.done) / rate)} left"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
