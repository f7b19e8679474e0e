"""What is served: a graph file or a store, with the texts of reports and what was kept back."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kg import iris
from kg.model import Report
from kg.store import disk, view
from kg.web import graph
from kg.web.site import Kept, Site

_MOST_BYTES = 4 * 2**20


def site(path: Path, reports: Iterable[Report] = (), version: str = "") -> Site:
    """The site of a graph file, or of a store, which has the texts of its reports. Raises InputError."""
    texts = {iris.report(r.sha256): r.text for r in reports}
    if not view.is_store(path):
        return Site(graph.show(graph.load(path), texts, str(path)), _beside(path.parent / "quarantine"), version)
    file = view.graph_file(path)
    _, records = disk.snapshot(path)
    texts = {r.iri: r.report.text for r in records} | texts
    kept = [Kept(r.report.id, r.quarantine) for r in records if r.quarantine]
    return Site(graph.show(graph.load(file), texts, str(path)), kept, version)


def _beside(folder: Path) -> list[Kept] | None:
    """The files of a quarantine folder; None if there is none. A file that cannot be read says so in its place."""
    if not folder.is_dir():
        return None
    found = []
    for path in sorted(folder.glob("*.ttl")):
        try:
            text = path.read_bytes()[:_MOST_BYTES].decode("utf-8", "replace")
        except OSError as error:
            reason = f"{path.name} cannot be read: {error.strerror}."
            text = f"# <{path.name}>\n#   fa: {reason}\n#   en: {reason}\n"
        found.append(Kept(path.name, text))
    return found
