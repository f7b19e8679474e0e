"""What is known of one report while it is read: tokens, their classes, and the mentions found so far."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from kg.mentions import grammar
from kg.mentions.grammar import FUNCTION, MARK, NUMBER, VERB, WORD
from kg.mentions.placed import ByPlace, P
from kg.mentions.records import (
    AgreementMention,
    EventMention,
    FigureMention,
    OrganizationMention,
    PersonMention,
    PlaceMention,
    PostMention,
    ProgramMention,
)
from kg.model import Document, Span
from kg.text.calendar import TimeExpression
from kg.text.numerals import Numeral
from kg.text.quantities import Quantity

OPENING = frozenset('«"(')
_APART = frozenset(" \u00a0\t\n")
CLOSING = {"«": "»", '"': '"', "(": ")"}


@dataclass
class Reading:
    """The state of reading one report. Finders fill it in the order of ``mentions.FINDERS``."""

    doc: Document
    words: tuple[str, ...]
    kinds: list[str]
    year: tuple[int, tuple[tuple[int, int], ...]] | None = None
    times: list[TimeExpression] = field(default_factory=list)
    timed: frozenset[int] = frozenset()
    numerals: list[Numeral] = field(default_factory=list)
    quantities: list[Quantity] = field(default_factory=list)
    places: list[PlaceMention] = field(default_factory=list)
    organizations: list[OrganizationMention] = field(default_factory=list)
    posts: list[PostMention] = field(default_factory=list)
    persons: list[PersonMention] = field(default_factory=list)
    programs: list[ProgramMention] = field(default_factory=list)
    events: list[EventMention] = field(default_factory=list)
    agreements: list[AgreementMention] = field(default_factory=list)
    figures: list[FigureMention] = field(default_factory=list)
    after_number: frozenset[int] = frozenset()
    after_ordinal: frozenset[int] = frozenset()
    ordinals: dict[int, Numeral] = field(default_factory=dict)
    _timed: dict[int, TimeExpression] = field(default_factory=dict)
    _starts: list[int] = field(default_factory=list)
    _ends: list[int] = field(default_factory=list)
    _footers: set[int] = field(default_factory=set)
    _paragraphs: list[int] = field(default_factory=list)
    _positions: dict[str, list[int]] = field(default_factory=dict)
    _indexes: dict[int, tuple[Sequence[Any], ByPlace[Any]]] = field(default_factory=dict)

    @classmethod
    def of(cls, doc: Document) -> Reading:
        words = doc.tokens.words
        reading = cls(doc, words, grammar.classify(words))
        for sentence in doc.sentences:
            length = sentence.last - sentence.first
            reading._starts += [sentence.first] * length
            reading._ends += [sentence.last] * length
            reading._paragraphs += [sentence.paragraph] * length
        positions = reading._positions
        for i, word in enumerate(words):
            if word in positions:
                positions[word].append(i)
            else:
                positions[word] = [i]
        footer = grammar.phrases_of("words.yaml", "footer")
        for sentence in doc.sentences:
            if footer.longest(words, sentence.first, sentence.last):
                reading._footers.add(sentence.paragraph)
        reading._join_compounds()
        return reading

    def _join_compounds(self) -> None:
        """«کم‌بهره», «پیش‌ساخته»: a small word with a half-space after it is the first half of an adjective."""
        halves = grammar.words_of("first-half")
        for i in self.tokens_of(halves):
            if i + 1 < len(self.words) and self.kinds[i + 1] == WORD and self.glued(i + 1):
                self.kinds[i] = WORD

    def valued(self) -> None:
        """Index the values once they are found: tokens of times, ordinals, and tokens behind a counting number."""
        self._timed = {token: t for t in reversed(self.times) for token in range(t.first, t.last)}
        self.timed = frozenset(t.first for t in self.times if t.kind in ("relative", "absolute"))
        self.after_ordinal = frozenset(n.last for n in self.numerals if n.is_ordinal)
        self.ordinals = {n.first: n for n in self.numerals if n.is_ordinal and n.value is not None}
        counting = [(n.first, n.last) for n in self.numerals if not n.is_ordinal and not n.is_label]
        counting += [(q.first, q.last) for q in self.quantities]
        # A number that ends a sentence or the headline counts nothing in the next.
        self.after_number = frozenset(last for first, last in counting if last < self._ends[first])

    def tokens_of(self, words: Set[str]) -> list[int]:
        """The tokens whose word is one of ``words``, in order. Finders look only at these: most tokens begin nothing,
        and this costs a fraction of asking about each."""
        positions = self._positions
        return sorted([i for word in positions if word in words for i in positions[word]])

    def positions(self, word: str) -> Sequence[int]:
        """All tokens of one word, in order."""
        return self._positions.get(word, ())

    def place_at(self, token: int) -> PlaceMention | None:
        """The place whose mention begins at this token."""
        return self.index(self.places).at(token)

    def organization_at(self, token: int) -> OrganizationMention | None:
        """The longest institution whose name begins at this token."""
        return self.index(self.organizations).at(token)

    def official_at(self, token: int) -> int | None:
        """The index behind the person or the post named at this token, None if there is none."""
        found = (self.index(self.persons).at(token), self.index(self.posts).at(token))
        return max((mention.last for mention in found if mention), default=None)

    def index(self, items: Sequence[P]) -> ByPlace[P]:
        """What one of the lists of this reading holds, by its tokens. Finders replace a list, they never change it."""
        known = self._indexes.get(id(items))
        if known is None:  # the list is kept beside its index, so that its id stays its own
            known = self._indexes[id(items)] = (items, ByPlace(items))
        return known[1]

    def span(self, first: int, last: int) -> Span:
        return self.doc.span(first, last)

    def surface(self, first: int, last: int) -> str:
        """The report's own characters from token ``first`` to before token ``last``."""
        return self.doc.text(self.doc.span(first, last))

    def sentence_end(self, token: int) -> int:
        return self._ends[token]

    def sentence_start(self, token: int) -> int:
        return self._starts[token]

    def paragraph(self, token: int) -> int:
        return self._paragraphs[token]

    def in_footer(self, token: int) -> bool:
        """Whether the token stands in a line under the report («برچسب‌ها: …», «انتهای پیام»)."""
        return self._paragraphs[token] in self._footers

    def glued(self, token: int) -> bool:
        """Whether only a half-space stands between this token and the one before."""
        tokens = self.doc.tokens
        gap = self.doc.report.text[tokens.ends[token - 1] : tokens.starts[token]] if token > 0 else ""
        return bool(gap) and _APART.isdisjoint(gap)

    def light_verb(self, token: int, limit: int) -> bool:
        """Whether a light verb («کرد», «می‌شود», «خواهد شد») begins at this token."""
        if token >= limit or self.kinds[token] != VERB:
            return False
        word = self.words[token]
        if word in grammar.continuous():
            return token + 1 < limit and self.words[token + 1] in grammar.light_forms()
        return word in grammar.light_forms()

    def in_predicate(self, token: int, limit: int) -> bool:
        """Whether a word belongs to a compound verb, so that no noun phrase reaches over it."""
        if token + 1 < limit and self.kinds[token + 1] == WORD and self.glued(token + 1):
            # «تقسیم‌بندی شد»: the word ends behind its half-spaces.
            end = token + 1
            while end < limit and self.kinds[end] == WORD and self.glued(end):
                end += 1
            return self.light_verb(end, limit)
        if self.words[token] in grammar.words_of("preverb") or self.light_verb(token + 1, limit):
            return True
        # «کشف و ضبط کردند»: two nouns of one verb.
        return token + 3 < limit and self.words[token + 1] == "و" and self.light_verb(token + 3, limit)

    def closing(self, token: int, limit: int, longest: int = 8) -> int | None:
        """The index after the mark that closes the quotation or bracket opened at ``token``, if it is near."""
        close = CLOSING.get(self.words[token])
        for j in range(token + 1, min(limit, token + longest + 2)):
            if self.words[j] == close:
                return j + 1
        return None

    def mark_end(self, token: int, limit: int) -> int | None:
        """The index after an honorific mark such as «(ع)» at ``token``."""
        found = grammar.honorific_marks().longest(self.words, token, limit)
        return found[0] if found else None

    def noun_phrase_end(self, start: int, limit: int, longest: int = 10) -> int:
        """Index after the noun phrase that begins at ``start``.

        It ends at a mark, a number, a function word or a verb, before the noun of a compound verb, and after
        ``longest`` words; it runs through listed coordinations, honorific marks and plural suffixes.
        """
        words, kinds = self.words, self.kinds
        j, limit = start, min(limit, start + longest + 4)
        while j < limit and j - start < longest:
            jump = grammar.coordinations().longest(words, j, limit)
            if jump:
                j = jump[0]
                continue
            kind = kinds[j]
            if kind == MARK:
                after = self.mark_end(j, limit)
                if after is None:
                    break
                j = after
                continue
            if kind == FUNCTION and j > start and self.glued(j):
                j += 1
                continue
            if kind in (FUNCTION, VERB, NUMBER):
                joined = self.joined_adjectives(j, start, limit)
                if joined:
                    j = joined
                    continue
                break
            if self.in_predicate(j, limit) or (j > start and self.breaks(j)):
                break
            j += 1
        return j

    def breaks(self, token: int) -> bool:
        """Whether a word begins something new after a noun: a time, or a noun that predicates («… خواستار …»)."""
        word = self.words[token]
        if token and self.words[token - 1] in grammar.words_of("un"):
            return False  # «غیر مجاز» is one adjective
        if token > 0 and token not in self.timed and self._ezafe(token - 1):
            return False
        if token not in self.timed and token + 1 < len(self.words) and self.glued(token + 1):
            return False
        if token in self.timed or word in grammar.words_of("predicate-noun") or word in grammar.infinitives():
            return True
        if token + 1 < len(self.words) and self.words[token + 1] in grammar.words_of("reflexive"):
            return True
        return grammar.phrases_of("words.yaml", "adverbial").longest(self.words, token) is not None

    def _ezafe(self, token: int) -> bool:
        """Whether a word ends in a written ezafe («اهدای …», «نیروهای …»), so that its phrase goes on."""
        word = self.words[token]
        return (len(word) > 3 and word.endswith("ای")) or word == "های"

    def joined_adjectives(self, j: int, start: int, limit: int) -> int | None:
        """«قرآنی و فرهنگی»: index after two adjectives in ی around the «و» at ``j``, inside one phrase."""
        if self.words[j] != "و" or not start < j < limit - 1:
            return None
        last = j + 1
        while last + 1 < limit and self.glued(last + 1) and self.kinds[last + 1] == WORD:
            last += 1
        around = (self.words[j - 1], self.words[last])
        adjectives = all(len(w) > 3 and w.endswith("ی") for w in around) and not self._ezafe(last)
        joined = self.kinds[j - 1] == self.kinds[j + 1] == WORD and adjectives
        return last + 1 if joined and not self.in_predicate(last, limit) else None

    def counted(self, token: int) -> bool:
        """Whether a number that counts stands right before this token («۲۴ هزار صندوق …»)."""
        return token in self.after_number

    def time_at(self, token: int) -> TimeExpression | None:
        return self._timed.get(token)
