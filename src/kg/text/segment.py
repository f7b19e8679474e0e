"""Paragraphs, sentences and tokens of a normalised text."""

from __future__ import annotations

import re
from bisect import bisect_left

from kg.model import Document, Report, Sentence, Tokens
from kg.text.normalize import normalize

# Digits apart from letters («2هزار» is two tokens); separators stay inside a number («1,200,000», «12.5», «8/29»);
# initials are one token («ج.ا.ا»).
_TOKEN = re.compile(
    r"\d+(?:[.,/٫٬]\d+)*|(?<!\w)[^\W\d_](?:\.[^\W\d_])+(?!\w)"
    r"|[^\W\d_]+(?:[\u064b-\u0652\u0670]+[^\W\d_]*)*|[^\w\s]|_"
)
_LINE_END = re.compile(r"[\n\r\u2028\u2029\x0b\x0c\x85]")
_STOPS = frozenset(".!؟؛")


class _Pieces(dict[str, tuple[tuple[str, int, int], ...]]):
    """Pieces of text without blanks, with their tokens: word, start and end in the piece.

    Of the pieces of a report, nine in ten were cut before, in this report or another. Their words are then the same
    objects, too, which makes every later look-up of a word cheaper. The table is emptied when it is full.
    """

    def __missing__(self, piece: str) -> tuple[tuple[str, int, int], ...]:
        found = tuple((m.group(), m.start(), m.end()) for m in _TOKEN.finditer(piece))
        if len(piece) > _LONG:
            return found
        if len(self) >= _FULL:
            self.clear()
        self[piece] = found
        return found


_FULL = 1 << 16
_LONG = 40
"""Longer pieces are not kept: they are no words, and each is met once."""
_PIECES = _Pieces()


def tokenize(canon: str) -> Tokens:
    """Tokens of normalised text: numbers, words, single marks. No token reaches over a blank, nor looks beyond it."""
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for piece in canon.split():
        at = canon.find(piece, at)
        cut = _PIECES[piece]
        if len(cut) == 1:  # the piece is one word
            words.append(cut[0][0])
            starts.append(at)
            at += len(piece)
            ends.append(at)
            continue
        for word, first, last in cut:
            words.append(word)
            starts.append(at + first)
            ends.append(at + last)
        at += len(piece)
    return Tokens(tuple(words), tuple(starts), tuple(ends))


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
    for line in _LINE_END.split(report.text):
        end, first = at + len(line), token
        token = bisect_left(tokens.starts, end, token)
        in_title = at < report.body_start and end <= report.title_end
        if token > first:
            found.append(Sentence(first, token, -1 if in_title else max(number + 1, 0)))
            number = number if in_title else max(number + 1, 0)
        at = end + 1
    return tuple(found)


def _sentences(tokens: Tokens, paragraph: Sentence) -> list[Sentence]:
    found, first = [], paragraph.first
    words = tokens.words[first : paragraph.last]
    for i in [i for i, word in enumerate(words, first) if word in _STOPS]:
        if not _abbreviation(tokens, i, paragraph):
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
