"""Names without what may differ between two spellings of one: for comparing, never for showing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from kg import rules
from kg.mentions import gazetteer
from kg.text.normalize import fold

Words = tuple[str, ...]
LEVELS = ("province", "county", "city")


@cache
def listed(id: str) -> frozenset[Words]:
    """The phrases of a rule of identity.yaml, folded into words."""
    found = rules.load("identity.yaml", required={"match"}, keys={"note"})
    return frozenset(_words(text) for rule in found if rule.id == id for text in rule.list("match"))


@lru_cache(maxsize=65536)
def _words(text: str) -> Words:
    return tuple(fold(text).split())


def squash(words: Words) -> str:
    """The letters alone: the half-space, a space and nothing are one; so are «الله» and «اله»."""
    return "".join(words).replace("الله", "اله")


@dataclass(frozen=True)
class PersonName:
    """A person's name without titles: its words, and its letters alone; ``sayyid`` says that one of the titles was."""

    words: Words
    key: str
    sayyid: bool


@lru_cache(maxsize=65536)
def person(name: str) -> PersonName:
    """A person's name for comparison."""
    words = list(_words(name))
    titled = False
    titles, joined = listed("title"), {w[0] for w in listed("joined-title")}
    while len(words) > 2 and (words[0],) in titles:
        titled = titled or words[0] in joined
        del words[0]
    for title in sorted(joined, key=len, reverse=True):
        rest = words[0][len(title):] if words and words[0].startswith(title) else ""
        if len(words) > 1 and rest in given_names():
            words[0], titled = rest, True
            break
    return PersonName(tuple(words), squash(tuple(words)), titled)


def full(name: PersonName) -> bool:
    """Whether a name begins with a given name that a list has: «هاشمی رفسنجانی» is a family name of two words."""
    return len(name.words) > 1 and (name.words[0] in given_names() or (
        len(name.words) > 2 and name.words[0] + name.words[1] in given_names()))


@cache
def given_names() -> frozenset[str]:
    found = rules.load("names-given.yaml", required={"match", "kind"}, keys={"homograph"})
    return frozenset(fold(text).replace(" ", "") for rule in found for text in rule.list("match"))


def extends(longer: PersonName, shorter: PersonName) -> bool:
    """Whether one name is the other with more words at its end («حسینی بوشهری» and «حسینی»)."""
    ends = {squash(longer.words[:n]) for n in range(2, len(longer.words))}
    return len(shorter.words) > 1 and shorter.key in ends


@dataclass(frozen=True)
class OrganizationName:
    """An institution's name: ``core`` its own letters or ``=slug`` where a list has it; ``level`` where its head says
    at which level it stands; ``branch`` whether it has a head that branches have; ``telling`` how many words of it are
    not just of its sort, if it is of a sort that has one name in the country."""

    core: str
    level: str
    branch: bool
    telling: int


@lru_cache(maxsize=65536)
def organization(name: str, place: str = "") -> OrganizationName:
    """An institution's name for comparison, without the name of its place and without its country."""
    words, located = _without_place(_words(name), _words(place))
    if squash(words) not in slugs():
        words = _without_country(words)
    level = next((level for level in LEVELS for head in listed(f"level-{level}")
                  if words[:len(head)] == head), located)
    stem = _without_head(words, listed("branch"))
    branch = stem != words
    slug = slugs().get(squash(words))
    if slug is None:
        inner = _without_head(stem, listed("shell"))
        slug = bases().get(squash(stem)) or bases().get(squash(inner))
        branch = branch or slug is not None
        level = level or ("province" if slug and inner != stem else "")  # «سازمان جهاد کشاورزی» of a place
    if slug is None:
        rest = _without_head(stem, listed("own"))
        said = [w for w in rest if w not in generic() and w != "و"]
        telling = 0 if rest == stem or squash(rest) in generic() or branch else len(said)
        return OrganizationName(squash(_without_end(stem, listed("tail"))), level, branch, telling)
    return OrganizationName(f"={slug}", level, branch, 0 if branch else 9)


@cache
def generic() -> frozenset[str]:
    """What names go on with where there are several of a sort, as letters."""
    return frozenset(squash(phrase) for phrase in listed("generic"))


@cache
def slugs() -> dict[str, str]:
    """Listed institutions by the letters of each of their names, the earlier ones too; without the country only where
    the rest still tells which one it is («دانشگاه علوم پزشکی ایران» is not any such university)."""
    keys = ("alt", "parent", "en", "qid", "note", "renamed", "place")
    found = rules.load("known/organizations.yaml", required={"name", "type"}, keys=keys)
    named = [(_words(text), rule.id) for rule in found for text in (rule.text("name"), *rule.list("alt"))]
    named += [(_words(rule.text("from")), rule.text("to")) for rule in renamings()]
    table: dict[str, str] = {}
    for words, slug in named:
        table.setdefault(squash(words), slug)
    for words, slug in named:
        shorter = _without_country(words)
        if squash(_without_head(shorter, listed("own"))) not in generic():
            table.setdefault(squash(shorter), slug)
    return table


@cache
def bases() -> dict[str, str]:
    """What a branch of a listed institution is called after its head: a base name, or a name of the institution."""
    keys = ("alt", "parent", "type", "standalone", "note")
    table: dict[str, str] = {}
    for rule in rules.load("known/organization-bases.yaml", required={"name"}, keys=keys):
        for text in (rule.text("name"), *rule.list("alt")):
            table.setdefault(squash(_words(text)), rule.text("parent") or rule.id)
    return {**slugs(), **table}


@cache
def renamings() -> tuple[rules.Rule, ...]:
    return rules.load("known/organization-renamings.yaml", required={"from", "to", "day", "source"})


@cache
def renamed() -> dict[str, str]:
    """Listed slugs of earlier names, by slug of the later one they go on as."""
    table: dict[str, str] = {}
    names = gazetteer.organizations()
    earlier = {squash(_words(entry.name)): slug for slug, entry in names.items() if not entry.base}
    for rule in renamings():
        slug = earlier.get(squash(_words(rule.text("from"))))
        if slug and slug != rule.text("to"):
            table[slug] = rule.text("to")
    return table


@cache
def _provinces() -> dict[Words, str]:
    return {_words(place.name): slug for slug, place in gazetteer.places().items() if place.kind == "province"}


@lru_cache(maxsize=65536)
def province(name: str) -> str:
    """The slug of the province that the name of a branch ends in, for names of provinces that are other words too
    («اداره کل راه و شهرسازی گلستان»): only behind what has branches in provinces."""
    words = _words(name)
    for end, slug in _provinces().items():
        rest = words[:-len(end)]
        if words[-len(end):] == end and rest and (_without_head(rest, listed("branch")) != rest or squash(
                _without_head(rest, listed("own"))) in generic() or squash(rest) in bases()):
            return slug
    return ""


def headed(longer: str, shorter: str) -> bool:
    """Whether a name is another with the head of a branch before it."""
    words = _words(longer)
    return words != _without_head(words, listed("branch")) and _without_head(words, listed("branch")) == _words(shorter)


def _without_end(words: Words, endings: frozenset[Words]) -> Words:
    found = max((e for e in endings if words[-len(e):] == e and len(e) < len(words)), key=len, default=())
    return words[:len(words) - len(found)]


def _without_country(words: Words) -> Words:
    """Without the country, if more than a head is left: «دولت» alone may be any government."""
    shorter = _without_end(words, listed("country"))
    return shorter if len(shorter) > 1 else words


def _without_head(words: Words, heads: frozenset[Words]) -> Words:
    found = max((h for h in heads if words[:len(h)] == h and len(h) < len(words)), key=len, default=())
    return words[len(found):]


def _without_place(words: Words, place: Words) -> tuple[Words, str]:
    """Without the place at the end and the word before it that says what place it is, and the level of that word.
    Where the word belongs to the name («شورای شهر») it stays."""
    if place and words[-len(place):] == place and len(place) < len(words):
        words = words[:-len(place)]
    if squash(words) in bases():
        return words, ""
    ending = next((e for e in sorted(listed("locator"), key=len, reverse=True)
                   if words[-len(e):] == e and len(e) < len(words)), ())
    level = next((level for level in LEVELS if ending in listed(f"located-{level}")), "")
    return words[:len(words) - len(ending)], level


def telling(title: str) -> Words:
    """The words of a title of office that make it another seat («جانشین», «سابق», «موقت»)."""
    words = fold(title).split()
    found = {phrase for phrase in listed("telling") for at in range(len(words))
             if tuple(words[at:at + len(phrase)]) == phrase}
    return tuple(sorted(map(squash, found)))
