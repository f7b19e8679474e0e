"""Reports come in as they are, and what cannot be read is told in one sentence."""

from __future__ import annotations

import codecs
import io
import json
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from kg import sources
from kg.errors import InputError
from kg.model import Report
from kg.sources import SourceProblem

TITLE = "آیین گشایش کتابخانه\u200cها برگزار شد"
BODY = "به گزارش خبرگزاری نمونه، مدیر کتابخانه گفت: ۱۲ هزار کتاب داریم.\nوی افزود: این کار ادامه دارد."
TEXT = f"{TITLE}\n\n{BODY}\n"


def read(*names: Path, published: date | None = None, outlet: str | None = None,
         url: str | None = None) -> tuple[list[Report], list[SourceProblem]]:
    found = list(sources.read(names, published, outlet, url))
    return ([f for f in found if isinstance(f, Report)], [f for f in found if isinstance(f, SourceProblem)])


def one(path: Path) -> Report:
    reports, problems = read(path)
    assert [p for p in problems if not p.note] == []
    assert len(reports) == 1
    return reports[0]


def refused(path: Path) -> str:
    reports, problems = read(path)
    assert reports == []
    assert len(problems) == 1 and not problems[0].note
    assert "\n" not in problems[0].message
    return problems[0].message


def file(folder: Path, name: str, data: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


# -- text files

def test_text_is_kept_as_it_came(tmp_path: Path) -> None:
    report = one(file(tmp_path, "a.txt", TEXT.replace("\n", "\r\n")))
    assert report.text == TEXT.replace("\n", "\r\n")
    assert report.title == TITLE
    assert report.body.startswith("به گزارش")
    assert report.id == "a"


def test_a_byte_order_mark_is_not_counted(tmp_path: Path) -> None:
    assert one(file(tmp_path, "a.txt", codecs.BOM_UTF8 + TEXT.encode())).text == TEXT


@pytest.mark.parametrize(("mark", "encoding"), [(codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
                                                (codecs.BOM_UTF32_LE, "utf-32-le")])
def test_wide_encodings_by_their_mark(tmp_path: Path, mark: bytes, encoding: str) -> None:
    path = file(tmp_path, "a.txt", mark + TEXT.encode(encoding))
    assert one(path).text == TEXT
    assert encoding.upper() in read(path)[1][0].message


def test_windows_1256_is_recognised_and_told(tmp_path: Path) -> None:
    old = TEXT.replace("ی", "ي").translate({0x6F0 + i: str(i) for i in range(10)})
    path = file(tmp_path, "a.txt", old.encode("cp1256"))
    assert one(path).text == old
    note = read(path)[1][0]
    assert note.note and "WINDOWS-1256" in note.message


@pytest.mark.parametrize("data", [
    b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 20, b"\x89PNG\r\n\x1a\n" + bytes(4000), bytes(1000),
])
def test_binary_files_are_refused(tmp_path: Path, data: bytes) -> None:
    assert "binary" in refused(file(tmp_path, "a.txt", data))


def test_other_encodings_are_refused_by_byte(tmp_path: Path) -> None:
    assert "byte 4" in refused(file(tmp_path, "a.txt", "caf\xe9 cr\xe8me\n\nd\xe9j\xe0 vu".encode("latin-1").replace(
        b"caf\xe9", b"cafe\xe9")))
    assert "neither UTF-8" in refused(file(tmp_path, "b.txt", TEXT.encode()[:-2] + b"\xd9"))


@pytest.mark.parametrize("data", ["", "\n\n \t\n", "\ufeff\u200c\u200f\n"])
def test_empty_files_are_refused(tmp_path: Path, data: str) -> None:
    assert "empty" in refused(file(tmp_path, "a.txt", data))


def test_a_missing_file_stops_no_other(tmp_path: Path) -> None:
    good = file(tmp_path, "a.txt", TEXT)
    reports, problems = read(tmp_path / "none.txt", good)
    assert [r.id for r in reports] == ["a"]
    assert "none.txt" in problems[0].message and "no such file" in problems[0].message


def test_a_title_alone_is_a_report_without_body(tmp_path: Path) -> None:
    report = one(file(tmp_path, "a.txt", TITLE))
    assert (report.title, report.body) == (TITLE, "")


def test_blank_lines_before_the_title_are_counted(tmp_path: Path) -> None:
    report = one(file(tmp_path, "a.txt", f"\n \n{TITLE}\n{BODY}"))
    assert report.title.strip() == TITLE
    assert report.body == BODY
    assert report.text[report.body_start:report.body_start + 2] == "به"


def test_a_long_first_line_is_no_title(tmp_path: Path) -> None:
    report = one(file(tmp_path, "a.txt", "او گفت که کار ادامه دارد. " * 40))
    assert report.title == "" and report.body == report.text


def test_odd_characters_stay_in_their_places(tmp_path: Path) -> None:
    text = f"{TITLE}\n\n\u200fمدیر\u202b گفت\x00: \x07خوب\u2028است\n" + BODY * 3
    assert one(file(tmp_path, "a.txt", text)).text == text


def test_ten_megabytes_of_one_line_are_refused_at_once(tmp_path: Path) -> None:
    path = file(tmp_path, "a.txt", "مدیر گفت " * 620_000)
    start = time.perf_counter()
    assert "split it" in refused(path)
    assert time.perf_counter() - start < 2


def test_a_huge_file_is_not_read_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as stream:
        stream.truncate(sources.MAX_BYTES * 40)
    assert "larger than" in refused(path)


# -- folders and standard input

def test_a_folder_is_read_sorted_and_deep(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "sub/c.txt", "sub/d.TXT", "notes.pdf"):
        file(tmp_path, name, TEXT)
    assert [r.id for r in read(tmp_path)[0]] == ["a", "b", "sub/c", "sub/d"]


def test_a_folder_without_reports_is_told(tmp_path: Path) -> None:
    file(tmp_path, "picture.jpg", b"\xff\xd8")
    assert "holds no reports" in refused(tmp_path)


@pytest.mark.parametrize(("data", "id"), [
    (TEXT, "stdin"), (json.dumps({"id": "x", "title": TITLE, "body": BODY}), "x"),
    (f"<html><h1>{TITLE}</h1><p>{BODY}</p></html>", "stdin"),
])
def test_standard_input_tells_its_kind(monkeypatch: pytest.MonkeyPatch, data: str, id: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data.encode())))
    report = one(Path("-"))
    assert report.id == id and report.title == TITLE and "کتاب" in report.body


# -- JSON lines

def lines(*records: object) -> str:
    return "\n".join(r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in records) + "\n"


def test_a_json_line_is_title_blank_line_body(tmp_path: Path) -> None:
    report = one(file(tmp_path, "a.jsonl", lines({"id": 7, "title": TITLE, "body": BODY, "published": "۱۳۹۹/۱۱/۲۰",
                                                  "outlet": "نمونه", "url": "https://example.org/خبر", "tags": []})))
    assert report.text == f"{TITLE}\n\n{BODY}"
    assert (report.id, report.published, report.outlet, report.url) == (
        "7", date(2021, 2, 8), "نمونه", "https://example.org/خبر")


def test_a_line_goes_before_the_command_line(tmp_path: Path) -> None:
    path = file(tmp_path, "a.jsonl", lines({"title": TITLE, "body": BODY, "published": "1400-01-01", "outlet": None},
                                           {"title": TITLE, "body": BODY + "!"}))
    reports, _ = read(path, published=date(2020, 1, 1), outlet="نمونه")
    assert [(r.id, r.published, r.outlet) for r in reports] == [
        ("a-1", date(2021, 3, 21), "نمونه"), ("a-2", date(2020, 1, 1), "نمونه")]


@pytest.mark.parametrize("bad", [
    "{\"title\": ", "[1, 2]", "\"text\"", "{\"title\": {}, \"body\": \"x\"}", "{\"title\": null}", "[" * 100_000,
    "{\"title\": \" \", \"body\": \"\\u200c\"}", "nonsense",
])
def test_a_bad_line_is_named_and_stops_no_other(tmp_path: Path, bad: str) -> None:
    good = {"id": "x", "title": TITLE, "body": BODY}
    reports, problems = read(file(tmp_path, "many.jsonl", lines({**good, "id": "w"}, "", bad, good)))
    assert [r.id for r in reports] == ["w", "x"]
    assert len(problems) == 1 and "many.jsonl, line 3 " in problems[0].message


def test_a_line_of_wrong_bytes_is_named(tmp_path: Path) -> None:
    good = json.dumps({"id": "x", "title": TITLE, "body": BODY}).encode()
    reports, problems = read(file(tmp_path, "a.jsonl", good + b"\n\xff\xfe\x00garbage\n" + good))
    assert len(reports) == 2 and "line 2" in problems[0].message


@pytest.mark.parametrize(("key", "value"), [("published", "1399-13-45"), ("published", "yesterday"),
                                            ("url", "javascript:alert(1)"), ("url", "https://a b")])
def test_a_bad_field_costs_the_field_and_is_told(tmp_path: Path, key: str, value: str) -> None:
    reports, problems = read(file(tmp_path, "a.jsonl", lines({"title": TITLE, "body": BODY, key: value})))
    assert len(reports) == 1 and getattr(reports[0], key) is None
    assert len(problems) == 1 and not problems[0].note and "line 1" in problems[0].message


def test_lone_surrogates_move_no_offset(tmp_path: Path) -> None:
    report = one(file(tmp_path, "a.jsonl", '{"title": "a\\ud800b", "body": "\\ud83d\\ude00 c"}'))
    assert report.text == "a\ufffdb\n\n\U0001F600 c"


# -- web pages

PAGE = f"""<!doctype html><html lang="fa"><head><title>{TITLE} | نمونه</title>
<meta property="og:site_name" content="خبرگزاری نمونه"><meta property="article:published_time"
 content="2021-02-08T10:00:00+03:30"><link rel="canonical" href="https://example.org/1"><style>p {{ }}</style></head>
<body><header><nav><p>خانه سیاست اقتصاد ورزش فرهنگ و هنر جهان چندرسانه‌ای</p></nav></header>
<div id="menu"><p><a href="/">پربازدیدترین خبرها را در این صفحه بخوانید و به دوستانتان بفرستید</a></p></div>
<div class="item"><h1>{TITLE}</h1><div class="body"><p>مدیر   کتابخانه
گفت: <b>۱۲ هزار</b> کتاب داریم و <a href="x">آن\u200cها</a> را نگه می&zwnj;داریم.
<p>وی افزود: این&nbsp;کار ادامه دارد؛ کتابخانه&#8204;ها باز می\u200cمانند.<br>و تمام.</p>
<script>var a = "<p>x</p>";</script>
</div></div><aside><p>پیشنهاد سردبیر: خبرهای دیگر امروز را اینجا بخوانید و بپسندید و بفرستید.</p></aside>
<footer><p>همه حقوق این پایگاه برای خبرگزاری نمونه نگه داشته شده است و بازنشر با نام بردن رواست.</p>
</footer></body></html>"""


def test_a_page_gives_its_main_text(tmp_path: Path) -> None:
    report = one(file(tmp_path, "a.html", PAGE))
    assert report.title == TITLE
    assert report.body.split("\n") == [
        "مدیر کتابخانه گفت: ۱۲ هزار کتاب داریم و آن\u200cها را نگه می\u200cداریم.",
        "وی افزود: این\xa0کار ادامه دارد؛ کتابخانه\u200cها باز می\u200cمانند.", "و تمام."]
    assert (report.published, report.outlet, report.url) == (
        date(2021, 2, 8), "خبرگزاری نمونه", "https://example.org/1")


def test_a_page_of_lines_without_paragraphs(tmp_path: Path) -> None:
    html = f"<title>{TITLE}</title><body><div>مدیر گفت: کار ادامه دارد و خوب است.<br/>وی افزود: تمام شد.</div>"
    report = one(file(tmp_path, "a.htm", html))
    assert report.title == TITLE
    assert report.body == "مدیر گفت: کار ادامه دارد و خوب است.\nوی افزود: تمام شد."


def test_an_old_page_names_its_encoding(tmp_path: Path) -> None:
    html = "<meta charset=windows-1256><title>خبر</title><p>مدير كتابخانه گفت: كار ادامه دارد.</p>"
    assert one(file(tmp_path, "a.html", html.encode("cp1256"))).body == "مدير كتابخانه گفت: كار ادامه دارد."


@pytest.mark.parametrize("html", ["<html></html>", "<ul><li><a href=x>خبر یک</a></ul>", "<" * 5000, "<div>" * 5000])
def test_a_page_without_text_is_told(tmp_path: Path, html: str) -> None:
    assert "no running text" in refused(file(tmp_path, "a.html", html))


@pytest.mark.parametrize("piece", ["<b>متن ", "<div>متن ", "<p>متن ", "<p>متن</b></i></p>", "</p>متن<a>", "<!-- <"])
def test_a_nasty_page_takes_no_long_time(tmp_path: Path, piece: str) -> None:
    path = file(tmp_path, "a.html", "<body><div>" + piece * 40_000)
    start = time.perf_counter()
    read(path)
    assert time.perf_counter() - start < 5  # 0.3 s on a quiet machine


# -- dates and addresses

@pytest.mark.parametrize("text", ["1399-11-20", "1399/11/20", "۱۳۹۹/۱۱/۲۰", "١٣٩٩-١١-٢٠", "1399.11.20", "2021-02-08",
                                  "2021-2-8", " 2021-02-08T23:59:00Z ", "1399/11/20 12:30"])
def test_dates(text: str) -> None:
    assert sources.parse_date(text) == date(2021, 2, 8)


@pytest.mark.parametrize("text", ["", "1399", "1399-12-31", "1400-12-30", "2021-02-29", "0000-01-01", "9999-99-99",
                                  "1399-11/20", "'; DROP TABLE", "\x00", "۱۳۹۹-۱۱-۲۰" * 1000, "1399-11-20\n<x>",
                                  "²⁰²¹-01-01", "-1399-11-20"])
def test_bad_dates(text: str) -> None:
    with pytest.raises(InputError) as caught:
        sources.parse_date(text)
    assert str(caught.value).isprintable() and len(str(caught.value)) < 300


def test_addresses() -> None:
    assert sources.check_url("https://example.org/خبر?x=1#y") == "https://example.org/خبر?x=1#y"
    assert sources.check_url("https://example.org/a|b{1}") == "https://example.org/a|b{1}"
    for bad in ("ftp://x", "https://", "https://a>b", "https://a\nb", "x"):
        with pytest.raises(InputError):
            sources.check_url(bad)
