"""The names of classes, relations and codes in Persian and English, and texts made fit to be shown.

Names come from the ontology; what it does not name stands in ``lang/fa/picture.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from kg import iris, resources, rules

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BIDI = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
# A date or a telephone number with dashes, which a right-to-left line would show in the wrong order.
_DASHED = re.compile("[0-9\u06f0-\u06f9]+(?:[-\u2010-\u2013][0-9\u06f0-\u06f9]+)+")
_ISOLATED = "\u2066{}\u2069"
_TO_PERSIAN = {ord("0") + n: 0x06F0 + n for n in range(10)} | {ord(","): 0x066C}


@dataclass(frozen=True)
class Name:
    """A text in Persian, in English, or in both; either may be empty."""

    fa: str = ""
    en: str = ""

    def text(self, lang: str) -> str:
        """The text in the wanted language, else in the other one."""
        return (self.en or self.fa) if lang == "en" else (self.fa or self.en)

    def lang(self, lang: str) -> str:
        """The language of ``text(lang)``."""
        return lang if (self.en if lang == "en" else self.fa) else ("fa" if lang == "en" else "en")

    def __bool__(self) -> bool:
        return bool(self.fa or self.en)


def joined(names: Iterable[Name], lang: str) -> tuple[str, str]:
    """Short texts in one line, and the language whose direction it takes; those of the other language stay whole."""
    parts = [(shown(n.text(lang)), n.lang(lang)) for n in names if n]
    of = lang if any(own == lang for _, own in parts) else next((own for _, own in parts), lang)
    marks = {"fa": "\u2067", "en": "\u2066"}
    return " · ".join(text if own == of else f"{marks[own]}{text}\u2069" for text, own in parts), of


def number(value: int, lang: str) -> str:
    """A count with its thousands set apart, in the digits of the language."""
    text = f"{value:,}"
    return text.translate(_TO_PERSIAN) if lang == "fa" else text


def clean(text: str) -> str:
    """Text without control characters, as XML demands; nothing else is changed."""
    return _CONTROLS.sub("", text)


def shown(text: str) -> str:
    """A label for one line of a picture: no direction marks of its own, blanks evened, dashed numbers isolated."""
    text = " ".join(_BIDI.sub("", clean(text)).split())
    return _DASHED.sub(lambda m: _ISOLATED.format(m.group()), text)


@cache
def _picture() -> dict[str, Name]:
    found = rules.load("picture.yaml", required={"fa", "en"})
    return {rule.id: Name(rule.text("fa"), rule.text("en")) for rule in found}


def word(key: str, **values: int | str) -> Name:
    """Words of the picture, with counts and names filled in. Raises KeyError for an unknown key."""
    name = _picture()[key]

    def filled(text: str, lang: str) -> str:
        return text.format(**{k: number(v, lang) if isinstance(v, int) else v for k, v in values.items()})

    return Name(filled(name.fa, "fa"), filled(name.en, "en")) if values else name


def page_words() -> dict[str, Name]:
    """The words of the page, by key without ``ui-``."""
    return {key.removeprefix("ui-"): name for key, name in _picture().items() if key.startswith("ui-")}


@cache
def _terms() -> dict[str, Name]:
    import rdflib

    graph = rdflib.Graph()
    for path in resources.turtle_files("ontology"):
        graph.parse(path)
    found: dict[str, dict[str, str]] = {}
    for term, label in sorted(graph.subject_objects(rdflib.RDFS.label), key=str):
        found.setdefault(str(term), {})[getattr(label, "language", None) or "en"] = str(label)
    return {term: Name(texts.get("fa", ""), texts.get("en", "")) for term, texts in found.items()}


def kind(name: str) -> Name:
    """A class of the ontology, in the singular."""
    return _terms().get(iris.NS + name) or Name(en=name)


def kinds(name: str) -> Name:
    """A class of the ontology, in the plural where the picture has one."""
    return _picture().get(f"kind-{name}") or kind(name)


def relation(local: str, count: int = 1) -> Name:
    """A relation by its local name (``party``) or by that of a folded edge (``said-about``)."""
    for key in (f"rel-{local}-one",) * (count == 1) + (f"rel-{local}",):
        if key in _picture():
            return word(key, n=count)
    return _terms().get(iris.NS + local) or Name(en=re.sub(r"(?<=[a-z])(?=[A-Z])", " ", local).lower())


def code(iri: str) -> Name:
    """A code of ours by its IRI; its local name if the ontology lacks it."""
    return _terms().get(iri) or Name(en=iri.rpartition("/")[2])
