"""Word classes of a text and the extent of its noun phrases, from the closed lists under ``lang/fa``."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from kg import rules
from kg.text.match import Phrases, phrase

FUNCTION, VERB, NUMBER, MARK, WORD = "F", "V", "N", "P", "."


@cache
def words_of(name: str) -> frozenset[str]:
    """The single words of a class of ``words.yaml`` in normal form."""
    return frozenset(words[0] for words in _class(name) if len(words) == 1)


@cache
def phrases_of(file: str, name: str) -> Phrases[str]:
    """The phrases of one class (a rule id) of a file whose rules have ``match``. Raises KeyError if there is none."""
    for rule in rules.load(file, required={"match"}, keys=_EXTRA.get(file, ())):
        if rule.id == name:
            return Phrases((text, text) for text in rule.list("match"))
    raise KeyError(f"{file} has no rule '{name}'")


_EXTRA: dict[str, tuple[str, ...]] = {
    "words.yaml": ("note",),
    "attribution.yaml": ("note",),
    "modality.yaml": ("value", "soft", "needs", "firm", "tense"),
    "agreements.yaml": ("value", "part", "weak"),
}


def _class(name: str) -> Iterable[tuple[str, ...]]:
    for rule in rules.load("words.yaml", required={"match"}, keys={"note"}):
        if rule.id == name:
            return [phrase(text) for text in rule.list("match")]
    raise KeyError(f"words.yaml has no rule '{name}'")


@cache
def function_words() -> frozenset[str]:
    """Words at which a noun phrase ends: prepositions, conjunctions, determiners, pronouns, adverbs."""
    names = ("preposition", "conjunction", "object-marker", "demonstrative", "pronoun", "adverb", "modal-present")
    return frozenset().union(*(words_of(name) for name in names))


@cache
def _forms_file() -> dict[str, frozenset[str]]:
    return {
        rule.id: frozenset(phrase(text)[0] for text in rule.list("match"))
        for rule in rules.load("verb-forms.yaml", required={"match"})
    }


@cache
def _conjugation() -> tuple[frozenset[str], frozenset[str]]:
    """Finite forms and participles of all verbs, and those of light verbs."""
    parts = _forms_file()
    light_past = {words[0].removesuffix("ن") for words in _class("light-verb-lemma")}
    every: set[str] = set()
    light: set[str] = set()
    for rule in rules.load("verbs.yaml", required={"past", "present"}, keys={"stative"}):
        past = phrase(rule.text("past"))[0]
        done = {past, past + "ه"} | {past + ending for ending in parts["past-ending"]}
        stems = [phrase(text)[0] for text in rule.list("present")]
        going = {stem + ending for stem in stems for ending in parts["present-ending"]}
        forms = done | {prefix + form for prefix in parts["prefix"] for form in done | going}
        if past in light_past:
            # Full verbs take a prefix in the present; bare, their stems are nouns and names («خرم», «بخشم»).
            forms |= going
        every |= forms
        if past in light_past:
            light |= forms
    taken = (parts["noun-look-alike"] - parts["verb-after-all"]) | function_words()
    every -= taken
    future = parts["future"]
    return frozenset(every | future | parts["continuous"] | words_of("copula")), frozenset((light - taken) | future)


@cache
def forms_of(verb: str) -> frozenset[str]:
    """The bare finite forms of one verb of ``verbs.yaml``, by its id."""
    parts = _forms_file()
    for rule in rules.load("verbs.yaml", required={"past", "present"}, keys={"stative"}):
        if rule.id == verb:
            past = phrase(rule.text("past"))[0]
            stems = [phrase(text)[0] for text in rule.list("present")]
            return frozenset(
                {
                    past,
                    *(past + e for e in parts["past-ending"]),
                    *(stem + e for stem in stems for e in parts["present-ending"]),
                }
            )
    raise KeyError(f"verbs.yaml has no rule '{verb}'")


@cache
def infinitives() -> frozenset[str]:
    """The infinitives of all verbs: past stem and ن."""
    return frozenset(
        phrase(rule.text("past"))[0] + "ن"
        for rule in rules.load("verbs.yaml", required={"past", "present"}, keys={"stative"})
    )


@cache
def tenses() -> dict[str, str]:
    """Bare verb forms with their tense: past, perfect (participle) or subjunctive (present stem without می)."""
    parts = _forms_file()
    table: dict[str, str] = {}
    for rule in rules.load("verbs.yaml", required={"past", "present"}, keys={"stative"}):
        past = phrase(rule.text("past"))[0]
        for stem in (phrase(text)[0] for text in rule.list("present")):
            for ending in parts["present-ending"]:
                for prefix in ("", *(p for p in parts["prefix"] if p not in parts["continuous"])):
                    stative = rule.text("stative") == "yes" and not prefix
                    table.setdefault(prefix + stem + ending, "present" if stative else "subjunctive")
        for ending in ("", *parts["past-ending"]):
            table[past + ending] = "past"
        table[past + "ه"] = "perfect"
    return table


def verb_forms() -> frozenset[str]:
    return _conjugation()[0]


def light_forms() -> frozenset[str]:
    """Forms of light verbs: the word before one of them is part of the predicate."""
    return _conjugation()[1]


@cache
def continuous() -> frozenset[str]:
    return _forms_file()["continuous"]


@cache
def future() -> frozenset[str]:
    return _forms_file()["future"]


@cache
def auxiliary_tail() -> frozenset[str]:
    return _forms_file()["auxiliary-tail"]


@cache
def honorific_marks() -> Phrases[str]:
    return Phrases(
        (text, rule.id)
        for rule in rules.load("honorifics.yaml", required={"match", "kind"}, keys={"holder", "homograph", "note"})
        if rule.text("kind") in ("mark", "blessing")
        for text in rule.list("match")
    )


@cache
def coordinations() -> Phrases[str]:
    """Names' parts with an inner «و» or «،»."""
    return Phrases(
        (text, rule.id) for rule in rules.load("coordination.yaml", required={"match"}) for text in rule.list("match")
    )


class _Kinds(dict[str, str]):
    """The class of each word met so far. The table is emptied when it is full."""

    def __missing__(self, word: str) -> str:
        if len(self) >= 1 << 17:
            self.clear()
        self[word] = _kind_of(word)
        return self[word]


@cache
def _kinds() -> _Kinds:
    return _Kinds()


def _kind_of(word: str) -> str:
    first = word[0]
    if first.isdecimal():
        return NUMBER
    if not first.isalpha():
        return MARK
    if word in function_words():
        return FUNCTION
    if word in verb_forms():
        return VERB
    return WORD


def classify(words: tuple[str, ...]) -> list[str]:
    """The class of each token; a token after the prefix می or نمی is a verb, «بین المللی» is a word in two tokens."""
    kinds = list(map(_kinds().__getitem__, words))
    prefix, compounds = continuous(), phrases_of("words.yaml", "compound")
    either = prefix | compounds.firsts
    for i in [i for i, word in enumerate(words[:-1]) if word in either]:
        if words[i] in prefix and kinds[i + 1] not in (MARK, NUMBER):
            kinds[i + 1] = VERB
        elif words[i] in compounds.firsts and compounds.longest(words, i):
            kinds[i] = WORD
    return kinds
