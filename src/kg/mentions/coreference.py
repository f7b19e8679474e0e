"""Who speaks: names, titles, pronouns and short forms of a report joined into actors, in reading order.

The chains follow the genre: a name and then the post, or the post and then the name, in consecutive paragraphs are
one person unless «نیز» or an opening verb with a further post introduces another (persian.md, introduction chains).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from kg.mentions import grammar
from kg.mentions.clusters import Clusters, OrganizationCluster, PostCluster, add_post
from kg.mentions.names import ends_like_family_name, family_names, is_given_name, looks_like_name, may_be_unlisted
from kg.mentions.quotes import titles_after
from kg.mentions.reading import Reading
from kg.mentions.records import OrganizationMention, PersonMention, PostMention, SpeechMention, Subject

UNLISTED = ("person-subject", "person-scene")
"""Rules of names that no list has, read only where a speaker stands."""


_Bearer = tuple[int, tuple[str, ...], tuple[str, ...], bool]
"""An actor's order, with a name, the family name in it, and whether it is that alone."""


@dataclass
class Actor:
    """A human of the report: the mentions of the name, the posts linked, and how each link came about."""

    order: int
    mentions: list[PersonMention] = field(default_factory=list)
    posts: dict[str, str] = field(default_factory=dict)
    post_mentions: list[PostMention] = field(default_factory=list)
    chain: list[str] = field(default_factory=list)

    @property
    def named(self) -> bool:
        return bool(self.mentions)


@dataclass(frozen=True)
class Speech:
    """A speech act with its speaker: an actor or an institution."""

    mention: SpeechMention
    actor: Actor | None
    organization: OrganizationCluster | None
    basis: str
    chain: tuple[str, ...]


@dataclass
class Cast:
    """The actors of a report and its resolved speech acts; ``dropped`` are those whose speaker nobody names."""

    actors: list[Actor] = field(default_factory=list)
    speeches: list[Speech] = field(default_factory=list)
    dropped: list[SpeechMention] = field(default_factory=list)


class Resolver:
    """Reads the speech acts of one report in order and keeps who spoke last."""

    def __init__(self, reading: Reading, clusters: Clusters) -> None:
        self.reading = reading
        self.clusters = clusters
        self.cast = Cast()
        self.current: Actor | None = None
        self.by_post: dict[str, Actor] = {}
        self.holders: dict[str, PersonMention | None] = {}
        self.ahead: list[Subject] = []
        self.institution: OrganizationCluster | None = None
        self.alone: Counter[tuple[str, ...]] = Counter()
        self.bearers: dict[tuple[str, str], dict[_Bearer, PersonMention]] = {}

    def run(self, speeches: list[SpeechMention]) -> Cast:
        """Resolve all speech acts, then the names and titles outside them."""
        self.ahead = sorted((s.subject for s in speeches if s.subject.kind == "person"), key=lambda s: s.first)
        singles = {s.first: s.mention for s in self.ahead if isinstance(s.mention, PersonMention)}
        self.alone = Counter(self._name(m) for m in singles.values() if m.rule in UNLISTED and m.surname_only)
        self._apposed_titles()
        events: list[tuple[int, int, SpeechMention | Subject]] = [(s.first, 1, s) for s in speeches]
        events += [(s.first, 0, s) for s in self._silent_subjects(speeches)]
        for _, _, event in sorted(events, key=lambda e: e[:2]):
            if isinstance(event, SpeechMention):
                self._speech(event)
            else:
                self._actor_of(event, opening=True)
        self._others()
        return self.cast

    def _apposed_titles(self) -> None:
        """Note who is named in full right beside a title, and None for a title that several are named beside."""
        for person in self.reading.persons:
            for post in self._beside(person) if not person.surname_only else ():
                cluster = self.clusters.of_post.get(post)
                if cluster is None or post.bare:
                    continue
                other = self.holders.setdefault(cluster.key, person)
                if other and not self._same_name(self._name(person), self._family(person), person.surname_only, other):
                    self.holders[cluster.key] = None

    def _silent_subjects(self, speeches: list[SpeechMention]) -> list[Subject]:
        """Posts that open a paragraph without a reporting verb, with «نیز»: they prepare a further speaker."""
        spoken = {s.sentence for s in speeches}
        found = []
        for index, sentence in enumerate(self.reading.doc.sentences):
            if index in spoken or sentence.paragraph < 0:
                continue
            post = self.reading.index(self.reading.posts).at(sentence.first)
            also = grammar.phrases_of("attribution.yaml", "also")
            if post and post.last < sentence.last and also.longest(self.reading.words, post.last, sentence.last):
                found.append(Subject("post", post.first, post.last, post, also=True))
        return found

    def _speech(self, speech: SpeechMention) -> None:
        subject = self._settled(speech.subject, self._of_one(speech))
        if subject is not speech.subject:
            speech = replace(speech, subject=subject)
        if subject.kind == "organization" and isinstance(subject.mention, OrganizationMention):
            self.institution = self.clusters.of_organization.get(subject.mention)
            self.cast.speeches.append(Speech(speech, None, self.institution, "explicit", ()))
            return
        if subject.kind == "document" or self._shown_institution(subject):
            if self.institution is None:
                self.cast.dropped.append(speech)
            else:
                self.cast.speeches.append(Speech(speech, None, self.institution, "coreference", ("document",)))
            return
        before = self.current
        actor = self._actor_of(subject, opening=speech.opening)
        if speech.nested:
            self.current = before
        if actor is None:
            self.cast.dropped.append(speech)
            return
        explicit = subject.kind == "person" or (subject.kind == "post" and not actor.named)
        self.cast.speeches.append(
            Speech(speech, actor, None, "explicit" if explicit else "coreference", (subject.kind, *actor.chain[-1:]))
        )

    def _shown_institution(self, subject: Subject) -> bool:
        """«این روزنامه», «این سازمان»: the institution that spoke last."""
        nouns = grammar.phrases_of("attribution.yaml", "demonstrative-institution")
        words = self.reading.words
        return subject.kind == "institution" or (
            subject.kind == "demonstrative" and nouns.longest(words, subject.first + 1, subject.last) is not None
        )

    def _of_one(self, speech: SpeechMention) -> bool:
        """Whether the verb has one subject and opens words with a colon."""
        words = self.reading.words
        opens = speech.last < len(words) and words[speech.last] == ":"
        if not opens and words[speech.last : speech.last + 1] == ("و",):
            opens = ":" in words[speech.last : speech.last + 6]  # «… اشاره کرد و افزود:»
        return opens and not words[speech.last - 1].endswith("ند")

    def _settled(self, subject: Subject, of_one: bool) -> Subject:
        """The subject once it is known whether words at a speaker's place that no list has are a name."""
        mention = subject.mention
        if not isinstance(mention, PersonMention) or mention.rule not in UNLISTED or self.named(mention) is not None:
            return subject
        shorter = self._beginning(mention)
        if shorter is not None:
            return replace(subject, last=shorter.last, mention=shorter, posts=())
        apposed = bool(subject.posts) and len(self._name(mention)) in (2, 3)
        if apposed or self._believable(mention):
            return subject
        if of_one and self._unknown(mention) and _nobody_else(subject):
            return replace(subject, kind="elided") if self._nearly_current(mention) else subject
        if subject.otherwise and subject.otherwise.kind != "elided":
            return self._settled(subject.otherwise, of_one)
        # Somebody is named whom we cannot read: the words are not the last speaker's, unless the name is nearly his.
        return replace(subject, kind="elided" if self._nearly_current(mention) else "unread")

    def _nearly_current(self, mention: PersonMention) -> bool:
        """Whether a name differs from the last speaker's family name by a slip of the pen."""
        word = "".join(self._name(mention))
        families = {"".join(self._family(m)) for m in self.current.mentions} if self.current else set()
        return any(SequenceMatcher(None, word, family).ratio() >= 0.8 for family in families)

    def _actor_of(self, subject: Subject, *, opening: bool) -> Actor | None:
        actor: Actor | None
        if subject.kind == "unread":
            return None
        if subject.kind in ("pronoun", "demonstrative", "elided"):
            if self.current is None and subject.kind != "elided":
                self.current = self._alone_before(subject.first)
            return self._these(subject) or self.current
        if subject.kind == "group":
            actor = self._group(subject)
            if self._one_of(subject):
                self.current = actor  # «وی» is never several people
            return actor
        if subject.kind == "person" and isinstance(subject.mention, PersonMention):
            actor = self._person(subject.mention, subject)
        elif subject.kind == "post" and isinstance(subject.mention, PostMention):
            actor = self._post([subject.mention, *subject.posts], subject, opening=opening)
        else:
            actor = self._role(subject)
        if actor is not None:
            self.current = actor
        return actor

    def _person(self, mention: PersonMention, subject: Subject) -> Actor:
        actor = self.named(mention)
        titles = [self.clusters.of_post[p] for p in subject.posts if p in self.clusters.of_post]
        if actor is None:
            held = next((self.by_post[t.key] for t in titles if t.key in self.by_post), None)
            if held is not None and not held.named:
                actor = held
            elif self.current is not None and not self.current.named and not titles and self._may_be(subject):
                actor = self.current
                actor.chain.append("post-then-name")
                actor.posts = dict.fromkeys(actor.posts, "coreference")
            else:
                actor = self._new()
        self._call(actor, mention)
        for post, cluster in zip(subject.posts, titles, strict=False):
            self._link(actor, cluster, post, "explicit")
        return actor

    def _may_be(self, subject: Subject) -> bool:
        """Whether a name may be that of the title that spoke last: no further speaker, and no group spoke."""
        posts = self.current.post_mentions if self.current else []
        return not subject.also and not any(post.rule == "post-group" for post in posts)

    def _beginning(self, mention: PersonMention) -> PersonMention | None:
        """The first words at a speaker's place, where they are a name already met («رضایی سه هدف … را برشمرد»)."""
        for last in range(mention.last - 1, mention.name_first, -1):
            single = last - mention.name_first == 1
            family = mention.name_first if single else last - 1
            shorter = replace(mention, last=last, family_first=family, surname_only=single)
            if self.named(shorter) is not None:
                return shorter
        return None

    def named(self, mention: PersonMention) -> Actor | None:
        """The actor who already bears this name, in full or as family name."""
        words, family = self._name(mention), self._family(mention)
        keys = (("name", "".join(words)), ("last", words[-1]), ("family", "".join(family)), ("first", words[0]))
        orders = (
            order
            for key in keys
            for (order, *_), known in self.bearers.get(key, {}).items()
            if self._same_name(words, family, mention.surname_only, known)
        )
        last = max(orders, default=None)  # of several who bear it, the one met last
        return None if last is None else self.cast.actors[last]

    def _call(self, actor: Actor, mention: PersonMention) -> None:
        """Let an actor bear a name, to be found by any part in which equal names can agree (see ``_same_name``)."""
        actor.mentions.append(mention)
        words, family = self._name(mention), self._family(mention)
        known = (actor.order, words, family, mention.surname_only)
        keys = (("name", "".join(words)), ("last", words[-1]), ("family", "".join(family)), ("first", family[0]))
        for key in keys:
            self.bearers.setdefault(key, {}).setdefault(known, mention)

    def _same_name(self, words: tuple[str, ...], family: tuple[str, ...], short: bool, known: PersonMention) -> bool:
        other, other_family = self._name(known), self._family(known)
        if "".join(words) == "".join(other):
            return True
        if (short and words == other_family[: len(words)] != other_family) and not is_given_name(words[0]):
            return True  # «بهرامی» of «نادر بهرامی‌تبار»
        if short or known.surname_only:
            return _ends_with(other, words) or _ends_with(words, other) or "".join(family) == "".join(other_family)
        return _ends_with(other, words) or _ends_with(words, other)

    def _name(self, mention: PersonMention) -> tuple[str, ...]:
        return self.reading.words[mention.name_first : mention.last]

    def _family(self, mention: PersonMention) -> tuple[str, ...]:
        return self.reading.words[mention.family_first : mention.last]

    def _believable(self, mention: PersonMention) -> bool:
        """Whether words at a speaker's place that are no listed name are one: two or more, and one looks like it."""
        words = self._name(mention)
        if any(word in grammar.words_of("plural-suffix") for word in words) or _no_family(words[1:]):
            return False
        if mention.ranks or mention.honorifics:
            return len(words) <= 3
        if len(words) == 1:
            family = family_names().longest(words, 0)
            if mention.rule == "person-scene" and is_given_name(words[0]):
                return True
            return (family is not None and not family[1]) or ends_like_family_name(words[0]) or self.alone[words] > 1
        if mention.rule == "person-scene":
            return 2 <= len(words) <= 4
        return 2 <= len(words) <= 4 and (is_given_name(words[0]) or all(map(looks_like_name, (words[0], words[-1]))))

    def _unknown(self, mention: PersonMention) -> bool:
        """Whether one to three words before «گفت:» are none that one knows, so that they can only be a name."""
        words = self._name(mention)
        kinds = self.reading.kinds[mention.name_first : mention.last]
        return len(words) <= 3 and set(kinds) == {grammar.WORD} and may_be_unlisted(words)

    def _post(self, mentions: list[PostMention], subject: Subject, *, opening: bool) -> Actor:
        titles = [self.clusters.of_post[m] for m in mentions if m in self.clusters.of_post]
        actor = next((self.by_post[t.key] for t in titles if t.key in self.by_post), None)
        actor = actor or self._same_title(titles) or self._holder(titles)
        if actor is None:
            current = self.current
            free = current is not None and not current.posts
            stated = current is not None and current.named and "explicit" in current.posts.values()
            may = free or (not stated and not self._new_name_follows(subject, opening)) or self._goes_on(subject)
            if current is not None and not subject.also and may:
                actor = current
                actor.chain.append("name-then-post")
            else:
                actor = self._new()
        basis = "coreference" if actor.named else "explicit"
        for mention, cluster in zip(mentions, titles, strict=False):
            self._link(actor, cluster, mention, basis)
        return actor

    def _holder(self, titles: list[PostCluster]) -> Actor | None:
        """The one who is named beside this title anywhere in the report."""
        person = next((p for t in titles if (p := self.holders.get(t.key))), None)
        if person is None:
            return None
        actor = self.named(person)
        if actor is None:
            actor = self._new()
            self._call(actor, person)
        return actor

    def _goes_on(self, subject: Subject) -> bool:
        """Whether the next speaker named is the present one, so that a further title between is his too."""
        following = next((s for s in self.ahead if s.first > subject.last), None)
        mention = following.mention if following else None
        return isinstance(mention, PersonMention) and self.current is not None and self.named(mention) is self.current

    def _new_name_follows(self, subject: Subject, opening: bool) -> bool:
        """Whether the next speaker named after a further title is someone new: then the title was that one's.

        Where no name follows, an opening verb («گفت») tells of a further speaker, another goes on.
        """
        following = next((s for s in self.ahead if s.first > subject.last), None)
        if following is None or not isinstance(following.mention, PersonMention):
            return opening
        if self.named(following.mention) is not None:
            return self.named(following.mention) is not self.current
        if following.mention.rule in UNLISTED:
            return self._beginning(following.mention) is None and self._believable(following.mention)
        return not following.posts

    def _same_title(self, titles: list[PostCluster]) -> Actor | None:
        """An actor whose title is this one, shorter or longer («رئیس سازمان … کشور», «رئیس سازمان …»)."""
        for title in titles:
            for key in sorted(self.by_post):
                other = self.clusters.posts[key]
                if other.role == title.role and _compatible(other, title):
                    return self.by_post[key]
        return None

    def _role(self, subject: Subject) -> Actor | None:
        """A bare head word («استاندار») is the one whose post has that role; else the one who spoke last.

        Where nobody has spoken yet, a head word with more behind it («کارشناس سلامت …») is a post without a name.
        """
        for key in sorted(self.by_post):
            if self.clusters.posts[key].role == subject.role:
                return self.by_post[key]
        if self.current is None and subject.head_last < subject.last:
            portfolio = (subject.head_last, subject.last)
            post = PostMention(
                subject.first,
                subject.last,
                "post-subject",
                subject.head_last,
                subject.role,
                portfolio,
                None,
                None,
                weak=True,
            )
            actor = self._new()
            self._link(actor, add_post(self.reading, self.clusters, post), post, "explicit")
            return actor
        return self.current

    def _one_of(self, subject: Subject) -> bool:
        """«یک مقام آگاه», «یکی از شهروندان»: one person, though without a name."""
        first = subject.first
        one = grammar.words_of("one")
        return bool({*self.reading.words[max(0, first - 1) : first + 1]} & one) or self.reading.words[first] == "یکی"

    def _these(self, subject: Subject) -> Actor | None:
        """«این منابع», «این شاهدان»: the group whose wording begins so."""
        shown = self.reading.words[subject.first + 1 : subject.first + 2]
        if subject.kind != "demonstrative":
            return None
        for actor in reversed(self.cast.actors):
            for post in actor.post_mentions:
                if post.rule == "post-group" and self.reading.words[post.first : post.first + 1] == shown:
                    return actor
        return None

    def _group(self, subject: Subject) -> Actor:
        """«منابع بیمارستانی», «مقام‌های X»: people without names, one actor for one wording."""
        post = PostMention(
            subject.first, subject.last, "post-group", subject.head_last, "other", None, None, None, weak=True
        )
        words = self.reading.words[subject.first : subject.last]
        for actor in self.cast.actors:
            for known in actor.post_mentions:
                if known.rule == "post-group" and self.reading.words[known.first : known.last] == words:
                    return actor
        actor = self._new()
        if subject.head_last < subject.last:
            post = replace(post, portfolio=(subject.head_last, subject.last))
        self._link(actor, add_post(self.reading, self.clusters, post), post, "explicit")
        return actor

    def _alone_before(self, token: int) -> Actor | None:
        """The only person named before the first «وی», where nobody has spoken yet («X … در نشست حضور یافت. وی …»)."""
        names = [p for p in self.reading.persons if p.first < token and not p.surname_only and not self._inside(p)]
        if not names or any(self._name(p) != self._name(names[0]) for p in names):
            return None
        actor = self._new()
        self._call(actor, names[0])
        for post in self._beside(names[0]):
            cluster = self.clusters.of_post.get(post)
            if cluster:
                self._link(actor, cluster, post, "explicit")
        return actor

    def _inside(self, person: PersonMention) -> bool:
        """Whether a preposition, «و» or a noun stands right before a name, so that it opens no clause."""
        before = person.first - 1
        if before < self.reading.sentence_start(person.first):
            return False
        return self.reading.kinds[before] in (grammar.WORD, grammar.FUNCTION) and self.reading.time_at(before) is None

    def _new(self) -> Actor:
        actor = Actor(len(self.cast.actors))
        self.cast.actors.append(actor)
        return actor

    def _link(self, actor: Actor, cluster: PostCluster, mention: PostMention, basis: str) -> None:
        actor.posts.setdefault(cluster.key, basis)
        actor.post_mentions.append(mention)
        self.by_post.setdefault(cluster.key, actor)

    def _others(self) -> None:
        """Names and titles that no speech act takes: joined to actors by name, linked where they stand together."""
        used = {m.first for actor in self.cast.actors for m in actor.mentions}
        for person in self.reading.persons:
            if person.first in used:
                continue
            actor = self.named(person)
            if actor is None:
                if person.surname_only and not person.ranks and person.rule != "person-surname":
                    continue
                actor = self._new()
            self._call(actor, person)
        actors: dict[PersonMention, Actor] = {}
        for each in self.cast.actors:
            for mention in each.mentions:
                actors.setdefault(mention, each)
        for person in self.reading.persons:
            actor = actors.get(person)
            for post in self._beside(person) if actor else ():
                cluster = self.clusters.of_post.get(post)
                if actor and cluster and self.by_post.get(cluster.key, actor) is actor:
                    self._link(actor, cluster, post, "explicit")
        for post in self.reading.posts:
            made = self._appointed(post)
            actor = actors.get(made) if made else None
            cluster = self.clusters.of_post.get(post)
            if actor and cluster and self.by_post.get(cluster.key, actor) is actor:
                self._link(actor, cluster, post, "explicit")

    def _appointed(self, post: PostMention) -> PersonMention | None:
        """Who is made the holder of a title: «X به عنوان مدیرکل … منصوب شد»."""
        words = self.reading.words
        start, end = self.reading.sentence_start(post.first), self.reading.sentence_end(post.first)
        ways = grammar.phrases_of("attribution.yaml", "appointed-as")
        verbs = grammar.phrases_of("attribution.yaml", "appointment")
        way = next((i for i in range(max(start, post.first - 3), post.first) if ways.longest(words, i, end)), None)
        if way is None or not any(verbs.longest(words, i, end) for i in range(post.last, end)):
            return None
        before = [p for p in self.reading.index(self.reading.persons).between(start, way) if p.last <= way]
        return before[-1] if before and not self._several_named(before) else None

    def _several_named(self, persons: list[PersonMention]) -> bool:
        """Whether the last two are joined by «و», so that either may be meant."""
        return len(persons) > 1 and self.reading.words[persons[-1].first - 1] == "و"

    def _beside(self, person: PersonMention) -> list[PostMention]:
        """Titles in apposition: right before the name, or after it and a comma."""
        before = list(self.reading.index(self.reading.posts).ending(person.first))
        end = self.reading.sentence_end(person.first)
        after = titles_after(self.reading, person.last, end)
        if after and after[0].first == person.last:
            # «… با حضور X رئیس الف، وزیر ب و رئیس پ»: those behind may be further people.
            after = [post for post in after if post.last == after[0].last]
        return before + after


def _nobody_else(subject: Subject) -> bool:
    """Whether no other speaker stands before the verb, but for a head word in apposition («X، رهبر ارکستر، …»)."""
    other = subject.otherwise
    return other is None or other.kind == "elided" or (other.kind == "role" and other.first - subject.last <= 2)


def _no_family(words: tuple[str, ...]) -> bool:
    """Whether a word makes no family name with a given name before it («علی‌رغم»)."""
    return any(word in grammar.words_of("never-family") for word in words)


def _ends_with(words: tuple[str, ...], tail: tuple[str, ...]) -> bool:
    joined, end = "".join(words), "".join(tail)
    return bool(end) and joined.endswith(end) and (joined == end or tail == words[-len(tail) :])


def _compatible(one: PostCluster, other: PostCluster) -> bool:
    if one.place or other.place:
        return one.place is other.place and one.organization is other.organization
    if one.organization is None or other.organization is None:
        return one.organization is other.organization and bool(one.portfolio) and one.portfolio == other.portfolio
    return _akin(one.organization, other.organization) and (not one.portfolio or not other.portfolio)


def _akin(one: OrganizationCluster, other: OrganizationCluster) -> bool:
    """One institution, or a branch and the body it is told by in short («شیلات استان X», «شیلات»)."""
    return one is other or (one.branch_of or one.known or "1") == (other.branch_of or other.known or "2")
