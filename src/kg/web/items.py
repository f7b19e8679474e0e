"""What stands in a cell: a name with the page it leads to, what is said beside it, and its plain value for data."""

from __future__ import annotations

from dataclasses import dataclass

from kg.export.record import Record
from kg.export.words import Name
from kg.web.fold import folded
from kg.web.graph import Shown
from kg.web.words import day, days, persian, plain, word

_NO_NAME = Name()


@dataclass(frozen=True)
class Item:
    """``name`` as shown, ``iri`` of its page, a quiet ``note`` beside it, ``data`` for JSON and CSV, ``kind`` of thing.

    A note is a date, a number or a code and runs left to right.
    """

    name: Name
    iri: str = ""
    note: Name = _NO_NAME
    data: str = ""
    kind: str = ""

    @property
    def key(self) -> str:
        """What a filter calls this by."""
        return self.iri or self.data or self.name.en or self.name.fa


def title(record: Record) -> Name:
    """What a record is called: its name, else the end of its IRI."""
    return record.name or Name(en=record.iri.rpartition("/")[2] or record.iri)


def thing(graph: Shown, iri: str) -> Item:
    """An item for any IRI."""
    if iri in graph.records:
        record = graph.records[iri]
        if record.kind == "Figure":
            return figure(record)
        if record.kind == "Period":
            return period(record)
        return Item(title(record), iri, kind=record.kind)
    return Item(Name(en=iri), iri)


def things(graph: Shown, record: Record, *relations: str) -> list[Item]:
    """What a record links to by these relations, each once."""
    found = dict.fromkeys(target for relation in relations for target in record.targets(relation))
    return [thing(graph, iri) for iri in found]


def codes(record: Record, *relations: str) -> list[Item]:
    """Codes and texts of a record."""
    return [Item(value, data=value.en or value.fa) for r in relations for value in record.codes(r)]


def text(record: Record, relation: str) -> str:
    return next(iter(record.texts(relation)), "")


def figure(record: Record) -> Item:
    """A figure as written, with unit and noun, whatever the reader's language; its note is the number in full."""
    told, note = title(record), normalised(record)
    name = Name(told.fa) if told.fa else told
    if folded(note.fa) in folded(name.fa):
        note = _NO_NAME
    return Item(name, record.iri, note, text(record, "value"), "Figure")


def written(record: Record) -> Item:
    """A figure as its report writes it."""
    told = text(record, "valueText") or text(record, "value")
    return Item(Name(told) if told else title(record), record.iri, data=told, kind="Figure")


def normalised(record: Record) -> Name:
    """The number of a figure in full with its unit, and in rial where it is money of another unit."""
    unit = next(iter(record.codes("unit")), Name())
    low, high, value = (plain(text(record, r)) for r in ("minValue", "maxValue", "value"))
    number = value or " – ".join(part for part in (low, high) if part)
    if value and low and high and (low, high) != (value, value):
        number = f"{low} – {high}"
    if not number:
        return Name()
    fa, en = f"{persian(number)} {unit.fa}".strip(), f"{number} {unit.en or unit.fa}".strip()
    rial = plain(text(record, "valueInRial"))
    if rial and rial != number:
        of = word("rial")
        fa, en = f"{fa} = {persian(rial)} {of.fa}", f"{en} = {rial} {of.en}"
    return Name(fa, en)


def period(record: Record) -> Item:
    """A period by its Jalali words; its note are the Gregorian days."""
    first, last = text(record, "firstDay"), text(record, "lastDay")
    name, note = days(first, last)
    return Item(name or title(record), record.iri, Name(note, note), f"{first}/{last}" if first != last else first,
                "Period")


def bounds(item: Item) -> tuple[str, str]:
    """First and last Gregorian day of an item of days; empty for one without."""
    first, _, last = item.data.partition("/")
    return (first, last or first) if item.data[:4].isdigit() else ("", "")


def when(graph: Shown, record: Record) -> list[Item]:
    """When a record is about: its own period, that of its event, the day of its report, the report's year."""
    own = [period(graph.get(p)) for p in record.targets("period") if p in graph.records]
    own += [single(d) for d in record.texts("attestedOn")]
    own += [period(graph.get(p)) for p in record.targets("attestedDuring") if p in graph.records]
    if own:
        return own
    for event in (*record.targets("madeAt"), *record.targets("signedAt")):
        if found := [period(graph.get(p)) for p in graph.get(event).targets("period") if p in graph.records]:
            return found
    return [d for report in record.reports for d in published(graph, graph.get(report))]


def published(graph: Shown, report: Record) -> list[Item]:
    """The day of a report, else its year."""
    told = [single(d) for d in report.texts("issued")]
    return told or [period(graph.get(p)) for p in report.targets("documentYear") if p in graph.records]


def single(iso: str) -> Item:
    """One day in both calendars."""
    return Item(day(iso), note=Name(iso, iso), data=iso, kind="Day")


def outlet(graph: Shown, report: Record) -> list[Item]:
    """Who published a report."""
    named = things(graph, report, "outlet")
    return named or [Item(Name(name), data=name) for name in report.texts("outletName")]
