"""Numbers in Persian text, in digits, words or both, with their exact places.

``find`` reads running text and refuses what only looks like a number; ``parse`` reads a text that is one number.
The words are in ``lang/fa/numerals.yaml``; this module is the machine that puts them together:

- A part joined by و must be smaller than the last open place («۲ میلیارد و ۱۰۰ میلیون»), else a new number begins
  («۹۴ و ۶۷»). A larger multiple after thousands multiplies them all («۶ هزار و ۵۰۰ میلیارد»).
- A range gives two numerals, its low and its high end, each with ``range``; the low end takes the multiple of the
  high one («۵۰۰ تا ۷۰۰ میلیون»).
- Of slashed decimals, ``digits`` tells the order.
- Slashed dates, codes and telephone numbers are no numerals; plain years, days and clock times are: others tell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from functools import cache
from typing import NamedTuple

from kg import rules
from kg.model import Tokens
from kg.text.chains import ONE, WIDE, Atom, Chain, Read, plain
from kg.text.digits import Slashes, literal
from kg.text.match import Phrases, phrase
from kg.text.normalize import normalize
from kg.text.segment import tokenize


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number at its place: characters ``start:end`` and tokens ``first:last`` (both half-open).

    ``value`` is None where the text gives none («ده‌ها»): then ``is_vague``. ``bound`` is exact, min, max or about,
    by an approximator at the characters ``bound_span``. ``range`` is (low, high) on both ends of a range.
    ``is_article`` marks «یک» that counts nothing, ``is_label`` a number that names («ماده ۱۰», «سال ۹۸»).
    """

    start: int
    end: int
    value: Decimal | None
    first: int
    last: int
    is_ordinal: bool = False
    bound: str = "exact"
    bound_span: tuple[int, int] | None = None
    range: tuple[Decimal, Decimal] | None = None
    is_article: bool = False
    is_vague: bool = False
    is_label: bool = False


class _Entry(NamedTuple):
    """A word of the table: its parts (kind, value), and how many characters of it are number (-1: all)."""

    parts: tuple[tuple[str, Decimal], ...]
    cut: int = -1


class _Words(NamedTuple):
    """The tables of ``numerals.yaml``; ``starts`` are the words that may begin a numeral."""

    table: dict[str, _Entry]
    starts: frozenset[str]
    lists: dict[str, frozenset[str]]
    approximators: dict[str, tuple[tuple[tuple[str, ...], str], ...]]
    before: dict[str, tuple[tuple[str, ...], ...]]
    after: dict[str, tuple[tuple[str, ...], ...]]
    adverbs: Phrases[bool]
    tails: Phrases[str]


_LISTS = ("half-of", "signed", "before-minus", "range", "between", "plural", "odd", "guarded", "counter", "compound",
          "pronoun", "counting", "label", "soft-label", "phone", "footer", "dated", "filler", "minus", "stop",
          "preverb", "vague", "joint", "some", "dash")


@cache
def words() -> _Words:
    """The tables of ``numerals.yaml``."""
    loaded = rules.load("numerals.yaml", required={"kind", "match"}, keys={"value", "ordinal", "bound", "of"})
    lists: dict[str, set[str]] = {kind: set() for kind in _LISTS}
    approximators: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    before: dict[str, list[tuple[str, ...]]] = {}
    after: dict[str, list[tuple[str, ...]]] = {}
    adverbs: list[str] = []
    tails: list[tuple[str, str]] = []
    for rule in loaded:
        kind = rule.text("kind")
        phrases = [phrase(text) for text in rule.list("match")]
        if kind in lists:
            lists[kind].update(p[-1] if kind == "signed" else p[0] for p in phrases if p)
        elif kind == "approximator":
            for p in phrases:
                approximators.setdefault(p[-1], []).append((p, rule.text("bound")))
        elif kind in ("not-before", "not-after"):
            for word in rule.list("of"):
                (before if kind == "not-before" else after).setdefault(phrase(word)[0], []).extend(phrases)
        elif kind == "adverb":
            adverbs.extend(rule.list("match"))
        elif kind == "tail":
            tails.extend((text, rule.text("bound")) for text in rule.list("match"))
    table = _table(loaded)
    starts = {word for word, entry in table.items() if entry.parts[0][0] not in ("and", "th", "point", "div")}
    return _Words(table, frozenset(starts | lists["vague"]), {k: frozenset(v) for k, v in lists.items()},
                  {k: tuple(sorted(v, key=lambda e: (-len(e[0]), e))) for k, v in approximators.items()},
                  {k: tuple(v) for k, v in before.items()}, {k: tuple(v) for k, v in after.items()},
                  Phrases(dict.fromkeys(adverbs, True)), Phrases(tails))


def _table(loaded: Sequence[rules.Rule]) -> dict[str, _Entry]:
    """Every single word that is number, or part of one, with its parts; also words written together."""
    plain: dict[str, tuple[tuple[str, Decimal], ...]] = {}
    joiners: list[str] = []
    suffixes: list[str] = []
    adjectives: list[str] = []
    for rule in loaded:
        kind, spellings = rule.text("kind"), ["".join(phrase(text)) for text in rule.list("match")]
        if kind in ("cardinal", "magnitude"):
            value = Decimal(rule.text("value"))
            short = "card" if kind == "cardinal" else "mag"
            plain.update((word, ((short, value),)) for word in spellings)
            for text in rule.list("ordinal"):
                word = "".join(phrase(text))
                plain[word] = plain[word + "ین"] = (("ord", value),)
        elif kind == "divisor":
            plain.update((word, (("div", Decimal(rule.text("value"))),)) for word in spellings)
        elif kind in ("and", "half", "point", "ordinal-suffix"):
            short = "th" if kind == "ordinal-suffix" else kind
            plain.update((word, ((short, ONE),)) for word in spellings)
            joiners.extend(spellings if kind == "and" else ())
        elif kind in ("suffix", "adjective"):
            (suffixes if kind == "suffix" else adjectives).extend(spellings)
    table = {word: _Entry(parts) for word, parts in plain.items()}
    others = [rule for rule in loaded if rule.text("kind") == "not-number"]
    whole = {"".join(phrase(text)) for rule in others for text in rule.list("match")}
    for word, entry in _glued(plain, joiners, suffixes, adjectives):
        if word not in whole:
            table.setdefault(word, entry)
    return table


def _glued(plain: dict[str, tuple[tuple[str, Decimal], ...]], joiners: list[str],
           suffixes: list[str], adjectives: list[str]) -> list[tuple[str, _Entry]]:
    """Words written together: یکهزار, وششم, هزارو, بیستوپنج, پنجساله."""
    cards = [(w, p) for w, p in plain.items() if p[0][0] == "card" and p[0][1] > 0]
    ordinals = [(w, p) for w, p in plain.items() if p[0][0] == "ord"]
    magnitudes = [(w, p) for w, p in plain.items() if p[0][0] == "mag"]
    thousands = [(c + m, cp + mp) for c, cp in cards for m, mp in magnitudes if mp[0][1] <= 10**9]
    thousands += [(t + m, tp + mp) for t, tp in magnitudes for m, mp in magnitudes if tp[0][1] == 1000 < mp[0][1]]
    found = [(w, _Entry(p)) for w, p in thousands]
    for joiner in joiners:
        link = plain[joiner]
        found += [(joiner + w, _Entry(link + p)) for w, p in cards + ordinals + magnitudes]
        # «سی» with the joiner would be other words (سیو), and «یک» to «نه» never stand before it.
        found += [(w + joiner, _Entry(p + link)) for w, p in cards + magnitudes + thousands if len(w) > 2
                  and p[-1][1] >= 20]
        found += [(t + joiner + u, _Entry(tp + link + up)) for t, tp in cards for u, up in cards + ordinals
                  if tp[0][1] >= 20 and up[0][1] < (10 if tp[0][1] < 100 else 100)]
    found += [(w + s, _Entry(p, len(w))) for w, p in cards + magnitudes + thousands for s in suffixes]
    found += [(w + s, _Entry(p, len(w))) for w, p in magnitudes for s in adjectives if p[0][1] > 1000]
    return found


# --- running text -----------------------------------------------------------------------------------------------

# «یک پروژه» counts if another number of «پروژه» stands in the same line, less than this many words away.
_BESIDE = 30
# Or if «پروژه» is counted this often in the text.
_OFTEN = 3
# Parts of the longest number, 10^36 spelt out; it bounds the work on long lists of numbers.
_LONGEST = 120
_SMALL = frozenset(Decimal(n) for n in range(1, 10))
_DASHED = re.compile(r"[\d.,/٫٬]+(?:-[\d.,/٫٬]+)+")


class _Found(NamedTuple):
    """A numeral with what ranges need to know: its first multiple, and whether it is one plain word."""

    numeral: Numeral
    magnitude: Decimal
    plain_word: bool


class _Scan:
    """One pass over the tokens of a text."""

    def __init__(self, tokens: Tokens, canon: str, raw: str | None) -> None:
        self._words, self._starts, self._ends = tokens.words, tokens.starts, tokens.ends
        self._canon, self._count = canon, len(tokens)
        self._known = words()
        self._slashes = Slashes(canon, raw)

    def run(self) -> list[Numeral]:
        found: list[_Found] = []
        starts, at = self._known.starts, 0
        # What sorts before ":" and not before "0" begins with a digit.
        for index in [i for i, word in enumerate(self._words) if word in starts or "0" <= word < ":"]:
            if index < at:
                continue
            read, at = self._at(index)
            if read is not None:
                found.append(read)
        numerals = self._ranges(found)
        return self._ones(numerals) if any(n.is_article for n in numerals) else numerals

    # -- one numeral

    def _at(self, index: int) -> tuple[_Found | None, int]:
        """The numeral that begins at a token, if any, and the token to go on from."""
        word = self._words[index]
        if word[0].isdecimal():
            skip = self._no_number(index)
            if skip:
                return None, index + skip
        vague = self._vague(index)
        if vague is not None:
            return _Found(vague, ONE, False), vague.last
        atoms = self._atoms(index)
        read = Chain(atoms, 0, fractions=True).read() if atoms else None
        if read is None:
            return None, index + 1
        last = atoms[read.used - 1].token
        if read.used < len(atoms) and atoms[read.used].token == last and atoms[read.used].kind != "and":
            return None, index + 1
        if self._is_other_word(index, last + 1, read):
            return None, last + 1
        found = self._found(index, last, read, cut=read.used < len(atoms) and atoms[read.used].token == last)
        return found, found.numeral.last

    def _found(self, first: int, last: int, read: Read, *, cut: bool) -> _Found:
        end = self._ends[last] - 1 if cut else self._ends[last]
        entry = self._known.table.get(self._words[last])
        if entry is not None and entry.cut > 0:
            end = self._starts[last] + entry.cut
        begin = self._minus(first, last + 1)
        value = plain(-read.value if begin != first else read.value)
        odd = self._odd_tail(last + 1)
        if odd is not None:
            last, end = odd.last - 1, odd.end
        bound, span = self._bound(begin)
        whole_word = first == last and end == self._ends[last] and self._words[first] in self._known.table
        single_one = whole_word and value == 1
        numeral = Numeral(self._starts[begin], end, None if odd is not None else value, begin, last + 1,
                          read.is_ordinal, bound, span, None, single_one and not read.is_ordinal, odd is not None,
                          self._is_label(begin, last + 1, read))
        single = first == last and not self._words[first][0].isdecimal() and value in _SMALL and not read.is_ordinal
        return _Found(numeral, read.magnitude, single)

    def _odd_tail(self, at: int) -> Numeral | None:
        """«… و اندی», «… و چند میلیون» after a number: what follows makes it vague."""
        if at + 1 >= self._count or not self._is_and(at) or self._broken(at - 1, at) or self._broken(at, at + 1):
            return None
        if self._words[at + 1] in self._known.lists["odd"]:
            return Numeral(self._starts[at + 1], self._ends[at + 1], None, at + 1, at + 2)
        tail = self._vague(at + 1)
        # «۲۰ و چند نفر» goes on; «۲۰ نفر و چند» does not get here; «۲ شهر و چند روستا» neither.
        return tail if tail is not None and self._words[at + 1].startswith(tuple(self._known.lists["some"])) else None

    def _atoms(self, index: int) -> list[Atom]:
        """The parts of numbers that stand together from a token on, within one line."""
        atoms: list[Atom] = []
        table, at, signed = self._known.table, index, self._known.lists["signed"]
        while at < self._count and len(atoms) < _LONGEST and (at == index or not self._broken(at - 1, at)):
            word = self._words[at]
            if "0" <= word[0] <= "9":
                if at > index and self._no_number(at):
                    break
                value, after = self._digits(at)
                if value is None or self._cannot_join(atoms, after):
                    break
                atoms.append(Atom("lit", value, after - 1))
                at = after
                continue
            entry = table.get(word)
            if entry is None or (at == index and entry.parts[0][0] in ("and", "th", "point", "div")):
                if entry is None and word in signed:
                    atoms.append(Atom("measured", ONE, at))
                break
            atoms.extend(Atom(kind, value, at) for kind, value in entry.parts)
            at += 1
            if entry.cut > 0:
                break
        return atoms

    def _cannot_join(self, atoms: list[Atom], after: int) -> bool:
        """Whether digits that end before ``after`` begin a new number: «۱ ۲», «۱ و ۲», but not «۱ و ۲ دهم»."""
        if not atoms or atoms[-1].kind == "lit":
            return bool(atoms)
        entry = self._known.table.get(self._word(after))
        divided = entry is not None and entry.parts[0][0] == "ord"
        return not divided and len(atoms) > 1 and atoms[-1].kind == "and" and atoms[-2].kind == "lit"

    def _digits(self, at: int) -> tuple[Decimal | None, int]:
        """The value of a number in digits, and the token after it; «۱،۲۰۰» is three tokens."""
        word, after = self._words[at], at + 1
        if word.isdecimal():
            if self._word(after) == "/" and self._spaced_slash(at):
                return literal(f"{word}/{self._words[at + 2]}", self._slashes.order(self._starts[at])), at + 3
            while (len(word) <= 3 if after == at + 1 else True) and self._glued_thousands(after):
                after += 2
            if after == at + 1:
                return Decimal(word), after
            return literal(self._canon[self._starts[at]:self._ends[after - 1]]), after
        order = self._slashes.order(self._starts[at]) if "/" in word else None
        return literal(word, order), after

    def _spaced_slash(self, at: int) -> bool:
        """Whether «۴ / ۷ درصد» begins at a token: a decimal with spaces, known by the unit or multiple after it."""
        if at + 3 >= self._count or not self._words[at + 2].isdecimal() or self._broken(at, at + 3):
            return False
        if self._word(at - 1) == "/" or max(len(self._words[at]), len(self._words[at + 2])) > 3:
            return False
        following = self._known.table.get(self._words[at + 3])
        return self._words[at + 3] in _units() or (following is not None and following.parts[0][0] == "mag")

    def _glued_thousands(self, at: int) -> bool:
        return (at + 1 < self._count and self._words[at] in "،'" and len(self._words[at + 1]) == 3
                and self._words[at + 1].isdecimal() and self._words[at - 1][0] != "0"
                and self._ends[at - 1] == self._starts[at] and self._ends[at] == self._starts[at + 1])

    def _minus(self, first: int, after: int) -> int:
        """The token where the number begins if a sign stands before it."""
        at, lists = first - 1, self._known.lists
        if at < 0 or self._words[at] not in lists["minus"] or self._broken(at, first):
            return first
        if self._word(after) in lists["signed"]:
            glued = self._ends[at] == self._starts[first]
            before = self._starts[at] - 1
            if self._words[at][0].isalpha() or (glued and (before < 0 or not self._canon[before].isalnum())):
                return at
        return at if self._words[at][0].isalpha() and self._word(at - 1) in lists["before-minus"] else first

    def _bound(self, first: int) -> tuple[str, tuple[int, int] | None]:
        """The approximator before a number, over at most two words such as مبلغ."""
        for at in range(first - 1, max(first - 4, -1), -1):
            for candidate, bound in self._known.approximators.get(self._words[at], ()):
                start = at + 1 - len(candidate)
                if start >= 0 and self._words[start:at + 1] == candidate and not self._broken(start, first):
                    return bound, (self._starts[start], self._ends[at])
            if self._words[at] not in self._known.lists["filler"]:
                break
        return "exact", None

    def _is_label(self, first: int, after: int, read: Read) -> bool:
        at = first - 1
        if at > 0 and self._words[at] in self._known.lists["plural"]:
            at -= 1
        if self._broken(first - 1, first):  # «1.», «2)» at the head of a line
            marked = after < self._count and self._words[after] in ".)-" and not self._broken(after - 1, after)
            return marked and not self._word(after + 1)[:1].isdecimal()
        if at < 0 or read.is_ordinal:
            return False
        head, following = self._words[at], self._word(after)
        if head in self._known.lists["label"]:
            return following not in _units() or _units()[following]
        if head not in self._known.lists["soft-label"] or following in _units() or following == head:
            return False
        return at == 0 or not self._is_number(at - 1)

    def _vague(self, index: int) -> Numeral | None:
        """«چند هزار», «ده‌ها», «هزاران میلیارد»."""
        word, lists, table = self._words[index], self._known.lists, self._known.table
        after = index + 1
        if word in lists["vague"]:
            if self._near(word, index, after):
                return None
        elif self._is_round(index) and self._word(after) in lists["plural"] and not self._broken(index, after):
            after += 1
        else:
            return None
        end = self._ends[after - 1]
        while after < self._count and self._is_round(after) and not self._broken(after - 1, after):
            cut = table[self._words[after]].cut
            end = self._starts[after] + cut if cut > 0 else self._ends[after]
            after += 1
            if cut <= 0 and self._word(after) in lists["plural"]:
                end, after = self._ends[after], after + 1
            if cut > 0:
                break
        bound, span = self._bound(index)
        return Numeral(self._starts[index], end, None, index, after, False, bound, span, is_vague=True)

    def _is_round(self, at: int) -> bool:
        """Whether a token is ten, hundred or a multiple, in words or, for the plural («۱۰ها»), in digits."""
        if self._words[at] in ("10", "100", "1000"):
            return self._word(at + 1) in self._known.lists["plural"]
        entry = self._known.table.get(self._words[at])
        return entry is not None and len(entry.parts) == 1 and (
            entry.parts[0][0] == "mag" or (entry.parts[0][0] == "card" and entry.parts[0][1] in (10, 100)))

    # -- what is no numeral

    def _no_number(self, at: int) -> int:
        """How many tokens to skip: digits of a name, code, date or telephone number; 0 if they are a number."""
        word, canon, lists = self._words[at], self._canon, self._known.lists
        start, end = self._starts[at], self._ends[at]
        before = canon[start - 1] if start else " "
        if before.isascii() and (before.isalpha() or before in "@#\\"):
            return 1
        second = canon[start - 2] if start > 1 else " "
        if (before in "-_" and second.isalpha()) or (before.isalpha() and second == "/"):
            return 1
        follows = canon[end:end + 2]
        if follows[:1].isascii() and follows[:1].isalpha() and not follows[1:].isalpha():
            return 1
        if before in "-/" or follows[:1] in ("-", "/"):
            skip = self._code(at, before)
            if skip:
                return skip
        if word.isdecimal() and len(word) > 2:
            if word[0] == "0" or (len(word) > 9 and self._word(at + 1) not in self._known.table
                                  and self._word(at + 1) not in _units()):
                return self._digit_tokens(at)
            if len(word) > 3 and self._word(at - 1) in lists["phone"]:
                return self._digit_tokens(at)
        if "/" in word:
            dated = self._word(at - 1) in lists["dated"]
            return 1 if dated or literal(word, None) is None else 0
        return 0

    def _code(self, at: int, before: str) -> int:
        """Digits joined by dashes or after a slash: «021-88776655», «1399-7-16», «پیام/123»."""
        if before == "/" and self._ends[at - 1] == self._starts[at]:
            line_end = at + 1 >= self._count or self._broken(at, at + 1) or self._words[at + 1] == "/"
            if self._word(at - 2) in self._known.lists["footer"] or line_end:
                return 1
        match = _DASHED.match(self._canon, self._starts[at])
        if match is None:
            return 0
        parts = match.group().split("-")
        if len(parts) > 2 or any(p.isdecimal() and (len(p) > 5 or (len(p) > 1 and p[0] == "0")) for p in parts):
            after = at
            while after < self._count and self._starts[after] < match.end():
                after += 1
            return after - at
        return 0

    def _digit_tokens(self, at: int) -> int:
        after = at + 1
        while after < self._count and self._words[after].isdecimal() and not self._broken(after - 1, after):
            after += 1
        return after - at

    def _is_other_word(self, first: int, after: int, read: Read) -> bool:
        """Whether number words are something else here: «انجام دهم», «سه شنبه», «دو و میدانی», «نه تنها»."""
        word, lists = self._words[first], self._known.lists
        if word[0].isdecimal():
            return False
        following = self._word(after) if not self._broken(after - 1, after) else ""
        if following in lists["compound"] and not read.is_ordinal:
            return True
        if after - first > 1:
            return False
        if self._near(word, first, after):
            return True
        if word in lists["guarded"]:
            counts = following in lists["counter"] or following in _units() or self._odd_tail(after) is not None
            return not counts and self._bound(first)[0] == "exact"
        parts = self._known.table[word].parts
        if parts[0][0] == "half":
            return following not in lists["half-of"]
        return len(parts) == 1 and parts[0][0] == "mag" and parts[0][1] > 1000

    def _near(self, word: str, first: int, after: int) -> bool:
        """Whether the words before or after are those that make ``word`` something else."""
        for before in self._known.before.get(word, ()):
            start = first - len(before)
            if start >= 0 and all(self._is_like(w, start + k) for k, w in enumerate(before)):
                return True
        return any(self._words[after:after + len(p)] == p for p in self._known.after.get(word, ()))

    def _is_like(self, pattern: str, at: int) -> bool:
        if pattern == "#":
            return self._is_number(at)
        entry = self._known.table.get(self._words[at]) if pattern == "@" else None
        return entry.parts[-1][0] == "ord" if entry is not None else self._words[at] == pattern

    def _is_number(self, at: int) -> bool:
        entry = self._known.table.get(self._words[at])
        return self._words[at][0].isdecimal() or (entry is not None and entry.parts[0][0] in ("card", "mag"))

    # -- numerals beside each other

    def _ranges(self, found: list[_Found]) -> list[Numeral]:
        """Mark the ends of ranges and give the low end the multiple of the high one."""
        numerals, lists = [f.numeral for f in found], self._known.lists
        for i in range(len(found) - 1):
            low, high = numerals[i], numerals[i + 1]
            if high.first - low.last > 1 or low.is_ordinal or high.is_ordinal or self._broken(low.last - 1, high.first):
                continue
            value, top = low.value, high.value
            if value is None or top is None:
                continue
            if low.is_label and found[i + 1].magnitude == 1 and self._word(high.last) not in _units():
                between = self._words[low.last]
                if between in lists["joint"] and (top > 31 or between not in lists["range"]):
                    numerals[i + 1] = high = replace(high, is_label=True)
            kind = self._range_kind(found[i], found[i + 1], low, high)
            if not kind:
                continue
            size = found[i + 1].magnitude
            if found[i].magnitude == 1 and size > 1 and value * size < top:
                value *= size
            if value >= top:
                continue
            both = (value, top)
            bound, span = ("about", None) if kind == "beside" and low.bound == "exact" else (low.bound, low.bound_span)
            numerals[i] = replace(low, value=value, range=both, bound=bound, is_article=False)
            numerals[i + 1] = replace(high, range=both, bound=bound, bound_span=span)
        return numerals

    def _range_kind(self, a: _Found, b: _Found, low: Numeral, high: Numeral) -> str:
        if high.first == low.last:
            if not a.plain_word or low.value is None or high.value is None:
                return ""
            return "beside" if high.value / b.magnitude == low.value + 1 else ""
        between = self._words[low.last]
        if between in self._known.lists["range"]:
            return "range"
        left, right = self._starts[low.last] - self._ends[low.last - 1], self._starts[high.first] - self._ends[low.last]
        if between in self._known.lists["dash"] and left == right:
            return "range"
        in_between = self._is_and(low.last) and self._word(low.first - 1) in self._known.lists["between"]
        return "range" if in_between else ""

    def _ones(self, numerals: list[Numeral]) -> list[Numeral]:
        """Tell «یک» that counts from «یک» the article."""
        counted: dict[str, list[int]] = {}
        for n in numerals:
            if not (n.is_article or n.is_ordinal or n.is_label):
                counted.setdefault(self._word(n.last), []).append(n.last)
        kept = []
        for i, numeral in enumerate(numerals):
            if numeral.is_article and self._counts(numerals, i, counted):
                numeral = replace(numeral, is_article=False)
            kept.append(numeral)
        return kept

    def _counts(self, numerals: list[Numeral], i: int, counted: dict[str, list[int]]) -> bool:
        numeral, lists = numerals[i], self._known.lists
        before, after = self._word(numeral.first - 1), self._word(numeral.last)
        if numeral.is_label:
            return True
        if before in lists["pronoun"]:
            return False
        if numeral.last < self._count and self._known.adverbs.longest(self._words, numeral.last) is not None:
            return False
        if numeral.bound != "exact" or before in lists["counting"] or after in _units():
            return True
        if not after or not after[0].isalpha() or after in lists["stop"]:
            return True
        others = counted.get(after, [])
        beside = len(others) >= _OFTEN or any(self._beside(at, numeral.last) for at in others)
        return (beside and after not in lists["preverb"]) or self._coordinated(numerals, i)

    def _beside(self, at: int, other: int) -> bool:
        low, high = min(at, other), max(at, other)
        return high - low < _BESIDE and not self._broken(low, high)

    def _coordinated(self, numerals: list[Numeral], i: int) -> bool:
        """«یک قایق و ۳ نفر», «۳ قایق و یک لنج»: one word, و, and another number on its other side."""
        numeral = numerals[i]
        for j, near, far in ((i + 1, numeral.last, None), (i - 1, None, numeral.first)):
            if not 0 <= j < len(numerals) or numerals[j].is_article or numerals[j].is_ordinal or numerals[j].is_vague:
                continue
            other = numerals[j]
            lo, hi = (near, other.first) if far is None else (other.last, far)
            if lo is None or hi is None or hi - lo != 2 or self._broken(lo, hi - 1):
                continue
            if self._is_and(hi - 1) and not any(self._words[k] in self._known.lists["stop"] for k in range(lo, hi - 1)):
                return True
        return False

    def _is_and(self, at: int) -> bool:
        entry = self._known.table.get(self._words[at])
        return entry is not None and entry.parts[0][0] == "and" and len(entry.parts) == 1

    def _word(self, at: int) -> str:
        return self._words[at] if 0 <= at < self._count else ""

    def _broken(self, at: int, after: int) -> bool:
        """Whether a line ends between two tokens."""
        if after >= self._count or at < 0:
            return True
        return self._canon.find("\n", self._ends[at], self._starts[after]) >= 0


@cache
def _units() -> dict[str, bool]:
    """First words of units, but not «در» of «در هزار», and whether a label may stand before them.

    «سال ۹۱ مورد بررسی», «ساعت ۱۰ روز شنبه», but «دهه فجر ۱۸ نفر».
    """
    first: dict[str, bool] = {}
    for rule in rules.load("units.yaml", required=UNIT_REQUIRED, keys=UNIT_KEYS):
        loose = rule.text("kind") == "classifier" or rule.text("dimension") in ("time", "calendar")
        for text in (*rule.list("match"), *rule.list("adjective")):
            word = phrase(text)[0]
            first[word] = loose and first.get(word, True)
    return {word: loose for word, loose in first.items() if word not in words().lists["stop"]}


UNIT_REQUIRED = ("match", "label", "en", "kind")
UNIT_KEYS = ("iso4217", "in_rial", "qudt", "adjective", "before", "when_next", "when_before", "when_near",
             "near_below", "dimension", "size")


def find_in(tokens: Tokens, canon: str, raw: str | None = None) -> list[Numeral]:
    """The numerals of a normalised text, in order. ``raw`` is the text as received: it tells the digits' script."""
    with localcontext(WIDE):
        return _Scan(tokens, canon, raw).run()


def find(text: str) -> list[Numeral]:
    """The numerals of any text, in order; offsets are the text's own."""
    canon = normalize(text)
    return find_in(tokenize(canon), canon, text)


# --- one number -------------------------------------------------------------------------------------------------

_DECIMAL = ".,/٫"
_DIGITS_ONLY = re.compile(r"\s*([+\-－]?)\s*([.,/٫]?\d[\d.,/٫٬'_،\s]*)")


def parse(text: str) -> Decimal:
    """The value of a text that is one number and nothing else; ordinals count. Raises ValueError that says where."""
    canon = normalize(text)
    match = _DIGITS_ONLY.fullmatch(canon)
    if match is not None:
        return _parse_digits(text, match)
    tokens = tokenize(canon)
    if not tokens.words:
        raise ValueError(f"'{text}' holds no number; write digits or number words.")
    first = 1 if tokens.words[0] in words().lists["minus"] else 0
    atoms: list[Atom] = []
    for at in range(first, len(tokens)):
        word = tokens.words[at]
        entry = words().table.get(word)
        digits = literal(word) if word[0].isdecimal() else None
        if digits is not None:
            atoms.append(Atom("lit", digits, at))
        elif entry is not None and entry.cut < 0:
            atoms.extend(Atom(kind, part, at) for kind, part in entry.parts)
        else:
            raise ValueError(f"'{word}' at character {tokens.starts[at]} of '{text}' is no part of a number.")
    with localcontext(WIDE):
        read = Chain(atoms, 0, fractions=True).read()
        value = None if read is None else plain(-read.value if first else read.value)
    used = read.used if read is not None else 0
    if value is None or used < len(atoms):
        at = atoms[used].token if used < len(atoms) else 0
        raise ValueError(f"'{text}' is not one number: it breaks off at character {tokens.starts[at]}, "
                         f"before '{tokens.words[at]}'.")
    return value


def _parse_digits(text: str, match: re.Match[str]) -> Decimal:
    body = "".join(match.group(2).split())
    if body[-1] in _DECIMAL and len(body) > 1:
        body = body[:-1]
    if body[0] in _DECIMAL:
        body = "0" + body
    value = literal(body)
    if value is None:
        raise ValueError(f"'{text}' is not one number: the separators of '{body}', from character {match.start(2)} on, "
                         "fit neither thousands nor decimals.")
    with localcontext(WIDE):
        return plain(-value if match.group(1) in ("-", "－") else value)
