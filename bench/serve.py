"""How long a page takes for 100 readers at once while a heavy question is being answered: ``python bench/serve.py``.

Readers are connections of one other process. Two ways of reading are measured: a reader who looks at a page for a
second or two before the next (``think``), and one who asks again at once (``rush``: the machine is then as full as it
can be, and a page's time is the server's pace times the number of readers). Pages are of every sort; half of them
have been asked before, half carry a search or filter of their own, so that they are made anew. Meanwhile a SPARQL
question that joins everything with everything runs again and again, until its time is up.

Written to bench/results/serve.json. Times are of this machine; CPU seconds are the server's own, workers apart.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
KG = [sys.executable, "-c", "from kg.cli import main; main()"]
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
WORDS = ("استان", "سال گذشته", "تفاهم نامه", "وزیر", "میلیارد تومان", "شرکت", "۱۲", "نفر", "برنامه", "یزد", "گلستان",
         "درصد", "ایلام", "کمیته امداد", "دانشگاه", "سازمان")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--readers", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results" / "serve.json")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*KG, "build", str(ROOT / "examples"), "--out", folder], check=True, capture_output=True)
        graph = Path(folder) / "graph.ttl"
        with subprocess.Popen([*KG, "serve", str(graph), "--port", "0"], stderr=subprocess.PIPE, text=True,
                              encoding="utf-8") as server:
            try:
                result = _measure(server, graph, given)
            finally:
                server.send_signal(signal.SIGINT)
    given.out.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1, ensure_ascii=False))  # noqa: T201


def _measure(server: subprocess.Popen[str], graph: Path, given: argparse.Namespace) -> dict[str, Any]:
    assert server.stderr is not None
    line = server.stderr.readline()
    found = re.search(r"([\d,]+) triples -> http://127\.0\.0\.1:(\d+)/", line)
    if found is None:
        raise SystemExit(f"kg serve did not start: {line}")
    port = int(found[2])
    paths = list(_paths(graph))
    result: dict[str, Any] = {"triples": int(found[1].replace(",", "")), "readers": given.readers,
                              "seconds": given.seconds, "cores": os.cpu_count(), "load": os.getloadavg()[0]}
    for mode, think in (("think", 1.5), ("rush", 0.0)):
        for heavy in (False, True):
            before = _cpu(server.pid)
            row = asyncio.run(_readers(len(result), port, paths, given.readers, given.seconds, think, heavy))
            row["cpu_seconds"] = round(_cpu(server.pid) - before, 2)
            result[f"{mode}{'-heavy' if heavy else ''}"] = row
    return result


def _paths(graph: Path) -> Iterator[str]:
    yield from ("/", "/?lang=en", "/statements", "/figures?lang=en", "/people", "/organizations", "/agreements",
                "/reports", "/quality", "/places?format=json", "/figures?format=csv")
    ids = sorted(set(re.findall(r"^<https://w3id\.org/khabarkg(/id/[^#>]+)> a", graph.read_text("utf-8"), re.M)))
    yield from ids


def _fresh(dice: random.Random) -> str:
    """A page that nobody has asked for."""
    word, number = quote(dice.choice(WORDS)), dice.randrange(10**9)
    return dice.choice((f"/search?q={word}&n={number}", f"/statements?q={word}&n={number}",
                        f"/figures?sort=-value&n={number}", f"/organizations?n={number}&lang=en"))


async def _readers(mode: int, port: int, paths: list[str], readers: int, seconds: float, think: float,
                   heavy: bool) -> Any:
    times: list[float] = []
    lost: list[str] = []
    until = time.perf_counter() + seconds
    tasks = [_reader(n + 1000 * mode, port, paths, until, think, times, lost) for n in range(readers)]
    asked: list[int] = []
    if heavy:
        tasks.append(_asker(port, until, asked))
    await asyncio.gather(*tasks)
    times.sort()
    at = {f"p{q}_ms": round(1000 * times[min(len(times) - 1, int(len(times) * q / 100))], 1) for q in (50, 95, 99)}
    return {"pages": len(times), "pages_per_second": round(len(times) / seconds), **at,
            "max_ms": round(1000 * times[-1], 1), "lost": len(lost), "first_lost": lost[:3],
            "heavy_questions": len(asked), "heavy_statuses": sorted(set(asked))}


async def _reader(number: int, port: int, paths: list[str], until: float, think: float, times: list[float],
                  lost: list[str]) -> None:
    dice = random.Random(number)
    await asyncio.sleep(dice.random() * max(think, 0.2))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until:
        path = dice.choice(paths) if dice.random() < 0.5 else _fresh(dice)
        begun = time.perf_counter()
        try:
            status = await _get(reader, writer, path)
        except (OSError, asyncio.IncompleteReadError, ValueError) as error:
            lost.append(f"{path}: {type(error).__name__}")
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            continue
        times.append(time.perf_counter() - begun)
        if status != 200:
            lost.append(f"{path}: {status}")
        if think:
            await asyncio.sleep(dice.uniform(0.5, 1.5) * think)
    writer.close()


async def _asker(port: int, until: float, asked: list[int]) -> None:
    """Ask the heavy question until the end, one after another."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until:
        try:
            asked.append(await asyncio.wait_for(_get(reader, writer, f"/sparql?query={quote(HEAVY)}&format=json"),
                                                max(0.1, until - time.perf_counter())))
        except TimeoutError:  # it is still being answered when the readers have gone
            asked.append(0)
            break
    writer.close()


async def _get(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> int:
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n\r\n".encode())
    await writer.drain()
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"Content-Length: (\d+)", head, re.IGNORECASE)
    if length is None:
        raise ValueError("no length")
    await reader.readexactly(int(length[1]))
    return int(head.split(b" ", 2)[1])


def _cpu(pid: int) -> float:
    """Seconds of processor that a process has used, its children apart (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
