"""Compressed lines, Parquet and WARC: read as plain files are; what is damaged costs only itself, and is told."""

from __future__ import annotations

import gzip
import io
import json
import sys
import tracemalloc
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kg import sources
from kg.model import Report
from kg.sources import Input, SourceProblem, lines

RECORDS = [{"id": f"r{i}", "title": f"گزارش شماره {i}", "published": "1402-07-17", "outlet": "خبرگزاری نمونه",
            "body": f"مریم نمونه\u200cپور، استاندار یزد گفت: {i + 3} هزار خانه ساخته شد."} for i in range(40)]
LINES = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in RECORDS).encode()


def read(*names: Path) -> tuple[list[Report], list[str], list[str]]:
    """Reports, problems and notes."""
    found = list(sources.read(names))
    told = [f for f in found if isinstance(f, SourceProblem)]
    assert all("\n" not in f.message and f.message.endswith(".") for f in told)
    return ([f for f in found if isinstance(f, Report)], [f.message for f in told if not f.note],
            [f.message for f in told if f.note])


def zst(data: bytes) -> bytes:
    return bytes(pytest.importorskip("zstandard").ZstdCompressor().compress(data))


def parquet(path: Path, records: list[dict[str, object]], rows: int = 10) -> Path:
    arrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet as writer

    writer.write_table(arrow.Table.from_pylist(records), path, row_group_size=rows)
    return path


def warc(*pages: tuple[str, str, str], gz: bool = True) -> bytes:
    """An archive of (url, status, html)."""
    pytest.importorskip("warcio")
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=gz)
    for url, status, html in pages:
        head = StatusAndHeaders(status, [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
        writer.write_record(writer.create_warc_record(url, "request", payload=io.BytesIO(b"GET / HTTP/1.1\r\n\r\n")))
        writer.write_record(writer.create_warc_record(url, "response", payload=io.BytesIO(html.encode()),
                                                      http_headers=head))
    return stream.getvalue()


def page(number: int) -> str:
    body = "".join(f"<p>مریم نمونه\u200cپور، استاندار یزد، گفت: {number + i} هزار خانه در این استان ساخته شد و "
                   "کار در شهرهای دیگر هم ادامه دارد.</p>" for i in range(6))
    return (f"<html><head><title>گزارش {number}</title></head><body><article><h1>گزارش {number}</h1>{body}</article>"
            "</body></html>")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> list[Report]:
    path = tmp_path_factory.mktemp("plain") / "a.jsonl"
    path.write_bytes(LINES)
    reports, problems, _ = read(path)
    assert len(reports) == len(RECORDS) and problems == []
    assert reports[0].published == date(2023, 10, 9)
    return reports


@pytest.mark.parametrize(("name", "pack"), [("a.jsonl.gz", gzip.compress), ("a.ndjson.gz", gzip.compress),
                                            ("a.jsonl.zst", zst), ("a.NDJSON.ZST", zst)])
def test_compressed_lines_are_read_as_plain(name: str, pack: Callable[[bytes], bytes], tmp_path: Path,
                                            plain: list[Report]) -> None:
    (tmp_path / name).write_bytes(pack(LINES[:900]) + pack(LINES[900:]))  # two members, as `cat a.gz b.gz` makes them
    assert read(tmp_path / name) == (plain, [], [])
    assert read(tmp_path) == (plain, [], [])  # also in a folder


@pytest.mark.parametrize(("name", "pack"), [("a.jsonl.gz", gzip.compress), ("a.jsonl.zst", zst)])
def test_a_file_that_breaks_off_loses_its_end_only(name: str, pack: Callable[[bytes], bytes], tmp_path: Path,
                                                   plain: list[Report]) -> None:
    whole = pack(LINES[:1500]) + pack(LINES[1500:])
    (tmp_path / name).write_bytes(whole[:-30])
    (tmp_path / "b.jsonl").write_bytes(LINES)
    reports, problems, _ = read(tmp_path / name, tmp_path / "b.jsonl")
    cut = len(reports) - len(plain)
    assert 3 <= cut < len(plain) and reports == plain[:cut] + plain
    assert len(problems) == 1
    assert f"{name} is damaged after line {cut}" in problems[0] and "it ends too early" in problems[0]


@pytest.mark.parametrize(("name", "pack"), [("a.jsonl.gz", gzip.compress), ("a.jsonl.zst", zst)])
def test_wrong_bytes_inside_are_told(name: str, pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    whole = bytearray(pack(LINES))
    whole[4:] = bytes(255 - byte for byte in whole[4:])
    (tmp_path / name).write_bytes(whole)
    reports, problems, _ = read(tmp_path / name)
    assert reports == [] and len(problems) == 1 and f"{name} is damaged at its start" in problems[0]


def test_a_name_alone_makes_no_archive(tmp_path: Path) -> None:
    for name in ("a.jsonl.gz", "b.jsonl.zst", "c.parquet", "d.warc.gz"):
        (tmp_path / name).write_bytes(b"nothing of the kind, but long enough to look at\n" * 3)
        (tmp_path / f"empty-{name}").write_bytes(b"")
    reports, problems, _ = read(tmp_path)
    assert reports == [] and len(problems) == 8


def test_a_line_of_50_mb_is_left_out_and_told(tmp_path: Path, plain: list[Report]) -> None:
    path = tmp_path / "a.jsonl"
    first, rest = LINES.split(b"\n", 1)
    with path.open("wb") as stream:
        stream.write(first + b'\n{"title": "')
        for _ in range(50):
            stream.write(b"x" * 1024 * 1024)
        stream.write(b'"}\n' + rest)
    tracemalloc.start()
    reports, problems, _ = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [report.text for report in reports] == [report.text for report in plain]
    assert problems == [f"{path}, line 2 is longer than 16 MB, which is no single report; it was left out."]
    assert peak < 3 * lines.MAX_LINE


def test_a_part_of_the_lines_is_numbered_as_in_the_whole(tmp_path: Path, plain: list[Report]) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(LINES.replace(b'"r11"', b'11.5', 1))
    ends = [i + 1 for i, byte in enumerate(path.read_bytes()) if byte == 10]
    part = Input(str(path), "a", ends[9], ends[19], 11)
    found = list(sources.read_file(part, sources.Defaults()))
    assert [f.id for f in found if isinstance(f, Report)] == [f"r{i}" for i in range(10, 20) if i != 11]
    assert [f.message for f in found if isinstance(f, SourceProblem)] == [
        f"{path}, line 12 cannot be read: its 'id' is not a text."]


# -- Parquet

def test_parquet_rows_are_reports(tmp_path: Path, plain: list[Report]) -> None:
    path = parquet(tmp_path / "a.parquet", [{**record, "other": 1} for record in RECORDS])
    assert read(path) == (plain, [], [])


def test_parquet_dates_are_dates_and_bad_rows_are_told(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [{"title": "یک گزارش", "body": f"متن {i}", "published": date(2023, 10, i + 1)}
                                     for i in range(5)]
    rows[3].update(title="", body=" ")
    path = parquet(tmp_path / "a.parquet", rows, rows=2)
    reports, problems, _ = read(path)
    assert [(r.id, r.published) for r in reports] == [(f"a-{i + 1}", date(2023, 10, i + 1)) for i in (0, 1, 2, 4)]
    assert problems == [f"{path}, row 4 cannot be read: it has neither title nor body."]
    part = list(sources.read_file(Input(str(path), "a", 2, 3, 5), sources.Defaults()))
    assert part == reports[3:]


def test_truncated_parquet_is_told(tmp_path: Path, plain: list[Report]) -> None:
    path = parquet(tmp_path / "a.parquet", list(RECORDS))  # type: ignore[arg-type]
    path.write_bytes(path.read_bytes()[:-200])
    (tmp_path / "b.jsonl").write_bytes(LINES)
    reports, problems, _ = read(path, tmp_path / "b.jsonl")
    assert reports == plain
    assert len(problems) == 1 and f"{path} is no whole Parquet file" in problems[0]


def test_parquet_of_something_else_is_told(tmp_path: Path) -> None:
    path = parquet(tmp_path / "a.parquet", [{"name": "x", "age": 3}])
    assert read(path)[1] == [f"{path} cannot be read: it has neither a column title nor body, but name, age."]


# -- WARC

@pytest.mark.parametrize("gz", [True, False])
def test_pages_of_an_archive_are_reports(gz: bool, tmp_path: Path) -> None:
    path = tmp_path / ("crawl.warc.gz" if gz else "crawl.warc")
    path.write_bytes(warc(("https://khabar.example/1", "200 OK", page(1)),
                          ("https://khabar.example/x", "404 No", page(2)),
                          ("https://khabar.example/list", "200 OK", "<html><body><a href='/1'>1</a></body></html>"),
                          ("https://khabar.example/3", "200 OK", page(3)), gz=gz))
    reports, problems, notes = read(tmp_path)
    assert [(r.url, r.published) for r in reports] == [("https://khabar.example/1", None),
                                                       ("https://khabar.example/3", None)]
    assert "مریم نمونه\u200cپور" in reports[0].text and problems == []
    assert notes == [f"{path}: 1 of its pages hold no running text and were left out."]


@pytest.mark.parametrize("gz", [True, False])
def test_an_archive_that_breaks_off_is_told(gz: bool, tmp_path: Path) -> None:
    path = tmp_path / ("crawl.warc.gz" if gz else "crawl.warc")
    path.write_bytes(warc(*((f"https://khabar.example/{i}", "200 OK", page(i)) for i in range(3)), gz=gz)[:-150])
    reports, problems, _ = read(path)
    assert len(reports) == 2
    assert len(problems) == 1 and "is damaged at record 6 (it ends too early)" in problems[0]


@pytest.mark.parametrize(("name", "module", "extra"), [
    ("a.jsonl.zst", "zstandard", "zst"), ("a.parquet", "pyarrow", "parquet"), ("a.warc", "warcio", "warc")])
def test_a_missing_package_is_told_with_its_extra(name: str, module: str, extra: str, tmp_path: Path,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    for loaded in [m for m in sys.modules if m == module or m.startswith(f"{module}.")]:
        monkeypatch.delitem(sys.modules, loaded)
    monkeypatch.setitem(sys.modules, module, None)
    (tmp_path / name).write_bytes(b"anything")
    _, problems, _ = read(tmp_path)
    assert len(problems) == 1 and module in problems[0] and f"pip install 'khabar-kg[{extra}]'" in problems[0]
