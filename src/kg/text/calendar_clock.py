"""Reads times of day, also with their day: «ساعت ۱۰:۳۰», «ساعت ۹ صبح روز شنبه», «عصر دیروز»."""

from __future__ import annotations

from dataclasses import replace

from kg.text.calendar_parts import Parts
from kg.text.calendar_scan import Read
from kg.text.periods import Clock, Period, Timed, Unit, Vague


def _is_short(word: str) -> bool:
    """Whether a word is one to three digits, so that it may tell hours, minutes or seconds."""
    return len(word) < 4 and word.isdecimal()


class Clocks(Parts):
    """Readers of times of day."""

    def clock(self, at: int) -> Read | None:
        """«ساعت ۱۰:۳۰», «ساعت ۹ صبح روز شنبه», «ساعت ۱۸ و ۲۱ دقیقه»."""
        got = self.is_("clock", at)
        if got is None:
            return None
        digits = self.clock_digits(got[1])
        if digits is not None:
            return self._on_day(*digits)
        number = self._hour(got[1])
        if number is None:
            return self.clock_to(got[1])
        hour, after = number
        clock = Clock(hour)
        past = self.is_("past", after)
        if past is not None:
            clock, after = Clock(hour, past[0].number), past[1]
        for unit in ("minute", "second"):
            amount = self._and_unit(after, unit)
            if amount is not None:
                clock, after = replace(clock, **{unit: amount[0]}), amount[1]
        return self._on_day(*self._half_of_day(clock, after))

    def _hour(self, at: int) -> tuple[int, int] | None:
        """An hour, which unlike a number leaves a following «و» alone («۱۰ و ۵۸ دقیقه»)."""
        number = self.value(at)
        if number is None:
            return None
        unit = self.is_("unit", number.after)
        if 0 <= number.whole() <= 24 and (unit is None or unit[0].value in ("day", "night")):
            return number.whole(), number.after
        word = self.word(at)
        first = int(word) if _is_short(word) else None
        if first is None and (parts := self.number_words.get(word)) is not None and parts[0][0] == "card":
            first = int(parts[0][1])
        return None if first is None or first > 24 or self.is_("and", at + 1) is None else (first, at + 1)

    def _and_unit(self, at: int, unit: str) -> tuple[int, int] | None:
        """«و ۵۸ دقیقه»."""
        if self.is_("and", at) is None:
            return None
        number = self.value(at + 1)
        if number is None or not 0 <= number.whole() < 60:
            return None
        name = self.is_("unit", number.after)
        return (number.whole(), name[1]) if name is not None and name[0].value == unit else None

    def clock_digits(self, at: int) -> Read | None:
        """10:20, 10 : 20 : 05, with «صبح», «ب.ظ» after it."""
        if self.word(at + 1) != ":" or not _is_short(self.word(at)) or not _is_short(self.word(at + 2)):
            return None
        if self.word(at - 1) == ":":
            return None
        hour, minute, after, second = int(self.words[at]), int(self.words[at + 2]), at + 3, 0
        if self.word(after) == ":" and _is_short(self.word(after + 1)):
            second, after = int(self.words[after + 1]), after + 2
        if hour > 24 or minute > 59 or second > 59:
            return None
        if len(self.words[at + 2]) < 2 and self.is_("clock", at - 1) is None:
            return None
        return self._half_of_day(Clock(hour, minute, second), after)

    def _half_of_day(self, clock: Clock, after: int) -> tuple[Clock, int]:
        part = self.is_("daypart", after)
        if part is None:
            return clock, after
        late = part[0].value == "pm" or (part[0].value == "noon" and clock.hour < 5)
        hour = clock.hour + 12 if late and clock.hour < 12 else clock.hour
        return Clock(hour, clock.minute, clock.second), part[1]

    def _on_day(self, clock: Period, after: int) -> Read:
        """The day that follows a time of day («ساعت ۹ صبح روز شنبه»)."""
        at = self.comma(after)
        day = self.today(at) or self.weekday(at) or self.day_word(at)
        if day is None and self.value(at) is not None and at == after:
            day = self.digits_date(at) or self.day_of_month(at)
        if day is None or not isinstance(clock, Clock) or isinstance(day[0], Vague):
            return clock, after
        return Timed(day[0], clock), day[1]

    def until_clock(self, clock: Clock, first: int, after: int) -> tuple[Period, int, int]:
        """The other end of hours («ساعت ۸ تا ۱۲ روز جمعه»)."""
        link = self.is_("to", after)
        if link is None:
            return clock, first, after
        other = self.clock(link[1]) or self.clock_digits(link[1])
        if other is None:
            number = self.value(link[1])
            if number is None or not 0 <= number.whole() <= 24 or self.unit_at("hour", number.after):
                return clock, first, after
            other = self._on_day(*self._half_of_day(Clock(number.whole()), number.after))
        period = replace(other[0], clock=clock) if isinstance(other[0], Timed) else clock
        return period, first, other[1]

    def clock_to(self, at: int) -> Read | None:
        """«یک ربع به هفت», «۱۰ دقیقه به ۸»."""
        number = self.value(at)
        if number is None:
            return None
        quarter = self.is_("quarter", number.after)
        after = self.unit_at("minute", number.after) if quarter is None else quarter[1]
        toward = self.is_("toward", after) if after else None
        hour = None if toward is None else self.value(toward[1])
        if hour is None or not 1 <= hour.whole() <= 24:
            return None
        minutes = number.whole() if quarter is None else 15
        return self._half_of_day(Clock(hour.whole() - 1, (60 - minutes) % 60), hour.after)

    def daypart(self, at: int) -> Read | None:
        """«صبح امروز», «عصر روز گذشته», «شامگاه دهم مرداد»: the part of the day goes with the day."""
        got = self.is_("daypart", at)
        if got is None:
            return None
        after = got[1]
        move = self.is_("move", after)
        if move is not None and move[0].value == "last" and got[0].value == "pm":
            return Unit("night", -1), move[1]
        clock = self.clock(after)
        after = after if clock is None else clock[1]
        found = self.today(after) or self.weekday(after) or self.day_word(after)
        if found is None and self.value(after) is not None:
            found = self.digits_date(after) or self.day_of_month(after)
        return found if found is not None or not got[0].alone else (Vague("time"), got[1])
