"""Paragraphs, sentences and tokens of a normalised text."""

from __future__ import annotations

import re

from kg.model import Document, Report, Sentence, Tokens
from kg.text.normalize import normalize

# Digits apart from letters («2هزار» is two tokens); separators stay inside a number («1,200,000», «12.5», «8/29»);
# initials are one token («ج.ا.ا»).
_TOKEN = re.compile(
    r"\d+(?:[.,/٫٬]\d+)*|(?<!\w)[^\W\d_](?:\.[^\W\d_])+(?!\w)"
    r"|[^\W\d_]+(?:[\u064b-\u0652\u0670]+[^\W\d_]*)*|[^\w\s]|_"
)
_STOPS = frozenset(".!؟؛")


def tokenize(canon: str, start: int = 0, end: int | None = None) -> Tokens:
    """Tokens of normalised text between two offsets: numbers, words, single marks."""
    matches = list(_TOKEN.finditer(canon, start, len(canon) if end is None else end))
    return Tokens(tuple(m.group() for m in matches), tuple(m.start() for m in matches), tuple(m.end() for m in matches))


def document(report: Report) -> Document:
    """Make a report readable. The title is paragraph -1; lines of the body that hold a token are 0, 1, …"""
    canon = normalize(report.text)
    tokens = tokenize(canon)
    paragraphs = _paragraphs(report, tokens)
    sentences = tuple(s for p in paragraphs for s in _sentences(tokens, p))
    return Document(report, canon, tokens, sentences, paragraphs)


def _paragraphs(report: Report, tokens: Tokens) -> tuple[Sentence, ...]:
    found: list[Sentence] = []
    at, token, number = 0, 0, -1
    for line in re.split(r"[\n\r\u2028\u2029\x0b\x0c\x85]", report.text):
        end, first = at + len(line), token
        while token < len(tokens) and tokens.starts[token] < end:
            token += 1
        in_title = at < report.body_start and end <= report.title_end
        if token > first:
            found.append(Sentence(first, token, -1 if in_title else max(number + 1, 0)))
            number = number if in_title else max(number + 1, 0)
        at = end + 1
    return tuple(found)


def _sentences(tokens: Tokens, paragraph: Sentence) -> list[Sentence]:
    found, first = [], paragraph.first
    for i in range(paragraph.first, paragraph.last):
        if tokens.words[i] in _STOPS and not _abbreviation(tokens, i, paragraph):
            found.append(Sentence(first, i + 1, paragraph.paragraph))
            first = i + 1
    if first < paragraph.last:
        found.append(Sentence(first, paragraph.last, paragraph.paragraph))
    return found


def _abbreviation(tokens: Tokens, i: int, paragraph: Sentence) -> bool:
    """A stop that ends no sentence: inside «ه.ق», or a second stop of an ellipsis."""
    if tokens.words[i] != "." or i == paragraph.first or i + 1 >= paragraph.last:
        return False
    glued = tokens.ends[i - 1] == tokens.starts[i] and tokens.ends[i] == tokens.starts[i + 1]
    return tokens.words[i + 1] == "." or (glued and len(tokens.words[i - 1]) == 1 and len(tokens.words[i + 1]) == 1)
