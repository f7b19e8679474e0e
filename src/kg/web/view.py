"""The parts that pages are made of: links, names, sources, tables, and the frame around every page."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import partial
from urllib.parse import quote, urlencode

from kg import iris
from kg.export.record import Record
from kg.export.words import Name, kind, number
from kg.web import columns, items, tables
from kg.web.answer import FORMATS
from kg.web.columns import Column
from kg.web.html import Html, bdi, clip, el, join, ltr
from kg.web.html import name as name_html
from kg.web.items import Item
from kg.web.passages import Passage, flat
from kg.web.site import Site
from kg.web.words import counted, kinds, label, persian, sure, word

MENU = ("organizations", "people", "statements", "figures", "agreements", "programs", "events", "places", "reports")
_OTHER = (("picture", "/picture"), ("sparql", "/sparql"), ("quality", "/quality"), ("ontology", "/ontology"))
_MOST_ITEMS = 6
_MOST_PASSAGES = 4
_MOST_PIECES = 20_000
_KEPT = "/-_.~,:!$&()*+;@"


def path_of(iri: str) -> str:
    """The path of a thing's page: that of its IRI if it is one of ours, else ``/iri?iri=``."""
    if iri.startswith(iris.NS):
        return f"/ontology#{quote(iri.removeprefix(iris.NS), safe='')}"
    for base, place in ((iris.ID, "/id/"), (iris.CODE, "/code/")):
        if iri.startswith(base) and "?" not in iri:
            rest, hash_, fragment = iri.removeprefix(base).partition("#")
            return place + quote(rest, safe=_KEPT) + (f"#{quote(fragment, safe=_KEPT + '=')}" if hash_ else "")
    return "/iri?" + urlencode({"iri": iri})


class View:
    """How one reader sees the site: the language, and the address that is being looked at."""

    def __init__(self, site: Site, lang: str, path: str = "/", query: Mapping[str, str] | None = None) -> None:
        self.site, self.lang, self.path, self.query = site, lang, path, dict(query or {})
        self.graph = site.graph

    # ------------------------------------------------------------------------------------------------ words, links

    def t(self, key: str, **values: int | str) -> str:
        """Words of the page in the reader's language."""
        return word(key, **values).text(self.lang)

    def n(self, value: int) -> str:
        return number(value, self.lang)

    def url(self, path: str, **query: str) -> str:
        """An address in the reader's language."""
        pairs = {k: v for k, v in query.items() if v}
        if self.lang != "fa":
            pairs["lang"] = self.lang
        path, hash_, fragment = path.partition("#")
        mark = "&" if "?" in path else "?"
        return path + (mark + urlencode(pairs) if pairs else "") + (f"#{fragment}" if hash_ else "")

    def here(self, **changes: str) -> str:
        """This address with some of its query changed; an empty value takes a key away."""
        pairs = {k: v for k, v in {**self.query, **changes}.items() if v and k not in ("lang", "format", "excel")}
        if "lang" in changes:
            return self.path + ("?" + urlencode({**pairs, "lang": changes["lang"]}))
        pairs |= {k: v for k, v in changes.items() if v and k in ("format", "excel")}
        return self.url(self.path, **pairs)

    def name(self, value: Name) -> Html:
        return name_html(value, self.lang) if value else el("i", self.t("unnamed"), class_="quiet")

    def link(self, iri: str, text: Name, kind_: str = "") -> Html:
        return el("a", self.name(text), href=self.url(path_of(iri)), class_=f"to k-{kind_}" if kind_ else "to")

    def item(self, item: Item) -> Html:
        """A thing with its link and its quiet note."""
        shown = self.link(item.iri, item.name, item.kind) if item.iri else self._bare(item)
        note = item.note.text(self.lang)
        return join(shown, " ", self._note(item, note)) if note else shown

    def _bare(self, item: Item) -> Html:
        if item.kind == "Count":
            return ltr(persian(item.data) if self.lang == "fa" else item.data)
        return self.name(item.name)

    def _note(self, item: Item, note: str) -> Html:
        if item.kind == "Figure":
            return bdi(note, self.lang, class_="note")
        days = [el("span", day) for day in note.split(" – ")]
        return el("bdi", [part for day in days for part in (Html(" – "), day)][1:], dir="ltr", class_="note")

    def cell(self, cell: Sequence[Item]) -> Html:
        """A cell: its items below one another, many of them folded."""
        parts = [el("li", self.item(i)) for i in cell]
        if not parts:
            return Html("")
        if len(parts) == 1:
            return self.item(cell[0])
        if len(parts) <= _MOST_ITEMS:
            return el("ul", parts, class_="items")
        return join(el("ul", parts[:_MOST_ITEMS - 1], class_="items"),
                    el("details", el("summary", f"+{self.n(len(parts) - _MOST_ITEMS + 1)}"),
                       el("ul", parts[_MOST_ITEMS - 1:], class_="items"), class_="rest"))

    def kinds(self, kind_: str) -> str:
        """A class in the plural as a heading."""
        text = kinds(kind_).text(self.lang)
        return text[:1].upper() + text[1:]

    def kind(self, kind_: str) -> Html:
        return el("span", kind(kind_).text(self.lang), class_=f"kind k-{kind_}")

    # ------------------------------------------------------------------------------------------------------ sources

    def marked(self, passage: Passage) -> Html:
        """A sentence with the words that show the fact marked."""
        parts: list[str] = []
        last = 0
        for start, end in flat(passage.marks, len(passage.text)):
            parts += [passage.text[last:start], el("mark", passage.text[start:end])]
            last = end
        parts.append(passage.text[last:])
        if len(passage.text) > 4000:
            first = flat(passage.marks, len(passage.text))[:1]
            begin = max(0, (first[0][0] if first else 0) - 300)
            return el("span", f"{'…' if begin else ''}{passage.text[begin:begin + 3000]}…")
        return join(parts)

    def report_name(self, report: str) -> Name:
        record = self.graph.get(report)
        return items.title(record) if record.iri else Name(en=report)

    def mark_address(self, passage: Passage) -> str:
        """The address of a passage's first marked words in its report."""
        if passage.start < 0:
            return self.url(path_of(passage.report))
        start, end = passage.marks[0]
        return self.url(path_of(passage.report), mark=f"{passage.start + start}-{passage.start + end}") + "#hit"

    def quote(self, passage: Passage) -> Html:
        """A sentence with its report under it."""
        key = ("quote", passage.report, passage.start, len(passage.text), passage.marks)
        return self.once(key, lambda: self._quote(passage))

    def _quote(self, passage: Passage) -> Html:
        record = self.graph.get(passage.report)
        about = [el("a", self.t("source-open"), href=self.mark_address(passage), class_="open")]
        if record.iri:
            about.append(self.name(Name(clip(items.title(record).text("fa"), 90))))
            about += [self.item(i) for i in items.outlet(self.graph, record)]
            about += [self.item(i) for i in items.published(self.graph, record)]
        cite = [part for one in about for part in (Html(" · "), one)][1:]
        return el("blockquote", el("p", self.marked(passage), lang="fa", dir="rtl"), el("cite", cite))

    def confidence(self, record: Record) -> Html:
        """How sure the rule is, as a word; the number is in the tooltip."""
        told = items.text(record, "confidence")
        name = sure(told)
        if not name:
            return Html("")
        return el("span", name.text(self.lang), class_="sure", title=self.t("sure-about", name=told))

    def once(self, key: tuple[Hashable, ...], make: Callable[[], Html]) -> Html:
        """A piece that is the same on every page in this language, made once."""
        made = self.site.made
        found = made.get((self.lang, *key))
        if found is None:
            if len(made) > _MOST_PIECES:
                made.clear()
            found = made[self.lang, *key] = make()
        return Html(found)

    def chip(self, record: Record) -> Html:
        """The source of a fact: closed a chip, open the sentence. Empty if the graph holds no source."""
        return self.once(("chip", record.iri), lambda: self._chip(record))

    def _chip(self, record: Record) -> Html:
        passages = self.site.passages.of(record)
        if not passages:
            return Html("")
        reports = list(dict.fromkeys(p.report for p in passages))
        first = self.graph.get(reports[0])
        named = next((i.name for i in items.outlet(self.graph, first)), None) or self.report_name(reports[0])
        several = counted("sources-n", len(passages)).text(self.lang) if len(passages) > 1 else ""
        more = el("span", several, class_="n") if several else None
        told: list[Html] = [self.quote(p) for p in passages[:_MOST_PASSAGES]]
        if len(passages) > _MOST_PASSAGES:
            told.append(el("p", f"+{self.n(len(passages) - _MOST_PASSAGES)}", class_="quiet"))
        rule, basis = items.text(record, "rule"), next(iter(record.codes("basis")), Name())
        why: list[str] = [self.confidence(record)]
        if basis:
            why += [Html(" · "), f"{self.t('basis')}: ", self.name(basis)]
        if rule:
            why += [Html(" · "), f"{self.t('rule')}: ", el("code", rule, dir="ltr")]
        return el("details", el("summary", el("span", self.name(Name(clip(named.text(self.lang), 40))), class_="where"),
                                more, title=self.t("source")),
                  el("div", told, el("p", why, class_="why quiet"), class_="proof"), class_="source")

    # ------------------------------------------------------------------------------------------------------- tables

    def table(self, kind_: str, rows: Iterable[tables.Row], skip: Sequence[str] = (), sortable: bool = False) -> Html:
        """Rows with their sources. Rows without a source are not shown; ``unsourced`` counts them."""
        found = [(row, self.chip(row.record)) for row in rows]
        shown = [(row, chip) for row, chip in found if chip or kind_ == "Report"]
        used = [c for c in columns.COLUMNS[kind_] if c.key not in skip and not c.hidden
                and (sortable or any(row.cells[c.key] for row, _ in shown))]
        head = [el("th", self._head(c, sortable), scope="col") for c in used]
        if kind_ != "Report":
            head.append(el("th", self.t("source"), scope="col"))
        body = []
        keys = tuple(c.key for c in used)
        for row, chip in shown:
            make = partial(self._row, kind_, row, used, chip)
            body.append(self.once(("row", kind_, row.record.iri, keys), make))
        hidden = len(found) - len(shown)
        note = el("p", self.t("source-none", n=hidden), class_="warn") if hidden else None
        if not shown:
            return join(note, None if hidden else el("p", self.t("none"), class_="quiet"))
        return join(el("div", el("table", el("thead", el("tr", head)), el("tbody", body)), class_="scroll"), note)

    def _row(self, kind_: str, row: tables.Row, used: Sequence[Column], chip: Html) -> Html:
        cells = [el("td", self.cell(row.cells[c.key]), data_label=self.t(f"col-{c.key}"),
                    class_="wide" if c.wide else None) for c in used]
        if kind_ != "Report":
            cells.append(el("td", chip, data_label=self.t("source"), class_="src"))
        return el("tr", cells)

    def _head(self, column: Column, sortable: bool) -> Html:
        text = self.t(f"col-{column.key}")
        if not sortable:
            return Html(el("span", text))
        now = self.query.get("sort", "")
        arrow = {column.key: " ▲", f"-{column.key}": " ▼"}.get(now, "")
        turned = f"-{column.key}" if now == column.key else column.key
        return el("a", text + arrow, href=self.here(sort=turned, page=""), rel="nofollow")

    # ----------------------------------------------------------------------------------------------------- the frame

    def formats(self) -> Html:
        """The same page in the other formats."""
        given = (("JSON", "json", ""), ("CSV", "csv", ""), ("Excel", "csv", "1"), ("Turtle", "ttl", ""))
        links = [el("a", text, href=self.here(format=format, excel=excel), rel="alternate nofollow",
                    type=FORMATS[format]) for text, format, excel in given]
        return el("nav", el("span", self.t("as")), links, class_="formats", aria_label=self.t("as"))

    def frame(self, title: Name, body: Html, active: str = "") -> Html:
        """A whole HTML document."""
        lang, dir_ = self.lang, "rtl" if self.lang == "fa" else "ltr"
        heading = title.text(lang)
        brand = self.t("brand")
        head = el("head", el("meta", charset="utf-8"),
                  el("meta", name="viewport", content="width=device-width, initial-scale=1"),
                  el("title", f"{clip(heading, 80)} · {brand}" if heading else brand),
                  el("link", rel="icon", href="/static/icon.svg", type="image/svg+xml"),
                  el("link", rel="stylesheet", href="/static/app.css"),
                  el("link", rel="stylesheet", href="/static/fonts.css"),
                  [el("link", rel="alternate", type=FORMATS[format], href=self.here(format=format))
                   for format in ("json", "csv", "ttl")],
                  el("script", src="/static/app.js", defer=True))
        content = el("main", body, id="main", tabindex="-1")
        return Html("<!doctype html>\n" + el("html", head, el("body", self._header(active), content, self._footer()),
                                             lang=lang, dir=dir_))

    def _header(self, active: str) -> Html:
        other = "en" if self.lang == "fa" else "fa"
        search = el("form", el("input", type="search", name="q", id="q", value=self.query.get("q", "") if
                               self.path == "/search" else "", placeholder=self.t("search-hint"), dir="auto",
                               aria_label=self.t("search"), autocomplete="off", maxlength=200),
                    self.keep_lang(), el("button", self.t("search"), type="submit"),
                    action="/search", method="get", role="search", class_="search")
        menu = [(path, self.kinds(columns.KIND_OF[path]), f"/{path}") for path in MENU
                if self.graph.kinds.get(columns.KIND_OF[path])]
        menu += [(key, self.t(f"page-{key}"), path) for key, path in _OTHER]
        links = [el("a", text, href=self.url(path), aria_current="page" if key == active else None)
                 for key, text, path in menu]
        return el("header", el("a", self.t("skip"), href="#main", class_="skip"),
                  el("div", el("a", el("span", class_="logo", aria_hidden="true"), self.t("brand"),
                               href=self.url("/"), class_="brand"),
                     None if active == "home" else search,
                     el("a", self.t("language"), href=self.here(lang=other), lang=other, hreflang=other,
                        class_="lang"), class_="bar"),
                  el("nav", links, class_="menu", aria_label=self.t("menu")))

    def keep_lang(self) -> Html:
        """In a form: the language goes along."""
        return el("input", type="hidden", name="lang", value=self.lang) if self.lang != "fa" else Html("")

    def _footer(self) -> Html:
        verdict = self.site.verdict
        if verdict.failed:
            told = self.t("quality-failed", name=clip(verdict.failed, 80))
        elif verdict.violations:
            told = self.t("quality-bad-short", n=len(verdict.violations))
        else:
            told = self.t("quality-ok-short")
        state = "bad" if verdict.failed or verdict.violations else "ok"
        return el("footer", self.formats(),
                  el("p", el("bdi", self.t("footer", n=len(self.graph.triples))), " · ",
                     ltr(f"khabar-kg {self.site.version}"), " · ",
                     el("a", el("bdi", told), href=self.url("/quality"), class_=state),
                     " · ",
                     el("a", self.t("download"), " ", el("bdi", "graph.ttl", dir="ltr"), href="/graph.ttl"),
                     " · ", self.t("keys")))

    def section(self, key: str, title: str, body: Html, count: int = 0) -> Html:
        """A part of a page with a heading that can be linked to."""
        shown = el("span", self.n(count), class_="n") if count else None
        return el("section", el("h2", title, " ", shown), body, id=key)

    def relation(self, local: str) -> str:
        return label(local).text(self.lang)
