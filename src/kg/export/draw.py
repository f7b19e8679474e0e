"""Draw a graph for people: a still picture (.svg, .png) or a page to walk about in (.html).

The same graph gives the same bytes, whatever the machine, the order of its triples or the seed of hashes; a .png is
painted by a browser and so by its fonts.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import InputError, OutputError
from kg.export import files, lettering, page, picture, scene, svg

if TYPE_CHECKING:
    import networkx
    import rdflib

SUFFIXES = (".html", ".svg", ".png")
LANGUAGES = ("fa", "en")
LIMIT = 60
MOST = 400
"""Entities in one still picture at most; more can be seen in a page."""

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
          "--disable-background-networking", "--disable-component-update", "--disable-sync",
          "--force-device-scale-factor=2")
_PATIENCE = 90


def draw(graph: rdflib.Graph | networkx.MultiDiGraph, out: Path, *, around: str | None = None, lang: str = "fa",
         limit: int = LIMIT, embed_font: bool = False) -> picture.Picture:
    """Draw a graph into a file whose suffix says how, and give what was drawn.

    Shown are the ``limit`` best attested entities, or the one called ``around`` and its neighbours; a page holds the
    others as well. ``embed_font`` puts the font Vazirmatn into the file, so that it looks the same everywhere.
    Raises InputError for an unknown suffix, language or name, a ``limit`` outside 1 to 400, for a .png without a
    browser and for a font that is not there; OutputError if the file cannot be written.
    """
    suffix = out.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(f"'{out}' must end in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}.")
    if lang not in LANGUAGES:
        raise InputError(f"There is no picture in '{lang}'; choose fa or en.")
    if not 1 <= limit <= MOST:
        raise InputError(f"A picture of {limit} entities cannot be drawn; choose from 1 to {MOST}. A page (.html) "
                         "holds the others all the same.")
    browser = _browser() if suffix == ".png" else ""
    faces = lettering.faces() if embed_font else ""
    whole = picture.read(graph)
    part = picture.best(whole, limit) if around is None else picture.around(whole, around, limit)
    composed = scene.compose(part, lang)
    if suffix == ".html":
        files.write(out, page.render(whole, composed, faces=faces))
    elif suffix == ".svg":
        files.write(out, svg.render(composed, faces=faces))
    else:
        _paint(browser, composed, svg.render(composed, faces=faces), out)
    return part


def _browser() -> str:
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None:
        raise InputError("A .png is painted by a browser, and none is on the path. Install chromium, or draw a .svg.")
    return found


def _paint(browser: str, composed: scene.Scene, drawn: str, out: Path) -> None:
    """Have a browser photograph the SVG: it shapes Persian as few other painters do."""
    with tempfile.TemporaryDirectory(prefix="kg-draw-") as name:
        folder = Path(name)
        source, target = folder / "graph.svg", folder / "graph.png"
        source.write_text(drawn, encoding="utf-8")
        size = f"--window-size={round(composed.width + 0.5)},{round(composed.height + 0.5)}"
        command = [browser, *_QUIET, size, f"--user-data-dir={folder / 'profile'}", f"--screenshot={target}",
                   source.as_uri()]
        try:
            subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False)
            data = target.read_bytes()
        except (OSError, subprocess.TimeoutExpired) as error:
            raise OutputError(f"{browser} painted no picture in {_PATIENCE} seconds. Draw a .svg instead.") from error
    files.write_bytes(out, data)
