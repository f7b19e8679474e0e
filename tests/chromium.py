"""Debian's chromium driven by Playwright, for the tests that need a real browser.

Where either is absent they are skipped, unless KG_BROWSER is set: then that is a failure (as in CI).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]

# Texts of a picture that lie on each other: as wide as they are painted, as high as their letters about the base line.
OVERLAPS = """selector => {
  const boxes = [...document.querySelectorAll(selector)].map(t => {
    const box = t.getBBox(), y = +t.getAttribute("y"), size = parseFloat(getComputedStyle(t).fontSize);
    return [t.textContent, box.x, box.x + box.width, y - 0.75 * size, y + 0.3 * size];
  });
  const found = [];
  boxes.forEach((p, i) => boxes.slice(i + 1).forEach(q => {
    if (p[1] + 1 < q[2] && q[1] + 1 < p[2] && p[3] + 1 < q[4] && q[3] + 1 < p[4]) found.push([p, q]);
  }));
  return [boxes.length, found];
}"""


@contextmanager
def browsing() -> Iterator[Browser]:
    """A browser that asks nothing of the network on its own."""
    if CHROMIUM is None:
        _missing("no chromium on the path")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("Playwright for Python is not installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


def _missing(reason: str) -> None:
    if os.environ.get("KG_BROWSER"):
        pytest.fail(reason)
    pytest.skip(reason)
