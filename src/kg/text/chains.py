"""One number out of its parts: words, digits and multiples put together by the rules of ``numerals``."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal
from typing import NamedTuple

# Number words reach 10^36: wider than the default of 28 digits. Fractions keep the default.
WIDE = Context(prec=60)
_THIRDS = Context(prec=28)
ONE = Decimal(1)
_HALF = Decimal("0.5")
_FREE = Decimal("Infinity")


class Atom(NamedTuple):
    """A part of a number: kind (card, lit, mag, ord, div, and, half, point, th), value, index of its token."""

    kind: str
    value: Decimal
    token: int


class Read(NamedTuple):
    """What a chain of atoms says: value, atoms used, whether ordinal, and its first multiple (1 if none)."""

    value: Decimal
    used: int
    is_ordinal: bool
    magnitude: Decimal


class Chain:
    """Puts atoms together into one number, from a given atom on; ``read`` says how far it got."""

    def __init__(self, atoms: Sequence[Atom], at: int, *, fractions: bool) -> None:
        self._atoms, self._at, self._start, self._fractions = atoms, at, at, fractions
        self._terms: list[tuple[Decimal, Decimal, int]] = []  # value, place open after it, index after it
        self._group: list[tuple[Decimal, Decimal]] = []  # value, place that was open before it
        self._slot = _FREE
        self._magnitude = ONE
        self._linked = False

    def read(self) -> Read | None:
        """The longest number that begins here."""
        while self._at < len(self._atoms):
            self._linked = self._atoms[self._at].kind == "and" and bool(self._group or self._terms)
            at = self._at + self._linked
            if at >= len(self._atoms):
                break
            atom = self._atoms[at]
            if atom.kind in ("ord", "th", "div"):
                done = self._ordinal(atom, at)
                if done is not None:
                    return done
                break
            step = {"card": self._card, "lit": self._lit, "mag": self._mag, "half": self._half,
                    "point": self._point}.get(atom.kind)
            if step is None or not step(atom, at):
                break
        if not self._group and not self._terms:
            return None
        return Read(self._total(), self._at - self._start, False, self._magnitude)

    def _total(self) -> Decimal:
        return sum((t[0] for t in self._terms), sum((g[0] for g in self._group), Decimal(0)))

    def _push(self, value: Decimal, slot: Decimal, at: int) -> bool:
        self._group.append((value, self._slot))
        self._slot, self._at = slot, at + 1
        return True

    def _card(self, atom: Atom, at: int) -> bool:
        value = atom.value
        if value == 100 and self._group and not self._linked and self._group[-1][0] in _TIMES_HUNDRED:
            digit, slot = self._group[-1]
            value = Decimal(300) if digit == 30 else digit * 100
            if value < slot and self._slot in (1, 10):
                self._group.pop()
                self._slot = slot
                return self._push(value, Decimal(100), at)
        if value < self._slot and (value > 0 or self._slot is _FREE):
            return self._push(value, Decimal(100 if value >= 100 else 10 if value >= 20 else 1), at)
        return self._tenth_of_thousandths(value, at) or self._fraction(at)

    def _tenth_of_thousandths(self, value: Decimal, at: int) -> bool:
        """«پنج ده هزارم» = 0.0005."""
        after = at + 1
        if value not in (10, 100) or self._linked or not self._fractions or after >= len(self._atoms):
            return False
        own = sum((g[0] for g in self._group), Decimal(0))
        if self._atoms[after].kind != "ord" or self._atoms[after].value < 1000 or own <= 0:
            return False
        self._slot = self._group[0][1]
        self._group.clear()
        return self._push(_THIRDS.divide(own, value * self._atoms[after].value), Decimal(0), after)

    def _lit(self, atom: Atom, at: int) -> bool:
        if self._group and not self._linked:
            return False
        if self._slot is _FREE or (1 < self._slot > atom.value):
            return self._push(atom.value, Decimal(0), at)
        return self._carried(atom, at) or self._fraction(at)

    def _carried(self, atom: Atom, at: int) -> bool:
        """«۶ هزار و ۱۱۸۲ خانوار», 7,182: thousands written twice, in a word and in four digits."""
        after = self._atoms[at + 1].kind if at + 1 < len(self._atoms) else ""
        thousands = self._linked and not self._group and len(self._terms) == 1 and self._slot == 1000
        whole = 1000 < atom.value < 2000 and atom.value == atom.value.to_integral_value()
        return thousands and whole and after not in ("mag", "ord") and self._push(atom.value, Decimal(0), at)

    def _mag(self, atom: Atom, at: int) -> bool:
        size = atom.value
        if not self._group and not self._terms:
            return self._term(size, size, at)
        if self._linked:
            return not self._group and size < self._terms[-1][1] and self._term(size, size, at)
        own = sum((g[0] for g in self._group), Decimal(0))
        if self._terms and size >= self._terms[-1][1]:
            return self._multiply_all(size, own, at)
        return bool(self._group) and self._term(own * size, size, at)

    def _term(self, value: Decimal, slot: Decimal, at: int) -> bool:
        if not self._terms and self._magnitude == 1:
            self._magnitude = slot
        self._terms.append((value, slot, at + 1))
        self._group.clear()
        self._slot, self._at = slot, at + 1
        return True

    def _multiply_all(self, size: Decimal, own: Decimal, at: int) -> bool:
        """«۶ هزار و ۵۰۰ میلیارد», «۳۰ هزار میلیارد»; else the number ends before the part that broke the order."""
        keep = len(self._terms)
        while keep and self._terms[keep - 1][1] < size:
            keep -= 1
        folded = self._terms[keep:]
        value = (sum((t[0] for t in folded), Decimal(0)) + own) * size
        fits = bool(folded) and (not keep or value < self._terms[keep - 1][1])
        if fits and self._group:
            # Over و only thousands are multiplied, and of millions only a few («هزار و ۲۰۰ میلیون»).
            fits = all(t[1] == 1000 for t in folded) and (size > 10**6 or folded[0][0] < 10**4)
        if not fits:
            self._group.clear()
            self._at = self._terms[-1][2]
            return False
        # «۲ هزار میلیارد» leaves the place of thousands of milliards open: «… و ۵۰۰ میلیارد» goes on it.
        slot = size if self._group else size * folded[-1][1]
        del self._terms[keep:]
        self._magnitude *= ONE if keep else size
        return self._term(value, slot, at)

    def _half(self, atom: Atom, at: int) -> bool:
        if not self._group and not self._terms:
            return self._push(_HALF, Decimal(0), at)
        if not self._linked or (self._group and self._group[-1][0] == _HALF):
            return False
        if self._group:
            return self._push(_HALF, Decimal(0), at)
        value, size, _ = self._terms[-1]
        self._terms[-1] = (value + size / 2, size, at + 1)
        self._slot, self._at = Decimal(0), at + 1
        return True

    def _point(self, atom: Atom, at: int) -> bool:
        if self._linked or not self._group:
            return False
        zeros = 0
        while at + 1 + zeros < len(self._atoms) and self._atoms[at + 1 + zeros].value == 0:
            zeros += 1
        part = Chain(self._atoms, at + 1 + zeros, fractions=True).read()
        if part is None or part.is_ordinal or part.magnitude != 1:
            return False
        value = part.value if part.value < 1 else part.value.scaleb(-zeros - len(str(part.value.to_integral_value())))
        return self._push(value, Decimal(0), at + zeros + part.used)

    def _fraction(self, at: int) -> bool:
        """«… و هشتاد و پنج صدم»: a fraction after a number that is closed."""
        if not self._linked or not self._fractions or not (self._group or self._terms):
            return False
        end = at
        while end < len(self._atoms) and self._atoms[end].kind in ("card", "lit", "and"):
            end += 1
        if end == at or end >= len(self._atoms) or self._atoms[end].kind != "ord":
            return False
        part = Chain(self._atoms[:end], at, fractions=False)
        numerator = part.read()
        divisor, after = self._atoms[end].value, end + 1
        if numerator is None or at + numerator.used != end or not 0 < numerator.value < divisor:
            return False
        return self._push(_THIRDS.divide(numerator.value, divisor), Decimal(0), after - 1)

    def _ordinal(self, atom: Atom, at: int) -> Read | None:
        """An ordinal ends the number («بیست و سوم»); right after a smaller number it is a divisor («دو سوم»)."""
        if atom.kind == "th":
            closed = self._linked or not (self._group or self._terms)
            return None if closed else self._done(self._total(), at, ordinal=True)
        value = atom.value
        if not self._group and not self._terms and atom.kind == "ord":
            return self._done(value, at, ordinal=True)
        if not self._linked and self._group and self._fractions:
            read = self._divided(value, at)
            if read is not None:
                return read
        if atom.kind == "ord" and self._composes(value):
            own = sum((g[0] for g in self._group), Decimal(0))
            large = value >= 1000 and not self._linked
            total = self._total() - own + own * value if large and self._group else self._total() + value
            return self._done(total, at, ordinal=True)
        return None

    def _composes(self, value: Decimal) -> bool:
        if value >= 1000 and not self._linked:
            return bool(self._group) and (not self._terms or value < self._terms[-1][1])
        return value < self._slot and self._slot is not _FREE

    def _divided(self, divisor: Decimal, at: int) -> Read | None:
        """The largest tail of the open group below the divisor is the numerator: «صد و هشتاد و پنج صدم» = 100.85."""
        if divisor == 1 or (divisor >= 1000 and not self._is_measured(at + 1)):
            return None
        numerator, keep = Decimal(0), len(self._group)
        while keep and numerator + self._group[keep - 1][0] < divisor:
            keep -= 1
            numerator += self._group[keep][0]
        if numerator == 0 or numerator != numerator.to_integral_value():
            return None
        rest = sum((g[0] for g in self._group[:keep]), Decimal(0)) + sum((t[0] for t in self._terms), Decimal(0))
        value = rest + _THIRDS.divide(numerator, divisor)
        after = at + 1
        if after < len(self._atoms) and self._atoms[after].kind == "mag" and not self._terms:
            self._magnitude = self._atoms[after].value
            value, after = value * self._magnitude, after + 1
        return Read(value, after - self._start, False, self._magnitude)

    def _is_measured(self, at: int) -> bool:
        """Whether what follows shows that «سه هزارم» is a fraction, not the three-thousandth."""
        return at < len(self._atoms) and self._atoms[at].kind == "measured"

    def _done(self, value: Decimal, at: int, *, ordinal: bool) -> Read:
        return Read(value, at + 1 - self._start, ordinal, self._magnitude)



def plain(value: Decimal) -> Decimal:
    """The same value in one form: 1500000.0 as 1500000, 2.50 as 2.5, -0 as 0."""
    if value == value.to_integral_value():
        # Digits beyond the context are kept as they are written.
        return value.quantize(ONE, context=WIDE) + 0 if value.adjusted() < WIDE.prec else value
    return value.normalize(WIDE)


_TIMES_HUNDRED = frozenset(Decimal(n) for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 30))
