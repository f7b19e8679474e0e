"""Human names: given name and family name, or a rank and a family name."""

from __future__ import annotations

from collections import Counter
from functools import cache

from kg import rules
from kg.mentions import gazetteer, grammar
from kg.mentions.reading import Reading
from kg.mentions.records import PersonMention
from kg.text.match import Phrases, phrase

_HONORIFIC_KEYS = ("holder", "homograph", "note")


@cache
def given_names() -> Phrases[int]:
    """Given names with their doubt: 1 if the name is also another word, 2 if texts use it far more often as that."""
    ordinary = _ordinary()
    return Phrases(
        (text, 2 if " ".join(phrase(text)) in ordinary else int(rule.text("homograph") == "yes"))
        for rule in rules.load("names-given.yaml", required={"match", "kind"}, keys={"homograph", "note"})
        for text in rule.list("match")
    )


@cache
def _ordinary() -> frozenset[str]:
    loaded = rules.load("names-ordinary.yaml", required={"match"})
    return frozenset(" ".join(phrase(text)) for rule in loaded for text in rule.list("match"))


_FAMILY_KEYS = ("homograph", "separate", "weak", "note")


@cache
def family_names() -> Phrases[bool]:
    """Family names; the value says whether the name is also an ordinary word."""
    return Phrases(
        (text, rule.text("homograph") == "yes") for rule in _family_rules("name") for text in rule.list("match")
    )


def _family_rules(kind: str) -> list[rules.Rule]:
    return [
        rule
        for rule in rules.load("names-family.yaml", required={"match", "kind"}, keys=_FAMILY_KEYS)
        if rule.text("kind") == kind
    ]


@cache
def _endings() -> tuple[str, ...]:
    """Endings that make a family name; those that ordinary words share are not among them."""
    return tuple(
        phrase(text)[0] for rule in _family_rules("ending") if rule.text("weak") != "yes" for text in rule.list("match")
    )


@cache
def _second_parts() -> frozenset[str]:
    """Endings that may stand as a word of their own («حسن زاده»)."""
    return frozenset(
        phrase(text)[0]
        for rule in _family_rules("ending")
        if rule.text("separate") == "yes" and rule.text("weak") != "yes"
        for text in rule.list("match")
    )


@cache
def ends_like_family_name(word: str) -> bool:
    """Whether a single word has an ending of family names («…زاده», «…پور»)."""
    return len(word) > 4 and word.endswith(_endings())


@cache
def is_given_name(word: str) -> bool:
    """Whether a single word is a listed given name, or one grown together («خدارضا»)."""
    listed = given_names().longest((word,), 0) is not None
    return listed or (len(word) > 5 and word.endswith(tuple(grammar.words_of("given-suffix"))))


@cache
def looks_like_name(word: str) -> bool:
    """Whether a single word is a listed given or family name, or has the ending of one."""
    return bool(given_names().longest((word,), 0) or family_names().longest((word,), 0)) or ends_like_family_name(word)


@cache
def ranks() -> Phrases[rules.Rule]:
    return Phrases(
        (text, rule)
        for rule in rules.load("ranks.yaml", required={"match", "value", "kind"}, keys={"homograph", "note"})
        for text in rule.list("match")
    )


@cache
def honorifics() -> Phrases[rules.Rule]:
    return Phrases(
        (text, rule)
        for rule in rules.load("honorifics.yaml", required={"match", "kind"}, keys=set(_HONORIFIC_KEYS))
        if rule.text("kind") not in ("mark", "blessing")
        for text in rule.list("match")
    )


@cache
def common_words() -> frozenset[str]:
    """Ordinary words, normalised: what is none of them may be a name that no list has."""
    loaded = rules.load("words-common.yaml", required={"words"})
    return frozenset(word for rule in loaded for word in rule.text("words").split())


def may_be_unlisted(words: tuple[str, ...]) -> bool:
    """Whether words at a speaker's place can only be a name: none is ordinary, a place, or begins something else."""
    return len(set(words)) == len(words) and all(
        len(word) > 2
        and word.isalpha()
        and word not in common_words()
        and word not in _never_in_names()
        and ranks().longest((word,), 0) is None
        and honorifics().longest((word,), 0) is None
        and gazetteer.place_names().longest((word,), 0) is None
        for word in words
    )


@cache
def _never_in_names() -> frozenset[str]:
    """Words that begin a title, an institution or an event: a name ends before them."""
    table: set[str] = set()
    for file in (
        "roles.yaml",
        "organization-heads.yaml",
        "events.yaml",
        "programs.yaml",
        "agreements.yaml",
        "place-heads.yaml",
    ):
        table |= gazetteer.heads(file).firsts
    return frozenset(table)


def find(reading: Reading) -> None:
    """Fill ``reading.persons``: names outside institutions and places, in text order."""
    taken = {i for mention in reading.organizations for i in range(mention.first, mention.last)}
    after, found, alone = 0, [], _used_alone(reading)
    for i in _candidates(reading):
        mention = None if i < after or i in taken or reading.in_footer(i) else at(reading, i)
        if mention and not taken.intersection(range(mention.first, mention.last)):
            if not _borrowed(reading, mention):
                found.append(mention)
            after = mention.last
    found = sorted([*found, *_bare(reading, taken, found)], key=lambda mention: mention.first)
    families = Counter(reading.words[mention.family_first] for mention in found)
    reading.persons = [
        mention
        for mention in found
        if families[reading.words[mention.family_first]] > 1 or not _alone(reading, mention, alone)
    ]


def _bare(reading: Reading, taken: set[int], found: list[PersonMention]) -> list[PersonMention]:
    """Names of public people that news uses without anything before them («… نامه اوباما به …»)."""
    taken = taken | {i for mention in found for i in range(mention.first, mention.last)}
    mentions, after = [], 0
    for i in reading.tokens_of(_alone_names().firsts):
        listed = _alone_names().longest(reading.words, i, reading.sentence_end(i)) if i >= after else None
        if listed is None or reading.in_footer(i) or taken.intersection(range(i, listed[0])):
            continue
        after = listed[0]
        if _free(reading, i, after):
            mentions.append(PersonMention(i, after, "person-surname", i, i, True, (), ()))
    return mentions


@cache
def _alone_names() -> Phrases[str]:
    return Phrases((text, rule.id) for rule in _family_rules("alone") for text in rule.list("match"))


def _free(reading: Reading, first: int, after: int) -> bool:
    """Whether a family name at these tokens stands for a person: no part of a longer name, of a place or a building."""
    start, end = reading.sentence_start(first), reading.sentence_end(first)
    before = reading.words[first - 1] if first > start else ""
    heads = (gazetteer.heads("organization-heads.yaml").firsts, gazetteer.heads("place-heads.yaml").firsts)
    if before in _firsts() or any(before in words for words in heads) or before in grammar.words_of("named-after"):
        return False
    if before in _sacred() or is_given_name(before) or reading.glued(first):
        return False
    unknown = first > start and reading.kinds[first - 1] == grammar.WORD and before not in common_words()
    if unknown and before.isalpha():
        return False  # may be a given name that no list has
    if after < end and (reading.glued(after) or _second_part(reading, after, end)):
        return False
    return not any(first < place.last for place in reading.index(reading.places).between(start, first + 1))


def _used_alone(reading: Reading) -> frozenset[tuple[str, ...]]:
    """Given names that a report uses more than once without a family name, as tales do («رضا گفت»)."""
    counts: Counter[tuple[str, ...]] = Counter()
    for i in reading.tokens_of(given_names().firsts):
        found = given_names().longest(reading.words, i, reading.sentence_end(i))
        if found is None or found[1] or found[0] >= len(reading.words):
            continue
        before = reading.words[i - 1] if i else ""
        after = reading.kinds[found[0]]
        if after in (grammar.FUNCTION, grammar.VERB) and before not in _firsts() and before not in _sacred():
            counts[reading.words[i : found[0]]] += 1
    return frozenset(name for name, count in counts.items() if count > 1)


def _alone(reading: Reading, mention: PersonMention, alone: frozenset[tuple[str, ...]]) -> bool:
    """Whether the given name is one that stands alone in the report, so that an unknown word behind it is no name."""
    first, family = mention.name_first, mention.family_first
    if mention.surname_only or mention.ranks or mention.honorifics or reading.words[first:family] not in alone:
        return False
    listed = family_names().longest(reading.words, family, mention.last)
    sure = listed or ends_like_family_name(reading.words[family]) or mention.last - family > 1
    return not sure and not _title_follows(reading, mention.last, reading.sentence_end(first))


def _borrowed(reading: Reading, mention: PersonMention) -> bool:
    """Whether the name is a street's, a hall's or a scheme's, or a holy person's («امام حسن عسکری»)."""
    before = mention.first - 1
    if before < reading.sentence_start(mention.first):
        return False
    if reading.words[before] in grammar.words_of("named-after"):
        # «مدیر پروژه X»: the noun belongs to a title, the name is its holder's.
        return before == 0 or reading.words[before - 1] not in gazetteer.heads("roles.yaml").firsts
    return not mention.ranks and reading.words[before] in _sacred()


@cache
def _sacred() -> frozenset[str]:
    """Single words before the names of holy persons («حضرت», «امام», «امامزاده»)."""
    loaded = rules.load("honorifics.yaml", required={"match", "kind"}, keys=set(_HONORIFIC_KEYS))
    words = [phrase(text) for rule in loaded if rule.text("kind") == "sacred" for text in rule.list("match")]
    return frozenset(word[0] for word in words if len(word) == 1)


def at(reading: Reading, i: int) -> PersonMention | None:
    """The person named at token ``i``, with the ranks and honorifics before the name."""
    if not _may_begin(reading, i) or reading.glued(i):
        return None
    if not _noun_or_first_part(reading, i):
        return None
    limit = reading.sentence_end(i)
    start, codes, courtesy, sacred = titles(reading, i, limit)
    if start >= limit:
        return None
    family, after = name_range(reading, start, limit, titled=bool(codes or courtesy), ranked=bool(codes))
    surname_only = family == start
    if after == start:
        return None
    marked = reading.mark_end(after, limit)
    if sacred and (surname_only or marked):
        return None
    return PersonMention(
        i,
        after,
        "person-titled" if codes or courtesy else "person-name",
        start,
        family,
        surname_only,
        codes,
        courtesy,
        sacred,
    )


@cache
def _firsts() -> frozenset[str]:
    """Words with which a title or a given name may begin."""
    return given_names().firsts | ranks().firsts | honorifics().firsts


def _candidates(reading: Reading) -> list[int]:
    """Tokens that may begin a name by their own word or by the one behind them, in order."""
    behind = (i - 1 for i in reading.tokens_of(_given_second()) if i)
    return sorted({*reading.tokens_of(_firsts()), *behind})


def _may_begin(reading: Reading, i: int) -> bool:
    following = reading.words[i + 1] if i + 1 < len(reading.words) else ""
    return reading.words[i] in _firsts() or following in _given_second()


def _noun_or_first_part(reading: Reading, j: int) -> bool:
    """A noun, or a small word that is the first part of a given name («ولی‌الله»)."""
    if reading.kinds[j] == grammar.WORD:
        return True
    second = reading.words[j + 1] if j + 1 < len(reading.words) else ""
    return reading.kinds[j] == grammar.FUNCTION and second in _given_second()


def titles(reading: Reading, i: int, limit: int) -> tuple[int, tuple[str, ...], tuple[str, ...], bool]:
    """Ranks and honorifics from token ``i``: (index after them, rank codes, courtesies, whether one is of the dead)."""
    codes: list[str] = []
    courtesy: list[str] = []
    sacred, holy, j = False, False, i
    while j < limit:
        rank = ranks().longest(reading.words, j, limit)
        honorific = honorifics().longest(reading.words, j, limit)
        if rank and (not honorific or rank[0] >= honorific[0]):
            if rank[1].text("homograph") == "yes" and _is_name(reading, j, rank[0], limit):
                break
            codes.append(rank[1].text("value"))
            j = rank[0]
        elif honorific:
            kind = honorific[1].text("kind")
            if honorific[1].text("homograph") == "yes" and _is_name(reading, j, honorific[0], limit):
                break
            sacred = sacred or kind in ("deceased", "martyr", "sacred")
            holy = holy or kind == "sacred"
            courtesy.append(reading.surface(j, honorific[0]))
            j = honorific[0]
        else:
            break
    return (limit if holy else j), tuple(dict.fromkeys(codes)), tuple(dict.fromkeys(courtesy)), sacred


def _is_name(reading: Reading, first: int, after: int, limit: int) -> bool:
    """Whether a title word is rather a given name here: a family name follows and no given name does («امیر محمدی»)."""
    if after >= limit or reading.kinds[after] != grammar.WORD:
        return True
    given = given_names().longest(reading.words, first, limit)
    return given is not None and not given[1] and given_names().longest(reading.words, after, limit) is None


def name_range(reading: Reading, start: int, limit: int, *, titled: bool, ranked: bool = True) -> tuple[int, int]:
    """Where the family name begins and where the name at ``start`` ends; both are ``start`` if there is no name.

    Without a title a given name is needed; a family name alone counts only after a rank, a sure one after a courtesy.
    """
    given, doubt, j = 0, 0, start
    while j < limit and j - start < 4 and (_noun_or_first_part(reading, j) or (titled and j == start)):
        found = _given_at(reading, j, limit) or (_grown(reading, j, limit) if given else None)
        if not found or (given and _ends_here(reading, found[0], limit)):
            break
        doubt = min(doubt, found[1]) if given else found[1]
        given, j = given + 1, found[0]
    if not given:
        return (start, _family_end(reading, start, limit, doubt=0 if ranked else 2)) if titled else (start, start)
    after = _family_end(reading, j, limit, doubt=0 if titled else doubt, ranked=titled)
    return (j, after) if after > j else (start, start)


def _grown(reading: Reading, j: int, limit: int) -> tuple[int, int] | None:
    """The glued end of a given name that no list has («علی‌آقا فرهادی»), before a family name that is certain."""
    if not reading.glued(j) or j + 1 >= limit or reading.glued(j + 1):
        return None
    listed = family_names().longest(reading.words, j + 1, limit)
    sure = listed is not None and not listed[1] and family_names().longest(reading.words, j, limit) is None
    return (j + 1, 0) if sure and reading.kinds[j] == grammar.WORD and _possible(reading, j, limit) else None


def _given_at(reading: Reading, j: int, limit: int) -> tuple[int, int] | None:
    """A listed given name with its doubt, or any word with the second part of one («…الدین», «…الله»)."""
    found = given_names().longest(reading.words, j, limit)
    after = found[0] if found else j + 1
    if after < limit and reading.words[after] in _given_second():
        return (after + 1, 0) if reading.words[j] not in grammar.words_of("not-given-first") else None
    return found


@cache
def _given_second() -> frozenset[str]:
    return grammar.words_of("given-second-part")


def _ends_here(reading: Reading, after: int, limit: int) -> bool:
    """Whether nothing that could be a family name follows, so that the last given name is one («علی محمد»)."""
    return after >= limit or _family_end(reading, after, limit, doubt=0) == after


def _family_end(reading: Reading, j: int, limit: int, *, doubt: int, ranked: bool = False) -> int:
    """Index after a family name at ``j``; the more doubt the given name leaves, the surer this one must be."""
    if j >= limit or not _possible(reading, j, limit):
        return j
    listed = family_names().longest(reading.words, j, limit)
    sure = listed is not None and not listed[1]
    sure = sure or ends_like_family_name(reading.words[j]) or (j + 1 < limit and _second_part(reading, j + 1, limit))
    titled = _title_follows(reading, listed[0] if listed else j + 1, limit)
    if doubt and not sure and not (titled or (doubt == 1 and listed)):
        return j
    goes_on = j + 1 < limit and reading.kinds[j + 1] == grammar.WORD and not reading.glued(j + 1)
    if goes_on and not (listed or sure or titled or ranked) and reading.words[j] in common_words():
        return j  # «وهب و عباس نقش می‌آفرینند»
    after = listed[0] if listed else j + 1
    while after < limit and after - j < 3 and reading.glued(after) and reading.kinds[after] != grammar.MARK:
        after += 1
    while after < limit and after - j < 4 and _second_part(reading, after, limit):
        after += 1
    return after + 1 if listed and _double(reading, after, limit) else after


def _title_follows(reading: Reading, j: int, limit: int) -> bool:
    """Whether a title stands right after a name, or after its comma."""
    at = j + 1 if j < limit and reading.words[j] == "،" else j
    return at < limit and gazetteer.heads("roles.yaml").longest(reading.words, at, limit) is not None


def _double(reading: Reading, j: int, limit: int) -> bool:
    """A second name after a family name («حداد عادل»), where the clause goes on with no noun."""
    if j + 1 >= limit or reading.kinds[j] != grammar.WORD or reading.glued(j + 1):
        return False
    goes_on = reading.kinds[j + 1] in (grammar.FUNCTION, grammar.MARK) or j + 1 in reading.timed
    if not goes_on and not _title_follows(reading, j + 1, limit):
        return False
    word = (reading.words[j],)
    return word[0] not in _never_in_names() and bool(given_names().longest(word, 0) or family_names().longest(word, 0))


def _second_part(reading: Reading, j: int, limit: int) -> bool:
    """A further word of a family name: glued, or a listed second part («… مقدم», «… تهرانی», «… پور»)."""
    if reading.kinds[j] not in (grammar.WORD, grammar.VERB):
        return False
    word = reading.words[j]
    return word in _second_parts() and not reading.light_verb(j + 1, limit)


def _possible(reading: Reading, j: int, limit: int) -> bool:
    word = reading.words[j]
    listed = family_names().longest(reading.words, j, limit)
    noun = reading.kinds[j] == grammar.WORD or (reading.kinds[j] == grammar.FUNCTION and listed is not None)
    if not noun or word in grammar.words_of("plural-suffix") or word in grammar.words_of("never-family"):
        return False
    if word in _never_in_names() and not listed:
        return False
    if j + 1 < limit and reading.words[j + 1] in grammar.words_of("plural-suffix") and reading.glued(j + 1):
        return False
    if listed:
        return True
    if reading.in_predicate(j, limit) or word in grammar.words_of("generic-tail") or len(word) < 2:
        return False
    if word.startswith("آباد") and reading.glued(j):
        return False  # «علی‌آباد…» is a place
    if word.endswith("ش") and j + 1 < limit and reading.words[j + 1] in grammar.words_of("object-marker"):
        return False  # «زینب سرش را …»: her head
    place = gazetteer.place_names().longest(reading.words, j, limit)
    return place is None
