"""Whether a clause tells what is done, planned, recommended, conditional: by its words, its verb and its time."""

from __future__ import annotations

from functools import cache

from kg import rules
from kg.mentions import grammar
from kg.mentions.grammar import VERB, phrases_of
from kg.mentions.reading import Reading
from kg.text.match import Phrases


@cache
def _modal_phrases() -> Phrases[rules.Rule]:
    loaded = rules.load("modality.yaml", required={"match", "value"}, keys={"soft", "needs", "firm", "tense"})
    return Phrases((text, rule) for rule in loaded for text in rule.list("match"))


def modality_of(reading: Reading, first_token: int, last_token: int) -> tuple[str, str]:
    """Modality of the clause around a token range, and what decided it: a phrase, the verb's tense or its time."""
    first, last = clause(reading, first_token)
    if first_token > first and reading.words[first_token - 1] in grammar.words_of("pointing"):
        return "actual", f"shown by {reading.words[first_token - 1]}"  # «این سه طرح» are there already
    if _from(reading, first_token, last_token, last):
        return "actual", "from here on"
    tense, verb = tense_of(reading, last_token, last)
    found: dict[str, str] = {}
    for j, after, rule in _modal_phrases().within(reading.words, first, last):
        if _counts(reading, rule, first, j, tense):
            if rule.text("firm") == "yes":
                return rule.text("value"), f"phrase {reading.surface(j, after)}"
            found.setdefault(rule.text("value"), reading.surface(j, after))
    if tense in ("present", "subjunctive", "future") and (condition := _condition(reading, first)):
        return "conditional", f"phrase {condition}"
    if tense == "future":
        return "planned", f"tense {verb}"
    if "actual" in found and tense in ("past", "perfect", "present", "copula", ""):
        return "actual", f"phrase {found['actual']}"
    for value in ("planned", "recommended", "conditional"):
        if value in found:
            return value, f"phrase {found[value]}"
    if tense == "subjunctive":
        return "planned", f"tense {verb}"
    if tense in ("present", "copula", "") and (time := _coming(reading, first, last)):
        return "planned", f"time {time}"
    return "actual", f"tense {verb}" if verb else "default"


def _from(reading: Reading, first: int, last: int, limit: int) -> bool:
    """«از ۲۳۰ هزار تن به ۶۰۰ هزار تن خواهد رسید»: the value that a change starts from."""
    before = first and reading.words[first - 1] in phrases_of("attribution.yaml", "from")
    to = last + 1 < limit and reading.words[last] == "به"
    near = reading.index(reading.numerals).between(last + 1, last + 4) if before and to else ()
    return any(not n.is_ordinal for n in near)


def _counts(reading: Reading, rule: rules.Rule, first: int, at: int, tense: str) -> bool:
    """Whether a phrase tells the modality: no soft one beside a past, none without the word that it needs before it."""
    if rule.text("soft") == "yes" and tense in ("past", "perfect"):
        return False
    if rule.text("tense") and rule.text("tense") != tense:
        return False
    return not rule.list("needs") or any(word in reading.words[first:at] for word in rule.list("needs"))


def _condition(reading: Reading, first: int) -> str:
    """«اگر …» in the clause before, within the same words."""
    start = reading.sentence_start(first)
    for j in range(first - 1, max(start, first - 25) - 1, -1):
        if reading.words[j] in (":", "؛"):
            return ""
        if reading.words[j] in phrases_of("modality.yaml", "if"):
            return reading.words[j]
    return ""


def _coming(reading: Reading, first: int, last: int) -> str:
    """A time of the clause that lies after the day of publication, or runs up to a coming day."""
    published = reading.doc.report.published
    for time in reading.index(reading.times).between(first, last):
        if not (published and time.first_day and time.last_day):
            continue
        if time.first_day > published or (time.last_day > published and time.first_day == published):
            return reading.surface(time.first, time.last)
    return ""


def clause(reading: Reading, token: int) -> tuple[int, int]:
    """The clause around a token: from the last boundary (که, a colon, a finite verb) to after the next finite verb."""
    start, end = reading.sentence_start(token), reading.sentence_end(token)
    boundary, words, kinds = phrases_of("words.yaml", "clause-boundary").singles, reading.words, reading.kinds
    first = start
    for j in range(token - 1, start - 1, -1):
        if words[j] in boundary or (kinds[j] == VERB and j + 1 < token and _clause_ends(reading, j)):
            first = j + 1
            break
    last = end
    for j in range(token, end):
        if words[j] in boundary or (kinds[j] == VERB and _clause_ends(reading, j)):
            last = j + 1
            break
    return first, last


def _clause_ends(reading: Reading, j: int) -> bool:
    """Whether the verb group ends here: no further verb token follows."""
    return j + 1 >= len(reading.words) or reading.kinds[j + 1] != VERB


def tense_of(reading: Reading, first: int, last: int) -> tuple[str, str]:
    """Tense and words of the verb group that closes the tokens ``first:last`` of a clause; empty if there is none."""
    group = [j for j in range(first, last) if reading.kinds[j] == VERB]
    if not group:
        return "", ""
    j = group[-1]
    while j - 1 in group:
        j -= 1
    words = reading.words[j : group[-1] + 1]
    verb = reading.surface(j, group[-1] + 1)
    if words[0] in grammar.future():
        return "future", verb
    if words[0] in grammar.continuous():
        return "present", verb
    return grammar.tenses().get(words[0], "copula"), verb
