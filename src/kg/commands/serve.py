"""``kg serve``: a graph as pages in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kg.commands.common import reports_of, tell


def serve(
    graph: Annotated[Path, typer.Argument(metavar="GRAPH", help="A graph file, such as out/graph.ttl, or a store.",
                                          show_default=False)],
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = 8001,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="The address to answer at; anything but 127.0.0.1 lets "
                                                              "others in.")] = "127.0.0.1",
    text: Annotated[list[str] | None, typer.Option(metavar="SOURCE", help="Reports of the graph, so that their whole "
                                                                          "text can be shown.")] = None,
) -> None:
    """Show a graph in the browser, in Persian and English: search, pages of entities and reports, SPARQL.

    Every fact stands beside its sentence. Nothing leaves this machine, and the pages ask nothing of the network.
    Ctrl+C ends it.

    \b
    Examples:
      kg serve out/graph.ttl
      kg serve out/graph.ttl --text examples --port 8080
    """
    import signal
    import sys
    from importlib.metadata import version

    from kg import iris
    from kg.web import source
    from kg.web.app import App, Request
    from kg.web.endpoint import endpoint
    from kg.web.server import Server

    if sys.stderr.isatty():
        tell(f"Reading {graph} …")
    reports = reports_of(text, None, None, None)[0] if text else []
    site = source.site(graph, reports, version("khabar-kg"))
    for report in reports:
        if iris.report(report.sha256) not in site.graph.records:
            tell(f"Report '{report.id}' is not in the graph.")
    site.warm()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the SPARQL workers are ended too
    with endpoint(graph) as (asked, missing):
        app = App(site, asked, missing)
        for start in ("/", "/?lang=en"):
            app.respond(Request("GET", start))
        sys.setswitchinterval(0.001)  # a page that takes long lets the others through
        server = Server(app, host, port)
        tell(f"{graph}: {len(site.graph.triples):,} triples -> {server.address}   (Ctrl+C ends it)")
        if missing:
            tell(missing)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            tell("Stopped.")
        finally:
            server.server_close()
