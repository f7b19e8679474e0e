"""Listed places, institutions and names as phrases, read from ``lang/fa`` once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from kg import rules
from kg.text.match import Phrases, phrase

_PLACE_KEYS = ("alt", "en", "within", "qid", "homograph", "note")
_ORGANIZATION_KEYS = ("alt", "parent", "en", "qid", "note", "renamed", "place")
_BASE_KEYS = ("alt", "parent", "type", "standalone", "note")


@dataclass(frozen=True)
class Place:
    """A listed place; ``homograph`` marks a name that needs a head word («استان البرز»)."""

    slug: str
    name: str
    kind: str
    within: str
    en: str
    qid: str
    homograph: bool


@dataclass(frozen=True)
class Organization:
    """A listed institution, or a base name whose branches are met (``base``)."""

    slug: str
    name: str
    type: str
    parent: str
    en: str
    qid: str
    base: bool = False
    standalone: bool = True


@cache
def places() -> dict[str, Place]:
    """Listed places by slug."""
    return {
        rule.id: Place(
            rule.id,
            rule.text("name"),
            rule.text("kind"),
            rule.text("within"),
            rule.text("en"),
            rule.text("qid"),
            rule.text("homograph") == "yes",
        )
        for rule in rules.load("places.yaml", required={"name", "kind"}, keys=_PLACE_KEYS)
    }


@cache
def place_names() -> Phrases[tuple[str, ...]]:
    """Spellings of place names, each with the slugs of the places that bear it, in the file's order."""
    table: dict[str, list[str]] = {}
    for rule in rules.load("places.yaml", required={"name", "kind"}, keys=_PLACE_KEYS):
        for text in (rule.text("name"), *rule.list("alt")):
            for spelling in (text, text.replace("آباد", "اباد")):  # often written without its madda
                slugs = table.setdefault(" ".join(phrase(spelling)), [])
                if rule.id not in slugs:
                    slugs.append(rule.id)
    return Phrases((text, tuple(slugs)) for text, slugs in table.items())


@cache
def organizations() -> dict[str, Organization]:
    """Listed institutions by slug; slugs of base names carry the prefix ``base:``."""
    table = {
        rule.id: Organization(
            rule.id, rule.text("name"), rule.text("type"), rule.text("parent"), rule.text("en"), rule.text("qid")
        )
        for rule in rules.load("known/organizations.yaml", required={"name", "type"}, keys=_ORGANIZATION_KEYS)
    }
    for rule in rules.load("known/organization-bases.yaml", required={"name"}, keys=_BASE_KEYS):
        table[f"base:{rule.id}"] = Organization(
            f"base:{rule.id}",
            rule.text("name"),
            rule.text("type") or "other",
            rule.text("parent"),
            "",
            "",
            True,
            rule.text("standalone") == "yes",
        )
    return table


def _organization_spellings() -> Iterator[tuple[str, str]]:
    for rule in rules.load("known/organizations.yaml", required={"name", "type"}, keys=_ORGANIZATION_KEYS):
        for text in (rule.text("name"), *rule.list("alt")):
            yield text, rule.id
    for rule in rules.load("known/organization-bases.yaml", required={"name"}, keys=_BASE_KEYS):
        for text in (rule.text("name"), *rule.list("alt")):
            yield text, f"base:{rule.id}"


@cache
def organization_names() -> Phrases[str]:
    """Spellings of listed institutions and base names; an institution wins over a base of the same name."""
    return Phrases(_organization_spellings())


@cache
def base_names() -> Phrases[str]:
    """Spellings of the names that take branches, also of those that mean a listed institution when alone."""
    return Phrases((text, slug) for text, slug in _organization_spellings() if slug.startswith("base:"))


@cache
def coordinated_names() -> Phrases[str]:
    """Listed names of several words: a noun phrase runs through them, whatever is inside."""
    return Phrases((text, slug) for text, slug in _organization_spellings() if len(phrase(text)) > 1)


@cache
def agency_names() -> Phrases[str]:
    """Short names of news agencies, which mean something else elsewhere."""
    return Phrases(
        (text, rule.id) for rule in rules.load("known/agencies.yaml", required={"match"}) for text in rule.list("match")
    )


@dataclass(frozen=True)
class Program:
    """A listed program; ``kind`` is its code in the program scheme."""

    slug: str
    name: str
    kind: str
    en: str


@cache
def programs() -> dict[str, Program]:
    """Listed programs by slug."""
    return {
        rule.id: Program(rule.id, rule.text("name"), rule.text("value"), rule.text("en"))
        for rule in rules.load("known/programs.yaml", required={"name", "value"}, keys=("alt", "en"))
    }


@cache
def program_names() -> Phrases[Program]:
    """Spellings of listed programs."""
    return Phrases(
        (text, programs()[rule.id])
        for rule in rules.load("known/programs.yaml", required={"name", "value"}, keys=("alt", "en"))
        for text in (rule.text("name"), *rule.list("alt"))
    )


@cache
def portfolios() -> Phrases[str]:
    """What ministers are ministers of."""
    return Phrases(
        (text, rule.id)
        for rule in rules.load("known/portfolios.yaml", required={"match"})
        for text in rule.list("match")
    )


@cache
def heads(file: str) -> Phrases[rules.Rule]:
    """Head words of a rule file (organizations, roles, events, programs, agreements) with their rules."""
    keys = {"value", "place", "bare", "weak", "shown", "note", "part"}
    return Phrases(
        (text, rule) for rule in rules.load(file, required={"match"}, keys=keys) for text in rule.list("match")
    )
