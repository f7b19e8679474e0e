"""The report inside a web page: title, paragraphs of the main text, and what the page says of itself.

The main text is the element whose own paragraphs hold the most running text, links not counted; menus, footers,
sidebars and forms are left aside. Half-spaces (also as ``&zwnj;``) survive; other blanks inside a line become one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


_VOID = _tags("area base br col embed hr img input link meta source track wbr")
_SKIPPED = _tags("script style noscript template svg nav footer aside form button select iframe head "
                     "figcaption")
_BLOCKS = _tags("p div article section main body td li blockquote h1 h2 h3 h4 h5 h6 header ul ol table tr "
                    "pre figure")
_TEXT_BLOCKS = _tags("p div article section main body td blockquote h2 h3 h4 h5 h6 li pre")
_REACH = 200
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_DATES = ("article:published_time", "datepublished", "date", "dc.date", "dcterms.date", "dc.date.issued")
_OUTLETS = ("og:site_name", "application-name", "publisher")


@dataclass(frozen=True)
class Page:
    """What a page yields; ``published`` is its own date text, unchecked."""

    title: str
    paragraphs: tuple[str, ...]
    published: str | None = None
    outlet: str | None = None
    url: str | None = None


@dataclass
class _Element:
    """An open element. What its text needs to know is settled when it opens, so that depth costs nothing."""

    tag: str
    number: int
    parent: _Element | None
    text: list[str] = field(default_factory=list)
    linked: int = 0

    def __post_init__(self) -> None:
        parent = self.parent
        self.skipped: bool = self.tag in _SKIPPED or (parent is not None and parent.skipped)
        self.in_link: bool = self.tag == "a" or (parent is not None and parent.in_link)
        own = self.tag in _TEXT_BLOCKS or self.tag == "h1"
        self.holder: _Element | None = self if own else parent.holder if parent is not None else None


@dataclass(frozen=True)
class _Block:
    text: str
    linked: int
    ancestors: tuple[int, ...]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[_Element] = []
        self.blocks: list[_Block] = []
        self.meta: dict[str, str] = {}
        self.headings: list[str] = []
        self.title = ""
        self.canonical: str | None = None
        self._count = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "meta":
            key = values.get("property") or values.get("name") or values.get("itemprop") or ""
            self.meta.setdefault(key.lower(), values.get("content", ""))
        elif tag == "link" and "canonical" in values.get("rel", "").lower().split():
            self.canonical = self.canonical or values.get("href")
        elif tag == "br":
            self.flush()
        elif tag == "time" and values.get("datetime"):
            self.meta.setdefault("date", values["datetime"])
        if tag in _VOID:
            return
        if tag in _BLOCKS:
            self.flush()
            if tag == "p":  # an open paragraph ends where the next begins
                self._close("p", within=_BLOCKS - {"p"})
        self._count += 1
        self.stack.append(_Element(tag, self._count, self.stack[-1] if self.stack else None))

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if tag in _BLOCKS:
            self.flush()
        self._close(tag)

    def _close(self, tag: str, within: frozenset[str] = frozenset()) -> None:
        """Close the nearest open element of this tag; one that lies very deep, or beyond ``within``, stays."""
        for at in range(len(self.stack) - 1, max(-1, len(self.stack) - _REACH), -1):
            if self.stack[at].tag == tag:
                del self.stack[at:]
                return
            if self.stack[at].tag in within:
                return

    def handle_data(self, data: str) -> None:
        if not self.stack:
            return
        top = self.stack[-1]
        if top.tag == "title" and not self.title:
            self.title = _line(data)
        if top.skipped or top.holder is None:
            return
        top.holder.text.append(data)
        if top.in_link:
            top.holder.linked += len(data.strip())

    def flush(self) -> None:
        """End the running line of the block around this place."""
        holder = self.stack[-1].holder if self.stack else None
        if holder is None or not holder.text:
            return
        text = _line("".join(holder.text))
        linked, holder.linked = holder.linked, 0
        holder.text.clear()
        if holder.tag == "h1" and text:
            self.headings.append(text)
        elif text:
            self.blocks.append(_Block(text, linked, _around(holder)))


def _around(holder: _Element) -> tuple[int, ...]:
    """The elements a block counts for: a paragraph for those around it, a line inside a div for that div as well."""
    numbers: list[int] = []
    element = holder.parent if holder.tag in ("p", "li") else holder
    while element is not None and len(numbers) < _REACH:
        numbers.append(element.number)
        element = element.parent
    return (*numbers, 0)  # 0 is the page itself


def read(html: str) -> Page:
    """Read a page. A page without running text gives no paragraphs."""
    reader = _Reader()
    reader.feed(html)
    while reader.stack:
        reader.flush()
        reader.stack.pop()
    heading = reader.headings[0] if reader.headings else ""
    title = heading or _line(reader.meta.get("og:title", "")) or reader.title
    first = (reader.meta.get(key, "").strip() for key in _DATES)
    outlets = (_line(reader.meta.get(key, "")) for key in _OUTLETS)
    return Page(title, tuple(b for b in _main(reader.blocks) if b != title),
                next(filter(None, first), None), next(filter(None, outlets), None),
                reader.meta.get("og:url") or reader.canonical)


def _main(blocks: Iterable[_Block]) -> list[str]:
    """The blocks under the element that scores best, in the order of the page."""
    blocks = [b for b in blocks if 2 * b.linked < len(b.text)]
    scores: dict[int, float] = {}
    for block in blocks:
        weight = float(len(block.text) - block.linked)
        for depth, number in enumerate(block.ancestors[:3]):
            scores[number] = scores.get(number, 0.0) + weight * (1.0, 0.6, 0.3)[depth]
    if not scores:
        return []
    best = max(sorted(scores), key=lambda number: scores[number])
    return [b.text for b in blocks if best in b.ancestors]


def _line(text: str) -> str:
    return _BLANKS.sub(" ", text).strip(" ")
