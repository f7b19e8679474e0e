"""Reported speech: the reporting verbs of each sentence, who the words before them name, and what was said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from kg import rules
from kg.mentions import gazetteer, grammar, names, roles
from kg.mentions.grammar import phrases_of
from kg.mentions.reading import Reading
from kg.mentions.records import OrganizationMention, PersonMention, PostMention, SpeechMention, Subject
from kg.rules import Rule
from kg.text.match import Phrases, phrase

_KEYS = {"light", "form", "needs", "document", "passive", "closing"}
FAR = 60
"""Tokens between a sentence's start and its reporting verb beyond which the verb belongs to another clause."""


@cache
def cues() -> Phrases[Rule]:
    """Every form of every reporting verb, also with its two words glued («اظهارداشت»)."""
    light = {rule.id: rule.list("match") for rule in rules.load("reporting-forms.yaml", required={"match"})}
    return Phrases(_cue_forms(light))


def _cue_forms(light: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, Rule]]:
    for rule in rules.load("reporting.yaml", required={"match"}, keys=_KEYS):
        for word in rule.list("match"):
            if not rule.list("light"):
                yield word, rule
            for name in rule.list("light"):
                for form in light[name]:
                    yield f"{word} {form}", rule
                    yield f"{word}{form}", rule


@cache
def _not_cues() -> Phrases[str]:
    return Phrases(
        (text, rule.id)
        for rule in rules.load("reporting.yaml", required={"match"}, keys=_KEYS)
        for text in rule.list("not")
    )


def find(reading: Reading) -> list[SpeechMention]:
    """The speech acts of the body in text order."""
    found: list[SpeechMention] = []
    for index, sentence in enumerate(reading.doc.sentences):
        if sentence.paragraph >= 0:
            found.extend(_in_sentence(reading, index))
    return found


def _cues_in(reading: Reading, first: int, last: int) -> list[tuple[int, int, Rule]]:
    behind, found = first, []
    firsts = cues().firsts
    for i in [i for i, word in enumerate(reading.words[first:last], first) if word in firsts]:
        if i < behind:
            continue
        cue = cues().longest(reading.words, i, last) or _shared_light(reading, i, last)
        if cue and not _not_cues().longest(reading.words, i, last) and not _is_no_act(reading, i, cue[0], last):
            found.append((i, cue[0], cue[1]))
            behind = cue[0]
    return found


@cache
def _nouns() -> Phrases[Rule]:
    """The nouns of reporting verbs («عنوان», «بیان») without their light verb."""
    rules_ = rules.load("reporting.yaml", required={"match"}, keys=_KEYS)
    return Phrases((word, rule) for rule in rules_ if rule.list("light") for word in rule.list("match"))


def _shared_light(reading: Reading, i: int, last: int) -> tuple[int, Rule] | None:
    """A noun whose light verb stands only after the next one («عنوان و تصریح کرد»)."""
    noun = _nouns().longest(reading.words, i, last)
    if noun is None or noun[0] + 1 >= last or reading.words[noun[0]] != "و":
        return None
    following = cues().longest(reading.words, noun[0] + 1, last)
    shared = following is not None and set(noun[1].list("light")) & set(following[1].list("light"))
    return noun if shared else None


def _is_no_act(reading: Reading, first: int, after: int, last: int) -> bool:
    """Whether what looks like a reporting verb is another word, a passive, or talk without words."""
    return (
        _not_cues().longest(reading.words, first, last) is not None
        or _continued(reading, after, last)
        or _was_talking(reading, first, after, last)
    )


def _continued(reading: Reading, after: int, last: int) -> bool:
    """Whether the verb goes on after the form that matched («اعلام کرده بود که» is a cue, «گفته شد» none)."""
    return after < last and reading.words[after] in phrases_of("attribution.yaml", "passive-auxiliary")


def _was_talking(reading: Reading, first: int, after: int, last: int) -> bool:
    """«سخن می‌گفت»: somebody was talking, but no words follow."""
    imperfect = first > 0 and reading.words[first - 1] in phrases_of("attribution.yaml", "imperfect")
    return imperfect and (after >= last or reading.words[after] not in ("که", ":"))


def _in_sentence(reading: Reading, index: int) -> list[SpeechMention]:
    sentence = reading.doc.sentences[index]
    start = skip_source(reading, sentence.first, sentence.last)
    if reporter_voice(reading, sentence.first, sentence.last) and start == sentence.first:
        return list(_by_saying(reading, index, sentence.first, sentence.last))
    found = _cues_in(reading, start, sentence.last)
    colon = _colon(reading, found, sentence.last)
    main = [cue for i, cue in enumerate(found) if _is_main(reading, found, i, colon, start, sentence.last)]
    speeches = list(_speeches(reading, index, main, start, sentence.last))
    taken = {speech.first for speech in speeches}
    speeches += [s for cue in found if cue[0] not in taken for s in _nested(reading, index, cue, start, sentence.last)]
    speeches += _by_saying(reading, index, start, sentence.last)
    return sorted(speeches, key=lambda speech: speech.first)


def _colon(reading: Reading, found: list[tuple[int, int, Rule]], last: int) -> int | None:
    """Which cue opens the reported words with a colon: the first such."""
    for i, (_, after, _) in enumerate(found):
        if after < last and reading.words[after] == ":":
            return i
    return None


def _is_main(
    reading: Reading, found: list[tuple[int, int, Rule]], i: int, colon: int | None, start: int, last: int
) -> bool:
    """Whether a cue is a main verb: it opens the words, is joined to a later main verb, or closes the sentence."""
    first, after, rule = found[i]
    if colon is not None and i == colon:
        return True
    if (colon is not None and i > colon) or not _satisfied(reading, rule, start, first):
        return False
    following = reading.words[after] if after < last else "."
    if colon is not None:
        return rule.text("passive") != "yes" and (
            following in ("و", "،") or _closes(reading, rule, after, found[colon][0])
        )
    joined = following in ("و", "،") and any(_satisfied(reading, r, start, f) for f, _, r in found[i + 1 :])
    closes = following in (".", "؛", "!") or after >= last
    opens = (
        rule.text("form") == "content"
        and first - start <= FAR
        and (
            following in ("که", "تا")
            or (rule.text("needs") == "از" and following == "،")
            or (i == 0 and first - start <= 12 and not closes)
        )
    )
    return joined or closes or opens


def _closes(reading: Reading, rule: Rule, after: int, last: int) -> bool:
    """Whether the second part of a verb in two places comes before the next verb («خواستار … شد و گفت»)."""
    closing = {words for text in rule.list("closing") for words in [phrase(text)[0]]}
    return any(reading.words[j] in closing and reading.words[j + 1] == "و" for j in range(after, last - 1))


def _satisfied(reading: Reading, rule: Rule, start: int, first: int) -> bool:
    """Whether the word without which the verb is no speech act stands before it in the clause."""
    needs = rule.text("needs")
    return not needs or phrase(needs)[0] in reading.words[max(start, first - FAR) : first]


def skip_source(reading: Reading, first: int, last: int) -> int:
    """Index after «به گزارش خبرگزاری … از …،» (``first`` itself if the sentence does not begin so)."""
    prefix = phrases_of("attribution.yaml", "source-prefix")
    found = prefix.longest(reading.words, first, last)
    if not found:
        return _skip_dateline(reading, first, last)
    j = found[0]
    while j < last:
        around = reading.index(reading.organizations).between(first, j + 1)
        organization = next((o for o in around if j < o.last), None)
        if organization:
            j = organization.last
        elif reading.words[j] == "،":
            again = prefix.longest(reading.words, j + 1, last) if j + 1 < last else None
            if not again:
                return j + 1
            j = again[0]
        elif prefix.longest(reading.words, j, last):
            j = prefix.longest(reading.words, j, last)[0]  # type: ignore[index]
        elif j - found[0] > 25 or reading.words[j] == ":":
            return found[0]
        elif reading.index(reading.persons).at(j) or roles.at(reading, j):
            return j
        else:
            j += 1
    return first


def _skip_dateline(reading: Reading, first: int, last: int) -> int:
    """Index after «سنندج - ایرنا -», «ایسنا/ایلام», «خبرگزاری میزان-» at the head of a body."""
    if reading.paragraph(first) > 1:
        return first
    desk = phrases_of("attribution.yaml", "desk")
    j, agency, parted = first, False, False
    while j < last and j - first < 14:
        organization, place = reading.organization_at(j), reading.place_at(j)
        named = desk.longest(reading.words, j, last)
        if organization and organization.type in ("news-agency", "media"):
            agency, j = True, organization.last
        elif reading.words[j] in ("-", "/", ":", "*", "(", ")", "،") and j > first:
            parted, j = True, j + 1
        elif named:
            j = named[0]
        elif place and not (agency and parted and reading.words[j - 1] in ("-", ":")):
            j = place.last
        else:
            break
    return j if agency and parted else first


def reporter_voice(reading: Reading, first: int, last: int) -> bool:
    """Whether a sentence opens in the reporter's own voice («گفتنی است …»)."""
    return phrases_of("attribution.yaml", "reporter-voice").longest(reading.words, first, last) is not None


def _speeches(
    reading: Reading, index: int, main: list[tuple[int, int, Rule]], start: int, last: int
) -> Iterator[SpeechMention]:
    if not main:
        return
    subject = subject_of(reading, start, main[0][0])
    if (
        main[0][2].text("document") == "yes"
        and subject.kind in ("elided", "organization")
        and _of_document(reading, start, main[0][0])
    ):
        subject = Subject("document", start, start)
    for i, (first, after, rule) in enumerate(main):
        if subject.kind == "elided" and not _may_be_elided(reading, after, last):
            continue
        if subject.kind == "organization" and rule.text("form") == "nominal":
            continue
        content = _content(reading, rule, start if i == 0 else main[i - 1][1], first, after, last)
        nominal = rule.text("form") == "nominal" or rule.list("closing") or _is_object(content, first, reading)
        form = "nominal" if nominal else "reported"
        opening = bool(phrases_of("attribution.yaml", "opening-verb").longest((rule.id,), 0, 1))
        yield SpeechMention(first, after, f"speech-{rule.id}", subject, content, index, form, opening)


def _of_document(reading: Reading, start: int, cue: int) -> bool:
    """«در این اطلاعیه آمده است»: the document of the institution that spoke last."""
    nouns = phrases_of("attribution.yaml", "document-noun")
    pointing = grammar.words_of("pointing")
    return any(reading.words[j] in pointing and nouns.longest(reading.words, j + 1, cue) for j in range(start, cue - 1))


def _may_be_elided(reading: Reading, after: int, last: int) -> bool:
    return after < last and reading.words[after] == ":"


def _content(reading: Reading, rule: Rule, since: int, first: int, after: int, last: int) -> tuple[int, int] | None:
    """The reported words: after the verb and its colon or که, or, for a nominal verb, before it."""
    if after < last and reading.words[after] in (":", "که"):
        return (after + 1, last) if after + 1 < last else None
    if rule.text("form") == "nominal" or after >= last or reading.words[after] in (".", "و", "،", "؛"):
        return (since, first) if first > since else None
    return (after, last)


def _is_object(content: tuple[int, int] | None, cue: int, reading: Reading) -> bool:
    """Whether what is said stands before the verb as its object, with no clause of its own («بر … تأکید کرد»)."""
    return content is not None and content[1] <= cue and _lead_in(reading, content[0], cue) == cue


def _nested(reading: Reading, index: int, cue: tuple[int, int, Rule], start: int, last: int) -> Iterator[SpeechMention]:
    """Speech told inside another's words: its speaker is named right before the verb, and «که» follows it."""
    first, after, rule = cue
    if after >= last or reading.words[after] not in ("که", ":") or rule.text("form") != "content":
        return
    mention = _ending_at(reading, first)
    if mention and mention.first > start:
        kind = {PersonMention: "person", PostMention: "post"}.get(type(mention), "organization")
        subject = Subject(kind, mention.first, mention.last, mention)
        yield SpeechMention(
            first,
            after,
            f"speech-{rule.id}-nested",
            subject,
            _content(reading, rule, first, first, after, last),
            index,
            "reported",
            False,
            nested=True,
        )


def _ending_at(reading: Reading, token: int) -> PersonMention | PostMention | OrganizationMention | None:
    persons = reading.index(reading.persons).ending(token)
    posts = reading.index(reading.posts).ending(token)
    organizations = reading.index(reading.organizations).ending(token)
    return persons[0] if persons else posts[0] if posts else organizations[0] if organizations else None


def _by_saying(reading: Reading, index: int, start: int, last: int) -> Iterator[SpeechMention]:
    """«به گفته X، …»: the speaker follows the cue and the words follow the speaker."""
    by_saying = phrases_of("attribution.yaml", "by-saying")
    behind = start
    for i, after, _ in by_saying.within(reading.words, start, last):
        if i < behind:
            continue
        behind = after
        subject = candidate_at(reading, after, last) or _bare_name(reading, after, last)
        if subject:
            said = subject.last + (subject.last < last and reading.words[subject.last] in ("،", ":", "؛"))
            content = (said, last) if said < last else None
            yield SpeechMention(i, after, "speech-by-saying", subject, content, index, "reported", False)


def _bare_name(reading: Reading, first: int, last: int) -> Subject | None:
    """A name that no list has, up to the comma after it («به گفته آذرگون، …»)."""
    end = first
    while end < last and end - first < 4 and reading.kinds[end] == grammar.WORD:
        end += 1
    if end == first or end >= last or reading.words[end] != "،":
        return None
    single = end - first == 1
    mention = PersonMention(first, end, "person-subject", first, first if single else end - 1, single, (), ())
    return Subject("person", first, end, mention, otherwise=None)


def subject_of(reading: Reading, start: int, cue: int) -> Subject:
    """Who the words between ``start`` and the reporting verb name as the speaker."""
    listed = _listed_subject(reading, start, cue)
    if listed and listed.first <= _head_of_clause(reading, start, cue):
        return _with_also(reading, listed, start, cue)
    name = _unlisted_name(reading, start, cue)
    rest = listed or _late_subject(reading, start, cue) or Subject("elided", cue, cue)
    rest = _with_also(reading, rest, start, cue)
    if name and (not listed or name.last <= listed.first):
        return replace(_with_also(reading, name, start, cue), otherwise=rest)
    return rest


def _listed_subject(reading: Reading, start: int, cue: int) -> Subject | None:
    """The first person, post, pronoun or institution before the verb that no preposition and no noun governs.

    A person behind a noun («در حاشیه این بازدید X …») is taken where nothing else is.
    """
    barrier = _lead_in(reading, start, cue)
    head = _head_of_clause(reading, start, cue)
    behind: Subject | None = None
    i = start
    while i < barrier:
        candidate = candidate_at(reading, i, cue)
        if candidate and not _governed(reading, i, start) and _may_speak(reading, candidate, start, cue):
            if i <= head or not _in_phrase(reading, i):
                return candidate
            if candidate.kind == "person":
                behind = behind or candidate
        i = candidate.last if candidate else i + 1
    return behind


def _in_phrase(reading: Reading, i: int) -> bool:
    """Whether a noun that is no time stands right before, so that the name belongs to its phrase."""
    noun = reading.kinds[i - 1] == grammar.WORD or reading.words[i - 1] in grammar.words_of("indefinite")
    return noun and reading.time_at(i - 1) is None


def _may_speak(reading: Reading, candidate: Subject, start: int, cue: int) -> bool:
    """An institution speaks only from the head of its clause or right before the verb."""
    return (
        candidate.kind != "organization"
        or candidate.last == cue
        or candidate.first <= _head_of_clause(reading, start, cue)
    )


def _head_of_clause(reading: Reading, start: int, cue: int) -> int:
    """Index of the first word of the clause after «همچنین», «در ادامه» and a mark."""
    shift = phrases_of("attribution.yaml", "subject-shift")
    i = start
    while i < cue:
        found = shift.longest(reading.words, i, cue)
        if found:
            i = found[0]
        elif reading.kinds[i] == grammar.MARK:
            i += 1
        else:
            break
    return i


def _late_subject(reading: Reading, start: int, cue: int) -> Subject | None:
    """A name or title right before the verb, after all else («با اشاره به …، وی گفت»)."""
    for i in range(max(start, cue - 14), cue):
        candidate = candidate_at(reading, i, cue)
        if candidate and candidate.last == cue and not _governed(reading, i, start):
            return candidate
    return None


def _lead_in(reading: Reading, start: int, cue: int) -> int:
    """Where «با بیان اینکه …» begins, in which no speaker stands; the verb's place if there is none."""
    lead = phrases_of("attribution.yaml", "lead-in-content")
    return next((i for i, _, _ in lead.within(reading.words, start, cue)), cue)


def _with_also(reading: Reading, subject: Subject, start: int, cue: int) -> Subject:
    """The subject, marked if «نیز» beside it tells of a further speaker."""
    also = phrases_of("attribution.yaml", "also")
    beside = (*range(max(start, subject.first - 2), subject.first), *range(subject.last, min(cue, subject.last + 2)))
    marked = any(also.longest(reading.words, i, cue) for i in beside)
    return subject if marked == subject.also else replace(subject, also=marked)


def _governed(reading: Reading, i: int, start: int) -> bool:
    """Whether a preposition or an ezafe noun of it stands right before, so that the name is no subject."""
    return i > start and (reading.words[i - 1] in grammar.words_of("preposition") or reading.words[i - 1] == "و")


def candidate_at(reading: Reading, i: int, limit: int) -> Subject | None:
    """A pronoun, «این مسئول», person, post or institution that begins at token ``i``, if the clause goes on so far."""
    if i >= limit:
        return None
    words = reading.words
    pronoun = phrases_of("attribution.yaml", "pronoun").longest(words, i, limit)
    if pronoun:
        return Subject("pronoun", i, pronoun[0])
    if words[i] in grammar.words_of("pointing") and i + 1 < limit:
        shown = phrases_of("attribution.yaml", "demonstrative-role").longest(words, i + 1, limit)
        if shown:
            return Subject("demonstrative", i, _phrase_end(reading, shown[0], limit))
        head = gazetteer.heads("organization-heads.yaml").longest(words, i + 1, limit)
        if head:
            return Subject("institution", i, head[0])
    person = reading.index(reading.persons).at(i)
    if person:
        return _person_subject(reading, person, limit)
    post = reading.index(reading.posts).at(i)
    if post:
        return _post_subject(reading, post, limit)
    group = phrases_of("attribution.yaml", "group").longest(words, i, limit)
    if group and not (words[i] in grammar.words_of("one") and reading.index(reading.posts).at(i + 1)):
        return Subject("group", i, _group_end(reading, group[0], limit), head_last=group[0])
    head = roles.head_at(reading, i)
    if head and (i == 0 or words[i - 1] not in grammar.words_of("determiner")):
        return Subject("role", i, _phrase_end(reading, head[0], limit), role=head[1].text("value"), head_last=head[0])
    organization = reading.organization_at(i)
    return Subject("organization", i, organization.last, organization) if organization else None


def _phrase_end(reading: Reading, j: int, limit: int) -> int:
    return min(reading.noun_phrase_end(j, limit, 4), limit)


def _group_end(reading: Reading, j: int, limit: int) -> int:
    """Index after what tells more of a group: an adjective, an institution or a place («مقام‌های سازمان X»)."""
    named = reading.organization_at(j) or reading.place_at(j) if j < limit else None
    return min(named.last, limit) if named else _phrase_end(reading, j, limit)


def _person_subject(reading: Reading, person: PersonMention, limit: int) -> Subject:
    person = _grown(reading, person, limit)
    return Subject("person", person.first, person.last, person, tuple(titles_after(reading, person.last, limit)))


def titles_after(reading: Reading, token: int, limit: int) -> list[PostMention]:
    """The titles in apposition to a name that ends before ``token``: after a comma, one after the other."""
    posts: list[PostMention] = []
    j = token
    while j < limit:
        at = j
        while at < limit and at - j < 2 and reading.words[at] in ("»", '"', "،", "و", "("):
            at += 1
        post = reading.index(reading.posts).at(at)
        if post is None:
            break
        posts += _twins(reading, post)
        j = post.last
    return posts


def _twins(reading: Reading, post: PostMention) -> list[PostMention]:
    """The title and another that shares what it is of («عضو و رئیس شورای …»)."""
    return [post, *(p for p in reading.index(reading.posts).ending(post.last) if p.first > post.first)]


def _grown(reading: Reading, person: PersonMention, limit: int) -> PersonMention:
    """A further word of an unlisted family name («کشتی آرای»), where the clause goes on right after it."""
    j = person.last
    if j + 1 >= limit or reading.kinds[j] != grammar.WORD or reading.kinds[j + 1] != grammar.FUNCTION:
        return person
    family = names.family_names().longest(reading.words, person.family_first, j)
    if (family and not family[1]) or _ends_name(reading, j, limit) or reading.breaks(j):
        return person
    return replace(person, last=j + 1)


def _post_subject(reading: Reading, post: PostMention, limit: int) -> Subject:
    posts, j = _twins(reading, post), post.last
    while j + 1 < limit and reading.words[j] == "و":
        further = reading.index(reading.posts).at(j + 1)
        if further is None:
            break
        posts += _twins(reading, further)
        j = further.last
    at = j + 1 if j < limit and reading.words[j] in ("،", ":", "«", '"', "(") else j
    person = reading.index(reading.persons).at(at)
    if person and person.first < limit:
        return Subject("person", person.first, person.last, person, tuple(posts))
    return Subject("post", post.first, j, post, tuple(posts[1:]))


def _unlisted_name(reading: Reading, start: int, cue: int) -> Subject | None:
    """A name that no list has, where only a speaker can stand: at the head of the clause, one to four words."""
    i = _head_of_clause(reading, start, cue)
    if i >= cue:
        return None
    after, codes, courtesy, sacred = names.titles(reading, i, cue)
    j = after
    while j < cue and j - after < 4 and _name_word(reading, j, after) and not _ends_name(reading, j, cue):
        j += 1
    if j == after or sacred:
        return None
    scene = _introduced(reading, j, cue)
    mention = PersonMention(
        i,
        j,
        "person-scene" if scene else "person-subject",
        after,
        after if j - after == 1 else j - 1,
        j - after == 1,
        codes,
        courtesy,
    )
    return Subject("person", i, j, mention, _apposed(reading, j, cue))


def _name_word(reading: Reading, j: int, first: int) -> bool:
    """A noun, or a small word glued to the one before («نیک‌بین»)."""
    kind = reading.kinds[j]
    return kind == grammar.WORD or (j > first and kind == grammar.FUNCTION and reading.glued(j))


def _introduced(reading: Reading, j: int, cue: int) -> bool:
    """Whether what follows a name introduces a speaker: a scene, or a comma and what the words are about."""
    while j < cue and reading.words[j] in ("»", '"'):
        j += 1
    time = reading.time_at(j) if j < cue else None
    j = time.last if time else j
    scene = phrases_of("attribution.yaml", "lead-in-scene")
    if j < cue and scene.longest(reading.words, j, cue):
        return True
    about = phrases_of("attribution.yaml", "lead-in-content")
    return (
        j + 1 < cue
        and reading.words[j] == "،"
        and bool(about.longest(reading.words, j + 1, cue) or scene.longest(reading.words, j + 1, cue))
    )


def _apposed(reading: Reading, j: int, limit: int) -> tuple[PostMention, ...]:
    at = j
    while at < limit and at - j < 2 and reading.words[at] in ("،", "»", '"'):
        at += 1
    post = reading.index(reading.posts).at(at)
    return (post,) if post and post.first < limit else ()


def _ends_name(reading: Reading, j: int, limit: int) -> bool:
    return (
        reading.time_at(j) is not None
        or roles.head_at(reading, j) is not None
        or gazetteer.heads("organization-heads.yaml").longest(reading.words, j, limit) is not None
        or (reading.in_predicate(j, limit) and cues().longest(reading.words, j, limit + 3) is not None)
        or reading.organization_at(j) is not None
    )
