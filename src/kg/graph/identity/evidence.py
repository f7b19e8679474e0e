"""What speaks for two entities being one, in points: from ``SAME`` on they unite, from ``UNSURE`` on a person is told.

The weights were set on the development half of bench/data/identity-*.tsv; bench/identity.py measures both halves.
Nothing here looks at more than the two entities and the table's names of places and parents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from kg import iris
from kg.graph.identity import names
from kg.graph.identity.records import Entity, Signature
from kg.mentions import gazetteer
from kg.text.normalize import fold

SAME, UNSURE = 4.0, 2.5
EXCLUSIVE = frozenset((
    "governor-general", "governor", "mayor", "friday-prayer-imam", "director-general", "commander", "prosecutor",
    "district-governor", "president", "minister", "chief-executive", "village-head"))
"""Roles that nobody holds in two provinces at a time."""
SHARED = frozenset((
    "member", "representative", "expert", "researcher", "professor", "faculty-member", "officer", "physician",
    "advisor", "assistant", "coach", "author", "candidate", "producer", "other", "deputy", "manager", "inspector"))
"""Roles that several people of one institution hold at a time."""
UNIQUE = frozenset(("supreme-leader",))
"""Offices that are one, in whatever words."""
LEVEL = {"governor-general": "province", "governor": "county", "mayor": "city", "friday-prayer-imam": ""}
"""The level of a place that an office is of."""
LONG_AGO = 3650
"""Days between two attestations after which namesakes grow likelier."""


@dataclass(frozen=True)
class Evidence:
    """Points and the reasons for them, in the order in which they were found."""

    points: float = 0.0
    reasons: tuple[str, ...] = ()

    def plus(self, points: float, reason: str) -> Evidence:
        return Evidence(self.points + points, (*self.reasons, f"{reason} {points:+g}"))


NOTHING = Evidence()


@dataclass(frozen=True)
class World:
    """What the table says of places and institutions: canonical parents, names and kinds of places, popular names."""

    above: Mapping[str, str]
    places: Mapping[str, tuple[str, str]]
    branched: frozenset[str]
    popular: Mapping[str, int]
    levels: Mapping[str, str] = field(default_factory=dict)

    def chain(self, iri: str) -> list[str]:
        """An institution or place and what is above it, nearest first."""
        found: list[str] = []
        while iri and iri not in found:
            found.append(iri)
            entry = gazetteer.places().get(iri.rpartition("/")[2]) if "/place/" in iri else None
            iri = iris.known("place", entry.within) if entry and entry.within else self.above.get(iri, "")
        return found

    def province(self, place: str) -> str:
        return next((p for p in self.chain(place) if self.place(p)[1] == "province"), "")

    def place(self, iri: str) -> tuple[str, str]:
        """Folded name and kind of a place, of the table or of the list of places."""
        entry = gazetteer.places().get(iri.rpartition("/")[2]) if iri not in self.places else None
        return (fold(entry.name), entry.kind) if entry else self.places.get(iri, ("", ""))

    def seat(self, place: str, level: str) -> str:
        """A place as the seat of an office of a level: «ایلام» of an «استاندار» is the province, whatever the reader
        took it for."""
        name, kind = self.place(place)
        if not level and kind in ("city", "county"):
            level = "town"
        return f"{level} {name} {self.province(place)}" if name and level else place

    def where(self, row: Signature) -> str:
        """The province of a row: of its place, else of the place of its institution or of one above that."""
        if row.place:
            return self.province(row.place)
        return next((p for o in self.chain(row.organization) if (p := self.province(self.above.get("@" + o, "")))), "")


# --- people


def people(a: Entity, b: Entity, world: World) -> Evidence:
    """Two people of one name: posts, institutions, places, ranks and times say whether they are one."""
    left, right = _fullest(a), _fullest(b)
    if not names.full(left) or not names.full(right):
        return NOTHING
    found = NOTHING
    if left.key != right.key:
        longer, shorter = (left, right) if len(left.words) > len(right.words) else (right, left)
        if not names.extends(longer, shorter):
            return NOTHING
        found = found.plus(-1.5, "one name goes on")
    elif len(left.words) > 2:
        found = found.plus(0.5, "a long name")
    best = max((_posts(x, y, world) for x in a.rows for y in b.rows), key=lambda e: (e.points, e.reasons))
    found = Evidence(found.points + best.points, (*found.reasons, *best.reasons))
    if best.points <= 0:
        return found
    found = _ranks(found, a, b)
    if left.sayyid != right.sayyid:
        found = found.plus(-0.3, "«سید» once")
    if best.points < 5 and world.popular.get(left.key, 0) > 3:
        found = found.plus(-1.5, f"{world.popular[left.key]} institutions have somebody of this name")
    if (gap := _gap(a, b)) > LONG_AGO:
        found = found.plus(-1.5, f"{gap // 365} years between")
    return found


def _fullest(entity: Entity) -> names.PersonName:
    return max((names.person(name) for name in entity.names), key=lambda n: (len(n.words), n.key),
               default=names.PersonName((), "", False))


def _posts(x: Signature, y: Signature, world: World) -> Evidence:
    """What two posts, one of each person, have in common."""
    if not x.post or not y.post:
        return NOTHING
    same_role = x.type == y.type
    if x.post == y.post and (x.organization or x.place):
        if x.type not in SHARED:
            return NOTHING.plus(6, "the same post")
        return NOTHING.plus(5 if world.where(x) else 4.5, "the same post of several")
    if x.post == y.post and x.type in UNIQUE | {"president", "first-vice-president"}:
        return NOTHING.plus(6, "the same office of the state")
    if x.organization and x.organization == y.organization:
        return NOTHING.plus(4.5 if same_role else 4, "the same institution")
    if x.portfolio and same_role and names.squash(names._words(x.portfolio)) == names.squash(
            names._words(y.portfolio)) and not {x.organization, y.organization} - {""} and not (x.place or y.place):
        sure = x.type in EXCLUSIVE or len(names._words(x.portfolio)) > 2
        return NOTHING.plus(4.5 if sure else 3, "the same role and portfolio")
    return _near(x, y, world, same_role)


def _near(x: Signature, y: Signature, world: World, same_role: bool) -> Evidence:
    """Institutions of one line, and places of one province."""
    found = NOTHING
    here, there = world.where(x), world.where(y)
    if here and there and here != there:
        return NOTHING
    if x.organization and y.organization and (
            x.organization in world.chain(y.organization) or y.organization in world.chain(x.organization)):
        found = found.plus(2.5, "one institution above the other")
    if here and here == there:
        found = found.plus(1, "the same province")
        if x.place and x.place == y.place:
            found = found.plus(1, "the same place")
    if found.points and same_role:
        found = found.plus(1, "the same role")
    return found


_MILITARY = frozenset((
    "sardar", "amir", "general", "major-general", "brigadier-general", "second-brigadier-general", "colonel",
    "lieutenant-colonel", "major", "captain", "lieutenant", "sergeant", "pasdar", "admiral", "rear-admiral",
    "vice-admiral"))
_CLERICAL = frozenset(("ayatollah", "grand-ayatollah", "hojatoleslam", "hojatoleslam-valmoslemin"))


def _ranks(found: Evidence, a: Entity, b: Entity) -> Evidence:
    left, right = ({rank for value in e.values("rank") for rank in value.split("|")} for e in (a, b))
    for one, other in ((_MILITARY, _CLERICAL), (_CLERICAL, _MILITARY)):
        if left & one and right & other and not left & other and not right & one:
            return found.plus(-3, "a soldier and a cleric")
    if left & right & (_MILITARY | _CLERICAL):
        return found.plus(0.7, "the same rank")
    return found.plus(0.2, "the same title") if left & right else found


def _gap(a: Entity, b: Entity) -> int:
    """Days between the nearest two attestations; 0 where a day is unknown."""
    left, right = _days(a.rows), _days(b.rows)
    if not left or not right:
        return 0
    return max(0, (right[0] - left[-1]).days, (left[0] - right[-1]).days)


def _days(rows: tuple[Signature, ...]) -> list[date]:
    return sorted(date.fromisoformat(day) for row in rows for day in (row.days[:1] + row.days[-1:]))


def clash(a: Entity, b: Entity, world: World) -> str:
    """Why two people cannot be one, or nothing: two names that exclude each other, two posts that do."""
    for x, left in _whole(a):
        for y, right in _whole(b):
            if left.key != right.key and not (names.extends(left, right) or names.extends(right, left)):
                return f"two names, «{x}» and «{y}»"
    for r in a.rows:
        for s in b.rows:
            if r.type in EXCLUSIVE and s.type in EXCLUSIVE and r.post != s.post and _overlap(r, s):
                here, there = world.where(r), world.where(s)
                if here and there and here != there:
                    return "posts in two provinces at one time"
    return ""


def _whole(entity: Entity) -> list[tuple[str, names.PersonName]]:
    """The names that are more than the end of another one: given and family name."""
    found = [(name, names.person(name)) for name in entity.names]
    return [(text, name) for text, name in found if len(name.words) > 1 and not any(
        other.key != name.key and other.key.endswith(name.key) for _, other in found)]


def _overlap(r: Signature, s: Signature) -> bool:
    return bool(r.days and s.days) and r.days[0] <= s.days[-1] and s.days[0] <= r.days[-1]


# --- institutions


def organizations(a: Entity, b: Entity, world: World) -> Evidence:
    """Two institutions of one name proper: their places and the bodies above them say whether they are one."""
    left, right = listed(a.iri), listed(b.iri)
    later = names.renamed()
    if left and right:
        same = later.get(left, left) == later.get(right, right)
        return NOTHING.plus(6, "renamed, as a list says") if same else NOTHING
    if _headed(a, b) or _headed(b, a):
        return NOTHING.plus(5, "a head before the name of the same branch")
    if set(a.values("place")) and set(b.values("place")):
        return _branches(a, b, world)
    if a.values("place") or b.values("place"):
        return NOTHING
    above, below = (_above(e, world) for e in (a, b))
    if above and below and not (left or right):
        cores = _proper(a, world) & _proper(b, world)
        return NOTHING.plus(6, "one name under one body") if cores and above & below else NOTHING
    if (above or below) and not (left or right):
        return NOTHING
    return _alone(a, b, world)


def _headed(a: Entity, b: Entity) -> bool:
    """Whether one is the other, of some place, with the head of a branch before its name («اداره کل کمیته امداد استان
    ایلام»)."""
    if not b.values("place") or b.iri not in a.values("organization"):
        return False
    return any(names.headed(x, y) for x in a.names for y in b.names)


def _alone(a: Entity, b: Entity, world: World) -> Evidence:
    """Two names without place or parent: one body only if such a name is one in the country."""
    best = NOTHING
    for x in a.names:
        for y in b.names:
            left, right = names.organization(x), names.organization(y)
            listed_name = left.core.startswith("=")
            if left.core != right.core or left.branch or right.branch:
                continue
            if left.core in world.branched and not listed_name:
                continue
            if listed_name:
                found = NOTHING.plus(5, "one name of a listed institution")
            else:
                telling = min(3, max(left.telling, right.telling) * 1.2) + ("news-agency" in a.values("type"))
                found = NOTHING.plus(2 + telling, "one name of its own")
            best = max(best, found, key=lambda e: (e.points, e.reasons))
    if best.points and a.values("type") and b.values("type") and not a.values("type") & b.values("type"):
        best = best.plus(-1, "two kinds of institution")
    return best


def _branches(a: Entity, b: Entity, world: World) -> Evidence:
    for x in a.rows:
        for y in b.rows:
            here, there = (world.place(r.place) for r in (x, y))
            left, right = names.organization(x.name, here[0]), names.organization(y.name, there[0])
            if not left.core or left.core != right.core:
                continue
            told = [n.level or world.levels.get(e.iri, "") for n, e in ((left, a), (right, b))]
            levels = [level or kind for level, kind in zip(told, (here[1], there[1]), strict=True)]
            if levels[0] != levels[1] or (left.branch != right.branch and not left.core.startswith("=")):
                continue
            if x.place == y.place:
                return NOTHING.plus(6, "one name in one place")
            if here[0] and here[0] == there[0]:
                return NOTHING.plus(5, "one name of one level in a place of one name")
    return NOTHING


def listed(iri: str) -> str:
    """The slug of a listed institution: IRIs of found ones end in eight hexadecimal digits."""
    slug = iri.rpartition("/")[2]
    return slug if slug in _slugs() else ""


@cache
def _slugs() -> frozenset[str]:
    return frozenset(gazetteer.organizations())


def _above(entity: Entity, world: World) -> set[str]:
    return {world.above.get(o, o) if o == entity.iri else o for o in entity.values("organization")}


def _proper(entity: Entity, world: World) -> set[str]:
    """The letters of the names of a part of a body: as they are, for the parent's name is in both."""
    return {names.squash(names._words(name)) for name in entity.names}


# --- posts, tenures, programs, events, agreements


def posts(a: Entity, b: Entity, world: World) -> Evidence:
    """One seat: role, portfolio, institution or place, and the words that make it another one, all the same."""
    one, two = ({(r.type, names.squash(names._words(r.portfolio)), r.organization,
                  world.seat(r.place, LEVEL.get(r.type, "")), names.telling(r.name)) for r in e.rows} for e in (a, b))
    shared = {seat for seat in one & two if seat[2] or seat[3]}
    if any(seat[0] in SHARED for seat in shared) and not {names.squash(names._words(n)) for n in a.names} & {
            names.squash(names._words(n)) for n in b.names}:
        return NOTHING  # «نماینده ولی فقیه» and «نماینده عالی دولت» in one province
    if shared:
        return NOTHING.plus(6, "one role in one institution or place")
    if a.values("type") & b.values("type") & UNIQUE and not any(e.values(f) for e in (a, b) for f in (
            "organization", "place")):
        return NOTHING.plus(6, "one office of the state")
    return NOTHING


def tenures(a: Entity, b: Entity, world: World) -> Evidence:
    same = a.values("organization") == b.values("organization") and a.values("post") == b.values("post")
    return NOTHING.plus(6, "one person in one post") if same and a.values("post") else NOTHING


def programs(a: Entity, b: Entity, world: World) -> Evidence:
    """One name, but for its spelling, of three words or more."""
    same = {names.squash(names._words(n)) for n in a.names if len(names._words(n)) > 2} & {
        names.squash(names._words(n)) for n in b.names if len(names._words(n)) > 2}
    return NOTHING.plus(5, "one name, spelt in two ways") if same and a.values("type") == b.values("type") else NOTHING


def events(a: Entity, b: Entity, world: World) -> Evidence:
    """One name of two words or more behind its kind, of one number or one day, told within half a year."""
    if a.values("type") != b.values("type") or a.values("number") != b.values("number"):
        return NOTHING
    for what in ("place", "period"):
        if a.values(what) and b.values(what) and not a.values(what) & b.values(what):
            return NOTHING
    same = max((len(names._words(n)) for n in a.names for m in b.names
                if names.squash(names._words(n)) == names.squash(names._words(m))), default=0)
    if same < 3 or not a.values("type") - {"signing", "visit", "meeting", "press-conference"}:
        return NOTHING
    found = NOTHING.plus(min(same, 5) * 0.5, f"one name of {same} words")
    if a.values("number"):
        found = found.plus(2.5, "the same number")
    if a.values("period") & b.values("period"):
        found = found.plus(2, "the same time")
    if a.values("place") & b.values("place"):
        found = found.plus(1, "the same place")
    days = _days(a.rows), _days(b.rows)
    if all(days):
        gap = _gap(a, b)
        found = found.plus(1 if gap <= 7 else 0 if gap <= 180 else -4, f"told {gap} days apart")
    return found


def agreements(a: Entity, b: Entity, world: World) -> Evidence:
    """The same parties, two or more, told within days; the purpose must not speak against it."""
    parties = [set(r.others) for e in (a, b) for r in e.rows[:1]]
    if len(parties[0]) < 2 or parties[0] != parties[1] or a.values("type") != b.values("type"):
        return NOTHING
    found = NOTHING.plus(3, "the same parties")
    days = _days(a.rows), _days(b.rows)
    if all(days):
        gap = _gap(a, b)
        found = found.plus(1 if gap <= 3 else -1 if gap <= 30 else -4, f"told {gap} days apart")
    one, two = ({names.squash(names._words(p)) for p in e.values("portfolio")} for e in (a, b))
    if one and two:
        found = found.plus(1.5, "the same purpose") if one & two else found.plus(-1.5, "another purpose")
    return found
