"""What a store costs beside a build, and the SPARQL endpoint beside asking in one's own process.

    python bench/store.py [--reports 1000]      prints tables, writes bench/results/store.json

The reports are made up here: few names, so that many reports speak of one person, as in an archive.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pyoxigraph
from measure import keep, percentile, say, table

from kg import assemble, iris
from kg.export import turtle
from kg.graph import compiled, oxigraph
from kg.graph.spool import Spool
from kg.model import Report
from kg.runs import Scratch
from kg.sources import of_text, parse_date
from kg.store import disk, view
from kg.web.sparql import SparqlPool, SparqlRequest

PEOPLE = ("مریم نمونه‌پور", "کامران آزمون‌نیا", "احمد سنجه‌فر", "لیلا پیمانه‌دوست", "رضا محک‌زاده")
PLACES = ("یزد", "گلستان", "سمنان", "ایلام", "همدان", "کرمان", "اردبیل")
LIGHT = "SELECT ?n ?v { ?s kg:speaker ?p ; kg:hasFigure ?f . ?p rdfs:label ?n . ?f kg:valueText ?v } LIMIT 20"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def reports(number: int) -> Iterator[Report]:
    for i in range(number):
        place, person = PLACES[i % len(PLACES)], PEOPLE[i % len(PEOPLE)]
        yield of_text(
            f"گزارش {i} از {place}\n\nبه گزارش خبرگزاری سپیدار از {place}، {person}، استاندار {place}، گفت: "
            f"{i + 3} میلیارد تومان برای {i % 90 + 2} طرح هزینه شد. وی افزود: {i % 400 + 10} شغل ایجاد می‌شود.\n"
            f"{person} در نشست شورای اداری استان {place} تصریح کرد: {i % 60 + 5} درصد پیشرفت داشته‌ایم.\n"
            f"او گفت: {i + 7} کیلومتر راه ساخته و {i % 30 + 1} مدرسه تا پایان سال افتتاح خواهد شد.",
            f"r{i}", parse_date("1402-07-17"), "خبرگزاری سپیدار")


def spent(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """CPU seconds of this process and of those it waited for, seconds of the clock, and what the call gave."""
    def cpu() -> float:
        return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, (resource.RUSAGE_SELF,
                                                                             resource.RUSAGE_CHILDREN)))
    before, start = cpu(), time.perf_counter()
    result = work()
    return cpu() - before, time.perf_counter() - start, result


def built(found: list[Report], out: Path) -> None:
    """What ``kg build`` does with reports that it has read."""
    with Scratch(out) as scratch, (out / "graph.ttl").open("w+b") as stream:
        spool = Spool(scratch)
        for one in assemble.build(found, GATE):
            spool.add(one.iri, one.verdict.kept)
        writer = turtle.Writer(stream, scratch)
        for subject, rows in spool.merged():
            writer.add(subject, rows)
        writer.close()


GATE = compiled.checker("compiled")


def store_costs(found: list[Report], folder: Path) -> dict[str, Any]:
    store = folder / "store"
    one_more = list(reports(len(found) + 1))[-1]
    steps: dict[str, Callable[[], Any]] = {
        "build, for comparison": lambda: built(found, folder),
        "add all": lambda: disk.add(store, found, GATE),
        "merged graph": lambda: view.graph_file(store),
        "index": lambda: view.index(store),
        "add all again": lambda: disk.add(store, found, GATE),
        "add one more": lambda: disk.add(store, [one_more], GATE),
        "merged graph and index anew": lambda: view.index(store),
        "remove it": lambda: disk.remove(store, [one_more.id]),
    }
    rows = {name: spent(work)[:2] for name, work in steps.items()}
    assert view.graph_file(store).read_bytes() == (folder / "graph.ttl").read_bytes()
    say(*table(("", "CPU s", "clock s", "CPU ms a report"),
               [(name, cpu, clock, 1000 * cpu / len(found)) for name, (cpu, clock) in rows.items()]), "")
    return {name: {"cpu_s": round(cpu, 3), "clock_s": round(clock, 3)} for name, (cpu, clock) in rows.items()}


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def ask(pool: SparqlPool, query: str) -> int:
    return pool.answer(SparqlRequest("GET", urlencode({"query": query}))).status


def cpu_of(source: Path, count: int = 60) -> float:
    """CPU milliseconds of one light question in the processes of the endpoint, without reading the data."""
    def asking(times: int) -> None:
        with SparqlPool(source) as pool:
            for _ in range(times):
                ask(pool, LIGHT)
    few, many = (spent(lambda n=n: asking(n))[0] for n in (1, count + 1))  # type: ignore[misc]
    return 1000 * (many - few) / count


def copied(path: Path, to: Path) -> Path:
    to.write_bytes(path.read_bytes())
    return to


def again(pool: SparqlPool, done: threading.Event) -> None:
    """Ask one heavy question after another."""
    while not done.is_set():
        assert ask(pool, HEAVY) in (408, 503)


def latencies(work: Callable[[], Any], count: int = 100) -> list[float]:
    """Milliseconds of the clock, call by call."""
    found = []
    for _ in range(count):
        start = time.perf_counter()
        work()
        found.append(1000 * (time.perf_counter() - start))
    return found


def endpoint_costs(store: Path) -> dict[str, Any]:
    plain = oxigraph.load(view.graph_file(store))
    index = oxigraph.opened(view.index(store))
    results: dict[str, Any] = {}

    def direct(of: pyoxigraph.Store) -> None:
        of.query(LIGHT, prefixes=iris.PREFIXES).serialize(format=pyoxigraph.QueryResultsFormat.JSON)  # type: ignore

    sources = {"memory": (plain, copied(view.graph_file(store), store.parent / "served.ttl")), "store": (index, store)}
    rows = []
    for name, (own, source) in sources.items():
        results[f"{name}: endpoint, CPU ms a question"] = round(cpu_of(source), 2)
        with SparqlPool(source, seconds=4, megabytes=256, waiting=64) as pool:
            assert ask(pool, LIGHT) == 200
            alone = latencies(lambda p=pool: ask(p, LIGHT))  # type: ignore[misc]
            here = latencies(lambda o=own: direct(o))  # type: ignore[misc]
            done = threading.Event()
            heavy = threading.Thread(target=again, args=(pool, done))
            heavy.start()
            beside = latencies(lambda p=pool: ask(p, LIGHT), 40)  # type: ignore[misc]
            done.set()
            heavy.join()
        for what, values in (("in this process", here), ("endpoint", alone), ("endpoint beside heavy ones", beside)):
            rows.append((f"{name}: {what}", percentile(values, 0.5), percentile(values, 0.95)))
            results[f"{name}: {what}"] = {"p50_ms": round(rows[-1][1], 3), "p95_ms": round(rows[-1][2], 3)}
    say(*table(("a light question", "p50 ms", "p95 ms"), rows), "")
    say(*(f"{what}: {value}" for what, value in results.items() if "CPU" in what), "")
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=1000)
    number = parser.parse_args().reports
    found = list(reports(number))
    list(assemble.build(found[:20], GATE))  # the rules are read
    with tempfile.TemporaryDirectory() as place:
        costs = store_costs(found, Path(place))
        store = Path(place) / "store"
        view.index(store)
        sizes = {"reports_bytes": size_of(store / disk.REPORTS), "view_bytes": size_of(store / disk.VIEW),
                 "graph_bytes": (Path(place) / "graph.ttl").stat().st_size}
        say(*(f"{name}: {size:,}" for name, size in sizes.items()), "")
        endpoint = endpoint_costs(store)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    keep("store", {"reports": number, "store": costs, **sizes, "endpoint": endpoint, "peak_mb": peak})


if __name__ == "__main__":
    main()
