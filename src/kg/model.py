"""The records that travel from text to graph: frozen, and nothing but data."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple, Protocol

SEPARATOR = "\n\n"


@dataclass(frozen=True)
class Report:
    """A news report as received.

    ``text`` is title, blank line and body exactly as they came; all offsets count code points of it.
    ``title_end`` is where the title ends and ``body_start`` where the body begins.
    """

    id: str
    text: str
    title_end: int
    body_start: int
    published: date | None = None
    outlet: str | None = None
    url: str | None = None

    @classmethod
    def of(
        cls,
        id: str,
        title: str,
        body: str,
        *,
        published: date | None = None,
        outlet: str | None = None,
        url: str | None = None,
    ) -> Report:
        """A report from a separate title and body, joined by one blank line."""
        text = title + SEPARATOR + body
        return cls(id, text, len(title), len(title) + len(SEPARATOR), published, outlet, url)

    @property
    def title(self) -> str:
        return self.text[: self.title_end]

    @property
    def body(self) -> str:
        return self.text[self.body_start :]

    @cached_property
    def sha256(self) -> str:
        """Hexadecimal SHA-256 of the UTF-8 bytes of the text."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


class Span(NamedTuple):
    """A place in a report's text: half-open range of code points."""

    start: int
    end: int


class Literal(NamedTuple):
    """An RDF literal: lexical form with either a datatype IRI or a language tag."""

    lexical: str
    datatype: str | None = None
    lang: str | None = None


Term = str | Literal
"""An IRI (``str``) or a literal."""

Triple = tuple[str, str, Term]


@dataclass(frozen=True)
class Tokens:
    """Tokens of a normalised text: parallel tuples of words and their half-open character ranges."""

    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.words)

    def at(self, offset: int) -> int:
        """Index of the last token that starts at or before ``offset`` (-1 if none does)."""
        return bisect_right(self.starts, offset) - 1


@dataclass(frozen=True)
class Sentence:
    """A sentence as a half-open range of tokens; ``paragraph`` is -1 in the title, then 0, 1, …"""

    first: int
    last: int
    paragraph: int


@dataclass(frozen=True)
class Document:
    """A report made readable: ``canon`` is the normalised text, of the same length as the report's text."""

    report: Report
    canon: str
    tokens: Tokens
    sentences: tuple[Sentence, ...]
    paragraphs: tuple[Sentence, ...]

    def text(self, span: Span) -> str:
        """The report's own characters at a span."""
        return self.report.text[span.start : span.end]

    def span(self, first: int, last: int) -> Span:
        """The characters from token ``first`` up to, not including, token ``last``."""
        return Span(self.tokens.starts[first], self.tokens.ends[last - 1])

    def sentence_at(self, token: int) -> int:
        """Index of the sentence that holds a token."""
        return bisect_right(self._sentence_starts, token) - 1

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [sentence.first for sentence in self.sentences]

    def words(self, first: int, last: int) -> Iterator[str]:
        return iter(self.tokens.words[first:last])


@dataclass(frozen=True)
class Evidence:
    """Why a fact is believed: the spans that show it, the rule that read it, and on what ground.

    ``basis`` is one of explicit, coreference, inference, background; ``confidence`` lies between 0 and 1.
    """

    spans: tuple[Span, ...]
    rule: str
    basis: str = "explicit"
    confidence: float = 1.0
    chain: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Violation:
    """A shape that failed: on which node, along which path, and what to tell a person."""

    report: str
    focus: str
    path: str | None
    component: str
    shape: str
    value: str | None
    message_fa: str
    message_en: str


class Fact(Protocol):
    """One claim, free of language: every class's fact is a frozen record with at least these two fields."""

    @property
    def iri(self) -> str: ...

    @property
    def evidence(self) -> Evidence: ...
